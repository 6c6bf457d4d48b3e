"""Comments: the list of a plan, leaving one, resolving and reopening it. In place by htmx, as a page without."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bimtek import commenting, sections
from bimtek.framework import framework
from bimtek.models import Comment, Plan, Row, Stage
from bimtek.sections import Section
from bimtek.views.places import frame_context, plan_of, stage_of
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region
from regions.pages import page_of

STATES = (("terbuka", "Terbuka"), ("selesai", "Selesai"), ("semua", "Semua"))


@require_safe
@region_view(Permission.VIEW)
def comment_list(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?keadaan=terbuka|selesai|semua and ?bagian=1.swot narrow the list; both can be linked to."""
    plan = plan_of(region, year)
    state, place = request.GET.get("keadaan", "terbuka"), request.GET.get("bagian", "")
    found = plan.comment_set.select_related("by", "resolved_by")
    if state in {"terbuka", "selesai"}:
        found = found.filter(resolved_at__isnull=state == "terbuka")
    stage, _, section = place.partition(".")
    if section and stage.isascii() and stage.isdigit() and len(stage) == 1:
        found = found.filter(stage=int(stage), section=section.replace("\x00", ""))
    page = page_of(request, found)
    context = frame_context(plan, request.access) | {
        "here": "comments",
        "page": page,
        "entries": [entry(plan, comment) for comment in page],
        "states": [
            {"label": label, "url": f"?keadaan={key}&bagian={place}", "on": key == state, "count": None}
            for key, label in STATES
        ],
        "places": places(plan),
        "place_now": place,
        "state_now": state,
        "may_comment": request.access.may(Permission.COMMENT),
    }
    return render(request, "bimtek/comments.html", context)


def places(plan: Plan) -> list[tuple[str, str]]:
    """The sections that somebody remarked on, for the filter."""
    used = plan.comment_set.order_by("stage", "section").values_list("stage", "section").distinct()
    return [
        (f"{stage}.{section}", f"Tahap {Stage(stage).roman} · {title_of(plan, stage, section)}")
        for stage, section in used
    ]


def title_of(plan: Plan, stage: int, section: str) -> str:
    found = sections.find(section, Stage(stage), framework(plan.framework))
    return found.title if found else "Seluruh tahap"


def entry(plan: Plan, comment: Comment) -> dict[str, Any]:
    """A comment with the address of what it is about."""
    base = [plan.region.slug, plan.enrolment.cohort.year, comment.stage]
    if comment.section == commenting.WHOLE_STAGE:
        url = reverse("bimtek:stage", args=base)
    elif comment.row_id:
        url = reverse("bimtek:row", args=[*base, comment.section, comment.row_id])
    else:
        url = reverse("bimtek:section", args=[*base, comment.section])
    where = f"Tahap {Stage(comment.stage).roman} · {title_of(plan, comment.stage, comment.section)}"
    return {"comment": comment, "url": url, "where": where}


@require_POST
@region_view(Permission.COMMENT)
def comment_new(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """Fields: tahap, bagian, baris (optional), id, text. Comes back with the text when refused."""
    plan = plan_of(region, year)
    stage, section, row = target_of(request, plan)
    text, refusal = request.POST.get("text", ""), ""
    try:
        commenting.add(plan, stage, section, text, access=request.access, row=row, id=_uuid(request.POST.get("id", "")))
    except ValidationError as error:
        refusal = " ".join(error.messages)
    if request.htmx:  # type: ignore[attr-defined]
        return panel(request, plan, stage, section, row, refusal=refusal, text=text if refusal else "")
    if refusal:
        context = frame_context(plan, request.access, stage=stage) | side_context(
            plan, request.access, stage, section, row
        )
        context |= {"comment_refusal": refusal, "comment_text": text}
        return render(request, "bimtek/comment_refused.html", context, status=422)
    messages.success(request, "Komentar tersimpan.")
    return redirect(address(plan, stage, section, row))


def target_of(request: RegionRequest, plan: Plan) -> tuple[Stage, str, Row | None]:
    """What the remark is about; 404 for what is not in this plan."""
    number = request.POST.get("tahap", "")
    stage = stage_of(int(number) if number in {"1", "2", "3", "4"} else 0)
    key = request.POST.get("bagian", "")
    if key == commenting.WHOLE_STAGE:
        return stage, key, None
    section = sections.find(key, stage, framework(plan.framework))
    if section is None:
        raise Http404("Bagian tidak ada pada tahap ini.")
    wanted = _uuid(request.POST.get("baris", ""))
    if wanted is None or not isinstance(section, Section):
        return stage, key, None
    return stage, key, get_object_or_404(section.rows(plan), pk=wanted)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def address(plan: Plan, stage: Stage, section: str, row: Row | None) -> str:
    base = [plan.region.slug, plan.enrolment.cohort.year, stage.value]
    if section == commenting.WHOLE_STAGE:
        return reverse("bimtek:stage", args=base)
    return (
        reverse("bimtek:row", args=[*base, section, row.pk])
        if row
        else reverse("bimtek:section", args=[*base, section])
    )


def side_context(plan: Plan, access: Access, stage: Stage, section: str, row: Any = None) -> dict[str, Any]:
    """What bimtek/_comments.html needs."""
    return {
        "plan": plan, "region": plan.region, "year": plan.enrolment.cohort.year, "access": access,
        "comment_stage": stage, "comment_section": section, "row": row,
    }  # fmt: skip


def panel(
    request: RegionRequest, plan: Plan, stage: Stage, section: str, row: Any, *, refusal: str = "", text: str = ""
) -> HttpResponse:
    context = side_context(plan, request.access, stage, section, row) | {
        "comment_refusal": refusal,
        "comment_text": text,
    }
    return render(request, "bimtek/_comments.html", context, status=422 if refusal else 200)


@require_POST
@region_view(Permission.COMMENT)
def comment_resolve(request: RegionRequest, region: Region, year: int, comment: UUID) -> HttpResponse:
    """`selesai`=1 resolves, anything else reopens."""
    plan = plan_of(region, year)
    found = get_object_or_404(plan.comment_set, pk=comment)
    done = request.POST.get("selesai") == "1"
    if done:
        commenting.resolve(found, access=request.access)
    else:
        commenting.reopen(found, access=request.access)
    if request.htmx:  # type: ignore[attr-defined]
        row = _row(plan, found) if request.POST.get("baris") else None
        return panel(request, plan, Stage(found.stage), found.section, row)
    messages.success(request, "Komentar ditandai selesai." if done else "Komentar dibuka kembali.")
    return redirect("bimtek:comments", region.slug, year)


def _row(plan: Plan, comment: Comment) -> Any:
    """The row that a comment is about, if it is still there."""
    section = sections.find(comment.section, Stage(comment.stage), framework(plan.framework))
    return section.rows(plan).filter(pk=comment.row_id).first() if isinstance(section, Section) else None
