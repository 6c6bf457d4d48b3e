"""Named versions: giving a state a name, and bringing the working copy back to a past state as a new revision.

Nothing is deleted: what stood there before a restoring is frozen and named first, every row that differs gets a higher
version and a line in the log, and threads stay with their places. Sessions with their attendance and minutes tell what
happened, and waivers what was decided; a restoring leaves both as they are.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from bimtek import diff, formats, ledger, planning, richtext, snapshots, workflow
from bimtek.diff import ADDED, REMOVED, RowChange
from bimtek.framework import framework
from bimtek.guards import SESSION_ROWS, STAGES, refuse_closed, refuse_unless
from bimtek.models import Answer, Change, IndicatorTarget, Plan, Row, Snapshot, Stage, Status, Version, Waiver
from bimtek.planning import OWN_FIELDS
from bimtek.revisions import OWNERS
from bimtek.states import LINK_MODELS, state_of
from regions import audit
from regions.access import Access, Permission
from regions.models import Opd, StoredFile

MODELS: dict[str, type[Row]] = {
    model._meta.model_name or "": model for model in snapshots.row_models() if model not in (*SESSION_ROWS, Waiver)
}
LONGEST_NAME = 120


# --- naming --------------------------------------------------------------------------------------------------------


@transaction.atomic
def name(plan: Plan, title: str, *, access: Access, note: str = "", snapshot: Snapshot | None = None) -> Version:
    """Names a frozen state, or what stands there now; ValidationError for a name that is taken or empty."""
    refuse_unless(access, Permission.FILL_ALL)
    title, note = " ".join(richtext.clean_text(title).split()), richtext.clean_text(note)
    if not title:
        raise ValidationError("Tulis nama versinya dulu.")
    if len(title) > LONGEST_NAME or len(note) > 1000:
        raise ValidationError(f"Nama versi paling banyak {LONGEST_NAME} tanda dan catatannya 1.000 tanda.")
    if plan.versions.filter(name=title).exists():
        raise ValidationError(f"Nama “{title}” sudah dipakai. Pilih nama lain.")
    return _named(plan, title, note, snapshot or _now(plan), access)


def _named(plan: Plan, title: str, note: str, snapshot: Snapshot, access: Access) -> Version:
    try:
        with transaction.atomic():
            return Version.objects.create(
                region_id=plan.region_id, plan=plan, snapshot=snapshot, name=title, note=note, by=access.user,
                by_name=str(access.user)[:150],
            )  # fmt: skip
    except IntegrityError as clash:
        raise ValidationError(f"Nama “{title}” baru saja dipakai orang lain. Pilih nama lain.") from clash


def _now(plan: Plan, content: diff.Content | None = None) -> Snapshot:
    """What stands there now (read already as `content`): the newest frozen state where nothing was written since, else a new one."""
    last = plan.snapshot_set.defer("content").first()
    if last and last.sha256 == snapshots.digest(content or snapshots.content_of(plan)):
        return last
    waiting = plan.submission_set.exclude(status=Status.ACCEPTED).order_by("stage").first()
    return snapshots.freeze(plan, Stage(waiting.stage) if waiting else Stage.KOMITMEN)


# --- restoring -----------------------------------------------------------------------------------------------------


def differences(now: diff.Content, wanted: diff.Content) -> list[RowChange]:
    """The row changes that lead from now to the wanted state, as far as a restoring makes them."""
    return [
        change
        for change in diff.changes(now, wanted)
        if change.kind in MODELS and (change.before.keys() | change.after.keys()) - {"version"}
    ]


@transaction.atomic
def restore(plan: Plan, snapshot: Snapshot, *, access: Access) -> int:
    """Brings the working copy back to the snapshot; returns how many rows changed.

    ValidationError when something that differs belongs to an accepted stage, or when nothing differs.
    """
    refuse_unless(access, Permission.FILL_ALL)
    list(plan.submission_set.select_for_update(no_key=True).order_by("stage"))  # no stage is submitted meanwhile
    now = snapshots.content_of(plan)
    changes = differences(now, snapshot.content)
    frame = {key: snapshot.content["plan"][key] for key in OWN_FIELDS if snapshot.content["plan"].get(key) != now["plan"].get(key)}  # fmt: skip
    if not changes and not frame:
        raise ValidationError("Isi sekarang sudah sama dengan keadaan itu, jadi tidak ada yang dipulihkan.")
    _refuse_accepted(plan, changes, snapshot)
    shown = _shown(snapshot)
    at = timezone.localtime()
    kept = f"Sebelum dipulihkan, {formats.date(at)} {at:%H.%M.%S}"
    if twins := plan.versions.filter(name__startswith=kept).count():  # restored twice within a second
        kept = f"{kept} ({twins + 1})"
    _named(plan, kept, f"Isi sebelum kembali ke {shown}."[:1000], _now(plan, now), access)
    count = _Restoring(plan, snapshot, access).run(changes)
    if frame:
        planning.save_frame(plan, frame, version=plan.version, by=access.user)
    try:
        connection.check_constraints()
    except IntegrityError as clash:
        raise ValidationError(
            "Keadaan itu menunjuk ke sesuatu yang sudah tidak ada, jadi tidak dapat dipulihkan."
        ) from clash
    audit.record(plan.region, audit.Kind.MOVE, "memulihkan keadaan", by=access, about=snapshot, label=shown)
    return count + bool(frame)


def _shown(snapshot: Snapshot) -> str:
    named = snapshot.versions.first()
    here = timezone.localtime(snapshot.created_at)
    return f"“{named}”" if named else f"keadaan {formats.date(here)} {here:%H.%M}"


def _refuse_accepted(plan: Plan, changes: Iterable[RowChange], snapshot: Snapshot) -> None:
    """What belongs to an accepted stage stays, unless the very state that was accepted last is brought back."""
    accepted = workflow.accepted_states(plan)
    if len(accepted) == len(Stage) and accepted[Stage.KOMITMEN].pk == snapshot.pk:
        return
    asked = {question.key: Stage(question.stage) for question in framework(plan.framework).all_questions}
    answers = {str(pk): key for pk, key in plan.answer_set.values_list("pk", "key")}
    for stages in sorted({_stages(change, asked, answers) for change in changes}, key=sorted):
        if stages:
            refuse_closed(plan, sorted(stages))


def _stages(change: RowChange, asked: Mapping[str, Stage], answers: Mapping[str, str]) -> frozenset[Stage]:
    kind = change.kind
    while kind in OWNERS and MODELS.get(kind) not in STAGES:
        kind = OWNERS[kind][0]
    model = MODELS[kind]
    if model is Answer:
        key = answers.get(change.id) or change.after.get("key") or change.before.get("key")
        return frozenset({asked[key]}) if key and key in asked else frozenset()
    return STAGES.get(model, frozenset())


class _Restoring:
    """One restoring under way. Rows that differ are taken out and put in again as they were: pointers are checked by the
    database at the end, so that the order of kinds does not matter and swapped numbers never clash."""

    def __init__(self, plan: Plan, snapshot: Snapshot, access: Access) -> None:
        self.plan, self.access, self.act = plan, access, uuid.uuid4()
        self.wanted = {
            kind: {row["id"]: row for row in rows} for kind, rows in snapshot.content["rows"].items() if kind in MODELS
        }
        self.offices = {str(pk) for pk in Opd.objects.filter(region=plan.region).values_list("pk", flat=True)}
        self.files = {str(pk) for pk in StoredFile.objects.filter(region=plan.region).values_list("pk", flat=True)}

    def run(self, changes: list[RowChange]) -> int:
        kinds = list(dict.fromkeys(change.kind for change in changes))
        stored = {kind: self._stored(kind, changes) for kind in kinds}
        highest = self._highest([change.id for change in changes])
        made = {kind: self._made(kind, changes, stored[kind], highest) for kind in kinds}
        gone = [self._gone(row) for kind in kinds for pk, row in stored[kind].items() if pk not in made[kind]]
        for kind in kinds:  # everything out before anything goes in
            found = MODELS[kind]._default_manager.filter(plan=self.plan, pk__in=list(stored[kind]))
            found._raw_delete(found.db)
        for kind in kinds:
            MODELS[kind]._default_manager.bulk_create(made[kind].values())
        back = [self._back(row, stored[kind].get(pk)) for kind in kinds for pk, row in made[kind].items()]
        Change.objects.bulk_create([*gone, *back])
        return len(gone) + len(back)

    def _gone(self, row: Row) -> Change:
        return ledger.entry(row, Change.Deed.DELETED, state_of(row), None, self.access, self.act, _label(row))

    def _back(self, row: Row, before: Row | None) -> Change:
        was = state_of(before) if before else None
        return ledger.entry(row, Change.Deed.RESTORED, was, state_of(row), self.access, self.act, _label(row))

    def _stored(self, kind: str, changes: list[RowChange]) -> dict[str, Row]:
        ids = [change.id for change in changes if change.kind == kind]
        return {str(row.pk): row for row in MODELS[kind]._default_manager.filter(plan=self.plan, pk__in=ids)}

    def _highest(self, ids: list[str]) -> dict[str, int]:
        """The highest version that the log knows of each row, be it there now or not."""
        found = (
            self.plan.change_set.filter(row_id__in=ids).order_by().values_list("row_id").annotate(Max("row_version"))
        )
        return {str(row): version or 0 for row, version in found}

    def _made(
        self, kind: str, changes: list[RowChange], stored: Mapping[str, Row], highest: Mapping[str, int]
    ) -> dict[str, Row]:
        made = {}
        for change in changes:
            if change.kind != kind or change.deed == REMOVED:
                continue
            values = self.wanted[kind][change.id]
            row = self._row(MODELS[kind], values)
            if row is None:
                continue
            before = stored.get(change.id)
            row.version = max(before.version if before else 0, highest.get(change.id, 0), values.get("version", 0)) + 1
            made[change.id] = row
        return made

    def _row(self, model: type[Row], values: Mapping[str, Any]) -> Row | None:
        """The row as it was; None for a link to an office that is gone."""
        row = model(id=uuid.UUID(values["id"]), plan=self.plan, region=self.plan.region)
        for own in model._meta.concrete_fields:
            if own.attname not in values or own.name in {"id", "region", "plan", "version"}:
                continue
            value = values[own.attname]
            if value is not None and own.is_relation and not self._is_there(own.related_model, str(value)):
                value = None
                if not own.null:
                    return None
            setattr(row, own.attname, own.to_python(value) if value is not None else None)
        return row

    def _is_there(self, model: Any, pk: str) -> bool:
        if model in (Opd, StoredFile):
            return pk in (self.offices if model is Opd else self.files)
        kind = model._meta.model_name
        return kind not in MODELS or pk in self.wanted.get(kind, {})


def _label(row: Row) -> str:
    """Of rows that are named by what they point to, only what they are: their names would cost a query each."""
    return str(row._meta.verbose_name) if isinstance(row, (*LINK_MODELS, IndicatorTarget, Answer)) else ""


def counted(changes: Iterable[RowChange]) -> dict[str, int]:
    """How many rows come back, go, and change, for the page that asks whether to."""
    told = {"back": 0, "gone": 0, "changed": 0}
    for change in changes:
        told["back" if change.deed == ADDED else "gone" if change.deed == REMOVED else "changed"] += 1
    return told
