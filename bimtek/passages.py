"""A quoted passage in a text that goes on changing: found again by its words, else by what stood around it, else lost. Pure."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

AROUND = 60  # signs of the text before and after a passage that are kept with it
FEWEST = 12  # signs of surroundings that are enough to know a place by
LIKE = 0.35  # how much of the words must be left for a rewritten passage to count as the same one


@dataclass(frozen=True)
class Spot:
    """Where a passage stands in `text` (white space evened out). `exact` is False when its words were changed."""

    text: str
    start: int
    end: int
    exact: bool

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]


def even(text: str) -> str:
    """The text with every stretch of white space as one space: quoting from a page knows no line ends."""
    return " ".join(text.split())


def surroundings(text: str, passage: str) -> tuple[str, str]:
    """What stands before and after the first occurrence; ValueError when the passage is not in the text."""
    whole, wanted = even(text), even(passage)
    start = whole.index(wanted)
    end = start + len(wanted)
    return whole[max(0, start - AROUND) : start], whole[end : end + AROUND]


def locate(text: str, passage: str, before: str = "", after: str = "") -> Spot | None:
    """The passage in today's text; None when it has lost its place."""
    whole, wanted = even(text), even(passage)
    if not wanted:
        return None
    places = list(_occurrences(whole, wanted))
    if places:
        best = max(places, key=lambda start: _agreement(whole, start, start + len(wanted), before, after))
        return Spot(whole, best, best + len(wanted), exact=True)
    return _rewritten(whole, wanted, before, after)


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _agreement(text: str, start: int, end: int, before: str, after: str) -> int:
    """How many signs of the remembered surroundings are still there."""
    return _shared(text[:start][::-1], before[::-1]) + _shared(text[end:], after)


def _shared(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _rewritten(text: str, wanted: str, before: str, after: str) -> Spot | None:
    """Between the surroundings that are left, unless something quite different stands there."""
    start, end = _edge(text, before[-FEWEST * 2 :]), len(text)
    if start is None:
        return None
    if after:
        following = after[: FEWEST * 2]
        if len(following) < FEWEST and not text.endswith(following):
            return None
        end = text.rfind(following) if len(following) < FEWEST else text.find(following, start)
    if end <= start or end - start > 3 * len(wanted) + FEWEST:
        return None
    alike = difflib.SequenceMatcher(None, wanted.split(), text[start:end].split(), autojunk=False).ratio()
    return Spot(text, start, end, exact=False) if alike >= LIKE else None


def _edge(text: str, before: str) -> int | None:
    """Where the passage began: after what stood before it, or at the very beginning."""
    if not before:
        return 0
    if len(before) < FEWEST:
        return len(before) if text.startswith(before) else None
    found = text.find(before)
    return found + len(before) if found >= 0 else None


def parted(text: str, passage: str) -> list[tuple[int, int]]:
    """Every stretch of `text` that reads like the passage, whatever white space it has there."""
    pattern = r"\s+".join(re.escape(word) for word in passage.split())
    return [found.span() for found in re.finditer(pattern, text)] if pattern else []
