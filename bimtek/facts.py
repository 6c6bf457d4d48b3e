"""What plans hold, counted: the few figures that the gates ask for, gathered for many plans in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from bimtek.models import (
    Answer,
    Decree,
    Gap,
    MissionItem,
    Objective,
    Plan,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Session,
    SessionDay,
    Signatory,
    Strategy,
    SwotItem,
    TeamMember,
)

QUICK_WIN_PROFILE = (
    "benefit", "months", "opd_id", "background", "aim",
    "risk_identification", "risk_treatment", "target_3", "target_12",
)  # fmt: skip


@dataclass(frozen=True)
class ProgrammeFacts:
    dimension: str
    has_opd: bool
    complete: bool
    """Years, lead OPD and at least one indicator."""
    has_budget: bool
    has_priority: bool


@dataclass
class Facts:
    """The counts of one plan."""

    team: Counter[str] = field(default_factory=Counter)
    decrees: set[str] = field(default_factory=set)
    missions: int = 0
    profile: int = 0
    answered: set[str] = field(default_factory=set)
    readiness: int = 0
    readiness_filled: int = 0
    gaps: Counter[str] = field(default_factory=Counter)
    swot: Counter[str] = field(default_factory=Counter)
    strategies: Counter[str] = field(default_factory=Counter)
    sessions: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """Stage → (people who were there on at least one day, whether its berita acara is complete)."""
    objectives: Counter[str] = field(default_factory=Counter)
    programmes: list[ProgrammeFacts] = field(default_factory=list)
    nominees: Counter[str] = field(default_factory=Counter)
    chosen: Counter[str] = field(default_factory=Counter)
    chosen_profiles: list[bool] = field(default_factory=list)
    signed: int = 0


def gather(plans: Iterable[Plan]) -> dict[UUID, Facts]:
    """The facts of each plan; 15 queries, however many plans there are."""
    ids = [plan.pk for plan in plans]
    facts: dict[UUID, Facts] = {pk: Facts() for pk in ids}
    for model, of, apply in COUNTS:
        for plan_id, value, count in _rows(model, ids, of):
            apply(facts[plan_id], value, count)
    _answers(facts, ids)
    _readiness(facts, ids)
    _sessions(facts, ids)
    _programmes(facts, ids)
    _quick_wins(facts, ids)
    return facts


def _rows(model: Any, ids: Sequence[UUID], of: str) -> Iterable[tuple[UUID, Any, int]]:
    rows = model.objects.filter(plan__in=ids).order_by()
    if model is ProfileFact:
        rows = rows.filter(year__isnull=False).exclude(source="")
    return rows.values_list("plan", of).annotate(n=Count("pk"))  # type: ignore[no-any-return]


def _add(name: str, *, first: bool = False) -> Any:
    def apply(facts: Facts, value: str, count: int) -> None:
        getattr(facts, name)[value.split("-")[0] if first else value] += count

    return apply


def _missions(facts: Facts, kind: str, count: int) -> None:
    facts.missions += count if kind == MissionItem.Kind.MISSION else 0


def _profile(facts: Facts, _: str, count: int) -> None:
    facts.profile += count


def _decrees(facts: Facts, purpose: str, _: int) -> None:
    facts.decrees.add(purpose)


def _signed(facts: Facts, state: str, count: int) -> None:
    facts.signed += count if state in {Signatory.State.SIGNED, Signatory.State.REPRESENTED} else 0


COUNTS: tuple[tuple[Any, str, Any], ...] = (
    (TeamMember, "team", _add("team")),
    (Decree, "purpose", _decrees),
    (MissionItem, "kind", _missions),
    (ProfileFact, "plan", _profile),
    (Gap, "sub_dimension", _add("gaps", first=True)),
    (SwotItem, "quadrant", _add("swot")),
    (Strategy, "kind", _add("strategies")),
    (Objective, "dimension", _add("objectives")),
    (Signatory, "state", _signed),
)


def _answers(facts: dict[UUID, Facts], ids: Sequence[UUID]) -> None:
    for plan_id, key in Answer.objects.filter(plan__in=ids).exclude(text="").values_list("plan", "key"):
        facts[plan_id].answered.add(key)


def _readiness(facts: dict[UUID, Facts], ids: Sequence[UUID]) -> None:
    filled = Q(year__isnull=False, opd__isnull=False, judgement__isnull=False) & ~Q(value="") & ~Q(source="")
    counts = ReadinessRow.objects.filter(plan__in=ids).order_by().values_list("plan")
    for plan_id, total, full in counts.annotate(Count("pk"), full=Count("pk", filter=filled)):
        facts[plan_id].readiness, facts[plan_id].readiness_filled = total, full


def _sessions(facts: dict[UUID, Facts], ids: Sequence[UUID]) -> None:
    people: dict[UUID, int] = dict(
        SessionDay.objects.filter(plan__in=ids)
        .order_by()
        .values_list("attendee__session")
        .annotate(n=Count("attendee", distinct=True))
    )
    sessions = (
        Session.objects.filter(plan__in=ids)
        .order_by()
        .annotate(results=Count("minutes", filter=Q(minutes__kind="hasil")))
    )
    for session in sessions:
        known, minuted = facts[session.plan_id].sessions.get(session.stage, (0, False))
        complete = bool(session.minutes_number and session.minutes_date and session.results)
        facts[session.plan_id].sessions[session.stage] = (known + people.get(session.pk, 0), minuted or complete)


def _programmes(facts: dict[UUID, Facts], ids: Sequence[UUID]) -> None:
    rows = (
        Programme.objects.filter(plan__in=ids)
        .order_by()
        .annotate(measures=Count("indicators", distinct=True), lines=Count("budget_lines", distinct=True))
    )
    names = ("plan_id", "sub_dimension", "opd_id", "start_year", "end_year", "priority", "measures", "lines")
    for plan_id, sub, opd, start, end, priority, measures, lines in rows.values_list(*names):
        facts[plan_id].programmes.append(
            ProgrammeFacts(
                dimension=sub.split("-")[0],
                has_opd=opd is not None,
                complete=all((opd, start, end, measures)),
                has_budget=lines > 0,
                has_priority=priority is not None,
            )
        )


def _quick_wins(facts: dict[UUID, Facts], ids: Sequence[UUID]) -> None:
    profiles: dict[UUID, list[bool]] = defaultdict(list)
    for plan_id, dimension, chosen, *profile in QuickWin.objects.filter(plan__in=ids).values_list(
        "plan_id", "dimension", "chosen", *QUICK_WIN_PROFILE
    ):
        facts[plan_id].nominees[dimension] += 1
        if chosen:
            facts[plan_id].chosen[dimension] += 1
            profiles[plan_id].append(all(profile))
    for plan_id, complete in profiles.items():
        facts[plan_id].chosen_profiles = complete
