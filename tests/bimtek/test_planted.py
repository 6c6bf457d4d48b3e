"""Thirty inconsistencies planted into the Batam example at once: each is found at its row; the clean example has none."""

from collections.abc import Callable
from typing import Any

import pytest

from bimtek import consistency
from bimtek.models import (
    Application,
    BudgetLine,
    Indicator,
    IndicatorTarget,
    MissionItem,
    Plan,
    Programme,
    ProgrammeMission,
    ProgrammeOpd,
    ProgrammeStrategy,
    Regulation,
    Strategy,
    StrategyItem,
    SwotItem,
)
from tests.bimtek.test_workbook_round_trip import batam  # noqa: F401 (the example, loaded once for this module)

Planted = Callable[[Plan], Any]


@pytest.fixture
def plan(batam: Plan, db: None) -> Plan:  # noqa: F811
    return batam


def change(model: Any, **where: Any) -> Callable[..., Planted]:
    """`change(Programme, code="SG-1.01")(opd=None)`: changes the first such row; the finding is expected at it."""

    def to(**values: Any) -> Planted:
        def plant(plan: Plan) -> Any:
            row = model.objects.filter(plan=plan, **where).order_by("pk").first()
            model.objects.filter(pk=row.pk).update(**values)
            return row.programme if hasattr(row, "programme") and model in (BudgetLine, Indicator) else row

        return plant

    return to


def programme(code: str) -> Callable[..., Planted]:
    return change(Programme, code=code)


def made(model: Any, **values: Any) -> Planted:
    def plant(plan: Plan) -> Any:
        given = {name: value(plan) if callable(value) else value for name, value in values.items()}
        row = model.objects.create(plan=plan, region=plan.region, **given)
        return row.programme if model in (BudgetLine, Indicator) else row

    return plant


def of(code: str) -> Callable[[Plan], Programme]:
    return lambda plan: plan.programme_set.get(code=code)


def without(model: Any, code: str) -> Planted:
    def plant(plan: Plan) -> Any:
        model.objects.filter(plan=plan, programme__code=code).delete()
        return of(code)(plan)

    return plant


def without_mission(plan: Plan) -> Any:
    ProgrammeMission.objects.filter(plan=plan, programme__code="SG-2.01").delete()
    plan.programme_set.filter(code="SG-2.01").update(objective=None)
    return of("SG-2.01")(plan)


def targets(code: str, **values: Any) -> Planted:
    def plant(plan: Plan) -> Any:
        target = IndicatorTarget.objects.filter(plan=plan, indicator__programme__code=code).order_by("year").first()
        assert target
        IndicatorTarget.objects.filter(pk=target.pk).update(**values)
        return of(code)(plan)

    return plant


def supported_by_its_lead(plan: Plan) -> Any:
    row = of("SB-2.02")(plan)
    ProgrammeOpd.objects.get_or_create(plan=plan, region=plan.region, programme=row, opd=row.opd)
    return row


def closed(plan: Plan) -> Any:
    row = of("SV-2.02")(plan)
    other = plan.region.opd_set.create(name="Dinas yang Sudah Dilebur", active=False)
    Programme.objects.filter(pk=row.pk).update(opd=other)
    return row


def narrative(key: str, text: str) -> Planted:
    def plant(plan: Plan) -> Any:
        row = plan.answer_set.get(key=key)
        row.text = f"{row.text}<p>{text}</p>"
        row.save()
        return None

    return plant


def without_baseline_year(plan: Plan) -> Any:
    row = plan.indicator_set.filter(programme__code="SV-3.01", baseline__isnull=False).first()
    assert row
    Indicator.objects.filter(pk=row.pk).update(baseline_year=None)
    return row.programme


