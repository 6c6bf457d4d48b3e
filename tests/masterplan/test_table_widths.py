"""Columns of a printed table: as wide as their shares say, but never so narrow that a figure breaks in two."""

import re
import subprocess

import pytest

from masterplan import pages, units
from masterplan.blocks import Block, Column, Heading, Paragraph, Table, TableRow

WORD = re.compile(r'xMin="([\d.]+)".*? xMax="([\d.]+)".*?>([^<]+)</word>')


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


def paper(*blocks: Block) -> list[str]:
    """The words of each page."""
    pdf = units.render_bytes(
        pages.sheet_html("Uji", blocks, region="Kota Batam", landscape=False, foot=""), {}, name="uji"
    )
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True)
    return done.stdout.decode().split("\f")


def test_no_word_of_a_cell_and_no_head_is_broken_or_lies_over_its_neighbour() -> None:
    """The attendance list and the readiness table of Batam, with the shares that they have."""
    heads = (Column("Nama", share=1.7), Column("Jabatan dan instansi", share=2.4), Column("L/P", "center", 0.4),
             Column("OPD", share=0.7), Column("Hari 1 (13/6)", "center", 0.5), Column("Hari 2 (14/6)", "center", 0.5))  # fmt: skip
    cells = (
        "Ir. Surya Dharma Putra, M.T.",
        "Kepala Badan Perencanaan Pembangunan",
        "P",
        "Bapelitbangda",
        "hadir",
        "hadir",
    )
    html = pages.sheet_html(
        "Uji", (Table("Uji", heads, (TableRow(cells),) * 3),), region="Batam", landscape=False, foot=""
    )
    pdf = units.render_bytes(html, {}, name="uji")
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, check=True, capture_output=True)
    found = [(m[3], float(m[1]), float(m[2])) for m in WORD.finditer(done.stdout.decode())]
    days = [(left, right) for word, left, right in found if word in ("Hari", "(13/6)", "(14/6)")]

    assert [word for word, *_ in found].count("Bapelitbangda") == 3
    assert len(days) == 4
    first, second = max(right for _, right in days[:2]), min(left for left, _ in days[2:])
    assert first < second


def test_a_short_table_is_not_broken_over_two_pages() -> None:
    rows = tuple(TableRow((f"Baris {number}", "1")) for number in range(6))
    for lines in range(18, 27):
        found = paper(
            *(Paragraph(f"Kalimat {number}") for number in range(lines)),
            Table("Uji pendek", (Column("Nama"), Column("Nilai", "right")), rows),
        )
        assert len({page.count("Baris") for page in found} - {0}) == 1
        assert "lanjutan" not in "".join(found)


def test_a_heading_and_the_sentence_under_it_stay_with_the_table_that_they_lead_to() -> None:
    rows = tuple(TableRow((f"Baris {number}", "1")) for number in range(40))
    for lines in range(22, 30):
        found = paper(
            *(Paragraph(f"Kalimat {number}") for number in range(lines)),
            Heading(2, "Kesenjangan"),
            Paragraph("Tabel berikut memuat kesenjangan."),
            Table("Uji panjang", (Column("Nama"), Column("Nilai", "right")), rows),
        )
        (page,) = [each for each in found if "Tabel berikut" in each]
        assert "Baris 0" in page


def test_no_code_among_words_is_broken_at_its_hyphen() -> None:
    """Wherever the line ends: before the code stand one to thirty letters."""
    rows = tuple(TableRow((f"{'a' * letters} SB-SO12", "Nilai")) for letters in range(1, 31))
    heads = (Column("Program", share=0.2), Column("Isi", share=0.8))
    blocks: tuple[Block, ...] = (Table("Uji", columns=heads, rows=rows),)
    html = pages.sheet_html("Uji", blocks, region="Kota Batam", landscape=False, foot="")
    pdf = units.render_bytes(html, {}, name="uji")

    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True)

    assert done.stdout.decode().split().count("SB-SO12") == 30


def test_a_column_of_words_is_as_wide_as_the_longest_code_among_them() -> None:
    def first(cell: str) -> float:
        heads = (Column("Kode", share=0.01), *(Column(f"Kolom {at}", share=1) for at in range(5)))
        return widths(Table("Uji", columns=heads, rows=(TableRow((cell, *"abcde")),)))[0]

    assert first("S1, SB-SO12.345") > first("S1, SB-S1") > first("S1, S2")


def test_no_line_ends_within_a_period_of_years() -> None:
    """Wherever in its line the period comes to stand."""
    texts = [
        f"{'a' * length} kata kata kata kata kata kata kata kata kata periode 2022–2031 dan seterusnya."
        for length in range(1, 60)
    ]
    lines = [line for page in paper(*(Paragraph(text) for text in texts)) for line in page.splitlines()]

    assert sum("2022–2031" in line for line in lines) == len(texts)
