"""What a plan takes over from elsewhere: rows of the region's own earlier plan, and what other regions offer."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from bimtek.models.plan import Plan
from bimtek.models.review import Snapshot
from regions.constraints import SameRegion
from regions.models import Region


class Takeover(models.Model):
    """One taking over of rows from an earlier plan of the region. Changed by bimtek.heritage.taking only."""

    class State(models.TextChoices):
        WAITING = "waiting", "Sedang disalin"
        DONE = "done", "Disalin"
        UNDOING = "undoing", "Sedang diurungkan"
        UNDONE = "undone", "Diurungkan"
        FAILED = "failed", "Gagal"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="takeovers")
    source = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="+", verbose_name="rencana terdahulu")
    source_name = models.CharField(max_length=200)
    chosen: Any = models.JSONField(default=list, help_text="Keys of heritage.kinds.KINDS.")
    seen: Any = models.JSONField(default=dict, help_text="Key → rows that the preview promised.")
    state = models.CharField("keadaan", max_length=8, choices=State, default=State.WAITING)
    act = models.UUIDField(default=uuid.uuid4, help_text="The act of the Change log that took the rows over.")
    rows = models.PositiveIntegerField("baris", default=0)
    note = models.TextField("keterangan", blank=True)
    """What came of it, or why it failed, as a sentence."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "penyalinan rencana terdahulu"
        verbose_name_plural = "penyalinan rencana terdahulu"
        ordering = ["-created_at"]
        constraints = [
            SameRegion("plan", name="takeover_plan_region"),
            SameRegion("source", name="takeover_source_region"),
        ]

    def __str__(self) -> str:
        return f"Dari {self.source_name}"


class SharedProgramme(models.Model):
    """What other regions may read of one programme in an accepted state: made from the snapshot, never from live rows.

    It stands here only while the region allows it. Written, removed and read by bimtek.sharing only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.CASCADE, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+")
    framework = models.CharField(max_length=40)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    sub_dimension = models.CharField("subdimensi", max_length=6)
    name = models.CharField("program", max_length=250)
    benefit = models.TextField("manfaat", blank=True)
    activity = models.TextField("kegiatan", blank=True)
    description = models.TextField("deskripsi", blank=True)
    technology = models.TextField("teknologi", blank=True)
    output = models.TextField("output", blank=True)
    outcome = models.TextField("outcome", blank=True)
    indicators: Any = models.JSONField(default=list, help_text="[name, unit] pairs, without any value.")
    adapted_from = models.CharField("diadaptasi dari", max_length=200, blank=True)

    class Meta:
        verbose_name = "program yang dibagikan"
        verbose_name_plural = "program yang dibagikan"
        ordering = ["sub_dimension", "name", "id"]
        indexes = [models.Index(fields=["snapshot", "sub_dimension"], name="sharedprogramme_sub")]
        constraints = [SameRegion("snapshot", name="sharedprogramme_snapshot_region")]

    def __str__(self) -> str:
        return self.name

    @property
    def dimension(self) -> str:
        """'SG' of 'SG-1'."""
        return self.sub_dimension.split("-")[0]
