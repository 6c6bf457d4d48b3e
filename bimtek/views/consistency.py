"""The consistency list: what in the plan contradicts itself or hangs loose, each finding one click from its field."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from bimtek import consistency, waiving
from bimtek.consistency import RULES, Finding, Rule, Severity, Survey
from bimtek.models import Plan, Stage
from bimtek.views import lists
from bimtek.views.places import frame_context, plan_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

PER_PAGE = 50
FIRST = 10  # findings of one rule shown before its own list is asked for


@require_safe
@region_view(Permission.VIEW_ALL)
def consistency_list(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?tingkat= narrows to one severity, ?tahap= to one stage, ?aturan= to one rule, which then shows in pages."""
    return list_page(request, plan_of(region, year))


def list_page(
    request: RegionRequest, plan: Plan, *, refused: str = "", reason: str = "", refusal: str = ""
) -> HttpResponse:
    """The list; a refused waiver comes back at its finding with the typed reason."""
    survey = consistency.survey(plan)
    rule = next((each for each in RULES if each.code == request.GET.get("aturan")), None)
    context = frame_context(plan, request.access, stage=Stage.FINALISASI) | {
        "overview": "consistency", "total": len(survey.open), "rules": len(RULES), "rule": rule,
        "chips": _chips(request, survey), "stages": _stages(request, survey), "list_url": _url(plan, "consistency"),
        "waive_url": _url(plan, "waive"), "may_waive": request.access.may(Permission.FILL_ALL),
        "waived": [entry(plan, each) | {"waiver": waiver} for each, waiver in survey.waived],
        "refused": refused, "reason": reason, "refusal": refusal,
    }  # fmt: skip
    if rule:
        page = Paginator([each for each in survey.open if each.rule == rule], PER_PAGE).get_page(
            request.GET.get("page")
        )
        context |= {"page": page, "entries": [entry(plan, each) for each in page]}
    else:
        context["groups"] = _groups(plan, _narrowed(request, survey))
    return render(request, "bimtek/consistency.html", context, status=422 if refusal else 200)


def _narrowed(request: RegionRequest, survey: Survey) -> list[Finding]:
    severity, stage = request.GET.get("tingkat", ""), request.GET.get("tahap", "")
    return [
        each
        for each in survey.open
        if (severity not in Severity.values or each.rule.severity == severity)
        and (stage not in {"1", "2", "3", "4"} or each.stage == int(stage))
    ]


def _chips(request: RegionRequest, survey: Survey) -> list[dict[str, Any]]:
    severity = request.GET.get("tingkat", "")
    every = lists.chip(request, "tingkat", "", "Semua", severity not in Severity.values) | {"count": len(survey.open)}
    return [
        every,
        *(
            lists.chip(request, "tingkat", each.value, str(each.label), severity == each)
            | {"count": sum(one.rule.severity == each for one in survey.open)}
            for each in Severity
        ),
    ]


def _stages(request: RegionRequest, survey: Survey) -> list[dict[str, Any]]:
    asked = request.GET.get("tahap", "")
    every = lists.chip(request, "tahap", "", "Semua", asked not in {"1", "2", "3", "4"})
    return [
        every,
        *(
            lists.chip(request, "tahap", str(stage.value), f"Tahap {stage.roman}", asked == str(stage.value))
            | {"count": sum(one.stage == stage for one in survey.open)}
            for stage in Stage
        ),
    ]


def _groups(plan: Plan, found: list[Finding]) -> list[dict[str, Any]]:
    """Severity → rules with findings → the first few of each."""
    groups = []
    for severity in Severity:
        rules = [_rule(plan, rule, found) for rule in RULES if rule.severity == severity]
        rules = [each for each in rules if each["count"]]
        if rules:
            groups.append({"severity": severity, "rules": rules, "count": sum(each["count"] for each in rules)})
    return groups


def _rule(plan: Plan, rule: Rule, found: list[Finding]) -> dict[str, Any]:
    own = [each for each in found if each.rule == rule]
    return {
        "rule": rule,
        "count": len(own),
        "entries": [entry(plan, each) for each in own[:FIRST]],
        "more": len(own) > FIRST,
    }


def entry(plan: Plan, finding: Finding) -> dict[str, Any]:
    """The sentence with the address of the field that mends it."""
    base = [*_base(plan), finding.stage.value, finding.section]
    if finding.row_id is None:
        url = reverse("bimtek:section", args=base)
    else:
        url = reverse("bimtek:row", args=[*base, finding.row_id])
    anchor = f"#{finding.anchor}" if finding.anchor else ""
    return {"sentence": finding.sentence, "url": url + anchor, "key": finding.key, "rule": finding.rule}


def _base(plan: Plan) -> list[Any]:
    return [plan.region.slug, plan.enrolment.cohort.year]


def _url(plan: Plan, name: str) -> str:
    return reverse(f"bimtek:{name}", args=_base(plan))


@require_POST
@region_view(Permission.FILL_ALL)
def waive(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """`temuan` names the finding, `alasan` says why it may stand."""
    plan, key, reason = plan_of(region, year), request.POST.get("temuan", ""), request.POST.get("alasan", "")
    try:
        waiving.waive(plan, key, reason, access=request.access)
    except ValidationError as refusal:
        return list_page(request, plan, refused=key, reason=reason, refusal=" ".join(refusal.messages))
    messages.success(request, "Temuan dikecualikan. Alasannya terbaca oleh peninjau.")
    return _back(request, plan)


@require_POST
@region_view(Permission.FILL_ALL)
def withdraw_waiver(request: RegionRequest, region: Region, year: int, waiver: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    try:
        waiving.withdraw(get_object_or_404(plan.waiver_set, pk=waiver), access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Pengecualian dicabut; temuannya dihitung lagi bila masih ada.")
    return _back(request, plan)


def _back(request: RegionRequest, plan: Plan) -> HttpResponse:
    back = request.POST.get("kembali", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else _url(plan, "consistency"))
