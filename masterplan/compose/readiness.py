"""Kesiapan: the distribution over kurang, sedang and baik, one table an element, and the inventory of applications."""

import re
from collections.abc import Iterable, Sequence

from bimtek.formats import number, percent
from bimtek.models import ReadinessRow, Stage
from bimtek.readiness import Readiness, readiness
from masterplan import charts
from masterplan.blocks import Block, Figure, Table, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import col, counted, joined, nothing, office, say, span, table
from masterplan.origins import of_row

FIGURE = re.compile(r"[\d.,±~–-]+( (ribu|juta|miliar|triliun))?", re.ASCII)
KINDS = {
    "indeks",
    "nilai",
    "opini",
    "predikat",
    "keadaan",
    "uraian",
    "status",
    "skor",
    "tipe",
}  # say what a value is, not how much of what
JUDGEMENT: dict[int | None, str] = {None: "–", **{each.value: str(each.label) for each in ReadinessRow.Judgement}}


def judged(rows: Iterable[ReadinessRow]) -> Readiness:
    return readiness(row.judgement for row in rows)


def distribution(m: Material, found: Readiness, element: str = "") -> str:
    """'Dari 80 indikator, 41 dinilai baik (51,25 %), 26 sedang (32,5 %), dan 13 kurang (16,25 %).'"""
    about = {"elemen": element} if element else {}
    kind = "elemen" if element else "kesiapan"
    if not found.judged:
        return m.sentence(f"{kind}-kosong", **about)
    counts = zip((found.good, found.fair, found.poor), ("dinilai baik", "sedang", "kurang"), found.shares, strict=True)
    spread = joined(f"{count} {word} ({percent(share)})" for count, word, share in counts)
    return m.sentence(f"{kind}-sebaran", jumlah_indikator=counted(found.judged, "indikator"), sebaran=spread, **about)


def _verdict(m: Material, found: Readiness, element: str) -> str:
    if found.index is None:
        return ""
    return m.sentence("elemen-indeks", elemen=element, indeks=number(found.index), golongan=found.band)


def elements(m: Material) -> list[tuple[str, str, list[ReadinessRow]]]:
    """(code, name, rows) of each element; rows of an element that this framework does not know come last, by its code."""
    known = [(each.code, each.name) for each in m.framework.elements]
    codes = {code for code, _ in known}
    others = [(code, code) for code in dict.fromkeys(row.element for row in m.readiness) if code not in codes]
    return [(code, name, [row for row in m.readiness if row.element == code]) for code, name in known + others]


def readiness_summary(m: Material, argument: str = "") -> list[Block]:
    """The distribution and the index of each element and of all, as a sentence, a figure and a table."""
    whole = judged(m.readiness)
    if not whole.judged:
        return [nothing("Penilaian indikator kesiapan (kurang, sedang, baik).", Stage.PERSEPSI, "Kesiapan")]
    parts = [(name, judged(rows)) for _, name, rows in elements(m)]
    left = counted(whole.unjudged, "indikator")
    unjudged = m.sentence("kesiapan-belum-dinilai", jumlah_indikator=left) if whole.unjudged else ""
    rated = {name: found.index for name, found in parts if found.index is not None}
    extremes = ""
    if len(set(rated.values())) > 1:
        best, worst = max(rated, key=lambda name: rated[name]), min(rated, key=lambda name: rated[name])
        extremes = m.sentence("kesiapan-ekstrem", elemen_terkuat=best.lower(), elemen_terlemah=worst.lower())
    verdict = m.sentence("kesiapan-indeks", indeks=number(whole.index), golongan=whole.band)
    closing = m.sentence("kesiapan-rujukan")
    return [
        say(
            distribution(m, whole),
            verdict,
            extremes,
            unjudged,
            closing,
            gambar="gambar-kesiapan",
            tabel="tabel-kesiapan",
        ),
        _figure(m, parts, whole),
        _summary_table(m, parts, whole),
    ]


def _figure(m: Material, parts: Sequence[tuple[str, Readiness]], whole: Readiness) -> Figure:
    rows = [charts.Judged(label=name, poor=found.poor, fair=found.fair, good=found.good) for name, found in parts]
    rows.append(charts.Judged(label="Seluruh elemen", poor=whole.poor, fair=whole.fair, good=whole.good))
    alt = "; ".join(f"{row['label']}: {row['good']} baik, {row['fair']} sedang, {row['poor']} kurang" for row in rows)
    return Figure(
        caption=f"Sebaran penilaian kesiapan dan indeks tiap elemen, {m.region.name}",
        chart=charts.readiness(rows), alt=f"Diagram batang bertumpuk. {alt}.", source=m.analysis, key="gambar-kesiapan",
    )  # fmt: skip


def _summary_table(m: Material, parts: Sequence[tuple[str, Readiness]], whole: Readiness) -> Table:
    def cells(name: str, found: Readiness) -> tuple[str, ...]:
        good, fair, poor = (number(share) if found.judged else "–" for share in found.shares)
        index = "–" if found.index is None else number(found.index)
        counts = (str(found.poor), poor, str(found.fair), fair, str(found.good), good)
        return (name, str(found.judged), *counts, index, found.band or "–")

    columns = [col("Elemen", 1.7), col("Indikator dinilai", 1, "right")]
    for title in ("Kurang", "Sedang", "Baik"):
        columns += [col("jumlah", 0.75, "right", group=title), col("%", 0.8, "right", group=title)]
    columns += [col("Indeks", 0.8, "right"), col("Golongan", 1, "center")]
    rows = [TableRow(cells(name, found)) for name, found in parts] + [TableRow(cells("Seluruh elemen", whole), "total")]
    note = m.sentence("kesiapan-catatan")
    return table(
        "Rekapitulasi penilaian kesiapan menurut elemen",
        columns,
        rows,
        note=note,
        source=m.analysis,
        key="tabel-kesiapan",
    )


