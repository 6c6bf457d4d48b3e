"""Every change of what a region writes goes through here: only while its stage is open, by somebody who may, with the
row's version checked, and with a Change row that keeps before and after.

Each verb is one transaction. A refusal is a ValidationError in the user's language; code "stale" carries the row as it
stands now in params["theirs"] and what was typed in params["mine"], so that neither text is lost.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from bimtek.guards import owner_of, refuse_closed, refuse_stranger, refuse_unless, refuse_write, stages_of
from bimtek.models import Answer, Change, Plan, Row
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

__all__ = [
    "add",
    "add_many",
    "change",
    "change_many",
    "link_names",
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
    "undo",
]  # fmt: skip

R = TypeVar("R", bound=Row)
Links = Mapping[str, Iterable[models.Model]]
TAKEN = "Nomor atau kode yang sama baru saja disimpan orang lain. Ganti nomornya."


def new(model: type[R], plan: Plan, **values: Any) -> R:
    """An unsaved row of the plan."""
    return model(plan=plan, region=plan.region, **values)


# --- writing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add(row: R, *, access: Access, links: Links | None = None) -> R:
    """Saves a new row at the end of its list. The row's plan and region are set here, never by the form.

    Sent twice (same id, same content) it stays one row; the same id with other content is refused as stale.
    """
    refuse_write(row, access)
    if twin := type(row)._default_manager.filter(plan_id=row.plan_id, pk=row.pk).first():
        return _same_as(twin, row)
    if not row.position:
        row.position = _last_position(row) + 1
    _check(row)
    _save(row, force_insert=True)
    _link(row, links or {})
    _log(row, Change.Deed.CREATED, None, state_of(row, link_names(type(row))), access)
    return row


def _same_as(twin: R, row: R) -> R:
    row.position = row.position or twin.position
    if state_of(twin) != state_of(row):
        _refuse_stale(row, twin)
    return twin


def _last_position(row: Row) -> int:
    siblings = type(row)._default_manager.filter(plan=row.plan)
    return siblings.aggregate(last=models.Max("position"))["last"] or 0


@transaction.atomic
def add_many(rows: Sequence[R], *, access: Access) -> Sequence[R]:
    """Saves many new rows of one kind without links as one act, in a few queries however many they are.

    What they point to is handed in as fetched rows of the plan; the database checks it once more.
    """
    if not rows:
        return rows
    for row in {owner_of(row): row for row in rows}.values():
        refuse_write(row, access)
    last, pointers = _last_position(rows[0]), [f.name for f in rows[0]._meta.concrete_fields if f.is_relation]
    for place, row in enumerate(rows, start=last + 1):
        row.position = place
        row.full_clean(exclude=pointers, validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            type(rows[0])._default_manager.bulk_create(rows)
    except IntegrityError as clash:
        raise ValidationError(TAKEN) from clash
    act = uuid.uuid4()
    Change.objects.bulk_create([_entry(row, Change.Deed.CREATED, None, state_of(row), access, act) for row in rows])
    return rows


@transaction.atomic
def change(row: R, *, access: Access, version: int, links: Links | None = None, act: UUID | None = None) -> R:
    """Saves a changed row if nobody saved it since `version`; otherwise ValidationError code 'stale' with both texts.

    A row that already reads like this is left as it is: no new version, no Change. `act` joins it to others' changes.
    """
    stored = _stored(row)
    refuse_stranger(stored, access, taking=True)
    refuse_write(row, access)
    names = link_names(type(row))
    before = state_of(stored, names)
    row.position = stored.position
    _check(row)
    wanted = {name: sorted(str(target.pk) for target in targets) for name, targets in (links or {}).items()}
    if {**before, **state_of(row), **wanted} == before:
        row.version = stored.version
        return row
    _claim(row, stored, version)
    _save(row, force_update=True)
    _link(row, links or {})
    _log(row, Change.Deed.CHANGED, before, state_of(row, names), access, act)
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
    for entry in entries:
        restore(entry, access=access)
    return len(entries)


def save_answer(plan: Plan, key: str, text: str, *, access: Access, version: int) -> Answer:
    """Saves the answer to one question; version 0 means that the writer saw none yet."""
    answer = plan.answer_set.filter(key=key).first()
    if answer is None:
        try:
            return add(new(Answer, plan, key=key, text=text), access=access)
        except ValidationError:
            answer = plan.answer_set.filter(key=key).first()  # somebody answered it in the same instant
            if answer is None:
                raise
    answer.text = text
    return change(answer, access=access, version=version)


# --- deleting and bringing back ------------------------------------------------------------------------------------


@transaction.atomic
def remove(row: Row, *, access: Access, version: int) -> Change:
    """Deletes the row with what hangs on it; the returned Change can be handed to `restore`.

    In the log stand, as one act: rows that now point to nothing, children and links (innermost first), the row itself.
    """
    stored = _stored(row)
    refuse_write(stored, access)
    _claim(row, stored, version)
    act, children = uuid.uuid4(), children_of([stored])
    entries = [_freed(pointer, fields, access, act) for pointer, fields in freed_by([*children, stored])]
    entries += [
        _entry(gone, Change.Deed.DELETED, state_of(gone, link_names(type(gone))), None, access, act)
        for gone in children
    ]
    Change.objects.bulk_create(entries)
    deed = _log(stored, Change.Deed.DELETED, state_of(stored, link_names(type(stored))), None, access, act)
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
    Change.objects.bulk_create([_entry(row, Change.Deed.DELETED, state_of(row), None, access, act) for row in rows])
    type(rows[0])._default_manager.filter(plan_id=rows[0].plan_id, pk__in=[row.pk for row in rows]).delete()


def _freed(row: Row, fields: list[str], access: Access, act: UUID) -> Change:
    """Empties the pointers of a row whose target is about to go."""
    names = link_names(type(row))
    before = state_of(row, names)
    empty: dict[str, Any] = dict.fromkeys(fields)
    type(row)._default_manager.filter(pk=row.pk).update(**empty, version=F("version") + 1)
    return _entry(row, Change.Deed.CHANGED, before, {**before, **empty}, access, act)


@transaction.atomic
def restore(change_row: Change, *, access: Access) -> Row:
    """Brings a deleted row back under its old UUID with all that went with it, or a row back to before a change."""
    if change_row.before is None:
        raise ValidationError("Keadaan sebelum perubahan ini kosong; tidak ada yang dipulihkan.")
    model = row_model(change_row.kind)
    stored = model._default_manager.filter(plan=change_row.plan, pk=change_row.row_id).first()
    if change_row.deed == Change.Deed.DELETED:
        if stored:
            raise ValidationError("Baris ini sudah ada lagi, jadi tidak perlu dipulihkan.")
        return _bring_back(change_row, access)
    if stored is None:
        raise ValidationError("Baris ini sudah dihapus. Pulihkan dulu dari penghapusannya di riwayat.")
    return _turn_back(stored, change_row, access)


def _turn_back(stored: Row, change_row: Change, access: Access) -> Row:
    model, names = type(stored), link_names(type(stored))
    refuse_stranger(stored, access)
    row = model._default_manager.get(plan=change_row.plan, pk=stored.pk)
    put_values(row, change_row.before, names)
    refuse_write(row, access)
    _check(row)
    before = state_of(stored, names)
    _claim(row, stored, stored.version)
    _save(row, force_update=True)
    _link(row, {n: still_there(model, n, change_row.before.get(n, []), change_row.plan) for n in names})
    _log(row, Change.Deed.RESTORED, before, state_of(row, names), access)
    return row


def _bring_back(deletion: Change, access: Access) -> Row:
    row = _reborn(deletion)
    refuse_write(row, access)
    _check(row)
    _save(row, force_insert=True)
    act, back = uuid.uuid4(), {str(row.pk)}
    same_act = deletion.plan.change_set.filter(act=deletion.act, id__lt=deletion.id).order_by("-id")
    for gone in same_act.filter(deed=Change.Deed.DELETED):  # the outermost first, so a parent is there before its child
        if back & {str(value) for value in gone.before.values()}:
            _bring_child(gone, access, act)
            back.add(str(gone.row_id))
    for freed in same_act.filter(deed=Change.Deed.CHANGED):
        _point_again(freed, back, access, act)
    _log(row, Change.Deed.RESTORED, None, state_of(row, link_names(type(row))), access, act)
    return row


def _reborn(deletion: Change) -> Row:
    """The row as it was, with a version above all that it ever had (each version left one Change)."""
    model = row_model(deletion.kind)
    row = model(id=deletion.row_id, plan=deletion.plan, region=deletion.region)
    put_values(row, deletion.before, link_names(model))
    row.version = deletion.plan.change_set.filter(row_id=deletion.row_id).count() + 1
    return row


def _bring_child(deletion: Change, access: Access, act: UUID) -> None:
    try:
        child = _reborn(deletion)
    except ValidationError:
        if issubclass(row_model(deletion.kind), LINK_MODELS):
            return  # the other end of the link is gone by now
        raise
    _check(child)
    _save(child, force_insert=True)
    _log(child, Change.Deed.RESTORED, None, state_of(child), access, act)


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
    _log(row, Change.Deed.RESTORED, before, state_of(row, names), access, act)


# --- one row -------------------------------------------------------------------------------------------------------


def _stored(row: Row) -> Any:
    stored = type(row)._default_manager.filter(plan_id=row.plan_id, pk=row.pk).first()
    if stored is None:
        raise ValidationError("Baris ini sudah dihapus oleh orang lain.", code="gone")
    return stored


def _check(row: Row) -> None:
    row.full_clean(validate_unique=False)


def _save(row: Row, **how: Any) -> None:
    """A unique value taken in the same instant is a refusal like any other."""
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as clash:
        raise ValidationError(TAKEN) from clash


def _claim(row: Row, stored: Row, version: int) -> None:
    """Raises the version if it is still the one the writer saw."""
    claimed = type(row)._default_manager.filter(pk=row.pk, version=version).update(version=F("version") + 1)
    if not claimed:
        _refuse_stale(row, stored)
    row.version = version + 1


def _refuse_stale(row: Row, stored: Row) -> NoReturn:
    last = Change.objects.filter(plan_id=row.plan_id, row_id=row.pk).select_related("by").first()
    who = f" oleh {last.by}" if last and last.by else ""
    when = f" {date_format(timezone.localtime(last.at, row.region.zone), 'j F Y H.i')}" if last else ""
    raise ValidationError(
        f"Baris ini sudah diubah{who}{when} setelah Anda membukanya. Tulisan Anda belum disimpan dan masih ada di bawah.",
        code="stale",
        params={"theirs": state_of(stored), "mine": state_of(row), "version": stored.version},
    )


def _link(row: Row, links: Links) -> None:
    defaults = {"region_id": row.region_id, "plan_id": row.plan_id}
    for name, targets in links.items():
        chosen = list(targets)
        for target in chosen:
            if any(getattr(target, key, value) != value for key, value in defaults.items()):
                raise ValidationError("Pilihan ini bukan milik rencana Anda.")
        getattr(row, name).set(chosen, through_defaults=defaults)


def _entry(
    row: Row, deed: str, before: dict[str, Any] | None, after: dict[str, Any] | None, access: Access, act: UUID
) -> Change:
    return Change(
        act=act,
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


def _log(
    row: Row,
    deed: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    access: Access,
    act: UUID | None = None,
) -> Change:
    entry = _entry(row, deed, before, after, access, act or uuid.uuid4())
    entry.save()
    return entry
