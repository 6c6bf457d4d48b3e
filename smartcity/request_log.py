"""One line a request in the log, with the person's id where the view asked who it is."""

from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    @staticmethod
    def bind_user_id(request: Any) -> None:
        """Names the person once it is known: to ask at the beginning would cost every request a query of its own."""
        if isinstance(request, HttpRequest) and hasattr(request, "_cached_user"):
            RequestMiddleware.bind_user_id(request)

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """The address that smartcity.proxy found; the library would believe what a client wrote into its headers."""
        structlog.contextvars.bind_contextvars(ip=request.META.get("REMOTE_ADDR", ""))
