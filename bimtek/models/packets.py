"""What each office was asked to fill, until when, and which letters went out about it."""

import uuid

from django.conf import settings
from django.db import models

from bimtek.models.plan import Plan
from regions.constraints import SameRegion
from regions.models import Opd, Region


class Packet(models.Model):
    """One office's part of a plan: the programmes, readiness rows and applications that carry its name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE)
    opd = models.ForeignKey(Opd, models.PROTECT, related_name="packets", verbose_name="OPD")
    due = models.DateField("tenggat")
    note = models.TextField("pesan", blank=True, max_length=1000)
    no_applications = models.BooleanField("OPD ini tidak memakai aplikasi", default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField("dinyatakan selesai", null=True, blank=True)
    finished_by = models.CharField(max_length=150, blank=True)
    finish_note = models.TextField("alasan selesai sebelum lengkap", blank=True, max_length=1000)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "paket OPD"
        verbose_name_plural = "paket OPD"
        ordering = ["opd__position", "opd__name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="packet_region_id"),
            models.UniqueConstraint(
                fields=["plan", "opd"], name="packet_once", violation_error_message="OPD ini sudah punya paket."
            ),
            SameRegion("plan", name="packet_plan_region"),
            SameRegion("opd", name="packet_opd_region"),
        ]

    def __str__(self) -> str:
        return f"Paket {self.opd}"


class PacketLetter(models.Model):
    """A letter about a packet. The row is written with the letters, so that one of a kind goes out for a day at most."""

    class Kind(models.TextChoices):
        GIVEN = "given", "paket diberikan"
        SOON = "soon", "pengingat sebelum tenggat"
        LATE = "late", "pengingat setelah tenggat"
        STILL = "still", "pengingat seminggu setelah tenggat"
        NUDGE = "nudge", "diingatkan admin"

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    packet = models.ForeignKey(Packet, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind)
    day = models.DateField(help_text="The day it was meant for, in the region's own time.")
    sent_to = models.PositiveSmallIntegerField("penerima", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "surat paket"
        verbose_name_plural = "surat paket"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["packet", "kind", "day"], name="packetletter_once"),
            SameRegion("packet", name="packetletter_packet_region"),
        ]

    def __str__(self) -> str:
        return f"{self.packet}: {self.get_kind_display()}"
