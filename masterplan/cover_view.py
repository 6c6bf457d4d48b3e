"""A book's cover as it would be printed, in each of the designs: looked at before one is chosen."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bimtek.views.places import plan_of
from masterplan import pages, units
from masterplan.assets import assets_of
from masterplan.canonical import digest
from masterplan.compose.edition import edition
from masterplan.compose.material import gather
from regions.access import Permission, RegionRequest, region_view
from regions.jobs import Failure
from regions.models import Region, StoredFile


@require_safe
@never_cache
@region_view(Permission.VIEW_ALL)
def cover(request: RegionRequest, region: Region, year: int, design: str) -> HttpResponse:
    """The first book's cover and imprint as a PDF; rendered once, kept like every unit."""
    if design not in Region.Cover.values:
        raise Http404("Rancangan sampul tidak ada.")
    material = gather(plan_of(region, year))
    shown = replace(edition(material), cover=design)
    book = next(each for each in material.framework.books if not each.combines)
    title = book.title.removesuffix(" Daerah")
    html = pages.cover_html(shown, title=title, subtitle="", number=f"Buku {book.number}", code="sampul", books=[])
    files = {
        str(each.pk): {"path": each.path, "type": each.content_type, "sha256": each.sha256} for each in _emblem(region)
    }
    try:
        unit = units.render(
            digest([units.fingerprint(), html, files]), html, assets_of((), files, (shown.emblem,)), name="Sampul"
        )
    except Failure as failure:
        return HttpResponse(str(failure), status=422, content_type="text/plain; charset=utf-8")
    response = HttpResponse(unit.path.read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="sampul-{design}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _emblem(region: Region) -> list[StoredFile]:
    return list(region.storedfile_set.filter(pk=region.emblem_id)) if region.emblem_id else []
