"""Charts on screen: drawn from the rows as they stand, once, readable without the picture, fit for the content policy."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from bimtek.models import BudgetLine, Plan, Programme, ReadinessRow, SwotItem
from masterplan import screen_charts

pytestmark = pytest.mark.django_db
CHARTS = ("kesiapan", "swot", "anggaran", "sumber", "peta-jalan", "jangka")


@pytest.fixture(autouse=True)
def no_drawings_kept() -> None:
    cache.clear()


@pytest.fixture
def written(plan: Plan) -> Plan:
    """A plan with something for every chart: x = 0.60 − 0.40, y = 0.50 − 0.50."""
    plan.swot_weighted = True
    plan.save()
    place = {"region": plan.region, "plan": plan}
    for quadrant, weight, rating in (("S", "0.6", 1), ("W", "0.4", 1), ("O", "0.5", 1), ("T", "0.5", 1)):
        SwotItem.objects.create(
            **place, quadrant=quadrant, text=f"Butir {quadrant}", weight=Decimal(weight), rating=rating
        )
    ReadinessRow.objects.create(**place, element="struktur", component="sdm", name="Jumlah ASN", judgement=3)
    programme = Programme.objects.create(
        **place,
        code="SG-1.01",
        sub_dimension="SG-1",
        name='Layanan <b>"satu" pintu</b>',
        start_year=2022,
        end_year=2024,
    )
    BudgetLine.objects.create(**place, programme=programme, year=2023, source="apbd", amount=7_000_000_000)
    return plan


def asked(client: Client, plan: Plan, chart: str) -> str:
    answer = client.get(f"/daerah/{plan.region.slug}/2022/grafik/{chart}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_is_one_named_image_with_its_table_and_nothing_the_policy_refuses(
    written: Plan, writer: User, client_of: Callable[..., Client], chart: str
) -> None:
    html = asked(client_of(writer), written, chart)

    assert html.count("<svg") == html.count('role="img"') == html.count("<title id=") == html.count("<desc id=") == 1
    assert set(re.findall(r'aria-labelledby="([^"]+)"', html)) == {f"{chart}-1-judul"}
    assert f'id="{chart}-1-judul"' in html
    assert "Lihat sebagai tabel" in html
    assert "<table" in html
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|<b>", html)


def test_what_was_drawn_is_not_drawn_again_and_what_changed_is(
    written: Plan, writer: User, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    engine = screen_charts._draw

    def counted(specs: Sequence[Mapping[str, Any]]) -> list[str]:
        runs.append(len(specs))
        return engine(specs)

    monkeypatch.setattr(screen_charts, "_draw", counted)
    client = client_of(writer)

    first = asked(client, written, "swot")
    again = asked(client, written, "swot")
    SwotItem.objects.filter(quadrant="O").update(rating=3)
    moved = asked(client, written, "swot")

    assert runs == [1, 1]
    assert first == again
    assert "(+0,20; 0,00)" in first.replace("+0,00", "0,00")
    assert "(+0,20; +1,00)" in moved


def test_a_failing_engine_leaves_the_table(
    written: Plan, writer: User, client_of: Callable[..., Client], settings: Any, tmp_path: Any
) -> None:
    settings.BASE_DIR = tmp_path  # no program of that name there
    html = asked(client_of(writer), written, "anggaran")

    assert "<svg" not in html
    assert "sedang tidak dapat digambar" in html
    assert "<table" in html
    assert (
        cache.get_many(
            [
                f"chart:{screen_charts.digest(b.chart)}"
                for b in screen_charts.blocks(written, "anggaran")
                if hasattr(b, "chart")
            ]
        )
        == {}
    )


def test_an_empty_plan_says_so_and_an_unknown_chart_is_not_found(
    plan: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)

    for chart in CHARTS:
        html = asked(client, plan, chart)
        assert "Belum ada data untuk grafik ini" in html or chart == "jangka", chart
    assert client.get(f"/daerah/{plan.region.slug}/2022/grafik/rahasia/").status_code == 404


def test_a_chart_reads_few_rows(
    written: Plan, writer: User, client_of: Callable[..., Client], queries_of: Callable[..., int]
) -> None:
    client, url = client_of(writer), f"/daerah/{written.region.slug}/2022/grafik/anggaran/"
    before = queries_of(client, url)
    for number in range(2, 30):
        Programme.objects.create(
            region=written.region,
            plan=written,
            code=f"SB-1.{number:02}",
            sub_dimension="SB-1",
            name="P",
            start_year=2023,
            end_year=2024,
        )

    assert queries_of(client, url) == before <= 10
