"""What a book holds, as plain frozen data: the contract between the composers (rows → content) and the press (content → PDF).

Everything here survives a round trip through JSON, so a print can be frozen when it is asked for. Texts are plain text and
escaped by the templates; the one exception is `Prose.html`, which the press sanitises again. Numbers, money and dates
arrive already written the Indonesian way. Headings, tables and figures are numbered by the press, never here.

`origin` says where on the screens a piece was written (masterplan.origins): a SCREEN field, no part of the frozen content.
Blocks stand in the chapters of masterplan.books, in their order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

from masterplan.canonical import SCREEN, canonical, frozen

KINDS: dict[str, type["Block"]] = {}


@dataclass(frozen=True)
class Block:
    """One piece of a chapter. Subclasses are told apart in JSON by `kind`."""

    kind: ClassVar[str] = ""
    origin: str = field(default="", kw_only=True, compare=False, metadata=SCREEN)

    def __init_subclass__(cls, kind: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.kind = kind or cls.__name__.lower()
        KINDS[cls.kind] = cls

    def told(self) -> dict[str, Any]:
        """Its fields, and what tells it from other blocks."""
        return {"kind": self.kind, **{name: getattr(self, name) for name in frozen(type(self))}}

    @cached_property
    def spelled(self) -> str:
        """Its canonical JSON."""
        return canonical(self)

    @property
    def weight(self) -> int:
        """Characters of its content: how long it takes to render, roughly."""
        return len(self.spelled)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        known = {f.name for f in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})


def block_from_json(data: Mapping[str, Any]) -> Block:
    return KINDS[data["kind"]].from_json(data)


@dataclass(frozen=True)
class Heading(Block):
    """A section title: level 2 prints as 3.1, level 3 as 3.1.1, level 4 without a number."""

    level: Literal[2, 3, 4]
    text: str
    key: str = ""
    landscape: bool = False  # stands on the turned page of the table that follows


@dataclass(frozen=True)
class Prose(Block):
    """Rich text that a person wrote in the editor. The only HTML in the content; sanitised once more before printing."""

    html: str


@dataclass(frozen=True)
class Paragraph(Block):
    """Plain running text. `{name}` in the text becomes a link to the thing whose key `refs[name]` gives.

    parts: its sentences with the origin of each, where they are the product's own.
    """

    text: str
    refs: Mapping[str, str] = field(default_factory=dict)
    lead: bool = False  # larger, for the first words of a chapter
    landscape: bool = False
    parts: tuple[tuple[str, str], ...] = field(default=(), kw_only=True, compare=False, metadata=SCREEN)


@dataclass(frozen=True)
class Bullets(Block):
    items: tuple[str, ...]
    ordered: bool = False
    origins: tuple[str, ...] = field(default=(), kw_only=True, compare=False, metadata=SCREEN)  # of each item

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))


Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Column:
    """`share` is the width relative to the other columns. Neighbours with the same `group` get one head over them."""

    title: str
    align: Align = "left"
    share: float = 1.0
    unit: str = ""
    group: str = ""


@dataclass(frozen=True)
class TableRow:
    """Cells in the order of the columns; a line break in a cell is "\\n". names: the field that each cell was written in.

    kind: "row"; "group" a head over the following rows (one cell, spans the table); "subtotal"; "total".
    """

    cells: tuple[str, ...]
    kind: Literal["row", "group", "subtotal", "total"] = "row"
    dimension: str = ""  # colours the letter code in front of a group
    origin: str = field(default="", kw_only=True, compare=False, metadata=SCREEN)
    names: tuple[str, ...] = field(default=(), kw_only=True, compare=False, metadata=SCREEN)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(self.cells))


@dataclass(frozen=True)
class Table(Block):
    """Captioned above ("Tabel 3.1 …"), source below. Without rows it prints `empty`. landscape: on turned pages, 8 pt."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    source: str = ""
    note: str = ""
    landscape: bool = False
    key: str = ""
    empty: str = "Belum diisi."

    def __post_init__(self) -> None:
        columns = tuple(c if isinstance(c, Column) else Column(**c) for c in self.columns)
        rows = tuple(
            r if isinstance(r, TableRow) else TableRow(**r) if isinstance(r, Mapping) else TableRow(tuple(r))
            for r in self.rows
        )
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "rows", rows)


