"""Who may do what in a region: one table, and the door that every view goes through."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, DateField, TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.doors import View
from accounts.doors import person_view as person_view
from accounts.doors import public_view as public_view
from regions.prepared import Given, Ids, Prepared

if TYPE_CHECKING:
    from accounts.models import User
    from regions.models import Membership, Opd, Region


class Permission(TextChoices):
    VIEW = "view", "melihat rencana"
    VIEW_ALL = "view_all", "melihat baris semua OPD"
    FILL = "fill", "mengisi baris"
    FILL_ALL = "fill_all", "mengisi baris semua OPD dan bagian bersama"
    PACKET = "packet", "mengisi paket satu OPD"
    COMMENT = "comment", "berkomentar"
    SUBMIT = "submit", "mengajukan tahap"
    REVIEW = "review", "mengembalikan atau menerima tahap"
    REVIEW_NOTES = "review_notes", "membaca dan menulis catatan antarpereviu"
    REVIEW_SELF_RUN = "review_self_run", "mereviu rencana tanpa konsultan"
    RUN_SESSIONS = "run_sessions", "mencatat pertemuan bimtek"
    SIGN = "sign", "menandatangani"
    PRINT = "print", "mencetak buku"
    MANAGE_REGION = "manage_region", "mengatur daerah dan OPD"
    MANAGE_PEOPLE = "manage_people", "mengundang dan mencabut anggota"
    SHARE = "share", "mengizinkan daerah lain membaca yang sudah diterima"


class Role(TextChoices):
    MINISTRY = "ministry", "Admin Kominfo"
    CONSULTANT = "consultant", "Konsultan"
    ADMIN = "admin", "Admin Diskominfo"
    HEAD_OF_DEPARTMENT = "kadis", "Kepala Dinas"
    BAPPEDA = "bappeda", "Bappeda"
    OPERATOR = "operator", "Operator OPD"
    LEADER = "leader", "Pimpinan"
    COUNCIL = "council", "Anggota Dewan Smart City"
    GUEST = "guest", "Tamu paket OPD"


P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MINISTRY: frozenset({P.VIEW, P.VIEW_ALL, P.COMMENT, P.REVIEW_NOTES, P.PRINT, P.MANAGE_REGION, P.MANAGE_PEOPLE}),
    Role.CONSULTANT: frozenset({P.VIEW, P.VIEW_ALL, P.COMMENT, P.REVIEW, P.REVIEW_NOTES, P.PRINT}),
    Role.ADMIN: frozenset(
        {
            P.VIEW, P.VIEW_ALL, P.FILL, P.FILL_ALL, P.PACKET, P.COMMENT, P.RUN_SESSIONS, P.PRINT, P.MANAGE_REGION,
            P.MANAGE_PEOPLE, P.SHARE,
        }
    ),
    Role.HEAD_OF_DEPARTMENT: frozenset(
        {P.VIEW, P.VIEW_ALL, P.FILL, P.FILL_ALL, P.PACKET, P.COMMENT, P.SUBMIT, P.SIGN, P.PRINT}
    ),
    Role.BAPPEDA: frozenset({P.VIEW, P.VIEW_ALL, P.COMMENT, P.REVIEW_SELF_RUN, P.PRINT}),
    Role.OPERATOR: frozenset({P.VIEW, P.FILL, P.PACKET, P.COMMENT}),
    Role.LEADER: frozenset({P.VIEW, P.VIEW_ALL, P.COMMENT, P.SIGN, P.PRINT}),
    Role.COUNCIL: frozenset({P.VIEW, P.VIEW_ALL, P.COMMENT}),
    Role.GUEST: frozenset({P.PACKET}),
}  # fmt: skip
NOT_BY_REGION = {Role.MINISTRY, Role.CONSULTANT, Role.GUEST}
REGION_ROLES = [role for role in Role if role not in NOT_BY_REGION]  # those a region gives its members itself


@dataclass(frozen=True)
class Access:
    """What one person may do in one region, today."""

    user: "User"
    region: "Region"
    roles: tuple[Role, ...]
    opd_ids: frozenset[UUID]

    @functools.cached_property
    def permissions(self) -> frozenset[Permission]:
        return frozenset().union(*(PERMISSIONS[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def may_fill_for(self, opd: "Opd | UUID | None") -> bool:
        """Whether rows of this OPD may be written. Operators write their own OPD's rows only; shared rows (None) are for FILL_ALL."""
        if self.may(P.FILL_ALL):
            return True
        opd_id = getattr(opd, "id", opd)
        return self.may(P.PACKET) and opd_id is not None and opd_id in self.opd_ids

    @property
    def is_guest(self) -> bool:
        """Somebody who came through a personal link and has no account."""
        return self.roles == (Role.GUEST,)


def access_of(user: "User", region: "Region") -> Access | None:
    """The person's access to the region, or None for a stranger. One query."""
    from regions.models import Membership

    return _access(user, region, Membership.objects.current().filter(region=region, user=user))


