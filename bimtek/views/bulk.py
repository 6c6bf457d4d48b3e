"""Changing many ticked rows of a list at once: choose, look at what would happen, apply; the message offers to undo it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bimtek import bulk, offices
from bimtek.bulk import MOST, BulkForm, Step
from bimtek.sections import Section
from bimtek.views.choices import whole
from bimtek.views.places import Place, frame_context, rows_place
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@require_POST
@region_view(Permission.FILL)
def change_many(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """`pilih` = "<id>:<version>" of each ticked row; `langkah` is '', 'lihat' or 'terapkan'."""
    place, entry = rows_place(request.access, year, stage, section)
    if entry.key not in bulk.FIELDS:
        raise Http404("Bagian ini diubah baris demi baris.")
    back = request.POST.get("kembali", "")
    back = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else place.url("section")
    try:
        rows = ticked(request, place, entry, request.POST.getlist("pilih"))
    except ValueError:
        messages.error(request, "Centang baris yang dimaksud dulu.")
        return redirect(back)
    step = request.POST.get("langkah", "")
    form = BulkForm(entry, place.plan, request.access, request.POST if step else None)
    found: list[Step] = []
    if step and form.is_valid():
        values = form.values()
        found = bulk.steps(rows, entry, values, access=request.access) if values else []
        if not values:
            form.add_error(None, "Pilih sedikitnya satu isian untuk diubah.")
        elif (
            step == "terapkan"
            and request.POST.get("dilihat") == mark_of(values)
            and apply(request, place, entry, form, found)
        ):
            return redirect(back)
    return show(request, place, entry, rows, form, found, back)


def mark_of(values: Any) -> str:
    """Names what was looked at: something else is shown first before it is applied."""
    return json.dumps(values, sort_keys=True)


def ticked(request: RegionRequest, place: Place, section: Section, values: list[str]) -> list[Any]:
    """The plan's rows with the versions that were seen. ValueError for none, too many, or what is no id; 404 for a stranger's."""
    wanted = {UUID(value.partition(":")[0]): whole(value.partition(":")[2]) for value in values}
    if not 0 < len(wanted) <= MOST:
        raise ValueError("Nothing, or too much, was ticked.")
    rows = list(offices.visible(section.rows(place.plan), request.access).filter(pk__in=wanted))
    if len(rows) != len(wanted):
        raise Http404("Baris tidak ditemukan.")
    for row in rows:
        row.plan, row.seen = place.plan, wanted[row.pk]
    return rows


def apply(request: RegionRequest, place: Place, section: Section, form: BulkForm, found: list[Step]) -> bool:
    """Whether it was done. What somebody changed since it was shown is shown again first."""
    moved = [str(step.row) for step in found if step.row.version != step.row.seen]
    if moved:
        form.add_error(None, f"Baru saja diubah orang lain: {', '.join(moved[:5])}. Periksa lagi sebelum menerapkan.")
        return False
    try:
        act = bulk.write(found, access=request.access)
    except ValidationError as refusal:
        form.add_error(None, ["Belum ada yang diubah.", *refusal.messages])
        return False
    changed = sum(bool(step.cells) for step in found)
    undo = f"undo:{reverse('bimtek:undo', args=[*place.base[:2], act])}" if act else ""
    said = f"{changed} baris {section.title.lower()} diubah." if act else "Semua baris itu sudah berisi demikian."
    messages.success(request, said, extra_tags=undo)
    return True


def show(
    request: RegionRequest,
    place: Place,
    section: Section,
    rows: list[Any],
    form: BulkForm,
    found: list[Step],
    back: str,
) -> HttpResponse:
    context = frame_context(place.plan, request.access, stage=place.stage, current=section.key) | {
        "place": place, "section": section, "rows": rows, "form": form, "steps": found, "back": back,
        "seen": mark_of(form.values()) if found else "",
        "changed": sum(bool(step.cells) for step in found), "refused": any(step.refusals for step in found),
        "post_url": place.url("bulk"), "list_url": place.url("section"),
    }  # fmt: skip
    return render(request, "bimtek/bulk.html", context, status=422 if form.errors else 200)


def may_tick(section: Section, request: RegionRequest, is_open: bool, row: Any) -> bool:
    """Whether the list offers a box beside this row."""
    if section.key not in bulk.FIELDS or not is_open or not request.access.may(Permission.FILL):
        return False
    return request.access.may_fill_for(row.opd_id)
