"""A table that is not our workbook: where its heading row is, which of our columns each of its columns could be, and the match
that somebody chose, remembered for the region by the shape of the headings."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import ValidationError

from bimtek.exchange import matching, naming, yearly
from bimtek.exchange.matching import Found, Heading, Line
from bimtek.exchange.reading import Page, Value
from bimtek.exchange.sheets import LINK, Column, Sheet
from bimtek.models import ColumnMatch, Plan
from regions.access import Access
from regions.models import Region
from regions.models.place import plain

HEADINGS_WITHIN = 20  # rows from the top in which a heading may stand
SAMPLE_ROWS, SAMPLE_COLUMNS, SAMPLE_LETTERS = 25, 60, 80
LIKE = 0.78  # from this likeness on two words may mean the same column
SYNONYMS: dict[str, tuple[str, ...]] = {
    "opd": ("skpd", "perangkat daerah", "instansi", "dinas", "unit kerja", "penanggung jawab", "opd pengampu", "pelaksana", "leading sector"),
    "name": ("nama", "uraian", "judul", "nama kegiatan", "nama program", "nama aplikasi", "nama lengkap", "nama indikator"),
    "amount": ("anggaran", "pagu", "nilai", "biaya", "jumlah", "dana", "pagu indikatif", "rp"), "year": ("tahun", "thn", "ta", "tahun anggaran"),
    "source": ("sumber", "sumber dana", "sumber anggaran", "sumber data"), "code": ("kode", "kode program", "no program"),
    "purpose": ("fungsi", "kegunaan", "keterangan"), "position_title": ("jabatan",), "institution": ("instansi", "opd", "asal instansi"),
    "start_year": ("tahun", "mulai", "waktu", "tahun pelaksanaan"), "end_year": ("selesai", "sampai"), "unit": ("satuan",),
    "benefit": ("manfaat", "tujuan"), "sub_dimension": ("sub dimensi", "subdimensi"), "programme": ("program", "kode program", "nama program"),
    "developer": ("vendor", "pembuat"), "about": ("tentang", "perihal"), "number": ("nomor", "no peraturan"), "text": ("uraian", "isi", "butir"),
}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """What was chosen for one table: its page, the row of its headings, the section, our column → their column's number.

    Our columns are the section's, and those of exchange.yearly where each year has a column.
    """

    page: str
    heading: int
    section: str
    columns: dict[str, int] = field(default_factory=dict)
    unit: int = 1
    """How many rupiah one counts for: a million in a table "dalam juta rupiah"."""
    sub_dimension: str = ""
    """Where a new programme belongs that does not say it."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def match_in(stored: Mapping[str, Any]) -> Match:
    page, heading, section, columns = (stored[name] for name in ("page", "heading", "section", "columns"))
    return Match(page, heading, section, dict(columns), stored.get("unit", 1), stored.get("sub_dimension", ""))


# --- looking -------------------------------------------------------------------------------------------------------


def samples(pages: Iterable[Page]) -> list[dict[str, Any]]:
    """The tops of the visible pages, as text that fits into JSON: what the matching screen shows and reads."""
    return [
        {"name": page.name, "rows": [[number, _texts(page.rows[number])] for number in sorted(page.rows)[:SAMPLE_ROWS]]}
        for page in pages
        if not page.hidden and page.rows
    ]


def _texts(row: Mapping[int, Value]) -> dict[str, str]:
    return {
        str(column): " ".join(str(row[column]).split())[:SAMPLE_LETTERS]
        for column in sorted(row)
        if column <= SAMPLE_COLUMNS
    }


def heading_row(sample: Mapping[str, Any], sheets: Sequence[Sheet]) -> int:
    """The row that most looks like headings: many different words, few of them figures, and words that we know."""
    best, chosen = -1.0, 0
    for number, _ in sample["rows"][:HEADINGS_WITHIN]:
        cells = cells_at(sample, number)
        words = {plain(text) for text in cells.values() if plain(text) and _is_word(text)}
        known = max((sum(found.values()) for found in (_scores(cells, sheet) for sheet in sheets)), default=0)
        score = len(words) - 0.5 * (len(cells) - len(words)) + 3 * known
        if score > best:
            best, chosen = score, number
    return chosen


def _is_word(text: str) -> bool:
    """Whether a text may head a column: no figure, unless it is a year."""
    return not text[:1].isdigit() or bool(yearly.said(text).year)


