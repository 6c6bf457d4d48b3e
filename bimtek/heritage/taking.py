"""Takes rows over from an earlier plan: asked for, done as one act in one transaction, and taken back as one. Verbs only.

Both are jobs: a whole plan is thousands of rows. Every verb can be run twice; the row's state says what is still to do.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from bimtek import writing
from bimtek.heritage import picking
from bimtek.heritage.kinds import BY_KEY, KINDS
from bimtek.heritage.picking import Picked
from bimtek.models import Answer, Change, Plan, Row, Takeover
from bimtek.removing import entries_of, take_back
from bimtek.states import LINK_MODELS, children_of, freed_by
from regions import audit, jobs
from regions.access import Access, Permission, access_of

TAKE_JOB, UNDO_JOB = "take_over", "undo_takeover"
State = Takeover.State
CHANGED_SINCE = "Isi rencana berubah sejak pratinjau. Baca pratinjaunya lagi, lalu salin."


def ask(plan: Plan, source: Plan, chosen: Collection[str], seen: Mapping[str, Any], *, access: Access) -> Takeover:
    """Asks for the chosen kinds. `seen`: kind → rows that the preview promised; other numbers by now are refused."""
    writing.refuse_unless(access, Permission.FILL_ALL)
    picked = [each for each in picking.pick(plan, source, chosen) if not each.closed]
    counts = counts_of(picked)
    if not sum(counts.values()):
        raise ValidationError(
            "Tidak ada yang dapat disalin dari pilihan ini. Centang sedikitnya satu jenis yang berisi."
        )
    if counts != dict(seen):
        raise ValidationError(CHANGED_SINCE, code="stale")
    with transaction.atomic():
        list(plan.submission_set.select_for_update(no_key=True))  # two clicks ask once
        if plan.takeovers.filter(state__in=[State.WAITING, State.UNDOING]).exists():
            raise ValidationError("Masih ada penyalinan yang sedang dikerjakan. Tunggu sampai selesai.")
        row = Takeover.objects.create(
            region=plan.region, plan=plan, source=source, source_name=str(source)[:200],
            chosen=[kind.key for kind in KINDS if kind.key in counts], seen=counts, by=access.user,
        )  # fmt: skip
        jobs.ask(TAKE_JOB, row.pk, region=plan.region, by=access.user, priority=jobs.AHEAD)
    return row


def counts_of(picked: Iterable[Picked]) -> dict[str, int]:
    return {each.kind.key: each.count for each in picked if each.count}


def take(row: Takeover) -> None:
    """Writes what was asked for, all of it or nothing."""
    if row.state != State.WAITING:
        return
    try:
        access = _access(row)
        if row.source is None:
            raise ValidationError("Rencana terdahulu itu tidak ada lagi.")
        with transaction.atomic():
            writing.refuse_unless(access, Permission.FILL_ALL)
            picked = [each for each in picking.pick(row.plan, row.source, row.chosen) if not each.closed]
            if counts_of(picked) != row.seen:
                raise ValidationError(CHANGED_SINCE)
            for each in picked:
                _write(each, access, row.act)
            names = ", ".join(BY_KEY[key].title for key in row.chosen)
            audit.record(
                row.region, audit.Kind.MOVE, "menyalin dari masterplan terdahulu", by=access, about=row,
                label=f"{row.source_name} → {row.plan.enrolment.cohort}: {names}",
            )  # fmt: skip
            count = sum(row.seen.values())
            _finish(row, State.DONE, f"{count} baris disalin dari {row.source_name}.", rows=count)
    except (ValidationError, PermissionDenied) as refusal:
        _finish(row, State.FAILED, f"Tidak ada yang disalin. {_words(refusal)}")


def _write(picked: Picked, access: Access, act: UUID) -> None:
    plain: list[Row] = []
    for row in picked.new:
        if picked.links.get(row.pk) is None and not isinstance(row, Answer):
            if plain and type(plain[0]) is not type(row):
                _many(plain, access, act)
            plain.append(row)
            continue
        _many(plain, access, act)
        _mark(row, 1)
        writing.add(row, access=access, links=picked.links.get(row.pk), act=act)
    _many(plain, access, act)
    for row in picked.filled:
        _mark(row, row.version + 1)
        writing.change(row, access=access, version=row.version, act=act)


def _many(rows: list[Row], access: Access, act: UUID) -> None:
    """Writes rows of one kind without links at once, and forgets them."""
    if rows:
        writing.add_many(rows, access=access, act=act)
        rows.clear()


def _mark(row: Row, version: int) -> None:
    """A narrative counts as the earlier plan's draft in exactly the version that this gives it."""
    if isinstance(row, Answer):
        row.draft_version = version


