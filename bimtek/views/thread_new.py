"""A new thread: its full form, the box beside the work, and what people typed when it is refused."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from bimtek import anchors, beside, offices, sections, suggesting, threads
from bimtek.anchors import WHOLE_STAGE, Anchor
from bimtek.framework import framework
from bimtek.models import Plan, Programme, Row, Thread
from bimtek.sections import BY_KEY, Questions, Section
from bimtek.views.places import frame_context, plan_of, stage_of, uuid_of
from bimtek.views.threads import entries, source_url
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region


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
    if request.method != "POST" and gone(plan, request.access, data):
        messages.info(
            request, "Daerah sudah menghapus baris ini sesudah mengirimnya. Tulis komentar Anda tentang bagiannya."
        )
        return redirect(f"{request.path}?tahap={data['tahap']}&bagian={data['bagian']}")
    anchor, draft = anchor_of(plan, request.access, data), Draft.typed(data)
    if request.method != "POST":
        in_panel = request.htmx and data.get("panel") == "1"  # asked for beside the book
        return panel(request, plan, anchor, draft) if in_panel else new_page(request, plan, anchor, draft)
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
    may_see = threads.people(plan, anchor, private=draft.private)
    called = people_of(may_see, draft.called)
    assignee = people_of(may_see, [draft.assignee]) if draft.assignee else []
    return threads.begin(
        plan, anchor, draft.text, access=request.access, kind=draft.kind, private=draft.private, wording=wording,
        called=called, assignee=assignee[0] if assignee else None, id=uuid_of(request.POST.get("id", "")),
    )  # fmt: skip


def people_of(may_see: "QuerySet[User]", ids: list[str]) -> list[Any]:
    """The people meant by a form; ValidationError for anybody who may not see the thread."""
    wanted = {uuid_of(pk) for pk in ids}
    known = {pk for pk in wanted if pk}
    found = list(may_see.filter(pk__in=known))
    if len(found) != len(wanted):
        raise ValidationError("Pilih orang dari daftar; yang lain tidak dapat membaca utas ini.")
    return found


def anchor_of(plan: Plan, access: Access, data: QueryDict) -> Anchor:
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
        row = get_object_or_404(offices.visible(section.rows(plan), access), pk=wanted)
        section, row, chosen = cell_of(section, row, chosen)
        key = section.key
    known = chosen in anchors.fields_of(section, plan) and (row is not None or isinstance(section, Questions))
    return Anchor(stage, key, row, chosen if known else "", data.get("kutipan", "") if known else "")


def gone(plan: Plan, access: Access, data: QueryDict) -> bool:
    """Whether the row stands in what reviewers read and is not there any more."""
    number, row = data.get("tahap", ""), uuid_of(data.get("baris", ""))
    section = BY_KEY.get(data.get("bagian", ""))
    if not row or not section or number not in {"1", "2", "3", "4"} or not offices.sees_all(access):
        return False
    state = None if section.rows(plan).filter(pk=row).exists() else threads.reading(plan, int(number))
    kept = state.content["rows"].get(section.model._meta.model_name, ()) if state else ()
    return any(each["id"] == str(row) for each in kept)


def cell_of(section: Section, row: Row, chosen: str) -> tuple[Section, Row, str]:
    """A programme's cell of money in the grid ('rp_2024_apbd') is a budget line, where there is one."""
    _, _, cell = chosen.partition("rp_")
    year, _, source = cell.partition("_")
    if not isinstance(row, Programme) or not year.isdecimal() or len(year) > 4:
        return section, row, chosen
    line = row.budget_lines.filter(year=int(year), source=source.replace("\x00", "")).first()
    return (BY_KEY["anggaran"], line, "amount") if line else (section, row, "")


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
        "shared_people": list(threads.people(plan, anchor, private=False)),
        "may_suggest": text is not None,
        "back_url": source_url(plan, Thread(stage=anchor.stage, section=anchor.section, field=anchor.field), anchor.row),
    }  # fmt: skip
    return render(request, "bimtek/thread_new.html", context, status=422 if draft.refusal else 200)


# --- beside the work -----------------------------------------------------------------------------------------------


def target(plan: Plan, access: Access, anchor: Anchor) -> dict[str, Any]:
    """What a new thread would be about, and what this person may begin."""
    section = anchors.section_of(plan, anchor.stage, anchor.section)
    names = anchors.fields_of(section, plan)
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
    here = beside.of_place(plan, access, anchor.stage, anchor.section, anchor.row.pk if anchor.row else None)
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
