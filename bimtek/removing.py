"""Deleting rows and bringing them, or an earlier state of them, back."""

import uuid
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Max

from bimtek import ledger, moving
from bimtek.guards import owner_of, refuse_stranger, refuse_write
from bimtek.models import Change, Plan, Row
from bimtek.states import (
    LINK_MODELS,
    children_of,
    freed_by,
    link_names,
    put_values,
    row_model,
    state_of,
    still_there,
)
from regions.access import Access


@transaction.atomic
def remove(row: Row, *, access: Access, version: int) -> Change:
    """Deletes the row with what hangs on it; the returned Change can be handed to `restore`.

    In the log stand, as one act: rows that now point to nothing, children and links (innermost first), the row itself.
    """
    stored = ledger.stored_row(row)
    refuse_write(stored, access)
    ledger.claim(row, stored, version)
    stored.version = row.version
    act, children = uuid.uuid4(), children_of([stored])
    entries = [_freed(pointer, fields, access, act) for pointer, fields in freed_by([*children, stored])]
    entries += [
        ledger.entry(gone, Change.Deed.DELETED, state_of(gone, link_names(type(gone))), None, access, act)
        for gone in children
    ]
    Change.objects.bulk_create(entries)
    deed = ledger.log(stored, Change.Deed.DELETED, state_of(stored, link_names(type(stored))), None, access, act)
    stored.delete()
    return deed


@transaction.atomic
def remove_many(rows: Sequence[Row], *, access: Access) -> None:
    """Deletes many rows of one kind that nothing hangs on, as one act. For marks such as presence, which hold no text."""
    if not rows:
        return
    for row in {owner_of(row): row for row in rows}.values():
        refuse_write(row, access)
    act = uuid.uuid4()
    Change.objects.bulk_create(
        [ledger.entry(row, Change.Deed.DELETED, state_of(row), None, access, act) for row in rows]
    )
    type(rows[0])._default_manager.filter(plan_id=rows[0].plan_id, pk__in=[row.pk for row in rows]).delete()


def _freed(row: Row, fields: list[str], access: Access, act: UUID) -> Change:
    """Empties the pointers of a row whose target is about to go."""
    names = link_names(type(row))
    before = state_of(row, names)
    empty: dict[str, Any] = dict.fromkeys(fields)
    type(row)._default_manager.filter(pk=row.pk).update(**empty, version=F("version") + 1)
    row.version += 1
    return ledger.entry(row, Change.Deed.CHANGED, before, {**before, **empty}, access, act)


@transaction.atomic
def restore(change_row: Change, *, access: Access, only: str = "") -> Row:
    """Brings a deleted row back under its old UUID with all that went with it, or a row back to before a change.

    `only` turns back this one field of the change; the others stay as they are now.
    """
    if change_row.before is None or (only and only not in change_row.before):
        raise ValidationError("Keadaan sebelum perubahan ini kosong; tidak ada yang dipulihkan.")
    model = row_model(change_row.kind)
    stored = model._default_manager.filter(plan=change_row.plan, pk=change_row.row_id).first()
    if stored and not only and moving.is_move([change_row]) and _changed_together(change_row) > 1:
        undo(change_row.plan, change_row.act, access=access)  # alone it would stand where its neighbour does
        return model._default_manager.get(pk=stored.pk)
    if change_row.deed == Change.Deed.DELETED:
        if stored:
            raise ValidationError("Baris ini sudah ada lagi, jadi tidak perlu dipulihkan.")
        return _bring_back(change_row, access)
    if stored is None:
        raise ValidationError("Baris ini sudah dihapus. Pulihkan dulu dari penghapusannya di riwayat.")
    state = {only: change_row.before[only]} if only else change_row.before
    return _turn_back(stored, state, access)


def _changed_together(change_row: Change) -> int:
    return change_row.plan.change_set.filter(act=change_row.act, deed=Change.Deed.CHANGED).count()


def _turn_back(stored: Row, state: dict[str, Any], access: Access) -> Row:
    model, names = type(stored), link_names(type(stored))
    refuse_stranger(stored, access)
    row = model._default_manager.get(plan=stored.plan, pk=stored.pk)
    put_values(row, state, names)
    refuse_write(row, access)
    ledger.check(row, {field.name for field in row._meta.concrete_fields if field.attname in state})
    before = state_of(stored, names)
    ledger.claim(row, stored, stored.version)
    ledger.save(row, force_update=True)
    ledger.link(row, {n: still_there(model, n, state[n], stored.plan) for n in names if n in state})
    ledger.log(row, Change.Deed.RESTORED, before, state_of(row, names), access)
    return row


