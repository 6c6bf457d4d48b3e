"""Who is calling, when a reverse proxy stands in between."""

import contextlib
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def client_address(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: puts the caller's address into REMOTE_ADDR, where sign-in limits and logs read it.

    Each of our own proxies appends one address to X-Forwarded-For, so the one that counts is PROXY_COUNT from the right;
    whatever a client wrote itself stands further left and is never believed.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        written = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.PROXY_COUNT <= len(written):
            with contextlib.suppress(ValueError):  # not an address: the proxy's own stays
                request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(written[-settings.PROXY_COUNT].strip()))
        return answer(request)

    return middleware
