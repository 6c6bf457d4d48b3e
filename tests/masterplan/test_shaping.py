"""Lines kept from measuring to drawing: the page is, to the byte, the one that the renderer makes of them by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from masterplan import units

RENDER = """
import sys
from pathlib import Path
from masterplan import press, shaping
if sys.argv[1] == "theirs":
    shaping.use = lambda: None
set_text, texts = shaping._theirs.set_text, []
def counted(line, text, justify=False):
    texts.append(text)
    set_text(line, text, justify)
shaping._theirs.set_text = counted
for folder in map(Path, sys.argv[2:]):
    html = (folder / "page.html").read_text()
    press.render({"html": html, "css": [], "files": {}, "dpi": 200, "depth": 0, "tagged": True}, folder)
    (folder / "texts").write_text(str(len(texts)))
    texts.clear()
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
    """Every kind rendered twice, each time by one process: KIND/ours/out.pdf, KIND/theirs/out.pdf."""
    root = tmp_path_factory.mktemp("lines")
    for whose in ("ours", "theirs"):
        folders = [root / str(number) / whose for number in range(len(KINDS))]
        for folder, body in zip(folders, KINDS.values(), strict=True):
            folder.mkdir(parents=True)
            (folder / "page.html").write_text(f"<html lang='id'><style>{STYLE}</style><body>{body}</body></html>")
        done = subprocess.run(
            [sys.executable, "-c", RENDER, whose, *folders], env=units.environment(units.fonts_conf()), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    return root


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_drawn_as_without_it(kind: str, pages: Path) -> None:
    folder = pages / str(list(KINDS).index(kind))
    ours, theirs = ((folder / whose / "out.pdf").read_bytes() for whose in ("ours", "theirs"))
    assert ours == theirs


def test_a_line_is_not_shaped_again_to_be_drawn(pages: Path) -> None:
    folder = pages / str(list(KINDS).index("of a head that is repeated"))
    ours, theirs = (int((folder / whose / "texts").read_text()) for whose in ("ours", "theirs"))
    assert theirs - ours >= 60, "every row of the table was set once more"
