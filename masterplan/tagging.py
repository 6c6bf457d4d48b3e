"""Puts right in a unit's tags what the renderer leaves open, in the renderer's own process and before the file is written.

PDF/UA-1 (ISO 14289-1, 7.1) wants every mark on a page to be either content in the structure tree or an artifact: running
heads, page numbers and thumb indexes become artifacts (masterplan.thinning, which also leaves out what says nothing). Table
heads say what they head (7.5), and the terms of a list are labels of what they mean.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

from masterplan import thinning

Objects = list[Any]
HEADINGS = tuple(
    f"/H{level}" for level in range(1, 7)
)  # one is never deeper than its parent by more than a step (7.4.2)
PARTS = {"/THead", "/TBody", "/TFoot", "/TR", "/TH", "/TD", "/Caption"}


def furnish(pdf: pydyf.PDF, depth: int = 0) -> None:
    """Changes the tree and the page streams of `pdf` in place. depth: level of the heading under which the unit begins, 0 for none."""
    objects = pdf.objects
    root = _at(objects, pdf.catalog["StructTreeRoot"])
    document = _at(objects, root["K"][0])
    _mend(objects, document, depth)
    numbers = _at(objects, root["ParentTree"])["Nums"]  # of all pages; behind them come the annotations
    thinning.thin(pdf, document, [numbers[2 * page + 1] for page in range(len(pdf.page_references))])


def _at(objects: Objects, reference: bytes | str) -> Any:
    return objects[int(reference.split()[0])]


def _mend(objects: Objects, document: Any, level: int) -> None:
    """Goes through all that is below the document's root, in reading order."""
    waiting = [(document, "")]
    while waiting:
        element, around = waiting.pop()
        if element.get("Type") == "/OBJR":
            continue
        kind = element["S"]
        kids = [_at(objects, kid) for kid in element["K"] if not isinstance(kid, int)]
        if kind == "/Table" and not _has_head(objects, element):
            _unmake_table(objects, element)
        elif kind in {"/TH", "/TD"}:
            _say_scope(element, around)
        elif kind == "/L":
            _make_items(objects, kids)
        elif kind in HEADINGS:
            level = min(HEADINGS.index(kind), level) + 1
            element["S"] = HEADINGS[level - 1]
        inner = kind if kind in {"/THead", "/TBody"} else around
        if any(kid.get("Type") == "/OBJR" for kid in kids):  # a box inside the link's may carry it
            element["S"] = "/Link"
        waiting += [(kid, inner) for kid in reversed(kids)]


def _make_items(objects: Objects, kids: list[Any]) -> None:
    """A box around a term and what it means is one item: the term its label, the rest its body (14.8.4.3.3)."""
    for kid in kids:
        parts = [_at(objects, part) for part in kid["K"] if not isinstance(part, int)] if kid.get("S") == "/Div" else []
        if parts and all(part.get("S") == "/LI" for part in parts):
            kid["S"] = "/LI"
            for place, part in enumerate(parts):
                part["S"] = "/LBody" if place or len(parts) == 1 else "/Lbl"
                for body in part["K"]:
                    _at(objects, body)["S"] = "/NonStruct"


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


def _say_scope(cell: Any, around: str) -> None:
    """What a head cell heads. With it no cell needs to name its heads (7.5), so the names go."""
    if cell["S"] == "/TH":
        cell["A"]["Scope"] = "/Column" if around == "/THead" else "/Row"
    cell.pop("ID", None)
    cell["A"].pop("Headers", None)
    if len(cell["A"]) == 1:
        del cell["A"]
