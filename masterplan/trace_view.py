"""The chain of a plan as an annex: the matrix of programmes and what hangs loose."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import tracing
from bimtek.framework import framework
from bimtek.tracing import Chain
from bimtek.views.places import plan_of
from masterplan import sheets
from masterplan.blocks import Block, Paragraph
from masterplan.compose.tracing import matrix
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

TITLE = "Matriks Keterlacakan"


@require_safe
@region_view(Permission.VIEW_ALL)
def trace_pdf(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    chain = Chain(tracing.read(plan))
    names = {each.code: each.name for each in framework(plan.framework).dimensions}
    opening = Paragraph(
        f"Masterplan Smart City {region.name} {plan.first_year}–{plan.last_year}: {len(chain.of(tracing.PROGRAMME))} program, "
        f"{len(chain.loose)} butir masih terputus. Tanda – berarti kaitannya belum ada."
    )
    blocks: list[Block] = [opening, *matrix(chain, "", names)]
    back = reverse("bimtek:trace", args=[region.slug, year])
    return sheets.answer(request, TITLE, blocks, region=region, landscape=True, name=f"keterlacakan-{year}", back=back)
