"""All that is printed of Batam, of an empty plan and of the largest plan, by the validator of PDF/A-3a and PDF/UA-1 (tests.masterplan.standards)."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from bimtek.models import Plan
from masterplan import issuing, papers
from masterplan.books import COMBINED, Content
from masterplan.compose import compose_books, compose_decks
from masterplan.decks import CODES, to_json
from regions.models import Region
from tests.largest import make_largest
from tests.masterplan.conftest import bindery
from tests.masterplan.standards import faults


def check_all(plan: Plan, folder: Path) -> None:
    """Every book, the combined file, the poster, the slides and the sheets of dimensions."""
    plan = Plan.objects.select_related("region__emblem", "region__province", "enrolment__cohort").get(pk=plan.pk)
    frozen: Mapping[str, Any] = {**compose_books(plan).to_json(), "decks": to_json(compose_decks(plan))}
    content = Content.from_json(frozen)
    files = issuing.kept_files(plan, content)
    press = bindery(content, files)
    for code in [*(book.code for book in content.books), COMBINED]:
        _, bound = press.bind(code, folder / f"{code}.pdf")
        sys.stderr.write(f"\n{code}: {bound.pages} pages")
        assert faults(bound.path) == []
    for code in CODES:
        papers.make(code, frozen, files, folder / f"{code}.pdf", when=plan.created_at)
        assert faults(folder / f"{code}.pdf") == []


@pytest.fixture(autouse=True)
def own_store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_nothing_printed_of_batam_has_a_fault(db: None, tmp_path: Path) -> None:
    call_command("load_reference", verbosity=0)
    call_command("load_example", "batam-2022", verbosity=0)

    check_all(Plan.objects.get(), tmp_path)


def test_nothing_printed_of_the_largest_plan_has_a_fault(region: Region, tmp_path: Path) -> None:
    check_all(make_largest(region), tmp_path)


def test_nothing_printed_of_an_empty_plan_has_a_fault(plan: Plan, tmp_path: Path) -> None:
    check_all(plan, tmp_path)
