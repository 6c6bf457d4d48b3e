"""One print looked at closely: every unit, time left, what failed and where to mend it, versions, comparison, chosen chapters."""

import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bimtek.models import Plan
from bimtek.views.places import frame_context, plan_of
from masterplan import causes, comparing, issuing, papers, printing, schedule
from masterplan.models import BookPrint, FinishedBook, PrintUnit
from masterplan.views import POLL_SECONDS, print_of, shown_print
from regions import audit
from regions.access import Permission, RegionRequest, region_view
from regions.jobs import Failure
from regions.models import Job, Region

VERSIONS = 20
PAIRS_A_PAGE = 20
STATES = {
    Job.State.QUEUED: ("queued", "Menunggu"),
    Job.State.RUNNING: ("running", "Sedang dirender"),
    Job.State.FAILED: ("failed", "Gagal"),
    Job.State.CANCELLED: ("cancelled", "Dibatalkan"),
    Job.State.DONE: ("done", "Selesai"),
}


@require_safe
@never_cache
@region_view(Permission.VIEW_ALL)
def cockpit(request: RegionRequest, region: Region, year: int, pk: UUID) -> HttpResponse:
    """The page of one print; `?bagian=keadaan` gives the part that changes while it is under way."""
    plan = plan_of(region, year)
    book_print = print_of(plan, pk)
    context = state_of(plan, book_print, request)
    if request.GET.get("bagian") == "keadaan":
        return render(request, "masterplan/_cockpit.html", context)
    context |= frame_context(plan, request.access) | {"here": "books"} | versions(plan, book_print)
    if context["shown"]["now"].state == "done":
        context["chapters"] = chapters(context["units"])
    return render(request, "masterplan/cockpit.html", context)


def state_of(plan: Plan, book_print: BookPrint, request: RegionRequest) -> dict[str, Any]:
    """What changes while a print is under way."""
    jobs = issuing.jobs_of(book_print)
    now = issuing.progress(book_print, jobs)
    running = sum(job.state == Job.State.RUNNING for job in jobs)
    by_subject = {job.subject: job for job in jobs}
    units = [shown_unit(plan, unit, by_subject.get(str(unit.pk))) for unit in book_print.units.all()]
    left = 0 if now.over else schedule.seconds_left(book_print, running)
    return {
        "shown": shown_print(plan, book_print, request.access, now),
        "units": units,
        "failed": [unit for unit in units if unit["causes"] or unit["sentence"]],
        "binding": next((job.failure for job in jobs if job.kind == issuing.BIND_JOB and job.failure), ""),
        "left": left,
        "minutes": (left + 30) // 60,
        "region": plan.region,
        "year": plan.enrolment.cohort.year,
        "poll": POLL_SECONDS,
    }


def shown_unit(plan: Plan, unit: PrintUnit, job: Job | None) -> dict[str, Any]:
    """One unit with where it stands; one that failed with its sentence and the places where it may be mended."""
    if unit.pages is not None:
        state, label = "done", "Dipakai ulang" if unit.reused else "Selesai"
    else:
        state, label = STATES[Job.State(job.state)] if job else ("queued", "Menunggu")
    failed = job is not None and state == "failed"
    sentence = job.failure if failed and job else ""
    places = causes.causes(plan, unit, sentence) if failed else []
    return {"unit": unit, "state": state, "label": label, "sentence": sentence, "causes": places}


def chapters(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The chapters of a print to choose from, by book."""
    named = [
        (each["unit"].book, each["unit"].chapter, each["unit"].title)
        for each in units
        if each["unit"].chapter and not each["unit"].part
    ]
    return [
        {
            "book": found[0][2].partition(", ")[0],
            "chapters": [(f"{book}.{code}", title.partition(", ")[2] or title) for _, code, title in found],
        }
        for book, found in ((book, list(rows)) for book, rows in groupby(named, key=lambda row: row[0]))
    ]


def versions(plan: Plan, book_print: BookPrint) -> dict[str, Any]:
    """The plan's bound books of other prints, the newest first, each beside the book of this print that it can be held against."""
    mine = {book.book: book for book in book_print.finished.all() if not papers.is_paper(book.book)}
    others = (
        FinishedBook.objects.filter(region=plan.region, book_print__plan=plan)
        .exclude(book_print=book_print)
        .select_related("book_print")
        .order_by("-created_at")[:VERSIONS]
    )
    return {"versions": [{"book": book, "beside": mine.get(book.book)} for book in others]}


def book_of(plan: Plan, pk: str) -> FinishedBook:
    """A bound book of the plan by what a query string says of it."""
    try:
        wanted = UUID(pk)
    except ValueError:
        raise Http404("Buku tidak ada.") from None
    books = FinishedBook.objects.filter(region=plan.region, book_print__plan=plan).select_related("book_print")
    return get_object_or_404(books, pk=wanted)


@require_safe
@never_cache
@region_view(Permission.VIEW_ALL)
def compare_books(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?dari and ?ke name two bound books; the pages that changed come first."""
    plan = plan_of(region, year)
    if not request.GET.get("dari") or not request.GET.get("ke"):
        messages.info(request, "Buka sebuah cetakan, lalu pilih versi terdahulu untuk dibandingkan.")
        return redirect("masterplan:books", region.slug, year)
    before, after = book_of(plan, request.GET["dari"]), book_of(plan, request.GET["ke"])
    old, new = comparing.kept(before), comparing.kept(after)
    context = frame_context(plan, request.access) | {"here": "books", "before": before, "after": after}
    if old is None or new is None:
        return render(request, "masterplan/compare_books.html", context | {"lost": True})
    pairs = comparing.compare(old, new)
    changed = comparing.changed_first(pairs)
    page = Paginator(changed, PAIRS_A_PAGE).get_page(request.GET.get("hal"))
    counts = {kind: sum(pair.kind == kind for pair in pairs) for kind in (*comparing.ORDER, comparing.SAME)}
    return render(request, "masterplan/compare_books.html", context | {"page": page, "counts": counts})


@require_safe
@never_cache
@region_view(Permission.VIEW_ALL)
def chosen(request: RegionRequest, region: Region, year: int, pk: UUID) -> HttpResponse:
    """The chosen chapters of a finished print as one PDF, bound now out of its units. ?bab may come several times."""
    plan = plan_of(region, year)
    book_print = print_of(plan, pk)
    wanted = request.GET.getlist("bab")
    known = {f"{unit.book}.{unit.chapter}" for unit in book_print.units.all() if unit.chapter}
    refusal = "" if wanted and set(wanted) <= known else "Pilih sedikitnya satu bab dari daftar."
    if issuing.progress(book_print).state != "done":
        refusal = "Cetakan ini belum selesai. Bab dapat dipilih sesudah selesai."
    if refusal:
        messages.error(request, refusal)
        return redirect("masterplan:cockpit", region.slug, year, pk)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "bab.pdf"
        try:
            printing.bind_chapters(book_print, set(wanted), target)
        except Failure as failure:
            messages.error(request, str(failure))
            return redirect("masterplan:cockpit", region.slug, year, pk)
        names = ", ".join(sorted(set(wanted)))
        audit.downloaded(request.access, f"bab pilihan ({names})", about=book_print, method=request.method or "")
        answer = HttpResponse(target.read_bytes(), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="bab-pilihan-{slugify(region.name)}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
