"""Prints without a broker: the jobs are run here, one after the other, as a worker would."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bimtek.models import Plan
from masterplan import issuing
from masterplan.blocks import Content
from masterplan.models import BookPrint
from regions import jobs
from regions.models import Job

Printer = Callable[..., BookPrint]


@pytest.fixture(scope="session")
def kept_units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered pages are kept by their hash for the whole session, as a region's would be."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def media(settings: Any, kept_units: Path) -> Path:
    settings.MEDIA_ROOT = kept_units
    return kept_units


def run_jobs(book_print: BookPrint) -> None:
    """Runs what is waiting until nothing is."""
    while waiting := Job.objects.filter(region=book_print.region, state=Job.State.QUEUED).order_by("created_at").first():
        jobs.run(str(waiting.pk))


@pytest.fixture
def printed(media: Path, plan: Plan) -> Printer:
    """`printed(content)` asks for the books of this content and prints them."""

    def run(content: Content, books: tuple[str, ...] = ()) -> BookPrint:
        book_print = issuing.request_content(plan, content, by=None, books=books)
        run_jobs(book_print)
        return book_print

    return run
