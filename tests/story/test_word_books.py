"""Every book of Batam as a Word file: opened by LibreOffice, its headings, captions and tables counted like those of the PDF."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from bimtek.models import Plan
from masterplan import issuing, papers
from masterplan.books import COMBINED, Content
from masterplan.compose import compose_books
from tests.masterplan import word_files
from tests.masterplan.conftest import bindery


@pytest.mark.slow
def test_every_word_file_of_batam_holds_what_its_pdf_holds_and_opens(
    db: None, settings: LazySettings, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("load_reference", verbosity=0)
    call_command("load_example", "batam-2022", verbosity=0)
    plan = Plan.objects.select_related("region__emblem", "region__province", "enrolment__cohort").get()
    frozen: Mapping[str, Any] = compose_books(plan).to_json()
    content = Content.from_json(frozen)
    files = issuing.kept_files(plan, content)
    press = bindery(content, files)
    codes = [*(book.code for book in content.books), COMBINED]

    assert len(codes) == 4
    for code in codes:
        with subtests.test(code):
            pdf, word = tmp_path / f"{code}-bound.pdf", tmp_path / f"{code}.docx"
            press.bind(code, pdf)
            papers.make(f"{code}{papers.WORD}", frozen, files, word, when=plan.created_at)
            check(pdf, word, content, code)


def check(pdf: Path, word: Path, content: Content, code: str) -> None:
    found = word_files.captions(word)
    assert word_files.headings(word) == word_files.printed_headings(pdf, content, code) > 10
    assert found == word_files.printed_captions(pdf, content, code)
    assert word_files.tables(word) == word_files.printed_tables(pdf) > 5
    text = " ".join(word_files.opened(word, word.parent).split())
    assert [caption for caption in found if caption not in text] == []
