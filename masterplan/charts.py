"""Charts as Vega-Lite specifications: one function per chart, plain rows in, a dict out; the same for screen and paper.

Every part is labelled where it stands, and carries its dimension's letter code, so a grey print says the same.
`svg` draws a specification for paper; `for_screen` makes a drawing fit for a page under the strict content policy.
"""

import functools
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, TypedDict

from django.conf import settings

from masterplan.drawing import LOCALE, VEGA_LITE

Spec = dict[str, Any]

COLOURS = {"SG": "#10497c", "SB": "#c4500f", "SE": "#5c4716", "SL": "#24803c", "SS": "#6e1f4f", "SV": "#2f7a86"}
OTHER = ("#0b4f5a", "#7d5a46", "#5a6a8c", "#6b7a3a", "#84506b", "#4f4f4f")  # dimensions of another framework
INK, QUIET, RULE = "#14323a", "#4a5a5e", "#d3dddf"
JUDGEMENTS = (("Kurang", "#c9764b"), ("Sedang", "#d9c58a"), ("Baik", "#1f6f6b"))
TERMS = (("Pendek", "#0b4f5a"), ("Menengah", "#5d9095"), ("Panjang", "#bcd3d4"))
WIDTH = 586  # CSS pixels of the text column (155 mm)
WIDE = 960
ROADMAP_ROWS = 36  # programmes on one page
ROADMAP_NAMES = 290  # CSS pixels for their names
_drawing = threading.Lock()


class Judged(TypedDict):
    """One element or component with how many indicators were judged how."""

    label: str
    poor: int
    fair: int
    good: int


class Amount(TypedDict):
    dimension: str
    year: int
    amount: int  # whole rupiah


class Bar(TypedDict):
    """One programme on the roadmap."""

    code: str
    name: str
    dimension: str
    start: int
    end: int


def colour(dimension: str, others: Sequence[str] = ()) -> str:
    """The dimension's colour; codes of another framework get theirs by their place among the others."""
    if dimension in COLOURS:
        return COLOURS[dimension]
    return OTHER[others.index(dimension) % len(OTHER)] if dimension in others else OTHER[0]


def readiness(rows: Iterable[Judged]) -> Spec:
    """Share of indicators judged kurang, sedang, baik, with the index 0–100 at the end of each bar."""
    values, indices, order = [], [], []
    for row in rows:
        counts = (row["poor"], row["fair"], row["good"])
        total, start = sum(counts), 0.0
        order.append(row["label"])
        for (name, _), count in zip(JUDGEMENTS, counts, strict=True):
            share = count / total * 100 if total else 0
            text = f"{name} {_number(share, 0)}%" if share >= 17 else f"{_number(share, 0)}%" if share >= 7 else ""
            values.append(
                {
                    "label": row["label"],
                    "judgement": name,
                    "from": start,
                    "to": start + share,
                    "mid": start + share / 2,
                    "text": text,
                }
            )
            start += share
        index = (counts[1] + 2 * counts[2]) / (2 * total) * 100 if total else None
        indices.append({"label": row["label"], "text": "belum diisi" if index is None else _number(index, 1)})
    y = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": _bare_axis(labelLimit=190, labelFontWeight=600),
    }
    x = {"type": "quantitative", "scale": {"domain": [0, 100]}}
    layers = [
        {
            "data": {"values": values},
            "mark": {"type": "bar", "height": {"band": 0.66}, "stroke": "#fff", "strokeWidth": 1},
            "encoding": {
                "x": {"field": "from", **x, "title": None, "axis": None},
                "x2": {"field": "to"},
                "color": _scale("judgement", JUDGEMENTS),
            },
        },
        {
            "data": {"values": values},
            "mark": {"type": "text", "fontSize": 10.5, "fontWeight": 600},
            "encoding": {
                "x": {"field": "mid", **x},
                "text": {"field": "text"},
                "color": {"condition": {"test": "datum.judgement === 'Baik'", "value": "#fff"}, "value": INK},
            },
        },
        {
            "data": {"values": indices},
            "mark": {
                "type": "text",
                "align": "left",
                "dx": 7,
                "fontSize": 12,
                "fontWeight": 700,
                "color": INK,
                "clip": False,
            },
            "encoding": {"x": {"datum": 100, **x}, "text": {"field": "text"}},
        },
    ]
    return _spec(
        {"layer": layers, "encoding": {"y": y}},
        height=34 * max(1, len(order)) + 8,
        padding={"left": 2, "top": 4, "bottom": 4, "right": 4},
    )


