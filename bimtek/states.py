"""A row as plain values and back: what a Change keeps, what a snapshot freezes, what a restoring needs."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from bimtek.models import Plan, ProgrammeMission, ProgrammeOpd, ProgrammeStrategy, Row, StrategyItem

LINK_MODELS: tuple[type[Row], ...] = (StrategyItem, ProgrammeOpd, ProgrammeMission, ProgrammeStrategy)
NOT_CONTENT = {"id", "region", "plan", "version"}


def state_of(row: Row, links: Iterable[str] = ()) -> dict[str, Any]:
    """The row's own fields as plain values, and the ids it is linked to."""
    state = {f.attname: f.value_from_object(row) for f in row._meta.concrete_fields if f.name not in NOT_CONTENT}
    for name in links:
        state[name] = sorted(str(pk) for pk in getattr(row, name).values_list("pk", flat=True))
    return state


def link_names(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.many_to_many]


def row_model(kind: str) -> type[Row]:
    """The model of Change.kind; ValidationError for anything that is not a row of a plan."""
    try:
        model = apps.get_model("bimtek", kind)
    except LookupError:
        model = Plan
    if not issubclass(model, Row):
        raise ValidationError("Perubahan ini bukan perubahan baris, jadi tidak dapat dipulihkan dari sini.")
    return model


def children_of(rows: Sequence[Row]) -> list[Row]:
    """Rows that go when these go, links included; outermost last. One query for each relation of each level."""
    found: list[Row] = []
    for model, field in _pointing(rows, models.CASCADE):
        children = list(
            model._default_manager.filter(plan_id=rows[0].plan_id, **{f"{field}__in": rows}).select_related(field)
        )
        if children:
            found += [*children_of(children), *children]
    return found


def freed_by(rows: Sequence[Row]) -> list[tuple[Row, list[str]]]:
    """Rows that point to one of these and will point to nothing when they go, with the attnames that become empty."""
    going = {row.pk for row in rows}
    freed: dict[Any, tuple[Row, list[str]]] = {}
    for kind in dict.fromkeys(type(row) for row in rows):
        same = [row for row in rows if type(row) is kind]
        for model, field in _pointing(same, models.SET_NULL):
            for row in model._default_manager.filter(plan_id=same[0].plan_id, **{f"{field}__in": same}):
                if row.pk not in going:
                    freed.setdefault(row.pk, (row, []))[1].append(f"{field}_id")
    return list(freed.values())


def _pointing(rows: Sequence[Row], on_delete: Any) -> Iterable[tuple[type[Row], str]]:
    for relation in rows[0]._meta.related_objects:
        model: Any = relation.related_model
        if relation.on_delete is on_delete and issubclass(model, Row):  # type: ignore[attr-defined]
            yield model, relation.field.name


def put_values(row: Row, state: dict[str, Any], links: Iterable[str]) -> None:
    """Sets the row's fields from a kept state. A pointer to something gone becomes empty, or refuses where it must not."""
    known: dict[str, Any] = {f.attname: f for f in row._meta.concrete_fields}
    for name, value in state.items():
        if name in known and name not in links:
            setattr(row, name, _revived(known[name], value, row))


def _revived(field: Any, value: Any, row: Row) -> Any:
    if value is None:
        return None
    if field.is_relation:
        found = field.related_model._default_manager.filter(region=row.region, pk=value).values_list("pk", flat=True)
        if found:
            return found[0]
        if not field.null:
            raise ValidationError(
                f"{str(field.verbose_name).capitalize()} dari baris ini sudah dihapus. Pulihkan itu dulu."
            )
        return None
    return field.to_python(value)


def still_there(model: type[Row], name: str, ids: list[str], plan: Plan) -> list[models.Model]:
    """Those of the once linked rows that exist."""
    target: Any = model._meta.get_field(name).related_model
    return list(target._default_manager.filter(region=plan.region, pk__in=ids))
