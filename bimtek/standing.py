"""Where plans stand, read for many regions at once: the four stages, since when, and who holds the ball."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from bimtek import checks
from bimtek.models import Plan, Session, Stage, Status, Submission


@dataclass(frozen=True)
class Standing:
    """One plan in a list. `stages` are its submissions I to IV; `percents` their completeness, empty when not asked for."""

    plan: Plan
    stages: Sequence[Submission]
    sessions: Sequence[Session]
    percents: Mapping[Stage, int]

    @property
    def path(self) -> list[tuple[Stage, Submission, int | None]]:
        """The four stages in order: which, its submission, how complete."""
        named = [(Stage(submission.stage), submission) for submission in self.stages]
        return [(stage, submission, self.percents.get(stage)) for stage, submission in named]

    @property
    def current(self) -> Submission | None:
        """The first stage that is not accepted; None when all are."""
        return next((stage for stage in self.stages if stage.status != Status.ACCEPTED), None)

    @property
    def waits_for_review(self) -> bool:
        return self.oldest_submitted is not None

    @property
    def oldest_submitted(self) -> Submission | None:
        submitted = [stage for stage in self.stages if stage.status == Status.SUBMITTED]
        return min(submitted, key=lambda stage: stage.since, default=None)

    @property
    def waiting_days(self) -> int | None:
        """Whole days since the oldest stage was submitted."""
        oldest = self.oldest_submitted
        return (timezone.now() - oldest.since).days if oldest else None

    @property
    def waiting(self) -> str:
        """'sejak hari ini', '1 hari', '12 hari'; empty when nothing waits."""
        days = self.waiting_days
        return "" if days is None else f"{days} hari" if days else "sejak hari ini"

    @property
    def next_session(self) -> Session | None:
        """The one that runs or comes next, counted in the region's own time zone."""
        today = timezone.now().astimezone(self.plan.region.zone).date()
        return next((session for session in self.sessions if session.ends >= today), None)


def with_stages(plans: "QuerySet[Plan]") -> "QuerySet[Plan]":
    """Three queries for any number of plans."""
    return plans.select_related("region__province", "enrolment__cohort").prefetch_related(
        Prefetch("submission_set", Submission.objects.order_by("stage")),
        Prefetch("session_set", Session.objects.order_by("starts", "stage")),
    )


def standings(plans: Iterable[Plan], *, complete: bool = False) -> list[Standing]:
    """Of plans fetched by `with_stages`; with `complete` also how complete each stage is, for pages of few plans."""
    plans = list(plans)
    percents = checks.percents(plans) if complete else {}
    return [
        Standing(plan, list(plan.submission_set.all()), list(plan.session_set.all()), percents.get(plan.pk, {}))
        for plan in plans
    ]


def by_waiting(rows: Iterable[Standing]) -> list[Standing]:
    """Those that wait for review first, the longest wait on top; then unfinished ones, then finished ones."""
    far = datetime.datetime.max.replace(tzinfo=datetime.UTC)

    def order(row: Standing) -> tuple[datetime.datetime, bool, str, int]:
        oldest = row.oldest_submitted
        since = oldest.since if oldest else far
        return since, row.current is None, row.plan.region.code, -row.plan.enrolment.cohort.year

    return sorted(rows, key=order)


def tally(rows: Iterable[Standing]) -> dict[str, int]:
    """How many plans stand at which stage: 'I' to 'IV' by the first stage not accepted, and 'selesai'."""
    counts = {**{stage.roman: 0 for stage in Stage}, "selesai": 0, "menunggu": 0}
    for row in rows:
        current = row.current
        counts[Stage(current.stage).roman if current else "selesai"] += 1
        counts["menunggu"] += row.waits_for_review
    return counts
