"""A Word file and the PDF of the same book, counted the same way: headings, captions, tables; and opened by LibreOffice."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn

from benchmarks import equal
from masterplan.books import COMBINED, Book, Content
from masterplan.numbering import entries


def books_of(content: Content, code: str) -> list[Book]:
    return [book for book in content.books if code in (book.code, COMBINED)]


def styled(path: Path, name: str) -> list[str]:
    return [each.text for each in Document(str(path)).paragraphs if each.style and each.style.name == name]


def headings(path: Path) -> int:
    return sum(len(styled(path, f"Heading {level}")) for level in (1, 2, 3))


def printed_headings(pdf: Path, content: Content, code: str) -> int:
    """Bookmarks of the PDF, covers left out."""
    with pikepdf.open(pdf) as book, book.open_outline() as outline:
        marks = sum(1 for item in outline.root for _ in _below(item))
    return marks - (1 if code != COMBINED else 1 + len(content.books))


def _below(item: pikepdf.OutlineItem) -> Iterator[pikepdf.OutlineItem]:
    yield item
    for each in item.children:
        yield from _below(each)


def captions(path: Path) -> list[str]:
    """ "Tabel 3.1" of each caption, in order."""
    return [text.split("  ")[0] for text in styled(path, "Caption")]


def printed_captions(pdf: Path, content: Content, code: str) -> list[str]:
    """The same of the PDF: each has a place there, and its words stand on the page of that place."""
    words = equal.words(pdf)
    with pikepdf.open(pdf) as book:
        places = equal.places(book)
    found = []
    for entry in (entry for book in books_of(content, code) for entry in entries(book)):
        if entry.kind in ("table", "figure") and entry.anchor in places:
            page = words[places[entry.anchor][0]]
            found += [entry.label] if all(page[word] for word in entry.label.split()) else []
    return found


def tables(path: Path) -> int:
    """Tables with a caption and a head that is repeated."""
    return sum(
        table._tbl.tr_lst[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        and table._tbl.tblPr.find(qn("w:tblDescription")) is not None
        for table in Document(str(path)).tables
    )


def printed_tables(pdf: Path) -> int:
    """Tables of the PDF with a head over their columns. One that goes on over pages is a table on each, and says so at its head."""
    with pikepdf.open(pdf) as book:
        heads = sum(_heads(book.Root.StructTreeRoot.K[0]))
    return heads - sum(page["(lanjutan)"] for page in equal.words(pdf))


def _heads(element: Any) -> Iterator[bool]:
    kids = [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    if str(element.get("/S")) == "/Table":
        yield any(str(kid.S) == "/THead" for kid in kids)
    for kid in kids:
        yield from _heads(kid)


def opened(path: Path, folder: Path) -> str:
    """What LibreOffice prints of it. The test is skipped where there is no LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice (LibreOffice) tidak terpasang: berkas Word tidak dicoba dibuka")
    home = f"-env:UserInstallation=file://{folder}/office"
    done = subprocess.run(
        ["nice", "-n", "15", office, home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)],
        capture_output=True, timeout=900, check=False,
    )  # fmt: skip
    target = folder / f"{path.stem}.pdf"
    if not target.exists() and b"could not be loaded" in done.stderr + done.stdout:
        pytest.skip("LibreOffice terpasang tanpa Writer: berkas Word tidak dicoba dibuka")
    return subprocess.run(["pdftotext", "-raw", target, "-"], capture_output=True, check=True).stdout.decode()
