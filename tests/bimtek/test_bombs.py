"""What would choke the press, sent by a person through the real forms: a sentence beside the field, the typed text back, nothing kept.

What is printed of the rest is in tests/masterplan/test_bombs.py; letters without a glyph are in test_glyphs.py; a logo of
10,000 × 10,000 points is in tests/regions/test_files.py; hostile workbooks are in test_hostile_workbooks.py.
"""

import time
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from bimtek.models import Plan

pytestmark = pytest.mark.django_db

SECONDS = 20  # for one answer on a loaded machine; a quiet one takes well under one
TEXT = "/daerah/kota-batam/2022/tahap/1/narasi-profil/"
ROWS = "/daerah/kota-batam/2022/tahap/1/swot/baru/"
QUESTION = "gambaran-umum"
ANSWERS = {  # rich text → what the sentence says
    "a word of 20,000 letters": (f"<p>{'a' * 20_000}</p>", "lebih panjang dari 500 huruf tanpa spasi"),
    "100,000 line breaks": ("<p>" + "<br>" * 100_000 + "x</p>", "Teks terlalu panjang: 400.008 tanda"),
    "20,000 line breaks": ("<p>" + "<br>" * 20_000 + "x</p>", "Teks terlalu rumit"),
    "300 levels": ("<blockquote>" * 300 + "x" + "</blockquote>" * 300, "paling banyak 20 tingkat"),
    "a tower of marks": ("<p>a" + "\u0301" * 200 + "</p>", "terlalu banyak tanda bertumpuk"),
}
CELLS = {
    "a word of 20,000 letters": ("a" * 20_000, "lebih panjang dari 500 huruf tanpa spasi"),
    "a tower of marks": ("a" + "\u0301" * 30, "terlalu banyak tanda bertumpuk"),
}

Seated = Callable[[User | None], Client]


def comes_back(client: Client, url: str, typed: dict[str, str | int], sentence: str, text: str) -> None:
    """Refused soon, with the sentence and what was typed."""
    begun = time.monotonic()
    answer = client.post(url, typed)

    assert time.monotonic() - begun < SECONDS
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert sentence in page
    assert text in page


@pytest.mark.parametrize("bomb", ANSWERS)
def test_an_answer_that_would_choke_the_press_comes_back_with_a_sentence(
    plan: Plan, writer: User, client_of: Seated, bomb: str
) -> None:
    text, sentence = ANSWERS[bomb]
    comes_back(client_of(writer), TEXT, {f"a-{QUESTION}": text, f"v-{QUESTION}": 0}, sentence, text)
    assert not plan.answer_set.exists()


@pytest.mark.parametrize("bomb", CELLS)
def test_a_cell_that_would_choke_the_press_comes_back_with_a_sentence(
    plan: Plan, writer: User, client_of: Seated, bomb: str
) -> None:
    text, sentence = CELLS[bomb]
    pk = uuid4()
    typed = {f"r{pk.hex[:8]}-{name}": value for name, value in (("quadrant", "S"), ("text", text))}
    comes_back(client_of(writer), ROWS, {"baris": str(pk), **typed}, sentence, text)
    assert not plan.swotitem_set.exists()
