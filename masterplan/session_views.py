"""The official PDFs of one session, rendered while the person waits: daftar hadir for signing, berita acara."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from bimtek.models import Session
from bimtek.views.places import plan_of
from masterplan import sheets
from masterplan.blocks import Block
from masterplan.compose.sessions import attendance_blocks, minutes_blocks, title_of
from regions.access import Permission, RegionRequest, region_view
from regions.jobs import Failure
from regions.models import Region


@require_safe
@region_view(Permission.VIEW)
def attendance_pdf(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    row = session_of(region, year, session)
    return _sheet(request, row, "Daftar Hadir", attendance_blocks(row), landscape=True)


@require_safe
@region_view(Permission.VIEW)
def minutes_pdf(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    row = session_of(region, year, session)
    return _sheet(request, row, "Berita Acara", minutes_blocks(row))


def session_of(region: Region, year: int, pk: UUID) -> Session:
    """The session with all that its papers show, in a fixed number of queries."""
    sessions = plan_of(region, year).session_set.select_related("region", "plan")
    return get_object_or_404(sessions.prefetch_related("attendees__days", "minutes"), pk=pk)


def _sheet(
    request: RegionRequest, session: Session, title: str, blocks: Sequence[Block], *, landscape: bool = False
) -> HttpResponse:
    """The document as an attachment; a document that cannot be rendered says why on the page it was asked from."""
    region = session.region
    foot = f"{title} · {title_of(session)} · {region.name}"
    try:
        pdf = sheets.sheet(title, blocks, landscape=landscape, region=region.name, foot=foot)
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect("bimtek:session", region.slug, session.plan.enrolment.cohort.year, session.pk)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"{slugify(title)}-tahap-{session.stage}-{slugify(region.name)}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
