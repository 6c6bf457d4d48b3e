"""Quick wins: the nominees with their scores, those chosen, and one page each."""

from bimtek.models import QuickWin, Stage
from masterplan import maps
from masterplan.blocks import Block, Figure, QuickWinPage, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import col, counted, full_office, joined, nothing, office, say, table
from masterplan.origins import of_row

SCORES = ("score_visible", "score_feasible", "score_impact", "score_ready")
MONTHS = (3, 6, 9, 12)
PAGE = {
    "OPD": "opd", "PIC": "pic", "Pengusul": "proposer", "Jenis": "kind", "Status": "status", "Lama": "months", "Program induk": "programme",
    "Latar belakang": "background", "Tujuan": "aim", "Keunikan": "uniqueness", "Kemitraan": "partnership", "Potensi pengembangan": "potential",
    "Sumber daya": "resources", "Keberlanjutan": "sustain_regulation", "3 bulan": "target_3", "6 bulan": "target_6", "9 bulan": "target_9",
    "12 bulan": "target_12", "Identifikasi": "risk_identification", "Analisis": "risk_analysis", "Penanganan": "risk_treatment",
    "Mitigasi": "risk_mitigation",
}  # fmt: skip
"""Label on a quick win's page → its field."""
CHOSEN_PLACE = "Quick win"


def score(each: QuickWin) -> int | None:
    """Sum of the four scores (4 to 20); None until all are given."""
    given = [getattr(each, field) for field in SCORES]
    return None if None in given else sum(given)


def quick_win_nominees(m: Material, argument: str = "") -> list[Block]:
    if not m.quick_wins:
        return [nothing("Calon quick win tiap dimensi.", Stage.PROGRAM, "Calon quick win")]
    rows: list[TableRow] = []
    for dimension in m.framework.dimensions:
        members = [each for each in m.quick_wins if each.dimension == dimension.code]
        if members:
            rows.append(TableRow((dimension.name,), "group", dimension.code))
            rows += [_nominee(each) for each in sorted(members, key=lambda each: -(score(each) or 0))]
    columns = (
        col("Calon", 2.4), col("OPD", 1.1), col("Terlihat warga", 0.75, "right", group="Nilai (1–5)"), col("Mudah", 0.75, "right", group="Nilai (1–5)"),
        col("Dampak", 0.75, "right", group="Nilai (1–5)"), col("Sumber daya", 0.75, "right", group="Nilai (1–5)"), col("Jumlah", 0.75, "right"), col("Hasil", 0.8, "center"),
    )  # fmt: skip
    chosen = len(m.chosen_quick_wins())
    found = counted(len(m.quick_wins), "calon quick win")
    opening = (
        m.sentence("calon", jumlah_calon=found, jumlah_terpilih=chosen)
        if chosen
        else m.sentence("calon-belum-dipilih", jumlah_calon=found)
    )
    note = m.sentence("calon-catatan")
    return [say(opening, m.sentence("calon-rujukan"), tabel="calon"),
            table("Penilaian calon quick win", columns, rows, note=note, source=m.analysis, key="calon")]  # fmt: skip


def _nominee(each: QuickWin) -> TableRow:
    scores = (str(getattr(each, field) or "–") for field in SCORES)
    cells = (each.name, office(each.opd) or "–", *scores, str(score(each) or "–"), "dipilih" if each.chosen else "–")
    return TableRow(cells, origin=of_row(each), names=("name", "opd", *SCORES, "", "chosen"))


