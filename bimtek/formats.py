"""Numbers, rupiah and dates the way Indonesian documents write them. Reading them back is bimtek.exchange.numbers."""

import datetime
import textwrap
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember")  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MAX_RUPIAH = 10**15
MAX_WORDS = 10**15


# --- words -------------------------------------------------------------------------------------------------------


def shortened(text: str, letters: int = 80) -> str:
    """The first words of a text on one line, at most so many letters; "…" says that there is more."""
    return textwrap.shorten(text, letters, placeholder=" …")


def listed(labels: Iterable[str]) -> str:
    """ "Bapenda, Setda"; names that hold a comma themselves are parted by semicolons."""
    labels = list(labels)
    return ("; " if any("," in label for label in labels) else ", ").join(labels)


# --- numbers -----------------------------------------------------------------------------------------------------


def by_letter(meanings: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(abbreviation, meaning) as a reader looks it up: capitals and small letters alike, so Dinkes comes before DPRD."""
    return tuple(sorted(meanings.items(), key=lambda pair: (pair[0].casefold(), pair[1])))


def number(value: Decimal | float | str | None, places: int | None = None) -> str:
    """1234567.89 → '1.234.567,89'. Without `places` as many decimals as there are, zeros at the end left out. None → ''."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError("Bukan bilangan.")
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{exact:,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if exact == 0:
        text = text.lstrip("-")
    return text.translate(str.maketrans(",.", ".,"))


def percent(value: Decimal | float | str | None, places: int | None = None) -> str:
    """67.5 → '67,5 %'; None → ''. The value counts hundredths already."""
    return "" if value is None else f"{number(value, places)} %"


def rupiah(amount: int | None, *, sen: bool = False) -> str:
    """1250000000 → 'Rp1.250.000.000', with `sen` 'Rp1.250.000.000,00' as official letters write it. None → ''."""
    if amount is None:
        return ""
    return f"{'-' if amount < 0 else ''}Rp{number(abs(amount))}{',00' if sen else ''}"


SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))


def ringkas(amount: int | None) -> str:
    """1250000000 → 'Rp1,25 miliar', 750000000 → 'Rp750 juta'; below a million in full. Rounded to two decimals."""
    if amount is None:
        return ""
    sign, size = ("-", -amount) if amount < 0 else ("", amount)
    for place, (scale, name) in enumerate(SCALES):
        if size < scale:
            continue
        rounded = (Decimal(size) / scale).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if rounded >= 1000 and place:  # 999.999.999 is 'Rp1 miliar', not 'Rp1.000 juta'
            return f"{sign}Rp1 {SCALES[place - 1][1]}"
        return f"{sign}Rp{number(rounded)} {name}"
    return rupiah(amount)


ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def roman(value: int) -> str:
    """4 → 'IV'. ValueError outside 1–3999."""
    if not 1 <= value < 4000:
        raise ValueError("Angka Romawi hanya untuk 1 sampai 3999.")
    letters = ""
    for size, numeral in ROMAN:
        count, value = divmod(value, size)
        letters += numeral * count
    return letters


# --- words -------------------------------------------------------------------------------------------------------

UNITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")


def terbilang(value: int) -> str:
    """2022 → 'dua ribu dua puluh dua'. ValueError outside 0–10^15."""
    if not 0 <= value <= MAX_WORDS:
        raise ValueError("Terbilang hanya untuk 0 sampai 10^15.")
    return _words(value)


def _words(value: int) -> str:
    if value < 12:
        return UNITS[value]
    if value < 20:
        return f"{UNITS[value - 10]} belas"
    for size, name, single in (
        (10**15, "kuadriliun", "satu kuadriliun"),
        (10**12, "triliun", "satu triliun"),
        (10**9, "miliar", "satu miliar"),
        (10**6, "juta", "satu juta"),
        (10**3, "ribu", "seribu"),
        (100, "ratus", "seratus"),
        (10, "puluh", "sepuluh"),
    ):
        if value >= size:
            count, rest = divmod(value, size)
            head = single if count == 1 else f"{_words(count)} {name}"
            return f"{head} {_words(rest)}" if rest else head
    raise AssertionError(value)


# --- dates -------------------------------------------------------------------------------------------------------


def weekday(day: datetime.date) -> str:
    return DAYS[day.weekday()]


def date(day: datetime.date | None) -> str:
    """'13 Juni 2022'; None → ''. A moment must be in the region's zone already."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""


def date_range(start: datetime.date, end: datetime.date | None = None, *, sd: bool = False) -> str:
    """'13–14 Juni 2022', '30 Juni–1 Juli 2022', '30 Desember 2022–2 Januari 2023'; with `sd` '13 s.d. 14 Juni 2022'."""
    if end is None or end == start:
        return date(start)
    if end < start:
        raise ValueError("Tanggal selesai mendahului tanggal mulai.")
    parts = date(start).split()
    if start.year == end.year:
        parts = parts[:1] if start.month == end.month else parts[:2]
    return f"{' '.join(parts)}{' s.d. ' if sd else '–'}{date(end)}"


def date_in_words(day: datetime.date) -> str:
    """'Senin, tanggal tiga belas bulan Juni tahun dua ribu dua puluh dua', as a berita acara begins."""
    return f"{weekday(day)}, tanggal {terbilang(day.day)} bulan {MONTHS[day.month - 1]} tahun {terbilang(day.year)}"
