"""The page "Arsip" of a plan: one signed file out, and one in."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bimtek.models import RegionArchive
from bimtek.views.places import frame_context, plan_of
from masterplan.archive import asking, signing
from regions import audit
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

A_PAGE = 10
POLL_SECONDS = 3
State = RegionArchive.State
BADGES = {State.WAITING: "running", State.DONE: "done", State.FAILED: "failed", State.CANCELLED: "cancelled"}


@require_safe
@never_cache
@region_view(Permission.MANAGE_REGION)
def archives(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """The archives of a plan; while a job is at one, the page asks again every few seconds."""
    plan = plan_of(region, year)
    rows = asking.archives_of(plan, request.access)
    busy = rows.filter(state=State.WAITING).exists()
    if request.htmx and not busy:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "region": region, "year": year, "page": page, "busy": busy, "poll": POLL_SECONDS,
        "archives": [{"row": row, "badge": BADGES[State(row.state)], "out": row.direction == "out"} for row in page],
    }  # fmt: skip
    if request.htmx:
        return render(request, "masterplan/_archives_busy.html", context)
    context |= frame_context(plan, request.access) | {
        "cohorts": asking.cohorts_for(plan, request.access),
        "may_private": request.access.may(Permission.REVIEW_NOTES),
        "may_enrol": request.user.is_ministry,
        "fingerprint": signing.fingerprint(signing.public_key()),
        "public_key": signing.public_key(),
    }
    return render(request, "masterplan/archives.html", context)


@require_POST
@region_view(Permission.MANAGE_REGION)
def pack(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """`catatan` takes in the notes among reviewers, for those who may read them."""
    asking.ask_out(plan_of(region, year), access=request.access, private=request.POST.get("catatan") == "1")
    messages.success(request, "Arsip sedang dibuat. Halaman ini menampilkannya begitu selesai.")
    return redirect("masterplan:archives", region.slug, year)


@require_POST
@region_view(Permission.MANAGE_REGION)
def restore(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    try:
        asking.hand_in(plan, request.FILES.get("berkas"), request.POST.get("angkatan", ""), access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Arsip sedang diperiksa dan dipulihkan. Hasilnya muncul di daftar di bawah.")
    return redirect("masterplan:archives", region.slug, year)


@require_POST
@region_view(Permission.MANAGE_REGION)
def cancel(request: RegionRequest, region: Region, year: int, archive: UUID) -> HttpResponse:
    row = get_object_or_404(asking.archives_of(plan_of(region, year), request.access), pk=archive)
    try:
        asking.cancel(row)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"“{row.name}” dibatalkan.")
    return redirect("masterplan:archives", region.slug, year)


@require_safe
@never_cache
@region_view(Permission.MANAGE_REGION)
def download(request: RegionRequest, region: Region, year: int, archive: UUID) -> HttpResponse:
    rows = asking.archives_of(plan_of(region, year), request.access)
    row = get_object_or_404(rows, pk=archive, direction="out", state=State.DONE)
    try:
        content = asking.path_of(row).open("rb") if row.path else None
    except FileNotFoundError:
        content = None
    if content is None:
        raise Http404("Berkas arsip ini sudah dihapus. Buat lagi arsipnya.")
    audit.downloaded(request.access, f"arsip {row.name}", about=row, method=request.method or "")
    return cast(
        HttpResponse, FileResponse(content, as_attachment=True, filename=row.name, content_type="application/zip")
    )
