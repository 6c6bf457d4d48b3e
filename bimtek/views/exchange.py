"""The page "Excel" of a plan: workbooks out, a workbook in, what it would change, and taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bimtek.exchange import imports, progress, workbook
from bimtek.exchange.outcome import CHANGED, CONFLICT, NEW, REMOVED, REST, TAKE
from bimtek.exchange.sheets import only_own_office
from bimtek.exchange.table import as_file
from bimtek.models import Plan, WorkbookImport
from bimtek.views.places import frame_context, plan_of
from regions import audit
from regions.access import Access, Permission, RegionRequest, region_view
from regions.files import size_text
from regions.models import Opd, Region

UPLOADS_A_PAGE = 10
SHOWN = 200  # items of one kind that a page shows one by one; the rest is decided on together
POLL_SECONDS = 2
State = WorkbookImport.State
BADGES = {
    State.CHECKING: "running", State.APPLYING: "running", State.READY: "next", State.MATCHING: "next", State.APPLIED: "done",
    State.UNDONE: "cancelled", State.DISCARDED: "cancelled", State.FAILED: "failed",
}  # fmt: skip


# --- the page ------------------------------------------------------------------------------------------------------


@require_safe
@never_cache
@region_view(Permission.VIEW)
def exchange(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    page = Paginator(uploads_of(plan, request.access), UPLOADS_A_PAGE).get_page(request.GET.get("page"))
    context = frame_context(plan, request.access) | {
        "offices": offices_of(plan, request.access),
        "own_only": only_own_office(request.access),
        "may_fill": request.access.may(Permission.FILL),
        "most": size_text(imports.reading.MAX_BYTES),
        "page": page,
        "uploads": [shown_upload(plan, row) for row in page],
    }
    return render(request, "bimtek/exchange/exchange.html", context)


def uploads_of(plan: Plan, access: Access) -> Any:
    """The uploads that this person may see: the own ones, or all for those who fill for all."""
    rows = plan.workbookimport_set.select_related("by").defer("outcome")
    return rows if access.may(Permission.FILL_ALL) else rows.filter(by=access.user)


def offices_of(plan: Plan, access: Access) -> list[Opd]:
    offices = plan.region.opd_set.filter(active=True)
    return list(offices.filter(pk__in=access.opd_ids) if only_own_office(access) else offices)


def shown_upload(plan: Plan, row: WorkbookImport) -> dict[str, Any]:
    where = [plan.region.slug, plan.enrolment.cohort.year, row.pk]
    return {"row": row, "badge": BADGES[State(row.state)], "url": reverse("bimtek:upload", args=where)}


@require_safe
@never_cache
@region_view(Permission.VIEW)
def download(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?opd=<id> narrows to one office; ?kosong=1 leaves the rows out. An operator's is always the own office's."""
    plan, access = plan_of(region, year), request.access
    opd = office_asked(plan, access, request.GET.get("opd", ""))
    empty = request.GET.get("kosong") == "1"
    name = workbook.file_name(plan, opd=opd, empty=empty)
    content = workbook.build(plan, access, opd=opd, empty=empty)
    audit.downloaded(access, f"Buku kerja Excel ({name})", about=plan, method=request.method or "")
    return as_file(content, name)


def office_asked(plan: Plan, access: Access, wanted: str) -> Opd | None:
    """The office by its id; 404 for one that is not of this region, or not the operator's own."""
    own = offices_of(plan, access)
    if not wanted:
        return own[0] if only_own_office(access) and len(own) == 1 else None
    try:
        pk = UUID(wanted)
    except ValueError:
        raise Http404("OPD tidak ditemukan.") from None
    found = next((opd for opd in own if opd.pk == pk), None)
    if found is None:
        raise Http404("OPD tidak ditemukan.")
    return found


# --- one upload ----------------------------------------------------------------------------------------------------


