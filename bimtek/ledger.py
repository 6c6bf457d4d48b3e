"""How one row gets into its table and into the log of changes: the steps that every verb of writing takes.

Each save raises the row's version and leaves one Change; what a tab saves by itself within some minutes is one (see
bimtek.drafting), so that the log tells deeds rather than keystrokes.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from bimtek.models import Change, Row
from bimtek.states import state_of
from regions.access import Access

Links = Mapping[str, Iterable[models.Model]]
TAKEN = "Nomor atau kode yang sama baru saja disimpan orang lain. Ganti nomornya."


def stored_row(row: Row) -> Any:
    stored = type(row)._default_manager.filter(plan_id=row.plan_id, pk=row.pk).first()
    if stored is None:
        raise ValidationError("Baris ini sudah dihapus oleh orang lain.", code="gone")
    return stored


def last_position(row: Row) -> int:
    siblings = type(row)._default_manager.filter(plan=row.plan)
    return siblings.aggregate(last=models.Max("position"))["last"] or 0


def check(row: Row, only: Collection[str] | None = None) -> None:
    """The model's own rules; `only` these fields and the constraints that they stand in, each refusal beside its field."""
    if only is None:
        row.full_clean(validate_unique=False)
        return
    row.clean_fields(exclude=[field.name for field in row._meta.concrete_fields if field.name not in only])
    for constraint in row._meta.constraints:
        if touched := sorted(_fields_of(constraint) & set(only)):
            try:
                constraint.validate(type(row), row)
            except ValidationError as refusal:
                raise ValidationError({touched[0]: refusal.messages}) from refusal


def _fields_of(constraint: Any) -> set[str]:
    condition = getattr(constraint, "condition", None)
    asked = condition.referenced_base_fields if condition is not None else set()
    return {getattr(constraint, "field", ""), *getattr(constraint, "fields", ()), *asked}


def save(row: Row, **how: Any) -> None:
    """A unique value taken in the same instant is a refusal like any other."""
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as clash:
        raise ValidationError(TAKEN) from clash


def claim(row: Row, stored: Row, version: int) -> None:
    """Raises the version if it is still the one the writer saw."""
    claimed = type(row)._default_manager.filter(pk=row.pk, version=version).update(version=F("version") + 1)
    if not claimed:
        refuse_stale(row, stored)
    row.version = version + 1


def refuse_stale(row: Row, stored: Row) -> NoReturn:
    last = Change.objects.filter(plan_id=row.plan_id, row_id=row.pk).select_related("by").first()
    who = f" oleh {last.by}" if last and last.by else ""
    when = f" {date_format(timezone.localtime(last.at, row.region.zone), 'j F Y H.i')}" if last else ""
    raise ValidationError(
        f"Baris ini sudah diubah{who}{when} setelah Anda membukanya. Tulisan Anda belum disimpan dan masih ada di bawah.",
        code="stale",
        params={"theirs": state_of(stored), "mine": state_of(row), "version": stored.version},
    )


def link(row: Row, links: Links) -> None:
    defaults = {"region_id": row.region_id, "plan_id": row.plan_id}
    for name, targets in links.items():
        chosen = list(targets)
        for target in chosen:
            if any(getattr(target, key, value) != value for key, value in defaults.items()):
                raise ValidationError("Pilihan ini bukan milik rencana Anda.")
        getattr(row, name).set(chosen, through_defaults=defaults)


def entry(
    row: Row,
    deed: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    access: Access,
    act: UUID | None = None,
    label: str = "",
) -> Change:
    """An unsaved line of the log. `label` saves asking what the row points to for its name. The row carries the version that this deed gave it."""
    return Change(
        act=act or uuid.uuid4(),
        region_id=row.region_id,
        plan_id=row.plan_id,
        kind=row._meta.model_name or "",
        row_id=row.pk,
        row_version=row.version,
        label=(label or str(row))[:200],
        deed=deed,
        before=before,
        after=after,
        by=access.user,
    )


def log(
    row: Row,
    deed: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    access: Access,
    act: UUID | None = None,
) -> Change:
    line = entry(row, deed, before, after, access, act)
    line.save()
    return line
