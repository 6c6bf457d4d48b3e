"""A section's rows as a grid of texts: which columns it has, and how each value reads in its cell and is read back.

The columns are those of the section's sheet (bimtek.exchange.sheets), so the grid, the workbook and the form cannot
differ; programmes have one more column for each year and source of their money. Every text that a cell shows is read
back to the value it came from: bimtek.exchange.cells reads what people type or paste.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms

from bimtek import formats
from bimtek.exchange import cells
from bimtek.exchange.sheets import (
    CHOICE,
    LINK,
    LINKS,
    NUMBER,
    RUPIAH,
    TEXT,
    WHOLE,
    YES,
    Column,
    Names,
    Sheet,
    plain_value,
    rows_for,
    sheet_of,
    shown,
    values_of,
)
from bimtek.forms.drafts import Raw, is_prose
from bimtek.forms.rows import RowForm
from bimtek.models import BudgetLine, Plan
from bimtek.sections import Section
from regions.access import Access
from regions.models import Opd

TOTAL = Column("total", "Total anggaran", RUPIAH, help="Jumlah semua tahun dan sumber; dihitung sendiri.")
USUAL = {
    "program": ("code", "sub_dimension", "benefit", "name", "opd", "kind", "priority", "start_year", "end_year", "total"),
}  # fmt: skip
"""What is shown until a person chooses; a section that is not here shows everything."""
MOST_OPTIONS = 200  # names offered in a cell


def money_name(year: int, source: str) -> str:
    return f"rp_{year}_{source}"


@dataclass(frozen=True)
class Cell:
    """A money column's year and source."""

    year: int
    source: str


class Grid:
    """One section of a plan as one person sees it. Asks the same number of queries however many rows there are."""

    def __init__(self, plan: Plan, section: Section, access: Access, chosen: Collection[str] | None = None) -> None:
        self.plan, self.section, self.access = plan, section, access
        self.sheet: Sheet = sheet_of(section, plan, access)
        self.names = Names(plan, access)
        self.chosen = chosen

    @cached_property
    def blank(self) -> RowForm:
        """The section's form over a row that is not there: labels, widgets, and what a new row starts with."""
        row = self.section.model(plan=self.plan, region=self.plan.region)
        return self.section.form(instance=row, plan=self.plan, access=self.access)

    # --- columns -----------------------------------------------------------------------------------------------------
    @cached_property
    def money(self) -> dict[str, Cell]:
        """Column → year and source: every source where a programme has money, and those that the person chose."""
        if self.section.model.__name__ != "Programme":
            return {}
        used = set(self.plan.budgetline_set.order_by().values_list("source", flat=True).distinct())
        wanted = used | {key.removeprefix("rp_") for key in self.chosen or () if key.startswith("rp_")}
        sources = [source for source in BudgetLine.Source.values if source in wanted] or [BudgetLine.Source.APBD.value]
        return {money_name(year, source): Cell(year, source) for source in sources for year in self.plan.years}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        labels = dict(BudgetLine.Source.choices)
        money = [
            Column(name, f"{cell.year} {labels[cell.source]}", RUPIAH, help="Boleh ditulis 1,5 M atau 750 juta.")
            for name, cell in self.money.items()
        ]
        return (*self.sheet.columns, *([TOTAL, *money] if money else []))

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def shown_keys(self) -> set[str]:
        """Keys of the columns in sight: names, and 'rp_<source>' for the money of one source."""
        if self.chosen is not None:
            return set(self.chosen)
        keys = set(USUAL.get(self.section.key, [column.name for column in self.sheet.columns]))
        return keys | {self.key_of(name) for name in self.money}

    def key_of(self, name: str) -> str:
        return f"rp_{self.money[name].source}" if name in self.money else name

    def describe(self) -> list[dict[str, Any]]:
        """The columns as the page's script wants them; the first one always shows."""
        found = []
        for at, column in enumerate(self.columns):
            key = self.key_of(column.name)
            entry = {
                "name": column.name, "title": column.title, "kind": column.kind, "key": key, "help": column.help,
                "required": column.required, "fixed": self.is_fixed(column), "long": self.is_long(column),
                "on": at == 0 or key in self.shown_keys, "options": self.options(column),
            }  # fmt: skip
            found.append({name: value for name, value in entry.items() if value not in ("", False, [])})
        return found

    def is_fixed(self, column: Column) -> bool:
        field = self.blank.fields.get(column.name)
        return column is TOTAL or bool(field and field.disabled)

    def is_long(self, column: Column) -> bool:
        field = self.blank.fields.get(column.name)
        return column.kind == TEXT and field is not None and is_prose(field)

    def options(self, column: Column) -> list[str]:
        """The words that a cell may hold, offered while somebody types."""
        if column.kind == YES:
            return ["Ya", "Tidak"]
        if column.kind == CHOICE:
            return [label for _, label in column.choices]
        if column.kind == LINK and column.model is Opd:
            field: Any = self.blank.fields[column.name]
            return [str(opd) for opd in field.queryset]
        if column.kind == LINK:
            return list(self.names.labels(column.model).values())[:MOST_OPTIONS]
        return []

    def other_sources(self) -> list[tuple[str, str]]:
        """Sources of money without a column yet, by their keys."""
        there = {cell.source for cell in self.money.values()}
        return [(f"rp_{value}", label) for value, label in BudgetLine.Source.choices if there and value not in there]

    # --- rows --------------------------------------------------------------------------------------------------------
    def rows(self) -> Any:
        """The rows that this person works on: an operator's are those of the own office."""
        rows = rows_for(self.section, self.plan, self.access)
        return rows.prefetch_related("budget_lines") if self.money else rows

    def texts(self, row: Any) -> list[str]:
        """The row's cells, in the order of `columns`."""
        values = values_of(self.sheet, row)
        found = {name: self.text(self.sheet.by_name[name], value) for name, value in values.items()}
        if self.money:
            lines = list(row.budget_lines.all())
            found |= {money_name(line.year, line.source): formats.number(line.amount) for line in lines}
            found["total"] = formats.number(sum(line.amount for line in lines)) if lines else ""
        return [found.get(column.name, "") for column in self.columns]

    def entries(self, rows: Iterable[Any]) -> list[list[Any]]:
        return [[str(row.pk), row.version, self.texts(row)] for row in rows]

    def text(self, column: Column, value: Any) -> str:
        """How a plain value reads in its cell."""
        found = shown(column, value, self.names)
        if found is None:
            return ""
        if column.kind == RUPIAH or (isinstance(found, Decimal) and column.kind == NUMBER):
            return formats.number(found)
        if isinstance(found, datetime.datetime):
            return found.isoformat(" ", "minutes")
        return found.isoformat() if isinstance(found, datetime.date) else str(found)

    # --- reading -----------------------------------------------------------------------------------------------------
    def raw(self, column: Column, text: str) -> Raw:
        """What somebody typed, as the form's own field would be sent it. ValidationError says what was expected."""
        value = cells.read(column, text, self.names)
        if column.kind == LINKS:
            return sorted(value)
        if column.kind == YES:
            return bool(value)
        if value == "":
            return ""
        return formats.number(value).replace(".", "") if self._wants_comma(column) else str(value)

    def _wants_comma(self, column: Column) -> bool:
        field: forms.Field | None = self.blank.fields.get(column.name)
        return column.kind in (NUMBER, WHOLE) and field is not None and bool(field.localize)

    def amount(self, text: str) -> int | None:
        """Whole rupiah out of a money cell; None for nothing."""
        found = plain_value(TOTAL, cells.read(TOTAL, text, self.names))
        return None if found == "" else int(found)
