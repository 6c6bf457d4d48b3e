"""Threads: who may begin, reply, assign and move them, what they are about, and what keeps with their place."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bimtek import anchors, drafting, threads, workflow, writing
from bimtek.anchors import Anchor
from bimtek.models import Answer, Stage, Status, SwotItem, Thread, ThreadVisit
from regions.access import PERMISSIONS, Permission, Role
from regions.models import Mail
from tests.bimtek.rows import access, make_full_programme, make_item, make_programme, make_row, send_letters
from tests.factories import make_member

pytestmark = pytest.mark.django_db
BASE = "/daerah/kota-batam/2022/komentar/"
State, Kind = Thread.State, Thread.Kind


def said(**values) -> dict:
    return {"id": str(uuid4()), "tahap": "1", "bagian": "swot", "text": "Butir S2 belum berdasar data."} | values


def begin(plan, user, text="Datanya?", anchor=None, **values) -> Thread:
    anchor = anchor or Anchor(Stage.PERSEPSI, "swot")
    return threads.begin(plan, anchor, text, access=access(user, plan), **values)


def submitted(plan, head) -> None:
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan), gaps=["x"], reason="Diskusi dulu")


# --- beginning ---------------------------------------------------------------------------------------------------
def test_a_thread_keeps_who_said_it_in_which_role_and_of_what(plan, consultant):
    item = make_item(plan)
    thread = begin(plan, consultant, anchor=Anchor(Stage.PERSEPSI, "swot", item, "text"))
    message = thread.messages.get()
    assert (thread.row_id, thread.row_label, thread.field, thread.kind, thread.state) == (
        item.pk, "S1", "text", "komentar", "terbuka",
    )  # fmt: skip
    assert (message.by_name, message.by_role, message.of_region, message.text) == (
        str(consultant), "Konsultan", False, "Datanya?",
    )  # fmt: skip
    assert anchors.place_name(plan, thread) == "Tahap I · Butir SWOT · Butir"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MINISTRY])
def test_everybody_whose_role_says_so_may_comment(plan, client_of, role):
    answer = client_of(make_member(plan.region, role)).post(f"{BASE}baru/", said())
    assert (answer.status_code, plan.thread_set.count()) == (
        (302, 1) if Permission.COMMENT in PERMISSIONS[role] else (403, 0)
    )


def test_the_verb_asks_the_permission_itself(plan, consultant):
    who = access(consultant, plan)
    who.__dict__["permissions"] = frozenset({Permission.VIEW})
    with pytest.raises(PermissionDenied):
        threads.begin(plan, Anchor(Stage.PERSEPSI), "x", access=who)


def test_sent_twice_it_stays_one(plan, consultant, client_of):
    data, client = said(), client_of(consultant)
    for _ in range(2):
        assert client.post(f"{BASE}baru/", data).status_code == 302
    thread = plan.thread_set.get()
    answer = {"id": str(uuid4()), "text": "Sudah"}
    for _ in range(2):
        assert client.post(f"{BASE}{thread.pk}/balas/", answer).status_code == 302
    assert thread.messages.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a" * 501, "a " * 2501])
def test_a_refused_comment_comes_back_with_its_text(plan, consultant, client_of, text):
    for htmx in ({}, {"HX-Request": "true"}):
        answer = client_of(consultant).post(f"{BASE}baru/", said(text=text, panel="1", jenis="salah"), headers=htmx)
        assert answer.status_code == 422
        body = answer.content.decode()
        assert "is-invalid" in body
        assert text.strip().replace("\x00", "")[:400] in body.replace("\x00", "")
        assert re.search(r'value="salah" selected', body)
    assert not plan.thread_set.exists()


def test_a_refused_reply_comes_back_with_its_text(plan, consultant, client_of):
    thread = begin(plan, consultant)
    answer = client_of(consultant).post(f"{BASE}{thread.pk}/balas/", {"text": "kata " * 1001})
    assert answer.status_code == 422
    assert "paling banyak 5000" in answer.content.decode()
    assert "kata kata kata" in answer.content.decode()


def test_htmx_gets_the_box_again_with_the_new_comment(plan, consultant, client_of):
    answer = client_of(consultant).post(f"{BASE}baru/", said(panel="1"), headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert "<html" not in body
    assert "Butir S2 belum berdasar data." in body
    assert body.count("<textarea") == 1


def test_without_script_the_box_leads_back_to_its_place(plan, consultant, client_of):
    item, client = make_item(plan), client_of(consultant)
    base = "/daerah/kota-batam/2022/tahap/1/"
    box = {"panel": "1"}
    assert client.post(f"{BASE}baru/", said(**box)).headers["Location"] == f"{base}swot/"
    assert client.post(f"{BASE}baru/", said(baris=str(item.pk), **box)).headers["Location"] == f"{base}swot/{item.pk}/"
    assert client.post(f"{BASE}baru/", said(bagian="tahap", **box)).headers["Location"] == base


@pytest.mark.parametrize("values", [{"tahap": "9"}, {"tahap": ""}, {"bagian": "tidak-ada"}, {"bagian": "komitmen"}])
def test_a_place_that_is_not_there_is_404(plan, consultant, client_of, values):
    assert client_of(consultant).post(f"{BASE}baru/", said(**values)).status_code == 404
    assert client_of(consultant).get(f"{BASE}baru/", said(**values)).status_code == (
        302 if values.get("tahap") == "" else 404
    )


def test_rows_and_threads_of_another_region_are_not_there(plan, consultant, stranger, stranger_region, client_of):
    other = stranger_region.plan_set.get()
    foreign, theirs = make_item(other), begin(other, stranger)
    client = client_of(consultant)
    assert client.post(f"{BASE}baru/", said(baris=str(foreign.pk))).status_code == 404
    for deed in ("", "balas/", "serahkan/", "keadaan/"):
        assert client.post(f"{BASE}{theirs.pk}/{deed}", {"ke": "selesai", "text": "x"}).status_code in {404, 405}
    theirs.refresh_from_db()
    assert theirs.state == "terbuka"


def test_a_thread_is_text_and_never_markup(plan, consultant, client_of):
    thread = begin(plan, consultant, "<script>alert(1)</script>")
    for address in (BASE, f"{BASE}{thread.pk}/", "/daerah/kota-batam/2022/tahap/1/swot/"):
        body = client_of(consultant).get(address).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body


# --- the place ---------------------------------------------------------------------------------------------------
def test_a_passage_is_kept_with_what_stands_around_it(plan, writer, consultant):
    make_row(
        Answer, plan, key="latar-belakang", text="<p>Kota Batam punya <strong>serat optik</strong>.</p><p>Lalu?</p>"
    )
    section = "narasi-pendahuluan"
    thread = begin(
        plan, consultant, anchor=Anchor(Stage.PERSEPSI, section, None, "latar-belakang", "punya serat  optik")
    )
    assert (thread.passage, thread.passage_before, thread.passage_after) == (
        "punya serat optik",
        "Kota Batam ",
        ". Lalu?",
    )
    with pytest.raises(ValidationError, match="tidak ada pada isian"):
        begin(plan, consultant, anchor=Anchor(Stage.PERSEPSI, section, None, "latar-belakang", "kereta gantung"))


def test_a_passage_that_was_deleted_says_that_it_lost_its_place(plan, writer, consultant, client_of):
    answer = make_row(Answer, plan, key="latar-belakang", text="<p>Ada serat optik di sini.</p>")
    anchor = Anchor(Stage.PERSEPSI, "narasi-pendahuluan", None, "latar-belakang", "serat optik")
    thread, client = begin(plan, consultant, anchor=anchor), client_of(writer)
    assert "<mark>serat optik</mark>" in client.get(f"{BASE}{thread.pk}/").content.decode()
    answer.text = "<p>Diganti seluruhnya.</p>"
    writing.change(answer, access=access(writer, plan), version=1)
    assert "kehilangan tempatnya" in client.get(f"{BASE}{thread.pk}/").content.decode()


def test_a_reviewer_quotes_what_was_submitted_and_not_what_was_written_since(plan, writer, head, consultant):
    item = make_item(plan, text="Serat optik di 42 OPD")
    submitted(plan, head)
    SwotItem.objects.filter(pk=item.pk).update(text="Sudah lain")
    item.refresh_from_db()
    thread = begin(plan, consultant, anchor=Anchor(Stage.PERSEPSI, "swot", item, "text", "42 OPD"))
    assert (thread.round, thread.passage_before) == (1, "Serat optik di ")
    assert thread.baseline == thread.snapshot.created_at


def test_a_thread_outlives_its_row(plan, writer, consultant, client_of):
    item = make_item(plan)
    thread = begin(plan, consultant, anchor=Anchor(Stage.PERSEPSI, "swot", item))
    writing.remove(item, access=access(writer, plan), version=1)
    text = client_of(writer).get(f"{BASE}{thread.pk}/").content.decode()
    assert "S1" in text
    assert "baris ini sudah dihapus" in text


# --- requests ----------------------------------------------------------------------------------------------------
def test_only_reviewers_ask_for_corrections(plan, writer, consultant, bappeda, ministry):
    assert begin(plan, consultant, kind=Kind.WRONG).is_request
    assert begin(plan, ministry, kind=Kind.OUTDATED).is_request
    for person in (writer, bappeda):
        with pytest.raises(PermissionDenied):
            begin(plan, person, kind=Kind.WRONG)


def test_bappeda_asks_for_corrections_where_no_consultant_helps(plan, bappeda):
    assert begin(plan, bappeda, kind=Kind.MISALIGNED).kind == "tidak-selaras"


ROLES = [Role.CONSULTANT, Role.ADMIN, Role.HEAD_OF_DEPARTMENT, Role.OPERATOR, Role.BAPPEDA, Role.LEADER, Role.COUNCIL]
SIDES = {
    Role.CONSULTANT: {threads.REVIEWER},
    **{role: {threads.REGION} for role in (Role.ADMIN, Role.HEAD_OF_DEPARTMENT, Role.OPERATOR)},
}


@pytest.mark.parametrize("role", ROLES)
def test_every_move_of_a_request_is_as_the_table_says(plan, cast, role):
    who = access(cast[role], plan)
    request = begin(plan, cast[Role.CONSULTANT], kind=Kind.INCOMPLETE)
    wrong, asked = [], 0
    for state in State.values:
        for to in State.values:
            Thread.objects.filter(pk=request.pk).update(state=state)
            thread = Thread.objects.select_related("plan__enrolment", "region").get(pk=request.pk)
            allowed = bool(threads.REQUEST_MOVES.get((state, to), set()) & SIDES.get(role, set()))
            offered = to in threads.states_for(thread, who)
            try:
                done = threads.move(thread, to, access=who)
            except (PermissionDenied, ValidationError):
                done = False
            asked += 1
            if (offered, done) != (allowed, allowed):
                wrong.append((state, to, offered, done, allowed))
    assert asked == 16
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_comment_is_resolved_and_reopened_by_anybody_who_may_comment(plan, cast, role):
    thread, who = begin(plan, cast[Role.CONSULTANT]), access(cast[role], plan)
    assert threads.states_for(thread, who) == [State.DONE]
    assert threads.move(thread, State.DONE, access=who)
    assert not threads.move(thread, State.DONE, access=who)
    assert threads.states_for(thread, who) == [State.OPEN]
    assert threads.move(thread, State.OPEN, access=who)
    with pytest.raises(ValidationError, match="tidak berlaku"):
        threads.move(thread, State.ACCEPTED, access=who)


def test_a_move_leaves_a_message(plan, consultant, writer):
    thread = begin(plan, consultant, kind=Kind.WRONG)
    threads.move(thread, State.WORKING, access=access(writer, plan))
    last = thread.messages.last()
    assert (last.deed, last.text, last.by, last.of_region) == ("state", "Dikerjakan", writer, True)


def test_two_people_moving_at_once_are_told(plan, consultant, writer):
    thread = begin(plan, consultant, kind=Kind.WRONG)
    Thread.objects.filter(pk=thread.pk).update(state=State.ACCEPTED)
    with pytest.raises(ValidationError, match="baru saja diubah"):
        threads.move(thread, State.DONE, access=access(writer, plan))


# --- probably met ------------------------------------------------------------------------------------------------
def test_a_changed_field_probably_meets_its_request_and_another_field_does_not(plan, writer, consultant):
    programme = make_programme(plan)
    place = (Stage.PROGRAM, "program", programme)
    named = begin(plan, consultant, anchor=Anchor(*place, "name"), kind=Kind.WRONG)
    useful = begin(plan, consultant, anchor=Anchor(*place, "benefit"), kind=Kind.INCOMPLETE)
    whole = begin(plan, consultant, anchor=Anchor(*place), kind=Kind.WRONG)
    everything = begin(plan, consultant, anchor=Anchor(Stage.PROGRAM, "program"), kind=Kind.WRONG)
    asked = [named, useful, whole, everything]
    assert anchors.touched(plan, asked) == set()
    programme.benefit = "Warga tidak antre"
    writing.change(programme, access=access(writer, plan), version=1)
    assert anchors.touched(plan, asked) == {useful.pk, whole.pk, everything.pk}


def test_a_field_changed_and_changed_back_meets_nothing(plan, writer, consultant):
    programme, who = make_programme(plan, name="Semula"), access(writer, plan)
    request = begin(plan, consultant, anchor=Anchor(Stage.PROGRAM, "program", programme, "name"), kind=Kind.WRONG)
    for version, name in ((1, "Lain"), (2, "Semula")):
        programme.name = name
        writing.change(programme, access=who, version=version)
    assert anchors.touched(plan, [request]) == set()


def test_a_new_budget_line_touches_its_programme(plan, writer, consultant, kominfo):
    programme = make_full_programme(plan, kominfo)
    request = begin(plan, consultant, anchor=Anchor(Stage.PROGRAM, "program", programme), kind=Kind.INCOMPLETE)
    other = begin(
        plan, consultant, anchor=Anchor(Stage.PROGRAM, "program", make_programme(plan, "SG-1.02")), kind=Kind.WRONG
    )
    line = programme.budget_lines.get()
    line.amount = 2_000_000
    writing.change(line, access=access(writer, plan), version=1)
    assert anchors.touched(plan, [request, other]) == {request.pk}


def test_what_a_tab_saved_by_itself_counts_field_by_field(plan, writer, consultant, kominfo):
    programme = make_full_programme(plan, kominfo)
    line, who = programme.budget_lines.get(), access(writer, plan)
    place = (Stage.PROGRAM, "program", programme)
    named = begin(plan, consultant, anchor=Anchor(*place, "name"), kind=Kind.WRONG)
    useful = begin(plan, consultant, anchor=Anchor(*place, "benefit"), kind=Kind.WRONG)
    whole = begin(plan, consultant, anchor=Anchor(*place), kind=Kind.WRONG)
    drafting.save_fields(line, {"amount": 7}, access=who, origin=drafting.Origin(uuid4(), 1))
    assert anchors.touched(plan, [named, useful, whole]) == {whole.pk}
    drafting.save_fields(programme, {"benefit": "Tidak antre"}, access=who, origin=drafting.Origin(uuid4(), 1))
    assert anchors.touched(plan, [named, useful, whole]) == {useful.pk, whole.pk}


def test_typing_on_after_the_stage_was_sent_is_a_change_since(plan, writer, head, consultant):
    item, who, tab = make_item(plan), access(writer, plan), uuid4()
    first = drafting.Origin(tab, 1)
    item = drafting.save_fields(item, {"text": "Sebelum dikirim"}, access=who, origin=first)
    submitted(plan, head)
    request = begin(plan, consultant, anchor=Anchor(Stage.PERSEPSI, "swot", item, "text"), kind=Kind.WRONG)
    assert anchors.touched(plan, [request]) == set()
    second = drafting.Origin(tab, 2)
    drafting.save_fields(item, {"text": "Sesudahnya"}, access=who, origin=second, last=drafting.last_line(item, second))
    assert anchors.touched(plan, [request]) == {request.pk}
    assert plan.change_set.filter(row_id=item.pk).count() == 2


def test_an_answer_given_probably_meets_a_request_about_its_question(plan, writer, consultant, client_of):
    anchor = Anchor(Stage.PERSEPSI, "narasi-pendahuluan", None, "latar-belakang")
    request = begin(plan, consultant, anchor=anchor, kind=Kind.INCOMPLETE)
    assert "Mungkin sudah terpenuhi" not in client_of(consultant).get(BASE).content.decode()
    writing.save_answer(plan, "latar-belakang", "<p>Baru</p>", access=access(writer, plan), version=0)
    assert anchors.touched(plan, [request]) == {request.pk}
    assert "Mungkin sudah terpenuhi" in client_of(consultant).get(BASE).content.decode()


def test_acceptance_lists_the_open_requests_and_asks_for_a_reason(plan, head, consultant, client_of):
    submitted(plan, head)
    begin(plan, consultant, "Butir S1 tanpa data.", kind=Kind.WRONG)
    client, page = client_of(consultant), "/daerah/kota-batam/2022/tahap/1/"
    assert "1 permintaan perbaikan belum diterima" in client.get(page).content.decode()
    workflow_page = client.post(f"{page}langkah/", {"to": "accepted", "reason": ""})
    assert workflow_page.status_code == 422
    client.post(f"{page}langkah/", {"to": "accepted", "reason": "Diperbaiki pada tahap II"})
    submission = plan.submission_set.get(stage=1)
    assert submission.status == Status.ACCEPTED
    assert any("Permintaan perbaikan" in gap for gap in submission.moves.first().gaps)


# --- people ------------------------------------------------------------------------------------------------------
def test_who_is_mentioned_gets_a_letter_with_the_words(plan, consultant, writer):
    threads.reply(
        begin(plan, consultant), "Mohon sumbernya", access=access(consultant, plan), called=[writer, consultant]
    )
    send_letters()
    letter = Mail.objects.get()
    assert letter.to == writer.email
    assert "Mohon sumbernya" in letter.body
    assert "menyebut Anda" in letter.body
    assert mail.outbox == []


def test_a_stranger_is_neither_mentioned_nor_assigned(plan, consultant, stranger):
    thread, who = begin(plan, consultant), access(consultant, plan)
    with pytest.raises(ValidationError, match="tidak dapat membaca"):
        threads.reply(thread, "x", access=who, called=[stranger])
    with pytest.raises(ValidationError, match="tidak dapat membaca"):
        threads.assign(thread, stranger, access=who)
    send_letters()
    assert not Mail.objects.exists()


def test_assigning_is_told_once(plan, consultant, writer):
    thread, who = begin(plan, consultant), access(consultant, plan)
    assert threads.assign(thread, writer, access=who)
    assert not threads.assign(thread, writer, access=who)
    send_letters()
    assert "menyerahkan" in Mail.objects.get().body
    assert threads.assign(thread, None, access=who)
    assert [m.deed for m in thread.messages.all()] == ["said", "assigned", "assigned"]


def test_a_thread_is_new_to_each_person_until_they_read_it(plan, consultant, writer, head, client_of):
    thread = begin(plan, consultant)
    counts = {user: threads.unread_count(plan, access(user, plan)) for user in (consultant, writer, head)}
    assert counts == {consultant: 0, writer: 1, head: 1}
    assert (
        client_of(writer).post(f"{BASE}dibaca/", {"utas": thread.pk}, headers={"HX-Request": "true"}).status_code == 204
    )
    assert threads.unread_count(plan, access(writer, plan)) == 0
    assert threads.unread_count(plan, access(head, plan)) == 1
    threads.reply(thread, "Sudah", access=access(head, plan))
    assert [threads.unread_count(plan, access(user, plan)) for user in (consultant, writer, head)] == [1, 1, 0]
    client_of(writer).post(f"{BASE}dibaca/")
    assert threads.unread_count(plan, access(writer, plan)) == 0
    assert ThreadVisit.objects.filter(user=writer).count() == 1


# --- the list ----------------------------------------------------------------------------------------------------
def test_the_list_is_narrowed_by_what_is_asked(plan, consultant, writer, client_of):
    begin(plan, consultant, "Tentang SWOT")
    begin(plan, consultant, "Permintaan program", Anchor(Stage.PROGRAM, "program"), kind=Kind.WRONG)
    done = begin(plan, consultant, "Sudah beres", kind=Kind.OUTDATED)
    Thread.objects.filter(pk=done.pk).update(state=State.DONE)
    begin(plan, consultant, "Untuk Siti", assignee=writer)
    begin(plan, consultant, "Bisik-bisik", private=True)
    texts = ("Tentang SWOT", "Permintaan program", "Sudah beres", "Untuk Siti", "Bisik-bisik")

    def shown(query: str, user=consultant) -> list[str]:
        body = client_of(user).get(f"{BASE}{query}").content.decode()
        return [text for text in texts if text in body]

    assert shown("") == ["Tentang SWOT", "Permintaan program", "Untuk Siti", "Bisik-bisik"]
    assert shown("?keadaan=selesai") == ["Sudah beres"]
    assert shown("?keadaan=semua&jenis=permintaan") == ["Permintaan program", "Sudah beres"]
    assert shown("?jenis=salah") == ["Permintaan program"]
    assert shown("?bagian=2.program") == ["Permintaan program"]
    assert shown("?pilih=saya&keadaan=semua") == ["Sudah beres"]
    assert shown("?pilih=saya", writer) == ["Untuk Siti"]
    assert shown("?pilih=pereviu") == ["Bisik-bisik"]
    assert shown("?pilih=baru", writer) == ["Tentang SWOT", "Permintaan program", "Untuk Siti"]
    for odd in ("?bagian=x", "?bagian=9.swot", "?bagian=1.%00", "?keadaan=x", "?page=999", "?pilih=%00", "?jenis=%00"):
        assert client_of(consultant).get(f"{BASE}{odd}").status_code == 200, odd


def test_the_list_costs_the_same_for_one_and_for_thirty(plan, consultant, client_of):
    client, counts = client_of(consultant), []
    for more in (1, 24):
        for n in range(more):
            begin(plan, consultant, f"Catatan {n}", kind=Kind.WRONG)
        with CaptureQueriesContext(connection) as caught:
            client.get(BASE)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_margin_costs_the_same_for_one_and_for_fifteen(plan, consultant, client_of):
    client, counts = client_of(consultant), []
    for more in (1, 14):
        for n in range(more):
            begin(plan, consultant, f"Catatan {n}")
        with CaptureQueriesContext(connection) as caught:
            client.get("/daerah/kota-batam/2022/tahap/1/swot/")
        counts.append(len(caught))
    assert counts[0] == counts[1]