def quick_win_summary(m: Material, argument: str = "") -> list[Block]:
    chosen = m.chosen_quick_wins()
    if not chosen:
        return [nothing("Quick win yang dipilih.", Stage.KOMITMEN, CHOSEN_PLACE)]
    absent = [each.name for each in m.framework.dimensions if not any(one.dimension == each.code for one in chosen)]
    missing = m.sentence("quick-win-kosong", nama_dimensi=joined(absent)) if absent else ""
    opening = m.sentence("quick-win", jumlah_quick_win=counted(len(chosen), "quick win"))
    rows = [
        TableRow(
            (
                each.dimension,
                each.name,
                each.benefit or "–",
                office(each.opd) or "–",
                f"{each.months} bulan" if each.months else "–",
                _progress(each),
            ),
            origin=of_row(each),
            names=("dimension", "name", "benefit", "opd", "months", "progress"),
        )
        for each in chosen
    ]
    columns = (
        col("Dimensi", 0.75, "center"), col("Quick win", 1.7), col("Manfaat", 3), col("OPD", 1.1), col("Lama", 0.8, "center"), col("Progres", 0.8, "right")
    )  # fmt: skip
    return [say(opening, missing, m.sentence("quick-win-rujukan"), gambar="gambar-quick-win", tabel="terpilih"),
            timeline(m), table("Quick win terpilih", columns, rows, source=m.analysis, key="terpilih")]  # fmt: skip


def _progress(each: QuickWin) -> str:
    return "–" if each.progress is None else f"{each.progress} %"


def quick_win_profiles(m: Material, argument: str = "") -> list[Block]:
    """One page a chosen quick win."""
    chosen = m.chosen_quick_wins()
    if not chosen:
        return [nothing("Profil, target, dan risiko quick win yang dipilih.", Stage.KOMITMEN, CHOSEN_PLACE)]
    return [profile(m, each) for each in chosen]


def timeline(m: Material) -> Figure:
    """The chosen ones over their months, with what is done and where a target stands."""
    chosen = m.chosen_quick_wins()
    rows = [
        maps.Running(
            name=each.name, dimension=each.dimension, months=each.months or 0, progress=each.progress or 0,
            targets=[month for month in MONTHS if getattr(each, f"target_{month}").strip()],
        )
        for each in chosen
    ]  # fmt: skip
    alt = "; ".join(
        f"{each.name}: {f'{each.months} bulan' if each.months else 'lama belum diisi'}, progres {_progress(each)}"
        for each in chosen
    )
    return Figure(
        "Lama dan progres quick win terpilih; belah ketupat menandai bulan yang mempunyai target", maps.quick_wins(rows),
        alt=f"Bagan batang waktu. {alt}.", source=m.analysis, key="gambar-quick-win",
    )  # fmt: skip


def profile(m: Material, each: QuickWin) -> QuickWinPage:
    sustain = {
        "Regulasi": each.sustain_regulation, "Kelembagaan": each.sustain_institution,
        "Sumber daya": each.sustain_resources, "Model bisnis": each.sustain_business,
    }  # fmt: skip
    programme = str(each.programme) if each.programme else ""
    return QuickWinPage(
        dimension=each.dimension,
        dimension_name=m.dimension_name(each.dimension),
        name=each.name,
        summary=each.benefit,
        facts=(
            ("OPD", full_office(each.opd)),
            ("PIC", each.pic),
            ("Pengusul", each.proposer),
            ("Jenis", each.get_kind_display()),
            ("Status", each.status),
            ("Lama", f"{each.months} bulan" if each.months else ""),
            *((("Program induk", programme),) if programme else ()),
        ),
        sections=(
            ("Latar belakang", each.background),
            ("Tujuan", each.aim),
            ("Keunikan", each.uniqueness),
            ("Kemitraan", each.partnership),
            ("Potensi pengembangan", each.potential),
            ("Sumber daya", each.resources),
            ("Keberlanjutan", "\n".join(f"{label}: {text}" for label, text in sustain.items() if text.strip())),
        ),
        targets=(
            ("3 bulan", each.target_3),
            ("6 bulan", each.target_6),
            ("9 bulan", each.target_9),
            ("12 bulan", each.target_12),
        ),
        risks=(
            ("Identifikasi", each.risk_identification),
            ("Analisis", each.risk_analysis),
            ("Penanganan", each.risk_treatment),
            ("Mitigasi", each.risk_mitigation),
        ),
        progress=each.progress,
        key=f"quick-win-{each.id}",
        origin=of_row(each),
        names=PAGE,
    )
