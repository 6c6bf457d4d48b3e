"""Daftar hadir on the screen: the table with its boxes, pasting, copying."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bimtek import attendance, formats, sessions, writing
from bimtek.forms.sessions import PasteForm
from bimtek.framework import framework
from bimtek.models import Attendee, Session
from bimtek.views.sessions import session_of, tab_context
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


def token(mark: attendance.Mark) -> str:
    """'<hex of the person>.20220613', the value of one box."""
    person, day = mark
    return f"{person.hex}.{day:%Y%m%d}"


def marks_sent(values: list[str]) -> set[attendance.Mark]:
    """The marks of boxes that a browser sent; ValidationError for anything else."""
    marks = set()
    for value in values:
        person, _, day = value.partition(".")
        try:
            marks.add((UUID(person), datetime.datetime.strptime(day, "%Y%m%d").date()))  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise ValidationError("Centang yang dikirim tidak terbaca. Muat ulang halaman, lalu coba lagi.") from None
    return marks


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.VIEW)
def attendance_table(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    found = session_of(region, year, session)
    if request.method == "POST":
        writing.refuse_unless(request.access, Permission.RUN_SESSIONS)
        return marked(request, found)
    words = request.GET.get("cari", "").replace("\x00", "")[:100]
    marks, days = attendance.marks_of(found), sessions.days_of(found)
    people = list(attendance.found(found, words))
    context = tab_context(request, found, "attendance") | {
        "days": [(day, f"{formats.weekday(day)[:3]} {day.day}/{day.month}") for day in days],
        "rows": [person_row(person, days, marks, number) for number, person in enumerate(people, start=1)],
        "seen": ",".join(
            token(mark) for person in people for mark in ((person.pk, day) for day in days) if mark in marks
        ),
        "words": words,
        "figures": attendance.figures(found),
        "elements": framework(found.plan.framework).about.unsur,
        "sources": sessions.earlier(found),
        "most": attendance.MOST,
    }
    return render(request, "bimtek/sessions/attendance.html", context)


def person_row(
    person: Attendee, days: list[datetime.date], marks: set[attendance.Mark], number: int | str = ""
) -> dict[str, Any]:
    boxes = [
        {
            "token": token((person.pk, day)),
            "on": (person.pk, day) in marks,
            "label": f"{person.name} hadir {formats.date(day)}",
        }
        for day in days
    ]
    return {"row": person, "number": number, "boxes": boxes}


def marked(request: RegionRequest, session: Session) -> HttpResponse:
    seen = [value for value in request.POST.get("seen", "").split(",") if value]
    try:
        count = attendance.mark_presence(
            session, marks_sent(request.POST.getlist("hadir")), seen=marks_sent(seen), access=request.access
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request, f"{count} tanda kehadiran diperbarui." if count else "Tidak ada kehadiran yang berubah."
        )
    back = reverse("bimtek:attendance", args=[session.region.slug, session.plan.enrolment.cohort.year, session.pk])
    query = request.GET.urlencode()
    return redirect(f"{back}?{query}" if query else back)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.RUN_SESSIONS)
def attendance_paste(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    found = session_of(region, year, session)
    form = PasteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = attendance.paste(found, form.cleaned_data["lines"], access=request.access)
        except ValidationError as refusal:
            form.add_error("lines", refusal.messages)
        else:
            say(request, done)
            return redirect("bimtek:attendance", region.slug, year, session)
    context = tab_context(request, found, "attendance") | {
        "form": form,
        "elements": framework(found.plan.framework).about.unsur,
    }
    return render(request, "bimtek/sessions/paste.html", context, status=422 if form.errors else 200)


@require_POST
@region_view(Permission.RUN_SESSIONS)
def attendance_copy(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    found = session_of(region, year, session)
    try:
        wanted = UUID(request.POST.get("dari", ""))
    except ValueError:
        messages.error(request, "Pilih pertemuan yang pesertanya disalin.")
    else:
        source = get_object_or_404(found.plan.session_set.filter(region=region), pk=wanted)
        try:
            say(request, attendance.copy_people(source, found, access=request.access))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect("bimtek:attendance", region.slug, year, session)


def say(request: RegionRequest, done: attendance.Pasted) -> None:
    if done.added:
        messages.success(request, f"{done.added} peserta ditambahkan.")
    if done.known:
        names = ", ".join(done.known[:5]) + (f", dan {len(done.known) - 5} lainnya" if len(done.known) > 5 else "")
        messages.info(request, f"{len(done.known)} sudah ada di daftar dan dilewati: {names}.")
