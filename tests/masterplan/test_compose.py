"""Rows become books: every chapter is there, empty or full, exact, and without personal numbers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bimtek import tracing
from bimtek.consistency import links
from bimtek.consistency.rows import read
from bimtek.framework import framework
from bimtek.models import (
    Answer,
    Plan,
    Programme,
    ReadinessRow,
    Regulation,
    Row,
    Strategy,
    StrategyItem,
    Submission,
    SwotItem,
)
from masterplan import outline
from masterplan.blocks import Block, Bullets, Empty, Figure, Paragraph, Prose, Swot, Table
from masterplan.books import Chapter, Content, FrontMatter
from masterplan.canonical import canonical, digest, plain
from masterplan.compose import compose_books
from masterplan.numbering import references
from tests.masterplan.reading import TODAY, composed, table_of, words
from tests.masterplan.rows import NIP, fill, make_missions, make_programme, make_session, make_swot, of

pytestmark = pytest.mark.django_db
ROWS = sorted(
    model.__name__
    for model in apps.get_app_config("bimtek").get_models()
    if issubclass(model, Row) and model is not Submission
)


def every_block(content: Content) -> Iterator[tuple[str, Block]]:
    for book in content.books:
        parts: list[Chapter | FrontMatter] = [*book.front, *book.chapters]
        for part in parts:
            for block in part.blocks:
                yield book.code, block


# --- whole books -------------------------------------------------------------------------------------------------


def test_an_empty_plan_composes_every_chapter_and_says_what_is_missing(plan: Plan) -> None:
    content = compose_books(plan)

    outlines = [book for book in framework(plan.framework).books if not book.combines]
    assert [book.code for book in content.books] == [each.code for each in outlines]
    for book, each in zip(content.books, outlines, strict=True):
        assert [chapter.title for chapter in book.chapters if not chapter.appendix] == [
            chapter.title for chapter in each.chapters if not chapter.is_appendix
        ]
        for chapter in book.chapters:
            assert any(isinstance(block, Empty) for block in chapter.blocks), f"{book.code} {chapter.code}"
    assert [chapter.numeral for chapter in content.books[1].chapters if chapter.appendix] == [
        "A",
        "B",
        "C",
        "D",
        "E",
        "F",
    ]
    assert Content.from_json(content.to_json()) == content


@pytest.mark.parametrize("name", ROWS)
def test_books_compose_without_any_row_of_one_kind(plan: Plan, name: str) -> None:
    fill(plan)
    apps.get_model("bimtek", name).objects.filter(plan=plan).delete()

    content = compose_books(plan)

    assert len(content.books) == 3


def test_the_number_of_queries_does_not_grow_with_the_programmes(plan: Plan) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            compose_books(Plan.objects.select_related("region").get(pk=plan.pk), today=TODAY)
        return len(queries)

    fill(plan)
    few = asked()
    for number in range(54):
        make_programme(plan, f"SG-{1 + number % 3}.{number + 10}")
        make_session(plan)

    assert asked() == few
    assert plan.programme_set.count() == 60


def test_the_same_rows_give_the_same_content(plan: Plan) -> None:
    fill(plan, per_dimension=3)

    first, second = compose_books(plan, today=TODAY), compose_books(Plan.objects.get(pk=plan.pk), today=TODAY)

    assert digest(first.to_json()) == digest(second.to_json())


def test_no_personal_number_gets_into_any_book(plan: Plan, writer: Any) -> None:
    fill(plan)
    writer.phone = "081277778888"
    writer.save()

    text = canonical(compose_books(plan).to_json())

    assert "Azril Apriansyah" in text
    assert NIP not in text
    assert "081277778888" not in text
    assert all(not signer["nip"] for signer in _signers(compose_books(plan)))


def _signers(content: Content) -> Iterator[dict[str, Any]]:
    for _, block in every_block(content):
        if block.kind == "signatures":
            yield from plain(block)["signers"]


def test_every_reference_points_into_its_own_book(plan: Plan) -> None:
    fill(plan)
    content = compose_books(plan)
    known = references(content)

    wanted = [
        (book, key)
        for book, block in every_block(content)
        if isinstance(block, Paragraph)
        for key in block.refs.values()
    ]

    assert len(wanted) > 20
    for book, key in wanted:
        assert known[key][1].startswith(f"{book}."), key


def test_text_that_people_type_is_html_nowhere_but_in_rich_answers(plan: Plan) -> None:
    fill(plan)
    evil = "<script>alert(1)</script>"
    Programme.objects.filter(plan=plan).update(name=evil, benefit=evil)
    Answer.objects.update_or_create(plan=plan, region=plan.region, key="visi-smart-city", defaults={"text": evil})

    htmls = [block.html for _, block in every_block(compose_books(plan)) if isinstance(block, Prose)]

    assert "<p>Latar <strong>kami</strong></p>" in htmls
    assert not any("<script" in html for html in htmls)


def test_covers_say_draf_until_all_stages_are_accepted(plan: Plan) -> None:
    assert compose_books(plan, today=TODAY).edition == replace(
        compose_books(plan, today=TODAY).edition, draft=True, version="Draf Tahap I", date="7 September 2022"
    )
    plan.submission_set.filter(stage=1).update(status="accepted")
    assert compose_books(plan).edition.version == "Draf Tahap II"
    plan.submission_set.update(status="accepted")
    edition = compose_books(plan).edition
    assert (edition.draft, edition.version) == (False, "Edisi 1")


def test_a_source_without_composer_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outline.outline_sources(None) == []

    monkeypatch.delitem(outline.COMPOSERS, "gap_table")

    assert [error.msg for error in outline.outline_sources(None)] == [
        "Sumber isi buku 'gap_table' belum mempunyai penyusun."
    ]


def test_every_figure_and_table_has_a_caption_and_a_source(plan: Plan) -> None:
    fill(plan)

    pieces = [block for _, block in every_block(compose_books(plan)) if isinstance(block, Table | Figure | Swot)]

    assert len(pieces) > 60
    assert [block.caption for block in pieces if not block.caption] == []
    assert {block.caption for block in pieces if not block.source} <= {
        "Tindak lanjut Bimbingan Teknis Tahap I (Persepsi dan SWOT)"
    }


# --- money -------------------------------------------------------------------------------------------------------

RECAPS = (
    ("budget_recap", "anggaran-dimensi"), ("budget_recap", "anggaran-jangka"), ("budget_by_source", "anggaran-sumber"),
    ("budget_by_opd", "anggaran-opd"), ("programme_summary", "tabel-program"), ("priority_programmes", "unggulan"),
)  # fmt: skip


@pytest.mark.parametrize(("extra", "total", "unit"), [(0, "2.250", "juta rupiah"), (1, "2.250.000.006", "rupiah")])
def test_every_recap_ends_in_the_same_total(plan: Plan, extra: int, total: str, unit: str) -> None:
    fill(plan)
    for programme in plan.programme_set.all():
        line = programme.budget_lines.get(year=2022)
        line.amount += extra
        line.save()

    for source, key in RECAPS:
        made = table_of(composed(plan, source), key)
        assert (made.rows[-1].kind, made.rows[-1].cells[-1]) == ("total", total), key
        assert unit in f"{made.note} {made.columns[-1].unit}", key
    by_term = [
        block
        for term in ("pendek", "menengah", "panjang")
        for block in composed(plan, "roadmap_table", term)
        if isinstance(block, Table)
    ]
    assert [made.rows[-1].cells[-1] for made in by_term] == [total]


def test_recap_by_year_sums_across_and_down(plan: Plan) -> None:
    fill(plan)

    made = table_of(composed(plan, "budget_recap"), "anggaran-dimensi")

    assert made.rows[0].cells[:4] == ("Smart Governance", "125", "250", "–")
    assert made.rows[0].cells[-1] == "375"
    assert made.rows[-1].cells[:4] == ("Jumlah", "750", "1.500", "–")


def test_money_of_programmes_without_office_or_years_is_not_lost(plan: Plan) -> None:
    make_programme(plan, "SG-1.01", start_year=None, end_year=None)

    office, term = (
        table_of(composed(plan, "budget_by_opd"), "anggaran-opd"),
        table_of(composed(plan, "budget_recap"), "anggaran-jangka"),
    )

    assert office.rows[0].cells == ("Belum ada penanggung jawab", "–", "–", "–", "375", "375")
    assert term.columns[4].title == "Tanpa tahun"
    assert term.rows[-1].cells[-1] == "375"


# --- analysis ----------------------------------------------------------------------------------------------------


def test_readiness_says_its_distribution_index_and_band(plan: Plan) -> None:
    fill(plan)

    said = words(composed(plan, "readiness_summary"))

    assert "Dari 80 indikator, 41 dinilai baik (51,25 %), 26 sedang (32,5 %), dan 13 kurang (16,25 %)." in said
    assert "Indeks kesiapan Kota Batam 67,5 dari 100 dan termasuk golongan tinggi." in said
    assert table_of(composed(plan, "readiness_summary"), "tabel-kesiapan").rows[-1].cells[-2:] == ("67,5", "tinggi")


def test_readiness_tables_show_value_unit_year_source_and_office(plan: Plan, kominfo: Any) -> None:
    ReadinessRow.objects.create(
        **of(
            plan,
            element="struktur",
            component="sdm",
            name="Pranata komputer",
            value="41",
            unit="orang",
            year=2021,
            source="BKPSDM",
            opd=kominfo,
            judgement=2,
        )
    )

    made = table_of(composed(plan, "readiness_tables", "struktur"), "kesiapan-struktur")

    assert made.rows[1].cells == ("1", "Pranata komputer", "41 orang", "2021", "BKPSDM", "Diskominfo", "Sedang")


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        ("85,5", "persen", "85,5 %"),
        ("2,94 triliun", "rupiah", "2,94 triliun rupiah"),
        ("3,21", "indeks", "3,21"),
        ("WTP sepuluh kali", "opini", "WTP sepuluh kali"),
        ("", "orang", "–"),
    ],
)
def test_a_readiness_value_carries_its_unit_where_it_is_a_measure(
    plan: Plan, value: str, unit: str, printed: str
) -> None:
    ReadinessRow.objects.create(
        **of(plan, element="struktur", component="sdm", name="Indikator", value=value, unit=unit)
    )

    assert table_of(composed(plan, "readiness_tables", "struktur"), "kesiapan-struktur").rows[1].cells[2] == printed


def test_strategies_cite_their_items_in_order(plan: Plan) -> None:
    make_swot(plan)
    SwotItem.objects.create(**of(plan, scope="SG", quadrant="W", number=2, text="Lain"))
    StrategyItem.objects.create(
        **of(plan, strategy=Strategy.objects.get(plan=plan), item=SwotItem.objects.get(plan=plan, scope="SG"))
    )

    made = table_of(composed(plan, "swot_strategies"), "strategi-swot")

    assert made.rows[1].cells[2] == "S1, S3, SG-W2, O2"


def test_weighted_swot_places_the_region_in_its_quadrant(plan: Plan) -> None:
    make_swot(plan)
    plan.swot_weighted = True
    plan.save()

    blocks = composed(plan, "swot_quadrant")

    assert "Nilai IFAS 2,90 dan nilai EFAS 3,00." in words(blocks)
    assert "(x) +0,50" in words(blocks)
    assert "(y) +0,20" in words(blocks)
    assert "Kuadran I (SO · agresif)" in words(blocks)
    assert sum(isinstance(block, Figure) for block in blocks) == 1
    assert table_of(blocks, "ifas").rows[-1].cells == ("", "Jumlah", "1,000", "", "2,90")


def test_swot_matrix_holds_each_quadrant_with_codes(plan: Plan) -> None:
    make_swot(plan)

    matrix = next(block for block in composed(plan, "swot_items") if isinstance(block, Swot))

    assert matrix.strengths == ("S1  Butir S1", "S2  Butir S2", "S3  Butir S3")
    assert len(matrix.threats) == 2


def test_the_third_misi_is_traced_to_programmes_directly_and_through_its_tujuan(plan: Plan) -> None:
    from bimtek.models import Objective, ProgrammeMission

    first, second, third, goal = make_missions(plan)
    objective = Objective.objects.create(**of(plan, dimension="SG", number=1, text="Layanan", mission=goal))
    make_programme(plan, "SG-1.01", objective=objective)
    named = make_programme(plan, "SG-1.02")
    ProgrammeMission.objects.create(**of(plan, programme=named, mission=third))
    make_programme(plan, "SG-1.03")
    both = make_programme(plan, "SG-1.04", objective=objective)
    ProgrammeMission.objects.create(**of(plan, programme=both, mission=first))

    blocks = composed(plan, "alignment_table")

    made = table_of(blocks, "keselarasan")
    assert made.rows[0].cells == ("Misi 1", "Isi misi 1", "–", "SG-1.04", "1")
    assert made.rows[2].cells == ("Misi 3", "Isi misi 3", "SG.1", "SG-1.01, SG-1.02, SG-1.04", "3")
    assert "mendukung 2 dari 3 misi RPJMD" in words(blocks)
    assert "Satu program belum dikaitkan dengan misi RPJMD: SG-1.03." in words(blocks)
    # the checks and the traces say the same of every misi and programme
    rows = read(plan)
    assert [row for row, _ in links.unserved_mission(rows)] == [second]
    assert [row.code for row, _ in links.no_mission(rows)] == ["SG-1.03"]
    traced = tracing.Chain(tracing.read(plan)).missions_of
    assert {each.code: traced[each.pk] for each in plan.programme_set.all()} == {
        "SG-1.01": {third.pk}, "SG-1.02": {third.pk}, "SG-1.03": set(), "SG-1.04": {first.pk, third.pk},
    }  # fmt: skip


def test_misi_tujuan_and_sasaran_stand_under_each_other_even_in_a_ring(plan: Plan) -> None:
    *_, third, goal = make_missions(plan)
    third.parent = goal
    third.save()

    made = table_of(composed(plan, "rpjmd_missions"), "misi")

    assert sorted(row.cells[0][:6] for row in made.rows) == ["Misi 1", "Misi 2", "Misi 3", "Tujuan"]


def test_legal_basis_goes_by_rank_then_year_and_knows_no_later_law(plan: Plan) -> None:
    Regulation.objects.create(**of(plan, rank=1, number="14", year=2008, about="Keterbukaan Informasi Publik"))
    Regulation.objects.create(**of(plan, rank=6, number="7", year=2021, about="SPBE."))
    Regulation.objects.create(
        **of(plan, rank=1, number="23", year=2014, about="Pemerintahan Daerah (sebagaimana diubah)")
    )

    (block,) = composed(plan, "legal_basis")

    assert isinstance(block, Bullets)
    assert block.items[:2] == (
        "Undang-Undang Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik.",
        "Undang-Undang Nomor 23 Tahun 2014 tentang Pemerintahan Daerah (sebagaimana diubah).",
    )
    assert block.items[-1] == "Peraturan Wali Kota Nomor 7 Tahun 2021 tentang SPBE."
    assert not any("Tahun 2023" in item for item in block.items)
