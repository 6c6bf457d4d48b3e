"""What changed between two frozen contents (bimtek.snapshots), row by row. Pure; one change in memory at a time."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]
Fields = dict[str, Any]
ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
SILENT = frozenset({"version", "position", "draft_of", "draft_version"})
"""Fields whose change says nothing to a reader."""


@dataclass(frozen=True)
class RowChange:
    """One row that differs. `before` and `after` hold the whole row when it came or went, else the differing fields.

    A field that one side lacks is absent there. kind 'plan' (id '') is the plan itself.
    """

    kind: str
    id: str
    deed: str
    before: Fields
    after: Fields

    @property
    def matters(self) -> bool:
        return self.deed != CHANGED or bool((self.before.keys() | self.after.keys()) - SILENT)


def changes(old: Content, new: Content) -> Iterator[RowChange]:
    """Every difference from old to new, kind by kind; removed and changed rows in old order, then the added ones."""
    if plan := _difference("plan", "", old.get("plan", {}), new.get("plan", {})):
        yield plan
    old_rows, new_rows = old.get("rows", {}), new.get("rows", {})
    for kind in dict.fromkeys([*old_rows, *new_rows]):
        yield from _of_kind(kind, old_rows.get(kind, ()), new_rows.get(kind, ()))


def _of_kind(kind: str, old: Iterable[Fields], new: Iterable[Fields]) -> Iterator[RowChange]:
    now = {row["id"]: row for row in new}
    known = set()
    for row in old:
        known.add(row["id"])
        if row["id"] not in now:
            yield RowChange(kind, row["id"], REMOVED, row, {})
        elif change := _difference(kind, row["id"], row, now[row["id"]]):
            yield change
    for key, row in now.items():
        if key not in known:
            yield RowChange(kind, key, ADDED, {}, row)


def _difference(kind: str, key: str, before: Fields, after: Fields) -> RowChange | None:
    differing = [name for name in dict.fromkeys([*before, *after]) if not _same(before, after, name)]
    if not differing:
        return None
    old = {name: before[name] for name in differing if name in before}
    return RowChange(kind, key, CHANGED, old, {name: after[name] for name in differing if name in after})


def _same(before: Fields, after: Fields, name: str) -> bool:
    return name in before and name in after and before[name] == after[name] and type(before[name]) is type(after[name])


def moved(old: Content, new: Content) -> dict[str, set[str]]:
    """Kind → ids of rows that stand elsewhere among those that stayed: the fewest whose moving explains the new order."""
    old_rows, new_rows = old.get("rows", {}), new.get("rows", {})
    found = {
        kind: _moved([row["id"] for row in rows], [row["id"] for row in new_rows.get(kind, ())])
        for kind, rows in old_rows.items()
    }
    return {kind: ids for kind, ids in found.items() if ids}


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The common ids outside the longest run that keeps its order (patience sorting, n log n)."""
    place = {key: number for number, key in enumerate(old)}
    common = [key for key in new if key in place]
    tails: list[int] = []  # the place that ends the best run of each length
    lengths = []
    for key in common:
        length = bisect_left(tails, place[key])
        tails[length : length + 1] = [place[key]]
        lengths.append(length)
    stayed, wanted = set(), len(tails) - 1
    for key, length in zip(reversed(common), reversed(lengths), strict=True):
        if length == wanted:
            stayed.add(key)
            wanted -= 1
    return set(common) - stayed
