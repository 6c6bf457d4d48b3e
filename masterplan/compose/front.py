"""The leaves before chapter I: title page, approval sheet, forewords, abbreviations, and where the lists stand."""

from collections.abc import Iterable
from typing import Any

from bimtek.formats import by_letter, date
from bimtek.framework import Book as Outline
from bimtek.models import Stage, TeamMember
from masterplan.blocks import Block, Facts, Paragraph, Signature, Signatures
from masterplan.books import FrontMatter
from masterplan.compose.edition import edition_title
from masterplan.compose.material import Material
from masterplan.compose.sessions import place_name
from masterplan.compose.words import answer
from regions.models import Region

# The combined file takes these leaves from the first book, so they name the plan and not one book.
LISTS = {
    "contents": ("contents", "Daftar Isi"),
    "list_of_tables": ("tables", "Daftar Tabel"),
    "list_of_figures": ("figures", "Daftar Gambar"),
}
FOREWORDS = {"kata-pengantar": "Kata Pengantar", "kata-pengantar-tim": "Kata Pengantar Ketua Tim Pelaksana"}


def front_matter(m: Material, outline: Outline) -> tuple[FrontMatter, ...]:
    """The book's leaves in the framework's order; a foreword that nobody must write is left out until it is written."""
    found = (_part(m, name) for name in outline.front)
    return tuple(part for part in found if part is not None)


def _part(m: Material, name: str) -> FrontMatter | None:
    if name in LISTS:
        kind, head = LISTS[name]
        return FrontMatter(kind, head)  # type: ignore[arg-type]
    if name == "abbreviations":
        return FrontMatter("abbreviations", "Daftar Singkatan", pairs=abbreviations(m))
    if name == "title_page":
        return FrontMatter("page", edition_title(m), tuple(_title_page(m)))
    if name == "approval_sheet":
        return FrontMatter("page", "Lembar Persetujuan", tuple(_approval(m)))
    question = m.framework.question(name)
    if not question.required and not m.answer(name):
        return None
    signer = _chair(m) if name == "kata-pengantar-tim" else _head(m)
    head = FOREWORDS.get(name, question.label)
    return FrontMatter("page", head, (*answer(m, name), Signatures((signer,), place_date=_place_date(m))))


def _title_page(m: Material) -> Iterable[Block]:
    cohort = m.plan.enrolment.cohort
    yield Paragraph(f"Periode {m.period}", lead=True)
    mou = m.plan.enrolment.mou_number
    signed = f", {date(m.plan.enrolment.mou_date)}" if mou and m.plan.enrolment.mou_date else ""
    pairs = [
        ("Disusun oleh", f"Pemerintah {m.region.name}, Provinsi {m.region.province.name}"),
        ("Program", f"{cohort.name}, angkatan {cohort.year}"),
        ("Pendamping", "Rencana mandiri" if m.plan.enrolment.self_run else cohort.ministry),
        ("Nota kesepahaman", f"{mou}{signed}" if mou else ""),
        ("Status hukum", m.plan.get_legal_status_display()),
    ]
    optional = {"Nota kesepahaman"} if m.plan.enrolment.self_run else set()
    yield Facts(tuple(pair for pair in pairs if pair[1] or pair[0] not in optional))


def _approval(m: Material) -> Iterable[Block]:
    yield Paragraph(m.sentence("persetujuan", judul=edition_title(m)))
    yield Signatures((_chair(m), _head(m)), place_date=_place_date(m))


def _head(m: Material) -> Signature:
    """The head of the region, with the status prefix where there is one."""
    return Signature(position=f"{m.region.head_title} {place_name(m.region)}", name=m.region.head_name)


def _chair(m: Material) -> Signature:
    """Who chairs the Tim Pelaksana."""
    team = [each for each in m.members if each.team == TeamMember.Team.TEAM]
    chair = next((each for each in team if each.role.strip().casefold() == "ketua"), None)
    chair = chair or next((each for each in team if each.role.strip().casefold().startswith("ketua")), None)
    if chair is None:
        return Signature(position="Ketua Tim Pelaksana Smart City")
    return Signature(position=chair.position_title or "Ketua Tim Pelaksana Smart City", name=chair.name)


def _place_date(m: Material) -> str:
    """The day of stage IV, when the books are agreed; dots until it is known."""
    last = [each for each in m.sessions if each.stage == Stage.KOMITMEN]
    when = date(last[-1].minutes_date or last[-1].ends) if last else "……………………"
    return f"{place_name(m.region)}, {when}"


def abbreviations(m: Material) -> tuple[tuple[str, str], ...]:
    """The framework's list and the region's own offices, by letter."""
    known = {each.short: each.meaning for each in m.framework.abbreviations}
    known.pop(
        "Perwal" if m.plan.region.kind == Region.Kind.KABUPATEN else "Perbup", None
    )  # the other kind's regulation
    folded = {short.casefold() for short in known}
    groups: tuple[Iterable[Any], ...] = (m.programmes, m.readiness, m.applications, m.gaps, m.quick_wins)
    for opd in {row.opd for rows in groups for row in rows if row.opd}:
        if opd.abbreviation and opd.abbreviation != opd.name and opd.abbreviation.casefold() not in folded:
            known[opd.abbreviation] = opd.name
    return by_letter(known)
