"""Every change of a stage's status: one table of moves, one verb a move, one Move row each, letters after commit.

Who may move is part of the table; a verb raises PermissionDenied for the wrong role and ValidationError with the reason
when the rules refuse. `moves_for` tells a page the same, so that a button and its guard never differ.

A review runs in two streams: reviewers read the newest submitted snapshot, the region goes on writing and sends its changes
as the next one (SUBMITTED → SUBMITTED). What is accepted is the snapshot that was reviewed, not what was written since.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from bimtek import notices, revisions, richtext, sharing, snapshots
from bimtek.framework import framework
from bimtek.models import Move, Plan, ReviewMark, Snapshot, Stage, Status, Submission
from regions import audit
from regions.access import Access, Permission, Role
from regions.models import Membership

MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED}),
    Status.SUBMITTED: frozenset({Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED}),
    Status.RETURNED: frozenset({Status.SUBMITTED}),
    Status.ACCEPTED: frozenset({Status.RETURNED}),
}

LONGEST_NOTE = 5000
FREEZES = {Status.SUBMITTED, Status.ACCEPTED}


@dataclass(frozen=True)
class Offer:
    """One move as a page shows it: allowed, or refused with the reason."""

    to: Status
    deed: str
    refusal: str = ""
    needs_reason: bool = False


DEEDS = {
    (Status.DRAFT, Status.SUBMITTED): "Ajukan tahap",
    (Status.RETURNED, Status.SUBMITTED): "Ajukan kembali",
    (Status.SUBMITTED, Status.SUBMITTED): "Kirim perubahan",
    (Status.SUBMITTED, Status.RETURNED): "Kembalikan untuk perbaikan",
    (Status.SUBMITTED, Status.ACCEPTED): "Terima tahap",
    (Status.ACCEPTED, Status.RETURNED): "Buka kembali",
}


def is_self_run(plan: Plan) -> bool:
    """A region without a consultant today accepts its own stages through Bappeda."""
    if plan.enrolment.self_run:
        return True
    return not Membership.objects.current().filter(region_id=plan.region_id, role=Role.CONSULTANT).exists()


def may_review(access: Access, plan: Plan) -> bool:
    if access.may(Permission.REVIEW):
        return not plan.enrolment.self_run
    return access.may(Permission.REVIEW_SELF_RUN) and is_self_run(plan)


def _may(access: Access, plan: Plan, to: Status) -> bool:
    return access.may(Permission.SUBMIT) if to == Status.SUBMITTED else may_review(access, plan)


def refusal_of(submission: Submission, to: Status) -> str:
    """Why the rules refuse this move now, whoever asks; empty when they allow it."""
    status, siblings = Status(submission.status), submission.plan.submission_set
    if to not in MOVES[status]:
        return f"Tahap ini berstatus “{status.label}”, jadi langkah ini tidak berlaku."
    if to == Status.SUBMITTED:
        waiting = siblings.filter(stage__lt=submission.stage).exclude(status=Status.ACCEPTED).order_by("stage").first()
        if waiting:
            return f"Tahap {Stage(waiting.stage).roman} belum diterima. Tahap diajukan berurutan."
        if status == Status.SUBMITTED and snapshots.is_current(submission.plan, newest(submission)):
            return "Belum ada perubahan sejak yang terakhir dikirim."
    if to == Status.ACCEPTED and submission.needs_all and (unsure := waiting_for(submission)):
        return f"Semua konsultan harus setuju dulu. Belum: {', '.join(str(user) for user in unsure)}."
    if status == Status.ACCEPTED:
        later = siblings.filter(stage__gt=submission.stage, status=Status.SUBMITTED).order_by("stage").first()
        if later:
            return f"Tahap {Stage(later.stage).roman} sedang direviu. Selesaikan reviu itu dulu."
    return ""


def waiting_for(submission: Submission) -> list[User]:
    """The consultants of today who have not agreed to what was submitted last."""
    agreed = submission.assessments.filter(agrees=True, snapshot=newest(submission)).values("user")
    held = Membership.objects.current().filter(region_id=submission.region_id, role=Role.CONSULTANT)
    return list(User.objects.filter(pk__in=held.values("user")).exclude(pk__in=agreed).order_by("full_name"))


def newest(submission: Submission) -> Snapshot | None:
    """What was submitted last, without its content until that is asked for."""
    last = submission.moves.filter(to_status=Status.SUBMITTED, snapshot__isnull=False).values("snapshot")[:1]
    return submission.plan.snapshot_set.defer("content").filter(pk__in=last).first()


def reviewed_gaps(submission: Submission) -> list[str]:
    """What was incomplete in the state that reviewers read."""
    last = submission.moves.filter(to_status=Status.SUBMITTED).first()
    return list(last.gaps) if last else []


def moves_for(
    submission: Submission, access: Access, gaps: Sequence[object] = (), left_open: Sequence[object] = ()
) -> list[Offer]:
    """The moves that this person's role knows, each with the reason where it is refused now.

    `gaps` are what submitting would pass over, `left_open` what accepting would.
    """
    status = Status(submission.status)
    return [
        Offer(
            to=to,
            deed=DEEDS[status, to],
            refusal=refusal_of(submission, to),
            needs_reason=bool(left_open if to == Status.ACCEPTED else gaps) if to in FREEZES else True,
        )
        for to in Status
        if to in MOVES[status] and _may(access, submission.plan, to)
    ]


@transaction.atomic
def submit(submission: Submission, *, access: Access, gaps: Sequence[str] = (), reason: str = "") -> Move:
    """Hand the stage in or, while it is under review, send what was changed. With gaps it takes a reason, read first."""
    if gaps and not reason.strip():
        raise ValidationError("Isian belum lengkap. Tulis alasan mengapa tahap ini tetap diajukan.", code="reason")
    return _move(submission, Status.SUBMITTED, access=access, note=reason, gaps=gaps)


@transaction.atomic
def send_back(submission: Submission, *, access: Access, reason: str, due: datetime.date | None = None) -> Move:
    """Return a submitted stage for correction, where wanted until a day."""
    if not reason.strip():
        raise ValidationError("Tulis apa yang perlu diperbaiki, supaya daerah tahu harus berbuat apa.", code="reason")
    _expect(submission, Status.SUBMITTED)
    if due and due < timezone.localdate():
        raise ValidationError("Tenggat itu sudah lewat. Pilih hari ini atau sesudahnya.", code="due")
    return _move(submission, Status.RETURNED, access=access, note=reason, due=due)


@transaction.atomic
def accept(
    submission: Submission, *, access: Access, gaps: Sequence[str] = (), reason: str = "", seen: UUID | None = None
) -> Move:
    """Accept what was submitted last; with open gaps only for a written reason. `seen` is the state that the page showed."""
    last = newest(submission)
    if seen and last and last.pk != seen:
        raise ValidationError("Daerah baru saja mengirim perubahan. Baca perubahannya dulu, lalu terima.", code="stale")
    if gaps and not reason.strip():
        raise ValidationError("Masih ada kekurangan. Tulis alasan mengapa tahap ini tetap diterima.", code="reason")
    return _move(submission, Status.ACCEPTED, access=access, note=reason, gaps=gaps)


@transaction.atomic
def reopen(submission: Submission, *, access: Access, reason: str) -> Move:
    """Open an accepted stage again for correction. A later stage that is under review must be answered first."""
    if not reason.strip():
        raise ValidationError("Tulis alasan membuka kembali tahap yang sudah diterima.", code="reason")
    _expect(submission, Status.ACCEPTED)
    return _move(submission, Status.RETURNED, access=access, note=reason)


def _expect(submission: Submission, status: Status) -> None:
    if submission.status != status:
        raise ValidationError(refusal_of(submission, Status.RETURNED) or f"Tahap ini tidak berstatus “{status.label}”.")


def _move(
    submission: Submission, to: Status, *, access: Access, note: str = "", gaps: Sequence[str] = (),
    due: datetime.date | None = None,
) -> Move:  # fmt: skip
    plan = submission.plan
    if not _may(access, plan, to):
        raise PermissionDenied("Peran Anda tidak melakukan langkah ini.")
    if refusal := refusal_of(submission, to):
        raise ValidationError(refusal)
    before, note = Status(submission.status), _readable(note)
    since = submission.since if before == to else timezone.now()  # sending changes does not begin the wait anew
    moved = plan.submission_set.filter(pk=submission.pk, status=before, version=submission.version).update(
        status=to, version=F("version") + 1, since=since
    )
    if not moved:
        raise ValidationError("Status tahap ini baru saja diubah orang lain. Muat ulang halaman.", code="stale")
    submission.refresh_from_db()
    last = newest(submission)
    snapshot = _frozen(submission, to, last)
    move = Move.objects.create(
        region_id=plan.region_id,
        submission=submission,
        from_status=before,
        to_status=to,
        note=note,
        gaps=list(gaps),
        by=access.user,
        by_name=str(access.user)[:150],
        by_role=", ".join(role.label for role in access.roles)[:80],
        snapshot=snapshot,
        changed=_changed(submission, last, snapshot) if to == Status.SUBMITTED else None,
        due=due,
    )
    audit.record(
        plan.region, audit.Kind.MOVE, DEEDS[before, to], by=access, about=submission,
        label=f"Tahap {Stage(submission.stage).roman}, {plan.enrolment.cohort}",
    )  # fmt: skip
    if before == Status.SUBMITTED and to != before:
        mark_reviewed(submission, access.user)
    if Status.ACCEPTED in (before, to) and Stage(submission.stage) in sharing.PROGRAMME_STAGES:
        sharing.refresh(plan.region)
    notices.moved(move, reviewers=_reviewers(plan))
    return move


def _reviewers(plan: Plan) -> Permission:
    return Permission.REVIEW_SELF_RUN if is_self_run(plan) else Permission.REVIEW


def told_of(submission: Submission, to: Status, access: Access) -> list[User]:
    """Whom this move would tell, for the page that offers it."""
    return notices.audience(submission, to, reviewers=_reviewers(submission.plan), without=access.user)


def _frozen(submission: Submission, to: Status, last: Snapshot | None) -> Snapshot | None:
    """A new state at each submission; at acceptance the one that was reviewed."""
    if to == Status.ACCEPTED and last:
        return last
    return snapshots.freeze(submission.plan, Stage(submission.stage)) if to in FREEZES else None


def _changed(submission: Submission, last: Snapshot | None, now: Snapshot | None) -> int | None:
    return revisions.count(last.content, now.content, submission.stage) if last and now else None


def mark_reviewed(submission: Submission, user: User) -> None:
    """From here on "sejak reviu saya terakhir" counts for this person."""
    if last := newest(submission):
        ReviewMark.objects.update_or_create(
            submission=submission, user=user,
            defaults={"region_id": submission.region_id, "snapshot": last, "at": timezone.now()},
        )  # fmt: skip


def _readable(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise ValidationError(
            f"Catatan ini {len(note)} tanda; paling banyak {LONGEST_NOTE}. Ringkas, atau tulis rinciannya sebagai komentar.",
            code="reason",
        )
    return richtext.clean_text(note)


def rounds(submission: Submission) -> int:
    """How many times the stage went into review; changes sent during a review belong to its round."""
    return submission.moves.filter(to_status=Status.SUBMITTED).exclude(from_status=Status.SUBMITTED).count()


def draft(plan: Plan) -> bool:
    """Whether the books still carry DRAF: until all four stages are accepted, and while anything reads otherwise than accepted."""
    return plan.submission_set.exclude(status=Status.ACCEPTED).exists() or bool(unaccepted(plan))


def accepted_states(plan: Plan) -> dict[int, Snapshot]:
    """Stage → what was accepted of it, for the stages that are accepted now."""
    moves = Move.objects.filter(submission__plan=plan, submission__status=Status.ACCEPTED, to_status=Status.ACCEPTED)
    newest_last = moves.filter(snapshot__isnull=False).select_related("snapshot", "submission").order_by("id")
    return {move.submission.stage: move.snapshot for move in newest_last if move.snapshot}


def unaccepted(plan: Plan) -> int:
    """How many items of the accepted stages read otherwise than in the state that was accepted.

    An item that several stages may write is held against the last of them that is accepted. Sessions with their papers
    tell what happened and are no part of it.
    """
    states = accepted_states(plan)
    since = min((state.created_at for state in states.values()), default=None)
    if since is None or not plan.change_set.filter(at__gt=since).exists():
        return 0
    now, frame, count = snapshots.content_of(plan), framework(plan.framework), 0
    for stage, state in states.items():
        for item in revisions.items(state.content, now):
            written = item.stages(frame)
            if item.kind != "session" and written <= states.keys() and max(written, default=0) == stage:
                count += 1
    return count
