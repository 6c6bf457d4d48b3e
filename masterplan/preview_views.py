"""The rendered draft beside the form: its page, the book's page in its frame, and the way from a printed word to its field."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from bimtek import offices, sections
from bimtek.framework import framework
from bimtek.models import Plan, Stage
from bimtek.sections import Questions, Section
from bimtek.views.places import Place as Screen
from bimtek.views.places import frame_context, place_of
from masterplan import preview
from masterplan.cutting import Piece
from masterplan.origins import Origin, parsed
from masterplan.preview import FRONT, Place, Reading
from masterplan.preview_print import printed
from regions import audit
from regions.access import Permission, RegionRequest, region_view
from regions.jobs import Failure
from regions.models import Region


@require_safe
@region_view(Permission.VIEW)
def preview_page(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """The preview on a page of its own, for narrow screens and without scripts."""
    screen = place_of(request.access, year, stage, section)
    context = frame_context(screen.plan, request.access, stage=screen.stage, current=screen.section.key) | {
        "place": screen, "section": screen.section, "query": request.GET.urlencode(), "alone": True,
        "back_url": screen.url("section"),
    }  # fmt: skip
    return render(request, "masterplan/preview/page.html", context)


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@region_view(Permission.VIEW)
def preview_book(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """One piece of the book. ?bab=buku-2.rencana-aksi&potong=3 names it, or ?asal=program/<id>/benefit what it should carry."""
    screen = place_of(request.access, year, stage, section)
    found = preview.places(screen.frame, screen.section.key)
    wanted = parsed(request.GET.get("asal", ""))
    context: dict[str, Any] = {
        "region": region, "year": year, "stage": screen.stage, "section": screen.section, "places": found,
        "nonce": request.csp_nonce,
    }  # fmt: skip
    if not found:
        return render(request, "masterplan/preview/nothing.html", context)
    reading = preview.read(screen.plan, screen.stage, request.access)
    context |= {"reading": reading}
    place = chosen(found, request.GET.get("bab", ""))
    template, shown = _shown(screen, reading, place, found, wanted, request.GET.get("potong", ""))
    html = render_to_string(template, context | shown, request=request)
    rules = "".join(f'[data-width="{width}"]{{width:{width}%}}' for width in preview.widths(html))
    return HttpResponse(html.replace("/*lebar*/", rules, 1))


def chosen(found: list[Place], code: str) -> Place:
    return next((place for place in found if place.code == code), found[0])


def _shown(
    screen: Screen, reading: Reading, place: Place, found: list[Place], wanted: Origin | None, number: str
) -> tuple[str, dict[str, Any]]:
    """The template and its context: a piece of a chapter, or leaves of the front matter."""
    own = screen.section.key
    if place.chapter == FRONT:
        return "masterplan/preview/front.html", preview.front_context(reading.material, place.book, own) | {
            "here": place
        }
    cut = preview.pieces(reading.material, place)
    at = _named(number, cut)
    if at is None:
        at = preview.best(cut, preview.PARENTS.get(own, own), wanted)
    steps = [{"number": index, "name": piece.name, "current": index == at} for index, piece in enumerate(cut)]
    context = preview.piece_context(reading.material, cut[at]) | {
        "here": place, "at": at, "steps": steps if len(steps) > 1 else [], "before": at - 1 if at else None,
        "after": at + 1 if at + 1 < len(cut) else None,
    }  # fmt: skip
    return "masterplan/preview/chapter.html", context


def _named(number: str, cut: list[Piece]) -> int | None:
    return int(number) if number.isdecimal() and len(number) < 4 and int(number) < len(cut) else None


@require_safe
@never_cache
@region_view(Permission.VIEW)
def preview_pages(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """The printed pages of the piece that ?bab= and ?potong= name, as a PDF for the browser's own reader."""
    screen = place_of(request.access, year, stage, section)
    found = [place for place in preview.places(screen.frame, screen.section.key) if place.chapter != FRONT]
    if not found:
        raise Http404("Bagian ini tidak tercetak dalam bab mana pun.")
    reading = preview.read(screen.plan, screen.stage, request.access)
    place = chosen(found, request.GET.get("bab", ""))
    cut = preview.pieces(reading.material, place)
    at = _named(request.GET.get("potong", ""), cut) or 0
    try:
        pdf = printed(screen.plan, reading.material, place, at)
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect("masterplan:preview", region.slug, year, stage, section)
    audit.downloaded(request.access, f"Pratinjau {cut[at].name} (PDF)", method=request.method or "")
    response = HttpResponse(pdf, content_type="application/pdf")
    name = slugify(f"pratinjau {place.code} {at + 1} {region.name}")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@region_view(Permission.VIEW)
def preview_source(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """From ?asal= to where it is written; with ?komentar=1 to where it is commented on."""
    screen = place_of(request.access, year, stage, section)
    wanted = parsed(request.GET.get("asal", ""))
    if wanted is None:
        return redirect(screen.url("section"))
    at = _screen_of(screen.plan, screen.stage, wanted.section)
    if wanted.row and not (isinstance(at.section, Section) and _is_there(request, at.plan, at.section, wanted)):
        raise Http404("Baris ini sudah tidak ada.")
    if request.GET.get("komentar") == "1":
        return redirect(_comment_url(at, wanted, request.GET.get("panel", "")))
    if isinstance(at.section, Questions):
        return redirect(at.url("section") + (f"#tanya-{wanted.field}" if _asked(at, wanted.field) else ""))
    if wanted.row:
        named = wanted.field in getattr(at.section.form, "base_fields", {})
        return redirect(at.url("row", wanted.row) + (f"#isian-{wanted.field}" if named else ""))
    return redirect(at.url("section"))


def _screen_of(plan: Plan, stage: Stage, key: str) -> Screen:
    """The section in this stage where it is part of it, else in its own."""
    frame = framework(plan.framework)
    for each in (stage, *Stage):
        if section := sections.find(key, each, frame):
            return Screen(plan, each, section)
    raise Http404("Bagian tidak dikenal.")


def _is_there(request: RegionRequest, plan: Plan, section: Section, wanted: Origin) -> bool:
    return offices.visible(section.rows(plan), request.access).filter(pk=wanted.row).exists()


def _asked(at: Screen, key: str) -> bool:
    return any(question.key == key for question in at.frame.questions(at.stage, at.section.key.removeprefix("narasi-")))


def _comment_url(at: Screen, wanted: Origin, panel: str) -> str:
    place = reverse("bimtek:thread_new", args=at.base[:2])
    query = {
        "tahap": str(at.stage.value),
        "bagian": at.section.key,
        "baris": str(wanted.row or ""),
        "isian": wanted.field,
    }
    return f"{place}?{urlencode(query | ({'panel': '1'} if panel == '1' else {}))}"
