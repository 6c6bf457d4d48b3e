"""Where a person lands after signing in."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from regions.access import Role, person_view
from regions.models import Membership


@require_safe
@person_view
def home(request: HttpRequest) -> HttpResponse:
    """Ministry: its dashboard. Consultant: all regions. Everybody else: the one region, or a choice."""
    user = cast(User, request.user)
    if user.is_ministry:
        return redirect("ministry:dashboard")
    memberships = list(Membership.objects.current().filter(user=user).select_related("region").order_by("region__code"))
    if any(held.role == Role.CONSULTANT for held in memberships):
        return redirect("ministry:consultant")
    places = list(dict.fromkeys(held.region for held in memberships))
    if len(places) == 1:
        return redirect("bimtek:home", places[0].slug)
    return render(request, "regions/home.html", {"memberships": memberships})
