"""What all charts share: colours, sizes, axes and scales, and numbers as Indonesians write them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

Spec = dict[str, Any]

COLOURS = {"SG": "#10497c", "SB": "#c4500f", "SE": "#5c4716", "SL": "#24803c", "SS": "#6e1f4f", "SV": "#2f7a86"}
OTHER = ("#0b4f5a", "#7d5a46", "#5a6a8c", "#6b7a3a", "#84506b", "#4f4f4f")  # dimensions of another framework
INK, QUIET, RULE = "#14323a", "#4a5a5e", "#d3dddf"
JUDGEMENTS = (("Kurang", "#c9764b"), ("Sedang", "#d9c58a"), ("Baik", "#1f6f6b"))
TERMS = (("Pendek", "#0b4f5a"), ("Menengah", "#5d9095"), ("Panjang", "#bcd3d4"))
WIDTH = 586  # CSS pixels of the text column (155 mm)
WIDE = 960


def colour(dimension: str, others: Sequence[str] = ()) -> str:
    """The dimension's colour; codes of another framework get theirs by their place among the others."""
    if dimension in COLOURS:
        return COLOURS[dimension]
    return OTHER[others.index(dimension) % len(OTHER)] if dimension in others else OTHER[0]


def chart(body: Spec, *, height: int, width: int = WIDTH, padding: Any = 4) -> Spec:
    axis = {
        "labelColor": INK,
        "titleColor": QUIET,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
        "labelFontSize": 10.5,
        "titleFontSize": 10,
        "titleFontWeight": 500,
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "padding": padding,
        "background": None,
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {
            "font": "Plus Jakarta Sans",
            "view": {"stroke": None},
            "axis": axis,
            "legend": {"labelColor": INK, "titleColor": QUIET},
        },
        **body,
    }


def bare_axis(**more: Any) -> Spec:
    return {"domain": False, "ticks": False, "grid": False, "labelPadding": 6, "labelFontSize": 10.5, **more}


def shades(field: str, pairs: Sequence[tuple[str, str]], legend: Any = None) -> Spec:
    scale = {"domain": [name for name, _ in pairs], "range": [shade for _, shade in pairs]}
    return {"field": field, "type": "nominal", "scale": scale, "legend": legend}


def dimension_shades(dimensions: Sequence[str]) -> Spec:
    others = [dimension for dimension in dimensions if dimension not in COLOURS]
    return shades("dimension", [(dimension, colour(dimension, others)) for dimension in dimensions])


def in_order(dimensions: set[str]) -> list[str]:
    known = list(COLOURS)
    return sorted(dimensions, key=lambda code: (known.index(code) if code in known else len(known), code))


def written(value: float, places: int) -> str:
    """1234.5 → "1.234,5"."""
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def signed(value: "float | Decimal") -> str:
    return f"{value:+.2f}".replace(".", ",").replace("-", "−")
