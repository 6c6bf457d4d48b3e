"""The sentences of the books are the region's to write; where it wrote none, the default prints."""

import re
from collections.abc import Iterator

import pytest

from bimtek import phrases
from bimtek.framework import framework
from bimtek.models import Answer, Plan
from masterplan.blocks import Paragraph, Table
from masterplan.books import Chapter, Content, FrontMatter
from masterplan.compose import compose_books
from tests.masterplan.reading import TODAY, composed, words
from tests.masterplan.rows import fill, make_programme, of

pytestmark = pytest.mark.django_db
BRACED = re.compile(r"\{[^}]*\}")


def write(plan: Plan, key: str, text: str) -> None:
    Answer.objects.create(**of(plan, key=key, text=text))


def sayings(content: Content) -> Iterator[str]:
    """Every line in the books that could be a sentence of the product's own."""
    for book in content.books:
        parts: list[Chapter | FrontMatter] = [*book.front, *book.chapters]
        for part in parts:
            yield getattr(part, "gist", "")
            for block in part.blocks:
                if isinstance(block, Paragraph):
                    yield block.text
                elif isinstance(block, Table):
                    yield block.note


def test_the_book_prints_the_regions_wording_with_its_figures_and_links(plan: Plan) -> None:
    fill(plan)
    write(plan, "kalimat-program", "  {daerah} menyiapkan\n{jumlah_program}, lihat {jumlah_program}.")
    write(plan, "kalimat-program-rujukan", "Periksa {gambar}.")

    blocks = composed(plan, "programme_summary")

    said = words(blocks)
    assert said.startswith(
        "Kota Batam menyiapkan 6 program, lihat 6 program. Kebutuhan anggarannya Rp2.250.000.000 selama"
    )
    opening = next(block for block in blocks if isinstance(block, Paragraph))
    assert opening.text.endswith("Periksa {gambar}.")
    assert opening.refs["gambar"] == "gambar-program"


def test_an_intro_and_the_gist_of_a_chapter_are_the_regions_too(plan: Plan) -> None:
    write(plan, "kalimat-buku-1-swot", "Cermin {daerah} {periode}.")
    write(plan, "kalimat-buku-1-swot-5-2", "Ini butir kami.")
    write(plan, "kalimat-buku-2-lampiran-b", "Janji bersama.")

    books = {book.code: book for book in compose_books(plan, today=TODAY).books}

    swot = next(chapter for chapter in books["buku-1"].chapters if chapter.code == "swot")
    assert swot.gist == "Cermin Kota Batam 2022–2031."
    assert "Ini butir kami." in words(list(swot.blocks))
    assert next(each.gist for each in books["buku-2"].chapters if each.numeral == "B") == "Janji bersama."


def test_a_wording_that_this_version_cannot_fill_in_gives_way_to_the_default(plan: Plan) -> None:
    """It may have come out of an archive, or been written under another version of the framework."""
    fill(plan)
    write(plan, "kalimat-program", "Ada {jumlah_programme} dan {jumlah_program:>99999999}.")

    assert words(composed(plan, "programme_summary")).startswith("Rencana aksi memuat 6 program: ")


def test_an_empty_wording_prints_the_default(plan: Plan) -> None:
    write(plan, "kalimat-buku-1-swot-5-2", "   ")

    text = " ".join(sayings(compose_books(plan, today=TODAY)))

    assert "Kekuatan dan kelemahan berasal dari dalam daerah" in text


def test_every_sentence_gets_every_figure_that_it_may_name(plan: Plan) -> None:
    """All wordings at once name all that they may: only what the press links may be left in braces."""
    fill(plan)
    make_programme(plan, "SG-3.09", start_year=None, end_year=None)
    for question in framework(plan.framework).all_questions:
        if question.default:
            names = " ".join(f"{{{name}}}" for name in question.facts)
            write(plan, question.key, f"Kalimat «{question.key}» {names}")

    found = list(sayings(compose_books(plan, today=TODAY)))

    printed = {key for line in found for key in re.findall("«([^»]+)»", line)}
    left = {mark.strip("{}") for line in found for mark in BRACED.findall(line)}
    assert left <= phrases.REFERENCES.keys()
    assert len(printed) >= 165, sorted(phrases.SENTENCES)


@pytest.mark.parametrize("full", [True, False])
def test_no_default_leaves_a_brace_in_a_book(plan: Plan, full: bool) -> None:
    if full:
        fill(plan)

    left = {mark for line in sayings(compose_books(plan, today=TODAY)) for mark in BRACED.findall(line)}

    assert {mark.strip("{}") for mark in left} <= phrases.REFERENCES.keys()
