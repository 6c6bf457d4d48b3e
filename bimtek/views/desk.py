"""The desk of a consultant: all regions, what waits in each, and deeds on several at once."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from bimtek import desk, standing, threads, workflow
from bimtek.models import Plan, Status, Thread
from regions.access import Role, person_view
from regions.models import Membership, Region
from regions.pages import page_of, words_of

MOST = 100  # regions ticked at once
READ, REVIEWED = "dibaca", "direviu"


@require_safe
@person_view
def consultant(request: HttpRequest) -> HttpResponse:
    """All regions assigned to me, what waits for me on top. ?cari and ?pilih narrow the list."""
    user, words, choice = cast(User, request.user), words_of(request), request.GET.get("pilih", "")
    plans = standing.with_stages(desk.plans_of(user))
    shown = plans.filter(region__in=Region.objects.matching(words)) if words else plans
    everything = desk.stacks(standing.by_waiting(standing.standings(shown, complete=True)), user)
    today = timezone.localdate()
    context = {
        "page": page_of(request, desk.chosen(everything, choice, today)),
        "words": words,
        "choice": choice,
        "today": today,
        "chips": chips(request, everything, choice),
        "waiting_count": sum(stack.review is not None and not stack.reviewed for stack in everything),
        "mine_count": sum(stack.mine for stack in everything),
        "assigned": Membership.objects.current().filter(user=user, role=Role.CONSULTANT).exists(),
    }
    return render(request, "bimtek/ministry/consultant.html", context)


def chips(request: HttpRequest, found: list[desk.Stack], now: str) -> list[dict[str, Any]]:
    query = request.GET.copy()
    query.pop("page", None)
    made = []
    for value, label in desk.CHOICES.items():
        query.pop("pilih", None)
        if value:
            query["pilih"] = value
        count = len(desk.chosen(found, value, timezone.localdate()))
        made.append({"label": label, "url": f"?{query.urlencode()}", "on": value == now, "count": count})
    return made


@require_POST
@person_view
def deed(request: HttpRequest) -> HttpResponse:
    """One deed on the ticked plans (`pilih`): `dibaca` marks their threads as read, `direviu` what was sent last as reviewed."""
    user, what = cast(User, request.user), request.POST.get("tindakan", "")
    plans = ticked(user, request.POST.getlist("pilih"))
    if not plans or what not in {READ, REVIEWED}:
        messages.error(request, "Centang daerah yang dimaksud dan pilih tindakannya.")
    elif what == READ:
        threads.mark_read(Thread.objects.filter(plan__in=plans).only("pk", "region_id"), user)
        messages.success(request, f"Utas di {len(plans)} daerah ditandai sudah dibaca.")
    else:
        done = sum(mark(plan, user) for plan in plans)
        messages.success(request, f"{done} tahap ditandai sudah Anda reviu.")
    back = request.POST.get("kembali", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "ministry:consultant")


def ticked(user: User, values: list[str]) -> list[Plan]:
    """The plans meant; 404 for one that is not on this person's desk."""
    try:
        wanted = {UUID(value) for value in values[: MOST + 1]}
    except ValueError:
        raise Http404("Daerah tidak ditemukan.") from None
    found = list(desk.plans_of(user).filter(pk__in=wanted).select_related("enrolment")) if len(wanted) <= MOST else []
    if len(found) != len(wanted):
        raise Http404("Daerah tidak ditemukan.")
    return found


def mark(plan: Plan, user: User) -> int:
    """Marks every stage of the plan that is under review; returns how many."""
    waiting = list(plan.submission_set.filter(status=Status.SUBMITTED))
    for submission in waiting:
        workflow.mark_reviewed(submission, user)
    return len(waiting)
