"""What a book holds besides its chapters: covers, front matter, and the small pages that are laid over others.

Each is a unit of its own, rendered beside the chapters: none knows a page number (masterplan.slots, masterplan.furniture).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from bimtek.formats import by_letter
from masterplan import binding, pages, units
from masterplan.blocks import Block
from masterplan.books import COMBINED, Book, Content, FrontMatter
from masterplan.canonical import digest

FEW = 200


class Kind(IntEnum):
    """As the piece of a chapter without a code (PrintUnit.part)."""

    COVER, FRONT, STAMP, TABS = range(4)


@dataclass(frozen=True)
class Matter:
    """One such unit. book: code of a book, COMBINED, or "" for what all share. emblem: the file that the cover shows."""

    book: str
    kind: Kind
    name: str
    html: str
    blocks: tuple[Block, ...] = ()
    emblem: str = ""

    @property
    def tagged(self) -> bool:
        """What is laid over pages is drawn and never read."""
        return self.kind not in (Kind.STAMP, Kind.TABS)

    @property
    def weight(self) -> int:
        """Like Piece.weight, the characters that it says, roughly: of lists a quarter of their markup; elsewhere hardly any."""
        return len(self.html) // 4 if self.kind is Kind.FRONT else FEW

    def key(self, shown: Mapping[str, str]) -> str:
        """shown: file → hash, of all that the pages show."""
        return digest([units.fingerprint(), self.html, shown, self.tagged])


def wanted(content: Content, codes: Iterable[str]) -> Iterator[Matter]:
    """All that the books asked for need."""
    known = [book.code for book in content.books]
    asked = [code for code in codes if code in known or code == COMBINED]
    if not asked:
        return
    yield of(content, "", Kind.STAMP)
    yield of(content, "", Kind.TABS)
    covers = [COMBINED, *known] if COMBINED in asked else asked
    yield from (of(content, code, Kind.COVER) for code in covers)
    yield from (of(content, code, Kind.FRONT) for code in asked if matters(content, code))


def of(content: Content, code: str, kind: Kind) -> Matter:
    edition = content.edition
    called = name(content, code, kind)
    if kind is Kind.STAMP:
        return Matter(code, kind, called, pages.stamp_html(edition))
    if kind is Kind.TABS:
        return Matter(code, kind, called, pages.tabs_html(tabs(content)))
    if kind is Kind.COVER:
        return Matter(code, kind, called, cover_html(content, code), emblem=edition.emblem)
    html = pages.front_html(edition, whole(content, code), front_parts(content, code), front_code(code))
    return Matter(code, kind, called, html, tuple(block for part in matters(content, code) for block in part.blocks))


def name(content: Content, code: str, kind: Kind) -> str:
    """How a sentence calls it."""
    if kind in (Kind.STAMP, Kind.TABS):
        return "Cap halaman" if kind is Kind.STAMP else "Penanda bab"
    book = whole(content, code)
    called = book.title if code == COMBINED else f"Buku {book.number}"
    return f"Sampul {called}" if kind is Kind.COVER else f"Bagian depan {called}"


def cover_html(content: Content, code: str) -> str:
    book, books = whole(content, code), list(content.books) if code == COMBINED else []
    subtitle = " · ".join(each.title for each in books) if books else book.subtitle
    number = "" if books else f"Buku {book.number}"
    return pages.cover_html(
        content.edition, title=book.title, subtitle=subtitle, number=number, code=f"{code}.cover", books=books
    )


def whole(content: Content, code: str) -> Book:
    """The book of a code; of COMBINED its own matter, without chapters: the first book's, with the abbreviations of all."""
    if code != COMBINED:
        return next(book for book in content.books if book.code == code)
    title = content.edition.title
    return Book(COMBINED, 0, title, title, (), _one_of_each(content.books))


def _one_of_each(books: tuple[Book, ...]) -> tuple[FrontMatter, ...]:
    pairs = dict(pair for book in books for matter in book.front for pair in matter.pairs)
    return tuple(
        replace(matter, pairs=by_letter(pairs)) if matter.kind == "abbreviations" else matter
        for matter in (books[0].front if books else ())
    )


def matters(content: Content, code: str) -> tuple[FrontMatter, ...]:
    return whole(content, code).front


def front_code(code: str) -> str:
    return f"{code}.front"


def front_parts(content: Content, code: str, where: Mapping[str, str] | None = None) -> list[binding.FrontPart]:
    """The front matter with its lists, over all books in the combined file. where: see binding.front_parts."""
    books = list(content.books) if code == COMBINED else [whole(content, code)]
    return binding.front_parts(books, matters(content, code), where or {}, front_code(code))


def tabs(content: Content) -> list[pages.Tab]:
    """The thumb tabs of all chapters, each once."""
    return list(dict.fromkeys(pages.tab_of(chapter) for book in content.books for chapter in book.chapters))
