"""Rendered units in the order of a book: which page each begins on, what its pages are called, what the lists say."""

import functools
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from bimtek.formats import roman
from masterplan import pages
from masterplan.books import Book, Chapter, FrontMatter
from masterplan.canonical import digest
from masterplan.cutting import pieces
from masterplan.editions import Edition
from masterplan.numbering import Entry, entries
from masterplan.slots import GAP
from masterplan.units import Unit

LISTS = {"contents": ("chapter", "heading"), "tables": ("table",), "figures": ("figure",)}
BINDERS = (
    "binding",
    "linking",
    "places",
    "packing",
    "segments",
    "filing",
    "faces",
    "furniture",
    "archival",
    "workbook",
    "gate",
)
ENGINES = ("pikepdf", "uharfbuzz", "xlsxwriter", "weasyprint")  # the last brings the profile of colours
DEEPEST = 3  # heading level in the contents


@dataclass(frozen=True)
class Part:
    """One unit in its place: what the labels of its pages are made of, and what a sentence calls it.

    style: "r" roman, "D" arabic. end: the anchor that proves the unit is whole.
    """

    unit: Unit
    name: str
    end: str
    prefix: str = ""
    style: str = "D"
    stamped: bool = True
    level: int = 0  # added to the level of its bookmarks
    follows: bool = False  # goes on counting where the part before it ends, on the next page
    tab: int | None = None  # place of its thumb tab among the tabs of the book
    slots: tuple[str, ...] = ()  # anchors whose labels fill its gaps, in order (masterplan.slots)


@dataclass
class Bound:
    """What a binding left: for the gate and the row."""

    path: Path
    pages: int
    parts: list[tuple[Part, int, int]] = field(default_factory=list)  # with the first page of each, and its number
    blanks: int = 0

    def place(self, part: Part) -> None:
        """The next part begins on the next page."""
        number = 1
        if part.follows:
            before, _, since = self.parts[-1]
            number = since + before.unit.pages
        self.parts.append((part, self.pages, number))

    def at(self, page: int) -> tuple[Part, int, int]:
        """The part that a page of the file belongs to."""
        return self.parts[bisect_right(self.parts, page, key=lambda found: found[1]) - 1]

    def label(self, page: int) -> str:
        """What stands at the foot of a page of the file: "III-12", "iv"."""
        part, first, since = self.at(page)
        number = since + page - first
        return f"{part.prefix}{roman(number).lower() if part.style == 'r' else number}"


def labels(book: Book, units: Mapping[str, Sequence[Unit]]) -> dict[str, str]:
    """anchor → page label ("III-12") for everything in the chapters of a book. units: chapter code → its units."""
    found: dict[str, str] = {}
    for chapter in book.chapters:
        before = 0
        for unit in units[chapter.code]:
            for anchor, (page, *_) in unit.anchors.items():
                found.setdefault(anchor, f"{chapter.numeral}-{before + int(page) + 1}")
            before += unit.pages
    return found


FrontPart = dict[str, Any]
"""One matter of the front for its template: "matter", "anchor", "lines"."""


def front_parts(
    books: list[Book], matters: Iterable[FrontMatter], where: Mapping[str, str], code: str
) -> list[FrontPart]:
    """The front matter with its lists filled. Several books: one list over all of them.

    where: anchor → page label; without one a gap, which the linker fills.
    """
    matters = list(matters)
    parts: list[FrontPart] = [
        {"matter": matter, "anchor": f"{code}.front.{index}", "lines": None} for index, matter in enumerate(matters)
    ]
    for index, part in enumerate(parts):
        kind = matters[index].kind
        if kind in LISTS:
            ahead = [_front_line(other) for other in parts[index + 1 :]] if kind == "contents" else []
            behind = [_front_line(other) for other in parts[:index]] if kind == "contents" else []
            part["lines"] = behind + ahead + _lines(books, LISTS[kind], where)
    return parts


def listed(parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The anchors whose labels the lists show, in order."""
    return tuple(line["anchor"] for part in parts for line in part["lines"] or () if line["page"])


def _front_line(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "level": 2,
        "sign": "",
        "text": part["matter"].title,
        "anchor": part["anchor"],
        "href": f"#{part['anchor']}",
        "page": "",
        "inside": True,
    }


def _lines(books: list[Book], kinds: tuple[str, ...], where: Mapping[str, str]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for book in books:
        found = [entry for entry in entries(book) if entry.kind in kinds and entry.level <= DEEPEST]
        if len(books) > 1 and found:
            lines.append(
                {
                    "level": 0,
                    "sign": f"Buku {book.number}",
                    "text": book.title,
                    "anchor": "",
                    "href": "",
                    "page": "",
                    "inside": False,
                }
            )
        tones = {chapter.code: pages.tone(chapter.dimension) for chapter in book.chapters}
        lines += [_line(entry, where.get(entry.anchor, GAP), tones[entry.chapter]) for entry in found]
    return lines


def _line(entry: Entry, page: str, tone: str) -> dict[str, Any]:
    sign = entry.label if entry.kind in ("table", "figure") else entry.sign
    return {
        "level": entry.level or 2,
        "sign": sign,
        "text": entry.text,
        "anchor": entry.anchor,
        "href": pages.LINK + entry.anchor,
        "page": page,
        "inside": False,
        "tone": tone,
    }


@dataclass(frozen=True)
class Overlay:
    """The small units whose pages are laid over others: the stamp's four, and four a tab."""

    stamp: Unit
    tabs: Unit


def laid(parts: Iterable[Part], target: Path) -> Bound:
    """Which page each part begins on. One that does not follow another starts on a right-hand page, behind a blank one if need be."""
    bound = Bound(target, 0)
    for part in parts:
        if bound.pages % 2 and not part.follows:
            bound.blanks += 1
            bound.pages += 1
        bound.place(part)
        bound.pages += part.unit.pages
    return bound


@functools.cache
def fingerprint() -> str:
    """Hash of the code that binds and looks at what is bound, and of the engines under it."""
    found = hashlib.sha256()
    for name in BINDERS:
        found.update((settings.BASE_DIR / "masterplan" / f"{name}.py").read_bytes())
    for engine in ENGINES:
        found.update(f"{engine} {version(engine)}".encode())
    return found.hexdigest()


def key(parts: list[Part], overlay: Overlay | None, title: str, edition: Edition, data: bytes) -> str:
    """Hash of all that decides the bytes of the bound file."""
    told = [
        [each.unit.key, each.end, each.prefix, each.style, each.stamped, each.level, each.follows, each.tab, each.slots]
        for each in parts
    ]
    over = [overlay.stamp.key, overlay.tabs.key] if overlay else []
    return digest([fingerprint(), told, over, title, edition, hashlib.sha256(data).hexdigest()])


def chapter_parts(book: Book, chapter: Chapter, units: Sequence[Unit], *, tab: int, level: int = 0) -> Iterator[Part]:
    """The pieces of a chapter in their places."""
    for piece, unit in zip(pieces(book, chapter), units, strict=True):
        yield Part(
            unit, piece.name, piece.end, f"{chapter.numeral}-", "D", level=level, follows=piece.number > 0, tab=tab
        )
