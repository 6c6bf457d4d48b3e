"""Two texts word by word: what stayed, what went, what came. Pure."""

import difflib
import re
from dataclasses import dataclass

WORDS = re.compile(r"\s*\S+|\s+$")
PARAGRAPHS = re.compile(r"[^\n]*\n+|[^\n]+$")
MOST = 3000  # words of a text that are compared one by one; in a longer one, paragraphs are
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Piece:
    kind: str
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """Pieces in reading order: same and gone joined give `before`, same and new joined give `after`."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > MOST:
        old, new = PARAGRAPHS.findall(before), PARAGRAPHS.findall(after)
    pieces = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(old[i1:i2])))
        else:
            pieces += [Piece(GONE, "".join(old[i1:i2])), Piece(NEW, "".join(new[j1:j2]))]
    return [piece for piece in pieces if piece.text]
