"""A frozen state as the same material that a live plan gives, so that what was submitted can be composed as a book.

The content holds ids; here they become rows again that point to each other, in memory and without a query a row. Offices are
the region's own rows (they are never deleted); one that is unknown by now keeps the name that was frozen with it.
"""

import copy
import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from bimtek.models import Plan, Row
from bimtek.planning import OWN_FIELDS
from bimtek.rollups import Money, term_of
from bimtek.snapshots import row_models
from bimtek.states import LINK_MODELS
from masterplan.compose.material import Found, Material, assembled
from regions.models import Opd

NAMES = {
    "answers": "answer", "decrees": "decree", "members": "teammember", "facts": "profilefact", "missions": "missionitem",
    "readiness": "readinessrow", "applications": "application", "regulations": "regulation", "swot_items": "swotitem",
    "strategies": "strategy", "gaps": "gap", "objectives": "objective", "programmes": "programme", "quick_wins": "quickwin",
    "points": "commitmentpoint", "signatories": "signatory", "sessions": "session",
}  # fmt: skip
"""Field of Material → kind of row."""
Kept = dict[str, list[Row]]


def thawed(plan: Plan, content: Mapping[str, Any], *, today: datetime.date | None = None) -> Material:
    """The material of the plan as it was when `content` was frozen; its stages stand as they do now."""
    then = _as_it_was(plan, content["plan"])
    offices = _offices(plan, content)
    kept: Kept = {
        model._meta.model_name or "": [_row(model, then, values) for values in content["rows"].get(model._meta.model_name, ())]
        for model in row_models()
    }  # fmt: skip
    by_id: dict[Any, Any] = {row.pk: row for rows in kept.values() for row in rows} | offices
    for rows in kept.values():
        rows.sort(key=_order)
        for row in rows:
            _point(row, by_id)
    _gather_children(kept)
    found: Found = {name: kept.get(kind, []) for name, kind in NAMES.items()}
    return assembled(then, found, _money(then, kept.get("budgetline", [])), today=today)


def _as_it_was(plan: Plan, values: Mapping[str, Any]) -> Plan:
    then = copy.copy(plan)
    for name in OWN_FIELDS:
        if name in values:
            setattr(then, name, values[name])
    return then


def _offices(plan: Plan, content: Mapping[str, Any]) -> dict[Any, Opd]:
    known = {opd.pk: opd for opd in plan.region.opd_set.all()}
    frozen = {Opd._meta.pk.to_python(pk): name for pk, name in content.get("offices", {}).items()}
    return {pk: Opd(pk=pk, region=plan.region, name=name) for pk, name in frozen.items() if pk not in known} | known


def _row(model: type[Row], plan: Plan, values: Mapping[str, Any]) -> Row:
    own = {f.attname: f.to_python(values[f.attname]) for f in model._meta.concrete_fields if f.attname in values}
    row = model(**own)
    row._state.adding = False
    row.plan, row.region = plan, plan.region
    return row


def _order(row: Row) -> list[tuple[bool, Any]]:
    """The model's own order; what is missing comes last."""
    return _values(row, row._meta.ordering or ("position",))


def _values(row: models.Model, names: Iterable[Any]) -> list[tuple[bool, Any]]:
    values = [getattr(row, row._meta.get_field(str(name).lstrip("-")).attname) for name in [*names, "id"]]  # type: ignore[union-attr]
    return [(value is None, 0 if value is None else value) for value in values]


def _point(row: Row, by_id: Mapping[Any, Any]) -> None:
    for field in row._meta.concrete_fields:
        if (
            field.is_relation
            and field.name not in {"plan", "region"}
            and (target := by_id.get(getattr(row, field.attname)))
        ):
            field.set_cached_value(row, target)  # type: ignore[attr-defined]


def _gather_children(kept: Kept) -> None:
    """Every row knows what hangs on it and what it is linked to, as after prefetch_related."""
    for rows in kept.values():
        for row in rows:
            for relation in row._meta.related_objects:
                _prefetched(row, relation.get_accessor_name() or "", [])
            for many in row._meta.many_to_many:
                _prefetched(row, many.name, [])
    for model in row_models():
        rows = kept[model._meta.model_name or ""]
        if model in LINK_MODELS:
            _link(model, rows)
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.name not in {"plan", "region"} and not field.remote_field.hidden:  # type: ignore[union-attr]
                _hang(rows, field)


def _hang(rows: list[Row], field: Any) -> None:
    """Rows under what this field points to, in their own order."""
    owned: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if owner := field.get_cached_value(row, default=None):
            owned[owner].append(row)
    for owner, members in owned.items():
        _prefetched(owner, field.remote_field.get_accessor_name(), members)


def _link(model: type[Row], links: list[Row]) -> None:
    """Links of a through table as the list of the model that declares them, in the order of what is linked."""
    source = next(
        many
        for owner in row_models()
        for many in owner._meta.many_to_many
        if many.remote_field.through is model  # type: ignore[attr-defined]
    )
    own, other = source.m2m_field_name(), source.m2m_reverse_field_name()  # type: ignore[attr-defined]
    linked: dict[Any, list[Any]] = defaultdict(list)
    for link in links:
        linked[getattr(link, own)].append(getattr(link, other))
    for owner, targets in linked.items():
        names = targets[0]._meta.ordering or ("pk",)
        _prefetched(owner, source.name, sorted(targets, key=lambda each, names=names: _values(each, names)))  # type: ignore[misc]


def _prefetched(row: models.Model, name: str, members: list[Any]) -> None:
    if not hasattr(row, "_prefetched_objects_cache"):
        row._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    row._prefetched_objects_cache[name] = members  # type: ignore[attr-defined]


def _money(plan: Plan, lines: list[Any]) -> list[Money]:
    """As bimtek.rollups.plan_money reads them."""
    ordered = sorted(lines, key=lambda line: (line.programme.code, line.year, line.source))
    return [
        Money(
            line.programme_id, line.programme.dimension, line.programme.sub_dimension,
            line.programme.opd.name if line.programme.opd else "",
            term_of(plan, line.programme.start_year, line.programme.end_year) or "", line.year, line.source, line.amount,
            line.programme.priority or "",
        )
        for line in ordered
    ]  # fmt: skip
