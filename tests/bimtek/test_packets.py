"""Office packets: giving, progress, letters at most once, and guests whose link ends."""

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bimtek import packets
from bimtek.models import Application, BudgetLine, Change, Indicator, Packet, PacketLetter, Plan, ReadinessRow
from bimtek.tasks import remind_packets
from regions import guests
from regions.models import GuestPass, Mail, Opd
from tests.bimtek.rows import access, make_programme, make_row
from tests.bimtek.test_autosave import Tab
from tests.factories import make_opd

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def packet(plan: Plan, health: Opd, operator: User, writer: User) -> Packet:
    return packets.give(
        plan, [health], due=timezone.localdate() + 10 * DAY, note="Pakai data 2021.", access=access(writer, plan)
    )[0]


def due_on(packet: Packet, days: int) -> None:
    """Moves the due date to so many days from today."""
    Packet.objects.filter(pk=packet.pk).update(due=timezone.localdate(timezone=packet.region.zone) + days * DAY)
    packet.refresh_from_db()


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The region's clock shows an office hour, whenever the test runs."""
    monkeypatch.setattr(packets, "OFFICE_HOUR", 0)


def url(name: str, packet: Packet, *more: Any) -> str:
    return reverse(f"bimtek:{name}", args=[packet.region.slug, 2022, packet.pk, *more])


# --- giving ----------------------------------------------------------------------------------------------------------
def test_giving_writes_to_the_offices_operators_only(packet, operator, writer):
    letters = Mail.objects.values_list("to", "subject")
    assert [to for to, _ in letters] == [operator.email]
    assert "Pakai data 2021." in Mail.objects.get().body
    assert packet.letters.get().kind == "given"


def test_an_office_gets_one_packet_of_a_plan(packet, plan, health, writer):
    with pytest.raises(ValidationError, match="sudah punya paket"):
        packets.give(plan, [health], due=packet.due, note="", access=access(writer, plan))
    assert Packet.objects.count() == 1


def test_a_day_that_has_passed_is_refused(plan, health, writer):
    with pytest.raises(ValidationError, match="hari ini atau sesudahnya"):
        packets.give(plan, [health], due=timezone.localdate() - 2 * DAY, note="", access=access(writer, plan))
    assert not Mail.objects.exists()


def test_operators_do_not_give_packets(plan, health, operator):
    with pytest.raises(PermissionDenied):
        packets.give(plan, [health], due=timezone.localdate() + DAY, note="", access=access(operator, plan))


def test_handing_over_takes_free_rows_only_and_is_one_act(packet, plan, kominfo, writer):
    free = make_row(ReadinessRow, plan, element="struktur", component="SDM", name="IPM")
    other = make_programme(plan, opd=kominfo)
    done = packets.hand_over(packet, [("kesiapan", free.pk), ("program", other.pk)], access=access(writer, plan))
    free.refresh_from_db()
    other.refresh_from_db()
    assert (done, free.opd, other.opd) == (1, packet.opd, kominfo)
    assert Change.objects.get(row_id=free.pk).by == writer


# --- how far -----------------------------------------------------------------------------------------------------------
def test_progress_counts_complete_rows_of_the_office(packet, plan, health, kominfo):
    make_programme(plan, opd=kominfo, code="SG-9.01")
    programme = make_programme(plan, opd=health, benefit="Antre lebih singkat.")
    row = make_row(ReadinessRow, plan, element="struktur", component="SDM", name="IPM", opd=health, value="80", year=2021, source="BPS", judgement=3)  # fmt: skip
    found = packets.contents([packet])[packet.pk]
    assert (found.done, found.of, found.percent) == (1, 3, 33)
    assert found.parts["program"][0].lacking == ["anggaran", "indikator"]
    assert found.parts["kesiapan"][0].row == row.pk

    make_row(BudgetLine, plan, programme=programme, year=2022, source="apbd", amount=1)
    make_row(Indicator, plan, programme=programme, name="Waktu tunggu")
    make_row(Application, plan, name="e-Puskesmas", purpose="antrean", year=2020, opd=health)
    assert packets.contents([packet])[packet.pk].percent == 100


def test_no_application_at_all_is_an_answer(packet, operator, plan):
    assert packets.contents([packet])[packet.pk].of == 1
    packets.say_no_applications(packet, True, access=access(operator, plan))
    assert packets.contents([packet])[packet.pk].of == 0


