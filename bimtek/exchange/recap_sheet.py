"""The workbook's totals, as formulas over its own sheets: what somebody changes in a cell changes them at once.

Every formula carries the figure of today as its cached value, from the same query as the screens and the books.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from bimtek import rollups
from bimtek.exchange.taking import FIRST, Filled
from bimtek.framework import framework
from bimtek.models import BudgetLine, Plan
from bimtek.rollups import Money, Term

TITLE, TOTAL = "Rekap", "Jumlah anggaran (dihitung)"
NO_OFFICE = "Tanpa OPD"
SEAM = "|"  # between a code and its sub-dimension: in no code, and never part of a number
Lines = Sequence[tuple[str, str]]
BudgetSheets = Mapping[str, Filled]


def reach(filled: Filled, name: str) -> str:
    """The cells of a column, heading left out, e.g. "'Program'!$C$3:$C$900"."""
    return _cells(filled, _place(filled, name))


def sums_of(filled: Filled) -> str:
    """The cells in which each programme's sum stands: those to the right of its own columns."""
    return _cells(filled, len(filled.sheet.columns) + 1)


def _cells(filled: Filled, place: int) -> str:
    letter = xl_col_to_name(place)
    return f"'{filled.sheet.title}'!${letter}$3:${letter}${filled.last + 1}"


def _place(filled: Filled, name: str) -> int:
    return 1 + [column.name for column in filled.sheet.columns].index(name)


def programme_totals(page: Any, place: int, filled: Filled, sheets: BudgetSheets, head: Any, form: Any) -> None:
    """Beside each programme the sum of its budget lines.

    Codes are compared with `=`: SUMIFS would take "1.1" and "1.10" for the same number, and "*" for any code.
    """
    money = sheets.get("anggaran")
    if money is None:
        return
    page.write_string(1, place, TOTAL, head)
    page.set_column(place, place, 20, form)
    code = xl_col_to_name(_place(filled, "code"))
    lines, amounts = reach(money, "programme"), reach(money, "amount")
    sums: dict[Any, int] = defaultdict(int)
    for programme, amount in zip(money.values.get("programme", ()), money.values.get("amount", ()), strict=True):
        sums[programme] += amount
    for at, (pk, _) in enumerate(filled.keys, start=FIRST):
        formula = f"=SUMPRODUCT(--({lines}=${code}{at + 1}),{amounts})"
        page.write_formula(at, place, formula, form, sums[pk])


def write(book: Any, plan: Plan, sheets: BudgetSheets, money: Sequence[Money]) -> None:
    """Dimension and source by year, dimension and office by term; all grand totals agree, or the last lines say by how much not."""
    programmes, lines = sheets.get("program"), sheets.get("anggaran")
    if programmes is None or lines is None:
        return
    page = book.add_worksheet(TITLE)
    by_dimension = rollups.recap(money, "dimension", "year", across_order=list(plan.years))
    table = Table(book, page, len(by_dimension.columns))
    years = [(year, year) for year in by_dimension.columns]
    dimensions = _dimensions(plan, by_dimension)
    sums = [
        table.block(
            "Anggaran menurut dimensi dan tahun (Rp)", dimensions, years, partial(_in_dimension, programmes, lines), by_dimension
        ),
        table.block(
            "Anggaran menurut sumber dan tahun (Rp)", [(s.value, str(s.label)) for s in BudgetLine.Source], years,
            partial(_by_source, lines), rollups.recap(money, "source", "year"),
        ),
    ]  # fmt: skip
    terms = [*((term.value, term.label) for term in Term if rollups.term_years(plan, term)), ("", "Tanpa tahun")]
    by_office = _by_office(plan, money)
    offices = [(label, label or NO_OFFICE) for label in sorted(by_office.rows, key=lambda label: (not label, label))]
    for title, names, condition, found in (
        ("dimensi", dimensions, _of_dimension, rollups.recap(money, "dimension", "term")),
        ("OPD penanggung jawab", offices, _of_office, by_office),
    ):
        formula = partial(_by_term, plan, programmes, condition)
        sums.append(table.block(f"Anggaran menurut {title} dan jangka (Rp)", names, terms, formula, found))
    for number, each in enumerate(sums[1:], start=2):
        table.compare(f"Selisih jumlah tabel 1 dan {number} (harus nol)", sums[0], each)


def _dimensions(plan: Plan, found: rollups.Recap) -> list[tuple[str, str]]:
    """Those of the framework, and what money has of another one."""
    known = {d.code: f"{d.code} · {d.name}" for d in framework(plan.framework).dimensions}
    return [*known.items(), *((code, code) for code in found.rows if code not in known)]


def _by_office(plan: Plan, money: Sequence[Money]) -> rollups.Recap:
    """By what the cells call an office: two offices with one abbreviation are one row, as they are for a formula."""
    called = {opd.name: str(opd) for opd in plan.region.opd_set.order_by("active")}
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for line in money:
        cells[called.get(line.opd, ""), line.term] += line.amount
    return rollups.recap_of(cells)


