"""What the binder adds to the pages of units: the number, the version and date, the draft mark, the thumb tab, and the side.

A unit is laid out as if all its pages were right-hand ones and had no number, so it depends on no page before it. Only here
is it known on which side of the sheet a page lies. Lengths in points, from the page's lower left corner.
"""

from dataclasses import dataclass, field
from functools import cached_property

from masterplan.faces import Faces
from masterplan.filing import File, number
from masterplan.packing import Leaf

MM = 72 / 25.4
NUMBER_FONT, NUMBER_SIZE = "PlusJakartaSans-Bold.ttf", 9
NUMBER_COLOUR = "0.079 0.197 0.228"  # #14323a
INK = (
    1.038 * NUMBER_SIZE + (16 - 1.26 * NUMBER_SIZE) / 2
)  # from the top of the line, 16 high, to the foot of its letters


@dataclass(frozen=True)
class Side:
    """Measures of one kind of page: how far a left-hand one is moved, its outer margin, and where its number stands."""

    shift: float
    outer: float
    foot: float


UPRIGHT = Side(-5 * MM, 25 * MM, 19 * MM - INK)
TURNED = Side(-7 * MM, 18 * MM, 15 * MM - INK)


def side(leaf: Leaf) -> Side:
    width, height = leaf.size
    return TURNED if width > height else UPRIGHT


def shift(leaf: Leaf, page: int) -> float:
    """How far the content of this page of the file (0 is the first, a right-hand one) is moved."""
    return side(leaf).shift if page % 2 else 0.0


def kind(leaf: Leaf, page: int) -> int:
    """Which of the four pages of a stamp or a tab lies over it."""
    return (2 if side(leaf) is TURNED else 0) + page % 2


@dataclass
class Furniture:
    """The forms shared by all pages of a book, and the faces to set numbers in. stamp: four forms; tabs: four a tab."""

    out: File
    faces: Faces
    stamp: list[int] = field(default_factory=list)
    tabs: list[int] = field(default_factory=list)
    waiting: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)  # forms that no page shows yet
    moved: dict[float, int] = field(default_factory=dict)

    def around(self, leaf: Leaf, page: int, label: str, *, tab: int | None) -> tuple[int, int, dict[str, int]]:
        """Streams before and behind the page's own: they move it to its side and lay number, stamp and tab over it.

        Returned with the forms that they name. What is laid over is drawn, and not read.
        """
        which = kind(leaf, page)
        shown = {f"Stamp{which}": self.stamp[which]}
        if tab is not None:
            shown[f"Tab{which}"] = self.tabs[4 * tab + which]
        for form in shown.values():
            if form in self.waiting:
                self.out.copy(form, *self.waiting.pop(form))
        laid = b"".join(b"/%s Do\n" % name.encode() for name in shown)
        words = b"\nQ\n/Artifact BMC\n%s%sEMC\n" % (laid, self._number(leaf, page, label))
        return self._opening(shift(leaf, page)), self.out.stream(b"", words), shown

    def _opening(self, by: float) -> int:
        """The stream in front of a page's own; pages of one kind share it."""
        if by not in self.moved:
            self.moved[by] = self.out.stream(b"", b"q 1 0 0 1 %s 0 cm\n" % number(by) if by else b"q\n")
        return self.moved[by]

    def _number(self, leaf: Leaf, page: int, label: str) -> bytes:
        """The operators that write the page's number at its outer lower corner."""
        face, place = self.face, side(leaf)
        glyphs = self.faces.set(face, label)
        long = self.faces.long(face, label) * NUMBER_SIZE / 1000
        x = place.outer if page % 2 else leaf.size[0] - place.outer - long
        shown = "".join(f"<{glyph:04x}>" + (f"{back}" if back else "") for glyph, back in glyphs).replace("><", "")
        return f"{NUMBER_COLOUR} rg\nBT /{face} {NUMBER_SIZE} Tf {x:.2f} {place.foot:.2f} Td [{shown}] TJ ET\n".encode()

    @cached_property
    def face(self) -> str:
        """The face that numbers are set in; the stamp shows it, so every stamped book has it."""
        return self.faces.of(NUMBER_FONT)
