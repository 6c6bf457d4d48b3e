import uuid

from django.conf import settings
from django.db import models


class Job(models.Model):
    """A piece of work outside the request. The row is the truth, the broker's message only a hint (see regions.jobs)."""

    class State(models.TextChoices):
        QUEUED = "queued", "menunggu"
        RUNNING = "running", "sedang dikerjakan"
        DONE = "done", "selesai"
        FAILED = "failed", "gagal"
        CANCELLED = "cancelled", "dibatalkan"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("Region", models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=30, help_text="A key of regions.jobs.HANDLERS.")
    subject = models.CharField(max_length=80, help_text="What the handler works on: the id or hash of a row.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    priority = models.SmallIntegerField(default=0, help_text="Higher goes first among those waiting.")
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField("sebab gagal", blank=True, help_text="A sentence for the person who asked.")
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "pekerjaan"
        verbose_name_plural = "pekerjaan"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "lease_until"]), models.Index(fields=["kind", "subject"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=models.Q(state__in=["queued", "running"]), name="job_active_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.get_state_display()})"
