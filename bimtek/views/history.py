"""Who changed what and when: of one row, or of the whole plan; and bringing an earlier state back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from bimtek import richtext, writing
from bimtek.models import Change
from bimtek.views.places import frame_context, plan_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

HIDDEN = {"position", "nip", "key"}


@require_safe
@region_view(Permission.VIEW)
def history(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?baris=<uuid> shows one row's history."""
    plan = plan_of(region, year)
    changes = plan.change_set.select_related("by", "suggested_by")
    row_id = request.GET.get("baris", "")
    if row_id:
        try:
            changes = changes.filter(row_id=UUID(row_id))
        except ValueError:
            changes = changes.none()
    page = Paginator(changes, 30).get_page(request.GET.get("page"))
    context = frame_context(plan, request.access) | {
        "page": page,
        "entries": [{"change": change, "fields": differences(change)} for change in page],
        "one_row": bool(row_id),
        "may_restore": request.access.may(Permission.FILL),
    }
    return render(request, "bimtek/history.html", context)


def differences(change: Change) -> list[dict[str, Any]]:
    """Each field whose value differs, with its label, before and after."""
    model: Any = apps.get_model("bimtek", change.kind)
    before, after = change.before or {}, change.after or {}
    labels = {f.attname: str(f.verbose_name) for f in model._meta.concrete_fields}
    labels |= {f.name: str(f.verbose_name) for f in model._meta.many_to_many}
    read = richtext.plain_text if change.kind == "answer" else str
    return [
        {
            "label": labels.get(name, name),
            "before": shown(before.get(name), read),
            "after": shown(after.get(name), read),
        }
        for name in dict.fromkeys([*before, *after])
        if name not in HIDDEN and before.get(name) != after.get(name)
    ]


def shown(value: Any, read: Callable[[str], str]) -> Any:
    """Rich text as its words; anything else as it is."""
    return read(value) if isinstance(value, str) else value


@require_POST
@region_view(Permission.FILL)
def restore(request: RegionRequest, region: Region, year: int, change: int) -> HttpResponse:
    plan = plan_of(region, year)
    found = get_object_or_404(plan.change_set, pk=change)
    try:
        row = writing.restore(found, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"“{row}” dipulihkan.")
    back = request.POST.get("kembali", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("bimtek:history", region.slug, year)
