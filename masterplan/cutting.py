"""Cuts a long chapter into pieces that are rendered on their own, so that no unit takes most of a book's time.

A piece begins on a page of its own. Cuts are made where a page begins anyway (turned pages, quick wins) or, once enough has
gathered, before a section, a card or a row of a table. They depend on the chapter's content alone, never on pages: the
same chapter is cut in the same places by whoever asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from masterplan.blocks import Block, Facts, Heading, QuickWinPage, Table
from masterplan.books import Book, Chapter
from masterplan.canonical import canonical, digest
from masterplan.numbering import Entry, chapter_anchor, numbered

LONG = 60_000  # characters of content from which a chapter is cut at all
FREE, SECTION, CARD = 12_000, 24_000, 36_000  # characters since the last cut from which each kind of place is taken
ROWS = 36_000  # characters of a table's rows that stay in one piece
LEAST = 6_000  # fewer characters get no piece of their own


@dataclass(frozen=True)
class Item:
    """A block in its piece. continued: the rows above are in an earlier piece; goes_on: more follow in a later one."""

    block: Block
    entry: Entry | None
    continued: bool = False
    goes_on: bool = False


@dataclass(frozen=True)
class Piece:
    """What one unit holds. number: 0 is the piece with the chapter's opener. depth: level of the heading it stands under."""

    book: Book
    chapter: Chapter
    number: int
    items: tuple[Item, ...]
    last: bool
    depth: int

    @property
    def end(self) -> str:
        """The anchor that proves the unit is whole. Named by what is in it: a piece stays the same whatever is cut before it."""
        anchor = chapter_anchor(self.book, self.chapter)
        return f"{anchor}.end" if self.last else f"{anchor}.end-{self.digest[:16]}"

    @cached_property
    def digest(self) -> str:
        """Hash of what is in it."""
        return digest([[each.block.spelled, each.entry, each.continued, each.goes_on] for each in self.items])

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(item.block for item in self.items)

    @property
    def weight(self) -> int:
        """How long it takes to render, roughly: the characters of its content."""
        return sum(item.block.weight for item in self.items)

    @property
    def name(self) -> str:
        """How a sentence calls it: "Buku 2, Bab IV Rencana Aksi, mulai 4.5 Rencana Aksi per Dimensi"."""
        chapter = self.chapter
        name = f"Buku {self.book.number}, {chapter.word} {chapter.numeral} {chapter.title}"
        return name if self.number == 0 else f"{name}, mulai {self.starts_at}"

    @property
    def starts_at(self) -> str:
        """The first thing in it that has a name."""
        for item in self.items:
            if item.entry:
                return f"{item.entry.label} {item.entry.text}" if item.entry.kind != "heading" else _titled(item.entry)
        return f"bagian {self.number + 1}"


def _titled(entry: Entry) -> str:
    return f"{entry.sign} {entry.text}".strip()


def pieces(book: Book, chapter: Chapter) -> list[Piece]:
    """The pieces of a chapter in order; a chapter that is not long is one."""
    items = [Item(block, entry) for block, entry in numbered(book, chapter)]
    groups = [items]
    if sum(item.block.weight for item in items) > LONG:
        groups = list(_groups([part for item in items for part in _split(item)]))
    found, depth = [], 0
    for number, group in enumerate(groups):
        found.append(Piece(book, chapter, number, tuple(group), number == len(groups) - 1, depth))
        depth = _depth(group, depth or 1)
    return found


def _split(item: Item) -> Iterator[Item]:
    """A table with very many rows as several of equal length, best cut before the head of a group."""
    table = item.block
    if not isinstance(table, Table) or table.weight <= ROWS:
        yield item
        return
    starts, gathered = [0], 0
    for index, row in enumerate(table.rows):
        heavy = gathered > ROWS or (gathered > ROWS * 2 // 3 and row.kind == "group")
        if heavy and row.kind in ("row", "group") and table.rows[index - 1].kind != "group":
            starts.append(index)
            gathered = 0
        gathered += len(canonical(row))
    ends = [*starts[1:], len(table.rows)]
    for start, end in zip(starts, ends, strict=True):
        rows, last = table.rows[start:end], end == len(table.rows)
        part = replace(table, rows=rows, source=table.source if last else "", note=table.note if last else "")
        yield Item(part, item.entry, continued=start > 0, goes_on=not last)


Place = Literal["", "free", "section", "card", "must"]
ENOUGH = {"must": 0, "free": FREE, "section": SECTION, "card": CARD}


def _groups(items: list[Item]) -> Iterator[list[Item]]:
    """Runs of items between two cuts. What follows the last cut is never a scrap."""
    left = sum(item.block.weight for item in items)
    group: list[Item] = []
    gathered = 0
    for index, item in enumerate(items):
        place = _place(items, index) if group else ""
        if place and gathered >= ENOUGH[place] and (left >= LEAST or place == "must"):
            yield group
            group, gathered = [], 0
        group.append(item)
        gathered, left = gathered + item.block.weight, left - item.block.weight
    yield group


def _place(items: list[Item], index: int) -> Place:
    """What kind of place for a cut lies before this item."""
    item, before = items[index], items[index - 1]
    block = item.block
    if item.continued:
        return "must"
    if isinstance(before.block, Heading):
        return ""  # a heading stays with what it heads
    if (
        isinstance(block, QuickWinPage)
        or isinstance(before.block, QuickWinPage)
        or _turned(block) != _turned(before.block)
    ):
        return "free"
    if isinstance(block, Heading):
        card = index + 1 < len(items) and isinstance(items[index + 1].block, Facts)
        return "section" if block.level < 4 else "card" if card else ""
    return ""


def _turned(block: Block) -> bool:
    return bool(getattr(block, "landscape", False))


def _depth(items: list[Item], depth: int) -> int:
    """The level of the last heading, as the tags count it: never deeper than its parent by more than a step."""
    for item in items:
        if isinstance(item.block, Heading):
            depth = min(item.block.level - 1, depth) + 1
        elif isinstance(item.block, QuickWinPage):
            depth = 2
    return depth
