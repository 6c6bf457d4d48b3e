import datetime
from decimal import Decimal as D

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from bimtek import formats
from bimtek.fields import RupiahField

Day = datetime.date


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (D("1234567.89"), None, "1.234.567,89"),
        (D("1234567.890"), None, "1.234.567,89"),
        (1000000, None, "1.000.000"),
        (D("2.6"), 2, "2,60"),
        (D("0.125"), 2, "0,13"),
        (D("-0.001"), 2, "0,00"),
        (D("-1234.5"), None, "-1.234,5"),
        (1.1, None, "1,1"),
        (D("1E+3"), None, "1.000"),
        (0, None, "0"),
        (None, None, ""),
    ],
)
def test_numbers_with_point_and_comma(value, places, text: str):
    assert formats.number(value, places) == text


def test_percent_and_rupiah():
    assert formats.percent(D("67.50"), 2) == "67,50 %"
    assert formats.percent(D("67.50")) == "67,5 %"
    assert formats.rupiah(1_250_000_000) == "Rp1.250.000.000"
    assert formats.rupiah(1_250_000_000, sen=True) == "Rp1.250.000.000,00"
    assert formats.rupiah(-5) == "-Rp5"
    assert formats.rupiah(0) == "Rp0"
    assert formats.rupiah(None) == formats.percent(None) == formats.ringkas(None) == ""


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1_250_000_000, "Rp1,25 miliar"),
        (750_000_000, "Rp750 juta"),
        (995_000_000, "Rp995 juta"),
        (999_994_999, "Rp999,99 juta"),
        (999_999_999, "Rp1 miliar"),
        (1_000_000, "Rp1 juta"),
        (999_999, "Rp999.999"),
        (2_345_678_900_000, "Rp2,35 triliun"),
        (10**15, "Rp1.000 triliun"),
        (-1_500_000, "-Rp1,5 juta"),
        (0, "Rp0"),
    ],
)
def test_ringkas_keeps_two_decimals(amount: int, text: str):
    assert formats.ringkas(amount) == text


