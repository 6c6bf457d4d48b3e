"""Bound books, read back as a reader would."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from django.test import override_settings

from masterplan import matter
from masterplan.books import COMBINED, Content, FrontMatter
from tests.masterplan import sample
from tests.masterplan.conftest import Read, bindery, forget_bound

Reader = Callable[[str], Read]
LINE = re.compile(r"^(\d\.\d(?:\.\d)?|[A-Z]\.\d|Bab [IVX]+|Lampiran [A-Z]) (.+?) ([IVX]+-\d+|[A-Z]-\d+)$", re.MULTILINE)
LISTED = re.compile(r"^((?:Tabel|Gambar) \S+) (.+?) ([IVX]+-\d+|[A-Z]-\d+)$", re.MULTILINE)


def layout(book: Read, label: str) -> str:
    """Text of a page with its lines whole, as pdftotext sees it."""
    number = str(book.labels.index(label) + 1)
    done = subprocess.run(
        ["pdftotext", "-layout", "-f", number, "-l", number, str(book.path), "-"], capture_output=True, check=True
    )
    return re.sub(r" +", " ", re.sub(r"^ +", "", done.stdout.decode(), flags=re.MULTILINE))


def page_with(book: Read, words: str) -> str:
    """Label of the first page that holds these words."""
    return next(label for label, text in zip(book.labels, book.texts, strict=True) if words in text)


def test_front_matter_is_numbered_in_roman_and_chapters_by_their_numeral(read_book: Reader) -> None:
    book = read_book("buku-1")

    assert book.labels[:4] == ["Sampul 1", "Sampul 2", "i", "ii"]
    assert [label for label in book.labels if label.endswith("-1")] == ["I-1", "II-1", "III-1"]
    for label, text in zip(book.labels, book.texts, strict=True):
        if "-" in label and text.strip():  # a blank verso carries no number
            assert label in text.replace("\n", " ")


def test_every_chapter_starts_on_a_right_hand_page(read_book: Reader) -> None:
    for code in ("buku-1", "buku-2"):
        book = read_book(code)
        starts = [index for index, label in enumerate(book.labels) if label.endswith("-1")]
        assert starts
        assert all(index % 2 == 0 for index in starts)


@pytest.mark.parametrize("code", ["buku-1", "buku-2"])
def test_the_contents_name_the_page_on_which_each_heading_stands(read_book: Reader, code: str) -> None:
    book = read_book(code)
    found = LINE.findall(layout(book, page_with(book, "Daftar Isi")))

    assert len(found) >= 7
    for _, title, label in found:
        assert title.split()[0] in book.page(label), (title, label)


def test_the_contents_name_roman_pages_of_the_front_matter(read_book: Reader) -> None:
    book = read_book("buku-1")
    contents = layout(book, page_with(book, "Daftar Isi"))

    for title in ("Kata Pengantar", "Daftar Tabel", "Daftar Singkatan"):
        label = re.search(rf"^{title} ([ivx]+)$", contents, re.MULTILINE)
        assert label
        assert book.page(label[1]).strip().find(title) >= 0


def test_the_lists_of_tables_and_figures_name_their_pages(read_book: Reader) -> None:
    book = read_book("buku-1")
    tables = LISTED.findall(layout(book, page_with(book, "Daftar Tabel\n")))
    figures = LISTED.findall(layout(book, page_with(book, "Daftar Gambar\n")))

    assert [sign for sign, _, _ in (*tables, *figures)] == ["Tabel 3.1", "Gambar 3.1"]
    for sign, title, label in (*tables, *figures):
        assert sign in book.page(label)
        assert title.split()[0] in book.page(label)


def test_wide_tables_lie_on_turned_pages_with_their_head_on_each(read_book: Reader) -> None:
    book = read_book("buku-2")
    wide = [i for i, page in enumerate(book.reader.pages) if page.mediabox.width > page.mediabox.height]

    assert len(wide) >= 2
    for number in wide:
        assert "Anggaran (Rp juta)" in book.texts[number]
    assert "Tabel 1.1 (lanjutan)" not in book.texts[wide[0]]
    assert all("Tabel 1.1 (lanjutan)" in book.texts[number] for number in wide[1:])
    assert "(lanjutan)" not in book.texts[wide[-1] + 1]


def test_totals_stand_in_the_table_as_they_were_given(read_book: Reader) -> None:
    book = read_book("buku-2")
    table = next(block for block in sample.small().books[1].chapters[0].blocks if block.kind == "table")
    total = table.rows[-1].cells[-1]  # type: ignore[attr-defined]

    assert total in "".join(book.texts)


def test_references_are_written_as_numbers_and_lead_to_their_place(read_book: Reader) -> None:
    book = read_book("gabungan")
    text = book.page("III-1").replace("\n", " ")

    assert "Gambar 3.1, rinciannya pada Tabel 3.1, programnya pada Tabel 1.1" in text
    page = book.reader.pages[book.labels.index("III-1")]
    targets = {str(a.get_object()["/Dest"]) for a in page["/Annots"] if "/Dest" in a.get_object()}  # type: ignore[attr-defined]
    assert {"buku-1.kesiapan.2", "buku-1.kesiapan.3", "buku-2.aksi.2"} <= targets


def test_all_links_inside_the_book_lead_somewhere_and_only_safe_ones_lead_out(read_book: Reader) -> None:
    book = read_book("gabungan")
    names = book.reader.named_destinations
    inside: list[str] = []
    outside: list[str] = []
    for page in book.reader.pages:
        for annotation in page.get("/Annots") or []:  # type: ignore[attr-defined]
            link = annotation.get_object()
            (inside if "/Dest" in link else outside).append(str(link.get("/Dest") or link["/A"]["/URI"]))

    assert len(inside) > 20
    assert set(inside) <= set(names)
    assert outside == ["https://example.go.id/"]


def test_the_outline_holds_books_chapters_and_sections(read_book: Reader) -> None:
    def titles(items: Any) -> list[str]:
        return [title for item in items for title in (titles(item) if isinstance(item, list) else [str(item.title)])]  # type: ignore[attr-defined]

    found = titles(read_book("gabungan").reader.outline)

    assert "Bab III Analisis Kesiapan" in found
    assert "Lampiran A Surat Keputusan" in found
    assert any(title.startswith("3.1 Indeks") for title in found)


def test_empty_parts_say_that_they_are_not_filled_in(read_book: Reader) -> None:
    text = read_book("buku-2").page("III-1")

    assert text.count("Belum diisi") == 3
    assert "Diisi pada: Tahap III" in text


def test_the_file_names_its_title_author_and_language(read_book: Reader) -> None:
    with pikepdf.open(read_book("buku-1").path) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Buku 1 – Analisis Strategis Kota Contoh"
        assert str(pdf.docinfo["/Author"]) == "Pemerintah Kota Contoh"
        assert str(pdf.Root.Lang) == "id-ID"
        assert pdf.check_pdf_syntax() == []


def test_the_same_content_gives_the_same_bytes(read_book: Reader, media: Path, tmp_path: Path) -> None:
    first = read_book("buku-1").path.read_bytes()
    forget_bound(media)
    bindery(Content.from_json(sample.small().to_json())).bind("buku-1", tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == first

    one = sorted((media / "units").glob("*/*.pdf"))[0]
    content = sample.small()
    book, chapter = content.books[0], content.books[0].chapters[0]
    with override_settings(MEDIA_ROOT=tmp_path):
        fresh = bindery(Content(content.edition, (book.__class__("buku-1", 1, book.title, book.running, (chapter,)),)))
        path = fresh.rendered["buku-1"]["pendahuluan"][0].path
    assert path.read_bytes() == (media / path.relative_to(tmp_path)).read_bytes()
    assert one.exists()


def test_a_draft_says_so_on_every_page_and_a_final_book_nowhere(read_book: Reader, media: Path, tmp_path: Path) -> None:
    draft = read_book("buku-1")
    assert all(
        "DRAF" in text
        for label, text in zip(draft.labels, draft.texts, strict=True)
        if text.strip() and label != "Sampul 2"
    )

    bindery(Content.from_json(sample.small(draft=False, version="Edisi 1").to_json())).bind(
        "buku-1", tmp_path / "final.pdf"
    )
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "final.pdf").pages]
    assert not any("DRAF" in page for page in pages)
    assert "Edisi 1 · 9 Agustus 2022" in pages[2]


def test_the_combined_file_lists_the_abbreviations_of_all_books_by_letter() -> None:
    small = sample.small()
    books = [
        replace(book, front=(FrontMatter("abbreviations", "Daftar Singkatan", pairs=pairs),))
        for book, pairs in zip(
            small.books,
            (
                (("DPRD", "Dewan Perwakilan Rakyat Daerah"),),
                (("Dinkes", "Dinas Kesehatan"), ("OPD", "Perangkat Daerah")),
            ),
            strict=False,
        )
    ]
    front = matter.whole(replace(small, books=tuple(books)), COMBINED).front

    assert [short for short, _ in front[0].pairs] == ["Dinkes", "DPRD", "OPD"]
