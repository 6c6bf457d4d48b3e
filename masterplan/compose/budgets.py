"""The plan's money by dimension, year, source, office and term. All recaps come from the same lines and end in the same sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from bimtek.formats import percent
from bimtek.models import BudgetLine, Stage
from bimtek.rollups import Recap, Term, recap, term_years, total
from masterplan import charts
from masterplan.blocks import Block, Figure, Table, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import amount, col, counted, joined, money_for, nothing, say, span, table

SOURCE = {value: str(label) for value, label in BudgetLine.Source.choices}
WIDE_FROM = 6  # so many years or more need a turned page


def _none() -> list[Block]:
    return [nothing("Anggaran program per tahun dan sumber.", Stage.PROGRAM, "Program")]


def budget_recap(m: Material, argument: str = "") -> list[Block]:
    """By dimension and year with its picture, then by term."""
    return _recapped(m, years=True)


def budget_summary(m: Material, argument: str = "") -> list[Block]:
    """The same without the wide table of years, which the picture shows: for the executive summary."""
    return _recapped(m, years=False)


def _recapped(m: Material, *, years: bool) -> list[Block]:
    if not m.money:
        return _none()
    codes = [each.code for each in m.framework.dimensions]
    found = recap(m.money, "dimension", "year", down_order=codes, across_order=m.years)
    without = sum(not each.budget_lines.all() for each in m.programmes)
    missing = m.sentence("anggaran-belum", jumlah_program=counted(without, "program")) if without else ""
    top = max(codes, key=found.row_total)
    largest = (
        m.sentence("anggaran-terbesar", nama_dimensi=m.dimension_name(top), anggaran=amount(found.row_total(top)))
        if found.total
        else ""
    )
    opening = say(
        m.sentence("anggaran", anggaran=amount(found.total)), largest, missing,
        m.sentence("anggaran-rujukan"), gambar="gambar-anggaran", tabel="anggaran-dimensi" if years else "anggaran-jangka",
    )  # fmt: skip
    wide = [_year_table(m, found)] if years else []
    return [opening, _year_figure(m, found), _by_term(m, "dimension", codes), *wide]


def _year_figure(m: Material, found: Recap) -> Figure:
    rows = [
        charts.Amount(dimension=code, year=year, amount=found.cell(code, year))
        for code in found.rows
        for year in found.columns
    ]
    alt = "; ".join(f"{year}: {amount(found.column_total(year))}" for year in found.columns)
    return Figure(
        caption="Kebutuhan anggaran menurut tahun dan dimensi", chart=charts.budget_by_year(rows),
        alt=f"Diagram batang bertumpuk. {alt}.", source=m.analysis, key="gambar-anggaran",
    )  # fmt: skip


def _year_table(m: Material, found: Recap) -> Table:
    """Dimensions over the years, with row and column sums."""
    unit = money_for(found.cells.values())
    rows = [
        TableRow((m.dimension_name(row), *(unit(value) for value in found.line(row)), unit(found.row_total(row))))
        for row in found.rows
        if found.row_total(row)
    ]
    rows.append(
        TableRow(
            ("Jumlah", *(unit(value) for value in found.column_totals), unit(found.total) if found.total else "0"),
            "total",
        )
    )
    columns = [
        col("Dimensi", 2.1),
        *(col(str(year), 0.9, "right") for year in found.columns),
        col("Jumlah", 1.1, "right"),
    ]
    landscape = len(found.columns) >= WIDE_FROM
    caption = "Rekapitulasi anggaran menurut dimensi dan tahun"
    note = m.sentence("anggaran-satuan", satuan=unit.unit)
    return table(caption, columns, rows, note=note, landscape=landscape, source=m.analysis, key="anggaran-dimensi")


@dataclass(frozen=True)
class Recapped:
    """How one recap by term is called: its caption, the head of its first column, its key."""

    caption: str
    head: str
    key: str


BY_TERM = {
    "dimension": Recapped("Rekapitulasi anggaran menurut dimensi dan jangka", "Dimensi", "anggaran-jangka"),
    "source": Recapped("Rekapitulasi anggaran menurut sumber dan jangka", "Sumber", "anggaran-sumber"),
    "opd": Recapped("Rekapitulasi anggaran menurut perangkat daerah dan jangka", "Perangkat daerah", "anggaran-opd"),
}


def _by_term(m: Material, field: str, order: Sequence[str] = ()) -> Table:
    """By the term in which a programme starts, so that each rupiah counts once."""
    found = recap(m.money, field, "term", down_order=order, across_order=list(Term))
    unit = money_for(found.cells.values())
    called = BY_TERM[field]
    columns = [
        col(called.head, 2.4),
        *(col(_term_head(m, term), 1.15, "right") for term in found.columns),
        col("Jumlah", 1.1, "right"),
    ]
    rows = [
        TableRow((_named(m, field, row), *map(unit, found.line(row)), unit(found.row_total(row))))
        for row in found.rows
        if found.row_total(row)
    ]
    rows.append(
        TableRow(("Jumlah", *map(unit, found.column_totals), unit(found.total) if found.total else "0"), "total")
    )
    note = f"{m.sentence('anggaran-satuan', satuan=unit.unit)} {m.sentence('anggaran-catatan')}"
    return table(called.caption, columns, rows, note=note, source=m.analysis, key=called.key)


def _term_head(m: Material, term: str) -> str:
    """'Jangka pendek (2022)'."""
    if not term:
        return "Tanpa tahun"
    years = span(term_years(m.plan, Term(term)))
    return f"{Term(term).label} ({years})" if years else str(Term(term).label)


def _named(m: Material, field: str, value: str) -> str:
    if field == "dimension":
        return m.dimension_name(value)
    return SOURCE.get(value, value) if field == "source" else value or "Belum ada penanggung jawab"


def budget_by_source(m: Material, argument: str = "") -> list[Block]:
    if not m.money:
        return _none()
    found = recap(m.money, "source", "year", down_order=list(SOURCE), across_order=m.years)
    ranked = sorted(
        ((found.row_total(row), row) for row in found.rows if found.row_total(row)),
        key=lambda each: (-each[0], each[1]),
    )
    grand = total(m.money)
    open_part = found.row_total("belum")
    uncertain = (
        m.sentence("sumber-belum", anggaran=amount(open_part), bagian=percent(100 * open_part / grand, 2))
        if open_part and grand
        else ""
    )
    named = [(value, row) for value, row in ranked if row != "belum"]
    first = (
        m.sentence("sumber-terbesar", nama_sumber=SOURCE.get(named[0][1], named[0][1]), anggaran=amount(named[0][0]))
        if named
        else ""
    )
    rows = [{"source": SOURCE.get(row, row), "amount": value} for value, row in ranked]
    alt = "; ".join(f"{row['source']}: {amount(int(row['amount']))}" for row in rows)
    figure = Figure(
        caption="Kebutuhan anggaran menurut sumber", chart=charts.budget_by_source(rows), alt=f"Diagram batang. {alt}.",
        source=m.analysis, key="gambar-sumber",
    )  # fmt: skip
    closing = say(
        first,
        uncertain,
        m.sentence("sumber-rujukan"),
        gambar="gambar-sumber",
        tabel="anggaran-sumber",
    )
    return [closing, figure, _by_term(m, "source", [row for _, row in ranked])]


def budget_by_opd(m: Material, argument: str = "") -> list[Block]:
    """By the office that leads each programme; programmes without one are set apart, so that nothing is lost."""
    if not m.money:
        return _none()
    found = recap(m.money, "opd", "year", across_order=m.years)
    offices = [row for row in found.rows if row]
    named = m.sentence("opd-sebaran", jumlah_opd=len(offices)) if offices else ""
    three = sorted(offices, key=lambda row: (-found.row_total(row), row))[:3]
    largest = m.sentence("opd-terbesar", nama_opd=joined(three)) if len(offices) > 3 else ""
    ranked = sorted(found.rows, key=lambda row: (not row, -found.row_total(row), row))
    return [say(named, largest, m.sentence("opd-rujukan"), tabel="anggaran-opd"), _by_term(m, "opd", ranked)]
