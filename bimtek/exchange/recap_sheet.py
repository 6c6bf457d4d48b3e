"""The workbook's totals, as formulas over its own sheets: what somebody changes in a cell changes them at once.

Every formula carries the figure of today as its cached value, from the same query as the screens and the books.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from bimtek import rollups
from bimtek.framework import framework
from bimtek.models import BudgetLine, Plan
from bimtek.rollups import Money

if TYPE_CHECKING:
    from bimtek.exchange.workbook import Filled

TITLE = "Rekap"
BudgetSheets = Mapping[str, "Filled"]


def reach(filled: "Filled", name: str) -> str:
    """The cells of a column, heading left out, e.g. "'Program'!$C$3:$C$900"."""
    at = 1 + [column.name for column in filled.sheet.columns].index(name)
    letter = xl_col_to_name(at)
    return f"'{filled.sheet.title}'!${letter}$3:${letter}${filled.last + 1}"


def programme_totals(page: Any, place: int, filled: "Filled", sheets: BudgetSheets, head: Any, form: Any) -> None:
    """Beside each programme the sum of its budget lines."""
    money = sheets.get("anggaran")
    if money is None:
        return
    page.write_string(1, place, "Jumlah anggaran (dihitung)", head)
    page.set_column(place, place, 20, form)
    code = 1 + [column.name for column in filled.sheet.columns].index("code")
    sums: dict[Any, int] = defaultdict(int)
    for line in money.rows:
        sums[line.programme_id] += line.amount
    for at, row in enumerate(filled.rows, start=2):
        cell = xl_rowcol_to_cell(at, code, col_abs=True)
        formula = f"=SUMIFS({reach(money, 'amount')},{reach(money, 'programme')},{cell})"
        page.write_formula(at, place, formula, form, sums[row.pk])


def write(book: Any, plan: Plan, sheets: BudgetSheets, money: Sequence[Money]) -> None:
    """Dimension by year and source by year; both grand totals agree, or the last line says by how much not."""
    programmes, lines = sheets.get("program"), sheets.get("anggaran")
    if programmes is None or lines is None:
        return
    page = book.add_worksheet(TITLE)
    table = Table(book, page, plan)
    amount, year = reach(lines, "amount"), reach(lines, "year")
    dimensions = [(d.code, f"{d.code} · {d.name}") for d in framework(plan.framework).dimensions]
    codes, subs = reach(programmes, "code"), reach(programmes, "sub_dimension")
    by_dimension = table.block(
        0, "Anggaran menurut dimensi dan tahun (Rp)", dimensions,
        lambda code, cell: (
            f'SUMPRODUCT((LEFT({subs},{len(code) + 1})="{code}-")*SUMIFS({amount},{reach(lines, "programme")},{codes},{year},{cell}))'
        ),
        rollups.recap(money, "dimension", "year", across_order=list(plan.years)),
    )  # fmt: skip
    by_source = table.block(
        len(dimensions) + 5, "Anggaran menurut sumber dan tahun (Rp)", [(s.value, str(s.label)) for s in BudgetLine.Source],
        lambda code, cell: f'SUMIFS({amount},{reach(lines, "source")},"{BudgetLine.Source(code).label}",{year},{cell})',
        rollups.recap(money, "source", "year", across_order=list(plan.years)),
    )  # fmt: skip
    table.compare(len(dimensions) + len(BudgetLine.Source) + 10, by_dimension, by_source)


class Table:
    """Writes blocks of sums one below the other."""

    def __init__(self, book: Any, page: Any, plan: Plan) -> None:
        self.page, self.years = page, list(plan.years)
        self.title = book.add_format({"bold": True, "font_size": 13, "font_color": "#07393E"})
        self.head = book.add_format({"bold": True, "bg_color": "#07393E", "font_color": "#FFFFFF", "border": 1})
        self.figure = book.add_format({"num_format": "#,##0;-#,##0;–", "align": "right"})
        self.sum = book.add_format({"num_format": "#,##0;-#,##0;–", "bold": True, "top": 1, "align": "right"})
        page.set_column(0, 0, 32)
        page.set_column(1, len(self.years) + 1, 18)
        page.freeze_panes(0, 1)

    def block(
        self, top: int, title: str, lines: list[tuple[str, str]], formula: Any, found: rollups.Recap
    ) -> tuple[str, int]:
        """One table at row `top` (from 0); returns the cell of its grand total, and the total."""
        page, last = self.page, len(self.years) + 1
        page.write_string(top, 0, title, self.title)
        page.write_string(top + 1, 0, "", self.head)
        for place, year in enumerate(self.years, start=1):
            page.write_number(top + 1, place, year, self.head)
        page.write_string(top + 1, last, "Jumlah", self.head)
        first = top + 2
        for at, (code, label) in enumerate(lines, start=first):
            page.write_string(at, 0, label)
            for place, year in enumerate(self.years, start=1):
                head = xl_rowcol_to_cell(top + 1, place, row_abs=True)
                page.write_formula(at, place, f"={formula(code, head)}", self.figure, found.cell(code, year))
            self._sum(at, last, (at, 1), (at, last - 1), found.row_total(code))
        end = first + len(lines)
        page.write_string(end, 0, "Jumlah", self.sum)
        for place, year in enumerate(self.years, start=1):
            self._sum(end, place, (first, place), (end - 1, place), found.column_total(year))
        self._sum(end, last, (first, last), (end - 1, last), found.total)
        return xl_rowcol_to_cell(end, last), found.total

    def _sum(self, at: int, place: int, start: tuple[int, int], end: tuple[int, int], value: int) -> None:
        cells = f"{xl_rowcol_to_cell(*start)}:{xl_rowcol_to_cell(*end)}"
        self.page.write_formula(at, place, f"=SUM({cells})", self.sum, value)

    def compare(self, at: int, one: tuple[str, int], other: tuple[str, int]) -> None:
        self.page.write_string(at, 0, "Selisih kedua jumlah (harus nol)")
        self.page.write_formula(at, 1, f"={one[0]}-{other[0]}", self.sum, one[1] - other[1])
