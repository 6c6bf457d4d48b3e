"""A real queue for tests: a broker and a Celery worker as processes of their own, which a test may kill."""

import contextlib
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from kombu import pools

from regions import jobs
from smartcity import embedded
from smartcity.celery import app
from tests import services


class Queue:
    """A broker and a worker that a test may kill, with short leases so that nobody waits a minute.

    given: environment variables for the worker, over those of this run.
    """

    def __init__(self, folder: Path, **given: str) -> None:
        self.folder, self.given = folder, given
        self.journal = folder / "journal"
        self.broker, self.url = services.start_redis(folder / "broker")
        self.worker: subprocess.Popen[bytes] | None = None

    def start_broker(self) -> None:
        self.broker, _ = services.start_redis(self.folder / "broker")

    def kill_broker(self) -> None:
        """kill -9; what its append-only file holds is there again after start_broker."""
        self.broker.kill()
        self.broker.wait()

    def start_worker(self, concurrency: int = 1) -> None:
        name = str(settings.DATABASES["default"]["NAME"])
        database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + name
        given = {"DATABASE_URL": database, "REDIS_URL": self.url, "TEST_JOURNAL": str(self.journal)}
        short = {"JOB_LEASE_SECONDS": "2", "JOB_RETRY_SECONDS": "1", "RECONCILE_SECONDS": "1"}
        command = ["-m", "celery", "-A", "smartcity", "worker", "-B", "-s", str(self.folder / "beat"), "-I"]
        command += ["tests.worker", "--without-mingle", "--without-gossip", "-c", str(concurrency), "-l", "WARNING"]
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, *command],
                env={**os.environ, **given, **short, **self.given},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=functools.partial(embedded.dies_with_parent, signal.SIGTERM),
            )

    def kill_worker(self) -> None:
        """kill -9 of the worker with all its children, as a power cut would."""
        if self.worker is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.worker.pid, signal.SIGKILL)  # also what a worker that ended left behind
            self.worker.wait()

    def lines(self) -> list[str]:
        return self.journal.read_text().splitlines() if self.journal.exists() else []

    def stop(self) -> None:
        self.kill_worker()
        self.kill_broker()


@contextlib.contextmanager
def queue_in(folder: Path, **given: str) -> Iterator[Queue]:
    """A queue of its own for the block; this process sends its messages there."""
    queue = Queue(folder, **given)
    before = app.conf.broker_url
    connect(queue.url)
    try:
        yield queue
    finally:
        queue.stop()
        connect(before)


def connect(url: str) -> None:
    """Points this process's Celery app at another broker; its pools would keep talking to the old one."""
    celery: Any = app
    celery.conf.broker_url = url
    celery._pool = None
    celery.amqp._producer_pool = None
    pools.reset()
    jobs._away_until = 0.0


def until(true: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.1)
