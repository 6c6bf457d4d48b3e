"""Has the renderer settle once what it settles anew for every element, box and page, in its own process.

Its own style sheet gives every element the styles of six boxes that none here has: footnotes, notes and their marks. Breaks of lines
in a cell share their style, as elements do, and pages of one kind share theirs and those of their 18 margins. The used margins,
paddings and sizes of a box follow from its style and from the size of what it stands in: boxes of one style in equal places share them.
"""

import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pydyf
from cssselect2.tree import ElementWrapper
from weasyprint.css import StyleFor
from weasyprint.formatting_structure.boxes import Box, PageBox
from weasyprint.html import UA_STYLESHEET
from weasyprint.layout import background, page, percent

MARKED = "li"  # the only elements that have a mark before them
BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")

CORNERS = tuple(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left"))
SQUARE = dict.fromkeys(CORNERS, (0, 0))

_corners = background.resolve_radii_percentages
_sizes, _page, _element = percent.resolve_percentages, page.set_page_type_computed_styles, StyleFor.set_computed_styles


def use() -> None:
    """From now on the renderer settles styles so. Its modules must be loaded."""
    _leave_out_notes()
    StyleFor.set_computed_styles = style_element
    page.set_page_type_computed_styles = style_page
    background.resolve_radii_percentages = settle_corners
    pydyf.PDF.page_references = property(references)
    for name, kept in list(vars(ElementWrapper).items()):
        if isinstance(kept, cached_property):
            setattr(ElementWrapper, name, Kept(name, kept.func))
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.") and vars(module).get("resolve_percentages") is _sizes:
            module.resolve_percentages = settle  # type: ignore[attr-defined]


def _leave_out_notes() -> None:
    """The renderer's rules for boxes that come with every element: marks stay, for the items of lists; notes go."""
    matcher = UA_STYLESHEET.matcher
    marks = [rule for rule in matcher.other_selectors if rule[3] == "marker"]
    matcher.lower_local_name_selectors.setdefault(MARKED, []).extend(marks)
    matcher.other_selectors = [rule for rule in matcher.other_selectors if rule[3] is None]


def style_element(self: Any, element: Any, *rest: Any, pseudo_type: str | None = None, **named: Any) -> None:
    """Sets the style of an element or of a box that it generates. Breaks of lines that share their style share that of their box."""
    if pseudo_type != "before" or getattr(element, "tag", "") != "br":
        _element(self, element, *rest, pseudo_type=pseudo_type, **named)
        return
    styles = self.get_computed_styles()
    known = styles[element, None].__dict__
    if "_styling_break" not in known:
        _element(self, element, *rest, pseudo_type=pseudo_type, **named)
        known["_styling_break"] = styles[element, pseudo_type]
    styles[element, pseudo_type] = known["_styling_break"]


def style_page(page_type: Any, html: Any, style_for: Any) -> None:
    """Sets the styles of a page and of its margins: those of an earlier page where no rule counts pages."""
    kind = (page_type.side, page_type.blank, page_type.name, page_type.index == 0)
    known = style_for.__dict__.setdefault("_styling_pages", {})
    styles = style_for.get_computed_styles()
    if kind not in known:
        _page(page_type, html, style_for)
        counted = any(each[2].index for sheet, *_ in style_for._sheets for rule in sheet.page_rules for each in rule[1])
        if counted:
            return
        parts = [None, *(part for element, part in style_for.get_cascaded_styles() if element == page_type and part)]
        known[kind] = {part: styles[page_type, part] for part in parts}
    for part, style in known[kind].items():
        styles[page_type, part] = style


def _shares(box: Any) -> bool:
    """Whether a box can be handed what another one has: no page, and nothing that only stands for a box that hangs elsewhere."""
    return isinstance(box, Box) and not isinstance(box, PageBox)


class _Like:
    """Stands for all boxes of a style."""

    def __init__(self, style: Any) -> None:
        self.style = style


def settle(box: Any, containing_block: Any) -> None:
    """Sets the used margins, paddings, borders and sizes of a box. containing_block: the box it stands in, or its width and height."""
    style = box.style
    place = (
        (containing_block.width, containing_block.height)
        if isinstance(containing_block, Box)
        else tuple(containing_block)
    )
    collapsed = style["border_collapse"] == "collapse"
    if not _shares(box) or (collapsed and style["box_sizing"] != "content-box"):
        _sizes(box, containing_block)
        return
    known = style.__dict__.setdefault("_styling_settled", {})
    if place not in known:
        like = _Like(style)
        _sizes(like, place)
        del like.style
        borders = {name: vars(like).pop(name) for name in BORDERS} if collapsed else {}
        known[place] = (vars(like), borders)
    sizes, borders = known[place]
    own = box.__dict__
    own.update(sizes)
    for name, width in borders.items():
        own.setdefault(name, width)


def settle_corners(box: Any) -> None:
    """Sets the used radii of a box's corners. Most boxes have none."""
    known = box.style.__dict__
    square = known.get("_styling_square")
    if square is None:
        square = known["_styling_square"] = all((0, "px") in box.style[corner] for corner in CORNERS)
    if square and _shares(box):
        box.__dict__.update(SQUARE)
    else:
        _corners(box)


def references(pdf: Any) -> tuple[bytes, ...]:
    """References to the pages of a file, in order: the renderer asks for all of them wherever it names one."""
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = pdf.__dict__.get("_styling_references", ())
    if len(known) != len(numbers):
        known = pdf._styling_references = tuple(b"%d 0 R" % number for number in numbers)
    return known


class Kept:
    """A property that is worked out once, without a lock: a press has one thread, and most of these are asked for once."""

    def __init__(self, name: str, work: Callable[[Any], Any]) -> None:
        self.name, self.work = name, work

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = instance.__dict__[self.name] = self.work(instance)
        return value
