"""Admin Kominfo: cohorts, enrolments, assignments, and how much each consultant has to do."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from bimtek import desk, enrolling, standing
from bimtek.forms.ministry import (
    ENROLMENT_FIELDS,
    PLAN_FIELDS,
    AssignmentForm,
    CohortForm,
    EnrolmentForm,
    PeriodForm,
)
from bimtek.models import Cohort, Enrolment, Plan
from regions import people
from regions.access import Role, ministry_view
from regions.forms import accepted, posted, sent_files
from regions.models import Membership, Region
from regions.pages import page_of, words_of
from regions.stale import save_fields

ANY = ["GET", "HEAD", "POST"]


@require_safe
@ministry_view
def dashboard(request: HttpRequest) -> HttpResponse:
    """The newest cohort's figures, what waits longest, and all cohorts."""
    cohorts = Cohort.objects.annotate(regions=Count("enrolment")).order_by("-year")
    rows = standing.standings(standing.with_stages(Plan.objects.all()))
    waiting = [row for row in standing.by_waiting(rows) if row.waits_for_review]
    context = {
        "cohorts": page_of(request, cohorts),
        "waiting": waiting[:10],
        "waiting_count": len(waiting),
        "tally": standing.tally(rows),
        "plan_count": len(rows),
        "without_consultant": _without_consultant()[:10],
    }
    return render(request, "bimtek/ministry/dashboard.html", context)


def _without_consultant() -> Any:
    """Enrolments that are not self-run and have nobody assigned today."""
    helped = Membership.objects.current().filter(role=Role.CONSULTANT).values("region")
    return Enrolment.objects.filter(self_run=False).exclude(region__in=helped).select_related("region", "cohort")


# --- cohorts -----------------------------------------------------------------------------------------------------
@require_safe
@ministry_view
def cohort(request: HttpRequest, year: int) -> HttpResponse:
    """The regions of one cohort and where each stands."""
    found = get_object_or_404(Cohort, year=year)
    words = words_of(request)
    plans = Plan.objects.filter(enrolment__cohort=found, region__in=Region.objects.matching(words))
    page = page_of(request, standing.with_stages(plans).order_by("region__code"))
    page.object_list = standing.standings(page.object_list, complete=True)
    context = {"cohort": found, "page": page, "words": words}
    return render(request, "bimtek/ministry/cohort.html", context)


@require_http_methods(ANY)
@ministry_view
def add_cohort(request: HttpRequest) -> HttpResponse:
    form = CohortForm(posted(request), initial={"version": 1})
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, f"{made} dibuat. Sekarang daftarkan daerahnya.")
        return redirect("ministry:cohort", made.year)
    return render(request, "bimtek/ministry/cohort_form.html", {"form": form})


@require_http_methods(ANY)
@ministry_view
def change_cohort(request: HttpRequest, year: int) -> HttpResponse:
    found = get_object_or_404(Cohort, year=year)
    form = CohortForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        if accepted(form, lambda: save_fields(found, values, version=version), lambda: Cohort.objects.get(pk=found.pk)):
            messages.success(request, f"{found} disimpan.")
            return redirect("ministry:cohort", found.year)
    return render(
        request, "bimtek/ministry/cohort_form.html", {"form": form, "cohort": get_object_or_404(Cohort, year=year)}
    )


# --- enrolment ---------------------------------------------------------------------------------------------------
@require_safe
@ministry_view
def choose_region(request: HttpRequest, year: int) -> HttpResponse:
    """First step of enrolling: which region?"""
    found = get_object_or_404(Cohort, year=year)
    words = words_of(request)
    rows = Region.objects.matching(words).select_related("province").order_by("code")
    enrolled = set(Enrolment.objects.filter(cohort=found).values_list("region_id", flat=True))
    context = {"cohort": found, "page": page_of(request, rows), "words": words, "enrolled": enrolled}
    return render(request, "bimtek/ministry/choose_region.html", context)


