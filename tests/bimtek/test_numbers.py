"""Numbers, money, years and dates as people type them: each is read exactly, or refused with a sentence."""

import datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bimtek import formats
from bimtek.exchange import numbers

Day = datetime.date
READERS = [numbers.rupiah, numbers.number, numbers.whole, numbers.year, numbers.years, numbers.date]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.250.000.000", 1_250_000_000),
        ("Rp1.250.000.000,00", 1_250_000_000),
        ("Rp. 1,5 M", 1_500_000_000),
        ("Rp 1.5 miliar", 1_500_000_000),
        ("1,2 juta", 1_200_000),
        ("1,250 M", 1_250_000_000),
        ("0,125 M", 125_000_000),
        ("0.125 milyar", 125_000_000),
        ("1.250 juta", 1_250_000_000),
        ("1250000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("1,250,000.00", 1_250_000),
        ("1 250 000", 1_250_000),
        ("Rp 500.000,-", 500_000),
        ("500.000.-", 500_000),
        ("± 750 jt", 750_000_000),
        ("2 T", 2 * 10**12),
        ("  300 rb\u00a0", 300_000),
        ("IDR 5000", 5000),
        ("0", 0),
        ("-", None),
        ("–", None),
        ("", None),
        (None, None),
        ("n/a", None),
        ("Belum ada", None),
    ],
)
def test_rupiah_is_read_as_people_type_it(text: str | None, amount: int | None):
    assert numbers.rupiah(text) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("satu juta", "unreadable"),
        ("1.2.3", "unreadable"),
        ("1,2345", "unreadable"),
        ("1.250.00", "unreadable"),
        ("12 apel", "unreadable"),
        ("2023-2025", "unreadable"),
        ("1e9", "unreadable"),
        ("١٢٣", "unreadable"),
        ("1\x00", "unreadable"),
        ("\ud800", "unreadable"),
        ("9" * 61, "unreadable"),
        ("-5", "negative"),
        ("Rp -5.000", "negative"),
        ("(5.000)", "negative"),
        ("1,25", "sen"),
        ("9" * 50, "too_large"),
        ("1.001 T", "too_large"),
    ],
)
def test_what_is_no_rupiah_is_refused_with_a_sentence(text: str, code: str):
    with pytest.raises(ValidationError) as refused:
        numbers.rupiah(text)

    assert refused.value.code == code
    assert refused.value.message.endswith(".")


@given(st.integers(0, 10**15))
def test_rupiah_written_is_rupiah_read(amount: int):
    assert numbers.rupiah(formats.rupiah(amount)) == amount
    assert numbers.rupiah(formats.rupiah(amount, sen=True)) == amount
    assert numbers.rupiah(str(amount)) == amount


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str):
    try:
        amount = numbers.rupiah(text)
    except ValidationError:
        return
    assert amount is None or 0 <= amount <= 10**15


@pytest.mark.parametrize(
    ("cell", "amount"), [(1250000000.0, 1_250_000_000), (750_000, 750_000), (D("5.00"), 5), (0, 0)]
)
def test_a_number_in_a_cell_is_rupiah_as_it_stands(cell: Any, amount: int):
    assert numbers.rupiah(cell) == amount


@pytest.mark.parametrize("cell", [True, float("nan"), float("inf"), -1, 0.5, 1e16, Day(2022, 1, 1)])
def test_a_cell_that_is_no_amount_is_refused(cell: Any):
    with pytest.raises(ValidationError):
        numbers.rupiah(cell)


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250", D(1250)),
        ("12,5", D("12.5")),
        ("12.5", D("12.5")),
        ("0.125", D("0.125")),
        ("0,125", D("0.125")),
        ("1.234.567,89", D("1234567.89")),
        ("1,234,567.89", D("1234567.89")),
        ("± 40", D(40)),
        ("~40", D(40)),
        ("48 %", D(48)),
        ("48,5%", D("48.5")),
        ("1,2 juta", D(1_200_000)),
        ("1.250 ribu", D(1_250_000)),
        ("-3,5", D("-3.5")),
        ("−3,5", D("-3.5")),
        ("+7", D(7)),
        (0.1, D("0.1")),
        (3, D(3)),
        ("-", None),
        ("n/a", None),
        ("N/A", None),
        ("  ", None),
        (None, None),
    ],
)
def test_numbers_are_read_as_people_type_them(text: Any, value: D | None):
    assert numbers.number(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,250", "ambiguous"),
        ("dua belas", "unreadable"),
        ("12 apel", "unreadable"),
        ("48 juta %", "unreadable"),
        ("1.2.3", "unreadable"),
        ("1e9", "unreadable"),
        ("٣", "unreadable"),
        ("9" * 61, "unreadable"),
        (True, "unreadable"),
        (float("nan"), "unreadable"),
        (Day(2022, 1, 1), "unreadable"),
    ],
)
def test_what_is_no_number_is_refused(text: Any, code: str):
    with pytest.raises(ValidationError) as refused:
        numbers.number(text)
    assert refused.value.code == code


