"""The books of one print as plain frozen data: chapters and front matter, made of masterplan.blocks.

Order of a book on paper: cover, `front` in its order, `chapters` in theirs. References between chapters go by `key`:
a Table, Figure or Heading with a key can be named in `Paragraph.refs` and prints as a link ("Tabel 4.2").
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from bimtek.formats import roman
from masterplan.blocks import Block, block_from_json
from masterplan.canonical import canonical
from masterplan.editions import Edition

COMBINED = "gabungan"  # code of the file that holds all books


def _blocks(items: Any) -> tuple[Block, ...]:
    return tuple(b if isinstance(b, Block) else block_from_json(b) for b in items)


@dataclass(frozen=True)
class Chapter:
    """A chapter, or an appendix, which is lettered. `code` is stable and unique in the book ("swot", "rencana-aksi").

    gist: one sentence that says what the chapter found. dimension: its code where the whole chapter is about one.
    """

    code: str
    number: int
    title: str
    blocks: tuple[Block, ...]
    gist: str = ""
    dimension: str = ""
    appendix: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", _blocks(self.blocks))

    @property
    def numeral(self) -> str:
        """ "III", or "C" for the third appendix: stands on the opener and in the page label."""
        return chr(64 + self.number) if self.appendix else roman(self.number)

    @property
    def sign(self) -> str:
        """ "3" or "C": stands in the numbers of sections, tables and figures."""
        return self.numeral if self.appendix else str(self.number)

    @property
    def word(self) -> str:
        return "Lampiran" if self.appendix else "Bab"


FrontKind = Literal["page", "contents", "tables", "figures", "abbreviations"]


@dataclass(frozen=True)
class FrontMatter:
    """A part before chapter I, on roman pages. The three lists are made by the press; "abbreviations" takes `pairs`."""

    kind: FrontKind
    title: str
    blocks: tuple[Block, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", _blocks(self.blocks))
        object.__setattr__(self, "pairs", tuple((short, long) for short, long in self.pairs))


@dataclass(frozen=True)
class Book:
    """One bound book. `running` is its name in the page heads ("Buku 1 – Analisis Strategis")."""

    code: str
    number: int
    title: str
    running: str
    chapters: tuple[Chapter, ...]
    front: tuple[FrontMatter, ...] = ()
    subtitle: str = ""

    def __post_init__(self) -> None:
        chapters = tuple(c if isinstance(c, Chapter) else Chapter(**c) for c in self.chapters)
        front = tuple(f if isinstance(f, FrontMatter) else FrontMatter(**f) for f in self.front)
        object.__setattr__(self, "chapters", chapters)
        object.__setattr__(self, "front", front)


@dataclass(frozen=True)
class Content:
    """Everything that one print needs, frozen."""

    edition: Edition
    books: tuple[Book, ...]

    def __post_init__(self) -> None:
        books = tuple(b if isinstance(b, Book) else Book(**b) for b in self.books)
        object.__setattr__(self, "books", books)

    @cached_property
    def spelled(self) -> str:
        """Its canonical JSON."""
        return canonical(self)

    @classmethod
    def read(cls, spelled: str) -> Self:
        """From canonical JSON, which it keeps."""
        found = cls.from_json(json.loads(spelled))
        vars(found)["spelled"] = spelled
        return found

    def to_json(self) -> dict[str, Any]:
        """What its canonical JSON holds."""
        found: dict[str, Any] = json.loads(self.spelled)
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(edition=Edition(**data["edition"]), books=tuple(data["books"]))
