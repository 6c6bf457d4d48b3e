"""What is made to choke the press: refused where it is typed, with a sentence, or printed right within its bound."""

import io
import re
import time
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from django.core.exceptions import ValidationError

from bimtek import richtext
from masterplan import cutting
from masterplan.blocks import Block, Column, Paragraph, Prose, Table, TableRow
from masterplan.books import Book, Chapter
from masterplan.canonical import canonical
from masterplan.sheets import sheet
from regions.jobs import Failure

SECONDS = 120  # for one sheet on a loaded machine; a quiet one takes two or three
WIDE = (Column("No", share=1), Column("Isi", share=6))


def printed(*blocks: Block) -> list[str]:
    """The text of the pages of a sheet, printed within the bound."""
    begun = time.monotonic()
    pdf = sheet("Uji", blocks)
    assert time.monotonic() - begun < SECONDS
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


REFUSED: dict[str, tuple[Callable[[str], str], str]] = {
    "a word of 20,000 letters": (richtext.clean, f"<p>{'a' * 20_000}</p>"),
    "a word of 20,000 letters in a cell": (richtext.clean_text, "a" * 20_000),
    "100,000 line breaks": (richtext.clean, "<p>" + "<br>" * 100_000 + "x</p>"),
    "300 levels of quotation": (richtext.clean, "<blockquote>" * 300 + "x" + "</blockquote>" * 300),
    "300 levels of lists": (richtext.clean, "<ul><li>" * 300 + "x" + "</li></ul>" * 300),
    "a tower of marks": (richtext.clean, "<p>a" + "\u0301" * 200 + "</p>"),
    "a tower of marks in a cell": (richtext.clean_text, "a" + "\u0301" * 200),
    "a cell over 5,000 columns": (richtext.clean, '<table><tr><td colspan="5000">x</td></tr></table>'),
}


@pytest.mark.parametrize("bomb", REFUSED)
def test_a_bomb_is_refused_where_it_is_typed_at_once_and_with_a_sentence(bomb: str) -> None:
    clean, text = REFUSED[bomb]
    begun = time.monotonic()

    with pytest.raises(ValidationError) as refusal:
        clean(text)
    assert time.monotonic() - begun < 5
    assert re.fullmatch(r"[A-Z].+[.]", " ".join(refusal.value.messages))


@pytest.mark.slow
def test_a_word_of_20000_letters_that_was_stored_before_the_limit_prints_every_letter(media: Path) -> None:
    text = "".join(printed(Table("Kata", WIDE, (TableRow(("1", "a" * 20_000)),))))

    assert text.count("a") >= 20_000


def test_the_most_that_the_form_lets_through_prints(media: Path) -> None:
    deep = "<blockquote>" * 18 + "<p>dasar</p>" + "</blockquote>" * 18
    breaks = "<p>" + "baris<br>" * 1_500 + "akhir</p>"
    marks = "<p>a" + "\u0301" * 2 + " selesai</p>"
    text = "\n".join(printed(*(Prose(richtext.clean(html)) for html in (deep, breaks, marks))))

    assert "dasar" in text
    assert text.count("baris") == 1_500
    assert "akhir" in text
    assert "selesai" in text


@pytest.mark.parametrize(
    "words", ["ꦧꦠꦩ꧀", "ᬩᬢᬫ᭄", "ᨅᨈ", "é ü ñ ş"], ids=["Javanese", "Balinese", "Buginese", "Latin with marks"]
)
def test_a_script_that_the_fonts_hold_prints_without_a_box(media: Path, words: str) -> None:
    assert printed(Paragraph(words))


@pytest.mark.parametrize("words", ["مدينة", "漢字", "👩‍👩‍👧‍👦"], ids=["Arabic", "CJK", "emoji"])
def test_a_script_that_no_font_holds_is_named_instead_of_printed_as_boxes(media: Path, words: str) -> None:
    with pytest.raises(Failure, match=r"memuat huruf yang tidak dapat dicetak: .+ \(U\+[0-9A-F]{4,6}\)"):
        sheet("Uji", [Paragraph(f"Nama {words}")])


def test_a_table_of_3000_rows_is_cut_into_units_that_hold_every_row_once() -> None:
    rows = tuple(
        TableRow((str(number), f"Baris ke-{number} dengan keterangan yang cukup panjang.")) for number in range(3_000)
    )
    chapter = Chapter("a", 1, "Tabel", (Table("Panjang", WIDE, rows, source="Uji"),))
    found = cutting.pieces(Book("b", 1, "B", "B", (chapter,)), chapter)
    tables = [item for piece in found for item in piece.items]
    longest = max(len(canonical(item.block)) for item in tables)

    assert [row for item in tables for row in item.block.rows] == list(rows)  # type: ignore[attr-defined]
    assert len(found) == len(tables) > 4
    assert [item.continued for item in tables] == [False, *[True] * (len(tables) - 1)]
    assert [item.goes_on for item in tables] == [*[True] * (len(tables) - 1), False]
    assert longest < cutting.ROWS * 1.2
    assert {item.block.source for item in tables[:-1]} == {""}  # type: ignore[attr-defined]
