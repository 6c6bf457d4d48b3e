"""What each stage asks for, as one list: the definition that screens, workbooks and completeness share.

A `Section` is a table of rows of one kind, a `Questions` section is a group of the framework's narrative questions.
`SECTIONS` is in the order that people fill them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from bimtek import formats, ordering
from bimtek.columns import Column, choice, component, joined, score, targets, text, total, years
from bimtek.forms import analysis, programme
from bimtek.forms.rows import RowForm
from bimtek.framework import Framework
from bimtek.models import (
    Application,
    BudgetLine,
    Ceiling,
    CommitmentPoint,
    Decree,
    Gap,
    Indicator,
    MissionItem,
    Objective,
    Plan,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Regulation,
    Row,
    Signatory,
    Stage,
    Strategy,
    SwotItem,
    TeamMember,
)


@dataclass(frozen=True)
class Filter:
    """A filter that can be linked to: ?<field>=<value>. `choices` of the plan's framework or region, else the field's own."""

    field: str
    title: str
    choices: str = ""
    """'' the model field's choices, 'dimension', 'sub_dimension', 'element', 'opd', 'yes_no' or 'term'.

    'money' filters by a field of the programme's budget lines; all of these together must hold for one line.
    """
    quiet: bool = False
    """Reached by links only: shows nothing until it is in use."""


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    stage: Stage
    model: type[Row]
    form: type[RowForm]
    columns: tuple[Column, ...]
    help: str
    deed: str
    """What the button for a new row says."""
    empty: str
    search: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    parent: str = ""
    """The foreign key to the row that these hang on; such sections show on that row's page."""
    children: tuple[str, ...] = ()
    panel: str = ""
    """A key of views.panels: the chart or summary above the list."""
    also_stages: tuple[Stage, ...] = field(default=())
    example: str = ""
    """A good row, as prose, for "Lihat contoh"."""

    @property
    def has_opd(self) -> bool:
        """Whether operators of an OPD may add rows here."""
        return any(field.name == "opd" for field in self.model._meta.fields) or bool(self.parent)

    @property
    def named(self) -> str:
        """'Program', 'Butir SWOT': one row of this section, at the start of a sentence."""
        name = str(self.model._meta.verbose_name)
        return name[:1].upper() + name[1:]

    def rows(self, plan: Plan, parent: Row | None = None) -> QuerySet[Any]:
        rows: QuerySet[Any] = getattr(plan, f"{self.model._meta.model_name}_set").filter(region=plan.region)
        if self.parent:
            rows = rows.filter(**{self.parent: parent}) if parent else rows
        if order := ordering.printed(self.model, plan):
            rows = rows.order_by(*order)
        if self.related:  # without a name select_related would follow every foreign key
            rows = rows.select_related(*self.related)
        return rows.prefetch_related(*self.prefetch)


@dataclass(frozen=True)
class Questions:
    """Narrative questions of one group of the framework."""

    key: str
    title: str
    stage: Stage
    group: str
    help: str


ONE, TWO, THREE, FOUR = Stage
OPD = Column("OPD", text("opd"), "opd__name")
DIMENSION, SUB_DIMENSION = (
    Filter("dimension", "Dimensi", "dimension"),
    Filter("sub_dimension", "Dimensi", "sub_dimension"),
)
SCOPE, BY_OPD = Filter("scope", "Dimensi", "dimension"), Filter("opd", "OPD", "opd")

