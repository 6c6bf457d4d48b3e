"""Stages II to IV: objectives, programmes with indicators and budgets, quick wins."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bimtek.models.analysis import Gap, MissionItem, Strategy
from bimtek.models.plan import YEAR, Row
from regions.constraints import SameRegion
from regions.models import Opd, StoredFile


class Objective(Row):
    """A smart-city sasaran of one dimension. The visi per dimension is the answer 'visi-<code>'."""

    dimension = models.CharField("dimensi", max_length=4)
    number = models.PositiveSmallIntegerField("nomor", default=1)
    text = models.TextField("sasaran")
    mission = models.ForeignKey(
        MissionItem,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="objectives",
        verbose_name="misi RPJMD yang didukung",
    )

    class Meta(Row.Meta):
        verbose_name = "sasaran smart city"
        verbose_name_plural = "sasaran smart city"
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "dimension", "number"],
                name="objective_number_once",
                violation_error_message="Nomor ini sudah dipakai pada dimensi yang sama.",
            ),
            SameRegion("mission", name="objective_mission_region"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} Sasaran {self.number}"


class Programme(Row):
    """One programme (rencana aksi). Its term follows from its years (rollups.term_of), its totals from its budget lines."""

    class Kind(models.TextChoices):
        EXISTING = "eksisting", "Eksisting"
        DEVELOPED = "pengembangan", "Pengembangan"
        NEW = "baru", "Baru"

    class Priority(models.IntegerChoices):
        HIGH = 1, "Tinggi"
        MEDIUM = 2, "Sedang"
        LOW = 3, "Rendah"

    code = models.CharField("kode", max_length=20, help_text="Misalnya SG-1.01.")
    sub_dimension = models.CharField("subdimensi", max_length=6)
    objective = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="programmes", verbose_name="sasaran"
    )
    benefit = models.TextField(
        "manfaat", blank=True, help_text="Apa yang dirasakan warga? Tulis manfaatnya dulu, teknologinya kemudian."
    )
    name = models.CharField("program", max_length=250)
    activity = models.TextField("kegiatan", blank=True)
    description = models.TextField("deskripsi", blank=True)
    technology = models.TextField("teknologi", blank=True)
    kind = models.CharField("jenis", max_length=14, choices=Kind, default=Kind.NEW)
    priority = models.PositiveSmallIntegerField("prioritas", choices=Priority, null=True, blank=True)
    opd = models.ForeignKey(
        Opd, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD penanggung jawab"
    )
    supporting = models.ManyToManyField(
        Opd, through="ProgrammeOpd", related_name="+", blank=True, verbose_name="OPD pendukung"
    )
    partners = models.CharField("mitra", max_length=250, blank=True)
    pic = models.CharField("PIC", max_length=150, blank=True, help_text="Jabatan penanggung jawab harian.")
    output = models.TextField("output", blank=True)
    outcome = models.TextField("outcome", blank=True)
    beneficiaries = models.CharField("penerima manfaat", max_length=250, blank=True)
    location = models.CharField("lokasi", max_length=200, blank=True)
    start_year = models.PositiveSmallIntegerField("tahun mulai", validators=YEAR, null=True, blank=True)
    end_year = models.PositiveSmallIntegerField("tahun selesai", validators=YEAR, null=True, blank=True)
    enabler_policy = models.TextField("kebutuhan regulasi dan kelembagaan", blank=True)
    enabler_infrastructure = models.TextField("kebutuhan infrastruktur", blank=True)
    enabler_application = models.TextField("kebutuhan aplikasi", blank=True)
    enabler_people = models.TextField("kebutuhan SDM dan literasi", blank=True)
    nomenclature = models.CharField(
        "kode nomenklatur", max_length=40, blank=True, help_text="Angka dan titik, misalnya 2.16.02.2.01."
    )
    rpjmd_reference = models.CharField("rujukan RPJMD/Renstra", max_length=200, blank=True)
    renja_year = models.PositiveSmallIntegerField("tahun Renja", validators=YEAR, null=True, blank=True)
    dpa_year = models.PositiveSmallIntegerField("tahun DPA", validators=YEAR, null=True, blank=True)
    unplanned_reason = models.CharField("alasan belum tercantum", max_length=250, blank=True)
    missions = models.ManyToManyField(
        MissionItem, through="ProgrammeMission", related_name="programmes", blank=True, verbose_name="misi RPJMD"
    )
    strategies = models.ManyToManyField(
        Strategy, through="ProgrammeStrategy", related_name="programmes", blank=True, verbose_name="strategi SWOT"
    )
    gap = models.ForeignKey(
        Gap, models.SET_NULL, null=True, blank=True, related_name="programmes", verbose_name="kesenjangan yang dijawab"
    )
    adapted_from = models.CharField("diadaptasi dari", max_length=200, blank=True, editable=False)
    """'Kota Batam, masterplan 2022–2031': whose accepted plan the words came from (bimtek.sharing)."""

    class Meta(Row.Meta):
        verbose_name = "program"
        verbose_name_plural = "program"
        ordering = ["code", "id"]
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="programme_code_once",
                violation_error_message="Kode program ini sudah dipakai.",
            ),
            models.CheckConstraint(
                condition=models.Q(start_year__isnull=True)
                | models.Q(end_year__isnull=True)
                | models.Q(end_year__gte=models.F("start_year")),
                name="programme_years",
                violation_error_message="Tahun selesai mendahului tahun mulai.",
            ),
            SameRegion("objective", name="programme_objective_region"),
            SameRegion("opd", name="programme_opd_region"),
            SameRegion("gap", name="programme_gap_region"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def dimension(self) -> str:
        """'SG' of 'SG-1'."""
        return self.sub_dimension.split("-")[0]


class ProgrammeOpd(Row):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="opd_links")
    opd = models.ForeignKey(Opd, models.PROTECT, related_name="+")

    class Meta(Row.Meta):
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["programme", "opd"], name="programmeopd_once"),
            SameRegion("programme", name="programmeopd_programme_region"),
            SameRegion("opd", name="programmeopd_opd_region"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} – {self.opd}"


class ProgrammeMission(Row):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="mission_links")
    mission = models.ForeignKey(MissionItem, models.CASCADE, related_name="programme_links")

    class Meta(Row.Meta):
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["programme", "mission"], name="programmemission_once"),
            SameRegion("programme", name="programmemission_programme_region"),
            SameRegion("mission", name="programmemission_mission_region"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} – {self.mission}"


class ProgrammeStrategy(Row):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="strategy_links")
    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="programme_links")

    class Meta(Row.Meta):
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["programme", "strategy"], name="programmestrategy_once"),
            SameRegion("programme", name="programmestrategy_programme_region"),
            SameRegion("strategy", name="programmestrategy_strategy_region"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} – {self.strategy}"


class BudgetLine(Row):
    """Money of one programme in one year from one source: whole rupiah. Source 'belum' means no source found yet."""

    class Source(models.TextChoices):
        APBD = "apbd", "APBD kabupaten/kota"
        APBD_PROV = "apbd_prov", "APBD provinsi"
        APBN = "apbn", "APBN"
        DAK = "dak", "DAK"
        VILLAGE = "dana_desa", "Dana Desa"
        CSR = "csr", "CSR/TJSL"
        KPBU = "kpbu", "KPBU"
        BUMD = "bumd", "BUMD/BLUD"
        GRANT = "hibah", "Hibah"
        PRIVATE = "swasta", "Swasta"
        OTHER = "lainnya", "Lainnya"
        NONE = "belum", "Belum ada"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="budget_lines", verbose_name="program")
    year = models.PositiveSmallIntegerField("tahun", validators=YEAR)
    source = models.CharField("sumber", max_length=12, choices=Source)
    amount = models.BigIntegerField("jumlah (Rp)", validators=[MinValueValidator(0), MaxValueValidator(10**15)])

    class Meta(Row.Meta):
        verbose_name = "baris anggaran"
        verbose_name_plural = "baris anggaran"
        ordering = ["year", "source"]
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["programme", "year", "source"],
                name="budgetline_once",
                violation_error_message="Tahun dan sumber ini sudah ada pada program tersebut.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="budgetline_amount",
                violation_error_message="Anggaran tidak boleh negatif.",
            ),
            SameRegion("programme", name="budgetline_programme_region"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_source_display()}"


class Ceiling(Row):
    """How much money of one source a year offers, by the RPJMD or an agreed budget: whole rupiah."""

    year = models.PositiveSmallIntegerField("tahun", validators=YEAR)
    source = models.CharField("sumber", max_length=12, choices=BudgetLine.Source)
    amount = models.BigIntegerField("plafon (Rp)", validators=[MinValueValidator(0), MaxValueValidator(10**15)])
    basis = models.CharField(
        "dasar", max_length=200, blank=True, help_text="Misalnya RPJMD Tabel 8.2 atau KUA-PPAS 2023."
    )

    class Meta(Row.Meta):
        verbose_name = "plafon"
        verbose_name_plural = "plafon"
        ordering = ["year", "source"]
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "year", "source"],
                name="ceiling_once",
                violation_error_message="Plafon untuk tahun dan sumber ini sudah ada.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_source_display()}"


class Indicator(Row):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="indicators", verbose_name="program")
    name = models.CharField("indikator", max_length=250)
    unit = models.CharField("satuan", max_length=40, blank=True)
    baseline = models.DecimalField("nilai awal", max_digits=16, decimal_places=2, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField("tahun nilai awal", validators=YEAR, null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = "indikator"
        verbose_name_plural = "indikator"
        constraints = [*Row.Meta.constraints, SameRegion("programme", name="indicator_programme_region")]

    def __str__(self) -> str:
        return self.name


class IndicatorTarget(Row):
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets", verbose_name="indikator")
    year = models.PositiveSmallIntegerField("tahun", validators=YEAR)
    value = models.DecimalField("target", max_digits=16, decimal_places=2)

    class Meta(Row.Meta):
        verbose_name = "target tahunan"
        verbose_name_plural = "target tahunan"
        ordering = ["year"]
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["indicator", "year"], name="indicatortarget_once"),
            SameRegion("indicator", name="indicatortarget_indicator_region"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


SCORE = [MinValueValidator(1), MaxValueValidator(5)]
LONGEST_QUICK_WIN = 12  # months


class QuickWin(Row):
    """A nominee from stage II on; in stage IV one or two per dimension are chosen and get the full profile."""

    class Kind(models.TextChoices):
        PROGRAMME = "program", "Program"
        PRODUCT = "produk", "Produk"
        METHOD = "metode", "Metode"
        CONCEPT = "konseptual", "Konseptual"
        TECHNOLOGY = "teknologi", "Teknologi"

    dimension = models.CharField("dimensi", max_length=4)
    name = models.CharField("nama quick win", max_length=150)
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="quick_wins", verbose_name="program induk"
    )
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD")
    proposer = models.CharField("pengusul", max_length=150, blank=True)
    pic = models.CharField("PIC", max_length=150, blank=True)
    kind = models.CharField("jenis", max_length=12, choices=Kind, default=Kind.PROGRAMME)
    benefit = models.TextField("manfaat", blank=True)
    months = models.PositiveSmallIntegerField(
        "lama (bulan)",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1),
            MaxValueValidator(LONGEST_QUICK_WIN, "Quick win selesai paling lama 12 bulan."),
        ],
    )
    score_visible = models.PositiveSmallIntegerField(
        "terlihat oleh warga (1–5)", null=True, blank=True, validators=SCORE
    )
    score_feasible = models.PositiveSmallIntegerField("mudah diwujudkan (1–5)", null=True, blank=True, validators=SCORE)
    score_impact = models.PositiveSmallIntegerField("dampak (1–5)", null=True, blank=True, validators=SCORE)
    score_ready = models.PositiveSmallIntegerField(
        "kesiapan sumber daya (1–5)", null=True, blank=True, validators=SCORE
    )
    chosen = models.BooleanField("dipilih", default=False)
    status = models.CharField("status pelaksanaan", max_length=100, blank=True)
    progress = models.PositiveSmallIntegerField(
        "progres (%)", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    background = models.TextField("latar belakang", blank=True)
    aim = models.TextField("tujuan", blank=True)
    uniqueness = models.TextField("keunikan", blank=True)
    partnership = models.TextField("kemitraan", blank=True)
    potential = models.TextField("potensi pengembangan", blank=True)
    sustain_regulation = models.TextField("keberlanjutan: regulasi", blank=True)
    sustain_institution = models.TextField("keberlanjutan: kelembagaan", blank=True)
    sustain_resources = models.TextField("keberlanjutan: sumber daya", blank=True)
    sustain_business = models.TextField("keberlanjutan: model bisnis", blank=True)
    resources = models.TextField("sumber daya", blank=True)
    risk_identification = models.TextField("identifikasi risiko", blank=True)
    risk_analysis = models.TextField("analisis risiko", blank=True)
    risk_treatment = models.TextField("penanganan risiko", blank=True)
    risk_mitigation = models.TextField("mitigasi risiko", blank=True)
    target_3 = models.TextField("target 3 bulan", blank=True)
    target_6 = models.TextField("target 6 bulan", blank=True)
    target_9 = models.TextField("target 9 bulan", blank=True)
    target_12 = models.TextField("target 12 bulan", blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="bukti"
    )

    class Meta(Row.Meta):
        verbose_name = "quick win"
        verbose_name_plural = "quick win"
        constraints = [
            *Row.Meta.constraints,
            SameRegion("programme", name="quickwin_programme_region"),
            SameRegion("opd", name="quickwin_opd_region"),
            SameRegion("evidence", name="quickwin_evidence_region"),
        ]

    def __str__(self) -> str:
        return self.name
