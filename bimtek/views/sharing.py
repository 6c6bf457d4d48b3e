"""What other regions offer (programmes to copy, what was written before beside a question), and what this region allows."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bimtek import sharing
from bimtek.framework import Framework, framework
from bimtek.models import Stage
from bimtek.sections import BY_KEY
from bimtek.views.lists import chip
from bimtek.views.places import Place, plan_of, stage_is_open, whole_context
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region
from regions.pages import page_of, words_of

A_PAGE = 10
FILTERS = ("dimensi", "sub", "jenis")


# --- what this region allows -----------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@region_view(Permission.SHARE)
def allow(request: RegionRequest, region: Region) -> HttpResponse:
    """The two switches; a box that is not ticked is off."""
    if request.method == "POST":
        wanted = {name: request.POST.get(name) == "1" for name in sharing.SWITCHES}
        version = request.POST.get("version", "")
        try:
            number = int(version) if version.isdecimal() and len(version) < 10 else 0
            sharing.allow(region, wanted, version=number, access=request.access)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, "Izin berbagi tersimpan dan berlaku sekarang.")
        return redirect("bimtek:sharing", region.slug)
    fresh = Region.objects.get(pk=region.pk)
    fields = [(name, Region._meta.get_field(name)) for name in sharing.SWITCHES]
    context = {
        "region": region, "version": fresh.version, "offers": sharing.offers_of(fresh),
        "switches": [
            {"name": name, "label": str(field.verbose_name), "on": getattr(fresh, name)}  # type: ignore[union-attr]
            for name, field in fields
        ],
    }  # fmt: skip
    return render(request, "bimtek/sharing.html", context)


# --- what others offer -----------------------------------------------------------------------------------------------
@require_safe
@never_cache
@region_view(Permission.FILL)
def elsewhere(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?cari=, ?dimensi=, ?sub= and ?jenis= narrow what other regions offer."""
    plan = plan_of(region, year)
    frame, words = framework(plan.framework), words_of(request)
    dimension, sub, kind = (request.GET.get(name, "").replace("\x00", "")[:10] for name in FILTERS)
    rows = sharing.narrowed(sharing.offered(plan), words=words, dimension=dimension, sub_dimension=sub, kind=kind)
    page = page_of(request, rows, A_PAGE)
    context = whole_context(plan, request.access) | {
        "page": page, "words": words, "groups": _groups(request, frame, dimension, sub, kind),
        "narrowed": bool(words or dimension or sub or kind),
        "offers": [
            {"row": row, "origin": sharing.origin(row), "sub": _sub_name(frame, row.sub_dimension)} for row in page
        ],
        "is_open": stage_is_open(plan, BY_KEY["program"]), "own_offices": sharing.own_offices(plan, request.access),
    }  # fmt: skip
    return render(request, "bimtek/elsewhere.html", context)


def _sub_name(frame: Framework, code: str) -> str:
    return next((f"{each.code} {each.name}" for each in frame.sub_dimensions if each.code == code), code)


def _groups(request: RegionRequest, frame: Framework, dimension: str, sub: str, kind: str) -> list[dict[str, Any]]:
    """Dimension, sub-dimension (of the chosen dimension) and kind of region as rows of links."""
    choices = {
        "dimensi": ("Dimensi", dimension, [(each.code, each.name, each.code) for each in frame.dimensions]),
        "sub": ("Subdimensi", sub, [(s.code, f"{s.code} {s.name}", "") for s in _subs(frame, dimension)]),
        "jenis": ("Jenis daerah", kind, [(value, label, "") for value, label in Region.Kind.choices]),
    }
    groups = []
    for name, (title, current, found) in choices.items():
        chips = [chip(request, name, "", "Semua", not current)]
        chips += [chip(request, name, value, label, value == current, code) for value, label, code in found]
        if found:
            groups.append({"title": title, "chips": chips, "name": name, "current": current})
    return groups


def _subs(frame: Framework, dimension: str) -> tuple[Any, ...]:
    known = {each.code for each in frame.dimensions}
    return frame.sub_dimensions_of(dimension) if dimension in known else ()


@require_POST
@region_view(Permission.FILL)
def adopt(request: RegionRequest, region: Region, year: int, offer: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    try:
        programme = sharing.adopt(plan, offer, access=request.access, opd=request.POST.get("opd", ""))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("bimtek:elsewhere", region.slug, year)
    messages.success(
        request, f"“{programme}” disalin. Lengkapi OPD, tahun, target, dan anggarannya menurut keadaan daerah Anda."
    )
    place = Place(plan, Stage.PROGRAM, BY_KEY["program"])
    return redirect(place.url("row", programme.pk))
