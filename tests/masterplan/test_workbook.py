"""The workbook that goes along in a PDF: what the book says, as numbers, and nothing more."""

import io
import json
from collections.abc import Callable

import openpyxl
import pikepdf
import pytest

from masterplan import archival, workbook
from masterplan.blocks import Facts, Heading, Table
from masterplan.books import Content
from masterplan.canonical import canonical
from tests.masterplan import sample
from tests.masterplan.conftest import Read


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.from_json(sample.small().to_json())


def opened(content: Content) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.build(content)))


def test_every_table_of_the_books_is_on_the_sheet_of_its_chapter(content: Content) -> None:
    book = opened(content)
    listed = [row[2] for row in book["Daftar"].iter_rows(min_row=4, values_only=True)]
    tables = [
        block
        for each in content.books
        for chapter in each.chapters
        for block in chapter.blocks
        if isinstance(block, Table)
    ]

    assert [table.caption for table in tables] == [caption for caption in listed if caption != "Quick win"]
    sheet = book["B2 I Rencana Aksi Smart Governa"]
    assert sheet["A1"].value.startswith("Tabel 1.1 ")


def test_figures_are_numbers_and_words_that_look_like_formulas_are_words(content: Content) -> None:
    from dataclasses import replace

    table = next(block for block in content.books[1].chapters[0].blocks if isinstance(block, Table))
    first = replace(table.rows[1], cells=("=1+1", *table.rows[1].cells[1:]))
    chapter = replace(content.books[1].chapters[0], blocks=(Heading(2, "x"), replace(table, rows=(first,))))
    book = opened(replace(content, books=(replace(content.books[1], chapters=(chapter,)),)))
    cells = next(iter(book[book.sheetnames[-1]].iter_rows(min_row=3, max_row=3)))

    assert (cells[0].value, cells[0].data_type) == ("=1+1", "s")
    assert cells[-1].value == int(table.rows[1].cells[-1].replace(".", ""))


def test_programmes_and_quick_wins_have_a_row_each(content: Content) -> None:
    from dataclasses import replace

    card = (Heading(4, "SG-1.01 Satu pintu"), Facts((("Manfaat", "Cepat"), ("OPD", "Diskominfo")), dense=True))
    chapter = replace(content.books[0].chapters[0], blocks=card)
    book = opened(replace(content, books=(replace(content.books[0], chapters=(chapter,)), content.books[1])))

    assert [cell.value for cell in book["Program"][2]] == ["SG-1.01", "Satu pintu", "Cepat", "Diskominfo"]
    assert book["Quick win"].max_row == 3


def test_the_same_content_is_the_same_workbook(content: Content) -> None:
    assert workbook.build(content) == workbook.from_json(canonical(content).encode())


def test_the_pdf_carries_the_content_as_json_and_as_a_workbook(
    read_book: Callable[[str], Read], content: Content
) -> None:
    with pikepdf.open(read_book("buku-1").path) as book:
        files = {name: book.attachments[name].get_file().read_bytes() for name in book.attachments}
        kinds = [str(each.AFRelationship) for each in book.Root.AF]

    assert sorted(files) == archival.ATTACHED == sorted(archival.ATTACHED)
    assert json.loads(files["isi.json"]) == json.loads(canonical(content))
    assert files["isi.xlsx"] == workbook.build(content)
    assert kinds == ["/Data", "/Data"]
