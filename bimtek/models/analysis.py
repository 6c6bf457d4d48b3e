"""Stage I: team, profile, RPJMD, readiness, applications, regulations, gap, SWOT."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bimtek import formats
from bimtek.models.plan import YEAR, Row
from regions.constraints import SameRegion
from regions.models import Opd, StoredFile


class Decree(Row):
    """A decision with number, date and file: SK Dewan, SK Tim Pelaksana, or the regulation that enacts the plan."""

    class Purpose(models.TextChoices):
        COUNCIL = "dewan", "SK Dewan Smart City"
        TEAM = "pelaksana", "SK Tim Pelaksana"
        ENACTMENT = "penetapan", "Peraturan penetapan masterplan"

    class Form(models.TextChoices):
        SK = "sk", "Surat keputusan"
        PERBUP = "perbup", "Peraturan Bupati"
        PERWAL = "perwal", "Peraturan Wali Kota"
        PERDA = "perda", "Peraturan Daerah"

    purpose = models.CharField("keperluan", max_length=12, choices=Purpose)
    form = models.CharField("jenis", max_length=8, choices=Form, default=Form.SK)
    number = models.CharField("nomor", max_length=100)
    year = models.PositiveSmallIntegerField("tahun", validators=YEAR)
    date = models.DateField("tanggal", null=True, blank=True)
    about = models.CharField("tentang", max_length=300, blank=True)
    file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="berkas"
    )

    class Meta(Row.Meta):
        verbose_name = "keputusan"
        verbose_name_plural = "keputusan"
        constraints = [*Row.Meta.constraints, SameRegion("file", name="decree_file_region")]

    def __str__(self) -> str:
        return f"{self.get_form_display()} Nomor {self.number}"


class TeamMember(Row):
    """A member of Dewan Smart City or of Tim Pelaksana. Personal numbers are never printed."""

    class Team(models.TextChoices):
        COUNCIL = "dewan", "Dewan Smart City"
        TEAM = "pelaksana", "Tim Pelaksana"

    team = models.CharField("tim", max_length=12, choices=Team)
    role = models.CharField("kedudukan dalam tim", max_length=100, help_text="Misalnya Ketua, Sekretaris, Anggota.")
    working_group = models.CharField("pokja (dimensi)", max_length=4, blank=True)
    name = models.CharField("nama dan gelar", max_length=150)
    position_title = models.CharField("jabatan", max_length=150, blank=True)
    institution = models.CharField("instansi", max_length=200, blank=True)
    element = models.CharField("unsur", max_length=80, blank=True)

    class Meta(Row.Meta):
        verbose_name = "anggota tim"
        verbose_name_plural = "anggota tim"

    def __str__(self) -> str:
        return self.name


class ProfileFact(Row):
    """One figure of the region's profile with its year and source."""

    group = models.CharField("kelompok", max_length=60, help_text="Misalnya Geografi, Kependudukan, Ekonomi.")
    label = models.CharField("data", max_length=150)
    value = models.CharField("nilai", max_length=100)
    unit = models.CharField("satuan", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField("tahun data", validators=YEAR, null=True, blank=True)
    source = models.CharField("sumber", max_length=200, blank=True)

    class Meta(Row.Meta):
        verbose_name = "data profil"
        verbose_name_plural = "data profil"

    def __str__(self) -> str:
        return self.label


class MissionItem(Row):
    """A misi, tujuan or sasaran of the RPJMD. The visi itself is the answer 'rpjmd-visi'."""

    class Kind(models.TextChoices):
        MISSION = "misi", "Misi"
        GOAL = "tujuan", "Tujuan"
        TARGET = "sasaran", "Sasaran"

    kind = models.CharField("jenis", max_length=8, choices=Kind)
    number = models.CharField("nomor", max_length=10, help_text="Misalnya 3 atau 3.1.")
    text = models.TextField("isi")
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name="bagian dari"
    )
    reference = models.CharField(
        "rujukan", max_length=150, blank=True, help_text="Misalnya RPJMD 2021–2026 Bab V hlm. 12."
    )

    class Meta(Row.Meta):
        verbose_name = "butir RPJMD"
        verbose_name_plural = "butir RPJMD"
        constraints = [*Row.Meta.constraints, SameRegion("parent", name="missionitem_parent_region")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class ReadinessRow(Row):
    """One readiness indicator of the region; `indicator` is a code of the framework's bank, or empty for an own one."""

    class Judgement(models.IntegerChoices):
        POOR = 1, "Kurang"
        FAIR = 2, "Sedang"
        GOOD = 3, "Baik"

    indicator = models.CharField("kode indikator", max_length=20, blank=True)
    element = models.CharField("elemen", max_length=20, help_text="struktur, infrastruktur, suprastruktur")
    component = models.CharField("komponen", max_length=20)
    name = models.CharField("indikator", max_length=250)
    value = models.CharField("nilai atau keadaan", max_length=300, blank=True)
    unit = models.CharField("satuan", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField("tahun data", validators=YEAR, null=True, blank=True)
    source = models.CharField("sumber data", max_length=200, blank=True)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD pengisi")
    evidence = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="bukti"
    )
    judgement = models.PositiveSmallIntegerField("penilaian", choices=Judgement, null=True, blank=True)
    note = models.TextField("catatan", blank=True)
    earlier = models.CharField("nilai lama", max_length=600, blank=True, editable=False)
    """What an earlier plan said, with its year and source: to be renewed, never counted as a value."""

    class Meta(Row.Meta):
        verbose_name = "baris kesiapan"
        verbose_name_plural = "baris kesiapan"
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "indicator"], condition=~models.Q(indicator=""), name="readinessrow_indicator_once"
            ),
            SameRegion("opd", name="readinessrow_opd_region"),
            SameRegion("evidence", name="readinessrow_evidence_region"),
        ]

    def __str__(self) -> str:
        return self.name


