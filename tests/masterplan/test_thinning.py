"""What the press leaves out of tags and pages, and that nothing read or seen is lost with it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from masterplan import ink, thinning, units

LINES = "Setiap warga memperoleh layanan yang lebih cepat dan lebih dekat. " * 8
HTML = f"""<!doctype html><html lang="id"><title>Uji</title><body><div><section><h1>Judul</h1><div><p>{LINES}<b>tebal</b> {LINES}</p></div>
<div>Kata dalam kotak</div>
<ol><li>Satu<ol><li>Anak</li></ol></li><li><p>Dua</p></li><li><p>Tiga</p><p>Lagi</p></li></ol>
<dl><div><dt>OPD</dt><dd>Perangkat daerah</dd></div><div><dt>SPBE</dt><dd>Sistem</dd></div></dl>
<table><thead><tr><th>Nama</th><th>Nilai</th></tr></thead><tbody><tr><td><div><span>Kota</span></div></td><td>{LINES}</td></tr></tbody></table>
<p>Lihat <a href="https://example.go.id/">laman ini</a>.</p></section></div></body></html>"""


@pytest.fixture
def sheet(media: Path, tmp_path: Path) -> Iterator[pikepdf.Pdf]:
    (tmp_path / "sheet.pdf").write_bytes(units.render_bytes(HTML, {}, name="Uji"))
    with pikepdf.open(tmp_path / "sheet.pdf") as found:
        yield found


def outline(element: Any) -> str:
    """The tree as "S[S S]", marks as dots, references to links as "@"."""
    kids = []
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary):
            kids.append(outline(kid) if "/S" in kid else "@")
        else:
            kids.append(".")
    return f"{str(element.S)[1:]}[{' '.join(kids)}]"


def test_what_is_read_is_left_and_boxes_and_lines_are_not(sheet: pikepdf.Pdf) -> None:
    assert outline(sheet.Root.StructTreeRoot.K[0]) == (
        "Document[Sect[H1[.] P[.] P[.]"
        " L[LI[Lbl[.] LBody[.]] L[LI[Lbl[.] LBody[.]]] LI[Lbl[.] LBody[.]] LI[Lbl[.] LBody[P[.] P[.]]]]"
        " L[LI[Lbl[.] LBody[.]] LI[Lbl[.] LBody[.]]]"
        " Table[THead[TR[TH[.] TH[.]]] TBody[TR[TD[.] TD[.]]]]"
        " P[. Link[@ .] .]]]"
    )


def test_every_mark_is_owned_once_by_the_element_that_holds_it(sheet: pikepdf.Pdf) -> None:
    words = sheet.pages[0].obj.Contents.read_bytes()
    marks = [int(mark) for mark in re.findall(rb"MCID (\d+)", words)]
    owned = list(sheet.Root.StructTreeRoot.ParentTree.Nums[1])

    assert marks == list(range(len(owned)))
    for mark, owner in enumerate(owned):
        assert mark in list(owner.K)
    assert words.count(b"BDC") + words.count(b"BMC") == words.count(b"EMC")


def test_marks_of_two_elements_are_not_joined_and_what_nobody_owns_is_an_artifact() -> None:
    shown = b"".join(b"/Span\n<</MCID %d>>\nBDC\n(%d) Tj\nEMC\n" % (mark, mark) for mark in range(5))
    words, numbers = thinning.joined(shown, {(0, 1), (2, 3)}, {0, 1, 2, 3})

    assert words == (
        b"/P <</MCID 0>> BDC\n(0) Tj\n(1) Tj\nEMC\n/P <</MCID 1>> BDC\n(2) Tj\n(3) Tj\nEMC\n/Artifact BMC\n(4) Tj\nEMC\n"
    )
    assert numbers == {0: 0, 1: 0, 2: 1, 3: 1}


def edge(x1: str, y1: str, x2: str, y2: str, width: str = "0.5") -> str:
    return f"/Artifact\nBMC\nq\nq\n/A1.0 gs\n0 0 0 RG\n{width} w\n{x1} {y1} m\n{x2} {y2} l\nS\nQ\nQ\nEMC\n"


def test_edges_of_one_colour_and_width_say_it_once_and_are_still_drawn_one_by_one() -> None:
    drawn = (
        edge("1", "5", "2", "5") + edge("7", "1", "7", "3") + edge("2", "5", "4", "5") + edge("1", "6", "4", "6", "2")
    )
    words = ink.shorter(drawn.encode())

    assert words.count(b" RG\n") == 2
    assert b"0.5 w\n1 5 m\n2 5 l\nS\n7 1 m\n7 3 l\nS\n2 5 m\n4 5 l\nS\nQ" in words
    assert b"2 w\n1 6 m\n4 6 l\nS\nQ" in words


def test_edges_of_a_row_are_drawn_from_its_height_so_that_rows_are_spelled_alike() -> None:
    first, second = (ink.shorter((edge("1", y, "2", y) + edge("2", y, "4", y)).encode()) for y in ("5", "61.5"))

    assert b"q\n1 0 0 1 0 5 cm\n1 0 m\n2 0 l\nS\n2 0 m\n4 0 l\nS\nQ\nQ" in first
    assert second == first.replace(b"0 5 cm", b"0 61.5 cm")


def test_a_line_that_lets_through_what_is_under_it_is_left_as_it_is() -> None:
    drawn = (edge("1", "5", "2", "5") + edge("2", "5", "4", "5")).replace("/A1.0", "/A0.5").encode()

    assert ink.shorter(drawn) == drawn


def test_scales_and_colours_keep_all_their_digits_and_kerning_its_numbers() -> None:
    drawn = b"0.1234567 0 0 0.1234567 10.1234567 -20.9876543 cm\n"
    assert ink.shorter(drawn) == b"0.1234567 0 0 0.1234567 10.12345 -20.98765 cm\n"
    assert ink.shorter(b"[<0001>0<0002>10<0003>] TJ\n") == b"[<00010002>10<0003>] TJ\n"


def written(mark: str, x: str, y: str, glyphs: str, before: str = "") -> str:
    return f"{mark}\n{before}BT\n1 0 0 -1 {x} {y} Tm\n/AB 14 Tf\n[<{glyphs}>0] TJ\nET\nEMC\n"


def test_marks_of_text_share_one_text_object_and_each_line_says_how_far_it_lies_from_the_one_before() -> None:
    page = written("/P <</MCID 0>> BDC", "100.50000", "20", "00410042") + written(
        "/Artifact BMC", "95", "34.66667", "0043"
    )

    assert ink.terse(page.encode()) == (
        b"BT\n/P <</MCID 0>> BDC\n1 0 0 -1 100.5 20 Tm\n/AB 14 Tf\n[(\x00A\x00B)] TJ\nEMC\n"
        b"/Artifact BMC\n-5.5 -14.66667 Td\n[(\x00C)] TJ\nEMC\nET\n"
    )


def test_a_mark_that_also_draws_keeps_its_text_object_to_itself() -> None:
    page = "/P <</MCID 0>> BDC\n1 2 3 4 re\nf\nBT\n1 0 0 -1 1 2 Tm\n[<0041>0] TJ\nET\nEMC\n"

    assert ink.terse(page.encode()) == page.replace("[<0041>0] TJ", "[(\0A)] TJ").encode()


def test_what_is_in_force_is_said_once_and_said_again_where_it_no_longer_is() -> None:
    page = (
        b"/a1.0 gs\n1 0 0 rg\nq\n1 0 0 rg\n0 1 0 rg\nQ\n1 0 0 rg\n/Pattern cs\n1 0 0 rg\n/a0.5 gs\n/x1 gs\n1 0 0 rg\n"
    )

    assert ink.terse(page) == b"1 0 0 rg\nq\n0 1 0 rg\nQ\n/Pattern cs\n1 0 0 rg\n/a0.5 gs\n/x1 gs\n1 0 0 rg\n"


def test_a_colour_keeps_its_shade_whichever_way_a_reader_rounds() -> None:
    for shade in range(256):
        said = float(ink.terse(b"%.6f 0 0 rg\n" % (shade / 255)).split()[0])

        assert (int(said * 255), round(said * 255)) == (shade, shade)


def test_glyphs_that_look_like_brackets_or_line_ends_are_read_back_as_they_were() -> None:
    digits = "".join(f"{glyph:04x}" for glyph in (*range(0x28, 0x2A), 0x5C, 0x0D, 0x0A, 0x285C, 0x0D0A))
    with pikepdf.new() as book:
        words = ink.terse(f"BT\n[<{digits}>12<{digits}>0] TJ\nET\n".encode())
        book.add_blank_page().Contents = book.make_stream(words)
        shown = pikepdf.parse_content_stream(book.pages[0])[1].operands[0]

    assert [bytes(part) if isinstance(part, pikepdf.String) else part for part in shown] == [
        bytes.fromhex(digits), 12, bytes.fromhex(digits),
    ]  # fmt: skip
