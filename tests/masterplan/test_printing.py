"""Asking for a print: frozen content, chapters reused by their hash, cancel, failures, a second attempt."""

import datetime
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from bimtek.models import Plan
from masterplan import issuing
from masterplan.blocks import Heading, Paragraph
from masterplan.books import Book, Chapter, Content
from masterplan.models import PrintUnit
from regions import jobs
from regions.models import Job
from tests.masterplan.conftest import Printer, run_jobs
from tests.masterplan.sample import edition
from tests.masterplan.test_press import press_child

TITLES = ("Pendahuluan", "Kesiapan", "Penutup")


def thin(words: str = "Isi bab.", mark: str = "", **changes: object) -> Content:
    """One book of three short chapters; `mark` sets a test's own chapters apart in the shared store."""
    chapters = tuple(
        Chapter(
            f"bab-{number}",
            number,
            title,
            (Heading(2, f"Bagian {mark}"), Paragraph(words if number == 2 else "Tetap.")),
        )
        for number, title in enumerate(TITLES, 1)
    )
    return Content(edition(**changes), (Book("buku-1", 1, "Buku", "Buku 1", chapters),))


def of_chapters() -> QuerySet[Job]:
    """Jobs of units that are chapters: covers, stamps and tabs may be there from other tests."""
    chapters = {str(pk) for pk in PrintUnit.objects.exclude(chapter="").values_list("pk", flat=True)}
    return Job.objects.filter(kind=issuing.CHAPTER_JOB, subject__in=chapters)


def chapter_jobs() -> int:
    return of_chapters().count()


def test_an_edit_renders_only_its_own_chapter(printed: Printer) -> None:
    printed(thin(mark="sunting"), ("buku-1",))
    before = chapter_jobs()
    second = printed(thin("Isi yang baru.", mark="sunting"), ("buku-1",))

    assert before == 3
    assert chapter_jobs() == 4
    assert list(second.units.filter(reused=False).values_list("title", flat=True)) == ["Buku 1, Bab II Kesiapan"]
    assert issuing.progress(second).state == "done"


def test_a_new_version_or_the_end_of_the_draft_renders_no_chapter_again(printed: Printer) -> None:
    printed(thin(mark="versi"), ("buku-1",))
    final = printed(thin(mark="versi", draft=False, version="Edisi 1", date="1 Oktober 2022"), ("buku-1",))

    assert chapter_jobs() == 3
    assert issuing.progress(final).state == "done"
    assert not final.draft


def test_the_same_request_joins_the_one_under_way_and_the_one_done(media: Path, plan: Plan) -> None:
    first = issuing.request_content(plan, thin(mark="sama"), by=None, books=("buku-1",))
    again = issuing.request_content(plan, thin(mark="sama"), by=None, books=("buku-1",))
    run_jobs(first)
    done = issuing.request_content(plan, thin(mark="sama"), by=None, books=("buku-1",))

    assert first == again == done
    assert chapter_jobs() == 3


def test_progress_counts_chapters_cover_stamp_and_tabs_until_the_book_is_bound(empty_store: Path, plan: Plan) -> None:
    book_print = issuing.request_content(plan, thin(mark="hitung"), by=None, books=("buku-1",))
    states = [(issuing.progress(book_print).state, issuing.progress(book_print).done)]
    for _ in range(8):
        jobs.run(Job.objects.filter(state=Job.State.QUEUED).order_by("created_at")[0].pk)
        states.append((issuing.progress(book_print).state, issuing.progress(book_print).done))

    assert states == [
        *(("waiting", done) for done in range(6)),
        ("binding", 6),
        ("binding", 6),
        ("done", 6),
    ]  # the data in between


def test_a_job_run_twice_changes_nothing(printed: Printer) -> None:
    book_print = printed(thin(mark="dua kali"), ("buku-1",))
    book = book_print.finished.get()
    Job.objects.update(state=Job.State.QUEUED, attempt=0)
    run_jobs(book_print)

    again = book_print.finished.get()
    assert (again.pk, again.sha256, again.pages) == (book.pk, book.sha256, book.pages)


