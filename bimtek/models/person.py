"""How one person likes to look at things; no region's data."""

from django.conf import settings
from django.db import models


class ColumnChoice(models.Model):
    """The columns of one section's grid that a person wants to see, wherever that person works."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    section = models.CharField("bagian", max_length=40)
    shown = models.JSONField("kolom", default=list)

    class Meta:
        verbose_name = "pilihan kolom"
        verbose_name_plural = "pilihan kolom"
        ordering = ["section"]
        constraints = [models.UniqueConstraint(fields=["user", "section"], name="columnchoice_once")]

    def __str__(self) -> str:
        return self.section