@dataclass(frozen=True)
class Figure(Block):
    """A chart: `chart` is a specification from masterplan.charts. `alt` says in words what the picture shows.

    side: "left" and "right" are the halves of a spread, each a page of its own. Pages are left or right only in the first
    piece of a chapter (which begins on a right-hand page), so that is where a spread must stand.
    """

    caption: str
    chart: Mapping[str, Any]
    alt: str
    source: str = ""
    landscape: bool = False
    key: str = ""
    side: Literal["", "left", "right"] = ""


@dataclass(frozen=True)
class Image(Block):
    """A picture that the region uploaded, by the id of its StoredFile. width: share of the text width."""

    file: str
    caption: str
    alt: str = ""
    source: str = ""
    width: float = 1.0
    key: str = ""


@dataclass(frozen=True)
class Gallery(Block):
    """Photos side by side (documentation): (StoredFile id, caption) each."""

    photos: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "photos", tuple((file, caption) for file, caption in self.photos))


@dataclass(frozen=True)
class Facts(Block):
    """Label and value pairs as a quiet list. An empty value prints "Belum diisi". dense: small, in two columns (cards).

    names: label → the field of `origin` that its value was written in. note: a line below it.
    """

    pairs: tuple[tuple[str, str], ...]
    dense: bool = False
    note: str = ""
    names: Mapping[str, str] = field(default_factory=dict, kw_only=True, compare=False, metadata=SCREEN)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", tuple((label, value) for label, value in self.pairs))


@dataclass(frozen=True)
class Swot(Block):
    """The 2 × 2 matrix of one scope, items with their codes ("S1 …"); origins by "S", "W", "O", "T". Counts as a table."""

    caption: str
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    opportunities: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    source: str = ""
    key: str = ""
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict, kw_only=True, compare=False, metadata=SCREEN)

    def __post_init__(self) -> None:
        for name in ("strengths", "weaknesses", "opportunities", "threats"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True)
class Quote(Block):
    """A vision or a motto, set large. `by` is where it comes from."""

    text: str
    by: str = ""
    dimension: str = ""


@dataclass(frozen=True)
class Callout(Block):
    """A boxed remark: what to take away, or a caution. tone "note" or "warning"."""

    title: str
    text: str
    tone: Literal["note", "warning"] = "note"


@dataclass(frozen=True)
class Tiles(Block):
    """Big figures in a row: (value, label) each, at most four a row."""

    tiles: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tiles", tuple((value, label) for value, label in self.tiles))


@dataclass(frozen=True)
class Empty(Block):
    """Nothing was written here yet: says so, with what belongs here and where it is filled in."""

    what: str
    where: str = ""


@dataclass(frozen=True)
class Signature:
    """One signer. status: belum, menandatangani, menyusul, diwakili; `on_behalf` prints "a.n. …" above the position."""

    position: str
    name: str = ""
    rank: str = ""  # pangkat/golongan
    nip: str = ""
    on_behalf: str = ""
    status: str = ""


@dataclass(frozen=True)
class Signatures(Block):
    """Signature blocks, two a row, kept whole. `place_date` is "Batam, 6 September 2022"; nip is left out in public books."""

    signers: tuple[Signature, ...]
    place_date: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        signers = tuple(s if isinstance(s, Signature) else Signature(**s) for s in self.signers)
        object.__setattr__(self, "signers", signers)


@dataclass(frozen=True)
class QuickWinPage(Block, kind="quick-win"):
    """One quick win on a page of its own. Sections with an empty text print "Belum diisi". names: as those of Facts."""

    dimension: str
    dimension_name: str
    name: str
    summary: str  # the benefit, in one or two sentences
    facts: tuple[tuple[str, str], ...] = ()  # OPD, PIC, jenis, status, lama
    sections: tuple[tuple[str, str], ...] = ()  # latar belakang, tujuan, keunikan, …
    targets: tuple[tuple[str, str], ...] = ()  # ("3 bulan", "…") …
    risks: tuple[tuple[str, str], ...] = ()  # identifikasi, analisis, penanganan, mitigasi
    progress: int | None = None
    key: str = ""
    names: Mapping[str, str] = field(default_factory=dict, kw_only=True, compare=False, metadata=SCREEN)

    def __post_init__(self) -> None:
        for name in ("facts", "sections", "targets", "risks"):
            object.__setattr__(self, name, tuple((label, value) for label, value in getattr(self, name)))
