"""Years as columns: a stranger's table in which every year, or every year of a source, has a column of its own.

A column of money is called "uang-2025" (where it comes from stands in the row, or nobody knows yet) or "uang-2025-apbd".
A row then means a programme and, besides, one budget line for each of these columns that names an amount.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from bimtek.exchange import numbers
from bimtek.exchange.matching import Line
from bimtek.exchange.reading import Value
from bimtek.exchange.sheets import RUPIAH, Sheet
from bimtek.models import BudgetLine
from regions.models.place import plain

MONEY, SOURCE, TARGET = "uang-", "uang-sumber", "target_"
WIDE, BUDGET, INDICATORS = "program", "anggaran", "indikator"
SHORT = 40  # letters; a longer text is a title and not a part of a heading
SOURCES: tuple[tuple[str, str], ...] = (
    ("apbd_prov", r"\bapbd[\s.-]*(?:prov\w*|i)\b"), ("apbd", r"\bapbd\b(?![\s.-]*(?:prov|i\b))"), ("apbn", r"\bapbn\b"), ("dak", r"\bdak\b"),
    ("dana_desa", r"\bdana\s+desa\b"), ("csr", r"\b(?:csr|tjslp?)\b"), ("kpbu", r"\bkpbu\b"), ("bumd", r"\b(?:bumd|blud)\b"),
    ("hibah", r"\bhibah\b"), ("swasta", r"\bswasta\b"), ("lainnya", r"\blain(?:nya|-lain)?\b"), ("belum", r"\bbelum ada\b"),
)  # fmt: skip
IS_MONEY = re.compile(r"\b(?:rp|rupiah|anggaran|pagu|biaya|dana|pendanaan|alokasi|belanja)\b")
IS_OTHER = re.compile(r"\b(?:target|kinerja|volume|capaian|output|fisik|realisasi)\b")
YEAR_SAID = re.compile(rf"(?<![0-9])({numbers.YEAR})(?![0-9])", re.ASCII)
NTH_SAID = re.compile(r"\b(?:tahun|thn|th)\.?\s*(?:ke)?[\s-]*([0-9]{1,2}|[ivx]+)\b", re.ASCII)
ROMAN = {word: at for at, word in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], start=1)}
UNITS: dict[int, str] = {1: "Rupiah", 10**3: "Ribu rupiah", 10**6: "Juta rupiah", 10**9: "Miliar rupiah"}
UNITS_SAID = (
    (10**9, re.compile(r"\bmil[iy]ar(?:an)?\b")), (10**6, re.compile(r"\bjuta(?:an)?\b|\b(?:rp|dalam)\W*jt\b")),
    (10**3, re.compile(r"\bribu(?:an)?\b|\brp\W*[.,]?000\b")),
)  # fmt: skip


# --- what a heading says -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What of a year, a source and a kind of figure a heading names."""

    year: int = 0
    nth: int = 0
    """ "Tahun ke-2" is 2."""
    source: str = ""
    money: bool = False
    other: bool = False
    """A target, or money that was already spent."""

    @property
    def anything(self) -> bool:
        return bool(self.year or self.nth or self.source or self.money or self.other)

    def year_in(self, years: Sequence[int]) -> int:
        """The calendar year among the plan's, or 0."""
        if self.year:
            return self.year if self.year in years else 0
        return years[self.nth - 1] if 0 < self.nth <= len(years) else 0


@lru_cache(maxsize=4096)
def said(text: str) -> Said:
    words = " ".join(text.casefold().split())
    years = set(YEAR_SAID.findall(words))
    nth = NTH_SAID.search(words) if not years else None
    number = (ROMAN.get(nth[1], 0) or (int(nth[1]) if nth[1].isdecimal() else 0)) if nth else 0
    return Said(
        int(years.pop()) if len(years) == 1 else 0, number, source_in(words), bool(IS_MONEY.search(words)), bool(IS_OTHER.search(words))
    )  # fmt: skip


def source_in(text: str) -> str:
    """The one source that a text names, or ''."""
    found = [value for value, words in SOURCES if re.search(words, text.casefold())]
    return found[0] if len(found) == 1 else ""


def with_above(above: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, str]:
    """A row of headings with what stands over them, where two rows make one heading: "2025" over "APBD" and "APBN".

    A text reaches to the right as far as parts of headings follow; a merged cell says its text only once.
    """
    found = dict(cells)
    for number, text in cells.items():
        over = _over(above, cells, int(number))
        if over and over != text and _completes(said(over), said(text)):
            found[number] = f"{over} {text}"
    if found != cells:
        found |= {number: text for number, text in above.items() if number not in cells and not said(text).year}
    return {number: found[number] for number in sorted(found, key=int)}


def _over(above: Mapping[str, str], cells: Mapping[str, str], column: int) -> str:
    for number in range(column, 0, -1):
        text = cells.get(str(number), "")
        if len(text) > SHORT or not said(text).anything:
            return ""
        if over := above.get(str(number)):
            return over if len(over) <= SHORT else ""
    return ""


def _completes(over: Said, text: Said) -> bool:
    if bool(over.year or over.nth) != bool(text.year or text.nth):
        return over.anything and text.anything
    return False


