"""The file as it is kept: a plain PDF with its small objects put into compressed streams, a thousand to a stream.

The tags of a book are thousands of small objects that look alike: qpdf puts a hundred into a stream, a thousand compress
better. No stream ends with a carriage return: before the line feed in front of `endstream` it would read as
part of the end of the line, and the length that the stream states as one too many (PDF/A-3, 6.1.7.1).
"""

import re
import zlib
from itertools import islice, repeat
from operator import and_, sub

TOGETHER = 1000
ENDED = b"\nendstream\nendobj\n"
LENGTH = re.compile(rb"/Length (\d+)")
TABLE = re.compile(rb"xref\n0 (\d+)\n")
TRAILER = re.compile(rb"trailer << (.*) >>\nstartxref\n(\d+)\n%%EOF\n\Z", re.DOTALL)
SIZE = re.compile(rb"/Size \d+ ")


def pack(plain: bytes) -> bytes:
    """plain: as qpdf writes it without object streams, streams compressed. The same bytes in make the same bytes."""
    trailer = TRAILER.search(plain)
    table = TABLE.match(plain, int(trailer[2])) if trailer else None
    if trailer is None or table is None:
        raise ValueError("not a file of qpdf's without object streams")
    count, first = int(table[1]), table.end()
    starts = [int(plain[first + 20 * number : first + 20 * number + 10]) for number in range(1, count)]
    small: list[tuple[int, bytes]] = []
    out, places = [plain[: starts[0]]], {0: (0, 0, 0xFFFF)}
    at = starts[0]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], int(trailer[2])], strict=True), 1):
        if plain.endswith(ENDED, start, end):
            places[number] = (1, at, 0)
            out.append(_ended(plain[start:end]))
            at += len(out[-1])
        else:
            small.append((number, plain[plain.index(b"obj\n", start) + 4 : end - len(b"\nendobj\n")]))
    rest = iter(small)
    while batch := list(islice(rest, TOGETHER)):
        places |= {number: (2, count, index) for index, (number, _) in enumerate(batch)}
        places[count] = (1, at, 0)
        out.append(_holding(count, batch))
        at, count = at + len(out[-1]), count + 1
    places[count] = (1, at, 0)
    out.append(_references(count, places, SIZE.sub(b"", trailer[1])))
    return b"".join([*out, b"startxref\n%d\n%%%%EOF\n" % at])


def _holding(number: int, batch: list[tuple[int, bytes]]) -> bytes:
    """An object stream."""
    head, at = [], 0
    for each, data in batch:
        head.append(b"%d %d" % (each, at))
        at += len(data) + 1
    names = b" ".join(head) + b"\n"
    body = names + b"\n".join(data for _, data in batch)
    return _stream(number, b"/Type /ObjStm /N %d /First %d" % (len(batch), len(names)), body)


def _references(number: int, places: dict[int, tuple[int, int, int]], rest: bytes) -> bytes:
    """The cross-reference stream: every row as its difference to the row above (PNG's "up"), which compresses well."""
    rows = b"".join(
        kind.to_bytes(1) + at.to_bytes(4) + index.to_bytes(2) for _, (kind, at, index) in sorted(places.items())
    )
    less = bytes(map(and_, map(sub, rows, bytes(7) + rows), repeat(0xFF)))
    body = bytearray(b"\2" * (len(places) * 8))
    for column in range(7):
        body[column + 1 :: 8] = less[column::7]
    told = b"/Type /XRef /Size %d /W [ 1 4 2 ] /DecodeParms << /Columns 7 /Predictor 12 >> %s" % (number + 1, rest)
    return _stream(number, told, body)


def _stream(number: int, told: bytes, body: bytes | bytearray) -> bytes:
    packed = zlib.compress(body, 9)
    head = b"%d 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n" % (number, told, len(packed))
    return _ended(head + packed + ENDED)


def _ended(stream: bytes) -> bytes:
    """A line feed more behind compressed data that ends with a carriage return; whoever unpacks the data stops before it."""
    if not stream.endswith(b"\r" + ENDED):
        return stream
    head, mark, data = stream.partition(b"\nstream\n")
    longer = LENGTH.sub(lambda found: b"/Length %d" % (int(found[1]) + 1), head)
    return longer + mark + data.removesuffix(ENDED) + b"\n" + ENDED
