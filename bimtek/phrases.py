"""The sentences that the product itself writes into the books: which there are, and what each may name in braces.

Their words are data: [[sentence]] in the framework file, and the gist and intro of its chapters and sections. A region
may write its own as the answer to a question that carries the default (`Question.default`); no answer is the default.
"""

import re
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError

PLAIN: dict[str, str] = {
    "daerah": "nama daerah",
    "kepala_daerah": "Wali Kota atau Bupati",
    "periode": "tahun awal dan akhir rencana",
    "angkatan": "tahun angkatan",
    "kementerian": "nama kementerian",
}
"""What every sentence may name, and what it stands for."""

REFERENCES: dict[str, str] = {
    "tabel": "nomor tabelnya, sebagai tautan",
    "gambar": "nomor gambarnya, sebagai tautan",
    "ifas": "nomor tabel IFAS, sebagai tautan",
    "efas": "nomor tabel EFAS, sebagai tautan",
}
"""What the press turns into a link; the sentence keeps it as it is."""

FIGURES: dict[str, str] = {
    "anggaran": "jumlah anggaran dalam rupiah",
    "aplikasi_aktif": "banyaknya aplikasi yang masih aktif",
    "aplikasi_nonaktif": "banyaknya aplikasi yang tidak aktif",
    "bagian": "bagian dari seluruhnya",
    "dasar": "data di balik tiap butir",
    "data": "banyaknya data dan tahunnya",
    "elemen": "nama elemen kesiapan",
    "elemen_terkuat": "elemen dengan indeks tertinggi",
    "elemen_terlemah": "elemen dengan indeks terendah",
    "golongan": "rendah, sedang, atau tinggi",
    "indeks": "indeks kesiapan 0–100",
    "jangka": "pembagian periode menjadi jangka",
    "judul": "judul masterplan",
    "jumlah_aplikasi": "banyaknya aplikasi",
    "jumlah_butir": "banyaknya butir SWOT",
    "jumlah_calon": "banyaknya calon quick win",
    "jumlah_dimensi": "banyaknya dimensi",
    "jumlah_indikator": "banyaknya indikator",
    "jumlah_kehadiran": "banyaknya kehadiran peserta",
    "jumlah_kesenjangan": "banyaknya kesenjangan",
    "jumlah_misi": "banyaknya misi RPJMD",
    "jumlah_opd": "banyaknya perangkat daerah",
    "jumlah_orang": "banyaknya anggota",
    "jumlah_penanda_tangan": "banyaknya penanda tangan",
    "jumlah_pertemuan": "banyaknya pertemuan",
    "jumlah_program": "banyaknya program",
    "jumlah_quick_win": "banyaknya quick win",
    "jumlah_strategi": "banyaknya strategi",
    "jumlah_terpilih": "banyaknya calon yang dipilih",
    "jumlah_unggulan": "banyaknya program berprioritas tinggi",
    "keadaan": "berapa yang sudah menandatangani, diwakili, atau menyusul",
    "kebutuhan": "jenis penopang yang dibutuhkan",
    "kelompok": "nama kelompok data",
    "keputusan": "surat keputusan yang mendasarinya",
    "kode_program": "kode program yang bersangkutan",
    "misi_didukung": "banyaknya misi yang didukung",
    "nama_dimensi": "nama dimensi",
    "nama_jangka": "jangka pendek, menengah, atau panjang",
    "nama_opd": "nama perangkat daerah",
    "nama_sumber": "nama sumber dana",
    "nilai_efas": "nilai EFAS",
    "nilai_ifas": "nilai IFAS",
    "posisi": "kuadran dan anjurannya",
    "rincian": "rincian jumlahnya",
    "satuan": "satuan uang pada tabel",
    "sebaran": "berapa yang dinilai baik, sedang, dan kurang",
    "selisih_eksternal": "peluang dikurangi ancaman",
    "selisih_internal": "kekuatan dikurangi kelemahan",
    "tahun": "tahun yang dicakup",
    "tim": "nama tim",
}
"""What the product counts or looks up for some sentences."""

MEANINGS = PLAIN | REFERENCES | FIGURES

