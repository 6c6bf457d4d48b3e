"""What one cell says, as a plain value of its column; ValidationError says what was expected. Nothing is guessed."""

import datetime
from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from bimtek.exchange import numbers
from bimtek.exchange.reading import Value
from bimtek.exchange.sheets import (
    CHOICE,
    DATE,
    LINK,
    LINKS,
    MOMENT,
    NUMBER,
    RUPIAH,
    TEXT,
    TOO_LONG,
    WHOLE,
    YEAR,
    YES,
    Column,
    Names,
    plain_value,
    shown,
)
from bimtek.formats import date as day_text
from bimtek.formats import number as number_text
from bimtek.models import Programme
from bimtek.richtext import clean_text
from regions import reference
from regions.models import Opd
from regions.models.place import plain

READERS = {
    NUMBER: numbers.number, WHOLE: numbers.whole, YEAR: numbers.year, RUPIAH: numbers.rupiah, DATE: numbers.date, YES: numbers.yes,
}  # fmt: skip
MOST_NAMED = 12  # choices that a refusal lists
EXCEL_FAULTS = {"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


def same_as_shown(column: Column, cell: Value | None, value: Any, names: Names) -> bool:
    """Whether the cell still says what the workbook wrote for this value; then nothing needs to be read."""
    wrote = shown(column, value, names)
    if cell is None or wrote is None:
        return cell is None and wrote is None
    if isinstance(wrote, str) and isinstance(cell, str):
        return wrote.replace("\r\n", "\n").strip() == cell.replace("\r\n", "\n").strip()
    if isinstance(wrote, datetime.date) or isinstance(cell, str | bool | datetime.date) or isinstance(wrote, str):
        return False
    return bool(wrote == plain_value(column, numbers.number(cell)))


def read(column: Column, cell: Value | None, names: Names) -> Any:
    """The cell as a plain value of the column."""
    if isinstance(cell, str) and cell.strip() in EXCEL_FAULTS:
        raise ValidationError(f"Rumus di sel ini menghasilkan {cell.strip()}. Isi nilainya.")
    if column.kind == TEXT:
        return _text(cell)
    if column.kind == CHOICE:
        return _choice(column, cell)
    if column.kind == LINK:
        return "" if numbers.nothing(_words(cell)) else find(column, _words(cell), names)
    if column.kind == LINKS:
        return _links(column, _words(cell), names)
    if column.kind == MOMENT:
        return _moment(cell)
    found = READERS[column.kind](cell)  # type: ignore[operator]
    return plain_value(column, found)


def _words(cell: Value | None) -> str:
    """A cell as text: whole floats without their point, dates written out, decimals with a comma."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Ya" if cell else "Tidak"
    if isinstance(cell, datetime.datetime):
        return day_text(cell.date())
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else number_text(cell).replace(".", "")
    return str(cell)


def _text(cell: Value | None) -> str:
    words = _words(cell)
    if words.strip() == TOO_LONG:
        raise ValidationError("Teks aslinya tidak muat di Excel. Biarkan sel ini, atau ubah di aplikasi.")
    return clean_text(words)


def _moment(cell: Value | None) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.replace(second=0, microsecond=0).isoformat()
    found = numbers.date(cell)
    return datetime.datetime.combine(found, datetime.time.min).isoformat() if found else ""


# --- choices -------------------------------------------------------------------------------------------------------


def _choice(column: Column, cell: Value | None) -> str:
    words = _words(cell).strip()
    if not words or (numbers.nothing(words) and plain(words) not in _aliases(column)):
        return ""
    found = _aliases(column).get(plain(words))
    if found is None:
        raise ValidationError(f"“{words[:60]}” bukan pilihan. {_offer(words, [label for _, label in column.choices])}")
    return found


@lru_cache(maxsize=256)
def _aliases(column: Column) -> dict[str, str]:
    """Every way to name a choice: its value, its words, and the parts of words such as 'SG · Smart Governance'."""
    found: dict[str, str] = {}
    for value, label in column.choices:
        code, _, rest = label.partition(" ")
        parts = [str(value), label, *label.split(" · "), *([rest] if code == str(value) else [])]
        for part in parts:
            found.setdefault(plain(part), str(value))
    return found


def _offer(words: str, options: list[str]) -> str:
    """The nearest options, or the first ones."""
    near = get_close_matches(words.casefold(), [option.casefold() for option in options], n=3, cutoff=0.6)
    if near:
        named = [next(option for option in options if option.casefold() == each) for each in near]
        return f"Mungkin maksud Anda: {'; '.join(named)}."
    more = "; …" if len(options) > MOST_NAMED else ""
    return f"Pilih salah satu: {'; '.join(options[:MOST_NAMED])}{more}."


# --- rows by their names ---------------------------------------------------------------------------------------------


def find(column: Column, words: str, names: Names) -> str:
    """The pk of the row that a cell names; refuses what fits none or several."""
    labels = names.labels(column.model)
    exact = [pk for pk, label in labels.items() if label.casefold() == words.strip().casefold()]
    found = exact or [pk for pk, ways in _ways(column, names).items() if plain(words) in ways]
    if len(found) == 1:
        return found[0]
    if found:
        told = "; ".join(sorted(labels[pk] for pk in found)[:5])
        what = f"Tulis kodenya: {told}." if column.model is Programme else "Tulis nama lengkapnya."
        raise ValidationError(f"“{words[:60]}” dapat berarti lebih dari satu. {what}")
    kind = {"opd": "OPD", "programme": "program"}.get(column.model._meta.model_name or "", "") if column.model else ""
    named = f"{kind} “{words[:60]}”" if kind else f"“{words[:60]}”"
    raise ValidationError(f"{named[:1].upper()}{named[1:]} tidak ada di rencana ini. {_suggest(column, words, names)}")


def _ways(column: Column, names: Names) -> Mapping[str, set[str]]:
    if column.model is not Opd:
        return names.ways(column.model)
    return {
        str(opd.pk): {
            plain(each) for each in (opd.name, opd.abbreviation, usual_abbreviations().get(plain(opd.name), "")) if each
        }
        for opd in names.offices()
        if opd.active
    }


@cache
def usual_abbreviations() -> dict[str, str]:
    """The full name of a usual office → how it is abbreviated everywhere."""
    return {plain(line["name"]): line["abbreviation"] for line in reference.rows("opd.csv")}


def _suggest(column: Column, words: str, names: Names) -> str:
    options = list(dict.fromkeys(label for label in names.labels(column.model).values() if label))
    if column.model is Opd:
        options = [
            f"{opd.abbreviation} ({opd.name})" if opd.abbreviation else opd.name
            for opd in names.offices()
            if opd.active
        ]
        near = sorted(options, key=lambda option: -_likeness(words, option))[:3]
        return (
            f"Mungkin maksud Anda: {'; '.join(near)}."
            if near and _likeness(words, near[0]) > 0.7
            else "Tambahkan dulu di daftar OPD."
        )
    return _offer(words, options) if options else "Belum ada yang dapat dipilih."


def _likeness(words: str, option: str) -> float:
    return max(
        SequenceMatcher(None, plain(words), plain(part)).ratio()
        for part in option.rstrip(")").split(" (")
        if plain(part)
    )


def _links(column: Column, words: str, names: Names) -> frozenset[str]:
    if numbers.nothing(words):
        return frozenset()
    found = set()
    for part in words.replace("\n", ";").split(";"):
        part = part.strip()  # noqa: PLW2901
        if not part:
            continue
        try:
            found.add(find(column, part, names))
        except ValidationError:
            if "," not in part:
                raise
            found.update(find(column, each.strip(), names) for each in part.split(",") if each.strip())
    return frozenset(found)