def cells_at(sample: Mapping[str, Any], heading: int) -> dict[str, str]:
    """The headings in this row, with those above them where two rows make one heading."""
    rows = dict(sample["rows"])
    return yearly.with_above(rows.get(heading - 1, {}), rows.get(heading, {}))


def likely_section(cells: Mapping[str, str], sheets: Sequence[Sheet], years: Sequence[int]) -> Sheet:
    """The section whose columns these headings name best."""

    def fitness(sheet: Sheet) -> float:
        scores = _scores(cells, sheet)
        counts = sheet.key == yearly.WIDE or "unit" in scores  # bare years may be money or targets
        found = len(yearly.suggested(cells, sheet, years)) if counts else 0
        return float((sum(scores.values()) + found) / (3 + len(sheet.columns)) ** 0.5)

    return max(sheets, key=fitness)


def _scores(cells: Mapping[str, str], sheet: Sheet) -> dict[str, float]:
    """Our column → how well the best of their columns fits it."""
    found = {c.name: max((likeness(text, c) for text in cells.values()), default=0.0) for c in sheet.columns}
    return {name: score for name, score in found.items() if score >= LIKE}


def suggested(cells: Mapping[str, str], sheet: Sheet, years: Sequence[int]) -> dict[str, int]:
    """Our column → their column, each of theirs used once, the surest first."""
    found = yearly.suggested(cells, sheet, years)
    pairs = sorted(
        (
            (likeness(text, column), -int(number), column.name)
            for column in sheet.columns
            for number, text in cells.items()
        ),
        reverse=True,
    )
    for score, number, name in pairs:
        if score >= LIKE and name not in found and -number not in found.values():
            found[name] = -number
    return found


def likeness(text: str, column: Column) -> float:
    """From 0 to 1: how surely a heading means this column."""
    words, title = plain(text), plain(column.title)
    if not words:
        return 0.0
    if words in (title, plain(column.name)):
        return 1.0
    if words in map(plain, SYNONYMS.get(column.name, ())):
        return 0.95 if column.required or column.kind == LINK else 0.9
    if len(title) > 3 and (words.startswith(title) or title.startswith(words)) and len(words) > 3:
        return 0.85
    return SequenceMatcher(None, words, title).ratio() * 0.95


# --- remembering ---------------------------------------------------------------------------------------------------


def shape(cells: Iterable[str]) -> str:
    """The same for tables with the same headings in the same order, however they are spaced or written large."""
    return hashlib.sha256("\0".join(plain(text) for text in cells).encode()).hexdigest()


def _key(sample: Mapping[str, Any], heading: int) -> str:
    """The shape of a table; one that says to count in millions is another than one that says nothing."""
    unit = yearly.unit_said(sample, heading)
    return shape([*cells_at(sample, heading).values(), *([f"kali {unit}"] if unit else [])])


def remember(region: Region, sample: Mapping[str, Any], match: Match) -> None:
    key = _key(sample, match.heading)
    ColumnMatch.objects.update_or_create(region=region, shape=key, defaults={"match": match.as_json()})


def remembered(
    region: Region, found: Sequence[Mapping[str, Any]], sheets: Sequence[Sheet], years: Sequence[int]
) -> Match | None:
    """The match that was chosen the last time a table with these headings came, with the place where it stands now.

    One that names a year outside this plan is another plan's, and is not used.
    """
    known = dict(ColumnMatch.objects.filter(region=region).values_list("shape", "match"))
    if not known:
        return None
    ours = {sheet.key: titles(sheet, years) for sheet in sheets}
    for sample in found:
        for number, _ in sample["rows"][:HEADINGS_WITHIN]:
            stored = known.get(_key(sample, number))
            if stored and stored["columns"].keys() <= ours.get(stored["section"], {}).keys():
                return replace(match_in(stored), page=sample["name"], heading=number)
    return None


# --- choosing ------------------------------------------------------------------------------------------------------


def titles(sheet: Sheet, years: Iterable[int]) -> dict[str, str]:
    """All columns that a table of this section may have: name → title."""
    return {column.name: column.title for column in sheet.columns} | yearly.names(sheet, years)


