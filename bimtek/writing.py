"""Every change of what a region writes goes through here: only while its stage is open, by somebody who may, with the
row's version checked, and with a Change row that keeps before and after.

Each verb is one transaction. A refusal is a ValidationError in the user's language; code "stale" carries the row as it
stands now in params["theirs"] and what was typed in params["mine"], so that neither text is lost.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bimtek import ledger
from bimtek.guards import owner_of, refuse_closed, refuse_stranger, refuse_unless, refuse_write, stages_of
from bimtek.models import Answer, Change, Plan, Row
from bimtek.moving import move, move_to
from bimtek.removing import entries_of, remove, remove_many, restore, take_back, undo
from bimtek.states import link_names, row_model, state_of
from regions.access import Access

__all__ = [
    "add",
    "add_many",
    "change",
    "change_many",
    "entries_of",
    "link_names",
    "move",
    "move_to",
    "new",
    "owner_of",
    "refuse_closed",
    "refuse_stranger",
    "refuse_unless",
    "refuse_write",
    "remove",
    "remove_many",
    "restore",
    "row_model",
    "save_answer",
    "stages_of",
    "state_of",
    "take_back",
    "undo",
]  # fmt: skip

R = TypeVar("R", bound=Row)


def new(model: type[R], plan: Plan, **values: Any) -> R:
    """An unsaved row of the plan."""
    return model(plan=plan, region=plan.region, **values)


# --- writing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add(row: R, *, access: Access, links: ledger.Links | None = None, act: UUID | None = None) -> R:
    """Saves a new row at the end of its list. The row's plan and region are set here, never by the form.

    `act` joins it to others' changes. Sent twice (same id, same content) it stays one row; the same id with other content is refused as stale.
    """
    refuse_write(row, access)
    if twin := type(row)._default_manager.filter(plan_id=row.plan_id, pk=row.pk).first():
        refuse_stranger(twin, access)
        return _same_as(twin, row)
    if not row.position:
        row.position = ledger.last_position(row) + 1
    ledger.check(row)
    ledger.save(row, force_insert=True)
    ledger.link(row, links or {})
    ledger.log(row, Change.Deed.CREATED, None, state_of(row, link_names(type(row))), access, act)
    return row


def _same_as(twin: R, row: R) -> R:
    row.position = row.position or twin.position
    if state_of(twin) != state_of(row):
        ledger.refuse_stale(row, twin)
    return twin


@transaction.atomic
def add_many(rows: Sequence[R], *, access: Access, act: UUID | None = None) -> Sequence[R]:
    """Saves many new rows of one kind without links as one act (or part of `act`), in a few queries however many they are.

    What they point to is handed in as fetched rows of the plan; the database checks it once more.
    """
    if not rows:
        return rows
    for row in {owner_of(row): row for row in rows}.values():
        refuse_write(row, access)
    last, pointers = ledger.last_position(rows[0]), [f.name for f in rows[0]._meta.concrete_fields if f.is_relation]
    for place, row in enumerate(rows, start=last + 1):
        row.position = place
        row.full_clean(exclude=pointers, validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            type(rows[0])._default_manager.bulk_create(rows)
    except IntegrityError as clash:
        raise ValidationError(ledger.TAKEN) from clash
    joined = act or uuid.uuid4()
    Change.objects.bulk_create(
        [ledger.entry(row, Change.Deed.CREATED, None, state_of(row), access, joined) for row in rows]
    )
    return rows


@transaction.atomic
def change(row: R, *, access: Access, version: int, links: ledger.Links | None = None, act: UUID | None = None) -> R:
    """Saves a changed row if nobody saved it since `version`; otherwise ValidationError code 'stale' with both texts.

    A row that already reads like this is left as it is: no new version, no Change. `act` joins it to others' changes.
    """
    stored = ledger.stored_row(row)
    refuse_stranger(stored, access, taking=True)
    refuse_write(row, access)
    names = link_names(type(row))
    before = state_of(stored, names)
    row.position = stored.position
    ledger.check(row)
    wanted = {name: sorted(str(target.pk) for target in targets) for name, targets in (links or {}).items()}
    if {**before, **state_of(row), **wanted} == before:
        row.version = stored.version
        return row
    ledger.claim(row, stored, version)
    ledger.save(row, force_update=True)
    ledger.link(row, links or {})
    ledger.log(row, Change.Deed.CHANGED, before, state_of(row, names), access, act)
    return row


@transaction.atomic
def change_many(rows: Iterable[tuple[R, int]], *, access: Access) -> UUID | None:
    """Saves changed rows, each with the version its writer saw, as one act: all of them, or none where one is refused.

    Returns the act, which `undo` takes back; None when every row already read like this.
    """
    act, touched = uuid.uuid4(), False
    for row, version in rows:
        try:
            change(row, access=access, version=version, act=act)
        except ValidationError as refusal:
            raise ValidationError(
                f"{row}: {' '.join(refusal.messages)}", code=getattr(refusal, "code", "")
            ) from refusal
        touched = touched or row.version == version + 1
    return act if touched else None


def save_answer(plan: Plan, key: str, text: str, *, access: Access, version: int) -> Answer:
    """Saves the answer to one question; version 0 means that the writer saw none yet.

    Saved by a person it is no longer a draft of an earlier plan, though its words may be the same.
    """
    answer = plan.answer_set.filter(key=key).first()
    if answer is None:
        try:
            return add(new(Answer, plan, key=key, text=text), access=access)
        except ValidationError:
            answer = plan.answer_set.filter(key=key).first()  # somebody answered it in the same instant
            if answer is None:
                raise
    answer.text, answer.draft_of, answer.draft_version = text, "", None
    return change(answer, access=access, version=version)
