"""A sheet's rows as the workbook writes them: column by column, as stored, without a model instance for each row.

A plan of 400 programmes has thousands of budget lines of which four values are shown; an object for each would cost more
than writing its cells. One query a sheet, one more for each kind of link, one for yearly targets or days.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model

from bimtek.exchange.sheets import ATTENDANCE, LINK, LINKS, Column, Sheet, rows_for
from bimtek.models import Indicator, IndicatorTarget, Plan, SessionDay
from regions.access import Access
from regions.models import Opd

FIRST = 2  # the row, counted from 0, where data begin
SPARE = 500  # empty rows below the data that have drop-downs too
TARGET = "target_"


@dataclass
class Filled:
    """A sheet with the rows that go into it."""

    sheet: Sheet
    keys: Sequence[tuple[UUID, int]] = ()
    """Id and version of each row."""
    values: dict[str, Sequence[Any]] = field(default_factory=dict)
    """Column name → the stored value of each row; ids for links."""
    days: dict[UUID, list[Any]] = field(default_factory=dict)
    """Attendee → the days present; of attendees only."""

    @property
    def last(self) -> int:
        """The last row, counted from 0, that validations and totals reach."""
        return FIRST + len(self.keys) + SPARE


def filled(sheet: Sheet, plan: Plan, access: Access, opd: Opd | None = None) -> Filled:
    yearly = [
        column.name for column in sheet.columns if sheet.section.model is Indicator and column.name.startswith(TARGET)
    ]
    stored = [column for column in sheet.columns if column.kind != LINKS and column.name not in yearly]
    names = [f"{column.name}_id" if column.kind == LINK else column.name for column in stored]
    rows = list(rows_for(sheet.section, plan, access, opd).prefetch_related(None).values_list("id", "version", *names))
    if not rows:
        return Filled(sheet)
    ids, versions, *columns = zip(*rows, strict=True)
    values: dict[str, Sequence[Any]] = {column.name: found for column, found in zip(stored, columns, strict=True)}
    for column in sheet.columns:
        if column.kind == LINKS:
            values[column.name] = _linked(sheet, column, plan, ids)
    if yearly:
        values |= _targets(yearly, plan, ids)
    days = _grouped(SessionDay, plan, "attendee_id", "date") if sheet.section is ATTENDANCE else {}
    return Filled(sheet, list(zip(ids, versions, strict=True)), values, days)


def _linked(sheet: Sheet, column: Column, plan: Plan, ids: Iterable[UUID]) -> list[list[UUID]]:
    """For each row the ids that it is linked to."""
    link: Any = sheet.section.model._meta.get_field(column.name)
    through = link.remote_field.through
    found = _grouped(through, plan, f"{link.m2m_field_name()}_id", f"{link.m2m_reverse_field_name()}_id")
    return [found.get(pk, []) for pk in ids]


def _targets(names: Sequence[str], plan: Plan, ids: Sequence[UUID]) -> dict[str, list[Any]]:
    """Column of a year → each indicator's target in it."""
    rows = IndicatorTarget.objects.filter(plan=plan).order_by().values_list("indicator_id", "year", "value")
    told = {(indicator, year): value for indicator, year, value in rows}
    return {name: [told.get((pk, int(name.removeprefix(TARGET)))) for pk in ids] for name in names}


def _grouped(model: type[Model], plan: Plan, one: str, other: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for key, value in model._default_manager.filter(plan=plan).order_by().values_list(one, other):
        found[key].append(value)
    return found
