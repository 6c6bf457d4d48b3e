"""Who is here on a section, and which rows a page shows are newer by now."""

import datetime
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from bimtek import writing
from bimtek.models import Gap, Plan, Presence
from tests.bimtek.rows import access, make_programme, make_row
from tests.conftest import signed_in

BASE = "/daerah/kota-batam/2022/tahap/1/kesenjangan/"


class Tab:
    def __init__(self, user: Any, path: str = BASE) -> None:
        self.client, self.path, self.id = signed_in(user), path, str(uuid.uuid4())

    def ping(self, **more: Any) -> Any:
        answer = self.client.post(
            f"{self.path}hadir/", json.dumps({"client": self.id, **more}), content_type="application/json"
        )
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture
def gap(plan: Plan) -> Gap:
    return make_row(Gap, plan, sub_dimension="SG-1", present="Layanan masih manual.", cause="Belum ada data.")


@pytest.mark.django_db
def test_two_people_see_each_other_and_the_row_that_is_edited(gap, writer, head):
    first, second = Tab(writer), Tab(head)
    assert first.ping(shown={str(gap.pk): 1})["people"] == []
    second.ping(row=str(gap.pk), editing=True)
    assert first.ping(shown={str(gap.pk): 1})["people"] == [{"name": str(head), "row": str(gap.pk), "editing": True}]


@pytest.mark.django_db
def test_several_tabs_of_one_person_count_once_and_not_for_oneself(gap, writer, head):
    mine = Tab(writer)
    Tab(writer).ping()
    for _ in range(2):
        Tab(head).ping()
    assert [one["name"] for one in mine.ping()["people"]] == [str(head)]


@pytest.mark.django_db
def test_who_leaves_or_falls_silent_is_gone(gap, writer, head):
    mine, theirs, silent = Tab(writer), Tab(head), Tab(head)
    theirs.ping()
    theirs.ping(leaves=True)
    assert mine.ping()["people"] == []
    silent.ping()
    Presence.objects.filter(user=head).update(at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=40))
    assert mine.ping()["people"] == []


@pytest.mark.django_db
def test_a_newer_row_is_announced_with_its_writer_and_its_text(gap, plan, writer, head):
    mine, version = Tab(writer), gap.version
    gap.present = "Layanan sudah daring."
    writing.change(gap, access=access(head, plan), version=version)
    answer = mine.ping(shown={str(gap.pk): version}, wanted=[str(gap.pk)])
    assert (answer["newer"], answer["by"]) == ([str(gap.pk)], [str(head)])
    assert answer["fresh"][str(gap.pk)]["values"]["present"] == "Layanan sudah daring."
    assert mine.ping(shown={str(gap.pk): gap.version})["newer"] == []


@pytest.mark.django_db
def test_a_deleted_row_is_told(gap, plan, writer, head):
    writing.remove(gap, access=access(head, plan), version=1)
    assert Tab(writer).ping(shown={str(gap.pk): 1})["gone"] == [str(gap.pk)]


@pytest.mark.django_db
def test_an_operator_hears_of_people_but_not_of_another_offices_row(plan, kominfo, operator, writer):
    path = "/daerah/kota-batam/2022/tahap/2/program/"
    other = str(make_programme(plan, opd=kominfo).pk)
    Tab(writer, path).ping(row=other, editing=True)
    answer = Tab(operator, path).ping(shown={other: 1}, wanted=[other])
    assert answer["people"] == [{"name": str(writer), "row": "", "editing": True}]
    assert answer["fresh"] == {}


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"[]", b'{"client": 7}', b'{"client": "x"}', b'{"client": "\xff"}', b"[" * 9000])
def test_what_is_no_ping_is_refused(body, plan, writer):
    answer = signed_in(writer).post(f"{BASE}hadir/", body, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.django_db
def test_one_cannot_move_somebody_elses_tab(gap, writer, head):
    mine, theirs = Tab(writer), Tab(head)
    mine.ping()
    theirs.id = mine.id
    theirs.ping()
    assert Presence.objects.get().user == writer


@pytest.mark.django_db
def test_a_ping_asks_the_same_for_one_row_and_for_many(plan, writer, head):
    mine = Tab(writer)
    rows = [make_row(Gap, plan, sub_dimension="SG-1", present=f"Butir {n}") for n in range(30)]
    mine.ping()
    with CaptureQueriesContext(connection) as few:
        mine.ping(shown={str(rows[0].pk): 1})
    with CaptureQueriesContext(connection) as many:
        mine.ping(shown={str(row.pk): 1 for row in rows})
    assert len(few) == len(many) <= 9


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_in_the_browser_the_other_person_shows_and_newer_text_spares_what_is_typed(
    gap, plan, writer, head, sit_down, live_server
):
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}{gap.pk}/")
    Tab(head).ping(row=str(gap.pk), editing=True)
    page.get_by_label("Kondisi saat ini*").fill("Layanan masih manual, saya tulis")
    expect(page.locator(".save-state", has_text="Tersimpan").first).to_be_visible(timeout=30_000)
    gap.refresh_from_db()
    gap.cause, gap.present = "Anggaran belum ada.", "Ditulis kepala dinas"
    writing.change(gap, access=access(head, plan), version=gap.version)
    page.get_by_label("Kondisi saat ini*").focus()

    expect(page.locator(".here-people")).to_contain_text(f"{head} sedang mengedit", timeout=40_000)
    expect(page.locator("[data-news]")).to_contain_text("versi yang lebih baru", timeout=40_000)
    page.evaluate("document.querySelector(\"[name$='-present']\").focus()")
    page.locator("[data-news] button").dispatch_event("click")
    expect(page.locator("[name$='-cause']")).to_have_value("Anggaran belum ada.", timeout=30_000)
    expect(page.get_by_label("Kondisi saat ini*")).to_have_value("Layanan masih manual, saya tulis")
