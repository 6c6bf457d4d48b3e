"""Where a long chapter is cut, and which of its pieces are rendered again after an edit."""

import pytest

from masterplan import cutting, printing
from masterplan.blocks import Block, Heading, Paragraph
from masterplan.books import Book, Chapter
from masterplan.numbering import references
from tests.masterplan import sample


def cut(monkeypatch: pytest.MonkeyPatch, lengths: list[int]) -> list[cutting.Piece]:
    """The pieces of a chapter whose sections are as long as told, cut behind 3,000 characters."""
    monkeypatch.setattr(cutting, "LONG", 0)
    monkeypatch.setattr(cutting, "LEAST", 0)
    monkeypatch.setattr(cutting, "ENOUGH", {"must": 0, "free": 3_000, "section": 3_000, "card": 3_000})
    blocks: list[Block] = []
    for number, length in enumerate(lengths, 1):
        blocks += [Heading(2, f"Bagian {number}"), Paragraph("x" * length)]
    chapter = Chapter("panjang", 1, "Panjang", tuple(blocks))
    return cutting.pieces(Book("buku-1", 1, "Uji", "BUKU 1", (chapter,)), chapter)


def keys(pieces: list[cutting.Piece]) -> list[str]:
    content = sample.small()
    return [printing.unit_key(content.edition, piece, references(content), {}) for piece in pieces]


def test_pieces_behind_a_cut_that_moved_are_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = cut(monkeypatch, [2_000, 3_500, 4_000, 4_000]), cut(monkeypatch, [3_500, 3_500, 4_000, 4_000])

    assert [len(pieces) for pieces in (before, after)] == [3, 4]
    assert keys(before)[1:] == keys(after)[2:]
    assert not set(keys(before)[:1]) & set(keys(after))


def test_every_piece_ends_in_a_place_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [piece.end for piece in cut(monkeypatch, [4_000, 4_000, 4_000])]

    assert len(set(ends)) == len(ends) == 3