def test_binding_is_asked_again_when_the_worker_died_between_the_last_chapter_and_its_end(
    media: Path, plan: Plan
) -> None:
    book_print = issuing.request_content(plan, thin(mark="antara"), by=None, books=("buku-1",))
    run_jobs(book_print)
    book_print.finished.all().delete()
    Job.objects.filter(kind=issuing.BIND_JOB).delete()
    last = Job.objects.filter(kind=issuing.CHAPTER_JOB).latest("started_at")
    Job.objects.filter(pk=last.pk).update(
        state=Job.State.RUNNING, lease_until=timezone.now() - datetime.timedelta(minutes=5)
    )
    jobs.reconcile()
    Job.objects.update(lease_until=None)
    run_jobs(book_print)

    assert issuing.progress(book_print).state == "done"


def test_cancel_stops_every_waiting_chapter_and_retry_takes_them_up_again(empty_store: Path, plan: Plan) -> None:
    book_print = issuing.request_content(plan, thin(mark="batal"), by=None, books=("buku-1",))
    jobs.run(of_chapters()[0].pk)

    assert issuing.cancel(book_print, by=None)
    book_print.refresh_from_db()
    assert issuing.progress(book_print).state == "cancelled"
    run_jobs(book_print)
    assert book_print.units.filter(pages__isnull=False).count() == 1
    assert not issuing.cancel(book_print, by=None)

    assert issuing.retry(book_print, by=None)
    run_jobs(book_print)
    book_print.refresh_from_db()
    assert issuing.progress(book_print).state == "done"


def test_a_failed_chapter_is_named_and_the_others_are_still_printed(printed: Printer) -> None:
    book_print = printed(thin("Huruf 漢 tidak ada.", mark="gagal"), ("buku-1",))
    now = issuing.progress(book_print)

    assert now.state == "failed"
    assert [chapter for chapter, _ in now.failures] == ["Buku 1, Bab II Kesiapan"]
    assert "漢 (U+6F22)" in now.failures[0][1]
    assert (now.done, now.total) == (5, 6)
    assert not book_print.finished.exists()


def test_kill_9_of_the_child_costs_one_attempt_and_the_book_still_arrives(
    media: Path, plan: Plan, settings: Any
) -> None:
    settings.JOB_RETRY_SECONDS = 0
    book_print = issuing.request_content(plan, thin("Panjang. " * 3000, mark="bunuh"), by=None, books=("buku-1",))
    threading.Thread(target=lambda: os.kill(press_child(), signal.SIGKILL), daemon=True).start()
    run_jobs(book_print)

    assert issuing.progress(book_print).state == "done"
    assert sorted(of_chapters().values_list("attempt", flat=True)) == [1, 1, 2]


def test_pages_lost_from_the_store_are_rendered_again_when_binding(media: Path, plan: Plan) -> None:
    book_print = issuing.request_content(plan, thin(mark="hilang"), by=None, books=("buku-1",))
    for job in Job.objects.filter(kind=issuing.CHAPTER_JOB):
        jobs.run(job.pk)
    key = PrintUnit.objects.first().key  # type: ignore[union-attr]
    (media / "units" / key[:2] / f"{key}.json").unlink()
    run_jobs(book_print)

    assert issuing.progress(book_print).state == "done"


def test_an_unknown_book_is_refused_with_a_sentence(media: Path, plan: Plan) -> None:
    with pytest.raises(ValidationError, match="Buku “buku-9” tidak dikenal"):
        issuing.request_content(plan, thin(), by=None, books=("buku-9",))


def test_a_chapter_with_a_reference_is_rendered_again_when_the_number_it_names_changes(media: Path, plan: Plan) -> None:
    content = thin(mark="rujuk")
    book = content.books[0]
    pointing = replace(book.chapters[0], blocks=(Paragraph("Lihat {bab}.", {"bab": "bab:bab-3"}),))
    first = replace(content, books=(replace(book, chapters=(pointing, *book.chapters[1:])),))
    moved = replace(
        content,
        books=(
            replace(
                book, chapters=(pointing, replace(book.chapters[2], number=2), replace(book.chapters[1], number=3))
            ),
        ),
    )

    keys = [
        set(
            issuing.request_content(plan, each, by=None, books=("buku-1",))
            .units.filter(chapter="bab-1")
            .values_list("key", flat=True)
        )
        for each in (first, moved)
    ]
    assert keys[0] != keys[1]
