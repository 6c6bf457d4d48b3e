"""What the two kinds of job do: render one chapter of a print, and bind its books. Both may run twice or be cut in half."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.text import slugify

from bimtek.formats import by_letter
from masterplan import binding, charts, comparing, cutting, gate, keeping, linking, packing, pages, papers, units
from masterplan.blocks import (
    COMBINED,
    Block,
    Book,
    Content,
    Edition,
    Figure,
    FrontMatter,
    Gallery,
    Image,
)
from masterplan.canonical import canonical, digest
from masterplan.cutting import Piece
from masterplan.models import BookPrint, FinishedBook, PrintUnit
from masterplan.numbering import references
from masterplan.units import Asset, GoingOn, Unit
from regions.jobs import Failure


def unit_key(
    edition: Edition, piece: Piece, refs: Mapping[str, tuple[str, str]], files: Mapping[str, Mapping[str, str]]
) -> str:
    """Hash of all that decides how a piece's pages look: nothing of other pieces but numbers and the labels it refers to."""
    book, chapter = piece.book, piece.chapter
    shown = {file: files[file]["sha256"] for file in sorted(_files(piece.blocks)) if file in files}
    opener = [chapter.gist, pages.sections(book, chapter)] if piece.number == 0 else []
    parts = [
        units.fingerprint(),
        edition.region,
        [book.code, book.running, chapter.code, chapter.word, chapter.numeral, chapter.title, chapter.dimension],
        opener,
        [piece.number == 0, piece.last, piece.depth, piece.items],
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


def files_of(content: Content) -> set[str]:
    """Ids of all StoredFiles that the content shows, the emblem included."""
    parts = [part.blocks for book in content.books for part in book.front]
    parts += [chapter.blocks for book in content.books for chapter in book.chapters]
    return {content.edition.emblem} - {""} | {file for blocks in parts for file in _files(blocks)}


def _files(blocks: tuple[Block, ...]) -> set[str]:
    found = {block.file for block in blocks if isinstance(block, Image)}
    return found.union(*({file for file, _ in block.photos} for block in blocks if isinstance(block, Gallery)))


def assets_of(
    blocks: tuple[Block, ...], files: Mapping[str, Mapping[str, str]], extra: tuple[str, ...] = ()
) -> dict[str, Asset]:
    """All that the pages of these blocks may ask for: uploaded pictures by id, charts drawn here."""
    found: dict[str, Asset] = {}
    for file in sorted({*_files(blocks), *(name for name in extra if name)}):
        if file not in files:
            raise Failure("Sebuah gambar pada isi sudah dihapus. Minta cetak lagi dengan isi terbaru.")
        found[file] = Asset(files[file]["type"], path=str(settings.MEDIA_ROOT / files[file]["path"]))
    for block in blocks:
        if isinstance(block, Figure):
            found[pages.chart_name(block)] = Asset("image/svg+xml", data=charts.svg(block.chart).encode())
    return found


@functools.lru_cache(maxsize=2)
def frozen_content(book_print: UUID, sha256: str) -> Content:
    """What a print holds, read once for all its units: it never changes. sha256: the print's own, so a key says what it means."""
    return Content.from_json(BookPrint.objects.values_list("content", flat=True).get(pk=book_print, sha256=sha256))


def print_chapter(unit: PrintUnit, going_on: GoingOn) -> Unit:
    """Renders the chapter unless its pages are there, and notes how many they are."""
    rendered = units.stored(unit.key)
    if rendered is None:
        content = frozen_content(unit.book_print_id, unit.book_print.sha256)
        book = next(book for book in content.books if book.code == unit.book)
        chapter = next(chapter for chapter in book.chapters if chapter.code == unit.chapter)
        piece = cutting.pieces(book, chapter)[unit.part]
        rendered = render_piece(
            content, piece, key=unit.key, files=unit.book_print.files, name=unit.title, going_on=going_on
        )
    packing.packed(rendered)  # here, side by side, and not when the book is bound
    PrintUnit.objects.filter(pk=unit.pk).update(pages=rendered.pages, seconds=rendered.seconds)
    return rendered


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


def _bindery(book_print: BookPrint, going_on: GoingOn) -> "Bindery":
    """Over the units of a print, which are all there."""
    rendered: Rendered = {}
    for unit in book_print.units.all():
        there = units.stored(unit.key)
        if there is None:
            raise units.Died(f"unit {unit.key} is gone")
        rendered.setdefault(unit.book, {}).setdefault(unit.chapter, []).append(there)
    return Bindery(frozen_content(book_print.pk, book_print.sha256), rendered, book_print.files, going_on)


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


def _bind_one(book_print: BookPrint, press: "Bindery", code: str) -> FinishedBook:
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


Rendered = dict[str, dict[str, list[Unit]]]
"""Book → chapter → the units of its pieces in order."""


class Bindery:
    """Puts the units of one content together: single books, and all of them in one."""

    def __init__(
        self,
        content: Content,
        rendered: Rendered,
        files: Mapping[str, Mapping[str, str]],
        going_on: GoingOn,
    ) -> None:
        self.content, self.rendered, self.files, self.going_on = content, rendered, files, going_on
        self.data = canonical(content).encode()
        self.tabs = list(dict.fromkeys(pages.tab_of(chapter) for book in content.books for chapter in book.chapters))

    def bind(self, code: str, target: Path) -> tuple[str, binding.Bound]:
        """Title and bound file of one book, or of all (COMBINED), past the gate. One bound before is taken as it is."""
        edition = self.content.edition
        if code == COMBINED:
            parts, title = self._all(), f"{edition.title} {edition.period}"
        else:
            book = next(book for book in self.content.books if book.code == code)
            parts, title = self._one(book), f"Buku {book.number} – {book.title} {edition.region}"
        return title, self._bound(parts, title, target)

    def bind_chapters(self, chosen: set[str], target: Path) -> binding.Bound:
        """The chosen chapters ("buku-1.swot") of all books, past the gate."""
        parts: list[binding.Part] = []
        for book in self.content.books:
            chapters = tuple(chapter for chapter in book.chapters if f"{book.code}.{chapter.code}" in chosen)
            if chapters:
                parts += [self._cover(book), *self._chapters(replace(book, chapters=chapters), level=1)]
        return self._bound(parts, f"{self.content.edition.title}: bab pilihan", target)

    def bind_piece(self, piece: Piece, unit: Unit, target: Path) -> binding.Bound:
        """One piece by itself, to be looked at: its place in the book is not known, so its pages count from 1."""
        part = binding.Part(unit, piece.name, piece.end, "Pratinjau ")
        return self._bound([part], f"Pratinjau: {piece.name}", target)

    def _bound(self, parts: list[binding.Part], title: str, target: Path) -> binding.Bound:
        edition = self.content.edition
        stamp = self._render(pages.stamp_html(edition), {}, "Cap halaman", tagged=False)
        tabs = self._render(pages.tabs_html(self.tabs), {}, "Penanda bab", tagged=False)
        overlay = binding.Overlay(stamp, tabs)
        kept = units.place(binding.key(parts, overlay, title, edition, self.data))
        if units.lend(kept, target):
            return binding.laid(parts, target)
        bound = linking.bind(parts, overlay, target, title=title, edition=edition, data=self.data)
        gate.check(bound)
        units.lend(target, kept)
        return bound

    def _one(self, book: Book) -> list[binding.Part]:
        front = self._front([book], book, book.front, f"{book.code}.front")
        return [self._cover(book), *front, *self._chapters(book)]

    def whole_book(self) -> Book:
        """The combined file's own matter: its front, with lists over all books."""
        title = self.content.edition.title
        return Book(COMBINED, 0, title, title, (), _one_of_each(list(self.content.books)))

    def _all(self) -> list[binding.Part]:
        """One cover, one front matter with lists over all books, then each book behind its own cover."""
        whole = self.whole_book()
        cover = self._cover_part(self.whole_cover_html(), COMBINED, whole.title)
        parts = [cover, *self._front(list(self.content.books), whole, whole.front, f"{COMBINED}.front")]
        for book in self.content.books:
            parts += [self._cover(book), *self._chapters(book, level=1)]
        return parts

    def _chapters(self, book: Book, level: int = 0) -> list[binding.Part]:
        return [
            part
            for chapter in book.chapters
            for part in binding.chapter_parts(
                book,
                chapter,
                self.rendered[book.code][chapter.code],
                tab=self.tabs.index(pages.tab_of(chapter)),
                level=level,
            )
        ]

    def cover_html(self, book: Book) -> str:
        return pages.cover_html(
            self.content.edition, title=book.title, subtitle=book.subtitle, number=f"Buku {book.number}",
            code=f"{book.code}.cover", books=[],
        )  # fmt: skip

    def whole_cover_html(self) -> str:
        edition, books = self.content.edition, list(self.content.books)
        subtitle = " · ".join(book.title for book in books)
        return pages.cover_html(
            edition, title=edition.title, subtitle=subtitle, number="", code=f"{COMBINED}.cover", books=books
        )

    def _cover(self, book: Book) -> binding.Part:
        return self._cover_part(self.cover_html(book), book.code, f"Buku {book.number}")

    def _cover_part(self, html: str, code: str, title: str) -> binding.Part:
        emblem = assets_of((), self.files, (self.content.edition.emblem,))
        unit = self._render(html, emblem, f"Sampul {title}")
        return binding.Part(unit, f"Sampul {title}", f"{code}.cover.end", "Sampul ", "D", stamped=False)

    def _front(self, books: list[Book], book: Book, matters: tuple[FrontMatter, ...], code: str) -> list[binding.Part]:
        if not matters:
            return []
        parts = binding.front_parts(books, matters, {}, code)
        html = pages.front_html(self.content.edition, book, parts, code)
        blocks = tuple(block for matter in matters for block in matter.blocks)
        unit = self._render(html, assets_of(blocks, self.files), f"Bagian depan {book.running}")
        name = f"Bagian depan {book.running}"
        return [binding.Part(unit, name, f"{code}.end", "", "r", slots=binding.listed(parts))]

    def _render(self, html: str, assets: Mapping[str, Asset], name: str, *, tagged: bool = True) -> Unit:
        shown = {asset: self.files.get(asset, {}).get("sha256", "") for asset in assets}
        key = digest([units.fingerprint(), html, shown, tagged])
        return units.render(key, html, assets, name=name, going_on=self.going_on, tagged=tagged)


def _one_of_each(books: list[Book]) -> tuple[FrontMatter, ...]:
    """The front matter of the combined file: the first book's, with the abbreviations of all."""
    pairs = dict(pair for book in books for matter in book.front for pair in matter.pairs)
    return tuple(
        replace(matter, pairs=by_letter(pairs)) if matter.kind == "abbreviations" else matter
        for matter in (books[0].front if books else ())
    )
