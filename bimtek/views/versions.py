"""The page "Versi": every frozen state of a plan with its names, read as it was, compared, and brought back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bimtek import snapshots, versions
from bimtek.frozen import Frozen, Part
from bimtek.models import Move, Plan, Snapshot, Stage, Version
from bimtek.views.compare import named
from bimtek.views.places import frame_context, plan_of, stage_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

PER_PAGE = 25
ROWS = 30


def states(plan: Plan) -> Any:
    """The plan's frozen states, the newest first, with their moves and names but without their content."""
    found = plan.snapshot_set.filter(region=plan.region).defer("content")
    return found.prefetch_related(Prefetch("moves", Move.objects.order_by("id")), "versions")


@require_safe
@region_view(Permission.VIEW_ALL)
def version_list(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?pilih=bernama shows the named ones."""
    return list_page(request, plan_of(region, year))


def list_page(request: RegionRequest, plan: Plan, *, refusal: str = "") -> HttpResponse:
    """The list; a refused name comes back with what was typed."""
    only = request.GET.get("pilih") == "bernama"
    found = states(plan)
    if only:
        found = found.filter(pk__in=Version.objects.filter(plan=plan).values("snapshot"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = frame_context(plan, request.access) | {
        "page": page,
        "entries": [{"snapshot": each, "label": named(each), "names": list(each.versions.all())} for each in page],
        "may_name": request.access.may(Permission.FILL_ALL),
        "chips": [
            {"label": "Semua keadaan", "url": "?", "on": not only, "count": None},
            {"label": "Bernama", "url": "?pilih=bernama", "on": only, "count": plan.versions.count()},
        ],
        "only": only,
        "refusal": refusal,
        "typed": {"nama": request.POST.get("nama", ""), "catatan": request.POST.get("catatan", "")},
    }
    return render(request, "bimtek/versions.html", context, status=422 if refusal else 200)


def snapshot_of(plan: Plan, pk: Any) -> Snapshot:
    return get_object_or_404(plan.snapshot_set.filter(region=plan.region).prefetch_related("moves", "versions"), pk=pk)


@require_POST
@region_view(Permission.FILL_ALL)
def version_name(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """`nama` and `catatan`; `potret` names a frozen state, without it what stands there now is frozen."""
    plan, wanted = plan_of(region, year), request.POST.get("potret", "")
    try:
        snapshot = snapshot_of(plan, UUID(wanted)) if wanted else None
    except ValueError:
        raise Http404("Potret itu tidak ada pada rencana ini.") from None
    try:
        made = versions.name(
            plan, request.POST.get("nama", ""), note=request.POST.get("catatan", ""), snapshot=snapshot,
            access=request.access,
        )  # fmt: skip
    except ValidationError as refusal:
        return list_page(request, plan, refusal=" ".join(refusal.messages))
    messages.success(request, f"Versi “{made}” tersimpan.")
    return redirect("bimtek:versions", region.slug, year)


@require_safe
@region_view(Permission.VIEW_ALL)
def version(request: RegionRequest, region: Region, year: int, snapshot: UUID) -> HttpResponse:
    """The whole plan as it was: ?tahap and ?bagian choose what is shown."""
    plan = plan_of(region, year)
    found = snapshot_of(plan, snapshot)
    wanted = request.GET.get("tahap", "")
    at = stage_of(int(wanted)) if wanted in {"1", "2", "3", "4"} else Stage(found.stage)
    parts = Frozen(found.content, region.zone).parts(at)
    current = next((part for part in parts if part.key == request.GET.get("bagian", parts[0].key)), parts[0])
    page = Paginator(current.entries, ROWS).get_page(request.GET.get("page"))
    may = request.access.may(Permission.FILL_ALL)
    context = frame_context(plan, request.access) | {
        "stage": at,
        "snapshot": found,
        "label": named(found),
        "names": list(found.versions.all()),
        "stages": [{"label": f"Tahap {s.roman}", "url": f"?tahap={s.value}", "on": s == at, "count": None} for s in Stage],
        "parts": [
            {"key": p.key, "title": p.title, "url": f"?tahap={at.value}&bagian={p.key}", "current": p is current, "count": p.count}
            for p in parts
        ],
        "part": Part(current.key, current.title, list(page), current.prose),
        "page": page,
        "may_restore": may,
        "difference": versions.counted(versions.differences(snapshots.content_of(plan), found.content)) if may else {},
        "compare_url": f"{reverse('bimtek:compare', args=[region.slug, year, at.value])}?dari={found.pk}&ke=sekarang&lingkup=semua",
    }  # fmt: skip
    return render(request, "bimtek/version.html", context)


@require_POST
@region_view(Permission.FILL_ALL)
def version_restore(request: RegionRequest, region: Region, year: int, snapshot: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    found = snapshot_of(plan, snapshot)
    try:
        count = versions.restore(plan, found, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("bimtek:version", region.slug, year, found.pk)
    messages.success(request, f"{count} baris dipulihkan. Isi sebelumnya tersimpan sebagai versi bernama.")
    return redirect("bimtek:versions", region.slug, year)
