"""Deeds in a thread: replying, handing over, moving its state, deciding on wording, marking as read."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bimtek import anchors, suggesting, threads
from bimtek.anchors import Anchor
from bimtek.models import Stage, Thread
from bimtek.views.places import plan_of, uuid_of
from bimtek.views.thread_new import Draft, panel, people_of
from bimtek.views.threads import thread_of, thread_page
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@require_POST
@region_view(Permission.VIEW)
def read(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """Marks one thread (`utas`), or without it all that this person sees, as read. Asked by the thread's page itself."""
    plan = plan_of(region, year)
    found = threads.visible(plan, request.access)
    if wanted := request.POST.get("utas", ""):
        found = found.filter(pk=thread_of(plan, request.access, uuid_of(wanted) or plan.pk).pk)
    threads.mark_read(found.only("pk", "region_id"), request.user)
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, "Semua utas ditandai sudah dibaca.")
    return redirect("bimtek:threads", region.slug, year)


@require_POST
@region_view(Permission.COMMENT)
def reply(request: RegionRequest, region: Region, year: int, thread: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    found, text = thread_of(plan, request.access, thread), request.POST.get("text", "")
    try:
        called = people_of(threads.readers(found), request.POST.getlist("sebut")[:50])
        threads.reply(found, text, access=request.access, called=called, id=uuid_of(request.POST.get("id", "")))
    except ValidationError as refusal:
        return thread_page(request, plan, found, refusal=" ".join(refusal.messages), text=text)
    messages.success(request, "Balasan tersimpan.")
    return redirect("bimtek:thread", region.slug, year, found.pk)


@require_POST
@region_view(Permission.COMMENT)
def assign(request: RegionRequest, region: Region, year: int, thread: UUID) -> HttpResponse:
    """`untuk` is a person's id, or empty for nobody."""
    plan = plan_of(region, year)
    found, wanted = thread_of(plan, request.access, thread), request.POST.get("untuk", "")
    try:
        person = people_of(threads.readers(found), [wanted])[0] if wanted else None
        done = threads.assign(found, person, access=request.access)
    except ValidationError as refusal:
        return thread_page(request, plan, found, refusal=" ".join(refusal.messages), box="assign")
    if done:
        messages.success(request, f"Utas diserahkan kepada {person}." if person else "Utas tidak lagi diserahkan.")
    return redirect("bimtek:thread", region.slug, year, found.pk)


@require_POST
@region_view(Permission.COMMENT)
def move(request: RegionRequest, region: Region, year: int, thread: UUID) -> HttpResponse:
    """`ke` is the state. In a panel (`panel`=1) the panel comes back; `kembali` is where a page goes back to."""
    plan = plan_of(region, year)
    found, to = thread_of(plan, request.access, thread), request.POST.get("ke", "")
    if to not in Thread.State.values:
        raise PermissionDenied("Langkah ini tidak dikenal.")
    try:
        threads.move(found, to, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    if request.htmx and request.POST.get("panel") == "1":
        row = anchors.row_of(plan, found) if request.POST.get("baris") else None
        return panel(request, plan, Anchor(Stage(found.stage), found.section, row), Draft())
    back = request.POST.get("kembali", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("bimtek:thread", region.slug, year, found.pk)


@require_POST
@region_view(Permission.FILL)
def decide(request: RegionRequest, region: Region, year: int, thread: UUID) -> HttpResponse:
    """`pakai`=1 takes the wording over (with the `version` that was compared), anything else leaves the text as it is."""
    plan = plan_of(region, year)
    found, version = thread_of(plan, request.access, thread), request.POST.get("version", "")
    try:
        if request.POST.get("pakai") == "1":
            seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
            suggesting.take(found, access=request.access, version=seen)
            messages.success(request, "Kata-kata usulan dipakai dan tercatat di riwayat.")
        else:
            suggesting.refuse(found, access=request.access, reason=request.POST.get("text", ""))
            messages.success(request, "Usulan tidak dipakai; isian tetap seperti semula.")
    except ValidationError as refusal:
        found = thread_of(plan, request.access, thread)
        return thread_page(
            request, plan, found, refusal=" ".join(refusal.messages), text=request.POST.get("text", ""), box="wording"
        )
    return redirect("bimtek:thread", region.slug, year, found.pk)
