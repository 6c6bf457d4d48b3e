"""Every printed word of the example knows the field it was written in, and none of that reaches the press."""

from collections import Counter
from functools import cache
from typing import Any

import pytest

from bimtek import snapshots
from bimtek.framework import framework
from bimtek.models import Answer, Plan, Programme, Stage
from bimtek.sections import BY_KEY, find
from masterplan import cutting, pages, preview
from masterplan.blocks import Block, Facts, Paragraph, Prose, Quote, Table
from masterplan.books import Content
from masterplan.canonical import canonical
from masterplan.compose import compose_books
from masterplan.compose.material import gather
from masterplan.compose.thawed import thawed
from masterplan.numbering import references
from masterplan.origins import Origin, of_row, parsed
from masterplan.outline import book_with, books
from tests.masterplan.rows import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(plan: Plan) -> Plan:
    """With a row of every kind and an answer to every question. tests/story looks at the example with the same eyes."""
    fill(plan, per_dimension=2)
    known = set(plan.answer_set.values_list("key", flat=True))
    wanted = [
        question
        for question in framework(plan.framework).all_questions
        if question.key not in known and not question.default
    ]
    for question in wanted:
        Answer.objects.create(region=plan.region, plan=plan, key=question.key, text=f"<p>Jawaban {question.key}</p>")
    return plan


@cache
def composed(pk: Any) -> Content:
    return compose_books(Plan.objects.get(pk=pk))


def chapter(plan: Plan, book: str, code: str) -> tuple[Block, ...]:
    found = next(each for each in composed(plan.pk).books if each.code == book)
    return next(each.blocks for each in found.chapters if each.code == code)


def test_every_answer_stands_in_exactly_one_block_of_its_chapter(plan):
    frame, wrong, asked = framework(plan.framework), [], 0
    for question in frame.all_questions:
        if not plan.answer_set.filter(key=question.key).exclude(text="").exists():
            continue
        origin = f"narasi-{question.section}//{question.key}"
        for book, code in question.feeds:
            if code == "depan":
                continue
            asked += 1
            holders = [block for block in chapter(plan, book, code) if origin in preview.carried(block)]
            if len(holders) != 1 or not isinstance(holders[0], Prose | Quote | Table):
                wrong.append((origin, book, code, [block.kind for block in holders]))
    assert asked > 60
    assert wrong == []


def test_the_sentence_under_every_section_leads_to_its_wording(plan):
    frame, found = framework(plan.framework), set()
    for book in composed(plan.pk).books:
        for part in book.chapters:
            found |= {
                origin.field
                for block in part.blocks
                for origin in preview.origins_of([block])
                if origin.section.startswith("narasi-kalimat-buku-")
            }
    wanted = {key for key in frame.sentences if key.startswith("kalimat-buku-") and key[-1].isdecimal()}
    assert len(found) > 60
    assert found <= wanted
    assert [each.code for each in preview.places(frame, "narasi-kalimat-buku-3")] == [
        f"buku-3.{each.code}" for each in frame.book("buku-3").chapters
    ]
    assert len(preview.places(frame, "narasi-kalimat-data")) > 15


def test_every_sentence_of_a_paragraph_leads_to_its_own_wording(plan):
    frame, told, parts = framework(plan.framework), set(), set()
    for book in composed(plan.pk).books:
        for block in (block for part in book.chapters for block in part.blocks if isinstance(block, Paragraph)):
            assert not block.parts or " ".join(words for words, _ in block.parts) == block.text
            told |= {len(block.parts)}
            parts |= {origin for _, origin in block.parts}
    keys = {origin.rpartition("/")[2] for origin in parts}
    assert "" not in keys
    assert all(f"narasi-{frame.question(key).section}//{key}" in parts for key in keys)
    assert len(keys) > 40
    assert max(told) >= 4


def test_every_programme_has_one_card_and_one_row_that_carry_it(plan):
    blocks = chapter(plan, "buku-2", "rencana-aksi")
    cards = Counter(block.origin for block in blocks if isinstance(block, Facts))
    wide = [block for block in blocks if isinstance(block, Table) and block.caption.startswith("Rencana aksi ")]
    rows = Counter(row.origin for table in wide for row in table.rows if row.origin)

    everything = {of_row(each): 1 for each in plan.programme_set.all()}
    assert len(everything) >= 12
    assert cards == everything
    assert rows == everything


def test_every_row_of_the_sections_that_are_printed_stands_in_the_book(plan):
    found = {
        text
        for book in composed(plan.pk).books
        for part in book.chapters
        for block in part.blocks
        for text in preview.carried(block)
    }
    rows = {(origin.section, origin.row) for origin in map(parsed, found) if origin}
    missing = {
        key: count
        for key in ("tim", "profil", "rpjmd", "kesiapan", "aplikasi", "swot", "strategi", "kesenjangan", "sasaran", "program", "indikator",
                    "quick-win", "komitmen", "penanda-tangan", "keputusan")
        if (count := sum((key, row.pk) not in rows for row in BY_KEY[key].rows(plan)))
    }  # fmt: skip
    assert missing == {}