def test_progress_of_many_packets_takes_three_queries(plan, writer):
    due = timezone.localdate() + DAY
    opds = [make_opd(plan.region, f"Dinas {n}") for n in range(12)]
    given = packets.give(plan, opds, due=due, note="", access=access(writer, plan))
    for n, opd in enumerate(opds):
        make_programme(plan, opd=opd, code=f"SG-1.{n:02}")
    with CaptureQueriesContext(connection) as asked:
        packets.contents(given)
    assert len(asked) == 3


def test_the_overview_asks_the_same_for_two_and_for_many(plan, writer, client_of, queries_of):
    client, due = client_of(writer), timezone.localdate() + DAY
    address = reverse("bimtek:packets", args=[plan.region.slug, 2022])
    opds = [make_opd(plan.region, f"Dinas {n}") for n in range(20)]
    packets.give(plan, opds[:2], due=due, note="", access=access(writer, plan))
    few = queries_of(client, address)
    packets.give(plan, opds[2:], due=due, note="", access=access(writer, plan))
    assert queries_of(client, address) == few


def test_finishing_before_all_is_there_takes_a_reason(packet, operator, plan):
    who = access(operator, plan)
    with pytest.raises(ValidationError, match="Tulis alasan"):
        packets.finish(packet, note=" ", access=who)
    packets.finish(packet, note="Data menyusul.", access=who)
    packet.refresh_from_db()
    assert (packet.finished_by, packet.finish_note) == (str(operator), "Data menyusul.")


def test_two_who_change_a_packet_do_not_overwrite_each_other(packet, plan, writer):
    who = access(writer, plan)
    packets.change(packet, due=packet.due + DAY, note="Baru", version=1, access=who)
    with pytest.raises(ValidationError, match="baru saja diubah orang lain"):
        packets.change(packet, due=packet.due, note="Lain", version=1, access=who)


# --- letters -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "kind"),
    [(4, None), (3, "soon"), (1, "soon"), (0, "soon"), (-1, "late"), (-6, "late"), (-7, "still"), (-13, "still"), (-14, None)],
)  # fmt: skip
def test_a_reminder_goes_out_on_its_days(days, kind, packet, at_noon):
    due_on(packet, days)
    assert packets.remind() == (1 if kind else 0)
    assert list(packet.letters.exclude(kind="given").values_list("kind", flat=True)) == ([kind] if kind else [])


def test_a_reminder_comes_once_however_often_the_clock_runs(packet, at_noon, operator):
    due_on(packet, 2)
    for _ in range(3):
        remind_packets()
    due_on(packet, -2)
    for _ in range(3):
        remind_packets()
    assert Mail.objects.filter(to=operator.email).count() == 3  # given, soon, late


def test_a_finished_packet_is_left_alone(packet, at_noon, operator, plan):
    packets.finish(packet, note="Sudah", access=access(operator, plan))
    due_on(packet, -1)
    assert packets.remind() == 0


def test_nobody_is_reminded_at_night(packet, monkeypatch):
    monkeypatch.setattr(packets, "OFFICE_HOUR", 24)
    due_on(packet, 1)
    assert packets.remind() == 0


def test_the_admin_nudges_once_a_day(packet, plan, writer, operator):
    who = access(writer, plan)
    assert packets.nudge(packet, access=who) == 1
    with pytest.raises(ValidationError, match="sudah diingatkan hari ini"):
        packets.nudge(packet, access=who)
    PacketLetter.objects.filter(kind="nudge").update(day=timezone.localdate() - DAY)
    assert packets.nudge(packet, access=who) == 1
    assert Mail.objects.filter(to=operator.email, subject__contains="Admin mengingatkan").count() == 2


def test_an_office_without_people_is_not_nudged_in_vain(plan, writer, kominfo):
    mine = packets.give(plan, [kominfo], due=timezone.localdate() + DAY, note="", access=access(writer, plan))[0]
    with pytest.raises(ValidationError, match="belum punya operator"):
        packets.nudge(mine, access=access(writer, plan))
    assert not PacketLetter.objects.exists()


# --- on screen -------------------------------------------------------------------------------------------------------------
def test_an_operator_is_led_to_the_own_packet(packet, operator, plan, client_of):
    make_programme(plan, opd=packet.opd, name="Antrean daring")
    page = client_of(operator).get(reverse("bimtek:home", args=[plan.region.slug]), follow=True)
    assert page.redirect_chain[-1][0] == url("packet", packet)
    text = page.content.decode()
    assert "Antrean daring" in text
    assert "kurang manfaat, anggaran, indikator" in text
    assert "Atur paket" not in text


def test_the_admin_sees_who_is_late(packet, writer, client_of):
    due_on(packet, -1)
    page = client_of(writer).get(reverse("bimtek:packets", args=[packet.region.slug, 2022]) + "?keadaan=terlambat")
    assert "Terlambat" in page.content.decode()
    assert [entry["packet"] for entry in page.context["entries"]] == [packet]


