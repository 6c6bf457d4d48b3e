"""What changed between two states of a plan: two snapshots, or a snapshot and what stands there now."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bimtek import diff, formats, revisions, snapshots, threads, workflow
from bimtek.frozen import Frozen
from bimtek.models import Move, Plan, ReviewMark, Snapshot, Stage, Status
from bimtek.telling import DEEDS, section_of, told
from bimtek.views.places import frame_context, plan_of, stage_of
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region

PER_PAGE = 30
NOW, MINE = "sekarang", "reviu"
MOST_STATES = 60  # states offered to choose from, the newest first


@dataclass(frozen=True)
class State:
    """One side of a comparison."""

    value: str
    label: str
    content: Any


@require_safe
@region_view(Permission.VIEW_ALL)
def compare(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    """?dari and ?ke name the sides (a snapshot, `sekarang`, or `reviu`: what I reviewed last); ?bagian, ?jenis, ?lingkup=semua narrow."""
    plan, at = plan_of(region, year), stage_of(stage)
    context = frame_context(plan, request.access, stage=at) | choices(plan, at, request.access)
    before, after = sides(request, plan, at)
    context |= {"before": before, "after": after, "marked": before is not None, "now_value": NOW, "mine_value": MINE}
    if before is not None:
        context |= differences(request, plan, at, before, after)
    return render(request, "bimtek/compare.html", context)


def choices(plan: Plan, stage: Stage, access: Access) -> dict[str, Any]:
    """The states that can be compared, and whether this person reviews the stage."""
    submission = plan.submission_set.get(stage=stage)
    reviewer = threads.is_reviewer(access, plan)
    newest = workflow.newest(submission)
    mark = ReviewMark.objects.filter(submission=submission, user=access.user).first() if reviewer else None
    return {
        "states": [(str(found.pk), named(found)) for found in recent(plan)],
        "reviewer": reviewer,
        "mark": mark,
        "newest": newest,
        "may_mark": reviewer and newest is not None and (mark is None or mark.snapshot_id != newest.pk),
    }


def recent(plan: Plan) -> list[Snapshot]:
    moves = Prefetch("moves", Move.objects.order_by("id"))
    return list(
        plan.snapshot_set.filter(region=plan.region).defer("content").prefetch_related(moves, "versions")[:MOST_STATES]
    )


def named(found: Snapshot) -> str:
    """'Tahap I, diajukan 3 Juni 2022 10.15', after the names that people gave it."""
    moves = list(found.moves.all())
    deed = "dibekukan"
    if moves:
        first = moves[0]
        sent_again = first.from_status == first.to_status
        deed = "perubahan dikirim" if sent_again else "diterima" if first.to_status == Status.ACCEPTED else "diajukan"
    here = timezone.localtime(found.created_at)
    names = "".join(f"“{version}” · " for version in found.versions.all())
    return f"{names}Tahap {Stage(found.stage).roman}, {deed} {formats.date(here)} {here:%H.%M}"


def sides(request: RegionRequest, plan: Plan, stage: Stage) -> tuple[State | None, State]:
    """The two states asked for. Without being asked: from what I reviewed last (a reviewer) or the last submission, to the newest."""
    submission = plan.submission_set.get(stage=stage)
    reviewer = threads.is_reviewer(request.access, plan)
    newest = workflow.newest(submission)
    wanted = request.GET.get("dari", "") or (MINE if reviewer else str(newest.pk) if newest else NOW)
    to = request.GET.get("ke", "") or (str(newest.pk) if reviewer and newest else NOW)
    if wanted == MINE:
        mark = ReviewMark.objects.filter(submission=submission, user=request.user).select_related("snapshot").first()
        before = State(MINE, f"Reviu Anda terakhir ({named(mark.snapshot)})", mark.snapshot.content) if mark else None
    else:
        before = state(plan, wanted)
    return before, state(plan, to)


def state(plan: Plan, wanted: str) -> State:
    """404 for a state that is not this plan's."""
    if wanted == NOW:
        return State(NOW, "Isi sekarang", snapshots.content_of(plan))
    try:
        found = (
            plan.snapshot_set.filter(region=plan.region, pk=UUID(wanted)).prefetch_related("moves", "versions").first()
        )
    except ValueError:
        found = None
    if found is None:
        raise Http404("Potret itu tidak ada pada rencana ini.")
    return State(wanted, named(found), found.content)


