"""The page "Buku" of a plan: ask for books, watch, cancel, download; and the charts of its screens."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bimtek import workflow
from bimtek.framework import framework
from bimtek.models import Plan, Stage
from bimtek.views.places import frame_context, plan_of
from masterplan import issuing, papers, screen_charts
from masterplan.models import BookPrint, FinishedBook
from masterplan.printing import COMBINED
from regions import audit
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region

PRINTS_A_PAGE = 10
POLL_SECONDS = 2
STATES = {
    "waiting": ("queued", "Menunggu giliran"),
    "running": ("running", "Sedang dicetak"),
    "binding": ("running", "Sedang dijilid"),
    "done": ("done", "Selesai"),
    "failed": ("failed", "Gagal"),
    "cancelled": ("cancelled", "Dibatalkan"),
}


@require_safe
@never_cache
@region_view(Permission.VIEW_ALL)
def books(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    prints = (
        BookPrint.objects.filter(plan=plan)
        .select_related("region")
        .prefetch_related("units", "finished")
        .defer("content")
    )
    page = Paginator(prints, PRINTS_A_PAGE).get_page(request.GET.get("hal"))
    jobs = issuing.latest_jobs(list(page))
    shown = [shown_print(plan, each, request.access, issuing.progress(each, jobs[each.pk])) for each in page]
    newest = shown[0] if page.number == 1 and shown else None
    context = frame_context(plan, request.access) | {
        "here": "books",
        "books": offered(plan),
        "combined": COMBINED,
        "unaccepted": workflow.unaccepted(plan),
        "accepted": workflow.accepted_states(plan).get(Stage.KOMITMEN),
        "word": papers.WORD,
        "sheets": papers.OFFERED,
        "covers": [(design.value, design.label.split(":")[0]) for design in Region.Cover],
        "may_manage": request.access.may(Permission.MANAGE_REGION),
        "may_print": request.access.may(Permission.PRINT),
        "newest": newest,
        "earlier": shown[1:] if newest else shown,
        "page": page,
        "poll": POLL_SECONDS,
    }
    return render(request, "masterplan/books.html", context)


def offered(plan: Plan) -> list[dict[str, Any]]:
    """The bound books that the plan's framework knows."""
    outlines = [book for book in framework(plan.framework).books if not book.combines]
    return [
        {"code": book.code, "number": book.number, "title": book.title, "chapters": len(book.chapters)}
        for book in outlines
    ]


def shown_print(plan: Plan, book_print: BookPrint, access: Access, now: issuing.Progress) -> dict[str, Any]:
    """One print with where it stands and the deeds that are allowed."""
    state, label = STATES[now.state]
    where = [plan.region.slug, plan.enrolment.cohort.year, book_print.pk]
    may = access.may(Permission.PRINT)
    return {
        "print": book_print,
        "now": now,
        "state": state,
        "label": label,
        "next": min(now.done + 1, now.total),
        "reused": sum(unit.reused for unit in book_print.units.all()),
        "finished": sorted(book_print.finished.all(), key=lambda book: (book.book != COMBINED, book.book)),
        "progress_url": reverse("masterplan:progress", args=where),
        "cancel_url": reverse("masterplan:cancel", args=where) if may and not now.over else "",
        "retry_url": reverse("masterplan:retry", args=where) if may and now.state in ("failed", "cancelled") else "",
    }


@require_POST
@region_view(Permission.PRINT)
def ask(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    try:
        issuing.request(plan, by=request.user, books=request.POST.getlist("buku"))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("masterplan:books", region.slug, year)


@require_safe
@never_cache
@region_view(Permission.VIEW_ALL)
def progress(request: RegionRequest, region: Region, year: int, pk: Any) -> HttpResponse:
    """The job card, asked for every two seconds while the print is under way."""
    plan = plan_of(region, year)
    book_print = print_of(plan, pk)
    shown = shown_print(plan, book_print, request.access, issuing.progress(book_print))
    context = {"shown": shown, "region": region, "year": year, "poll": POLL_SECONDS}
    return render(request, "masterplan/_print.html", context)


def print_of(plan: Plan, pk: Any) -> BookPrint:
    return get_object_or_404(BookPrint.objects.filter(plan=plan).select_related("region"), pk=pk)


@require_POST
@region_view(Permission.PRINT)
def cancel(request: RegionRequest, region: Region, year: int, pk: Any) -> HttpResponse:
    if issuing.cancel(print_of(plan_of(region, year), pk), by=request.user):
        messages.info(request, "Pencetakan dibatalkan. Bagian yang sudah jadi disimpan untuk cetakan berikutnya.")
    else:
        messages.info(request, "Pencetakan ini sudah berakhir.")
    return redirect("masterplan:books", region.slug, year)


@require_POST
@region_view(Permission.PRINT)
def retry(request: RegionRequest, region: Region, year: int, pk: Any) -> HttpResponse:
    if not issuing.retry(print_of(plan_of(region, year), pk), by=request.user):
        messages.info(request, "Pencetakan ini tidak perlu diulang.")
    return redirect("masterplan:books", region.slug, year)


@require_safe
@region_view(Permission.VIEW_ALL)
def download(request: RegionRequest, region: Region, year: int, pk: Any) -> Any:
    """The bound PDF as an attachment."""
    plan = plan_of(region, year)
    book = get_object_or_404(FinishedBook.objects.filter(book_print__plan=plan), pk=pk)
    try:
        file = (settings.MEDIA_ROOT / book.path).open("rb")
    except FileNotFoundError:
        raise Http404("Berkas buku ini tidak ada lagi. Cetak ulang bukunya.") from None
    audit.downloaded(request.access, f"{book.title} ({book.name})", about=book, method=request.method or "")
    response = FileResponse(
        file, as_attachment=True, filename=book.name, content_type=papers.TYPES[Path(book.path).suffix]
    )
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@never_cache
@region_view(Permission.VIEW_ALL)
def chart(request: RegionRequest, region: Region, year: int, chart: str) -> HttpResponse:
    """A chart of the plan as it stands, from the same rows and specification as on paper."""
    if chart not in screen_charts.COMPOSERS:
        raise Http404("Grafik tidak ada.")
    found = screen_charts.blocks(plan_of(region, year), chart)
    context = {"drawn": screen_charts.drawn(found, chart), "tables": screen_charts.tables(found)}
    return render(request, "masterplan/_chart.html", context)
