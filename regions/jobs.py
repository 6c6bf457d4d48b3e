"""Work outside the request, as rows: ask, take, finish, fail, reconcile.

A job survives every death because its row says where it stands. The broker's message carries the id only and may come
twice or never: `take` gives the lease to one runner, `finish` counts only for the attempt that holds it, and
`reconcile` (every 15 s) publishes what was lost and takes back what a dead worker held.
Handlers must be safe to run twice and to be cut in half.
"""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from regions.models import Job, Region

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What a finished job left behind."""

    sha256: str = ""
    pages: int | None = None
    bytes: int | None = None


class Failure(Exception):
    """Work that cannot succeed by trying again; its text is a sentence for the person who asked."""


Handler = Callable[[Job], Result]
HANDLERS: dict[str, Handler] = {}
AFTER_FAILURE: dict[str, Callable[[Job], None]] = {}

TECHNICAL = "Terjadi gangguan teknis. Pekerjaan ini sudah dicoba {attempts} kali; silakan ulangi atau hubungi admin."


def handles(kind: str, *, after_failure: Callable[[Job], None] | None = None) -> Callable[[Handler], Handler]:
    """Registers the function that does jobs of this kind."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if after_failure:
            AFTER_FAILURE[kind] = after_failure
        return handler

    return register


def ask(kind: str, subject: object, *, region: Region | None, by: User | None, priority: int = 0) -> Job:
    """Writes the job's row and publishes it after commit. The same work already under way is joined, not doubled."""
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, subject=str(subject), region=region, created_by=by, priority=priority)
    except IntegrityError:
        job = Job.objects.get(kind=kind, subject=str(subject), state__in=[Job.State.QUEUED, Job.State.RUNNING])
    publish(job)
    return job


def publish(job: Job) -> None:
    """The only place that sends a message. A dead broker is logged; the reconciler sends again."""
    transaction.on_commit(partial(_send, str(job.id), job.priority))


def _send(job_id: str, priority: int) -> None:
    from regions.tasks import run

    try:
        run.apply_async(args=(job_id,), priority=priority, retry=False)
    except Exception as error:  # kombu raises what its transport raises; the row is safe, so the request must be too
        log.warning("job %s not published, the reconciler will: %s", job_id, error)
    else:
        Job.objects.filter(pk=job_id).update(published_at=timezone.now())


def take(job_id: str) -> Job | None:
    """Gives the lease of a waiting job to the caller; None if another holds it or it is over."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempt=F("attempt") + 1, started_at=now, lease_until=now + lease()
    )
    return Job.objects.select_related("region").get(pk=job_id) if taken else None


def lease() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _held(job: Job) -> "Q":
    return Q(pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt)


def renew(job: Job) -> bool:
    """Holds the lease longer; False when it was lost or the job cancelled, and the work should stop."""
    return bool(Job.objects.filter(_held(job)).update(lease_until=timezone.now() + lease()))


def finish(job: Job, result: Result) -> bool:
    """Marks the job done if this attempt still holds it."""
    return bool(
        Job.objects.filter(_held(job)).update(
            state=Job.State.DONE,
            finished_at=timezone.now(),
            lease_until=None,
            sha256=result.sha256,
            pages=result.pages,
            bytes=result.bytes,
            failure="",
        )
    )


def fail(job: Job, sentence: str) -> bool:
    failed = Job.objects.filter(_held(job)).update(
        state=Job.State.FAILED, finished_at=timezone.now(), lease_until=None, failure=sentence
    )
    if failed and (hook := AFTER_FAILURE.get(job.kind)):
        job.refresh_from_db()
        hook(job)
    return bool(failed)


def give_back(job: Job) -> None:
    """After a fault: queued again, or failed when the attempts are used up."""
    if job.attempt >= settings.JOB_MAX_ATTEMPTS:
        fail(job, TECHNICAL.format(attempts=job.attempt))
    elif Job.objects.filter(_held(job)).update(state=Job.State.QUEUED, lease_until=None):
        publish(job)


def cancel(job: Job) -> bool:
    """Stops a job that is not over. A running handler notices at its next `renew`."""
    return bool(
        Job.objects.filter(pk=job.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING]).update(
            state=Job.State.CANCELLED, finished_at=timezone.now(), lease_until=None
        )
    )


def run(job_id: str) -> None:
    """Does one job if it is still waiting. Called by the Celery task; safe to call twice."""
    job = take(job_id)
    if job is None:
        return
    try:
        result = HANDLERS[job.kind](job)
    except Failure as sentence:
        fail(job, str(sentence))
    except ValidationError as refusal:
        fail(job, " ".join(refusal.messages))
    except Exception:
        log.exception("job %s failed at attempt %s", job.id, job.attempt)
        give_back(job)
    else:
        finish(job, result)


def reconcile() -> int:
    """Publishes jobs whose message was lost, and takes back those whose worker died. Returns how many."""
    now = timezone.now()
    lost = 0
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now):
        give_back(job)
        lost += 1
    waiting = Job.objects.filter(state=Job.State.QUEUED).filter(
        Q(published_at__isnull=True) | Q(published_at__lt=now - lease())
    )
    for job in waiting.order_by("-priority", "created_at")[:500]:
        publish(job)
        lost += 1
    return lost
