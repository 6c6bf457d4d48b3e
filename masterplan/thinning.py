"""Takes out of a unit's tags what says nothing: the renderer makes an element of every line and of every box.

A paragraph of six lines comes as seven elements and a cell of a table as three; read aloud they are one. Here a box that means
nothing hands its content to what it stands in, and lines that follow each other become one mark on the page. The words, their
order, headings, lists, tables, pictures and links stay what they were.
"""

import re
from collections.abc import Container, Iterator
from itertools import pairwise
from typing import Any

import pydyf

from masterplan import ink

Objects = list[Any]
Kid = Any  # a mark on the page (int), an element or a reference to a link (both pydyf.Dictionary)
LOOSE = {"/Div", "/NonStruct", "/Span"}  # mean nothing by themselves
GROUPS = {"/Document", "/Part", "/Art", "/Sect", "/BlockQuote"}  # hold no words of their own (ISO 32000-1, 14.8.4.2)
GROUPS |= {"/L", "/LI", "/Table", "/THead", "/TBody", "/TFoot", "/TR"}
HOLDERS = {"/TD", "/TH", "/LBody", "/Lbl", "/Caption"}  # need no paragraph around the only words in them
PLAIN = {"Type", "S", "K", "Pg", "P"}
ARTIFACT = -1
TOKEN = re.compile(rb"^(?:/\w+\n<</MCID (\d+)>>\nBDC|(/\w+)\nBMC|EMC)(?:\n|\Z)", re.MULTILINE)


class Nothing(pydyf.Object):
    """What is left of an element: a number that nothing refers to."""

    data = b"null"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def thin(pdf: pydyf.PDF, document: Any, owners: list[Any]) -> None:
    """Changes the tree below `document`, and the streams of the pages. owners: of each page, mark → element."""
    objects: Objects = pdf.objects
    _settle(pdf, document)
    kept = {element.number: element for element in _below(document)}
    for place, each in enumerate(objects):
        written = isinstance(each, dict) and (each.get("Type") == "/OBJR" or ("S" in each and "P" in each))
        if written and place not in kept:
            objects[place] = Nothing(place)
    holding: dict[bytes, list[Any]] = {}
    for element in kept.values():
        if any(isinstance(kid, int) for kid in element["K"]):
            holding.setdefault(element["Pg"], []).append(element)
    for page, owned in zip(pdf.page_references, owners, strict=True):
        stream = _at(objects, _at(objects, page)["Contents"])
        _number_marks(stream, holding.get(page, []), owned)


def _at(objects: Objects, reference: bytes | str) -> Any:
    return objects[int(reference.split()[0])]


def _settle(pdf: pydyf.PDF, element: Any) -> list[Kid]:
    """Settles what is below, then says what takes the element's place in its parent: itself, or what it holds."""
    if element.get("Type") == "/OBJR":
        return [element]
    below = [kid if isinstance(kid, int) else _at(pdf.objects, kid) for kid in element["K"]]
    settled = [(kid, [kid] if isinstance(kid, int) else _settle(pdf, kid)) for kid in below]
    loose = element["S"] in LOOSE and not set(element) - PLAIN
    blocks = any(not _in_line(each) for _, found in settled for each in found)
    if element["S"] in GROUPS or (loose and blocks):
        kids = [each for kid, found in settled for each in _as_blocks(kid, found)]
    else:
        kids = _unwrapped(element, [each for _, found in settled for each in found])
    if loose and not any(_kind(kid) == "/Caption" for kid in kids):
        if not kids or blocks or element["S"] != "/Div":
            return kids
        element["S"] = "/P"
    return [_keep(element, _item(pdf, element, kids) if element["S"] == "/LI" else kids)]


def _item(pdf: pydyf.PDF, item: Any, kids: list[Kid]) -> list[Kid]:
    """An item of a list is a label and a body, and blocks are in the body."""
    parts = [kid for kid in kids if _kind(kid) in {"/Lbl", "/LBody"}]
    blocks = [kid for kid in kids if _kind(kid) not in {"/Lbl", "/LBody"}]
    if not blocks:
        return kids
    body = blocks[0]
    if len(blocks) > 1 or _kind(body) != "/P":
        body = pydyf.Dictionary({"S": "/LBody", "Pg": item["Pg"]})
        pdf.add_object(body)
        _keep(body, blocks)
    body["S"] = "/LBody"
    return [*parts, body]


