"""A rendered unit as the linker takes it: its objects under numbers from 1, and what is known of its pages, links and faces.

The renderer's PDF is read once, by its own regular spelling, and what the book needs of it is kept beside it as an object file:
page contents ready to be copied, the rest as text whose references are numbers of the unit. Only in a book does a unit get
numbers of the book (masterplan.segments), and its pages and links their places (masterplan.binding).
"""

import functools
import hashlib
import marshal
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings

from masterplan import filing
from masterplan.pages import LINK
from masterplan.sealing import seal, sealed
from masterplan.units import Unit

PACKERS = ("packing", "segments", "filing", "sealing")
HEAD = re.compile(rb"(\d+) 0 obj\n(<<.*?>>)\nstream\n", re.DOTALL)
LENGTH = re.compile(rb"/Length (\d+)")
REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F]*>|(\d+) 0 R", re.DOTALL)
TEXT = re.compile(rb"\(((?:[^()\\]|\\.)*)\)|<([0-9a-fA-F]+)>", re.DOTALL)
OWNERS = re.compile(rb"(\d+) (?:\[([^\]]*)\]|(\d+) 0 R)")
FONT = re.compile(rb"/(\w+) (\d+) 0 R")
ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
DOCUMENT = 0  # the number by which a unit's elements name the root element of the book's tree

Texts = dict[int, bytes]


@dataclass(frozen=True)
class Link:
    """A link on a page. rect: left, bottom, right, top in points. target: an anchor of the book, or "" where uri leads out of it.

    number: its own; element: of the structure element that holds it, 0 for none.
    """

    number: int
    rect: tuple[float, float, float, float]
    target: str
    uri: str
    element: int


