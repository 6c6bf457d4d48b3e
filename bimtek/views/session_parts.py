"""Participants, points of the berita acara and photos: one small form each, in place by htmx, as a page without."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bimtek import attendance, sessions, writing
from bimtek.forms.rows import RowForm
from bimtek.forms.sessions import AttendeeForm, MinuteForm, PhotoForm
from bimtek.framework import framework
from bimtek.models import Attendee, Minute, Photo, Row, Session
from bimtek.views.attendance import person_row
from bimtek.views.rows import add_refusal
from bimtek.views.sessions import base_of, session_of, tab_context, version_sent
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@dataclass(frozen=True)
class Part:
    key: str
    model: type[Row]
    form: type[RowForm]
    tab: str
    row_template: str
    deed: str
    wrapper: str = "tr"


PARTS = {
    part.key: part
    for part in (
        Part("peserta", Attendee, AttendeeForm, "attendance", "bimtek/sessions/_attendee.html", "Tambah peserta"),
        Part("butir", Minute, MinuteForm, "session_minutes", "bimtek/sessions/_minute.html", "Tambah butir"),
        Part("foto", Photo, PhotoForm, "session_photos", "bimtek/sessions/_photo.html", "Tambah foto", wrapper="li"),
    )
}


def part_of(key: str) -> Part:
    if key not in PARTS:
        raise Http404("Bagian pertemuan tidak ada.")
    return PARTS[key]


def rows_of(session: Session, part: Part) -> Any:
    model: Any = part.model
    return model._default_manager.filter(plan=session.plan, region=session.region, session=session)


def row_of(session: Session, part: Part, pk: UUID) -> Any:
    return get_object_or_404(rows_of(session, part), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.RUN_SESSIONS)
def part_new(request: RegionRequest, region: Region, year: int, session: UUID, part: str) -> HttpResponse:
    found, entry = session_of(region, year, session), part_of(part)
    row: Any = writing.new(entry.model, found.plan, session=found)
    if entry.model is Minute and request.GET.get("jenis") in Minute.Kind.values:
        row.kind = request.GET["jenis"]
    if request.method == "POST":
        try:
            row.pk = UUID(request.POST.get("baris", ""))
        except ValueError:
            raise Http404("Baris tidak dikenal.") from None
        if rows_of(found, entry).filter(pk=row.pk).exists():
            return saved(request, found, entry, row_of(found, entry, row.pk))  # sent twice: the first one is there
    return write(request, found, entry, row, new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.RUN_SESSIONS)
def part(request: RegionRequest, region: Region, year: int, session: UUID, part: str, row: UUID) -> HttpResponse:
    found, entry = session_of(region, year, session), part_of(part)
    wanted = row_of(found, entry, row)
    if "baca" in request.GET and request.method != "POST":  # closing a form in place
        return render(request, entry.row_template, row_context(found, entry, wanted))
    return write(request, found, entry, wanted, new=False)


def write(request: RegionRequest, session: Session, part: Part, row: Any, *, new: bool) -> HttpResponse:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = part.form(*posted, instance=row, plan=session.plan, access=request.access, prefix=f"r{row.pk.hex[:8]}")
    if posted and not new:
        form.merge()
    if posted and form.is_valid():
        try:
            keep(part, row, form, request, new=new)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return saved(request, session, part, row_of(session, part, row.pk))
    base = [*base_of(session), part.key]
    post_url = reverse("bimtek:part_new", args=base) if new else reverse("bimtek:part", args=[*base, row.pk])
    context = row_context(session, part, row) | {
        "section": {"title": part.deed}, "form": form, "new": new, "post_url": post_url, "part": part,
        "list_url": reverse(f"bimtek:{part.tab}", args=base[:3]), "elements": framework(session.plan.framework).about.unsur,
    }  # fmt: skip
    status = 422 if form.errors else 200
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "bimtek/sessions/_part_form.html", context, status=status)
    context = tab_context(request, session, part.tab) | context
    return render(request, "bimtek/sessions/part.html", context, status=status)


def keep(part: Part, row: Any, form: RowForm, request: RegionRequest, *, new: bool) -> None:
    if not new:
        writing.change(row, access=request.access, version=row.version)
    elif part.model is Attendee:
        attendance.add_person(row, access=request.access)
    else:
        writing.add(row, access=request.access)


def row_context(session: Session, part: Part, row: Any) -> dict[str, Any]:
    """What the row's own template needs, as its list gives it."""
    days = sessions.days_of(session)
    context = {"row": row, "session": session, "region": session.region, "year": session.plan.enrolment.cohort.year,
               "may_write": True, "colspan": len(days) + 7 if part.model is Attendee else 4}  # fmt: skip
    if part.model is Attendee:
        context["entry"] = person_row(row, days, attendance.marks_of(session))
    return context


def saved(request: RegionRequest, session: Session, part: Part, row: Any) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, part.row_template, row_context(session, part, row) | {"saved": True})
    messages.success(request, f"“{row}” tersimpan.")
    return redirect(f"bimtek:{part.tab}", *base_of(session))


@require_POST
@region_view(Permission.RUN_SESSIONS)
def part_delete(request: RegionRequest, region: Region, year: int, session: UUID, part: str, row: UUID) -> HttpResponse:
    found, entry = session_of(region, year, session), part_of(part)
    wanted = row_of(found, entry, row)
    try:
        writing.remove(wanted, access=request.access, version=version_sent(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"“{wanted}” dihapus. Pulihkan dari riwayat bila keliru.")
    return redirect(f"bimtek:{entry.tab}", *base_of(found))
