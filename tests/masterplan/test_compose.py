"""Rows become books: every chapter is there, empty or full, exact, and without personal numbers."""

import pytest

from bimtek.framework import framework
from bimtek.models import Plan
from masterplan.blocks import Content, Empty
from masterplan.compose import compose_books

pytestmark = pytest.mark.django_db


def test_an_empty_plan_composes_every_chapter_and_says_what_is_missing(plan: Plan) -> None:
    content = compose_books(plan)

    outlines = [book for book in framework(plan.framework).books if not book.combines]
    assert [book.code for book in content.books] == [outline.code for outline in outlines]
    for book, outline in zip(content.books, outlines, strict=True):
        titles = {chapter.title for chapter in book.chapters}
        assert {chapter.title for chapter in outline.chapters if not chapter.is_appendix} <= titles
        for chapter in book.chapters:
            assert any(isinstance(block, Empty) for block in chapter.blocks), f"{book.code} {chapter.code}"
    assert Content.from_json(content.to_json()) == content
