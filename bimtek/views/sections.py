"""One section of a stage: a list of rows, or a group of narrative questions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from js_asset import Media

from bimtek import beside, offices
from bimtek.forms.answers import AnswersForm
from bimtek.sections import Questions, Section
from bimtek.views import lists, panels
from bimtek.views.bulk import may_tick
from bimtek.views.grid import has_grid, may_see
from bimtek.views.places import Place, frame_context, has_offices, place_of, rows_place, stage_is_open
from bimtek.views.rows import with_moves
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.VIEW, Permission.PACKET)
def section(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    place = place_of(request.access, year, stage, section)
    if isinstance(place.section, Questions):
        return questions(request, place, place.section)
    if request.method == "POST":
        return HttpResponse(status=405)
    return rows(request, place, place.section)


def rows(request: RegionRequest, place: Place, section: Section) -> HttpResponse:
    everything = offices.visible(section.rows(place.plan), request.access)
    adds_up = offices.sees_all(request.access) or not has_offices(section)
    found = lists.ordered(lists.narrowed(everything, section, request.GET, place.plan), section, request.GET)
    page = lists.page_of(request, found)
    is_open = stage_is_open(place.plan, section)
    said = beside.counts(place.plan, request.access, section, page)
    entries = [
        with_moves(request, place, section, lists.entry(place, section, row, said), is_open=is_open)
        | {"tick": may_tick(section, request, is_open, row)}
        for row in page
    ]
    context = frame_context(place.plan, request.access, stage=place.stage, current=section.key) | {
        "place": place,
        "section": section,
        "page": page,
        "rows": entries,
        "bulk_url": place.url("bulk") if any(entry["tick"] for entry in entries) else "",
        "may_choose": is_open and request.access.may(Permission.FILL_ALL),
        "new_url": place.url("row_new"),
        "list_url": place.url("section"),
        "grid_url": place.url("grid") if has_grid(section) and may_see(section, request.access) else "",
        "panel_url": place.url("panel"),
        "elsewhere_url": reverse("bimtek:elsewhere", args=place.base[:2])
        if section.key == "program" and is_open and request.access.may(Permission.FILL)
        else "",
        "heads": lists.heads(request, section),
        "filters": lists.chip_groups(request, section, place.plan, place.frame),
        "narrowed": any(request.GET.get(name) for name in ["cari", *(f.field for f in section.filters)]),
        "is_open": is_open,
        "may_add": is_open and request.access.may(Permission.PACKET if section.has_opd else Permission.FILL_ALL),
        "panel": panels.context(section.panel, place.plan) if section.panel and adds_up else None,
    }
    return render(request, "bimtek/section.html", context)


def questions(request: RegionRequest, place: Place, section: Questions) -> HttpResponse:
    """The questions of one group as one form; each answer keeps its own version."""
    is_open = stage_is_open(place.plan, section)
    # a stage accepted while somebody wrote: the verb refuses, and the text comes back in its form
    may_write = request.access.may(Permission.FILL_ALL) and (is_open or request.method == "POST")
    wanted = place.frame.questions(place.stage, section.group)
    form = AnswersForm(
        request.POST if request.method == "POST" else None, plan=place.plan, questions=wanted, may_write=may_write
    )
    if request.method == "POST" and not request.access.may(Permission.FILL_ALL):
        raise PermissionDenied("Narasi ditulis oleh Diskominfo.")
    if request.method == "POST" and form.is_valid():
        try:
            kept = form.save(access=request.access)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            if not form.errors:
                messages.success(request, f"{kept} jawaban tersimpan." if kept else "Tidak ada yang berubah.")
                return redirect(place.url("section"))
    context = frame_context(place.plan, request.access, stage=place.stage, current=section.key) | {
        "place": place,
        "section": section,
        "form": form,
        "entries": [each | {"earlier_url": place.url("earlier", each["question"].key)} for each in form.entries()],
        "autosave_url": place.url("autosave"),
        "may_write": may_write,
        "is_open": is_open,
        "form_media": Media.from_media(form.media).with_nonce(request.csp_nonce) if may_write else "",
    }
    return render(request, "bimtek/questions.html", context, status=422 if form.errors else 200)


@require_safe
@region_view(Permission.VIEW)
def panel(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """The chart or summary above a list, fetched again after a row changed."""
    place, entry = rows_place(request.access, year, stage, section)
    if has_offices(entry) and not offices.sees_all(request.access):
        raise PermissionDenied("Jumlah seluruh OPD hanya untuk yang melihat semua OPD.")
    may_choose = stage_is_open(place.plan, entry) and request.access.may(Permission.FILL_ALL)
    context = {
        "panel": panels.context(entry.panel, place.plan), "plan": place.plan, "place": place, "section": entry,
        "region": region, "year": year, "may_choose": may_choose,
    }  # fmt: skip
    return render(request, "bimtek/_panel.html", context)
