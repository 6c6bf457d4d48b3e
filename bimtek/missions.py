"""Which misi of the RPJMD a sasaran or a programme serves: one rule for the books, the checks and the traces. Pure.

A programme serves every misi that it names and the one that its sasaran names; a tujuan or sasaran of the RPJMD stands for the
misi that it belongs to.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from bimtek.models import MissionItem, Programme

Roots = Mapping[UUID | None, UUID]


def roots(items: Sequence[MissionItem]) -> Roots:
    """Id of a misi, tujuan or sasaran → id of the misi that it belongs to; those under none are left out."""
    by_id: dict[UUID | None, MissionItem] = {each.id: each for each in items}
    found: dict[UUID | None, UUID] = {}
    for each in items:
        at: MissionItem | None = each
        for _ in by_id:  # no more steps than there are items: a ring leads to no misi
            if at is None or at.kind == MissionItem.Kind.MISSION:
                break
            at = by_id.get(at.parent_id)
        if at is not None and at.kind == MissionItem.Kind.MISSION:
            found[each.id] = at.id
    return found


def served(programme: Programme, roots: Roots) -> set[UUID]:
    """Ids of misi. `programme` comes with its missions and its objective."""
    named = [each.id for each in programme.missions.all()]
    through = [programme.objective.mission_id] if programme.objective else []
    return {roots[each] for each in (*named, *through) if each in roots}
