"""Rendered units → one PDF: order, page labels, contents, links, bookmarks, stamp, metadata. Same input, same bytes."""

import functools
import hashlib
import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings
from pikepdf import Array, Dictionary, Name, String

from bimtek.formats import roman
from masterplan import archival, compressing, pages, structure
from masterplan.blocks import Book, Chapter, Edition, FrontMatter
from masterplan.canonical import digest
from masterplan.cutting import pieces
from masterplan.faces import Faces, fonts_of
from masterplan.furniture import Furniture, moved_rect, shift
from masterplan.numbering import Entry, entries
from masterplan.units import FONTS, Unit

LISTS = {"contents": ("chapter", "heading"), "tables": ("table",), "figures": ("figure",)}
BINDERS = ("binding", "structure", "faces", "furniture", "archival", "workbook", "compressing", "gate")
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


def front_parts(
    books: list[Book], matters: Iterable[FrontMatter], where: Mapping[str, str], code: str
) -> list[dict[str, Any]]:
    """The front matter with its lists filled. where: anchor → page label. Several books: one list over all of them."""
    matters = list(matters)
    parts: list[dict[str, Any]] = [
        {"matter": matter, "anchor": f"{code}.front.{index}", "lines": None} for index, matter in enumerate(matters)
    ]
    for index, part in enumerate(parts):
        kind = matters[index].kind
        if kind in LISTS:
            ahead = [_front_line(other) for other in parts[index + 1 :]] if kind == "contents" else []
            behind = [_front_line(other) for other in parts[:index]] if kind == "contents" else []
            part["lines"] = behind + ahead + _lines(books, LISTS[kind], where)
    return parts


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
        lines += [_line(entry, where[entry.anchor], tones[entry.chapter]) for entry in found]
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
        [each.unit.key, each.end, each.prefix, each.style, each.stamped, each.level, each.follows, each.tab]
        for each in parts
    ]
    over = [overlay.stamp.key, overlay.tabs.key] if overlay else []
    return digest([fingerprint(), told, over, title, edition, hashlib.sha256(data).hexdigest()])


def bind(
    parts: list[Part], overlay: Overlay | None, target: Path, *, title: str, edition: Edition, data: bytes
) -> Bound:
    """Writes the bound PDF to `target`. overlay: None where no part is stamped. data: the content as JSON, which goes along."""
    out = pikepdf.new()
    bound, tree, faces = laid(parts, target), structure.Tree(out), Faces(out, FONTS)
    furniture = Furniture(out, faces)
    for kind, unit in (("stamp", overlay.stamp), ("tabs", overlay.tabs)) if overlay else ():
        with pikepdf.open(unit.path) as source:
            furniture.add(kind, source, unit.faces)
    for part, first, _ in bound.parts:
        if len(out.pages) < first:
            out.add_blank_page(page_size=_size_of_last(out))
        _add(out, part, first, tree, faces)
    anchors, outline = _places(out, bound)
    _furnish(out, bound, furniture)
    faces.finish()
    _resolve_links(out, anchors, tree, bound)
    tree.finish()
    _name_destinations(out, anchors)
    _add_outline(out, outline)
    _label_pages(out, bound)
    archival.describe(out, title, edition)
    archival.attach(out, data)
    plain = io.BytesIO()
    out.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=True, deterministic_id=True)
    target.write_bytes(compressing.pack(plain.getvalue()))
    return bound


def _add(out: pikepdf.Pdf, part: Part, first: int, tree: structure.Tree, faces: Faces) -> None:
    """Copies the pages of a unit to the end of the book, with its tags and without its fonts."""
    with pikepdf.open(part.unit.path) as source:
        names = faces.take(source, part.unit.faces)
        out.add_pages_from(source, forms="strip")
        faces.give(fonts_of(out.pages[first]), names)
        tree.add(source, first)


Anchors = dict[str, tuple[int, float, float]]
Marks = list[tuple[int, str, int, float, float]]


def _places(out: pikepdf.Pdf, bound: Bound) -> tuple[Anchors, Marks]:
    """Where the anchors and bookmarks of all units lie in the book."""
    anchors: Anchors = {}
    marks: Marks = []
    for part, first, _ in bound.parts:
        moved = [
            shift(out.pages[first + index].mediabox, first + index) if part.stamped else 0.0
            for index in range(part.unit.pages)
        ]
        for name, (number, x, y, *_) in part.unit.anchors.items():
            page = int(number)
            anchors.setdefault(name, (first + page, round(x + moved[page], 2), y))
        for level, label, page, x, y in part.unit.marks:
            marks.append((level + part.level, label, first + page, round(x + moved[page], 2), y))
    return anchors, marks


def _size_of_last(out: pikepdf.Pdf) -> tuple[float, float]:
    box = out.pages[-1].mediabox
    return (float(box[2]), float(box[3])) if float(box[2]) < float(box[3]) else (float(box[3]), float(box[2]))


