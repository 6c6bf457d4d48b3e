"""Writes a PDF out of objects that have their numbers and their text: streams as they come, small objects a thousand to a stream.

The tags of a book are thousands of small objects that look alike: together they compress to a tenth. No stream ends with a
carriage return: before the line feed in front of `endstream` it would read as part of the end of the line, and the length
that the stream states as one too many (PDF/A-3, 6.1.7.1). The same objects in, the same bytes out.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

TOGETHER = 1000
START = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ENDED = b"\nendstream\nendobj\n"
LENGTH = re.compile(rb"/Length (\d+)")
SPECIAL = re.compile(rb"[()\\\r\n]")
ROW = 7  # bytes of a cross-reference: kind, place, index
UP = b"\2"  # PNG's filter: each byte as its difference to the one above


@dataclass(frozen=True)
class Holder:
    """An object stream, written already. number: its own; first, count: the objects in it, which follow each other."""

    number: int
    data: bytes
    first: int
    count: int


@dataclass
class File:
    """A PDF while it is written. last: the highest number in use."""

    last: int = 0
    parts: list[bytes] = field(default_factory=lambda: [START])
    at: int = len(START)
    waiting: list[tuple[int, bytes]] = field(default_factory=list)
    runs: list[tuple[int, int, int, int, int]] = field(default_factory=list)  # number, how many, kind, place, index

    def new(self) -> int:
        self.last += 1
        return self.last

    def add(self, text: bytes) -> int:
        """A small object under the next number, which is returned."""
        number = self.new()
        self.put(number, text)
        return number

    def put(self, number: int, text: bytes) -> None:
        self.waiting.append((number, text))

    def stream(self, told: bytes, data: bytes, *, packed: bool = False) -> int:
        """A stream under the next number, which is returned. told: entries of its head; packed: the data is compressed already."""
        number = self.new()
        self.write(number, told, data, packed=packed)
        return number

    def write(self, number: int, told: bytes, data: bytes, *, packed: bool = False) -> None:
        """The same under a number that is taken already."""
        data = data if packed else squeezed(data)
        self.copy(number, *ended(b"<<%s/Filter /FlateDecode/Length %d>>" % (told, len(data)), data))

    def copy(self, number: int, head: bytes, rest: bytes) -> None:
        """A stream as it stands: its head, and what follows it."""
        self._append(number, b"%d 0 obj\n%s%s" % (number, head, rest))

    def hold(self, holder: Holder) -> None:
        self._append(holder.number, holder.data)
        self.runs.append((holder.first, holder.count, 2, holder.number, 0))

    def _append(self, number: int, data: bytes) -> None:
        self.runs.append((number, 1, 1, self.at, 0))
        self.parts.append(data)
        self.at += len(data)

    def finish(self, root: int, info: int) -> bytes:
        """The whole file. root, info: numbers of the catalog and the information dictionary."""
        for batch in batches(sorted(self.waiting)):
            number = self.new()
            self._append(number, holding(number, batch))
            place = 0
            for run in _consecutive([each for each, _ in batch]):
                self.runs.append((run[0], len(run), 2, number, place))
                place += len(run)
        number, at = self.new(), self.at
        self.runs.append((number, 1, 1, at, 0))
        known = hashlib.md5(b"".join(self.parts), usedforsecurity=False).hexdigest().encode()
        told = b"/Type /XRef/Size %d/W [1 4 2]/DecodeParms <</Columns %d/Predictor 12>>/Root %d 0 R/Info %d 0 R/ID [<%s> <%s>]" % (
            number + 1, ROW, root, info, known, known,
        )  # fmt: skip
        packed = zlib.compress(b"".join(_rows(sorted(self.runs))), 9)
        head, rest = ended(b"<<%s/Filter /FlateDecode/Length %d>>" % (told, len(packed)), packed)
        return b"".join([*self.parts, b"%d 0 obj\n" % number, head, rest, b"startxref\n%d\n%%%%EOF\n" % at])


def batches(objects: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """As many as an object stream holds, and the rest."""
    rest = iter(objects)
    while batch := list(islice(rest, TOGETHER)):
        yield batch


def holding(number: int, batch: Sequence[tuple[int, bytes]]) -> bytes:
    """An object stream of these objects, ready to be copied."""
    head, at = [], 0
    for each, text in batch:
        head.append(b"%d %d" % (each, at))
        at += len(text) + 1
    names = b" ".join(head) + b"\n"
    packed = squeezed(names + b"\n".join(text for _, text in batch))
    told = b"<</Type /ObjStm/N %d/First %d/Filter /FlateDecode/Length %d>>" % (len(batch), len(names), len(packed))
    return b"%d 0 obj\n%s%s" % (number, *ended(told, packed))


SHORT, SHORT_WINDOW = 2048, 12  # bytes, and a window that holds them and what zlib looks ahead, as a power of two


def squeezed(data: bytes) -> bytes:
    """Compressed as far as zlib goes. For something short it gets tables as small: to clear large ones takes longer than the work."""
    window, memory = (SHORT_WINDOW, 5) if len(data) <= SHORT else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL + 1)
    press = zlib.compressobj(9, zlib.DEFLATED, window, memory)
    return press.compress(data) + press.flush()


def ended(head: bytes, data: bytes) -> tuple[bytes, bytes]:
    """(head, what follows it) of a stream. Behind compressed data that ends with a carriage return comes a line feed more."""
    if data.endswith(b"\r"):
        data += b"\n"
        head = LENGTH.sub(b"/Length %d" % len(data), head, count=1)
    return head, b"\nstream\n%s%s" % (data, ENDED)


def text(words: str) -> bytes:
    """A string object."""
    if words.isascii():
        return b"(%s)" % SPECIAL.sub(rb"\\\g<0>", words.encode()).replace(b"\r", b"r").replace(b"\n", b"n")
    return b"<feff%s>" % words.encode("utf-16-be").hex().encode()


def number(value: float) -> bytes:
    """At most three decimals, and none that say nothing."""
    return f"{value:.3f}".rstrip("0").rstrip(".").encode()


def _consecutive(numbers: Iterable[int]) -> Iterator[list[int]]:
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        yield [each for _, each in run]


STEPS = b"".join(UP + bytes(5) + (b"\1\1" if index % 256 == 255 else b"\0\1") for index in range(TOGETHER))
"""From the row of each object in a stream to that of the next."""


def _rows(runs: list[tuple[int, int, int, int, int]]) -> Iterator[bytes]:
    """The rows of all numbers from 0, each as its difference to the one above; numbers that nobody has are free."""
    above, expected = bytes(ROW), 0
    for first, count, kind, place, index in [(0, 1, 0, 0, 0xFFFF), *runs]:
        if first > expected:
            yield _difference(bytes(ROW), above) + (UP + bytes(ROW)) * (first - expected - 1)
            above = bytes(ROW)
        row = _row(kind, place, index)
        yield _difference(row, above) + STEPS[8 * index : 8 * (index + count - 1)]
        above, expected = _row(kind, place, index + count - 1), first + count


def _row(kind: int, place: int, index: int) -> bytes:
    return kind.to_bytes(1) + place.to_bytes(4) + index.to_bytes(2)


def _difference(row: bytes, above: bytes) -> bytes:
    return UP + bytes((one - other) & 0xFF for one, other in zip(row, above, strict=True))