def readiness_tables(m: Material, element: str = "") -> list[Block]:
    """Every indicator of the element (of all, without one) with its year, source and filling office, by component."""
    blocks: list[Block] = []
    for code, name, rows in elements(m):
        if element in ("", code):
            blocks += _element(m, code, name, rows)
    return blocks


def _element(m: Material, code: str, name: str, rows: list[ReadinessRow]) -> list[Block]:
    if not rows:
        return [
            nothing(
                f"Indikator kesiapan {name.lower()} dengan nilai, tahun, dan sumbernya.", Stage.PERSEPSI, "Kesiapan"
            )
        ]
    found = judged(rows)
    without = sum(1 for row in rows if not (row.year and row.source.strip()))
    element = name.lower()
    gaps = counted(without, "indikator")
    missing = m.sentence("elemen-data-kurang", elemen=element, jumlah_indikator=gaps) if without else ""
    key = f"kesiapan-{code}"
    closing = m.sentence("elemen-rujukan", elemen=element)
    sentence = say(distribution(m, found, element), _verdict(m, found, element), missing, closing, tabel=key)
    columns = (
        col("No.", 0.5, "right"), col("Indikator dan catatan", 2.7), col("Nilai", 1.3), col("Tahun", 0.7, "center"),
        col("Sumber", 1.7), col("OPD", 1.2), col("Penilaian", 0.95, "center"),
    )  # fmt: skip
    caption = f"Kesiapan {name.lower()} {m.region.name}"
    made = table(caption, columns, _by_component(m, rows), source=_row_sources(rows), key=key)
    return [sentence, made]


def _by_component(m: Material, rows: list[ReadinessRow]) -> list[TableRow]:
    names = {each.code: each.name for each in m.framework.components}
    order = list(names)
    groups: dict[str, list[ReadinessRow]] = {}
    for row in rows:
        groups.setdefault(row.component, []).append(row)
    found: list[TableRow] = []
    number_ = 0
    for component in sorted(groups, key=lambda code: order.index(code) if code in names else len(order)):
        found.append(TableRow((f"Komponen {names.get(component, component)}",), kind="group"))
        for row in groups[component]:
            number_ += 1
            found.append(TableRow((
                str(number_), f"{row.name}\nCatatan: {row.note}" if row.note.strip() else row.name, _valued(row), str(row.year or "–"), row.source or "–",
                office(row.opd) or "–", JUDGEMENT.get(row.judgement, "–"),
            ), origin=of_row(row), names=("", "name", "value", "year", "source", "opd", "judgement")))  # fmt: skip
    return found


def _valued(row: ReadinessRow) -> str:
    """'41 orang', '2,94 triliun rupiah'; a value in words ('Wajar tanpa pengecualian') stands without its unit."""
    value, unit = row.value.strip(), row.unit.strip()
    measured = value and unit and FIGURE.fullmatch(value) and unit.casefold() not in KINDS
    return f"{value} {'%' if unit.casefold() == 'persen' else unit}" if measured else value or "–"


def _row_sources(rows: list[ReadinessRow]) -> str:
    data = span(row.year for row in rows)
    return "Perangkat daerah pengisi menurut kolom Sumber" + (f", data tahun {data}" if data else "")


def applications(m: Material, argument: str = "") -> list[Block]:
    """Inventaris aplikasi: what each is for, who hosts it, what it is joined to, whether it still lives."""
    if not m.applications:
        return [nothing("Inventaris aplikasi perangkat daerah.", Stage.PERSEPSI, "Inventaris aplikasi")]
    total = len(m.applications)
    active = sum(each.active for each in m.applications)
    joined_up = sum(bool(each.integrated_with.strip()) for each in m.applications)
    counts = {"jumlah_aplikasi": total, "aplikasi_aktif": active, "aplikasi_nonaktif": total - active}
    joint = m.sentence("aplikasi-terpadu", bagian=sentence_count(joined_up, total))
    names = ("", "name", "opd", "year", "developer", "integrated_with", "active")
    rows = [
        TableRow((
            str(place), f"{each.name}\n{each.purpose}".strip(), office(each.opd) or "–", str(each.year or "–"),
            "\n".join(part for part in (each.developer, each.hosting) if part) or "–",
            each.integrated_with or "–", "aktif" if each.active else "tidak aktif",
        ), origin=of_row(each), names=names)
        for place, each in enumerate(m.applications, start=1)
    ]  # fmt: skip
    columns = (
        col("No.", 0.5, "right"), col("Aplikasi dan fungsinya", 2.8), col("OPD", 1.2), col("Tahun", 0.7, "center"),
        col("Pengembang dan hosting", 1.5), col("Terintegrasi dengan", 1.5), col("Keadaan", 0.8, "center"),
    )  # fmt: skip
    caption = f"Inventaris aplikasi {m.region.name}"
    source = f"Inventarisasi perangkat daerah {m.region.name}, {m.cohort_year}"
    return [say(m.sentence("aplikasi", **counts), joint, m.sentence("aplikasi-rujukan"), tabel="aplikasi"),
            table(caption, columns, rows, source=source, key="aplikasi")]  # fmt: skip


def sentence_count(count: int, total: int) -> str:
    """'Belum ada yang', 'Semuanya', or '12 di antaranya'."""
    if not count:
        return "Belum ada yang"
    return "Semuanya" if count == total else f"Sebanyak {count} di antaranya"
