"""Lines kept from measuring to drawing: the page is, to the byte, the one that the renderer makes of them by itself."""

from pathlib import Path

import pytest

from tests.masterplan import twice

WATCH = """
seen = []
set_text = shaping._theirs.set_text
def counted(line, text, justify=False):
    seen.append(text)
    set_text(line, text, justify)
shaping._theirs.set_text = counted
"""
STYLE = (
    "@page { size: 300px 400px; margin: 20px } body { font: 14px 'Plus Jakarta Sans'; width: 220px }"
    " table { border-collapse: collapse; width: 100% } td { overflow-wrap: anywhere }"
)
LONG = "Masterplan ini memandu sepuluh tahun pembangunan layanan cerdas dari desa sampai kota. "
KINDS = {
    "of a paragraph": f"<p>{LONG * 3}</p>",
    "that are justified": f'<p style="text-align: justify">{LONG * 3}</p>',
    "with spaced letters and words": f'<p style="letter-spacing: 1px">{LONG}</p><p style="word-spacing: 4px">{LONG}</p>',
    "hyphenated": f'<p lang="id" style="hyphens: auto; width: 90px">{LONG}</p><p style="width: 60px">ke&shy;pe&shy;me&shy;rin&shy;tah&shy;an</p>',
    "broken inside a word": f"<table><tr><td>{'x' * 300}</td><td>{LONG}</td></tr></table>",
    "kept as they are typed": f'<pre>satu\n\tdua\n\n  tiga\r\nempat</pre><div style="white-space: pre-wrap">a\n{LONG}\n\u2029b</div>',
    "cut off": f'<div style="white-space: nowrap; overflow: hidden; text-overflow: ellipsis">{LONG}</div>',
    "from right to left": '<p dir="rtl">كتاب المدينة الذكية 2022 – 2031 كتاب المدينة الذكية</p>',
    "underlined, raised and with figures of one width": (
        "<p><u>Bab III</u> <s>lama</s> km<sup>2</sup> <span style='font-variant-numeric: tabular-nums'>1.250.000</span></p>"
    ),
    "of a head that is repeated": "<table><thead><tr><th>Program</th></tr></thead>"
    + "".join(f"<tr><td>Baris {number}</td></tr>" for number in range(60))
    + "</table>",
    "led by dots": "<style>a::after { content: leader('.') '12' }</style><p><a>Bab I</a></p>",
    "of a first letter and a first line": f"<style>p::first-letter {{ font-size: 30px }} p::first-line {{ color: red }}</style><p>{LONG}</p>",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return twice.rendered(tmp_path_factory.mktemp("lines"), KINDS, STYLE, "shaping", WATCH)


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_drawn_as_without_it(kind: str, pages: Path) -> None:
    ours, theirs = twice.both(pages, KINDS, kind)
    assert ours == theirs


def test_a_line_is_not_shaped_again_to_be_drawn(pages: Path) -> None:
    ours, theirs = twice.seen(pages, KINDS, "of a head that is repeated")
    assert theirs - ours >= 60, "every row of the table was set once more"
