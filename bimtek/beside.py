"""Open threads beside the work: those of a section or a row with what hangs on it, and how many each row has."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bimtek import threads
from bimtek.models import Plan, Thread
from bimtek.sections import BY_KEY, Section
from regions.access import Access, Permission


def of_place(plan: Plan, access: Access, stage: int, section: str, row_id: Any = None) -> "QuerySet[Thread]":
    """The open threads of a section (or of one row of it) and of what hangs on its rows, the liveliest first."""
    children = BY_KEY[section].children if section in BY_KEY else ()
    found = threads.visible(plan, access).filter(
        stage=stage, section__in=[section, *children], state__in=threads.OPEN_STATES
    )
    return found.filter(Q(row_id=row_id) | Q(row_id__in=_hanging(plan, children, [row_id]).keys())) if row_id else found


def counts(plan: Plan, access: Access, section: Section, rows: Iterable[Any]) -> dict[UUID, int]:
    """Row → how many open threads are about it or what hangs on it. One query, and one for each kind that hangs on them."""
    ids = [row.pk for row in rows] if access.may(Permission.VIEW) else []
    owners = _hanging(plan, section.children, ids) | {pk: pk for pk in ids}
    return Counter(owners[pk] for pk in _open_about(plan, access, owners))


def counts_of(plan: Plan, access: Access, ids: Iterable[UUID]) -> dict[str, int]:
    """The same row by row, for rows of a frozen state that may be gone by now."""
    return Counter(str(pk) for pk in _open_about(plan, access, ids))


def _open_about(plan: Plan, access: Access, ids: Iterable[UUID]) -> "QuerySet[Thread, UUID | None]":
    """The row of each open thread about one of these rows."""
    found = threads.visible(plan, access).filter(state__in=threads.OPEN_STATES, row_id__in=list(ids)).order_by()
    return found.values_list("row_id", flat=True)


def _hanging(plan: Plan, children: Iterable[str], ids: Sequence[Any]) -> dict[UUID, UUID]:
    """Row of a child section → the row it hangs on."""
    found: dict[UUID, UUID] = {}
    for child in (BY_KEY[key] for key in children):
        rows = child.rows(plan).filter(**{f"{child.parent}__in": ids}).order_by()
        found.update(rows.values_list("pk", child.parent))
    return found
