"""Stage IV: komitmen bersama and who signs it."""

from django.db import models

from bimtek.models.plan import Row
from regions.constraints import SameRegion
from regions.models import Opd


class CommitmentPoint(Row):
    number = models.PositiveSmallIntegerField("nomor", default=1)
    text = models.TextField("butir komitmen")

    class Meta(Row.Meta):
        verbose_name = "butir komitmen"
        verbose_name_plural = "butir komitmen"
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return f"Butir {self.number}"


class Signatory(Row):
    """One signature block. NIP is personal data: kept for the signed sheet, never printed in a public PDF."""

    class State(models.TextChoices):
        PENDING = "belum", "Belum"
        SIGNED = "menandatangani", "Menandatangani"
        LATER = "menyusul", "Menyusul"
        REPRESENTED = "diwakili", "Diwakili"

    name = models.CharField("nama dan gelar", max_length=150)
    position_title = models.CharField(
        "jabatan", max_length=150, help_text="Dengan status bila ada, misalnya Pj. Wali Kota Batam."
    )
    rank = models.CharField("pangkat/golongan", max_length=80, blank=True)
    nip = models.CharField("NIP", max_length=25, blank=True)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD")
    state = models.CharField("keadaan", max_length=15, choices=State, default=State.PENDING)
    represented_by = models.CharField("diwakili oleh", max_length=150, blank=True)
    signed_at = models.DateTimeField("waktu", null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = "penanda tangan"
        verbose_name_plural = "penanda tangan"
        constraints = [*Row.Meta.constraints, SameRegion("opd", name="signatory_opd_region")]

    def __str__(self) -> str:
        return self.name
