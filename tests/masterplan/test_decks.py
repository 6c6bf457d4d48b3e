"""The poster and the slides: from the plan's own rows, one page each, bound and tagged like books."""

from pathlib import Path

import pypdf
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from bimtek.models import Plan
from masterplan import decks, issuing
from masterplan.blocks import Empty, Figure, Table, Tiles
from masterplan.compose import compose_books, compose_decks
from masterplan.models import BookPrint
from tests.masterplan import rows
from tests.masterplan.conftest import run_jobs
from tests.masterplan.reading import TODAY
from tests.masterplan.standards import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(plan: Plan) -> Plan:
    rows.fill(plan)
    return plan


def deck(plan: Plan, code: str) -> decks.Deck:
    return next(each for each in compose_decks(plan, today=TODAY) if each.code == code)


def finished(plan: Plan, media: Path, code: str) -> tuple[BookPrint, pypdf.PdfReader]:
    book_print = issuing.request(plan, by=None, books=[code])
    run_jobs(book_print)
    return book_print, pypdf.PdfReader(settings.MEDIA_ROOT / book_print.finished.get().path)


def test_slides_say_what_the_books_say(full: Plan) -> None:
    shown = deck(full, decks.SLIDES)
    content = compose_books(full, today=TODAY)
    charts = {
        str(block.chart)
        for book in content.books
        for chapter in book.chapters
        for block in chapter.blocks
        if isinstance(block, Figure)
    }
    own = [
        block
        for slide in shown.slides
        if slide.layout != "wide"
        for block in (*slide.blocks, *slide.side)
        if isinstance(block, Figure)
    ]

    assert 14 <= len(shown.slides) <= 16
    assert own
    assert all(str(block.chart) in charts for block in own)


def test_a_table_on_a_slide_tells_how_many_rows_it_leaves_out(full: Plan) -> None:
    for slide in deck(full, decks.SLIDES).slides:
        for block in slide.blocks:
            if isinstance(block, Table):
                assert len([row for row in block.rows if row.kind == "row"]) <= 6


def test_an_empty_plan_has_slides_that_say_what_is_missing(plan: Plan) -> None:
    shown = deck(plan, decks.SLIDES)

    assert len(shown.slides) >= 14
    assert any(isinstance(block, Empty) for block in shown.blocks)
    assert decks.Deck.from_json(decks.to_json([shown])[0]) == shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "size", "pages"),
    [(decks.POSTER, (1191, 842), 1), (decks.SLIDES, (907, 510), None), (decks.SHEETS, (595, 842), 6)],
)
def test_it_is_printed_by_the_job_of_books_and_passes_the_validator(
    full: Plan, media: Path, code: str, size: tuple[int, int], pages: int | None
) -> None:
    book_print, reader = finished(full, media, code)
    path = settings.MEDIA_ROOT / book_print.finished.get().path
    text = reader.pages[0].extract_text()

    assert len(reader.pages) == (pages or len(deck(full, code).slides))
    assert (round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)) == size
    assert "DRAF" in text
    assert "Terbatas" in text
    assert full.region.name in text
    assert faults(path) == []


def test_every_dimension_has_one_sheet_with_its_own_figures(full: Plan) -> None:
    shown = deck(full, decks.SHEETS)

    assert [slide.dimension for slide in shown.slides] == ["SG", "SB", "SE", "SL", "SS", "SV"]
    for slide in shown.slides:
        tiles = next(block for block in slide.blocks if isinstance(block, Tiles))
        assert tiles.tiles[0] == (
            str(full.programme_set.filter(sub_dimension__startswith=slide.dimension).count()),
            "program",
        )


def test_the_same_poster_asked_for_twice_is_one_print(full: Plan, media: Path) -> None:
    first = issuing.request(full, by=None, books=[decks.POSTER])

    assert issuing.request(full, by=None, books=[decks.POSTER]) == first
    assert issuing.request(full, by=None, books=[decks.SLIDES]) != first


def test_a_paper_that_nobody_makes_is_refused(full: Plan, media: Path) -> None:
    with pytest.raises(ValidationError, match="tidak dikenal"):
        issuing.request(full, by=None, books=["buku-9-word"])
