"""A bound book read as a screen reader and an archive read it: one structure tree over all chapters, PDF/UA-1 and PDF/A-3a claimed."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Name

from masterplan.books import Content
from masterplan.canonical import plain
from tests.masterplan import sample
from tests.masterplan.conftest import Read, bindery, forget_bound

Reader = Callable[[str], Read]
BOOKS = ("buku-1", "buku-2", "gabungan")


@pytest.fixture
def book(read_book: Reader) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(read_book("gabungan").path) as found:
        yield found


def elements(found: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    """(structure element, its parent) of the whole tree, in reading order."""
    waiting: list[tuple[Any, Any]] = [(found.Root.StructTreeRoot.K[0], None)]
    while waiting:
        element, parent = waiting.pop()
        yield element, parent
        kids = [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        waiting += [(kid, element) for kid in reversed(kids)]


@pytest.mark.parametrize("code", BOOKS)
def test_every_mark_on_a_page_is_in_the_tree_or_an_artifact(read_book: Reader, code: str) -> None:
    with pikepdf.open(read_book(code).path) as book:
        numbers = list(book.Root.StructTreeRoot.ParentTree.Nums)
        owners = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
        in_tree = {element.objgen for element, _ in elements(book)}
        seen = 0
        for page in book.pages:
            words = b"".join(stream.read_bytes() for stream in contents(page))
            marks = [int(mark) for mark in re.findall(rb"/MCID (\d+)", words)]
            if marks:
                owned = owners[int(page.obj.StructParents)]
                assert all(owned[mark].objgen in in_tree for mark in marks)
                seen += len(marks)
            assert b"/Artifact" in words or not words.strip()
        assert seen > 100


def contents(page: pikepdf.Page) -> list[Any]:
    found: Any = page.obj.get("/Contents", pikepdf.Array())
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def test_running_heads_and_page_numbers_are_read_by_nobody(read_book: Reader, book: pikepdf.Pdf) -> None:
    """Every page is printed with its number; the words that the tree owns do not hold it."""
    labels = read_book("gabungan").labels
    page = book.pages[labels.index("III-2")].obj
    words = b"".join(stream.read_bytes() for stream in contents(pikepdf.Page(page)))
    numbers = list(book.Root.StructTreeRoot.ParentTree.Nums)
    owned = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))[int(page.StructParents)]
    shown = re.findall(rb"/(\w+)(?: <</MCID (\d+)>> BDC|\s+BMC)\s(?:(?!EMC).)*?\bTJ\b", words, re.DOTALL)
    printed = [mark for kind, mark in shown if kind == b"Artifact"]

    assert len(printed) >= 2, "the running head and the number of the page"
    assert len(owned) == len([mark for _, mark in shown if mark]), "what is printed besides has no owner"


def test_headings_go_down_one_step_at_a_time_and_every_chapter_begins_at_the_top(book: pikepdf.Pdf) -> None:
    levels = [int(str(e.S)[2]) for e, _ in elements(book) if re.fullmatch(r"/H[1-6]", str(e.S))]
    chapters = sum(len(part.chapters) for part in sample.small().books)

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert levels.count(1) >= chapters


def test_every_table_has_heads_and_each_head_says_what_it_heads(book: pikepdf.Pdf) -> None:
    heads = [element for element, _ in elements(book) if str(element.S) == "/TH"]
    tables = [element for element, _ in elements(book) if str(element.S) == "/Table"]

    assert len(heads) > len(tables) > 3
    assert {str(head.A.Scope) for head in heads} == {"/Column", "/Row"}


def test_every_picture_has_words_and_every_link_says_where_it_leads(book: pikepdf.Pdf) -> None:
    figures = [element for element, _ in elements(book) if str(element.S) == "/Figure"]
    links = [note for page in book.pages for note in page.obj.get("/Annots", [])]

    assert figures
    assert all(str(figure.Alt).strip() for figure in figures)
    assert links
    assert all(re.match(r"Ke halaman \S+|Buka (https?|mailto):", str(link.Contents)) for link in links)
    assert all(int(link.F) == 4 for link in links)


def test_a_link_and_its_words_belong_together(book: pikepdf.Pdf) -> None:
    numbers = list(book.Root.StructTreeRoot.ParentTree.Nums)
    owners = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
    links = [note for page in book.pages for note in page.obj.get("/Annots", [])]

    assert links
    for link in links:
        element = owners[int(link.StructParent)]
        assert str(element.S) == "/Link"
        assert any(isinstance(kid, pikepdf.Dictionary) and kid.get("/Obj") == link for kid in element.K)


def test_the_packet_claims_both_standards_and_agrees_with_the_title(book: pikepdf.Pdf) -> None:
    packet = book.Root.Metadata.read_bytes().decode()
    meta = book.open_metadata()

    assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
    assert "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/" in packet
    assert meta["dc:title"] == str(book.docinfo["/Title"])
    assert meta["dc:description"] == str(book.docinfo["/Subject"])
    assert book.Root.OutputIntents[0].S == Name.GTS_PDFA1
    assert book.Root.OutputIntents[0].DestOutputProfile.N == 3


def test_the_content_goes_along_as_data(book: pikepdf.Pdf) -> None:
    entry = book.Root.AF[0]

    assert entry.AFRelationship == Name.Data
    assert json.loads(entry.EF.F.read_bytes()) == plain(sample.small())


def test_a_book_bound_twice_has_the_same_bytes_and_the_second_time_is_not_bound_at_all(
    read_book: Reader, tmp_path: Path, media: Path
) -> None:
    press = bindery(Content.from_json(sample.small().to_json()))
    first = press.bind("buku-1", tmp_path / "first.pdf")[1].path
    taken = press.bind("buku-1", tmp_path / "taken.pdf")[1]
    forget_bound(media)
    bound = press.bind("buku-1", tmp_path / "bound.pdf")[1]

    assert taken.path.samefile(first)
    assert not bound.path.samefile(first)
    assert bound.path.read_bytes() == first.read_bytes()
    assert (taken.pages, taken.blanks, taken.parts) == (bound.pages, bound.blanks, bound.parts)


def test_another_title_or_date_is_another_book_of_the_same_units(
    read_book: Reader, tmp_path: Path, media: Path
) -> None:
    kept = set(media.glob("units/??/*.json"))
    press = bindery(Content.from_json(sample.small(title="Rencana Kota Cerdas").to_json()))
    _, bound = press.bind("buku-2", tmp_path / "other.pdf")

    assert not bound.path.samefile(read_book("buku-2").path)
    assert len(set(media.glob("units/??/*.json")) - kept) <= 2, "a cover and a front at most"