def differences(request: RegionRequest, plan: Plan, stage: Stage, before: State, after: State) -> dict[str, Any]:
    """Items with their words, a page at a time; figures by section and by deed."""
    old, new = Frozen(before.content, plan.region.zone), Frozen(after.content, plan.region.zone)
    everything = revisions.items(before.content, after.content)
    here = list(revisions.of_stage(everything, stage, plan.framework))
    whole = request.GET.get("lingkup") == "semua"
    shown = everything if whole else here
    places = [section_of(item, new.frame) for item in shown]
    page = Paginator(narrowed(shown, request.GET, new), PER_PAGE).get_page(request.GET.get("page"))
    base = [plan.region.slug, plan.enrolment.cohort.year]
    return {
        "page": page,
        "items": [told(item, old, new, base) for item in page],
        "total": len(shown),
        "elsewhere": len(everything) - len(here),
        "whole": whole,
        "part_chips": chips(request, "bagian", counted(places), request.GET.get("bagian", "")),
        "deed_chips": chips(request, "jenis", deed_counts(shown), request.GET.get("jenis", "")),
        "scope_url": query(request, "lingkup", "" if whole else "semua"),
    }


def narrowed(shown: list[revisions.Item], asked: QueryDict, new: Frozen) -> list[revisions.Item]:
    """Those of one section (?bagian) and one deed (?jenis), for the page and its annex alike."""
    part, deed = asked.get("bagian", ""), asked.get("jenis", "")
    return [
        item
        for item in shown
        if part in ("", section_of(item, new.frame)[0])
        and (deed in ("", item.deed) or (deed == diff.MOVED and item.moved))
    ]


def counted(places: list[tuple[str, str]]) -> list[tuple[str, str, int]]:
    return [(key, title, sum(place[0] == key for place in places)) for key, title in dict(places).items()]


def deed_counts(shown: list[revisions.Item]) -> list[tuple[str, str, int]]:
    counts = {
        deed: sum(item.moved if deed == diff.MOVED else item.deed == deed for item in shown) for deed in revisions.DEEDS
    }
    return [(deed, DEEDS[deed], number) for deed, number in counts.items() if number]


def chips(request: HttpRequest, name: str, counts: list[tuple[str, str, int]], now: str) -> list[dict[str, Any]]:
    first = {"label": "Semua", "url": query(request, name, ""), "on": not now, "count": None}
    return [
        first,
        *(
            {"label": label, "url": query(request, name, key), "on": key == now, "count": count}
            for key, label, count in counts
        ),
    ]


def query(request: HttpRequest, name: str, value: str) -> str:
    """The page's own query with one part changed."""
    asked = request.GET.copy()
    for gone in ("page", name, *(("bagian", "jenis") if name == "lingkup" else ())):
        asked.pop(gone, None)
    if value:
        asked[name] = value
    return f"?{asked.urlencode()}"


@require_POST
@region_view(Permission.REVIEW, Permission.REVIEW_NOTES, Permission.REVIEW_SELF_RUN)
def review_mark(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    """ "Saya sudah mereviu": the next list of changes counts from the newest submitted state."""
    plan, at = plan_of(region, year), stage_of(stage)
    if not threads.is_reviewer(request.access, plan):
        raise PermissionDenied("Tanda reviu milik pereviu rencana ini.")
    submission = plan.submission_set.get(stage=at)
    if workflow.newest(submission) is None:
        messages.error(request, "Tahap ini belum pernah diajukan, jadi belum ada yang direviu.")
    else:
        workflow.mark_reviewed(submission, request.user)
        messages.success(request, "Ditandai sudah Anda reviu. Daftar perubahan berikutnya dihitung dari sini.")
    return redirect(reverse("bimtek:stage", args=[region.slug, year, stage]))