class Application(Row):
    """One line of the inventaris aplikasi."""

    name = models.CharField("nama aplikasi", max_length=150)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD")
    purpose = models.TextField("fungsi", blank=True)
    year = models.PositiveSmallIntegerField("tahun", validators=YEAR, null=True, blank=True)
    developer = models.CharField("pengembang", max_length=150, blank=True)
    integrated_with = models.CharField("terintegrasi dengan", max_length=200, blank=True)
    hosting = models.CharField("hosting", max_length=100, blank=True)
    active = models.BooleanField("masih aktif", default=True)

    class Meta(Row.Meta):
        verbose_name = "aplikasi"
        verbose_name_plural = "aplikasi"
        constraints = [*Row.Meta.constraints, SameRegion("opd", name="application_opd_region")]

    def __str__(self) -> str:
        return self.name


class Regulation(Row):
    """A legal basis. Printed by rank, then year."""

    class Rank(models.IntegerChoices):
        UU = 1, "Undang-Undang"
        PP = 2, "Peraturan Pemerintah"
        PERPRES = 3, "Peraturan Presiden"
        PERMEN = 4, "Peraturan Menteri"
        PERDA = 5, "Peraturan Daerah"
        PERKADA = 6, "Peraturan Kepala Daerah"
        OTHER = 7, "Lainnya"

    rank = models.PositiveSmallIntegerField("jenis", choices=Rank)
    number = models.CharField("nomor", max_length=60)
    year = models.PositiveSmallIntegerField("tahun", validators=[MinValueValidator(1945), MaxValueValidator(2100)])
    about = models.CharField("tentang", max_length=300)

    class Meta(Row.Meta):
        verbose_name = "peraturan"
        verbose_name_plural = "peraturan"
        ordering = ["rank", "year", "number"]

    def __str__(self) -> str:
        return f"{self.get_rank_display()} Nomor {self.number} Tahun {self.year}"