def chosen(
    sample: Mapping[str, Any],
    heading: int,
    sheet: Sheet,
    picked: Mapping[str, str],
    *,
    years: Sequence[int],
    unit: int,
    sub_dimension: str = "",
) -> Match:
    """`picked`: their column's number → the name of ours, '' for none. ValidationError when it cannot be used."""
    cells, ours = cells_at(sample, heading), titles(sheet, years)
    if not cells:
        raise ValidationError("Pilih baris judul dari daftar.")
    if unit not in yearly.UNITS:
        raise ValidationError("Pilih satuan uang dari daftar.")
    columns: dict[str, int] = {}
    for number, name in picked.items():
        if not name or number not in cells:
            continue
        if name not in ours:
            raise ValidationError("Pilih kolom dari daftar.")
        if name in columns:
            raise ValidationError(f"“{ours[name]}” dipilih untuk dua kolom. Sisakan satu.")
        columns[name] = int(number)
    if not columns:
        raise ValidationError("Cocokkan sedikitnya satu kolom.")
    _refuse_unknowable(sheet, columns, ours)
    if sub_dimension and sub_dimension not in sub_dimensions(sheet):
        raise ValidationError("Pilih subdimensi dari daftar.")
    return Match(sample["name"], heading, sheet.key, columns, unit, sub_dimension)


def sub_dimensions(sheet: Sheet) -> dict[str, str]:
    """Where all new programmes of a table may be said to belong; nothing for other sections."""
    return sheet.by_name["sub_dimension"].words if sheet.key == yearly.WIDE else {}


def _refuse_unknowable(sheet: Sheet, columns: Mapping[str, int], ours: Mapping[str, str]) -> None:
    """Rows are known by what tells them apart, or by their words; a column of either must be there."""
    known, kind = matching.KNOWN_BY.get(sheet.key, ()), naming.KINDS.get(sheet.key)
    ways = known[:1]
    if kind:
        if all(name in columns for name in known if name not in matching.MAY_LACK):
            return
        ways = (*known, kind.words) if len(known) == 1 else (kind.words,)
    if ways and not any(name in columns for name in ways):
        named = " atau ".join(f"“{ours[name]}”" for name in ways)
        raise ValidationError(f"Cocokkan kolom {named}: dari situ baris dikenali.")


def lines_of(pages: Iterable[Page], match: Match, sheets: Sequence[Sheet], plan: Plan, access: Access) -> Found:
    """The table's rows under the headings, as lines of the chosen section. Nothing in it is ours, so nothing is ever removed."""
    found = Found(ours=False)
    page = next((each for each in pages if each.name == match.page), None)
    by_key = {sheet.key: sheet for sheet in sheets}
    sheet = by_key.get(match.section)
    if page is None or sheet is None or not match.columns.keys() <= titles(sheet, plan.years).keys():
        raise ValidationError("Pencocokan kolom ini tidak berlaku lagi. Cocokkan lagi kolomnya.")
    head = Heading(sheet, 0, match.columns, match.heading + 1)
    lines = [yearly.in_rupiah(line, match.unit) for line in matching.lines_under(page, head) if not _beside(page, line)]
    otherwise = {"sub_dimension": match.sub_dimension}
    lines, found.given = naming.completed(lines, plan, access, otherwise=otherwise)
    found.lines[sheet.key], found.pages[sheet.key] = lines, page.name
    if any(name.startswith(yearly.MONEY) for name in match.columns):
        found.lines[sheet.key], money = yearly.parted(lines, by_key[yearly.BUDGET])
        found.lines[yearly.BUDGET], found.pages[yearly.BUDGET] = money, page.name
    return found


SUMS = ("jumlah", "total", "subtotal", "subjumlah", "grandtotal")


def _beside(page: Page, line: Line) -> bool:
    """A row of sums, or one that numbers the columns: people read past it, and so does this."""
    row = page.rows[line.number]
    if matching.KNOWN_BY.get(line.sheet.key, ("",))[0] not in line.cells and _names_nothing(line):
        return any(isinstance(value, str) and plain(value).startswith(SUMS) for value in row.values())
    if plain(_words_of(line)) in SUMS:
        return True
    figures = [str(value).strip("() ") for _, value in sorted(row.items())]
    return len(figures) > 3 and figures == [str(at) for at in range(1, len(figures) + 1)]


def _words_of(line: Line) -> str:
    kind = naming.KINDS.get(line.sheet.key)
    return str(line.cells.get(kind.words, "")) if kind else ""


def _names_nothing(line: Line) -> bool:
    """Whether the row has no words of its own; "Jumlah seluruhnya" over nothing but money is none."""
    if line.sheet.key != yearly.WIDE:
        return not _words_of(line)
    said = line.cells.keys() - {"name"}
    return not _words_of(line) or (
        plain(_words_of(line)).startswith(SUMS) and all(n.startswith(yearly.MONEY) for n in said)
    )
