"""Books and chapters as data: which composer fills which source of the framework's outlines.

The framework file names books, chapters, sections and their sources; COMPOSERS says what function answers each source.
A source without a composer stops the start (`outline_sources`), so a book cannot lose a section silently.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.core.checks import CheckMessage, Error, register

from bimtek import framework as frameworks
from bimtek import vocabulary
from bimtek.framework import Book as Outline
from bimtek.framework import Chapter as ChapterOutline
from bimtek.framework import Section, filled
from bimtek.framework_file import FrameworkError
from bimtek.phrases import question_key
from masterplan.blocks import Block, Heading, Paragraph, Table
from masterplan.books import Book, Chapter
from masterplan.compose import (
    budgets,
    closing,
    enablers,
    front,
    gaps,
    introduction,
    profile,
    programmes,
    quickwins,
    readiness,
    roadmap,
    swot,
    tracing,
    vision,
)  # fmt: skip
from masterplan.compose.material import Material
from masterplan.compose.words import answer
from masterplan.origins import SCREENS, of_answer

Composer = Callable[[Material, str], list[Block]]

COMPOSERS: dict[str, Composer] = {
    "legal_basis": introduction.legal_basis,
    "sessions": introduction.sessions,
    "team": introduction.team,
    "profile_facts": profile.profile_facts,
    "rpjmd_missions": profile.rpjmd_missions,
    "readiness_summary": readiness.readiness_summary,
    "readiness_tables": readiness.readiness_tables,
    "applications": readiness.applications,
    "gap_summary": gaps.gap_summary,
    "gap_table": gaps.gap_table,
    "swot_items": swot.swot_items,
    "swot_matrix": swot.swot_matrix,
    "swot_quadrant": swot.swot_quadrant,
    "swot_position": swot.swot_position,
    "swot_strategies": swot.swot_strategies,
    "vision_table": vision.vision_table,
    "objectives": vision.objectives,
    "alignment_table": vision.alignment_table,
    "strategy_table": vision.strategy_table,
    "programme_summary": programmes.programme_summary,
    "programme_table": programmes.programme_table,
    "indicator_targets": programmes.indicator_targets,
    "priority_programmes": programmes.priority_programmes,
    "priority_list": programmes.priority_list,
    "enabler_policy": enablers.enabler_policy,
    "enabler_infrastructure": enablers.enabler_infrastructure,
    "enabler_application": enablers.enabler_application,
    "enabler_people": enablers.enabler_people,
    "budget_recap": budgets.budget_recap,
    "budget_summary": budgets.budget_summary,
    "budget_by_source": budgets.budget_by_source,
    "budget_by_opd": budgets.budget_by_opd,
    "programme_map": roadmap.programme_map,
    "roadmap_gantt": roadmap.roadmap_gantt,
    "roadmap_table": roadmap.roadmap_table,
    "roadmap_page": roadmap.roadmap_page,
    "quick_win_nominees": quickwins.quick_win_nominees,
    "quick_win_summary": quickwins.quick_win_summary,
    "quick_win_profiles": quickwins.quick_win_profiles,
    "commitment": closing.commitment,
    "signatories": closing.signatories,
    "decrees": closing.decrees,
    "minutes": closing.minutes,
    "attendance": closing.attendance,
    "photos": closing.photos,
    "trace_matrix": tracing.trace_matrix,
}


def books(m: Material) -> tuple[Book, ...]:
    """The bound books in order. A file that combines others is the binder's affair: it holds no chapter of its own."""
    return tuple(_book(m, outline) for outline in m.framework.books if not outline.combines)


def _book(m: Material, outline: Outline) -> Book:
    chapters = [chapter for each in outline.chapters for chapter in _chapters(m, outline, each)]
    return replace(_bound(m, outline), chapters=tuple(chapters), front=front.front_matter(m, outline))


def _bound(m: Material, outline: Outline) -> Book:
    """The book without its leaves."""
    title = outline.title.removesuffix(" Daerah")  # the region's name stands beside it everywhere
    return Book(outline.code, outline.number, title, filled(outline.running, m.placeholders), ())


def _chapters(m: Material, book: Outline, outline: ChapterOutline) -> Iterator[Chapter]:
    """An outline's chapter with its number in the book, or its appendices."""
    if outline.is_appendix:
        yield from _appendices(m, outline)
    else:
        number = 1 + sum(not each.is_appendix for each in book.chapters[: book.chapters.index(outline)])
        yield _chapter(m, outline, number)


