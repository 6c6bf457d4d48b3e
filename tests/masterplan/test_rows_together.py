"""Where a table breaks: no row of it stands alone on a page, and its total goes with two."""

import io
from pathlib import Path

import pypdf
import pytest

from masterplan import units

HEAD = "<div class='tabular' style='break-before: page'><table class='data'><colgroup><col></colgroup><thead><tr><th>Program</th></tr></thead><tbody>"
SOURCE = "<tr class='source-row'><td>Sumber</td></tr></tbody></table></div>"
COUNTS = range(28, 58)  # one to a page after another, so that some table ends at every place of a page


@pytest.mark.parametrize("total", ["", "<tr class='total'><td>Jumlah</td></tr>"], ids=["rows", "rows and their total"])
def test_no_row_stands_alone(media: Path, total: str) -> None:
    tables = "".join(
        HEAD + "".join(f"<tr><td>T{count}R{row}.</td></tr>" for row in range(count)) + total + SOURCE
        for count in COUNTS
    )

    pages = [
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(units.render_bytes(tables, {}, name="Tabel"))).pages
    ]

    broken = 0
    for count in COUNTS:
        rows = [text.count(f"T{count}R") for text in pages if f"T{count}R" in text]
        assert sum(rows) == count
        assert min(rows) >= 2, (count, rows)
        broken += len(rows) > 1
    assert 0 < broken < len(COUNTS)
