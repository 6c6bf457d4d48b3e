"""Kesenjangan: how many there are in each dimension and how severe, and one table a dimension."""

from bimtek.models import Gap, Stage
from masterplan.blocks import Block, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import col, counted, joined, nothing, office, say, table
from masterplan.origins import of_row

SEVERITIES = (Gap.Severity.HIGH, Gap.Severity.MEDIUM, Gap.Severity.LOW)


def gap_summary(m: Material, argument: str = "") -> list[Block]:
    if not m.gaps:
        return [nothing("Kesenjangan tiap subdimensi.", Stage.PERSEPSI, "Kesenjangan")]
    high = sum(each.severity == Gap.Severity.HIGH for each in m.gaps)
    unjudged = any(each.severity is None for each in m.gaps)
    rows = []
    for dimension in m.framework.dimensions:
        gaps = m.gaps_of(dimension.code)
        rows.append(TableRow((dimension.name, *_counts(gaps, unjudged), str(len(_answered(m, gaps))))))
    rows.append(TableRow(("Jumlah", *_counts(list(m.gaps), unjudged), str(len(_answered(m, list(m.gaps))))), "total"))
    columns = [col("Dimensi", 2), *(col(each.label, 0.8, "right", group="Tingkat") for each in SEVERITIES)]
    columns += [col("Belum dinilai", 1, "right")] if unjudged else []
    columns += [col("Jumlah", 0.8, "right"), col("Dijawab program", 1.1, "right")]
    untouched = [each.name for each in m.framework.dimensions if not m.gaps_of(each.code)]
    found = counted(len(m.gaps), "kesenjangan")
    opening = m.sentence("kesenjangan", jumlah_kesenjangan=found, jumlah_dimensi=len(m.framework.dimensions))
    urgent = m.sentence("kesenjangan-tinggi", jumlah_kesenjangan=counted(high, "kesenjangan")) if high else ""
    absent = m.sentence("kesenjangan-kosong", nama_dimensi=joined(untouched)) if untouched else ""
    return [
        say(opening, urgent, absent, m.sentence("kesenjangan-rujukan"), tabel="tabel-kesenjangan"),
        table("Rekapitulasi kesenjangan menurut dimensi dan tingkat", columns, rows, source=m.analysis, key="tabel-kesenjangan"),
    ]  # fmt: skip


def _counts(gaps: list[Gap], unjudged: bool) -> tuple[str, ...]:
    """By severity, with those that have none where the table shows them, and all."""
    known = [str(sum(each.severity == severity for each in gaps)) for severity in SEVERITIES]
    none = [str(sum(each.severity is None for each in gaps))] if unjudged else []
    return (*known, *none, str(len(gaps)))


def _answered(m: Material, gaps: list[Gap]) -> list[Gap]:
    """Gaps that at least one programme answers."""
    taken = {each.gap_id for each in m.programmes}
    return [each for each in gaps if each.id in taken]


def gap_table(m: Material, dimension: str = "") -> list[Block]:
    if not dimension:
        return [block for each in m.framework.dimensions for block in gap_table(m, each.code)]
    gaps, name = m.gaps_of(dimension), m.dimension_name(dimension)
    if not gaps:
        return [nothing(f"Kesenjangan dimensi {name}.", Stage.PERSEPSI, "Kesenjangan")]
    rows: list[TableRow] = []
    for code in dict.fromkeys(each.sub_dimension for each in gaps):
        rows.append(TableRow((f"{code} {m.sub_dimension_name(code)}",), kind="group", dimension=dimension))
        rows += [_row(m, each) for each in gaps if each.sub_dimension == code]
    columns = (
        col("Kondisi saat ini", 2.2), col("Kondisi yang diharapkan", 1.8), col("Kesenjangan dan penyebab", 2.1),
        col("Rekomendasi dan program", 1.9), col("OPD dan tingkat", 1.2),
    )  # fmt: skip
    return [table(f"Kesenjangan dimensi {name}", columns, rows, source=m.analysis, key=f"kesenjangan-{dimension}")]


def _row(m: Material, each: Gap) -> TableRow:
    programmes = ", ".join(one.code for one in m.programmes if one.gap_id == each.id)
    severity = f"Tingkat {Gap.Severity(each.severity).label.lower()}" if each.severity else ""
    return TableRow((
        _lines(each.present, Data=each.present_data),
        _lines(each.expected, Tahun=str(each.expected_year or "")),
        _lines(each.gap, Penyebab=each.cause),
        _lines(each.recommendation, Program=programmes),
        "\n".join(part for part in (office(each.opd), severity, f"SWOT {each.swot_item}" if each.swot_item else "") if part) or "–",
    ), origin=of_row(each), names=("present", "expected", "gap", "recommendation", "opd"))  # fmt: skip


def _lines(text: str, **labelled: str) -> str:
    """The text, and under it what belongs to it, each with its label; a dash where there is neither."""
    return (
        "\n".join(
            part
            for part in (text.strip(), *(f"{label}: {value}" for label, value in labelled.items() if value))
            if part
        )
        or "–"
    )
