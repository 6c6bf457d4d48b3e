"""Where a person lands after signing in, and the files of a region."""

import logging
from typing import Any, cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from regions import audit, files
from regions.access import Permission, RegionRequest, Role, person_view, region_view
from regions.models import Membership, Region, StoredFile

log = logging.getLogger(__name__)


@require_safe
@person_view
def home(request: HttpRequest) -> HttpResponse:
    """Ministry: its dashboard. Consultant: all regions. Everybody else: the one region, or a choice."""
    user = cast(User, request.user)
    if user.is_ministry:
        return redirect("ministry:dashboard")
    memberships = list(Membership.objects.current().filter(user=user).select_related("region").order_by("region__code"))
    if any(held.role == Role.CONSULTANT for held in memberships):
        return redirect("ministry:consultant")
    places = list(dict.fromkeys(held.region for held in memberships))
    if len(places) == 1:
        return redirect("bimtek:home", places[0].slug)
    return render(request, "regions/home.html", {"memberships": memberships})


@require_safe
@region_view(Permission.VIEW)
def file(request: RegionRequest, region: Region, file: UUID) -> HttpResponse:
    """A file of this region. Only images, which were made anew at upload, show inside the page."""
    stored = get_object_or_404(StoredFile, region=region, pk=file)
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
