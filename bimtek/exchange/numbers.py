"""Numbers, money, years and dates as Indonesian people write them in tables; forms, the grid and workbooks read with this.

Pure and exact: Decimal and int, never float arithmetic. Each reader takes what a cell or a box holds (text, a number, a
date, nothing), gives the value or None for "nothing here", and raises ValidationError, as a sentence that says what was
expected, for what it cannot read. It never guesses between two readings.
"""

import datetime
import re
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from bimtek.formats import MAX_RUPIAH, MONTHS

Cell = str | int | float | Decimal | datetime.date | None

LONGEST = 60  # letters that a number may take; more is prose
NOTHING = {"", "-", "–", "—", "−", "n/a", "n.a.", "na", "tidak ada", "belum ada", "nihil", "kosong", "#n/a"}
SCALES = {
    "rb": 10**3, "ribu": 10**3, "jt": 10**6, "juta": 10**6, "m": 10**9, "miliar": 10**9, "milyar": 10**9, "mlyr": 10**9,
    "t": 10**12, "triliun": 10**12, "trilyun": 10**12,
}  # fmt: skip
MONEY = re.compile(r"(?:(?:rp|idr)\.?)?(?P<figures>[0-9][0-9.,]*?)(?P<end>,-|\.-)?(?P<word>[a-z]+)?\.?", re.ASCII)
PLAIN = re.compile(r"(?P<sign>[-−–+]?)(?P<figures>[0-9][0-9.,]*?)(?P<word>[a-z]+)?(?P<percent>%?)", re.ASCII)
INDONESIAN = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?", re.ASCII)
ENGLISH = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)

BAD_RUPIAH = "Jumlah rupiah ini tidak terbaca. Tulis misalnya 1.250.000.000 atau 1,25 miliar."
BAD_NUMBER = "Bilangan ini tidak terbaca. Tulis misalnya 1.250 atau 12,5."
ONE_YEAR = "Sel ini untuk satu tahun saja. Tulis empat angka, misalnya 2024."
BAD_YEARS = "Tahun ini tidak terbaca. Tulis misalnya 2024, 2023-2025, atau 2023, 2025."
BAD_DATE = "Tanggal ini tidak terbaca. Tulis misalnya 13 Juni 2022 atau 13/06/2022."


def nothing(value: Cell) -> bool:
    """Whether a cell says that there is nothing: empty, '-', 'n/a', 'belum ada' and the like."""
    return value is None or (isinstance(value, str) and _squeezed(value) in NOTHING)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip().casefold()


def _compact(text: str, sentence: str) -> str:
    """Lower case without spaces, and without the '±' or '~' that people put before a rough figure."""
    if len(text) > LONGEST:
        raise ValidationError(sentence, code="unreadable")
    return _squeezed(text).lstrip("±~≈ ").replace(" ", "")


def _exact(value: int | float | Decimal, sentence: str) -> Decimal:
    """What the cell shows: repr of a float is the shortest text that means it, so 0.1 stays 0.1."""
    try:
        found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, ValueError) as error:
        raise ValidationError(sentence, code="unreadable") from error
    if isinstance(value, bool) or not found.is_finite():
        raise ValidationError(sentence, code="unreadable")
    return found


# --- money -------------------------------------------------------------------------------------------------------


def rupiah(value: Cell, unit: int = 1) -> int | None:
    """Whole rupiah: '1.250.000.000,00', 'Rp. 1,5 M', '1,2 juta', '± 750 jt', 1250000.0; '-' and '' → None.

    unit: how many rupiah a figure without a word of its own counts, in a table "dalam juta rupiah" a million.
    Refused: what is negative, holds less than a rupiah, or is above 10^15.
    """
    if isinstance(value, datetime.date):
        raise ValidationError(BAD_RUPIAH, code="unreadable")
    if nothing(value):
        return None
    if not isinstance(value, str):
        return _whole_rupiah(_exact(value, BAD_RUPIAH) * unit)  # type: ignore[arg-type]
    plain = _compact(value, BAD_RUPIAH)
    if re.match(r"(rp\.?)?[-−–(]", plain):
        raise ValidationError("Jumlah rupiah tidak boleh negatif.", code="negative")
    return _whole_rupiah(_amount(plain, unit))


def _amount(plain: str, unit: int) -> Decimal:
    found = MONEY.fullmatch(plain)
    if not found or (found["word"] and found["word"] not in SCALES) or (found["end"] and found["word"]):
        raise ValidationError(BAD_RUPIAH, code="unreadable")
    scale = SCALES.get(found["word"] or "", unit)
    return Decimal(_rupiah_figures(found["figures"], scaled=scale > 1)) * scale


