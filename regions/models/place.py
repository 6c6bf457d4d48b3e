"""Provinces, kota and kabupaten, and their offices (OPD)."""

import re
import unicodedata
import uuid
import zoneinfo

from django.db import models

from regions.constraints import SameRegion


def plain(text: str) -> str:
    """The form of a name that search compares: no accents, no case, no spaces or punctuation.

    >>> plain("Pematang Siantar") == plain("PEMATANGSIANTAR")
    True
    """
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]", "", folded)


class TimeZone(models.TextChoices):
    WIB = "Asia/Jakarta", "WIB"
    WITA = "Asia/Makassar", "WITA"
    WIT = "Asia/Jayapura", "WIT"


class Province(models.Model):
    code = models.CharField("kode Kemendagri", max_length=2, primary_key=True)
    name = models.CharField("nama", max_length=80, unique=True)
    time_zone = models.CharField("zona waktu", max_length=20, choices=TimeZone)

    class Meta:
        verbose_name = "provinsi"
        verbose_name_plural = "provinsi"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class RegionQuerySet(models.QuerySet["Region"]):
    def matching(self, words: str) -> "RegionQuerySet":
        """Search that ignores spaces, case and accents; also by code."""
        needle = plain(words)
        if not needle:
            return self.none() if words.strip() else self
        found = models.Q(search_name__contains=needle)
        if re.fullmatch(r"[0-9.]+", words.strip()):
            found |= models.Q(code__contains=words.strip())
        return self.filter(found)


class Region(models.Model):
    """A kota or kabupaten: the tenant. Everything it writes hangs off this row."""

    class Kind(models.TextChoices):
        KABUPATEN = "kabupaten", "Kabupaten"
        KOTA = "kota", "Kota"

    class Cover(models.TextChoices):
        """How the covers of its books look."""

        BAND = "pita", "Pita: bidang penuh dengan pita enam dimensi"
        FIELD = "bidang", "Bidang: separuh halaman berwarna, separuh putih"
        LINES = "garis", "Garis: kertas putih, hemat tinta"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField("kode Kemendagri", max_length=5, unique=True, help_text="Bentuk PP.KK, misalnya 21.71.")
    slug = models.SlugField(max_length=80, unique=True)
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="provinsi")
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    official_name = models.CharField("nama resmi", max_length=80, help_text="Tanpa kata Kota/Kabupaten.")
    display_name = models.CharField("nama tampilan", max_length=80, blank=True)
    search_name = models.CharField(max_length=200, editable=False, db_index=True)
    autonomous = models.BooleanField("daerah otonom", default=True)
    time_zone = models.CharField("zona waktu", max_length=20, choices=TimeZone)
    head_name = models.CharField("nama kepala daerah", max_length=150, blank=True)
    head_status = models.CharField("status kepala daerah", max_length=10, blank=True, help_text="Pj., Plt., Plh., Pjs.")
    emblem = models.ForeignKey(
        "StoredFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="lambang"
    )
    accent = models.CharField(
        "warna daerah", max_length=7, blank=True, help_text="Untuk beranda dan sampul, misalnya #0b6e4f."
    )
    cover = models.CharField("rancangan sampul", max_length=10, choices=Cover, default=Cover.BAND)
    shares_programmes = models.BooleanField(
        "daerah lain boleh menyalin program dari masterplan kami yang sudah diterima", default=False
    )
    shares_answers = models.BooleanField(
        "daerah serupa boleh membaca narasi dan angka kesiapan kami yang sudah diterima", default=False
    )
    version = models.PositiveIntegerField(default=1)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "daerah"
        verbose_name_plural = "daerah"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self.search_name = self.searched_by
        super().save(**kwargs)

    @property
    def searched_by(self) -> str:
        return plain(f"{self.kind} {self.official_name}") + " " + plain(self.display_name)

    @property
    def name(self) -> str:
        """'Kota Batam', 'Kabupaten Toba'."""
        return f"{self.get_kind_display()} {self.display_name or self.official_name}"

    @property
    def head_title(self) -> str:
        """'Wali Kota' or 'Bupati', with the status prefix where there is one ('Pj. Bupati')."""
        title = "Wali Kota" if self.kind == self.Kind.KOTA else "Bupati"
        return f"{self.head_status} {title}".strip()

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class Opd(models.Model):
    """An office of the region (perangkat daerah). Merged or closed ones stay, with their successor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="daerah")
    name = models.CharField("nama", max_length=200)
    abbreviation = models.CharField("singkatan", max_length=40, blank=True)
    head_name = models.CharField("nama kepala", max_length=150, blank=True)
    active = models.BooleanField("aktif", default=True)
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="predecessors", verbose_name="digantikan oleh"
    )
    position = models.PositiveIntegerField("urutan", default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "OPD"
        verbose_name_plural = "OPD"
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="opd_region_id"),
            models.UniqueConstraint(
                fields=["region", "name"],
                condition=models.Q(active=True),
                name="opd_name_once",
                violation_error_message="OPD dengan nama ini sudah ada.",
            ),
            SameRegion("successor", name="opd_successor_region"),
        ]

    def __str__(self) -> str:
        return self.abbreviation or self.name
