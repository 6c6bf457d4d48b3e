"""Screens of admin Kominfo and the home of a consultant."""

import datetime
import re

import pytest
from django.utils import timezone

from bimtek import standing
from bimtek.models import Cohort, Enrolment, Plan, Session, Stage, Status, Submission
from regions.access import Role
from regions.models import Membership
from tests.factories import make_cohort, make_member, make_plan, make_region, make_user


def wait(plan: Plan, stage: Stage, days: int) -> None:
    """The stage has been waiting for review since so many days."""
    since = timezone.now() - datetime.timedelta(days=days, hours=1)
    Submission.objects.filter(plan=plan, stage=stage).update(status=Status.SUBMITTED, since=since)


def rows_of(*plans: Plan) -> list[standing.Standing]:
    return standing.standings(standing.with_stages(Plan.objects.filter(pk__in=[p.pk for p in plans])))


# --- where a plan stands -----------------------------------------------------------------------------------------
def test_standing_names_the_first_open_stage_and_how_long_the_oldest_waits(plan):
    Submission.objects.filter(plan=plan, stage=1).update(status=Status.ACCEPTED)
    wait(plan, Stage.PROGRAM, 3)
    wait(plan, Stage.FINALISASI, 9)

    (row,) = rows_of(plan)

    assert row.current.stage == Stage.PROGRAM
    assert row.oldest_submitted.stage == Stage.FINALISASI
    assert (row.waiting_days, row.waiting) == (9, "9 hari")


def test_a_stage_submitted_today_waits_since_today(plan):
    wait(plan, Stage.PERSEPSI, 0)

    assert rows_of(plan)[0].waiting == "sejak hari ini"


def test_what_waits_longest_comes_first_and_what_is_finished_last(db):
    finished = make_plan(make_region("11.01", "Aceh Selatan", "kabupaten"), status=Status.ACCEPTED)
    writing = make_plan(make_region("12.12", "Toba", "kabupaten"))
    short, long = (
        make_plan(make_region("21.71", "Batam")),
        make_plan(make_region("82.06", "Halmahera Timur", "kabupaten")),
    )
    wait(short, Stage.PERSEPSI, 1)
    wait(long, Stage.PERSEPSI, 20)

    rows = standing.by_waiting(rows_of(finished, writing, short, long))

    assert [row.plan for row in rows] == [long, short, writing, finished]
    assert standing.tally(rows) == {"I": 3, "II": 0, "III": 0, "IV": 0, "selesai": 1, "menunggu": 2}


def test_the_next_session_follows_the_regions_own_day(db):
    region = make_region("82.06", "Halmahera Timur", "kabupaten", time_zone="Asia/Jayapura")
    plan = make_plan(region)
    here = timezone.now().astimezone(region.zone).date()
    for stage, day in ((1, here - datetime.timedelta(days=1)), (2, here), (3, here + datetime.timedelta(days=30))):
        Session.objects.create(region=region, plan=plan, stage=stage, starts=day, ends=day)

    (row,) = rows_of(plan)

    assert row.next_session.stage == 2


# --- home --------------------------------------------------------------------------------------------------------
def test_home_leads_everybody_to_the_own_work(client_of, cast, region):
    wanted = {Role.MINISTRY: "/kominfo/", Role.CONSULTANT: "/konsultan/"}
    for role, person in cast.items():
        if role == "stranger":
            continue
        answer = client_of(person).get("/")
        assert (answer.status_code, answer.url) == (302, wanted.get(role, f"/daerah/{region.slug}/"))


def test_home_says_what_to_do_when_there_is_no_region_and_offers_a_choice_of_several(
    client_of, region, stranger_region, writer
):
    alone = make_user("Sendiri")
    assert "Anda belum terhubung dengan daerah mana pun" in client_of(alone).get("/").content.decode()

    make_member(stranger_region, Role.COUNCIL, user=writer)
    text = client_of(writer).get("/").content.decode()
    assert f"/daerah/{region.slug}/" in text
    assert f"/daerah/{stranger_region.slug}/" in text


