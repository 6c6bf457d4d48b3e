"""The roadmap as a table: programmes by dimension, their years as bars."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import rollups
from bimtek.framework import framework
from bimtek.models import Plan, Programme, Stage
from bimtek.rollups import Term, term_of, term_years
from bimtek.views import lists
from bimtek.views.places import frame_context, plan_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

OPEN_UNTIL = 90  # programmes; above that each dimension is folded


@dataclass(frozen=True)
class Bar:
    """One programme over the plan's years. `before` and `after` hold the empty years, true where a term begins."""

    programme: Programme
    url: str
    before: list[bool]
    length: int
    after: list[bool]


@require_safe
@region_view(Permission.VIEW_ALL)
def roadmap(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?dimensi=, ?jangka= and ?prioritas= narrow it; what they do not know narrows nothing."""
    plan = plan_of(region, year)
    programmes = list(plan.programme_set.select_related("opd").only(*FIELDS).order_by("code", "pk"))
    shown = [each for each in programmes if _asked_for(request, plan, each)]
    dated = [each for each in shown if term_of(plan, each.start_year, each.end_year)]
    context = frame_context(plan, request.access, stage=Stage.FINALISASI) | {
        "overview": "roadmap",
        "filters": _filters(request, plan),
        "narrowed": any(request.GET.get(name) for name in ("dimensi", "jangka", "prioritas")),
        "count": len(programmes),
        "shown": len(dated),
        "undated": len(shown) - len(dated),
        "terms": [(t.label, len(term_years(plan, t)), str(t.value)) for t in Term if term_years(plan, t)],
        "years": [(each, starts) for each, starts in zip(plan.years, _starts(plan), strict=True)],
        "groups": _groups(plan, dated, folded=len(dated) > OPEN_UNTIL),
        "list_url": _programme_url(plan, "section"),
    }
    return render(request, "bimtek/roadmap.html", context)


FIELDS = (
    "code", "name", "sub_dimension", "start_year", "end_year", "priority", "plan", "region", "opd__name",
    "opd__abbreviation", "opd__region",
)  # fmt: skip


def _asked_for(request: RegionRequest, plan: Plan, programme: Programme) -> bool:
    dimension, term, priority = (request.GET.get(name, "") for name in ("dimensi", "jangka", "prioritas"))
    known = {d.code for d in framework(plan.framework).dimensions}
    return (
        (dimension not in known or programme.dimension == dimension)
        and (term not in Term.values or term_of(plan, programme.start_year, programme.end_year) == term)
        and (priority not in {"1", "2", "3"} or str(programme.priority or "") == priority)
    )


def _filters(request: RegionRequest, plan: Plan) -> list[dict[str, Any]]:
    choices: dict[tuple[str, str], list[tuple[str, str]]] = {
        ("dimensi", "Dimensi"): [(d.code, d.name) for d in framework(plan.framework).dimensions],
        ("jangka", "Jangka"): [(t.value, str(t.label)) for t in Term if rollups.term_years(plan, t)],
        ("prioritas", "Prioritas"): [
            (str(value), f"Prioritas {str(label).lower()}") for value, label in Programme.Priority.choices
        ],
    }
    groups = []
    for (name, title), pairs in choices.items():
        current = request.GET.get(name, "")
        chips = [lists.chip(request, name, "", "Semua", not current)]
        chips += [
            lists.chip(request, name, value, label, current == value, value if name == "dimensi" else "")
            for value, label in pairs
        ]
        groups.append({"title": title, "chips": chips})
    return groups


def _starts(plan: Plan) -> list[bool]:
    """For each year whether a term begins with it; the plan's own beginning needs no line."""
    return [year in {plan.short_until + 1, plan.medium_until + 1} for year in plan.years]


def _groups(plan: Plan, programmes: list[Programme], *, folded: bool) -> list[dict[str, Any]]:
    frame = framework(plan.framework)
    known = [(d.code, d.name) for d in frame.dimensions]
    others = sorted({each.dimension for each in programmes} - {code for code, _ in known})
    groups = []
    for code, name in [*known, *((code, code) for code in others)]:
        members = [each for each in programmes if each.dimension == code]
        members.sort(key=lambda each: (each.start_year or 0, each.end_year or 0, each.code))
        if members:
            groups.append({
                "code": code, "name": name, "count": len(members), "open": not folded,
                "bars": [_bar(plan, each) for each in members],
                "running": [sum(_runs(each, year) for each in members) or "" for year in plan.years],
            })  # fmt: skip
    return groups


def _runs(programme: Programme, year: int) -> bool:
    start = programme.start_year or 0
    return start <= year <= (programme.end_year or start)


def _bar(plan: Plan, programme: Programme) -> Bar:
    starts = _starts(plan)
    first = (programme.start_year or plan.first_year) - plan.first_year
    last = (programme.end_year or programme.start_year or plan.first_year) - plan.first_year
    url = _programme_url(plan, "row", programme.pk)
    return Bar(programme, url, starts[:first], last - first + 1, starts[last + 1 :])


def _programme_url(plan: Plan, name: str, *args: Any) -> str:
    base = [plan.region.slug, plan.enrolment.cohort.year, Stage.FINALISASI.value, "program"]
    return reverse(f"bimtek:{name}", args=[*base, *args])
