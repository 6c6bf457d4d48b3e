"""Short official documents (daftar hadir, berita acara): a few pages, rendered within the request by the same press."""

from collections.abc import Mapping, Sequence

from masterplan import pages, units
from masterplan.blocks import Block
from masterplan.printing import assets_of


def sheet(
    title: str,
    blocks: Sequence[Block],
    *,
    landscape: bool = False,
    region: str = "",
    foot: str = "",
    files: Mapping[str, Mapping[str, str]] | None = None,
) -> bytes:
    """The PDF. foot: what stands small at the head of each page. files: StoredFile id → {"path", "type", "sha256"}.

    Raises regions.jobs.Failure with a sentence when the document cannot be rendered.
    """
    html = pages.sheet_html(title, tuple(blocks), region=region, landscape=landscape, foot=foot or region)
    return units.render_bytes(html, assets_of(tuple(blocks), files or {}), name=title)
