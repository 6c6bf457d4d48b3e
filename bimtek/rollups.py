"""The plan's money, summed. `plan_money` is the one query that every recap on screen, in books and in Excel starts from.

All amounts are whole rupiah. Every recap of the same rows has the same grand total, whatever it is grouped by.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from bimtek.models import Plan


class Term(models.TextChoices):
    SHORT = "pendek", "Jangka pendek"
    MEDIUM = "menengah", "Jangka menengah"
    LONG = "panjang", "Jangka panjang"


class Period(Protocol):
    """A Plan, or anything that has its four years."""

    first_year: int
    last_year: int
    short_until: int
    medium_until: int


def term_of(plan: Period, start_year: int | None, end_year: int | None = None) -> Term | None:
    """The term of a programme, by its start year; None without years, or when they leave the plan's period.

    A programme that runs through several terms counts in the one in which it starts: that is where it is first
    budgeted and promised, and counting it once keeps all recaps equal to the grand total.
    """
    if start_year is None or year_problem(plan, start_year, end_year):
        return None
    if start_year <= plan.short_until:
        return Term.SHORT
    return Term.MEDIUM if start_year <= plan.medium_until else Term.LONG


def year_problem(plan: Period, start_year: int | None, end_year: int | None = None) -> str:
    """Why these years cannot be, as a sentence, or ''."""
    given = [year for year in (start_year, end_year) if year is not None]
    if any(not plan.first_year <= year <= plan.last_year for year in given):
        return f"Tahun harus di dalam masa rencana, {plan.first_year}–{plan.last_year}."
    if len(given) == 2 and given[0] > given[1]:
        return "Tahun selesai mendahului tahun mulai."
    return ""


def term_condition(plan: Period, term: str) -> models.Q:
    """Programmes of a term, as `term_of` places them, for a query; '' are those without a term."""
    years = (plan.first_year, plan.last_year)
    ends = models.Q(end_year__isnull=True) | models.Q(end_year__range=years, end_year__gte=models.F("start_year"))
    placed = {
        name: models.Q(start_year__in=list(term_years(plan, name))) & ends for name in Term if term_years(plan, name)
    }
    if term:
        return placed.get(Term(term), models.Q(pk__in=()))
    dated = models.Q(start_year__isnull=False, start_year__range=years) & ends
    return ~dated | models.Q(start_year__isnull=True)


def term_years(plan: Period, term: Term) -> range:
    """The calendar years of a term; empty when the plan has no such term (a five-year plan has no long one)."""
    return {
        Term.SHORT: range(plan.first_year, plan.short_until + 1),
        Term.MEDIUM: range(plan.short_until + 1, plan.medium_until + 1),
        Term.LONG: range(plan.medium_until + 1, plan.last_year + 1),
    }[term]


@dataclass(frozen=True, slots=True)
class Money:
    """One budget line with everything it is summed by. `opd` is the lead's name, '' without one; `term` '' without years;
    `priority` '' while nobody has set one."""

    programme: UUID
    dimension: str
    sub_dimension: str
    opd: str
    term: str
    year: int
    source: str
    amount: int
    priority: int | str = ""


FIELDS = ("programme", "dimension", "sub_dimension", "opd", "term", "year", "source", "priority")


def plan_money(plan: "Plan") -> list[Money]:
    """Every budget line of the plan, in one query."""
    lines = plan.budgetline_set.order_by("programme__code", "year", "source").values_list(
        "programme_id",
        "programme__sub_dimension",
        "programme__opd__name",
        "programme__start_year",
        "programme__end_year",
        "year",
        "source",
        "amount",
        "programme__priority",
    )
    return [
        Money(
            programme, sub.split("-")[0], sub, opd or "", term_of(plan, start, end) or "", year, source, amount, rank or ""
        )
        for programme, sub, opd, start, end, year, source, amount, rank in lines
    ]  # fmt: skip


def total(rows: Iterable[Money]) -> int:
    return sum(row.amount for row in rows)


def totals(rows: Iterable[Money], by: str) -> dict[Any, int]:
    """Amount by one field of Money (see FIELDS), in order of first appearance."""
    found: dict[Any, int] = defaultdict(int)
    for row in rows:
        found[_value(row, by)] += row.amount
    return dict(found)


def plan_counts(plan: "Plan", dimensions: Sequence[str] = ()) -> "Recap":
    """How many programmes each dimension has in each term ('' without years), in one query."""
    cells: dict[tuple[Any, Any], int] = defaultdict(int)
    for sub, start, end in plan.programme_set.order_by().values_list("sub_dimension", "start_year", "end_year"):
        cells[sub.split("-")[0], term_of(plan, start, end) or ""] += 1
    return recap_of(cells, down_order=dimensions, across_order=[term.value for term in Term if term_years(plan, term)])


@dataclass(frozen=True, slots=True)
class Recap:
    """A table of sums. `cells` holds what is not zero; row, column and grand totals agree by construction."""

    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    cells: dict[tuple[Any, Any], int]

    def cell(self, row: Any, column: Any) -> int:
        return self.cells.get((row, column), 0)

    def line(self, row: Any) -> list[int]:
        return [self.cell(row, column) for column in self.columns]

    def row_total(self, row: Any) -> int:
        return sum(self.line(row))

    def column_total(self, column: Any) -> int:
        return sum(self.cell(row, column) for row in self.rows)

    @property
    def column_totals(self) -> list[int]:
        return [self.column_total(column) for column in self.columns]

    @property
    def total(self) -> int:
        return sum(self.cells.values())


def recap(
    rows: Iterable[Money], down: str, across: str, *, down_order: Sequence[Any] = (), across_order: Sequence[Any] = ()
) -> Recap:
    """Amounts by two fields of Money. The orders name what shows even when zero; what they leave out follows, sorted."""
    cells: dict[tuple[Any, Any], int] = defaultdict(int)
    for row in rows:
        cells[_value(row, down), _value(row, across)] += row.amount
    return recap_of(cells, down_order=down_order, across_order=across_order)


def recap_of(
    cells: Mapping[tuple[Any, Any], int], *, down_order: Sequence[Any] = (), across_order: Sequence[Any] = ()
) -> Recap:
    """A table of the sums in `cells`; nothing that they hold is left out, whatever the orders name."""
    return Recap(
        _in_order(down_order, {place for place, _ in cells}),
        _in_order(across_order, {place for _, place in cells}),
        dict(cells),
    )


def _value(row: Money, field: str) -> Any:
    if field not in FIELDS:
        raise ValueError(f"Money has no field {field!r} to sum by.")
    return getattr(row, field)


def _in_order(order: Sequence[Any], found: set[Any]) -> tuple[Any, ...]:
    return *order, *sorted(found - set(order))


# --- ceilings --------------------------------------------------------------------------------------------------------


class Amount(Protocol):
    """Money, a BudgetLine or a Ceiling: so much from a source in a year."""

    @property
    def year(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def amount(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Room:
    """What a ceiling offers and what the programmes plan under it."""

    year: int
    source: str
    ceiling: int
    planned: int

    @property
    def over(self) -> int:
        """By how much the plan goes over; 0 within the ceiling."""
        return max(0, self.planned - self.ceiling)

    @property
    def left(self) -> int:
        return max(0, self.ceiling - self.planned)


def rooms(rows: Iterable[Amount], ceilings: Iterable[Amount]) -> list[Room]:
    """Each ceiling with the money planned for its year from its source, in order of year and source."""
    planned: dict[tuple[int, str], int] = defaultdict(int)
    for row in rows:
        planned[row.year, row.source] += row.amount
    ordered = sorted(ceilings, key=lambda each: (each.year, each.source))
    return [Room(each.year, each.source, each.amount, planned[each.year, each.source]) for each in ordered]
