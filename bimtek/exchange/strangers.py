"""A table that is not our workbook: where its heading row is, which of our columns each of its columns could be, and the match
that somebody chose, remembered for the region by the shape of the headings."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import ValidationError

from bimtek.exchange import matching
from bimtek.exchange.matching import Found, Heading
from bimtek.exchange.reading import Page, Value
from bimtek.exchange.sheets import LINK, Column, Sheet
from bimtek.models import ColumnMatch
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
    """What was chosen for one table: its page, the row of its headings, the section, our column → their column's number."""

    page: str
    heading: int
    section: str
    columns: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def match_in(stored: Mapping[str, Any]) -> Match:
    return Match(stored["page"], stored["heading"], stored["section"], dict(stored["columns"]))


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
    """The row that most looks like headings: many different words, none of them figures, and words that we know."""
    best, chosen = -1.0, 0
    for number, cells in sample["rows"][:HEADINGS_WITHIN]:
        words = {plain(text) for text in cells.values() if plain(text) and not text[:1].isdigit()}
        known = max((sum(found.values()) for found in (_scores(cells, sheet) for sheet in sheets)), default=0)
        score = len(words) - 0.5 * (len(cells) - len(words)) + 3 * known
        if score > best:
            best, chosen = score, number
    return chosen


def cells_at(sample: Mapping[str, Any], heading: int) -> dict[str, str]:
    return next((cells for number, cells in sample["rows"] if number == heading), {})


def likely_section(cells: Mapping[str, str], sheets: Sequence[Sheet]) -> Sheet:
    """The section whose columns these headings name best."""
    return max(sheets, key=lambda sheet: sum(_scores(cells, sheet).values()) / (3 + len(sheet.columns)) ** 0.5)


def _scores(cells: Mapping[str, str], sheet: Sheet) -> dict[str, float]:
    """Our column → how well the best of their columns fits it."""
    found = {c.name: max((likeness(text, c) for text in cells.values()), default=0.0) for c in sheet.columns}
    return {name: score for name, score in found.items() if score >= LIKE}


def suggested(cells: Mapping[str, str], sheet: Sheet) -> dict[str, int]:
    """Our column → their column, each of theirs used once, the surest first."""
    pairs = sorted(
        (
            (likeness(text, column), -int(number), column.name)
            for column in sheet.columns
            for number, text in cells.items()
        ),
        reverse=True,
    )
    found: dict[str, int] = {}
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


def remember(region: Region, sample: Mapping[str, Any], match: Match) -> None:
    key = shape(cells_at(sample, match.heading).values())
    ColumnMatch.objects.update_or_create(region=region, shape=key, defaults={"match": match.as_json()})


def remembered(region: Region, found: Sequence[Mapping[str, Any]], sheets: Sequence[Sheet]) -> Match | None:
    """The match that was chosen the last time a table with these headings came, with the place where it stands now."""
    known = dict(ColumnMatch.objects.filter(region=region).values_list("shape", "match"))
    keys = {sheet.key for sheet in sheets}
    for sample in found:
        for number, cells in sample["rows"][:HEADINGS_WITHIN]:
            stored = known.get(shape(cells.values()))
            if stored and stored["section"] in keys:
                return Match(sample["name"], number, stored["section"], dict(stored["columns"]))
    return None


# --- choosing ------------------------------------------------------------------------------------------------------


def chosen(sample: Mapping[str, Any], heading: int, sheet: Sheet, picked: Mapping[str, str]) -> Match:
    """`picked`: their column's number → the name of ours, '' for none. ValidationError when it cannot be used."""
    cells = cells_at(sample, heading)
    if not cells:
        raise ValidationError("Pilih baris judul dari daftar.")
    columns: dict[str, int] = {}
    for number, name in picked.items():
        if not name or number not in cells:
            continue
        if name not in sheet.by_name:
            raise ValidationError("Pilih kolom dari daftar.")
        if name in columns:
            raise ValidationError(f"“{sheet.by_name[name].title}” dipilih untuk dua kolom. Sisakan satu.")
        columns[name] = int(number)
    if not columns:
        raise ValidationError("Cocokkan sedikitnya satu kolom.")
    lacking = [sheet.by_name[name].title for name in matching.KNOWN_BY.get(sheet.key, ())[:1] if name not in columns]
    if lacking:
        raise ValidationError(f"Cocokkan kolom “{lacking[0]}”: dari situ baris dikenali.")
    return Match(sample["name"], heading, sheet.key, columns)


def lines_of(pages: Iterable[Page], match: Match, sheets: Iterable[Sheet]) -> Found:
    """The table's rows under the headings, as lines of the chosen section. Nothing in it is ours, so nothing is ever removed."""
    found = Found(ours=False)
    page = next((each for each in pages if each.name == match.page), None)
    sheet = next((each for each in sheets if each.key == match.section), None)
    if page is None or sheet is None or not set(match.columns) <= set(sheet.by_name):
        raise ValidationError("Pencocokan kolom ini tidak berlaku lagi. Cocokkan lagi kolomnya.")
    head = Heading(sheet, 0, match.columns, match.heading + 1)
    found.lines[sheet.key] = list(matching.lines_under(page, head))
    found.pages[sheet.key] = page.name
    return found
