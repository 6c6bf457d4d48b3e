"""Numbers of pages that are known only in the book: the lists of the front matter keep a gap for each, and the linker fills it.

So the front matter is rendered beside the chapters, and is the same unit after an edit that only moves pages. A gap is three
squares, which nobody types one after the other; it ends at the right edge of its column, and so does the label in its place. It
stands where the text stands: inside its mark, so a reader that reads aloud says the number in its line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from masterplan.faces import Faces
from masterplan.ink import as_bytes

GAP = "\u25a1\u25a1\u25a1"


def gaps(words: bytes, told: Mapping[str, Mapping[str, Any]]) -> int:
    """How many there are in the operators of a page. told: what the sidecar says of the unit's faces."""
    return sum(found["gap"] is not None for found in _pattern(told).finditer(words))


def filled(words: bytes, labels: Iterable[str], faces: Faces, told: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The operators of a page with a label in each gap, in order. Raises ValueError when there are more gaps."""
    rest, fonts = iter(labels), [""]

    def said(found: re.Match[bytes]) -> bytes:
        if found["font"]:
            fonts[-1] = found["font"].decode()
        elif found["gap"] is not None:
            return _shown(faces, fonts[-1], rest)
        elif found[0] == b"q":
            fonts.append(fonts[-1])
        else:
            fonts.pop()
        return found[0]

    return _pattern(told).sub(said, words)


def _pattern(told: Mapping[str, Mapping[str, Any]]) -> re.Pattern[bytes]:
    """What changes the font, and gaps: three glyphs, which may differ between faces."""
    spelled = {re.escape(shown) for face in told.values() if (shown := _gap(face["text"]))}
    gap = b"|".join(sorted(spelled)) or b"(?!)"
    return re.compile(rb"^(?:q|Q)$|^/(?P<font>\w+) [\d.]+ Tf$|^(?P<gap>%s)$" % gap, re.MULTILINE)


def _gap(text: Mapping[str, str]) -> bytes:
    """The operator that shows a gap in this face, or nothing if it shows none."""
    glyphs = {letters: int(glyph) for glyph, letters in text.items()}
    if not glyphs.keys() >= set(GAP):
        return b""
    return b"[%s] TJ" % as_bytes(b"".join(b"%04x" % glyphs[letter] for letter in GAP))


def _shown(faces: Faces, name: str, labels: Iterator[str]) -> bytes:
    label = next(labels, None)
    if label is None:
        raise ValueError("more gaps than labels")
    ahead = faces.long(name, label) - faces.long(name, GAP)
    shown = b"".join(
        as_bytes(b"%04x" % glyph) + (b"%d" % back if back else b"") for glyph, back in faces.set(name, label)
    )
    return b"[%d%s] TJ" % (ahead, shown)