def swot_quadrant(points: Iterable[Mapping[str, Any]]) -> Spec:
    """Where the plan stands: {"label", "x" = ΣS − ΣW, "y" = ΣO − ΣT, optional "dimension"}; the quadrants are named."""
    values: list[dict[str, Any]] = [
        {
            "label": str(point["label"]),
            "x": float(point["x"]),
            "y": float(point["y"]),
            "text": f"{point['label']} ({_signed(point['x'])}; {_signed(point['y'])})",
            "colour": colour(str(point.get("dimension", ""))),
        }
        for point in points
    ]
    reach = max([1.0, *(abs(value[axis]) * 1.25 for value in values for axis in ("x", "y"))])
    names = [
        {"x": reach * 0.97, "y": reach * 0.93, "name": "Kuadran I · SO agresif", "align": "right"},
        {"x": reach * 0.97, "y": -reach * 0.93, "name": "Kuadran II · ST diversifikasi", "align": "right"},
        {"x": -reach * 0.97, "y": reach * 0.93, "name": "Kuadran III · WO putar haluan", "align": "left"},
        {"x": -reach * 0.97, "y": -reach * 0.93, "name": "Kuadran IV · WT defensif", "align": "left"},
    ]
    axis = {"grid": False, "domain": False, "tickColor": RULE, "labelColor": QUIET, "tickCount": 5, "format": ".1f"}
    scale = {"domain": [-reach, reach], "nice": False}
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": scale,
        "axis": {**axis, "title": "Kekuatan dikurangi kelemahan (IFAS)"},
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": scale,
        "axis": {**axis, "title": "Peluang dikurangi ancaman (EFAS)"},
    }
    layers: list[Spec] = [
        {"data": {"values": [{"a": 0, "b": 0, "c": reach}]}, "mark": {"type": "rect", "color": "#eef4f4"},
         "encoding": {"x": {"field": "a", "type": "quantitative"}, "y": {"field": "b", "type": "quantitative"}, "x2": {"field": "c"}, "y2": {"field": "c"}}},
        {"data": {"values": [{"zero": 0}]}, "mark": {"type": "rule", "color": INK, "strokeWidth": 1}, "encoding": {"x": {"field": "zero", "type": "quantitative"}}},
        {"data": {"values": [{"zero": 0}]}, "mark": {"type": "rule", "color": INK, "strokeWidth": 1}, "encoding": {"y": {"field": "zero", "type": "quantitative"}}},
    ]  # fmt: skip
    layers += [
        {"data": {"values": [name for name in names if name["align"] == align]}, "mark": {"type": "text", "align": align, "fontSize": 10.5, "fontWeight": 600, "color": QUIET},
         "encoding": {"x": x, "y": y, "text": {"field": "name"}}}
        for align in ("left", "right")
    ]  # fmt: skip
    dots = {"x": x, "y": y, "color": {"field": "colour", "type": "nominal", "scale": None}}
    layers.append(
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
            "encoding": dots,
        }
    )
    for test, align, dx in (("datum.x <= 0", "left", 9), ("datum.x > 0", "right", -9)):
        layers.append({
            "data": {"values": values},
            "transform": [{"filter": test}],
            "mark": {"type": "text", "align": align, "dx": dx, "dy": -2, "fontSize": 10.5, "fontWeight": 700, "color": INK},
            "encoding": {"x": x, "y": y, "text": {"field": "text"}},
        })  # fmt: skip
    return _spec({"data": {"values": []}, "layer": layers}, height=400)


