"""Saving while somebody types: single fields of one row, so that two people in one row do not stand in each other's way.

A tab numbers its messages. One that comes twice changes nothing the second time, and what a tab saves within some minutes
is one Change: the log tells deeds, not keystrokes.
"""

import datetime
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from bimtek import ledger
from bimtek.guards import refuse_closed, refuse_stranger, refuse_write, stages_of, while_open
from bimtek.models import Change, Row, Snapshot, Stage
from bimtek.states import link_names, state_of
from regions.access import Access
from regions.prepared import Given, Ids, Prepared

ONE_DEED = datetime.timedelta(minutes=10)

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Origin:
    """The tab that sends, and the number of its message."""

    client: UUID
    seq: int


def last_line(row: Row, origin: Origin) -> Change | None:
    """What this tab last left in the row's log."""
    of = {"plan": row.plan_id, "kind": row._meta.model_name, "row": row.pk, "client": origin.client}
    return next(iter(LAST_LINE.rows(**of)), None)


def _last_line(_: Ids) -> Any:
    wanted = {"plan": "plan", "kind": "kind", "row_id": "row", "client": "client"}
    return Change.objects.filter(**{name: _given(Change, name, value) for name, value in wanted.items()})[:1]


def _given(model: type[models.Model], name: str, value: str = "") -> Given:
    """A value of this field that comes later, under the field's name or another one."""
    field: Any = model._meta.get_field(name)
    return Given(value or name, field.target_field if field.is_relation else field)


LAST_LINE = Prepared(_last_line)


def done_before(last: Change | None, origin: Origin) -> dict[str, Any]:
    """The fields that this very message may have saved already, with what the tab saved in them: it comes again because its
    answer was lost."""
    if last is None or last.seq is None or last.seq < origin.seq:
        return {}
    return {name.removesuffix("_id"): value for name, value in (last.after or {}).items()}


def save_fields(row: R, values: Mapping[str, Any], *, access: Access, origin: Origin, last: Change | None = None) -> R:
    """Saves these fields of a row as it was fetched; the others keep what they have. Links are named like fields.

    ValidationError beside the field; code "stale" when somebody saved since the row was fetched: fetch and merge again.
    `last` is the tab's last line in the log. Takes no savepoint in a transaction that is open: a refusal of the database
    (no field is named) ends that one too, all others come before anything is written.
    """
    try:
        with nullcontext() if connection.in_atomic_block else transaction.atomic():
            return _save(row, values, access, origin, last)
    except IntegrityError as clash:  # a unique value taken in the same instant
        raise ValidationError(ledger.TAKEN) from clash


def _save(row: R, values: Mapping[str, Any], access: Access, origin: Origin, last: Change | None) -> R:
    refuse_stranger(row, access, taking=True)
    links = {name: list(values[name]) for name in link_names(type(row)) if name in values}
    own = [field for field in row._meta.concrete_fields if field.name in values]
    before = _state(row, own, links)
    for field in own:
        setattr(row, field.name, values[field.name])
    refuse_stranger(row, access)
    ledger.check(row, {field.name for field in own})
    stages = sorted(stages_of(row))
    fresh = {field.attname: getattr(row, field.attname) for field in own}
    names = tuple(sorted(fresh))
    if not SAVED.update(type(row), names, *stages, row=row.pk, plan=row.plan_id, known=row.version, **fresh):
        if stages:
            refuse_closed(row.plan, stages)  # says so, if it is that
        raise ValidationError("Baris ini baru saja disimpan orang lain.", code="stale")
    row.version += 1
    ledger.link(row, links)
    _write_down(row, before, _state(row, own, links), access, origin, last)
    return row


def _saved(_: Ids, model: type[Row], names: tuple[str, ...], *stages: Stage) -> Any:
    same: Any = model._default_manager.filter(pk=_given(model, "id", "row"), version=_given(model, "version", "known"))
    if stages:
        same = same.filter(while_open(_given(model, "plan"), stages))
    return same, {name: _given(model, name) for name in names} | {"version": F("version") + 1}


SAVED = Prepared(_saved)
"""Writes these fields of a row if it has the version that is known, and while one of the stages is open."""


def _state(row: Row, own: "Iterable[models.Field[Any, Any]]", links: Iterable[str]) -> dict[str, Any]:
    state = {field.attname: field.value_from_object(row) for field in own}
    return state | {name: sorted(str(pk) for pk in getattr(row, name).values_list("pk", flat=True)) for name in links}


def _write_down(
    row: Row, before: dict[str, Any], after: dict[str, Any], access: Access, origin: Origin, last: Change | None
) -> None:
    """A new line, which takes the place of the tab's last one when that is the row's newest and young: what asks for
    changes since a moment, by number or by time, then finds it."""
    line = ledger.entry(row, Change.Deed.CHANGED, before, after, access)
    line.client, line.seq = origin.client, origin.seq
    goes_on = last and last.row_version == row.version - 1 and _is_young(last, access)
    if not (last and goes_on and _moved_on(last, line, before, after)):
        line.save()


def _moved_on(replaced: Change, line: Change, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Turns the old line into the new one in one statement, with a number above all others.

    Not after the plan was frozen: what reviewers read and what was written since stay apart.
    """
    changed = MOVED_ON.update(
        line=replaced.pk,
        at=timezone.now(),
        began=replaced.began or replaced.at,
        before=None if replaced.before is None else {**before, **replaced.before},
        after={**(replaced.after or {}), **after},
        **{name: getattr(line, name) for name in MOVING},
    )
    return bool(changed)


def _moved_line(_: Ids) -> Any:
    frozen = Exists(Snapshot.objects.filter(plan=OuterRef("plan"), created_at__gt=OuterRef("at")).order_by())
    found = Change.objects.filter(~frozen, pk=_given(Change, "id", "line"))
    sets = {name: _given(Change, name) for name in ("at", "began", "before", "after", *MOVING)}
    return found, {"id": _next_number(), **sets}


MOVING = ("row_version", "seq", "label")
MOVED_ON = Prepared(_moved_line)
"""Gives a line of the log what was saved since, and a number above all others, unless the plan was frozen meanwhile."""


def _next_number() -> Any:
    if connection.vendor == "postgresql":
        table = Change._meta.db_table
        sequence = models.Func(models.Value(table), models.Value("id"), function="pg_get_serial_sequence")
        return models.Func(sequence, function="nextval", output_field=models.BigIntegerField())
    return models.Subquery(Change.objects.order_by("-id").values("id")[:1]) + 1


def _is_young(line: Change, access: Access) -> bool:
    saving = line.deed in (Change.Deed.CREATED, Change.Deed.CHANGED) and line.by_id == access.user.pk
    return saving and timezone.now() - (line.began or line.at) < ONE_DEED


@transaction.atomic
def add_row(row: R, *, access: Access, origin: Origin, links: ledger.Links | None = None) -> R:
    """Saves a new row at the end of its list, under the tab's name in the log."""
    refuse_write(row, access)
    row.position = ledger.last_position(row) + 1
    ledger.check(row)
    ledger.save(row, force_insert=True)
    ledger.link(row, links or {})
    line = ledger.entry(row, Change.Deed.CREATED, None, state_of(row, link_names(type(row))), access)
    line.client, line.seq = origin.client, origin.seq
    line.save()
    return row
