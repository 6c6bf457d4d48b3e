"""Keeps a line of text as it was shaped until it is drawn, and sets up once what all lines of a style begin with.

The renderer asks Pango for a context, a font and a language for every piece of text that it measures, lets go of all of it once
the piece is measured, and asks for it again to draw the same piece. Here every line begins as a copy of one empty layout of its
style, and stays shaped until it is drawn. One that is justified is drawn otherwise than it was measured, and is set anew as ever.
"""

import re
from typing import Any

from weasyprint.text import line_break as renderer
from weasyprint.text.ffi import ffi, gobject, pango

STYLED = (
    "font_family", "font_style", "font_stretch", "font_weight", "font_size", "font_kerning", "font_variant_ligatures",
    "font_variant_position", "font_variant_caps", "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian",
    "font_feature_settings", "font_variation_settings", "font_language_override", "lang", "direction", "text_decoration_line",
)  # fmt: skip
"""All of a style that an empty layout is set up with."""
OWN = {"layout", "style", "text", "justification_spacing", "max_width"}
"""What belongs to one line; whatever else the renderer notes beside a layout is the same for all lines of a style."""
APART = re.compile("[\n\r\u2029]")  # where Pango begins another paragraph

ffi.cdef("PangoLayout *pango_layout_copy (PangoLayout *src);")


def use() -> None:
    """From now on the renderer's lines are these."""
    renderer.Layout = Line
    renderer._font_style_cache_key = spelled


_theirs, _key = renderer.Layout, renderer._font_style_cache_key


def spelled(style: Any, include_size: bool = False) -> str:
    """The renderer's own key of a style's font, put together once a style."""
    kept: dict[bool, str] = style.__dict__.setdefault("_shaping_key", {})
    if include_size not in kept:
        kept[include_size] = _key(style, include_size)
    return kept[include_size]


def _empty(style: Any) -> tuple[Any, dict[str, Any]]:
    """An empty layout of this style, never to be changed, and what the renderer notes beside it."""
    kept: tuple[Any, dict[str, Any]] | None = style.__dict__.get("_shaping_empty")
    if kept is None:
        known = style.font_config.__dict__.setdefault("_shaping_empty", {})
        key = repr([style[name] for name in STYLED])
        if key not in known:
            made = _theirs(style)
            known[key] = (made.layout, {name: told for name, told in vars(made).items() if name not in OWN})
        kept = style._shaping_empty = known[key]
    return kept


class Line(_theirs):  # type: ignore[misc, valid-type]
    """A piece of text in one style. waiting: measured, and not drawn yet."""

    waiting = False

    def setup(self, style: Any) -> None:
        empty, told = _empty(style)
        self.__dict__.update(told)
        self.style = style
        self.layout = ffi.gc(pango.pango_layout_copy(empty), gobject.g_object_unref)

    def set_text(self, text: str, justify: bool = False) -> None:
        # the mode that a line is drawn in; to change it then would have it shaped again
        pango.pango_layout_set_single_paragraph_mode(self.layout, not APART.search(text))
        super().set_text(text, justify)

    def deactivate(self) -> None:
        self.waiting = not self.waiting and not self.justification_spacing
        if not self.waiting:
            super().deactivate()

    def reactivate(self, style: Any) -> None:
        if not self.waiting:
            super().reactivate(style)
            self.waiting = True
