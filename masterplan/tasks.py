"""The job kinds of this app: a print's two, an archive's two. Here is how they ask whether they are still wanted."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bimtek.models import RegionArchive
from masterplan import printing
from masterplan.archive import asking
from masterplan.issuing import BIND_JOB, CHAPTER_JOB, DATA_JOB, bind_if_ready
from masterplan.models import BookPrint, PrintUnit
from masterplan.units import GoingOn
from regions import jobs
from regions.jobs import Result, handles
from regions.models import Job

LOOK_SECONDS = 1.5


def keeper(job: Job, ask: Callable[[Job], None] = jobs.go_on) -> GoingOn:
    """Raises jobs.Stopped once the job was cancelled or taken over; looks at the row at most every LOOK_SECONDS.

    In a transaction `ask` is jobs.look.
    """
    looked = 0.0

    def going_on() -> None:
        nonlocal looked
        if time.monotonic() - looked >= LOOK_SECONDS:
            looked = time.monotonic()
            ask(job)

    return going_on


@handles(CHAPTER_JOB)
def print_chapter(job: Job) -> Result:
    """Renders one chapter; the last of a print asks for the binding."""
    found = PrintUnit.objects.select_related("book_print__region").defer("book_print__content")
    unit = found.get(pk=job.subject, region=job.region)
    rendered = printing.print_chapter(unit, keeper(job))
    bind_if_ready(unit.book_print)
    return Result(sha256=rendered.key, pages=rendered.pages, bytes=rendered.path.stat().st_size)


@handles(DATA_JOB)
def make_data(job: Job) -> Result:
    """Makes the data that goes along in the books while their units are rendered. Where it is missing, the binding makes it."""
    book_print = BookPrint.objects.defer("content").get(pk=job.subject, region=job.region)
    printing.make_data(book_print)
    return Result()


@handles(BIND_JOB)
def bind_books(job: Job) -> Result:
    """Binds the books of a print. Pages that vanished from the store meanwhile are rendered again first."""
    book_print = (
        BookPrint.objects.select_related("region", "created_by").defer("content").get(pk=job.subject, region=job.region)
    )
    going_on = keeper(job)
    for unit in printing.missing_units(book_print):
        printing.print_chapter(unit, going_on)
    whole = max(printing.bind_books(book_print, going_on), key=lambda book: book.pages)
    printing.tidy()
    return Result(sha256=whole.sha256, pages=whole.pages, bytes=whole.bytes)


def _archive(job: Job) -> RegionArchive:
    rows = RegionArchive.objects.select_related("region", "plan__region", "plan__enrolment__cohort", "by")
    return rows.get(pk=job.subject, region=job.region)


def _archive_failed(job: Job) -> None:
    asking.failed(job.subject, job.failure)


@contextmanager
def _until_cancelled(job: Job, row: RegionArchive) -> Iterator[None]:
    """What a cancelled archive leaves behind goes with it; one that another worker took over is that worker's."""
    try:
        yield
    except jobs.Stopped:
        if Job.objects.filter(pk=job.pk, state=Job.State.CANCELLED).exists():
            asking.cancelled(row)
        raise


@handles(asking.OUT_JOB, after_failure=_archive_failed)
def pack_archive(job: Job) -> Result:
    row = _archive(job)
    with _until_cancelled(job, row):
        asking.pack(row, keeper(job))
    return Result()


@handles(asking.IN_JOB, after_failure=_archive_failed)
def restore_archive(job: Job) -> Result:
    row = _archive(job)
    with _until_cancelled(job, row):
        asking.restore(row, keeper(job), inside=keeper(job, jobs.look))
    return Result()