def _rupiah_figures(text: str, *, scaled: bool) -> str:
    """Digits with a decimal point at most. Dots group by thousands; before a word, '1,250' and '1.5' are decimals."""
    if text.isdigit():
        return text
    if INDONESIAN.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if ENGLISH.fullmatch(text) and (not scaled or text.count(",") > 1 or "." in text):
        return text.replace(",", "")
    decimals = r"[0-9]+[.,][0-9]+" if scaled else r"[0-9]+[.,][0-9]{1,2}"
    if re.fullmatch(decimals, text, re.ASCII):
        return text.replace(",", ".")
    raise ValidationError(BAD_RUPIAH, code="unreadable")


def _whole_rupiah(amount: Decimal) -> int:
    if amount < 0:
        raise ValidationError("Jumlah rupiah tidak boleh negatif.", code="negative")
    if amount > MAX_RUPIAH:
        raise ValidationError("Jumlah rupiah ini terlalu besar; paling banyak Rp1.000 triliun.", code="too_large")
    if amount != amount.to_integral_value():
        raise ValidationError("Jumlah rupiah harus bulat, tanpa sen.", code="sen")
    return int(amount)


# --- numbers -----------------------------------------------------------------------------------------------------


def number(value: Cell) -> Decimal | None:
    """A number: '1.250', '12,5', '± 40', '1,2 juta', '48 %', '-3,5'; '-' and 'n/a' → None.

    A percent sign is dropped, since indicators count in per cent. '1,250' may mean 1250 or 1.25, so it is refused.
    """
    if isinstance(value, datetime.date):
        raise ValidationError(BAD_NUMBER, code="unreadable")
    if nothing(value):
        return None
    if not isinstance(value, str):
        return _exact(value, BAD_NUMBER)  # type: ignore[arg-type]
    found = PLAIN.fullmatch(_compact(value, BAD_NUMBER))
    if not found or (found["word"] and (found["word"] not in SCALES or found["percent"])):
        raise ValidationError(BAD_NUMBER, code="unreadable")
    scale = SCALES.get(found["word"] or "", 1)
    size = Decimal(_figures(found["figures"], scaled=scale > 1)) * scale
    return -size if found["sign"] and found["sign"] != "+" else size


def _figures(text: str, *, scaled: bool) -> str:
    """Like money, but a lone group of three after one comma is either thousand or decimals: nobody can tell."""
    if text.isdigit():
        return text
    if INDONESIAN.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", text, re.ASCII) and not scaled:
        raise ValidationError(
            f"“{text}” dapat dibaca dua cara. Tulis {text.replace(',', '.')} untuk ribuan, atau buang nol di belakang koma.",
            code="ambiguous",
        )
    if ENGLISH.fullmatch(text) and (text.count(",") > 1 or "." in text):
        return text.replace(",", "")
    if re.fullmatch(r"[0-9]+[.,][0-9]+", text, re.ASCII):
        return text.replace(",", ".")
    raise ValidationError(BAD_NUMBER, code="unreadable")


def whole(value: Cell) -> int | None:
    """A whole number; '12,0' is 12, '12,5' is refused."""
    found = number(value)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise ValidationError("Isi bilangan bulat.", code="fraction")
    if abs(found) >= 10**15:
        raise ValidationError("Bilangan ini terlalu besar.", code="too_large")
    return int(found)


# --- years -------------------------------------------------------------------------------------------------------

YEAR = r"(?:19|20|21)[0-9]{2}"
BEFORE_YEARS = re.compile(r"^(?:(?:tahun anggaran|tahun|thn|th|ta)\b\.?\s*)", re.ASCII)
SPAN = re.compile(rf"({YEAR})\s*(?:-|–|—|s\.?\s?/?\s?d\.?|sampai(?: dengan)?|hingga)\s*({YEAR}|[0-9]{{2}})", re.ASCII)


def year(value: Cell) -> int | None:
    """One year: 2024, '2024', 'TA 2024', 2024.0. Two or more are refused."""
    if nothing(value):
        return None
    found = years(value)
    if len(found) != 1:
        raise ValidationError(ONE_YEAR, code="several")
    return found[0]