def _kind(kid: Kid) -> str:
    return "" if isinstance(kid, int) else str(kid.get("S", ""))


def _in_line(kid: Kid) -> bool:
    return _kind(kid) in {"", "/Link", "/Span"}


def _as_blocks(kid: Kid, found: list[Kid]) -> list[Kid]:
    """What a group takes over from a kid: words that lost their box become a paragraph."""
    if isinstance(kid, int) or found == [kid] or not found or not _in_line(found[0]):
        return found
    kid["S"] = "/P"
    return [_keep(kid, found)]


def _unwrapped(element: Any, kids: list[Kid]) -> list[Kid]:
    if element["S"] in HOLDERS and len(kids) == 1 and _kind(kids[0]) == "/P" and not set(kids[0]) - PLAIN:
        return list(kids[0].held)
    return kids


def _keep(element: Any, kids: list[Kid]) -> Any:
    """Writes the kids into the element, and the element into the kids."""
    element.held = kids
    element["K"] = pydyf.Array([kid.reference if _kind(kid) else kid for kid in kids])
    for kid in kids:
        if _kind(kid):
            kid["P"] = element.reference
        elif not isinstance(kid, int):
            kid.pop("Pg", None)  # that of its element
    if all(_kind(kid) for kid in kids):
        element.pop("Pg", None)
    element.pop("Type", None)
    return element


def _below(element: Any) -> Iterator[Any]:
    yield element
    for kid in element.held:
        if _kind(kid):
            yield from _below(kid)


def _number_marks(stream: pydyf.Stream, elements: list[Any], owned: list[Any]) -> None:
    """Joins marks of one element that follow each other, numbers the rest from 0, and says who owns them."""
    holders = {mark: element for element in elements for mark in element["K"] if isinstance(mark, int)}
    following = {
        pair for element in elements for pair in pairwise(element["K"]) if type(pair[0]) is int is type(pair[1])
    }
    words, numbers = joined(ink.shorter(operators(stream)), following, holders)
    if holders.keys() != numbers.keys():  # some are in a group of their own: the page stays as the renderer wrote it
        words, numbers = operators(stream), {mark: mark for mark in holders}
    stream.stream = [ink.terse(words)]
    owned[:] = ["null"] * (max(numbers.values(), default=-1) + 1)
    for mark, element in holders.items():
        owned[numbers[mark]] = element.reference
    for element in elements:
        kids = [numbers[kid] if isinstance(kid, int) else kid for kid in element["K"]]
        element["K"] = pydyf.Array(kid for place, kid in enumerate(kids) if not place or kid != kids[place - 1])


def operators(stream: pydyf.Stream) -> bytes:
    """What a stream draws, before it is compressed."""
    return b"\n".join(
        word if isinstance(word, bytes) else word.data if isinstance(word, pydyf.Object) else str(word).encode()
        for word in stream.stream
    )


def joined(words: bytes, following: Container[tuple[int, int]], known: Container[int]) -> tuple[bytes, dict[int, int]]:
    """(operators with fewer marks, old mark → new). following: (mark, the next of the same element).

    A mark that is not known is held by nobody: it becomes an artifact, as all that is only drawn.
    """
    out: list[bytes] = []
    numbers: dict[int, int] = {}
    opened: list[int] = []  # the last mark of each sequence that is open
    end, closed, count = 0, None, 0  # closed: the mark that ends right before this place
    for token in TOKEN.finditer(words):
        if token.start() > end:
            out.append(words[end : token.start()])
            closed = None
        end = token.end()
        if token[0].startswith(b"EMC"):
            closed = opened.pop()
            out.append(b"EMC\n")
            continue
        mark = int(token[1]) if token[1] and int(token[1]) in known else ARTIFACT
        if closed is not None and ((closed, mark) in following or closed == mark == ARTIFACT):
            out.pop()
            numbers |= {mark: numbers[closed]} if mark != ARTIFACT else {}
        elif mark == ARTIFACT:
            out.append(b"/Artifact BMC\n")
        else:
            out.append(b"/P <</MCID %d>> BDC\n" % count)
            numbers[mark], count = count, count + 1
        opened.append(mark)
        closed = None
    return b"".join([*out, words[end:]]), numbers
