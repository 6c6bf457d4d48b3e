import uuid
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimtek import framework, rollups
from bimtek.models import BudgetLine, Plan, Programme
from bimtek.rollups import FIELDS, Money, Term, recap, term_of, total, totals
from regions.models import Opd, Region


@dataclass
class Period:
    first_year: int = 2022
    last_year: int = 2031
    short_until: int = 2022
    medium_until: int = 2026


@pytest.mark.parametrize(
    ("start", "end", "term"),
    [
        (2022, 2022, Term.SHORT),
        (2022, 2031, Term.SHORT),
        (2023, 2026, Term.MEDIUM),
        (2026, 2028, Term.MEDIUM),
        (2027, 2031, Term.LONG),
        (2031, None, Term.LONG),
        (None, 2025, None),
        (2021, 2022, None),
        (2030, 2032, None),
        (2025, 2024, None),
    ],
)
def test_the_term_is_the_one_in_which_a_programme_starts(start: int | None, end: int | None, term: Term | None):
    assert term_of(Period(), start, end) is term


def test_years_outside_the_period_are_refused_with_a_sentence():
    assert "di dalam masa rencana, 2022–2031" in rollups.year_problem(Period(), 2022, 2032)
    assert "mendahului" in rollups.year_problem(Period(), 2025, 2023)
    assert rollups.year_problem(Period(), 2022, 2031) == ""


def test_the_terms_share_the_years_of_the_plan():
    years = [year for term in Term for year in rollups.term_years(Period(), term)]

    assert years == list(range(2022, 2032))
    assert list(rollups.term_years(Period(last_year=2026), Term.LONG)) == []


def test_terms_have_the_names_that_outlines_use():
    assert tuple(Term.values) == framework.TERMS


ROWS = [
    Money(uuid.UUID(int=1), "SG", "SG-1", "Diskominfo", "pendek", 2022, "apbd", 100),
    Money(uuid.UUID(int=1), "SG", "SG-1", "Diskominfo", "pendek", 2023, "csr", 50),
    Money(uuid.UUID(int=2), "SV", "SV-2", "DLH", "menengah", 2023, "apbd", 25),
]


def test_totals_by_each_field():
    assert total(ROWS) == 175
    assert totals(ROWS, "year") == {2022: 100, 2023: 75}
    assert totals(ROWS, "source") == {"apbd": 125, "csr": 50}
    assert totals(ROWS, "opd") == {"Diskominfo": 150, "DLH": 25}


def test_a_recap_shows_empty_rows_when_asked_and_all_its_totals_agree():
    found = recap(ROWS, "dimension", "year", down_order=["SG", "SB", "SV"], across_order=range(2022, 2025))

    assert found.rows == ("SG", "SB", "SV")
    assert found.columns == (2022, 2023, 2024)
    assert found.line("SG") == [100, 50, 0]
    assert found.line("SB") == [0, 0, 0]
    assert found.row_total("SV") == 25
    assert found.column_totals == [100, 75, 0]
    assert found.total == 175


def test_a_recap_never_drops_what_its_order_does_not_name():
    found = recap(ROWS, "dimension", "source", down_order=["SG"])

    assert found.rows == ("SG", "SV")
    assert found.total == total(ROWS)


def test_an_unknown_field_is_an_error():
    with pytest.raises(ValueError, match="no field 'colour'"):
        totals(ROWS, "colour")


money = st.builds(
    Money,
    programme=st.integers(1, 5).map(lambda value: uuid.UUID(int=value)),
    dimension=st.sampled_from(["SG", "SB", "SE"]),
    sub_dimension=st.sampled_from(["SG-1", "SB-1", "SE-1"]),
    opd=st.sampled_from(["", "A", "B"]),
    term=st.sampled_from(["", *Term.values]),
    year=st.integers(2022, 2031),
    source=st.sampled_from(BudgetLine.Source.values),
    amount=st.integers(0, 10**15),
)


@given(st.lists(money, max_size=60), st.sampled_from(FIELDS), st.sampled_from(FIELDS))
def test_every_recap_equals_the_grand_total(rows: list[Money], down: str, across: str):
    found = recap(rows, down, across)

    assert sum(totals(rows, down).values()) == found.total == total(rows)
    assert sum(map(found.row_total, found.rows)) == sum(found.column_totals) == total(rows)
    assert {row: found.row_total(row) for row in found.rows} == totals(rows, down)


def make_programme(
    plan: Plan, opd: Opd | None, sub_dimension: str, start: int | None, lines: list[tuple[int, str, int]]
) -> Programme:
    code = f"{sub_dimension}.{plan.programme_set.count() + 1:02}"
    programme = Programme.objects.create(
        region=plan.region, plan=plan, code=code, sub_dimension=sub_dimension, name=code, opd=opd, start_year=start
    )
    for year, source, amount in lines:
        BudgetLine.objects.create(
            region=plan.region, plan=plan, programme=programme, year=year, source=source, amount=amount
        )
    return programme


def test_plan_money_reads_every_line_in_one_query(plan: Plan, kominfo: Opd, django_assert_num_queries):
    first = make_programme(plan, kominfo, "SG-1", 2022, [(2022, "apbd", 1_250_000_000), (2023, "csr", 750_000_000)])
    make_programme(plan, None, "SV-2", 2027, [(2027, "belum", 10**15)])
    make_programme(plan, kominfo, "SV-3", None, [(2024, "apbd", 1)])

    with django_assert_num_queries(1):
        rows = rollups.plan_money(plan)

    assert rows[0] == Money(first.pk, "SG", "SG-1", kominfo.name, "pendek", 2022, "apbd", 1_250_000_000)
    assert [row.term for row in rows] == ["pendek", "pendek", "panjang", ""]
    assert rows[2].opd == ""
    assert sum(totals(rows, "year").values()) == sum(totals(rows, "source").values()) == 10**15 + 2_000_000_001


def test_plan_money_reads_no_other_plan(plan: Plan, stranger_region: Region):
    other = stranger_region.plan_set.get()
    make_programme(other, None, "SG-1", 2022, [(2022, "apbd", 5)])

    assert rollups.plan_money(plan) == []