SECTIONS: tuple[Section, ...] = (
    Section(
        "keputusan", "SK dan dasar penetapan", ONE, Decree, analysis.DecreeForm,
        (
            Column("Keperluan", choice("purpose"), "purpose"),
            Column("Nomor", text("number"), "number", main=True),
            Column("Tanggal", lambda row: formats.date(row.date) if row.date else str(row.year), "date"),
            Column("Tentang", text("about", 80)),
        ),
        "SK Dewan Smart City, SK Tim Pelaksana, dan setelah tahap IV peraturan yang menetapkan masterplan.",
        "Tambah keputusan", "Belum ada SK. Mulailah dengan SK Dewan Smart City dan SK Tim Pelaksana.",
        filters=(Filter("purpose", "Keperluan"),), also_stages=(FOUR,),
        example="SK Dewan Smart City\nSurat keputusan Wali Kota Nomor 188.45/241/2022, tanggal 3 Juni 2022, tentang Pembentukan Dewan Smart City.",
    ),
    Section(
        "tim", "Dewan dan Tim Pelaksana", ONE, TeamMember, analysis.TeamMemberForm,
        (
            Column("Nama", text("name"), "name", main=True),
            Column("Tim", choice("team"), "team"),
            Column("Kedudukan", text("role"), "role"),
            Column("Jabatan", text("position_title")),
            Column("Instansi", text("institution"), "institution"),
        ),
        "Anggota menurut SK. Pokja diisi untuk anggota Tim Pelaksana: satu pokja untuk tiap dimensi.",
        "Tambah anggota", "Belum ada anggota. Salin susunannya dari SK.",
        search=("name", "position_title", "institution"), filters=(Filter("team", "Tim"),),
        example="Ketua Tim Pelaksana: Kepala Dinas Komunikasi dan Informatika. Anggota pokja SG: Kepala Bagian Organisasi, unsur OPD.",
    ),
    Section(
        "profil", "Profil daerah", ONE, ProfileFact, analysis.ProfileFactForm,
        (
            Column("Data", text("label"), "label", main=True),
            Column("Kelompok", text("group"), "group"),
            Column("Nilai", text("value"), numeric=True),
            Column("Satuan", text("unit")),
            Column("Tahun", text("year"), "year", numeric=True),
            Column("Sumber", text("source", 50)),
        ),
        "Angka pokok daerah: luas, penduduk, ekonomi. Setiap angka memakai tahun dan sumber.",
        "Tambah data", "Belum ada data profil. Buku Daerah Dalam Angka dari BPS adalah sumber yang baik.",
        search=("label", "group"),
        example="Kependudukan · Jumlah penduduk · 1.230.097 · jiwa · 2021 · Kota Dalam Angka 2022, BPS.",
    ),
    Section(
        "rpjmd", "Misi, tujuan, dan sasaran RPJMD", ONE, MissionItem, analysis.MissionItemForm,
        (
            Column("Butir", str, "number", main=True),
            Column("Isi", text("text", 120)),
            Column("Bagian dari", text("parent")),
            Column("Rujukan", text("reference", 60)),
        ),
        "Salin misi, tujuan, dan sasaran RPJMD yang berlaku; program nanti menunjuk misi yang didukungnya.",
        "Tambah butir", "Belum ada misi. Mulailah dengan misi RPJMD.",
        search=("text", "number"), filters=(Filter("kind", "Jenis"),), related=("parent",),
        example="Misi 3: Mewujudkan tata kelola pemerintahan yang bersih, melayani, dan berbasis data. Rujukan: RPJMD 2021–2026 Bab V.",
    ),
    Section(
        "kesiapan", "Kesiapan daerah", ONE, ReadinessRow, analysis.ReadinessRowForm,
        (
            Column("Indikator", text("name"), "position", main=True),
            Column("Komponen", component, "component"),
            Column("Nilai", text("value", 60), numeric=True),
            Column("Satuan", text("unit")),
            Column("Tahun", text("year"), "year", numeric=True),
            OPD,
            Column("Penilaian", choice("judgement"), "judgement"),
        ),
        "Setiap indikator diisi nilai, tahun data, sumber, OPD pengisi, dan penilaian: kurang, sedang, atau baik.",
        "Tambah indikator sendiri", "Bank indikator belum dimuat ke rencana ini.",
        search=("name", "value", "source"),
        filters=(Filter("element", "Elemen", "element"), Filter("judgement", "Penilaian"), BY_OPD),
        related=("opd",), panel="readiness",
        example="Jumlah pranata komputer: 14 orang, tahun 2021, sumber BKPSDM, OPD pengisi Diskominfo, penilaian sedang.",
    ),
    Section(
        "aplikasi", "Inventaris aplikasi", ONE, Application, analysis.ApplicationForm,
        (
            Column("Aplikasi", text("name"), "name", main=True),
            OPD,
            Column("Fungsi", text("purpose", 80)),
            Column("Tahun", text("year"), "year", numeric=True),
            Column("Terintegrasi dengan", text("integrated_with", 50)),
            Column("Aktif", lambda row: "Ya" if row.active else "Tidak", "active"),
        ),
        "Aplikasi yang sudah ada, supaya tidak dibangun dua kali.",
        "Tambah aplikasi", "Belum ada aplikasi yang dicatat.",
        search=("name", "purpose", "developer"), filters=(BY_OPD,), related=("opd",),
        example="SIMPEG · BKPSDM · data kepegawaian · 2018 · dibangun sendiri · terintegrasi dengan presensi · pusat data daerah · aktif.",
    ),
    Section(
        "peraturan", "Peraturan", ONE, Regulation, analysis.RegulationForm,
        (
            Column("Peraturan", str, "rank", main=True),
            Column("Tentang", text("about", 140)),
        ),
        "Dasar hukum, dicetak menurut jenjang lalu tahun. Daftar bawaan dapat diubah.",
        "Tambah peraturan", "Belum ada peraturan.",
        search=("about", "number"), filters=(Filter("rank", "Jenis"),),
        example="Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis Elektronik.",
    ),
    Section(
        "swot", "Butir SWOT", ONE, SwotItem, analysis.SwotItemForm,
        (
            Column("Kode", text("code"), "number", main=True),
            Column("Jenis", choice("quadrant"), "quadrant"),
            Column("Lingkup", lambda row: row.scope or "Seluruh daerah", "scope"),
            Column("Butir", text("text", 160)),
            Column("Bobot", lambda row: "" if row.weight is None else formats.number(row.weight, 3), "weight", numeric=True),
            Column("Rating", text("rating"), "rating", numeric=True),
        ),
        "Kekuatan, kelemahan, peluang, dan ancaman; tiga sampai delapan butir tiap jenis pada satu lingkup.",
        "Tambah butir SWOT", "Belum ada butir. Mulailah dengan kekuatan yang paling nyata.",
        search=("text",), filters=(Filter("quadrant", "Jenis"), SCOPE), panel="swot",
        example="Kekuatan: Jaringan serat optik sudah menghubungkan 42 dari 46 OPD. Dasar data: laporan Diskominfo 2021. Satu butir memuat satu gagasan.",
    ),
    Section(
        "strategi", "Strategi SWOT", ONE, Strategy, analysis.StrategyForm,
        (
            Column("Kode", text("code"), "number", main=True),
            Column("Jenis", choice("kind"), "kind"),
            Column("Strategi", text("text", 160)),
            Column("Memakai butir", joined("items")),
        ),
        "Setiap strategi menyebut butir SWOT yang dipakainya, misalnya S1, S3, O2.",
        "Tambah strategi", "Belum ada strategi. Isi butir SWOT dulu, lalu padukan.",
        search=("text",), filters=(Filter("kind", "Jenis"), SCOPE), prefetch=("items",),
        example="SO: Memakai jaringan serat optik antar-OPD (S1) untuk menarik investasi pusat data (O2) lewat paket layanan perizinan terpadu.",
    ),
    Section(
        "kesenjangan", "Kesenjangan", ONE, Gap, analysis.GapForm,
        (
            Column("Subdimensi", text("sub_dimension"), "sub_dimension"),
            Column("Kondisi saat ini", text("present", 100), main=True),
            Column("Kondisi yang diharapkan", text("expected", 100)),
            Column("Tingkat", choice("severity"), "severity"),
            OPD,
        ),
        "Bandingkan keadaan sekarang dengan yang diharapkan, lalu sebutkan sebab dan rekomendasinya.",
        "Tambah kesenjangan", "Belum ada kesenjangan yang dicatat.",
        search=("present", "expected", "recommendation"), filters=(SUB_DIMENSION, Filter("severity", "Tingkat"), BY_OPD),
        related=("opd",),
        example="Kondisi saat ini: 61 dari 118 layanan masih tatap muka. Harapan 2026: seluruh layanan dapat diajukan daring. Penyebab: SOP belum disederhanakan.",
    ),
    Section(
        "sasaran", "Sasaran smart city", TWO, Objective, programme.ObjectiveForm,
        (
            Column("Sasaran", str, "dimension", main=True),
            Column("Isi", text("text", 160)),
            Column("Misi RPJMD", text("mission")),
        ),
        "Sasaran tiap dimensi, masing-masing menunjuk misi RPJMD yang didukung.",
        "Tambah sasaran", "Belum ada sasaran. Setiap dimensi memerlukan sedikitnya satu.",
        search=("text",), filters=(DIMENSION,), related=("mission",),
        example="SG Sasaran 1: Warga menyelesaikan layanan administrasi dari rumah tanpa datang lebih dari satu kali.",
    ),
    Section(
        "program", "Program", TWO, Programme, programme.ProgrammeForm,
        (
            Column("Kode", text("code"), "code"),
            Column("Program", text("name", 90), "name", main=True),
            OPD,
            Column("Tahun", years, "start_year"),
            Column("Prioritas", choice("priority"), "priority"),
            Column("Anggaran", total, numeric=True),
        ),
        "Tulis manfaat bagi warga dulu, teknologinya kemudian. Jangka program mengikuti tahunnya.",
        "Tambah program", "Belum ada program. Setiap dimensi memerlukan sedikitnya satu dengan OPD penanggung jawab.",
        search=("code", "name", "benefit", "description"),
        filters=(
            SUB_DIMENSION, Filter("jangka", "Jangka", "term"), Filter("kind", "Jenis"), Filter("priority", "Prioritas"), BY_OPD,
            Filter("year", "Tahun anggaran", "money", quiet=True), Filter("source", "Sumber dana", "money", quiet=True),
        ),
        related=("opd",), prefetch=("budget_lines",), children=("anggaran", "indikator"), panel="budget", also_stages=(THREE,),
        example="Manfaat: warga pulau mengurus akta tanpa menyeberang. Program: Layanan adminduk keliling terpadu. Teknologi: aplikasi antrean dan tanda tangan elektronik, setelah SOP disederhanakan.",
    ),
    Section(
        "anggaran", "Anggaran per tahun dan sumber", TWO, BudgetLine, programme.BudgetLineForm,
        (
            Column("Tahun", text("year"), "year", main=True),
            Column("Sumber", choice("source"), "source"),
            Column("Jumlah", lambda row: formats.rupiah(row.amount), "amount", numeric=True),
        ),
        "Satu baris untuk tiap tahun dan sumber. Jumlahnya dihitung sendiri.",
        "Tambah anggaran", "Belum ada anggaran. Bila sumbernya belum ada, pilih “Belum ada”.",
        parent="programme", also_stages=(THREE,),
        example="2023 · APBD kabupaten/kota · 750 juta. 2023 · CSR/TJSL · Rp250.000.000.",
    ),
    Section(
        "indikator", "Indikator dan target tahunan", TWO, Indicator, programme.IndicatorForm,
        (
            Column("Indikator", text("name"), main=True),
            Column("Satuan", text("unit")),
            Column("Nilai awal", lambda row: "" if row.baseline is None else formats.number(row.baseline), numeric=True),
            Column("Target", targets),
        ),
        "Ukuran keberhasilan program, dengan nilai awal dan target tiap tahun.",
        "Tambah indikator", "Belum ada indikator.",
        parent="programme", prefetch=("targets",), also_stages=(THREE,),
        example="Persentase layanan yang dapat diajukan daring · persen · nilai awal 48 (2021) · target 2022: 55, 2023: 70, 2024: 85.",
    ),
    Section(
        "plafon", "Plafon anggaran", TWO, Ceiling, programme.CeilingForm,
        (
            Column("Tahun", text("year"), "year", main=True),
            Column("Sumber", choice("source"), "source"),
            Column("Plafon", lambda row: formats.rupiah(row.amount), "amount", numeric=True),
            Column("Dasar", text("basis", 80)),
        ),
        "Kemampuan anggaran tiap tahun dan sumber menurut RPJMD atau APBD. Rekap memperingatkan bila program melampauinya.",
        "Tambah plafon", "Belum ada plafon. Tanpa plafon, rekap tidak dapat menilai apakah anggaran program terjangkau.",
        search=("basis",), filters=(Filter("source", "Sumber"),), also_stages=(THREE,),
        example="2023 · APBD kabupaten/kota · Rp95.000.000.000 · RPJMD 2021–2026 Tabel 8.2.",
    ),
    Section(
        "quick-win", "Quick win", TWO, QuickWin, programme.QuickWinForm,
        (
            Column("Dimensi", text("dimension"), "dimension"),
            Column("Quick win", text("name"), "name", main=True),
            OPD,
            Column("Lama (bulan)", text("months"), "months", numeric=True),
            Column("Skor (maks. 20)", score, numeric=True),
            Column("Dipilih", lambda row: "Ya" if row.chosen else "", "chosen"),
        ),
        "Usulan yang selesai paling lama 12 bulan, terlihat oleh warga, dan mempertajam layanan.",
        "Usulkan quick win", "Belum ada usulan quick win.",
        search=("name", "benefit", "proposer"), filters=(DIMENSION, Filter("chosen", "Dipilih", "yes_no"), BY_OPD),
        related=("opd",), panel="quick_wins", also_stages=(THREE, FOUR),
        example="e-Puskesmas: antrean dan rujukan puskesmas lewat ponsel, 6 bulan, memakai jaringan yang sudah ada; terlihat oleh 4.000 pasien sebulan.",
    ),
    Section(
        "komitmen", "Komitmen bersama", FOUR, CommitmentPoint, programme.CommitmentPointForm,
        (Column("Butir", str, "number", main=True), Column("Isi", text("text", 200))),
        "Butir yang ditandatangani bersama. Tiga butir bawaan dapat diubah.",
        "Tambah butir", "Belum ada butir komitmen.",
        example="Kami berkomitmen menyinergikan perencanaan smart city dengan RPJMD, Renstra, dan Renja setiap OPD.",
    ),
    Section(
        "penanda-tangan", "Penanda tangan", FOUR, Signatory, programme.SignatoryForm,
        (
            Column("Nama", text("name"), "name", main=True),
            Column("Jabatan", text("position_title")),
            Column("Keadaan", choice("state"), "state"),
            Column("Diwakili oleh", text("represented_by")),
        ),
        "Kepala daerah atau yang mewakili, dan kepala semua OPD. NIP tidak pernah dicetak pada buku.",
        "Tambah penanda tangan", "Belum ada penanda tangan.",
        search=("name", "position_title"), filters=(Filter("state", "Keadaan"),), related=("opd",),
        example="Kepala Dinas Kesehatan, Pembina Utama Muda (IV/c), menandatangani; Sekretaris Dinas mewakili bila berhalangan.",
    ),
)  # fmt: skip

BY_KEY = {section.key: section for section in SECTIONS}


def sections_of(stage: Stage, frame: Framework) -> Iterator[Section | Questions]:
    """What a stage's navigation shows: its row sections, then its question groups; children show on their parent."""
    for section in SECTIONS:
        if not section.parent and (section.stage == stage or stage in section.also_stages):
            yield section
    for group in frame.question_groups(stage):
        yield Questions(key=f"narasi-{group.code}", title=group.label, stage=stage, group=group.code, help=group.help)


def find(key: str, stage: Stage, frame: Framework) -> Section | Questions | None:
    """The section of a stage by its key in the URL, children included."""
    section = BY_KEY.get(key)
    if section and (section.stage == stage or stage in section.also_stages):
        return section
    return next((entry for entry in sections_of(stage, frame) if entry.key == key), None)
