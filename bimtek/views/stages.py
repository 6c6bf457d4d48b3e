"""A plan's home, a stage's page, and the moves of a stage."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bimtek import checks, consistency, formats, offices, revisions, sections, snapshots, threads, workflow
from bimtek.framework import framework
from bimtek.heritage import picking
from bimtek.models import Move, Plan, Stage, Status, Submission, Takeover
from bimtek.views import panels
from bimtek.views import threads as thread_views
from bimtek.views.packets import first_packet
from bimtek.views.places import frame_context, plan_of, stage_of, uuid_of
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region

HOLDERS = {
    Status.DRAFT: "Daerah",
    Status.RETURNED: "Daerah",
    Status.SUBMITTED: "Konsultan",
    Status.ACCEPTED: "",
}


@require_safe
@region_view(Permission.VIEW, Permission.PACKET)
def home(request: RegionRequest, region: Region) -> HttpResponse:
    """People of one office: their packet. One plan: straight to it. Several: the list, newest first. None: what to do."""
    if not offices.sees_all(request.access) and (own := first_packet(region, request.access)):
        return redirect("bimtek:packet", region.slug, own.plan.enrolment.cohort.year, own.pk)
    plans = list(region.plan_set.select_related("enrolment__cohort").order_by("-enrolment__cohort__year"))
    if len(plans) == 1 and not request.access.is_guest:
        return redirect("bimtek:plan", region.slug, plans[0].enrolment.cohort.year)
    return render(request, "bimtek/home.html", {"region": region, "plans": plans, "access": request.access})


@require_safe
@region_view(Permission.VIEW)
def plan(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    found = plan_of(region, year)
    context = frame_context(found, request.access)
    path = stage_path(found, context["facts"])
    current = next((s for s in path if s["current"]), path[-1])
    stage = Stage(current["stage"])
    report = checks.report(found, stage, context["facts"])
    missing = [check for check in report if not check.met]
    own = [check for check in missing if may_mend(found, stage, check, request.access)]
    context |= {
        "path": path,
        "current": current,
        "todo": [todo(found, stage, check) for check in own],
        "others": len(missing) - len(own),
        "wanted": len(report),
        "changes": offices.changes(found, request.access).select_related("by")[:8],
        "budget": panels.context("budget", found) if context["sees_all"] else None,
        "findings": consistency.count(found),
        "next": next_deed(found, request.access, stage, own, complete=not missing),
        "threads": open_threads(found, request.access),
        "earlier": earlier(found, request.access),
    }
    return render(request, "bimtek/plan.html", context)


def earlier(plan: Plan, access: Access) -> Plan | None:
    """The newest earlier plan, for those who may begin from it, until something was taken over."""
    if not access.may(Permission.FILL_ALL) or plan.takeovers.filter(state=Takeover.State.DONE).exists():
        return None
    return next(iter(picking.earlier_plans(plan)), None)


def open_threads(plan: Plan, access: Access) -> list[dict[str, Any]]:
    newest = threads.visible(plan, access).filter(state__in=thread_views.OPEN)[:5]
    return thread_views.entries(plan, list(newest.prefetch_related("messages")), access)


def stage_path(plan: Plan, facts: Any, current: Stage | None = None) -> list[dict[str, Any]]:
    """The four stages for the stage_path component. The current one is the first that is not accepted."""
    sessions = {s.stage: s for s in plan.session_set.all()}
    submissions = list(plan.submission_set.order_by("stage"))
    now = current or next((Stage(s.stage) for s in submissions if s.status != Status.ACCEPTED), Stage.KOMITMEN)
    self_run = workflow.is_self_run(plan)
    return [
        {
            "stage": submission.stage,
            "roman": Stage(submission.stage).roman,
            "title": Stage(submission.stage).short,
            "status": submission.status,
            "status_label": submission.get_status_display(),
            "percent": checks.percent(plan, Stage(submission.stage), facts),
            "dates": dates_of(sessions.get(submission.stage)),
            "holder": "Bappeda"
            if self_run and submission.status == Status.SUBMITTED
            else HOLDERS[Status(submission.status)],
            "url": reverse("bimtek:stage", args=[plan.region.slug, plan.enrolment.cohort.year, submission.stage]),
            "current": submission.stage == now,
        }
        for submission in submissions
    ]


def dates_of(session: Any) -> str:
    return formats.date_range(session.starts, session.ends) if session else "Tanggal belum ditentukan"


def todo(plan: Plan, stage: Stage, check: checks.Check) -> dict[str, Any]:
    base = [plan.region.slug, plan.enrolment.cohort.year]
    url = (
        reverse("bimtek:sessions", args=base)
        if check.section == "pertemuan"
        else reverse("bimtek:section", args=[*base, stage.value, check.section])
    )
    return {
        "sentence": check.sentence,
        "url": url,
        "done": check.done,
        "of": check.of,
        "percent": int(100 * check.share),
    }


def may_mend(plan: Plan, stage: Stage, check: checks.Check, access: Access) -> bool:
    """Whether this gap is shown to this person: an operator, who fills only an OPD's rows, sees what such rows mend."""
    if not access.may(Permission.FILL) or access.may(Permission.FILL_ALL):
        return True
    section = sections.find(check.section, stage, framework(plan.framework))
    return isinstance(section, sections.Section) and section.has_opd


