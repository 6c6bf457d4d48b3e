"""Puts the units of one content together: single books, all of them in one, chosen chapters, one piece."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from masterplan import binding, gate, linking, matter, pages, units
from masterplan.assets import assets_of, shown_in
from masterplan.books import COMBINED, Book, Content
from masterplan.cutting import Piece
from masterplan.matter import Kind, Matter
from masterplan.units import GoingOn, Unit

Rendered = dict[str, dict[str, list[Unit]]]
"""Book → chapter → the units of its pieces in order."""
Made = Mapping[tuple[str, int], Unit]
"""(book, kind) → its unit, of what a book holds besides chapters."""


def matter_key(made: Matter, files: Mapping[str, Mapping[str, str]]) -> str:
    """Hash of all that decides how its pages look."""
    shown = shown_in(made.blocks) | {made.emblem}
    return made.key({file: files[file]["sha256"] for file in sorted(shown) if file in files})


def render_matter(made: Matter, files: Mapping[str, Mapping[str, str]], going_on: GoingOn) -> Unit:
    """Renders it, unless it is there."""
    assets = assets_of(made.blocks, files, (made.emblem,))
    return units.render(
        matter_key(made, files), made.html, assets, name=made.name, going_on=going_on, tagged=made.tagged
    )


class Bindery:
    """rendered: the chapters. made: what else is rendered already; what is missing there is rendered when it is needed."""

    def __init__(
        self,
        content: Content,
        rendered: Rendered,
        files: Mapping[str, Mapping[str, str]],
        going_on: GoingOn,
        made: Made | None = None,
    ) -> None:
        self.content, self.rendered, self.files, self.going_on = content, rendered, files, going_on
        self.made = made or {}
        self.data = content.spelled.encode()
        self.tabs = matter.tabs(content)

    def bind(self, code: str, target: Path) -> tuple[str, binding.Bound]:
        """Title and bound file of one book, or of all (COMBINED), past the gate. One bound before is taken as it is."""
        edition, book = self.content.edition, matter.whole(self.content, code)
        if code == COMBINED:
            parts, title = self._all(), f"{edition.title} {edition.period}"
        else:
            parts = [self._cover(code), *self._front(code), *self._chapters(book)]
            title = f"Buku {book.number} – {book.title} {edition.region}"
        return title, self._bound(parts, title, target)

    def bind_chapters(self, chosen: set[str], target: Path) -> binding.Bound:
        """The chosen chapters ("buku-1.swot") of all books, past the gate."""
        parts: list[binding.Part] = []
        for book in self.content.books:
            chapters = tuple(chapter for chapter in book.chapters if f"{book.code}.{chapter.code}" in chosen)
            if chapters:
                parts += [self._cover(book.code), *self._chapters(replace(book, chapters=chapters), level=1)]
        return self._bound(parts, f"{self.content.edition.title}: bab pilihan", target)

    def bind_piece(self, piece: Piece, unit: Unit, target: Path) -> binding.Bound:
        """One piece by itself, to be looked at: its place in the book is not known, so its pages count from 1."""
        part = binding.Part(unit, piece.name, piece.end, "Pratinjau ")
        return self._bound([part], f"Pratinjau: {piece.name}", target)

    def _bound(self, parts: list[binding.Part], title: str, target: Path) -> binding.Bound:
        edition = self.content.edition
        overlay = binding.Overlay(self._unit("", Kind.STAMP), self._unit("", Kind.TABS))
        kept = units.place(binding.key(parts, overlay, title, edition, self.data))
        if units.lend(kept, target):
            return binding.laid(parts, target)
        bound = linking.bind(parts, overlay, target, title=title, edition=edition, data=self.data)
        gate.check(bound)
        units.lend(target, kept)
        return bound

    def _all(self) -> list[binding.Part]:
        """One cover, one front matter with lists over all books, then each book behind its own cover."""
        parts = [self._cover(COMBINED), *self._front(COMBINED)]
        for book in self.content.books:
            parts += [self._cover(book.code), *self._chapters(book, level=1)]
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

    def _cover(self, code: str) -> binding.Part:
        unit, name = self._unit(code, Kind.COVER), matter.name(self.content, code, Kind.COVER)
        return binding.Part(unit, name, f"{code}.cover.end", "Sampul ", "D", stamped=False)

    def _front(self, code: str) -> list[binding.Part]:
        if not matter.matters(self.content, code):
            return []
        unit, name = self._unit(code, Kind.FRONT), matter.name(self.content, code, Kind.FRONT)
        slots = binding.listed(matter.front_parts(self.content, code))
        return [binding.Part(unit, name, f"{matter.front_code(code)}.end", "", "r", slots=slots)]

    def _unit(self, code: str, kind: Kind) -> Unit:
        there = self.made.get((code, kind))
        return there or render_matter(matter.of(self.content, code, kind), self.files, self.going_on)
