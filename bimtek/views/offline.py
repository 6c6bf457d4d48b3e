"""What a browser fetches ahead, so that the forms of the open stage can be filled without a net."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import offices, sections
from bimtek.framework import framework
from bimtek.models import Plan, Stage, Status
from bimtek.sections import Section
from bimtek.views.places import plan_of
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region

MOST_ROWS = 60
Page = dict[str, Any]
"""{"url": …, "part": whether htmx asks for it in place}."""


@require_safe
@region_view(Permission.VIEW, Permission.PACKET)
def offline_forms(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """{pages}: the current stage's sections, their forms for a new row, and the rows that this person most likely writes."""
    plan = plan_of(region, year)
    pages = [page for stage in stages_of(plan, request.access) for page in stage_pages(plan, stage, request.access)]
    return JsonResponse({"pages": pages})


def stages_of(plan: Plan, access: Access) -> list[Stage]:
    """The first stage that is not accepted; of somebody who fills a packet, the two that it is spread over."""
    still_open = sorted(
        Stage(number) for number in plan.submission_set.exclude(status=Status.ACCEPTED).values_list("stage", flat=True)
    )
    return [
        stage for stage in still_open if offices.sees_all(access) is False and stage <= Stage.PROGRAM
    ] or still_open[:1]


def stage_pages(plan: Plan, stage: Stage, access: Access) -> Iterator[Page]:
    base = [plan.region.slug, plan.enrolment.cohort.year, stage.value]
    for entry in sections.sections_of(stage, framework(plan.framework)):
        if access.is_guest and getattr(entry, "model", None) not in offices.PACKET_MODELS:
            continue
        yield {"url": reverse("bimtek:section", args=[*base, entry.key]), "part": False}
        if isinstance(entry, Section) and access.may(Permission.PACKET if entry.has_opd else Permission.FILL_ALL):
            yield from shapes(reverse("bimtek:row_new", args=[*base, entry.key]), entry)
            for pk in [] if entry.form.personal_fields else likely(plan, entry, access):
                yield from shapes(reverse("bimtek:row", args=[*base, entry.key, pk]), entry)


def shapes(url: str, section: Section) -> Iterator[Page]:
    """A form as a page and, where the list opens it in place, as the part that htmx asks for."""
    yield {"url": url, "part": False}
    if not section.children:
        yield {"url": url, "part": True}


def likely(plan: Plan, section: Section, access: Access) -> list[Any]:
    """Rows of the own office; for those who fill everything, what was written last."""
    kind = section.model._meta.model_name
    if offices.sees_all(access):
        lines = plan.change_set.filter(kind=kind).exclude(deed="deleted").values_list("row_id", flat=True)
        return list(dict.fromkeys(lines[:200]))[: MOST_ROWS // 6]
    path = offices.owner_path(section.model)
    rows = section.model._default_manager.filter(plan=plan, region=plan.region, **{f"{path}__in": access.opd_ids})
    return list(rows.values_list("pk", flat=True)[:MOST_ROWS]) if path else []
