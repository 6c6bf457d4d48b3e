"""Changed words on paper without colours: what went in brackets, what came between ‹ ›."""

from collections.abc import Iterable

from bimtek.words import GONE, NEW, Piece

MARKS = {GONE: "[{}]", NEW: "‹{}›"}
LEGEND = "[kata] dihapus, ‹kata› ditambahkan."


def marked(pieces: Iterable[Piece]) -> str:
    return "".join(_marked(piece.text, MARKS.get(piece.kind, "{}")) for piece in pieces)


def _marked(text: str, mark: str) -> str:
    """The mark stands at the words, not at the white space around them."""
    words = text.strip()
    return text.replace(words, mark.format(words), 1) if words else text