# --- admin Kominfo -----------------------------------------------------------------------------------------------
def test_no_two_things_on_the_dashboard_have_one_name(client_of, ministry, plan):
    plan.submission_set.filter(stage=1).update(status="submitted")
    text = client_of(ministry).get("/kominfo/").content.decode()

    assert "Paling lama menunggu reviu" in text
    names = re.findall(r'\sid="([^"]+)"', text)
    assert [name for name in names if names.count(name) > 1] == []


def test_the_empty_dashboard_offers_the_first_deed(client_of, ministry):
    text = client_of(ministry).get("/kominfo/").content.decode()

    assert "Belum ada angkatan" in text
    assert "/kominfo/angkatan/tambah/" in text


def test_a_cohort_is_made_and_its_year_is_its_own(client_of, ministry):
    client = client_of(ministry)
    values = {"year": 2022, "name": "Gerakan Menuju Kota Cerdas", "ministry": "Kominfo", "version": 1}

    assert client.post("/kominfo/angkatan/tambah/", values).url == "/kominfo/angkatan/2022/"
    assert "Angkatan tahun ini sudah ada." in client.post("/kominfo/angkatan/tambah/", values).content.decode()
    assert Cohort.objects.count() == 1


def test_a_second_save_of_a_cohort_shows_both_texts(client_of, ministry):
    make_cohort(2022)
    client, url = client_of(ministry), "/kominfo/angkatan/2022/ubah/"
    values = {"year": 2022, "name": "Pertama", "ministry": "Kominfo", "version": 1}
    client.post(url, values)

    text = client.post(url, {**values, "name": "Kedua"}).content.decode()

    assert 'value="Kedua"' in text
    assert "Yang tersimpan sekarang: Pertama" in text
    assert Cohort.objects.get().name == "Pertama"


@pytest.fixture
def values() -> dict[str, object]:
    return {"mou_number": "555/MoU/2022", "mou_date": "2022-05-10", "first_year": 2022, "last_year": 2031, "version": 1}


def test_a_region_is_searched_enrolled_and_shown_in_its_cohort(client_of, ministry, region, values):
    make_region("12.72", "Pematangsiantar", display_name="Pematang Siantar")
    make_cohort(2022)
    client = client_of(ministry)
    found = client.get("/kominfo/angkatan/2022/daftarkan/", {"cari": "pematang SIANTAR"}).content.decode()
    assert "Kota Pematang Siantar" in found
    assert "Kota Batam" not in found

    answer = client.post("/kominfo/angkatan/2022/daftarkan/kota-pematangsiantar/", values)

    plan = Plan.objects.get()
    assert answer.url == f"/kominfo/keikutsertaan/{plan.enrolment.pk}/"
    assert (plan.region.code, plan.enrolment.mou_date, plan.medium_until) == ("12.72", datetime.date(2022, 5, 10), 2026)
    assert "Kota Pematang Siantar" in client.get("/kominfo/angkatan/2022/").content.decode()
    assert "sudah terdaftar" in client.get("/kominfo/angkatan/2022/daftarkan/").content.decode()
    again = client.post("/kominfo/angkatan/2022/daftarkan/kota-pematangsiantar/", values)
    assert "sudah terdaftar" in again.content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("last_year", "2025", "5 sampai 10 tahun"),
        ("last_year", "99999999999999999999", "2100"),
        ("first_year", "dua ribu", "empat angka"),
        ("short_until", "2040", "dalam masa rencana"),
        ("mou_date", "31-02-2022", "tanggal"),
        ("mou_number", "5\x005", "null"),
        ("mou_number", "x" * 151, "150"),
    ],
)
def test_a_wrong_enrolment_comes_back_with_a_sentence_and_the_typed_text(
    client_of, ministry, region, values, field, typed, sentence
):
    make_cohort(2022)

    answer = client_of(ministry).post("/kominfo/angkatan/2022/daftarkan/kota-batam/", {**values, field: typed})

    text = answer.content.decode()
    assert sentence.lower() in text.lower()
    assert field == "mou_number" or 'value="555/MoU/2022"' in text
    assert not Enrolment.objects.exists()


def test_an_enrolment_is_changed_and_a_stale_one_shows_both_texts(client_of, ministry, plan, values):
    url = f"/kominfo/keikutsertaan/{plan.enrolment.pk}/"
    client = client_of(ministry)

    assert client.post(url, {**values, "mou_number": "77", "last_year": 2026}).status_code == 302
    text = client.post(url, {**values, "mou_number": "78"}).content.decode()

    assert "Yang tersimpan sekarang: 77" in text
    assert 'value="78"' in text
    plan.refresh_from_db()
    assert (plan.last_year, plan.enrolment.mou_number) == (2026, "77")


