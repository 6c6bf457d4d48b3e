"""Error pages and health: what belongs to no app."""

import datetime
import functools
import hashlib
import logging

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from regions import jobs
from regions.access import WHOSE, public_view

log = logging.getLogger(__name__)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was too old. The page hands the typed text back, so nothing is lost; a script renews the token."""
    if not request.accepts("text/html"):
        return JsonResponse({"code": "csrf"}, status=403)
    typed = [
        (key, value)
        for key, values in request.POST.lists()
        for value in values
        if key not in {"csrfmiddlewaretoken", "base"} and not key.endswith("-base")  # what a form began from, not typed
    ]
    return render(request, "403_csrf.html", {"typed": typed, "path": request.get_full_path()}, status=403)


@functools.cache
def worker_source() -> bytes:
    """The service worker with the version of everything static in front: after a release browsers take the new one."""
    source = (settings.BASE_DIR / "static" / "js" / "sw.js").read_text()
    made_of = source + str(getattr(staticfiles_storage, "manifest_hash", ""))
    version = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    return f'const VERSION = "{version}";\nconst PERSON_HEADER = "{WHOSE}";\n{source}'.encode()


@public_view
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, because a worker answers for the pages below its own address."""
    answer = HttpResponse(worker_source(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@public_view
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows instead of a page that was never opened on this device."""
    return render(request, "offline.html")


@public_view
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Liveness: this process answers. Asks nothing else, so that a slow database does not make a supervisor kill the web."""
    return JsonResponse({"hidup": True})


@public_view
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Readiness: database, broker, and whether somebody takes the jobs; 503 with the faults by name when not."""
    faults = _database_faults() or [*_broker_faults(), *_queue_faults()]
    answer = JsonResponse({"siap": not faults, "gangguan": faults}, status=503 if faults else 200)
    if faults:
        answer["Retry-After"] = "30"
    return answer


def _database_faults() -> list[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("readiness: database")
        return ["basis data tidak menjawab"]
    return []


def _broker_faults() -> list[str]:
    try:
        jobs.messages_waiting()
    except Exception:  # kombu raises what its transport raises
        log.exception("readiness: broker")
        return ["antrean tidak menjawab"]
    return []


def _queue_faults() -> list[str]:
    oldest = jobs.waiting_since()
    limit = datetime.timedelta(seconds=settings.QUEUE_STALE_SECONDS)
    if oldest and timezone.now() - oldest > limit:
        return [f"pekerjaan tertua menunggu sejak {oldest.isoformat(timespec='seconds')}"]
    return []
