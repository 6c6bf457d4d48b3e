"""Charts as Vega-Lite specifications: one function per chart, plain rows in, a dict out; the same for screen and paper.

Every part is labelled where it stands, and carries its dimension's letter code, so a grey print says the same.
`svg` draws a specification for paper; `for_screen` makes a drawing fit for a page under the strict content policy.
"""

import functools
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypedDict

from django.conf import settings

from bimtek import swot
from masterplan.chart_frame import (
    INK,
    JUDGEMENTS,
    QUIET,
    RULE,
    TERMS,
    Spec,
    bare_axis,
    chart,
    colour,
    dimension_shades,
    in_order,
    shades,
    signed,
    written,
)
from masterplan.drawing import LOCALE, VEGA_LITE

_drawing = threading.Lock()
KEPT = 32  # drawings of a process, of up to 150 kB: those of one book, and of the book after an edit


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


def _judged(rows: Sequence[Judged]) -> tuple[list[Spec], list[Spec], list[str]]:
    """The parts of each bar, the index at its end, and the bars' order."""
    values: list[Spec] = []
    indices: list[Spec] = []
    order: list[str] = []
    for row in rows:
        counts = (row["poor"], row["fair"], row["good"])
        total, start = sum(counts), 0.0
        order.append(row["label"])
        for (name, _), count in zip(JUDGEMENTS, counts, strict=True):
            share = count / total * 100 if total else 0
            text = f"{name} {written(share, 0)}%" if share >= 17 else f"{written(share, 0)}%" if share >= 7 else ""
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
        indices.append({"label": row["label"], "text": "belum diisi" if index is None else written(index, 1)})
    return values, indices, order


def readiness(rows: Iterable[Judged]) -> Spec:
    """Share of indicators judged kurang, sedang, baik, with the index 0–100 at the end of each bar."""
    values, indices, order = _judged(list(rows))
    y = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": bare_axis(labelLimit=190, labelFontWeight=600),
    }
    x = {"type": "quantitative", "scale": {"domain": [0, 100]}}
    layers = [
        {
            "data": {"values": values},
            "mark": {"type": "bar", "height": {"band": 0.66}, "stroke": "#fff", "strokeWidth": 1},
            "encoding": {
                "x": {"field": "from", **x, "title": None, "axis": None},
                "x2": {"field": "to"},
                "color": shades("judgement", JUDGEMENTS),
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
    return chart(
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
            "text": f"{point['label']} ({signed(point['x'])}; {signed(point['y'])})",
            "colour": colour(str(point.get("dimension", ""))),
        }
        for point in points
    ]
    reach = max([1.0, *(abs(value[axis]) * 1.25 for value in values for axis in ("x", "y"))])
    names = [
        {
            "x": reach * 0.97 * right,
            "y": reach * 0.93 * up,
            "name": f"Kuadran {quadrant.numeral} · {quadrant.strategy} {quadrant.name}",
            "align": "right" if right > 0 else "left",
        }
        for (right, up), quadrant in swot.QUADRANTS.items()
    ]
    x = _swot_axis("x", "Kekuatan dikurangi kelemahan (IFAS)", reach)
    y = _swot_axis("y", "Peluang dikurangi ancaman (EFAS)", reach)
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
    layers += _swot_labels(values, x, y, reach)
    return chart({"data": {"values": []}, "layer": layers}, height=400)


def _swot_axis(field: str, title: str, reach: float) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [-reach, reach], "nice": False},
        "axis": {
            "grid": False, "domain": False, "tickColor": RULE, "labelColor": QUIET, "tickCount": 5, "format": ".1f",
            "title": title,
        },
    }  # fmt: skip


def _swot_labels(values: list[dict[str, Any]], x: Spec, y: Spec, reach: float) -> Iterator[Spec]:
    """Words over their points, growing inwards near the border, on a white halo so that no axis crosses them."""
    edge = 0.55 * reach
    places = ((f"datum.x < {-edge}", "left"), (f"abs(datum.x) <= {edge}", "center"), (f"datum.x > {edge}", "right"))
    halo = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    for test, align in places:
        for paint in (halo, {}):
            yield {
                "data": {"values": values},
                "transform": [{"filter": test}],
                "mark": {"type": "text", "align": align, "dy": -15, "fontSize": 10.5, "fontWeight": 700, "color": INK, **paint},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            }  # fmt: skip