def test_enrolment_forms_start_without_errors_and_with_their_values(client_of, ministry, plan):
    make_cohort(2030)
    new = client_of(ministry).get("/kominfo/angkatan/2030/daftarkan/kota-batam/").content.decode()
    old = client_of(ministry).get(f"/kominfo/keikutsertaan/{plan.enrolment.pk}/").content.decode()

    assert "Belum tersimpan" not in new + old
    assert 'value="2039"' in new
    assert 'value="555/01/NK/2022"' in old
    assert 'value="2022-05-10"' in old


def test_consultants_are_assigned_counted_changed_and_ended(client_of, ministry, region, stranger_region):
    client = client_of(ministry)
    today = timezone.localdate()
    person = {"email": "rina@contoh.id", "full_name": "Dr. Rina Kurnia", "starts": today.isoformat(), "ends": ""}
    for place in (region, stranger_region):
        assert client.post(f"/kominfo/konsultan/tugaskan/{place.slug}/", person).url == "/kominfo/konsultan/"
    assert "2 daerah hari ini" in client.get("/kominfo/konsultan/", {"cari": "rina"}).content.decode()

    first, second = Membership.objects.filter(role=Role.CONSULTANT).order_by("region__code")
    yesterday = (today - datetime.timedelta(days=1)).isoformat()
    client.post(f"/kominfo/penugasan/{first.pk}/", {"starts": yesterday, "ends": yesterday})
    assert "1 daerah hari ini" in client.get("/kominfo/konsultan/").content.decode()
    client.post(f"/kominfo/penugasan/{second.pk}/cabut/")
    assert client_of(first.user).get("/konsultan/").content.decode().count("Belum ada penugasan") == 1


def test_an_assignment_that_ends_before_it_begins_is_refused(client_of, ministry, region):
    person = {"email": "rina@contoh.id", "full_name": "Rina", "starts": "2022-06-01", "ends": "2022-05-01"}

    answer = client_of(ministry).post(f"/kominfo/konsultan/tugaskan/{region.slug}/", person)

    assert "mendahului tanggal mulai" in answer.content.decode()
    assert not Membership.objects.exists()


# --- consultant --------------------------------------------------------------------------------------------------
def test_a_consultant_sees_all_and_only_assigned_regions_the_longest_wait_on_top(
    client_of, consultant, plan, stranger_region
):
    second = make_region("12.12", "Toba", "kabupaten")
    make_member(second, Role.CONSULTANT, user=consultant)
    wait(make_plan(second), Stage.PERSEPSI, 12)
    ended = make_region("35.02", "Ponorogo", "kabupaten")
    make_plan(ended)
    make_member(ended, Role.CONSULTANT, user=consultant, ends=timezone.localdate() - datetime.timedelta(days=1))

    text = client_of(consultant).get("/konsultan/").content.decode()

    assert 0 < text.index("Kabupaten Toba") < text.index("Kota Batam")
    assert "12 hari" in text
    assert "Ponorogo" not in text
    assert "Pematangsiantar" not in text


def test_a_consultant_of_a_region_without_plan_is_told_so(client_of, consultant):
    assert "Daerah Anda belum mulai" in client_of(consultant).get("/konsultan/").content.decode()


@pytest.mark.parametrize(
    "url",
    ["/kominfo/", "/kominfo/angkatan/2022/", "/kominfo/konsultan/", "/konsultan/", "/kominfo/angkatan/2022/daftarkan/"],
)
def test_lists_ask_the_same_queries_for_one_and_for_thirty(client_of, ministry, consultant, plan, queries_of, url):
    client = client_of(consultant if url == "/konsultan/" else ministry)
    wait(plan, Stage.PERSEPSI, 2)
    few = queries_of(client, url)
    for number in range(1, 31):
        region = make_region(f"33.{number:02}", f"Uji {number}", "kabupaten")
        wait(make_plan(region), Stage.PERSEPSI, number)
        make_member(region, Role.CONSULTANT, user=consultant if number % 2 else None)

    assert queries_of(client, url) == few
