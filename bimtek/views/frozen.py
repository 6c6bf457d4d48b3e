"""What was submitted, as it was."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import beside
from bimtek.frozen import SESSIONS, Entry, Frozen, Part
from bimtek.models import Move, Plan, Snapshot, Stage
from bimtek.views.places import frame_context, plan_of, stage_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

PER_PAGE = 30


def snapshot_of(plan: Plan, stage: Stage, snapshot: UUID) -> Snapshot:
    return get_object_or_404(plan.snapshot_set.filter(region=plan.region, stage=stage), pk=snapshot)


def head_context(request: RegionRequest, plan: Plan, stage: Stage, frozen: Snapshot) -> dict[str, Any]:
    move = Move.objects.filter(snapshot=frozen, submission__plan=plan).first()
    return frame_context(plan, request.access) | {"stage": stage, "snapshot": frozen, "move": move}


@require_safe
@region_view(Permission.VIEW_ALL)
def frozen(request: RegionRequest, region: Region, year: int, stage: int, snapshot: UUID) -> HttpResponse:
    """One section at a time (?bagian=program), so that a big plan stays readable."""
    plan, at = plan_of(region, year), stage_of(stage)
    found = snapshot_of(plan, at, snapshot)
    parts = Frozen(found.content, region.zone).parts(at)
    wanted = request.GET.get("bagian", parts[0].key)
    current = next((part for part in parts if part.key == wanted), None)
    if current is None:
        raise Http404("Bagian tidak ada pada tahap ini.")
    page = Paginator(current.entries, PER_PAGE).get_page(request.GET.get("page"))
    shown = Part(current.key, current.title, list(page), current.prose)
    context = head_context(request, plan, at, found) | {
        "parts": [
            {"key": p.key, "title": p.title, "url": f"?bagian={p.key}", "current": p is current, "count": p.count}
            for p in parts
        ],
        "part": shown,
        "page": page,
        "comment_url": comment_url(request, plan, at, current),
        "said": beside.counts_of(plan, request.access, ids_in(page.object_list)),
    }
    return render(request, "bimtek/frozen.html", context)


def ids_in(entries: Iterable[Entry]) -> Iterator[UUID]:
    """The rows of a page and what hangs on them."""
    for entry in entries:
        yield UUID(entry.id)
        for child in entry.children:
            yield from ids_in(child.entries)


def comment_url(request: RegionRequest, plan: Plan, stage: Stage, part: Part) -> str:
    """Where a comment begins, the section and the row aside; '''' for who may not comment and for sessions, which are minutes."""
    if part.key == SESSIONS or not request.access.may(Permission.COMMENT):
        return ""
    place = reverse("bimtek:thread_new", args=[plan.region.slug, plan.enrolment.cohort.year])
    return f"{place}?tahap={stage.value}"
