"""Named versions: a state is named, read, compared, and brought back as a new revision; nothing is lost by it."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bimtek import anchors, diff, planning, removing, snapshots, threads, versions, workflow, writing
from bimtek.anchors import Anchor
from bimtek.models import (
    Attendee,
    Change,
    CommitmentPoint,
    Programme,
    ProgrammeOpd,
    Snapshot,
    Stage,
    Status,
    SwotItem,
    Version,
)
from regions.models import AuditRow
from tests.bimtek.rows import access, make_full_programme, make_item, make_programme, make_row, make_session

pytestmark = pytest.mark.django_db
PAGE = "/daerah/kota-batam/2022/versi/"


@pytest.fixture
def filled(plan, writer, kominfo, health):
    """A programme with all that hangs on it, items, an answer, and a session with a participant."""
    programme = make_full_programme(plan, opd=kominfo)
    make_row(ProgrammeOpd, plan, programme=programme, opd=health)
    for number in (1, 2, 3):
        make_item(plan, number=number, text=f"Butir {number}")
    writing.save_answer(plan, "latar-belakang", "<p>Dulu.</p>", access=access(writer, plan), version=0)
    make_row(Attendee, plan, session=make_session(plan), name="Budi", institution="Dinas")
    return plan


def content(plan):
    """What a restoring is about: the rows without their versions, sessions and settings of others left out."""
    found = snapshots.content_of(plan)["rows"]
    return {
        kind: [{k: v for k, v in row.items() if k != "version"} for row in rows]
        for kind, rows in found.items()
        if kind in versions.MODELS
    }


def rewrite_everything(plan, writer) -> None:
    """Changes, deletes, adds, swaps numbers, answers anew."""
    who = access(writer, plan)
    programme = Programme.objects.get(plan=plan)
    writing.remove(programme, access=who, version=programme.version)
    one, two, three = SwotItem.objects.filter(plan=plan).order_by("number")
    SwotItem.objects.filter(pk=one.pk).update(number=99)
    SwotItem.objects.filter(pk=two.pk).update(number=1)
    SwotItem.objects.filter(pk=one.pk).update(number=2)
    three.text = "Ditulis ulang"
    writing.change(three, access=who, version=three.version)
    writing.add(writing.new(SwotItem, plan, quadrant="W", number=1, text="Baru"), access=who)
    answer = plan.answer_set.get()
    writing.save_answer(plan, "latar-belakang", "<p>Kini.</p>", access=who, version=answer.version)
    make_programme(plan, code="SG-1.01")


# --- naming --------------------------------------------------------------------------------------------------------
def test_a_name_freezes_what_stands_there_and_a_second_name_without_changes_shares_it(filled, writer):
    first = versions.name(filled, "  Sebelum  rapat ", access=access(writer, filled), note="Untuk Dewan")
    assert (first.name, first.note, first.by_name) == ("Sebelum rapat", "Untuk Dewan", str(writer))
    assert first.snapshot.sha256 == snapshots.digest(snapshots.content_of(filled))
    second = versions.name(filled, "Sama saja", access=access(writer, filled))
    assert second.snapshot == first.snapshot
    make_item(filled, number=9)
    assert versions.name(filled, "Kemudian", access=access(writer, filled)).snapshot != first.snapshot


def test_a_name_is_needed_free_and_short_enough(filled, writer):
    who = access(writer, filled)
    versions.name(filled, "Rapat", access=who)
    for title, words in ((" ", "Tulis nama"), ("Rapat", "sudah dipakai"), ("x" * 121, "paling banyak 120")):
        with pytest.raises(ValidationError, match=words):
            versions.name(filled, title, access=who)
    assert Version.objects.count() == 1


def test_only_those_who_fill_for_all_name_and_restore(filled, operator, consultant, leader):
    snapshot = snapshots.freeze(filled, Stage.PERSEPSI)
    for person in (operator, consultant, leader):
        with pytest.raises(PermissionDenied):
            versions.name(filled, "x", access=access(person, filled))
        with pytest.raises(PermissionDenied):
            versions.restore(filled, snapshot, access=access(person, filled))


# --- restoring -----------------------------------------------------------------------------------------------------
def test_restoring_brings_every_row_back_exactly_and_keeps_what_stood_there(filled, writer):
    before = content(filled)
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    rewrite_everything(filled, writer)
    between = content(filled)
    assert between != before
    count = versions.restore(filled, kept.snapshot, access=access(writer, filled))
    assert content(filled) == before
    assert count == len(set(Change.objects.filter(deed__in=["restored", "deleted"], act=Change.objects.first().act).values_list("row_id")))  # fmt: skip
    saved = Version.objects.order_by("-at").first()
    assert saved.name.startswith("Sebelum dipulihkan")
    versions.restore(filled, saved.snapshot, access=access(writer, filled))
    assert content(filled) == between, "and back again"


def test_a_restored_row_has_a_version_above_all_it_ever_had(filled, writer):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    programme = Programme.objects.get()
    for number in range(5):
        programme.name = f"Nama {number}"
        writing.change(programme, access=access(writer, filled), version=programme.version)
    last = programme.version
    writing.remove(programme, access=access(writer, filled), version=last)
    versions.restore(filled, kept.snapshot, access=access(writer, filled))
    back = Programme.objects.get(pk=programme.pk)
    assert back.version > last
    back.name = "Dari formulir lama"
    with pytest.raises(ValidationError) as refusal:
        writing.change(back, access=access(writer, filled), version=last)
    assert refusal.value.code == "stale"


def test_the_log_tells_each_row_and_a_single_one_can_be_turned_back(filled, writer):
    item = SwotItem.objects.get(number=3)
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    item.text = "Sesudahnya"
    writing.change(item, access=access(writer, filled), version=item.version)
    versions.restore(filled, kept.snapshot, access=access(writer, filled))
    line = Change.objects.filter(row_id=item.pk).first()
    assert (line.deed, line.before["text"], line.after["text"], line.by) == (
        "restored",
        "Sesudahnya",
        "Butir 3",
        writer,
    )
    removing.restore(line, access=access(writer, filled))
    assert SwotItem.objects.get(pk=item.pk).text == "Sesudahnya"


def test_sessions_and_attendance_stay_as_they_are(filled, writer):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    make_row(Attendee, filled, session=filled.session_set.get(), name="Susi", institution="Dinas")
    make_item(filled, number=8)
    versions.restore(filled, kept.snapshot, access=access(writer, filled))
    assert Attendee.objects.count() == 2


def test_the_plans_own_frame_comes_back_too(filled, writer):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    planning.change_plan(filled, {"title": "Judul baru"}, access=access(writer, filled), version=filled.version)
    filled.refresh_from_db()
    assert versions.restore(filled, kept.snapshot, access=access(writer, filled)) == 1
    filled.refresh_from_db()
    assert filled.title == ""


def test_what_belongs_to_an_accepted_stage_refuses_the_restoring_as_a_whole(filled, writer):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    rewrite_everything(filled, writer)
    between = content(filled)
    filled.submission_set.filter(stage=1).update(status=Status.ACCEPTED)
    with pytest.raises(ValidationError, match="Tahap I sudah diterima"):
        versions.restore(filled, kept.snapshot, access=access(writer, filled))
    assert content(filled) == between
    assert Version.objects.count() == 1
    item_only = versions.name(filled, "Sekarang", access=access(writer, filled))
    make_programme(filled, code="SG-1.09")
    assert versions.restore(filled, item_only.snapshot, access=access(writer, filled)) == 1, "stage II is open"


def test_books_carry_draf_while_something_unaccepted_is_written_and_the_accepted_state_can_be_brought_back(
    filled, writer, head, consultant
):
    for stage in Stage:
        workflow.submit(filled.submission_set.get(stage=stage), access=access(head, filled))
        if stage == Stage.KOMITMEN:
            programme = Programme.objects.get()
            Programme.objects.filter(pk=programme.pk).update(name="x")  # no line in the log: nothing to look at
            assert not workflow.unaccepted(filled)
            Programme.objects.filter(pk=programme.pk).update(name=programme.name)
            point = writing.new(CommitmentPoint, filled, number=9, text="Tidak pernah direviu")
            writing.add(point, access=access(writer, filled))
        workflow.accept(filled.submission_set.get(stage=stage), access=access(consultant, filled))
        make_row(Attendee, filled, session=filled.session_set.get(), name=f"Peserta {stage}", institution="Dinas")
    assert (workflow.unaccepted(filled), workflow.draft(filled)) == (1, True)
    older = filled.snapshot_set.order_by("created_at").first()
    accepted = workflow.accepted_states(filled)[Stage.KOMITMEN]
    with pytest.raises(ValidationError, match="sudah diterima"):
        versions.restore(filled, older, access=access(writer, filled))
    assert versions.restore(filled, accepted, access=access(writer, filled)) == 1
    assert (workflow.unaccepted(filled), workflow.draft(filled)) == (0, False)


def test_restoring_what_stands_there_is_refused(filled, writer):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    with pytest.raises(ValidationError, match="sudah sama"):
        versions.restore(filled, kept.snapshot, access=access(writer, filled))


def test_threads_keep_their_place_through_a_restoring(filled, writer, consultant):
    programme = Programme.objects.get()
    place = Anchor(Stage.PROGRAM, "program", programme, "name")
    thread = threads.begin(filled, place, "Perjelas", access=access(consultant, filled))
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    writing.remove(programme, access=access(writer, filled), version=programme.version)
    versions.restore(filled, kept.snapshot, access=access(writer, filled))
    assert anchors.row_of(filled, thread).pk == programme.pk


def test_a_link_to_something_gone_is_left_out(filled, writer, health):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    changed = Snapshot.objects.get(pk=kept.snapshot.pk)
    text = json.dumps(changed.content).replace(str(health.pk), "00000000-0000-4000-8000-000000000000")
    changed.content = json.loads(text)
    changed.save()
    make_item(filled, number=8)
    versions.restore(filled, changed, access=access(writer, filled))
    assert not ProgrammeOpd.objects.filter(plan=filled).exists()


def test_restoring_is_told_in_the_audit(filled, writer):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    make_item(filled, number=8)
    versions.restore(filled, kept.snapshot, access=access(writer, filled))
    assert AuditRow.objects.first().label == "“Dulu”"


def test_reviewers_go_on_reading_what_was_submitted(filled, writer, head, consultant):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    make_item(filled, number=8, text="Diajukan")
    sent = workflow.submit(filled.submission_set.get(stage=1), access=access(head, filled))
    versions.restore(filled, kept.snapshot, access=access(writer, filled))
    frozen = workflow.newest(filled.submission_set.get(stage=1))
    assert frozen == sent.snapshot
    assert "Diajukan" in str(frozen.content)
    again = workflow.submit(filled.submission_set.get(stage=1), access=access(head, filled))
    assert again.changed == 1, "sent as the next revision"


def test_the_queries_do_not_grow_with_the_rows(filled, writer, django_assert_max_num_queries):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    who = access(writer, filled)
    for programme in Programme.objects.all():
        writing.remove(programme, access=who, version=programme.version)
    for number in range(30):
        make_full_programme_with_links(filled, number)
    later = versions.name(filled, "Kini", access=who)
    with django_assert_max_num_queries(110):
        versions.restore(filled, kept.snapshot, access=who)
    with django_assert_max_num_queries(110):
        versions.restore(filled, later.snapshot, access=who)


def make_full_programme_with_links(plan, number):
    programme = make_programme(plan, code=f"SB-1.{number:02d}")
    make_row(ProgrammeOpd, plan, programme=programme, opd=plan.region.opd_set.first())


# --- the pages ---------------------------------------------------------------------------------------------------------
def test_a_state_is_named_read_and_restored_on_the_pages(filled, writer, client_of):
    client = client_of(writer)
    assert "Belum ada keadaan" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}beri-nama/", {"nama": "Rapat Dewan", "catatan": "Baik"}).status_code == 302
    assert "Rapat Dewan" in client.get(f"{PAGE}?pilih=bernama").content.decode()
    refused = client.post(f"{PAGE}beri-nama/", {"nama": "Rapat Dewan", "catatan": "Catatan saya"})
    assert refused.status_code == 422
    assert "Catatan saya" in refused.content.decode()
    make_item(filled, number=8, text="Ditulis kemudian")
    url = f"{PAGE}{Version.objects.get().snapshot.pk}/"
    page = client.get(f"{url}?tahap=1&bagian=swot").content.decode()
    assert "Butir 3" in page
    assert "Ditulis kemudian" not in page
    assert '<strong class="figures">1</strong> baris yang ditulis sesudahnya akan dikeluarkan' in page
    assert "Program SG-1.01" in client.get(f"{url}?tahap=2&bagian=program").content.decode()
    assert client.post(f"{url}pulihkan/").status_code == 302
    assert not SwotItem.objects.filter(number=8).exists()


def test_a_reader_reads_but_is_offered_no_restoring(filled, writer, leader, client_of):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    make_item(filled, number=8)
    page = client_of(leader).get(f"{PAGE}{kept.snapshot.pk}/")
    assert page.status_code == 200
    assert "Pulihkan" not in page.content.decode()


def test_diff_of_a_restored_plan_and_the_version_is_none(filled, writer):
    kept = versions.name(filled, "Dulu", access=access(writer, filled))
    rewrite_everything(filled, writer)
    versions.restore(filled, kept.snapshot, access=access(writer, filled))
    now = snapshots.content_of(filled)
    assert versions.differences(now, kept.snapshot.content) == []
    assert list(diff.moved(kept.snapshot.content, now)) == []
