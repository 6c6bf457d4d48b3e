"""Asks the child process (bimtek.exchange.reader) for what a workbook holds; here only its small answer is read."""

import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

READER = Path(__file__).with_name("reader.py")
SECONDS = 40
MAX_ANSWER = 60 * 1024 * 1024
MAX_BYTES = 10 * 1024 * 1024
REFUSALS = {
    "not_workbook": "Berkas ini bukan buku kerja Excel (.xlsx). Buka di Excel atau LibreOffice, lalu simpan sebagai .xlsx.",
    "old": "Berkas ini berformat Excel lama (.xls). Buka, pilih Simpan Sebagai, lalu pilih Excel Workbook (.xlsx).",
    "encrypted": "Buku kerja ini terkunci kata sandi. Simpan tanpa kata sandi, lalu unggah lagi.",
    "macros": "Buku kerja ini memuat makro. Simpan sebagai .xlsx tanpa makro, lalu unggah lagi.",
    "dtd": "Buku kerja ini tidak disusun oleh Excel atau LibreOffice dan tidak dibaca. Simpan ulang di Excel, lalu unggah lagi.",
    "too_big": "Buku kerja ini terlalu besar untuk dibaca. Sisakan lembar yang perlu saja, lalu unggah lagi.",
    "too_many_rows": "Ada lembar dengan lebih dari 20.000 baris. Pecah atau hapus baris yang tidak perlu, lalu unggah lagi.",
    "too_wide": "Ada lembar dengan isi di luar 200 kolom pertama. Hapus kolom yang tidak perlu, lalu unggah lagi.",
    "broken": "Buku kerja ini rusak atau tidak lengkap. Buka dan simpan ulang di komputer Anda, lalu unggah lagi.",
}

Value = str | int | float | bool | datetime.datetime


@dataclass(frozen=True)
class Page:
    """One sheet as read: rows by their number, cells by their column's number (both from 1)."""

    name: str
    hidden: bool
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    lost: frozenset[tuple[int, int]] = frozenset()
    """Formulas whose result is not in the file."""


def read(source: Path) -> list[Page]:
    """The sheets of a workbook on disk. ValidationError, as a sentence, when it cannot be read or goes over a limit."""
    with tempfile.TemporaryDirectory(prefix="smartcity-excel-") as folder:
        target = Path(folder, "out.json")
        _ask("read", source, target)
        if target.stat().st_size > MAX_ANSWER:
            raise ValidationError(REFUSALS["too_big"], code="too_big")
        found = json.loads(target.read_bytes())
    return [_page(each) for each in found["sheets"]]


def annotate(source: Path, notes: Mapping[str, Mapping[str, str]]) -> bytes:
    """The same workbook with notes in its cells: {sheet name: {"B7": "words"}}."""
    with tempfile.TemporaryDirectory(prefix="smartcity-excel-") as folder:
        target, words = Path(folder, "out.xlsx"), Path(folder, "notes.json")
        words.write_text(json.dumps(notes))
        _ask("annotate", source, target, words)
        return target.read_bytes()


def _ask(deed: str, *paths: Path) -> None:
    command = [sys.executable, "-I", str(READER), deed, *map(str, paths)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=SECONDS, env={}, check=False)
        verdict = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise ValidationError(REFUSALS["too_big"], code="too_big") from error
    if not verdict["ok"]:
        raise ValidationError(REFUSALS[verdict["why"]], code=verdict["why"])


def _page(found: Mapping[str, Any]) -> Page:
    rows = {number: {column: _value(value) for column, value in cells} for number, cells in found["rows"]}
    for number, _ in found["lost"]:
        rows.setdefault(number, {})
    for area in found["merged"]:
        _fill(rows, area)
    return Page(found["name"], found["hidden"], rows, frozenset((row, column) for row, column in found["lost"]))


def _value(value: Any) -> Value:
    return datetime.datetime.fromisoformat(value["d"]) if isinstance(value, dict) else value


def _fill(rows: dict[int, dict[int, Value]], area: str) -> None:
    """A merged cell says its value once and means it for every row it covers; the first column (the key) never spreads."""
    top, left, bottom, right = corners(area)
    if (value := rows.get(top, {}).get(left)) is None or left == 1 or left != right:
        return
    for number in range(top + 1, min(bottom, top + 2000) + 1):
        if number in rows:
            rows[number].setdefault(left, value)


def corners(area: str) -> tuple[int, int, int, int]:
    """'B3:C5' → (3, 2, 5, 3): top, left, bottom, right."""
    start, _, end = area.partition(":")
    (top, left), (bottom, right) = _place(start), _place(end or start)
    return top, left, bottom, right


def _place(cell: str) -> tuple[int, int]:
    letters = cell.strip("0123456789$")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]), column


def cell_name(row: int, column: int) -> str:
    """(7, 2) → 'B7'."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