def _furnish(out: pikepdf.Pdf, bound: Bound, furniture: Furniture) -> None:
    """Number, stamp and tab on every page that has them; links go along with the content of their page."""
    for part, first, _ in bound.parts:
        for index in range(first, first + part.unit.pages if part.stamped else first):
            opener = index == first and not part.follows  # carries the chapter's title instead
            furniture.lay(index, bound.label(index), None if opener else part.tab)
            page = out.pages[index]
            if by := shift(page.mediabox, index):
                for annotation in page.obj.get("/Annots", ()):  # type: ignore[attr-defined]
                    annotation.Rect = moved_rect(list(annotation.Rect), by)


def _resolve_links(out: pikepdf.Pdf, anchors: Mapping[str, Any], tree: structure.Tree, bound: Bound) -> None:
    """Links between units become named destinations; one that points nowhere is taken out, its text stays."""
    for page in out.pages:
        if "/Annots" not in page.obj:
            continue
        kept = Array()
        for annotation in page.obj.Annots:  # type: ignore[attr-defined]
            target = _target(annotation)
            if target is not None and target not in anchors:
                tree.release(annotation)
                continue
            if target is None:
                structure.describe(annotation, f"Buka {annotation.A.URI}")
            else:
                if "/A" in annotation:
                    del annotation.A
                annotation.Dest = String(target)
                structure.describe(annotation, f"Ke halaman {bound.label(anchors[target][0])}")
            kept.append(annotation)
        page.obj.Annots = kept


def _target(annotation: Any) -> str | None:
    """The anchor that a link names, or None for a link out of the book."""
    if "/Dest" in annotation:
        return str(annotation.Dest)
    action = annotation.get("/A")
    if action is None:
        return None
    if "/URI" in action and str(action.URI).startswith(pages.LINK):
        return str(action.URI).removeprefix(pages.LINK)
    if action.get("/S") == Name.GoTo and isinstance(action.get("/D"), String):
        return str(action.D)
    return None


def _name_destinations(out: pikepdf.Pdf, anchors: Mapping[str, tuple[int, float, float]]) -> None:
    names = Array()
    for name in sorted(anchors, key=lambda text: text.encode()):
        page, x, y = anchors[name]
        names.append(String(name))
        names.append(Array([out.pages[page].obj, Name.XYZ, x, y, 0]))
    out.Root.Names = Dictionary(Dests=out.make_indirect(Dictionary(Names=names)))


def _add_outline(out: pikepdf.Pdf, marks: list[tuple[int, str, int, float, float]]) -> None:
    """Bookmarks as a tree; the first level is open."""
    tree: list[Any] = []
    stack: list[tuple[int, list[Any]]] = [(-1, tree)]
    for level, label, page, x, y in marks:
        while stack[-1][0] >= level:
            stack.pop()
        node: tuple[str, Any, list[Any]] = (
            re.sub(r"\s+", " ", label).strip(),
            Array([out.pages[page].obj, Name.XYZ, x, y, 0]),
            [],
        )
        stack[-1][1].append(node)
        stack.append((level, node[2]))
    root = out.make_indirect(Dictionary(Type=Name.Outlines))
    root.Count = _hang(out, root, tree)
    out.Root.Outlines = root
    out.Root.PageMode = Name.UseOutlines


def _hang(out: pikepdf.Pdf, parent: Any, nodes: list[Any]) -> int:
    """Puts bookmarks under their parent; returns how many."""
    before = None
    for label, destination, children in nodes:
        item = out.make_indirect(Dictionary(Title=String(label), Parent=parent, Dest=destination))
        if before is None:
            parent.First = item
        else:
            before.Next, item.Prev = item, before
        if children:
            item.Count = -_hang(out, item, children)
        before = item
    if before is not None:
        parent.Last = before
    return len(nodes)


def _label_pages(out: pikepdf.Pdf, bound: Bound) -> None:
    """ "III-12" and roman numbers also in the viewer's page box. A blank page goes on counting in the part before it."""
    numbers = Array()
    for part, first, _ in bound.parts:
        if part.follows:
            continue
        label = Dictionary()
        if part.style:
            label.S = Name(f"/{part.style}")
        if part.prefix:
            label.P = String(part.prefix)
        numbers.append(first)
        numbers.append(label)
    out.Root.PageLabels = Dictionary(Nums=numbers)


def chapter_parts(book: Book, chapter: Chapter, units: Sequence[Unit], *, tab: int, level: int = 0) -> Iterator[Part]:
    """The pieces of a chapter in their places."""
    for piece, unit in zip(pieces(book, chapter), units, strict=True):
        yield Part(
            unit, piece.name, piece.end, f"{chapter.numeral}-", "D", level=level, follows=piece.number > 0, tab=tab
        )
