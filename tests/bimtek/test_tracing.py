"""The chain from SWOT item to quick win, walked both ways; what hangs loose; the same on paper."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bimtek import consistency, tracing
from bimtek.models import (
    BudgetLine,
    Indicator,
    MissionItem,
    Objective,
    Plan,
    Programme,
    ProgrammeStrategy,
    QuickWin,
    Strategy,
    StrategyItem,
    SwotItem,
)
from bimtek.tracing import BUDGET, INDICATOR, MISSION, OBJECTIVE, PROGRAMME, QUICK_WIN, STRATEGY, SWOT, Chain
from masterplan.compose.material import gather
from masterplan.compose.tracing import chain_of, trace_matrix
from tests.largest import make_largest


@pytest.fixture
def rows(plan: Plan) -> dict[str, Any]:
    """One whole chain, and one loose item of each kind."""
    own = {"plan": plan, "region": plan.region}
    item = SwotItem.objects.create(**own, quadrant="S", number=1, text="Serat optik")
    strategy = Strategy.objects.create(**own, kind="SO", number=1, text="Pakai serat")
    StrategyItem.objects.create(**own, strategy=strategy, item=item)
    mission = MissionItem.objects.create(**own, kind="misi", number="3", text="Tata kelola")
    objective = Objective.objects.create(**own, dimension="SG", number=1, text="Daring", mission=mission)
    programme = Programme.objects.create(
        **own,
        code="SG-1.01",
        sub_dimension="SG-1",
        name="Adminduk",
        objective=objective,
        start_year=2022,
        end_year=2022,
    )
    ProgrammeStrategy.objects.create(**own, programme=programme, strategy=strategy)
    indicator = Indicator.objects.create(**own, programme=programme, name="Layanan daring")
    BudgetLine.objects.create(**own, programme=programme, year=2022, source="apbd", amount=750_000_000)
    BudgetLine.objects.create(**own, programme=programme, year=2022, source="csr", amount=250_000_000)
    win = QuickWin.objects.create(**own, dimension="SG", name="Antrean", programme=programme)
    loose = Programme.objects.create(**own, code="SG-1.02", sub_dimension="SG-1", name="Sendiri")
    return {
        SWOT: item, STRATEGY: strategy, MISSION: mission, OBJECTIVE: objective, PROGRAMME: programme, INDICATOR: indicator,
        BUDGET: programme, QUICK_WIN: win, "loose": loose,
        "loose_item": SwotItem.objects.create(**own, quadrant="W", number=1, text="Lemah"),
        "loose_strategy": Strategy.objects.create(**own, kind="WT", number=1, text="Bertahan"),
        "loose_mission": MissionItem.objects.create(**own, kind="misi", number="4", text="Lain"),
        "loose_objective": Objective.objects.create(**own, dimension="SB", number=1, text="Wajah kota"),
        "loose_win": QuickWin.objects.create(**own, dimension="SB", name="Festival"),
    }  # fmt: skip


def found(chain: Chain, kind: str, pk: uuid.UUID) -> dict[str, list[uuid.UUID]]:
    return {each.key: [node.pk for node in nodes] for each, nodes in chain.around(kind, pk).columns}


@pytest.mark.parametrize("start", [SWOT, STRATEGY, MISSION, OBJECTIVE, PROGRAMME, INDICATOR, BUDGET, QUICK_WIN])
def test_the_whole_chain_is_reached_from_any_of_its_links(plan: Plan, rows: dict[str, Any], start: str) -> None:
    chain = Chain(tracing.read(plan))

    reached = found(chain, start, rows[start].pk)

    assert reached == {kind.key: [rows[kind.key].pk] for kind in tracing.KINDS}
    assert chain.nodes[BUDGET, rows[PROGRAMME].pk].text == "Rp1.000.000.000"


def test_a_loose_programme_leads_nowhere(plan: Plan, rows: dict[str, Any]) -> None:
    reached = found(Chain(tracing.read(plan)), PROGRAMME, rows["loose"].pk)

    assert {kind for kind, ids in reached.items() if ids} == {PROGRAMME}


def test_every_loose_item_says_what_it_lacks_and_the_tied_ones_say_nothing(plan: Plan, rows: dict[str, Any]) -> None:
    chain = Chain(tracing.read(plan))

    flaws = {node.pk: len(node.flaws) for node in chain.loose}

    assert flaws == {
        rows["loose"].pk: 4, rows["loose_item"].pk: 1, rows["loose_strategy"].pk: 2, rows["loose_mission"].pk: 1,
        rows["loose_objective"].pk: 2, rows["loose_win"].pk: 1,
    }  # fmt: skip
    listed = {each.sentence for each in consistency.survey(plan).open}
    own = {"tidak menyebut butir SWOT", "belum dijalankan program", "SB Sasaran 1 tidak menunjuk misi"}
    said = {flaw for node in chain.loose for flaw in node.flaws}
    assert all(any(word in flaw for word in own) for flaw in said - listed)


def test_the_page_lists_walks_and_flags(plan: Plan, rows: dict[str, Any], writer: User, client: Client) -> None:
    client.force_login(writer)
    page = "/daerah/kota-batam/2022/keterkaitan/"

    listed = client.get(page).content.decode()
    assert "SG-1.02 belum mempunyai indikator." in listed
    assert f"?pusat=program%3A{rows[PROGRAMME].pk}" in listed
    only = client.get(page, {"jenis": "swot", "lihat": "terputus"}).content.decode()
    assert "W1 Lemah" in only
    assert "S1 Serat optik" not in only
    walk = client.get(page, {"pusat": f"swot:{rows[SWOT].pk}"}).content.decode()
    assert walk.count('aria-current="true"') == 1
    assert f"?pusat=quick-win%3A{rows[QUICK_WIN].pk}" in walk
    for kind in tracing.KINDS:
        answer = client.get(page, {"pusat": f"{kind.key}:{rows[kind.key].pk}"})
        assert client.get(answer.context["edit"]).status_code == 200


@pytest.mark.parametrize("wanted", ["swot", "swot:x", "tamu:1", f"swot:{uuid.UUID(int=3)}", ":", "program:\x00"])
def test_an_item_that_is_not_there_is_not_found(plan: Plan, writer: User, client: Client, wanted: str) -> None:
    client.force_login(writer)

    assert client.get("/daerah/kota-batam/2022/keterkaitan/", {"pusat": wanted}).status_code == 404


def test_an_item_of_another_region_is_not_found(
    rows: dict[str, Any], stranger_region: Any, client: Client, writer: User
) -> None:
    theirs = SwotItem.objects.create(
        region=stranger_region, plan=stranger_region.plan_set.get(), quadrant="S", number=1, text="Rahasia"
    )
    client.force_login(writer)

    assert client.get("/daerah/kota-batam/2022/keterkaitan/", {"pusat": f"swot:{theirs.pk}"}).status_code == 404


def test_the_page_asks_as_much_for_forty_programmes_as_for_two(
    plan: Plan, rows: dict[str, Any], writer: User, client: Client, region: Any
) -> None:
    make_largest(region, programmes=40, cohort=2024)
    client.force_login(writer)

    def asked(year: int) -> int:
        client.get(f"/daerah/kota-batam/{year}/keterkaitan/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/daerah/kota-batam/{year}/keterkaitan/").status_code == 200
        return len(queries)

    assert asked(2024) == asked(2022) <= 40


def test_the_matrix_of_the_book_reads_like_the_page_and_asks_nothing_more(
    plan: Plan, rows: dict[str, Any], django_assert_num_queries: Any
) -> None:
    material = gather(plan)
    with django_assert_num_queries(0):
        blocks = trace_matrix(material)

    table, loose = (each for each in blocks if hasattr(each, "rows"))
    line = next(row.cells for row in table.rows if "SG-1.01 Adminduk" in row.cells)
    assert line == (
        "S1", "SO1", "Misi 3", "SG Sasaran 1", "SG-1.01 Adminduk", "Layanan daring", "Rp1.000.000.000", "Antrean",
    )  # fmt: skip
    assert next(row.cells for row in table.rows if "SG-1.02 Sendiri" in row.cells).count("–") == 7
    assert {node.key: node.flaws for node in chain_of(material).loose} == {
        node.key: node.flaws for node in Chain(tracing.read(plan)).loose
    }
    assert len(loose.rows) == 5


def test_the_matrix_comes_as_a_paper(plan: Plan, rows: dict[str, Any], writer: User, client: Client) -> None:
    client.force_login(writer)

    answer = client.get("/daerah/kota-batam/2022/keterkaitan.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
