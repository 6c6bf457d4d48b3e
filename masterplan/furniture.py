"""What the binder adds to the pages of units: the number, the version and date, the draft mark, the thumb tab, and the side.

A unit is laid out as if all its pages were right-hand ones and had no number, so it depends on no page before it. Only here
is it known on which side of the sheet a page lies. Lengths in points, from the page's lower left corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from masterplan.faces import Faces

MM = 72 / 25.4
NUMBER_FONT, NUMBER_SIZE = "PlusJakartaSans-Bold.ttf", 9.0
NUMBER_COLOUR = "0.0784 0.1961 0.2275"  # #14323a
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


def side(box: Any) -> Side:
    return TURNED if float(box[2]) > float(box[3]) else UPRIGHT


def shift(box: Any, page: int) -> float:
    """How far the content of this page of the file (0 is the first, a right-hand one) is moved."""
    return side(box).shift if page % 2 else 0.0


@dataclass
class Furniture:
    """The forms shared by all pages of a book, and the faces to set numbers in."""

    out: pikepdf.Pdf
    faces: Faces
    forms: dict[str, list[Any]] = field(default_factory=dict)
    plain: Any = None
    moved: dict[float, Any] = field(default_factory=dict)

    def add(self, kind: str, source: pikepdf.Pdf, told: Any) -> None:
        """Takes the pages of a small unit as forms: four for the stamp, four a tab."""
        names = self.faces.take(source, told)
        forms = [self.out.copy_foreign(page.as_form_xobject()) for page in source.pages]
        for form in forms:
            self.faces.give(form.Resources.Font, names)
        self.forms[kind] = forms

    def lay(self, index: int, label: str, tab: int | None) -> None:
        """Moves page `index` to its side and lays number, stamp and tab over it."""
        page = self.out.pages[index]
        which = (2 if side(page.mediabox) is TURNED else 0) + index % 2
        shown = [("Stamp", self.forms["stamp"][which])]
        if tab is not None:
            shown.append(("Tab", self.forms["tabs"][4 * tab + which]))
        resources = page.obj.Resources
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        words = b"\nQ"
        for kind, form in shown:
            name = f"/{kind}{form.objgen[0]}"
            resources.XObject[name] = form
            words += f" q /Artifact BMC {name} Do EMC Q".encode()
        words += self._number(page, index, label)
        contents = page.obj.get("/Contents", Array())
        streams = list(contents) if isinstance(contents, Array) else [contents]
        page.obj.Contents = Array([self._opening(shift(page.mediabox, index)), *streams, self.out.make_stream(words)])

    def _opening(self, by: float) -> Any:
        """The stream in front of a page's own; pages of one kind share it."""
        if by not in self.moved:
            words = f"q 1 0 0 1 {by:.3f} 0 cm\n" if by else "q\n"
            self.moved[by] = self.out.make_indirect(self.out.make_stream(words.encode()))
        return self.moved[by]

    def _number(self, page: pikepdf.Page, index: int, label: str) -> bytes:
        """The operators that write the page's number at its outer lower corner."""
        face, glyphs = self.faces.line(NUMBER_FONT, label)
        self.faces.give(page.obj.Resources.Font, [face])
        place, width = side(page.mediabox), float(page.mediabox[2])
        long = self.faces.width(NUMBER_FONT, label) * NUMBER_SIZE / 1000
        x = place.outer if index % 2 else width - place.outer - long
        shown = "".join(f"<{glyph:04x}>" + (f"{back}" if back else "") for glyph, back in glyphs)
        text = f"BT /{face} {NUMBER_SIZE} Tf {x:.3f} {place.foot:.3f} Td [{shown}] TJ ET"
        return f" /Artifact BMC q {NUMBER_COLOUR} rg {text} Q EMC\n".encode()


def moved_rect(rect: Sequence[Any], by: float) -> Array:
    """A link's rectangle on a page whose content is moved."""
    left, bottom, right, top = (float(each) for each in rect)
    return Array([round(left + by, 3), round(bottom, 3), round(right + by, 3), round(top, 3)])
