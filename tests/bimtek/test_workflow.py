import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from bimtek import workflow, writing
from bimtek.models import Move, ProfileFact, Snapshot, Stage, Status
from regions.access import PERMISSIONS, Permission, Role
from regions.models import Mail
from tests.bimtek.rows import access, make_row, send_letters
from tests.factories import make_member, make_plan, make_user

pytestmark = pytest.mark.django_db

REASON = "Data APBD baru terbit bulan depan."


def stage_of(plan, stage=Stage.PERSEPSI):
    return plan.submission_set.get(stage=stage)


def make_move(submission, to: str, who, reason: str = REASON):
    """The verb that leads from the stage's status to `to`; for a move that the table lacks, the nearest verb."""
    if to == Status.SUBMITTED:
        return workflow.submit(submission, access=who, reason=reason)
    if to == Status.ACCEPTED:
        return workflow.accept(submission, access=who, reason=reason)
    verb = workflow.reopen if submission.status == Status.ACCEPTED else workflow.send_back
    return verb(submission, access=who, reason=reason)


# --- the table ------------------------------------------------------------------------------------------------------

MAY_SUBMIT = {Role.HEAD_OF_DEPARTMENT}
MAY_REVIEW = {Role.CONSULTANT}


@pytest.mark.parametrize("to", [Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED])
@pytest.mark.parametrize("status", list(Status))
def test_every_move_by_every_role(region, cast, status, to):
    """Role by role: allowed exactly where the table and the role say so, and nothing is left behind where not."""
    plan = make_plan(region)
    submission = stage_of(plan)
    roles = {name: user for name, user in cast.items() if name != "stranger"}
    for role, user in roles.items():
        plan.submission_set.filter(stage=1).update(status=status)
        submission = stage_of(plan)
        known = to in workflow.MOVES[status]
        allowed = role in (MAY_SUBMIT if to == Status.SUBMITTED else MAY_REVIEW)
        moves = Move.objects.count()
        if known and allowed:
            done = make_move(submission, to, access(user, plan))
            assert (done.from_status, done.to_status, done.by) == (status, to, user), role
            assert stage_of(plan).status == to
        else:
            with pytest.raises((PermissionDenied, ValidationError)):
                make_move(submission, to, access(user, plan))
            assert stage_of(plan).status == status, role
            assert Move.objects.count() == moves, role
        offers = {offer.to for offer in workflow.moves_for(submission_as(plan, status), access(user, plan))}
        assert (to in offers) == (known and allowed), role


@pytest.mark.parametrize("to", [Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED])
@pytest.mark.parametrize("status", list(Status))
def test_every_move_by_every_role_through_its_address(region, cast, client_of, status, to):
    """What a page sends: a right move is made, a wrong state is told with the reason typed, a wrong role is refused."""
    plan = make_plan(region)
    found, expected = {}, {}
    for role, user in cast.items():
        plan.submission_set.filter(stage=1).update(status=status)
        answer = client_of(user).post("/daerah/kota-batam/2022/tahap/1/langkah/", {"to": to, "reason": REASON})
        mine = role in (MAY_SUBMIT if to == Status.SUBMITTED else MAY_REVIEW)
        done = mine and to in workflow.MOVES[status]
        door = {Permission.SUBMIT, Permission.REVIEW, Permission.REVIEW_SELF_RUN} & PERMISSIONS.get(role, frozenset())
        refused = 404 if role == "stranger" else 403 if not door else None
        found[role] = (answer.status_code, stage_of(plan).status)
        expected[role] = (302, to) if done else (refused or (422 if mine else answer.status_code), status)
        assert answer.status_code in {302, 403, 404, 422}, role
        assert done or answer.status_code != 302, role
        assert answer.status_code != 422 or REASON in answer.content.decode(), role
    assert found == expected


def submission_as(plan, status):
    submission = stage_of(plan)
    submission.status = status
    return submission


