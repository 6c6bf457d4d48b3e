"""Who is here: a tab tells every ten seconds which section it shows, and hears who else is there.

Rows in the database, two writes a ping: eighty people are sixteen small writes a second, and nothing else has to run.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from bimtek.models import Plan, Presence
from regions.access import Access

HERE = datetime.timedelta(seconds=35)  # three pings may be lost
FORGOTTEN = datetime.timedelta(minutes=5)


@dataclass(frozen=True)
class Tab:
    """One tab as it tells of itself. `row` is the row or question in which somebody works, or ''."""

    client: UUID
    stage: int
    section: str
    row: str
    editing: bool


@dataclass(frozen=True)
class Person:
    name: str
    row: str
    editing: bool


def tell(plan: Plan, tab: Tab, *, access: Access) -> None:
    """Notes the tab; one that names somebody else's is left alone. What nobody heard of for minutes is cleared away."""
    now = timezone.now()
    values = {
        "plan": plan, "region": plan.region, "stage": tab.stage, "section": tab.section, "row": tab.row,
        "editing": tab.editing, "at": now,
    }  # fmt: skip
    mine = Presence.objects.filter(client=tab.client, user=access.user)
    if not mine.update(**values):
        Presence.objects.bulk_create([Presence(client=tab.client, user=access.user, **values)], ignore_conflicts=True)
        Presence.objects.filter(at__lt=now - FORGOTTEN).delete()


def others(plan: Plan, section: str, *, access: Access) -> list[Person]:
    """The other people on this section now, each once: where they edit, or else where they look."""
    rows = Presence.objects.filter(plan=plan, region=plan.region, section=section, at__gt=timezone.now() - HERE)
    found: dict[UUID, Person] = {}
    for one in rows.exclude(user=access.user).select_related("user").order_by("-editing", "-at"):
        found.setdefault(one.user_id, Person(str(one.user), one.row, one.editing))
    return sorted(found.values(), key=lambda person: person.name)


def leave(client: UUID, *, access: Access) -> None:
    Presence.objects.filter(client=client, user=access.user).delete()
