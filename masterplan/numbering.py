"""Numbers of sections, tables and figures, from the content alone: no page is needed to know "Tabel 4.2"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from masterplan.blocks import Block, Figure, Heading, Image, QuickWinPage, Swot, Table
from masterplan.books import Book, Chapter, Content


@dataclass(frozen=True)
class Entry:
    """A thing that the contents, the lists or a reference can point to."""

    kind: Literal["chapter", "heading", "table", "figure"]
    level: int
    sign: str  # "3", "3.1", "3.1.1"; empty for headings without number
    text: str
    anchor: str
    chapter: str  # code

    @property
    def label(self) -> str:
        """How a sentence names it: "Tabel 4.2", "Bab III", "bagian 3.1"."""
        word = {"table": "Tabel", "figure": "Gambar", "heading": "bagian"}.get(self.kind)
        if self.kind == "heading" and not self.sign:
            return f"“{self.text}”"
        return f"{word} {self.sign}" if word else self.sign


def chapter_anchor(book: Book, chapter: Chapter) -> str:
    return f"{book.code}.{chapter.code}"


def numbered(book: Book, chapter: Chapter) -> Iterator[tuple[Block, Entry | None]]:
    """The blocks of a chapter in order, each with its entry where it has one."""
    anchor = chapter_anchor(book, chapter)
    section = subsection = tables = figures = 0
    for index, block in enumerate(chapter.blocks):
        here = f"{anchor}.{index}"
        entry = None
        if isinstance(block, QuickWinPage) or (isinstance(block, Heading) and block.level == 2):
            section, subsection = section + 1, 0
            text = block.name if isinstance(block, QuickWinPage) else block.text
            entry = Entry("heading", 2, f"{chapter.sign}.{section}", text, here, chapter.code)
        elif isinstance(block, Heading) and block.level == 3:
            subsection += 1
            entry = Entry("heading", 3, f"{chapter.sign}.{section}.{subsection}", block.text, here, chapter.code)
        elif isinstance(block, Heading):
            entry = Entry("heading", 4, "", block.text, here, chapter.code)
        elif isinstance(block, Table | Swot):
            tables += 1
            entry = Entry("table", 0, f"{chapter.sign}.{tables}", block.caption, here, chapter.code)
        elif isinstance(block, Figure | Image):
            figures += 1
            entry = Entry("figure", 0, f"{chapter.sign}.{figures}", block.caption, here, chapter.code)
        yield block, entry


def entries(book: Book) -> list[Entry]:
    """Everything of a book that a list can name, chapters included, in reading order."""
    found = []
    for chapter in book.chapters:
        found.append(
            Entry(
                "chapter",
                1,
                f"{chapter.word} {chapter.numeral}",
                chapter.title,
                chapter_anchor(book, chapter),
                chapter.code,
            )
        )
        found += [entry for _, entry in numbered(book, chapter) if entry]
    return found


References = Mapping[str, tuple[str, str]]


def references(content: Content) -> References:
    """key → (label, anchor) for all blocks that carry a key. A key inside its own book is enough; the first of equals wins.

    Content never changes, so they are found once and kept with it.
    """
    known: dict[str, References] = vars(content)
    if "_references" not in known:
        known["_references"] = _references(content)
    return known["_references"]


def _references(content: Content) -> References:
    found: dict[str, tuple[str, str]] = {}
    for book in content.books:
        for chapter in book.chapters:
            for block, entry in numbered(book, chapter):
                key = getattr(block, "key", "")
                if key and entry:
                    found.setdefault(key, (entry.label, entry.anchor))
            found.setdefault(
                f"bab:{chapter.code}", (f"{chapter.word} {chapter.numeral}", chapter_anchor(book, chapter))
            )
    return found
