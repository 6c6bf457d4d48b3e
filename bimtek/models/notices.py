"""What the product tells a person, and what that person wants to be told."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from regions.models import Region


class Notice(models.Model):
    """One thing told to one person: its text is fixed at the deed. Written by bimtek.notices, mailed by bimtek.letters.

    `mail_after` is when a letter may carry it (null: never); until then an undone deed withdraws it unseen.
    """

    class Kind(models.TextChoices):
        MOVE = "langkah", "Langkah tahap"
        THREAD = "utas", "Komentar dan jawaban"
        CALL = "panggilan", "Anda disebut atau diserahi utas"
        DUE = "tenggat", "Pengingat tenggat"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    subject = models.CharField("pokok", max_length=200)
    body = models.TextField("isi", blank=True)
    path = models.CharField(max_length=300, help_text="Address of the page within the site.")
    about = models.UUIDField(null=True, help_text="The thread or submission that it is about.")
    deed = models.CharField(max_length=80, blank=True, help_text="What an undoing deed looks for.")
    private = models.BooleanField(default=False, help_text="About what reviewers write to each other.")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail_after = models.DateTimeField(null=True)
    digest = models.BooleanField(default=False, help_text="Goes out with the morning's letter.")
    mailed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "pemberitahuan"
        verbose_name_plural = "pemberitahuan"
        ordering = ["-at", "id"]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_newest"),
            models.Index(
                fields=["mail_after"],
                name="notice_unmailed",
                condition=models.Q(mailed_at=None, withdrawn_at=None, mail_after__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "about", "deed"], condition=models.Q(kind="tenggat"), name="notice_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return self.subject


class NoticeSettings(models.Model):
    """A person's choices. Without a row the defaults hold: what concerns oneself, in letters that wait ten minutes."""

    class Choice(models.TextChoices):
        ALL = "semua", "Semua"
        OWN = "diikuti", "Yang saya ikuti"
        NONE = "tidak", "Tidak"

    class Letters(models.TextChoices):
        SOON = "segera", "Dikumpulkan, lalu dikirim setelah sepuluh menit"
        MORNING = "pagi", "Sekali sehari, pukul 07.00 waktu daerah"
        NONE = "tidak", "Tanpa surel, hanya di halaman Pemberitahuan"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_settings"
    )
    letters = models.CharField("Surel", max_length=10, choices=Letters, default=Letters.SOON)
    moves = models.CharField(
        "Langkah tahap", max_length=10, choices=Choice, default=Choice.OWN,
        help_text="Yang saya ikuti: saat tahap menunggu peran Anda. Semua: setiap langkah di daerah Anda.",
    )  # fmt: skip
    threads = models.CharField(
        "Komentar dan jawaban", max_length=10, choices=Choice, default=Choice.OWN,
        help_text="Yang saya ikuti: utas yang Anda mulai, jawab, atau tempat Anda disebut.",
    )  # fmt: skip
    calls = models.CharField(
        "Saat Anda disebut atau diserahi utas", max_length=10, choices=[(Choice.OWN, "Ya"), (Choice.NONE, "Tidak")],
        default=Choice.OWN,
    )  # fmt: skip
    due = models.CharField(
        "Pengingat tenggat", max_length=10, choices=Choice, default=Choice.OWN,
        help_text="Yang saya ikuti: tenggat yang menunggu peran Anda. Dikirim tiga hari dan sehari sebelumnya.",
    )  # fmt: skip

    class Meta:
        verbose_name = "pilihan pemberitahuan"
        verbose_name_plural = "pilihan pemberitahuan"

    def __str__(self) -> str:
        return str(self.user)
