"""Deeds on lists of a plan: choosing quick wins, bringing SWOT weights to 1.00, and taking an act on many rows back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bimtek import offices, quickwins, weighing, writing
from bimtek.models import Stage
from bimtek.views.places import plan_of, rows_place
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


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
@region_view(Permission.FILL_ALL)
def normalise_weights(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    try:
        act = weighing.normalise(plan, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        undo = f"undo:{reverse('bimtek:undo', args=[region.slug, year, act])}" if act else ""
        said = "Bobot SWOT kini berjumlah 1,00 pada tiap sisi, dengan perbandingan yang sama."
        messages.success(request, said if act else "Bobot tiap sisi sudah berjumlah 1,00.", extra_tags=undo)
    return redirect("bimtek:section", region.slug, year, Stage.PERSEPSI.value, "swot")


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
