"""The roadmap over two facing pages: the same rows on both, and a left-hand page first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from bimtek.models import Plan
from masterplan import charts, gantt
from masterplan.blocks import Figure, Paragraph
from masterplan.books import Book, Chapter, Content
from tests.masterplan import sample
from tests.masterplan.conftest import bindery
from tests.masterplan.reading import composed
from tests.masterplan.rows import make_programme
from tests.masterplan.test_charts import bar

YEARS = range(2022, 2032)
TERMS = gantt.Terms(2022, 2026)


def values(spec: charts.Spec, field: str) -> Iterator[dict[str, Any]]:
    for layer in spec["layer"]:
        yield from (value for value in layer["data"]["values"] if field in value)


def drawn(spec: charts.Spec) -> dict[str, tuple[int, int, int]]:
    """code → row, from, to."""
    return {value["code"]: (value["row"], value["from"], value["to"]) for value in values(spec, "code")}


@pytest.mark.parametrize("count", [13, 72, 400])
@pytest.mark.parametrize("years", [range(2022, 2028), YEARS])
def test_both_halves_hold_the_same_rows_and_together_all_years(count: int, years: range) -> None:
    bars = [bar(number, ("SG", "SB", "SE", "SL", "SS", "SV")[number % 6]) for number in range(count)]
    found = gantt.spreads(bars, years=years, terms=TERMS)

    assert sorted(each["code"] for spread in found for each in spread.bars) == sorted(each["code"] for each in bars)
    for spread in found:
        left, right = drawn(spread.left), drawn(spread.right)
        assert len(spread.bars) <= gantt.ROADMAP_ROWS
        assert {code: place[0] for code, place in left.items()} == {code: place[0] for code, place in right.items()}
        assert spread.left["height"] == spread.right["height"]
        assert [*spread.left_years, *spread.right_years] == [*years]
        for half, shown in ((spread.left, spread.left_years), (spread.right, spread.right_years)):
            assert sorted({value["text"] for value in values(half, "year")}) == [str(year) for year in shown]
            assert all(shown[0] <= start <= end <= shown[-1] + 1 for _, start, end in drawn(half).values())


def test_a_bar_over_the_fold_ends_on_the_left_where_it_begins_on_the_right() -> None:
    bars = [gantt.Bar(code="SG-1.01", name="Panjang", dimension="SG", start=2022, end=2031)]
    (found,) = gantt.spreads(bars, years=YEARS, terms=TERMS)

    fold = found.right_years[0]
    assert (drawn(found.left)["SG-1.01"], drawn(found.right)["SG-1.01"]) == ((0, 2022, fold), (0, fold, 2032))
    words = charts.svg(found.left) + charts.svg(found.right)
    assert words.count(">SG<") == 2
    assert (
        charts.svg(found.left).split("height=")[1].split()[0] == charts.svg(found.right).split("height=")[1].split()[0]
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "last", "sides"), [(12, 2031, [""]), (13, 2031, ["left", "right"]), (30, 2026, [""])]
)
def test_only_a_long_plan_goes_over_two_pages(plan: Plan, count: int, last: int, sides: list[str]) -> None:
    Plan.objects.filter(pk=plan.pk).update(last_year=last)
    for number in range(count):
        make_programme(plan, f"SG-1.{number:02}")

    figures = [block for block in composed(plan, "roadmap_gantt") if isinstance(block, Figure)]

    assert [figure.side for figure in figures] == sides
    assert "SG-1.00 Program SG-1.00 2022–2023" in figures[0].alt
    assert "SG-1.00" not in figures[-1].alt or len(figures) == 1


@pytest.mark.parametrize("pages_before", [1, 2])
def test_a_spread_faces_itself_in_the_bound_book(media: Path, tmp_path: Path, pages_before: int) -> None:
    """After one page it follows at once, after two a page is left free; never a left half on a right-hand page."""
    bars = [bar(number, ("SG", "SB")[number % 2]) for number in range(40)]
    halves = [
        half
        for place, spread in enumerate(gantt.spreads(bars, years=YEARS, terms=TERMS), 1)
        for half in (
            Figure(f"Peta left {place}", spread.left, alt="Bagan batang waktu.", side="left"),
            Figure(f"Peta right {place}", spread.right, alt="Bagan batang waktu.", side="right"),
        )
    ]
    words = [Paragraph("Peta jalan menunjukkan kapan tiap program dimulai dan selesai. " * 9)] * (12 * pages_before - 8)
    chapter = Chapter("peta", 1, "Peta", (*words, *halves))
    content = Content(sample.edition(draft=False), (Book("buku-2", 2, "Masterplan", "BUKU 2", (chapter,)),))
    _, bound = bindery(content).bind("buku-2", tmp_path / "book.pdf")

    reader = pypdf.PdfReader(bound.path)
    label, texts = list(reader.page_labels), [page.extract_text() for page in reader.pages]
    found = {
        name: label[next(n for n, text in enumerate(texts) if f"Peta {name}" in text and "Gambar" in text and n >= 3)]
        for name in ("left 1", "right 1", "left 2", "right 2")
    }
    first = pages_before * 2
    assert list(found.values()) == [f"I-{first + step}" for step in range(4)]
