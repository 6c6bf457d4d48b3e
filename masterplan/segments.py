"""The part of a unit that stays the same wherever its pages lie in a book: its tags and drawings under numbers of the book.

A unit gets a range of numbers, longer than it needs, so that it may grow a little without moving those behind it. While it begins
at the same number its object streams are the same bytes: they are written once, kept beside the unit, and copied from then on.
"""

import hashlib
import re
from collections.abc import Iterator

from masterplan import packing
from masterplan.filing import TOGETHER, Holder, batches, holding
from masterplan.packing import DOCUMENT, Packed
from masterplan.sealing import seal, sealed
from masterplan.units import Unit

STEP = 64
LINK_OBJECT = re.compile(rb"<</Type /OBJR/Obj \d+ 0 R>> ?")


def room(packed: Packed) -> int:
    """How many numbers the unit's range has: its objects, its object streams, and up to STEP that are free."""
    return -(-(packed.count + _holders(packed)) // STEP) * STEP


def _holders(packed: Packed) -> int:
    return -(-(packed.streams[0][0] - packed.first if packed.streams else packed.count + 1 - packed.first) // TOGETHER)


def spelled(packed: Packed, base: int, document: int) -> dict[int, bytes]:
    """Number in the unit → in the book, where the unit's 1 is base + 1."""
    return {DOCUMENT: b"%d" % document} | {each: b"%d" % (base + each) for each in range(1, packed.count + 1)}


def holders(unit: Unit, packed: Packed, base: int, document: int, released: frozenset[int]) -> list[Holder]:
    """The unit's object streams. released: elements whose links lead nowhere in this book; they become plain words."""
    told = f"{base} {document} {sorted(released)}"
    path = packing.beside(unit, hashlib.sha256(told.encode()).hexdigest()[:12])
    found = sealed(path)
    if found is None:
        found = [
            (each.number, each.data, each.first, each.count) for each in _written(packed, base, document, released)
        ]
        seal(path, found)
    return [Holder(*each) for each in found]


def _written(packed: Packed, base: int, document: int, released: frozenset[int]) -> Iterator[Holder]:
    numbers = spelled(packed, base, document)
    texts = enumerate(packed.small, packed.first)
    objects = (
        (base + each, packing.renumbered(_words(text) if each in released else text, numbers)) for each, text in texts
    )
    for place, batch in enumerate(batches(objects), 1):
        number = base + packed.count + place
        yield Holder(number, holding(number, batch), batch[0][0], len(batch))


def _words(element: bytes) -> bytes:
    """A link without its link: its words stay, as words."""
    return LINK_OBJECT.sub(b"", element).replace(b"/S /Link", b"/S /Span", 1)