class SwotItem(Row):
    """A strength, weakness, opportunity or threat. Its code (S1, W2) is its rank among its quadrant and scope.

    Weight is a share of 1.00 over all internal (S+W) or external (O+T) items of the plan; rating 1–4 by magnitude.
    """

    class Quadrant(models.TextChoices):
        STRENGTH = "S", "Kekuatan"
        WEAKNESS = "W", "Kelemahan"
        OPPORTUNITY = "O", "Peluang"
        THREAT = "T", "Ancaman"

    quadrant = models.CharField("jenis", max_length=1, choices=Quadrant)
    scope = models.CharField("lingkup (dimensi)", max_length=4, blank=True, help_text="Kosong berarti seluruh daerah.")
    number = models.PositiveSmallIntegerField("nomor", default=1, help_text="Nomor urut pada jenis dan lingkupnya.")
    text = models.TextField("butir")
    evidence = models.CharField("dasar data", max_length=200, blank=True)
    weight = models.DecimalField(
        "bobot",
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    rating = models.PositiveSmallIntegerField(
        "rating", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )

    class Meta(Row.Meta):
        verbose_name = "butir SWOT"
        verbose_name_plural = "butir SWOT"
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "scope", "quadrant", "number"],
                name="swotitem_number_once",
                violation_error_message="Nomor ini sudah dipakai pada jenis dan lingkup yang sama.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """'S1' in the region's own scope, 'SG-S1' in a dimension's."""
        return f"{self.scope}-{self.quadrant}{self.number}" if self.scope else f"{self.quadrant}{self.number}"


class Strategy(Row):
    """An SO, WO, ST or WT strategy that cites the SWOT items it uses."""

    class Kind(models.TextChoices):
        SO = "SO", "SO · agresif"
        WO = "WO", "WO · turn-around"
        ST = "ST", "ST · diversifikasi"
        WT = "WT", "WT · defensif"

    kind = models.CharField("jenis", max_length=2, choices=Kind)
    scope = models.CharField("lingkup (dimensi)", max_length=4, blank=True)
    number = models.PositiveSmallIntegerField("nomor", default=1)
    text = models.TextField("strategi")
    items = models.ManyToManyField(
        SwotItem, through="StrategyItem", related_name="strategies", verbose_name="butir SWOT yang dipakai"
    )

    class Meta(Row.Meta):
        verbose_name = "strategi"
        verbose_name_plural = "strategi"
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "scope", "kind", "number"],
                name="strategy_number_once",
                violation_error_message="Nomor ini sudah dipakai pada jenis dan lingkup yang sama.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """'SO1', or 'SG-SO1' in a dimension's scope."""
        return f"{self.scope}-{self.kind}{self.number}" if self.scope else f"{self.kind}{self.number}"


class StrategyItem(Row):
    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="links")
    item = models.ForeignKey(SwotItem, models.CASCADE, related_name="links")

    class Meta(Row.Meta):
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["strategy", "item"], name="strategyitem_once"),
            SameRegion("strategy", name="strategyitem_strategy_region"),
            SameRegion("item", name="strategyitem_item_region"),
        ]

    def __str__(self) -> str:
        return f"{self.strategy} memakai {self.item}"


class Gap(Row):
    """Kesenjangan: the present and the expected condition of one sub-dimension."""

    class Severity(models.IntegerChoices):
        LOW = 1, "Rendah"
        MEDIUM = 2, "Sedang"
        HIGH = 3, "Tinggi"

    sub_dimension = models.CharField("subdimensi", max_length=6, help_text="Kode kerangka, misalnya SG-1.")
    present = models.TextField("kondisi saat ini")
    present_data = models.CharField("data pendukung", max_length=250, blank=True)
    expected = models.TextField("kondisi yang diharapkan", blank=True)
    expected_year = models.PositiveSmallIntegerField("tahun harapan", validators=YEAR, null=True, blank=True)
    gap = models.TextField("kesenjangan", blank=True)
    cause = models.TextField("penyebab", blank=True)
    recommendation = models.TextField("rekomendasi", blank=True)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD")
    severity = models.PositiveSmallIntegerField("tingkat", choices=Severity, null=True, blank=True)
    swot_item = models.ForeignKey(
        SwotItem, models.SET_NULL, null=True, blank=True, related_name="gaps", verbose_name="butir SWOT terkait"
    )

    class Meta(Row.Meta):
        verbose_name = "kesenjangan"
        verbose_name_plural = "kesenjangan"
        constraints = [
            *Row.Meta.constraints,
            SameRegion("opd", name="gap_opd_region"),
            SameRegion("swot_item", name="gap_swot_item_region"),
        ]

    def __str__(self) -> str:
        return f"{self.sub_dimension}: {formats.shortened(self.present, 60)}"
