"""The two job kinds of a print. What they do is in masterplan.printing; here is how they hold their lease."""

import time
from collections.abc import Callable

from django.conf import settings

from masterplan import printing, units
from masterplan.issuing import BIND_JOB, CHAPTER_JOB, bind_if_ready, jobs
from masterplan.models import BookPrint, PrintUnit
from regions.jobs import Result, handles
from regions.models import Job

LOOK_SECONDS = 2.0


def keeper(job: Job) -> Callable[[], bool]:
    """Renews the job's lease now and then; False once it was cancelled or taken away."""
    pause = min(LOOK_SECONDS, settings.JOB_LEASE_SECONDS / 3)
    looked, held = 0.0, True

    def going_on() -> bool:
        nonlocal looked, held
        if held and time.monotonic() - looked >= pause:
            looked, held = time.monotonic(), jobs.renew(job)
        return held

    return going_on


@handles(CHAPTER_JOB)
def print_chapter(job: Job) -> Result:
    """Renders one chapter; the last of a print asks for the binding."""
    unit = PrintUnit.objects.select_related("book_print__region").get(pk=job.subject, region_id=job.region_id)
    try:
        rendered = printing.print_chapter(unit, keeper(job))
    except units.Stopped:
        return Result()
    bind_if_ready(unit.book_print)
    return Result(sha256=rendered.key, pages=rendered.pages, bytes=rendered.path.stat().st_size)


@handles(BIND_JOB)
def bind_books(job: Job) -> Result:
    """Binds the books of a print. Pages that vanished from the store meanwhile are rendered again first."""
    book_print = BookPrint.objects.select_related("region", "created_by").get(pk=job.subject, region_id=job.region_id)
    going_on = keeper(job)
    try:
        for unit in printing.missing_units(book_print):
            printing.print_chapter(unit, going_on)
        finished = printing.bind_books(book_print, going_on)
    except units.Stopped:
        return Result()
    whole = max(finished, key=lambda book: book.pages)
    return Result(sha256=whole.sha256, pages=whole.pages, bytes=whole.bytes)
