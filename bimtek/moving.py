"""Moving a row among its neighbours: past the next one of its group, or to the place of any of them. One act, which can be undone."""

import uuid
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from bimtek import ledger, offices
from bimtek.guards import refuse_write
from bimtek.models import Change, Plan, Row
from bimtek.ordering import GROUPS, place_field
from bimtek.states import row_model
from regions.access import Access, Permission

ASIDE = 20_000
"""Added to places while rows change them, since no two rows may carry one number; far above any list's length."""
STALE = "Urutan ini baru saja diubah orang lain. Muat ulang daftarnya, lalu pindahkan lagi."


OTHER_GROUP = "“{}” berada di kelompok lain. Baris hanya dipindahkan di dalam kelompoknya sendiri."


@transaction.atomic
def move(row: Row, *, up: bool, access: Access, version: int) -> UUID | None:
    """Lets the row change places with the neighbour before or after it, among those that this person may write.

    Returns the act, which `writing.undo` takes back; None where it stands at that end already.
    """
    rows, at = _found(row, access, version)
    return _moved(rows, at, at - 1 if up else at + 1, access)


@transaction.atomic
def move_to(row: Row, onto: Row, *, access: Access, version: int) -> UUID | None:
    """Gives the row the place of another of its group; those in between move on by one. None where it stands there already."""
    rows, at = _found(row, access, version)
    to = next((n for n, each in enumerate(rows) if each.pk == onto.pk), -1)
    if to < 0:
        raise ValidationError(OTHER_GROUP.format(onto))
    return _moved(rows, at, to, access)


def _found(row: Row, access: Access, version: int) -> tuple[list[Any], int]:
    """The rows of its group, and where among them it stands."""
    if type(row) not in GROUPS:
        raise ValidationError("Urutan baris ini mengikuti kode atau jenjangnya, jadi tidak dipindahkan.")
    refuse_write(row, access)
    rows = neighbours(row, access)
    at = next((n for n, each in enumerate(rows) if each.pk == row.pk), -1)
    if at < 0 or rows[at].version != version:
        raise ValidationError(STALE, code="stale")
    return rows, at


def _moved(rows: list[Any], at: int, to: int, access: Access) -> UUID | None:
    if to == at or not 0 <= to < len(rows):
        return None
    rows.insert(to, rows.pop(at))
    return _exchange(
        [(each, place) for each, place in zip(rows, _places(rows), strict=True)], access, Change.Deed.CHANGED
    )


def neighbours(row: Row, access: Access) -> list[Any]:
    """The rows of its group that this person may write, in their order."""
    model = type(row)
    own = {} if access.may(Permission.FILL_ALL) else {f"{offices.owner_path(model)}__in": access.opd_ids}
    same = {name: getattr(row, name) for name in GROUPS[model]}
    return list(
        model._default_manager.filter(plan=row.plan, **same, **own).order_by(place_field(model), "position", "id")
    )


def _places(rows: Sequence[Any]) -> list[int]:
    """The places that the rows have between them, in order; where two share one, the later moves on."""
    found: list[int] = []
    for place in sorted(getattr(row, place_field(type(row))) for row in rows):
        found.append(max(place, found[-1] + 1) if found else place)
    return found


def _exchange(wanted: list[tuple[Any, int]], access: Access, deed: str) -> UUID:
    """Gives the rows these places; those that have theirs are left alone."""
    act, name = uuid.uuid4(), place_field(type(wanted[0][0]))
    changed = [(row, getattr(row, name), place) for row, place in wanted if getattr(row, name) != place]
    for row, _, place in changed:
        same = type(row)._default_manager.filter(pk=row.pk, version=row.version)
        if not same.update(version=F("version") + 1, **{name: place + ASIDE}):
            raise ValidationError(STALE, code="stale")
    for row, before, place in changed:
        try:
            with transaction.atomic():
                type(row)._default_manager.filter(pk=row.pk).update(**{name: place})
        except IntegrityError as clash:
            raise ValidationError(ledger.TAKEN) from clash
        setattr(row, name, place)
        row.version += 1
        ledger.entry(row, deed, {name: before}, {name: place}, access, act).save()
    return act


def is_move(entries: Sequence[Change]) -> bool:
    """Whether an act did nothing but give rows of one kind other places."""
    kinds = {entry.kind for entry in entries}
    if len(kinds) != 1 or row_model(entries[0].kind) not in GROUPS:
        return False
    name = place_field(row_model(entries[0].kind))
    return all(set(entry.before or ()) == set(entry.after or ()) == {name} for entry in entries)


def put_back(plan: Plan, entries: Sequence[Change], access: Access) -> None:
    """Gives the rows of a move the places that they had."""
    model = row_model(entries[0].kind)
    name, stored = place_field(model), model._default_manager.filter(plan=plan).in_bulk([e.row_id for e in entries])
    if len(stored) < len(entries):
        raise ValidationError("Salah satu baris ini sudah dihapus, jadi urutannya tidak dapat dikembalikan.")
    for row in stored.values():
        refuse_write(row, access)
    _exchange([(stored[entry.row_id], entry.before[name]) for entry in entries], access, Change.Deed.RESTORED)
