"""Who may write which row, and while which stage is open. The verbs of bimtek.writing ask here."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, Expression

from bimtek.framework import framework
from bimtek.models import (
    Answer,
    Application,
    Attendee,
    BudgetLine,
    Ceiling,
    CommitmentPoint,
    Decree,
    Gap,
    Indicator,
    IndicatorTarget,
    Minute,
    MissionItem,
    Objective,
    Photo,
    Plan,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Regulation,
    Row,
    Session,
    SessionDay,
    Signatory,
    Stage,
    Status,
    Strategy,
    Submission,
    SwotItem,
    TeamMember,
)
from regions.access import Access, Permission

FIRST, SECOND, THIRD, FOURTH = Stage
OPEN = frozenset({Status.DRAFT, Status.SUBMITTED, Status.RETURNED})
"""While a stage is under review its reviewers read the snapshot, and the region goes on writing its working copy."""

STAGES: dict[type[Row], frozenset[Stage]] = {
    Decree: frozenset({FIRST, FOURTH}),
    TeamMember: frozenset({FIRST}),
    ProfileFact: frozenset({FIRST}),
    MissionItem: frozenset({FIRST}),
    ReadinessRow: frozenset({FIRST}),
    Application: frozenset({FIRST}),
    Regulation: frozenset({FIRST}),
    SwotItem: frozenset({FIRST}),
    Strategy: frozenset({FIRST}),
    Gap: frozenset({FIRST}),
    Objective: frozenset({SECOND}),
    Programme: frozenset({SECOND, THIRD}),
    BudgetLine: frozenset({SECOND, THIRD}),
    Ceiling: frozenset({SECOND, THIRD}),
    Indicator: frozenset({SECOND, THIRD}),
    IndicatorTarget: frozenset({SECOND, THIRD}),
    QuickWin: frozenset({SECOND, THIRD, FOURTH}),
    CommitmentPoint: frozenset({FOURTH}),
    Signatory: frozenset({FOURTH}),
}
"""A row may be written while one of these stages is open. Answers follow their question's stage; sessions are always open."""

SESSION_ROWS: tuple[type[Row], ...] = (Session, Attendee, SessionDay, Minute, Photo)


def owner_of(row: Row) -> UUID | None:
    """The OPD whose operators may write this row."""
    if isinstance(row, IndicatorTarget):
        return row.indicator.programme.opd_id
    if isinstance(row, (BudgetLine, Indicator)):
        return row.programme.opd_id
    return getattr(row, "opd_id", None)


def refuse_closed(plan: Plan, stages: Iterable[Stage]) -> None:
    """Raises unless one of the stages is open for writing. Holds the stages until the transaction ends: a stage cannot be
    submitted, and so frozen, while a write to it is under way."""
    wanted = list(stages)
    held = plan.submission_set.select_for_update(no_key=True).filter(stage__in=wanted).order_by("stage")
    statuses = dict(held.values_list("stage", "status"))
    if not any(Status(statuses.get(stage, Status.DRAFT)) in OPEN for stage in wanted):
        names = " dan ".join(f"Tahap {stage.roman}" for stage in wanted)
        raise ValidationError(
            f"{names} sudah diterima, jadi isinya tidak dapat diubah. "
            "Minta konsultan membuka kembali tahap ini bila perlu diperbaiki.",
            code="closed",
        )


def while_open(plan: UUID | Expression, stages: Iterable[Stage]) -> Exists:
    """The same as a condition of an UPDATE: one statement asks whether a stage is open, holds it, and writes."""
    held = Submission.objects.select_for_update(no_key=True)
    return Exists(held.filter(plan=plan, stage__in=list(stages), status__in=OPEN))


def refuse_unless(access: Access, permission: Permission) -> None:
    if not access.may(permission):
        raise PermissionDenied("Peran Anda tidak melakukan ini.")


def refuse_stranger(row: Row, access: Access, *, taking: bool = False) -> None:
    """Raises PermissionDenied unless this person may write this row as it stands in memory.

    `taking`: a readiness row that no office holds yet may be taken by an operator; the save then names the own office.
    """
    if isinstance(row, SESSION_ROWS):
        allowed = access.may(Permission.RUN_SESSIONS)
    elif isinstance(row, (TeamMember, Answer)):
        allowed = access.may(Permission.FILL_ALL)
    else:
        free = taking and isinstance(row, ReadinessRow) and row.opd_id is None and bool(access.opd_ids)
        allowed = free or access.may_fill_for(owner_of(row))
    if not allowed:
        raise PermissionDenied("Baris ini milik OPD lain; peran Anda tidak mengubahnya.")


def stages_of(row: Row) -> frozenset[Stage]:
    if isinstance(row, Answer):
        return frozenset({Stage(framework(row.plan.framework).question(row.key).stage)})
    return STAGES.get(type(row), frozenset())


def refuse_write(row: Row, access: Access) -> None:
    """Raises unless this person may write this row now."""
    refuse_stranger(row, access)
    if stages := stages_of(row):
        refuse_closed(row.plan, sorted(stages))
