"""From content to bound books, read back as a reader would."""

import re
from pathlib import Path

import pikepdf
import pytest

from masterplan import issuing
from masterplan.models import BookPrint
from tests.masterplan import sample
from tests.masterplan.conftest import Printer

LABEL = re.compile(r"[IVX]+-\d+|[A-Z]-\d+")


def path_of(book_print: BookPrint, code: str, media: Path) -> Path:
    return media / book_print.finished.get(book=code).path


@pytest.fixture
def books(printed: Printer) -> BookPrint:
    book_print = printed(sample.content(1))
    assert issuing.progress(book_print).state == "done", issuing.progress(book_print).failures
    return book_print


def test_three_books_and_the_combined_file_come_out(books: BookPrint, media: Path) -> None:
    assert sorted(books.finished.values_list("book", flat=True)) == ["buku-1", "buku-2", "buku-3", "gabungan"]
    for book in books.finished.all():
        with pikepdf.open(media / book.path) as pdf:
            assert len(pdf.pages) == book.pages
