"""The ping of an open page: who else is here, which of the rows it shows are newer by now, and, when asked, how they read."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from bimtek import offices, presence
from bimtek.forms import drafts
from bimtek.forms.answers import AnswerForm
from bimtek.models import Change
from bimtek.sections import Questions, Section
from bimtek.views.places import Place, place_of
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region

MOST_SHOWN, MOST_WANTED = 200, 10
LONGEST_KEY = 80


@dataclass(frozen=True)
class Ping:
    client: UUID
    row: str
    editing: bool
    shown: dict[str, int]
    """Row or question → the version that the page shows."""
    wanted: list[str]
    """Rows whose newest text the page asks for."""
    leaves: bool


def read(body: bytes) -> Ping:
    """ValueError for anything but a ping."""
    try:
        found = json.loads(body)
        shown = {str(key)[:LONGEST_KEY]: int(version) for key, version in dict(found.get("shown", {})).items()}
        return Ping(
            client=UUID(found["client"]), row=str(found.get("row", ""))[:LONGEST_KEY], editing=found.get("editing") is True,
            shown=dict(list(shown.items())[:MOST_SHOWN]), wanted=[str(key) for key in found.get("wanted", [])][:MOST_WANTED],
            leaves=found.get("leaves") is True,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError, UnicodeDecodeError) as unreadable:
        raise ValueError("not a ping") from unreadable


@require_POST
@region_view(Permission.VIEW, Permission.PACKET)
def here(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """Answers {people, newer, gone, fresh}; `people` carry a row only where the page shows it."""
    place, access = place_of(request.access, year, stage, section), request.access
    try:
        ping = read(request.body)
    except ValueError:
        return JsonResponse({"code": "unreadable"}, status=422)
    if ping.leaves:
        presence.leave(ping.client, access=access)
        return JsonResponse({})
    rows = rows_of(place, access, {*ping.shown, ping.row, *ping.wanted})
    row = ping.row if ping.row in rows else ""
    presence.tell(
        place.plan, presence.Tab(ping.client, place.stage.value, place.section.key, row, ping.editing), access=access
    )
    newer = [key for key, version in ping.shown.items() if key in rows and rows[key].version > version]
    return JsonResponse(
        {
            "people": [
                {"name": one.name, "row": one.row if one.row in rows else "", "editing": one.editing}
                for one in presence.others(place.plan, place.section.key, access=access)
            ],
            "newer": newer,
            "gone": [key for key, version in ping.shown.items() if version and key not in rows],
            "by": writers(place, [rows[key] for key in newer]),
            "fresh": {key: fresh(place, access, key, rows[key]) for key in ping.wanted if key in rows},
        }
    )


def rows_of(place: Place, access: Access, keys: set[str]) -> dict[str, Any]:
    """Those of the rows (or answers, by question) that are there and that this person sees; one query."""
    if isinstance(place.section, Questions):
        asked = {question.key for question in place.frame.questions(place.stage, place.section.group)}
        return {answer.key: answer for answer in place.plan.answer_set.filter(key__in=keys & asked)}
    ids = [found for key in keys if (found := as_id(key))]
    rows = place.section.model._default_manager.filter(plan=place.plan, region=place.plan.region, pk__in=ids)
    return {str(row.pk): row for row in offices.visible(rows, access)}


def as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def writers(place: Place, rows: list[Any]) -> list[str]:
    """Who changed these rows last; one query."""
    if not rows:
        return []
    lines = Change.objects.filter(plan=place.plan, row_id__in=[row.pk for row in rows]).select_related("by")[
        :MOST_SHOWN
    ]
    last: dict[Any, str] = {}
    for line in lines:
        last.setdefault(line.row_id, str(line.by or ""))
    return sorted({name for name in last.values() if name})


def fresh(place: Place, access: Access, key: str, row: Any) -> dict[str, Any]:
    """The row as a page's fields would hold it now."""
    row.plan = place.plan
    if isinstance(place.section, Section):
        parent = getattr(row, place.section.parent) if place.section.parent else None
        form: Any = place.section.form(instance=row, plan=place.plan, access=access, parent=parent)
    else:
        question = next(one for one in place.frame.questions(place.stage, place.section.group) if one.key == key)
        form = AnswerForm(question=question, initial={"text": row.text})
    return {"version": row.version, "values": drafts.stored(form)}
