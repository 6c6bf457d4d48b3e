"""Who changed what and when: of the whole plan, of one row, of one field of it; and bringing an earlier state back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from bimtek import kept, merging, offices, writing
from bimtek.models import Change, Plan
from bimtek.views.places import frame_context, plan_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@require_safe
@region_view(Permission.VIEW)
def history(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?baris=<uuid> shows one row's history, &isian=<field> only what became of one of its fields."""
    plan = plan_of(region, year)
    row_id, name = request.GET.get("baris", ""), request.GET.get("isian", "")
    changes = narrowed(offices.changes(plan, request.access).select_related("by", "suggested_by"), row_id, name)
    page = Paginator(changes, 30).get_page(request.GET.get("page"))
    names = kept.names_in(plan, page)
    entries: list[dict[str, Any]] = [
        {"change": change, "fields": differences(plan, change, names, name)} for change in page
    ]
    label = next((field["label"] for entry in entries for field in entry["fields"]), "") if name else ""
    context = frame_context(plan, request.access) | {
        "page": page,
        "entries": entries,
        "one_row": row_id,
        "one_field": label or name,
        "may_restore": request.access.may(Permission.FILL),
    }
    return render(request, "bimtek/history.html", context)


def narrowed(changes: QuerySet[Change], row_id: str, name: str) -> QuerySet[Change]:
    if not row_id:
        return changes
    try:
        found = changes.filter(row_id=UUID(row_id))
    except ValueError:
        return changes.none()
    if not name:
        return found
    kind = found.values_list("kind", flat=True).first()
    if kind is None or name not in kept.labels_of(kind):
        return changes.none()
    return found.filter(Q(after__has_key=name) | Q(before__has_key=name)).exclude(
        **{"before__has_key": name, "after__has_key": name, f"before__{name}": F(f"after__{name}")}
    )


def differences(plan: Plan, change: Change, names: kept.Names, only: str = "") -> list[dict[str, Any]]:
    """Each field whose value differs, with its label and the words that went and came."""
    before, after, labels = change.before or {}, change.after or {}, kept.labels_of(change.kind)
    found = []
    for name in dict.fromkeys([*before, *after]):
        moved = name == "position" and bool(before and after)  # where a row came into being says nothing
        if (name in kept.HIDDEN and not moved) or before.get(name) == after.get(name) or (only and name != only):
            continue
        old, new = (kept.shown(plan, change.kind, name, side.get(name), names) for side in (before, after))
        may_turn_back = change.deed != Change.Deed.DELETED and name in before and not moved
        found.append(
            {
                "name": name, "label": "urutan" if moved else labels.get(name, name), "marks": merging.marks(old, new),
                "may_turn_back": may_turn_back,
            }
        )  # fmt: skip
    return found


@require_POST
@region_view(Permission.FILL)
def restore(request: RegionRequest, region: Region, year: int, change: int) -> HttpResponse:
    plan = plan_of(region, year)
    found = get_object_or_404(offices.changes(plan, request.access), pk=change)
    name = request.POST.get("isian", "")
    try:
        if name and name not in kept.labels_of(found.kind):
            raise ValidationError("Isian ini tidak ada, jadi tidak dapat dikembalikan.")
        row = writing.restore(found, access=request.access, only=name)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"“{row}” dipulihkan.")
    back = request.POST.get("kembali", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("bimtek:history", region.slug, year)
