"""Whole books through the real press that are too slow for every day: of an empty plan, and with one table of 3,000 rows."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from bimtek.framework import framework
from bimtek.models import Plan
from masterplan import gate, units
from masterplan.blocks import Block, Column, Table, TableRow
from masterplan.books import Book, Chapter, Content
from masterplan.compose import compose_books
from tests.masterplan import sample
from tests.masterplan.conftest import Printer, bindery
from tests.masterplan.reading import TODAY

pytestmark = pytest.mark.django_db
SECONDS = 1_200  # on a loaded machine; a quiet one takes a minute
MEGABYTES = 500  # of any one press


def words(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def peaks() -> list[int]:
    """Megabytes at the peak of every press that made something in the store."""
    return [json.loads(path.read_text())["megabytes"] for path in units.store().rglob("*.json")]


def test_every_book_of_an_empty_plan_is_printed_and_says_what_is_missing(printed: Printer, plan: Plan) -> None:
    begun = time.monotonic()
    book_print = printed(compose_books(plan, today=TODAY), ("buku-1", "buku-2", "buku-3", "gabungan"))

    found = {book.book: words(units.store().parent / book.path) for book in book_print.finished.all()}
    assert sorted(found) == sorted(book.code for book in framework(plan.framework).books)
    for code, text in found.items():
        assert text.count("Belum diisi") > 10, code
        assert "Diisi pada: Tahap I" in text
        assert "{" not in text
    assert time.monotonic() - begun < SECONDS
    assert max(peaks()) < MEGABYTES


def test_a_table_of_3000_rows_prints_every_row_once_within_its_bounds(media: Path, tmp_path: Path) -> None:
    marks = [f"baris{number:04}" for number in range(3_000)]
    rows = tuple(
        TableRow(
            (str(n), f"{mark} dengan keterangan yang cukup panjang untuk dua baris pada kolomnya, seperti di daerah.")
        )
        for n, mark in enumerate(marks)
    )
    blocks: tuple[Block, ...] = (
        Table("Daftar panjang", (Column("No", "right", 1), Column("Isi", "left", 6)), rows, source="Uji"),
    )
    chapter = Chapter("panjang", 1, "Tabel Panjang", blocks)
    content = Content(sample.edition(draft=False), (Book("buku-1", 1, "Uji", "BUKU 1", (chapter,)),))
    before, begun = set(units.store().rglob("*.json")), time.monotonic()
    _, bound = bindery(content).bind("buku-1", tmp_path / "book.pdf")
    gate.check(bound)

    text = words(tmp_path / "book.pdf")
    assert [mark for mark in marks if text.count(mark) != 1] == []
    assert text.count("lanjutan") > 20
    assert time.monotonic() - begun < SECONDS
    mine = [json.loads(path.read_text()) for path in set(units.store().rglob("*.json")) - before]
    assert sum(each["pages"] for each in mine) > 60
    assert max(each["megabytes"] for each in mine) < MEGABYTES
