"""Styles that are settled once: the page is, to the byte, the one that the renderer makes when it settles each by itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.masterplan import twice

WATCH = """
from weasyprint.css import ComputedStyle
seen = []
made = ComputedStyle.__init__
def counted(style, *rest):
    seen.append(1)
    made(style, *rest)
ComputedStyle.__init__ = counted
"""
STYLE = """
@page { size: 300px 400px; margin: 7% 10%; @top-right { content: "Bab III"; border-bottom: 1px solid } }
@page :first { margin-top: 80px; @top-right { content: none } }
@page :left { margin-left: 40px; @bottom-left { content: counter(page) } }
@page turned { size: 400px 300px; @bottom-right { content: "lampiran " counter(page, lower-roman) } }
@page :blank { @top-right { content: "kosong" } }
body { font: 12px 'Plus Jakarta Sans' } .wide { page: turned }
table { width: 100%; border-spacing: 3px } td { border: 1px solid #888; padding: 2% 4px; overflow-wrap: anywhere }
.joined { border-collapse: collapse } .joined td { border-width: 2px } .joined td.strong { border: 5px solid }
"""
ROWS = "".join(f"<tr><td>Baris {number}</td><td>satu<br>dua<br>tiga</td></tr>" for number in range(40))
KINDS = {
    "marks of lists": (
        "<ul><li>satu<li>dua<ol start=3><li>tiga<ul style='list-style: inside square'><li>empat</ul></ol></ul>"
        "<style>ul > li::marker { color: teal }</style>"
    ),
    "breaks of lines": (
        "<style>.gap br { content: '' } .big br::before { font-size: 40px } br.far::before { font-size: 30px }</style>"
        "<p>satu<br>dua<br class=far>tiga<br>empat<p class=big>satu<br>dua<br>tiga<p style='white-space: pre-line'>a<br>b\nc<br>"
    ),
    "a table with borders of its own": f"<table>{ROWS}</table>",
    "a table whose borders are joined": f"<table class=joined><thead><tr><th>Program<th>Isi</thead><tr><td class=strong>x<td>y{ROWS}</table>",
    "joined borders counted into the size": f"<style>td {{ box-sizing: border-box; height: 30px }}</style><table class=joined>{ROWS}</table>",
    "one class in places of different width": (
        "<style>.card { width: 50%; margin: 5%; padding: 3% 1em; min-width: 20px; max-width: 90%; border: 2px solid }</style>"
        "<div class=card>Satu<div class=card>Dua<div class=card>Tiga</div></div></div><div style='width: 90px'><div class=card>Empat</div></div>"
    ),
    "heights in percent": (
        "<div style='height: 120px'><div style='height: 50%; background: teal'></div></div><div><div style='height: 50%'>tak tentu</div></div>"
        "<p style='width: calc(50% - 10px); margin-left: calc(1em + 5%)'>hitungan</p>"
    ),
    "boxes that float, hang and stand in a line": (
        "<style>b { width: 30%; padding: 1% }</style><b style='float: left'>kiri</b><b style='position: absolute; right: 0; top: 10%; border: 2px solid; background: teal'>gantung</b>"
        "<p>Kata <b style='display: inline-block; border: 1px solid'>kotak</b> kata <b style='padding: 2px 5%; margin: 3%'>sebaris</b></p>"
    ),
    "boxes that share a row": (
        "<style>section > * { padding: 2%; border: 1px solid } .row { display: flex } .grid { display: grid; grid-template-columns: 1fr 2fr }</style>"
        "<section class=row><b style='position: absolute; width: 40%'>lepas</b><p>satu</p><p style='flex: 1'>dua dua dua dua dua</p><p style='width: 20%'>tiga</p></section>"
        "<section class=row style='flex-direction: column'><p>satu</p><p>dua</p></section><section class=grid><p>satu</p><p>dua</p></section>"
    ),
    "columns": "<div style='columns: 2'>"
    + "<p style='margin: 4%'>Kalimat yang cukup panjang untuk dua baris.</p>" * 20,
    "corners": (
        "<p style='border: 2px solid; border-radius: 5px'>bulat</p><p style='border: 2px solid; border-radius: 50% 0'>separuh</p>"
        "<p style='background: teal; border-radius: 9px; page-break-after: always; box-decoration-break: slice'>patah</p><p>siku</p>"
    ),
    "pages of every kind": (
        f"<table>{ROWS}</table><div class=wide><table>{ROWS}</table></div><p style='break-before: right'>kanan</p><p style='break-before: right'>kanan"
    ),
    "pages that a rule counts": (
        f"<style>@page :nth(3) {{ margin-top: 100px }} @page turned:nth(2) {{ margin-left: 90px }}</style><table>{ROWS}{ROWS}</table>"
        f"<div class=wide><table>{ROWS}</table></div>"
    ),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return twice.rendered(tmp_path_factory.mktemp("styles"), KINDS, STYLE, "styling", WATCH)


@pytest.mark.parametrize("kind", KINDS)
def test_boxes_lie_as_without_it(kind: str, pages: Path) -> None:
    ours, theirs = twice.both(pages, KINDS, kind)
    assert ours == theirs


@pytest.mark.parametrize(
    ("kind", "least"),
    [("a table with borders of its own", 40 * 2 * 5), ("pages of every kind", 40 * 2 * 5 + 8 * 18)],
)
def test_what_is_the_same_is_settled_once(kind: str, least: int, pages: Path) -> None:
    ours, theirs = twice.seen(pages, KINDS, kind)
    assert theirs - ours >= least, "notes of every element, breaks in every row, margins of every page"


def test_no_book_asks_for_what_is_left_out() -> None:
    sources = [
        settings.BASE_DIR / "static/css/book.css",
        *(settings.BASE_DIR / "templates/masterplan/book").rglob("*.html"),
    ]
    assert len(sources) > 10
    asked = re.compile(r"footnote|\bnote-(?:call|marker)|list-item|(?<!li)::marker")
    assert [path.name for path in sources if asked.search(path.read_text())] == []
