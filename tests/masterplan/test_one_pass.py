"""The linked book is the book that one pass over the whole would have made: words, links, outline, and how pages look.

A small plan whose chapters are cut as small as can be; Batam and a plan of 400 programmes go through the same in `make bench-books`.
"""

import json
from pathlib import Path

import pikepdf
import pytest
from django.test import override_settings

from benchmarks import equal, runs
from masterplan import cutting, gate
from masterplan.books import Content
from tests.masterplan import sample
from tests.masterplan.conftest import bindery


@pytest.fixture(scope="module")
def books(kept_units: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(linked, whole) of the same content, with every chapter cut wherever it may be."""
    folder = tmp_path_factory.mktemp("pass")
    content = Content.from_json(sample.small(draft=False).to_json())
    with pytest.MonkeyPatch.context() as patch, override_settings(MEDIA_ROOT=kept_units):
        for name, least in (("LONG", 0), ("ROWS", 2_000), ("LEAST", 0)):
            patch.setattr(cutting, name, least)
        patch.setattr(cutting, "ENOUGH", {"must": 0, "free": 1, "section": 1, "card": 1})
        assert sum(len(cutting.pieces(book, chapter)) for book in content.books for chapter in book.chapters) > 15
        _, bound = bindery(content).bind("gabungan", folder / "linked.pdf")
        gate.check(bound)
        runs.lay_out(folder, content, {})
        runs.child(folder, engine="weasyprint", tagged=True, lettered=True)
    return folder / "linked.pdf", folder / "plain.pdf"


@pytest.mark.slow
def test_the_linked_book_equals_a_render_of_the_whole(books: tuple[Path, Path]) -> None:
    assert equal.differences(*books) == []


@pytest.mark.slow
def test_the_comparison_sees_a_word_a_link_and_a_page_that_differ(books: tuple[Path, Path], tmp_path: Path) -> None:
    linked, whole = books
    with pikepdf.open(linked) as book:
        page = next(page for page in book.pages if "/Annots" in page.obj)
        page.obj.Annots = pikepdf.Array(list(page.obj.Annots)[1:])  # type: ignore[call-overload]
        book.pages[10].obj.Contents = book.make_stream(b"")
        book.save(tmp_path / "changed.pdf")
    found = " ".join(equal.differences(tmp_path / "changed.pdf", whole))

    assert all(word in found for word in ("only whole", "links", "looks different"))


@pytest.mark.slow
def test_one_font_program_for_each_face_of_a_book(books: tuple[Path, Path]) -> None:
    with pikepdf.open(books[0]) as book:
        faces: dict[str, set[tuple[int, int]]] = {}
        for each in book.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
                faces.setdefault(str(each.FontName), set()).add(each.FontFile2.objgen)
        assert len(faces) > 4
        assert all(len(programs) == 1 for programs in faces.values())


@pytest.mark.slow
def test_the_linked_book_is_hardly_larger_than_the_whole(books: tuple[Path, Path], tmp_path: Path) -> None:
    """Both tagged. The linked file also carries its content as data and a profile of colours, which the whole does not."""
    linked, whole = books
    with pikepdf.open(linked) as book:
        del book.Root.AF, book.Root.Names.EmbeddedFiles, book.Root.OutputIntents
        book.save(tmp_path / "bare.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pikepdf.open(whole) as book:
        book.save(tmp_path / "whole.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)

    assert (tmp_path / "bare.pdf").stat().st_size <= 1.15 * (tmp_path / "whole.pdf").stat().st_size
    assert json.loads((linked.parent / "took.json").read_text())["cpu"] > 0
