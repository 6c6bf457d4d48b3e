"""Who has which section open at this moment."""

from django.conf import settings
from django.db import models

from bimtek.models.plan import Plan
from regions.constraints import SameRegion
from regions.models import Region


class Presence(models.Model):
    """One browser tab on one section of a plan; gone when it has not been heard of for a while (bimtek.presence)."""

    client = models.UUIDField(primary_key=True, help_text="The tab.")
    region = models.ForeignKey(Region, models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    stage = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=60)
    row = models.CharField(max_length=80, blank=True, help_text="A row's id or a question's key.")
    editing = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "kehadiran di halaman"
        verbose_name_plural = "kehadiran di halaman"
        indexes = [models.Index(fields=["plan", "section", "-at"])]
        constraints = [SameRegion("plan", name="presence_plan_region")]

    def __str__(self) -> str:
        return f"{self.user} · {self.section}"
