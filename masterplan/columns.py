"""How wide the columns of a printed table are: by their shares, but never so narrow that a figure or a word breaks in two."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from masterplan.blocks import Column, Table

WIDE_MM, NARROW_MM = 254, 155  # of the text on a page that lies, and on one that stands
TEXT_MM = 24  # that a column of words keeps at least
WORD_MM = 36  # that a column gets for its longest word; a longer one is broken
DIGIT, CAPITAL, BROAD, LETTER, SLIM, DOT, DASH = 0.66, 0.74, 0.93, 0.63, 0.41, 0.3, 0.5  # in parts of the font's size
POINT_MM = 0.3528
HEAD = 0.96  # heads are bold and a little smaller than what stands below them
FIGURE = re.compile(r"[0-9][0-9.,]*")
HYPHENED = re.compile(r"\b[A-Z]{2}-[A-Z]{0,2}[0-9]+(?:\.[0-9]+)*\b")  # the code of a row: "SG-1.01", "SB-SO2"
CODE = re.compile(r"(?=[^0-9]*[0-9])[A-Z0-9./-]{1,16}")
WORD = re.compile(r"[^\s/–-]+[/–-]?")  # a line may end behind these signs


def widths(table: Table) -> tuple[list[float], bool]:
    """Per cent for each column, and whether the figures have to be set tight, because at their usual size they fit on no page.

    What a figure or a code takes comes first: broken in two it is read as two. Then what the longest word takes.
    """
    page = WIDE_MM if table.landscape else NARROW_MM
    shares = [max(column.share, 0.05) for column in table.columns]
    wanted = [share / (sum(shares) or 1) * page for share in shares]
    for tight in (False, True):
        size, padding = (6.6, 2.0) if tight else (8.5, 3.2)
        least = [
            max(_figures(table, at) * size * POINT_MM + padding, 0 if column.align == "right" else min(TEXT_MM, want))
            for at, (column, want) in enumerate(zip(table.columns, wanted, strict=True))
        ]
        if sum(least) <= page:
            break
    words = [min(WORD_MM, _words(table, at) * size * POINT_MM + padding) for at in range(len(table.columns))]
    return [width / page * 100 for width in _spread(wanted, _raised(least, words, page), page)], tight


def _cells(table: Table, at: int) -> list[str]:
    return [row.cells[at] for row in table.rows if row.kind != "group" and at < len(row.cells)]


def _figures(table: Table, at: int) -> float:
    """How wide the longest figure of a column of figures is, or the longest code of another, in parts of the font's size."""
    if table.columns[at].align == "right":
        found = [figure for cell in _cells(table, at) for figure in FIGURE.findall(cell)]
    else:
        found = [code for cell in _cells(table, at) for code in _codes(cell)]
    return _longest(found)


def _codes(cell: str) -> list[str]:
    """A cell that is a code, or the codes that it names among words."""
    return [cell] if CODE.fullmatch(cell) else HYPHENED.findall(cell)


def _words(table: Table, at: int) -> float:
    """The same of the longest word, the head's too. A cell in the middle of its column stands on one line."""
    column = table.columns[at]
    cells = (line for cell in _cells(table, at) for line in cell.split("\n"))
    found = list(cells) if column.align == "center" else [word for cell in cells for word in WORD.findall(cell)]
    return max(_longest(found), HEAD * _longest(_head(column)))


def _head(column: Column) -> Iterator[str]:
    yield from column.title.split()
    yield from f"({column.unit})".split() if column.unit else ()


def _longest(words: Iterable[str]) -> float:
    return max((sum(map(_width, word)) for word in set(words)), default=0.0)


@cache
def _width(sign: str) -> float:
    if sign.isdigit():
        return DIGIT
    if sign in "mwMW%":
        return BROAD
    if sign in "ijlI":
        return DOT
    if sign in "frt()":
        return SLIM
    if sign in "-–/":
        return DASH
    return (CAPITAL if sign.isupper() else LETTER) if sign.isalpha() else DOT


def _raised(least: list[float], words: list[float], page: float) -> list[float]:
    """What each column needs at least, with as much of what its words lack as there is room for."""
    lack = [max(0.0, word - need) for need, word in zip(least, words, strict=True)]
    room = max(0.0, page - sum(least))
    part = min(1.0, room / sum(lack)) if sum(lack) else 0.0
    return [need + each * part for need, each in zip(least, lack, strict=True)]


def _spread(wanted: list[float], least: list[float], page: float) -> list[float]:
    """The wanted widths, with what some of them lack taken from those that have more than they need."""
    if sum(least) >= page:
        return [need * page / sum(least) for need in least]
    found = [max(want, need) for want, need in zip(wanted, least, strict=True)]
    spare = [width - need for width, need in zip(found, least, strict=True)]
    over = sum(found) - page
    return [width - over * each / sum(spare) if over > 0 else width for width, each in zip(found, spare, strict=True)]
