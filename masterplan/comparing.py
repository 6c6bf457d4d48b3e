"""Two bound books page by page: which pages changed, came or went. What a page says and how it looks is kept when it is bound."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from django.conf import settings

from bimtek import outcomes, words
from masterplan.binding import Bound
from masterplan.models import FinishedBook

CHANGED, LOOKS, NEW, GONE, SAME = "changed", "looks", "new", "gone", "same"
ORDER = (CHANGED, NEW, GONE, LOOKS)
MOST = 20_000  # letters of what changed on one page that are shown


@dataclass(frozen=True)
class Page:
    """label: what stands at its foot. look: hash of all that is drawn on it, so that a changed chart counts too.

    part: the chapter that it belongs to, by name, since labels begin anew in every book of a combined file; "" for pages
    that were bound before names were kept. number: its place in the file, counted from 1.
    """

    label: str
    text: str
    look: str
    part: str = ""
    number: int = 0

    @property
    def said(self) -> str:
        """Its words; where a line ended is a matter of looks."""
        return " ".join(self.text.split())

    @property
    def sign(self) -> str:
        return hashlib.sha256(self.said.encode()).hexdigest()


@dataclass(frozen=True)
class Pair:
    """A page of the earlier book beside one of the later; one of them is None when it came or went."""

    kind: str
    before: Page | None
    after: Page | None

    @property
    def page(self) -> Page | None:
        """Where a reader finds it: in the later book, or in the earlier one when it went."""
        return self.after or self.before

    @property
    def pieces(self) -> list[words.Piece]:
        """The words of both, for a page that says something else: all that changed, with what stands beside it."""
        before, after = (page.said if page else "" for page in (self.before, self.after))
        return outcomes.shortened(words.compare(before, after), longest=MOST)


def pages_of(bound: Bound) -> list[Page]:
    """What a bound book says page by page; blank pages have no text."""
    found = [Page("", "", "")] * bound.pages
    for part, first, _ in bound.parts:
        for index, (text, look) in enumerate(part.unit.leaves):
            label = bound.label(first + index)
            found[first + index] = Page(label, text, look, part.name)
    return found


def keep(pages: Sequence[Page], target: Path) -> None:
    """Writes them beside the book."""
    rows = [[page.label, page.text, page.look, page.part] for page in pages]
    target.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def kept(book: FinishedBook) -> list[Page] | None:
    """The pages of a book; None for one bound before pages were kept, or whose file is gone."""
    path = (settings.MEDIA_ROOT / book.path).with_suffix(".json")
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return [replace(Page(*row), number=number) for number, row in enumerate(rows, start=1)]


def compare(before: Sequence[Page], after: Sequence[Page]) -> list[Pair]:
    """All pages in the order of the later book, those that went where they stood."""
    old, new = [page.sign for page in before], [page.sign for page in after]
    found: list[Pair] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [_same(a, b) for a, b in zip(before[i1:i2], after[j1:j2], strict=True)]
        else:
            found += _replaced(before[i1:i2], after[j1:j2])
    return found


def _same(before: Page, after: Page) -> Pair:
    return Pair(SAME if before.look == after.look else LOOKS, before, after)


def _replaced(before: Sequence[Page], after: Sequence[Page]) -> Iterator[Pair]:
    """Pages of a changed stretch, paired in order; what is over came or went."""
    both = min(len(before), len(after))
    yield from (Pair(CHANGED, a, b) for a, b in zip(before[:both], after[:both], strict=True))
    yield from (Pair(GONE, page, None) for page in before[both:])
    yield from (Pair(NEW, None, page) for page in after[both:])


def changed_first(pairs: Sequence[Pair]) -> list[Pair]:
    """Only what is not the same: other words first, then pages that came or went, then other looks."""
    return sorted((pair for pair in pairs if pair.kind != SAME), key=lambda pair: ORDER.index(pair.kind))
