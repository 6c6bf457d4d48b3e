"""Every change of what a region writes goes through here: only while its stage is open, by somebody who may, with the
row's version checked, and with a Change row that keeps before and after.

Each verb is one transaction. A refusal is a ValidationError in the user's language; code "stale" carries the row as it
stands now in params["theirs"] and what was typed in params["mine"], so that neither text is lost.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from bimtek.models import (
    Answer,
    Application,
    Attendee,
    BudgetLine,
    Change,
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
    Signatory,
    Stage,
    Status,
    Strategy,
    SwotItem,
    TeamMember,
)
from regions.access import Access, Permission

I, II, III, IV = Stage
OPEN = {Status.DRAFT, Status.RETURNED}

STAGES: dict[type[Row], frozenset[Stage]] = {
    Decree: frozenset({I, IV}),
    TeamMember: frozenset({I}),
    ProfileFact: frozenset({I}),
    MissionItem: frozenset({I}),
    ReadinessRow: frozenset({I}),
    Application: frozenset({I}),
    Regulation: frozenset({I}),
    SwotItem: frozenset({I}),
    Strategy: frozenset({I}),
    Gap: frozenset({I}),
    Objective: frozenset({II}),
    Programme: frozenset({II, III}),
    BudgetLine: frozenset({II, III}),
    Indicator: frozenset({II, III}),
    IndicatorTarget: frozenset({II, III}),
    QuickWin: frozenset({II, III, IV}),
    CommitmentPoint: frozenset({IV}),
    Signatory: frozenset({IV}),
}
"""A row may be written while one of these stages is open. Answers follow their question's stage; sessions are always open."""

SESSION_ROWS: tuple[type[Row], ...] = (Session, Attendee, Minute, Photo)

Links = Mapping[str, Iterable[models.Model]]


def state_of(row: Row, links: Iterable[str] = ()) -> dict[str, Any]:
    """The row's own fields as plain values, and the ids it is linked to."""
    skip = {"id", "region", "plan", "version"}
    state = {f.attname: f.value_from_object(row) for f in row._meta.concrete_fields if f.name not in skip}
    for name in links:
        state[name] = sorted(str(pk) for pk in getattr(row, name).values_list("pk", flat=True))
    return state


def link_names(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.many_to_many]


def owner_of(row: Row) -> UUID | None:
    """The OPD whose operators may write this row."""
    if isinstance(row, IndicatorTarget):
        return row.indicator.programme.opd_id
    if isinstance(row, (BudgetLine, Indicator)):
        return row.programme.opd_id
    return getattr(row, "opd_id", None)


def refuse_closed(plan: Plan, stages: Iterable[Stage]) -> None:
    """Raises unless one of the stages is open for writing."""
    wanted = list(stages)
    statuses = dict(plan.submission_set.filter(stage__in=wanted).values_list("stage", "status"))
    if not any(Status(statuses.get(stage, Status.DRAFT)) in OPEN for stage in wanted):
        names = " dan ".join(f"Tahap {stage.roman}" for stage in wanted)
        raise ValidationError(
            f"{names} sedang direviu atau sudah diterima, jadi isinya tidak dapat diubah. "
            "Minta konsultan mengembalikan tahap ini bila perlu diperbaiki.",
            code="closed",
        )


def refuse_stranger(row: Row, access: Access) -> None:
    """Raises PermissionDenied unless this person may write this row as it stands in memory."""
    if isinstance(row, SESSION_ROWS):
        allowed = access.may(Permission.RUN_SESSIONS)
    elif isinstance(row, (TeamMember, Answer)):
        allowed = access.may(Permission.FILL_ALL)
    else:
        allowed = access.may_fill_for(owner_of(row))
    if not allowed:
        raise PermissionDenied("Baris ini milik OPD lain; peran Anda tidak mengubahnya.")


def stages_of(row: Row) -> frozenset[Stage]:
    if isinstance(row, Answer):
        from bimtek.framework import framework

        return frozenset({Stage(framework(row.plan.framework).question(row.key).stage)})
    return STAGES.get(type(row), frozenset())


