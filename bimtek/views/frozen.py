"""What was submitted, as it was; and what changed since."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bimtek import diff, snapshots
from bimtek.frozen import MODELS, Frozen, Part, plan_pairs
from bimtek.models import Move, Plan, Snapshot, Stage
from bimtek.states import LINK_MODELS
from bimtek.views.places import frame_context, plan_of, stage_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

PER_PAGE = 30
DEEDS = {diff.ADDED: "Ditambahkan", diff.REMOVED: "Dihapus", diff.CHANGED: "Diubah"}


def snapshot_of(plan: Plan, stage: Stage, snapshot: UUID) -> Snapshot:
    return get_object_or_404(plan.snapshot_set.filter(region=plan.region, stage=stage), pk=snapshot)


def head_context(request: RegionRequest, plan: Plan, stage: Stage, frozen: Snapshot) -> dict[str, Any]:
    move = Move.objects.filter(snapshot=frozen, submission__plan=plan).first()
    return frame_context(plan, request.access) | {"stage": stage, "snapshot": frozen, "move": move}


@require_safe
@region_view(Permission.VIEW)
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
    }
    return render(request, "bimtek/frozen.html", context)


@require_safe
@region_view(Permission.VIEW)
def frozen_diff(request: RegionRequest, region: Region, year: int, stage: int, snapshot: UUID) -> HttpResponse:
    """Rows added, removed and changed since the snapshot, in the whole plan."""
    plan, at = plan_of(region, year), stage_of(stage)
    found = snapshot_of(plan, at, snapshot)
    now = snapshots.content_of(plan)
    told = [change for change in diff.changes(found.content, now) if change.matters]
    old, new = Frozen(found.content, region.zone), Frozen(now, region.zone)
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    context = head_context(request, plan, at, found) | {
        "page": page,
        "entries": [told_entry(change, old, new) for change in page],
        "counts": [(label, sum(change.deed == deed for change in told)) for deed, label in DEEDS.items()],
    }
    return render(request, "bimtek/frozen_diff.html", context)


def told_entry(change: diff.RowChange, old: Frozen, new: Frozen) -> dict[str, Any]:
    """One difference in words: what, its name, and each field before and after."""
    if change.kind == "plan":
        before, after = dict(plan_pairs(change.before)), dict(plan_pairs(change.after))
        return {
            "deed": DEEDS[change.deed],
            "what": "rencana",
            "title": "Pengaturan rencana",
            "fields": beside(before, after),
        }
    model = MODELS[change.kind]
    whole = next((row for side in (new, old) for row in side.rows.get(change.kind, ()) if row["id"] == change.id), {})
    before, after = (
        dict(old.pairs(change.kind, change.before, every=True)),
        dict(new.pairs(change.kind, change.after, every=True)),
    )
    what = "kaitan" if issubclass(model, LINK_MODELS) else str(model._meta.verbose_name)
    return {
        "deed": DEEDS[change.deed],
        "what": what,
        "title": name_of(change.kind, whole, new if change.after else old),
        "fields": [field for field in beside(before, after) if field["before"] or field["after"]],
    }


def name_of(kind: str, row: dict[str, Any], side: Frozen) -> str:
    """A row's own name; links and marks have none, their fields say it."""
    return (
        ""
        if issubclass(MODELS[kind], LINK_MODELS) or kind in {"sessionday", "indicatortarget"}
        else side.title(kind, row)
    )


def beside(before: dict[str, str], after: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": label, "before": before.get(label, ""), "after": after.get(label, "")}
        for label in dict.fromkeys([*before, *after])
    ]
