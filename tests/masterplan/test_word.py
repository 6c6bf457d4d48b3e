"""Word files: the same headings, captions and tables as the PDF, made by the same job, opened by LibreOffice."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from django.test import Client
from docx import Document
from docx.oxml.ns import qn

from accounts.models import User
from bimtek.models import Plan
from masterplan import papers, word
from masterplan.blocks import Content, Table
from masterplan.numbering import entries
from regions.models import Region
from tests.masterplan import sample
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


def styled(path: Path, name: str) -> list[str]:
    return [each.text for each in Document(str(path)).paragraphs if each.style and each.style.name == name]


def outline_levels(book: Read) -> list[int]:
    """Levels of the PDF's bookmarks, covers left out."""

    def walk(items: Any, level: int = 1) -> list[int]:
        found = []
        for item in items:
            found += walk(item, level + 1) if isinstance(item, list) else [level]
        return found

    return walk(book.reader.outline)


@pytest.mark.slow
@pytest.mark.parametrize("code", BOOKS)
def test_headings_are_counted_like_the_bookmarks_of_the_pdf(
    written: Callable[[str], Path], read_book: Callable[[str], Read], content: Content, code: str
) -> None:
    headings = [len(styled(written(code), f"Heading {level}")) for level in (1, 2, 3)]
    covers = 1 if code != "gabungan" else 1 + len(content.books)

    assert min(headings[:2]) > 0
    assert sum(headings) == len(outline_levels(read_book(code))) - covers


@pytest.mark.parametrize("code", BOOKS)
def test_captions_and_tables_are_counted_like_the_pdf(
    written: Callable[[str], Path], read_book: Callable[[str], Read], content: Content, code: str
) -> None:
    books = [book for book in content.books if code in (book.code, "gabungan")]
    wanted = {
        entry.anchor: entry.label for book in books for entry in entries(book) if entry.kind in ("table", "figure")
    }
    with pikepdf.open(read_book(code).path) as pdf:
        printed = {str(name) for name in list(pdf.Root.Names.Dests.Names)[::2]}
        heads = sum(_heads(pdf.Root.StructTreeRoot.K[0]))
    captions = [text.split("  ")[0] for text in styled(written(code), "Caption")]
    tables = Document(str(written(code))).tables

    assert captions == [label for anchor, label in wanted.items() if anchor in printed]
    assert len(captions) == len(wanted) > 1
    filled = [
        block
        for book in books
        for chapter in book.chapters
        for block in chapter.blocks
        if isinstance(block, Table) and block.rows
    ]
    headed = [table for table in tables if table._tbl.tr_lst[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
    captioned = [table for table in headed if table._tbl.tblPr.find(qn("w:tblDescription")) is not None]
    assert len(captioned) == len(filled)
    assert heads >= len(filled)


def _heads(element: Any) -> Any:
    """True for each table of the PDF that has a head over its columns; one that goes on over pages counts on each."""
    kids = [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    if str(element.get("/S")) == "/Table":
        yield any(str(kid.S) == "/THead" for kid in kids)
    for kid in kids:
        yield from _heads(kid)


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
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice (LibreOffice) tidak terpasang: berkas Word tidak dicoba dibuka")
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    done = subprocess.run(
        ["nice", "-n", "15", office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(written(code))],
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    target = tmp_path / f"{code}.pdf"
    if not target.exists() and b"could not be loaded" in done.stderr + done.stdout:
        pytest.skip("LibreOffice terpasang tanpa Writer: berkas Word tidak dicoba dibuka")

    text = " ".join(page.extract_text() for page in pypdf.PdfReader(target).pages)
    for caption in styled(written(code), "Caption"):
        assert caption.split("  ")[0] in text
    assert "Ctrl+A" in text