def _guard(row: Row, access: Access) -> None:
    refuse_stranger(row, access)
    if stages := stages_of(row):
        refuse_closed(row.plan, sorted(stages))


@transaction.atomic
def add(row: Row, *, access: Access, links: Links | None = None) -> Row:
    """Saves a new row at the end of its list. The row's plan and region are set here, never by the form."""
    _guard(row, access)
    if not row.position:
        siblings = type(row)._default_manager.filter(plan=row.plan)
        row.position = (siblings.aggregate(last=models.Max("position"))["last"] or 0) + 1
    _save(row, force_insert=True)
    _link(row, links or {})
    _log(row, Change.Deed.CREATED, None, state_of(row, link_names(type(row))), access)
    return row


def new(model: type[Row], plan: Plan, **values: Any) -> Any:
    """An unsaved row of the plan."""
    return model(plan=plan, region=plan.region, **values)


@transaction.atomic
def change(row: Row, *, access: Access, version: int, links: Links | None = None) -> Row:
    """Saves a changed row if nobody saved it since `version`; otherwise ValidationError code 'stale' with both texts."""
    stored = _stored(row)
    refuse_stranger(stored, access)
    _guard(row, access)
    names = link_names(type(row))
    before = state_of(stored, names)
    _claim(row, stored, version)
    row.position = stored.position
    _save(row, force_update=True)
    _link(row, links or {})
    after = state_of(row, names)
    if after != before:
        _log(row, Change.Deed.CHANGED, before, after, access)
    return row


@transaction.atomic
def remove(row: Row, *, access: Access, version: int) -> Change:
    """Deletes the row; the returned Change can be handed to `restore`."""
    stored = _stored(row)
    _guard(stored, access)
    _claim(row, stored, version)
    before = state_of(stored, link_names(type(row)))
    children = _children(stored)
    act = uuid.uuid4()
    for child in children:
        _log(child, Change.Deed.DELETED, state_of(child, link_names(type(child))), None, access, act)
    deed = _log(stored, Change.Deed.DELETED, before, None, access, act)
    stored.delete()
    return deed


@transaction.atomic
def restore(change_row: Change, *, access: Access) -> Row:
    """Brings a deleted row back under its old UUID, or an existing row back to how it stood before the change."""
    if change_row.before is None:
        raise ValidationError("Keadaan sebelum perubahan ini kosong; tidak ada yang dipulihkan.")
    model = row_model(change_row.kind)
    stored = model._default_manager.filter(plan=change_row.plan, pk=change_row.row_id).first()
    names = link_names(model)
    fields = {key: value for key, value in change_row.before.items() if key not in names}
    row = stored or model(pk=change_row.row_id, plan=change_row.plan, region=change_row.region)
    before = state_of(row, names) if stored else None
    if stored:
        refuse_stranger(stored, access)
    for name, value in fields.items():
        setattr(row, name, _revived(model, name, value, change_row.plan))
    _guard(row, access)
    row.version = (stored.version if stored else row.version) + 1
    _save(row)
    _link(row, {n: _still_there(model, n, change_row.before.get(n, []), change_row.plan) for n in names})
    _log(row, Change.Deed.RESTORED, before, state_of(row, names), access)
    if stored is None:
        _restore_children(change_row, access)
    return row


def save_answer(plan: Plan, key: str, text: str, *, access: Access, version: int) -> Answer:
    """Saves the answer to one question; version 0 means that the writer saw none yet."""
    answer = plan.answer_set.filter(key=key).first()
    if answer is None:
        return add(new(Answer, plan, key=key, text=text), access=access)  # type: ignore[return-value]
    if version != answer.version and answer.text == text:
        return answer
    answer.text = text
    return change(answer, access=access, version=version)  # type: ignore[return-value]


def row_model(kind: str) -> type[Row]:
    from django.apps import apps

    model = apps.get_model("bimtek", kind)
    if not issubclass(model, Row):
        raise ValidationError("Jenis baris tidak dikenal.")
    return model


