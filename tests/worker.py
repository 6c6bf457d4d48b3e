"""Runs in a Celery worker of the tests: kinds of jobs whose handlers misbehave as told. Loaded by `-I tests.worker`."""

import os
import time
from pathlib import Path

from regions import jobs
from regions.models import Job

JOURNAL = Path(os.environ["TEST_JOURNAL"])  # one line for each time a handler begins or ends


def note(words: str) -> None:
    with JOURNAL.open("a") as journal:
        journal.write(words + "\n")


@jobs.handles("quick")
def quick(job: Job) -> jobs.Result:
    note(f"begin {job.subject}")
    return jobs.Result(sha256="0" * 64, pages=3, bytes=100)


@jobs.handles("slow")
def slow(job: Job) -> jobs.Result:
    """Works for as many seconds as the subject says, e.g. 'a-5'."""
    note(f"begin {job.subject}")
    end = time.monotonic() + float(job.subject.split("-")[1])
    while time.monotonic() < end:
        time.sleep(0.1)
    note(f"end {job.subject}")
    return jobs.Result(pages=1)


@jobs.handles("steps")
def steps(job: Job) -> jobs.Result:
    """Long work that asks between its steps whether it is still wanted."""
    note(f"begin {job.subject}")
    for _ in range(100):
        time.sleep(0.1)
        jobs.go_on(job)
    note(f"end {job.subject}")
    return jobs.Result()


@jobs.handles("broken")
def broken(job: Job) -> jobs.Result:
    note(f"begin {job.subject}")
    raise RuntimeError("broken on purpose")


@jobs.handles("halved")
def halved(job: Job) -> jobs.Result:
    """The first attempt dies with half of its file written; the second writes it whole, then takes its final name."""
    note(f"begin {job.subject}")
    target = JOURNAL.with_name(f"{job.subject}.pdf")
    part = target.with_suffix(".part")
    part.write_text("half")
    if job.attempt == 1:
        os._exit(9)
    part.write_text("half and half")
    part.replace(target)
    return jobs.Result(bytes=target.stat().st_size)
