from dataclasses import dataclass
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimtek import swot


@dataclass
class Item:
    quadrant: str
    weight: D | None
    rating: int | None


# The check values of the field: IFAS 2.90, EFAS 3.00, x = +0.50, y = +0.20.
CHECK = [
    Item("S", D("0.20"), 4), Item("S", D("0.15"), 3), Item("S", D("0.15"), 3),
    Item("W", D("0.20"), 3), Item("W", D("0.15"), 2), Item("W", D("0.15"), 2),
    Item("O", D("0.25"), 4), Item("O", D("0.20"), 3),
    Item("T", D("0.30"), 3), Item("T", D("0.25"), 2),
]  # fmt: skip


def test_the_check_values_give_quadrant_one():
    found = swot.analyse(CHECK)

    assert (found.ifas, found.efas) == (D("2.90"), D("3.00"))
    assert (found.x, found.y) == (D("0.50"), D("0.20"))
    assert [each.numeral for each in found.quadrants] == ["I"]
    assert str(found.quadrants[0]) == "Kuadran I (SO · agresif)"
    assert found.problems == ()
    assert found.sentence == "Kuadran I (SO · agresif): Pakai kekuatan untuk merebut peluang."


@pytest.mark.parametrize(
    ("x", "y", "numerals"),
    [
        ("1", "1", ["I"]),
        ("1", "-1", ["II"]),
        ("-1", "1", ["III"]),
        ("-1", "-1", ["IV"]),
        ("0", "1", ["I", "III"]),
        ("0", "-1", ["II", "IV"]),
        ("1", "0", ["I", "II"]),
        ("-1", "0", ["III", "IV"]),
        ("0", "0", ["I", "II", "III", "IV"]),
    ],
)
def test_the_quadrant_by_the_signs_and_both_on_an_axis(x: str, y: str, numerals: list[str]):
    assert [found.numeral for found in swot.quadrants(D(x), D(y))] == numerals


def test_strategies_of_the_quadrants():
    assert {found.numeral: found.strategy for found in swot.QUADRANTS.values()} == {
        "I": "SO", "II": "ST", "III": "WO", "IV": "WT",
    }  # fmt: skip


def test_on_an_axis_the_sentence_says_so_and_lists_both():
    found = swot.analyse(
        [Item("S", D("0.5"), 2), Item("W", D("0.5"), 2), Item("O", D("0.6"), 4), Item("T", D("0.4"), 1)]
    )

    assert found.on_axis
    assert found.sentence == (
        "Posisi tepat pada sumbu y, di antara Kuadran I (SO · agresif) dan Kuadran III (WO · turn-around). "
        "Pertimbangkan semuanya."
    )


def test_nothing_at_all_is_the_origin_without_problems():
    found = swot.analyse([])

    assert (found.x, found.y, found.problems) == (0, 0, ())
    assert "titik pusat" in found.sentence


def test_weights_that_miss_one_are_named_by_side():
    found = swot.analyse(
        [Item("S", D("0.600"), 3), Item("W", D("0.394"), 3), Item("O", D("0.5"), 2), Item("T", D("0.505"), 2)]
    )

    assert found.problems == ("Jumlah bobot internal (kekuatan dan kelemahan) 0,994, seharusnya 1,00.",)


def test_items_without_figures_are_counted_as_missing():
    found = swot.analyse([Item("S", D("1"), 3), Item("W", None, None)])

    assert found.problems == ("1 butir belum mempunyai bobot atau rating.",)
    assert found.x == 3


def test_normalise_keeps_what_sums_already():
    assert swot.normalise([D("0.20"), D("0.30"), D("0.50")]) == [D("0.200"), D("0.300"), D("0.500")]


def test_normalise_shares_thirds_without_losing_a_thousandth():
    assert swot.normalise([D(1), D(1), D(1)]) == [D("0.334"), D("0.333"), D("0.333")]


def test_normalise_of_zeros_shares_equally_and_refuses_negatives():
    assert swot.normalise([D(0), D(0)]) == [D("0.500"), D("0.500")]
    assert swot.normalise([]) == []
    with pytest.raises(ValueError, match="negatif"):
        swot.normalise([D("-0.1"), D("1")])


weights = st.lists(st.decimals(min_value=0, max_value=1, places=3), min_size=1, max_size=40)


@given(weights)
def test_normalised_weights_sum_to_exactly_one_and_keep_their_order(given_weights: list[D]):
    found = swot.normalise(given_weights)

    assert sum(found) == D("1.000")
    assert all(weight >= 0 and weight.as_tuple().exponent == -3 for weight in found)
    for before, after in zip(given_weights, found, strict=True):
        for other, other_after in zip(given_weights, found, strict=True):
            assert before <= other or after >= other_after


@given(st.lists(st.tuples(st.sampled_from("SWOT"), st.decimals(0, 1, places=3), st.integers(1, 4)), max_size=30))
def test_no_items_break_the_analysis(rows: list[tuple[str, D, int]]):
    found = swot.analyse(Item(*row) for row in rows)

    assert found.quadrants
    assert found.sentence
    assert found.ifas - found.x == 2 * found.scores["W"]
