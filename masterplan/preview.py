"""A part of the book on screen beside its form: the very piece that goes to the press, each block with the field it came from.

A section of the screens is printed in one or more chapters (`places`). Only the chapter that is looked at is composed, then
cut as for the press; one piece of it is shown. Reviewers look at what was submitted, everybody else at the working copy.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import mark_safe

from bimtek import threads, workflow
from bimtek.formats import roman
from bimtek.framework import Framework
from bimtek.framework import Source as Named
from bimtek.models import Plan, Snapshot, Stage
from bimtek.offices import sees_all
from bimtek.phrases import question_key
from masterplan import cutting, pages, screen_charts
from masterplan.blocks import (
    Block,
    Bullets,
    Facts,
    Figure,
    Gallery,
    Heading,
    Image,
    Paragraph,
    QuickWinPage,
    Swot,
    Table,
)
from masterplan.books import Book, Content, FrontMatter
from masterplan.compose.edition import edition
from masterplan.compose.material import Material, gather
from masterplan.compose.thawed import thawed
from masterplan.cutting import Piece
from masterplan.numbering import references
from masterplan.origins import SCREENS, Origin, of_answer, parsed
from masterplan.outline import book_with, front_of
from regions.access import Access, Permission

References = Mapping[str, tuple[str, str]]
FRONT = "depan"
"""The place in a book before its first chapter."""
PARENTS = {"anggaran": "program", "indikator": "program"}
LINKED = re.compile(f'<a class="ref" href="{pages.LINK}([^"]*)">([^<]*)</a>')
WIDTHS = re.compile(r'data-width="(\d{1,3}(?:\.\d+)?)"')


@dataclass(frozen=True)
class Place:
    """Where a section is printed: an outline's chapter, or the front matter, of a book."""

    book: str
    chapter: str
    title: str

    @property
    def code(self) -> str:
        return f"{self.book}.{self.chapter}"


@dataclass(frozen=True)
class Reading:
    """What is looked at: the rows, and the state that was submitted where it is one."""

    material: Material
    snapshot: Snapshot | None
    narrowed: bool
    """Whether rows of other offices are left out."""


# --- what is read ------------------------------------------------------------------------------------------------


def submitted(plan: Plan, stage: Stage, access: Access) -> Snapshot | None:
    """What this person reviews: the newest submitted state of the stage; None for writers and before any submission."""
    writes = access.may(Permission.FILL) or access.may(Permission.FILL_ALL)
    if writes or not sees_all(access) or not threads.is_reviewer(access, plan):
        return None
    submission = plan.submission_set.filter(stage=stage).first()
    return workflow.newest(submission) if submission else None


def read(plan: Plan, stage: Stage, access: Access) -> Reading:
    if snapshot := submitted(plan, stage, access):
        return Reading(thawed(plan, snapshot.content), snapshot, narrowed=False)
    return Reading(gather(plan, access=access), None, narrowed=not sees_all(access))


# --- where a section is printed ----------------------------------------------------------------------------------


def places(frame: Framework, section: str) -> list[Place]:
    """In reading order; empty for a section that no book prints."""
    wanted = PARENTS.get(section, section)
    found = []
    for book in frame.books:
        if book.combines:
            continue
        if any(_fed(frame, name) == wanted for name in book.front if _is_question(frame, name)):
            found.append(Place(book.code, FRONT, f"Buku {book.number}, halaman depan"))
        for number, chapter in enumerate(book.chapters, start=1):
            sources = [source for part in chapter.sections for source in part.sources]
            if wanted in _worded(frame, book.code) or any(_screen(frame, source) == wanted for source in sources):
                word = "Lampiran" if chapter.is_appendix else f"Bab {roman(number)}"
                found.append(Place(book.code, chapter.code, f"Buku {book.number}, {word}: {chapter.title}"))
    return found


def _screen(frame: Framework, source: Named) -> str:
    return _fed(frame, source.name) if source.is_question else SCREENS.get(source.name, "")


def _fed(frame: Framework, key: str) -> str:
    return f"narasi-{frame.question(key).section}"


def _worded(frame: Framework, book: str) -> set[str]:
    """The groups of the product's own sentences in this book: its chapters' and those around tables and figures."""
    books = {question_key(each.code) for each in frame.books} - {question_key(book)}
    return {f"narasi-{each.section}" for each in frame.all_questions if each.default and each.section not in books}


def _is_question(frame: Framework, name: str) -> bool:
    return any(question.key == name for question in frame.all_questions)


# --- which piece -------------------------------------------------------------------------------------------------


def carried(block: Block) -> Iterator[str]:
    """The origins of a block and of all that is in it."""
    yield block.origin
    if isinstance(block, Paragraph):
        yield from (origin for _, origin in block.parts)
    elif isinstance(block, Table):
        yield from (row.origin for row in block.rows)
    elif isinstance(block, Swot):
        yield from (origin for origins in block.origins.values() for origin in origins)
    elif isinstance(block, Bullets):
        yield from block.origins


