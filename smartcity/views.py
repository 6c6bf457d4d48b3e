"""Error pages and health: what belongs to no app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was too old. The page hands the typed text back, so nothing is lost."""
    typed = [(key, value) for key, values in request.POST.lists() for value in values if key != "csrfmiddlewaretoken"]
    return render(request, "403_csrf.html", {"typed": typed, "path": request.get_full_path()}, status=403)
