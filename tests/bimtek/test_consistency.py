"""Every rule finds what it is for, on one row that is wrong in one way; a plan that hangs together has no finding."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bimtek import consistency
from bimtek.models import (
    Application,
    BudgetLine,
    Indicator,
    IndicatorTarget,
    MissionItem,
    Objective,
    Plan,
    Programme,
    ProgrammeStrategy,
    QuickWin,
    ReadinessRow,
    Strategy,
    StrategyItem,
    SwotItem,
)
from regions.models import Opd

pytestmark = pytest.mark.django_db


@pytest.fixture
def clean(plan: Plan, kominfo: Opd) -> Plan:
    """Two programmes, and everything that they hang on, without a flaw."""
    place: dict[str, Any] = {"region": plan.region, "plan": plan}
    plan.swot_weighted = True
    plan.save()
    mission = MissionItem.objects.create(**place, kind="misi", number="1", text="Tata kelola yang baik")
    objective = Objective.objects.create(**place, dimension="SG", text="Layanan cepat", mission=mission)
    items = [SwotItem.objects.create(**place, quadrant=q, text=q, weight=Decimal("0.5"), rating=2) for q in "SWOT"]
    strategy = Strategy.objects.create(**place, kind="SO", text="Pakai kekuatan")
    for item in items:
        StrategyItem.objects.create(**place, strategy=strategy, item=item)
    for code, name in (("SG-1.01", "Antrean puskesmas dari rumah"), ("SG-1.02", "Satu data daerah")):
        programme = Programme.objects.create(
            **place,
            code=code,
            sub_dimension="SG-1",
            name=name,
            opd=kominfo,
            objective=objective,
            start_year=2022,
            end_year=2024,
        )
        ProgrammeStrategy.objects.create(**place, programme=programme, strategy=strategy)
        BudgetLine.objects.create(**place, programme=programme, year=2023, source="apbd", amount=1000)
        indicator = Indicator.objects.create(
            **place, programme=programme, name="Waktu tunggu", unit="menit", baseline=90, baseline_year=2021
        )
        IndicatorTarget.objects.create(**place, indicator=indicator, year=2024, value=30)
    Application.objects.create(**place, name="SIMPEG Kota")
    ReadinessRow.objects.create(
        **place, element="struktur", component="sdm", name="Jumlah ASN", value="10", year=2021, source="BKPSDM"
    )
    QuickWin.objects.create(**place, dimension="SG", name="Antrean daring", months=6, programme=programme)
    return plan


def codes(plan: Plan) -> list[str]:
    return [found.rule.code for found in consistency.findings(consistency.read(plan))]


def test_a_plan_that_hangs_together_has_no_finding(clean: Plan) -> None:
    assert codes(clean) == []


Break = Callable[[Plan], Any]


def first(plan: Plan) -> Any:
    return plan.programme_set.filter(code="SG-1.01")


FLAWS: dict[str, Break] = {
    "tahun-program": lambda p: first(p).update(start_year=2021),
    "tahun-anggaran": lambda p: p.budgetline_set.filter(programme__code="SG-1.01").update(year=2040),
    "anggaran-program": lambda p: p.budgetline_set.filter(programme__code="SG-1.01").update(year=2025),
    "tahun-target": lambda p: p.indicatortarget_set.filter(indicator__programme__code="SG-1.01").update(year=2032),
    "nilai-awal": lambda p: p.indicator_set.filter(programme__code="SG-1.01").update(baseline_year=2023),
    "bobot": lambda p: p.swotitem_set.filter(quadrant="S").update(weight=Decimal("0.6")),
    "lama-quick-win": lambda p: p.quickwin_set.update(months=13),
    "opd": lambda p: first(p).update(opd=None),
    "tahun": lambda p: first(p).update(end_year=None),
    "indikator": lambda p: p.indicator_set.filter(programme__code="SG-1.01").delete(),
    "anggaran": lambda p: p.budgetline_set.filter(programme__code="SG-1.01").delete(),
    "strategi": lambda p: first(p).get().strategies.clear(),
    "misi": lambda p: first(p).update(objective=None),
    "satuan": lambda p: p.indicator_set.filter(programme__code="SG-1.01").update(unit=" "),
    "target": lambda p: p.indicatortarget_set.filter(indicator__programme__code="SG-1.01").delete(),
    "strategi-menganggur": lambda p: Strategy.objects.create(region=p.region, plan=p, kind="WT", text="Tak terpakai"),
    "misi-menganggur": lambda p: MissionItem.objects.create(
        region=p.region, plan=p, kind="misi", number="2", text="Sepi"
    ),
    "butir-swot": lambda p: p.strategyitem_set.filter(item__quadrant="T").delete(),
    "sumber-kesiapan": lambda p: p.readinessrow_set.update(source=""),
    "induk-quick-win": lambda p: p.quickwin_set.update(programme=None),
    "sumber-dana": lambda p: p.budgetline_set.filter(programme__code="SG-1.01").update(year=2022, source="belum"),
    "kembar": lambda p: first(p).update(name="Satu Data Daerah!"),
    "aplikasi": lambda p: first(p).update(name="Bangun simpeg kota"),
}


def test_every_rule_has_its_flaw() -> None:
    assert set(FLAWS) == {rule.code for rule in consistency.RULES}


@pytest.mark.parametrize("code", FLAWS)
def test_one_flaw_is_one_finding_of_its_rule(clean: Plan, code: str) -> None:
    FLAWS[code](clean)

    found = [each for each in codes(clean) if each != "anggaran-program" or code == each]
    assert found == [code]


def test_every_finding_leads_to_a_page_that_opens(clean: Plan, writer: User, client_of: Callable[..., Client]) -> None:
    for flaw in FLAWS.values():
        flaw(clean)
    client = client_of(writer)
    page = client.get(f"/daerah/{clean.region.slug}/2022/konsistensi/")
    urls = [entry["url"] for group in page.context["groups"] for rule in group["rules"] for entry in rule["entries"]]

    assert len(urls) >= 15
    assert {client.get(url).status_code for url in set(urls)} == {200}


def test_the_list_groups_counts_and_narrows(clean: Plan, writer: User, client_of: Callable[..., Client]) -> None:
    client, url = client_of(writer), f"/daerah/{clean.region.slug}/2022/konsistensi/"
    assert "Rencana ini konsisten" in client.get(url).content.decode()

    first(clean).update(opd=None, start_year=2021)
    page = client.get(url)
    assert [(group["severity"].value, group["count"]) for group in page.context["groups"]] == [
        ("salah", 1),
        ("kurang", 1),
    ]
    only = client.get(f"{url}?tingkat=salah")
    assert [group["severity"].value for group in only.context["groups"]] == ["salah"]
    assert [entry["sentence"] for entry in client.get(f"{url}?aturan=opd").context["entries"]] == [
        "SG-1.01 belum mempunyai OPD penanggung jawab."
    ]
    for odd in ("?tingkat=%00", "?aturan=x", "?aturan=opd&page=zz"):
        assert client.get(url + odd).status_code == 200
    assert "2 temuan" in client.get(f"/daerah/{clean.region.slug}/2022/").content.decode()
    assert "2 temuan" in client.get(f"/daerah/{clean.region.slug}/2022/tahap/3/").content.decode()


def test_four_hundred_programmes_ask_no_more_queries(
    clean: Plan, writer: User, client_of: Callable[..., Client], queries_of: Callable[..., int]
) -> None:
    client, url = client_of(writer), f"/daerah/{clean.region.slug}/2022/konsistensi/"
    before = queries_of(client, url)
    Programme.objects.bulk_create(
        Programme(
            region=clean.region,
            plan=clean,
            code=f"SB-1.{n:03}",
            sub_dimension="SB-1",
            name=f"Program {n} wisata bahari",
        )
        for n in range(400)
    )

    assert queries_of(client, url) == before
