"""Pertemuan: the list, one session's overview, its frame and its berita acara."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bimtek import attendance, sessions, writing
from bimtek.forms.sessions import MinutesForm, SessionForm
from bimtek.models import Minute, Plan, Session, Stage
from bimtek.views.places import frame_context, plan_of
from bimtek.views.rows import add_refusal
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

TABS = (
    ("session", "Ringkasan"),
    ("attendance", "Daftar hadir"),
    ("session_minutes", "Berita acara"),
    ("session_photos", "Foto"),
)


def session_of(region: Region, year: int, session: UUID) -> Session:
    plan = plan_of(region, year)
    found: Session = get_object_or_404(plan.session_set.filter(region=region), pk=session)
    found.plan, found.region = plan, region
    return found


def base_of(session: Session) -> list[Any]:
    return [session.region.slug, session.plan.enrolment.cohort.year, session.pk]


def tab_context(request: RegionRequest, session: Session, tab: str) -> dict[str, Any]:
    """What every page of a session shows around its work."""
    base = base_of(session)
    return frame_context(session.plan, request.access) | {
        "session": session,
        "here": "sessions",
        "tabs": [
            {"title": title, "url": reverse(f"bimtek:{name}", args=base), "on": name == tab} for name, title in TABS
        ],
        "papers": papers(session),
        "may_write": request.access.may(Permission.RUN_SESSIONS),
    }


def papers(session: Session) -> list[dict[str, str]]:
    """Links to the official PDFs, where the book-making app offers them."""
    found = []
    for name, title in (("attendance_pdf", "Unduh daftar hadir (PDF)"), ("minutes_pdf", "Unduh berita acara (PDF)")):
        try:
            url = reverse(f"masterplan:{name}", args=base_of(session))
        except NoReverseMatch:
            continue
        found.append({"url": url, "title": title})
    return found


@require_safe
@region_view(Permission.VIEW)
def session_list(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    held = plan.session_set.annotate(
        people=Count("attendees", distinct=True),
        pictures=Count("photos", distinct=True),
        points=Count("minutes", distinct=True),
    ).order_by("stage", "starts")
    by_stage: dict[int, list[Session]] = {}
    for session in held:
        by_stage.setdefault(session.stage, []).append(session)
    context = frame_context(plan, request.access) | {
        "here": "sessions",
        "stages": [{"stage": stage, "sessions": by_stage.get(stage, [])} for stage in Stage],
        "may_write": request.access.may(Permission.RUN_SESSIONS),
    }
    return render(request, "bimtek/sessions/list.html", context)


@require_safe
@region_view(Permission.VIEW)
def session(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    found = session_of(region, year, session)
    context = tab_context(request, found, "session") | {
        "figures": attendance.figures(found),
        "points": found.minutes.count(),
        "pictures": found.photos.count(),
        "agenda": [line.strip() for line in found.agenda.splitlines() if line.strip()],
    }
    return render(request, "bimtek/sessions/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.RUN_SESSIONS)
def session_new(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    stage = stage_asked(request)
    fresh = writing.new(Session, plan, stage=stage, agenda=sessions.usual_agenda(plan, stage))
    if request.method == "POST":
        try:
            fresh.pk = UUID(request.POST.get("row_id", ""))
        except ValueError:
            fresh.pk = writing.new(Session, plan).pk
        if twin := plan.session_set.filter(pk=fresh.pk).first():  # sent twice: the first one is there
            return redirect("bimtek:session", region.slug, year, twin.pk)
    return write(request, fresh, new=True)


def stage_asked(request: RegionRequest) -> Stage:
    wish = request.GET.get("tahap", "")
    return Stage(int(wish)) if wish in {"1", "2", "3", "4"} else Stage.PERSEPSI


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.RUN_SESSIONS)
def session_edit(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    return write(request, session_of(region, year, session), new=False)


def write(request: RegionRequest, session: Session, *, new: bool) -> HttpResponse:
    plan: Plan = session.plan
    data = request.POST if request.method == "POST" else None
    form = SessionForm(data, instance=session, plan=plan, access=request.access)
    if data is not None and not new:
        form.merge()
    if data is not None and form.is_valid():
        try:
            sessions.keep(session, access=request.access, version=None if new else session.version)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{session} tersimpan.")
            return redirect("bimtek:session", plan.region.slug, plan.enrolment.cohort.year, session.pk)
    context = frame_context(plan, request.access) | {
        "here": "sessions", "form": form, "new": new, "session": session,
    }  # fmt: skip
    return render(request, "bimtek/sessions/form.html", context, status=422 if form.errors else 200)


@require_POST
@region_view(Permission.RUN_SESSIONS)
def session_delete(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    found = session_of(region, year, session)
    try:
        writing.remove(found, access=request.access, version=version_sent(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("bimtek:session", region.slug, year, session)
    messages.success(request, f"{found} dihapus. Pulihkan dari riwayat bila keliru.")
    return redirect("bimtek:sessions", region.slug, year)


def version_sent(request: RegionRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.VIEW)
def session_minutes(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    """Number, date and notulen as one form; results and follow-ups are rows in place."""
    found = session_of(region, year, session)
    may_write = request.access.may(Permission.RUN_SESSIONS)
    data = request.POST if request.method == "POST" else None
    form = MinutesForm(data, instance=found, plan=found.plan, access=request.access)
    if data is not None:
        writing.refuse_unless(request.access, Permission.RUN_SESSIONS)
        form.merge()
        if form.is_valid():
            try:
                writing.change(found, access=request.access, version=found.version)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "Berita acara tersimpan.")
                return redirect("bimtek:session_minutes", region.slug, year, session)
    stored = session_of(region, year, session) if form.errors else found
    points = list(stored.minutes.order_by("position", "id"))
    context = tab_context(request, stored, "session_minutes") | {
        "form": form,
        "groups": [{"kind": kind, "rows": [point for point in points if point.kind == kind]} for kind in Minute.Kind],
        "may_write": may_write,
    }
    return render(request, "bimtek/sessions/minutes.html", context, status=422 if form.errors else 200)


@require_safe
@region_view(Permission.VIEW)
def session_photos(request: RegionRequest, region: Region, year: int, session: UUID) -> HttpResponse:
    found = session_of(region, year, session)
    context = tab_context(request, found, "session_photos") | {
        "photos": found.photos.select_related("file").order_by("position", "id"),
    }
    return render(request, "bimtek/sessions/photos.html", context)
