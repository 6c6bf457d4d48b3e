"""The roadmap as bars over the years, one specification a page."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypedDict

from masterplan.chart_frame import (
    INK,
    QUIET,
    RULE,
    WIDTH,
    Spec,
    chart,
    dimension_shades,
    in_order,
)

ROADMAP_ROWS = 36  # programmes on one page
ROADMAP_NAMES = 290  # CSS pixels for their names


class Bar(TypedDict):
    """One programme on the roadmap."""

    code: str
    name: str
    dimension: str
    start: int
    end: int


def roadmap(rows: Iterable[Bar], *, years: range, short_until: int, medium_until: int) -> list[Spec]:
    """The roadmap as bars over the years, grouped by dimension, one specification per page of ROADMAP_ROWS programmes."""
    bars = list(rows)
    order = in_order({bar["dimension"] for bar in bars})
    bars.sort(key=lambda bar: (order.index(bar["dimension"]), bar["start"], bar["end"], bar["code"]))
    return [_roadmap_page(page, years, short_until, medium_until) for page in _roadmap_pages(bars)]


def on_one_sheet(
    rows: Iterable[Bar], *, years: range, short_until: int, medium_until: int, width: int, row: float
) -> Spec:
    """All bars in one picture: for a poster or a slide. width of the whole and height of a row: CSS pixels."""
    bars = list(rows)
    order = in_order({bar["dimension"] for bar in bars})
    bars.sort(key=lambda bar: (order.index(bar["dimension"]), bar["start"], bar["end"], bar["code"]))
    return _roadmap_page(bars, years, short_until, medium_until, width=width, row=row)


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


def _roadmap_page(
    bars: list[Bar], years: range, short_until: int, medium_until: int, *, width: int = WIDTH, row: float = 18
) -> Spec:
    dimensions = in_order({bar["dimension"] for bar in bars})
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
         "encoding": {"x": {"field": "from", **x, "axis": None}, "x2": {"field": "to"}, "y": y, "color": dimension_shades(dimensions)}},
        {"data": {"values": values}, "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 7.5, "fontWeight": 700, "color": "#fff"},
         "encoding": {"x": {"field": "from", **x, "axis": None}, "y": y, "text": {"field": "dimension"}}},
        {"data": {"values": values}, "mark": {"type": "text", "align": "right", "dx": -6, "fontSize": 8.8, "color": INK, "limit": ROADMAP_NAMES - 8},
         "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}}},
    ]  # fmt: skip
    spec = chart(
        {"layer": layers},
        height=round(row * (len(bars) + 1)),
        padding={"left": ROADMAP_NAMES, "right": 2, "top": 20, "bottom": 4},
    )
    return {**spec, "width": width - ROADMAP_NAMES - 2, "autosize": {"type": "none"}}
