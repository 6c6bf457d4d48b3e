"""A stage's way through review: its status, every move, and every frozen state. Threads: bimtek.models.threads."""

import uuid
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from bimtek.models.plan import Plan, Row, Stage
from regions.constraints import SameRegion
from regions.models import Region


class Status(models.TextChoices):
    DRAFT = "draft", "Sedang diisi"
    SUBMITTED = "submitted", "Menunggu reviu"
    RETURNED = "returned", "Perlu diperbaiki"
    ACCEPTED = "accepted", "Diterima"


class Submission(Row):
    """Isian tahap: one row a stage of a plan, born with the plan. Its status changes in bimtek.workflow only."""

    printed = False

    stage = models.PositiveSmallIntegerField("tahap", choices=Stage)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DRAFT)
    since = models.DateTimeField("sejak", auto_now_add=True)
    needs_all = models.BooleanField("diterima hanya bila semua konsultan setuju", default=False)

    class Meta(Row.Meta):
        verbose_name = "isian tahap"
        verbose_name_plural = "isian tahap"
        ordering = ["stage"]
        constraints = [*Row.Meta.constraints, models.UniqueConstraint(fields=["plan", "stage"], name="submission_once")]

    def __str__(self) -> str:
        return str(Stage(self.stage).label)


class Snapshot(models.Model):
    """The whole plan as it stood at a move. `content` is canonical JSON (bimtek.snapshots), `sha256` its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE)
    stage = models.PositiveSmallIntegerField(choices=Stage)
    content: Any = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "potret"
        verbose_name_plural = "potret"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="snapshot_region_id"),
            SameRegion("plan", name="snapshot_plan_region"),
        ]


class Move(models.Model):
    """One change of a stage's status: append-only."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="moves")
    from_status = models.CharField(max_length=10, choices=Status)
    to_status = models.CharField(max_length=10, choices=Status)
    note = models.TextField("catatan", blank=True)
    gaps: Any = models.JSONField("kekurangan saat itu", default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    by_role = models.CharField(max_length=80)
    at = models.DateTimeField(auto_now_add=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="moves")
    """What was frozen, or, at acceptance, what was reviewed and is accepted."""
    changed = models.PositiveIntegerField("isian yang berubah", null=True)
    """How many items of the stage differ from what was submitted before; null the first time."""
    due = models.DateField("tenggat", null=True, blank=True)
    """Until when the region is asked to correct, as set by this move."""

    class Meta:
        verbose_name = "langkah"
        verbose_name_plural = "langkah"
        ordering = ["-id"]
        constraints = [
            SameRegion("submission", name="move_submission_region"),
            SameRegion("snapshot", name="move_snapshot_region"),
        ]


class ReviewMark(models.Model):
    """The newest submitted state that a person has reviewed: "sejak reviu saya terakhir" counts from here."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="review_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "tanda reviu"
        verbose_name_plural = "tanda reviu"
        constraints = [
            models.UniqueConstraint(fields=["submission", "user"], name="reviewmark_once"),
            SameRegion("submission", name="reviewmark_submission_region"),
            SameRegion("snapshot", name="reviewmark_snapshot_region"),
        ]


class Assessment(models.Model):
    """One reviewer's scores for one submitted state (bimtek.assessing). The region does not see them."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="assessments")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by_name = models.CharField(max_length=150)
    institution = models.CharField("instansi", max_length=150, blank=True)
    expertise = models.CharField("bidang keahlian", max_length=120, blank=True)
    scores: Any = models.JSONField("nilai", default=dict, help_text="Code of a criterion → 1 to 4.")
    note = models.TextField("catatan", max_length=5000, blank=True)
    agrees = models.BooleanField("setuju tahap diterima", default=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "penilaian"
        verbose_name_plural = "penilaian"
        ordering = ["by_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "submission", "user"], name="assessment_once"),
            SameRegion("submission", name="assessment_submission_region"),
            SameRegion("snapshot", name="assessment_snapshot_region"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name} · {self.submission}"


class Waiver(Row):
    """A finding of bimtek.consistency that the region lets stand, and why. `key` names the finding as it was read."""

    printed = False

    rule = models.CharField("pemeriksaan", max_length=40)
    key = models.CharField(max_length=64)
    sentence = models.TextField("temuan")
    reason = models.TextField("alasan", max_length=1000)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(Row.Meta):
        verbose_name = "pengecualian"
        verbose_name_plural = "pengecualian"
        constraints = [*Row.Meta.constraints, models.UniqueConstraint(fields=["plan", "key"], name="waiver_once")]

    def __str__(self) -> str:
        return self.sentence[:200]


class Version(models.Model):
    """A name given to a frozen state. Names are only added; the state itself never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="versions")
    name = models.CharField("nama versi", max_length=120)
    note = models.TextField("catatan", max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "versi"
        verbose_name_plural = "versi"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="version_name_once",
                violation_error_message="Nama versi ini sudah dipakai.",
            ),
            SameRegion("plan", name="version_plan_region"),
            SameRegion("snapshot", name="version_snapshot_region"),
        ]

    def __str__(self) -> str:
        return self.name
