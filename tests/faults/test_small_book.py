"""A small book printed by a real worker while something dies. The Batam book goes through the same in tests/faults."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from bimtek.models import Plan
from masterplan import issuing, printing
from masterplan.models import BookPrint
from regions.models import Job
from tests.conftest import signed_in
from tests.masterplan.rows import fill
from tests.prints import Shop, shop_of
from tests.queue import until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]

BOOK = "buku-3"
UNDISTURBED: dict[str, dict[str, str]] = {}  # hash of what is printed → hashes of the books; every test prints the same


@pytest.fixture
def shop(plan: Plan, writer: User, tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("s")
    settings.MEDIA_ROOT = folder / "media"
    with shop_of(fill(plan), signed_in(writer), folder) as shop:
        yield shop


def attempts(book_print: BookPrint) -> list[int]:
    return sorted(job.attempt for job in issuing.jobs_of(book_print))


def undisturbed(shop: Shop, book_print: BookPrint, folder: Path, settings: Any) -> dict[str, str]:
    """The hashes of the same content printed once more into an empty store, by this process, with nothing dying."""
    if book_print.sha256 in UNDISTURBED:
        return UNDISTURBED[book_print.sha256]
    settings.MEDIA_ROOT = folder
    again = BookPrint.objects.create(
        region=shop.plan.region,
        plan=shop.plan,
        content=book_print.content,
        sha256="0" * 64,
        files=book_print.files,
        books=book_print.books,
    )
    for unit in book_print.units.all():
        unit.pk, unit.book_print, unit.pages = None, again, None
        unit._state.adding = True
        unit.save()
    for unit in again.units.all():
        printing.print_chapter(unit, lambda: None)
    hashes = {book.book: book.sha256 for book in printing.bind_books(again, lambda: None)}
    UNDISTURBED[book_print.sha256] = hashes
    return hashes


FAULTS: dict[str, Callable[[Shop], None]] = {
    "press": Shop.kill_press,
    "worker": Shop.kill_worker,
    "broker": Shop.kill_broker,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_kill_9_while_a_book_prints_costs_an_attempt_and_no_page(
    shop: Shop, fault: str, tmp_path: Path, settings: Any
) -> None:
    shop.queue.start_worker()
    book_print = shop.ask(BOOK)
    FAULTS[fault](shop)

    assert shop.until_over(book_print).state == "done"
    found = shop.audit(book_print)
    assert attempts(book_print)[-1] == (1 if fault == "broker" else 2)
    assert found == undisturbed(shop, book_print, tmp_path, settings)


def test_a_print_asked_for_while_the_broker_is_away_is_joined_and_done_once_it_is_back(shop: Shop) -> None:
    shop.queue.start_worker()
    shop.queue.kill_broker()
    book_print = shop.ask(BOOK)
    assert shop.ask(BOOK) == book_print
    assert BookPrint.objects.count() == 1
    shop.queue.start_broker()

    assert shop.until_over(book_print).state == "done"
    shop.audit(book_print)


def test_cancelling_while_a_chapter_is_rendered_ends_the_press_and_every_job(shop: Shop) -> None:
    shop.queue.start_worker()
    book_print = shop.ask(BOOK)
    with shop.press_at_work():
        shop.cancel(book_print)

    assert shop.until_over(book_print).state == "cancelled"
    until(lambda: not shop.presses(), 10)
    assert not Job.objects.filter(state__in=issuing.ACTIVE).exists()
    assert not book_print.finished.exists()
    time.sleep(3)  # neither the reconciler nor the broker's messages bring it back
    assert {job.state for job in issuing.jobs_of(book_print)} <= {Job.State.CANCELLED, Job.State.DONE}
    assert not list((shop.media / "units").glob("press-*"))


def test_a_worker_told_to_end_hands_its_chapter_on(shop: Shop) -> None:
    shop.queue.start_worker()
    book_print = shop.ask(BOOK)
    with shop.press_at_work():
        assert shop.queue.worker
        os.kill(shop.queue.worker.pid, signal.SIGTERM)
    began = time.monotonic()
    shop.queue.worker.wait(60)
    took = time.monotonic() - began
    shop.queue.start_worker()

    assert took < 30
    assert shop.until_over(book_print).state == "done"
    shop.audit(book_print)