def _bring_back(deletion: Change, access: Access) -> Row:
    row = _reborn(deletion)
    refuse_write(row, access)
    ledger.check(row)
    ledger.save(row, force_insert=True)
    act, back = uuid.uuid4(), {str(row.pk)}
    same_act = deletion.plan.change_set.filter(act=deletion.act, id__lt=deletion.id).order_by("-id")
    for gone in same_act.filter(deed=Change.Deed.DELETED):  # the outermost first, so a parent is there before its child
        if back & {str(value) for value in gone.before.values()}:
            _bring_child(gone, access, act)
            back.add(str(gone.row_id))
    for freed in same_act.filter(deed=Change.Deed.CHANGED):
        _point_again(freed, back, access, act)
    ledger.log(row, Change.Deed.RESTORED, None, state_of(row, link_names(type(row))), access, act)
    return row


def _reborn(deletion: Change) -> Row:
    """The row as it was, with a version above all that it ever had."""
    model = row_model(deletion.kind)
    row = model(id=deletion.row_id, plan=deletion.plan, region=deletion.region)
    put_values(row, deletion.before, link_names(model))
    log = deletion.plan.change_set.filter(row_id=deletion.row_id).aggregate(
        lines=Count("id"), highest=Max("row_version")
    )
    row.version = max(log["lines"], log["highest"] or 0) + 1
    return row


def _bring_child(deletion: Change, access: Access, act: UUID) -> None:
    try:
        child = _reborn(deletion)
    except ValidationError:
        if issubclass(row_model(deletion.kind), LINK_MODELS):
            return  # the other end of the link is gone by now
        raise
    ledger.check(child)
    ledger.save(child, force_insert=True)
    ledger.log(child, Change.Deed.RESTORED, None, state_of(child), access, act)


def _point_again(freed: Change, back: set[str], access: Access, act: UUID) -> None:
    """Lets a row point again to what came back, unless it points elsewhere by now."""
    row = row_model(freed.kind)._default_manager.filter(plan=freed.plan, pk=freed.row_id).first()
    lost = {name: value for name, value in freed.before.items() if str(value) in back and freed.after[name] is None}
    if row is None or not lost or any(getattr(row, name) is not None for name in lost):
        return
    names = link_names(type(row))
    before = state_of(row, names)
    type(row)._default_manager.filter(pk=row.pk).update(**lost, version=F("version") + 1)
    row.refresh_from_db()
    ledger.log(row, Change.Deed.RESTORED, before, state_of(row, names), access, act)


@transaction.atomic
def undo(plan: Plan, act: UUID, *, access: Access) -> int:
    """Takes back an act of changes whose rows nobody touched since; returns how many rows."""
    entries = list(plan.change_set.filter(act=act, deed=Change.Deed.CHANGED))
    if not entries:
        raise ValidationError("Tindakan ini tidak mengubah baris, jadi tidak ada yang diurungkan.")
    rows = [entry.row_id for entry in entries]
    if later := plan.change_set.filter(row_id__in=rows, id__gt=entries[-1].id).exclude(act=act).first():
        raise ValidationError(
            f"“{later.label}” sudah diubah lagi sesudahnya. Pulihkan baris satu per satu dari riwayat."
        )
    if moving.is_move(entries):  # one by one they would stand in each other's way
        moving.put_back(plan, entries, access)
        return len(entries)
    for entry in entries:
        restore(entry, access=access)
    return len(entries)


def entries_of(plan: Plan, acts: Sequence[UUID], *, deed: str) -> list[Change]:
    """What these acts left in the log, newest first; refused when somebody went on with one of their rows. `deed` names them."""
    entries = list(plan.change_set.filter(act__in=acts).order_by("-id"))
    if not entries:
        raise ValidationError(f"{deed[:1].upper()}{deed[1:]} ini tidak mengubah apa pun.")
    own = {entry.row_id for entry in entries}
    later = plan.change_set.filter(row_id__in=own, id__gt=entries[-1].id).exclude(act__in=acts).first()
    if later:
        raise ValidationError(
            f"“{later.label}” sudah diubah lagi sesudah {deed}. Pulihkan baris satu per satu dari riwayat."
        )
    return entries


def take_back(entry: Change, *, access: Access) -> None:
    """One entry of the log, undone. Rows that a deletion took along come back with the row that was deleted."""
    model = row_model(entry.kind)
    stored = model._default_manager.filter(plan=entry.plan, pk=entry.row_id).first()
    if entry.deed == Change.Deed.CREATED:
        if stored:
            remove(stored, access=access, version=stored.version)
    elif entry.deed == Change.Deed.DELETED:
        if stored is None:
            restore(entry, access=access)
    elif stored and state_of(stored, link_names(model)) != entry.before:
        restore(entry, access=access)
