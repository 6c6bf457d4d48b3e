"""Work outside the request, as rows: ask, take, finish, fail, reconcile.

A job survives every death because its row says where it stands. The broker's message only means "one job waits": which
one goes first, the rows say (`next_waiting`), so a message may come twice, late or never. `take` gives the lease to one
runner, `finish` counts only for the attempt that holds it, and `reconcile` (every 15 s) takes back what a dead worker
held and sends as many messages as the broker lacks.
Handlers must be safe to run twice and to be cut in half. While one works, its lease is renewed; where a long one can
stop, it calls `go_on` (in a transaction `look`), which raises when the job was cancelled or taken over.
"""

import datetime
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
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


class Stopped(Exception):
    """The job was cancelled or went to another worker: leave everything as it is."""


Handler = Callable[[Job], Result]
HANDLERS: dict[str, Handler] = {}
AFTER_FAILURE: dict[str, Callable[[Job], None]] = {}

TECHNICAL = "Terjadi gangguan teknis. Pekerjaan ini sudah dicoba {attempts} kali; silakan ulangi atau hubungi admin."
_away_until = 0.0
FAIR_SHARE = datetime.timedelta(
    minutes=10
)  # of two waiting regions, the one that wants and got less in this time goes first
AHEAD = 10  # priority from which somebody looks at the screen meanwhile: ahead of every region's turn


def handles(kind: str, *, after_failure: Callable[[Job], None] | None = None) -> Callable[[Handler], Handler]:
    """Registers the function that does jobs of this kind. `after_failure` runs once, when the job ends as failed."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if after_failure:
            AFTER_FAILURE[kind] = after_failure
        return handler

    return register


# --- asking ------------------------------------------------------------------------------------------------------
def ask(kind: str, subject: object, *, region: Region | None, by: User | None, priority: int = 0) -> Job:
    """Writes the job's row and publishes it after commit. The same work already under way is joined, not doubled."""
    while True:
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind, subject=str(subject), region=region, created_by=by, priority=priority
                )
        except IntegrityError:
            under_way = Job.objects.filter(kind=kind, subject=str(subject), state__in=OPEN).first()
            if under_way:  # otherwise it ended between the two queries: ask again
                return under_way
        else:
            publish()
            return job


OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def publish(messages: int = 1) -> None:
    """The only place that sends messages, after commit. A dead broker is logged; the reconciler sends again."""
    transaction.on_commit(lambda: _send(messages))


def _send(messages: int) -> None:
    global _away_until  # noqa: PLW0603 (one moment per process, nothing to hand around)
    from regions.tasks import run

    for _ in range(messages):
        if time.monotonic() < _away_until:  # sixty chapters must not wait sixty times for a broker that is away
            return
        try:
            run.apply_async(retry=False)
        except (
            Exception
        ) as error:  # kombu raises what its transport raises; the row is safe, so the request must be too
            _away_until = time.monotonic() + 5
            log.warning("the broker took no message, the reconciler sends it later: %s", error)


# --- doing -------------------------------------------------------------------------------------------------------
def next_waiting() -> Job | None:
    """The job that goes first: one that somebody watches, then of the region with the least work, then by priority and age.

    A region's work is what it has waiting and what was begun for it lately. So one that asks for ten books at once does not
    stand in the way of one that asks for its first.
    """
    now = timezone.now()
    work = (
        Job.objects.filter(Q(state=Job.State.QUEUED) | Q(started_at__gt=now - FAIR_SHARE), region=OuterRef("region"))
        .order_by()
        .values("region")
        .annotate(jobs=Count("pk"))
        .values("jobs")
    )
    return (
        Job.objects.filter(_waiting(now))
        .annotate(work=Coalesce(Subquery(work), Value(0)), watched=Case(When(priority__gte=AHEAD, then=1), default=0))
        .order_by("-watched", "work", "-priority", "created_at")
        .first()
    )


def _waiting(now: datetime.datetime) -> Q:
    """Queued, and not resting after a fault (a queued job's lease_until is the time before which nobody tries again)."""
    return Q(state=Job.State.QUEUED) & (Q(lease_until__isnull=True) | Q(lease_until__lte=now))


def waiting_since() -> datetime.datetime | None:
    """When the oldest job that could be done now was asked for; None when none waits."""
    return Job.objects.filter(_waiting(timezone.now())).aggregate(oldest=models.Min("created_at"))["oldest"]


