"""Deeds on lists of a plan: choosing quick wins, one priority for many programmes, and taking such an act back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bimtek import offices, quickwins, writing
from bimtek.models import Plan, Programme
from bimtek.views.places import plan_of, rows_place
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

MOST = 100  # programmes at once; a page of the list shows fewer


@require_POST
@region_view(Permission.FILL_ALL)
def choose_quick_win(
    request: RegionRequest, region: Region, year: int, stage: int, section: str, row: UUID
) -> HttpResponse:
    """`pilih` is 1 to choose, 0 to let go; `version` the one that was seen."""
    place, entry = rows_place(request.access, year, stage, section)
    if entry.key != "quick-win":
        raise Http404("Hanya quick win yang dipilih.")
    found = get_object_or_404(place.plan.quickwin_set.select_related("plan", "region"), pk=row)
    chosen = request.POST.get("pilih") == "1"
    try:
        quickwins.choose(found, chosen=chosen, access=request.access, version=whole(request.POST.get("version", "")))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"“{found}” {'dipilih' if chosen else 'tidak lagi dipilih'}.")
    return redirect(place.url("section"))


@require_POST
@region_view(Permission.FILL)
def set_priorities(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """One priority for the programmes ticked (`pilih` = "<id>:<version>"), as one act that can be taken back."""
    place, entry = rows_place(request.access, year, stage, section)
    if entry.key != "program":
        raise Http404("Hanya program yang berprioritas.")
    back = request.POST.get("kembali", "")
    back = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else place.url("section")
    try:
        priority = Programme.Priority(whole(request.POST.get("priority", "")))
        rows = ticked(place.plan, request.POST.getlist("pilih"))
    except ValueError:
        messages.error(request, "Centang program yang dimaksud dan pilih prioritasnya.")
        return redirect(back)
    for row, _ in rows:
        row.priority = priority
    try:
        act = writing.change_many(rows, access=request.access)
    except ValidationError as refusal:
        messages.error(request, f"Prioritas belum diubah. {' '.join(refusal.messages)}")
    else:
        undo = f"undo:{reverse('bimtek:undo', args=[region.slug, year, act])}" if act else ""
        messages.success(
            request, f"Prioritas {len(rows)} program menjadi {str(priority.label).lower()}.", extra_tags=undo
        )
    return redirect(back)


def ticked(plan: Plan, values: list[str]) -> list[tuple[Programme, int]]:
    """The plan's programmes with the versions that were seen. ValueError for none, too many, or what is no id; 404 for a stranger's."""
    wanted = {UUID(value.partition(":")[0]): whole(value.partition(":")[2]) for value in values}
    if not 0 < len(wanted) <= MOST:
        raise ValueError("Nothing, or too much, was ticked.")
    rows = list(plan.programme_set.select_related("plan", "region").filter(pk__in=wanted).order_by("code"))
    if len(rows) != len(wanted):
        raise Http404("Program tidak ditemukan.")
    return [(row, wanted[row.pk]) for row in rows]


def whole(text: str) -> int:
    """A small whole number out of a form; 0, which is no version and no priority, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@require_POST
@region_view(Permission.FILL)
def undo(request: RegionRequest, region: Region, year: int, act: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    if not offices.changes(plan, request.access).filter(act=act).exists():
        raise Http404("Tindakan ini tidak ditemukan.")
    try:
        count = writing.undo(plan, act, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Diurungkan: {count} baris kembali seperti semula.")
    back = request.POST.get("kembali", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("bimtek:history", region.slug, year)