def years(value: Cell) -> tuple[int, ...]:
    """Years in order, each once: '2023-2025' → 2023, 2024, 2025; '2023, 2025' → 2023, 2025; '-' → ()."""
    if isinstance(value, datetime.date):
        raise ValidationError(BAD_YEARS, code="unreadable")
    if nothing(value):
        return ()
    if not isinstance(value, str):
        exact = _exact(value, BAD_YEARS)  # type: ignore[arg-type]
        value = str(int(exact)) if exact == exact.to_integral_value() and abs(exact) < 10**6 else "?"
    if len(value) > LONGEST:
        raise ValidationError(BAD_YEARS, code="unreadable")
    found: set[int] = set()
    for part in re.split(r"\s*(?:,|;|&|\bdan\b|\n|(?<=[0-9]{4})\s*/\s*(?=[0-9]{4}))\s*", _squeezed(value)):
        found.update(_span(BEFORE_YEARS.sub("", part)))
    return tuple(sorted(found))


def _span(text: str) -> range:
    if re.fullmatch(YEAR, text, re.ASCII):
        return range(int(text), int(text) + 1)
    both = SPAN.fullmatch(text)
    if not both:
        raise ValidationError(BAD_YEARS, code="unreadable")
    first = int(both[1])
    last = int(both[2]) if len(both[2]) == 4 else first // 100 * 100 + int(both[2])
    if not first <= last <= first + 50:
        raise ValidationError(f"Rentang tahun “{text}” berjalan mundur atau terlalu panjang.", code="span")
    return range(first, last + 1)


# --- dates -------------------------------------------------------------------------------------------------------

MONTH_WORDS = {name.casefold(): at for at, name in enumerate(MONTHS, start=1)} | {"pebruari": 2, "nopember": 11}
SHORT_MONTHS = {name[:3]: at for name, at in MONTH_WORDS.items()} | {
    "agt": 8,
    "ags": 8,
    "may": 5,
    "aug": 8,
    "oct": 10,
    "dec": 12,
}
WRITTEN = re.compile(r"(?:[a-z]+,?\s+)?([0-9]{1,2})[\s-]+([a-z]+)\.?[\s-]+([0-9]{4})", re.ASCII)
FIGURES = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ t].*)?", re.ASCII)
FIRST_SERIAL = datetime.date(1899, 12, 30)


def date(value: Cell) -> datetime.date | None:
    """A day: a date cell, '13 Juni 2022', 'Senin, 13 Jun 2022', '13/06/2022' (day first), '2022-06-13', or Excel's number."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if nothing(value):
        return None
    if not isinstance(value, str):
        serial = _exact(value, BAD_DATE)  # type: ignore[arg-type]
        if not 20_000 <= serial < 80_000:
            raise ValidationError(BAD_DATE, code="unreadable")
        return FIRST_SERIAL + datetime.timedelta(days=int(serial))
    if len(value) > LONGEST:
        raise ValidationError(BAD_DATE, code="unreadable")
    return _written_date(_squeezed(value))


def _written_date(text: str) -> datetime.date:
    if found := ISO.fullmatch(text):
        parts = [int(found[1]), int(found[2]), int(found[3])]
    elif found := FIGURES.fullmatch(text):
        parts = [int(found[3]), int(found[2]), int(found[1])]
    elif (found := WRITTEN.fullmatch(text)) and (month := _month(found[2])):
        parts = [int(found[3]), month, int(found[1])]
    else:
        raise ValidationError(BAD_DATE, code="unreadable")
    try:
        return datetime.date(*parts)
    except ValueError as error:
        raise ValidationError("Tanggal ini tidak ada dalam kalender.", code="no_day") from error


def _month(word: str) -> int:
    """1–12 for a month's name or its abbreviation, 0 for any other word."""
    return MONTH_WORDS.get(word) or (SHORT_MONTHS.get(word[:3], 0) if len(word) <= 4 else 0)


# --- yes and no --------------------------------------------------------------------------------------------------

YES = {"ya", "y", "yes", "true", "benar", "1", "v", "✓", "✔", "aktif", "ada"}
NO = {"", "tidak", "t", "no", "false", "salah", "0", "-", "–", "n/a", "tidak aktif", "belum"}


def yes(value: Cell | bool) -> bool:
    """'Ya', 'v', '✓', 1 → True; empty, 'Tidak', '-', 0 → False."""
    word = "" if value is None else _squeezed(str(int(value)) if isinstance(value, (bool, int, float)) else str(value))
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValidationError("Isi Ya atau Tidak.", code="unreadable")