@dataclass(frozen=True)
class Leaf:
    """A page. box: its media box as it is spelled, in points. content: number of its stream; owners: of its array in the parent tree, 0 for none."""

    box: bytes
    content: int
    owners: int
    links: tuple[Link, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        width, height = self.box.split()[2:]
        return float(width), float(height)


@dataclass(frozen=True)
class Packed:
    """A unit as objects. Numbers 1 … count are its own, in this order: pages, links, resources and fonts, `small`, streams.

    kids: numbers of the elements on top of its tree. resources, fonts: number and text of the dictionaries that all its pages share;
    the binder adds to them. faces: name in the unit → texts of the font, its descendant and its descriptor. streams: number, head,
    and what follows the head. first, held: number of the first of `small`, and they themselves, unpacked when they are asked for.
    """

    key: str
    count: int
    leaves: tuple[Leaf, ...]
    kids: tuple[int, ...]
    resources: tuple[int, bytes]
    fonts: tuple[int, bytes]
    faces: Mapping[str, tuple[bytes, ...]]
    streams: tuple[tuple[int, bytes, bytes], ...]
    first: int
    held: bytes

    @property
    def small(self) -> list[bytes]:
        """The texts that go into object streams, by number from `first`; references are numbers of the unit."""
        found: list[bytes] = marshal.loads(self.held)  # noqa: S302 (our own file, checked by its hash)
        return found

    def words(self, leaf: Leaf) -> bytes:
        """The operators of a page."""
        rest = next(rest for number, _, rest in self.streams if number == leaf.content)
        return zlib.decompressobj().decompress(rest.removeprefix(b"\nstream\n"))


@functools.cache
def fingerprint() -> str:
    """Hash of the code that packs, and of the Python whose files these are."""
    found = hashlib.sha256(sys.version.encode())
    for name in PACKERS:
        found.update((settings.BASE_DIR / "masterplan" / f"{name}.py").read_bytes())
    return found.hexdigest()[:12]


def beside(unit: Unit, kind: str) -> Path:
    """Where something made of a unit lies: it goes when the unit goes (masterplan.keeping)."""
    return unit.path.with_name(f"{unit.key}.{fingerprint()}.{kind}")


def packed(unit: Unit) -> Packed:
    """The unit's object file, made now if it is not there or not whole. Raises ValueError for a PDF that is not the renderer's."""
    path = beside(unit, "objects")
    if (told := sealed(path)) is None:
        told = _told(pack(unit.key, unit.path.read_bytes(), unit.faces))
        seal(path, told)
    return _read(unit.key, told)


def _told(made: Packed) -> tuple[Any, ...]:
    leaves = [(each.box, each.content, each.owners, [astuple(link) for link in each.links]) for each in made.leaves]
    return (
        made.count, leaves, made.kids, made.resources, made.fonts, dict(made.faces), made.streams, made.first, made.held
    )  # fmt: skip


def _read(key: str, told: tuple[Any, ...]) -> Packed:
    count, leaves, *rest = told
    found = tuple(Leaf(box, at, owners, tuple(Link(*link) for link in links)) for box, at, owners, links in leaves)
    return Packed(key, count, found, *rest)


# --- the renderer's PDF ----------------------------------------------------------------------------------------------
@dataclass
class _Source:
    """texts: the small objects; streams: head and data."""

    texts: Texts
    streams: dict[int, tuple[bytes, bytes]]
    root: int

    def at(self, name: bytes, text: bytes) -> int:
        """The object that an entry refers to, 0 where there is no such entry."""
        found = re.search(rb"/%s (\d+) 0 R" % name, text)
        return int(found[1]) if found else 0


def _parsed(data: bytes) -> _Source:
    source = _Source({}, {}, 0)
    at = data.index(b"\n", data.index(b"\n") + 1) + 1  # behind the two lines that say what the file is
    while found := HEAD.match(data, at):
        length = LENGTH.search(found[2])
        if length is None:
            break
        body = data[found.end() : found.end() + int(length[1])]
        at = found.end() + len(body) + len(filing.ENDED)
        if b"/Type /ObjStm" in found[2]:
            source.texts |= _unfolded(found[2], body)
        elif b"/Type /XRef" in found[2]:
            source.root = source.at(b"Root", found[2])
            return source
        else:
            source.streams[int(found[1])] = (found[2], body)
    raise ValueError("not a file of the renderer's")


def _unfolded(head: bytes, body: bytes) -> Texts:
    """The objects of an object stream."""
    text = zlib.decompress(body)
    first = int(re.search(rb"/First (\d+)", head)[1])  # type: ignore[index]
    numbers = list(map(int, text[:first].split()))
    starts = [first + each for each in numbers[1::2]]
    ends = [*starts[1:], len(text)]
    return {number: text[start:end].strip() for number, start, end in zip(numbers[::2], starts, ends, strict=True)}


def references(text: bytes) -> Iterator[int]:
    """The objects that a text refers to, in order."""
    return (int(found[1]) for found in REFERENCE.finditer(text) if found[1])


def renumbered(text: bytes, numbers: Mapping[int, bytes]) -> bytes:
    """The text with every reference under its new number."""
    return REFERENCE.sub(lambda found: b"%s 0 R" % numbers[int(found[1])] if found[1] else found[0], text)


def spoken(text: bytes) -> str:
    """What a string object says."""
    found = TEXT.match(text)
    if found is None:
        raise ValueError(f"not a string: {text[:40]!r}")
    raw = (
        bytes.fromhex(found[2].decode())
        if found[2]
        else ESCAPE.sub(lambda each: ESCAPED.get(each[1], each[1]), found[1])
    )
    return raw.decode("utf-16") if raw.startswith((b"\xfe\xff", b"\xff\xfe")) else raw.decode("latin-1")


def pack(key: str, data: bytes, told_faces: Mapping[str, Any]) -> Packed:
    """The object file of a unit's PDF. told_faces: what its sidecar says of its faces (Unit.faces)."""
    source = _parsed(data)
    texts = source.texts
    catalog = texts[source.root]
    pages = list(references(_list(b"Kids", texts[source.at(b"Pages", catalog)])))
    root = source.at(b"StructTreeRoot", catalog)
    document = next(references(_list(b"K", texts[root]))) if root else 0
    kids = list(references(_list(b"K", texts[document]))) if document else []
    owners = _owners(texts[source.at(b"ParentTree", texts[root])]) if root else {}
    arrays = [owners[place] for place in range(len(pages)) if place in owners]
    links = [list(references(_list(b"Annots", texts[page]))) for page in pages]
    contents = [source.at(b"Contents", texts[page]) for page in pages]
    (resources,) = {source.at(b"Resources", texts[page]) for page in pages}
    fonts = source.at(b"Font", texts[resources])
    faces, own_fonts = _faces(source, texts.get(fonts, b"<<>>"), told_faces)

    order = [*pages, *chain.from_iterable(links), resources, *([fonts] if fonts else [])]
    known = {document, *order}
    small, streams = _reached(source, [texts[resources], own_fonts, *arrays], [*kids, *contents], known)
    first, places = len(order) + 1, [*order, *small]
    behind = len(places) + len(arrays)
    numbers = {each: place for place, each in enumerate(places, 1)}
    numbers |= {each: place for place, each in enumerate(streams, behind + 1)} | {document: DOCUMENT}
    spelled = {each: b"%d" % place for each, place in numbers.items()}
    held = [renumbered(texts[each], spelled) for each in small]
    held += [renumbered(b"[%s]" % array, spelled) for array in arrays]
    owning = iter(range(len(places) + 1, behind + 1))
    leaves = tuple(
        Leaf(
            _list(b"MediaBox", texts[page]),
            numbers[content],
            next(owning) if place in owners else 0,
            tuple(_link(texts[each], numbers[each], owners, numbers) for each in linked),
        )
        for place, (page, content, linked) in enumerate(zip(pages, contents, links, strict=True))
    )
    return Packed(
        key, behind + len(streams), leaves, tuple(numbers[kid] for kid in kids),
        (numbers[resources], renumbered(texts[resources], spelled)), (numbers.get(fonts, 0), renumbered(own_fonts, spelled)), faces,
        tuple((numbers[each], *filing.ended(renumbered(source.streams[each][0], spelled), source.streams[each][1])) for each in streams),
        first, marshal.dumps(held),
    )  # fmt: skip


def _list(name: bytes, text: bytes) -> bytes:
    """What stands in an entry's array, which holds no other array; nothing where there is none."""
    found = re.search(rb"/%s \[([^\]]*)\]" % name, text)
    return found[1] if found else b""


def _owners(tree: bytes) -> dict[int, bytes]:
    """The parent tree: of a page what stands in its array, of a link a reference."""
    return {int(found[1]): found[2] if found[3] is None else found[3] + b" 0 R" for found in OWNERS.finditer(tree)}


def _faces(source: _Source, fonts: bytes, told: Mapping[str, Any]) -> tuple[dict[str, tuple[bytes, ...]], bytes]:
    """(faces that units share, the dictionary of fonts without them)."""
    faces: dict[str, tuple[bytes, ...]] = {}
    own = []
    for found in FONT.finditer(fonts):
        name, font = found[1].decode(), source.texts[int(found[2])]
        if name in told and b"/Subtype /Type0" in font:
            inner = source.texts[next(references(_list(b"DescendantFonts", font)))]
            faces[name] = (font, inner, source.texts[source.at(b"FontDescriptor", inner)])
        else:
            own.append(found[0])
    return faces, b"<<%s>>" % b"".join(own)


def _reached(source: _Source, texts: list[bytes], starts: list[int], known: set[int]) -> tuple[list[int], list[int]]:
    """All objects that are needed besides those known, small ones and streams, each in the order of the renderer."""
    found: set[int] = set()
    waiting = [*starts, *chain.from_iterable(map(references, texts))]
    while waiting:
        number = waiting.pop()
        if number not in known and number not in found:
            found.add(number)
            waiting += references(source.texts[number] if number in source.texts else source.streams[number][0])
    return sorted(found & source.texts.keys()), sorted(found & source.streams.keys())


def _link(text: bytes, number: int, owners: Mapping[int, bytes], numbers: Mapping[int, int]) -> Link:
    left, bottom, right, top = map(float, _list(b"Rect", text).split())
    parent = re.search(rb"/StructParent (\d+)", text)
    element = next(references(owners[int(parent[1])])) if parent and int(parent[1]) in owners else 0
    inside = re.search(rb"/(?:Dest|D) (?=[(<])", text)
    outside = re.search(rb"/URI (?=[(<])", text)
    target = spoken(text[inside.end() :]) if inside else ""
    uri = spoken(text[outside.end() :]) if outside and not inside and b"/Subtype /Link" in text else ""
    if uri.startswith(LINK):
        target, uri = uri.removeprefix(LINK), ""
    return Link(number, (left, bottom, right, top), target, uri, numbers.get(element, 0))
