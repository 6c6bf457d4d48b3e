"""Finds what a URL of a plan names: plan, stage, section, row. Whatever is not in this region is a 404."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from bimtek import checks, offices, sections, threads
from bimtek.facts import Facts, gather
from bimtek.framework import Framework, framework
from bimtek.guards import OPEN
from bimtek.models import Plan, Stage
from bimtek.sections import Questions, Section
from regions.access import Access
from regions.models import Region


def plan_of(region: Region, year: int) -> Plan:
    """The region's plan of one cohort."""
    plans = region.plan_set.select_related("region__emblem", "enrolment__cohort")
    return get_object_or_404(plans, enrolment__cohort__year=year)


def stage_of(number: int) -> Stage:
    try:
        return Stage(number)
    except ValueError:
        raise Http404("Tahap tidak ada.") from None


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass
class Place:
    """Where a request stands in a plan."""

    plan: Plan
    stage: Stage
    section: Section | Questions

    @property
    def frame(self) -> Framework:
        return framework(self.plan.framework)

    @property
    def base(self) -> list[Any]:
        return [self.plan.region.slug, self.plan.enrolment.cohort.year, self.stage.value, self.section.key]

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"bimtek:{name}", args=[*self.base, *args])


def place_of(access: Access, year: int, stage: int, key: str) -> Place:
    return place_in(plan_of(access.region, year), stage, key, access)


def place_in(plan: Plan, stage: int, key: str, access: Access) -> Place:
    """404 for a section that the stage does not have, and for a guest whose packet it is not part of."""
    at = stage_of(stage)
    section = sections.find(key, at, framework(plan.framework))
    if section is None or (access.is_guest and getattr(section, "model", None) not in offices.PACKET_MODELS):
        raise Http404("Bagian tidak ada pada tahap ini.")
    return Place(plan, at, section)


def has_offices(section: Section | Questions) -> bool:
    """Whether its rows belong to offices, so that what they add up to is for those who see all."""
    return isinstance(section, Section) and bool(offices.owner_path(section.model))


def rows_place(access: Access, year: int, stage: int, key: str) -> tuple[Place, Section]:
    place = place_of(access, year, stage, key)
    if not isinstance(place.section, Section):
        raise Http404("Bagian ini tidak berisi baris.")
    return place, place.section


def stage_is_open(plan: Plan, section: Section | Questions) -> bool:
    """Whether some stage that this section belongs to is open for writing."""
    stages = {section.stage, *getattr(section, "also_stages", ())}
    return plan.submission_set.filter(stage__in=stages, status__in=OPEN).exists()


def frame_context(plan: Plan, access: Access, *, stage: Stage | None = None, current: str = "") -> dict[str, Any]:
    """What every page of a plan shows around its work: region, stages, sections with their completeness."""
    facts = gather([plan])[plan.pk]
    return whole_context(plan, access) | {
        "stage": stage,
        "facts": facts,
        "rail": rail(plan, stage, current, facts) if stage and not access.is_guest else [],
    }


def whole_context(plan: Plan, access: Access) -> dict[str, Any]:
    """What a page about the whole plan shows around its work: no stage's sections, so nothing is counted for them."""
    return {
        "plan": plan,
        "region": plan.region,
        "access": access,
        "year": plan.enrolment.cohort.year,
        "sees_all": offices.sees_all(access),
        "unread_threads": threads.unread_count(plan, access),
    }


def rail(plan: Plan, stage: Stage, current: str, facts: Facts) -> list[dict[str, Any]]:
    """The stage's sections for the side navigation."""
    gates: dict[str, list[float]] = {}
    for check in checks.report(plan, stage, facts):
        gates.setdefault(check.section, []).append(check.share)
    base = [plan.region.slug, plan.enrolment.cohort.year, stage.value]
    entries = []
    for section in sections.sections_of(stage, framework(plan.framework)):
        shares = gates.get(section.key)
        if shares is None and isinstance(section, Questions):
            asked = framework(plan.framework).questions(stage, section.group)
            keys = [q.key for q in asked if not q.default]
            shares = [sum(key in facts.answered for key in keys) / len(keys)] if keys else None
        entries.append(
            {
                "title": section.title,
                "url": reverse("bimtek:section", args=[*base, section.key]),
                "percent": int(100 * sum(shares) / len(shares)) if shares else None,
                "current": section.key == current,
            }
        )
    return entries
