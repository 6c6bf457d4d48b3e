"""Beside a question or a readiness row: what the region's earlier masterplan said, and what similar regions say.

Fetched when somebody unfolds it, so that the page around it stays as light as it was.
"""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bimtek import offices, sharing
from bimtek.heritage import picking
from bimtek.models import Answer, Plan, ReadinessRow
from bimtek.sections import Questions
from bimtek.views.places import Place, place_of
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region

FILLS = ("value", "unit", "year", "source")
"""Of a readiness row: what an earlier one may begin."""


@require_safe
@never_cache
@region_view(Permission.FILL)
def earlier(request: RegionRequest, region: Region, year: int, stage: int, section: str, what: str) -> HttpResponse:
    """`what` is the key of a question, or the id of a readiness row."""
    place = place_of(request.access, year, stage, section)
    if isinstance(place.section, Questions):
        context = _of_question(place, place.section, what, request.access)
    elif place.section.model is ReadinessRow:
        context = _of_row(place, what, request.access)
    else:
        raise Http404("Bagian ini tidak punya bahan terdahulu.")
    return render(request, "bimtek/_earlier.html", context)


def _of_question(place: Place, section: Questions, key: str, access: Access) -> dict[str, Any]:
    asked = place.frame.questions(place.stage, section.group)
    question = next((each for each in asked if each.key == key), None)
    if question is None:
        raise Http404("Pertanyaan tidak ada di bagian ini.")
    plans = {plan.pk: plan for plan in picking.earlier_plans(place.plan)}
    answers = Answer.objects.filter(plan__in=plans, region=place.plan.region_id, key=key).exclude(text="")
    return {
        "rich": question.kind == "rich", "key": key, "may_use": access.may(Permission.FILL_ALL),
        "own": _newest_first(plans, [(a.plan_id, {"text": a.text, "begin": json.dumps({"text": a.text})}) for a in answers]),
        "similar": sharing.answers_of_similar(place.plan, key),
    }  # fmt: skip


def _of_row(place: Place, named: str, access: Access) -> dict[str, Any]:
    try:
        wanted = UUID(named)
    except ValueError:
        raise Http404("Baris tidak dikenal.") from None
    own = place.plan.readinessrow_set.filter(region=place.plan.region_id)
    row: ReadinessRow = get_object_or_404(offices.visible(own, access), pk=wanted)
    plans = {plan.pk: plan for plan in picking.earlier_plans(place.plan)}
    same = {"indicator": row.indicator} if row.indicator else {"indicator": "", "name__iexact": row.name}
    old = ReadinessRow.objects.filter(plan__in=plans, region=place.plan.region_id, **same).exclude(value="")
    found = [
        (each.plan_id, {"text": picking.earlier_value(each), "begin": _fills(each)})
        for each in offices.visible(old, access)
    ]
    return {
        "rich": False, "key": row.pk, "may_use": True, "own": _newest_first(plans, found),
        "similar": sharing.readiness_of_similar(place.plan, row),
    }  # fmt: skip


def _fills(row: ReadinessRow) -> str:
    """The fields that "Pakai sebagai awal" puts into the form, as a browser types them."""
    return json.dumps({name: str(value) for name in FILLS if (value := getattr(row, name))})


def _newest_first(plans: dict[Any, Plan], found: list[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    by_plan = dict(found)
    return [by_plan[pk] | {"plan": plan} for pk, plan in plans.items() if pk in by_plan]