# --- taking back -----------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_undo(row: Takeover, *, access: Access) -> None:
    """Asks for everything to be taken back; refused at once when somebody went on with a copied row."""
    writing.refuse_unless(access, Permission.FILL_ALL)
    if not Takeover.objects.filter(pk=row.pk, state=State.DONE).update(state=State.UNDOING, by=access.user):
        raise ValidationError("Penyalinan ini belum selesai atau sudah diurungkan.")
    _untouched(row)
    jobs.ask(UNDO_JOB, row.pk, region=row.region, by=access.user, priority=jobs.AHEAD)


def undo(row: Takeover) -> None:
    if row.state != State.UNDOING:
        return
    try:
        access = _access(row)
        with transaction.atomic():
            writing.refuse_unless(access, Permission.FILL_ALL)
            for entry in _outermost_first(_untouched(row)):
                take_back(entry, access=access)
            _finish(row, State.UNDONE, f"{row.rows} baris dari {row.source_name} diurungkan.")
    except (ValidationError, PermissionDenied) as refusal:
        _finish(row, State.DONE, f"Tidak ada yang diurungkan. {_words(refusal)}")


def _untouched(row: Takeover) -> list[Change]:
    """The entries of the act; ValidationError when a copied row was changed since, or something new hangs on one."""
    entries = entries_of(row.plan, [row.act], deed="penyalinan")
    own = {entry.row_id for entry in entries}
    for model, ids in _by_kind(entry for entry in entries if entry.deed == Change.Deed.CREATED).items():
        rows = list(model._default_manager.filter(plan=row.plan, pk__in=ids))
        children = children_of(rows) if rows else []
        freed = [pointer for pointer, _ in freed_by(rows)] if rows else []
        strange = [each for each in (*children, *freed) if _owner(each) not in own]
        if strange:
            raise ValidationError(
                f"“{strange[0]}” ditulis sesudah penyalinan dan bergantung pada baris yang disalin. "
                "Hapus atau ubah itu dulu, lalu urungkan lagi."
            )
    return entries


def _owner(row: Any) -> UUID:
    """The row that a link belongs to; any other row is its own."""
    names = ("programme_id", "strategy_id") if isinstance(row, LINK_MODELS) else ()
    return next((getattr(row, name) for name in names if hasattr(row, name)), row.pk)  # type: ignore[no-any-return]


def _by_kind(entries: Iterable[Change]) -> dict[type[Row], list[UUID]]:
    found: dict[type[Row], list[UUID]] = {}
    for entry in entries:
        found.setdefault(writing.row_model(entry.kind), []).append(entry.row_id)
    return found


def _outermost_first(entries: list[Change]) -> Iterable[Change]:
    """Programmes before what hangs on them: what went along with its parent costs nothing more. Rows that are gone are left out."""
    order = list(dict.fromkeys(model for kind in reversed(KINDS) for model in kind.models))
    for model in sorted({writing.row_model(entry.kind) for entry in entries}, key=order.index):
        there = set(model._default_manager.filter(plan=entries[0].plan_id).values_list("pk", flat=True))
        mine = [entry for entry in entries if writing.row_model(entry.kind) is model]
        yield from (entry for entry in mine if entry.row_id in there)


# --- both ------------------------------------------------------------------------------------------------------------
def _access(row: Takeover) -> Access:
    """What the person who asked may do today."""
    access = access_of(row.by, row.region) if row.by else None
    if access is None:
        raise ValidationError("Orang yang memintanya tidak lagi bertugas di daerah ini.")
    return access


def _words(refusal: ValidationError | PermissionDenied) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _finish(row: Takeover, state: str, note: str, **values: Any) -> None:
    found = {"state": state, "note": note, "finished_at": timezone.now(), **values}
    Takeover.objects.filter(pk=row.pk, state__in=[State.WAITING, State.UNDOING]).update(**found)


def failed(pk: object, sentence: str) -> None:
    """The job ended without an answer: the page says so instead of waiting for ever."""
    rows = Takeover.objects.filter(pk=uuid.UUID(str(pk)))
    rows.filter(state=State.WAITING).update(state=State.FAILED, note=sentence, finished_at=timezone.now())
    rows.filter(state=State.UNDOING).update(state=State.DONE, note=sentence)
