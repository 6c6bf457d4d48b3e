"""Two texts that began as one: what becomes of them."""

import random

import pytest

from bimtek import richtext
from bimtek.merging import merge

BASE = "Visi kota ini adalah bandar dunia yang madani."


def test_edits_at_different_places_are_joined():
    merged = merge(BASE, "Arah dan visi kota ini adalah bandar dunia yang madani.", BASE + " Tahun 2029.")

    assert merged.text == "Arah dan visi kota ini adalah bandar dunia yang madani. Tahun 2029."
    assert merged.clean


@pytest.mark.parametrize(
    ("mine", "theirs", "text"), [(BASE, "Baru", "Baru"), ("Baru", BASE, "Baru"), ("Sama", "Sama", "Sama")]
)
def test_an_edit_of_one_side_only_is_taken(mine, theirs, text):
    merged = merge(BASE, mine, theirs)

    assert (merged.text, merged.clean) == (text, True)


def test_edits_of_the_same_words_are_a_proposal_that_holds_both():
    merged = merge("Target 50 persen warga", "Target 60 persen warga", "Target 70 persen warga")

    assert (merged.text, merged.clean) == ("Target 70 60 persen warga", False)


def test_edits_that_touch_each_other_are_not_joined_in_silence():
    assert not merge("satu dua tiga", "satu DUA tiga", "satu dua TIGA").clean


def test_both_adding_at_the_end_is_a_proposal_with_both_ends():
    merged = merge("Awal.\n", "Awal.\nDari saya.", "Awal.\nDari dia.")

    assert merged.text == "Awal.\nDari dia. Dari saya."
    assert not merged.clean


def test_both_going_on_behind_the_last_word_repeat_it_in_no_proposal():
    assert merge("satu dua", "satu dua saya", "satu dua dia").text == "satu dua dia saya"
    both = merge("Kotanya aman.", "Kotanya aman. Kata saya.", "Kotanya aman. Kata dia.")
    assert both.text == "Kotanya aman. Kata dia. Kata saya.", "a sentence that each wrote stays whole"
    rich = merge("<p>satu dua</p>", "<p>satu dua saya</p>", "<p>satu dua dia</p>", rich=True)
    assert (rich.text, rich.clean) == ("<p>satu dua dia saya</p>", False)


def test_rich_text_merges_across_paragraphs_and_inside_one():
    base = "<p>Satu dua tiga empat lima.</p><ul><li><p>Butir</p></li></ul>"
    mine = "<p>Satu <strong>dua</strong> tiga empat lima.</p><ul><li><p>Butir</p></li></ul>"
    theirs = "<p>Satu dua tiga empat lima enam.</p><ul><li><p>Butir</p></li><li><p>Baru</p></li></ul>"

    merged = merge(base, mine, theirs, rich=True)

    assert merged.text == (
        "<p>Satu <strong>dua</strong> tiga empat lima enam.</p><ul><li><p>Butir</p></li><li><p>Baru</p></li></ul>"
    )
    assert merged.clean


def test_a_proposal_of_rich_text_is_fit_to_be_saved():
    base, mine, theirs = "<p>Satu</p>", "<ul><li><p>Satu</p></li></ul>", "<blockquote><p>Dua</p></blockquote>"

    merged = merge(base, mine, theirs, rich=True)

    assert not merged.clean
    assert richtext.clean(merged.text) == merged.text
    assert {"Satu", "Dua"} <= set(richtext.plain_text(merged.text).split())


def test_no_word_that_either_side_added_is_ever_lost():
    """Every added word is new, so it must stand in the merged text or the proposal, clean or not."""
    chance, clean = random.Random(22), 0
    for turn in range(300):
        base = [f"kata{n}" for n in range(chance.randint(0, 12))]
        sides = []
        for who in "ab":
            side = list(base)
            for n in range(chance.randint(1, 3)):
                at = chance.randint(0, len(side))
                if side and chance.random() < 0.3:
                    side.pop(min(at, len(side) - 1))
                side.insert(min(at, len(side)), f"{who}{turn}x{n}")
            sides.append(side)
        merged = merge(" ".join(base), " ".join(sides[0]), " ".join(sides[1]))
        clean += merged.clean
        added = {word for side in sides for word in side if word not in base}
        assert added <= set(merged.text.split()), (base, sides, merged)
    assert 50 < clean < 290


def test_a_hundred_kilobytes_of_one_repeated_word_are_compared_in_time():
    base = "kota " * 18_000
    merged = merge(base, "awal " + base, base + "akhir")

    assert merged.text == f"awal {base}akhir"