def test_the_wrong_role_is_told_so_and_a_wrong_state_with_a_sentence(plan, writer, head, consultant):
    with pytest.raises(PermissionDenied):
        workflow.submit(stage_of(plan), access=access(writer, plan))
    with pytest.raises(ValidationError, match="berstatus “Sedang diisi”"):
        workflow.accept(stage_of(plan), access=access(consultant, plan))


# --- reasons ---------------------------------------------------------------------------------------------------------


def test_gaps_need_a_reason_to_be_submitted_and_to_be_accepted(plan, head, consultant):
    gaps = ["Butir SWOT belum ada (0 dari 4)"]
    with pytest.raises(ValidationError, match="Tulis alasan"):
        workflow.submit(stage_of(plan), access=access(head, plan), gaps=gaps, reason="  ")
    assert not Move.objects.exists()

    move = workflow.submit(stage_of(plan), access=access(head, plan), gaps=gaps, reason=f"  {REASON} ")
    assert (move.note, move.gaps) == (REASON, gaps)

    with pytest.raises(ValidationError, match="Tulis alasan"):
        workflow.accept(stage_of(plan), access=access(consultant, plan), gaps=gaps)
    workflow.accept(stage_of(plan), access=access(consultant, plan), gaps=gaps, reason=REASON)
    assert stage_of(plan).status == Status.ACCEPTED


def test_without_gaps_no_reason_is_asked(plan, head, consultant):
    workflow.submit(stage_of(plan), access=access(head, plan))
    workflow.accept(stage_of(plan), access=access(consultant, plan))
    assert stage_of(plan).status == Status.ACCEPTED


@pytest.mark.parametrize(
    ("status", "verb"), [(Status.SUBMITTED, workflow.send_back), (Status.ACCEPTED, workflow.reopen)]
)
def test_going_back_needs_a_reason(region, consultant, status, verb):
    plan = make_plan(region, status=status)
    with pytest.raises(ValidationError, match="Tulis"):
        verb(stage_of(plan, Stage.KOMITMEN), access=access(consultant, plan), reason=" ")
    assert stage_of(plan, Stage.KOMITMEN).status == status


@pytest.mark.parametrize("reason", ["a\x00b", "a" * 5001, "a" * 501])
def test_a_reason_that_cannot_be_kept_is_refused(plan, head, reason):
    with pytest.raises(ValidationError):
        workflow.submit(stage_of(plan), access=access(head, plan), reason=reason)
    assert stage_of(plan).status == Status.DRAFT


# --- order -----------------------------------------------------------------------------------------------------------


def test_stages_are_not_skipped(plan, head):
    for stage in (Stage.PROGRAM, Stage.FINALISASI, Stage.KOMITMEN):
        with pytest.raises(ValidationError, match="Tahap I belum diterima"):
            workflow.submit(stage_of(plan, stage), access=access(head, plan))
    assert not plan.submission_set.exclude(status=Status.DRAFT).exists()


def test_a_stage_reopened_holds_up_the_later_ones(region, head, consultant):
    plan = make_plan(region, status=Status.ACCEPTED)
    plan.submission_set.filter(stage=4).update(status=Status.DRAFT)
    workflow.reopen(stage_of(plan), access=access(consultant, plan), reason=REASON)
    with pytest.raises(ValidationError, match="Tahap I belum diterima"):
        workflow.submit(stage_of(plan, Stage.KOMITMEN), access=access(head, plan))


def test_a_stage_is_not_reopened_while_a_later_one_is_under_review(region, consultant):
    plan = make_plan(region, status=Status.ACCEPTED)
    plan.submission_set.filter(stage=2).update(status=Status.SUBMITTED)
    who = access(consultant, plan)
    with pytest.raises(ValidationError, match="Tahap II sedang direviu"):
        workflow.reopen(stage_of(plan), access=who, reason=REASON)
    assert [offer.refusal for offer in workflow.moves_for(stage_of(plan), who)] == [
        "Tahap II sedang direviu. Selesaikan reviu itu dulu."
    ]


