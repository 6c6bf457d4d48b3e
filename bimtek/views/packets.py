"""Office packets on screen: the admin's overview of all offices, one packet for those who fill it, and the deeds on both."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bimtek import offices, packets
from bimtek.forms.packets import ChangeForm, FinishForm, GiveForm, GuestForm
from bimtek.models import Packet, PacketLetter, Plan, Stage
from bimtek.sections import BY_KEY
from bimtek.views.places import frame_context, plan_of
from regions import guests
from regions.access import Access, Permission, RegionRequest, Role, region_view
from regions.forms import accepted
from regions.models import GuestPass, Membership, Region
from regions.pages import page_of


def packets_of(plan: Plan, access: Access) -> Any:
    """The packets that this person may see: all, or those of the own office."""
    rows = plan.packet_set.filter(region=plan.region).select_related(
        "opd", "plan__enrolment__cohort", "plan__region", "region"
    )
    return rows if offices.sees_all(access) else rows.filter(opd__in=access.opd_ids)


def packet_of(plan: Plan, access: Access, pk: UUID) -> Packet:
    found: Packet = get_object_or_404(packets_of(plan, access), pk=pk)
    return found


def first_packet(region: Region, access: Access) -> Packet | None:
    """Where somebody of one office begins: the newest plan's packet that is not finished, else the newest."""
    rows = Packet.objects.filter(region=region, opd__in=access.opd_ids).select_related("plan__enrolment__cohort")
    found = sorted(rows, key=lambda one: (one.finished_at is None, one.plan.enrolment.cohort.year), reverse=True)
    return found[0] if found else None


# --- all offices -----------------------------------------------------------------------------------------------------