@require_POST
@region_view(Permission.FILL)
def hand_in(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan, sent = plan_of(region, year), request.FILES.get("berkas")
    try:
        if sent is None:
            raise ValidationError("Pilih dulu berkas .xlsx yang akan diunggah.")
        row = imports.hand_in(plan, sent, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("bimtek:exchange", region.slug, year)
    return redirect("bimtek:upload", region.slug, year, row.pk)


def upload_of(request: RegionRequest, region: Region, year: int, pk: UUID) -> tuple[Plan, WorkbookImport]:
    plan = plan_of(region, year)
    mine = uploads_of(plan, request.access).defer(None).select_related("by", "plan", "region")
    return plan, get_object_or_404(mine, pk=pk)


@require_safe
@never_cache
@region_view(Permission.FILL)
def upload(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    """What the workbook would change; while a job is at it, a card that asks again every two seconds."""
    plan, row = upload_of(request, region, year, upload)
    busy = row.state in (State.CHECKING, State.APPLYING)
    if request.htmx and not busy:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = shown_upload(plan, row) | {"region": region, "year": year, "busy": busy, "poll": POLL_SECONDS}
    context["far"] = progress.far(imports.path_of(row)) if busy else None
    if request.htmx:
        return render(request, "bimtek/exchange/_busy.html", context)
    if row.state == State.MATCHING:
        return redirect("bimtek:match_upload", region.slug, year, upload)
    context |= frame_context(plan, request.access)
    context["applied_text"] = f"{row.rows} baris diterapkan sekaligus."
    if row.outcome and not busy:
        context |= {
            "found": found_in(row.outcome),
            "sheets": row.outcome["sections"],
            "given_text": given_in(row.outcome),
        }
    return render(request, "bimtek/exchange/upload.html", context)


def found_in(outcome: dict[str, Any]) -> dict[str, Any]:
    """The outcome in the groups that the page shows."""
    items = outcome["items"]
    good = [item for item in items if not item["faults"]]
    wrong = [item for item in items if item["faults"]]
    groups = {
        kind: group(kind, [item for item in good if item["kind"] == kind]) for kind in (CHANGED, NEW, REMOVED, CONFLICT)
    }
    faults = [
        {"page": item["page"], "number": item["number"], "label": item["label"], **fault}
        for item in wrong
        for fault in item["faults"]
    ]
    return {
        "unchanged": outcome["unchanged"], "faults": faults[:SHOWN], "fault_count": len(faults), "wrong": len(wrong),
        "changed": groups[CHANGED], "new": groups[NEW], "removed": groups[REMOVED], "conflicts": groups[CONFLICT],
        "any": bool(good), "notes": bool(faults or groups[CONFLICT]["count"]),
    }  # fmt: skip


def given_in(outcome: dict[str, Any]) -> str:
    """Tells of the new rows that were given a code or number; '' when there are none. Faulty ones are not shown among them."""
    given = outcome.get("given", {})
    count = sum(item["id"] in given and not item["faults"] for item in outcome["items"])
    return f"{count} baris tidak menyebut kode atau nomornya dan diberi yang berikutnya." if count else ""


def group(kind: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": kind, "items": items[:SHOWN], "count": len(items), "rest": max(0, len(items) - SHOWN)}


@require_POST
@region_view(Permission.FILL)
def approve(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    """`pilih` names the ticked items, `bentrok-<id>` what was decided about a conflict, `sisa` kinds taken beyond the shown."""
    _, row = upload_of(request, region, year, upload)
    try:
        imports.approve(row, chosen_of(request, row.outcome or {}), access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("bimtek:upload", region.slug, year, upload)


def chosen_of(request: RegionRequest, outcome: dict[str, Any]) -> dict[str, str]:
    ticked, beyond = set(request.POST.getlist("pilih")), set(request.POST.getlist("sisa"))
    chosen: dict[str, str] = {}
    seen = dict.fromkeys((CHANGED, NEW, REMOVED, CONFLICT), 0)
    for item in outcome.get("items", ()):
        if item["faults"]:
            continue
        kind, seen[item["kind"]] = item["kind"], seen[item["kind"]] + 1
        if kind == CONFLICT:
            decided = request.POST.get(f"bentrok-{item['id']}", "")
            if decided in (TAKE, REST):
                chosen[item["id"]] = decided
        elif item["id"] in ticked or (seen[kind] > SHOWN and kind in beyond):
            chosen[item["id"]] = TAKE
    return chosen


@require_POST
@region_view(Permission.FILL)
def check_again(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    _, row = upload_of(request, region, year, upload)
    imports.check_again(row, access=request.access)
    return redirect("bimtek:upload", region.slug, year, upload)


@require_POST
@region_view(Permission.FILL)
def undo_import(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    _, row = upload_of(request, region, year, upload)
    try:
        count = imports.undo(row, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Impor diurungkan: {count} baris kembali seperti semula.")
    return redirect("bimtek:upload", region.slug, year, upload)


@require_POST
@region_view(Permission.FILL)
def discard(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    _, row = upload_of(request, region, year, upload)
    imports.discard(row, access=request.access)
    messages.success(request, f"“{row.name}” dibuang. Tidak ada yang tersimpan.")
    return redirect("bimtek:exchange", region.slug, year)


@require_safe
@never_cache
@region_view(Permission.FILL)
def noted(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    """The workbook handed back, with every fault as a note in its cell."""
    _, row = upload_of(request, region, year, upload)
    try:
        content = imports.with_notes(row)
    except (ValidationError, FileNotFoundError):
        raise Http404("Berkas unggahan ini tidak ada lagi. Unggah lagi buku kerjanya.") from None
    audit.downloaded(request.access, f"Catatan atas unggahan ({row.name})", about=row, method=request.method or "")
    return as_file(
        content,
        f"{row.name.removesuffix('.xlsx').encode('ascii', 'ignore').decode() or 'isian'}-catatan.xlsx".replace('"', ""),
    )
