"""Prints without a broker: the jobs are run here, one after the other, as a worker would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import LazySettings
from django.test import override_settings

from accounts.models import User
from bimtek.models import Plan
from masterplan import issuing, printing, units
from masterplan.bindery import Bindery, Rendered
from masterplan.books import Content
from masterplan.models import BookPrint
from masterplan.numbering import references
from regions import jobs
from regions.models import Job, Region
from tests.masterplan import sample
from tests.masterplan.archives import make_full_world
from tests.routes import World

Printer = Callable[..., BookPrint]


@pytest.fixture(scope="session")
def kept_units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered pages are kept by their hash for the whole session, as a region's would be."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def media(settings: Any, kept_units: Path) -> Path:
    settings.MEDIA_ROOT = kept_units
    return kept_units


@pytest.fixture
def empty_store(settings: Any, tmp_path: Path) -> Path:
    """A store in which nothing lies yet."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def forget_bound(media: Path) -> None:
    """Lets go what was bound, not what was rendered, so that the next binding binds."""
    for path in media.glob("units/??/*.pdf"):
        if not path.with_suffix(".json").exists():
            path.unlink()


def run_jobs(book_print: BookPrint) -> None:
    """Runs what is waiting until nothing is."""
    while (
        waiting := Job.objects.filter(region=book_print.region, state=Job.State.QUEUED).order_by("created_at").first()
    ):
        jobs.run(waiting.pk)


@pytest.fixture
def printed(media: Path, plan: Plan) -> Printer:
    """`printed(content)` asks for the books of this content and prints them."""

    def run(content: Content, books: tuple[str, ...] = ()) -> BookPrint:
        book_print = issuing.request_content(plan, content, by=None, books=books)
        run_jobs(book_print)
        return book_print

    return run


def bindery(content: Content, files: Mapping[str, Mapping[str, str]] | None = None) -> Bindery:
    """All chapters rendered (or found in the store), ready to be bound; no database."""
    refs, files = references(content), files or {}
    rendered: Rendered = {}
    for piece in printing.pieces_of(content):
        key = printing.unit_key(content.edition, piece, refs, files)
        unit = units.stored(key) or printing.render_piece(
            content, piece, key=key, files=files, name=piece.name, going_on=units.nobody_asks
        )
        rendered.setdefault(piece.book.code, {}).setdefault(piece.chapter.code, []).append(unit)
    return Bindery(content, rendered, files, units.nobody_asks)


@dataclass
class Read:
    """A bound book as a reader finds it."""

    path: Path
    reader: pypdf.PdfReader
    labels: list[str]
    texts: list[str]

    def page(self, label: str) -> str:
        return self.texts[self.labels.index(label)]


@pytest.fixture(scope="session")
def read_book(kept_units: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Read]:
    """`read_book("buku-1")` of sample.small(): rendered, bound, through the gate, and opened again."""
    found: dict[str, Read] = {}
    folder = tmp_path_factory.mktemp("bound")
    content = Content.from_json(sample.small().to_json())

    def read(code: str) -> Read:
        if code not in found:
            with override_settings(MEDIA_ROOT=kept_units):
                _, bound = bindery(content).bind(code, folder / f"{code}.pdf")
            reader = pypdf.PdfReader(bound.path)
            found[code] = Read(
                bound.path, reader, list(reader.page_labels), [page.extract_text() for page in reader.pages]
            )
        return found[code]

    return read


@pytest.fixture
def full_world(region: Region, ministry: User, settings: LazySettings, tmp_path: Path) -> World:
    """A region with one of everything, its files in a store of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_full_world(region, ministry)
