"""Where things lie in a bound book: named destinations for its links, bookmarks, the labels of its pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from masterplan import filing
from masterplan.binding import Bound, Part
from masterplan.filing import File
from masterplan.furniture import shift
from masterplan.packing import Packed

Anchors = dict[str, tuple[int, float, float]]
"""Name → page, x, y in points from its lower left corner."""
Marks = list[tuple[int, str, int, float, float]]
"""Level, label, page, x, y."""
Units = list[tuple[Part, int, Packed]]
"""Each part with the page that it begins on, and its unit as objects."""


def places(units: Units) -> tuple[Anchors, Marks]:
    """Where the anchors and bookmarks of all units lie in the book."""
    anchors: Anchors = {}
    marks: Marks = []
    for part, first, packed in units:
        moved = [shift(leaf, first + index) if part.stamped else 0.0 for index, leaf in enumerate(packed.leaves)]
        for name, (at, x, y, *_) in part.unit.anchors.items():
            page = int(at)
            anchors.setdefault(name, (first + page, round(x + moved[page], 2), y))
        for level, label, page, x, y in part.unit.marks:
            marks.append((level + part.level, label, first + page, round(x + moved[page], 2), y))
    return anchors, marks


def _place(pages: Sequence[int], page: int, x: float, y: float) -> bytes:
    return b"[%d 0 R /XYZ %s %s 0]" % (pages[page], filing.number(x), filing.number(y))


def destinations(pages: Sequence[int], anchors: Anchors) -> bytes:
    ordered = sorted((name.encode(), place) for name, place in anchors.items())
    named = b" ".join(b"%s %s" % (filing.text(name.decode()), _place(pages, *place)) for name, place in ordered)
    return b"<</Names [%s]>>" % named


@dataclass
class _Mark:
    """A bookmark under its number. place: how it says where it leads."""

    number: int
    label: str
    place: bytes
    below: "list[_Mark]" = field(default_factory=list)


def outline(out: File, pages: Sequence[int], marks: Marks) -> int:
    """Bookmarks as a tree; the first level is open. Returns the number of its root."""
    root = _Mark(out.new(), "", b"")
    stack = [(-1, root)]
    for level, label, page, x, y in marks:
        while stack[-1][0] >= level:
            stack.pop()
        mark = _Mark(out.new(), re.sub(r"\s+", " ", label).strip(), _place(pages, page, x, y))
        stack[-1][1].below.append(mark)
        stack.append((level, mark))
    ends = b"/First %d 0 R/Last %d 0 R" % (root.below[0].number, root.below[-1].number) if root.below else b""
    out.put(root.number, b"<</Type /Outlines%s/Count %d>>" % (ends, len(root.below)))
    _hang(out, root)
    return root.number


def _hang(out: File, parent: _Mark) -> None:
    """Writes what is below a bookmark."""
    marks = parent.below
    for before, mark, after in zip([None, *marks], marks, [*marks[1:], None], strict=False):
        told = b"/Title %s/Parent %d 0 R/Dest %s" % (filing.text(mark.label), parent.number, mark.place)
        told += b"/Prev %d 0 R" % before.number if before else b""
        told += b"/Next %d 0 R" % after.number if after else b""
        if mark.below:
            told += b"/First %d 0 R/Last %d 0 R/Count -%d" % (
                mark.below[0].number,
                mark.below[-1].number,
                len(mark.below),
            )
            _hang(out, mark)
        out.put(mark.number, b"<<%s>>" % told)


def page_labels(bound: Bound) -> bytes:
    """ "III-12" and roman numbers also in the viewer's page box. A blank page goes on counting in the part before it."""
    told = []
    for part, first, _ in bound.parts:
        if not part.follows:
            style = b"/S /%s" % part.style.encode() if part.style else b""
            prefix = b"/P %s" % filing.text(part.prefix) if part.prefix else b""
            told.append(b"%d <<%s%s>>" % (first, style, prefix))
    return b" ".join(told)
