"""Columns of a printed table: as wide as their shares say, but never so narrow that a figure breaks in two."""

import subprocess

import pytest

from masterplan import pages, units
from masterplan.blocks import Block, Column, Table, TableRow


def recap(columns: int, figure: str, *, landscape: bool = False) -> Table:
    heads = (Column("Dimensi", share=2.4), *(Column(f"Kolom {at}", "right", 1.15) for at in range(columns)))
    rows = (TableRow(("Smart Governance", *[figure] * columns)), TableRow(("Jumlah", *[figure] * columns), "total"))
    return Table("Uji", columns=heads, rows=rows, landscape=landscape)


def widths(table: Table) -> list[float]:
    return [float(width) for width in pages._table(table)["widths"]]


def test_shares_hold_while_all_figures_fit() -> None:
    assert widths(recap(5, "1.313")) == pytest.approx([100 * 2.4 / 8.15, *[100 * 1.15 / 8.15] * 5], abs=0.01)
    assert not pages._table(recap(5, "1.313"))["tight"]


@pytest.mark.parametrize(
    ("columns", "figure", "landscape"),
    [(5, "1.313.032.914", False), (11, "12.345.678.901", True), (11, "123.456.789.012.345", True)],
)
def test_words_give_way_to_figures_and_the_table_stays_as_wide_as_the_page(
    columns: int, figure: str, landscape: bool
) -> None:
    found = widths(recap(columns, figure, landscape=landscape))

    assert sum(found) == pytest.approx(100, abs=0.1)
    assert min(found) > 0
    assert found[1] > widths(recap(columns, "1", landscape=landscape))[1]


@pytest.mark.parametrize(
    ("columns", "figure", "landscape"), [(5, "1.313.032.914", False), (11, "12.345.678.901", True)]
)
def test_no_figure_is_broken_on_paper(columns: int, figure: str, landscape: bool) -> None:
    blocks: tuple[Block, ...] = (recap(columns, figure, landscape=landscape),)
    html = pages.sheet_html("Uji", blocks, region="Kota Batam", landscape=landscape, foot="")
    pdf = units.render_bytes(html, {}, name="uji")

    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True)

    assert done.stdout.decode().split().count(figure) == 2 * columns


def test_no_code_among_words_is_broken_at_its_hyphen() -> None:
    cells = (
        "O2, S3, SB-O1, SB-S1, SB-S12",
        "SB-SO1, SO2",
        "SB-1.03 Batam Kota Wisata Sehat",
        "Kunjungan wisata",
        "7",
        "Baru",
    )
    heads = tuple(Column(f"Kolom {at}", share=0.7) for at in range(len(cells)))
    blocks = (Table("Uji", columns=heads, rows=(TableRow(cells), TableRow(cells)), landscape=False),)
    html = pages.sheet_html("Uji", blocks, region="Kota Batam", landscape=False, foot="")
    pdf = units.render_bytes(html, {}, name="uji")

    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True)

    words = [word.strip(",") for word in done.stdout.decode().split()]
    assert {code: words.count(code) for code in ("SB-O1", "SB-S1", "SB-S12", "SB-SO1", "SB-1.03")} == dict.fromkeys(
        ("SB-O1", "SB-S1", "SB-S12", "SB-SO1", "SB-1.03"), 2
    )
