"""Files and charts that pages show: which there are, and how the press is handed them."""

from collections.abc import Mapping

from django.conf import settings

from masterplan import charts, pages
from masterplan.blocks import Block, Figure, Gallery, Image
from masterplan.books import Content
from masterplan.units import Asset
from regions.jobs import Failure


def files_of(content: Content) -> set[str]:
    """Ids of all StoredFiles that the content shows, the emblem included."""
    parts = [part.blocks for book in content.books for part in book.front]
    parts += [chapter.blocks for book in content.books for chapter in book.chapters]
    return {content.edition.emblem} - {""} | {file for blocks in parts for file in shown_in(blocks)}


def shown_in(blocks: tuple[Block, ...]) -> set[str]:
    found = {block.file for block in blocks if isinstance(block, Image)}
    return found.union(*({file for file, _ in block.photos} for block in blocks if isinstance(block, Gallery)))


def assets_of(
    blocks: tuple[Block, ...], files: Mapping[str, Mapping[str, str]], extra: tuple[str, ...] = ()
) -> dict[str, Asset]:
    """All that the pages of these blocks may ask for: uploaded pictures by id, charts drawn here."""
    found: dict[str, Asset] = {}
    for file in sorted({*shown_in(blocks), *(name for name in extra if name)}):
        if file not in files:
            raise Failure("Sebuah gambar pada isi sudah dihapus. Minta cetak lagi dengan isi terbaru.")
        found[file] = Asset(files[file]["type"], path=str(settings.MEDIA_ROOT / files[file]["path"]))
    for block in blocks:
        if isinstance(block, Figure):
            found[pages.chart_name(block)] = Asset("image/svg+xml", data=charts.svg(block.chart).encode())
    return found
