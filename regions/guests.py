"""Guests: people without an account who fill one office's packet through a personal link that ends by itself.

The link's token is kept as a hash. Opening the page behind the link changes nothing; the button there puts the pass into
the session of that browser, and the region's door (regions.access) asks for the pass at every request.
"""

import datetime
import secrets
import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from regions import audit, mail
from regions.access import Access, Permission
from regions.models import GuestPass, Opd
from regions.people import digest

LONGEST_DAYS = 30
MOST_OPEN = 20  # open passes of one office
UNKNOWN = "Tautan ini tidak dikenal. Periksa apakah tautannya tersalin utuh."
REVOKED = "Tautan ini sudah dicabut. Tanyakan kepada admin daerah yang mengundang Anda."
OVER = "Masa berlaku tautan ini sudah lewat. Minta admin daerah mengirim tautan baru."


@transaction.atomic
def invite(opd: Opd, *, full_name: str, email: str, days: int, access: Access) -> GuestPass:
    """Sends a personal link to this office's packet. An older open link of the same person for it is revoked."""
    _demand_manager(access)
    if opd.region_id != access.region.pk or not opd.active:
        raise ValidationError({"opd": "Pilihan ini bukan milik daerah Anda."})
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError({"days": f"Pilih masa berlaku 1 sampai {LONGEST_DAYS} hari."})
    email = email.strip().lower()
    now = timezone.now()
    GuestPass.objects.open().filter(opd=opd, email=email).update(revoked_at=now)
    if GuestPass.objects.open().filter(opd=opd).count() >= MOST_OPEN:
        raise ValidationError(f"OPD ini sudah punya {MOST_OPEN} tautan yang berlaku. Cabut dulu yang tidak dipakai.")
    token = secrets.token_urlsafe(32)
    made = GuestPass(
        region=access.region, opd=opd, full_name=full_name.strip(), email=email, token_sha256=digest(token),
        invited_by=access.user, expires_at=now + datetime.timedelta(days=days), user=_nameplate(full_name, opd),
    )  # fmt: skip
    made.full_clean(exclude=["user"])
    made.user.full_clean(exclude=["password"])
    made.user.save()
    made.user_id = made.user.pk
    made.save()
    _note(made, f"memberi tautan tamu {days} hari untuk", access)
    _send(made, token)
    return made


def _nameplate(full_name: str, opd: Opd) -> User:
    """The person as the history names them: never active, without a password, under an address that receives nothing."""
    user = User(
        email=f"tamu-{uuid.uuid4().hex}@tamu.invalid", full_name=f"{full_name.strip()} (tamu {opd})"[:150],
        institution=opd.name[:150], is_active=False,
    )  # fmt: skip
    user.set_unusable_password()
    return user


@transaction.atomic
def revoke(found: GuestPass, *, access: Access) -> None:
    """The link and every browser that opened it are shut out at the next request."""
    _demand_manager(access)
    if not GuestPass.objects.filter(pk=found.pk, region=access.region, revoked_at=None).update(
        revoked_at=timezone.now()
    ):
        raise ValidationError("Tautan ini sudah dicabut.")
    _note(found, "mencabut tautan tamu", access)


def _note(found: GuestPass, deed: str, access: Access) -> None:
    audit.record(
        access.region,
        audit.Kind.GRANT,
        deed,
        by=access,
        about=found,
        label=f"{found.opd}: {found.full_name} ({found.email})",
    )


def pass_of(token: str) -> GuestPass:
    """The open pass that this link belongs to; ValidationError says why there is none."""
    found = GuestPass.objects.select_related("region", "opd", "invited_by").filter(token_sha256=digest(token)).first()
    if found is None:
        raise ValidationError(UNKNOWN)
    if found.revoked_at:
        raise ValidationError(REVOKED)
    if found.expires_at <= timezone.now():
        raise ValidationError(OVER)
    return found


def opened(found: GuestPass) -> None:
    GuestPass.objects.filter(pk=found.pk).update(opened_at=timezone.now())


def _demand_manager(access: Access) -> None:
    if not access.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied("Peran Anda tidak mengundang orang ke daerah ini.")


def _send(made: GuestPass, token: str) -> None:
    link = settings.SITE_URL + reverse("regions:guest", args=[token])
    until = date_format(timezone.localtime(made.expires_at, made.region.zone), "j F Y H.i")
    mail.write(
        to=made.email,
        subject=f"Isian {made.opd} untuk Masterplan Smart City {made.region}",
        body=(
            f"{made.full_name},\n\n{made.invited_by} meminta Anda membantu mengisi bagian {made.opd.name} dalam rencana "
            f"Smart City {made.region}. Anda tidak memerlukan akun.\n\nBuka tautan pribadi ini untuk mulai mengisi:\n{link}\n\n"
            f"Tautan berlaku sampai {until} dan hanya membuka bagian OPD ini. Isian Anda dicatat atas nama Anda, jadi "
            "jangan meneruskan tautan ini. Bila Anda tidak mengenal pengundangnya, abaikan surat ini.\n"
        ),
        region=made.region,
    )
