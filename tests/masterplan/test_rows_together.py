"""Where a table breaks: no row of it stands alone on a page, and its total goes with two."""

import io
from pathlib import Path

import pypdf
import pytest

from masterplan import pages, units
from masterplan.blocks import Block, Column, Table, TableRow

COUNTS = range(28, 58)  # one behind the other, so that tables begin and end at many places of a page


@pytest.mark.parametrize("totals", [(), (TableRow(("Jumlah",), "total"),)], ids=["rows", "rows and their total"])
def test_no_row_stands_alone(media: Path, totals: tuple[TableRow, ...]) -> None:
    blocks: list[Block] = [
        Table("Uji", (Column("Program"),), (*(TableRow((f"T{count}R{row}.",)) for row in range(count)), *totals))
        for count in COUNTS
    ]
    html = pages.sheet_html("Uji", tuple(blocks), region="Kota Batam", landscape=False, foot="")

    read = pypdf.PdfReader(io.BytesIO(units.render_bytes(html, {}, name="Tabel")))
    texts = [page.extract_text() for page in read.pages]

    for count in COUNTS:
        rows = [text.count(f"T{count}R") for text in texts if f"T{count}R" in text]
        assert sum(rows) == count
        assert min(rows) >= 2, (count, rows)
    assert len(texts) > len(COUNTS), "few tables were broken"