def book_with(m: Material, book: str, chapter: str) -> Book:
    """A book with the chapters of one outline only, numbered as in the whole; KeyError for an unknown code."""
    outline = m.framework.book(book)
    return replace(_bound(m, outline), chapters=tuple(_chapters(m, outline, m.framework.chapter(book, chapter))))


def front_of(m: Material, book: str) -> Book:
    """A book with its front matter only."""
    outline = m.framework.book(book)
    return replace(_bound(m, outline), front=front.front_matter(m, outline))


def _chapter(m: Material, outline: ChapterOutline, number: int) -> Chapter:
    blocks = turned_with_tables(block for section in outline.sections for block in _section(m, section))
    return Chapter(
        outline.code,
        number,
        outline.title,
        _own_keys(outline, blocks),
        gist=m.worded(question_key(outline.book, outline.code)),
    )


def turned_with_tables(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """A heading and its sentences stand on the turned page of the table that follows, not alone on an upright one."""
    found: list[Block] = []
    head = 0  # where the run of headings and sentences before the next block begins
    for block in blocks:
        if isinstance(block, Table) and block.landscape and head < len(found) and isinstance(found[head], Heading):
            found[head:] = [replace(each, landscape=True) for each in found[head:]]  # type: ignore[call-arg]
        found.append(block)
        if not isinstance(block, Heading | Paragraph):
            head = len(found)
    return tuple(found)


def _appendices(m: Material, outline: ChapterOutline) -> Iterator[Chapter]:
    """Each section is an appendix of its own: Lampiran A, B, C."""
    for number, section in enumerate(outline.sections, start=1):
        blocks = _own_keys(outline, tuple(_content(m, section)))
        gist = _intro(m, section)
        yield Chapter(
            f"{outline.code}-{section.number.lower()}", number, section.title, blocks, gist=gist, appendix=True
        )


def _own_keys(outline: ChapterOutline, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Keys that hold in all books: a composer may fill two chapters, and each must refer to its own table."""
    own = {key: f"{outline.book}.{outline.code}.{key}" for block in blocks if (key := getattr(block, "key", ""))}
    return tuple(_renamed(block, own) for block in blocks)


def _renamed(block: Block, own: dict[str, str]) -> Block:
    if isinstance(block, Paragraph):
        return (
            replace(block, refs={name: own.get(key, key) for name, key in block.refs.items()}) if block.refs else block
        )
    key = getattr(block, "key", "")
    return replace(block, key=own[key]) if key else block  # type: ignore[call-arg]


def _section(m: Material, section: Section) -> Iterator[Block]:
    """'4.5' opens with a heading of level 2, '4.5.1' with one of level 3; the press counts them itself."""
    yield Heading(3 if section.number.count(".") > 1 else 2, section.title)
    yield Paragraph(_intro(m, section), origin=of_answer(m.framework, _intro_key(section)))
    yield from _content(m, section)


def _intro(m: Material, section: Section) -> str:
    return m.worded(_intro_key(section))


def _intro_key(section: Section) -> str:
    return question_key(section.book, section.chapter, section.number)


def _content(m: Material, section: Section) -> Iterator[Block]:
    names = {source.name for source in section.sources}
    for source in section.sources:
        if not source.is_question:
            screen = SCREENS.get(source.name, "")
            for block in COMPOSERS[source.name](m, source.argument):
                yield block if block.origin or not screen else replace(block, origin=screen)
        elif not _printed_elsewhere(m, source.name, names):
            yield from answer(m, source.name)


def _printed_elsewhere(m: Material, key: str, names: set[str]) -> bool:
    """A dimension's vision beside the table that holds all of them, or an optional answer not given beside others that are."""
    if (
        key.startswith("visi-")
        and "vision_table" in names
        and key.removeprefix("visi-") in {each.code for each in m.framework.dimensions}
    ):
        return True
    return len(names) > 1 and not m.framework.question(key).required and not m.answer(key)


@register("masterplan")
def outline_sources(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One error for every source that a framework may name, or does name, and nobody composes."""
    wanted = set(vocabulary.CONTENT)
    for code in frameworks.codes():
        try:
            found = frameworks.framework(code)
        except FrameworkError:
            continue  # bimtek's own check names what is wrong
        wanted |= {
            source.name
            for book in found.books for chapter in book.chapters for section in chapter.sections for source in section.sources
            if not source.is_question
        }  # fmt: skip
    return [
        Error(f"Sumber isi buku {name!r} belum mempunyai penyusun.", id="masterplan.E001")
        for name in sorted(wanted - COMPOSERS.keys())
    ]