def test_a_refused_form_gives_the_words_back(plan, health, writer, client_of):
    sent = {"opds": [health.pk], "due": "2001-01-01", "note": "Jangan hilang"}
    page = client_of(writer).post(reverse("bimtek:give_packets", args=[plan.region.slug, 2022]), sent)
    assert page.status_code == 422
    assert "Jangan hilang" in page.content.decode()


# --- guests --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def link(packet: Packet, plan: Plan, writer: User) -> str:
    """The path in the letter that a guest got."""
    guests.invite(packet.opd, full_name="Rina Wulandari", email="rina@contoh.id", days=7, access=access(writer, plan))
    found = re.search(r"/tamu/[\w-]+/", Mail.objects.get(to="rina@contoh.id").body)
    assert found
    return found[0]


def entered(link: str) -> Client:
    client = Client()
    client.post(link)
    return client


def test_looking_at_the_link_opens_nothing_and_the_button_does(link, packet):
    client = Client()
    assert "Rina Wulandari" in client.get(link).content.decode()
    assert client.get(url("packet", packet)).status_code == 302
    assert client.post(link, follow=True).redirect_chain[-1][0] == url("packet", packet)


def test_only_the_hash_of_the_token_is_kept(link):
    token = link.split("/")[2]
    assert token not in repr(GuestPass.objects.values())
    assert len(token) > 40


def test_what_a_guest_writes_carries_the_guests_name(link, packet, plan):
    programme = make_programme(plan, opd=packet.opd)
    held = GuestPass.objects.get()
    tab = Tab(held.user, f"/daerah/{plan.region.slug}/2022/tahap/2/program/simpan/")
    tab.client = entered(link)
    assert tab.send(programme, benefit=("", "Antre lebih singkat."))["saved"] == ["benefit"]
    assert str(Change.objects.get(row_id=programme.pk).by) == f"Rina Wulandari (tamu {packet.opd})"


def test_a_guest_is_nobody_outside_the_packet(link, packet):
    client = entered(link)
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert client.get(reverse("account_set_password")).status_code == 302
    closed = ["plan", "history", "threads", "exchange", "recap"]
    assert {client.get(reverse(f"bimtek:{name}", args=[packet.region.slug, 2022])).status_code for name in closed} == {
        403
    }


def test_a_guests_name_is_no_way_to_sign_in(link):
    user = GuestPass.objects.get().user
    assert not user.is_active
    assert not user.has_usable_password()


@pytest.mark.parametrize("how", ["revoked", "over"])
def test_a_link_that_ended_shuts_the_browser_out_at_once(how, link, packet, plan, writer):
    client, held = entered(link), GuestPass.objects.get()
    assert client.get(url("packet", packet)).status_code == 200
    if how == "revoked":
        guests.revoke(held, access=access(writer, plan))
    else:
        GuestPass.objects.update(expires_at=timezone.now() - HOUR)
    assert client.get(url("packet", packet))["Location"] == reverse("regions:guest_ended")
    assert Client().get(link).status_code == 404
    assert Client().post(link).status_code == 404


def test_a_new_link_for_the_same_person_ends_the_old_one(link, packet, plan, writer):
    guests.invite(packet.opd, full_name="Rina Wulandari", email="RINA@contoh.id", days=3, access=access(writer, plan))
    assert Client().get(link).status_code == 404
    assert GuestPass.objects.open().count() == 1


def test_leaving_ends_it_on_this_device_only(link, packet):
    here, there = entered(link), entered(link)
    here.post(reverse("regions:guest_leave"))
    assert here.get(url("packet", packet)).status_code == 302
    assert there.get(url("packet", packet)).status_code == 200


def test_somebody_signed_in_does_not_become_a_guest(link, packet, council, client_of):
    client: Client = client_of(council)
    assert "Keluar dari" in client.get(link).content.decode()
    client.post(link)
    assert client.get(reverse("bimtek:threads", args=[packet.region.slug, 2022])).status_code == 200


def test_only_those_who_manage_people_invite_guests(packet, plan, head, operator):
    for person in (head, operator):
        with pytest.raises(PermissionDenied):
            guests.invite(packet.opd, full_name="X", email="x@contoh.id", days=7, access=access(person, plan))


def test_a_guest_of_one_office_is_no_guest_of_another_region(link, stranger_region):
    address = reverse("bimtek:packets", args=[stranger_region.slug, 2022])
    assert entered(link).get(address)["Location"] == reverse("regions:guest_ended")
