"""Finding a quoted passage again in a text that people go on changing; and two texts compared word by word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bimtek import passages, words

TEXT = (
    "Kota Batam memiliki jaringan serat optik yang menghubungkan 42 dari 46 OPD. Namun 61 dari 118 layanan masih tatap "
    "muka. Warga pulau menempuh dua jam perjalanan laut untuk mengurus akta."
)
PASSAGE = "61 dari 118 layanan masih tatap muka"


def remembered(text: str = TEXT, passage: str = PASSAGE) -> tuple[str, str, str]:
    return passage, *passages.surroundings(text, passage)


def test_a_passage_is_found_after_text_was_put_before_it():
    spot = passages.locate(f"Paragraf baru lebih dulu.\n\n{TEXT}", *remembered())
    assert spot is not None
    assert (spot.words, spot.exact) == (PASSAGE, True)


def test_white_space_of_the_page_does_not_matter():
    spot = passages.locate(TEXT.replace("masih tatap", "masih\n   tatap"), *remembered())
    assert spot is not None
    assert spot.words == PASSAGE


def test_of_two_equal_passages_the_one_with_the_remembered_neighbours_is_meant():
    text = "Satu: datanya belum ada. Dua: datanya belum ada. Tiga: datanya belum ada."
    spot = passages.locate(
        f"Kata pengantar. {text}", "datanya belum ada", "datanya belum ada. Dua: ", ". Tiga: datanya"
    )
    assert spot is not None
    assert spot.text[: spot.start].endswith("Dua: ")


def test_a_rewritten_passage_is_known_by_what_stands_around_it():
    rewritten = TEXT.replace(PASSAGE, "hanya 40 dari 118 layanan masih tatap muka pada 2023")
    spot = passages.locate(rewritten, *remembered())
    assert spot is not None
    assert (spot.words, spot.exact) == ("hanya 40 dari 118 layanan masih tatap muka pada 2023", False)


@pytest.mark.parametrize(
    "text",
    ["", "Teks yang sama sekali lain.", TEXT.replace(PASSAGE, ""), TEXT.replace(PASSAGE, "kami menanam pohon bakau")],
)
def test_a_passage_that_is_gone_has_lost_its_place(text):
    assert passages.locate(text, *remembered()) is None


def test_a_passage_that_is_the_whole_text_follows_a_small_correction():
    spot = passages.locate("Jaringan serat optik menghubungkan 44 OPD", "Jaringan serat optik menghubungkan 42 OPD")
    assert spot is not None
    assert not spot.exact


@settings(max_examples=200, deadline=None)
@given(st.text("abc .\n", max_size=60), st.text("abc .", max_size=20), st.text("abc .\n", max_size=60))
def test_what_was_quoted_from_a_text_is_found_in_that_text(before, passage, after):
    whole = f"{before} {passage} {after}"
    if not passages.even(passage):
        return
    kept = passages.surroundings(whole, passage)
    spot = passages.locate(whole, passage, *kept)
    assert spot is not None
    assert spot.exact
    assert spot.words == passages.even(passage)


@settings(max_examples=300, deadline=None)
@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_the_pieces_of_a_comparison_read_as_both_texts(before, after):
    pieces = words.compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != words.NEW) == before
    assert "".join(piece.text for piece in pieces if piece.kind != words.GONE) == after


def test_one_changed_word_is_one_change():
    assert [(p.kind, p.text) for p in words.compare("dari 61 layanan daring", "dari 70 layanan daring")] == [
        ("same", "dari"), ("gone", " 61"), ("new", " 70"), ("same", " layanan daring"),
    ]  # fmt: skip


def test_very_long_texts_are_compared_by_paragraphs():
    old = "\n".join(f"Paragraf {n} " + "kata " * 30 for n in range(200))
    pieces = words.compare(old, old.replace("Paragraf 7 ", "Alinea 7 "))
    assert [piece.kind for piece in pieces] == ["same", "gone", "new", "same"]
    assert "".join(piece.text for piece in pieces if piece.kind != words.NEW) == old
