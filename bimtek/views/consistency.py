"""The consistency list: what in the plan contradicts itself or hangs loose, each finding one click from its row."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import consistency
from bimtek.consistency import RULES, Finding, Rule, Severity
from bimtek.models import Plan, Stage
from bimtek.views import lists
from bimtek.views.places import frame_context, plan_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

PER_PAGE = 50
FIRST = 10  # findings of one rule shown before its own list is asked for


@require_safe
@region_view(Permission.VIEW)
def consistency_list(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?tingkat= narrows to one severity, ?aturan= to one rule, which then shows in pages."""
    plan = plan_of(region, year)
    found = consistency.findings(consistency.read(plan))
    rule = next((each for each in RULES if each.code == request.GET.get("aturan")), None)
    severity = request.GET.get("tingkat", "")
    shown = [each for each in found if severity not in Severity.values or each.rule.severity == severity]
    context = frame_context(plan, request.access, stage=Stage.FINALISASI) | {
        "overview": "consistency",
        "total": len(found),
        "rules": len(RULES),
        "rule": rule,
        "chips": [
            lists.chip(request, "tingkat", "", "Semua", severity not in Severity.values) | {"count": len(found)},
            *(
                lists.chip(request, "tingkat", each.value, str(each.label), severity == each)
                | {"count": sum(one.rule.severity == each for one in found)}
                for each in Severity
            ),
        ],
        "list_url": reverse("bimtek:consistency", args=_base(plan)),
    }
    if rule:
        page = Paginator([each for each in found if each.rule == rule], PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "entries": [entry(plan, each) for each in page]}
    else:
        context["groups"] = _groups(plan, shown)
    return render(request, "bimtek/consistency.html", context)


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


def entry(plan: Plan, finding: Finding) -> dict[str, str]:
    base = [*_base(plan), finding.rule.stage.value, finding.rule.section]
    if finding.row_id is None:
        return {"sentence": finding.sentence, "url": reverse("bimtek:section", args=base)}
    return {"sentence": finding.sentence, "url": reverse("bimtek:row", args=[*base, finding.row_id])}


def _base(plan: Plan) -> list[Any]:
    return [plan.region.slug, plan.enrolment.cohort.year]
