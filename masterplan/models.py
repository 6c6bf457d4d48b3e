"""A print: which books were asked for, with the content frozen at that moment, its parts, and the finished files."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from bimtek.models import Plan
from regions.constraints import SameRegion
from regions.models import Region


class BookPrint(models.Model):
    """One request for books. `content` is masterplan.books.Content as JSON; a job never reads the plan.

    Where it stands is told by its jobs (masterplan.issuing.progress), not by a column here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="prints")
    content: Any = models.JSONField("isi")
    sha256 = models.CharField(
        max_length=64, help_text="Hash of the content, the files it shows and how pages are made."
    )
    files: Any = models.JSONField(default=dict, help_text="StoredFile id → path and type, for the pictures.")
    books: Any = models.JSONField("buku", default=list, help_text="Codes of the books, and 'gabungan' for all in one.")
    draft = models.BooleanField("draf", default=True)
    created_at = models.DateTimeField("diminta pada", auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_by_name = models.CharField("diminta oleh", max_length=150, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "cetakan"
        verbose_name_plural = "cetakan"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["plan", "-created_at"]), models.Index(fields=["plan", "sha256"])]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="bookprint_region_id"),
            SameRegion("plan", name="bookprint_plan_region"),
        ]

    def __str__(self) -> str:
        return f"Cetakan {self.plan} {self.created_at:%Y-%m-%d %H:%M}"


class PrintUnit(models.Model):
    """One piece of a print: a chapter, or a section of a long one. `key` is the hash by which its rendered pages are kept; `pages` is null until they are there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book_print = models.ForeignKey(BookPrint, models.CASCADE, related_name="units")
    book = models.CharField("buku", max_length=40)
    chapter = models.CharField("kode bab", max_length=60)
    part = models.PositiveSmallIntegerField(
        "bagian", default=0, help_text="Which piece of its chapter; 0 is the first."
    )
    position = models.PositiveSmallIntegerField("urutan")
    title = models.CharField("judul", max_length=250)
    key = models.CharField(max_length=64)
    weight = models.PositiveIntegerField(default=0, help_text="Size of the content; the heaviest go first.")
    pages = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True, help_text="That rendering took; null where pages were there.")
    reused = models.BooleanField(default=False, help_text="Its pages were there before this print was asked for.")

    class Meta:
        verbose_name = "bab cetakan"
        verbose_name_plural = "bab cetakan"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["book_print", "position"], name="printunit_position"),
            SameRegion("book_print", name="printunit_book_print_region"),
        ]

    def __str__(self) -> str:
        return self.title


class FinishedBook(models.Model):
    """A bound PDF. Its bytes lie under MEDIA_ROOT by their own hash and are served by a view only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book_print = models.ForeignKey(BookPrint, models.CASCADE, related_name="finished")
    book = models.CharField("buku", max_length=40)
    title = models.CharField("judul", max_length=200)
    name = models.CharField("nama berkas", max_length=150)
    path = models.CharField(max_length=200, help_text="Relative to MEDIA_ROOT.")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField("halaman")
    bytes = models.PositiveBigIntegerField("ukuran")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "buku jadi"
        verbose_name_plural = "buku jadi"
        ordering = ["book"]
        constraints = [
            models.UniqueConstraint(fields=["book_print", "book"], name="finishedbook_once"),
            SameRegion("book_print", name="finishedbook_book_print_region"),
        ]

    def __str__(self) -> str:
        return self.title
