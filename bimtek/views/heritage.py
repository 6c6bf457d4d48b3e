"""The page "Dari masterplan terdahulu": what would come along from an earlier plan, taking it over, and taking that back."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bimtek.heritage import picking, taking
from bimtek.heritage.kinds import KINDS, USUAL
from bimtek.heritage.picking import Picked
from bimtek.models import Plan, Takeover
from bimtek.views.places import plan_of, whole_context
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

NAMED = 8  # of what stays behind, the page names so many of each reason
A_PAGE = 10
POLL_SECONDS = 2
State = Takeover.State
BADGES = {
    State.WAITING: "running", State.UNDOING: "running", State.DONE: "done", State.UNDONE: "cancelled", State.FAILED: "failed",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@region_view(Permission.FILL_ALL)
def takeover(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?dari=<cohort> chooses the earlier plan, &jenis=… what comes along; POST takes over what the preview showed."""
    plan = plan_of(region, year)
    sources = picking.earlier_plans(plan)
    if request.method == "POST":
        return _ask(request, plan, sources)
    busy = plan.takeovers.filter(state__in=[State.WAITING, State.UNDOING]).first()
    if request.htmx:
        return _busy(request, plan, busy) if busy else HttpResponse(status=204, headers={"HX-Refresh": "true"})
    page = Paginator(plan.takeovers.select_related("by"), A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = whole_context(plan, request.access) | {
        "sources": sources, "busy": busy, "poll": POLL_SECONDS, "page": page,
        "takeovers": [{"row": row, "badge": BADGES[State(row.state)]} for row in page],
    }  # fmt: skip
    if (source := _source(sources, request.GET.get("dari", ""))) and not busy:
        context |= preview(plan, source, _chosen(request))
    return render(request, "bimtek/takeover.html", context)


def _busy(request: RegionRequest, plan: Plan, busy: Takeover) -> HttpResponse:
    context = {"busy": busy, "poll": POLL_SECONDS, "region": plan.region, "year": plan.enrolment.cohort.year}
    return render(request, "bimtek/_takeover_busy.html", context)


def _source(sources: list[Plan], wanted: str) -> Plan | None:
    """The earlier plan of the named cohort; the newest where none is named."""
    named = [plan for plan in sources if str(plan.enrolment.cohort.year) == wanted]
    return next(iter(named or sources), None)


def _chosen(request: RegionRequest) -> list[str]:
    return request.GET.getlist("jenis") if "jenis" in request.GET or "periksa" in request.GET else list(USUAL)


def preview(plan: Plan, source: Plan, chosen: list[str]) -> dict[str, Any]:
    """Every kind with what it would bring. Links depend on what else comes along, so the chosen kinds are picked together."""
    ticked = {each.kind.key: each for each in picking.pick(plan, source, chosen)}
    rest = [kind.key for kind in KINDS if kind.key not in ticked]
    others = {each.kind.key: each for each in picking.pick(plan, source, rest)}
    counts = taking.counts_of(ticked.values())
    return {
        "source": source,
        "kinds": [_shown(kind.key in ticked, ticked.get(kind.key) or others[kind.key]) for kind in KINDS],
        "counts": json.dumps(counts), "chosen": list(counts), "total": sum(counts.values()),
        "mixed": [each.kind.title for each in ticked.values() if each.there and each.new],
    }  # fmt: skip


def _shown(on: bool, picked: Picked) -> dict[str, Any]:
    left = [
        {"why": why, "count": len(names), "names": names[:NAMED], "rest": max(0, len(names) - NAMED)}
        for why, names in picked.left.items()
    ]
    return {"on": on, "picked": picked, "left": left, "left_count": sum(each["count"] for each in left)}


def _ask(request: RegionRequest, plan: Plan, sources: list[Plan]) -> HttpResponse:
    source = _source(sources, request.POST.get("dari", ""))
    try:
        if source is None:
            raise ValidationError("Daerah ini belum punya rencana pada angkatan terdahulu.")
        seen = _counts(request.POST.get("dilihat", ""))
        taking.ask(plan, source, request.POST.getlist("jenis"), seen, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("bimtek:takeover", plan.region.slug, plan.enrolment.cohort.year)


def _counts(text: str) -> dict[str, Any]:
    """What the page says it showed; nothing for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@require_POST
@region_view(Permission.FILL_ALL)
def undo_takeover(request: RegionRequest, region: Region, year: int, takeover: UUID) -> HttpResponse:
    row = get_object_or_404(plan_of(region, year).takeovers.select_related("plan", "region"), pk=takeover)
    try:
        taking.ask_undo(row, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("bimtek:takeover", region.slug, year)
