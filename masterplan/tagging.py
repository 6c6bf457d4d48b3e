"""Puts right in a unit's tags what the renderer leaves open, in the renderer's own process and before the file is written.

PDF/UA-1 (ISO 14289-1, 7.1) wants every mark on a page to be either content in the structure tree or an artifact: running
heads, page numbers and thumb indexes become artifacts here. Table heads say what they head (7.5), and their ids are made
unique in a whole book by the unit's own mark.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

Objects = list[Any]
HEADINGS = tuple(
    f"/H{level}" for level in range(1, 7)
)  # one is never deeper than its parent by more than a step (7.4.2)
PARTS = {"/THead", "/TBody", "/TFoot", "/TR", "/TH", "/TD", "/Caption"}


def furnish(pdf: pydyf.PDF, mark: str, depth: int = 0) -> None:
    """Changes the tree and the page streams of `pdf` in place. mark: what tells this unit's ids from another's.

    depth: level of the heading under which the unit begins, 0 for none.
    """
    objects, pages = pdf.objects, pdf.page_references
    root = _at(objects, pdf.catalog["StructTreeRoot"])
    reached = set(_content(objects, _at(objects, root["K"][0]), mark, depth))
    numbers = _at(objects, root["ParentTree"])["Nums"]
    for index, page in enumerate(pages):  # behind the pages come the annotations
        owners = numbers[2 * index + 1]
        strays = {mcid for mcid in range(len(owners)) if (page, mcid) not in reached}
        for mcid in strays:
            owners[mcid] = "null"
        _make_artifacts(_at(objects, _at(objects, page)["Contents"]), strays)


def _at(objects: Objects, reference: bytes | str) -> Any:
    return objects[int(reference.split()[0])]


def _content(objects: Objects, document: Any, mark: str, level: int) -> Iterator[tuple[bytes, int]]:
    """(page, mark on the page) of all content below the document's root, in reading order. Elements are mended on the way."""
    waiting = [(document, "")]
    while waiting:
        element, around = waiting.pop()
        if element.get("Type") == "/OBJR":
            continue
        kind = element["S"]
        if kind == "/Table" and not _has_head(objects, element):
            _unmake_table(objects, element)
        elif kind in {"/TH", "/TD"}:
            _name_head(element, around, mark)
        elif kind in HEADINGS:
            level = min(HEADINGS.index(kind), level) + 1
            element["S"] = HEADINGS[level - 1]
        inner = kind if kind in {"/THead", "/TBody"} else around
        yield from ((element["Pg"], kid) for kid in element["K"] if isinstance(kid, int))
        kids = [_at(objects, kid) for kid in element["K"] if not isinstance(kid, int)]
        if any(kid.get("Type") == "/OBJR" for kid in kids):  # a box inside the link's may carry it
            element["S"] = "/Link"
        waiting += [(kid, inner) for kid in reversed(kids)]


def _cells(objects: Objects, element: Any) -> Iterator[Any]:
    """The parts of a table: rows, groups of rows, cells; not what is inside a cell."""
    for kid in element["K"]:
        part = None if isinstance(kid, int) else _at(objects, kid)
        if part is not None and part.get("S") in PARTS:
            yield part
            if part["S"] in {"/THead", "/TBody", "/TFoot", "/TR"}:
                yield from _cells(objects, part)


def _has_head(objects: Objects, table: Any) -> bool:
    return any(part["S"] == "/TH" for part in _cells(objects, table))


def _unmake_table(objects: Objects, table: Any) -> None:
    """A table without a head only places things on the page: its parts are read one after the other (7.5, 7.2)."""
    for part in list(_cells(objects, table)):
        part["S"] = "/Div"
        part.pop("A", None)
    table["S"] = "/Div"


def _name_head(cell: Any, around: str, mark: str) -> None:
    """Scope of a head cell, and ids that no other unit of the book uses."""
    if cell["S"] == "/TH":
        cell["A"]["Scope"] = "/Column" if around == "/THead" else "/Row"
    if "ID" in cell:
        cell["ID"] = _marked(cell["ID"], mark)
    if "Headers" in cell["A"]:
        cell["A"]["Headers"] = pydyf.Array([_marked(head, mark) for head in cell["A"]["Headers"]])


def _marked(name: pydyf.String, mark: str) -> pydyf.String:
    return pydyf.String(f"{mark}-{name.string}")


def _make_artifacts(stream: pydyf.Stream, strays: set[int]) -> None:
    """Rewrites `/Tag <</MCID n>> BDC` of these marks to `/Artifact BMC`."""
    words = stream.stream
    for place, word in enumerate(words):
        if isinstance(word, pydyf.Dictionary) and word.get("MCID") in strays:
            words[place - 1 : place + 2] = ["/Artifact", b"", b"BMC"]
