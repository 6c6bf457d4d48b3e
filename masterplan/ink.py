"""What is drawn on a page, said in fewer words: the renderer draws each edge of a cell and each piece of a line on its own.

Every line is still drawn by itself and every ground inside its frame: to draw neighbours as one shape saves more, but the
points between them would be darker by what the eye can see.
"""

import re
from itertools import groupby

NUMBER = rb"-?[\d.]+"
EDGE = rb"/Artifact\nBMC\nq\nq\n/A1\.0 gs\n((?:%s ){3}RG)\n(%s w)\n((?:%s ){2}m\n(?:%s ){2}l)\nS\nQ\nQ\nEMC\n" % (
    NUMBER, NUMBER, NUMBER, NUMBER,
)  # fmt: skip
EDGES = re.compile(rb"^(?:%s){2,}" % re.sub(rb"\((?!\?)", b"(?:", EDGE), re.MULTILINE)
ONE_EDGE = re.compile(EDGE)
EMPTY = re.compile(rb"^q\nQ\n", re.MULTILINE)
FINE = re.compile(rb"([1-9]\d*\.\d{5})\d+")  # of a pixel; what is under 1 may be a scale or a colour


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
        lines = b"".join(b"%s\nS\n" % line for *_, line in edges)
        out += b"/Artifact\nBMC\nq\n/A1.0 gs\n%s\n%s\n%sQ\nEMC\n" % (colour, width, lines)
    return out
