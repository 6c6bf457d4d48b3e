"""Charts: the figures stand in the drawing, the Indonesian way, and nothing that the content policy refuses."""

import re

import pytest

from masterplan import chart_frame, charts, gantt

YEARS = range(2022, 2032)


def bar(number: int, dimension: str) -> gantt.Bar:
    return {
        "code": f"{dimension}-1.{number:02d}",
        "name": f"Program {number}",
        "dimension": dimension,
        "start": 2022 + number % 8,
        "end": 2024 + number % 8,
    }


def specs() -> dict[str, charts.Spec]:
    return {
        "readiness": charts.readiness(
            [
                {"label": "Seluruh indikator", "poor": 13, "fair": 26, "good": 41},
                {"label": "Kosong", "poor": 0, "fair": 0, "good": 0},
            ]
        ),
        "swot": charts.swot_quadrant([{"label": "Kota Batam", "x": 0.5, "y": 0.2}]),
        "year": charts.budget_by_year(
            [
                {"dimension": "SG", "year": 2022, "amount": 1_250_000_000},
                {"dimension": "SV", "year": 2022, "amount": 250_000_000},
            ]
        ),
        "source": charts.budget_by_source(
            [{"source": "APBN", "amount": 3_000_000_000}, {"source": "CSR/TJSL", "amount": 1_000_000_000}]
        ),
        "terms": charts.programmes_by_term(
            [{"dimension": "SG", "label": "Smart Governance", "short": 2, "medium": 0, "long": 5}]
        ),
        "roadmap": gantt.roadmap([bar(n, "SE") for n in range(5)], years=YEARS, terms=gantt.Terms(2022, 2026))[0],
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("readiness", ["67,5", "Baik 51%", "Sedang 32%", "belum diisi"]),
        ("swot", ["Kota Batam (+0,50; +0,20)", "Kuadran I · SO agresif"]),
        ("year", ["SG", "SV", "1,5"]),
        ("source", ["Rp3,0 miliar · 75,0%", "Rp1,0 miliar · 25,0%"]),
        ("terms", ["7 program"]),
        ("roadmap", ["SE-1.00 Program 0", "Pendek", "Menengah", "Panjang", "2031"]),
    ],
)
def test_figures_stand_in_the_drawing(name: str, words: list[str]) -> None:
    drawn = re.sub(r"\s+", " ", charts.svg(specs()[name]))
    for word in words:
        assert f">{word}" in drawn, word


@pytest.mark.parametrize("name", sorted(specs()))
def test_the_same_rows_draw_the_same_text_and_screens_get_no_style(name: str) -> None:
    spec = specs()[name]

    first = charts.svg(spec)
    charts._drawn.cache_clear()
    assert charts.svg(spec) == first
    screen = charts.for_screen(first)
    assert "style=" not in screen
    assert not re.search(r"<svg [^>]*(?<!stroke-)width=", screen.split(">")[0])
    assert "viewBox" in screen


@pytest.mark.parametrize("count", [60, 130])
def test_a_long_roadmap_is_paged_and_loses_no_programme(count: int) -> None:
    bars = [bar(n, list(chart_frame.COLOURS)[n % 6]) for n in range(count)]
    pages = gantt.roadmap(bars, years=YEARS, terms=gantt.Terms(2022, 2026))
    shown = [
        value["code"]
        for page in pages
        for layer in page["layer"]
        for value in layer["data"]["values"]
        if "code" in value
    ]

    assert sorted(set(shown)) == sorted({each["code"] for each in bars})
    for page in pages:
        assert (
            len({v["row"] for layer in page["layer"] for v in layer["data"]["values"] if "code" in v})
            <= gantt.ROADMAP_ROWS
        )


def test_user_text_in_a_chart_is_escaped() -> None:
    drawn = charts.svg(charts.budget_by_source([{"source": "<script>alert(1)</script>", "amount": 5}]))

    assert "<script>" not in drawn


def test_empty_rows_draw_without_a_crash() -> None:
    for spec in (
        charts.readiness([]),
        charts.budget_by_year([]),
        charts.budget_by_source([]),
        charts.programmes_by_term([]),
        charts.swot_quadrant([]),
    ):
        assert charts.svg(spec).startswith("<svg")
    assert gantt.roadmap([], years=YEARS, terms=gantt.Terms(2022, 2026)) == []
