"""Every kind of book is PDF/A-3a and PDF/UA-1 by a validator; Batam's and the largest plan's are looked at in tests/story."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bimtek.models import Plan
from masterplan.books import COMBINED, Content
from masterplan.compose import compose_books
from tests.masterplan.conftest import Read, bindery
from tests.masterplan.standards import faults, spoil

Reader = Callable[[str], Read]


@pytest.mark.slow
@pytest.mark.parametrize("code", ["buku-1", "buku-2", COMBINED])
def test_a_book_of_a_small_plan_has_no_fault(read_book: Reader, code: str) -> None:
    assert faults(read_book(code).path) == []


@pytest.mark.slow
def test_no_book_of_an_empty_plan_has_a_fault(plan: Plan, media: Path, tmp_path: Path) -> None:
    press = bindery(Content.from_json(compose_books(plan).to_json()))
    codes = [*(book.code for book in press.content.books), COMBINED]

    assert len(codes) == 4
    for code in codes:
        press.bind(code, tmp_path / code)
        assert faults(tmp_path / code) == []


def test_the_validator_sees_what_is_wrong(read_book: Reader, tmp_path: Path) -> None:
    spoil(read_book("buku-1").path, tmp_path / "spoilt.pdf")
    found = " ".join(faults(tmp_path / "spoilt.pdf"))

    assert all(rule in found for rule in ("FORM-STRUCTURE", "L-KIDS", "EMBEDDED-FILE-MIME"))
