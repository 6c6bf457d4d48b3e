"""Recap and roadmap: what they show is what the rows add up to, and every figure leads to its programmes."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bimtek import rollups
from bimtek.models import BudgetLine, Ceiling, Plan, Programme
from bimtek.views.recap import AXES
from regions.models import Opd
from tests.factories import make_opd

pytestmark = pytest.mark.django_db


def make(
    plan: Plan, code: str, start: int | None, end: int | None, lines: dict[tuple[int, str], int], **fields: Any
) -> Programme:
    place = {"region": plan.region, "plan": plan}
    programme = Programme.objects.create(
        **place, code=code, sub_dimension=code[:4], name=f"Program {code}", start_year=start, end_year=end, **fields
    )
    for (year, source), amount in lines.items():
        BudgetLine.objects.create(**place, programme=programme, year=year, source=source, amount=amount)
    return programme


@pytest.fixture
def budgeted(plan: Plan, kominfo: Opd, health: Opd) -> Plan:
    make(plan, "SG-1.01", 2022, 2023, {(2022, "apbd"): 5_000_000, (2023, "csr"): 2_000_000}, opd=kominfo, priority=1)
    make(plan, "SG-2.01", 2023, 2024, {(2023, "apbd"): 3_000_000}, opd=health, priority=2)
    make(plan, "SV-1.01", 2028, 2031, {(2028, "belum"): 40_000_000})
    make(plan, "SV-1.02", None, None, {(2029, "apbd"): 1_000_000})
    return plan


def recap_url(plan: Plan, query: str = "") -> str:
    return f"/daerah/{plan.region.slug}/2022/rekap/{query}"


@pytest.mark.parametrize("down", AXES)
@pytest.mark.parametrize("across", AXES)
def test_every_recap_sums_to_the_grand_total_on_both_sides(
    budgeted: Plan, writer: User, client_of: Callable[..., Client], down: str, across: str
) -> None:
    page = client_of(writer).get(recap_url(budgeted, f"?baris={down}&kolom={across}"))
    grid = page.context["grid"]

    def figure(text: str) -> int:
        return 0 if text == "–" else int(text.replace(".", ""))

    assert grid.total == "51"
    assert sum(figure(line["total"]) for line in grid.lines) == sum(map(figure, grid.sums)) == 51
    for line in grid.lines:
        assert sum(figure(cell["text"]) for cell in line["cells"]) == figure(line["total"])
    assert "Rp51.000.000" in page.content.decode()


@pytest.mark.parametrize(
    ("down", "across"),
    [
        ("dimensi", "tahun"),
        ("opd", "sumber"),
        ("jangka", "tahun"),
        ("subdimensi", "dimensi"),
        ("dimensi", "subdimensi"),
    ],
)
def test_every_figure_leads_to_the_programmes_behind_it(
    budgeted: Plan, writer: User, client_of: Callable[..., Client], down: str, across: str
) -> None:
    client = client_of(writer)
    page = client.get(recap_url(budgeted, f"?baris={down}&kolom={across}"))
    money = rollups.plan_money(budgeted)
    grid = page.context["grid"]
    checked = 0
    for row, line in zip(grid.found.rows, grid.lines, strict=True):
        for column, cell in zip(grid.found.columns, line["cells"], strict=True):
            if cell["url"]:
                behind = {
                    m.programme
                    for m in money
                    if getattr(m, grid.down.field) == row and getattr(m, grid.across.field) == column
                }
                listed = {entry["row"].pk for entry in client.get(cell["url"]).context["rows"]}
                assert listed == behind, cell["url"]
                checked += 1
    assert checked >= 3


def test_counts_of_programmes_by_dimension_and_term(
    budgeted: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    counts = client.get(recap_url(budgeted)).context["counts"]

    assert counts.total == "4"
    assert [head["label"] for head in counts.columns] == [
        "Jangka pendek",
        "Jangka menengah",
        "Jangka panjang",
        "Tanpa tahun",
    ]
    lines = {line["head"]["code"]: [cell["text"] for cell in line["cells"]] for line in counts.lines}
    assert lines["SG"] == ["1", "1", "–", "–"]
    assert lines["SV"] == ["–", "–", "1", "1"]
    undated = next(line for line in counts.lines if line["head"]["code"] == "SV")["cells"][3]["url"]
    assert [str(entry["row"].code) for entry in client.get(undated).context["rows"]] == ["SV-1.02"]


@pytest.mark.parametrize(
    "years", [(2022, 2031), (None, None), (2021, 2022), (2030, 2040), (2025, 2024), (2026, None), (2027, 2027)]
)
def test_a_term_in_a_query_is_the_term_of_a_programme(plan: Plan, years: tuple[int | None, int | None]) -> None:
    start, end = years
    row = Programme(
        region=plan.region, plan=plan, code="SG-1.01", sub_dimension="SG-1", name="P", start_year=start, end_year=end
    )
    if start and end and end < start:
        row.end_year = None  # the database refuses years that run backwards
    row.save()
    wanted = rollups.term_of(plan, row.start_year, row.end_year) or ""

    found = [
        t for t in ("", *rollups.Term.values) if plan.programme_set.filter(rollups.term_condition(plan, t)).exists()
    ]
    assert found == [wanted]


def test_money_that_is_no_whole_million_shows_in_full(
    budgeted: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    BudgetLine.objects.filter(source="csr").update(amount=2_000_001)
    page = client_of(writer).get(recap_url(budgeted))

    assert page.context["grid"].unit == "rupiah"
    assert page.context["grid"].total == "51.000.001"


def test_odd_choices_fall_back_and_an_empty_plan_says_what_to_do(
    plan: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    for query in ("?baris=%00&kolom=x", "?baris=tahun&kolom=tahun", "?baris=opd&kolom=opd"):
        page = client.get(recap_url(plan, query))
        assert page.status_code == 200
        assert page.context["down"] is not page.context["across"]
    assert "Belum ada anggaran" in client.get(recap_url(plan)).content.decode()
    assert "Belum ada program" in client.get(f"/daerah/{plan.region.slug}/2022/peta-jalan/").content.decode()


def test_the_roadmap_draws_each_programme_over_its_years(
    budgeted: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client, url = client_of(writer), f"/daerah/{budgeted.region.slug}/2022/peta-jalan/"
    page = client.get(url)
    bars = {bar.programme.code: bar for group in page.context["groups"] for bar in group["bars"]}

    assert {code: (len(b.before), b.length, len(b.after)) for code, b in bars.items()} == {
        "SG-1.01": (0, 2, 8), "SG-2.01": (1, 2, 7), "SV-1.01": (6, 4, 0),
    }  # fmt: skip
    assert page.context["undated"] == 1
    assert "1 program belum mempunyai tahun" in page.content.decode()
    assert not re.search(r"\sstyle=", page.content.decode())

    def shown(query: str) -> list[str]:
        return [bar.programme.code for group in client.get(url + query).context["groups"] for bar in group["bars"]]

    assert shown("?dimensi=SV") == ["SV-1.01"]
    assert shown("?jangka=menengah") == ["SG-2.01"]
    assert shown("?prioritas=1") == ["SG-1.01"]
    assert shown("?prioritas=9&dimensi=%00") == ["SG-1.01", "SG-2.01", "SV-1.01"]
    assert "Tidak ada yang cocok" in client.get(url + "?dimensi=SB").content.decode()


def test_four_hundred_programmes_fold_and_ask_no_more_queries(
    budgeted: Plan, writer: User, client_of: Callable[..., Client], queries_of: Callable[..., int]
) -> None:
    client = client_of(writer)
    urls = [f"/daerah/{budgeted.region.slug}/2022/{page}/" for page in ("peta-jalan", "rekap")]
    before = [queries_of(client, url) for url in urls]
    Programme.objects.bulk_create(
        Programme(
            region=budgeted.region,
            plan=budgeted,
            code=f"SB-1.{n:03}",
            sub_dimension="SB-1",
            name=f"P{n}",
            start_year=2023,
            end_year=2025,
        )
        for n in range(400)
    )

    assert [queries_of(client, url) for url in urls] == before
    groups = client.get(urls[0]).context["groups"]
    assert sum(group["count"] for group in groups) == 403
    assert not any(group["open"] for group in groups)


# --- ceilings --------------------------------------------------------------------------------------------------------


def test_the_recap_warns_above_a_ceiling_and_opens_its_programmes(
    budgeted: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    assert "Belum ada plafon" in client.get(recap_url(budgeted)).content.decode()
    for year, source, amount in ((2023, "apbd", 2_500_000), (2022, "apbd", 6_000_000), (2024, "csr", 1)):
        Ceiling.objects.create(region=budgeted.region, plan=budgeted, year=year, source=source, amount=amount)

    page = client.get(recap_url(budgeted))

    rooms = [
        (each["room"].year, each["room"].planned, each["room"].left, each["room"].over)
        for each in page.context["rooms"]
    ]
    assert rooms == [(2022, 5_000_000, 1_000_000, 0), (2023, 3_000_000, 0, 500_000), (2024, 0, 1, 0)]
    assert "1 plafon terlampaui" in page.content.decode()
    programmes = client.get(page.context["rooms"][1]["url"]).context["page"].object_list
    assert [programme.code for programme in programmes] == ["SG-2.01"]


def test_a_ceiling_is_written_like_any_row_and_only_once(
    budgeted: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client, row = client_of(writer), uuid.uuid4()
    url = f"/daerah/{budgeted.region.slug}/2022/tahap/3/plafon/baru/"
    sent = {
        "baris": row,
        **{
            f"r{row.hex[:8]}-{name}": value
            for name, value in {"year": 2023, "source": "apbd", "amount": "95 M", "version": 0}.items()
        },
    }

    assert client.post(url, sent).status_code == 302
    assert budgeted.ceiling_set.get().amount == 95_000_000_000
    again = uuid.uuid4()
    sent = {
        "baris": again,
        **{
            f"r{again.hex[:8]}-{name}": value
            for name, value in {"year": 2023, "source": "apbd", "amount": "1 M", "version": 0}.items()
        },
    }
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert "sudah ada" in refused.content.decode()


def test_a_recap_of_four_hundred_programmes_asks_no_more_queries(
    budgeted: Plan, writer: User, client_of: Callable[..., Client], queries_of: Callable[..., int]
) -> None:
    client, place = client_of(writer), {"region": budgeted.region, "plan": budgeted}
    few = queries_of(client, recap_url(budgeted))
    programmes = Programme.objects.bulk_create(
        Programme(**place, code=f"SE-1.{n:03}", sub_dimension="SE-1", name=f"P {n}", start_year=2022, end_year=2031)
        for n in range(400)
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(**place, programme=each, year=year, source=source, amount=1000)
        for each in programmes for year in range(2022, 2032) for source in ("apbd", "apbn", "csr")
    )  # fmt: skip
    for year in range(2022, 2032):
        Ceiling.objects.create(**place, year=year, source="apbd", amount=1)

    assert queries_of(client, recap_url(budgeted)) == few <= 12
    assert queries_of(client, recap_url(budgeted, "?hanya-tahun=2023&baris=opd&kolom=sumber")) <= 12


def test_the_recap_narrows_to_values_of_several_sides_and_its_figures_open_just_those_programmes(
    budgeted: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    page = client.get(recap_url(budgeted, "?baris=opd&kolom=tahun&hanya-sumber=apbd&hanya-dimensi=SG"))

    grid = page.context["grid"]
    assert {line["head"]["label"]: line["total"] for line in grid.lines} == {
        "Dinas Kesehatan": "3",
        "Dinas Komunikasi dan Informatika": "5",
    }
    assert [line["share"] for line in grid.lines] == [60.0, 100.0]
    assert (page.context["shown_total"], page.context["total"]) == (8_000_000, 51_000_000)
    cell = next(cell for line in grid.lines for cell in line["cells"] if cell["text"] == "3")
    assert [each.code for each in client.get(cell["url"]).context["page"].object_list] == ["SG-2.01"]
    assert "hanya-sumber=apbd" in page.context["choices"][0]["chips"][0]["url"]
    nothing = client.get(recap_url(budgeted, "?hanya-prioritas=tanpa&hanya-opd=tanpa")).context
    assert nothing["shown_total"] == 41_000_000
    ignored = client.get(recap_url(budgeted, "?hanya-tahun=1900&hanya-opd=%00&hanya-tamu=1")).context
    assert (ignored["only"], ignored["shown_total"]) == ({}, 51_000_000)


@pytest.mark.parametrize("side", AXES)
def test_narrowed_to_each_value_of_a_side_the_recap_adds_up_to_the_whole(
    budgeted: Plan, writer: User, client_of: Callable[..., Client], side: str
) -> None:
    client = client_of(writer)
    slices = {each["name"]: each["options"] for each in client.get(recap_url(budgeted)).context["slices"]}

    parts = [
        client.get(recap_url(budgeted), {f"hanya-{side}": option["value"]}).context["shown_total"]
        for option in slices[f"hanya-{side}"]
    ]

    assert all(parts)
    assert sum(parts) == 51_000_000


def test_the_priority_of_a_figure_opens_its_programmes(
    budgeted: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    grid = client.get(recap_url(budgeted, "?baris=prioritas&kolom=tahun")).context["grid"]

    heads = {line["head"]["label"]: line["head"]["url"] for line in grid.lines}
    assert list(heads) == ["Tinggi", "Sedang", "Rendah", "Belum ditetapkan"]
    codes = {label: [each.code for each in client.get(url).context["page"].object_list] for label, url in heads.items()}
    assert codes == {
        "Tinggi": ["SG-1.01"],
        "Sedang": ["SG-2.01"],
        "Rendah": [],
        "Belum ditetapkan": ["SV-1.01", "SV-1.02"],
    }
    assert client.get(f"/daerah/{budgeted.region.slug}/2022/tahap/3/program/?priority=x").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["", "?baris=opd&kolom=sumber", "?baris=tahun&kolom=dimensi", "?baris=dimensi&kolom=tahun&hanya-sumber=apbd"],
)
def test_the_pivot_s_picture_shows_the_chosen_sides_and_every_part_opens_its_programmes(
    budgeted: Plan, writer: User, client_of: Callable[..., Client], query: str
) -> None:
    page = client_of(writer).get(recap_url(budgeted, query))
    grid, picture = page.context["grid"], page.context["picture"]

    assert [bar["head"]["label"] for bar in picture["bars"]] == [line["head"]["label"] for line in grid.lines]
    for bar, line in zip(picture["bars"], grid.lines, strict=True):
        assert bar["total"] == line["total"]
        assert [part["url"] for part in bar["parts"]] == [cell["url"] for cell in line["cells"] if cell["url"]]
        assert sum(float(part["width"]) for part in bar["parts"]) == pytest.approx(10 * line["share"], abs=1)
    html = page.content.decode()
    assert html.count("<rect class=") == sum(len(bar["parts"]) for bar in picture["bars"]) + len(picture["legend"])
    assert 'id="diagram"' in html


def test_of_many_columns_the_picture_keeps_the_largest_and_puts_the_rest_together(
    plan: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    for number in range(14):
        office = make_opd(plan.region, f"Dinas {number:02}")
        make(plan, f"SG-1.{number:02}", 2022, 2023, {(2022, "apbd"): (number + 1) * 10**6}, opd=office)

    picture = client_of(writer).get(recap_url(plan, "?baris=tahun&kolom=opd")).context["picture"]

    (bar,) = [bar for bar in picture["bars"] if bar["parts"]]
    assert [each["label"] for each in picture["legend"]] == [f"Dinas {number:02}" for number in range(3, 14)]
    assert picture["rest"] == "3 OPD lain"
    assert (bar["parts"][-1]["tone"], bar["parts"][-1]["words"]) == ("rest", "2022, lainnya: Rp6.000.000")
    assert sum(float(part["width"]) for part in bar["parts"]) == pytest.approx(1000, abs=0.2)
