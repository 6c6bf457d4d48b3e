"""The example with the eyes of tests/masterplan/test_origins.py: every answer, every programme, every row of Batam."""

import pytest

from bimtek.models import Plan
from tests.bimtek.test_example import batam  # noqa: F401 (fixture)
from tests.masterplan.test_origins import (  # noqa: F401 (tests)
    test_every_answer_stands_in_exactly_one_block_of_its_chapter,
    test_every_cell_names_a_field_of_its_rows_form,
    test_every_origin_names_a_section_of_the_screens_and_a_field_of_its_form,
    test_every_programme_has_one_card_and_one_row_that_carry_it,
    test_every_row_of_the_sections_that_are_printed_stands_in_the_book,
    test_one_chapter_alone_is_the_chapter_of_the_whole_book,
    test_the_piece_shown_is_the_one_that_says_most_of_what_is_looked_for,
    test_the_press_gets_no_origin_and_the_content_holds_none,
    test_what_was_frozen_is_composed_as_what_was_there,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(batam: Plan, db: None) -> Plan:  # noqa: F811
    return batam
