"""Told changes carried out on the old content: what a difference is held against."""

from collections.abc import Iterable
from typing import Any

from bimtek.diff import ADDED, REMOVED, Content, Fields, RowChange


def replayed(old: Content, told: Iterable[RowChange]) -> dict[str, Any]:
    """The content that the changes lead to; rows stand in the order (position, id), as a snapshot has them."""
    plan = dict(old.get("plan", {}))
    rows = {kind: {row["id"]: dict(row) for row in found} for kind, found in old.get("rows", {}).items()}
    for change in told:
        if change.kind == "plan" and not change.id:
            _apply(plan, change)
            continue
        kind = rows.setdefault(change.kind, {})
        if change.deed == REMOVED:
            del kind[change.id]
        elif change.deed == ADDED:
            kind[change.id] = dict(change.after)
        else:
            _apply(kind[change.id], change)
    ordered = {
        kind: sorted(found.values(), key=lambda r: (r.get("position", 0), r["id"])) for kind, found in rows.items()
    }
    return {"plan": plan, "rows": ordered}


def _apply(row: Fields, change: RowChange) -> None:
    for name in change.before.keys() - change.after.keys():
        row.pop(name, None)
    row.update(change.after)
