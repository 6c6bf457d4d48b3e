"""What the people of Kabupaten Halmahera Timur type in tests/test_from_form_to_pdf.py. Synthetic, every figure of it."""

from typing import Any

CODE, SLUG, COHORT = "82.06", "kabupaten-halmahera-timur", 2022
DIMENSIONS = ("SG", "SB", "SE", "SL", "SS", "SV")
BILLION = 1_000_000_000

VISION = "Halmahera Timur yang terhubung, sehat, dan berdaya saing dari desa ke kota."
BACKGROUND = "Jarak antardesa membuat layanan tatap muka mahal bagi warga pesisir."
AIM = "Masterplan ini memandu sepuluh tahun pembangunan layanan cerdas."

DECREES = [
    {
        "purpose": "pelaksana",
        "form": "sk",
        "number": "188.45/101/2022",
        "year": 2022,
        "date": "2022-05-20",
        "about": "Tim Pelaksana",
    },
]
MEMBERS = [
    {"team": "dewan", "role": "Wakil Ketua", "name": "Dra. Nurhayati Saleh", "position_title": "Sekretaris Daerah"},
    {"team": "pelaksana", "role": "Ketua", "name": "Ir. Yakub Tomagola", "position_title": "Kepala Dinas Kominfo"},
]  # fmt: skip
PROFILE = [
    {"group": "Kependudukan", "label": f"Penduduk Kecamatan {name}", "value": value, "unit": "jiwa", "year": 2021,
     "source": "BPS Halmahera Timur Dalam Angka 2022"}
    for name, value in (
        ("Maba", "13.402"), ("Kota Maba", "9.118"), ("Maba Selatan", "8.004"), ("Maba Tengah", "7.315"), ("Maba Utara", "8.660"),
        ("Wasile", "10.027"), ("Wasile Timur", "11.540"), ("Wasile Tengah", "6.201"), ("Wasile Utara", "5.377"),
    )
]  # fmt: skip
MISSIONS = [
    "Meningkatkan mutu pendidikan dan kesehatan.",
    "Mewujudkan tata kelola pemerintahan yang bersih dan digital.",
]

# The worked example of the field: IFAS 2,90, EFAS 3,00, x = 0,50, y = 0,20, Kuadran I.
SWOT = [
    ("S", "Seluruh OPD sudah memakai jaringan intra pemerintah", "0,20", 4),
    ("S", "Anggaran belanja TIK naik tiga tahun berturut-turut", "0,15", 3),
    ("S", "Bupati memimpin langsung Dewan Smart City", "0,15", 3),
    ("W", "Dua puluh desa belum terjangkau sinyal seluler", "0,20", 3),
    ("W", "Pranata komputer baru empat orang", "0,15", 2),
    ("W", "Data antar-OPD belum dipertukarkan", "0,15", 2),
    ("O", "Palapa Ring Timur melewati Maba", "0,25", 4),
    ("O", "Kawasan industri nikel membuka lapangan kerja", "0,20", 3),
    ("T", "Serangan siber terhadap aplikasi daerah", "0,30", 3),
    ("T", "Cuaca ekstrem memutus serat optik", "0,25", 2),
]
STRATEGIES = [
    ("WO", "Membangun menara bersama di dua puluh desa", ("W1", "O1")),
    ("ST", "Membentuk tim tanggap insiden siber daerah", ("S1", "T1")),
    ("WT", "Menyiapkan jalur cadangan satelit bagi puskesmas", ("W1", "T2")),
]

PROGRAMMES: dict[str, dict[str, Any]] = {
    "SG": {"name": "Pelayanan perizinan dari kantor desa", "benefit": "Warga mengurus izin tanpa menyeberang ke Maba."},
    "SB": {"name": "Etalase wisata bahari Teluk Buli", "benefit": "Pelancong menemukan desa wisata dan pemandunya."},
    "SE": {"name": "Pasar ikan daring nelayan Wasile", "benefit": "Nelayan tahu harga sebelum melaut."},
    "SL": {"name": "Rujukan puskesmas satu jam", "benefit": "Ibu hamil sampai di rumah sakit tepat waktu."},
    "SS": {"name": "Sekolah pesisir tersambung", "benefit": "Murid belajar dengan guru mata pelajaran dari kota."},
    "SV": {"name": "Bank sampah pulau kecil", "benefit": "Sampah plastik tidak lagi dibuang ke laut."},
}
BUDGET = {
    code: (number * BILLION, 2 * number * BILLION) for number, code in enumerate(DIMENSIONS, start=1)
}  # 2022, 2023
TOTAL = sum(sum(years) for years in BUDGET.values())

GAP = "Layanan baru tersedia di ibu kota kabupaten"
OBJECTIVE = "Meningkatnya layanan yang dinikmati warga desa pada dimensi"
QUICK_WIN_PROFILE = {
    "background": "Warga menunggu dua hari untuk satu surat.", "aim": "Surat selesai pada hari yang sama.",
    "risk_identification": "Listrik padam.", "risk_analysis": "Sering, sebentar.", "risk_treatment": "Genset desa.",
    "risk_mitigation": "Formulir kertas cadangan.", "target_3": "Tiga desa.", "target_6": "Enam desa.",
    "target_9": "Sepuluh desa.", "target_12": "Dua puluh desa.", "status": "Siap jalan", "progress": 10,
}  # fmt: skip
PEOPLE_THERE = """Dra. Nurhayati Saleh; Sekretariat Daerah; Sekretaris Daerah; P; OPD
Ir. Yakub Tomagola; Dinas Komunikasi dan Informatika; Kepala Dinas; L; OPD
Hamid Laha; Universitas Khairun; Dosen; L; Akademisi"""
SESSION_DATES = {
    1: ("2022-06-20", "2022-06-21"),
    2: ("2022-07-18", "2022-07-19"),
    3: ("2022-08-22", "2022-08-23"),
    4: ("2022-09-26", "2022-09-26"),
}


def prose(key: str) -> str:
    """A sentence of its own for each narrative question, so that the book shows which answer stands where."""
    return f"Uraian Halmahera Timur untuk bagian {key.replace('-', ' ')} disepakati dalam bimtek."
