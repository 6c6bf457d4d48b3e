"""Page numbers of the lists are put in by the linker: the right ones, at the right edge, in their line, and without a new render."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from masterplan import linking, slots, units
from masterplan.bindery import Bindery
from masterplan.blocks import Paragraph
from masterplan.books import Content
from masterplan.faces import Faces
from masterplan.filing import File
from masterplan.slots import GAP
from regions.jobs import Failure
from tests.masterplan import sample
from tests.masterplan.conftest import bindery, forget_bound

RIGHT = 595.276 - 25 * 72 / 25.4  # the right edge of the text on a right-hand page


@pytest.fixture
def content(media: Path) -> Content:
    forget_bound(media)
    return Content.from_json(sample.small(draft=False).to_json())


def front(press: Bindery) -> Any:
    (part,) = press._front("buku-1")
    return part


def longer(content: Content) -> Content:
    """The first paragraph of the first book goes on for pages, and nothing else changes."""
    book = content.books[0]
    chapter = book.chapters[0]
    blocks = list(chapter.blocks)
    place = next(place for place, block in enumerate(blocks) if isinstance(block, Paragraph))
    blocks[place] = replace(blocks[place], text="Kalimat tambahan. " * 900, parts=())  # type: ignore[call-arg]
    chapters = (replace(chapter, blocks=tuple(blocks)), *book.chapters[1:])
    return replace(content, books=(replace(book, chapters=chapters), *content.books[1:]))


def listed(path: Path) -> dict[str, str]:
    """Title → page label as the contents say it, of one line each."""
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"^\s*[\d.]+\s+(\S.*?\S)\s{2,}([IVX]+-\d+)$", text, re.MULTILINE))


def labels(path: Path) -> dict[str, str]:
    """Bookmark → label of the page it leads to."""
    with pikepdf.open(path) as book:
        places = {page.obj.objgen: str(page.label) for page in book.pages}
        found = {}

        def below(items: list[Any]) -> None:
            for item in items:
                found[re.sub(r"^[\d.]+ ", "", item.title)] = places[item.destination[0].objgen]
                below(item.children)

        with book.open_outline() as outline:
            below(outline.root)
    return found


def test_every_line_of_the_contents_says_the_page_that_its_bookmark_leads_to(content: Content, tmp_path: Path) -> None:
    for each in (content, longer(content)):
        bindery(each).bind("buku-1", tmp_path / "book.pdf")
        said, known = listed(tmp_path / "book.pdf"), labels(tmp_path / "book.pdf")

        assert len(said) > 4
        assert {title: label for title, label in said.items() if known.get(title, label) != label} == {}


def test_an_edit_that_only_moves_pages_leaves_the_front_matter_as_it_was_rendered(
    content: Content, tmp_path: Path
) -> None:
    press, other = bindery(content), bindery(longer(content))
    press.bind("buku-1", tmp_path / "one.pdf")
    other.bind("buku-1", tmp_path / "other.pdf")

    assert front(press).unit.key == front(other).unit.key
    assert listed(tmp_path / "one.pdf") != listed(tmp_path / "other.pdf")


def test_no_gap_is_left_and_numbers_end_at_the_right_edge(content: Content, tmp_path: Path) -> None:
    bindery(content).bind("buku-1", tmp_path / "book.pdf")
    boxes = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "book.pdf", "-"], capture_output=True, text=True, check=True
    )
    ends = [float(end) for end in re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">[IVX]+-\d+<', boxes.stdout)]

    assert GAP[0] not in boxes.stdout
    assert len(ends) > 12
    shifted = RIGHT - 5 * 72 / 25.4
    assert all(min(abs(end - RIGHT), abs(end - shifted)) < 0.6 for end in ends if end > 400)


@pytest.fixture
def faces(content: Content) -> tuple[Faces, Mapping[str, Mapping[str, Any]]]:
    unit = front(bindery(content)).unit
    found = Faces(File(last=9), units.FONTS)
    found.take(unit.faces, dict.fromkeys(unit.faces, (b"", b"", b"")))
    return found, unit.faces


def test_a_long_label_fills_the_same_place_as_a_short_one(faces: tuple[Faces, Any]) -> None:
    found, told = faces
    name, face = next((name, face) for name, face in told.items() if slots._gap(face["text"]))
    words = b"BT\n/%s 12 Tf\n%s\nET" % (name.encode(), slots._gap(face["text"]))
    for label in ("I-1", "VIII-112", "Lamp. F-12"):
        shown = slots.filled(words, [label], found, told)
        ahead = int(re.search(rb"\n\[(-?\d+)\(", shown)[1])  # type: ignore[index]

        assert found.long(name, label) - ahead == found.long(name, GAP)
        assert slots.gaps(shown, told) == 0


def test_the_font_in_force_is_the_one_that_was_set_outside_a_group(faces: tuple[Faces, Any]) -> None:
    found, told = faces
    first, second = [name for name, face in told.items() if slots._gap(face["text"])][:2]
    gap = slots._gap(told[first]["text"])
    words = b"/%s 12 Tf\nq\n/%s 12 Tf\nQ\n%s" % (first.encode(), second.encode(), gap)
    plain = b"/%s 12 Tf\n%s" % (first.encode(), gap)

    assert (
        slots.filled(words, ["IV-7"], found, told).split(b"\n")[-1]
        == slots.filled(plain, ["IV-7"], found, told).split(b"\n")[-1]
    )


def test_a_list_with_more_lines_than_gaps_is_not_bound(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = bindery(content)
    monkeypatch.setattr(linking.slots, "gaps", lambda words, told: 0)

    with pytest.raises(Failure, match=r"Bagian depan .* tidak lengkap"):
        press.bind("buku-1", tmp_path / "book.pdf")