def test_roman_numerals():
    assert [formats.roman(value) for value in (1, 4, 9, 14, 40, 1999, 3999)] == [
        "I", "IV", "IX", "XIV", "XL", "MCMXCIX", "MMMCMXCIX",
    ]  # fmt: skip
    for value in (0, 4000):
        with pytest.raises(ValueError, match="1 sampai 3999"):
            formats.roman(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (13, "tiga belas"),
        (20, "dua puluh"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (2022, "dua ribu dua puluh dua"),
        (11_000, "sebelas ribu"),
        (101_000, "seratus satu ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_250_000_000, "satu miliar dua ratus lima puluh juta"),
        (10**12, "satu triliun"),
        (10**15, "satu kuadriliun"),
    ],
)
def test_terbilang(value: int, words: str):
    assert formats.terbilang(value) == words


def test_terbilang_refuses_what_it_cannot_say():
    for value in (-1, 10**15 + 1):
        with pytest.raises(ValueError, match="Terbilang"):
            formats.terbilang(value)


NUMBERS = {word: value for value, word in enumerate(formats.UNITS)}
SIZES = {"triliun": 10**12, "miliar": 10**9, "juta": 10**6, "ribu": 10**3}


def read_words(text: str) -> int:
    """The number that Indonesian words say: an independent way back."""
    total, group = 0, 0
    for word in text.replace("seribu", "satu ribu").replace("seratus", "satu ratus").split():
        if word in SIZES:
            total, group = total + group * SIZES[word], 0
        elif word == "belas":
            group += 10
        elif word == "puluh":
            group += group % 10 * 9
        elif word == "ratus":
            group += group % 10 * 99
        else:
            group += NUMBERS[word]
    return total + group


@given(st.integers(0, 10**15 - 1))
def test_terbilang_says_the_number(value: int):
    assert read_words(formats.terbilang(value)) == value


def test_dates_and_ranges():
    start = Day(2022, 6, 13)

    assert formats.date(start) == "13 Juni 2022"
    assert formats.date(None) == ""
    assert formats.date_range(start, Day(2022, 6, 14)) == "13–14 Juni 2022"
    assert formats.date_range(start, Day(2022, 6, 14), sd=True) == "13 s.d. 14 Juni 2022"
    assert formats.date_range(Day(2022, 6, 30), Day(2022, 7, 1)) == "30 Juni–1 Juli 2022"
    assert formats.date_range(Day(2022, 6, 30), Day(2022, 7, 1), sd=True) == "30 Juni s.d. 1 Juli 2022"
    assert formats.date_range(Day(2022, 12, 30), Day(2023, 1, 2)) == "30 Desember 2022–2 Januari 2023"
    assert formats.date_range(start, start) == formats.date_range(start) == "13 Juni 2022"
    with pytest.raises(ValueError, match="mendahului"):
        formats.date_range(start, Day(2022, 6, 12))


def test_the_day_of_a_berita_acara_in_words():
    assert (
        formats.date_in_words(Day(2022, 6, 13)) == "Senin, tanggal tiga belas bulan Juni tahun dua ribu dua puluh dua"
    )
    assert formats.weekday(Day(2022, 9, 6)) == "Selasa"


class BudgetForm(forms.Form):
    default_renderer = DjangoTemplates
    amount = RupiahField(required=False)
    must = RupiahField(required=True)


def test_the_field_gives_whole_rupiah():
    form = BudgetForm({"amount": "1,5 M", "must": "0"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"amount": 1_500_000_000, "must": 0}


def test_the_field_takes_nothing_only_when_it_may():
    form = BudgetForm({"amount": "-", "must": "-"})

    assert not form.is_valid()
    assert list(form.errors) == ["must"]
    assert form.cleaned_data["amount"] is None


def test_what_was_typed_comes_back_with_the_sentence():
    form = BudgetForm({"amount": "1,5 apel", "must": "\ud800"})

    assert 'value="1,5 apel"' in str(form["amount"])
    assert "tidak terbaca" in str(form["amount"].errors)
    assert "must" in form.errors


def test_the_field_shows_a_saved_amount_with_points_and_sees_no_change_in_it():
    form = BudgetForm(initial={"amount": 1_250_000})
    again = BudgetForm({"amount": "1.250.000", "must": "1"}, initial={"amount": 1_250_000, "must": 2})

    assert 'value="1.250.000"' in str(form["amount"])
    assert again.changed_data == ["must"]


def test_template_filters():
    template = Template(
        "{% load indonesian %}{{ money|rupiah }} {{ money|ringkas }} {{ share|persen:1 }} {{ share|angka }} "
        "{{ day|tanggal }} {{ day|sampai:end }} {{ day|hari }} [{{ none|rupiah }}"
        "{{ none|tanggal }}{{ none|angka }}{{ none|persen }}{{ none|rich }}{{ missing|ringkas }}]"
    )
    context = {
        "money": 1_500_000, "share": D("67.25"), "day": Day(2022, 6, 13), "end": Day(2022, 6, 14), "none": None,
    }  # fmt: skip

    assert template.render(Context(context)) == (
        "Rp1.500.000 Rp1,5 juta 67,3 % 67,25 13 Juni 2022 13–14 Juni 2022 Senin []"
    )


def test_a_long_name_is_cut_between_words_and_says_so():
    assert formats.shortened("Menyatukan layanan kota dan instansi pusat", 30) == "Menyatukan layanan kota dan …"
    assert formats.shortened("Akun warga\ndan loket", 30) == "Akun warga dan loket"


def test_names_that_hold_a_comma_are_parted_by_semicolons():
    assert formats.listed(["Setda", "Bapenda"]) == "Setda, Bapenda"
    assert formats.listed(["SG-SO1 · kota, pusat", "SG-ST1 · warga"]) == "SG-SO1 · kota, pusat; SG-ST1 · warga"
