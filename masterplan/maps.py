"""Charts that lay two things against each other: dimensions and terms, misi and dimensions, quick wins and months.

Every cell and bar carries its figure in letters, and shades go from light to dark, so a grey print says the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from masterplan.chart_frame import INK, QUIET, RULE, Spec, bare_axis, chart, colour

PALE, FULL = "#eef4f4", "#0b4f5a"
DARK_FROM = 0.55  # share of the largest figure from which letters are white
NAME = 46  # letters of a name before it is cut
LONGEST = 12  # months of a quick win


class Running(TypedDict):
    """One quick win on its months."""

    name: str
    dimension: str
    months: int
    progress: int  # per cent
    targets: Sequence[int]  # months for which a target is written


def shortened(text: str, most: int = NAME) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _matrix(
    cells: list[dict[str, Any]], rows: list[str], columns: list[str], *, label_width: int, height: int = 34
) -> Spec:
    """Cells {"row", "column", "size", "text"} as a field of rectangles with their words in them."""
    largest = max([cell["size"] for cell in cells] or [1]) or 1
    values = [{**cell, "share": cell["size"] / largest} for cell in cells]
    x = {
        "field": "column",
        "type": "nominal",
        "sort": columns,
        "title": None,
        "axis": bare_axis(orient="top", labelAngle=0, labelFontWeight=600),
    }
    y = {
        "field": "row",
        "type": "nominal",
        "sort": rows,
        "title": None,
        "axis": bare_axis(labelLimit=label_width, labelFontWeight=600),
    }
    shade = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [PALE, FULL]},
        "legend": None,
    }
    layers = [
        {"mark": {"type": "rect", "stroke": "#fff", "strokeWidth": 2}, "encoding": {"color": shade}},
        {"mark": {"type": "text", "fontSize": 10.5, "fontWeight": 700, "lineBreak": "\n"},
         "encoding": {"text": {"field": "text"}, "color": {"condition": {"test": f"datum.share >= {DARK_FROM}", "value": "#fff"}, "value": INK}}},
    ]  # fmt: skip
    return chart(
        {"data": {"values": values}, "layer": layers, "encoding": {"x": x, "y": y}},
        height=height * max(1, len(rows)) + 26,
    )


def programme_map(rows: Iterable[Mapping[str, Any]], terms: Sequence[str]) -> Spec:
    """Programmes and money by dimension and term: {"dimension", "label", "counts": one a term, "amounts": words, one a term}."""
    cells, order = [], []
    for row in rows:
        label = f"{row['dimension']}  {row['label']}"
        order.append(label)
        for term, count, amount in zip(terms, row["counts"], row["amounts"], strict=True):
            text = f"{count} program" + (f" · {amount}" if amount else "") if count else "–"
            cells.append({"row": label, "column": term, "size": count, "text": text})
    return _matrix(cells, order, list(terms), label_width=200)


def alignment(
    missions: Sequence[tuple[str, str]], rows: Mapping[tuple[str, str], int], dimensions: Sequence[str]
) -> Spec:
    """Programmes that serve each misi, by dimension. missions: (number, words); rows: (number, dimension) → programmes."""
    labels = {number: f"Misi {number}  {shortened(text)}" for number, text in missions}
    cells = [
        {
            "row": labels[number],
            "column": code,
            "size": rows.get((number, code), 0),
            "text": str(rows.get((number, code), 0) or "–"),
        }
        for number, _ in missions
        for code in dimensions
    ]
    return _matrix(cells, list(labels.values()), list(dimensions), label_width=290, height=30)


def quick_wins(rows: Iterable[Running]) -> Spec:
    """Each quick win over its months: how long it takes, how far it is, and the months that have a target."""
    bars, points, order = [], [], []
    for row in rows:
        label = f"{row['dimension']}  {shortened(row['name'], 40)}"
        order.append(label)
        months = min(max(row["months"], 0), LONGEST)
        shade = colour(row["dimension"])
        bars.append({"row": label, "from": 0, "to": months, "done": months * row["progress"] / 100, "colour": shade,
                     "text": f"{row['months']} bulan · {row['progress']}%" if months else "lama belum diisi", "end": max([months, *row["targets"]])})  # fmt: skip
        points += [{"row": label, "month": month} for month in row["targets"]]
    x = {"type": "quantitative", "scale": {"domain": [0, 16.5], "nice": False}}
    axis = {
        "values": [0, 3, 6, 9, 12],
        "title": "Bulan ke-",
        "orient": "top",
        "domain": False,
        "grid": True,
        "gridColor": RULE,
        "tickSize": 0,
    }
    y = {
        "field": "row",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": bare_axis(labelLimit=260, labelFontWeight=600),
    }
    own = {"field": "colour", "type": "nominal", "scale": None}
    layers = [
        {"data": {"values": bars}, "mark": {"type": "bar", "height": {"band": 0.5}, "opacity": 0.3},
         "encoding": {"x": {"field": "from", **x, "axis": axis}, "x2": {"field": "to"}, "color": own}},
        {"data": {"values": bars}, "mark": {"type": "bar", "height": {"band": 0.5}},
         "encoding": {"x": {"field": "from", **x}, "x2": {"field": "done"}, "color": own}},
        {"data": {"values": points}, "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 55, "color": INK, "opacity": 1, "stroke": "#fff", "strokeWidth": 1},
         "encoding": {"x": {"field": "month", **x}}},
        {"data": {"values": bars}, "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 9.5, "fontWeight": 600, "color": QUIET},
         "encoding": {"x": {"field": "end", **x}, "text": {"field": "text"}}},
    ]  # fmt: skip
    return chart({"layer": layers, "encoding": {"y": y}}, height=28 * max(1, len(order)) + 34)