def budget_by_year(rows: Iterable[Amount]) -> Spec:
    """Money per year as columns stacked by dimension, in milyar rupiah, letter codes in the parts, totals above."""
    amounts: dict[tuple[int, str], int] = {}
    for row in rows:
        amounts[row["year"], row["dimension"]] = amounts.get((row["year"], row["dimension"]), 0) + row["amount"]
    years = sorted({year for year, _ in amounts})
    dimensions = in_order({dimension for _, dimension in amounts})
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
        {"year": str(year), "total": total / 1e9, "text": written(total / 1e9, places)}
        for year, total in totals.items()
    ]
    x = {"field": "year", "type": "ordinal", "title": None, "axis": bare_axis(labelAngle=0)}
    y = {"type": "quantitative", "title": "Rp miliar", "axis": {"tickCount": 5, "format": ",.0f"}}
    layers = [
        {"data": {"values": parts}, "mark": {"type": "bar", "stroke": "#fff", "strokeWidth": 0.8, "width": {"band": 0.72}},
         "encoding": {"x": x, "y": {"field": "from", **y}, "y2": {"field": "to"}, "color": dimension_shades(dimensions)}},
        {"data": {"values": parts}, "mark": {"type": "text", "fontSize": 9, "fontWeight": 700, "color": "#fff"},
         "encoding": {"x": x, "y": {"field": "mid", **y}, "text": {"field": "text"}}},
        {"data": {"values": sums}, "mark": {"type": "text", "dy": -7, "fontSize": 10, "fontWeight": 700, "color": INK},
         "encoding": {"x": x, "y": {"field": "total", **y}, "text": {"field": "text"}}},
    ]  # fmt: skip
    return chart({"layer": layers}, height=300)


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
            "text": f"Rp{written(amount / 1e9, places)} miliar · {written(amount / total * 100, 1)}%",
        }
        for source, amount in ranked
    ]
    y = {
        "field": "source",
        "type": "nominal",
        "sort": [source for source, _ in ranked],
        "title": None,
        "axis": bare_axis(labelLimit=150),
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
    return chart({"data": {"values": values}, "layer": layers}, height=26 * max(1, len(values)) + 6)


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
        "axis": bare_axis(labelLimit=200, labelFontWeight=600),
    }
    x = {"type": "quantitative", "scale": {"domain": [0, reach], "nice": False}, "axis": None}
    layers = [
        {"data": {"values": values}, "mark": {"type": "bar", "stroke": "#fff", "height": {"band": 0.64}},
         "encoding": {"x": {"field": "from", **x}, "x2": {"field": "to"}, "y": y,
                      "color": shades("term", TERMS, legend={"orient": "top", "direction": "horizontal", "title": "Jangka", "labelFontSize": 10.5, "titleFontSize": 10.5, "symbolType": "square"})}},
        {"data": {"values": values}, "mark": {"type": "text", "fontSize": 10.5, "fontWeight": 700},
         "encoding": {"x": {"field": "mid", **x}, "y": y, "text": {"field": "text"}, "color": {"condition": {"test": "datum.term === 'Pendek'", "value": "#fff"}, "value": INK}}},
        {"data": {"values": totals}, "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 10.5, "fontWeight": 700, "color": INK},
         "encoding": {"x": {"field": "total", **x}, "y": y, "text": {"field": "text"}}},
    ]  # fmt: skip
    return chart({"layer": layers}, height=34 * max(1, len(order)) + 6)


@functools.cache
def _engine() -> Any:
    """The drawing engine, started once per process; it knows the committed fonts and no address."""
    import vl_convert

    vl_convert.register_font_directory(str(settings.BASE_DIR / "static" / "fonts"))
    return vl_convert


def svg(spec: Mapping[str, Any]) -> str:
    """Draws a specification; the same specification gives the same text, and is drawn once by a process that needs it again."""
    return _drawn(json.dumps(spec))


@functools.lru_cache(maxsize=KEPT)
def _drawn(told: str) -> str:
    with _drawing:
        return str(_engine().vegalite_to_svg(told, vl_version=VEGA_LITE, format_locale=LOCALE, allowed_base_urls=[]))


def png(spec: Mapping[str, Any]) -> bytes:
    """The same drawing as a picture, fine enough for print."""
    with _drawing:
        return bytes(
            _engine().vegalite_to_png(
                dict(spec), vl_version=VEGA_LITE, format_locale=LOCALE, allowed_base_urls=[], scale=2.5
            )
        )


STYLE = re.compile(r'\sstyle="([^"]*)"')
OPENING = re.compile(r"<svg ([^>]*?)width=\"[^\"]*\" height=\"[^\"]*\"")


def for_screen(drawn: str) -> str:
    """A drawing for a page: no style attributes (the content policy refuses them), wide as its place."""
    return OPENING.sub(r'<svg \1focusable="false"', STYLE.sub("", drawn), count=1)
