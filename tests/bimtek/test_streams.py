"""Two streams: reviewers read the submitted state, the region goes on writing and sends its changes; and what a second round lists."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bimtek import snapshots, versions, workflow, writing
from bimtek.models import Answer, Move, ReviewMark, Stage, Status, SwotItem
from regions.models import Mail
from tests.bimtek.rows import access, make_full_programme, make_item, make_programme, make_row, send_letters

pytestmark = pytest.mark.django_db
STAGE = "/daerah/kota-batam/2022/tahap/1/"
PAGE = f"{STAGE}perubahan/"


def stage_of(plan, stage=1):
    return plan.submission_set.get(stage=stage)


@pytest.fixture
def item(plan) -> SwotItem:
    return make_item(plan, text="Serat optik di 42 OPD")


@pytest.fixture
def submitted(plan, head, consultant, item) -> Move:
    return workflow.submit(stage_of(plan), access=access(head, plan))


def rewrite(plan, writer, item, text: str) -> None:
    item.text = text
    writing.change(item, access=access(writer, plan), version=item.version)


# --- the two streams ---------------------------------------------------------------------------------------------
def test_the_region_goes_on_writing_while_reviewers_read_what_was_submitted(
    submitted, plan, item, writer, consultant, client_of
):
    rewrite(plan, writer, item, "Serat optik di 46 OPD")
    frozen = client_of(consultant).get(f"{STAGE}potret/{submitted.snapshot.pk}/?bagian=swot").content.decode()
    assert "42 OPD" in frozen
    assert "46 OPD" not in frozen
    assert "46 OPD" in client_of(writer).get(f"{STAGE}swot/").content.decode()


def test_sending_changes_is_the_next_state_of_the_same_round(submitted, plan, item, writer, head, consultant):
    began = stage_of(plan).since
    rewrite(plan, writer, item, "Serat optik di 46 OPD")
    sent = workflow.submit(stage_of(plan), access=access(head, plan))
    assert (sent.from_status, sent.to_status, sent.changed, submitted.changed) == ("submitted", "submitted", 1, None)
    assert workflow.newest(stage_of(plan)) == sent.snapshot
    assert workflow.rounds(stage_of(plan)) == 1
    assert stage_of(plan).since == began, "the wait does not begin anew"
    send_letters()
    letter = Mail.objects.get()
    assert letter.to == consultant.email
    assert "Perubahan Tahap I Kota Batam dikirim" in letter.body
    assert "1 isian berbeda" in letter.body


def test_without_changes_there_is_nothing_to_send(submitted, plan, head, client_of):
    with pytest.raises(ValidationError, match="Belum ada perubahan"):
        workflow.submit(stage_of(plan), access=access(head, plan))
    (offer,) = workflow.moves_for(stage_of(plan), access(head, plan))
    assert (offer.deed, offer.refusal) == ("Kirim perubahan", "Belum ada perubahan sejak yang terakhir dikirim.")
    assert Move.objects.count() == 1


def test_only_who_submits_sends_changes(submitted, plan, item, writer, consultant):
    rewrite(plan, writer, item, "Lain")
    for person in (writer, consultant):
        with pytest.raises(PermissionDenied):
            workflow.submit(stage_of(plan), access=access(person, plan))


def test_what_is_accepted_is_what_was_reviewed(submitted, plan, item, writer, consultant, client_of):
    rewrite(plan, writer, item, "Ditulis sesudahnya")
    page = client_of(consultant).get(STAGE).content.decode()
    assert "1 isian ditulis sesudah pengajuan terakhir" in page
    answer = client_of(consultant).post(
        f"{STAGE}langkah/", {"to": "accepted", "reason": "", "seen": submitted.snapshot.pk}
    )
    assert answer.status_code == 422, "what was not sent is passed over for a written reason only"
    client_of(consultant).post(f"{STAGE}langkah/", {"to": "accepted", "reason": "Cukup", "seen": submitted.snapshot.pk})
    accepted = Move.objects.first()
    assert (accepted.to_status, accepted.snapshot) == ("accepted", submitted.snapshot)
    assert "1 isian ditulis sesudah pengajuan terakhir dan tidak ikut diterima." in accepted.gaps
    assert "Isi sekarang berbeda dari yang diterima" in client_of(writer).get(STAGE).content.decode()


def test_a_state_that_was_not_read_is_not_accepted(submitted, plan, item, writer, head, consultant, client_of):
    rewrite(plan, writer, item, "Ditulis sesudahnya")
    workflow.submit(stage_of(plan), access=access(head, plan))
    answer = client_of(consultant).post(
        f"{STAGE}langkah/", {"to": "accepted", "reason": "x", "seen": submitted.snapshot.pk}
    )
    assert answer.status_code == 422
    assert "baru saja mengirim perubahan" in answer.content.decode()
    assert stage_of(plan).status == Status.SUBMITTED


def test_acceptance_asks_about_the_gaps_of_what_was_sent_and_not_of_what_was_written_since(
    plan, head, consultant, item, client_of
):
    gaps = ["Butir SWOT belum ada (0 dari 4)"]
    workflow.submit(stage_of(plan), access=access(head, plan), gaps=gaps, reason="Menunggu data")
    assert workflow.reviewed_gaps(stage_of(plan)) == gaps
    client_of(consultant).post(f"{STAGE}langkah/", {"to": "accepted", "reason": "Cukup"})
    assert Move.objects.first().gaps == gaps


def test_an_accepted_stage_is_closed(submitted, plan, item, writer, consultant):
    workflow.accept(stage_of(plan), access=access(consultant, plan))
    with pytest.raises(ValidationError, match="sudah diterima"):
        rewrite(plan, writer, item, "Lain")


def test_a_due_day_stands_on_the_move_and_in_the_letter(submitted, plan, writer, consultant, client_of):
    client = client_of(consultant)
    late = {"to": "returned", "reason": "Perbaiki", "due": "2020-01-01"}
    refused = client.post(f"{STAGE}langkah/", late)
    assert refused.status_code == 422
    assert "sudah lewat" in refused.content.decode()
    assert client.post(f"{STAGE}langkah/", {**late, "due": "besok"}).status_code == 422
    client.post(f"{STAGE}langkah/", {**late, "due": "2099-07-15"})
    assert Move.objects.first().due == datetime.date(2099, 7, 15)
    send_letters()
    assert "Diminta selesai 15 Juli 2099." in Mail.objects.get(to=writer.email).body
    assert "Diminta selesai 15 Juli 2099." in client.get(STAGE).content.decode()


# --- the second round --------------------------------------------------------------------------------------------
def test_the_second_round_lists_exactly_what_changed_since_my_review(
    plan, writer, head, consultant, client_of, kominfo
):
    items = [make_item(plan, number=n, text=f"Butir lama {n}") for n in range(1, 31)]
    make_row(Answer, plan, key="latar-belakang", text="<p>Dua jam perjalanan laut.</p>")
    workflow.submit(stage_of(plan), access=access(head, plan))
    workflow.send_back(stage_of(plan), access=access(consultant, plan), reason="Perbaiki")
    for changed in items[:13]:
        rewrite(plan, writer, changed, f"Butir baru {changed.number}")
    writing.save_answer(
        plan, "latar-belakang", "<p>Tiga jam perjalanan laut.</p>", access=access(writer, plan), version=1
    )
    workflow.submit(stage_of(plan), access=access(head, plan))

    assert Move.objects.first().changed == 14
    text = client_of(consultant).get(PAGE).content.decode()
    assert "Reviu Anda terakhir" in text
    assert '<strong class="figures">14</strong> isian Tahap I berbeda' in text
    assert sum(f"<ins> baru</ins> {n}" in text for n in range(1, 31)) == 13
    assert "<del>Dua</del><ins>Tiga</ins> jam perjalanan laut." in text
    assert "&lt;p&gt;" not in text
    swot = client_of(consultant).get(f"{PAGE}?bagian=swot").content.decode()
    assert "perjalanan laut" not in swot


def test_a_reviewer_who_never_reviewed_is_told_so(submitted, consultant, client_of):
    text = client_of(consultant).get(PAGE).content.decode()
    assert "Anda belum mereviu tahap ini" in text


def test_marking_moves_the_starting_point(submitted, plan, item, writer, head, consultant, client_of):
    client = client_of(consultant)
    client.post(f"{STAGE}sudah-direviu/")
    assert ReviewMark.objects.get().snapshot == submitted.snapshot
    assert "Tidak ada yang berubah" in client.get(PAGE).content.decode()
    rewrite(plan, writer, item, "Serat optik di 46 OPD")
    workflow.submit(stage_of(plan), access=access(head, plan))
    assert "<del> 42</del><ins> 46</ins>" in client.get(PAGE).content.decode()
    client.post(f"{STAGE}sudah-direviu/")
    assert "Tidak ada yang berubah" in client.get(PAGE).content.decode()
    assert ReviewMark.objects.count() == 1


def test_the_region_has_no_review_mark(submitted, plan, writer, bappeda, client_of):
    assert client_of(writer).post(f"{STAGE}sudah-direviu/").status_code == 403
    assert client_of(bappeda).post(f"{STAGE}sudah-direviu/").status_code == 403
    assert not ReviewMark.objects.exists()


def test_any_two_states_are_compared_word_by_word_with_what_came_went_and_moved(
    submitted, plan, item, writer, consultant, client_of
):
    who = access(writer, plan)
    rewrite(plan, writer, item, "Serat optik di 46 OPD")
    gone = writing.add(writing.new(SwotItem, plan, quadrant="W", number=1, text="Tenaga TIK kurang"), access=who)
    second = snapshots.freeze(plan, Stage.PERSEPSI)
    writing.remove(gone, access=who, version=1)
    first = submitted.snapshot.pk

    forth = client_of(consultant).get(f"{PAGE}?dari={first}&ke={second.pk}").content.decode()
    assert "<del> 42</del><ins> 46</ins>" in forth
    assert "<ins>Tenaga TIK kurang</ins>" in forth
    back = client_of(consultant).get(f"{PAGE}?dari={second.pk}&ke={first}").content.decode()
    assert "<del> 46</del><ins> 42</ins>" in back
    assert "<del>Tenaga TIK kurang</del>" in back
    assert "Tenaga TIK" not in client_of(consultant).get(f"{PAGE}?dari={first}&ke=sekarang").content.decode()
    removed = client_of(writer).get(f"{PAGE}?dari={second.pk}&ke=sekarang&jenis=removed").content.decode()
    assert "Tenaga TIK kurang" in removed
    versions.name(plan, "Sebelum bimtek II", access=who, snapshot=second)
    assert "“Sebelum bimtek II” · Tahap I, dibekukan" in client_of(writer).get(PAGE).content.decode()


def test_changes_of_other_stages_are_counted_and_shown_when_asked(submitted, plan, kominfo, consultant, client_of):
    programme = make_full_programme(plan, kominfo)
    client, address = client_of(consultant), f"{PAGE}?dari={submitted.snapshot.pk}&ke=sekarang"
    assert "Tampilkan juga 1 di luar tahap ini" in client.get(address).content.decode()
    whole = client.get(f"{address}&lingkup=semua").content.decode()
    assert programme.name in whole
    assert "Rp1.000.000" in whole
    assert "Layanan daring" in whole


def test_a_state_of_another_region_is_not_there(submitted, stranger_region, consultant, client_of):
    foreign = snapshots.freeze(stranger_region.plan_set.get(), Stage.PERSEPSI)
    for query in (f"?dari={foreign.pk}", f"?dari=sekarang&ke={foreign.pk}", "?dari=x", "?ke=%00"):
        assert client_of(consultant).get(PAGE + query).status_code == 404, query


def test_a_comparison_asks_the_same_queries_however_much_changed(submitted, plan, consultant, client_of):
    client, counts = client_of(consultant), []
    for more in (1, 60):
        for n in range(more):
            make_programme(plan, f"SG-{more}.{n:02}")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"{PAGE}?dari={submitted.snapshot.pk}&ke=sekarang&lingkup=semua").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
