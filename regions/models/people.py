"""Who belongs to which region, in which role."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from regions.access import Role
from regions.constraints import SameRegion


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, today: datetime.date | models.Expression | None = None) -> "MembershipQuerySet":
        """Those that hold on a day: not ended, begun, not yet over."""
        day = today or timezone.localdate()
        return self.filter(
            models.Q(starts__isnull=True) | models.Q(starts__lte=day),
            models.Q(ends__isnull=True) | models.Q(ends__gte=day),
            revoked_at__isnull=True,
            user__is_active=True,
        )


class Membership(models.Model):
    """A person's role in a region. Consultants have a period; operators have their OPD."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("Region", models.PROTECT, verbose_name="daerah")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="pengguna", related_name="memberships"
    )
    role = models.CharField("peran", max_length=20, choices=Role)
    opd = models.ForeignKey("Opd", models.PROTECT, null=True, blank=True, verbose_name="OPD")
    expertise = models.CharField("bidang keahlian", max_length=120, blank=True)
    starts = models.DateField("mulai", null=True, blank=True)
    ends = models.DateField("sampai", null=True, blank=True)
    revoked_at = models.DateTimeField("dicabut", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "keanggotaan"
        verbose_name_plural = "keanggotaan"
        ordering = ["role", "created_at"]
        constraints = [
            # Two constraints, since only PostgreSQL can compare empty offices with one another.
            models.UniqueConstraint(
                fields=["region", "user", "role", "opd"],
                condition=models.Q(revoked_at__isnull=True),
                name="membership_once",
                violation_error_message="Orang ini sudah memegang peran tersebut.",
            ),
            models.UniqueConstraint(
                fields=["region", "user", "role"],
                condition=models.Q(revoked_at__isnull=True, opd__isnull=True),
                name="membership_once_without_opd",
                violation_error_message="Orang ini sudah memegang peran tersebut.",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="operator") | models.Q(opd__isnull=False),
                name="membership_operator_has_opd",
                violation_error_message="Operator harus punya OPD.",
            ),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True)
                | models.Q(ends__isnull=True)
                | models.Q(ends__gte=models.F("starts")),
                name="membership_period",
                violation_error_message="Tanggal akhir mendahului tanggal mulai.",
            ),
            SameRegion("opd", name="membership_opd_region"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.region}"


class Invitation(models.Model):
    """A place offered to an e-mail address. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("Region", models.PROTECT, verbose_name="daerah")
    email = models.EmailField("surel")
    full_name = models.CharField("nama lengkap dan gelar", max_length=150, blank=True)
    role = models.CharField("peran", max_length=20, choices=Role)
    opd = models.ForeignKey("Opd", models.PROTECT, null=True, blank=True, verbose_name="OPD")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField("berlaku sampai")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "undangan"
        verbose_name_plural = "undangan"
        ordering = ["-created_at"]
        constraints = [SameRegion("opd", name="invitation_opd_region")]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"


class GuestPassQuerySet(models.QuerySet["GuestPass"]):
    def open(self) -> "GuestPassQuerySet":
        """Those that work now: neither revoked nor over."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


class GuestPass(models.Model):
    """A personal link for somebody without an account who fills one OPD's packet. Only the hash of its token is kept.

    `user` gives the guest a name in the history; it has no password and no active account, so nobody signs in with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("Region", models.PROTECT, verbose_name="daerah")
    opd = models.ForeignKey("Opd", models.PROTECT, verbose_name="OPD")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="guest_pass")
    full_name = models.CharField("nama lengkap dan gelar", max_length=100)
    email = models.EmailField("surel")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField("berlaku sampai")
    created_at = models.DateTimeField(auto_now_add=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField("terakhir dibuka", null=True, blank=True)
    revoked_at = models.DateTimeField("dicabut", null=True, blank=True)

    objects = GuestPassQuerySet.as_manager()

    class Meta:
        verbose_name = "tautan tamu"
        verbose_name_plural = "tautan tamu"
        ordering = ["-created_at"]
        constraints = [SameRegion("opd", name="guestpass_opd_region")]

    def __str__(self) -> str:
        return f"{self.full_name} · {self.opd}"

    @property
    def is_open(self) -> bool:
        return not self.revoked_at and self.expires_at > timezone.now()