def take(job_id: UUID | str) -> Job | None:
    """Gives the lease of a waiting job to the caller; None if another holds it or it is over."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempt=F("attempt") + 1, started_at=now, lease_until=now + lease()
    )
    return Job.objects.select_related("region").get(pk=job_id) if taken else None


def lease() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def run_next() -> bool:
    """Does the job that goes first; False when none waits. What the Celery task does; more calls than jobs do no harm."""
    while waiting := next_waiting():
        if job := take(waiting.pk):
            work(job)
            return True
    return False


def run(job_id: UUID | str) -> None:
    """Does this job if it is still waiting; safe to call twice."""
    if job := take(job_id):
        work(job)


def work(job: Job) -> None:
    """Calls the handler of a job whose lease the caller took, and writes how it ended."""
    try:
        with _lease_renewed(job):
            result = HANDLERS[job.kind](job)
    except Stopped:
        log.info("job %s stopped at attempt %s", job.pk, job.attempt)
    except Failure as sentence:
        fail(job, str(sentence))
    except ValidationError as refusal:
        fail(job, " ".join(refusal.messages))
    except Exception:
        log.exception("job %s failed at attempt %s", job.pk, job.attempt)
        give_back(job, rest=datetime.timedelta(seconds=settings.JOB_RETRY_SECONDS * 4 ** (job.attempt - 1)))
    else:
        finish(job, result)


@contextmanager
def _lease_renewed(job: Job) -> Iterator[None]:
    """Renews the lease from a thread while the block works, so that only a dead or frozen worker loses it."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(settings.JOB_LEASE_SECONDS / 3):
                try:
                    if not renew(job):
                        return
                except DatabaseError as error:  # e.g. the server restarts: the next beat may come through
                    log.warning("lease of job %s not renewed: %s", job.pk, error)
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def _held(job: Job) -> Q:
    return Q(pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt)


def renew(job: Job) -> bool:
    """Holds the lease longer; False when it was lost or the job cancelled, and the work should stop."""
    return bool(Job.objects.filter(_held(job)).update(lease_until=timezone.now() + lease()))


def go_on(job: Job) -> None:
    """For handlers, between two steps: raises Stopped when the work is no longer wanted."""
    if not renew(job):
        raise Stopped


def look(job: Job) -> None:
    """As `go_on`, from within a transaction: it only looks, since a row written there would be locked for who cancels it."""
    if not Job.objects.filter(_held(job)).exists():
        raise Stopped


# --- ending ------------------------------------------------------------------------------------------------------
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
    """Marks the job failed for good if this attempt still holds it, and lets its kind clear up."""
    failed = Job.objects.filter(_held(job)).update(
        state=Job.State.FAILED, finished_at=timezone.now(), lease_until=None, failure=sentence
    )
    if failed and (hook := AFTER_FAILURE.get(job.kind)):
        job.refresh_from_db()
        try:
            hook(job)
        except Exception:
            log.exception("clearing up after failed job %s", job.pk)
    return bool(failed)


def give_back(job: Job, *, rest: datetime.timedelta = datetime.timedelta(0), held: Q | None = None) -> bool:
    """After a fault: queued again (tried after `rest`), or failed when the attempts are used up."""
    if job.attempt >= settings.JOB_MAX_ATTEMPTS:
        return fail(job, TECHNICAL.format(attempts=job.attempt))
    return bool(
        Job.objects.filter(held or _held(job)).update(
            state=Job.State.QUEUED, lease_until=timezone.now() + rest if rest else None
        )
    )


def cancel(job: Job) -> bool:
    """Stops a job that is not over. A running handler notices at its next `go_on`."""
    return bool(
        Job.objects.filter(pk=job.pk, state__in=OPEN).update(
            state=Job.State.CANCELLED, finished_at=timezone.now(), lease_until=None
        )
    )


# --- the reconciler ----------------------------------------------------------------------------------------------
def reconcile() -> int:
    """Takes back the jobs of dead workers and sends the messages that the broker lacks. Returns how many it sent."""
    now = timezone.now()
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now):
        give_back(job, held=_held(job) & Q(lease_until__lt=now))
    lacking = Job.objects.filter(_waiting(now)).count() - messages_waiting()
    if lacking > 0:
        publish(lacking)
    return max(lacking, 0)


def messages_waiting() -> int:
    """Messages in the broker that no worker holds yet; raises what the broker's client raises when it is away."""
    from regions.tasks import run

    with run.app.connection_for_write() as line:
        channel: Any = line.default_channel
        return int(channel.queue_declare(queue=run.app.conf.task_default_queue).message_count)
