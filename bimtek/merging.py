"""Two people's versions of one text become one where their edits do not overlap; where they do, both are kept to be read.

Pure: texts in, texts out. Words are compared with the space behind them; tags of rich text are words of their own. Edits
that touch each other count as overlapping: better asked once too often than a sentence that nobody wrote.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError

from bimtek import richtext

WORDS = re.compile(r"\S+[^\S\n]*\n?|[^\S\n]+\n?|\n")
RICH_WORDS = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^\s<]+\s*|\s+|<")
BLOCKS = re.compile(r"(?:(?!</(?:p|h3|h4|li|tr|blockquote)>)[\s\S])+(?:</(?:p|h3|h4|li|tr|blockquote)>)?|</\w+>")
MOST_WORDS = 20_000
"""Longer texts are compared by paragraph only."""


@dataclass(frozen=True)
class Merged:
    """`text` holds both people's work. Not `clean`: their edits overlap, and `text` is a proposal to be read first."""

    text: str
    clean: bool


@dataclass(frozen=True)
class Piece:
    """A stretch of the base with what became of it on either side."""

    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]

    @property
    def clashes(self) -> bool:
        return not (self.mine == self.theirs or self.mine == self.base or self.theirs == self.base)

    @property
    def settled(self) -> Sequence[str]:
        """What both sides together say; of a clash the other side's words, then the writer's own, and once the words of the
        base that both begin with (the last word of a text, behind which both went on)."""
        if self.clashes:
            sides = zip(self.base, self.mine, self.theirs, strict=False)
            head = 0
            for word, mine, theirs in sides:
                if mine != theirs or word.strip() != mine.strip():
                    break
                head += 1
            return [*self.mine[:head], *_spaced(self.theirs[head:]), *self.mine[head:]]
        return self.theirs if self.mine == self.base else self.mine


def _spaced(words: Sequence[str]) -> Sequence[str]:
    if not words or words[-1][-1:].isspace() or words[-1].endswith(">"):
        return words
    return [*words[:-1], words[-1] + " "]


def merge(base: str, mine: str, theirs: str, *, rich: bool = False) -> Merged:
    """`mine` and `theirs` both began as `base`. All three are texts fit to be saved (see richtext)."""
    for side, other in ((mine, theirs), (theirs, mine)):
        if side in (base, other):
            return Merged(other, clean=True)
    by_word = _merged(base, mine, theirs, RICH_WORDS if rich else WORDS)
    if not rich:
        return by_word
    if by_word.text and _well_formed(by_word.text):
        return by_word
    by_block = _merged(base, mine, theirs, BLOCKS)
    return by_block if _well_formed(by_block.text) else Merged(theirs + mine, clean=False)


def _merged(base: str, mine: str, theirs: str, pattern: re.Pattern[str]) -> Merged:
    sides = [pattern.findall(text) for text in (base, mine, theirs)]
    if max(map(len, sides)) > MOST_WORDS:
        sides = [
            text.splitlines(keepends=True) if pattern is WORDS else BLOCKS.findall(text)
            for text in (base, mine, theirs)
        ]
    pieces = list(_pieces(*sides))
    text = "".join(word for piece in pieces for word in piece.settled)
    return Merged(text, clean=not any(piece.clashes for piece in pieces))


def marks(before: str, after: str) -> list[tuple[str, str]]:
    """The texts word by word as ("same" | "gone" | "new", words), to be read as one."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found, at_old, at_new = [], 0, 0
    for a, b, size in [*_matches(old, new), (len(old), len(new), 0)]:
        for kind, words in (("gone", old[at_old:a]), ("new", new[at_new:b]), ("same", old[a : a + size])):
            if words:
                found.append((kind, "".join(words)))
        at_old, at_new = a + size, b + size
    return found


def _well_formed(html: str) -> bool:
    """Whether the sanitiser, which closes and drops what is out of place, finds nothing to mend."""
    try:
        return richtext.clean(html) == html
    except ValidationError:
        return False


def _pieces(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Piece]:
    """The three texts cut where all agree, changed and agreed stretches in turn."""
    at_base = at_mine = at_theirs = 0
    for start, size, in_mine, in_theirs in _agreed(_matches(base, mine), _matches(base, theirs)):
        yield Piece(base[at_base:start], mine[at_mine:in_mine], theirs[at_theirs:in_theirs])
        same = base[start : start + size]
        yield Piece(same, same, same)
        at_base, at_mine, at_theirs = start + size, in_mine + size, in_theirs + size
    yield Piece(base[at_base:], mine[at_mine:], theirs[at_theirs:])


Match = tuple[int, int, int]
"""Where in the base, where in the other text, how many words."""


def _agreed(ours: list[Match], others: list[Match]) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of the base that stand in both texts: where, how long, where in the one, where in the other."""
    i = j = 0
    while i < len(ours) and j < len(others):
        (a, in_mine, length), (b, in_theirs, size) = ours[i], others[j]
        start, end = max(a, b), min(a + length, b + size)
        if start < end:
            yield start, end - start, in_mine + start - a, in_theirs + start - b
        if a + length < b + size:
            i += 1
        else:
            j += 1


def _matches(base: Sequence[str], other: Sequence[str]) -> list[Match]:
    """Equal stretches in order. The common beginning and end are cut off first: most edits are small."""
    short = min(len(base), len(other))
    head = next((n for n in range(short) if base[n] != other[n]), short)
    tail = next((n for n in range(short - head) if base[-1 - n] != other[-1 - n]), short - head)
    middle = SequenceMatcher(
        None, base[head : len(base) - tail], other[head : len(other) - tail], autojunk=len(base) > 1000
    )
    found = [(0, 0, head)]
    found += [(a + head, b + head, size) for a, b, size in middle.get_matching_blocks()]
    found.append((len(base) - tail, len(other) - tail, tail))
    return [match for match in found if match[2]]