def test_books_are_drafts_until_all_four_are_accepted(region):
    plan = make_plan(region, status=Status.ACCEPTED)
    assert not workflow.draft(plan)
    plan.submission_set.filter(stage=4).update(status=Status.SUBMITTED)
    assert workflow.draft(plan)


# --- what a move freezes ----------------------------------------------------------------------------------------------


def test_submitting_and_accepting_freeze_the_plan_and_going_back_does_not(plan, head, writer, consultant):
    fact = make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1")
    submitted = workflow.submit(stage_of(plan), access=access(head, plan))
    returned = workflow.send_back(stage_of(plan), access=access(consultant, plan), reason=REASON)
    fact.value = "2"
    writing.change(fact, access=access(writer, plan), version=1)
    workflow.submit(stage_of(plan), access=access(head, plan))
    accepted = workflow.accept(stage_of(plan), access=access(consultant, plan))

    assert returned.snapshot is None
    assert submitted.snapshot.content["rows"]["profilefact"][0]["value"] == "1"
    assert accepted.snapshot.content["rows"]["profilefact"][0]["value"] == "2"
    assert Snapshot.objects.count() == 2, "accepting freezes nothing new: it accepts what was reviewed"
    assert len(submitted.snapshot.sha256) == 64
    assert submitted.snapshot.sha256 != accepted.snapshot.sha256


# --- letters -----------------------------------------------------------------------------------------------------------


def letters() -> set[str]:
    send_letters()
    return set(Mail.objects.values_list("to", flat=True))


def test_the_consultant_hears_of_a_submission_and_bappeda_does_not(plan, cast):
    workflow.submit(stage_of(plan), access=access(cast[Role.HEAD_OF_DEPARTMENT], plan))
    assert letters() == {cast[Role.CONSULTANT].email}
    letter = Mail.objects.get()
    assert letter.subject == "Tahap I Kota Batam diajukan untuk reviu"
    assert "/daerah/kota-batam/2022/tahap/1/" in letter.body


def test_those_who_fill_hear_of_a_return_with_the_reason(plan, cast):
    plan.submission_set.filter(stage=1).update(status=Status.SUBMITTED)
    workflow.send_back(stage_of(plan), access=access(cast[Role.CONSULTANT], plan), reason=REASON)
    assert letters() == {cast[Role.ADMIN].email, cast[Role.HEAD_OF_DEPARTMENT].email}
    assert all(REASON in letter.body for letter in Mail.objects.all())


def test_a_consultant_whose_time_is_over_hears_nothing(region, head):
    over = make_member(region, Role.CONSULTANT, ends="2020-01-01")
    bappeda, plan = make_member(region, Role.BAPPEDA), make_plan(region)
    workflow.submit(stage_of(plan), access=access(head, plan))
    assert letters() == {bappeda.email}
    assert over.email not in letters()


def test_letters_go_out_after_commit_only(plan, head, consultant, django_capture_on_commit_callbacks, mailoutbox):
    workflow.submit(stage_of(plan), access=access(head, plan))
    with django_capture_on_commit_callbacks() as waiting:
        send_letters()
        assert not mailoutbox
    assert len(waiting) == 1


@pytest.mark.django_db(transaction=True)
def test_a_move_that_fails_leaves_no_letter(plan, head, consultant):
    with pytest.raises(ValidationError):
        workflow.submit(stage_of(plan), access=access(head, plan), reason="a\x00")
    assert letters() == set()
    assert not Snapshot.objects.exists()


# --- self-run ----------------------------------------------------------------------------------------------------------


def test_without_a_consultant_bappeda_accepts(plan, head, bappeda):
    workflow.submit(stage_of(plan), access=access(head, plan))
    assert letters() == {bappeda.email}
    workflow.accept(stage_of(plan), access=access(bappeda, plan))
    assert stage_of(plan).status == Status.ACCEPTED


