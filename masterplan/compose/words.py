"""The product's own sentences and small tables' parts: joined lists, sources, money with its unit, what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.html import escape, linebreaks

from bimtek.formats import number, rupiah
from bimtek.models import Stage
from masterplan.blocks import Align, Block, Column, Empty, Paragraph, Prose, Quote, Table, TableRow
from masterplan.compose.material import Material
from masterplan.origins import of_answer
from regions.models import Opd

MILLION = 1_000_000
SOURCES_NAMED = 4  # so many sources are named under a table; more are summed up
UNFILLED = "Belum diisi"


class Sourced(Protocol):
    source: str
    year: int | None


def joined(parts: Iterable[str], last: str = "dan") -> str:
    """
    >>> joined(["A"]), joined(["A", "B"]), joined(["A", "B", "C"])
    ('A', 'A dan B', 'A, B, dan C')
    """
    words = [part for part in parts if part]
    if len(words) < 2:
        return "".join(words)
    if len(words) == 2:
        return f"{words[0]} {last} {words[1]}"
    return f"{', '.join(words[:-1])}, {last} {words[-1]}"


def sentence_case(text: str) -> str:
    """The first letter as a capital, nothing else touched."""
    return text[:1].upper() + text[1:]


def span(years: Iterable[int | None]) -> str:
    """'2021', '2019–2022', or '' without any year."""
    known = sorted({year for year in years if year})
    if not known:
        return ""
    return str(known[0]) if known[0] == known[-1] else f"{known[0]}–{known[-1]}"


def office(opd: Opd | None) -> str:
    """How a narrow cell names an office: its abbreviation where there is one."""
    return str(opd) if opd else ""


def full_office(opd: Opd | None) -> str:
    if opd is None:
        return ""
    return f"{opd.name} ({opd.abbreviation})" if opd.abbreviation and opd.abbreviation != opd.name else opd.name


def listed(text: str) -> list[str]:
    """The lines of a plain text that hold something."""
    return [line.strip(" \t-•") for line in text.splitlines() if line.strip(" \t-•")]


def sources(rows: Iterable[Sourced], otherwise: str = "") -> str:
    """'Diskominfo, 2022; BPS, 2021' from the rows' own sources, or `otherwise` where none names one."""
    years: dict[str, set[int]] = {}
    for row in rows:
        if name := row.source.strip():
            years.setdefault(name, set()).update({row.year} if row.year else set())
    if len(years) > SOURCES_NAMED:
        data = span(year for known in years.values() for year in known)
        return f"{len(years)} sumber sebagaimana tertulis pada tiap baris" + (f", data tahun {data}" if data else "")
    return "; ".join(f"{name}, {span(known)}" if known else name for name, known in years.items()) or otherwise


@dataclass(frozen=True)
class Unit:
    """How one table writes its amounts: in million rupiah where that is exact for all of them, otherwise in rupiah."""

    unit: str
    divisor: int

    def __call__(self, amount: int | None) -> str:
        """A dash where there is no money."""
        return number(amount // self.divisor) if amount else "–"

    def column(self, title: str, share: float = 1.0, group: str = "") -> Column:
        return Column(title, "right", share, group=group)


def money_for(amounts: Iterable[int]) -> Unit:
    exact = all(amount % MILLION == 0 for amount in amounts)
    return Unit("juta rupiah", MILLION) if exact else Unit("rupiah", 1)


def amount(value: int) -> str:
    """Full rupiah in a sentence or a card."""
    return rupiah(value)


def col(title: str, share: float = 1.0, align: Align = "left", *, unit: str = "", group: str = "") -> Column:
    return Column(title, align, share, unit, group)


def nothing(what: str, stage: Stage | int, part: str, *, origin: str = "") -> Empty:
    """What is missing, and on which page of which stage it is filled in."""
    return Empty(what=what, where=f"Tahap {Stage(stage).roman}, {part}", origin=origin)


def answer(m: Material, key: str) -> list[Block]:
    """The answer to a narrative question as it was typed; the vision stands out as a quotation."""
    question = m.framework.question(key)
    text, origin = m.answer(key), of_answer(m.framework, key)
    if not text:
        part = next(
            (group.label for group in m.framework.question_groups(question.stage) if group.code == question.section), ""
        )
        return [nothing(question.label, question.stage, part, origin=origin)]
    if question.kind == "rich":
        return [Prose(text, origin=origin)]
    if key == "rpjmd-visi" or key.startswith("visi"):
        return [Quote(text.strip(), dimension=_dimension_of(m, key), origin=origin)]
    return [Prose(linebreaks(text, autoescape=True), origin=origin)]


def _dimension_of(m: Material, key: str) -> str:
    tail = key.rsplit("-", 1)[-1].upper()
    return tail if tail in {each.code for each in m.framework.dimensions} else ""


def plain(text: str) -> Prose:
    """A person's plain text as paragraphs, exactly as typed."""
    return Prose(linebreaks(escape(text)))


def table(caption: str, columns: Sequence[Column], rows: Iterable[TableRow | Sequence[str]], **rest: object) -> Table:
    """A table whose rows may be given as bare sequences of cells."""
    made = tuple(row if isinstance(row, TableRow) else TableRow(tuple(row)) for row in rows)
    return Table(caption, tuple(columns), made, **rest)  # type: ignore[arg-type]


def say(*sentences: str, **refs: str) -> Paragraph:
    """One paragraph of the product's own words; `{name}` in them becomes a link to the key `refs[name]`."""
    said = [sentence for sentence in sentences if sentence]
    return Paragraph(" ".join(said), refs, parts=tuple((str(each), getattr(each, "origin", "")) for each in said))


def counted(count: int, thing: str) -> str:
    """'3 program', 'satu program'."""
    return f"satu {thing}" if count == 1 else f"{count} {thing}"
