"""Suggested wording: proposed by one, decided by the region, credited to both."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bimtek import suggesting, threads, writing
from bimtek.anchors import Anchor
from bimtek.models import Answer, Change, Stage, Submission, Thread
from tests.bimtek.rows import access, make_item, make_programme, make_row

pytestmark = pytest.mark.django_db
BASE = "/daerah/kota-batam/2022/komentar/"
PROSE = Anchor(Stage.PERSEPSI, "narasi-pendahuluan", None, "latar-belakang", "masih tatap muka")


def propose(plan, user, anchor, wording) -> Thread:
    words = suggesting.readable(plan, anchor, wording)
    return threads.begin(plan, anchor, "Lebih tepat begini.", access=access(user, plan), wording=words)


def answered(plan, text: str) -> Answer:
    return make_row(Answer, plan, key="latar-belakang", text=text)


def test_a_cells_wording_is_taken_over_and_history_credits_both(plan, consultant, writer, client_of):
    item = make_item(plan, text="Jaringan bagus")
    thread = propose(plan, consultant, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Serat optik di 42 dari 46 OPD")
    page = client_of(writer).get(f"{BASE}{thread.pk}/").content.decode()
    assert "<del>Jaringan bagus</del>" in page
    assert "Pakai kata-kata ini" in page
    assert client_of(writer).post(f"{BASE}{thread.pk}/usulan/", {"pakai": "1", "version": "1"}).status_code == 302

    item.refresh_from_db()
    thread.refresh_from_db()
    change = Change.objects.get(row_id=item.pk)
    assert (item.text, item.version) == ("Serat optik di 42 dari 46 OPD", 2)
    assert (change.by, change.suggested_by) == (writer, consultant)
    assert (thread.wording_state, thread.state, thread.messages.last().deed) == ("dipakai", "selesai", "taken")
    history = client_of(writer).get("/daerah/kota-batam/2022/riwayat/").content.decode()
    assert f"kata-kata usulan {consultant}" in history


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Layanan masih tatap muka.</p><p>Lalu?</p>", "<p>Layanan sudah daring &amp; cepat.</p><p>Lalu?</p>"),
        ("<p>A &amp; B masih\n tatap muka</p>", "<p>A &amp; B sudah daring &amp; cepat</p>"),
        ("<p><strong>masih tatap muka</strong></p>", "<p><strong>sudah daring &amp; cepat</strong></p>"),
    ],
)
def test_a_passage_of_prose_is_replaced_and_the_rest_stays(plan, consultant, writer, before, after):
    answer = answered(plan, before)
    thread = propose(plan, consultant, PROSE, "sudah daring & cepat")
    suggesting.take(thread, access=access(writer, plan), version=1)
    answer.refresh_from_db()
    assert answer.text == after


def test_of_two_equal_passages_the_meant_one_is_replaced(plan, consultant, writer):
    answer = answered(plan, "<p>Dulu: masih tatap muka.</p><p>Kini: masih tatap muka.</p>")
    thread = propose(plan, consultant, PROSE, "sudah daring")
    Thread.objects.filter(pk=thread.pk).update(passage_before="tap muka. Kini: ", passage_after=".")
    thread.refresh_from_db()
    suggesting.take(thread, access=access(writer, plan), version=1)
    answer.refresh_from_db()
    assert answer.text == "<p>Dulu: masih tatap muka.</p><p>Kini: sudah daring.</p>"


def test_a_passage_across_markup_is_refused_in_words(plan, consultant, writer, client_of):
    answered(plan, "<p>Layanan masih <strong>tatap</strong> muka.</p>")
    thread = propose(plan, consultant, PROSE, "sudah daring")
    page = client_of(writer).get(f"{BASE}{thread.pk}/").content.decode()
    assert "terbagi oleh tebal" in page
    assert "Pakai kata-kata ini" not in page
    with pytest.raises(ValidationError, match="terbagi"):
        suggesting.take(thread, access=access(writer, plan), version=1)


def test_wording_never_becomes_markup(plan, consultant, writer):
    answer = answered(plan, "<p>Layanan masih tatap muka.</p>")
    thread = propose(plan, consultant, PROSE, "<img src=x onerror=alert(1)> & <b>tebal</b>")
    suggesting.take(thread, access=access(writer, plan), version=1)
    answer.refresh_from_db()
    assert "<img" not in answer.text
    assert "<b>" not in answer.text
    assert "&lt;b&gt;tebal" in answer.text


def test_a_passage_that_was_rewritten_since_is_not_replaced(plan, consultant, writer):
    answer = answered(plan, "<p>Layanan masih tatap muka.</p>")
    thread = propose(plan, consultant, PROSE, "sudah daring")
    answer.text = "<p>Layanan kebanyakan tatap muka.</p>"
    writing.change(answer, access=access(writer, plan), version=1)
    with pytest.raises(ValidationError, match="sudah berubah"):
        suggesting.take(thread, access=access(writer, plan), version=2)
    thread.refresh_from_db()
    assert thread.wording_state == "diusulkan"


def test_a_text_saved_in_between_is_not_overwritten(plan, consultant, writer, client_of):
    item = make_item(plan, text="Semula")
    thread = propose(plan, consultant, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Usulan")
    item.text = "Tulisan orang lain"
    writing.change(item, access=access(writer, plan), version=1)
    answer = client_of(writer).post(f"{BASE}{thread.pk}/usulan/", {"pakai": "1", "version": "1"})
    assert answer.status_code == 422
    assert "sudah diubah" in answer.content.decode()
    item.refresh_from_db()
    assert item.text == "Tulisan orang lain"


def test_an_unanswered_plain_question_takes_a_proposal(plan, consultant, writer):
    anchor = Anchor(Stage.PERSEPSI, "narasi-profil", None, "rpjmd-visi")
    thread = propose(plan, consultant, anchor, "Batam sejahtera")
    suggesting.take(thread, access=access(writer, plan), version=0)
    assert plan.answer_set.get(key="rpjmd-visi").text == "Batam sejahtera"
    assert Change.objects.get().suggested_by == consultant


def test_words_are_refused_where_they_could_never_stand(plan, consultant):
    programme = make_programme(plan)
    for anchor, wording, why in (
        (Anchor(Stage.PROGRAM, "program", programme, "start_year"), "2024", "hanya untuk isian berupa teks"),
        (Anchor(Stage.PROGRAM, "program", programme), "x", "hanya untuk isian berupa teks"),
        (Anchor(Stage.PROGRAM, "program", programme, "code"), "x" * 300, "paling banyak"),
        (Anchor(Stage.PERSEPSI, "narasi-pendahuluan", None, "latar-belakang"), "x", "pilih dulu kutipan"),
        (Anchor(Stage.PROGRAM, "program", programme, "name"), "a\x00", "tanda yang rusak"),
    ):
        with pytest.raises(ValidationError, match=why):
            suggesting.readable(plan, anchor, wording)


def test_a_refused_wording_leaves_the_text_and_says_why(plan, consultant, writer, client_of):
    item = make_item(plan, text="Semula")
    thread = propose(plan, consultant, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Usulan")
    client_of(writer).post(f"{BASE}{thread.pk}/usulan/", {"pakai": "0", "text": "Angka itu lama."})
    item.refresh_from_db()
    thread.refresh_from_db()
    assert (item.text, thread.wording_state, thread.messages.last().text) == ("Semula", "ditolak", "Angka itu lama.")
    assert client_of(writer).post(f"{BASE}{thread.pk}/usulan/", {"pakai": "1", "version": "1"}).status_code == 422


def test_only_who_could_write_the_field_decides(plan, consultant, operator, leader, health, kominfo):
    own, other = make_programme(plan, opd=health), make_programme(plan, "SG-1.02", opd=kominfo)
    for programme, may in ((own, True), (other, False)):
        thread = propose(plan, consultant, Anchor(Stage.PROGRAM, "program", programme, "name"), "Nama baru")
        who = access(operator, plan)
        assert suggesting.may_decide(thread, who) is may
        assert not suggesting.may_decide(thread, access(consultant, plan))
        assert not suggesting.may_decide(thread, access(leader, plan))
        for person in (consultant, leader) if may else (operator,):
            with pytest.raises(PermissionDenied):
                suggesting.take(thread, access=access(person, plan), version=1)


def test_nothing_is_taken_over_in_a_closed_stage(plan, consultant, writer):
    item = make_item(plan)
    thread = propose(plan, consultant, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Usulan")
    Submission.objects.filter(plan=plan, stage=1).update(status="accepted")
    with pytest.raises(ValidationError, match="tidak dapat diubah"):
        suggesting.take(thread, access=access(writer, plan), version=1)