# Every [[sentence]] that a framework file must hold, with what it may name besides PLAIN. The composers ask by these keys.
SENTENCES: dict[str, tuple[str, ...]] = {
    "persetujuan": ("judul",),
    "pertemuan": ("jumlah_pertemuan", "jumlah_kehadiran", "tabel"),
    "pertemuan-tanpa-peserta": ("jumlah_pertemuan", "tabel"),
    "tim-dasar": ("tim", "keputusan"),
    "tim-tanpa-keputusan": ("tim",),
    "tim-susunan": ("tim", "jumlah_orang", "tabel"),
    "profil": ("data",),
    "profil-kelompok": ("kelompok",),
    "profil-rujukan": ("tabel",),
    "misi": ("rincian", "tabel"),
    "keselarasan": ("misi_didukung", "jumlah_misi"),
    "keselarasan-lepas": ("jumlah_program", "kode_program"),
    "keselarasan-rujukan": ("gambar", "tabel"),
    "keselarasan-catatan": (),
    "kesiapan-sebaran": ("jumlah_indikator", "sebaran"),
    "kesiapan-kosong": (),
    "kesiapan-indeks": ("indeks", "golongan"),
    "kesiapan-ekstrem": ("elemen_terkuat", "elemen_terlemah"),
    "kesiapan-belum-dinilai": ("jumlah_indikator",),
    "kesiapan-rujukan": ("gambar", "tabel"),
    "kesiapan-catatan": (),
    "elemen-sebaran": ("elemen", "jumlah_indikator", "sebaran"),
    "elemen-kosong": ("elemen",),
    "elemen-indeks": ("elemen", "indeks", "golongan"),
    "elemen-data-kurang": ("elemen", "jumlah_indikator"),
    "elemen-rujukan": ("elemen", "tabel"),
    "aplikasi": ("jumlah_aplikasi", "aplikasi_aktif", "aplikasi_nonaktif"),
    "aplikasi-terpadu": ("bagian",),
    "aplikasi-rujukan": ("tabel",),
    "kesenjangan": ("jumlah_kesenjangan", "jumlah_dimensi"),
    "kesenjangan-tinggi": ("jumlah_kesenjangan",),
    "kesenjangan-kosong": ("nama_dimensi",),
    "kesenjangan-rujukan": ("tabel",),
    "swot-butir": ("jumlah_butir", "rincian"),
    "swot-dasar": ("dasar",),
    "swot-catatan": (),
    "swot-strategi": ("jumlah_strategi",),
    "swot-strategi-tanpa-butir": ("jumlah_strategi",),
    "swot-strategi-rujukan": ("tabel",),
    "swot-kualitatif": (),
    "swot-nilai": ("nilai_ifas", "nilai_efas"),
    "swot-selisih": ("selisih_internal", "selisih_eksternal"),
    "swot-posisi": ("posisi",),
    "swot-posisi-rujukan": ("gambar", "ifas", "efas"),
    "swot-posisi-rujukan-ringkas": ("gambar",),
    "swot-skor-catatan": (),
    "program": ("jumlah_program", "rincian"),
    "program-anggaran": ("anggaran",),
    "program-tanpa-anggaran": (),
    "program-rujukan": ("gambar", "tabel"),
    "program-dimensi": ("nama_dimensi", "jumlah_program", "anggaran"),
    "program-dimensi-tanpa-anggaran": ("nama_dimensi", "jumlah_program"),
    "program-dimensi-rujukan": ("nama_dimensi", "tabel"),
    "target": ("jumlah_indikator", "tabel"),
    "target-tanpa-indikator": ("jumlah_program",),
    "unggulan": ("jumlah_unggulan", "jumlah_program"),
    "unggulan-rujukan": ("tabel",),
    "keterlacakan": ("jumlah_program", "tabel"),
    "penopang": ("jumlah_program", "kebutuhan", "tabel"),
    "peta-program": ("gambar",),
    "peta-jalan-periode": ("jangka",),
    "peta-jalan-tanpa-tahun": ("jumlah_program",),
    "peta-jalan-rujukan": ("tabel",),
    "peta-jalan-jangka": ("nama_jangka", "tahun", "jumlah_program", "anggaran"),
    "peta-jalan-jangka-tanpa-anggaran": ("nama_jangka", "tahun", "jumlah_program"),
    "peta-jalan-jangka-rujukan": ("tabel",),
    "peta-jalan-tanpa-jangka": ("nama_jangka",),
    "peta-jalan-prioritas": ("jumlah_program",),
    "peta-jalan-terbatas": ("jumlah_terpilih", "jumlah_program"),
    "anggaran": ("anggaran",),
    "anggaran-terbesar": ("nama_dimensi", "anggaran"),
    "anggaran-belum": ("jumlah_program",),
    "anggaran-rujukan": ("gambar", "tabel"),
    "anggaran-satuan": ("satuan",),
    "anggaran-catatan": (),
    "sumber-terbesar": ("nama_sumber", "anggaran"),
    "sumber-belum": ("anggaran", "bagian"),
    "sumber-rujukan": ("gambar", "tabel"),
    "opd-sebaran": ("jumlah_opd",),
    "opd-terbesar": ("nama_opd",),
    "opd-rujukan": ("tabel",),
    "calon": ("jumlah_calon", "jumlah_terpilih"),
    "calon-belum-dipilih": ("jumlah_calon",),
    "calon-rujukan": ("tabel",),
    "calon-catatan": (),
    "quick-win": ("jumlah_quick_win",),
    "quick-win-kosong": ("nama_dimensi",),
    "quick-win-rujukan": ("gambar", "tabel"),
    "komitmen": (),
    "penanda-tangan": ("jumlah_penanda_tangan", "keadaan"),
    "penanda-tangan-rujukan": ("tabel",),
}

PREFIX = "kalimat"
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
LONGEST = 1_000


def question_key(*parts: str) -> str:
    """The key under which a region's own wording is kept: 'kalimat-buku-1-swot-5-2'."""
    return "-".join([PREFIX, *parts]).replace(".", "-").lower()


def unknown(text: str, known: Iterable[str]) -> list[str]:
    """What stands in braces and is not known; '{' for a brace that is no placeholder at all."""
    allowed = set(known)
    strangers = [f"{{{name}}}" for name in PLACEHOLDER.findall(text) if name not in allowed]
    bare = PLACEHOLDER.sub("", text)
    return list(dict.fromkeys(strangers + [sign for sign in "{}" if sign in bare]))


def refuse_unknown(text: str, known: Iterable[str]) -> None:
    """ValidationError, as a sentence, when a region's wording names what the product does not fill in or is no sentence."""
    names = sorted(set(known))
    if strangers := unknown(text, names):
        choices = ", ".join(f"{{{name}}}" for name in names)
        raise ValidationError(
            f"{', '.join(strangers)} bukan isian otomatis kalimat ini. Yang dapat dipakai: {choices}. Hapus atau ganti, lalu simpan lagi."
        )
    if len(text) > LONGEST:
        raise ValidationError(f"Kalimat pengantar paling panjang {LONGEST} tanda; ini {len(text)} tanda.")


def filled(text: str, facts: Mapping[str, str]) -> str:
    """One line with what is known put in, the first letter a capital. Never runs a format: a region's words are only words."""
    line = " ".join(PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text).split())
    return line[:1].upper() + line[1:]