def _access(user: "User", region: "Region", held: "Iterable[Membership]") -> Access | None:
    held = list(held)
    roles = [Role(role) for role in dict.fromkeys(one.role for one in held)]
    if user.is_ministry and user.is_active:
        roles.append(Role.MINISTRY)
    if not roles:
        return None
    opd_ids = frozenset(one.opd_id for one in held if one.role == Role.OPERATOR and one.opd_id)
    return Access(user=user, region=region, roles=tuple(roles), opd_ids=opd_ids)


class RegionRequest(HttpRequest):
    """The request that a region view sees."""

    user: "User"  # type: ignore[assignment]
    access: Access
    htmx: Any
    """django_htmx: true when htmx asks."""
    csp_nonce: str


WHOSE = "X-Milik"
"""The header that says for whom a region's page was made: a browser keeps it for that person only (static/js/sw.js)."""
SESSION_PASS = "tamu"  # noqa: S105 - a key, no secret
"""The key of a guest's pass in the session."""


def _held(_: Ids, is_page: bool) -> Any:
    from regions.models import Membership

    user = Membership._meta.get_field("user").target_field
    current = Membership.objects.current(Given("today", DateField()))
    frame = ("region__province", "region__emblem") if is_page else ()
    return current.filter(region__slug=Given("slug", CharField()), user=Given("person", user)).select_related(
        "user", "region", *frame
    )


HELD = Prepared(_held)
"""A person's memberships of a region today, with the person and the region."""


def at_once(request: HttpRequest, slug: str) -> Access | None:
    """A member's access with the region and the person themselves, in one query: the door stands before every autosave.

    None where that does not tell: somebody who is no member, or a session that Django's own way must look at.
    """
    person = request.session.get(SESSION_KEY)
    if not person or hasattr(request, "_cached_user"):
        return None
    is_page = request.content_type != "application/json"
    held = HELD.rows(is_page, slug=slug, person=person, today=timezone.localdate())
    if not held or not _is_session_of(request, held[0].user):
        return None
    user = held[0].user
    request.user = request._cached_user = user  # type: ignore[attr-defined]
    return _access(user, held[0].region, held)


def _is_session_of(request: HttpRequest, user: "User") -> bool:
    """Whether the session was begun with the password and the backend that count now: what django.contrib.auth.get_user asks."""
    begun_with = request.session.get(HASH_SESSION_KEY, "")
    known = request.session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return known and user.is_active and constant_time_compare(begun_with, user.get_session_auth_hash())


def guest_access(request: HttpRequest, region: "Region | None") -> Access | None:
    """What the personal link that this browser opened allows here; None where it is of another region, over or revoked.

    The guest is a person with a name but without an account: outside the region's door the browser is nobody's.
    """
    from regions.models import GuestPass

    held = request.session.get(SESSION_PASS)
    if not held or region is None:
        return None
    found = GuestPass.objects.open().select_related("user").filter(pk=held, region=region).first()
    if found is None:
        return None
    request.user = found.user
    return Access(user=found.user, region=region, roles=(Role.GUEST,), opd_ids=frozenset({found.opd_id}))


def region_view(*permissions: Permission) -> Callable[[View], View]:
    """Opens /daerah/<slug>/… : hands the view its Region and puts `access` on the request.

    A person without any tie to the region gets 404, one whose role lacks all the named permissions gets 403.
    With several permissions, one of them is enough. Somebody not signed in is led to the sign-in page, unless a personal
    link was opened in this browser.
    """
    if not permissions:
        raise TypeError("Name the permission that opens this view.")

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def door(request: HttpRequest, region: str, *args: Any, **kwargs: Any) -> HttpResponse:
            from regions.models import Region

            access = at_once(request, region)
            if access is None and not request.user.is_authenticated and SESSION_PASS not in request.session:
                return redirect_to_login(request.get_full_path())
            if access is None:
                found = Region.objects.select_related("province", "emblem").filter(slug=region).first()
                if not request.user.is_authenticated:
                    access = guest_access(request, found)
                    if access is None:
                        return redirect("regions:guest_ended")
                else:
                    access = access_of(request.user, found) if found else None
            if access is None:
                raise Http404("Daerah tidak ditemukan.")
            place = access.region
            if not any(access.may(permission) for permission in permissions):
                raise PermissionDenied("Peran Anda tidak membuka halaman ini.")
            request.access = access  # type: ignore[attr-defined]
            with timezone.override(place.zone):  # dates and hours of a region's pages are its own
                answer = view(request, place, *args, **kwargs)
            answer[WHOSE] = str(access.user.pk)
            return answer

        door.door = ("region", permissions)  # type: ignore[attr-defined]
        return door

    return decorate


def ministry_view(view: View) -> View:
    """For admin Kominfo only; anybody else gets 404."""

    @functools.wraps(view)
    @login_required
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not cast("User", request.user).is_ministry:
            raise Http404
        return view(request, *args, **kwargs)

    door.door = ("ministry", ())  # type: ignore[attr-defined]
    return door
