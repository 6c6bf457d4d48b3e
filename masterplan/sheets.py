"""Short official documents (daftar hadir, berita acara): a few pages, rendered within the request by the same press."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify

from masterplan import pages, units
from masterplan.assets import assets_of
from masterplan.blocks import Block
from regions import audit
from regions.access import RegionRequest
from regions.jobs import Failure
from regions.models import Region


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


def answer(
    request: RegionRequest,
    title: str,
    blocks: Sequence[Block],
    *,
    region: Region,
    name: str,
    back: str,
    landscape: bool = False,
    foot: str = "",
) -> HttpResponse:
    """The paper as an attachment; one that cannot be rendered says why on the page `back`, where it was asked for.

    name: the file's, without the region and the ending.
    """
    try:
        pdf = sheet(title, blocks, landscape=landscape, region=region.name, foot=foot or f"{title} · {region.name}")
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect(back)
    audit.downloaded(request.access, f"{title} (PDF)", method=request.method or "")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}-{slugify(region.name)}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
