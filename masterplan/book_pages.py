"""On which page of the newest printed books a source of the framework stands: "Buku 1, 5.2, hlm. V-3"."""

from collections.abc import Mapping
from dataclasses import dataclass

from bimtek.framework import framework
from bimtek.models import Plan
from masterplan import binding, units
from masterplan.blocks import Content
from masterplan.models import BookPrint
from masterplan.numbering import entries
from masterplan.printing import Rendered

LOOKED_AT = 5  # prints, the newest first, among which a whole one is sought


@dataclass(frozen=True)
class BookPages:
    """Source name and argument → where the section that prints it begins. Empty when nothing whole was printed yet."""

    places: Mapping[tuple[str, str], str]
    printed: str = ""
    """The edition and its date, as its foot says."""

    def of(self, source: str, argument: str = "") -> str:
        """The section of this very argument, else the first that prints the source at all; '' where none does."""
        if (source, argument) in self.places:
            return self.places[source, argument]
        return next((place for (name, _), place in self.places.items() if name == source), "") if source else ""


def newest(plan: Plan) -> BookPages:
    """Of the newest print whose chapters are all rendered and kept."""
    prints = BookPrint.objects.filter(plan=plan, cancelled_at__isnull=True).prefetch_related("units").defer("content")
    for each in prints[:LOOKED_AT]:
        rendered: Rendered = {}
        found = list(each.units.all())
        for unit in found:
            if there := units.stored(unit.key):
                rendered.setdefault(unit.book, {}).setdefault(unit.chapter, []).append(there)
        if found and sum(len(kept) for chapters in rendered.values() for kept in chapters.values()) == len(found):
            content = Content.from_json(each.content)
            edition = content.edition
            return BookPages(_places(plan, content, rendered), f"{edition.version}, {edition.date}")
    return BookPages({})


def _places(plan: Plan, content: Content, rendered: Rendered) -> dict[tuple[str, str], str]:
    """A section of the outline is known in the content by its heading: chapter and title."""
    found: dict[tuple[str, str], str] = {}
    outlines = {book.code: book for book in framework(plan.framework).books}
    for book in content.books:
        if book.code not in rendered or set(rendered[book.code]) != {chapter.code for chapter in book.chapters}:
            continue
        labels = binding.labels(book, rendered[book.code])
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
                where = f"Buku {book.number}, {entry.sign}, hlm. {labels[entry.anchor]}"
                for source in section.sources:
                    found.setdefault((source.name, source.argument), where)
    return found
