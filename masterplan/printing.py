"""What the two kinds of job do: render one chapter of a print, and bind its books. Both may run twice or be cut in half."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.text import slugify

from masterplan import archival, comparing, cutting, keeping, matter, packing, pages, papers, units
from masterplan.assets import assets_of, shown_in
from masterplan.bindery import Bindery, Rendered, render_matter
from masterplan.books import COMBINED, Content
from masterplan.canonical import digest
from masterplan.cutting import Piece
from masterplan.editions import Edition
from masterplan.matter import Kind
from masterplan.models import BookPrint, FinishedBook, PrintUnit
from masterplan.numbering import references
from masterplan.units import GoingOn, Unit
from regions.jobs import Failure


def unit_key(
    edition: Edition, piece: Piece, refs: Mapping[str, tuple[str, str]], files: Mapping[str, Mapping[str, str]]
) -> str:
    """Hash of all that decides how a piece's pages look: nothing of other pieces but numbers and the labels it refers to."""
    book, chapter = piece.book, piece.chapter
    shown = {file: files[file]["sha256"] for file in sorted(shown_in(piece.blocks)) if file in files}
    opener = [chapter.gist, pages.sections(book, chapter)] if piece.number == 0 else []
    parts = [
        units.fingerprint(),
        edition.region,
        [book.code, book.running, chapter.code, chapter.word, chapter.numeral, chapter.title, chapter.dimension],
        opener,
        [piece.number == 0, piece.last, piece.depth, piece.digest],
        pages.needed_refs(piece.blocks, refs),
        shown,
    ]
    return digest(parts)


def pieces_of(content: Content, codes: Iterable[str] = ()) -> Iterator[Piece]:
    """All pieces of the content in reading order; codes: only of these books."""
    wanted = set(codes)
    for book in content.books:
        if not wanted or book.code in wanted or COMBINED in wanted:
            for chapter in book.chapters:
                yield from cutting.pieces(book, chapter)


@functools.lru_cache(maxsize=2)
def frozen_content(book_print: UUID, sha256: str) -> Content:
    """What a print holds, read once for all its units: it never changes. sha256: the print's own, so a key says what it means."""
    return Content.from_json(BookPrint.objects.values_list("content", flat=True).get(pk=book_print, sha256=sha256))


def print_chapter(unit: PrintUnit, going_on: GoingOn) -> Unit:
    """Renders the unit unless its pages are there, and notes how many they are."""
    rendered = units.stored(unit.key) or _rendered(unit, going_on)
    packing.packed(rendered)  # here, side by side, and not when the book is bound
    PrintUnit.objects.filter(pk=unit.pk).update(pages=rendered.pages, seconds=rendered.seconds)
    return rendered


def _rendered(unit: PrintUnit, going_on: GoingOn) -> Unit:
    content, files = frozen_content(unit.book_print_id, unit.book_print.sha256), unit.book_print.files
    if not unit.chapter:
        return render_matter(matter.of(content, unit.book, Kind(unit.part)), files, going_on)
    book = next(book for book in content.books if book.code == unit.book)
    chapter = next(chapter for chapter in book.chapters if chapter.code == unit.chapter)
    piece = cutting.pieces(book, chapter)[unit.part]
    return render_piece(content, piece, key=unit.key, files=files, name=unit.title, going_on=going_on)


def render_piece(
    content: Content,
    piece: Piece,
    *,
    key: str,
    files: Mapping[str, Mapping[str, str]],
    name: str,
    going_on: GoingOn,
) -> Unit:
    html = pages.chapter_html(content.edition, piece, references(content))
    return units.render(key, html, assets_of(piece.blocks, files), name=name, going_on=going_on, depth=piece.depth)


def make_data(book_print: BookPrint) -> None:
    archival.attached(frozen_content(book_print.pk, book_print.sha256).spelled.encode())


def missing_units(book_print: BookPrint) -> list[PrintUnit]:
    """Chapters noted as rendered whose pages are not in the store any more."""
    return [unit for unit in book_print.units.all() if units.stored(unit.key) is None]


def bind_books(book_print: BookPrint, going_on: GoingOn) -> list[FinishedBook]:
    """Binds every book asked for. Files are named by their hash, so a second run writes the same and changes nothing."""
    press = _bindery(book_print, going_on)
    finished = []
    for code in book_print.books:
        going_on()
        finished.append(_bind_one(book_print, press, code))
    return finished


def _bindery(book_print: BookPrint, going_on: GoingOn) -> Bindery:
    """Over the units of a print, which are all there."""
    rendered: Rendered = {}
    made: dict[tuple[str, int], Unit] = {}
    for unit in book_print.units.all():
        there = units.stored(unit.key)
        if there is None:
            raise units.Died(f"unit {unit.key} is gone")
        if unit.chapter:
            rendered.setdefault(unit.book, {}).setdefault(unit.chapter, []).append(there)
        else:
            made[unit.book, unit.part] = there
    return Bindery(frozen_content(book_print.pk, book_print.sha256), rendered, book_print.files, going_on, made)


def bind_chapters(book_print: BookPrint, chosen: set[str], target: Path) -> None:
    """Some chapters of a print ("buku-1.swot") in one file, each book behind its cover. Raises Failure with a sentence."""
    try:
        press = _bindery(book_print, units.nobody_asks)
    except units.Died:
        raise Failure("Halaman cetakan ini sudah dibersihkan dari simpanan. Cetak lagi, lalu pilih babnya.") from None
    press.bind_chapters(chosen, target)


def tidy() -> None:
    """Removes what renders and bindings left behind that died with their worker, and units beyond what the store keeps."""
    keeping.trim()
    units.sweep("press", units.store())
    units.sweep("pack", units.store())
    units.sweep("bind", settings.MEDIA_ROOT / "books")


def _bind_one(book_print: BookPrint, press: Bindery, code: str) -> FinishedBook:
    with units.workshop("bind", settings.MEDIA_ROOT / "books") as folder:
        temporary = folder / "book"
        if papers.is_paper(code):
            made = papers.make(
                code,
                book_print.content,
                book_print.files,
                temporary,
                when=book_print.created_at,
                going_on=press.going_on,
            )
        else:
            title, bound = press.bind(code, temporary)
            made = papers.Made(title, ".pdf", bound.pages)
            comparing.keep(comparing.pages_of(bound), folder / "pages.json")
        sha256 = hashlib.sha256(temporary.read_bytes()).hexdigest()
        path = f"books/{sha256[:2]}/{sha256}{made.suffix}"
        size = temporary.stat().st_size
        units.keep(temporary, settings.MEDIA_ROOT / path)
        if (folder / "pages.json").exists():
            units.keep(folder / "pages.json", (settings.MEDIA_ROOT / path).with_suffix(".json"))
    edition = press.content.edition
    name = f"{slugify(code)}-{slugify(edition.region)}-{slugify(edition.period.replace('–', '-'))}"
    book, _ = FinishedBook.objects.update_or_create(
        book_print=book_print,
        book=code,
        defaults={
            "region_id": book_print.region_id,
            "title": made.title[:200],
            "name": f"{name}{'-draf' if edition.draft else ''}{made.suffix}",
            "path": path,
            "sha256": sha256,
            "pages": made.pages,
            "bytes": size,
        },
    )
    return book
