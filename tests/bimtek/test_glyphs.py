"""A letter that no font of the books holds is refused where it is typed; those that they hold are let through."""

from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from bimtek import glyphs, threads, writing
from bimtek.anchors import Anchor
from bimtek.models import Plan, ProfileFact, Stage
from tests.bimtek.rows import access

pytestmark = pytest.mark.django_db

HELD = {
    "Javanese": "ꦧꦠꦩ꧀",
    "Balinese": "ᬩᬢᬫ᭄",
    "Buginese": "ᨅᨈ",
    "signs": "é – “kutipan” ≥ 5 m² → ✓ №",
    "joiners": "a\u200db\u00a0c",
}
LACKING = {"Arabic": "مدينة", "CJK": "漢字", "emoji": "Layanan 👍", "a family": "👩‍👩‍👧‍👦", "Thai": "เมือง"}
TEXT = "/daerah/kota-batam/2022/tahap/1/narasi-profil/"
ROWS = "/daerah/kota-batam/2022/tahap/1/profil/baru/"

Seated = Callable[[User | None], Client]


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_what_the_fonts_hold_is_saved(plan: Plan, writer: User, text: str) -> None:
    fact = writing.add(
        writing.new(ProfileFact, plan, group="Geografi", label=text, value="1"), access=access(writer, plan)
    )

    assert glyphs.strangers(text) == []
    assert fact.label == text


@pytest.mark.parametrize("text", LACKING.values(), ids=LACKING)
def test_a_row_with_a_letter_that_would_be_a_box_is_refused_beside_its_field(
    plan: Plan, writer: User, client_of: Seated, text: str
) -> None:
    pk = uuid4()
    typed = {f"r{pk.hex[:8]}-{name}": value for name, value in (("group", "Geografi"), ("label", text), ("value", "1"))}
    answer = client_of(writer).post(ROWS, {"baris": str(pk), **typed})

    page = unescape(answer.content.decode())
    first = glyphs.strangers(text)[0]
    assert answer.status_code == 422
    assert f"tidak dapat dicetak: {first} (U+{ord(first):04X})" in page
    assert text in page
    assert not plan.profilefact_set.exists()


def test_an_answer_and_a_verb_refuse_it_too(plan: Plan, writer: User, client_of: Seated) -> None:
    answer = client_of(writer).post(TEXT, {"a-rpjmd-visi": "Kota 漢 maju", "v-rpjmd-visi": 0})

    assert answer.status_code == 422
    assert "漢 (U+6F22)" in answer.content.decode()
    with pytest.raises(ValidationError, match=r"漢 \(U\+6F22\)"):
        writing.save_answer(plan, "gambaran-umum", "<p>漢</p>", access=access(writer, plan), version=0)
    assert not plan.answer_set.exists()


def test_what_is_not_printed_may_hold_any_letter(plan: Plan, consultant: User) -> None:
    thread = threads.begin(
        plan, Anchor(Stage.PERSEPSI, "profil", None, ""), "Bagus 👍", access=access(consultant, plan)
    )

    assert thread.messages.get().text == "Bagus 👍"


def test_many_strange_letters_are_named_with_how_many_more(plan: Plan) -> None:
    with pytest.raises(ValidationError) as refusal:
        glyphs.refuse_strangers("漢字仮名交文書体")

    assert "漢 (U+6F22) 字" in refusal.value.messages[0]
    assert glyphs.NAMED == 8
    with pytest.raises(ValidationError, match="dan 1 lainnya"):
        glyphs.refuse_strangers("漢字仮名交文書体一")