def origins_of(blocks: Iterable[Block]) -> list[Origin]:
    found = (parsed(text) for block in blocks for text in carried(block))
    return [origin for origin in found if origin]


def pieces(material: Material, place: Place) -> list[Piece]:
    book = book_with(material, place.book, place.chapter)
    return [piece for chapter in book.chapters for piece in cutting.pieces(book, chapter)]


def best(found: list[Piece], section: str, wanted: Origin | None) -> int:
    """The place in the list of the piece to show: the one that says most of the row or answer, else most of the section.

    A row's own card says more of it than its lines in tables.
    """
    own = {section, *(child for child, parent in PARENTS.items() if parent == section)}

    def weight(piece: Piece) -> tuple[bool, int, int, int]:
        fields = [name for block in piece.blocks for name in _fields(block, wanted)] if wanted else []
        blocks = [block for block in piece.blocks if any(one.section in own for one in origins_of([block]))]
        cards = sum(isinstance(block, Facts | QuickWinPage) for block in blocks)
        return wanted is not None and wanted.field in fields, len(fields), cards, sum(block.weight for block in blocks)

    return max(range(len(found)), key=lambda number: (weight(found[number]), -number)) if found else 0


def _fields(block: Block, wanted: Origin) -> Iterator[str]:
    """The fields of the wanted row, or the wanted answer, that the block prints."""
    for text in carried(block):
        origin = parsed(text) if text else None
        if origin and (origin.section, origin.row) == (wanted.section, wanted.row):
            yield origin.field
    row = f"{wanted.section}/{wanted.row}"
    if isinstance(block, Table):
        yield from (name for each in block.rows if each.origin == row for name in each.names)
    elif isinstance(block, Facts | QuickWinPage) and block.origin == row:
        yield from block.names.values()


# --- as a page ---------------------------------------------------------------------------------------------------


def piece_context(material: Material, piece: Piece) -> dict[str, Any]:
    """What the book's own template needs, for the screen."""
    shown = edition(material)
    refs = references(Content(shown, (piece.book,)))
    context = pages.piece_context(shown, piece, refs)
    _for_screen(material, context["items"], {item.entry.anchor for item in piece.items if item.entry}, refs)
    gist = (
        ""
        if piece.chapter.appendix
        else of_answer(material.framework, question_key(piece.book.code, piece.chapter.code))
    )
    return context | {
        "gist_origin": gist,
        "on_screen": True,
        "link": "#",
        "above": range(2, piece.depth + 1) if piece.number else (),
    }


def front_context(material: Material, book: str, section: str) -> dict[str, Any]:
    """The leaves before chapter I that are written in this section."""
    bound: Book = front_of(material, book)
    leaves = [leaf for leaf in bound.front if any(one.section == section for one in origins_of(leaf.blocks))]
    parts = [_leaf(material, leaf) for leaf in leaves]
    return {
        "edition": edition(material), "book": bound, "parts": parts, "code": f"{book}.{FRONT}", "end": "end", "tone": "d-none",
        "on_screen": True,
    }  # fmt: skip


def _leaf(material: Material, leaf: FrontMatter) -> dict[str, Any]:
    items = [pages._item(block, None, {}) for block in leaf.blocks]
    _for_screen(material, items, set(), {})
    return {"matter": leaf, "items": items}


def _for_screen(material: Material, items: list[dict[str, Any]], anchors: set[str], refs: References) -> None:
    """Pictures from where a browser may have them, links to what is on this page, sentences that know their field."""
    figures = [item["block"] for item in items if isinstance(item["block"], Figure)]
    drawn = iter(screen_charts.drawn(figures, "gambar") if figures else [])
    under = 1
    for item in items:
        block = item["block"]
        under = block.level if isinstance(block, Heading) else 2 if isinstance(block, QuickWinPage) else under
        item["under"] = under + 1
        if isinstance(block, Figure):
            item["picture"] = next(drawn).svg
        elif isinstance(block, Paragraph):
            words = pages.spoken(block, refs)
            item["html"] = mark_safe(LINKED.sub(lambda found: _link(found, anchors), words))
        elif isinstance(block, Image):
            item["source_url"] = _file(material, block.file)
        elif isinstance(block, Gallery):
            item["photos"] = [(_file(material, file), caption) for file, caption in block.photos]


def _link(found: re.Match[str], anchors: set[str]) -> str:
    return f'<a class="ref" href="#{found[1]}">{found[2]}</a>' if found[1] in anchors else f"<b>{found[2]}</b>"


def _file(material: Material, file: str) -> str:
    return reverse("bimtek:file", args=[material.region.slug, file])


def widths(html: str) -> list[str]:
    """The numbers for which the page needs a rule: the content policy lets no element carry a style."""
    return sorted(set(WIDTHS.findall(html)), key=float)
