"""The page behind a guest's personal link, and leaving again."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regions import guests
from regions.access import SESSION_PASS, public_view


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public_view
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, so that a mail scanner opens no door; the button does."""
    try:
        found = guests.pass_of(token)
    except ValidationError as refusal:
        return render(request, "regions/guest_closed.html", {"why": refusal.messages[0]}, status=404)
    if request.method == "POST" and not request.user.is_authenticated:
        request.session.cycle_key()  # nobody who knew the browser's session before goes on with it
        request.session[SESSION_PASS] = str(found.pk)
        guests.opened(found)
        return redirect("bimtek:home", found.region.slug)
    return render(request, "regions/guest.html", {"found": found, "region": found.region})


@never_cache
@require_POST
@public_view
def leave(request: HttpRequest) -> HttpResponse:
    request.session.pop(SESSION_PASS, None)
    return redirect("regions:guest_ended")


@never_cache
@require_safe
@public_view
def ended(request: HttpRequest) -> HttpResponse:
    why = "Buka lagi tautan pribadi di surel Anda untuk melanjutkan. Bila tautannya tidak berlaku lagi, mintalah yang baru kepada admin daerah."
    return render(request, "regions/guest_closed.html", {"why": why})
