"""From the sheets of an uploaded workbook to lines that say which row they are: our own layout, however it was shuffled.

Our sheets are known by their hidden first row (columns may have moved, sheets been renamed), or by their titles where
that row was deleted. Rows are known by their key. What is not ours (extra columns, other sheets) is left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from bimtek.exchange import numbers
from bimtek.exchange.reading import Page, Value, cell_name
from bimtek.exchange.sheets import Sheet
from bimtek.exchange.workbook import CHOICES, COVER, KEY, KEYS
from regions.models.place import plain

MAY_LACK = {"scope", "year"}  # a row of the whole region has no scope, a figure may have no year
HEADINGS_WITHIN = 20  # rows from the top in which a heading may stand
ENOUGH = 0.6  # share of a sheet's titles that must be found where its hidden row is gone


KNOWN_BY: dict[str, tuple[str, ...]] = {
    "keputusan": ("purpose", "number"), "tim": ("team", "name"), "profil": ("label", "year"), "rpjmd": ("kind", "number"),
    "kesiapan": ("name",), "aplikasi": ("name",), "peraturan": ("rank", "number", "year"), "swot": ("scope", "quadrant", "number"),
    "strategi": ("scope", "kind", "number"), "kesenjangan": ("sub_dimension", "present"), "sasaran": ("dimension", "number"),
    "program": ("code",), "anggaran": ("programme", "year", "source"), "indikator": ("programme", "name"), "plafon": ("year", "source"),
    "quick-win": ("dimension", "name"), "komitmen": ("number",), "penanda-tangan": ("name",),
    "peserta": ("session", "name", "institution"),
}  # fmt: skip
"""By what people tell rows of a kind apart: a row without a key that agrees in these is the same row."""


@dataclass(frozen=True)
class Line:
    """One row of an uploaded sheet."""

    sheet: Sheet
    page: str
    number: int
    key: str
    """The row's id, or '' for a row that has none."""
    version: int
    cells: Mapping[str, Value]
    places: Mapping[str, int]
    """Column name → where it stands on the page."""
    lost: frozenset[str] = frozenset()
    """Columns whose formula has no result in the file."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Column name → why its cell cannot be read."""
    part: int = 0
    """Which column of the row this line is, where a row of the table means several."""

    @property
    def ref(self) -> str:
        """The line's name within its workbook."""
        return f"{self.sheet.key}:{self.number}" + (f".{self.part}" if self.part else "")

    def at(self, name: str) -> str:
        """'D7'; the row's first cell for what is not on the page."""
        return cell_name(self.number, self.places.get(name, 1))


@dataclass
class Found:
    """A workbook as its lines, with what its hidden sheet says about where it came from."""

    ours: bool
    plan: str = ""
    mark: int = -1
    """The last change of the plan when the workbook was made; -1 where it does not say."""
    opd: str = ""
    lines: dict[str, list[Line]] = field(default_factory=dict)
    """Section key → lines; a section that no sheet holds is not there."""
    pages: dict[str, str] = field(default_factory=dict)
    """Section key → the sheet's name now."""
    sent: dict[str, frozenset[str]] = field(default_factory=dict)
    """Section key → ids of the rows that went out."""
    given: dict[str, str] = field(default_factory=dict)
    """A new row's ref → the code or number that it was given because it said none."""


def find(pages: Sequence[Page], sheets: Sequence[Sheet]) -> Found:
    found = Found(ours=False)
    by_key = {sheet.key: sheet for sheet in sheets}
    titles = _about(pages, found)
    for page in pages:
        if page.name in {COVER, KEYS, CHOICES}:
            continue
        head = _headings(page, sheets, by_key, titles)
        if head is None or head.sheet.key in found.lines:
            continue
        found.lines[head.sheet.key] = list(lines_under(page, head))
        found.pages[head.sheet.key] = page.name
    found.ours = found.ours or bool(found.lines)
    return found


def _about(pages: Sequence[Page], found: Found) -> dict[str, str]:
    """Fills in what the hidden sheet says; returns the sheets' names as they went out → section."""
    page = next((each for each in pages if each.name == KEYS), None)
    if page is None:
        return {}
    about = {str(row.get(1, "")): str(row.get(2, "")) for row in page.rows.values()}
    mark = about.get("jejak", "")
    found.ours, found.plan, found.opd = True, about.get("rencana", ""), about.get("opd", "")
    found.mark = int(mark) if mark.isdecimal() and len(mark) < 18 else -1
    names, titles = page.rows.get(1, {}), page.rows.get(2, {})
    for column, key in names.items():
        if column > 2:
            ids = (str(row[column]) for number, row in page.rows.items() if number > 2 and column in row)
            found.sent[str(key)] = frozenset(each for each in ids if _uuid(each))
    return {str(titles[column]): str(key) for column, key in names.items() if column > 2 and column in titles}


