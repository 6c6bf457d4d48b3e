"""A made-up plan as book content: every kind of block, Indonesian that reads like a plan, any size. Seeded, so always the same."""

import random
from collections.abc import Iterator

from masterplan import charts, gantt
from masterplan.blocks import (
    Block,
    Bullets,
    Callout,
    Column,
    Empty,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Prose,
    QuickWinPage,
    Quote,
    Signature,
    Signatures,
    Swot,
    Table,
    TableRow,
    Tiles,
)
from masterplan.books import Book, Chapter, Content, FrontMatter
from masterplan.editions import Edition  # fmt: skip

DIMENSIONS = {
    "SG": "Smart Governance", "SB": "Smart Branding", "SE": "Smart Economy", "SL": "Smart Living", "SS": "Smart Society", "SV": "Smart Environment",
}  # fmt: skip
SENTENCES = (
    "Layanan publik daerah dijalankan oleh 34 perangkat daerah dengan tingkat kematangan digital yang berbeda-beda.",
    "Sebagian besar data sektoral sudah dikumpulkan setiap tahun, tetapi belum memakai kode referensi yang sama.",
    "Warga di kecamatan kepulauan masih menempuh lebih dari dua jam perjalanan untuk mengurus dokumen kependudukan.",
    "Anggaran teknologi informasi naik dari tahun ke tahun, namun lebih dari separuhnya dipakai untuk pemeliharaan.",
    "Pemerintah daerah menempatkan manfaat bagi warga sebagai alasan utama setiap program, baru kemudian teknologinya.",
    "Kerja sama dengan perguruan tinggi setempat membuka ruang untuk magang, riset terapan, dan pendampingan UMKM.",
    "Jaringan serat optik telah menjangkau seluruh kantor kecamatan, sedangkan 21 kelurahan masih memakai sambungan nirkabel.",
    "Partisipasi masyarakat dalam perencanaan berjalan melalui musrenbang dan kanal aduan, dengan tindak lanjut yang belum terukur.",
    "Peraturan wali kota tentang sistem pemerintahan berbasis elektronik sudah ada dan perlu diikuti peta proses bisnis.",
    "Rencana ini diselaraskan dengan RPJMD agar setiap program memiliki rumah anggaran sejak tahun pertama.",
)
PROGRAMMES = (
    "Pusat layanan terpadu satu pintu", "Satu data daerah", "Puskesmas digital", "Kampung iklim tangguh", "Kalender wisata bahari",
    "Rumah dagang UMKM", "Angkutan pengumpan terjadwal", "Sekolah literasi digital", "Bank sampah kelurahan", "Layanan darurat 112",
    "Peta proses bisnis", "Jaringan serat optik kelurahan",
)  # fmt: skip
OPDS = (
    "Dinas Kominfo",
    "Bappelitbang",
    "Dinas Kesehatan",
    "Dinas Pendidikan",
    "Dinas PUPR",
    "Dinas Pariwisata",
    "DLH",
    "Dinas Perhubungan",
    "DPMPTSP",
    "Disdukcapil",
)
SOURCE = "Diskominfo Kota Contoh, 2022"


def text(r: random.Random, sentences: int = 5) -> str:
    return " ".join(r.sample(SENTENCES, sentences))


def edition(**changes: object) -> Edition:
    values: dict[str, object] = {
        "region": "Kota Contoh", "province": "Kepulauan Riau", "title": "Masterplan Smart City Kota Contoh", "period": "2022–2031",
        "cohort": "Angkatan 2022", "programme": "Gerakan Menuju Kota Cerdas", "version": "Draf Tahap III", "date": "9 Agustus 2022",
        "ministry": "Kementerian Komunikasi dan Informatika Republik Indonesia",
    }  # fmt: skip
    return Edition(**{**values, **changes})  # type: ignore[arg-type]


