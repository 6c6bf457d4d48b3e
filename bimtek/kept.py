"""What Change lines kept, made readable: the fields of a row by their labels, values by their names, and what lines add up to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps

from bimtek import richtext, values
from bimtek.diff import ADDED, CHANGED, REMOVED
from bimtek.framework import framework
from bimtek.models import Change, Plan

HIDDEN = {"id", "region_id", "plan_id", "version", "position", "nip", "key", "draft_version"}
Names = Mapping[str, str]
"""What ids are called, by id."""


def fields_of(kind: str) -> dict[str, Any]:
    """The model's fields by the names that a Change keeps them under."""
    model: Any = apps.get_model("bimtek", kind)
    return {f.attname: f for f in model._meta.concrete_fields} | {f.name: f for f in model._meta.many_to_many}


def labels_of(kind: str) -> dict[str, str]:
    """The fields that people are shown, with their labels."""
    return {name: str(f.verbose_name) for name, f in fields_of(kind).items() if name not in HIDDEN}


def names_in(plan: Plan, changes: Iterable[Change]) -> Names:
    """The names of all that these changes point to; one query for each kind of thing."""
    wanted: dict[Any, set[str]] = defaultdict(set)
    for change in changes:
        pointers = {name: f.related_model for name, f in fields_of(change.kind).items() if f.is_relation}
        for side in (change.before or {}, change.after or {}):
            for name in side.keys() & pointers:
                value = side[name]
                wanted[pointers[name]].update(map(str, value if isinstance(value, list) else [value] if value else []))
    return {
        str(row.pk): str(row)
        for model, ids in wanted.items()
        if ids and hasattr(model, "region")
        for row in model._default_manager.filter(region=plan.region, pk__in=ids)
    }


def shown(plan: Plan, kind: str, name: str, value: Any, names: Names) -> str:
    """A kept value as people read it; rich text as its words."""
    kept = fields_of(kind).get(name)
    if kept is None:
        return str(value or "")
    text = values.readable(kept, value, names=names, frame=framework(plan.framework), zone=plan.region.zone)
    return richtext.plain_text(text) if kind == "answer" else text


@dataclass
class Net:
    """What several lines about one row come to. `before` and `after` hold every field that a line named."""

    kind: str
    row_id: UUID
    label: str
    born: bool
    """Whether the row was not there before the first of the lines."""
    gone: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def deed(self) -> str:
        return ADDED if self.born else REMOVED if self.gone else CHANGED

    @property
    def names(self) -> list[str]:
        """The fields that read otherwise than before; of a row that came or went, those that say something."""
        return [name for name in self.after | self.before if self.before.get(name) != self.after.get(name)]


def net(changes: Iterable[Change]) -> list[Net]:
    """Row by row, in the order of their first lines (oldest first); what came and went again in between is left out."""
    found: dict[UUID, Net] = {}
    for change in changes:
        row = found.setdefault(change.row_id, Net(change.kind, change.row_id, change.label, born=change.before is None))
        was, became = change.before or {}, change.after or {}
        for name in [*was, *became] if not row.born else ():
            row.before.setdefault(name, was.get(name))
        row.gone, row.label = change.after is None, change.label
        row.after = {} if row.gone else row.after | became
    return [row for row in found.values() if not (row.born and row.gone) and (row.names or row.deed != CHANGED)]
