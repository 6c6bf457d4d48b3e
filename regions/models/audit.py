"""Who did what to what, and when: rows that are only ever added, each holding the hash of the one before."""

from django.db import models


class AuditRow(models.Model):
    """One line of a region's audit. Written by regions.audit; the database refuses to change or delete it.

    The person stands in it by id and by the name of that day, without a foreign key: a person who leaves must not
    change a line. It never holds what somebody wrote, only what it was about.
    """

    class Kind(models.TextChoices):
        MOVE = "langkah", "Langkah tahap"
        GRANT = "akses", "Hak akses"
        COMMENT = "komentar", "Komentar"
        ISSUE = "buku", "Buku"
        DOWNLOAD = "unduhan", "Unduhan"

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey("Region", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("nomor", help_text="1, 2, 3 … within the region, without gaps.")
    at = models.DateTimeField("waktu")
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    deed = models.CharField("perbuatan", max_length=200)
    about_kind = models.CharField(max_length=40, blank=True, help_text="Model name in lower case.")
    about_id = models.CharField(max_length=40, blank=True)
    label = models.CharField("objek", max_length=250, blank=True)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField("oleh", max_length=150)
    by_role = models.CharField("peran", max_length=80, blank=True)
    private = models.BooleanField(default=False, help_text="About what reviewers write to each other.")
    previous = models.CharField(max_length=64, blank=True, help_text="sha256 of the row before; empty in the first.")
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "jejak audit"
        verbose_name_plural = "jejak audit"
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "kind", "-id"], name="audit_kind")]
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="audit_number_once")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.deed}"


class AuditHead(models.Model):
    """Where a region's chain ends: held while a row is added, and the proof that no row at the end was taken away."""

    region = models.OneToOneField("Region", models.PROTECT, primary_key=True, related_name="+")
    number = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "ujung jejak audit"
        verbose_name_plural = "ujung jejak audit"

    def __str__(self) -> str:
        return f"{self.region_id} {self.number}"
