"""On which page of the newest printed books something stands: "Buku 1, 5.2, hlm. V-3"; "mulai hlm. V-3" where only its section is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bimtek.framework import framework
from bimtek.models import Plan
from masterplan import binding, units
from masterplan.bindery import Rendered
from masterplan.books import Chapter, Content
from masterplan.models import BookPrint
from masterplan.numbering import Entry, entries
from masterplan.units import Unit

LOOKED_AT = 5  # prints, the newest first, among which a whole one is sought


@dataclass(frozen=True)
class Section:
    """A section of a printed book. `pages` are its labels and what each says, in one run of letters."""

    name: str
    """'Buku 1, 5.2'."""
    start: str
    pages: Sequence[tuple[str, str]] = field(default=(), repr=False)

    def page_of(self, wanted: Iterable[str]) -> str:
        """The page that says the first of these words that stand in the section at all; else where the section begins."""
        for words in wanted:
            found = next((label for label, text in self.pages if run(words) in text), "") if run(words) else ""
            if found:
                return f"{self.name}, hlm. {found}"
        return f"{self.name}, mulai hlm. {self.start}"


def run(text: str) -> str:
    """The letters alone: a cell breaks its words over lines, with and without a hyphen."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@dataclass(frozen=True)
class BookPages:
    """Source name and argument → the section that prints it. Empty when nothing whole was printed yet."""

    places: Mapping[tuple[str, str], Section]
    printed: str = ""
    """The edition and its date, as its foot says."""

    def of(self, source: str, argument: str = "", words: Iterable[str] = ()) -> str:
        """In the section of this very argument, else in the first that prints the source at all; '' where none does."""
        place = self.places.get((source, argument))
        if place is None and source:
            place = next((each for (name, _), each in self.places.items() if name == source), None)
        return place.page_of(words) if place else ""


def newest(plan: Plan) -> BookPages:
    """Of the newest print whose chapters are all rendered and kept."""
    prints = BookPrint.objects.filter(plan=plan, cancelled_at__isnull=True).prefetch_related("units").defer("content")
    for each in prints[:LOOKED_AT]:
        rendered: Rendered = {}
        found = [unit for unit in each.units.all() if unit.chapter]
        for unit in found:
            if there := units.stored(unit.key):
                rendered.setdefault(unit.book, {}).setdefault(unit.chapter, []).append(there)
        if found and sum(len(kept) for chapters in rendered.values() for kept in chapters.values()) == len(found):
            content = Content.from_json(each.content)
            edition = content.edition
            return BookPages(_places(plan, content, rendered), f"{edition.version}, {edition.date}")
    return BookPages({})


def _places(plan: Plan, content: Content, rendered: Rendered) -> dict[tuple[str, str], Section]:
    """A section of the outline is known in the content by its heading: chapter and title."""
    found: dict[tuple[str, str], Section] = {}
    outlines = {book.code: book for book in framework(plan.framework).books}
    for book in content.books:
        if book.code not in rendered or set(rendered[book.code]) != {chapter.code for chapter in book.chapters}:
            continue
        labels = binding.labels(book, rendered[book.code])
        leaves = {chapter.code: _leaves(chapter, rendered[book.code][chapter.code]) for chapter in book.chapters}
        listed = entries(book)
        headings = {
            (entry.chapter, entry.text): entry for entry in reversed(listed) if entry.kind in {"heading", "chapter"}
        }
        for chapter in outlines[book.code].chapters:
            for section in chapter.sections:
                code = f"{chapter.code}-{section.number.lower()}" if chapter.is_appendix else chapter.code
                entry = headings.get((code, section.title))
                if entry is None or entry.anchor not in labels:
                    continue
                where = Section(
                    f"Buku {book.number}, {entry.sign}",
                    labels[entry.anchor],
                    _within(leaves[code], listed, entry, labels),
                )
                for source in section.sources:
                    found.setdefault((source.name, source.argument), where)
    return found


def _leaves(chapter: Chapter, units: Sequence[Unit]) -> list[tuple[str, str]]:
    """Label and letters of each page of a chapter."""
    texts = [text for unit in units for text, _ in unit.leaves]
    return [(f"{chapter.numeral}-{number}", run(text)) for number, text in enumerate(texts, start=1)]


def _within(
    pages: Sequence[tuple[str, str]], listed: Sequence[Entry], entry: Entry, labels: Mapping[str, str]
) -> list[tuple[str, str]]:
    """From the page on which the section begins to the one on which the next begins, both included."""
    after = listed[listed.index(entry) + 1 :]
    following = (each for each in after if each.chapter == entry.chapter and each.level <= entry.level and each.kind == "heading")  # fmt: skip
    end = next((labels[each.anchor] for each in following if each.anchor in labels), "")
    order = [label for label, _ in pages]
    first, last = order.index(labels[entry.anchor]), order.index(end) if end else len(order) - 1
    return list(pages[first : last + 1])