def next_deed(
    plan: Plan, access: Access, stage: Stage, missing: list[checks.Check], *, complete: bool
) -> dict[str, str]:
    """The answer to 'Apa yang harus saya kerjakan sekarang?' for this person; `missing` are the gaps they may mend."""
    submission = plan.submission_set.get(stage=stage)
    base = [plan.region.slug, plan.enrolment.cohort.year]
    page = reverse("bimtek:stage", args=[*base, stage.value])
    status = Status(submission.status)
    if status == Status.ACCEPTED:
        if not offices.sees_all(access):
            return {
                "text": "Keempat tahap sudah diterima. Terima kasih atas isian OPD Anda.",
                "deed": "Lihat tahap",
                "url": page,
            }
        deed = "Cetak buku" if access.may(Permission.PRINT) else "Lihat buku"
        return {"text": "Keempat tahap sudah diterima. Buku dapat dicetak tanpa tanda DRAF.", "deed": deed,
                "url": reverse("masterplan:books", args=base)}  # fmt: skip
    if status == Status.SUBMITTED:
        if workflow.may_review(access, plan):
            return {"text": f"Tahap {stage.roman} menunggu reviu Anda.", "deed": "Buka reviu", "url": page}
        told = " Anda tetap dapat menulis, lalu mengirim perubahannya." if access.may(Permission.FILL) else ""
        told += " Anda akan menerima surel bila ada jawaban." if access.may(Permission.FILL_ALL) else ""
        return {"text": f"Tahap {stage.roman} sedang direviu.{told}", "deed": "Lihat tahap", "url": page}
    if access.may(Permission.SUBMIT) and complete:
        return {
            "text": f"Isian Tahap {stage.roman} sudah lengkap dan siap diajukan.",
            "deed": "Ajukan tahap",
            "url": page,
        }
    if access.may(Permission.FILL) and missing:
        first = todo(plan, stage, missing[0])
        returned = "Tahap ini dikembalikan untuk perbaikan. " if status == Status.RETURNED else ""
        return {"text": f"{returned}{first['sentence']}", "deed": "Lengkapi sekarang", "url": first["url"]}
    if access.may(Permission.FILL):
        text = (
            f"Isian Tahap {stage.roman} sudah lengkap. Kepala dinas dapat mengajukannya."
            if complete
            else f"Bagian OPD Anda pada Tahap {stage.roman} sudah lengkap. Sisanya diisi oleh Admin Diskominfo."
        )
        return {"text": text, "deed": "Lihat tahap", "url": page}
    return {"text": f"Daerah sedang mengisi Tahap {stage.roman}.", "deed": "Lihat tahap", "url": page}


def unsent(submission: Submission) -> int:
    """How many items of the stage were written since its newest submission, and so are not under review."""
    newest = workflow.newest(submission)
    if newest is None or submission.status not in {Status.SUBMITTED, Status.ACCEPTED}:
        return 0
    if not submission.plan.change_set.filter(at__gt=newest.created_at).exists():
        return 0
    return revisions.count(newest.content, snapshots.content_of(submission.plan), submission.stage)


