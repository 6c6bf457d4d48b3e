"""What is drawn on a page, said in fewer words: the renderer draws each cell and each piece of a line on its own.

Nothing looks different. In a book of tables this is half of all that its pages hold.
"""

import re
from itertools import groupby

NUMBER = rb"-?[\d.]+"
RECTANGLE = rb"(?:%s ){4}re" % NUMBER
FILLED = re.compile(rb"^(%s)\nW\nn\n\1\nf\nQ\n" % RECTANGLE, re.MULTILINE)
CELL = re.compile(
    rb"^q\n(%s)\nW\nn\n(/Artifact\nBMC\nq\n(?:/\S+ gs\n)?(?:%s ){3}rg\n\1\nf\nQ\nEMC\n)Q\n" % (RECTANGLE, NUMBER),
    re.MULTILINE,
)
EDGE = rb"/Artifact\nBMC\nq\nq\n/A1\.0 gs\n((?:%s ){3}RG)\n(%s w)\n(%s) (%s) m\n(%s) (%s) l\nS\nQ\nQ\nEMC\n" % (
    NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER,
)  # fmt: skip
EDGES = re.compile(rb"^(?:%s){2,}" % re.sub(rb"\((?!\?)", b"(?:", EDGE), re.MULTILINE)
ONE_EDGE = re.compile(EDGE)
EMPTY = re.compile(rb"^q\nQ\n", re.MULTILINE)
FINE = re.compile(rb"([1-9]\d*\.\d{3})\d+")  # of a pixel; what is under 1 may be a scale or a colour
Edge = tuple[bytes, bytes, bytes, bytes]
"""From x, y to x, y."""


def shorter(words: bytes) -> bytes:
    """The same page in fewer operators."""
    words = FINE.sub(rb"\1", words.replace(b">0<", b""))
    words = EDGES.sub(_path, CELL.sub(rb"\2", FILLED.sub(rb"\1\nf\nQ\n", words)))
    while (less := EMPTY.sub(b"", words)) != words:
        words = less
    return words


def _path(found: re.Match[bytes]) -> bytes:
    """Edges that follow each other: those of one colour and width as one path, and pieces of one line as one."""
    out = b""
    for (colour, width), edges in groupby(ONE_EDGE.findall(found[0]), key=lambda edge: edge[:2]):
        lines = b"".join(b"%s %s m\n%s %s l\n" % line for line in _lines([edge[2:] for edge in edges]))
        out += b"/Artifact\nBMC\nq\n/A1.0 gs\n%s\n%s\n%sS\nQ\nEMC\n" % (colour, width, lines)
    return out


def _lines(edges: list[Edge]) -> list[Edge]:
    """Each line from its first point to its last; an edge goes on with the one before it where that ends, straight on."""
    found: list[Edge] = []
    for edge in sorted(edges, key=_along):
        last = found[-1] if found else None
        if last and last[2:] == edge[:2] and _upright(last) == _upright(edge):
            found[-1] = (*last[:2], *edge[2:])
        else:
            found.append(edge)
    return found


def _upright(edge: Edge) -> bool | None:
    """Whether an edge goes down (True) or across (False); None where it does neither."""
    return True if edge[0] == edge[2] else False if edge[1] == edge[3] else None


def _along(edge: Edge) -> tuple[bool, float, float]:
    """So that the pieces of one line stand beside each other, in order."""
    x, y, *_ = (float(each) for each in edge)
    return (True, x, y) if _upright(edge) else (False, y, x)