def test_a_whole_number_has_no_fraction():
    assert numbers.whole("12,0") == 12
    assert numbers.whole("1.250") == 1250
    with pytest.raises(ValidationError, match="bulat"):
        numbers.whole("12,5")
    with pytest.raises(ValidationError, match="terlalu besar"):
        numbers.whole(10**15)


@given(st.decimals(-(10**12), 10**12, places=2))
def test_a_number_written_with_all_its_digits_is_read_back(value: D):
    """Without the decimals' zeros at the end '1,250' cannot arise."""
    assert numbers.number(formats.number(value)) == value
    assert numbers.number(str(value)) == value
    assert numbers.number(float(value)) == D(repr(float(value)))


# --- years -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023-2025", (2023, 2024, 2025)),
        ("2023–2025", (2023, 2024, 2025)),
        ("2023 - 25", (2023, 2024, 2025)),
        ("2023 s.d. 2025", (2023, 2024, 2025)),
        ("2023 s/d 2025", (2023, 2024, 2025)),
        ("2023 sd 2025", (2023, 2024, 2025)),
        ("2023 sampai dengan 2025", (2023, 2024, 2025)),
        ("2023, 2025", (2023, 2025)),
        ("2025; 2023", (2023, 2025)),
        ("2023 dan 2025", (2023, 2025)),
        ("2023 & 2025", (2023, 2025)),
        ("2023/2024", (2023, 2024)),
        ("2022, 2024-2026", (2022, 2024, 2025, 2026)),
        ("TA 2024", (2024,)),
        ("Tahun Anggaran 2024", (2024,)),
        ("tahun 2024", (2024,)),
        ("2024", (2024,)),
        (2024, (2024,)),
        (2024.0, (2024,)),
        ("-", ()),
        ("n/a", ()),
        (None, ()),
    ],
)
def test_years_are_read_as_people_type_them(text: Any, years: tuple[int, ...]):
    assert numbers.years(text) == years


@pytest.mark.parametrize(
    "text", ["2025-2023", "2023-", "23", "20233", "dua ribu", 2023.5, 1e20, True, "2023, x", "1899-2030"]
)
def test_what_is_no_year_is_refused(text: Any):
    with pytest.raises(ValidationError):
        numbers.years(text)


def test_one_year_is_one_year():
    assert numbers.year("2024") == 2024
    assert numbers.year("-") is None
    with pytest.raises(ValidationError):
        numbers.year("2023-2025")


@given(st.sets(st.integers(2000, 2099), min_size=1, max_size=8))
def test_any_list_of_years_is_read_back(years: set[int]):
    assert numbers.years(", ".join(map(str, years))) == tuple(sorted(years))


@given(st.integers(2000, 2050), st.integers(0, 49))
def test_any_span_of_years_is_read_back(first: int, more: int):
    assert numbers.years(f"{first}-{first + more}") == tuple(range(first, first + more + 1))


# --- dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "13 Juni 2022", "13 juni  2022", "Senin, 13 Juni 2022", "13 Jun 2022", "13-Jun-2022", "13/06/2022", "13-6-2022", "13.06.2022",
        "2022-06-13", "2022-06-13 00:00:00", Day(2022, 6, 13), datetime.datetime(2022, 6, 13, 8, 0, tzinfo=datetime.UTC), 44725, 44725.0,
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_type_it(text: Any):
    assert numbers.date(text) == Day(2022, 6, 13)


@pytest.mark.parametrize(
    "text", ["Juni 2022", "31/02/2022", "13 Bulan 2022", "13/06/22", 5, True, "2022-13-01", "besok"]
)
def test_what_is_no_day_is_refused(text: Any):
    with pytest.raises(ValidationError):
        numbers.date(text)


@given(st.dates(Day(1900, 1, 1), Day(2100, 12, 31)))
def test_any_day_written_is_read_back(day: datetime.date):
    assert numbers.date(formats.date(day)) == day
    assert numbers.date(day.isoformat()) == day
    assert numbers.date(f"{day:%d/%m/%Y}") == day


# --- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
@given(cell=st.one_of(st.text(max_size=80), st.floats(), st.integers(), st.none(), st.booleans(), st.dates()))
def test_any_cell_is_read_or_refused_with_a_sentence(reader: Any, cell: Any):
    sentence = "."
    try:
        reader(cell)
    except ValidationError as refused:
        sentence = refused.messages[0]
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("Ya", True), ("✓", True), (1, True), (True, True), ("", False), ("-", False), (0, False), (None, False)],
)
def test_yes_and_no(cell: Any, answer: bool):
    assert numbers.yes(cell) is answer


def test_neither_yes_nor_no_is_refused():
    with pytest.raises(ValidationError, match="Ya atau Tidak"):
        numbers.yes("mungkin")