@require_safe
@region_view(Permission.VIEW_ALL, Permission.PACKET)
def packet_list(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?keadaan=terlambat, belum or selesai. People of one office are led to their own packet."""
    plan = plan_of(region, year)
    if offices.sees_all(request.access):
        return overview(request, plan, GiveForm(plan=plan))
    own = packets_of(plan, request.access).first()
    return redirect("bimtek:packet", region.slug, year, own.pk) if own else none_yet(request, plan)


@require_POST
@region_view(Permission.FILL_ALL)
def give(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    form = GiveForm(request.POST, plan=plan)
    if form.is_valid() and given(request, plan, form):
        return redirect("bimtek:packets", region.slug, year)
    return overview(request, plan, form)


def given(request: RegionRequest, plan: Plan, form: GiveForm) -> bool:
    opds, due, note = (form.cleaned_data[name] for name in ("opds", "due", "note"))
    if not accepted(form, lambda: packets.give(plan, list(opds), due=due, note=note, access=request.access)):
        return False
    messages.success(request, f"Paket dibagikan kepada {len(opds)} OPD. Operator yang terdaftar menerima surel.")
    return True


def none_yet(request: RegionRequest, plan: Plan) -> HttpResponse:
    context = frame_context(plan, request.access) | {"here": "packets"}
    return render(request, "bimtek/packet_none.html", context)


STATES = {"": "Semua", "terlambat": "Terlambat", "belum": "Belum selesai", "selesai": "Selesai"}


def overview(request: RegionRequest, plan: Plan, form: GiveForm) -> HttpResponse:
    rows = list(packets_of(plan, request.access).prefetch_related("letters"))
    wish = request.GET.get("keadaan", "")
    counts = {state: sum(in_state(packet, state) for packet in rows) for state in STATES}
    page = page_of(request, [packet for packet in rows if in_state(packet, wish if wish in STATES else "")])
    shown = packets.contents(page)
    context = frame_context(plan, request.access) | {
        "here": "packets",
        "form": form,
        "offices_left": form.fields["opds"].queryset.count(),  # type: ignore[attr-defined]
        "may_give": request.access.may(Permission.FILL_ALL),
        "page": page,
        "entries": [entry(plan, packet, shown[packet.pk]) for packet in page],
        "people": fillers(plan),
        "total": len(rows),
        "late": counts["terlambat"],
        "chips": [
            {"label": label, "url": f"?keadaan={state}", "on": wish == state, "count": counts[state]}
            for state, label in STATES.items()
        ],
    }
    return render(request, "bimtek/packets.html", context, status=422 if form.errors else 200)


def in_state(packet: Packet, wish: str) -> bool:
    finished = packet.finished_at is not None
    return {"": True, "terlambat": packets.is_late(packet), "belum": not finished, "selesai": finished}[wish]


def entry(plan: Plan, packet: Packet, found: packets.Contents) -> dict[str, Any]:
    last = next(iter(packet.letters.all()), None)
    nudged = any(
        letter.kind == PacketLetter.Kind.NUDGE and letter.day == packets.today(packet)
        for letter in packet.letters.all()
    )
    return {
        "packet": packet, "found": found, "late": packets.is_late(packet), "last": last, "nudged": nudged,
        "url": reverse("bimtek:packet", args=[plan.region.slug, plan.enrolment.cohort.year, packet.pk]),
    }  # fmt: skip


def fillers(plan: Plan) -> dict[Any, int]:
    """How many people can fill each office's packet: operators, and guests whose link works."""
    found: dict[Any, int] = {}
    held = Membership.objects.current().filter(region=plan.region, role=Role.OPERATOR).values_list("opd", flat=True)
    for opd in [*held, *GuestPass.objects.open().filter(region=plan.region).values_list("opd", flat=True)]:
        found[opd] = found.get(opd, 0) + 1
    return found


# --- one packet ------------------------------------------------------------------------------------------------------


@require_safe
@region_view(Permission.VIEW_ALL, Permission.PACKET)
def packet(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    return packet_page(request, plan, packet_of(plan, request.access, packet))


def packet_page(request: RegionRequest, plan: Plan, found: Packet, **forms: Any) -> HttpResponse:
    """`forms` are those that were refused, with what was typed."""
    access, held = request.access, packets.contents([found])[found.pk]
    statuses = dict(plan.submission_set.values_list("stage", "status"))
    may_give, may_invite = access.may(Permission.FILL_ALL), access.may(Permission.MANAGE_PEOPLE)
    context = frame_context(plan, access) | {
        "here": "packets",
        "packet": found,
        "found": held,
        "late": packets.is_late(found),
        "parts": [part(plan, key, items, statuses) for key, items in held.parts.items()],
        "may_fill": access.may_fill_for(found.opd_id),
        "may_give": may_give,
        "may_invite": may_invite,
        "change_form": forms.get("change")
        or ChangeForm(initial={"due": found.due, "note": found.note, "version": found.version}),
        "guest_form": forms.get("guest") or GuestForm(),
        "finish_form": forms.get("finish") or FinishForm(),
        "guests": list(GuestPass.objects.filter(region=plan.region, opd=found.opd_id)[:50]) if may_invite else [],
        "free": packets.free_rows(plan) if may_give else {},
        "letters": found.letters.all()[:10] if may_give else [],
        "readers": packets.readers(found) if may_give else [],
    }
    refused = any(form.errors for form in forms.values())
    return render(request, "bimtek/packet.html", context, status=422 if refused else 200)


def part(plan: Plan, key: str, items: list[packets.Item], statuses: dict[int, str]) -> dict[str, Any]:
    section, stage = BY_KEY[key], packets.stage_for(plan, key, statuses)
    base = [plan.region.slug, plan.enrolment.cohort.year, stage.value, key]
    is_open = any(statuses.get(one) in packets.OPEN for one in {section.stage, *section.also_stages})
    return {
        "section": section, "items": [(item, reverse("bimtek:row", args=[*base, item.row]) if item.row else "") for item in items],
        "done": sum(not item.lacking for item in items), "is_open": is_open, "stage": Stage(stage),
        "new_url": reverse("bimtek:row_new", args=base), "list_url": reverse("bimtek:section", args=base),
    }  # fmt: skip


# --- deeds -------------------------------------------------------------------------------------------------------------


def back(region: Region, year: int, packet: Packet) -> HttpResponse:
    return redirect("bimtek:packet", region.slug, year, packet.pk)


@require_POST
@region_view(Permission.FILL_ALL)
def change(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    found, form = packet_of(plan, request.access, packet), ChangeForm(request.POST)
    if form.is_valid() and accepted(form, lambda: packets.change(found, access=request.access, **form.cleaned_data)):
        messages.success(request, "Tenggat dan pesan disimpan.")
        return back(region, year, found)
    return packet_page(request, plan, found, change=form)


@require_POST
@region_view(Permission.PACKET)
def finish(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    plan = plan_of(region, year)
    found, form = packet_of(plan, request.access, packet), FinishForm(request.POST)
    if form.is_valid() and accepted(form, lambda: packets.finish(found, access=request.access, **form.cleaned_data)):
        messages.success(request, "Paket dinyatakan selesai. Anda tetap dapat memperbaikinya selama tahapnya terbuka.")
        return back(region, year, found)
    return packet_page(request, plan, found, finish=form)


def do(request: RegionRequest, year: int, found: Packet, deed: Any) -> HttpResponse:
    """Calls the deed, which answers with the sentence to show, and goes back to where the button stood."""
    try:
        messages.success(request, deed())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    if request.POST.get("kembali") == "daftar":
        return redirect("bimtek:packets", found.region.slug, year)
    return back(found.region, year, found)


@require_POST
@region_view(Permission.FILL_ALL)
def reopen(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    found = packet_of(plan_of(region, year), request.access, packet)

    def deed() -> str:
        packets.reopen(found, access=request.access)
        return "Paket dibuka kembali."

    return do(request, year, found, deed)


@require_POST
@region_view(Permission.PACKET)
def no_applications(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    """`tidak_ada` is 1 when the office uses no application."""
    found = packet_of(plan_of(region, year), request.access, packet)
    none = request.POST.get("tidak_ada") == "1"

    def deed() -> str:
        packets.say_no_applications(found, none, access=request.access)
        return "Dicatat: OPD ini tidak memakai aplikasi." if none else "Dicatat: OPD ini memakai aplikasi."

    return do(request, year, found, deed)


@require_POST
@region_view(Permission.FILL_ALL)
def nudge(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    found = packet_of(plan_of(region, year), request.access, packet)
    return do(
        request, year, found, lambda: f"{found.opd}: {packets.nudge(found, access=request.access)} orang diingatkan."
    )


@require_POST
@region_view(Permission.FILL_ALL)
def hand_over(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    """`pilih` is 'section:row' of each row that nobody holds yet."""
    plan = plan_of(region, year)
    found = packet_of(plan, request.access, packet)
    chosen = [row_named(plan, text) for text in request.POST.getlist("pilih")[: packets.MOST_HANDED]]
    return do(
        request,
        year,
        found,
        lambda: f"{packets.hand_over(found, chosen, access=request.access)} baris diserahkan kepada {found.opd}.",
    )


def row_named(plan: Plan, text: str) -> tuple[str, UUID]:
    """404 for what is no row of this plan; one that somebody just took is the verb's concern."""
    key, _, pk = text.partition(":")
    try:
        wanted = UUID(pk)
    except ValueError:
        raise Http404("Baris tidak dikenal.") from None
    rows: Any = packets.HANDED[key]._default_manager.filter(plan=plan) if key in packets.HANDED else None
    if rows is None or not rows.filter(pk=wanted).exists():
        raise Http404("Baris tidak dikenal.")
    return key, wanted


@require_POST
@region_view(Permission.MANAGE_PEOPLE)
def invite(request: RegionRequest, region: Region, year: int, packet: UUID) -> HttpResponse:
    """A personal link for somebody without an account."""
    plan = plan_of(region, year)
    found, form = packet_of(plan, request.access, packet), GuestForm(request.POST)
    if form.is_valid() and accepted(form, lambda: guests.invite(found.opd, access=request.access, **form.cleaned_data)):
        messages.success(request, f"Tautan pribadi dikirim ke {form.cleaned_data['email']}.")
        return back(region, year, found)
    return packet_page(request, plan, found, guest=form)


@require_POST
@region_view(Permission.MANAGE_PEOPLE)
def revoke(request: RegionRequest, region: Region, year: int, packet: UUID, guest: UUID) -> HttpResponse:
    found = packet_of(plan_of(region, year), request.access, packet)
    held = get_object_or_404(GuestPass, region=region, opd=found.opd_id, pk=guest)

    def deed() -> str:
        guests.revoke(held, access=request.access)
        return f"Tautan {held.full_name} dicabut."

    return do(request, year, found, deed)
