"""The Batam books printed by a real worker while the press, the worker and the broker die by kill -9: `make faults`, or some of it: `FAULTS=press,worker make faults`.

The example is loaded once; every fault starts from an empty store, so every chapter is rendered while it happens. The
bytes must be those of a print that nothing disturbed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import override_settings

from bimtek.examples import loader
from bimtek.models import Plan
from masterplan import issuing
from masterplan.models import BookPrint
from masterplan.printing import COMBINED
from regions import reference
from regions.models import Job, Membership
from tests.conftest import signed_in
from tests.prints import Shop, shop_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 2
PATIENCE = 1800  # seconds; on a quiet machine a print takes about one minute
LEAST_PAGES = 150


@contextmanager
def fresh(plan: Plan, folder: Path, lease: int) -> Iterator[Shop]:
    """A shop with no print yet and nothing in its store."""
    BookPrint.objects.all().delete()
    Job.objects.all().delete()
    asking = Membership.objects.current().filter(region=plan.region, role="admin").select_related("user")[0].user
    with (
        override_settings(MEDIA_ROOT=folder / "media"),
        shop_of(plan, signed_in(asking), folder, lease=lease, patience=PATIENCE) as shop,
    ):
        yield shop


def printed(shop: Shop, *faults: Callable[[Shop], None]) -> dict[str, str]:
    """Prints the combined book, a fault at a time spread over its chapters, audits it; book → hash."""
    shop.queue.start_worker(WORKERS)
    book_print = shop.ask(COMBINED)
    chapters = book_print.units.count()
    for number, fault in enumerate(faults, 1):
        shop.until_chapters(book_print, chapters * number // (len(faults) + 1))
        fault(shop)
    over = shop.until_over(book_print)
    assert over.state == "done", over.failures
    assert book_print.finished.get().pages > LEAST_PAGES
    found = shop.audit(book_print)
    attempts = sorted(job.attempt for job in issuing.jobs_of(book_print))
    print(f"{over.total} chapters, {over.seconds} s, attempts {attempts}, {book_print.finished.get().pages} pages")
    return found


def kill_worker(shop: Shop) -> None:
    shop.kill_worker(WORKERS)


FAULTS: dict[str, tuple[Callable[[Shop], None], ...]] = {
    "press": (Shop.kill_press,),
    "worker": (kill_worker,),
    "broker": (Shop.kill_broker,),
    "all three": (Shop.kill_press, kill_worker, Shop.kill_broker),
}


CHOSEN = os.environ.get("FAULTS", ",".join(FAULTS)).split(",")


def test_the_batam_book_arrives_once_and_complete_whatever_dies(
    tmp_path_factory: pytest.TempPathFactory, subtests: pytest.Subtests
) -> None:
    """One test, because the example takes long to load: the faults first, then the print that they are held against."""
    reference.load()
    loader.load("batam-2022")
    plan = Plan.objects.select_related("region", "enrolment__cohort").get(region__code="21.71")
    found = {}
    for name in CHOSEN:
        with subtests.test(name), fresh(plan, tmp_path_factory.mktemp("b"), lease=5) as shop:
            found[name] = printed(shop, *FAULTS[name])
    with fresh(plan, tmp_path_factory.mktemp("b"), lease=60) as shop:
        quiet = printed(shop)
    assert found == dict.fromkeys(CHOSEN, quiet)