@dataclass(frozen=True)
class Heading:
    sheet: Sheet
    key: int
    """The column of the keys, or 0."""
    places: dict[str, int]
    below: int
    """The first row under all headings."""


def _headings(
    page: Page, sheets: Sequence[Sheet], by_key: Mapping[str, Sheet], titles: Mapping[str, str]
) -> Heading | None:
    for number in sorted(page.rows)[:HEADINGS_WITHIN]:
        row = page.rows[number]
        for column, value in row.items():
            kind, _, key = str(value).partition(":")
            if kind == KEY and key in by_key:
                places = _named(row, by_key[key])
                return Heading(by_key[key], column, places, number + 1 + _titled(page, number + 1, by_key[key]))
    return _by_titles(page, sheets, by_key.get(titles.get(page.name, "")))


def _named(row: Mapping[int, Value], sheet: Sheet) -> dict[str, int]:
    places: dict[str, int] = {}
    for column, value in row.items():
        if str(value) in sheet.by_name:
            places.setdefault(str(value), column)
    return places


def _titled(page: Page, number: int, sheet: Sheet) -> int:
    """1 when this row holds titles, as it should, else 0."""
    titles = {plain(column.title) for column in sheet.columns}
    return int(len({plain(str(value)) for value in page.rows.get(number, {}).values()} & titles) >= min(2, len(titles)))


def _by_titles(page: Page, sheets: Sequence[Sheet], likely: Sheet | None) -> Heading | None:
    best: tuple[float, Heading] | None = None
    for number in sorted(page.rows)[:HEADINGS_WITHIN]:
        words = {plain(str(value)): column for column, value in sorted(page.rows[number].items(), reverse=True)}
        for sheet in [likely] if likely else sheets:
            places = {c.name: words[plain(c.title)] for c in sheet.columns if plain(c.title) in words}
            share = len(places) / len(sheet.columns)
            if share >= ENOUGH and (best is None or share > best[0]):
                best = share, Heading(sheet, words.get("kunci", 0), places, number + 1)
    return best[1] if best else None


def lines_under(page: Page, head: Heading) -> Iterable[Line]:
    """The rows under the headings that say anything in a column of ours."""
    names = {column: name for name, column in head.places.items()}
    for number in sorted(page.rows):
        if number < head.below:
            continue
        row = page.rows[number]
        cells = {names[column]: value for column, value in row.items() if column in names and str(value).strip()}
        lost = frozenset(name for column, name in names.items() if (number, column) in page.lost)
        places = part_years(head.sheet, cells, head.places)
        key, _, version = str(row.get(head.key, "")).strip().partition(":")
        if cells or lost:
            known = _uuid(key)
            seen = int(version) if version.isdecimal() and len(version) < 10 else 0
            yield Line(head.sheet, page.name, number, known, seen, cells, places, lost)


def part_years(sheet: Sheet, cells: dict[str, Value], places: Mapping[str, int]) -> Mapping[str, int]:
    """ "2023-2025" as the first year of a programme that says no last one means both, also where no column is for the last.

    Returns the places with that of the last year.
    """
    if isinstance(cells.get("start_year"), str) and "end_year" in sheet.by_name and "end_year" not in cells:
        try:
            years = numbers.years(str(cells["start_year"]))
        except ValidationError:
            return places  # the cell's own reading says what is wrong with it
        if len(years) > 1 and len(years) == years[-1] - years[0] + 1:
            cells["start_year"], cells["end_year"] = years[0], years[-1]
            return {**places, "end_year": places.get("end_year", places["start_year"])}
    return places


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def known_by(sheet: Sheet, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What tells a row with these values apart from others of its kind, or None when a part of that is missing."""
    names = [name for name in KNOWN_BY.get(sheet.key, ()) if name in sheet.by_name]
    wanted = [values.get(name, "") for name in names]
    if not names or any(value == "" and name not in MAY_LACK for name, value in zip(names, wanted, strict=True)):
        return None
    return tuple(plain(value) or value if isinstance(value, str) else value for value in wanted)


def without_key(line: Line) -> Line:
    return replace(line, key="", version=0)


def keyed(line: Line, pk: str) -> Line:
    """The row it was found to be; its empty cells say nothing, since nothing went out in them."""
    said = line.cells.keys() | line.lost
    return replace(line, key=pk, places={name: at for name, at in line.places.items() if name in said})