def test_with_a_consultant_bappeda_does_not(plan, head, bappeda, consultant):
    workflow.submit(stage_of(plan), access=access(head, plan))
    with pytest.raises(PermissionDenied):
        workflow.accept(stage_of(plan), access=access(bappeda, plan))
    assert workflow.moves_for(stage_of(plan), access(bappeda, plan)) == []


def test_a_self_run_plan_is_not_for_the_consultant(region, head, bappeda, consultant):
    plan = make_plan(region, self_run=True)
    workflow.submit(stage_of(plan), access=access(head, plan))
    with pytest.raises(PermissionDenied):
        workflow.accept(stage_of(plan), access=access(consultant, plan))
    workflow.accept(stage_of(plan), access=access(bappeda, plan))


def test_somebody_with_every_role_fits_on_the_move(region, kominfo):
    person = make_user("Nama " + "p" * 140)
    for role in (Role.HEAD_OF_DEPARTMENT, Role.ADMIN, Role.BAPPEDA, Role.LEADER, Role.COUNCIL, Role.OPERATOR):
        make_member(region, role, user=person)
    plan = make_plan(region)
    move = workflow.submit(stage_of(plan), access=access(person, plan))
    assert len(move.by_role) <= 80


# --- the page ------------------------------------------------------------------------------------------------------------


def test_a_refused_move_comes_back_with_the_typed_reason(plan, head, client_of):
    plan.submission_set.filter(stage=1).update(status=Status.ACCEPTED)
    answer = client_of(head).post(
        "/daerah/kota-batam/2022/tahap/1/langkah/", {"to": "submitted", "reason": "Mohon dibaca"}
    )
    assert answer.status_code == 422
    assert "berstatus “Diterima”" in answer.content.decode()


def test_an_incomplete_stage_is_submitted_with_a_reason_through_the_page(plan, head, client_of):
    client, address = client_of(head), "/daerah/kota-batam/2022/tahap/1/langkah/"
    assert client.post(address, {"to": "submitted", "reason": ""}).status_code == 422
    assert client.post(address, {"to": "submitted", "reason": REASON}).status_code == 302
    move = Move.objects.get()
    assert move.note == REASON
    assert "Daftar hadir bimtek tahap ini belum diisi. (0 dari 1)" in move.gaps


# --- at once --------------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_make_one_move(region, consultant):
    plan, second = make_plan(region, status=Status.SUBMITTED), make_member(region, Role.CONSULTANT)
    gate, results = threading.Barrier(2), []

    def decide(user, verb) -> None:
        submission, who = stage_of(plan), access(user, plan)
        gate.wait(5)
        try:
            verb(submission, who)
            results.append("moved")
        except ValidationError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    people = [
        threading.Thread(target=decide, args=(consultant, lambda s, who: workflow.accept(s, access=who))),
        threading.Thread(target=decide, args=(second, lambda s, who: workflow.send_back(s, access=who, reason=REASON))),
    ]
    [person.start() for person in people]
    [person.join(20) for person in people]

    assert sorted(results) == ["moved", "stale"]
    assert Move.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_write_under_way_is_in_the_snapshot_or_refused(plan, head, writer):
    """A stage waits for the writes that hold it; what comes after the move is refused."""
    fact = make_row(ProfileFact, plan, group="G", label="Luas", value="lama")
    inside, outcome = threading.Event(), []

    def write() -> None:
        from django.db import transaction

        try:
            with transaction.atomic():
                row = ProfileFact.objects.get(pk=fact.pk)
                row.value = "baru"
                writing.change(row, access=access(writer, plan), version=1)
                inside.set()
                threading.Event().wait(0.7)  # the transaction stays open while the stage is being submitted
            outcome.append("saved")
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert inside.wait(5)
    move = workflow.submit(stage_of(plan), access=access(head, plan))
    thread.join(10)

    assert outcome == ["saved"]
    assert move.snapshot.content["rows"]["profilefact"][0]["value"] == "baru"
