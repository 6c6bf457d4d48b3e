"""What is drawn on a page, said in fewer words: the renderer draws each edge of a cell and each piece of a line on its own.

Every line is still drawn by itself and every ground inside its frame: to draw neighbours as one shape saves more, but the
points between them would be darker by what the eye can see.
"""

import re
from binascii import unhexlify
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from math import ceil

NUMBER = rb"-?[\d.]+"
EDGE = rb"/Artifact\nBMC\nq\nq\n/A1\.0 gs\n((?:%s ){3}RG)\n(%s w)\n((?:%s ){2}m\n(?:%s ){2}l)\nS\nQ\nQ\nEMC\n" % (
    NUMBER, NUMBER, NUMBER, NUMBER,
)  # fmt: skip
EDGES = re.compile(rb"^(?:%s){2,}" % re.sub(rb"\((?!\?)", b"(?:", EDGE), re.MULTILINE)
ONE_EDGE = re.compile(EDGE)
EMPTY = re.compile(rb"^q\nQ\n", re.MULTILINE)
DECIMALS = 5  # of a pixel; what is under 1 may be a scale
FINE = re.compile(rb"([1-9]\d*\.\d{%d})\d+" % DECIMALS)
LINE = re.compile(rb"(\S+) (\S+) m\n(\S+) (\S+) l$", re.MULTILINE)


def shorter(words: bytes) -> bytes:
    """The same page in fewer operators."""
    words = EDGES.sub(_edges, FINE.sub(rb"\1", words.replace(b">0<", b"")))
    while (less := EMPTY.sub(b"", words)) != words:
        words = less
    return words


def _edges(found: re.Match[bytes]) -> bytes:
    """Edges that follow each other: their colour and width are said once, as long as they stay the same."""
    out = b""
    for (colour, width), edges in groupby(ONE_EDGE.findall(found[0]), key=lambda edge: edge[:2]):
        lines = b"".join(_by_height(LINE.findall(b"\n".join(line for *_, line in edges))))
        out += b"/Artifact\nBMC\nq\n/A1.0 gs\n%s\n%s\n%sQ\nEMC\n" % (colour, width, lines)
    return out


def _by_height(lines: Iterable[tuple[bytes, ...]]) -> Iterator[bytes]:
    """Edges at one height are drawn from that height as 0, so all rows of a table spell theirs alike."""
    for height, found in groupby(lines, key=lambda line: line[1] if line[1] == line[3] else b""):
        row = list(found)
        if height and len(row) > 1:
            flat = b"".join(b"%s 0 m\n%s 0 l\nS\n" % (left, right) for left, _, right, _ in row)
            yield b"q\n1 0 0 1 0 %s cm\n%sQ\n" % (height, flat)
        else:
            yield b"".join(b"%s %s m\n%s %s l\nS\n" % line for line in row)


# A mark that holds text and nothing else; what stands in it may stand in a text object (ISO 32000-1, 8.2).
MARK = re.compile(
    rb"^(/P <</MCID \d+>> BDC|/Artifact BMC)\n((?:(?:.* (?:gs|rg|RG|w)\n)*BT\n(?:.* (?:Tm|Tf|TJ)\n)+ET\n)+)EMC\n",
    re.MULTILINE,
)
TEXT_ENDS_AND_BEGINS = re.compile(rb"^ET\n((?:.* (?:gs|rg|RG|w)\n)*)BT\n", re.MULTILINE)
BOUNDS = re.compile(rb"^(?:BT|ET)\n", re.MULTILINE)
PLACE = re.compile(rb"1 0 0 -1 (-?[\d.]+) (-?[\d.]+) Tm")
GLYPHS = re.compile(rb"<([0-9a-f]*)>")
SPECIAL = re.compile(rb"[()\\\\\r]")
AT_FIRST = {b"/a": b"/a1.0 gs", b"/A": b"/A1.0 gs"}
SAID = {b"rg", b"RG", b"Tf", b"w", b"gs"}
HARMLESS = {
    b"BT", b"ET", b"Tr", b"BDC", b"BMC", b"EMC", b"m", b"l", b"c", b"h", b"re", b"S", b"B", b"f", b"f*", b"n", b"W", b"W*", b"cm", b"d", b"J",
    b"j", b"M", b"Do",
}  # fmt: skip
"""Operators that leave colours, alpha, font and width of lines as they are."""


def terse(words: bytes) -> bytes:
    """The same page, its marks settled, without what is said again while it is in force.

    Marks of text that follow each other stand in one text object, and each line says how far it lies from the one before:
    "54.3566 0 Td" for a row of figures, "0 -14.6667 Td" for a paragraph. words: an operator a line, as the renderer writes them.
    """
    words = MARK.sub(lambda mark: b"BT\n%s\n%sEMC\nET\n" % (mark[1], BOUNDS.sub(b"", mark[2])), words)
    words = TEXT_ENDS_AND_BEGINS.sub(rb"\1", words)
    return b"\n".join(_news(words.split(b"\n")))


def _news(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Without what is in force already. A state is what the operators of SAID said last, by operator."""
    state, outer = dict(AT_FIRST), list[dict[bytes, bytes]]()
    before: tuple[int, int] | None = None  # where the line of text before this one begins
    for written in lines:
        line, operator = written, written.rpartition(b" ")[2]
        if operator in SAID:
            name = line[:2] if operator == b"gs" else operator
            line = _colour(line) if operator in (b"rg", b"RG") else line
            if state.get(name) == line:
                continue
            if operator == b"gs" and name not in AT_FIRST:  # sets who knows what
                state.clear()
            state[name] = line
        elif operator == b"TJ":
            line = _shown(line)
        elif operator == b"Tm":
            line, before = _placed(line, before)
        elif operator == b"BT":
            before = None
        elif operator == b"q":
            outer.append(dict(state))
        elif operator == b"Q":
            state = outer.pop()
        elif operator not in HARMLESS:
            state.clear()
        yield line


@cache
def _colour(line: bytes) -> bytes:
    """Three decimals say the same of 255 shades; rounded up, for readers that round down."""
    *parts, operator = line.split()
    return b" ".join([*(b"%g" % (ceil(float(part) * 1000 - 0.001) / 1000) for part in parts), operator])


def _shown(line: bytes) -> bytes:
    """Glyphs as bytes instead of as digits, and nothing behind the last."""
    shown = GLYPHS.sub(lambda found: as_bytes(found[1]), line.removesuffix(b"0] TJ").removesuffix(b"] TJ"))
    return shown + b"] TJ"


@cache
def as_bytes(digits: bytes) -> bytes:
    """Glyphs spelled as hexadecimal digits, as a string of bytes."""
    return b"(%s)" % SPECIAL.sub(rb"\\\g<0>", unhexlify(digits)).replace(b"\r", b"r")


def _placed(line: bytes, before: tuple[int, int] | None) -> tuple[bytes, tuple[int, int] | None]:
    """The line's place, said by its distance to the one before, and in units of the last decimal."""
    found = PLACE.fullmatch(line)
    if not found:
        return line, None
    across, down = (round(float(part) * 10**DECIMALS) for part in found.groups())
    if before is None:
        return b"1 0 0 -1 %s %s Tm" % (_number(across), _number(down)), (across, down)
    return b"%s %s Td" % (_number(across - before[0]), _number(before[1] - down)), (across, down)


def _number(units: int) -> bytes:
    return b"%s" % f"{units / 10**DECIMALS:.{DECIMALS}f}".rstrip("0").rstrip(".").encode()
