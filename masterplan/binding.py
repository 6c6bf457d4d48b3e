"""Rendered units → one PDF: order, page labels, contents, links, bookmarks, stamp, metadata. Same input, same bytes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from bimtek.formats import roman
from masterplan import archival, pages, structure
from masterplan.blocks import Book, Chapter, Edition, FrontMatter
from masterplan.numbering import Entry, chapter_anchor, entries
from masterplan.units import Unit

LISTS = {"contents": ("chapter", "heading"), "tables": ("table",), "figures": ("figure",)}
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


@dataclass
class Bound:
    """What a binding left: for the gate and the row."""

    path: Path
    pages: int
    parts: list[tuple[Part, int]] = field(default_factory=list)  # with the first page of each
    blanks: int = 0

    def label(self, page: int) -> str:
        """What stands at the foot of a page of the file: "III-12", "iv"."""
        part, first = next((part, first) for part, first in reversed(self.parts) if first <= page)
        number = page - first + 1
        return f"{part.prefix}{roman(number).lower() if part.style == 'r' else number}"


def labels(book: Book, units: Mapping[str, Unit]) -> dict[str, str]:
    """anchor → page label ("III-12") for everything in the chapters of a book. units: chapter code → unit."""
    found = {}
    for chapter in book.chapters:
        for anchor, (page, *_) in units[chapter.code].anchors.items():
            found[anchor] = f"{chapter.numeral}-{int(page) + 1}"
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


def bind(parts: list[Part], stamp: Unit, target: Path, *, title: str, edition: Edition, data: bytes) -> Bound:
    """Writes the bound PDF to `target`. Every part starts on a right-hand page; a blank page is put in where it must.

    data: the content as JSON, which goes along in the file.
    """
    out = pikepdf.new()
    bound, tree = Bound(target, 0), structure.Tree(out)
    anchors: dict[str, tuple[int, float, float]] = {}
    outline: list[tuple[int, str, int, float, float]] = []
    for part in parts:
        if len(out.pages) % 2:
            out.add_blank_page(page_size=_size_of_last(out))
            bound.blanks += 1
        first = len(out.pages)
        with pikepdf.open(part.unit.path) as source:
            out.add_pages_from(source, forms="strip")
            tree.add(source, first)
        bound.parts.append((part, first))
        for name, (page, x, y, *_) in part.unit.anchors.items():
            anchors.setdefault(name, (first + int(page), x, y))
        outline += [(level + part.level, label, first + page, x, y) for level, label, page, x, y in part.unit.marks]
    bound.pages = len(out.pages)
    _lay_stamp(out, bound, stamp)
    _resolve_links(out, anchors, tree, bound)
    tree.finish()
    _name_destinations(out, anchors)
    _add_outline(out, outline)
    _label_pages(out, bound)
    archival.describe(out, title, edition)
    archival.attach(out, data)
    out.remove_unreferenced_resources()
    out.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True, deterministic_id=True)
    return bound


def _size_of_last(out: pikepdf.Pdf) -> tuple[float, float]:
    box = out.pages[-1].mediabox
    return (float(box[2]), float(box[3])) if float(box[2]) < float(box[3]) else (float(box[3]), float(box[2]))


def _lay_stamp(out: pikepdf.Pdf, bound: Bound, stamp: Unit) -> None:
    """Lays the foot's version and date, and DRAF, over every stamped page: four forms shared by all pages."""
    with pikepdf.open(stamp.path) as source:
        forms = [out.copy_foreign(page.as_form_xobject()) for page in source.pages]
    opening = out.make_indirect(out.make_stream(b"q\n"))
    closings = [
        out.make_indirect(out.make_stream(b"\nQ q /Artifact BMC /Stamp%d Do EMC Q\n" % index))
        for index in range(len(forms))
    ]
    for part, first in bound.parts:
        if not part.stamped:
            continue
        for index in range(part.unit.pages):
            page = out.pages[first + index]
            box = page.mediabox
            which = (2 if float(box[2]) > float(box[3]) else 0) + index % 2
            _resources(page)[f"/Stamp{which}"] = forms[which]
            contents = page.obj.Contents
            streams = list(contents) if isinstance(contents, Array) else [contents]  # type: ignore[call-overload]
            page.obj.Contents = Array([opening, *streams, closings[which]])


def _resources(page: pikepdf.Page) -> Any:
    """The page's XObject dictionary, made where there is none."""
    resources = page.obj.Resources
    if "/XObject" not in resources:
        resources.XObject = Dictionary()
    return resources.XObject


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
    for part, first in bound.parts:
        label = Dictionary()
        if part.style:
            label.S = Name(f"/{part.style}")
        if part.prefix:
            label.P = String(part.prefix)
        numbers.append(first)
        numbers.append(label)
    out.Root.PageLabels = Dictionary(Nums=numbers)


def chapter_part(book: Book, chapter: Chapter, unit: Unit, *, level: int = 0) -> Part:
    name = f"{book.running}, {chapter.word} {chapter.numeral} {chapter.title}"
    return Part(unit, name, f"{chapter_anchor(book, chapter)}.end", f"{chapter.numeral}-", "D", level=level)
