"""The linked book is the book that one pass would have made, for Batam whole and for a plan of 400 programmes.

Words page by page, links and where they lead, outline, and pictures of the pages. `make story`; each takes minutes.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from django.conf import LazySettings
from django.core.management import call_command

from benchmarks import equal, runs
from bimtek.models import Plan
from masterplan import issuing
from masterplan.books import COMBINED, Content
from masterplan.compose import compose_books
from tests.factories import make_region
from tests.largest import make_largest
from tests.masterplan.conftest import bindery

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def batam() -> Plan:
    call_command("load_reference", verbosity=0)
    call_command("load_example", "batam-2022", verbosity=0)
    return Plan.objects.get()


def largest() -> Plan:
    return make_largest(make_region())


@pytest.mark.parametrize(("make", "least_pages"), [(batam, 250), (largest, 350)], ids=["batam", "400 programmes"])
def test_the_linked_book_equals_one_pass(
    make: Callable[[], Plan], least_pages: int, tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    plan = Plan.objects.select_related("region__emblem", "region__province", "enrolment__cohort").get(pk=make().pk)
    found = Content.from_json(compose_books(plan).to_json())
    content = replace(found, edition=replace(found.edition, draft=False))  # one pass has no draft mark
    files = issuing.kept_files(plan, content)
    _, bound = bindery(content, files).bind(COMBINED, tmp_path / "linked.pdf")
    runs.lay_out(tmp_path, content, files)
    took = runs.child(tmp_path, engine="weasyprint", tagged=True, lettered=True)

    sys.stderr.write(f"\n{bound.pages} pages, one pass {took['cpu']:.0f} s of processor")
    with pikepdf.open(bound.path) as book:
        assert len(book.pages) == bound.pages > least_pages
    assert equal.differences(bound.path, tmp_path / "plain.pdf") == []
