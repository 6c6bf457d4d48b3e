"""Offices (OPD) and settings of a region."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regions import places
from regions.access import Permission, RegionRequest, region_view
from regions.forms import CloseOpdForm, OpdForm, RegionForm, accepted, posted, sent_files
from regions.models import Opd, Region
from regions.pages import page_of, words_of


@require_safe
@region_view(Permission.VIEW)
def opds(request: RegionRequest, region: Region) -> HttpResponse:
    words = words_of(request)
    rows = (
        region.opd_set.select_related("successor")
        .prefetch_related("predecessors")
        .order_by("-active", "position", "name")
    )
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(abbreviation__icontains=words) | Q(head_name__icontains=words))
    context = {
        "region": region,
        "page": page_of(request, rows),
        "words": words,
        "manages": request.access.may(Permission.MANAGE_REGION),
    }
    return render(request, "regions/opds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.MANAGE_REGION)
def add_opd(request: RegionRequest, region: Region) -> HttpResponse:
    form = OpdForm(posted(request), instance=Opd(region=region))
    if request.method == "POST" and form.is_valid():
        values = _without_version(form.cleaned_data)
        if accepted(form, lambda: places.add_opd(region, values)):
            messages.success(request, f"{values['name']} ditambahkan.")
            return redirect("regions:opds", region.slug)
    return render(request, "regions/opd.html", {"region": region, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.MANAGE_REGION)
def opd(request: RegionRequest, region: Region, opd: UUID) -> HttpResponse:
    row = get_object_or_404(region.opd_set, pk=opd)
    form = OpdForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        values, version = _without_version(form.cleaned_data), form.cleaned_data["version"]
        if accepted(form, lambda: places.change_opd(row, values, version=version), lambda: _saved(region, row)):
            messages.success(request, f"{row.name} disimpan.")
            return redirect("regions:opds", region.slug)
    return render(request, "regions/opd.html", {"region": region, "form": form, "opd": _saved(region, row)})


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.MANAGE_REGION)
def close_opd(request: RegionRequest, region: Region, opd: UUID) -> HttpResponse:
    row = get_object_or_404(region.opd_set.filter(active=True), pk=opd)
    form = CloseOpdForm(posted(request), opd=row)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if accepted(form, lambda: places.close_opd(row, **values), lambda: _saved(region, row)):
            messages.success(request, f"{row.name} dinonaktifkan. Baris lama tetap menyebut namanya.")
            return redirect("regions:opds", region.slug)
    return render(request, "regions/close_opd.html", {"region": region, "form": form, "opd": row})


@require_POST
@region_view(Permission.MANAGE_REGION)
def reopen_opd(request: RegionRequest, region: Region, opd: UUID) -> HttpResponse:
    row = get_object_or_404(region.opd_set.filter(active=False), pk=opd)
    try:
        places.reopen_opd(row, version=row.version)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{row.name} aktif lagi.")
    return redirect("regions:opds", region.slug)


@require_POST
@region_view(Permission.MANAGE_REGION)
def add_usual_opds(request: RegionRequest, region: Region) -> HttpResponse:
    added = places.add_usual_opds(region)
    messages.success(request, f"{added} OPD ditambahkan. Sesuaikan namanya dengan daerah Anda.")
    return redirect("regions:opds", region.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.MANAGE_REGION)
def settings(request: RegionRequest, region: Region) -> HttpResponse:
    saved = Region.objects.select_related("emblem").get(pk=region.pk)  # the form writes into its own copy
    form = RegionForm(posted(request), sent_files(request), instance=saved, by=request.user)
    if request.method == "POST" and form.is_valid():
        values, version = _without_version(form.cleaned_data), form.cleaned_data["version"]
        if accepted(
            form,
            lambda: places.change_region(saved, values, version=version),
            lambda: Region.objects.get(pk=region.pk),
        ):
            messages.success(request, "Pengaturan daerah disimpan.")
            return redirect("regions:settings", region.slug)
    return render(request, "regions/settings.html", {"region": region, "form": form})


def _without_version(values: dict) -> dict:  # type: ignore[type-arg]
    return {name: value for name, value in values.items() if name != "version"}


def _saved(region: Region, row: Opd) -> Opd:
    """The office as the database has it, not as the form left it."""
    return region.opd_set.get(pk=row.pk)
