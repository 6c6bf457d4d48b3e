import uuid

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """A file that a region uploaded. Its bytes lie under MEDIA_ROOT by a random name and are served by a view only."""

    class Kind(models.TextChoices):
        IMAGE = "image", "gambar"
        PDF = "pdf", "PDF"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("Region", models.PROTECT, verbose_name="daerah")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField("nama berkas", max_length=120)
    content_type = models.CharField(max_length=60)
    bytes = models.PositiveBigIntegerField("ukuran")
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, unique=True, help_text="Relative to MEDIA_ROOT.")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "berkas"
        verbose_name_plural = "berkas"
        ordering = ["-uploaded_at"]
        constraints = [models.UniqueConstraint(fields=["region", "id"], name="storedfile_region_id")]

    def __str__(self) -> str:
        return self.name
