"""The official PDFs of one session, rendered while the person waits: daftar hadir for signing, berita acara."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from bimtek.models import Session
from bimtek.views.places import plan_of
from masterplan import sheets
from masterplan.blocks import Block
from masterplan.compose.sessions import attendance_blocks, minutes_blocks, title_of
from regions.access import Permission, RegionRequest, region_view
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
    region = session.region
    return sheets.answer(
        request,
        title,
        blocks,
        region=region,
        landscape=landscape,
        foot=f"{title} · {title_of(session)} · {region.name}",
        name=f"{slugify(title)}-tahap-{session.stage}",
        back=reverse("bimtek:session", args=[region.slug, session.plan.enrolment.cohort.year, session.pk]),
    )