def budget_by_year(rows: Iterable[Amount]) -> Spec:
    """Money per year as columns stacked by dimension, in milyar rupiah, letter codes in the parts, totals above."""
    amounts: dict[tuple[int, str], int] = {}
    for row in rows:
        amounts[row["year"], row["dimension"]] = amounts.get((row["year"], row["dimension"]), 0) + row["amount"]
    years = sorted({year for year, _ in amounts})
    dimensions = _in_order({dimension for _, dimension in amounts})
    totals = {year: sum(amounts.get((year, dimension), 0) for dimension in dimensions) for year in years}
    top = max([*totals.values(), 1])
    parts = []
    for year in years:
        start = 0.0
        for dimension in dimensions:
            size = amounts.get((year, dimension), 0) / 1e9
            text = dimension if size > top / 1e9 * 0.035 else ""
            parts.append(
                {
                    "year": str(year),
                    "dimension": dimension,
                    "from": start,
                    "to": start + size,
                    "mid": start + size / 2,
                    "text": text,
                }
            )
            start += size
    places = 0 if top >= 100e9 else 1
    sums = [
        {"year": str(year), "total": total / 1e9, "text": _number(total / 1e9, places)}
        for year, total in totals.items()
    ]
    x = {"field": "year", "type": "ordinal", "title": None, "axis": _bare_axis(labelAngle=0)}
    y = {"type": "quantitative", "title": "Rp miliar", "axis": {"tickCount": 5, "format": ",.0f"}}
    layers = [
        {"data": {"values": parts}, "mark": {"type": "bar", "stroke": "#fff", "strokeWidth": 0.8, "width": {"band": 0.72}},
         "encoding": {"x": x, "y": {"field": "from", **y}, "y2": {"field": "to"}, "color": _dimension_scale(dimensions)}},
        {"data": {"values": parts}, "mark": {"type": "text", "fontSize": 9, "fontWeight": 700, "color": "#fff"},
         "encoding": {"x": x, "y": {"field": "mid", **y}, "text": {"field": "text"}}},
        {"data": {"values": sums}, "mark": {"type": "text", "dy": -7, "fontSize": 10, "fontWeight": 700, "color": INK},
         "encoding": {"x": x, "y": {"field": "total", **y}, "text": {"field": "text"}}},
    ]  # fmt: skip
    return _spec({"layer": layers}, height=300)


