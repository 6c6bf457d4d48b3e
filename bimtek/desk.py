"""A consultant's desk: per plan the round, what changed since the last review, and the threads that wait; in a fixed number of queries."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from bimtek.models import Move, Plan, ReviewMark, Status, Submission, Thread, ThreadVisit
from bimtek.standing import Standing
from regions.access import Role
from regions.models import Membership


@dataclass(frozen=True)
class Stack:
    """One plan on the desk."""

    standing: Standing
    review: Submission | None
    """The stage that waits for review, the oldest; None when none does."""
    round: int
    changed: int | None
    """Items that differ from what I reviewed last; None the first time. With several sendings in between, at most so many."""
    exact: bool
    reviewed: bool
    """Whether I marked what was sent last as reviewed."""
    due: datetime.date | None
    """Until when the region was asked to correct the stage it holds."""
    mine: int
    """Threads handed to me, and requests of mine that the region calls done."""
    unread: int
    requests: int
    """Correction requests that are not accepted yet."""


@dataclass(frozen=True)
class _Threads:
    mine: int = 0
    unread: int = 0
    requests: int = 0


def stacks(rows: Iterable[Standing], user: User) -> list[Stack]:
    """Three queries for any number of plans. `user` reviews all of them."""
    rows = list(rows)
    plans = [row.plan.pk for row in rows]
    moves: dict[UUID, list[Move]] = {}
    for move in Move.objects.filter(submission__plan__in=plans).defer("note", "gaps").order_by("id"):
        moves.setdefault(move.submission_id, []).append(move)
    marks = dict(ReviewMark.objects.filter(submission__plan__in=plans, user=user).values_list("submission", "snapshot"))
    waiting = _threads(plans, user)
    return [_stack(row, moves, marks, waiting.get(row.plan.pk, _Threads())) for row in rows]


def _threads(plans: Sequence[UUID], user: User) -> dict[UUID, _Threads]:
    """Counts by plan of what this person may see: all of it, as a reviewer."""
    seen = ThreadVisit.objects.filter(thread=OuterRef("pk"), user=user, at__gte=OuterRef("active_at"))
    is_open = Q(state__in=(Thread.State.OPEN, Thread.State.WORKING))
    request = ~Q(kind=Thread.Kind.COMMENT)
    mine = (Q(assignee=user) & is_open) | (request & Q(by=user, state=Thread.State.DONE))
    found: Any = Thread.objects.filter(plan__in=plans).order_by().annotate(seen=Exists(seen))
    rows = found.values_list("plan").annotate(
        mine=Count("pk", filter=mine),
        unread=Count("pk", filter=Q(seen=False)),
        requests=Count("pk", filter=request & ~Q(state=Thread.State.ACCEPTED)),
    )
    return {plan: _Threads(*counts) for plan, *counts in rows}


def _stack(row: Standing, moves: dict[UUID, list[Move]], marks: dict[Any, Any], threads: _Threads) -> Stack:
    review = row.oldest_submitted
    own = moves.get(review.pk, []) if review else []
    sent = [move for move in own if move.to_status == Status.SUBMITTED]
    mark = marks.get(review.pk) if review else None
    known = next((place for place, move in enumerate(sent) if mark and move.snapshot_id == mark), None)
    later = sent[known + 1 :] if known is not None else []
    return Stack(
        standing=row,
        review=review,
        round=sum(move.from_status != Status.SUBMITTED for move in sent),
        changed=None if known is None else sum(move.changed or 0 for move in later),
        exact=len(later) < 2,
        reviewed=known is not None and not later,
        due=_due(row, moves),
        mine=threads.mine,
        unread=threads.unread,
        requests=threads.requests,
    )


def _due(row: Standing, moves: dict[UUID, list[Move]]) -> datetime.date | None:
    """The earliest day set for a stage that is with the region."""
    days = []
    for stage in row.stages:
        last = next(reversed(moves.get(stage.pk, [])), None)
        if stage.status == Status.RETURNED and last and last.due:
            days.append(last.due)
    return min(days, default=None)


CHOICES = {
    "": "Semua",
    "menunggu": "Menunggu reviu",
    "utas": "Utas menunggu saya",
    "tenggat": "Lewat tenggat",
}


def chosen(found: Iterable[Stack], choice: str, today: datetime.date) -> list[Stack]:
    """Those that one of CHOICES means."""
    meant = {
        "menunggu": lambda stack: stack.review is not None and not stack.reviewed,
        "utas": lambda stack: stack.mine or stack.unread,
        "tenggat": lambda stack: stack.due is not None and stack.due < today,
    }
    return [stack for stack in found if choice not in meant or meant[choice](stack)]


def load(regions: Iterable[Any]) -> dict[Any, tuple[int, int]]:
    """Region → (stages that wait for review, correction requests not accepted); two queries. For admin Kominfo."""
    regions = list(regions)
    stages = Submission.objects.filter(region__in=regions, status=Status.SUBMITTED, plan__enrolment__self_run=False)
    waiting = dict(stages.order_by().values_list("region").annotate(Count("pk")))
    asked = Thread.objects.filter(region__in=regions).exclude(kind=Thread.Kind.COMMENT)
    requests = dict(asked.exclude(state=Thread.State.ACCEPTED).order_by().values_list("region").annotate(Count("pk")))
    return {region: (waiting.get(region, 0), requests.get(region, 0)) for region in regions}


def plans_of(user: User) -> Any:
    """The plans of the regions that this consultant helps today."""
    mine = Membership.objects.current().filter(user=user, role=Role.CONSULTANT)
    return Plan.objects.filter(region__in=mine.values("region"))
