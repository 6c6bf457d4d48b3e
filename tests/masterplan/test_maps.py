"""Charts that lay two things against each other, and where they stand in the books."""

import pytest

from bimtek.models import Plan
from masterplan import charts, maps
from masterplan.blocks import Figure, Heading, Paragraph, Prose, Table
from masterplan.compose import compose_books
from masterplan.outline import turned_with_tables
from tests.masterplan import rows
from tests.masterplan.reading import TODAY, composed
from tests.masterplan.rows import make_missions, make_programme


def test_every_cell_of_a_map_carries_its_figure_in_letters() -> None:
    spec = maps.programme_map(
        [{"dimension": "SG", "label": "Smart Governance", "counts": [4, 0], "amounts": ["Rp3 miliar", ""]}],
        ["Pendek", "Panjang"],
    )
    drawn = charts.svg(spec)

    assert "4 program · Rp3 miliar" in drawn
    assert drawn.count(">–</text>") == 1


def test_the_words_of_a_quick_win_stand_behind_its_last_mark() -> None:
    spec = maps.quick_wins([{"name": "Antrean", "dimension": "SL", "months": 6, "progress": 50, "targets": [3, 12]}])
    bar = spec["layer"][0]["data"]["values"][0]

    assert (bar["to"], bar["done"], bar["end"]) == (6, 3, 12)
    assert bar["text"] == "6 bulan · 50%"


def test_an_empty_map_is_drawn_without_an_error() -> None:
    for spec in (maps.programme_map([], []), maps.alignment([], {}, []), maps.quick_wins([])):
        assert charts.svg(spec).startswith("<svg")


@pytest.mark.django_db
def test_the_alignment_counts_the_programmes_that_serve_each_misi(plan: Plan) -> None:
    make_missions(plan)
    make_programme(plan, "SG-1.01")
    figure = next(block for block in composed(plan, "alignment_table") if isinstance(block, Figure))
    table = next(block for block in composed(plan, "alignment_table") if isinstance(block, Table))

    cells = figure.chart["layer"][0]
    values = figure.chart["data"]["values"]
    assert cells
    assert {value["column"] for value in values} == {"SG", "SB", "SE", "SL", "SS", "SV"}
    for row in table.rows:
        assert sum(value["size"] for value in values if value["row"].startswith(row.cells[0] + " ")) == int(
            row.cells[-1]
        )


def test_a_heading_stands_on_the_turned_page_of_its_table_and_not_alone_before_it() -> None:
    wide = Table("Lebar", (), (), landscape=True)
    blocks = (Heading(2, "A"), Prose("<p>x</p>"), Heading(3, "B"), Paragraph("y"), wide, Paragraph("z"), wide)
    turned = [getattr(block, "landscape", None) for block in turned_with_tables(blocks)]

    assert turned == [False, None, True, True, True, False, True]


@pytest.mark.django_db
def test_the_executive_summary_leaves_the_factors_and_the_wide_tables_to_the_other_books(plan: Plan) -> None:
    rows.fill(plan)
    books = {book.code: book for book in compose_books(plan, today=TODAY).books}
    captions = {
        code: [block.caption for chapter in book.chapters for block in chapter.blocks if isinstance(block, Table)]
        for code, book in books.items()
    }

    assert "Matriks IFAS: faktor internal" in captions["buku-1"]
    assert "Matriks IFAS: faktor internal" not in captions["buku-3"]
    assert not any(
        block.landscape for chapter in books["buku-3"].chapters for block in chapter.blocks if isinstance(block, Table)
    )
    assert "Rekapitulasi anggaran menurut dimensi dan tahun" in captions["buku-2"]
