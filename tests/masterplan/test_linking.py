"""The linker: the same book whatever was kept, units that grow or lost a file, and files that any reader reads."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from masterplan import filing, packing, segments, units
from masterplan.blocks import Paragraph
from masterplan.books import Content
from masterplan.filing import File
from masterplan.packing import LINK
from masterplan.units import Unit
from tests.masterplan import sample
from tests.masterplan.conftest import bindery, forget_bound

CODE = "gabungan"
Render = Callable[[str], Unit]


@pytest.fixture
def content(media: Path) -> Content:
    return Content.from_json(sample.small(draft=False).to_json())


@pytest.fixture
def render(media: Path) -> Render:
    def rendered(body: str) -> Unit:
        html = f'<!doctype html><html lang="id"><title>Uji</title><body><p class="running">Buku</p>{body}</body></html>'
        return units.render(packing.hashlib.sha256(html.encode()).hexdigest(), html, {}, name="Uji")

    return rendered


def bound(content: Content, media: Path, target: Path) -> bytes:
    forget_bound(media)
    bindery(content).bind(CODE, target)
    return target.read_bytes()


def made_of_units(media: Path) -> list[Path]:
    """Object files, and object streams under the numbers of books."""
    return [path for path in media.glob("units/??/*.*.*") if path.is_file()]


def worded(content: Content, words: str) -> Content:
    """Another sentence in the first paragraph of the second book."""
    book = content.books[1]
    chapter = book.chapters[0]
    place = next(place for place, block in enumerate(chapter.blocks) if isinstance(block, Paragraph))
    blocks = list(chapter.blocks)
    blocks[place] = replace(blocks[place], text=words, parts=())  # type: ignore[call-arg]
    chapters = (replace(chapter, blocks=tuple(blocks)), *book.chapters[1:])
    return replace(content, books=(content.books[0], replace(book, chapters=chapters), *content.books[2:]))


def test_a_book_linked_from_what_was_kept_is_the_book_linked_from_nothing(
    content: Content, media: Path, tmp_path: Path
) -> None:
    for each in (
        content,
        worded(content, "Kalimat lain, yang sedikit lebih panjang daripada yang ada di sini semula."),
    ):
        kept = bound(each, media, tmp_path / "kept.pdf")
        assert made_of_units(media)
        for path in made_of_units(media):
            path.unlink()

        assert bound(each, media, tmp_path / "anew.pdf") == kept


def test_after_an_edit_only_the_edited_unit_is_written_anew(content: Content, media: Path, tmp_path: Path) -> None:
    bound(content, media, tmp_path / "before.pdf")
    before = set(made_of_units(media))
    bound(worded(content, "Satu kata diganti."), media, tmp_path / "after.pdf")

    new = {path.name.split(".")[0] for path in set(made_of_units(media)) - before}
    front_and_edited = 2
    assert len(new) <= front_and_edited


def test_an_object_file_that_is_cut_short_or_gone_is_made_again(content: Content, media: Path, tmp_path: Path) -> None:
    whole = bound(content, media, tmp_path / "whole.pdf")
    for number, path in enumerate(sorted(made_of_units(media))):
        if number % 3 == 0:
            path.unlink()
        elif number % 3 == 1:
            path.write_bytes(path.read_bytes()[:-9])
        else:
            path.write_bytes(b"")

    assert bound(content, media, tmp_path / "again.pdf") == whole


def test_a_unit_that_outgrows_its_range_moves_those_behind_it_and_the_file_stays_sound(
    content: Content, media: Path, tmp_path: Path
) -> None:
    book = content.books[1]
    longer = replace(book.chapters[0], blocks=(*book.chapters[0].blocks, *[Paragraph("Satu kalimat.")] * 90))
    book = replace(book, chapters=(longer, *book.chapters[1:]))
    long = replace(content, books=(content.books[0], book, *content.books[2:]))
    first = bindery(content).rendered["buku-2"]
    grown = bindery(long).rendered["buku-2"]
    chapter = content.books[1].chapters[0].code
    assert segments.room(packing.packed(grown[chapter][0])) > segments.room(packing.packed(first[chapter][0]))
    bound(long, media, tmp_path / "long.pdf")

    checked = subprocess.run(["qpdf", "--check", tmp_path / "long.pdf"], capture_output=True, text=True, check=False)
    assert (checked.returncode, "WARNING" in checked.stderr + checked.stdout) == (0, False)


def test_a_link_to_what_is_not_in_the_book_becomes_plain_words_of_its_paragraph(render: Render, media: Path) -> None:
    unit = render(f'<p>Lihat <a href="{LINK}ada">bab ini</a> dan <a href="{LINK}tiada">bab itu</a>.</p>')
    packed = packing.packed(unit)
    here, there = packed.leaves[0].links
    (holder,) = segments.holders(unit, packed, 0, 3, frozenset({there.element}))
    text = unfolded(holder.data)

    assert (here.target, there.target) == ("ada", "tiada")
    assert re.search(rb"/S /Link.*/OBJR", text[here.element])
    assert b"/S /Span" in text[there.element]
    assert b"/OBJR" not in text[there.element]


def unfolded(data: bytes) -> dict[int, bytes]:
    head, _, body = data.partition(b"\nstream\n")
    return packing._unfolded(head, body)


def test_texts_that_look_like_references_are_not_renumbered() -> None:
    numbers = {7: b"70", 8: b"80"}
    text = rb"<</T (7 0 R and \) 8 0 R)/H <372030205220>/P 7 0 R/K [8 0 R 8 0 R]>>"

    assert (
        packing.renumbered(text, numbers) == rb"<</T (7 0 R and \) 8 0 R)/H <372030205220>/P 70 0 R/K [80 0 R 80 0 R]>>"
    )


@pytest.mark.parametrize("words", ["Lihat (bab) \\ ini\r\n", "Nagara Ḍaerah – ꦧꦠ", "https://contoh.go.id/?a=(1)"])
def test_a_string_is_read_as_it_was_written(words: str, tmp_path: Path) -> None:
    out = File()
    out.last = 3
    out.put(1, b"<</Type /Catalog/Pages 2 0 R>>")
    out.put(2, b"<</Type /Pages/Count 1/Kids [3 0 R]>>")
    out.put(3, b"<</Type /Page/Parent 2 0 R/MediaBox [0 0 9 9]/Resources <<>>>>")
    info = out.add(b"<</Title %s>>" % filing.text(words))
    (tmp_path / "one.pdf").write_bytes(out.finish(1, info))

    with pikepdf.open(tmp_path / "one.pdf") as book:
        assert str(book.docinfo["/Title"]) == words
    assert packing.spoken(filing.text(words)) == words


def test_a_file_holds_every_object_and_no_stream_ends_with_a_carriage_return(tmp_path: Path) -> None:
    unlucky = next(n for n in range(100_000) if zlib.adler32(b"%d" % n) & 0xFF == 0x0D)
    out = File()
    out.last = 700  # free numbers in front of the first
    held = [out.add(b"<</Number %d>>" % n) for n in range(2500)]
    out.last += 300  # and in between
    data = out.stream(b"", b"%d" % unlucky)
    out.put(1, b"<</Type /Catalog/Pages 2 0 R/Held [%s]/Data %d 0 R>>" % (b" ".join(b"%d 0 R" % n for n in held), data))
    out.put(2, b"<</Type /Pages/Count 1/Kids [3 0 R]>>")
    out.put(3, b"<</Type /Page/Parent 2 0 R/MediaBox [0 0 9 9]/Resources <<>>>>")
    written = out.finish(1, out.add(b"<<>>"))
    (tmp_path / "packed.pdf").write_bytes(written)

    assert zlib.compress(b"%d" % unlucky, 9).endswith(b"\r")
    assert b"\r\nendstream" not in written
    with pikepdf.open(tmp_path / "packed.pdf") as book:
        assert [int(each.Number) for each in book.Root.Held] == list(range(2500))
        assert book.Root.Data.read_bytes() == b"%d" % unlucky
        assert book.check_pdf_syntax() == []
    assert (
        subprocess.run([shutil.which("qpdf") or "qpdf", "--check", tmp_path / "packed.pdf"], check=False).returncode
        == 0
    )


def test_numbers_of_a_book_are_dense_enough_for_readers_that_doubt_high_ones(
    content: Content, media: Path, tmp_path: Path
) -> None:
    written = bound(content, media, tmp_path / "book.pdf")
    sizes = re.findall(rb"/Type /XRef/Size (\d+)", written)

    assert int(sizes[-1]) < len(written) / 10


def test_a_pdf_of_another_maker_is_refused(tmp_path: Path) -> None:
    with pikepdf.new() as book:
        book.add_blank_page()
        book.save(tmp_path / "other.pdf")

    with pytest.raises(ValueError, match="renderer"):
        packing.pack("k", (tmp_path / "other.pdf").read_bytes(), {})
