"""Scores of reviewers for a submitted stage: the form is data of the framework, the region does not see what is written in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from bimtek import richtext, threads, workflow
from bimtek.framework import Criterion, framework
from bimtek.models import Assessment, Stage, Status, Submission
from regions import audit
from regions.access import Access, Permission, Role
from regions.models import Membership

SCALE = ((1, "Kurang"), (2, "Cukup"), (3, "Baik"), (4, "Sangat baik"))
BEST = 4
LONGEST_NOTE = 5000


def criteria(submission: Submission) -> tuple[Criterion, ...]:
    return framework(submission.plan.framework).criteria(submission.stage)


def refuse_unless_reviewer(submission: Submission, access: Access) -> None:
    if not threads.is_reviewer(access, submission.plan):
        raise PermissionDenied("Penilaian ditulis oleh pereviu rencana ini.")


@transaction.atomic
def assess(
    submission: Submission, scores: Mapping[str, int], *, note: str = "", agrees: bool = False, access: Access
) -> Assessment:
    """Keeps this reviewer's scores for the state that was submitted last; written again they take the place of the first."""
    refuse_unless_reviewer(submission, access)
    last = workflow.newest(submission)
    if submission.status != Status.SUBMITTED or last is None:
        raise ValidationError("Tahap ini tidak sedang direviu, jadi belum dapat dinilai.")
    known = {row.code for row in criteria(submission)}
    if set(scores) != known or any(score not in range(1, BEST + 1) for score in scores.values()):
        raise ValidationError("Beri nilai 1 sampai 4 pada setiap kriteria.")
    if len(note) > LONGEST_NOTE:
        raise ValidationError(f"Catatan ini {len(note)} tanda; paling banyak {LONGEST_NOTE}.")
    held = Membership.objects.current().filter(region=access.region, user=access.user, role=Role.CONSULTANT).first()
    made, _ = Assessment.objects.update_or_create(
        submission=submission, snapshot=last, user=access.user,
        defaults={
            "region_id": submission.region_id, "by_name": str(access.user)[:150], "institution": access.user.institution,
            "expertise": held.expertise if held else "", "scores": dict(scores), "note": richtext.clean_text(note),
            "agrees": agrees, "at": timezone.now(),
        },
    )  # fmt: skip
    audit.record(
        access.region, audit.Kind.COMMENT, "menilai tahap", by=access, about=made, label=_label(submission), private=True
    )  # fmt: skip
    return made


@transaction.atomic
def require(submission: Submission, *, every: bool, access: Access) -> None:
    """Whether one consultant suffices to accept the stage, or all have to agree: the ministry decides."""
    if not (access.may(Permission.REVIEW_NOTES) and access.may(Permission.MANAGE_REGION)):
        raise PermissionDenied("Admin Kominfo yang menentukan ini.")
    submission.plan.submission_set.filter(pk=submission.pk).update(needs_all=every)
    submission.needs_all = every
    deed = "mensyaratkan semua konsultan setuju" if every else "mensyaratkan satu konsultan"
    audit.record(access.region, audit.Kind.MOVE, deed, by=access, about=submission, label=_label(submission))


def _label(submission: Submission) -> str:
    return f"Tahap {Stage(submission.stage).roman}, {submission.plan.enrolment.cohort}"


# --- figures -------------------------------------------------------------------------------------------------------


def mark(rows: Sequence[Criterion], scores: Mapping[str, Any]) -> Decimal:
    """0 to 100: the weighted share of the way from the lowest score to the highest, one decimal."""
    reached = sum((Decimal(row.weight) * (int(scores.get(row.code, 1)) - 1) / (BEST - 1) for row in rows), Decimal(0))
    return (reached * 100 / (sum(row.weight for row in rows) or 1)).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """One criterion with each reviewer's score, and their mean."""

    criterion: Criterion
    scores: list[int]
    mean: Decimal


@dataclass(frozen=True)
class Summary:
    reviewers: list[tuple[Assessment, Decimal]]
    lines: list[Line]
    overall: Decimal | None


def summary(submission: Submission) -> Summary:
    """All reviewers side by side, for what was submitted last. Two queries."""
    rows = criteria(submission)
    found = list(submission.assessments.filter(snapshot=workflow.newest(submission)))
    marks = [mark(rows, each.scores) for each in found]
    lines = []
    for row in rows if found else ():
        scores = [int(each.scores.get(row.code, 1)) for each in found]
        lines.append(Line(row, scores, _mean([Decimal(score) for score in scores])))
    return Summary(list(zip(found, marks, strict=True)), lines, _mean(marks) if marks else None)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP)
