"""What may come along from an earlier plan, as data, in the order that it is written: what is pointed to comes first."""

from dataclasses import dataclass

from bimtek.models import (
    Answer,
    Application,
    BudgetLine,
    Gap,
    Indicator,
    IndicatorTarget,
    MissionItem,
    Objective,
    Programme,
    ReadinessRow,
    Regulation,
    Row,
    Strategy,
    SwotItem,
)


@dataclass(frozen=True)
class Kind:
    """One thing to tick. `models` in the order of writing."""

    key: str
    title: str
    help: str
    models: tuple[type[Row], ...]
    usual: bool = True
    """Whether it is ticked before anybody decided."""


RPJMD_ANSWERS = frozenset({"rpjmd-visi", "rpjmd-keterkaitan"})
"""Narrative answers that belong to a term of office, like its misi."""
KINDS: tuple[Kind, ...] = (
    Kind(
        "rpjmd", "Visi, misi, tujuan, dan sasaran RPJMD",
        "Hanya bila RPJMD yang sama masih berlaku; kepala daerah baru membawa misi baru.", (MissionItem, Answer), usual=False,
    ),
    Kind("swot", "Butir SWOT dan strategi", "Dengan kaitan antara strategi dan butirnya.", (SwotItem, Strategy)),
    Kind("kesenjangan", "Kesenjangan", "Kondisi dan rekomendasinya; periksa mana yang sudah terjawab.", (Gap,)),
    Kind("aplikasi", "Inventaris aplikasi", "Aplikasi dengan OPD dan integrasinya.", (Application,)),
    Kind("peraturan", "Peraturan", "Dasar hukum yang belum ada di daftar rencana ini.", (Regulation,)),
    Kind(
        "kesiapan", "Kesiapan daerah",
        "Sebagai nilai lama beserta tahun dan sumbernya; nilai barunya tetap diisi.", (ReadinessRow,),
    ),
    Kind("sasaran", "Sasaran smart city", "Sasaran tiap dimensi.", (Objective,)),
    Kind(
        "program", "Program yang masih berjalan",
        "Dengan anggaran, indikator, dan target di dalam masa rencana yang baru.",
        (Programme, BudgetLine, Indicator, IndicatorTarget),
    ),
    Kind("narasi", "Jawaban narasi", "Sebagai draf dari rencana terdahulu, ditandai sampai disimpan lagi.", (Answer,)),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}
USUAL = tuple(kind.key for kind in KINDS if kind.usual)

SAME: dict[type[Row], tuple[str, ...]] = {
    MissionItem: ("kind", "text"),
    SwotItem: ("quadrant", "scope", "text"),
    Strategy: ("kind", "scope", "text"),
    Gap: ("sub_dimension", "present"),
    Application: ("name", "opd_id"),
    Regulation: ("rank", "number", "year"),
    Objective: ("dimension", "text"),
    Programme: ("sub_dimension", "name"),
}
"""Two rows that agree in these are one: it is not brought a second time, and what points to the old one points to it."""
NUMBERED: dict[type[Row], tuple[str, ...]] = {
    SwotItem: ("scope", "quadrant"),
    Strategy: ("scope", "kind"),
    Objective: ("dimension",),
}
"""Rows counted 1, 2, 3 … within these fields: those that come are counted on from what is there."""
LEFT_EMPTY: dict[type[Row], tuple[str, ...]] = {Programme: ("renja_year", "dpa_year", "unplanned_reason")}
"""What tells of budget papers of the past."""
