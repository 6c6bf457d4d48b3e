"""Threads as people read and begin them: the list of a plan with its filters, one thread, and the form of a new one."""

import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bimtek import anchors, passages, sections, suggesting, threads
from bimtek.anchors import WHOLE_STAGE, Anchor
from bimtek.framework import framework
from bimtek.models import Plan, Stage, Thread
from bimtek.sections import Questions, Section
from bimtek.views.places import frame_context, plan_of, stage_of
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
    """?keadaan, ?jenis, ?pilih and ?bagian=1.swot narrow the list; each can be linked to."""
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
        "people": list(threads.people(plan, private=found.private)) if access.may(Permission.COMMENT) else [],
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


# --- a new one -----------------------------------------------------------------------------------------------------


@dataclass
class Draft:
    """What a person typed for a new thread, kept when it is refused."""

    text: str = ""
    kind: str = Thread.Kind.COMMENT
    private: bool = False
    wording: str = ""
    passage: str = ""
    called: list[str] = field(default_factory=list)
    assignee: str = ""
    refusal: str = ""

    @classmethod
    def typed(cls, data: QueryDict) -> "Draft":
        return cls(
            text=data.get("text", ""), kind=data.get("jenis", "") or Thread.Kind.COMMENT, private=data.get("pereviu") == "1",
            wording=data.get("usulan", ""), passage=data.get("kutipan", ""), called=data.getlist("sebut")[:50],
            assignee=data.get("untuk", ""),
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.COMMENT)
def thread_new(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """Fields: tahap, bagian, baris, isian, kutipan; text, jenis, pereviu, usulan, sebut, untuk, id. Refused, all comes back."""
    plan = plan_of(region, year)
    data = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not data.get("tahap"):
        messages.info(request, "Komentar ditulis tentang suatu tempat. Buka tahap, bagian, atau barisnya dulu.")
        return redirect("bimtek:threads", region.slug, year)
    anchor, draft = anchor_of(plan, data), Draft.typed(data)
    if request.method != "POST":
        return new_page(request, plan, anchor, draft)
    try:
        begun = begin(request, plan, anchor, draft)
    except ValidationError as refusal:
        draft.refusal = " ".join(refusal.messages)
        in_panel = request.htmx and request.POST.get("panel") == "1"
        return panel(request, plan, anchor, draft) if in_panel else new_page(request, plan, anchor, draft)
    if request.htmx:
        return panel(request, plan, anchor, Draft())
    messages.success(request, "Komentar tersimpan.")
    if request.POST.get("panel") == "1":
        return redirect(source_url(plan, begun, anchor.row))
    return redirect("bimtek:thread", region.slug, year, begun.pk)


def begin(request: RegionRequest, plan: Plan, anchor: Anchor, draft: Draft) -> Thread:
    wording = suggesting.readable(plan, anchor, draft.wording) if draft.wording.strip() else ""
    called = people_of(plan, draft.called, private=draft.private)
    assignee = people_of(plan, [draft.assignee], private=draft.private) if draft.assignee else []
    return threads.begin(
        plan, anchor, draft.text, access=request.access, kind=draft.kind, private=draft.private, wording=wording,
        called=called, assignee=assignee[0] if assignee else None, id=uuid_of(request.POST.get("id", "")),
    )  # fmt: skip


def people_of(plan: Plan, ids: list[str], *, private: bool) -> list[Any]:
    """The people meant by a form; ValidationError for anybody who may not see the thread."""
    wanted = {uuid_of(pk) for pk in ids}
    known = {pk for pk in wanted if pk}
    found = list(threads.people(plan, private=private).filter(pk__in=known))
    if len(found) != len(wanted):
        raise ValidationError("Pilih orang dari daftar; yang lain tidak dapat membaca utas ini.")
    return found


def anchor_of(plan: Plan, data: QueryDict) -> Anchor:
    """What the thread is about; 404 for what is not in this plan."""
    number, key = data.get("tahap", ""), data.get("bagian", "") or WHOLE_STAGE
    stage = stage_of(int(number) if number in {"1", "2", "3", "4"} else 0)
    if key == WHOLE_STAGE:
        return Anchor(stage)
    frame = framework(plan.framework)
    section = sections.find(key, stage, frame)
    if section is None:
        raise Http404("Bagian tidak ada pada tahap ini.")
    row, chosen = None, data.get("isian", "")
    wanted = uuid_of(data.get("baris", ""))
    if wanted and isinstance(section, Section):
        row = get_object_or_404(section.rows(plan), pk=wanted)
    known = chosen in anchors.fields_of(section, frame) and (row is not None or isinstance(section, Questions))
    return Anchor(stage, key, row, chosen if known else "", data.get("kutipan", "") if known else "")


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def new_page(request: RegionRequest, plan: Plan, anchor: Anchor, draft: Draft) -> HttpResponse:
    """The full form: field, passage, kind, proposal, people."""
    section = anchors.section_of(plan, anchor.stage, anchor.section)
    row = anchor.row or (plan.answer_set.filter(key=anchor.field).first() if anchor.field else None)
    text = anchors.text_of(plan, section, row, anchor.field)
    snapshot = threads.reading(plan, anchor.stage)
    if snapshot and text is not None:
        text = anchors.frozen_text(plan, snapshot.content, anchor) or text
    context = frame_context(plan, request.access, stage=anchor.stage, current=anchor.section) | target(plan, request.access, anchor) | {
        "draft": draft,
        "source": text or "",
        "snapshot": snapshot,
        "shared_people": list(threads.people(plan, private=False)),
        "may_suggest": text is not None,
        "back_url": source_url(plan, Thread(stage=anchor.stage, section=anchor.section, field=anchor.field), anchor.row),
    }  # fmt: skip
    return render(request, "bimtek/thread_new.html", context, status=422 if draft.refusal else 200)


# --- beside the work -----------------------------------------------------------------------------------------------


def target(plan: Plan, access: Access, anchor: Anchor) -> dict[str, Any]:
    """What a new thread would be about, and what this person may begin."""
    section = anchors.section_of(plan, anchor.stage, anchor.section)
    names = anchors.fields_of(section, framework(plan.framework))
    return {
        "anchor": anchor,
        "anchor_name": section.title if section else f"Seluruh Tahap {anchor.stage.roman}",
        "fields": list(names.items()) if anchor.row or isinstance(section, Questions) else [],
        "new_id": uuid.uuid4(),
        "may_comment": access.may(Permission.COMMENT),
        "kinds": Thread.Kind.choices if threads.is_reviewer(access, plan) else [],
        "may_hide": access.may(Permission.REVIEW_NOTES),
    }


def side_context(plan: Plan, access: Access, anchor: Anchor, draft: Draft | None = None) -> dict[str, Any]:
    """What bimtek/_threads.html needs."""
    here = threads.of_place(plan, access, anchor.stage, anchor.section, anchor.row.pk if anchor.row else None)
    shown = list(threads.with_unread(here, access.user).prefetch_related("messages")[:20])
    return target(plan, access, anchor) | {
        "entries": entries(plan, shown, access),
        "draft": draft or Draft(),
        "reading": threads.reading(plan, anchor.stage),
    }


def panel(request: RegionRequest, plan: Plan, anchor: Anchor, draft: Draft) -> HttpResponse:
    context = side_context(plan, request.access, anchor, draft)
    context |= {"plan": plan, "region": plan.region, "year": plan.enrolment.cohort.year, "access": request.access}
    return render(request, "bimtek/_threads.html", {"side": context, **context}, status=422 if draft.refusal else 200)
