"""Words of a chart: set as one line, at the place that the drawing says, and none lost unnoticed."""

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest

from masterplan import units
from regions.jobs import Failure

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 400 200" font-family="Plus Jakarta Sans">{}</svg>'
PAGE = (
    '<style>@page { size: 400px 200px; margin: 0 } img { display: block }</style><img src="asset:chart" alt="Diagram">'
)


def drawn(inner: str) -> bytes:
    chart = units.Asset("image/svg+xml", data=SVG.format(inner).encode())
    return units.render_bytes(PAGE, {"chart": chart}, name="Diagram")


def places(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Word → where it begins and ends, in the drawing's own units."""
    told = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, check=True, capture_output=True).stdout.decode()
    found = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"[^>]*>([^<]+)<', told)
    return {word: (float(left) / 0.75, float(right) / 0.75) for left, right, word in found}


def forms(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sum(isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Form" for each in opened.objects)


def shown_at_once(pdf: bytes) -> int:
    """How often the page's streams show letters."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [each for each in opened.objects if isinstance(each, pikepdf.Stream)]
        return sum(each.read_bytes().count(b"TJ") for each in streams if "/Length1" not in each)


def test_a_text_begins_ends_or_is_centred_where_the_drawing_says(media: Path) -> None:
    texts = "".join(
        f'<text transform="translate(200,{40 * number})" text-anchor="{anchor}" font-size="20" font-weight="{weight}">{word}</text>'
        for number, (anchor, weight, word) in enumerate(
            [("start", "400", "Mulai"), ("middle", "bold", "Tengah"), ("end", "normal", "Akhir")], start=1
        )
    )
    pdf = drawn(texts)

    at = places(pdf)
    assert at["Mulai"][0] == pytest.approx(200, abs=0.5)
    assert sum(at["Tengah"]) / 2 == pytest.approx(200, abs=0.5)
    assert at["Akhir"][1] == pytest.approx(200, abs=0.5)
    assert forms(pdf) == 0, "a text became a form of its own"
    assert shown_at_once(pdf) == 3, "letters were set one by one"


def test_a_text_that_turns_stands_beside_its_line(media: Path) -> None:
    at = places(
        drawn('<text transform="translate(100,150) rotate(-90)" text-anchor="middle" font-size="20">Sumbu</text>')
    )

    left, right = at["Sumbu"]
    assert left < 100 < right < 110


def test_a_text_of_several_lines_is_left_to_the_renderer(media: Path) -> None:
    inner = '<text transform="translate(50,40)" font-size="20"><tspan x="0" dy="0">Atas</tspan><tspan x="0" dy="24">Bawah</tspan></text>'
    at = places(drawn(inner))

    assert at["Atas"][0] == pytest.approx(at["Bawah"][0], abs=0.5) == pytest.approx(50, abs=1)


def test_a_text_with_wider_letters_is_left_to_the_renderer(media: Path) -> None:
    usual = places(drawn('<text transform="translate(50,50)" font-size="20">Renggang</text>'))["Renggang"]
    wide = places(drawn('<text x="50" y="50" font-size="20" letter-spacing="0.5">Renggang</text>'))["Renggang"]

    assert wide[0] == pytest.approx(usual[0], abs=0.5)
    assert wide[1] > usual[1] + 2


def test_a_chart_that_cannot_be_drawn_to_its_end_fails_the_part(media: Path) -> None:
    with pytest.raises(Failure, match="sebuah grafik tidak tergambar sampai selesai"):
        drawn('<rect width="10" height="10"/><g transform="rotate(x)"><text font-size="20">Hilang</text></g>')