def budget_by_source(rows: Iterable[Mapping[str, Any]]) -> Spec:
    """Money per source, largest first: {"source", "amount" in whole rupiah}, with share of the total."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[str(row["source"])] = sums.get(str(row["source"]), 0) + int(row["amount"])
    total = sum(sums.values()) or 1
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    places = 0 if total >= 1000e9 else 1
    values: list[dict[str, Any]] = [
        {
            "source": source,
            "amount": amount / 1e9,
            "text": f"Rp{_number(amount / 1e9, places)} miliar · {_number(amount / total * 100, 1)}%",
        }
        for source, amount in ranked
    ]
    y = {
        "field": "source",
        "type": "nominal",
        "sort": [source for source, _ in ranked],
        "title": None,
        "axis": _bare_axis(labelLimit=150),
    }
    reach = max([value["amount"] for value in values] or [1]) * 1.55
    x = {"field": "amount", "type": "quantitative", "scale": {"domain": [0, reach], "nice": False}, "axis": None}
    layers = [
        {"mark": {"type": "bar", "color": "#0b4f5a", "height": {"band": 0.62}}, "encoding": {"x": x, "y": y}},
        {
            "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 10.5, "fontWeight": 600, "color": INK},
            "encoding": {"x": x, "y": y, "text": {"field": "text"}},
        },
    ]
    return _spec({"data": {"values": values}, "layer": layers}, height=26 * max(1, len(values)) + 6)


def programmes_by_term(rows: Iterable[Mapping[str, Any]]) -> Spec:
    """Number of programmes per dimension and term: {"dimension", "label", "short", "medium", "long"}."""
    values: list[dict[str, Any]] = []
    totals: list[dict[str, Any]] = []
    order: list[str] = []
    for row in rows:
        label, start = f"{row['dimension']}  {row['label']}", 0
        order.append(label)
        for (term, _), key in zip(TERMS, ("short", "medium", "long"), strict=True):
            count = int(row[key])
            values.append(
                {
                    "label": label,
                    "term": term,
                    "from": start,
                    "to": start + count,
                    "mid": start + count / 2,
                    "text": f"{count}" if count else "",
                }
            )
            start += count
        totals.append({"label": label, "total": start, "text": f"{start} program"})
    reach = max([total["total"] for total in totals] or [1]) * 1.18 or 1
    y = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": _bare_axis(labelLimit=200, labelFontWeight=600),
    }
    x = {"type": "quantitative", "scale": {"domain": [0, reach], "nice": False}, "axis": None}
    layers = [
        {"data": {"values": values}, "mark": {"type": "bar", "stroke": "#fff", "height": {"band": 0.64}},
         "encoding": {"x": {"field": "from", **x}, "x2": {"field": "to"}, "y": y,
                      "color": _scale("term", TERMS, legend={"orient": "top", "direction": "horizontal", "title": "Jangka", "labelFontSize": 10.5, "titleFontSize": 10.5, "symbolType": "square"})}},
        {"data": {"values": values}, "mark": {"type": "text", "fontSize": 10.5, "fontWeight": 700},
         "encoding": {"x": {"field": "mid", **x}, "y": y, "text": {"field": "text"}, "color": {"condition": {"test": "datum.term === 'Pendek'", "value": "#fff"}, "value": INK}}},
        {"data": {"values": totals}, "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 10.5, "fontWeight": 700, "color": INK},
         "encoding": {"x": {"field": "total", **x}, "y": y, "text": {"field": "text"}}},
    ]  # fmt: skip
    return _spec({"layer": layers}, height=34 * max(1, len(order)) + 6)


def roadmap(rows: Iterable[Bar], *, years: range, short_until: int, medium_until: int) -> list[Spec]:
    """The roadmap as bars over the years, grouped by dimension, one specification per page of ROADMAP_ROWS programmes."""
    bars = list(rows)
    order = _in_order({bar["dimension"] for bar in bars})
    bars.sort(key=lambda bar: (order.index(bar["dimension"]), bar["start"], bar["end"], bar["code"]))
    return [_roadmap_page(page, years, short_until, medium_until) for page in _roadmap_pages(bars)]


def _roadmap_pages(bars: list[Bar]) -> Iterator[list[Bar]]:
    """Whole dimensions together as long as they fit a page."""
    page: list[Bar] = []
    for _, group in groupby(bars, key=lambda bar: bar["dimension"]):
        members = list(group)
        if page and len(page) + len(members) > ROADMAP_ROWS:
            yield page
            page = []
        while len(members) > ROADMAP_ROWS:
            yield members[:ROADMAP_ROWS]
            members = members[ROADMAP_ROWS:]
        page += members
    if page:
        yield page


def _roadmap_page(bars: list[Bar], years: range, short_until: int, medium_until: int) -> Spec:
    dimensions = _in_order({bar["dimension"] for bar in bars})
    values = []
    for place, bar in enumerate(bars):
        text = f"{bar['code']}  {bar['name']}"
        values.append(
            {
                "row": place,
                "name": text if len(text) <= 62 else text[:61].rstrip() + "…",
                "code": bar["code"],
                "dimension": bar["dimension"],
                "from": bar["start"],
                "to": bar["end"] + 1,
            }
        )
    ends = {
        "Pendek": (years[0], short_until + 1),
        "Menengah": (short_until + 1, medium_until + 1),
        "Panjang": (medium_until + 1, years[-1] + 1),
    }
    grounds = dict(zip(ends, ("#e6efef", "#f6f8f8", "#eef1ec"), strict=True))
    terms = [
        {"term": term, "from": start, "to": end, "mid": (start + end) / 2, "ground": grounds[term]}
        for term, (start, end) in ends.items()
        if end > start
    ]
    x = {"type": "quantitative", "scale": {"domain": [years[0], years[-1] + 1], "nice": False, "zero": False}}
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": None,
        "scale": {"paddingInner": 0.25, "domain": [-1, *range(len(bars))]},
    }
    named = {**y, "axis": None}
    ticks = [{"year": year, "mid": year + 0.5, "text": str(year), "row": -1} for year in years]
    layers: list[Spec] = [
        {"data": {"values": terms}, "mark": {"type": "rect", "opacity": 1},
         "encoding": {"x": {"field": "from", **x, "axis": None}, "x2": {"field": "to"}, "color": {"field": "ground", "type": "nominal", "scale": None}}},
        {"data": {"values": ticks}, "mark": {"type": "rule", "color": RULE, "strokeWidth": 0.6}, "encoding": {"x": {"field": "year", **x, "axis": None}}},
        {"data": {"values": terms}, "mark": {"type": "text", "dy": -8, "baseline": "bottom", "fontSize": 9.5, "fontWeight": 700, "color": QUIET},
         "encoding": {"x": {"field": "mid", **x, "axis": None}, "y": {"value": 0}, "text": {"field": "term"}}},
        {"data": {"values": ticks}, "mark": {"type": "text", "fontSize": 9.5, "fontWeight": 600, "color": INK},
         "encoding": {"x": {"field": "mid", **x, "axis": None}, "y": named, "text": {"field": "text"}}},
        {"data": {"values": values}, "mark": {"type": "bar", "cornerRadius": 1.5},
         "encoding": {"x": {"field": "from", **x, "axis": None}, "x2": {"field": "to"}, "y": y, "color": _dimension_scale(dimensions)}},
        {"data": {"values": values}, "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 7.5, "fontWeight": 700, "color": "#fff"},
         "encoding": {"x": {"field": "from", **x, "axis": None}, "y": y, "text": {"field": "dimension"}}},
        {"data": {"values": values}, "mark": {"type": "text", "align": "right", "dx": -6, "fontSize": 8.8, "color": INK, "limit": ROADMAP_NAMES - 8},
         "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}}},
    ]  # fmt: skip
    spec = _spec(
        {"layer": layers},
        height=18 * (len(bars) + 1),
        padding={"left": ROADMAP_NAMES, "right": 2, "top": 20, "bottom": 4},
    )
    return {**spec, "width": WIDTH - ROADMAP_NAMES - 2, "autosize": {"type": "none"}}


def _spec(body: Spec, *, height: int, width: int = WIDTH, padding: Any = 4) -> Spec:
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


def _bare_axis(**more: Any) -> Spec:
    return {"domain": False, "ticks": False, "grid": False, "labelPadding": 6, "labelFontSize": 10.5, **more}


def _scale(field: str, pairs: Sequence[tuple[str, str]], legend: Any = None) -> Spec:
    scale = {"domain": [name for name, _ in pairs], "range": [shade for _, shade in pairs]}
    return {"field": field, "type": "nominal", "scale": scale, "legend": legend}


def _dimension_scale(dimensions: Sequence[str]) -> Spec:
    others = [dimension for dimension in dimensions if dimension not in COLOURS]
    return _scale("dimension", [(dimension, colour(dimension, others)) for dimension in dimensions])


def _in_order(dimensions: set[str]) -> list[str]:
    known = list(COLOURS)
    return sorted(dimensions, key=lambda code: (known.index(code) if code in known else len(known), code))


def _number(value: float, places: int) -> str:
    """1234.5 → "1.234,5"."""
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def _signed(value: "float | Decimal") -> str:
    return f"{value:+.2f}".replace(".", ",").replace("-", "−")


@functools.cache
def _engine() -> Any:
    """The drawing engine, started once per process; it knows the committed fonts and no address."""
    import vl_convert

    vl_convert.register_font_directory(str(settings.BASE_DIR / "static" / "fonts"))
    return vl_convert


def svg(spec: Mapping[str, Any]) -> str:
    """Draws a specification; the same specification gives the same text."""
    with _drawing:
        return str(
            _engine().vegalite_to_svg(dict(spec), vl_version=VEGA_LITE, format_locale=LOCALE, allowed_base_urls=[])
        )


STYLE = re.compile(r'\sstyle="([^"]*)"')
OPENING = re.compile(r"<svg ([^>]*?)width=\"[^\"]*\" height=\"[^\"]*\"")


def for_screen(drawn: str) -> str:
    """A drawing for a page: no style attributes (the content policy refuses them), wide as its place."""
    return OPENING.sub(r'<svg \1focusable="false"', STYLE.sub("", drawn), count=1)