def test_every_origin_names_a_section_of_the_screens_and_a_field_of_its_form(plan):
    frame, wrong = framework(plan.framework), set()
    texts = {
        text
        for book in composed(plan.pk).books
        for part in book.chapters
        for block in part.blocks
        for text in preview.carried(block)
    }
    for origin in (parsed(text) for text in texts if text):
        assert origin
        section: Any = next((one for stage in Stage if (one := find(origin.section, stage, frame))), None)
        if section is None or (origin.row and origin.field and origin.field not in section.form.base_fields):
            wrong.add((origin.section, origin.field))
    assert wrong == set()


def test_every_cell_names_a_field_of_its_rows_form(plan):
    wrong = set()
    for book in composed(plan.pk).books:
        for part in book.chapters:
            for block in part.blocks:
                rows = block.rows if isinstance(block, Table) else ()
                pairs = [(row.origin, name) for row in rows for name in row.names if name]
                pairs += [(block.origin, name) for name in getattr(block, "names", {}).values()]
                for text, name in pairs:
                    origin = parsed(text)
                    if origin is None or name not in BY_KEY[origin.section].form.base_fields:
                        wrong.add((text.partition("/")[0], name))
    assert wrong == set()


def test_the_press_gets_no_origin_and_the_content_holds_none(plan):
    content = composed(plan.pk)
    spelled = canonical(content)
    assert '"origin' not in spelled
    assert '"names"' not in spelled
    assert str(plan.programme_set.all()[0].pk) not in spelled

    refs = references(content)
    for book in content.books:
        for part in book.chapters:
            for piece in cutting.pieces(book, part):
                html = pages.chapter_html(content.edition, piece, refs)
                assert [word for word in ("data-source", "data-field", "data-width") if word in html] == []


def test_one_chapter_alone_is_the_chapter_of_the_whole_book(plan):
    material, content = gather(plan), composed(plan.pk)
    refs, looked = references(content), 0
    for book in content.books:
        outline = material.framework.book(book.code)
        alone = [one for each in outline.chapters for one in book_with(material, book.code, each.code).chapters]
        assert canonical(tuple(alone)) == canonical(book.chapters)
        for part in book.chapters:
            needed = {key for block in part.blocks for key in getattr(block, "refs", {}).values()}
            looked += len(needed)
            own = references(Content(content.edition, (type(book)(book.code, book.number, "", "", (part,)),)))
            assert {key: refs.get(key) for key in needed} == {key: own.get(key) for key in needed}
    assert looked > 20


def test_what_was_frozen_is_composed_as_what_was_there(plan):
    live = gather(plan)
    frozen = thawed(plan, snapshots.content_of(plan))

    assert canonical(books(frozen)) == canonical(books(live))
    first = plan.programme_set.order_by("code")[0]
    assert next(each for each in frozen.programmes if each.pk == first.pk).name == first.name


def test_what_was_frozen_stays_when_the_plan_goes_on(plan):
    content, first = snapshots.content_of(plan), plan.programme_set.order_by("code")[0]
    Programme.objects.filter(pk=first.pk).update(name="Nama baru", opd=None)
    plan.strategy_set.all().delete()
    plan.swotitem_set.all()[0].delete()

    frozen, live = thawed(plan, content), gather(plan)
    assert next(each for each in frozen.programmes if each.pk == first.pk).name == first.name
    assert next(each for each in live.programmes if each.pk == first.pk).name == "Nama baru"
    assert len(frozen.swot_items) == len(live.swot_items) + 1


def test_the_piece_shown_is_the_one_that_says_most_of_what_is_looked_for(plan):
    frame, material = framework(plan.framework), gather(plan)
    place = next(each for each in preview.places(frame, "program") if each.code == "buku-2.rencana-aksi")
    found = preview.pieces(material, place)
    for programme in plan.programme_set.all()[::5]:
        piece = found[preview.best(found, "program", Origin("program", programme.pk, "benefit"))]
        assert of_row(programme) in {block.origin for block in piece.blocks if isinstance(block, Facts)}

    shown = found[preview.best(found, "program", None)]
    assert any(isinstance(block, Facts) and block.origin.startswith("program/") for block in shown.blocks)


def test_a_section_knows_the_chapters_that_print_it(plan):
    frame = framework(plan.framework)
    assert [each.code for each in preview.places(frame, "swot")] == ["buku-1.swot", "buku-3.kesiapan-swot"]
    assert [each.code for each in preview.places(frame, "narasi-monev")] == ["buku-2.monev"]
    assert [each.chapter for each in preview.places(frame, "narasi-pengantar")] == ["depan"] * 3
    assert preview.places(frame, "indikator") == preview.places(frame, "program")
    assert preview.places(frame, "plafon") == []
