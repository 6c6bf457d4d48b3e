"""The programme year, a region's place in it, and the four bimtek sessions."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bimtek import formats
from bimtek.models.plan import Row, Stage
from regions.constraints import SameRegion
from regions.models import Region, StoredFile


class Cohort(models.Model):
    """Angkatan: one year's set of regions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(
        "tahun", unique=True, validators=[MinValueValidator(2017), MaxValueValidator(2100)]
    )
    name = models.CharField("nama program", max_length=150, default="Gerakan Menuju Kota Cerdas")
    ministry = models.CharField(
        "kementerian", max_length=150, default="Kementerian Komunikasi dan Informatika Republik Indonesia"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "angkatan"
        verbose_name_plural = "angkatan"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"Angkatan {self.year}"


class Enrolment(models.Model):
    """Keikutsertaan: a region joins a cohort by a memorandum of understanding, or runs its plan by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="daerah")
    cohort = models.ForeignKey(Cohort, models.PROTECT, verbose_name="angkatan")
    mou_number = models.CharField(
        "nomor nota kesepahaman", max_length=150, blank=True, help_text="Tulis seperti pada naskah."
    )
    mou_date = models.DateField("tanggal nota kesepahaman", null=True, blank=True)
    mou_file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="berkas nota kesepahaman"
    )
    self_run = models.BooleanField(
        "rencana mandiri", default=False, help_text="Tanpa konsultan kementerian; Bappeda yang menerima tiap tahap."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "keikutsertaan"
        verbose_name_plural = "keikutsertaan"
        ordering = ["-cohort__year", "region__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "cohort"],
                name="enrolment_once",
                violation_error_message="Daerah ini sudah terdaftar pada angkatan tersebut.",
            ),
            models.UniqueConstraint(fields=["region", "id"], name="enrolment_region_id"),
            SameRegion("mou_file", name="enrolment_mou_file_region"),
        ]

    def __str__(self) -> str:
        return f"{self.region} · {self.cohort}"


class Session(Row):
    """Pertemuan: one bimtek of a stage, usually two days."""

    stage = models.PositiveSmallIntegerField("tahap", choices=Stage)
    starts = models.DateField("tanggal mulai")
    ends = models.DateField("tanggal selesai")
    starts_at = models.TimeField("pukul mulai", null=True, blank=True)
    ends_at = models.TimeField("pukul selesai", null=True, blank=True)
    venue = models.CharField("tempat", max_length=200, blank=True)
    opened_by = models.CharField("dibuka oleh", max_length=150, blank=True)
    opened_by_position = models.CharField("jabatan pembuka", max_length=150, blank=True)
    opened_for = models.CharField(
        "mewakili (pembukaan)",
        max_length=150,
        blank=True,
        help_text="Isi bila pembuka mewakili orang lain, misalnya Wali Kota.",
    )
    closed_by = models.CharField("ditutup oleh", max_length=150, blank=True)
    closed_by_position = models.CharField("jabatan penutup", max_length=150, blank=True)
    closed_for = models.CharField("mewakili (penutupan)", max_length=150, blank=True)
    agenda = models.TextField("agenda", blank=True, help_text="Satu acara per baris.")
    notes = models.TextField("notulen", blank=True)
    minutes_number = models.CharField("nomor berita acara", max_length=100, blank=True)
    minutes_date = models.DateField("tanggal berita acara", null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = "pertemuan"
        verbose_name_plural = "pertemuan"
        ordering = ["stage", "starts"]
        constraints = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")),
                name="session_dates",
                violation_error_message="Tanggal selesai mendahului tanggal mulai.",
            ),
        ]

    def __str__(self) -> str:
        return f"Bimtek {Stage(self.stage).label}"


class SessionDay(Row):
    """Presence of one attendee on one day of a session."""

    attendee = models.ForeignKey("Attendee", models.CASCADE, related_name="days")
    date = models.DateField("hari")

    class Meta(Row.Meta):
        verbose_name = "kehadiran"
        verbose_name_plural = "kehadiran"
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["attendee", "date"], name="sessionday_once"),
            SameRegion("attendee", name="sessionday_attendee_region"),
        ]

    def __str__(self) -> str:
        return f"{self.attendee} hadir {self.date:%d.%m.%Y}"


class Attendee(Row):
    """A participant of a session, as on the daftar hadir."""

    class Sex(models.TextChoices):
        MALE = "L", "Laki-laki"
        FEMALE = "P", "Perempuan"

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendees", verbose_name="pertemuan")
    name = models.CharField("nama", max_length=150)
    institution = models.CharField("instansi/OPD", max_length=200)
    position_title = models.CharField("jabatan", max_length=150, blank=True)
    sex = models.CharField("L/P", max_length=1, choices=Sex, blank=True)
    element = models.CharField(
        "unsur", max_length=80, blank=True, help_text="Misalnya OPD, akademisi, dunia usaha, komunitas."
    )

    class Meta(Row.Meta):
        verbose_name = "peserta"
        verbose_name_plural = "peserta"
        constraints = [*Row.Meta.constraints, SameRegion("session", name="attendee_session_region")]

    def __str__(self) -> str:
        return self.name


class Minute(Row):
    """A point of the berita acara: a result, or a follow-up with who and when."""

    class Kind(models.TextChoices):
        RESULT = "hasil", "Hasil"
        FOLLOW_UP = "tindak_lanjut", "Tindak lanjut"

    session = models.ForeignKey(Session, models.CASCADE, related_name="minutes", verbose_name="pertemuan")
    kind = models.CharField("jenis", max_length=15, choices=Kind, default=Kind.RESULT)
    text = models.TextField("butir")
    who = models.CharField("penanggung jawab", max_length=150, blank=True)
    due = models.DateField("tenggat", null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = "butir berita acara"
        verbose_name_plural = "butir berita acara"
        constraints = [*Row.Meta.constraints, SameRegion("session", name="minute_session_region")]

    def __str__(self) -> str:
        return formats.shortened(self.text)


class Photo(Row):
    session = models.ForeignKey(Session, models.CASCADE, related_name="photos", verbose_name="pertemuan")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="foto")
    caption = models.CharField("keterangan", max_length=200, help_text="Siapa, apa, di mana.")

    class Meta(Row.Meta):
        verbose_name = "foto"
        verbose_name_plural = "foto"
        constraints = [
            *Row.Meta.constraints,
            SameRegion("session", name="photo_session_region"),
            SameRegion("file", name="photo_file_region"),
        ]

    def __str__(self) -> str:
        return self.caption
