"""A workbook that somebody handed in: what it would change, what was chosen of it, and how to take that back."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from bimtek.models.plan import Plan
from regions.constraints import SameRegion
from regions.models import Region


class WorkbookImport(models.Model):
    """One upload from the first look to the undoing. Changed by bimtek.exchange.imports only."""

    class State(models.TextChoices):
        CHECKING = "checking", "Sedang diperiksa"
        MATCHING = "matching", "Menunggu pencocokan kolom"
        READY = "ready", "Menunggu persetujuan"
        APPLYING = "applying", "Sedang diterapkan"
        APPLIED = "applied", "Diterapkan"
        UNDONE = "undone", "Diurungkan"
        FAILED = "failed", "Tidak terbaca"
        DISCARDED = "discarded", "Dibuang"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE)
    name = models.CharField("nama berkas", max_length=120)
    path = models.CharField(max_length=200, help_text="Relative to MEDIA_ROOT.")
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField("ukuran")
    state = models.CharField("keadaan", max_length=10, choices=State, default=State.CHECKING)
    failure = models.TextField("sebab", blank=True)
    outcome: Any = models.JSONField(null=True, help_text="What the last dry run found; see exchange.applying.Outcome.")
    match: Any = models.JSONField(
        null=True, help_text="For a table that is not our workbook: exchange.strangers.Match."
    )
    chosen: Any = models.JSONField(default=dict, help_text="Item id → what was decided about it.")
    acts: Any = models.JSONField(default=list, help_text="Acts of the Change log, in the order that they happened.")
    rows = models.PositiveIntegerField("baris diterapkan", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "impor buku kerja"
        verbose_name_plural = "impor buku kerja"
        ordering = ["-created_at"]
        constraints = [SameRegion("plan", name="workbookimport_plan_region")]

    def __str__(self) -> str:
        return self.name


class ColumnMatch(models.Model):
    """How a region matched the columns of a table that is not our workbook; `shape` is the hash of its headings."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    shape = models.CharField(max_length=64)
    match: Any = models.JSONField(help_text="exchange.strangers.Match")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "pencocokan kolom"
        verbose_name_plural = "pencocokan kolom"
        constraints = [models.UniqueConstraint(fields=["region", "shape"], name="columnmatch_once")]

    def __str__(self) -> str:
        return f"{self.region} {self.shape[:8]}"


class RegionArchive(models.Model):
    """A plan packed into one file, or such a file handed in. Changed by masterplan.archive only."""

    class Direction(models.TextChoices):
        OUT = "out", "Dibuat"
        IN = "in", "Dipulihkan"

    class State(models.TextChoices):
        WAITING = "waiting", "Sedang dikerjakan"
        DONE = "done", "Selesai"
        FAILED = "failed", "Gagal"
        CANCELLED = "cancelled", "Dibatalkan"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="archives")
    direction = models.CharField("arah", max_length=4, choices=Direction)
    state = models.CharField("keadaan", max_length=10, choices=State, default=State.WAITING)
    private = models.BooleanField("dengan catatan antarpereviu", default=False)
    cohort_year = models.PositiveSmallIntegerField("angkatan tujuan", null=True, blank=True)
    name = models.CharField("nama berkas", max_length=120)
    path = models.CharField(max_length=200, help_text="Relative to MEDIA_ROOT; '' once the file was removed.")
    sha256 = models.CharField(max_length=64, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.PositiveBigIntegerField("ukuran", default=0)
    note = models.TextField("keterangan", blank=True)
    """What came of it, or why it failed, as a sentence."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "arsip daerah"
        verbose_name_plural = "arsip daerah"
        ordering = ["-created_at"]
        constraints = [SameRegion("plan", name="regionarchive_plan_region")]

    def __str__(self) -> str:
        return self.name
