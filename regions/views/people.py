"""Members of a region and invitations to it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from regions import people
from regions.access import REGION_ROLES, Permission, RegionRequest, public_view, region_view
from regions.forms import InviteForm, JoinForm, RoleForm, accepted, posted
from regions.models import Invitation, Membership, Region
from regions.pages import page_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache  # people's addresses
@require_safe
@region_view(Permission.VIEW)
def members(request: RegionRequest, region: Region) -> HttpResponse:
    """Everybody of the region by role. Addresses, invitations and deeds are for those who manage people."""
    manages = request.access.may(Permission.MANAGE_PEOPLE)
    held = region.membership_set.current().select_related("user", "opd").order_by("role", "user__full_name", "id")
    offers = region.invitation_set.filter(accepted_at__isnull=True, revoked_at__isnull=True).select_related("opd")
    context = {
        "region": region,
        "page": page_of(request, held),
        "offers": offers[:100] if manages else [],
        "manages": manages,
        "region_roles": REGION_ROLES,
        "now": timezone.now(),
    }
    return render(request, "regions/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.MANAGE_PEOPLE)
def invite(request: RegionRequest, region: Region) -> HttpResponse:
    form = InviteForm(posted(request), region=region)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if accepted(form, lambda: people.invite(region, by=request.user, **values)):
            messages.success(request, f"Undangan dikirim ke {values['email']}. Berlaku {people.VALID_DAYS} hari.")
            return redirect("regions:members", region.slug)
    return render(request, "regions/invite.html", {"region": region, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.MANAGE_PEOPLE)
def member(request: RegionRequest, region: Region, membership: UUID) -> HttpResponse:
    """Another role for a member."""
    held = get_object_or_404(_changeable(region), pk=membership)
    form = RoleForm(posted(request), membership=held)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if accepted(form, lambda: people.change_role(held, by=request.user, **values)):
            messages.success(request, f"{held.user} sekarang {held.get_role_display()}.")
            return redirect("regions:members", region.slug)
    return render(request, "regions/member.html", {"region": region, "form": form, "held": held})


@require_POST
@region_view(Permission.MANAGE_PEOPLE)
def remove(request: RegionRequest, region: Region, membership: UUID) -> HttpResponse:
    held = get_object_or_404(_changeable(region), pk=membership)
    _say(request, lambda: people.remove(held, by=request.user), f"Peran {held.user} di {region} dicabut.")
    return redirect("regions:members", region.slug)


@require_POST
@region_view(Permission.MANAGE_PEOPLE)
def withdraw(request: RegionRequest, region: Region, invitation: UUID) -> HttpResponse:
    offer = get_object_or_404(region.invitation_set, pk=invitation)
    _say(request, lambda: people.withdraw(offer, by=request.user), f"Undangan untuk {offer.email} ditarik.")
    return redirect("regions:members", region.slug)


@require_POST
@region_view(Permission.MANAGE_PEOPLE)
def send_again(request: RegionRequest, region: Region, invitation: UUID) -> HttpResponse:
    offer = get_object_or_404(region.invitation_set, pk=invitation)
    _say(request, lambda: people.send_again(offer, by=request.user), f"Undangan baru dikirim ke {offer.email}.")
    return redirect("regions:members", region.slug)


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public_view
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the letter. Looking at it changes nothing; the button does."""
    try:
        invitation = people.invitation_of(token)
    except ValidationError as refusal:
        return render(request, "regions/invitation_closed.html", {"why": refusal.messages[0]}, status=404)
    if request.user.is_authenticated:
        return _accept_as(request, invitation, request.user)
    known = User.objects.filter(email__iexact=invitation.email).exists()
    form = None if known else JoinForm(posted(request), invitation=invitation)
    if request.method == "POST" and form is not None and form.is_valid():
        made: list[User] = []
        name, password = form.cleaned_data["full_name"], form.cleaned_data["password"]
        if accepted(form, lambda: made.append(people.join(invitation, full_name=name, password=password))):
            login(request, made[0], backend=BACKEND)
            return _welcome(request, invitation)
    return render(request, "regions/accept.html", {"invitation": invitation, "region": invitation.region, "form": form})


def _accept_as(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """Somebody is signed in: the right person gets the place, another is told whose it is."""
    if request.method == "POST" and _say(request, lambda: people.accept(invitation, user=user)):
        return _welcome(request, invitation)
    mine = user.email.lower() == invitation.email.lower()
    context = {"invitation": invitation, "region": invitation.region, "mine": mine, "signed_in": True}
    return render(request, "regions/accept.html", context)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, f"Selamat datang. Anda {invitation.get_role_display()} {invitation.region}.")
    return redirect("regions:home")


def _changeable(region: Region):  # type: ignore[no-untyped-def]
    """Memberships that the region itself gives; consultants are the ministry's."""
    return (
        Membership.objects.current()
        .filter(region=region, role__in=REGION_ROLES)
        .select_related("user", "opd", "region")
    )


def _say(request: HttpRequest, verb, done: str = "") -> bool:  # type: ignore[no-untyped-def]
    """Calls the verb and tells how it went."""
    try:
        verb()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    if done:
        messages.success(request, done)
    return True
