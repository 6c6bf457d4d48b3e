"""The plan of one region in one cohort, the abstract row that everything in it is, and the log of changes."""

import uuid
from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bimtek import glyphs
from bimtek.framework import Question, framework
from regions.constraints import SameRegion
from regions.models import Region


class Stage(models.IntegerChoices):
    PERSEPSI = 1, "Tahap I · Persepsi dan SWOT"
    PROGRAM = 2, "Tahap II · Jangka program"
    FINALISASI = 3, "Tahap III · Finalisasi"
    KOMITMEN = 4, "Tahap IV · Quick win dan komitmen"

    @property
    def roman(self) -> str:
        return ("I", "II", "III", "IV")[self.value - 1]

    @property
    def short(self) -> str:
        return self.label.split(" · ")[1]


YEAR = [MinValueValidator(2000), MaxValueValidator(2100)]


class Plan(models.Model):
    """A masterplan in the making: its period and terms, and the framework version it is written under."""

    class Legal(models.TextChoices):
        DRAFT = "draf", "Draf"
        AGREED = "disepakati", "Disepakati"
        ENACTED = "ditetapkan", "Ditetapkan"
        REVISED = "direvisi", "Direvisi"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="daerah")
    enrolment = models.OneToOneField("Enrolment", models.PROTECT, verbose_name="keikutsertaan")
    framework = models.CharField("versi kerangka", max_length=40, default="kominfo-2017")
    title = models.CharField("judul rencana", max_length=200, blank=True)
    first_year = models.PositiveSmallIntegerField("tahun pertama", validators=YEAR)
    last_year = models.PositiveSmallIntegerField("tahun terakhir", validators=YEAR)
    short_until = models.PositiveSmallIntegerField("akhir jangka pendek", validators=YEAR)
    medium_until = models.PositiveSmallIntegerField("akhir jangka menengah", validators=YEAR)
    swot_weighted = models.BooleanField("SWOT dengan bobot dan rating (IFAS/EFAS)", default=False)
    legal_status = models.CharField("status hukum", max_length=12, choices=Legal, default=Legal.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "rencana"
        verbose_name_plural = "rencana"
        ordering = ["region", "-first_year"]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="plan_region_id"),
            SameRegion("enrolment", name="plan_enrolment_region"),
            models.CheckConstraint(
                condition=models.Q(first_year__lte=models.F("short_until"))
                & models.Q(short_until__lte=models.F("medium_until"))
                & models.Q(medium_until__lte=models.F("last_year")),
                name="plan_terms_in_order",
                violation_error_message="Urutannya harus: tahun pertama ≤ akhir jangka pendek ≤ akhir jangka menengah ≤ tahun terakhir.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Masterplan Smart City {self.region} {self.first_year}–{self.last_year}"

    @property
    def years(self) -> range:
        """The calendar years of the plan."""
        return range(self.first_year, self.last_year + 1)


class Row(models.Model):
    """One thing that a region writes: known by a UUID from its first keystroke, and by a version that every save raises.

    `position` is the order people gave it. Rows are changed by bimtek.writing only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, editable=False, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    position = models.PositiveIntegerField("urutan", default=0, editable=False)

    printed: ClassVar[bool] = True
    """Whether its texts go into the books, so that every letter of them must be in the fonts."""

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="%(class)s_region_id"),
            SameRegion("plan", name="%(class)s_plan_region"),
        ]

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Refuses, beside its field, a letter that the books would print as a box."""
        super().clean_fields(exclude=exclude)
        refused = {}
        for field in self._meta.concrete_fields if self.printed else ():
            if isinstance(field, models.CharField | models.TextField) and field.name not in (exclude or ()):
                try:
                    glyphs.refuse_strangers(str(field.value_from_object(self)))
                except ValidationError as refusal:
                    refused[field.name] = refusal.messages
        if refused:
            raise ValidationError(refused)


class Answer(Row):
    """The answer to one narrative question of the framework (rich text, or plain where the question says so)."""

    key = models.CharField("pertanyaan", max_length=80)
    text = models.TextField("jawaban", blank=True)
    draft_of = models.CharField("draf dari", max_length=120, blank=True, editable=False)
    """The earlier masterplan whose words these are; it counts while the row has the version `draft_version`."""
    draft_version = models.PositiveIntegerField(null=True, editable=False)

    class Meta(Row.Meta):
        verbose_name = "jawaban"
        verbose_name_plural = "jawaban"
        constraints = [*Row.Meta.constraints, models.UniqueConstraint(fields=["plan", "key"], name="answer_once")]

    def __str__(self) -> str:
        """The question's label; its key where the framework no longer asks it."""
        return self.question.label if self.question else self.key

    @property
    def question(self) -> Question | None:
        asked = framework(self.plan.framework).all_questions
        return next((question for question in asked if question.key == self.key), None)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """An own wording of a sentence of the product's names only what the product fills in there."""
        super().clean_fields(exclude=exclude)
        if "text" not in (exclude or ()) and self.question:
            try:
                self.question.check(self.text)
            except ValidationError as refusal:
                raise ValidationError({"text": refusal.messages}) from refusal

    @property
    def untouched_draft(self) -> str:
        """The earlier masterplan that this was taken from, as long as nobody has saved it since."""
        return self.draft_of if self.version == self.draft_version else ""


class Change(models.Model):
    """What happened to one row: who, when, before and after. Append-only; written by bimtek.writing in the same transaction.

    `before` and `after` are the row's own fields as JSON (see writing.state_of); before is null at birth, after at deletion.
    What a tab saves by itself (`client`, with the number `seq` of its last message) holds only the fields it changed; for some
    minutes each such line takes the place of the one before: see bimtek.drafting.
    """

    class Deed(models.TextChoices):
        CREATED = "created", "dibuat"
        CHANGED = "changed", "diubah"
        DELETED = "deleted", "dihapus"
        RESTORED = "restored", "dipulihkan"

    id = models.BigAutoField(primary_key=True)
    act = models.UUIDField(default=uuid.uuid4, db_index=True, help_text="One deed of a person may touch several rows.")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE)
    kind = models.CharField(max_length=40, help_text="Model name in lower case, e.g. 'programme'.")
    row_id = models.UUIDField()
    row_version = models.PositiveIntegerField(null=True, help_text="The version that this deed gave the row.")
    client = models.UUIDField(null=True, help_text="The browser tab that saved by itself.")
    seq = models.PositiveIntegerField(null=True)
    began = models.DateTimeField(null=True, help_text="When the tab began what it has saved here since.")
    label = models.CharField(max_length=200)
    deed = models.CharField("perbuatan", max_length=10, choices=Deed)
    before: Any = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after: Any = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    suggested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """Whose wording it was, where the region took over a suggestion."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "perubahan"
        verbose_name_plural = "perubahan"
        ordering = ["-id"]
        indexes = [models.Index(fields=["plan", "kind", "row_id"]), models.Index(fields=["plan", "-id"])]
        constraints = [SameRegion("plan", name="change_plan_region")]

    def __str__(self) -> str:
        return f"{self.label} {self.get_deed_display()}"
