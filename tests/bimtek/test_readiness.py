from dataclasses import dataclass
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimtek.readiness import Readiness, by_element, readiness


def test_the_check_values_of_the_field():
    found = readiness([3] * 41 + [2] * 26 + [1] * 13)

    assert found.shares == (D("51.25"), D("32.5"), D("16.25"))
    assert found.index == D("67.50")
    assert found.band == "tinggi"


@pytest.mark.parametrize(
    ("good", "fair", "poor", "index", "band"),
    [
        (0, 0, 5, "0.00", "rendah"),
        (0, 67, 33, "33.50", "sedang"),
        (0, 66, 34, "33.00", "rendah"),
        (33, 67, 0, "66.50", "tinggi"),
        (33, 66, 1, "66.00", "sedang"),
        (5, 0, 0, "100.00", "tinggi"),
    ],
)
def test_the_band_follows_the_rounded_index(good: int, fair: int, poor: int, index: str, band: str):
    found = Readiness(good=good, fair=fair, poor=poor)

    assert (found.index, found.band) == (D(index), band)


def test_unjudged_rows_count_in_the_total_only():
    found = readiness([3, None, None])

    assert (found.judged, found.unjudged, found.total) == (1, 2, 3)
    assert found.index == 100


def test_nothing_judged_has_no_index_and_no_band():
    found = readiness([None])

    assert found.index is None
    assert found.band == ""
    assert found.shares == (0, 0, 0)


def test_thirds_still_sum_to_a_hundred():
    assert readiness([1, 2, 3]).shares == (D("33.34"), D("33.33"), D("33.33"))


def test_rows_are_grouped_by_element():
    @dataclass
    class Row:
        element: str
        judgement: int | None

    found = by_element([Row("struktur", 3), Row("infrastruktur", 1), Row("struktur", None)])

    assert list(found) == ["struktur", "infrastruktur"]
    assert found["struktur"] == Readiness(good=1, fair=0, poor=0, unjudged=1)


@given(st.lists(st.sampled_from([1, 2, 3, None]), max_size=200))
def test_shares_sum_to_a_hundred_and_the_index_stays_in_bounds(judgements: list[int | None]):
    found = readiness(judgements)

    assert sum(found.shares) == (100 if found.judged else 0)
    assert found.total == len(judgements)
    if found.index is not None:
        assert 0 <= found.index <= 100
        assert found.band in ("rendah", "sedang", "tinggi")
