"""What reviewers and the region say to each other about what is written: threads, their messages, who has read them."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from bimtek.models.plan import Row, Stage
from bimtek.models.review import Snapshot
from regions.constraints import SameRegion


class Thread(Row):
    """A conversation about one place of the plan: a stage, a section, a row, one of its fields, or a passage in that.

    The place is named by keys and not by a foreign key, so that a thread outlives the row it is about. `field` is a form
    field's name or, in a section of questions, a question's key. A thread of another kind than KOMENTAR is a correction
    request: it asks something of the region, so it is never private.
    """

    printed = False

    class Kind(models.TextChoices):
        COMMENT = "komentar", "Komentar"
        WRONG = "salah", "Salah"
        INCOMPLETE = "kurang", "Kurang lengkap"
        OUTDATED = "kedaluwarsa", "Kedaluwarsa"
        MISALIGNED = "tidak-selaras", "Tidak selaras"

    class State(models.TextChoices):
        OPEN = "terbuka", "Terbuka"
        WORKING = "dikerjakan", "Dikerjakan"
        DONE = "selesai", "Selesai"
        ACCEPTED = "diterima", "Diterima"

    class Wording(models.TextChoices):
        NONE = "", "Tanpa usulan"
        OPEN = "diusulkan", "Menunggu keputusan daerah"
        ACCEPTED = "dipakai", "Dipakai daerah"
        REJECTED = "ditolak", "Tidak dipakai"

    kind = models.CharField("jenis", max_length=15, choices=Kind, default=Kind.COMMENT)
    state = models.CharField("keadaan", max_length=12, choices=State, default=State.OPEN)
    private = models.BooleanField("hanya untuk pereviu", default=False)
    stage = models.PositiveSmallIntegerField("tahap", choices=Stage)
    section = models.CharField("bagian", max_length=40)
    row_id = models.UUIDField(null=True, blank=True)
    row_label = models.CharField("baris", max_length=200, blank=True)
    field = models.CharField("isian", max_length=80, blank=True)
    passage = models.TextField("kutipan", blank=True)
    passage_before = models.CharField(max_length=80, blank=True)
    passage_after = models.CharField(max_length=80, blank=True)
    round = models.PositiveSmallIntegerField("putaran", default=0)
    """How many times the stage had been submitted for review when the thread began; 0 before the first time."""
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="+")
    """What the writer of the thread was reading, where that was a frozen state."""
    baseline = models.DateTimeField(default=timezone.now)
    """Changes after this moment may have met a request: when the snapshot was frozen, else when the thread began."""
    wording = models.TextField("usulan kata-kata", blank=True)
    wording_state = models.CharField("keadaan usulan", max_length=10, choices=Wording, default=Wording.NONE, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="penanggung jawab"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(default=timezone.now)
    """When its newest message was written."""

    class Meta(Row.Meta):
        verbose_name = "utas"
        verbose_name_plural = "utas"
        ordering = ["-active_at", "id"]
        indexes = [
            models.Index(fields=["plan", "stage", "section"], name="thread_place"),
            models.Index(fields=["plan", "-active_at"], name="thread_activity"),
        ]
        constraints = [
            *Row.Meta.constraints,
            SameRegion("snapshot", name="thread_snapshot_region"),
            models.CheckConstraint(
                condition=models.Q(private=False) | (models.Q(kind="komentar") & models.Q(wording_state="")),
                name="thread_private_is_a_comment",
                violation_error_message="Permintaan perbaikan dan usulan ditujukan kepada daerah, jadi tidak dapat disembunyikan darinya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.row_label or self.section}"

    @property
    def is_request(self) -> bool:
        return self.kind != self.Kind.COMMENT

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.OPEN, self.State.WORKING}


class Message(Row):
    """One thing said or done in a thread; append-only. `text` is what was said, or the detail of the deed."""

    printed = False

    class Deed(models.TextChoices):
        SAID = "said", "menulis"
        STATE = "state", "mengubah keadaan"
        ASSIGNED = "assigned", "menugaskan"
        WORDING_TAKEN = "taken", "memakai usulan"
        WORDING_REFUSED = "refused", "tidak memakai usulan"

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    deed = models.CharField("perbuatan", max_length=10, choices=Deed, default=Deed.SAID)
    text = models.TextField("pesan", max_length=5000, blank=True)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    by_role = models.CharField(max_length=80)
    of_region = models.BooleanField("dari daerah", default=False)
    """Whether the writer spoke as one of the region, and not as a reviewer."""
    at = models.DateTimeField(default=timezone.now)

    class Meta(Row.Meta):
        verbose_name = "pesan"
        verbose_name_plural = "pesan"
        ordering = ["at", "id"]
        constraints = [*Row.Meta.constraints, SameRegion("thread", name="message_thread_region")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.get_deed_display()}"


class ThreadVisit(models.Model):
    """When a person last read a thread; what was said after that is new to them."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "kunjungan utas"
        verbose_name_plural = "kunjungan utas"
        constraints = [
            models.UniqueConstraint(fields=["thread", "user"], name="threadvisit_once"),
            SameRegion("thread", name="threadvisit_thread_region"),
        ]
