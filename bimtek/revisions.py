"""Differences of two frozen contents as people count them: a programme with its budget and indicators is one item.

Pure: reads contents only. The exact row changes underneath are bimtek.diff's.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bimtek import diff
from bimtek.diff import ADDED, CHANGED, MOVED, REMOVED, Content, Fields, RowChange
from bimtek.framework import Framework, framework
from bimtek.guards import STAGES
from bimtek.models import Stage

OWNERS: dict[str, tuple[str, str]] = {
    "budgetline": ("programme", "programme_id"),
    "indicator": ("programme", "programme_id"),
    "indicatortarget": ("indicator", "indicator_id"),
    "programmeopd": ("programme", "programme_id"),
    "programmemission": ("programme", "programme_id"),
    "programmestrategy": ("programme", "programme_id"),
    "strategyitem": ("strategy", "strategy_id"),
    "attendee": ("session", "session_id"),
    "sessionday": ("attendee", "attendee_id"),
    "minute": ("session", "session_id"),
    "photo": ("session", "session_id"),
}
"""Kind → (kind of the row it hangs on, the pointer): its changes are told with that row."""
STAGES_OF_KIND = {model._meta.model_name or "": stages for model, stages in STAGES.items()}
DEEDS = (ADDED, REMOVED, CHANGED, MOVED)


@dataclass
class Item:
    """One thing that differs: the row itself, or only what hangs on it."""

    kind: str
    id: str
    row: Fields
    """The row as it is now, or was before it went."""
    changes: list[RowChange] = field(default_factory=list)
    moved: bool = False

    @property
    def deed(self) -> str:
        own = next((change for change in self.changes if (change.kind, change.id) == (self.kind, self.id)), None)
        if own and own.deed in {ADDED, REMOVED}:
            return own.deed
        return CHANGED if any(change.matters for change in self.changes) else MOVED

    @property
    def matters(self) -> bool:
        return self.moved or any(change.matters for change in self.changes)

    def stages(self, frame: Framework) -> frozenset[int]:
        """The stages whose review it concerns; none for the plan's own settings."""
        if self.kind == "answer":
            asked = next((question for question in frame.all_questions if question.key == self.row.get("key")), None)
            return frozenset({asked.stage}) if asked else frozenset()
        if self.kind == "session":
            return frozenset({self.row["stage"]})
        return frozenset(int(stage) for stage in STAGES_OF_KIND.get(self.kind, ()))


def items(old: Content, new: Content) -> list[Item]:
    """Everything that differs, in the order in which kinds stand in a content; what nobody reads is left out."""
    found: dict[tuple[str, str], Item] = {}
    sides = (_by_id(new), _by_id(old))
    for change in diff.changes(old, new):
        kind, key = _owner(change, sides)
        item = found.setdefault((kind, key), Item(kind, key, _row(kind, key, sides, change)))
        item.changes.append(change)
    for kind, keys in diff.moved(old, new).items():
        for key in keys:
            if (kind, key) in found:  # a child that moved within its row is no news of the row
                found[kind, key].moved = True
    return [item for item in found.values() if item.matters]


Index = Mapping[str, Mapping[str, Fields]]


def _by_id(content: Content) -> Index:
    return {kind: {row["id"]: row for row in rows} for kind, rows in content.get("rows", {}).items()}


def _row(kind: str, key: str, sides: Iterable[Index], change: RowChange) -> Fields:
    found = next((side[kind][key] for side in sides if key in side.get(kind, {})), None)
    return found if found is not None else change.after


def _owner(change: RowChange, sides: tuple[Index, Index]) -> tuple[str, str]:
    """The kind and id of the item that the change belongs to, followed upwards as far as rows are there."""
    kind, key = change.kind, change.id
    while kind in OWNERS:
        parent, pointer = OWNERS[kind]
        row = _row(kind, key, sides, change)
        above = row.get(pointer)
        if not above or not any(above in side.get(parent, {}) for side in sides):
            break
        kind, key = parent, str(above)
    return kind, key


def of_stage(found: Iterable[Item], stage: Stage | int, version: str) -> Iterator[Item]:
    """Those that concern the stage. `version` names the framework."""
    frame = framework(version)
    return (item for item in found if int(stage) in item.stages(frame))


def count(old: Content, new: Content, stage: Stage | int) -> int:
    """How many items of the stage differ."""
    plan: Any = new.get("plan", {})
    return sum(1 for _ in of_stage(items(old, new), stage, plan["framework"]))