PLANTED: list[tuple[str, Planted]] = [
    ("tahun-program", programme("SG-1.01")(end_year=2045)),
    ("tahun-anggaran", made(BudgetLine, programme=of("SG-1.02"), year=2040, source="csr", amount=1)),
    ("anggaran-program", made(BudgetLine, programme=of("SB-1.01"), year=2031, source="csr", amount=1)),
    ("tahun-target", targets("SG-2.02", year=2045)),
    ("nilai-awal", change(Indicator, programme__code="SE-1.01")(baseline_year=2030)),
    ("jumlah-narasi", narrative("pembiayaan", "Total anggaran seluruhnya Rp9,9 triliun.")),
    ("banyak-narasi", narrative("peta-jalan-pendek", "Rencana ini memuat 71 program.")),
    ("perpres-59", made(Regulation, rank=3, number="59", year=2022, about="Perkotaan")),
    ("bobot", change(SwotItem, scope="", quadrant="S")(weight="0.900")),
    ("unsur-strategi", change(Strategy, scope="SB", kind="WT")(kind="SX")),
    (
        "sasaran-dimensi",
        lambda plan: programme("SL-1.01")(objective=plan.objective_set.filter(dimension="SV").first())(plan),
    ),
    ("opd-ganda", supported_by_its_lead),
    ("opd-tutup", closed),
    ("lama-quick-win", lambda plan: change(type(plan.quickwin_set.first()), dimension="SG")(months=14)(plan)),
    ("opd", programme("SE-2.02")(opd=None)),
    ("tahun", programme("SE-3.01")(end_year=None)),
    ("indikator", without(Indicator, "SS-1.02")),
    ("anggaran", without(BudgetLine, "SS-1.03")),
    ("strategi", without(ProgrammeStrategy, "SS-2.02")),
    ("misi", without_mission),
    ("satuan", change(Indicator, programme__code="SS-3.01")(unit="")),
    ("target", made(Indicator, programme=of("SS-3.02"), name="Indikator tanpa target", unit="orang")),
    ("tahun-nilai-awal", without_baseline_year),
    ("strategi-menganggur", made(Strategy, scope="", kind="WT", number=9, text="Tidak dijalankan siapa pun")),
    ("misi-menganggur", made(MissionItem, kind="misi", number="99", text="Misi yang dilupakan")),
    ("butir-swot", made(SwotItem, scope="SV", quadrant="T", number=9, text="Butir yang dilupakan")),
    ("sumber-kesiapan", lambda plan: change(type(plan.readinessrow_set.first()))(source="")(plan)),
    ("sumber-profil", lambda plan: change(type(plan.profilefact_set.first()))(year=None)(plan)),
    ("induk-quick-win", lambda plan: change(type(plan.quickwin_set.first()), dimension="SV")(programme=None)(plan)),
    ("singkatan", programme("SV-1.02")(technology="Memakai QZRT di setiap kelurahan.")),
    ("sumber-dana", made(BudgetLine, programme=of("SG-1.04"), year=2022, source="belum", amount=5)),
    ("kembar", programme("SV-3.04")(name="Surya Atap dan Waduk Kota  Industri")),
    ("aplikasi", made(Application, name="Papan Mutu Air Waduk")),
]


def test_the_clean_example_has_none(plan: Plan) -> None:
    assert [(each.rule.code, each.sentence) for each in consistency.survey(plan).open] == []


def test_thirty_planted_at_once_are_all_found_where_they_were_planted(plan: Plan) -> None:
    assert len(PLANTED) >= 30
    twin = of("SV-3.03")(plan)
    Programme.objects.filter(pk=twin.pk).update(name="Surya Atap dan Waduk Kota Industri")
    new = of("SV-1.01")(plan)
    Programme.objects.filter(pk=new.pk).update(kind="baru")
    assert StrategyItem.objects.filter(plan=plan).exists()

    wanted = [(code, plant(plan)) for code, plant in PLANTED]

    found = {(each.rule.code, each.row_id) for each in consistency.survey(plan).open}
    at_a_list = {"bobot", "jumlah-narasi", "banyak-narasi"}
    elsewhere = {"aplikasi": new.pk}
    expected = {(code, None if code in at_a_list else elsewhere.get(code, row.pk)) for code, row in wanted}
    assert expected - found == set()
    assert len({code for code, _ in found}) >= 30
