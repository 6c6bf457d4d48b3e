"""Moving rows: changing places with a neighbour of the same group, as one act, seen alike on the screen and in the book."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from playwright.sync_api import expect

from bimtek import diff, ordering, snapshots, writing
from bimtek.framework import framework
from bimtek.models import Application, Change, CommitmentPoint, Gap, QuickWin, SwotItem
from bimtek.sections import BY_KEY
from masterplan.compose import material
from tests.bimtek.rows import access, make_item, make_programme, make_row
from tests.conftest import signed_in

BASE = "/daerah/kota-batam/2022/tahap/1/"
PATIENT = 60_000  # ms; the machine may be busy


def names(plan: Any) -> list[str]:
    return list(plan.application_set.values_list("name", flat=True))


@pytest.fixture
def three(plan, health):
    return [make_row(Application, plan, name=name, opd=health, position=n) for n, name in enumerate("ABC", start=1)]


def test_a_row_changes_places_with_its_neighbour_as_one_act_that_is_undone(plan, writer, three):
    act = writing.move(three[2], up=True, access=access(writer, plan), version=1)
    assert names(plan) == ["A", "C", "B"]
    lines = Change.objects.filter(act=act)
    assert {(line.label, line.before["position"], line.after["position"]) for line in lines} == {
        ("C", 3, 2),
        ("B", 2, 3),
    }
    assert [row.version for row in plan.application_set.all()] == [1, 2, 2]
    assert writing.undo(plan, act, access=access(writer, plan)) == 2
    assert names(plan) == ["A", "B", "C"]


def test_the_ends_of_a_list_stay_where_they_are(plan, writer, three):
    assert writing.move(three[0], up=True, access=access(writer, plan), version=1) is None
    assert writing.move(three[2], up=False, access=access(writer, plan), version=1) is None
    assert not Change.objects.exists()


def test_a_row_takes_the_place_of_another_and_those_between_move_on_as_one_act(plan, writer, three):
    far = make_row(Application, plan, name="D", opd=three[0].opd, position=9)
    act = writing.move_to(far, three[0], access=access(writer, plan), version=1)
    assert names(plan) == ["D", "A", "B", "C"]
    assert [row.position for row in plan.application_set.all()] == [1, 2, 3, 9], "the places stay"
    assert Change.objects.filter(act=act).count() == 4
    writing.move_to(plan.application_set.get(name="A"), three[2], access=access(writer, plan), version=2)
    assert names(plan) == ["D", "B", "C", "A"]
    assert writing.move_to(three[1], three[1], access=access(writer, plan), version=3) is None
    writing.undo(plan, Change.objects.first().act, access=access(writer, plan))
    assert names(plan) == ["D", "A", "B", "C"]


def test_a_row_is_not_dropped_into_another_group(plan, writer):
    own, other = (make_row(Gap, plan, sub_dimension=code, present=code) for code in ("SG-1", "SG-2"))
    with pytest.raises(ValidationError, match="di kelompok lain"):
        writing.move_to(own, other, access=access(writer, plan), version=1)
    assert not Change.objects.exists()


def test_rows_that_share_a_place_move_all_the_same(plan, writer, health):
    rows = sorted((make_row(Application, plan, name=name, opd=health) for name in "AB"), key=lambda row: row.pk)
    writing.move(rows[1], up=True, access=access(writer, plan), version=1)
    assert list(plan.application_set.values_list("pk", flat=True)) == [rows[1].pk, rows[0].pk]


def test_swot_items_exchange_their_numbers_and_take_them_back(plan, writer):
    first, second, third = (make_item(plan, number=n, text=f"Butir {n}") for n in (1, 2, 4))
    make_item(plan, quadrant="W", number=1, text="Kelemahan")
    act = writing.move(third, up=True, access=access(writer, plan), version=1)
    assert [(item.code, item.text) for item in BY_KEY["swot"].rows(plan)] == [
        ("S1", "Butir 1"), ("S2", "Butir 4"), ("S4", "Butir 2"), ("W1", "Kelemahan"),
    ]  # fmt: skip
    writing.undo(plan, act, access=access(writer, plan))
    assert {item.pk: item.number for item in SwotItem.objects.filter(quadrant="S")} == {
        first.pk: 1,
        second.pk: 2,
        third.pk: 4,
    }


def test_bringing_one_moved_row_back_from_the_history_brings_back_both(plan, writer):
    for n in (1, 2):
        make_item(plan, number=n, text=f"Butir {n}")
    act = writing.move(plan.swotitem_set.get(number=2), up=True, access=access(writer, plan), version=1)
    writing.restore(Change.objects.filter(act=act).first(), access=access(writer, plan))
    assert dict(plan.swotitem_set.values_list("number", "text")) == {1: "Butir 1", 2: "Butir 2"}


def test_a_move_is_not_undone_into_a_number_that_is_taken_by_now(plan, writer):
    _, second = (make_item(plan, number=n, text=f"Butir {n}") for n in (1, 2))
    act = writing.move(second, up=True, access=access(writer, plan), version=1)
    SwotItem.objects.filter(pk=second.pk).update(number=7)
    make_item(plan, number=1, text="Baru")
    with pytest.raises(ValidationError):
        writing.undo(plan, act, access=access(writer, plan))
    assert set(plan.swotitem_set.values_list("number", flat=True)) == {1, 2, 7}


def test_the_screen_shows_the_order_of_the_book(plan, writer):
    for quadrant, number in (("T", 1), ("S", 2), ("W", 1), ("S", 1)):
        make_item(plan, quadrant=quadrant, number=number)
    for n, code in enumerate(("SS-1", "SG-2", "SG-1")):
        make_row(Gap, plan, sub_dimension=code, present=code, position=n)
        make_programme(plan, code=f"{code}.01", sub_dimension=code)
        make_row(QuickWin, plan, dimension=code[:2], name=code, position=n)
    read = material.gather(plan)
    for section, printed in (
        ("swot", read.swot_items), ("kesenjangan", read.gaps), ("program", read.programmes), ("quick-win", read.quick_wins),
    ):  # fmt: skip
        assert list(BY_KEY[section].rows(plan)) == list(printed), section
    frozen = snapshots.content_of(plan)["rows"]["swotitem"]
    in_order = sorted(frozen, key=lambda row: ordering.place(SwotItem, row.get, framework(plan.framework)))
    assert [row["id"] for row in in_order] == [str(item.pk) for item in read.swot_items]
    assert [item.code for item in read.swot_items] == ["S1", "S2", "W1", "T1"]
    assert [gap.sub_dimension for gap in read.gaps] == ["SG-1", "SG-2", "SS-1"]


def test_two_snapshots_tell_what_was_moved(plan, writer, three):
    before = snapshots.content_of(plan)
    writing.move(three[0], up=False, access=access(writer, plan), version=1)
    found = diff.moved(before, snapshots.content_of(plan))
    assert found == {"application": {str(three[0].pk)}} or found == {"application": {str(three[1].pk)}}


def test_an_operator_moves_own_rows_among_own_rows_only(plan, operator, health, kominfo):
    own = [make_row(Application, plan, name=f"Kesehatan {n}", opd=health, position=n) for n in (1, 3)]
    other = make_row(Application, plan, name="Kominfo", opd=kominfo, position=2)
    with pytest.raises(PermissionDenied):
        writing.move(other, up=True, access=access(operator, plan), version=1)
    writing.move(own[1], up=True, access=access(operator, plan), version=1)
    assert names(plan) == ["Kesehatan 3", "Kominfo", "Kesehatan 1"]
    other.refresh_from_db()
    assert other.version == 1


def test_somebody_else_moved_meanwhile(plan, writer, three):
    writing.move(three[2], up=True, access=access(writer, plan), version=1)
    with pytest.raises(ValidationError, match="baru saja diubah"):
        writing.move(three[1], up=True, access=access(writer, plan), version=1)
    assert names(plan) == ["A", "C", "B"]


def test_programmes_follow_their_codes(plan, writer):
    with pytest.raises(ValidationError, match="mengikuti kode"):
        writing.move(make_programme(plan), up=True, access=access(writer, plan), version=1)


def test_a_closed_stage_keeps_its_order(plan, writer, three):
    plan.submission_set.filter(stage=1).update(status="accepted")
    with pytest.raises(ValidationError, match="tidak dapat diubah"):
        writing.move(three[1], up=True, access=access(writer, plan), version=1)
    assert names(plan) == ["A", "B", "C"]


# --- on the page -----------------------------------------------------------------------------------------------------
def test_the_buttons_work_without_javascript_and_offer_undo(plan, writer, three):
    client = signed_in(writer)
    page = client.get(f"{BASE}aplikasi/").content.decode()
    assert page.count('class="row-move"') == 3
    assert 'class="row-move"' not in client.get(f"{BASE}aplikasi/?urut=name").content.decode()
    answer = client.post(f"{BASE}aplikasi/{three[1].pk}/pindah/", {"arah": "naik", "version": "1"}, follow=True)
    assert answer.redirect_chain == [(f"{BASE}aplikasi/#baris-{three[1].pk}", 302)]
    assert "“B” dipindahkan ke atas." in answer.content.decode()
    assert names(plan) == ["B", "A", "C"]
    client.post(f"/daerah/kota-batam/2022/riwayat/tindakan/{Change.objects.first().act}/urungkan/")
    assert names(plan) == ["A", "B", "C"]
    assert "Urutan" in client.get("/daerah/kota-batam/2022/riwayat/").content.decode()


def test_a_dropped_row_is_told_with_undo(plan, writer, three):
    url = f"{BASE}aplikasi/{three[2].pk}/pindah/"
    answer = signed_in(writer).post(url, {"ke": str(three[0].pk), "version": "1"}, follow=True).content.decode()
    assert "“C” dipindahkan ke tempat “A”." in answer
    assert "Urungkan" in answer
    assert names(plan) == ["C", "A", "B"]


def test_strange_answers_move_nothing(plan, writer, three, stranger):
    theirs = make_row(Application, stranger.memberships.get().region.plan_set.get(), name="Milik daerah lain")
    for onto in (theirs.pk, "x", "\x00"):
        answer = signed_in(writer).post(f"{BASE}aplikasi/{three[1].pk}/pindah/", {"ke": onto, "version": "1"})
        assert answer.status_code == 404
    for data in ({}, {"arah": "naik", "version": "x"}, {"arah": "naik", "version": "99999999999"}):
        assert signed_in(writer).post(f"{BASE}aplikasi/{three[1].pk}/pindah/", data).status_code == 302
    assert signed_in(stranger).post(f"{BASE}aplikasi/{three[1].pk}/pindah/", {"arah": "naik"}).status_code == 404
    answer = signed_in(writer).post(
        f"{BASE}aplikasi/{three[1].pk}/pindah/", {"arah": "naik", "version": "1", "kembali": "https://example.org/"}
    )
    assert answer.url.startswith(BASE)


def test_a_list_asks_the_same_number_of_queries_for_one_and_for_four_hundred_rows(plan, writer, queries_of):
    client = signed_in(writer)
    make_programme(plan)
    make_row(Application, plan, name="A")
    pages = [
        f"{BASE}aplikasi/",
        "/daerah/kota-batam/2022/tahap/2/program/",
        "/daerah/kota-batam/2022/tahap/2/program/kisi/",
    ]
    few = [queries_of(client, page) for page in pages]
    kind = type(plan.programme_set.get())
    plain = {"plan": plan, "region": plan.region}
    kind.objects.bulk_create(
        kind(**plain, code=f"SG-2.{n:03}", sub_dimension="SG-2", name="Program") for n in range(399)
    )
    Application.objects.bulk_create(Application(**plain, name=f"B{n}") for n in range(399))
    assert [queries_of(client, page) for page in pages] == few


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_alt_arrow_moves_the_row_one_stands_in(plan, writer, sit_down, live_server, accessible):
    for n in (1, 2, 3):
        make_row(CommitmentPoint, plan, number=n, text=f"Isi {n}", position=n)
    page = sit_down(writer)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/4/komitmen/")
    rows = page.locator("[data-arrows] tr")
    rows.nth(2).locator(".row-title a").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(1)).to_contain_text("Isi 3", timeout=PATIENT)
    expect(rows.nth(1).locator(".row-title a")).to_be_focused()
    expect(page.locator("#pesan")).to_contain_text("dipindahkan ke atas")
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(0)).to_contain_text("Isi 3", timeout=PATIENT)
    accessible(page)
    connection.close()
    assert list(plan.commitmentpoint_set.order_by("number").values_list("text", flat=True)) == [
        "Isi 3",
        "Isi 1",
        "Isi 2",
    ]
    page.get_by_role("button", name="Urungkan").click()
    expect(rows.nth(1)).to_contain_text("Isi 3", timeout=PATIENT)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_row_is_dragged_by_its_handle(plan, writer, sit_down, live_server, accessible):
    for n in range(1, 5):
        make_row(CommitmentPoint, plan, number=n, text=f"Isi {n}", position=n)
    page = sit_down(writer)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/4/komitmen/")
    rows = page.locator("[data-arrows] tr")
    for source, target, order in ((3, 0, "4123"), (0, 2, "1243")):
        rows.nth(source).locator(".row-grip").drag_to(rows.nth(target).locator(".row-grip"))
        expect(page.locator("#pesan")).to_contain_text("dipindahkan ke tempat", timeout=PATIENT)
        expect(rows).to_contain_text([f"Isi {n}" for n in order], timeout=PATIENT)
    accessible(page)
    connection.close()
    assert list(plan.commitmentpoint_set.order_by("number").values_list("text", flat=True))[2:] == ["Isi 4", "Isi 3"]
    page.get_by_role("button", name="Urungkan").first.click()
    expect(rows).to_contain_text([f"Isi {n}" for n in "4123"], timeout=PATIENT)
    page.route("**/pindah/", lambda route: route.abort())
    rows.nth(3).locator(".row-grip").drag_to(rows.nth(1).locator(".row-grip"))
    expect(page.locator(".toasts")).to_contain_text("sambungan terputus", timeout=PATIENT)
    expect(rows).to_contain_text([f"Isi {n}" for n in "4123"])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1366, 390])
def test_the_list_stays_where_it_was_when_a_row_in_its_middle_moves(plan, writer, sit_down, live_server, width):
    for n in range(1, 31):
        make_row(QuickWin, plan, dimension="SG", name=f"Isi {n:02}", position=n)
    page = sit_down(writer)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/4/quick-win/")
    rows = page.locator("[data-arrows] tr")
    rows.nth(14).locator(".row-grip").evaluate("grip => grip.scrollIntoView({ block: 'center', behavior: 'instant' })")
    place = "(table => [table.getBoundingClientRect().top, table.scrollTop])(document.querySelector('.table-wrap'))"
    before = page.evaluate(place)
    assert page.evaluate("scrollY") > 0, "nothing is scrolled: the list is too short for this"
    rows.nth(14).get_by_role("button", name="Naikkan").click()
    expect(rows.nth(13)).to_contain_text("Isi 15", timeout=PATIENT)
    expect(page.locator("#pesan")).to_contain_text("dipindahkan ke atas", timeout=PATIENT)
    page.wait_for_timeout(200)  # the browser follows what it took for its place a moment later
    assert page.evaluate(place) == pytest.approx(before, abs=2)
