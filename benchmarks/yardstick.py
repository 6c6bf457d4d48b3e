"""The site with a bare view beside it, as one WSGI application: what benchmarks.autosave measures against.

`/polos/<row>/` is a Django view that does one SELECT and one UPDATE, in an application without any middleware;
`/polos-masuk/<row>/` is the same view behind the site's own middleware and sign-in. Each answer tells in a header how much
of the processor its thread used.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import override_settings
from django.urls import path

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SPENT = "X-Prosesor"
"""Milliseconds of the processor."""


def bare(request: HttpRequest, row: UUID) -> HttpResponse:
    from bimtek.models import Programme

    found = Programme.objects.get(pk=row)
    Programme.objects.filter(pk=row).update(benefit=json.loads(request.body)["text"])
    return JsonResponse({"row": str(found.pk)})


def alone() -> Wsgi:
    """Django with the site's URLs and nothing around its views."""
    with override_settings(MIDDLEWARE=[]):
        return get_wsgi_application()


def both() -> Wsgi:
    """The site; what begins with /polos/ goes to the application without middleware."""
    site = get_wsgi_application()
    join_urls()
    without = alone()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        begun = time.thread_time()

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, [*headers, (SPENT, f"{1000 * (time.thread_time() - begun):.3f}")], *rest)

        return (without if environ["PATH_INFO"].startswith("/polos/") else site)(environ, started)

    return application


def join_urls() -> None:
    """Puts the bare view before the site's URLs: nothing is tried before it."""
    from smartcity import urls

    assert settings.ROOT_URLCONF == "smartcity.urls"
    urls.urlpatterns[:0] = [path("polos/<uuid:row>/", bare), path("polos-masuk/<uuid:row>/", login_required(bare))]
