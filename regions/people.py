"""Invite, accept, revoke, change a role, assign a consultant: every change of who belongs to a region."""

import datetime
import hashlib
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from regions import audit, mail
from regions.access import REGION_ROLES, Access, Permission, Role, access_of
from regions.models import Invitation, Membership, Opd, Region

VALID_DAYS = 7
LAST_ADMIN = "Ini Admin Diskominfo terakhir di daerah ini. Undang admin lain dulu, baru ubah atau cabut yang ini."


# --- invitations -------------------------------------------------------------------------------------------------
@transaction.atomic
def invite(
    region: Region, *, email: str, role: str, by: User, full_name: str = "", opd: Opd | None = None
) -> Invitation:
    """Offers a place by e-mail for seven days. An older open offer of the same role to this address is withdrawn."""
    _demand_manager(region, by)
    email = email.strip().lower()
    opd = _checked_role(region, role, opd)
    if Membership.objects.current().filter(region=region, user__email__iexact=email, role=role, opd=opd).exists():
        raise ValidationError({"email": "Orang ini sudah memegang peran tersebut di daerah Anda."})
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        region=region, email=email, full_name=full_name, role=role, opd=opd, invited_by=by,
        token_sha256=digest(token), expires_at=timezone.now() + datetime.timedelta(days=VALID_DAYS),
    )  # fmt: skip
    invitation.full_clean()
    _open_offers(region).filter(email=email, role=role, opd=opd).update(revoked_at=timezone.now())
    invitation.save()
    _note(invitation, "mengundang", by)
    _send_invitation(invitation, token)
    return invitation


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def invitation_of(token: str) -> Invitation:
    """The open invitation that this link belongs to; ValidationError says why there is none."""
    found = Invitation.objects.select_related("region", "opd", "invited_by").filter(token_sha256=digest(token)).first()
    if found is None:
        raise ValidationError("Tautan undangan ini tidak dikenal. Periksa apakah tautannya tersalin utuh.")
    if found.accepted_at:
        raise ValidationError("Undangan ini sudah dipakai. Silakan masuk dengan surel dan kata sandi Anda.")
    if found.revoked_at:
        raise ValidationError("Undangan ini sudah ditarik. Tanyakan kepada admin daerah yang mengundang Anda.")
    if found.expires_at <= timezone.now():
        raise ValidationError(
            f"Undangan ini sudah lewat {VALID_DAYS} hari dan tidak berlaku lagi. Minta admin daerah mengirim yang baru."
        )
    return found


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> Membership:
    """Gives the person the place that was offered to this person's address. Works once."""
    if user.email.lower() != invitation.email.lower():
        raise ValidationError(f"Undangan ini untuk {invitation.email}. Keluar dulu, lalu masuk dengan surel itu.")
    now = timezone.now()
    open_ones = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    )
    if not open_ones.update(accepted_at=now):
        raise ValidationError("Undangan ini sudah dipakai, ditarik, atau kedaluwarsa.")
    membership, _ = Membership.objects.get_or_create(
        region=invitation.region,
        user=user,
        role=invitation.role,
        opd=invitation.opd,
        revoked_at=None,
        defaults={"created_by": invitation.invited_by},
    )
    _note(membership, "menerima undangan sebagai", user)
    return membership


@transaction.atomic
def join(invitation: Invitation, *, full_name: str, password: str) -> User:
    """Makes the account of a person who is new here, and accepts."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, full_name=full_name)
    except IntegrityError as error:
        raise ValidationError("Surel ini sudah punya akun. Silakan masuk, lalu buka tautan ini lagi.") from error
    accept(invitation, user=user)
    return user


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    _demand_manager(invitation.region, by)
    if not _open_offers(invitation.region).filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise ValidationError("Undangan ini sudah dipakai atau sudah ditarik.")
    _note(invitation, "menarik undangan", by)


def send_again(invitation: Invitation, *, by: User) -> Invitation:
    """A new link for seven days; the old one dies."""
    if invitation.accepted_at:
        raise ValidationError("Undangan ini sudah dipakai.")
    return invite(
        invitation.region,
        email=invitation.email,
        role=invitation.role,
        opd=invitation.opd,
        full_name=invitation.full_name,
        by=by,
    )


# --- members -----------------------------------------------------------------------------------------------------
@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User, opd: Opd | None = None) -> None:
    """Another role (and OPD) for a member. The last admin of a region stays admin."""
    _demand_right_over(membership, by)
    opd = _checked_role(membership.region, role, opd)
    if role != Role.ADMIN:
        _keep_an_admin(membership)
    before = membership.get_role_display()
    membership.role, membership.opd = role, opd
    membership.full_clean(exclude=["created_by"])
    membership.save(update_fields=["role", "opd"])
    _note(membership, f"mengubah peran dari {before} menjadi", by)


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """Ends a membership at once: the person's next request finds the door closed."""
    _demand_right_over(membership, by)
    _keep_an_admin(membership)
    if Membership.objects.filter(pk=membership.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        _note(membership, "mencabut peran", by)


@transaction.atomic
def assign(
    region: Region,
    *,
    email: str,
    full_name: str,
    starts: datetime.date,
    ends: datetime.date | None,
    by: User,
    institution: str = "",
    expertise: str = "",
) -> Membership:
    """Makes a person consultant of the region for a period. A new address gets an account and a letter."""
    _demand_ministry(by)
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).first()
    is_new = user is None
    if user is None:
        if not full_name.strip():
            raise ValidationError({"full_name": "Surel ini belum punya akun. Tulis nama lengkap konsultannya."})
        user = User(email=email, full_name=full_name.strip())
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
    if institution and not user.institution:
        user.institution = institution
        user.save(update_fields=["institution"])
    membership = Membership(
        region=region, user=user, role=Role.CONSULTANT, starts=starts, ends=ends, created_by=by, expertise=expertise
    )
    membership.full_clean()
    membership.save()
    _note(membership, f"menugaskan {_period(starts, ends)} sebagai", by)
    _send_assignment(membership, is_new)
    return membership