def unit_said(sample: Mapping[str, Any], heading: int) -> int:
    """How many rupiah one counts for, as the headings or a line above them say it; 0 where they say nothing."""
    texts = [text.casefold() for number, cells in sample["rows"] if number <= heading for text in cells.values()]
    return next((unit for unit, words in UNITS_SAID if any(words.search(text) for text in texts)), 0)


# --- names of columns ----------------------------------------------------------------------------------------------


def names(sheet: Sheet, years: Iterable[int]) -> dict[str, str]:
    """The columns that a table of this section may have besides the section's own: name → title."""
    if sheet.key != WIDE:
        return {}
    found = {SOURCE: "Sumber dana"}
    for year in years:
        found[f"{MONEY}{year}"] = f"Anggaran {year}"
        found |= {f"{MONEY}{year}-{value}": f"Anggaran {year}, {label}" for value, label in BudgetLine.Source.choices}
    return found


def split(name: str) -> tuple[str, str]:
    """ "uang-2025-apbd" → "uang-2025" and "apbd"."""
    start, _, source = name.removeprefix(MONEY).partition("-")
    return (f"{MONEY}{start}", source) if name.startswith(MONEY) else (name, "")


def suggested(cells: Mapping[str, str], sheet: Sheet, years: Sequence[int]) -> dict[str, int]:
    """Our column → their column, for what headings with a year can mean in this section."""
    found: dict[str, int] = {}
    for number, text in cells.items():
        means = said(text)
        year = means.year_in(years)
        if sheet.key == WIDE and year and not means.other:
            found.setdefault(f"{MONEY}{year}" + (f"-{means.source}" if means.source else ""), int(number))
        elif sheet.key == WIDE and plain(text).startswith("sumber") and (means.money or plain(text) == "sumber"):
            found.setdefault(SOURCE, int(number))
        elif sheet.key == INDICATORS and year and not means.money:
            found.setdefault(f"{TARGET}{year}", int(number))
    return found


# --- reading -------------------------------------------------------------------------------------------------------


def in_rupiah(line: Line, unit: int) -> Line:
    """The line with its money in rupiah, of a table that counts in `unit` rupiah; what cannot be read is refused in its cell."""
    if unit == 1:
        return line
    cells, unread = dict(line.cells), dict(line.unread)
    for name, value in line.cells.items():
        if name == SOURCE or not (name.startswith(MONEY) or _is_rupiah(line.sheet, name)):
            continue
        try:
            amount = numbers.rupiah(value, unit)
        except ValidationError as refusal:
            unread[name] = " ".join(refusal.messages)
        else:
            cells[name] = "-" if amount is None else amount
    return replace(line, cells=cells, unread=unread)


def _is_rupiah(sheet: Sheet, name: str) -> bool:
    return name in sheet.by_name and sheet.by_name[name].kind == RUPIAH


def parted(lines: Iterable[Line], budget: Sheet) -> tuple[list[Line], list[Line]]:
    """Each row as a programme and its budget lines. A row that says of its programme nothing new stands for its money only."""
    programmes: list[Line] = []
    money: list[Line] = []
    told: dict[str, list[dict[str, Value]]] = {}
    for line in lines:
        own = {name: value for name, value in line.cells.items() if not name.startswith(MONEY)}
        places = {name: at for name, at in line.places.items() if not name.startswith(MONEY)}
        amounts = list(_amounts(line, budget))
        code = str(own.get("code", ""))
        if not code and amounts:
            wrong = {name: why for name, why in line.unread.items() if name in places}
            known_by = "code" if "code" in places else "name"
            programmes.append(replace(line, cells=own, places=places, unread=wrong or {known_by: NO_CODE}))
            continue
        money += amounts
        if amounts and (own.keys() <= {"code"} or own in told.get(code, ())):
            continue
        told.setdefault(code, []).append(own)
        if own:
            programmes.append(replace(line, cells=own, places=places))
    return programmes, money


NO_CODE = "Baris ini menyebut anggaran, tetapi tidak menyebut kode atau nama programnya."


def _amounts(line: Line, budget: Sheet) -> Iterable[Line]:
    """A line for each amount. An empty cell, "-" and 0 say nothing: what the application holds is not removed by them."""
    code = line.cells.get("code", "")
    for name, at in line.places.items():
        if not name.startswith(MONEY) or name == SOURCE:
            continue
        value, lost = line.cells.get(name), name in line.lost
        if not lost and name not in line.unread and _says_nothing(value):
            continue
        year, source = split(name)
        given = source or _source(line.cells.get(SOURCE))
        cells: dict[str, Value] = {"programme": code, "year": int(year.removeprefix(MONEY)), "source": given}
        if value is not None:
            cells["amount"] = value
        places = {
            "programme": line.places.get("code", at), "year": at,
            "source": at if source else line.places.get(SOURCE, at), "amount": at,
        }  # fmt: skip
        unread = {"amount": line.unread[name]} if name in line.unread else {}
        gone = frozenset({"amount"} if lost else ())
        yield Line(budget, line.page, line.number, "", 0, cells, places, gone, unread, part=at)


def _says_nothing(value: Value | None) -> bool:
    if value is None or isinstance(value, bool):
        return value is None
    try:
        return not numbers.rupiah(value)
    except ValidationError:
        return False


def _source(value: Value | None) -> str:
    """A row's own source as the choice's value; a text that names none or several stays, to be refused in its cell."""
    text = str(value or "")
    return BudgetLine.Source.NONE.value if numbers.nothing(text) else source_in(text) or text
