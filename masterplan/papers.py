"""What is made of a plan besides its bound books: a poster, slides, and each book as a Word file. Asked for, frozen and kept like books.

A paper's code stands beside the books' codes in BookPrint.books: "buku-1-word".
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from masterplan import binding, charts, colours, gate, linking, pages, units, word
from masterplan.blocks import Figure, Gallery, Image
from masterplan.books import COMBINED, Book, Content
from masterplan.canonical import canonical, digest
from masterplan.decks import CODES, POSTER, SHEETS, SLIDES, Deck
from masterplan.units import Asset, GoingOn, nobody_asks
from regions.jobs import Failure

WORD = "-word"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {".pdf": "application/pdf", ".docx": DOCX}
OFFERED = (  # code, name, what it is, the deed
    (POSTER, "Poster peta jalan", "Satu lembar A3: peta jalan, anggaran, dan quick win.", "Cetak poster"),
    (SLIDES, "Paparan akhir", "Salindia 16:9 dari isi rencana, sekitar lima belas halaman.", "Buat salindia"),
    (
        SHEETS,
        "Infografis dimensi",
        "Satu halaman A4 untuk tiap dimensi: visi, angka, peta jalan, dan quick win.",
        "Cetak infografis",
    ),
)
Files = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Made:
    """A finished file: what it is called, its ending, and its pages where it has any."""

    title: str
    suffix: str
    pages: int = 0


def codes(books: Iterable[Book]) -> list[str]:
    """Codes of all papers that these books allow."""
    return [*CODES, *(f"{code}{WORD}" for code in (*(book.code for book in books), COMBINED))]


def is_paper(code: str) -> bool:
    return code in CODES or code.endswith(WORD)


def make(
    code: str,
    frozen: Mapping[str, Any],
    files: Files,
    target: Path,
    *,
    when: datetime.datetime,
    going_on: GoingOn = nobody_asks,
) -> Made:
    """Writes the paper to `target`. frozen: BookPrint.content; when: the moment of the request, which a Word file tells."""
    content = Content.from_json(frozen)
    if code.endswith(WORD):
        return _word(code.removesuffix(WORD), content, files, target, when)
    deck = next(Deck.from_json(each) for each in frozen["decks"] if each["code"] == code)
    return _deck(content, deck, files, target, going_on)


def _word(chosen: str, content: Content, files: Files, target: Path, when: datetime.datetime) -> Made:
    books = list(content.books) if chosen == COMBINED else [book for book in content.books if book.code == chosen]
    edition = content.edition
    title = (
        f"{edition.title} {edition.period}"
        if chosen == COMBINED
        else f"Buku {books[0].number} – {books[0].title} {edition.region}"
    )
    word.write(content, books, title, pictures(content, books, files), target, when=when)
    return Made(f"{title} (Word)", ".docx")


def _deck(content: Content, deck: Deck, files: Files, target: Path, going_on: GoingOn) -> Made:
    """One unit, bound alone: tagged, described and looked at like a book."""
    edition = content.edition
    html = pages.deck_html(edition, deck, colours.accent(edition.accent))
    assets = {
        pages.chart_name(each): Asset("image/svg+xml", data=charts.svg(each.chart).encode())
        for each in deck.blocks
        if isinstance(each, Figure)
    }
    if edition.emblem:
        assets[edition.emblem] = _uploaded(edition.emblem, files)
    unit = units.render(
        digest([units.fingerprint(), html, files.get(edition.emblem, {})]),
        html,
        assets,
        name=deck.title,
        going_on=going_on,
    )
    part = binding.Part(unit, deck.title, f"{deck.code}.end", stamped=False)
    data = canonical(content).encode()
    bound = linking.bind([part], None, target, title=deck.title, edition=edition, data=data)
    gate.check(bound)
    return Made(deck.title, ".pdf", bound.pages)


def _uploaded(file: str, files: Files) -> Asset:
    if file not in files:
        raise Failure("Sebuah gambar pada isi sudah dihapus. Minta cetak lagi dengan isi terbaru.")
    return Asset(files[file]["type"], path=str(settings.MEDIA_ROOT / files[file]["path"]))


def pictures(content: Content, books: list[Book], files: Files) -> dict[str, Asset]:
    """All that the books show: uploaded pictures by id, charts as PNG by the name that pages know them by."""
    blocks = [block for book in books for chapter in book.chapters for block in chapter.blocks]
    blocks += [block for book in books for part in book.front for block in part.blocks]
    wanted = {block.file for block in blocks if isinstance(block, Image)} | {content.edition.emblem} - {""}
    wanted |= {file for block in blocks if isinstance(block, Gallery) for file, _ in block.photos}
    found = {file: _uploaded(file, files) for file in sorted(wanted)}
    for block in blocks:
        if isinstance(block, Figure):
            found[pages.chart_name(block)] = Asset("image/png", data=charts.png(block.chart))
    return found
