"""Threads as people read them: the list of a plan with its filters, and one thread."""

import uuid
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import anchors, passages, sections, suggesting, threads
from bimtek.framework import framework
from bimtek.models import Plan, Stage, Thread
from bimtek.sections import Questions, Section
from bimtek.views.places import frame_context, plan_of, uuid_of
from bimtek.words import compare
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region
from regions.pages import page_of

OPEN, CLOSED = (Thread.State.OPEN, Thread.State.WORKING), (Thread.State.DONE, Thread.State.ACCEPTED)
FILTERS: dict[str, tuple[str, dict[str, str]]] = {
    "keadaan": ("Keadaan", {"": "Terbuka", "selesai": "Selesai", "semua": "Semua"}),
    "jenis": ("Jenis", {"": "Semua", "permintaan": "Semua permintaan", **dict(Thread.Kind.choices)}),
    "pilih": (
        "Pilih",
        {"": "Semua", "saya": "Menunggu saya", "baru": "Belum dibaca", "usulan": "Usulan kata-kata", "pereviu": "Antarpereviu"},
    ),
}  # fmt: skip


# --- the list ------------------------------------------------------------------------------------------------------


@require_safe
@region_view(Permission.VIEW)
def thread_list(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?keadaan, ?jenis, ?pilih, ?bagian=1.swot and ?baris (a row's id) narrow the list; each can be linked to."""
    plan = plan_of(region, year)
    found = threads.with_unread(threads.visible(plan, request.access), request.user)
    page = page_of(
        request, narrowed(found, request.GET, request.access).prefetch_related("messages").select_related("assignee")
    )
    shown = list(page)
    context = frame_context(plan, request.access) | {
        "here": "threads",
        "page": page,
        "entries": entries(plan, shown, request.access),
        "filters": chip_groups(request, request.access),
        "places": places(plan, request.access),
        "place_now": request.GET.get("bagian", ""),
        "kept": [(name, request.GET[name]) for name in FILTERS if request.GET.get(name)],
        "unread": threads.unread_count(plan, request.access),
    }
    return render(request, "bimtek/threads.html", context)


def narrowed(found: "QuerySet[Thread]", asked: QueryDict, access: Access) -> "QuerySet[Thread]":
    state, kind, choice = (asked.get(name, "") for name in FILTERS)
    if state != "semua":
        found = found.filter(state__in=CLOSED if state == "selesai" else OPEN)
    if kind == "permintaan":
        found = found.exclude(kind=Thread.Kind.COMMENT)
    elif kind in Thread.Kind.values:
        found = found.filter(kind=kind)
    chosen = {
        "saya": waiting_for(access),
        "baru": Q(unread=True),
        "usulan": Q(wording_state=Thread.Wording.OPEN),
        "pereviu": Q(private=True),
    }
    found = found.filter(chosen[choice]) if choice in chosen else found
    stage, _, section = asked.get("bagian", "").partition(".")
    if section and stage in {"1", "2", "3", "4"}:
        found = found.filter(stage=int(stage), section=section.replace("\x00", ""))
    if row := asked.get("baris", ""):
        found = found.filter(row_id=uuid_of(row) or uuid.UUID(int=0))
    return found


def waiting_for(access: Access) -> Q:
    """Handed to me, or asked for by me and said to be done."""
    mine = Q(assignee=access.user)
    answered = Q(by=access.user, state=Thread.State.DONE) & ~Q(kind=Thread.Kind.COMMENT)
    return mine | answered


def chip_groups(request: HttpRequest, access: Access) -> list[dict[str, Any]]:
    groups = []
    for name, (title, choices) in FILTERS.items():
        now = request.GET.get(name, "")
        shown = {
            value: label
            for value, label in choices.items()
            if value != "pereviu" or access.may(Permission.REVIEW_NOTES)
        }
        chips = [chip(request, name, value, label, on=value == now) for value, label in shown.items()]
        groups.append({"title": title, "chips": chips})
    return groups


def chip(request: HttpRequest, name: str, value: str, label: str, *, on: bool) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return {"label": label, "url": f"?{query.urlencode()}", "on": on, "count": None}


def places(plan: Plan, access: Access) -> list[tuple[str, str]]:
    """The sections that have threads, for the filter."""
    used = threads.visible(plan, access).order_by("stage", "section").values_list("stage", "section").distinct()
    frame = framework(plan.framework)
    found = []
    for stage, key in used:
        section = sections.find(key, Stage(stage), frame)
        title = section.title if section else "Seluruh tahap"
        found.append((f"{stage}.{key}", f"Tahap {Stage(stage).roman} · {title}"))
    return found


def entries(plan: Plan, shown: list[Thread], access: Access) -> list[dict[str, Any]]:
    """Threads with what a list or a panel says of each. Needs `messages` prefetched; asks three queries for all."""
    open_ones = [thread for thread in shown if thread.is_request and thread.is_open]
    met = anchors.touched(plan, open_ones)
    year = plan.enrolment.cohort.year
    found = []
    for thread in shown:
        said = [message for message in thread.messages.all() if message.text or message.deed != message.Deed.SAID]
        found.append(
            {
                "thread": thread,
                "first": said[0] if said else None,
                "last": said[-1] if len(said) > 1 else None,
                "replies": max(len(said) - 1, 0),
                "where": anchors.place_name(plan, thread),
                "url": reverse("bimtek:thread", args=[plan.region.slug, year, thread.pk]),
                "met": thread.pk in met,
                "may_resolve": not thread.is_request and thread.is_open and access.may(Permission.COMMENT),
            }
        )
    return found


# --- one thread ----------------------------------------------------------------------------------------------------


@require_safe
@region_view(Permission.VIEW)
def thread(request: RegionRequest, region: Region, year: int, thread: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    return thread_page(request, plan, thread_of(plan, request.access, thread))


def thread_of(plan: Plan, access: Access, pk: UUID) -> Thread:
    """404 for what this person may not know of."""
    found = threads.visible(plan, access).select_related("by", "assignee", "region", "plan__enrolment__cohort")
    return get_object_or_404(found.prefetch_related("messages__mentioned"), pk=pk)


def thread_page(
    request: RegionRequest, plan: Plan, found: Thread, *, refusal: str = "", text: str = "", box: str = "reply"
) -> HttpResponse:
    """`box` names the form that was refused: reply, wording."""
    row = anchors.row_of(plan, found)
    section = anchors.section_of(plan, found.stage, found.section)
    open_request = found.is_request and found.is_open
    access = request.access
    context = frame_context(plan, access, stage=Stage(found.stage), current=found.section) | {
        "thread": found,
        "where": anchors.place_name(plan, found),
        "source_url": source_url(plan, found, row),
        "gone": anchors.is_gone(found, row),
        "now": spot_context(plan, found, section, row),
        "entry": {"met": bool(open_request and anchors.touched(plan, [found]))},
        "moves": [(to, threads.DEEDS[Thread.State(to)]) for to in threads.states_for(found, access)],
        "may_comment": access.may(Permission.COMMENT),
        "may_decide": suggesting.may_decide(found, access),
        "wording": wording_context(found, row),
        "people": list(threads.readers(found)) if access.may(Permission.COMMENT) else [],
        "new_id": uuid.uuid4(),
        "refusal": refusal,
        "text": text,
        "box": box,
    }
    return render(request, "bimtek/thread.html", context, status=422 if refusal else 200)


def spot_context(plan: Plan, found: Thread, section: Section | Questions | None, row: Any) -> dict[str, Any]:
    """Where the quoted passage stands today: the words around it, or that it lost its place."""
    if not found.passage:
        return {}
    text = anchors.text_of(plan, section, row, found.field)
    spot = passages.locate(text or "", found.passage, found.passage_before, found.passage_after)
    if spot is None:
        return {"lost": True}
    around = passages.AROUND
    return {
        "before": spot.text[max(0, spot.start - around) : spot.start],
        "words": spot.words,
        "after": spot.text[spot.end : spot.end + around],
        "exact": spot.exact,
    }


def wording_context(found: Thread, row: Any) -> dict[str, Any]:
    """The proposal beside what stands there now, word by word, and why it could not be taken over."""
    if found.wording_state != Thread.Wording.OPEN:
        return {}
    target = row if row is not None else suggesting.target_of(found)
    if target is None:
        return {"refusal": "Baris yang diusulkan perubahannya sudah dihapus.", "pieces": []}
    try:
        suggesting.proposed(found, target)
    except ValidationError as refusal:
        return {"refusal": " ".join(refusal.messages), "pieces": []}
    now = found.passage or str(getattr(target, suggesting.field_name(target, found)))
    return {"pieces": compare(now, found.wording), "version": 0 if target._state.adding else target.version}


def source_url(plan: Plan, found: Thread, row: Any) -> str:
    """The page where the thread's place is written."""
    base = [plan.region.slug, plan.enrolment.cohort.year, found.stage]
    section = anchors.section_of(plan, found.stage, found.section)
    if section is None:
        return reverse("bimtek:stage", args=base)
    if isinstance(section, Questions):
        return reverse("bimtek:section", args=[*base, found.section]) + (f"#tanya-{found.field}" if found.field else "")
    if row is not None:
        return reverse("bimtek:row", args=[*base, found.section, row.pk])
    return (
        reverse("bimtek:section", args=[*base, found.section])
        if not section.parent
        else reverse("bimtek:stage", args=base)
    )
