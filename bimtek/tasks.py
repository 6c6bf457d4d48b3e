"""The job kinds of this app (a workbook is checked and applied: bimtek.exchange.imports; rows are taken over from an earlier
plan, or taken back: bimtek.heritage.taking), and what the clock does."""

from celery import shared_task

from bimtek import letters, packets
from bimtek.exchange import imports
from bimtek.heritage import taking
from bimtek.models import Takeover, WorkbookImport
from regions.jobs import Result, handles
from regions.models import Job


def _failed(job: Job) -> None:
    """The job ended without an answer: the page says so instead of waiting for ever."""
    row = WorkbookImport.objects.filter(pk=job.subject, region=job.region)
    back = WorkbookImport.State.READY if job.kind == imports.APPLY_JOB else WorkbookImport.State.FAILED
    row.filter(state__in=["checking", "applying"]).update(state=back, failure=job.failure)


def _row(job: Job) -> WorkbookImport:
    rows = WorkbookImport.objects.select_related("plan__region", "plan__enrolment__cohort", "region", "by")
    return rows.get(pk=job.subject, region=job.region)


@handles(imports.CHECK_JOB, after_failure=_failed)
def check_workbook(job: Job) -> Result:
    imports.check(_row(job))
    return Result()


@handles(imports.APPLY_JOB, after_failure=_failed)
def apply_workbook(job: Job) -> Result:
    imports.apply(_row(job))
    return Result()


def _not_taken(job: Job) -> None:
    taking.failed(job.subject, job.failure)


def _takeover(job: Job) -> Takeover:
    rows = Takeover.objects.select_related("plan__region", "plan__enrolment__cohort", "source__region", "region", "by")
    return rows.get(pk=job.subject, region=job.region)


@handles(taking.TAKE_JOB, after_failure=_not_taken)
def take_over(job: Job) -> Result:
    taking.take(_takeover(job))
    return Result()


@handles(taking.UNDO_JOB, after_failure=_not_taken)
def undo_takeover(job: Job) -> Result:
    taking.undo(_takeover(job))
    return Result()


@shared_task
def remind_packets() -> None:
    """Twice an hour (CELERY_BEAT_SCHEDULE)."""
    packets.remind()


@shared_task
def send_letters() -> None:
    """Once a minute (CELERY_BEAT_SCHEDULE)."""
    letters.send_due()
