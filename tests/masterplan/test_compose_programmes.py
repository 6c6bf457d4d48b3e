"""Programmes in the books: cards, wide tables, targets, roadmap."""

import pytest

from bimtek.models import Gap, Plan, Programme
from masterplan.blocks import Facts, Figure, TableRow
from masterplan.canonical import canonical
from masterplan.pages import LINE, halves
from tests.factories import make_plan, make_region
from tests.masterplan.reading import composed, table_of, words
from tests.masterplan.rows import fill, make_programme, of

pytestmark = pytest.mark.django_db


def card(plan: Plan) -> dict[str, str]:
    return dict(next(block for block in composed(plan, "programme_table", "SG") if isinstance(block, Facts)).pairs)


def test_a_bare_programme_prints_what_it_lacks(plan: Plan) -> None:
    Programme.objects.create(**of(plan, code="SG-1.01", sub_dimension="SG-1", name="Satu Akun"))

    pairs = card(plan)

    assert {
        pairs[label] for label in ("Manfaat", "OPD penanggung jawab", "Tahun", "Indikator dan target", "Anggaran")
    } == {""}
    assert (
        pairs["Belum diisi"]
        == "sasaran, kesenjangan, kegiatan, deskripsi, teknologi, hasil, penopang, pelaksana lain, perencanaan, misi RPJMD, dan strategi SWOT"
    )


def test_a_card_holds_years_targets_and_money_by_source(plan: Plan) -> None:
    fill(plan)

    pairs = card(plan)

    assert next(iter(pairs)) == "Manfaat"
    assert pairs["Tahun"] == "2022–2023 (jangka pendek)"
    assert pairs["Indikator dan target"] == "Indikator SG-2.01 (layanan). awal 2,5 layanan (2021); 2022: 10; 2023: 20"
    assert (
        pairs["Anggaran"] == "APBD kabupaten/kota: 2022 Rp125.000.000\nAPBN: 2023 Rp250.000.000\nJumlah Rp375.000.000"
    )
    assert pairs["OPD penanggung jawab"] == "Dinas Komunikasi dan Informatika (Diskominfo)"
    assert pairs["Jenis"] == "Baru, prioritas tinggi. Mendukung misi 1 RPJMD. Strategi SO1."


def test_programme_table_is_turned_and_groups_by_sub_dimension(plan: Plan) -> None:
    fill(plan, per_dimension=3)

    made = table_of(composed(plan, "programme_table", "SG"), "program-SG")

    assert made.landscape
    assert [row.cells[0] for row in made.rows if row.kind == "group"] == [
        "SG-1 Pelayanan publik: satu program, 375 juta rupiah",
        "SG-2 Birokrasi: satu program, 375 juta rupiah",
        "SG-3 Kebijakan publik: satu program, 375 juta rupiah",
    ]
    assert [row.cells[6] for row in made.rows if row.kind != "group"] == ["375", "375", "375", "1.125"]


def test_target_matrix_has_a_column_for_every_year(plan: Plan) -> None:
    fill(plan)

    made = table_of(composed(plan, "indicator_targets"), "target")

    assert [column.title for column in made.columns[4:]] == [str(year) for year in range(2022, 2032)]
    assert made.rows[1] == TableRow(("SG-2.01", "Indikator SG-2.01", "layanan", "2,5\n(2021)", "10", "20", *["–"] * 8))


def test_a_five_year_plan_says_that_it_has_no_long_term() -> None:
    plan = make_plan(make_region("12.72", "Pematangsiantar"), years=5)

    assert (
        words(composed(plan, "roadmap_table", "panjang")) == "Rencana periode 2022–2026 tidak mempunyai jangka panjang."
    )


@pytest.mark.parametrize("source", ["roadmap_gantt", "roadmap_page"])
def test_roadmap_draws_dated_programmes_only(plan: Plan, source: str) -> None:
    make_programme(plan, "SG-1.01", priority=1)
    make_programme(plan, "SG-1.02", priority=1, start_year=None, end_year=None)

    figures = [block for block in composed(plan, source) if isinstance(block, Figure)]

    assert len(figures) == 1
    assert "SG-1.01" in canonical(figures[0].chart)
    assert "SG-1.02" not in canonical(figures[0].chart)


def test_the_one_page_roadmap_leaves_no_dimension_and_no_term_out(plan: Plan) -> None:
    for dimension in ("SG", "SV"):
        for number in range(30):
            year = 2031 if number == 29 else 2022
            make_programme(plan, f"{dimension}-1.{number:02}", priority=1, start_year=year, end_year=year)

    blocks = composed(plan, "roadmap_page")

    drawn = canonical(next(block for block in blocks if isinstance(block, Figure)).chart)
    assert "SG-1.29" in drawn
    assert "SV-1.29" in drawn
    assert "hanya 36 dari 60 program yang digambarkan" in words(blocks)


def test_a_gap_names_its_data_cause_and_the_programmes_that_answer_it(plan: Plan) -> None:
    gap = Gap.objects.create(
        **of(plan, sub_dimension="SG-1", present="Antre lama", present_data="46 % selesai", expected="Sekali datang", expected_year=2026,
             gap="Loket belum satu", cause="Aturan belum ada", recommendation="Satukan loket", severity=3)
    )  # fmt: skip
    make_programme(plan, "SG-1.01", gap=gap)

    made = table_of(composed(plan, "gap_table", "SG"), "kesenjangan-SG")

    assert made.rows[1].cells == (
        "Antre lama\nData: 46 % selesai", "Sekali datang\nTahun: 2026", "Loket belum satu\nPenyebab: Aturan belum ada",
        "Satukan loket\nProgram: SG-1.01", "Tingkat tinggi",
    )  # fmt: skip


def test_the_halves_of_a_card_keep_the_order_and_the_higher_one_is_as_low_as_can_be() -> None:
    pairs = tuple((f"Label {n}", "kata " * words) for n, words in enumerate((4, 60, 3, 8, 30, 5, 9)))

    left, right = halves(pairs)

    assert left + right == pairs
    assert max(height(left), height(right)) == min(
        max(height(pairs[:cut]), height(pairs[cut:])) for cut in range(len(pairs))
    )


def height(side: tuple[tuple[str, str], ...]) -> float:
    return sum(0.3 + -(-len(f"{label} {value}") // LINE) for label, value in side)


def test_a_card_of_one_pair_or_none_has_an_empty_right_half() -> None:
    assert halves(()) == ((), ())
    assert halves((("Manfaat", ""),)) == ((("Manfaat", ""),), ())
