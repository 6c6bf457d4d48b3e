"""Writes the words of a chart as a line of text, in the renderer's own process.

The renderer lays a text of an SVG out letter by letter, so that each could stand elsewhere, and one that is centred or ends at
its point becomes a form with a transparency group of its own: 540 forms and a sixth of the file in a book of 280 pages, and most
of the time that its charts take. The texts of our charts say none of that: one position, one line. Here they are set at once, with
their kerning, and moved by their width; a text that says more is left to the renderer.
"""

from math import inf
from typing import Any

from weasyprint import svg as renderer
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw.text import draw_emojis, draw_first_line
from weasyprint.matrix import Matrix
from weasyprint.svg.bounding_box import EMPTY_BOUNDING_BOX, extend_bounding_box
from weasyprint.svg.text import Style, TextBox, text
from weasyprint.text.line_break import split_first_line

BY_LETTER = {
    "x", "y", "dx", "dy", "rotate", "letter-spacing", "textLength", "dominant-baseline", "alignment-baseline", "display-anchor", "direction",
}  # fmt: skip
WEIGHTS = {"normal": 400, "bold": 700}
KNOWN = {*WEIGHTS, *(str(weight) for weight in range(100, 1000, 100))}
AHEAD = {"middle": 0.5, "end": 1.0}  # the part of a line that lies before its point


def use() -> None:
    """From now on lines of text in drawings are set so; whatever else there is stays the renderer's."""
    renderer.SVG.draw_node = _draw_node


_theirs = renderer.SVG.draw_node


def _draw_node(svg: Any, node: Any, *rest: Any, **named: Any) -> None:
    """The renderer asks this table what draws a node, and whether it has to move it by its width."""
    renderer.TAGS["text"] = line if node.tag == "text" and is_line(node) else text
    _theirs(svg, node, *rest, **named)


def is_line(node: Any) -> bool:
    """Words at one place, without parts, in a weight that has a number."""
    if not node.text or any(node) or BY_LETTER & node.attrib.keys():
        return False
    return str(node.get("font-weight", 400)) in KNOWN


def line(svg: Any, node: Any, size: float) -> None:
    """Draws a text of one line where it begins, ends or is centred."""
    style = Style(INITIAL_VALUES)
    style.font_config = svg.font_config
    style["font_family"] = [name.strip(" \"'") for name in node.get("font-family", "sans-serif").split(",")]
    style["font_style"], style["font_size"] = node.get("font-style", "normal"), size
    weight = node.get("font-weight", 400)
    style["font_weight"] = WEIGHTS.get(weight) or int(weight)
    layout, _, _, width, height, baseline = split_first_line(node.text, style, svg.context, inf, 0)
    left = -width * AHEAD.get(node.get("text-anchor"), 0)
    corners = ((left, -baseline), (left + width, height - baseline))
    node.text_bounding_box = extend_bounding_box(EMPTY_BOUNDING_BOX, corners)
    stream = svg.stream
    stream.push_state()
    fill, stroke = svg.set_graphical_state(node, size)
    stream.begin_text()
    layout.reactivate(style)
    svg.fill_stroke(fill, stroke, text=True)
    box = TextBox(layout, style)
    box.baseline = baseline
    emojis = draw_first_line(stream, box, "none", "none", Matrix(d=-1, e=left))
    stream.end_text()
    stream.pop_state()
    draw_emojis(stream, style, left, 0, emojis)
