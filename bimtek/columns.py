"""The columns of a section's list: how one row reads in each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bimtek import formats
from bimtek.framework import framework

Show = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """One column of a list. `show` turns the row into what is read; numeric ones stand right."""

    title: str
    show: Show
    sort: str = ""
    numeric: bool = False
    main: bool = False
    """The column that names the row and opens it."""


def text(name: str, limit: int = 0) -> Show:
    def show(row: Any) -> str:
        value = str(getattr(row, name) or "")
        return value if not limit or len(value) <= limit else value[: limit - 1].rstrip() + "…"

    return show


def choice(name: str) -> Show:
    return lambda row: getattr(row, f"get_{name}_display")() or ""


def joined(name: str) -> Show:
    return lambda row: ", ".join(str(linked) for linked in getattr(row, name).all())


def component(row: Any) -> str:
    frame = framework(row.plan.framework)
    return next((entry.name for entry in frame.components if entry.code == row.component), row.component)


def years(row: Any) -> str:
    if not row.start_year:
        return ""
    return (
        f"{row.start_year}–{row.end_year}" if row.end_year and row.end_year != row.start_year else str(row.start_year)
    )


def total(row: Any) -> str:
    return formats.rupiah(sum(line.amount for line in row.budget_lines.all()))


def score(row: Any) -> str:
    """Sum of the four scores, at most 20; empty until all four are given."""
    scores = [row.score_visible, row.score_feasible, row.score_impact, row.score_ready]
    return str(sum(scores)) if all(scores) else ""


def targets(row: Any) -> str:
    shown = [f"{target.year}: {formats.number(target.value)}" for target in row.targets.all()]
    return " · ".join(shown)