# --- formulas over the sheets' cells ---------------------------------------------------------------------------------


def _by_source(lines: Filled, source: Any, label: str, year: Any, cell: str) -> str:
    condition = f"{reach(lines, 'source')},{quoted(label)}"
    return f"SUMIFS({reach(lines, 'amount')},{condition},{reach(lines, 'year')},{cell})"


def _in_dimension(programmes: Filled, lines: Filled, code: str, label: str, year: Any, cell: str) -> str:
    """Lines whose programme is found with a sub-dimension of this dimension beside its code."""
    begin = f'"{SEAM}{code}-"'
    known = f'{reach(programmes, "code")}&"{SEAM}"&LEFT({reach(programmes, "sub_dimension")},{len(code) + 1})'
    found = f"ISNUMBER(MATCH({reach(lines, 'programme')}&{begin},{known},0))"
    return f"SUMPRODUCT({found}*({reach(lines, 'year')}={cell}),{reach(lines, 'amount')})"


def _by_term(plan: Plan, programmes: Filled, condition: Any, value: str, label: str, term: Any, cell: str) -> str:
    """The programmes' own sums, by where they start; what starts nowhere in the plan has no term (rollups.term_of)."""
    first, last = (reach(programmes, name) for name in ("start_year", "end_year"))
    placed = f'(({last}="")+({last}<={plan.last_year})*({last}>={first})>0)*({first}<>"")'
    if term:
        years = rollups.term_years(plan, Term(term))
        begins = f"({first}>={years[0]})*({first}<={years[-1]})*{placed}"
    else:
        begins = f"(({first}>={plan.first_year})*({first}<={plan.last_year})*{placed}=0)"
    return f"SUMPRODUCT({condition(programmes, value, label)}*{begins},{sums_of(programmes)})"


def _of_dimension(programmes: Filled, code: str, label: str) -> str:
    return f'(LEFT({reach(programmes, "sub_dimension")},{len(code) + 1})="{code}-")'


def _of_office(programmes: Filled, name: str, label: str) -> str:
    return f"({reach(programmes, 'opd')}={quoted(name)})"


def quoted(text: str) -> str:
    """A text as a formula holds it."""
    return '"' + text.replace('"', '""') + '"'


class Table:
    """Writes blocks of sums one below the other."""

    def __init__(self, book: Any, page: Any, most: int) -> None:
        """most: columns of figures that the widest block has."""
        self.page, self.at = page, 0
        self.title = book.add_format({"bold": True, "font_size": 13, "font_color": "#07393E"})
        self.head = book.add_format({"bold": True, "bg_color": "#07393E", "font_color": "#FFFFFF", "border": 1})
        self.figure = book.add_format({"num_format": "#,##0;-#,##0;–", "align": "right"})
        self.sum = book.add_format({"num_format": "#,##0;-#,##0;–", "bold": True, "top": 1, "align": "right"})
        page.set_column(0, 0, 38)
        page.set_column(1, most + 1, 18)
        page.freeze_panes(0, 1)

    def block(
        self, title: str, lines: Lines, heads: Sequence[tuple[Any, Any]], formula: Any, found: rollups.Recap
    ) -> tuple[str, int]:
        """One table below the last; returns the cell of its grand total, and the total."""
        page, top, last = self.page, self.at, len(heads) + 1
        page.write_string(top, 0, title, self.title)
        page.write_string(top + 1, 0, "", self.head)
        for place, (_, head) in enumerate(heads, start=1):
            page.write(top + 1, place, head, self.head)
        page.write_string(top + 1, last, "Jumlah", self.head)
        first = top + 2
        for at, (code, label) in enumerate(lines, start=first):
            page.write_string(at, 0, label)
            for place, (value, _) in enumerate(heads, start=1):
                head = xl_rowcol_to_cell(top + 1, place, row_abs=True)
                page.write_formula(
                    at, place, f"={formula(code, label, value, head)}", self.figure, found.cell(code, value)
                )
            self._sum(at, last, (at, 1), (at, last - 1), found.row_total(code))
        end = first + len(lines)
        page.write_string(end, 0, "Jumlah", self.sum)
        for place, (value, _) in enumerate(heads, start=1):
            self._sum(end, place, (first, place), (end - 1, place), found.column_total(value))
        self._sum(end, last, (first, last), (end - 1, last), found.total)
        self.at = end + 2
        return xl_rowcol_to_cell(end, last), found.total

    def _sum(self, at: int, place: int, start: tuple[int, int], end: tuple[int, int], value: int) -> None:
        """Of no cells it is zero: a sum that reached backwards would hold its own cell."""
        cells = f"{xl_rowcol_to_cell(*start)}:{xl_rowcol_to_cell(*end)}"
        self.page.write_formula(at, place, f"=SUM({cells})" if start <= end else "=0", self.sum, value)

    def compare(self, title: str, one: tuple[str, int], other: tuple[str, int]) -> None:
        self.page.write_string(self.at, 0, title)
        self.page.write_formula(self.at, 1, f"={one[0]}-{other[0]}", self.sum, one[1] - other[1])
        self.at += 1
