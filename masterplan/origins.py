"""Where on the screens a printed word was written: "section/row/field", by the same keys as the anchors of threads.

"narasi-profil//gambaran-umum" is an answer, "program/<id>/benefit" a field of a row, "program" a section as a whole. An
origin names keys only, never what a person wrote.
"""

from dataclasses import dataclass
from uuid import UUID

from bimtek.framework import Framework
from bimtek.models import Row
from bimtek.sections import SECTIONS

SCREENS: dict[str, str] = {
    "legal_basis": "peraturan", "team": "tim", "profile_facts": "profil", "rpjmd_missions": "rpjmd", "applications": "aplikasi",
    "readiness_summary": "kesiapan", "readiness_tables": "kesiapan", "gap_summary": "kesenjangan", "gap_table": "kesenjangan",
    "swot_items": "swot", "swot_matrix": "swot", "swot_quadrant": "swot", "swot_position": "swot", "swot_strategies": "strategi", "objectives": "sasaran",
    "vision_table": "narasi-visi", "alignment_table": "sasaran", "strategy_table": "strategi", "programme_summary": "program", "programme_table": "program",
    "indicator_targets": "program", "priority_programmes": "program", "priority_list": "program", "enabler_policy": "program", "enabler_infrastructure": "program",
    "enabler_application": "program", "enabler_people": "program", "budget_recap": "program", "budget_summary": "program", "budget_by_opd": "program",
    "budget_by_source": "program", "programme_map": "program", "roadmap_gantt": "program", "roadmap_table": "program", "roadmap_page": "program",
    "quick_win_nominees": "quick-win", "quick_win_summary": "quick-win", "quick_win_profiles": "quick-win",
    "commitment": "komitmen", "signatories": "penanda-tangan", "decrees": "keputusan",
}  # fmt: skip
"""Source of the outlines → the section of the screens that most of it is written in."""

SECTION_OF: dict[type[Row], str] = {section.model: section.key for section in SECTIONS}


@dataclass(frozen=True)
class Origin:
    """A parsed origin. The row is None for an answer and for a whole section."""

    section: str
    row: UUID | None = None
    field: str = ""


def of_row(row: Row, field: str = "") -> str:
    """The row on its screen, or one field of it."""
    origin = f"{SECTION_OF[type(row)]}/{row.pk}"
    return f"{origin}/{field}" if field else origin


def of_answer(frame: Framework, key: str) -> str:
    return f"narasi-{frame.question(key).section}//{key}"


class Said(str):
    """One of the product's own sentences: its words, and the origin of the answer that may put others in their place."""

    origin = ""

    @classmethod
    def by(cls, origin: str, words: str) -> "Said":
        made = cls(words)
        made.origin = origin
        return made


def parsed(text: str) -> Origin | None:
    """None for what no composer would have written."""
    section, _, rest = text.partition("/")
    row, _, field = rest.partition("/")
    try:
        return Origin(section, UUID(row) if row else None, field) if section else None
    except ValueError:
        return None
