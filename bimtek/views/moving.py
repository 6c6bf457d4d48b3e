"""Moving a row up or down in its list, or to where it was dropped."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bimtek import writing
from bimtek.models import Row
from bimtek.sections import Section
from bimtek.views.choices import whole
from bimtek.views.places import Place, rows_place, uuid_of
from bimtek.views.rows import list_url, row_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@require_POST
@region_view(Permission.FILL, Permission.PACKET)
def row_move(request: RegionRequest, region: Region, year: int, stage: int, section: str, row: UUID) -> HttpResponse:
    place, entry = rows_place(request.access, year, stage, section)
    found = row_of(request.access, place, entry, row)
    try:
        deed = drop if request.POST.get("ke") else step
        where, act = deed(request, place, entry, found, whole(request.POST.get("version", "")))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        tell(request, place, found, where, act)
    back = request.POST.get("kembali", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = list_url(place, entry, getattr(found, entry.parent) if entry.parent else None)
    return redirect(f"{back}#baris-{found.pk}" if not request.htmx else back)


def step(request: RegionRequest, place: Place, section: Section, row: Row, version: int) -> tuple[str, UUID | None]:
    """One place up or down."""
    up = request.POST.get("arah") == "naik"
    return f"ke {'atas' if up else 'bawah'}", writing.move(row, up=up, access=request.access, version=version)


def drop(request: RegionRequest, place: Place, section: Section, row: Row, version: int) -> tuple[str, UUID | None]:
    """To the place of the row that was there when it was dropped."""
    pk = uuid_of(request.POST.get("ke", ""))
    if pk is None:
        raise Http404("Baris tidak dikenal.")
    onto = row_of(request.access, place, section, pk)
    return f"ke tempat “{onto}”", writing.move_to(row, onto, access=request.access, version=version)


def tell(request: RegionRequest, place: Place, row: Row, where: str, act: UUID | None) -> None:
    if act is None:
        messages.info(request, f"“{row}” sudah di ujung kelompoknya, jadi tidak dipindahkan {where}.")
        return
    undo = f"undo:{reverse('bimtek:undo', args=[*place.base[:2], act])}" if request.access.may(Permission.FILL) else ""
    messages.success(request, f"“{row}” dipindahkan {where}.", extra_tags=undo)
