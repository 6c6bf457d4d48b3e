"""Moving a row up or down in its list."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bimtek import writing
from bimtek.models import Row
from bimtek.views.choices import whole
from bimtek.views.places import Place, rows_place
from bimtek.views.rows import list_url, row_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@require_POST
@region_view(Permission.FILL, Permission.PACKET)
def row_move(request: RegionRequest, region: Region, year: int, stage: int, section: str, row: UUID) -> HttpResponse:
    place, entry = rows_place(request.access, year, stage, section)
    found = row_of(request.access, place, entry, row)
    up = request.POST.get("arah") == "naik"
    try:
        act = writing.move(found, up=up, access=request.access, version=whole(request.POST.get("version", "")))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        tell(request, place, found, up, act)
    back = request.POST.get("kembali", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = list_url(place, entry, getattr(found, entry.parent) if entry.parent else None)
    return redirect(f"{back}#baris-{found.pk}" if not request.htmx else back)


def tell(request: RegionRequest, place: Place, row: Row, up: bool, act: UUID | None) -> None:
    if act is None:
        messages.info(request, f"“{row}” sudah paling {'atas' if up else 'bawah'} di kelompoknya.")
        return
    undo = f"undo:{reverse('bimtek:undo', args=[*place.base[:2], act])}" if request.access.may(Permission.FILL) else ""
    messages.success(request, f"“{row}” dipindahkan ke {'atas' if up else 'bawah'}.", extra_tags=undo)
