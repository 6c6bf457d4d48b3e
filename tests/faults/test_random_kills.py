"""Fifty kills at random moments, of the press, the worker or the broker, over a run of books: all arrive, none twice, none short.

`make kills`, or fewer: `KILLS=10 make kills`. The seed is printed; `KILLS_SEED=…` repeats a run.
"""

import contextlib
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from bimtek.models import Plan
from masterplan import issuing
from masterplan.models import BookPrint
from regions.models import Job
from tests.conftest import signed_in
from tests.masterplan.rows import fill
from tests.prints import Idle, Shop, shop_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]

KILLS = int(os.environ.get("KILLS", "50"))
A_BOOK = 8  # kills at most while one book is printed
BOOK = "buku-3"


@pytest.fixture
def shop(plan: Plan, writer: User, tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("k")
    settings.MEDIA_ROOT = folder / "media"
    attempts: dict[str, Any] = {
        "JOB_MAX_ATTEMPTS": str(A_BOOK + 1),
        "JOB_RETRY_SECONDS": "0",
    }  # one unit may meet every kill of a book
    with shop_of(fill(plan), signed_in(writer), folder, patience=900, **attempts) as shop:
        yield shop


def over(book_print: BookPrint) -> bool:
    return issuing.progress(BookPrint.objects.get(pk=book_print.pk)).over


def kill_press(shop: Shop, book_print: BookPrint) -> bool:
    """Waits for one, as long as the book is under way; False when it is done before."""
    while not over(book_print):
        with contextlib.suppress(Idle), shop.press_at_work(within=0.5) as press:
            os.kill(press, signal.SIGKILL)
            return True
    return False


def kill(shop: Shop, what: str, book_print: BookPrint) -> bool:
    """Whether there was something to kill."""
    if what == "press":
        return kill_press(shop, book_print)
    if what == "worker":
        shop.queue.kill_worker()
        shop.queue.start_worker()
    else:
        shop.queue.kill_broker()
        shop.queue.start_broker()
    return True


def print_under_fire(shop: Shop, chance: random.Random, kills: int) -> list[str]:
    """Prints one book while so many kills fall, as long as it is under way; returns what was killed."""
    book_print = shop.ask(BOOK)
    fell: list[str] = []
    while len(fell) < kills and not over(book_print):
        time.sleep(chance.uniform(0.0, 1.0))
        what = chance.choice(("press", "worker", "broker"))
        if kill(shop, what, book_print):
            fell.append(what)
    now = shop.until_over(book_print)
    assert now.state == "done", now.failures
    shop.audit(book_print)
    return fell


def sweep_up(shop: Shop, number: int) -> None:
    """An empty shop again, and a plan that says something else."""
    BookPrint.objects.all().delete()
    Job.objects.all().delete()
    shutil.rmtree(shop.media / "units", ignore_errors=True)
    shutil.rmtree(shop.media / "books", ignore_errors=True)
    programme = shop.plan.programme_set.first()
    assert programme is not None
    shop.plan.programme_set.filter(pk=programme.pk).update(name=f"Program putaran {number}")


def test_books_arrive_once_and_whole_while_things_die_at_random(shop: Shop) -> None:
    seed = int(os.environ.get("KILLS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"KILLS_SEED={seed}")
    fell: list[str] = []
    chance, books = random.Random(seed), 0
    shop.queue.start_worker()
    while len(fell) < KILLS:
        fell += print_under_fire(shop, chance, min(A_BOOK, KILLS - len(fell)))
        books += 1
        sweep_up(shop, books)
    print(f"{books} books, killed: " + ", ".join(f"{fell.count(what)} × {what}" for what in sorted(set(fell))))
    assert len(fell) == KILLS