def _stored(row: Row) -> Row:
    stored = type(row)._default_manager.filter(plan_id=row.plan_id, pk=row.pk).first()
    if stored is None:
        raise ValidationError("Baris ini sudah dihapus oleh orang lain.", code="gone")
    return stored


def _save(row: Row, **how: bool) -> None:
    """Checks and writes; a unique value taken in the same instant is a refusal like any other."""
    row.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as clash:
        raise ValidationError("Nomor atau kode yang sama baru saja disimpan orang lain. Ganti nomornya.") from clash


def _claim(row: Row, stored: Row, version: int) -> None:
    """Raises the version if it is still the one the writer saw."""
    claimed = type(row)._default_manager.filter(pk=row.pk, version=version).update(version=F("version") + 1)
    if not claimed:
        _refuse_stale(row, stored)
    row.version = version + 1


def _refuse_stale(row: Row, stored: Row) -> NoReturn:
    last = Change.objects.filter(plan_id=row.plan_id, row_id=row.pk).select_related("by").first()
    who = f"oleh {last.by} " if last and last.by else ""
    when = date_format(timezone.localtime(last.at, row.region.zone), "j F Y H.i") if last else ""
    raise ValidationError(
        f"Baris ini sudah diubah {who}{when} setelah Anda membukanya. Tulisan Anda belum disimpan dan masih ada di bawah.",
        code="stale",
        params={"theirs": state_of(stored), "mine": state_of(row), "version": stored.version},
    )


def _link(row: Row, links: Links) -> None:
    for name, targets in links.items():
        defaults = {"region_id": row.region_id, "plan_id": row.plan_id}
        getattr(row, name).set(list(targets), through_defaults=defaults)


def _children(row: Row) -> list[Row]:
    """Rows that go when this one goes, other than bare links; outermost last."""
    found: list[Row] = []
    for relation in row._meta.related_objects:
        model = relation.related_model
        cascades = relation.on_delete is models.CASCADE  # type: ignore[attr-defined]
        if not cascades or not isinstance(model, type) or not issubclass(model, Row) or _is_link(model):
            continue
        for child in model._default_manager.filter(plan_id=row.plan_id, **{relation.field.name: row}):
            found += [*_children(child), child]
    return found


def _is_link(model: type[Row]) -> bool:
    """Link tables restore with the row that holds the link (see link_names)."""
    return model.__name__ in {"StrategyItem", "ProgrammeOpd", "ProgrammeMission", "ProgrammeStrategy"}


def _restore_children(deletion: Change, access: Access) -> None:
    """The children deleted in the same act stand before their parent in the log, the outermost last."""
    children = deletion.plan.change_set.filter(act=deletion.act, deed=Change.Deed.DELETED, id__lt=deletion.id)
    for child in children.order_by("-id"):
        if not row_model(child.kind)._default_manager.filter(pk=child.row_id).exists():
            restore(child, access=access)


def _revived(model: type[Row], attname: str, value: Any, plan: Plan) -> Any:
    """A field's value from its JSON form; a pointer to something that is gone by now becomes empty."""
    field: Any = next(f for f in model._meta.concrete_fields if f.attname == attname)
    if value is None:
        return None
    if field.is_relation and field.null:
        return next((row.pk for row in field.related_model._default_manager.filter(region=plan.region, pk=value)), None)
    return field.to_python(value)


def _still_there(model: type[Row], name: str, ids: list[str], plan: Plan) -> list[models.Model]:
    target: Any = model._meta.get_field(name).related_model
    return list(target._default_manager.filter(region=plan.region, pk__in=ids))


def _log(
    row: Row,
    deed: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    access: Access,
    act: UUID | None = None,
) -> Change:
    return Change.objects.create(
        act=act or uuid.uuid4(),
        region_id=row.region_id,
        plan_id=row.plan_id,
        kind=row._meta.model_name or "",
        row_id=row.pk,
        label=str(row)[:200],
        deed=deed,
        before=before,
        after=after,
        by=access.user,
    )