def rupiah(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def programme_table(r: random.Random, dimensions: list[str], each: int, *, key: str = "") -> Table:
    years = [str(year) for year in range(2022, 2027)]
    columns = (
        Column("Kode", share=0.9), Column("Program", share=2.2), Column("Manfaat bagi warga", share=2.8), Column("OPD penanggung jawab", share=1.5),
        *(Column(year, "right", 1.05, group="Anggaran (Rp juta)") for year in years), Column("Jumlah", "right", 1.2, unit="Rp juta"),
    )  # fmt: skip
    rows, grand = [], [0] * 6
    for dimension in dimensions:
        rows.append(TableRow((DIMENSIONS[dimension],), "group", dimension))
        sums = [0] * 6
        for number in range(each):
            amounts = [r.randint(50, 9000) for _ in years]
            amounts.append(sum(amounts))
            sums = [a + b for a, b in zip(sums, amounts, strict=True)]
            rows.append(
                TableRow(
                    (
                        f"{dimension}-{number % 3 + 1}.{number + 1:02d}",
                        r.choice(PROGRAMMES),
                        r.choice(SENTENCES),
                        r.choice(OPDS),
                        *map(rupiah, amounts),
                    )
                )
            )
        rows.append(TableRow(("", f"Jumlah {DIMENSIONS[dimension]}", "", "", *map(rupiah, sums)), "subtotal"))
        grand = [a + b for a, b in zip(grand, sums, strict=True)]
    rows.append(TableRow(("", "Jumlah seluruhnya", "", "", *map(rupiah, grand)), "total"))
    return Table(
        "Rencana aksi dan anggaran menurut program", columns, tuple(rows), source=SOURCE, landscape=True, key=key
    )


def indicator_table(r: random.Random, rows: int, *, key: str = "") -> Table:
    columns = (
        Column("No.", "right", 0.4),
        Column("Indikator", share=3),
        Column("Nilai", "right", 0.9),
        Column("Satuan", share=0.8),
        Column("Tahun", "center", 0.7),
        Column("Sumber data", share=1.6),
        Column("Penilaian", share=0.9),
    )
    lines = tuple(
        TableRow(
            (
                f"{n + 1}",
                r.choice(SENTENCES).split(",")[0].rstrip("."),
                f"{r.uniform(10, 99):.2f}".replace(".", ","),
                r.choice(("persen", "unit", "orang", "indeks")),
                "2021",
                r.choice(OPDS),
                r.choice(("baik", "sedang", "kurang")),
            )
        )
        for n in range(rows)
    )
    return Table("Indikator kesiapan menurut elemen", columns, lines, source=SOURCE, key=key)


def narrative(r: random.Random, sections: int) -> Iterator[Block]:
    for number in range(sections):
        yield Heading(
            2,
            r.choice(
                ("Kondisi saat ini", "Arah kebijakan daerah", "Dasar hukum", "Metode penyusunan", "Isu strategis")
            ),
        )
        yield Prose(
            f"<p>{text(r)}</p><p>{text(r, 4)} <strong>Manfaat didahulukan</strong> dari <em>teknologi</em>.</p>"
        )
        yield Heading(3, "Temuan lapangan")
        yield Paragraph(text(r, 6))
        if number % 2:
            yield Bullets(tuple(r.sample(SENTENCES, 4)))
            yield Paragraph(text(r, 5))


def quick_win(r: random.Random, dimension: str) -> QuickWinPage:
    return QuickWinPage(
        dimension, DIMENSIONS[dimension], f"{r.choice(PROGRAMMES)} untuk warga", "Warga mengurus keperluannya dalam satu kunjungan, dengan antrean yang dapat dipantau dari rumah.",
        facts=(("OPD", r.choice(OPDS)), ("PIC", "Kepala bidang terkait"), ("Jenis", "Produk"), ("Status", "Uji coba"), ("Lama", "9 bulan")),
        sections=(("Latar belakang", text(r, 2)), ("Tujuan", SENTENCES[4]), ("Keunikan", SENTENCES[5]), ("Kemitraan", SENTENCES[9]), ("Keberlanjutan", SENTENCES[8])),
        targets=(("3 bulan", "Tim dan SOP"), ("6 bulan", "Uji coba di 3 kelurahan"), ("9 bulan", "Seluruh kecamatan"), ("12 bulan", "")),
        risks=(("Identifikasi", SENTENCES[6]), ("Analisis", "Kemungkinan sedang, dampak besar."), ("Penanganan", SENTENCES[7]), ("Mitigasi", "")),
        progress=35, key=f"qw-{dimension}",
    )  # fmt: skip


def roadmap_bars(r: random.Random, each: int) -> list[gantt.Bar]:
    bars: list[gantt.Bar] = []
    for dimension in DIMENSIONS:
        for number in range(each):
            start = r.randint(2022, 2030)
            bars.append(
                {
                    "code": f"{dimension}-{number % 3 + 1}.{number + 1:02d}",
                    "name": r.choice(PROGRAMMES),
                    "dimension": dimension,
                    "start": start,
                    "end": min(2031, start + r.randint(0, 4)),
                }
            )
    return bars


def swot(r: random.Random, caption: str) -> Swot:
    strengths, weaknesses, opportunities, threats = (
        tuple(f"{letter}{n} {r.choice(SENTENCES)}" for n in (1, 2, 3)) for letter in "SWOT"
    )
    return Swot(caption, strengths, weaknesses, opportunities, threats, source=SOURCE)


def book_one(r: random.Random, size: int) -> Book:
    judged: list[charts.Judged] = [
        {"label": "Struktur", "poor": 4, "fair": 9, "good": 14}, {"label": "Infrastruktur", "poor": 6, "fair": 10, "good": 13}, {"label": "Suprastruktur", "poor": 3, "fair": 7, "good": 14},
    ]  # fmt: skip
    swots: list[Block] = []
    for name in DIMENSIONS.values():
        swots += [Heading(2, name), Paragraph(text(r, 3)), swot(r, f"Matriks SWOT {name}")]
    chapters = (
        Chapter("pendahuluan", 1, "Pendahuluan", (Paragraph(text(r, 3), lead=True), *narrative(r, 3 * size)), gist="Mengapa kota ini menyusun rencana sepuluh tahun, dan bagaimana rencana ini disusun."),
        Chapter("masa-depan", 2, "Analisis Masa Depan", (*narrative(r, 4 * size), Facts((("Luas wilayah", "1.595 km²"), ("Jumlah penduduk", "1.196.396 jiwa"), ("Kecamatan", ""))), Tiles((("1,19 juta", "penduduk pada 2021"), ("12", "kecamatan"), ("67,5%", "indeks kesiapan"), ("Rp3,2 T", "APBD 2022"))))),
        Chapter("kesiapan", 3, "Analisis Kesiapan", (
            Heading(2, "Indeks menurut elemen"), Paragraph("Sebarannya tampak pada {gambar}; rinciannya pada {tabel}.", {"gambar": "fig-ready", "tabel": "tab-ready"}),
            Figure("Suprastruktur paling siap, infrastruktur paling tertinggal", charts.readiness(judged), "Batang bertumpuk tiga elemen.", SOURCE, key="fig-ready"),
            indicator_table(r, 40 * size, key="tab-ready"), *narrative(r, 3 * size),
        ), gist="Dua pertiga syarat kota cerdas sudah terpenuhi; yang tertinggal adalah jaringan di pulau-pulau."),
        Chapter("swot", 4, "Analisis SWOT", (
            Heading(2, "Posisi daerah"), Figure("Posisi daerah di kuadran I: strategi agresif", charts.swot_quadrant([{"label": "Kota Contoh", "x": 0.5, "y": 0.2}]), "Titik di kuadran satu.", SOURCE),
            *swots, Table("Strategi", (Column("Kode"), Column("Strategi", share=4)), (), key="empty"), Empty("Strategi untuk dimensi Smart Living belum ditulis.", "Tahap I · SWOT · Strategi"),
        )),
        Chapter("visi", 5, "Visi dan Sasaran", (Quote("Terwujudnya kota bahari yang melayani, terhubung, dan lestari", "Visi smart city 2022–2031"), *narrative(r, 2 * size), Callout("Catatan", "Sasaran tiap dimensi merujuk misi ketiga RPJMD."))),
    )  # fmt: skip
    return Book(
        "buku-1",
        1,
        "Analisis Strategis Smart City Daerah",
        "Buku 1 – Analisis Strategis",
        chapters,
        front(r),
        subtitle="Kesiapan, kesenjangan, dan arah menuju kota cerdas",
    )


def book_two(r: random.Random, size: int) -> Book:
    per_dimension = tuple(
        Chapter(f"aksi-{code.lower()}", number, f"Rencana Aksi {name}", (
            *narrative(r, size), Paragraph("Seluruh programnya ada pada {tabel}, peta jalannya pada {jalan}.", {"tabel": f"prog-{code}", "jalan": "bab:peta-jalan"}),
            programme_table(r, [code], 14 * size, key=f"prog-{code}"), *narrative(r, size),
        ), gist="Program yang paling cepat dirasakan warga didahulukan.", dimension=code)
        for number, (code, name) in enumerate(DIMENSIONS.items(), 3)
    )  # fmt: skip
    r2 = random.Random(5)
    amounts: list[charts.Amount] = [
        {"dimension": code, "year": year, "amount": r2.randint(1, 40) * 10**9}
        for code in DIMENSIONS
        for year in range(2022, 2032)
    ]
    pages = gantt.roadmap(roadmap_bars(r2, 6 + 5 * size), years=range(2022, 2032), terms=gantt.Terms(2022, 2026))
    chapters = (
        Chapter("pendahuluan", 1, "Pendahuluan", tuple(narrative(r, 2 * size))),
        Chapter("arah", 2, "Arah Pembangunan", tuple(narrative(r, 3 * size))),
        *per_dimension,
        Chapter("peta-jalan", 9, "Peta Jalan", (
            Heading(2, "Anggaran menurut tahun"), Figure("Anggaran memuncak pada tahun keenam", charts.budget_by_year(amounts), "Kolom bertumpuk per tahun.", SOURCE),
            Figure("Sumber anggaran", charts.budget_by_source([{"source": s, "amount": r2.randint(1, 400) * 10**9} for s in ("APBD kabupaten/kota", "APBN", "DAK", "KPBU", "Belum ada")]), "Batang per sumber.", SOURCE),
            Figure("Program menurut dimensi dan jangka", charts.programmes_by_term([{"dimension": c, "label": n, "short": 2, "medium": 5, "long": 3} for c, n in DIMENSIONS.items()]), "Batang per dimensi.", SOURCE),
            Heading(2, "Peta jalan program"),
            *(Figure(f"Peta jalan program, bagian {n}", page, "Batang tiap program pada tahun pelaksanaannya.", SOURCE) for n, page in enumerate(pages, 1)),
            programme_table(r, list(DIMENSIONS), 6 * size),
        )),
        Chapter("penutup", 10, "Penutup", tuple(narrative(r, size))),
        Chapter("sk", 1, "Surat Keputusan Tim", (Facts((("Nomor", "KPTS 123/HK/2022"), ("Tanggal", "2 Juni 2022"))),), appendix=True),
    )  # fmt: skip
    return Book(
        "buku-2",
        2,
        "Masterplan Smart City Daerah",
        "Buku 2 – Masterplan",
        chapters,
        front(r),
        subtitle="Program, anggaran, dan peta jalan 2022–2031",
    )


def book_three(r: random.Random) -> Book:
    chapters = (
        Chapter("ringkasan", 1, "Ringkasan", tuple(narrative(r, 1))),
        Chapter("quick-win", 2, "Quick Win", tuple(quick_win(r, code) for code in DIMENSIONS), gist="Enam karya yang terlihat warga dalam satu tahun."),
        Chapter("komitmen", 3, "Komitmen Bersama", (Bullets(("Integrasi, sinkronisasi, dan sinergitas perencanaan.", "Landasan materi dan implementasi praktis."), ordered=True), Signatures(tuple(Signature(f"Kepala {opd}", "Nama Pejabat, S.T., M.Si.", "Pembina Utama Muda (IV/c)", status=status) for opd, status in zip(OPDS[:6], ("", "menyusul", "diwakili", "", "", ""), strict=True)), "Kota Contoh, 6 September 2022"))),
    )  # fmt: skip
    return Book("buku-3", 3, "Ringkasan Eksekutif dan Quick Win", "Buku 3 – Ringkasan Eksekutif", chapters, front(r))


def front(r: random.Random) -> tuple[FrontMatter, ...]:
    signers = (
        Signature("Wali Kota Contoh", "Nama Wali Kota"),
        Signature("Kepala Dinas Komunikasi dan Informatika", "Nama Kepala Dinas, S.T."),
    )
    return (
        FrontMatter(
            "page",
            "Lembar Persetujuan",
            (
                Paragraph(
                    "Buku ini telah diperiksa dan disetujui sebagai bagian dari Masterplan Smart City Kota Contoh 2022–2031."
                ),
                Signatures(signers, "Kota Contoh, 6 September 2022"),
            ),
        ),
        FrontMatter(
            "page",
            "Kata Pengantar",
            (Paragraph(text(r, 5)), Paragraph(text(r, 5)), Signatures((signers[0],), "Kota Contoh, September 2022")),
        ),
        FrontMatter("contents", "Daftar Isi"),
        FrontMatter("tables", "Daftar Tabel"),
        FrontMatter("figures", "Daftar Gambar"),
        FrontMatter(
            "abbreviations",
            "Daftar Singkatan",
            pairs=(
                ("APBD", "Anggaran Pendapatan dan Belanja Daerah"),
                ("OPD", "Organisasi Perangkat Daerah"),
                ("SPBE", "Sistem Pemerintahan Berbasis Elektronik"),
            ),
        ),
    )


def content(size: int = 1, **changes: object) -> Content:
    """size 1 prints about 80 pages in three books; 3 about 200."""
    r = random.Random(7)
    return Content(edition(**changes), (book_one(r, size), book_two(r, size), book_three(r)))


def small(**changes: object) -> Content:
    """Two thin books with one of everything that a test reads back: seven chapters."""
    r = random.Random(3)
    judged: list[charts.Judged] = [{"label": "Struktur", "poor": 4, "fair": 9, "good": 14}]
    first = Book("buku-1", 1, "Analisis Strategis", "Buku 1 – Analisis Strategis", (
        Chapter("pendahuluan", 1, "Pendahuluan", (Heading(2, "Latar belakang"), Paragraph(text(r, 4)), Heading(3, "Maksud"), Paragraph(text(r, 3)))),
        Chapter("masa-depan", 2, "Analisis Masa Depan", (Heading(2, "Lingkungan"), Prose('<p>Lihat <a href="javascript:alert(1)">skrip</a>, <a href="file:///etc/passwd">berkas</a> dan <a href="https://example.go.id/">laman</a>.</p>'))),
        Chapter("kesiapan", 3, "Analisis Kesiapan", (
            Heading(2, "Indeks kesiapan"), Paragraph("Sebarannya pada {gambar}, rinciannya pada {tabel}, programnya pada {jauh}.", {"gambar": "fig", "tabel": "tab", "jauh": "far"}),
            Figure("Struktur sudah siap", charts.readiness(judged), "Satu batang.", SOURCE, key="fig"), indicator_table(r, 45, key="tab"),
            Heading(2, "Kesimpulan kesiapan"), Paragraph(text(r, 3)),
        ), gist="Dua pertiga syarat sudah terpenuhi."),
    ), front(r))  # fmt: skip
    second = Book("buku-2", 2, "Masterplan", "Buku 2 – Masterplan", (
        Chapter("aksi", 1, "Rencana Aksi Smart Governance", (Heading(2, "Program"), Paragraph("Seperti pada {kesiapan}.", {"kesiapan": "tab"}), programme_table(r, ["SG", "SB"], 9, key="far"), Heading(2, "Sesudah tabel"), Paragraph(text(r, 2))), dimension="SG"),
        Chapter("quick-win", 2, "Quick Win", (quick_win(r, "SL"), quick_win(r, "SV"))),
        Chapter("kosong", 3, "Peta Jalan", (Table("Peta jalan", (Column("Program"),), ()), Facts((("Periode", ""),)), Empty("Peta jalan belum disusun.", "Tahap III"))),
        Chapter("sk", 1, "Surat Keputusan", (Heading(2, "Nomor"), Facts((("Nomor", "123"),))), appendix=True),
    ), front(r))  # fmt: skip
    return Content(edition(**changes), (first, second))
