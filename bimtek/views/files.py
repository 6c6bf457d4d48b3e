"""The files of a region: evidence, decrees, photos, the emblem."""

import logging
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bimtek import offices
from regions import audit, files
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region, StoredFile

log = logging.getLogger(__name__)


@require_safe
@region_view(Permission.VIEW, Permission.PACKET)
def file(request: RegionRequest, region: Region, file: UUID) -> HttpResponse:
    """A file that this person may open. Only images, which were made anew at upload, show inside the page."""
    stored = get_object_or_404(offices.files(request.access), pk=file)
    path = files.path_of(stored)
    if not path.is_file():
        log.error("file %s of region %s is missing on disk", stored.pk, region.code)
        raise Http404("Berkas tidak ditemukan.")
    if stored.kind != StoredFile.Kind.IMAGE:  # images show inside pages
        audit.downloaded(request.access, stored.name, about=stored, method=request.method or "")
    response: Any = FileResponse(
        path.open("rb"),
        as_attachment=stored.kind != StoredFile.Kind.IMAGE,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response  # type: ignore[no-any-return]