@require_safe
@region_view(Permission.VIEW)
def stage(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    found = plan_of(region, year)
    return stage_page(request, found, stage_of(stage))


def stage_page(
    request: RegionRequest, plan: Plan, stage: Stage, *, refusal: str = "", reason: str = "", to: str = ""
) -> HttpResponse:
    """The stage with its gates, its moves and its history; a refused move comes back with the typed reason."""
    context = frame_context(plan, request.access, stage=stage)
    submission = plan.submission_set.get(stage=stage)
    report = checks.report(plan, stage, context["facts"])
    missing = [todo(plan, stage, check) for check in report if not check.met]
    seen = threads.visible(plan, request.access).values("pk")
    requests = list(threads.open_requests(plan, stage).filter(pk__in=seen).prefetch_related("messages"))
    waiting = unsent(submission)
    left = left_open(submission, waiting)
    offers = offers_of(submission, request.access, missing, left)
    context |= {
        "submission": submission,
        "path": stage_path(plan, context["facts"], current=stage),
        "missing": missing,
        "met": [check for check in report if check.met],
        "percent": checks.percent(plan, stage, context["facts"]),
        "findings": consistency.by_stage(plan)[stage],
        "offers": offers,
        "left": left,
        "newest": workflow.newest(submission),
        "unsent": waiting,
        "reviewer": threads.is_reviewer(request.access, plan),
        "requests": thread_views.entries(plan, requests, request.access),
        "moves": submission.moves.select_related("snapshot"),
        "refusal": refusal,
        "reason": reason,
        "homeless": bool(reason) and not any(offer["to"] == to and not offer["refusal"] for offer in offers),
        "refused_to": to,
    }
    return render(request, "bimtek/stage.html", context, status=422 if refusal else 200)


def offers_of(submission: Submission, access: Access, missing: list[Any], left: list[str]) -> list[dict[str, Any]]:
    """The moves with the people whom each would tell, where it is allowed now."""
    return [
        {
            "to": offer.to, "deed": offer.deed, "refusal": offer.refusal, "needs_reason": offer.needs_reason,
            "told": [] if offer.refusal else workflow.told_of(submission, offer.to, access),
        }
        for offer in workflow.moves_for(submission, access, missing, left)
    ]  # fmt: skip


@require_POST
@region_view(Permission.SUBMIT, Permission.REVIEW, Permission.REVIEW_SELF_RUN)
def move(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    plan, at = plan_of(region, year), stage_of(stage)
    submission = plan.submission_set.get(stage=at)
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    try:
        done = make_move(
            submission, to, access=request.access, reason=reason,
            due=day_of(request.POST.get("due", "")), seen=uuid_of(request.POST.get("seen", "")),
        )  # fmt: skip
    except ValidationError as refusal:
        return stage_page(request, plan, at, refusal=" ".join(refusal.messages), reason=reason, to=to)
    sent_again = done.from_status == done.to_status
    what = f"perubahan dikirim, {done.changed or 0} isian" if sent_again else done.get_to_status_display().lower()
    messages.success(request, f"Tahap {at.roman}: {what}.")
    return redirect("bimtek:stage", region.slug, year, stage)


def day_of(text: str) -> datetime.date | None:
    """A day as the browser sends it; ValidationError for anything else that was typed."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise ValidationError("Tulis tenggat sebagai tanggal, misalnya 2022-07-15.") from None


def left_open(submission: Submission, waiting: int) -> list[str]:
    """What acceptance would pass over: what was incomplete when it was sent, open requests, and `waiting` items not sent."""
    plan, stage = submission.plan, Stage(submission.stage)
    gaps = workflow.reviewed_gaps(submission) if workflow.newest(submission) else checks.gaps(plan, stage)
    later = [f"{waiting} isian ditulis sesudah pengajuan terakhir dan tidak ikut diterima."] if waiting else []
    return [*gaps, *threads.request_gaps(plan, stage), *later]


def make_move(
    submission: Submission,
    to: str,
    *,
    access: Access,
    reason: str,
    due: datetime.date | None = None,
    seen: UUID | None = None,
) -> Move:
    if to == Status.SUBMITTED:
        gaps = checks.gaps(submission.plan, Stage(submission.stage))
        return workflow.submit(submission, access=access, gaps=gaps, reason=reason)
    if to == Status.ACCEPTED:
        return workflow.accept(
            submission, access=access, gaps=left_open(submission, unsent(submission)), reason=reason, seen=seen
        )
    if to == Status.RETURNED and submission.status == Status.ACCEPTED:
        return workflow.reopen(submission, access=access, reason=reason)
    if to == Status.RETURNED:
        return workflow.send_back(submission, access=access, reason=reason, due=due)
    raise PermissionDenied("Langkah ini tidak dikenal.")
