"""Jobs on a real queue: PostgreSQL, Redis, and a Celery worker as a process of its own that gets killed."""

import datetime
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from regions import jobs
from regions.models import Job, Region
from regions.tasks import reconcile
from smartcity.celery import app
from tests.factories import make_region
from tests.queue import Queue, queue_in, until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queue]:
    with queue_in(Path(tmp_path_factory.mktemp("q"))) as queue:
        yield queue


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def ask(kind: str, subject: str, region: Region | None = None, priority: int = 0) -> Job:
    return jobs.ask(kind, subject, region=region, by=None, priority=priority)


def test_a_job_asked_for_is_done_by_the_worker(queue):
    queue.start_worker()
    job = ask("quick", "a")

    until(lambda: state(job) == Job.State.DONE)

    assert (job.attempt, job.pages, job.bytes, job.sha256) == (1, 3, 100, "0" * 64)
    assert job.lease_until is None
    assert queue.lines() == ["begin a"]


def test_messages_that_come_twice_run_a_job_once(queue):
    job = ask("slow", "a-1")
    jobs.publish(5)
    queue.start_worker(concurrency=2)

    until(lambda: state(job) == Job.State.DONE)
    until(lambda: jobs.messages_waiting() == 0)

    assert queue.lines() == ["begin a-1", "end a-1"]


def test_the_job_of_a_killed_worker_is_taken_back_and_done(queue):
    queue.start_worker()
    job = ask("slow", "a-4")
    until(lambda: queue.lines() == ["begin a-4"])
    queue.kill_worker()
    queue.start_worker()

    until(lambda: state(job) == Job.State.DONE)

    assert job.attempt == 2
    assert queue.lines() == ["begin a-4", "begin a-4", "end a-4"]


def test_a_long_job_keeps_its_lease_while_its_worker_lives(queue):
    queue.start_worker(concurrency=2)
    job = ask("slow", "a-7")  # three leases long

    until(lambda: state(job) == Job.State.DONE)

    assert job.attempt == 1
    assert queue.lines() == ["begin a-7", "end a-7"]


def test_asking_while_the_broker_is_away_leaves_a_row_that_is_done_later(queue):
    queue.kill_broker()
    began = time.monotonic()

    asked = [ask("quick", f"a{number}") for number in range(20)]

    assert time.monotonic() - began < 3
    assert {state(job) for job in asked} == {Job.State.QUEUED}
    queue.start_broker()
    queue.start_worker()
    until(lambda: not Job.objects.exclude(state=Job.State.DONE).exists())
    assert sorted(queue.lines()) == sorted(f"begin a{number}" for number in range(20))


def test_a_frozen_broker_holds_a_request_for_seconds_only(queue):
    queue.broker.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    asked = [ask("quick", f"a{number}") for number in range(20)]
    took = time.monotonic() - began
    queue.broker.send_signal(signal.SIGCONT)

    assert took < 8
    queue.start_worker()
    until(lambda: not Job.objects.filter(pk__in=[job.pk for job in asked]).exclude(state=Job.State.DONE).exists())


def test_a_broker_killed_while_the_worker_works_loses_and_doubles_nothing(queue):
    queue.start_worker()
    asked = [ask("slow", f"{letter}-0.5") for letter in "abcdefgh"]
    until(lambda: len(queue.lines()) >= 3)
    queue.kill_broker()
    time.sleep(2)
    queue.start_broker()

    until(lambda: {state(job) for job in asked} == {Job.State.DONE}, seconds=60)

    assert [job.attempt for job in asked] == [1] * 8
    assert len(queue.lines()) == 16


def test_a_job_that_always_breaks_fails_after_three_attempts_with_a_sentence(queue):
    queue.start_worker()
    job = ask("broken", "a")

    until(lambda: state(job) == Job.State.FAILED)

    assert job.attempt == 3
    assert job.failure == jobs.TECHNICAL.format(attempts=3)
    assert queue.lines() == ["begin a"] * 3


def test_a_result_cut_in_half_is_never_seen_and_the_second_attempt_is_whole(queue):
    queue.start_worker()
    job = ask("halved", "a")
    target = queue.folder / "a.pdf"

    until(lambda: target.exists() or state(job) == Job.State.FAILED)

    assert target.read_text() == "half and half"
    until(lambda: state(job) == Job.State.DONE)
    assert (job.attempt, job.bytes) == (2, len("half and half"))


def test_a_cancelled_job_that_waits_is_never_begun(queue):
    job = ask("quick", "a")
    assert jobs.cancel(job)
    queue.start_worker()
    other = ask("quick", "b")

    until(lambda: state(other) == Job.State.DONE)

    assert state(job) == Job.State.CANCELLED
    assert queue.lines() == ["begin b"]


