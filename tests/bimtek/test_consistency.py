"""Every rule finds what it is for, on one row that is wrong in one way; a plan that hangs together has no finding."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import User
from bimtek import consistency
from bimtek.models import (
    Answer,
    Application,
    BudgetLine,
    Ceiling,
    Gap,
    Indicator,
    IndicatorTarget,
    MissionItem,
    Objective,
    Plan,
    ProfileFact,
    Programme,
    ProgrammeStrategy,
    QuickWin,
    ReadinessRow,
    Regulation,
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
            renja_year=2022,
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


def answer(plan: Plan, key: str, text: str) -> Answer:
    return Answer.objects.create(region=plan.region, plan=plan, key=key, text=text)


def twin_indicator(plan: Plan) -> None:
    place: dict[str, Any] = {"region": plan.region, "plan": plan}
    twin = Indicator.objects.create(**place, programme=first(plan).get(), name="waktu  Tunggu", unit="menit")
    IndicatorTarget.objects.create(**place, indicator=twin, year=2024, value=30)


TWICE = {"sasaran-dimensi", "opd-tutup"}
"""Flaws that break both programmes at once."""
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
    "plafon": lambda p: Ceiling.objects.create(region=p.region, plan=p, year=2023, source="apbd", amount=1999),
    "target-awal": lambda p: (
        p.indicator_set.filter(programme__code="SG-1.02").update(baseline_year=2022),
        p.indicatortarget_set.filter(indicator__programme__code="SG-1.02").update(year=2022),
    ),
    "jumlah-narasi": lambda p: answer(p, "pembiayaan", "<p>Total anggaran sebesar Rp3 ribu rupiah.</p>"),
    "banyak-narasi": lambda p: answer(p, "pembiayaan", "<p>Rencana ini memuat 3 program.</p>"),
    "perpres-59": lambda p: Regulation.objects.create(
        region=p.region, plan=p, rank=3, number="59", year=2022, about="Perkotaan"
    ),
    "unsur-strategi": lambda p: p.strategy_set.filter(kind="SO").update(kind="SX"),
    "sasaran-dimensi": lambda p: p.objective_set.update(dimension="SE"),
    "opd-ganda": lambda p: (
        first(p).get().supporting.add(p.region.opd_set.get(), through_defaults={"region": p.region, "plan": p})
    ),
    "opd-tutup": lambda p: p.region.opd_set.update(active=False),
    "dimensi-quick-win": lambda p: p.quickwin_set.update(dimension="SB"),
    "renja": lambda p: first(p).update(renja_year=None),
    "tahun-nilai-awal": lambda p: p.indicator_set.filter(programme__code="SG-1.01").update(baseline_year=None),
    "kesenjangan": lambda p: Gap.objects.create(
        region=p.region, plan=p, sub_dimension="SG-1", present="Layanan tatap muka", severity=3
    ),
    "sumber-profil": lambda p: ProfileFact.objects.create(
        region=p.region, plan=p, group="Geografi", label="Luas", value="960", year=2021
    ),
    "draf-lama": lambda p: Answer.objects.create(
        region=p.region, plan=p, key="latar-belakang", text="Lama", draft_of="Masterplan 2017–2021", draft_version=1
    ),
    "singkatan": lambda p: first(p).update(benefit="Warga memakai QZRT setiap hari."),
    "jumlah-kosong": lambda p: BudgetLine.objects.create(
        region=p.region, plan=p, programme=first(p).get(), year=2024, source="csr", amount=0
    ),
    "target-tetap": lambda p: p.indicatortarget_set.filter(indicator__programme__code="SG-1.01").update(value=90),
    "indikator-ganda": lambda p: twin_indicator(p),
    "tahun-data": lambda p: p.readinessrow_set.update(year=2023),
    "awal-quick-win": lambda p: (
        p.quickwin_set.update(chosen=True) and p.programme_set.filter(code="SG-1.02").update(start_year=2023)
    ),
}


def test_every_rule_has_its_flaw() -> None:
    assert set(FLAWS) == {rule.code for rule in consistency.RULES}


@pytest.mark.parametrize("code", FLAWS)
def test_one_flaw_is_one_finding_of_its_rule(clean: Plan, code: str) -> None:
    FLAWS[code](clean)

    assert codes(clean) == [code] * (2 if code in TWICE else 1)


@pytest.mark.parametrize(
    "text",
    [
        "Total anggaran sebesar Rp2.000.",
        "Seluruh kebutuhan pendanaan Rp2,0 ribu tidak dibaca sebagai jutaan, total anggaran Rp2.000.",
        "Rencana ini memuat 2 program. Sebanyak 12 program prioritas dipilih.",
        "Anggaran tahun 2023 Rp500.",
    ],
)
def test_figures_told_as_they_are_make_no_finding(clean: Plan, text: str) -> None:
    answer(clean, "pembiayaan", f"<p>{text}</p>")

    assert codes(clean) == []


@pytest.mark.parametrize(
    "text", ["Perpres 59/2022", "Peraturan Presiden Nomor 59 Tahun 2022", "PERPRES No. 59 Tahun 2022"]
)
def test_the_misnamed_regulation_is_found_however_it_is_written(clean: Plan, text: str) -> None:
    first(clean).update(description=f"Menurut {text} tentang Perkotaan.")

    assert codes(clean) == ["perpres-59"]


@pytest.mark.parametrize(
    "text",
    [
        "Unit Layanan Cepat (QZRT) dan lagi QZRT",
        "QZRT (Unit Layanan)",
        "BAB II dan SWOT",
        "PROGRAM LAYANAN CEPAT UNTUK WARGA",
    ],
)
def test_an_abbreviation_that_is_explained_makes_no_finding(clean: Plan, text: str) -> None:
    first(clean).update(benefit=text)

    assert codes(clean) == []


def test_every_finding_leads_to_a_page_that_opens(clean: Plan, writer: User, client_of: Callable[..., Client]) -> None:
    for code, flaw in FLAWS.items():
        if code not in {"indikator", "banyak-narasi"}:  # they would undo others' rows or repeat a key
            flaw(clean)
    client = client_of(writer)
    page = client.get(f"/daerah/{clean.region.slug}/2022/konsistensi/")
    urls = [entry["url"] for group in page.context["groups"] for rule in group["rules"] for entry in rule["entries"]]

    assert len(urls) >= 25
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
    assert (
        "tidak ada temuan pada tahap ini" in client.get(f"/daerah/{clean.region.slug}/2022/tahap/1/").content.decode()
    )
    assert client.get(f"{url}?tahap=1").context["groups"] == []


@pytest.mark.slow
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


# --- letting a finding stand -----------------------------------------------------------------------------------------


def test_a_finding_is_waived_with_a_reason_and_counts_again_when_its_row_changes(
    clean: Plan, writer: User, consultant: User, client_of: Callable[..., Client]
) -> None:
    client, url = client_of(writer), f"/daerah/{clean.region.slug}/2022/konsistensi/"
    first(clean).update(start_year=2021)
    (finding,) = consistency.survey(clean).open

    short = client.post(f"{url}kecualikan/", {"temuan": finding.key, "alasan": "ya"})
    assert short.status_code == 422
    assert ">ya</textarea>" in short.content.decode()
    assert (
        client.post(
            f"{url}kecualikan/", {"temuan": finding.key, "alasan": "Dimulai lebih awal oleh pusat."}
        ).status_code
        == 302
    )

    assert consistency.count(clean) == 0
    seen = client_of(consultant).get(url).content.decode()
    assert "Dimulai lebih awal oleh pusat." in seen
    assert "Cabut pengecualian" not in seen
    first(clean).update(end_year=2040)
    assert [each.rule.code for each in consistency.survey(clean).open] == ["tahun-program"]
    first(clean).update(end_year=2024)
    waiver = clean.waiver_set.get()
    client.post(f"{url}{waiver.pk}/cabut/")
    assert consistency.count(clean) == 1
    assert clean.change_set.filter(kind="waiver").count() == 2


def test_only_those_who_fill_for_all_waive(
    clean: Plan, operator: User, consultant: User, client_of: Callable[..., Client]
) -> None:
    first(clean).update(start_year=2021)
    key = consistency.survey(clean).open[0].key
    url = f"/daerah/{clean.region.slug}/2022/konsistensi/kecualikan/"

    sent = {"temuan": key, "alasan": "Alasan yang cukup panjang"}
    assert {client_of(user).post(url, sent).status_code for user in (operator, consultant)} == {403}
    assert not clean.waiver_set.exists()


def test_what_is_no_finding_cannot_be_waived(clean: Plan, writer: User, client_of: Callable[..., Client]) -> None:
    url = f"/daerah/{clean.region.slug}/2022/konsistensi/kecualikan/"
    for key in ("", "0" * 64, "\x00", "x" * 500):
        answer_ = client_of(writer).post(url, {"temuan": key, "alasan": "Alasan yang cukup panjang"})
        assert answer_.status_code == 422
        assert "sudah tidak ada" in answer_.content.decode()


def test_the_list_prints_as_an_annex(clean: Plan, writer: User, client_of: Callable[..., Client]) -> None:
    first(clean).update(start_year=2021, opd=None)
    client = client_of(writer)
    key = next(each.key for each in consistency.survey(clean).open if each.rule.code == "opd")
    client.post(
        f"/daerah/{clean.region.slug}/2022/konsistensi/kecualikan/",
        {"temuan": key, "alasan": "Menunggu peleburan dinas."},
    )

    answer_ = client.get(f"/daerah/{clean.region.slug}/2022/konsistensi.pdf")

    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer_.content)).pages)
    assert "SG-1.01 memakai tahun 2021" in " ".join(words.split())
    assert "Menunggu peleburan dinas." in " ".join(words.split())
