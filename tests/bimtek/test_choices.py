"""Quick wins are chosen within the framework's limit, values set for many at once and taken back as one act."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import User
from bimtek import quickwins, writing
from bimtek.models import BudgetLine, Plan, Programme, QuickWin, Submission
from regions.access import Access, access_of
from regions.models import Opd

pytestmark = pytest.mark.django_db


def nominee(plan: Plan, name: str, scores: int = 0, **fields: Any) -> QuickWin:
    given = dict.fromkeys(("score_visible", "score_feasible", "score_impact", "score_ready"), scores or None)
    return QuickWin.objects.create(
        region=plan.region, plan=plan, dimension=fields.pop("dimension", "SG"), name=name, **given, **fields
    )


def held(user: User, plan: Plan) -> Access:
    found = access_of(user, plan.region)
    assert found is not None
    return found


def choose(client: Client, row: QuickWin, *, pilih: str = "1", version: int | None = None) -> str:
    url = f"/daerah/{row.region.slug}/2022/tahap/4/quick-win/{row.pk}/pilih/"
    answer = client.post(url, {"pilih": pilih, "version": version or row.version}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nominees_rank_by_score_then_by_how_soon(plan: Plan) -> None:
    rows = [
        nominee(plan, "Tanpa skor"),
        nominee(plan, "Lama", 4, months=12),
        nominee(plan, "Cepat", 4, months=3),
        nominee(plan, "Tinggi", 5),
    ]

    assert [row.name for row in quickwins.ranked(rows)] == ["Tinggi", "Cepat", "Lama", "Tanpa skor"]
    assert [quickwins.score(row) for row in rows] == [None, 16, 16, 20]


def test_a_third_of_a_dimension_is_refused_with_the_names_of_the_two(
    plan: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    one, two, three = (nominee(plan, name) for name in ("Antrean", "Aduan", "Arsip"))
    other = nominee(plan, "Sampah", dimension="SV")

    assert "“Antrean” dipilih" in choose(client, one)
    choose(client, two)
    refused = choose(client, three)
    choose(client, other)

    assert "SG sudah mempunyai 2 quick win terpilih: “Aduan” dan “Antrean”" in refused
    assert set(QuickWin.objects.filter(chosen=True).values_list("name", flat=True)) == {"Antrean", "Aduan", "Sampah"}
    one.refresh_from_db()
    choose(client, one, pilih="0")
    three.refresh_from_db()
    choose(client, three)
    assert set(QuickWin.objects.filter(chosen=True).values_list("name", flat=True)) == {"Arsip", "Aduan", "Sampah"}
    assert plan.change_set.filter(kind="quickwin").count() == 5


def test_the_form_keeps_the_same_limit(plan: Plan, writer: User, client_of: Callable[..., Client]) -> None:
    for name in ("Antrean", "Aduan"):
        nominee(plan, name, chosen=True)
    row = nominee(plan, "Arsip")
    prefix = f"r{row.pk.hex[:8]}-"
    body = {
        prefix + k: v
        for k, v in {"name": "Arsip", "dimension": "SG", "kind": "program", "chosen": "on", "version": "1"}.items()
    }

    answer = client_of(writer).post(f"/daerah/{plan.region.slug}/2022/tahap/4/quick-win/{row.pk}/", body)

    assert answer.status_code == 422
    assert "SG sudah mempunyai 2 quick win terpilih" in answer.content.decode()


def test_a_stale_version_an_operator_and_a_closed_stage_are_refused(
    plan: Plan, health: Opd, writer: User, operator: User, client_of: Callable[..., Client]
) -> None:
    row = nominee(plan, "Antrean", opd=health)

    assert "sudah diubah" in choose(client_of(writer), row, version=7)
    with pytest.raises(PermissionDenied):
        quickwins.choose(row, chosen=True, access=held(operator, plan), version=1)
    Submission.objects.filter(plan=plan).update(status="accepted")
    assert "sudah diterima" in choose(client_of(writer), row)
    assert not QuickWin.objects.filter(chosen=True).exists()
    assert (
        "Batalkan pilihan"
        not in client_of(writer).get(f"/daerah/{plan.region.slug}/2022/tahap/4/quick-win/").content.decode()
    )


# --- priorities ----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(plan: Plan, health: Opd, kominfo: Opd) -> list[Programme]:
    return [
        Programme.objects.create(
            region=plan.region, plan=plan, code=f"SG-1.0{n}", sub_dimension="SG-1", name=f"P{n}", opd=opd, priority=n
        )
        for n, opd in ((1, health), (2, health), (3, kominfo))
    ]


def priorities() -> list[int | None]:
    return list(Programme.objects.order_by("code").values_list("priority", flat=True))


def set_to(client: Client, rows: list[Programme], priority: str, version: int = 1) -> Any:
    url = f"/daerah/{rows[0].region.slug}/2022/tahap/3/program/massal/"
    body = {"isi-priority": priority, "pilih": [f"{row.pk}:{version}" for row in rows], "langkah": "terapkan"}
    return client.post(url, {**body, "dilihat": json.dumps({"priority": priority})}, follow=True)


def test_one_priority_for_many_is_one_act_and_is_taken_back(
    plan: Plan, three: list[Programme], writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    page = set_to(client, three, "1").content.decode()

    assert priorities() == [1, 1, 1]
    assert "Urungkan" in page
    acts = set(plan.change_set.values_list("act", flat=True))
    assert len(acts) == 1
    assert plan.change_set.count() == 2  # the first one had it already
    back = client.post(f"/daerah/{plan.region.slug}/2022/riwayat/tindakan/{acts.pop()}/urungkan/", follow=True)
    assert "2 baris kembali seperti semula" in back.content.decode()
    assert priorities() == [1, 2, 3]


def test_an_act_is_not_taken_back_over_later_work(plan: Plan, three: list[Programme], writer: User) -> None:
    access = held(writer, plan)
    for row in three:
        row.priority = 3
    act = writing.change_many([(row, 1) for row in three], access=access)
    assert act is not None
    later = Programme.objects.get(pk=three[0].pk)
    later.name = "Nama baru"
    writing.change(later, access=access, version=2)

    with pytest.raises(ValidationError, match="sudah diubah lagi"):
        writing.undo(plan, act, access=access)
    assert priorities() == [3, 3, 3]


def test_one_refused_programme_leaves_all_as_they_were(
    three: list[Programme], writer: User, operator: User, client_of: Callable[..., Client]
) -> None:
    Programme.objects.filter(pk=three[2].pk).update(version=2)

    assert "Baru saja diubah orang lain: SG-1.03 P3" in set_to(client_of(writer), three, "1").content.decode()
    assert set_to(client_of(operator), three, "1").status_code == 404
    assert priorities() == [1, 2, 3]
    assert set_to(client_of(operator), three[:2], "2").status_code == 200
    assert priorities() == [2, 2, 3]


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"isi-priority": "9", "pilih": ["x"]},
        {"isi-priority": "1"},
        {"isi-priority": "1", "pilih": ["\x00:1"]},
        {"isi-priority": "²", "pilih": []},
    ],
)
def test_odd_input_is_a_sentence(
    three: list[Programme], writer: User, client_of: Callable[..., Client], odd: dict[str, Any]
) -> None:
    url = f"/daerah/{three[0].region.slug}/2022/tahap/3/program/massal/"

    assert "Centang baris" in client_of(writer).post(url, odd, follow=True).content.decode()
    assert priorities() == [1, 2, 3]


def test_only_rows_that_one_may_write_have_a_box(
    three: list[Programme], operator: User, leader: User, client_of: Callable[..., Client]
) -> None:
    url = f"/daerah/{three[0].region.slug}/2022/tahap/3/program/"

    assert client_of(operator).get(url).content.decode().count('name="pilih"') == 2
    assert 'name="pilih"' not in client_of(leader).get(url).content.decode()
    assert client_of(operator).get(url.replace("tahap/3", "tahap/2")).content.decode().count('name="pilih"') == 2
    Submission.objects.update(status="accepted")
    assert 'name="pilih"' not in client_of(operator).get(url).content.decode()


def test_many_rows_are_looked_at_before_they_change(
    three: list[Programme], writer: User, kominfo: Opd, client_of: Callable[..., Client]
) -> None:
    """OPD, dimension and term at once; what was not looked at is shown first."""
    client, url = client_of(writer), f"/daerah/{three[0].region.slug}/2022/tahap/2/program/massal/"
    body = {
        "pilih": [f"{row.pk}:1" for row in three],
        "isi-opd": kominfo.pk,
        "isi-sub_dimension": "SV-1",
        "isi-term": "menengah",
    }
    page = client.post(url, {**body, "langkah": "lihat"})
    text = page.content.decode()
    assert Programme.objects.filter(sub_dimension="SG-1").count() == 3, "looking writes nothing"
    assert "3 baris akan berubah" in text
    assert "Tahun mulai: <del>(kosong)</del> → <ins>2023</ins>" in text
    assert text.count("OPD penanggung jawab: <del>Dinkes</del>") == 2
    other = {**body, "isi-term": "panjang", "langkah": "terapkan", "dilihat": page.context["seen"]}
    assert "Terapkan pada 3 baris" in client.post(url, other).content.decode()
    assert Programme.objects.filter(start_year=None).count() == 3

    done = client.post(
        url, {**body, "langkah": "terapkan", "dilihat": page.context["seen"]}, follow=True
    ).content.decode()
    assert "3 baris program diubah." in done
    assert set(Programme.objects.values_list("opd", "sub_dimension", "start_year", "end_year")) == {
        (kominfo.pk, "SV-1", 2023, 2026)
    }


def test_a_row_that_the_forms_rules_refuse_stops_all(
    plan: Plan, three: list[Programme], writer: User, health: Opd, client_of: Callable[..., Client]
) -> None:
    three[1].supporting.add(health, through_defaults={"plan": plan, "region": plan.region})
    BudgetLine.objects.create(plan=plan, region=plan.region, programme=three[2], year=2022, source="apbd", amount=1)
    client, url = client_of(writer), f"/daerah/{plan.region.slug}/2022/tahap/2/program/massal/"
    body: dict[str, Any] = {
        "pilih": [f"{row.pk}:1" for row in three],
        "isi-opd": health.pk,
        "isi-term": "panjang",
        "langkah": "lihat",
    }
    page = client.post(url, body)
    assert "Masih ada anggaran di luar tahun itu (2022)" in page.content.decode()
    assert "Terapkan pada" not in page.content.decode()
    forced = {**body, "langkah": "terapkan", "dilihat": page.context["seen"]}
    assert "Belum ada yang diubah." in client.post(url, forced).content.decode()
    assert not plan.change_set.exists()
    others = client.post(url, {**body, "pilih": body["pilih"][:2]}).content.decode()
    assert "Terapkan pada 2 baris" in others
