"""A new row that starts like another: its form opens filled in, and nothing is stored until somebody saves it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from bimtek import codes, offices
from bimtek.forms import drafts
from bimtek.models import Row
from bimtek.sections import Section
from bimtek.views.places import Place
from regions.access import Permission, RegionRequest

OWN = {"code", "number", "chosen"}
"""What a row does not share with the one it began from; a code goes on to the next free one."""


def url(request: RegionRequest, place: Place, section: Section, row: Row, parent: Row | None) -> str:
    """Where a copy of the row begins; '' for those who add no rows here."""
    if not request.access.may(Permission.PACKET if section.has_opd else Permission.FILL_ALL):
        return ""
    return f"{place.url('row_new')}?dari={row.pk}" + (f"&induk={parent.pk}" if parent else "")


def values(request: RegionRequest, place: Place, section: Section) -> dict[str, Any] | None:
    """What the new row's form shows when ?dari= names the row to be like; None where it names none."""
    if not request.GET.get("dari") or request.method == "POST":
        return None
    source: Any = get_object_or_404(_source(request, place, section))
    parent = getattr(source, section.parent) if section.parent else None
    form = section.form(instance=source, plan=place.plan, access=request.access, parent=parent)
    left = OWN | set(form.personal_fields)
    found = {bound.name: bound.initial for bound in drafts.saveable(form) if bound.name not in left}
    if "code" in form.fields:
        rows: Any = section.model._default_manager.filter(plan=place.plan)
        found["code"] = codes.next_free(source.code, set(rows.values_list("code", flat=True)))
    return found


def kept(request: RegionRequest, place: Place, section: Section) -> dict[str, Any]:
    """What goes with a copied row's words wherever they are saved: the source that they were adapted from."""
    source: Any = _source(request, place, section).first() if section.key == "program" else None
    return {"adapted_from": source.adapted_from} if source else {}


def _source(request: RegionRequest, place: Place, section: Section) -> Any:
    """The row that ?dari= names, as far as this person sees it, as a query; of none where it names none."""
    rows = offices.visible(section.rows(place.plan), request.access)
    try:
        return rows.filter(pk=UUID(request.GET.get("dari", "")))
    except ValueError:
        return rows.none()