def test_a_cancelled_job_that_runs_stops_between_two_steps_and_stays_cancelled(queue):
    queue.start_worker()
    job = ask("steps", "a")
    until(lambda: queue.lines() == ["begin a"])
    jobs.cancel(job)
    after = ask("quick", "b")

    until(lambda: state(after) == Job.State.DONE, seconds=8)

    assert state(job) == Job.State.CANCELLED
    assert queue.lines() == ["begin a", "begin b"]


def test_the_same_work_under_way_is_joined_and_asked_anew_once_over(queue):
    first = ask("quick", "a")
    assert ask("quick", "a") == first
    queue.start_worker()
    until(lambda: state(first) == Job.State.DONE)

    assert ask("quick", "a") != first


def test_the_reconciler_tops_the_broker_up_and_never_floods_it(queue):
    for number in range(10):
        ask("quick", f"a{number}")
    assert [jobs.reconcile() for _ in range(3)] == [0, 0, 0]
    assert jobs.messages_waiting() == 10

    with app.connection_for_write() as line:
        line.default_channel.client.flushall()

    assert [jobs.reconcile() for _ in range(3)] == [10, 0, 0]
    assert jobs.messages_waiting() == 10


def test_the_reconcilers_message_waits_in_a_queue_of_its_own(queue):
    ask("quick", "a")
    reconcile.apply_async()

    with app.connection_for_write() as line:
        waiting = {each.name: each(line.default_channel).queue_declare(passive=True) for each in app.conf.task_queues}
    assert {name: depth.message_count for name, depth in waiting.items()} == {"work": 1, "upkeep": 1}


# --- the rows alone ----------------------------------------------------------------------------------------------
def in_order(first: int = 0) -> list[str]:
    """Does what waits (at most so many, 0 for all) and tells in which order."""
    order: list[str] = []
    while (not first or len(order) < first) and (job := jobs.next_waiting()):
        taken = jobs.take(job.pk)
        assert taken is not None
        jobs.finish(taken, jobs.Result())
        order.append(job.subject)
    return order


def test_a_region_that_asks_for_ten_books_does_not_delay_anothers_first():
    batam, toba = make_region(), make_region("12.12", "Toba", "kabupaten")
    for number in range(40):
        ask("quick", f"batam{number}", batam)
    begun = in_order(2)
    for number in range(4):
        ask("quick", f"toba{number}", toba)

    assert begun == ["batam0", "batam1"]
    assert in_order(4) == ["toba0", "toba1", "toba2", "toba3"]
    assert len(in_order()) == 38


def test_what_somebody_watches_goes_ahead_of_every_regions_turn():
    batam, toba = make_region(), make_region("12.12", "Toba", "kabupaten")
    ask("quick", "toba0", toba, priority=jobs.AHEAD - 1)
    for number in range(3):
        ask("quick", f"batam{number}", batam, priority=jobs.AHEAD if number == 2 else 0)

    assert in_order() == ["batam2", "toba0", "batam0", "batam1"]


def test_a_higher_priority_goes_first():
    ask("quick", "later")
    ask("quick", "first", priority=5)

    assert jobs.next_waiting().subject == "first"


def test_a_job_resting_after_a_fault_waits_for_its_time():
    job = ask("quick", "a")
    jobs.give_back(jobs.take(job.pk), rest=datetime.timedelta(seconds=30))

    assert jobs.next_waiting() is None
    assert jobs.waiting_since() is None
    Job.objects.update(lease_until=timezone.now())
    assert jobs.next_waiting() == job


def test_an_attempt_that_lost_its_lease_cannot_finish_fail_or_renew():
    job = ask("quick", "a")
    first = jobs.take(job.pk)
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    jobs.reconcile()
    second = jobs.take(job.pk)

    assert not jobs.finish(first, jobs.Result(pages=1))
    assert not jobs.fail(first, "terlambat")
    assert not jobs.renew(first)
    with pytest.raises(jobs.Stopped):
        jobs.go_on(first)
    assert jobs.finish(second, jobs.Result(pages=2))
    assert (state(job), job.pages) == (Job.State.DONE, 2)


def test_the_lease_thread_closes_its_own_connection(monkeypatch, settings):
    settings.JOB_LEASE_SECONDS = 0.3
    job = ask("patient", "a")
    monkeypatch.setitem(jobs.HANDLERS, "patient", lambda job: time.sleep(1) or jobs.Result())
    before = client_connections()
    jobs.run(job.pk)
    settle = time.monotonic() + 10
    while client_connections() > before and time.monotonic() < settle:
        time.sleep(0.05)
    assert client_connections() == before
    assert state(job) == Job.State.DONE


def client_connections() -> int:
    """Connections of programs to this database; a closed one leaves the list a moment later, autovacuum is no program."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]
