"""The pivot's picture: a bar a row, cut into the chosen columns, from the very figures that its table shows.

Drawn here and not by the engine of the books' charts: every part of a bar leads to the programmes behind it, as the
figure in the table does, and the picture changes with the sides at once. The table above it is its alternative in text.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bimtek import formats

if TYPE_CHECKING:
    from bimtek.views.recap import Grid

WIDTH = 1000  # of the longest bar, in units of the drawing
TONES = 12
"""Colours that can be told apart; of more columns the largest get one each, and the rest share the last."""
REST = "rest"


def picture(grid: "Grid") -> dict[str, Any]:
    """The legend and the bars. A row without money has no parts."""
    shown = _shown(grid)
    largest = max((grid.found.row_total(row) for row in grid.found.rows), default=0)
    left_out = sum(1 for column in _with_money(grid) if column not in shown)
    return {
        "legend": [{"label": _label(grid, column), **_tone(grid, column, shown)} for column in shown],
        "rest": f"{left_out} {grid.across.within} lain" if left_out else "",
        "bars": [_bar(grid, row, shown, largest) for row in grid.found.rows],
        "width": WIDTH,
    }


def _with_money(grid: "Grid") -> list[Any]:
    return [column for column in grid.found.columns if grid.found.column_total(column)]


def _shown(grid: "Grid") -> list[Any]:
    """The columns that get a colour of their own, in the table's order."""
    columns = _with_money(grid)
    if len(columns) <= TONES:
        return columns
    largest = set(sorted(columns, key=grid.found.column_total, reverse=True)[: TONES - 1])
    return [column for column in columns if column in largest]


def _label(grid: "Grid", column: Any) -> str:
    return str(grid.head(grid.across, column)["label"])


def _tone(grid: "Grid", column: Any, shown: Sequence[Any]) -> dict[str, Any]:
    """A dimension has its own colour everywhere; other columns get theirs by their place."""
    return {"dimension": grid.across.code(column), "tone": shown.index(column) + 1}


def _bar(grid: "Grid", row: Any, shown: Sequence[Any], largest: int) -> dict[str, Any]:
    head, parts, at, rest = grid.head(grid.down, row), [], 0.0, 0
    for column, amount in zip(grid.found.columns, grid.found.line(row), strict=True):
        if column not in shown:
            rest += amount
        elif amount:
            width = WIDTH * amount / largest
            words = f"{head['label']}, {_label(grid, column)}: {formats.rupiah(amount)}"
            url = grid.url({grid.across: column, grid.down: row})
            parts.append(
                {"x": _units(at), "width": _units(width), "words": words, "url": url, **_tone(grid, column, shown)}
            )
            at += width
    if rest:
        words = f"{head['label']}, lainnya: {formats.rupiah(rest)}"
        width = WIDTH * rest / largest
        parts.append(
            {"x": _units(at), "width": _units(width), "words": words, "url": head["url"], "dimension": "", "tone": REST}
        )
    return {"head": head, "parts": parts, "total": grid.figure(grid.found.row_total(row))}


def _units(value: float) -> str:
    """With a point, whatever the page's language: it goes into a drawing."""
    return f"{value:.2f}"