@transaction.atomic
def change_period(
    membership: Membership, *, starts: datetime.date, ends: datetime.date | None, by: User, expertise: str | None = None
) -> None:
    _demand_ministry(by)
    membership.starts, membership.ends = starts, ends
    if expertise is not None:
        membership.expertise = expertise
    membership.full_clean(exclude=["created_by"])
    membership.save(update_fields=["starts", "ends", "expertise"])
    _note(membership, f"mengubah masa tugas menjadi {_period(starts, ends)} bagi", by)


def _period(starts: datetime.date, ends: datetime.date | None) -> str:
    return f"mulai {starts:%d-%m-%Y}" + (f" sampai {ends:%d-%m-%Y}" if ends else "")


def _note(about: Invitation | Membership, deed: str, by: User) -> None:
    """Every grant leaves a line: who, which role, to whom."""
    whom = about.email if isinstance(about, Invitation) else str(about.user)
    office = f", {about.opd}" if about.opd else ""
    audit.record(
        about.region, audit.Kind.GRANT, deed, by=by, about=about, label=f"{about.get_role_display()}{office}: {whom}"
    )


# --- rules -------------------------------------------------------------------------------------------------------
def _open_offers(region: Region):  # type: ignore[no-untyped-def]
    return Invitation.objects.filter(region=region, accepted_at__isnull=True, revoked_at__isnull=True)


def _demand_ministry(by: User) -> None:
    if not by.is_ministry:
        raise ValidationError("Hanya admin Kominfo yang menugaskan konsultan.")


def _demand_manager(region: Region, by: User) -> Access:
    access = access_of(by, region)
    if access is None or not access.may(Permission.MANAGE_PEOPLE):
        raise ValidationError("Peran Anda tidak dapat mengatur anggota daerah ini.")
    return access


def _demand_right_over(membership: Membership, by: User) -> None:
    _demand_manager(membership.region, by)
    if membership.role not in REGION_ROLES:
        _demand_ministry(by)


def _checked_role(region: Region, role: str, opd: Opd | None) -> Opd | None:
    """The OPD that goes with the role: operators have one, nobody else."""
    if role not in REGION_ROLES:
        raise ValidationError({"role": "Peran ini tidak diberikan oleh daerah."})
    if role != Role.OPERATOR:
        return None
    if opd is None:
        raise ValidationError({"opd": "Pilih OPD yang barisnya diisi operator ini."})
    if opd.region_id != region.id:
        raise ValidationError({"opd": "Pilihan ini bukan milik daerah Anda."})
    return opd


def _keep_an_admin(membership: Membership) -> None:
    """Holds the region's admin rows, so that two admins cannot remove each other at the same moment."""
    if membership.role != Role.ADMIN:
        return
    admins = Membership.objects.select_for_update(of=("self",)).filter(
        region=membership.region, role=Role.ADMIN, revoked_at__isnull=True, user__is_active=True
    )
    if {admin.pk for admin in admins} <= {membership.pk}:
        raise ValidationError(LAST_ADMIN)


# --- letters -----------------------------------------------------------------------------------------------------
def _send_invitation(invitation: Invitation, token: str) -> None:
    link = settings.SITE_URL + reverse("regions:accept", args=[token])
    inviter = invitation.invited_by.full_name if invitation.invited_by else "Admin Kominfo"
    mail.write(
        to=invitation.email,
        subject=f"Undangan: Masterplan Smart City {invitation.region}",
        body=(
            f"{inviter} mengundang Anda sebagai {invitation.get_role_display()} untuk rencana Smart City "
            f"{invitation.region}.\n\nBuka tautan ini untuk menerima undangan:\n{link}\n\n"
            f"Tautan berlaku {VALID_DAYS} hari dan hanya dapat dipakai sekali. "
            "Bila Anda tidak mengenal pengundangnya, abaikan surat ini.\n"
        ),
        region=invitation.region,
    )


def _send_assignment(membership: Membership, is_new: bool) -> None:
    way_in = reverse("account_reset_password") if is_new else reverse("account_login")
    how = "Buat kata sandi Anda lebih dulu di halaman ini" if is_new else "Masuk di halaman ini"
    mail.write(
        to=membership.user.email,
        subject=f"Penugasan: konsultan {membership.region}",
        body=(
            f"Anda ditugaskan sebagai konsultan pendamping {membership.region} mulai {membership.starts:%d-%m-%Y}.\n\n"
            f"{how}:\n{settings.SITE_URL}{way_in}\n"
        ),
        region=membership.region,
    )