@require_http_methods(ANY)
@ministry_view
def enrol(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Second step: the memorandum and the plan's period."""
    found = get_object_or_404(Cohort, year=year)
    region = get_object_or_404(Region, slug=code)
    by = cast(User, request.user)
    usual = {"first_year": found.year, "last_year": found.year + enrolling.LONGEST - 1}
    form = EnrolmentForm(posted(request), sent_files(request), initial=usual, region=region, by=by)
    if request.method == "POST" and form.is_valid():
        values = form.part((*ENROLMENT_FIELDS, *PLAN_FIELDS))
        if accepted(form, lambda: enrolling.enrol(region, found, by=by, **values)):
            messages.success(request, f"{region} terdaftar pada {found}. Undang adminnya dan tugaskan konsultan.")
            return redirect("ministry:enrolment", Enrolment.objects.get(region=region, cohort=found).pk)
    context = {"cohort": found, "region": region, "form": form}
    return render(request, "bimtek/ministry/enrol.html", context)


@require_http_methods(ANY)
@ministry_view
def enrolment(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """One region's place in its cohort: the memorandum, the period, and who helps."""
    found = _enrolment(enrolment)
    by = cast(User, request.user)
    form = EnrolmentForm(
        posted(request), sent_files(request), instance=found, region=found.region, by=by, plan=found.plan
    )
    if request.method == "POST" and form.is_valid():
        values, period, version = form.part(ENROLMENT_FIELDS), form.part(PLAN_FIELDS), form.cleaned_data["version"]
        fresh = _enrolment(enrolment)  # the form has written into its own copy
        if accepted(
            form,
            lambda: enrolling.change(fresh, values, period, version=version, by=by),
            lambda: _enrolment(enrolment),
        ):
            messages.success(request, f"Keikutsertaan {found.region} disimpan.")
            return redirect("ministry:enrolment", found.pk)
    row = standing.standings(standing.with_stages(Plan.objects.filter(enrolment=enrolment)), complete=True)[0]
    held = Membership.objects.filter(region=found.region, revoked_at__isnull=True).select_related("user")
    context = {
        "enrolment": found,
        "region": found.region,
        "row": row,
        "form": form,
        "consultants": held.filter(role=Role.CONSULTANT).order_by("starts", "user__full_name"),
        "admins": held.filter(role=Role.ADMIN).order_by("user__full_name"),
    }
    return render(request, "bimtek/ministry/enrolment.html", context)


def _enrolment(pk: UUID) -> Enrolment:
    return get_object_or_404(Enrolment.objects.select_related("region__province", "cohort", "plan", "mou_file"), pk=pk)


# --- consultants -------------------------------------------------------------------------------------------------
@require_http_methods(ANY)
@ministry_view
def assign(request: HttpRequest, code: str) -> HttpResponse:
    region = get_object_or_404(Region, slug=code)
    form = AssignmentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if accepted(form, lambda: people.assign(region, by=cast(User, request.user), **values)):
            messages.success(request, f"{values['email']} ditugaskan mendampingi {region}. Surat penugasan dikirim.")
            return redirect("ministry:consultants")
    known = User.objects.filter(memberships__role=Role.CONSULTANT).distinct().order_by("full_name")
    return render(request, "bimtek/ministry/assign.html", {"region": region, "form": form, "known": known[:200]})


@require_http_methods(ANY)
@ministry_view
def assignment(request: HttpRequest, membership: UUID) -> HttpResponse:
    """Other dates for an assignment."""
    held = get_object_or_404(_assignments(), pk=membership)
    form = PeriodForm(posted(request), membership=held)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if accepted(form, lambda: people.change_period(held, by=cast(User, request.user), **values)):
            messages.success(request, f"Masa tugas {held.user} di {held.region} disimpan.")
            return redirect("ministry:consultants")
    return render(request, "bimtek/ministry/assignment.html", {"held": held, "region": held.region, "form": form})


@require_POST
@ministry_view
def end_assignment(request: HttpRequest, membership: UUID) -> HttpResponse:
    held = get_object_or_404(_assignments(), pk=membership)
    try:
        people.remove(held, by=cast(User, request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Penugasan {held.user} di {held.region} dicabut.")
    return redirect("ministry:consultants")


def _assignments() -> Any:
    return Membership.objects.filter(role=Role.CONSULTANT, revoked_at__isnull=True).select_related("user", "region")


@require_safe
@ministry_view
def consultants(request: HttpRequest) -> HttpResponse:
    """Load per consultant: how many regions each has today, and which."""
    words = words_of(request)
    today = Membership.objects.current().filter(role=Role.CONSULTANT)
    load = Count("memberships", filter=Q(memberships__in=today))
    rows = User.objects.filter(memberships__in=_assignments()).annotate(load=load).order_by("-load", "full_name")
    if words:
        rows = rows.filter(Q(full_name__icontains=words) | Q(email__icontains=words))
    page = page_of(request, rows.distinct())
    held: dict[Any, list[Membership]] = {}
    for row in _assignments().filter(user__in=[user.pk for user in page]).order_by("region__code", "starts"):
        held.setdefault(row.user_id, []).append(row)
    current = set(today.values_list("pk", flat=True))
    loads = desk.load({row.region_id for rows in held.values() for row in rows})
    context = {
        "page": page,
        "words": words,
        "rows": [(user, held.get(user.pk, []), total(held.get(user.pk, []), current, loads)) for user in page],
    }
    return render(request, "bimtek/ministry/consultants.html", context)


def total(held: list[Membership], current: set[Any], loads: dict[Any, tuple[int, int]]) -> dict[str, int]:
    """What waits in the regions that the person helps today."""
    regions = {row.region_id for row in held if row.pk in current}
    return {
        "waiting": sum(loads[region][0] for region in regions),
        "requests": sum(loads[region][1] for region in regions),
    }
