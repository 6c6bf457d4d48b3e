"""A new row that starts like another: its form opens filled in, and nothing is stored until somebody saves it."""

import re
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from bimtek import offices
from bimtek.forms import drafts
from bimtek.models import Plan, Row
from bimtek.sections import Section
from bimtek.views.places import Place
from regions.access import Permission, RegionRequest

OWN = {"code", "number", "chosen"}
"""What a row does not share with the one it began from; a code goes on to the next free one."""
LAST_FIGURES = re.compile(r"(.*?)(\d+)", re.ASCII)


def url(request: RegionRequest, place: Place, section: Section, row: Row, parent: Row | None) -> str:
    """Where a copy of the row begins; '' for those who add no rows here."""
    if not request.access.may(Permission.PACKET if section.has_opd else Permission.FILL_ALL):
        return ""
    return f"{place.url('row_new')}?dari={row.pk}" + (f"&induk={parent.pk}" if parent else "")


def values(request: RegionRequest, place: Place, section: Section) -> dict[str, Any] | None:
    """What the new row's form shows when ?dari= names the row to be like; None where it names none."""
    named = request.GET.get("dari", "")
    if not named or request.method == "POST":
        return None
    try:
        wanted = UUID(named)
    except ValueError:
        raise Http404("Baris tidak dikenal.") from None
    source: Any = get_object_or_404(offices.visible(section.rows(place.plan), request.access), pk=wanted)
    parent = getattr(source, section.parent) if section.parent else None
    form = section.form(instance=source, plan=place.plan, access=request.access, parent=parent)
    left = OWN | set(form.personal_fields)
    found = {bound.name: bound.initial for bound in drafts.saveable(form) if bound.name not in left}
    if "code" in form.fields:
        found["code"] = next_code(place.plan, section, source.code)
    return found


def next_code(plan: Plan, section: Section, code: str) -> str:
    """'SG-1.09' → 'SG-1.10', or the first after it that is free; a code without figures gets some."""
    rows: Any = section.model._default_manager.filter(plan=plan)
    taken = set(rows.values_list("code", flat=True))
    match = LAST_FIGURES.fullmatch(code)
    start, figures = (match[1], match[2]) if match else (f"{code}-", "1")
    at = int(figures)
    while (found := f"{start}{at:0{len(figures)}}") in taken:
        at += 1
    return found[:20]
