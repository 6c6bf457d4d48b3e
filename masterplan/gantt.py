"""The roadmap as bars over the years: on pages, on one sheet, or on spreads of two facing pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
SPREAD_YEARS, SPREAD_ROWS = 6, 12  # a plan with at least so many years and more programmes goes over two pages
CODES = 62  # CSS pixels for the codes on the right page of a spread


class Bar(TypedDict):
    """One programme on the roadmap."""

    code: str
    name: str
    dimension: str
    start: int
    end: int


@dataclass(frozen=True)
class Terms:
    """The last years of the short and of the medium term."""

    short_until: int
    medium_until: int


@dataclass(frozen=True)
class Spread:
    """Two facing pages with the same rows: names and the first years on the left, codes and the rest on the right."""

    bars: list[Bar]
    left: Spec
    right: Spec
    left_years: range
    right_years: range


def roadmap(rows: Iterable[Bar], *, years: range, terms: Terms) -> list[Spec]:
    """The roadmap grouped by dimension, one specification per page of ROADMAP_ROWS programmes."""
    sheet = Sheet(years, WIDTH, ROADMAP_NAMES, 18, 8.8, terms)
    return [_page(bars, sheet) for bars in _in_pages(_sorted(rows))]


def on_one_sheet(rows: Iterable[Bar], *, years: range, terms: Terms, width: int, row: float) -> Spec:
    """All bars in one picture: for a poster or a slide. width of the whole and height of a row: CSS pixels."""
    return _page(_sorted(rows), Sheet(years, width, ROADMAP_NAMES, row, 8.8, terms))


def needs_spread(years: range, count: int) -> bool:
    """Whether so many programmes over so many years are too much for one page."""
    return len(years) >= SPREAD_YEARS and count > SPREAD_ROWS


def spreads(rows: Iterable[Bar], *, years: range, terms: Terms) -> list[Spread]:
    """The roadmap over facing pages. A year is as wide on the left as on the right."""
    first = _years_on_the_left(len(years))
    left_years, right_years = years[:first], years[first:]
    year = min((WIDTH - ROADMAP_NAMES) // first, (WIDTH - CODES) // len(right_years))
    left = Sheet(left_years, WIDTH, WIDTH - 2 - first * year, 20, 9.6, terms)
    right = Sheet(right_years, WIDTH, CODES, 20, 9.6, terms, free=WIDTH - CODES - len(right_years) * year)
    return [
        Spread(bars, _page(bars, left, striped=True), _page(bars, right, codes=True, striped=True), left_years, right_years)
        for bars in _in_pages(_sorted(rows))
    ]  # fmt: skip


def _years_on_the_left(count: int) -> int:
    """So many that a year gets as wide as it can on both pages."""
    return max(
        range(1, count), key=lambda first: min((WIDTH - ROADMAP_NAMES) // first, (WIDTH - CODES) // (count - first))
    )


def _sorted(rows: Iterable[Bar]) -> list[Bar]:
    bars = list(rows)
    order = in_order({bar["dimension"] for bar in bars})
    return sorted(bars, key=lambda bar: (order.index(bar["dimension"]), bar["start"], bar["end"], bar["code"]))


def _in_pages(bars: list[Bar]) -> Iterator[list[Bar]]:
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


@dataclass(frozen=True)
class Sheet:
    """One drawing: which years it shows, and what stands at its left. Lengths in CSS pixels."""

    years: range
    width: int  # of the whole
    names: int  # of the column for names; 0 none
    row: float
    size: float  # of the letters of names
    terms: Terms
    free: int = 2  # left blank at the right

    @property
    def bars(self) -> int:
        return self.width - self.names - self.free


def _page(bars: list[Bar], sheet: Sheet, *, codes: bool = False, striped: bool = False) -> Spec:
    """The bars of these programmes over the years of the sheet, in their order. codes: only the code stands at the left."""
    values = list(_values(bars, sheet, codes=codes))
    x = {
        "type": "quantitative",
        "scale": {"domain": [sheet.years[0], sheet.years[-1] + 1], "nice": False, "zero": False},
        "axis": None,
    }
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": None,
        "scale": {"paddingInner": 0.25, "domain": [-1, *range(len(bars))]},
    }
    layers = [*_ground(sheet, x), *(_stripes(len(bars), sheet, x, y) if striped else ()), *_heads(sheet, x, y)]
    layers += _bars(values, in_order({bar["dimension"] for bar in bars}), sheet, x, y)
    spec = chart(
        {"layer": layers},
        height=round(sheet.row * (len(bars) + 1)),
        padding={"left": sheet.names, "right": sheet.free, "top": 20, "bottom": 4},
    )
    return {**spec, "width": sheet.bars, "autosize": {"type": "none"}}


def _values(bars: list[Bar], sheet: Sheet, *, codes: bool) -> Iterator[dict[str, object]]:
    """Each bar as far as it lies in the years of the sheet; one outside has a name and no length."""
    longest = int((sheet.names - 8) / (sheet.size * 0.517)) if sheet.names else 0
    for place, bar in enumerate(bars):
        text = bar["code"] if codes else f"{bar['code']}  {bar['name']}"
        start, end = max(bar["start"], sheet.years[0]), min(bar["end"], sheet.years[-1]) + 1
        yield {
            "row": place,
            "name": text if len(text) <= longest else text[: longest - 1].rstrip() + "…",
            "code": bar["code"],
            "dimension": bar["dimension"],
            "from": min(start, end),
            "to": end if end > start else min(start, end),
            "mark": bar["dimension"] if end > start else "",
        }


def _ground(sheet: Sheet, x: Spec) -> Iterator[Spec]:
    """The terms as shades behind the bars, with their names on top."""
    first, last = sheet.years[0], sheet.years[-1] + 1
    ends = {
        "Pendek": (first, sheet.terms.short_until + 1),
        "Menengah": (sheet.terms.short_until + 1, sheet.terms.medium_until + 1),
        "Panjang": (sheet.terms.medium_until + 1, last),
    }
    grounds = dict(zip(ends, ("#e6efef", "#f6f8f8", "#eef1ec"), strict=True))
    cut = {term: (max(start, first), min(end, last)) for term, (start, end) in ends.items()}
    shown = [
        {"term": term, "from": start, "to": end, "mid": (start + end) / 2, "ground": grounds[term]}
        for term, (start, end) in cut.items()
        if end > start
    ]
    yield {"data": {"values": shown}, "mark": {"type": "rect", "opacity": 1},
           "encoding": {"x": {"field": "from", **x}, "x2": {"field": "to"}, "color": {"field": "ground", "type": "nominal", "scale": None}}}  # fmt: skip
    yield {"data": {"values": shown}, "mark": {"type": "text", "dy": -8, "baseline": "bottom", "fontSize": 9.5, "fontWeight": 700, "color": QUIET},
           "encoding": {"x": {"field": "mid", **x}, "y": {"value": 0}, "text": {"field": "term"}}}  # fmt: skip


def _stripes(count: int, sheet: Sheet, x: Spec, y: Spec) -> Iterator[Spec]:
    """A hairline under every row, so that the eye finds the same row across the fold."""
    rows = [{"row": place, "from": sheet.years[0], "to": sheet.years[-1] + 1} for place in range(count)]
    yield {"data": {"values": rows}, "mark": {"type": "rule", "color": RULE, "strokeWidth": 0.5, "yOffset": sheet.row / 2},
           "encoding": {"x": {"field": "from", **x}, "x2": {"field": "to"}, "y": y}}  # fmt: skip


def _heads(sheet: Sheet, x: Spec, y: Spec) -> Iterator[Spec]:
    ticks = [{"year": year, "mid": year + 0.5, "text": str(year), "row": -1} for year in sheet.years]
    yield {
        "data": {"values": ticks},
        "mark": {"type": "rule", "color": RULE, "strokeWidth": 0.6},
        "encoding": {"x": {"field": "year", **x}},
    }
    yield {"data": {"values": ticks}, "mark": {"type": "text", "fontSize": 9.5, "fontWeight": 600, "color": INK},
           "encoding": {"x": {"field": "mid", **x}, "y": y, "text": {"field": "text"}}}  # fmt: skip


def _bars(values: list[dict[str, object]], dimensions: list[str], sheet: Sheet, x: Spec, y: Spec) -> Iterator[Spec]:
    """The bars with the letter code of their dimension, which says in grey what the colour says, and their names."""
    yield {"data": {"values": values}, "mark": {"type": "bar", "cornerRadius": 1.5},
           "encoding": {"x": {"field": "from", **x}, "x2": {"field": "to"}, "y": y, "color": dimension_shades(dimensions)}}  # fmt: skip
    yield {"data": {"values": values}, "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 7.5, "fontWeight": 700, "color": "#fff"},
           "encoding": {"x": {"field": "from", **x}, "y": y, "text": {"field": "mark"}}}  # fmt: skip
    if sheet.names:
        yield {"data": {"values": values}, "mark": {"type": "text", "align": "right", "dx": -6, "fontSize": sheet.size, "color": INK, "limit": sheet.names - 8},
               "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "name"}}}  # fmt: skip
