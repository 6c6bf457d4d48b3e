"""Word files: the same headings, captions and tables as the PDF, made by the same job, opened by LibreOffice."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from docx import Document
from docx.oxml.ns import qn

from accounts.models import User
from bimtek.models import Plan
from masterplan import papers, word
from masterplan.blocks import Table
from masterplan.books import Content
from regions.models import Region
from tests.masterplan import sample, word_files
from tests.masterplan.conftest import Printer, Read

WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
BOOKS = ("buku-1", "buku-2", "gabungan")


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.from_json(sample.small().to_json())


@pytest.fixture(scope="module")
def written(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("word")

    def write(code: str) -> Path:
        target = folder / f"{code}.docx"
        if not target.exists():
            papers.make(f"{code}-word", content.to_json(), {}, target, when=WHEN)
        return target

    return write


@pytest.mark.slow
@pytest.mark.parametrize("code", BOOKS)
def test_headings_captions_and_tables_are_counted_like_those_of_the_pdf(
    written: Callable[[str], Path], read_book: Callable[[str], Read], content: Content, code: str
) -> None:
    path, pdf = written(code), read_book(code).path
    filled = [
        block
        for book in word_files.books_of(content, code)
        for chapter in book.chapters
        for block in chapter.blocks
        if isinstance(block, Table) and block.rows
    ]

    assert word_files.headings(path) == word_files.printed_headings(pdf, content, code) > 5
    assert word_files.captions(path) == word_files.printed_captions(pdf, content, code) != []
    assert word_files.tables(path) == word_files.printed_tables(pdf) == len(filled) > 0


def test_numbers_of_captions_are_fields_and_heads_of_tables_repeat(written: Callable[[str], Path]) -> None:
    body = Document(str(written("gabungan"))).element.body
    codes = [code.text.strip() for code in body.iter(qn("w:instrText"))]

    assert {"SEQ Tabel_buku_1_3 \\* ARABIC", "SEQ Tabel_buku_2_1 \\* ARABIC", "SEQ Gambar_buku_1_3 \\* ARABIC"} <= set(
        codes
    )
    assert any(code.startswith("TOC ") for code in codes)
    anchors = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    linked = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))}
    assert linked
    assert linked <= anchors


def test_wide_tables_lie_on_turned_pages_and_chapters_begin_with_page_one(written: Callable[[str], Path]) -> None:
    document = Document(str(written("buku-2")))
    turned = [section for section in document.sections if int(section.page_width or 0) > int(section.page_height or 0)]
    starts = [section._sectPr.find(qn("w:pgNumType")) for section in document.sections]

    assert len(turned) == 1
    assert (
        sum(start is not None and start.get(qn("w:start")) == "1" for start in starts) == 5
    )  # front and four chapters
    assert "I-" in document.sections[2].footer.paragraphs[0].text


def test_pictures_say_what_they_show_and_the_file_says_where_to_edit(written: Callable[[str], Path]) -> None:
    document = Document(str(written("buku-1")))
    pictures = list(document.element.body.iter(qn("wp:docPr")))

    assert [picture.get("descr") for picture in pictures] == ["Satu batang."]
    assert word.EDITING in [paragraph.text for paragraph in document.paragraphs]
    assert document.core_properties.comments == word.EDITING
    assert document.core_properties.language == "id-ID"


def test_the_same_book_is_the_same_file(content: Content, written: Callable[[str], Path], tmp_path: Path) -> None:
    papers.make("buku-1-word", content.to_json(), {}, tmp_path / "again.docx", when=WHEN)

    assert (tmp_path / "again.docx").read_bytes() == written("buku-1").read_bytes()


def test_text_that_xml_cannot_hold_does_not_break_the_file(content: Content, tmp_path: Path) -> None:
    from dataclasses import replace

    from masterplan.blocks import Paragraph, Prose

    blocks = (
        Paragraph("Tanda \x0b dan <b> & “kutip”"),
        Prose(
            "<p>a<br>b</p><table><tr><td colspan='3'>c</td></tr><tr><td>d</td></tr></table><ol><li>e<ul><li>f</li></ul></li></ol>"
        ),
    )
    chapter = replace(content.books[0].chapters[0], blocks=blocks)
    book = replace(content.books[0], chapters=(chapter,), front=())
    word.write(content, [book], "Uji", {}, tmp_path / "x.docx", when=WHEN)

    text = "\n".join(paragraph.text for paragraph in Document(str(tmp_path / "x.docx")).paragraphs)
    assert "Tanda  dan <b> & “kutip”" in text
    assert "a\nb" in text
    assert len(Document(str(tmp_path / "x.docx")).tables[0].columns) == 3


@pytest.mark.django_db
def test_a_word_file_is_asked_for_and_downloaded_like_a_book(
    printed: Printer, content: Content, plan: Plan, region: Region, writer: User, client: Client
) -> None:
    book_print = printed(content, ("buku-1-word",))
    made = book_print.finished.get()
    client.force_login(writer)
    answer = client.get(f"/daerah/{region.slug}/{plan.enrolment.cohort.year}/buku/unduh/{made.pk}/")

    assert (made.name.endswith("-draf.docx"), made.pages, book_print.units.count()) == (True, 0, 0)
    assert answer["Content-Type"] == papers.DOCX
    with zipfile.ZipFile(__import__("io").BytesIO(b"".join(answer.streaming_content))) as archive:  # type: ignore[attr-defined]
        assert archive.testzip() is None


@pytest.mark.slow
@pytest.mark.parametrize("code", BOOKS)
def test_libreoffice_opens_it(written: Callable[[str], Path], tmp_path: Path, code: str) -> None:
    text = " ".join(word_files.opened(written(code), tmp_path).split())

    for caption in word_files.captions(written(code)):
        assert caption in text
    assert "Ctrl+A" in text
