"""Rencana aksi: counts, the wide table of each dimension, one card a programme, and the matrix of yearly targets."""

from collections.abc import Sequence

from bimtek.formats import number
from bimtek.models import BudgetLine, Indicator, Programme, Stage
from bimtek.rollups import Term, term_of
from masterplan import charts
from masterplan.blocks import Block, Facts, Figure, Heading, Table, TableRow
from masterplan.compose.material import Material
from masterplan.compose.vision import objective_code
from masterplan.compose.words import (
    Unit,
    amount,
    col,
    counted,
    full_office,
    joined,
    money_for,
    nothing,
    office,
    say,
    sentence_case,
    span,
    table,
)  # fmt: skip
from masterplan.origins import of_row

PLACE = "Program"
SOURCE = {value: str(label) for value, label in BudgetLine.Source.choices}
CARD = {
    "Manfaat": "benefit", "Jenis": "kind", "Sasaran": "objective", "Kesenjangan": "gap", "Kegiatan": "activity", "Deskripsi": "description",
    "Teknologi": "technology", "Hasil": "output", "Penopang": "enabler_policy", "Pelaksana lain": "supporting", "Perencanaan": "nomenclature",
    "OPD penanggung jawab": "opd", "Tahun": "start_year",
}  # fmt: skip
"""Label of a card's line → the field of the programme's form where it begins."""
PRIORITY: dict[int | None, str] = {
    None: "Belum ditentukan",
    **{each.value: str(each.label) for each in Programme.Priority},
}


def programme_total(programme: Programme) -> int:
    return sum(line.amount for line in programme.budget_lines.all())


def years_of(programme: Programme) -> str:
    return span((programme.start_year, programme.end_year))


def term_label(m: Material, programme: Programme) -> str:
    term = term_of(m.plan, programme.start_year, programme.end_year)
    return str(term.label) if term else ""


def _none() -> list[Block]:
    return [nothing("Program dengan penanggung jawab, tahun, indikator, dan anggarannya.", Stage.PROGRAM, PLACE)]


# --- how many ----------------------------------------------------------------------------------------------------


def programme_summary(m: Material, argument: str = "") -> list[Block]:
    """Programmes and money by dimension and term."""
    if not m.programmes:
        return _none()
    groups = [(each.name, m.programmes_of(each.code)) for each in m.framework.dimensions]
    parts = joined(f"{len(m.programmes_of(each.code))} {each.name}" for each in m.framework.dimensions)
    total = sum(row.amount for row in m.money)
    money = m.sentence("program-anggaran", anggaran=amount(total)) if total else m.sentence("program-tanpa-anggaran")
    counts = m.sentence("program", jumlah_program=counted(len(m.programmes), "program"), rincian=parts)
    opening = say(counts, money, m.sentence("program-rujukan"), gambar="gambar-program", tabel="tabel-program")
    caption = "Jumlah program dan anggaran menurut dimensi dan jangka"
    return [opening, _summary_figure(m), _counts(m, caption, "Dimensi", groups, "tabel-program")]


def _counts(m: Material, caption: str, head: str, groups: Sequence[tuple[str, Sequence[Programme]]], key: str) -> Table:
    """Programmes by term and their money, a line a group, with the sum. Those without years get a column when there are any."""
    everything = [each for _, programmes in groups for each in programmes]
    unit = money_for(line.amount for each in everything for line in each.budget_lines.all())
    terms: list[Term | None] = [*Term]
    if any(term_of(m.plan, each.start_year, each.end_year) is None for each in everything):
        terms.append(None)
    columns = [col(head, 2.2)]
    columns += [
        col(term.label.removeprefix("Jangka ").capitalize() if term else "Tanpa tahun", 0.95, "right", group="Jangka")
        for term in terms
    ]
    columns += [col("Jumlah program", 0.95, "right"), col("Anggaran", 1.3, "right", unit=unit.unit)]

    def line(name: str, programmes: Sequence[Programme]) -> tuple[str, ...]:
        found = [term_of(m.plan, each.start_year, each.end_year) for each in programmes]
        counts = (str(found.count(term)) for term in terms)
        return (name, *counts, str(len(programmes)), unit(sum(map(programme_total, programmes))))

    rows = [TableRow(line(name, programmes)) for name, programmes in groups]
    return table(caption, columns, [*rows, TableRow(line("Jumlah", everything), "total")], source=m.analysis, key=key)


def _summary_figure(m: Material) -> Figure:
    rows = []
    for each in m.framework.dimensions:
        terms = [term_of(m.plan, one.start_year, one.end_year) for one in m.programmes_of(each.code)]
        counts = {"short": terms.count(Term.SHORT), "medium": terms.count(Term.MEDIUM), "long": terms.count(Term.LONG)}
        rows.append({"dimension": each.code, "label": each.name, **counts})
    alt = "; ".join(
        f"{row['label']}: {row['short']} pendek, {row['medium']} menengah, {row['long']} panjang" for row in rows
    )
    return Figure(
        caption="Jumlah program menurut dimensi dan jangka", chart=charts.programmes_by_term(rows),
        alt=f"Diagram batang bertumpuk. {alt}.", source=m.analysis, key="gambar-program",
    )  # fmt: skip


# --- the wide table and the cards --------------------------------------------------------------------------------


def programme_table(m: Material, dimension: str = "") -> list[Block]:
    """The dimension's programmes on turned pages, then each one with all that is known of it."""
    if not dimension:
        return [block for each in m.framework.dimensions for block in programme_table(m, each.code)]
    programmes, name = m.programmes_of(dimension), m.dimension_name(dimension)
    if not programmes:
        return [nothing(f"Program {name}.", Stage.PROGRAM, PLACE)]
    key = f"program-{dimension}"
    total = sum(map(programme_total, programmes))
    opening = say(
        _of_dimension(m, name, len(programmes), total),
        m.sentence("program-dimensi-rujukan", nama_dimensi=name),
        tabel=key,
    )
    subs = [
        (f"{each.code} {each.name}", [one for one in programmes if one.sub_dimension == each.code])
        for each in m.framework.sub_dimensions_of(dimension)
    ]
    counts = _counts(
        m, f"Jumlah program {name} menurut subdimensi dan jangka", "Subdimensi", subs, f"jumlah-{dimension}"
    )
    return [opening, _wide_table(m, dimension, programmes, total, key), counts, *_cards(m, programmes)]


def _of_dimension(m: Material, name: str, count: int, total: int) -> str:
    about = {"nama_dimensi": name, "jumlah_program": counted(count, "program")}
    if not total:
        return m.sentence("program-dimensi-tanpa-anggaran", **about)
    return m.sentence("program-dimensi", anggaran=amount(total), **about)


def _wide_table(m: Material, dimension: str, programmes: list[Programme], total: int, key: str) -> Block:
    unit = money_for(line.amount for each in programmes for line in each.budget_lines.all())
    rows: list[TableRow] = []
    for code in dict.fromkeys(each.sub_dimension for each in programmes):
        members = [each for each in programmes if each.sub_dimension == code]
        money = sum(map(programme_total, members))
        sums = f": {counted(len(members), 'program')}" + (f", {unit(money)} {unit.unit}" if money else "")
        rows.append(TableRow((f"{code} {m.sub_dimension_name(code)}{sums}",), "group", dimension))
        rows += [_wide_row(each, unit) for each in members]
    name = m.dimension_name(dimension)
    rows.append(TableRow(("", f"Jumlah {name}", "", "", "", "", unit(total), ""), "total"))
    columns = (
        col("Kode", 0.8), col("Program", 1.8), col("Manfaat", 3.5), col("OPD", 1.25), col("Indikator dan target", 2.95), col("Tahun", 1, "center"),
        col("Anggaran", 1, "right", unit=unit.unit), col("Sumber dana", 1.4),
    )  # fmt: skip
    return table(f"Rencana aksi {name}", columns, rows, landscape=True, source=m.analysis, key=key)


def _wide_row(each: Programme, unit: Unit) -> TableRow:
    funds = ", ".join(dict.fromkeys(SOURCE.get(line.source, line.source) for line in each.budget_lines.all()))
    indicators = "\n".join(_last_target(one) for one in each.indicators.all())
    return TableRow((
        each.code, each.name, each.benefit or "–", office(each.opd) or "–", indicators or "–", years_of(each) or "–",
        unit(programme_total(each)), funds or "–",
    ), origin=of_row(each), names=("code", "name", "benefit", "opd", "", "start_year"))  # fmt: skip


def _last_target(indicator: Indicator) -> str:
    """'Layanan daring: 40 layanan (2026)': the last target says where it goes; all years stand in the card."""
    targets = list(indicator.targets.all())
    if not targets:
        return indicator.name
    last = targets[-1]
    return f"{indicator.name}: {measured(last.value, indicator.unit)} ({last.year})"


def measured(value: object, unit: str) -> str:
    """'40 layanan', '85 %'; the unit 'persen' is written as its sign."""
    text = number(value)  # type: ignore[arg-type]
    return f"{text} %" if unit.strip().casefold() in ("%", "persen") else f"{text} {unit}".strip()


def _cards(m: Material, programmes: list[Programme]) -> list[Block]:
    blocks: list[Block] = []
    for each in programmes:
        head = Heading(4, f"{each.code} {each.name}", key=f"kartu-{each.code}", origin=of_row(each, "name"))
        blocks += [head, Facts(card(m, each), dense=True, note=_origin(each), origin=of_row(each), names=CARD)]
    return blocks


def _origin(each: Programme) -> str:
    """Whose accepted masterplan the words came from."""
    return f"Diadaptasi dari {each.adapted_from}." if each.adapted_from else ""


def card(m: Material, each: Programme) -> tuple[tuple[str, str], ...]:
    """Everything about one programme. What must be there prints 'Belum diisi' where it is not; the rest is summed up last."""
    absent: list[str] = []
    indicators = "\n".join(_all_targets(one) for one in each.indicators.all())
    optional = [
        ("Sasaran", f"{objective_code(each.objective)} {each.objective.text}" if each.objective else ""),
        ("Kesenjangan", (each.gap.gap or each.gap.present) if each.gap else ""),
        ("Kegiatan", each.activity),
        ("Deskripsi", each.description),
        ("Teknologi", each.technology),
        ("Hasil", _together(absent, "\n", Output=each.output, Outcome=each.outcome, Penerima=each.beneficiaries, Lokasi=each.location)),
        ("Penopang", _together(
            absent, "\n", Regulasi=each.enabler_policy, Infrastruktur=each.enabler_infrastructure,
            Aplikasi=each.enabler_application, SDM=each.enabler_people,
        )),
        ("Pelaksana lain", _together(
            absent, "; ", Pendukung=joined(office(one) for one in each.supporting.all()), Mitra=each.partners, PIC=each.pic
        )),
        ("Perencanaan", _planning(each)),
    ]  # fmt: skip
    absent += [label for label, value in optional if not value.strip()]
    return (
        ("Manfaat", each.benefit),
        ("Jenis", _kind_and_links(each, absent)),
        *[pair for pair in optional if pair[1].strip()],
        ("OPD penanggung jawab", full_office(each.opd)),
        ("Tahun", _years_and_term(m, each)),
        ("Indikator dan target", indicators),
        ("Anggaran", _budget(each)),
        *([("Belum diisi", joined(map(_lower, absent)))] if absent else []),
    )


def _together(absent: list[str], between: str, **parts: str) -> str:
    """'Output: …', 'Outcome: …' in one cell; what is empty is noted in `absent`. All empty: '', for one label says it."""
    given = [f"{label}: {value}" for label, value in parts.items() if value.strip()]
    if given:
        absent += [label for label, value in parts.items() if not value.strip()]
    return between.join(given)


def _lower(label: str) -> str:
    """'teknologi', but 'PIC' as it is."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def _kind_and_links(each: Programme, absent: list[str]) -> str:
    """'Pengembangan, prioritas tinggi. Mendukung misi 1 dan 3. Strategi SG-SO1.'"""
    missions = joined(f"{one.get_kind_display().lower()} {one.number}" for one in each.missions.all())
    strategies = joined(one.code for one in each.strategies.all())
    absent += [name for name, there in (("misi RPJMD", missions), ("strategi SWOT", strategies)) if not there]
    priority = f"prioritas {PRIORITY[each.priority].lower()}"
    parts = [
        f"{each.get_kind_display()}, {priority}",
        f"Mendukung {missions} RPJMD" if missions else "",
        f"Strategi {strategies}" if strategies else "",
    ]
    return ". ".join(part for part in parts if part) + "."


def _planning(each: Programme) -> str:
    """Where it stands in the region's planning papers, or why it does not."""
    labelled = {
        "kode nomenklatur": each.nomenclature,
        "rujukan": each.rpjmd_reference,
        "Renja": each.renja_year,
        "DPA": each.dpa_year,
    }
    parts = [f"{label} {value}" for label, value in labelled.items() if value]
    if each.unplanned_reason:
        parts.append(f"belum tercantum karena {each.unplanned_reason}")
    return sentence_case("; ".join(parts))


def _years_and_term(m: Material, each: Programme) -> str:
    years = years_of(each)
    term = term_label(m, each)
    return f"{years} ({term.lower()})" if years and term else years


def _all_targets(indicator: Indicator) -> str:
    start = ""
    if indicator.baseline is not None:
        year = f" ({indicator.baseline_year})" if indicator.baseline_year else ""
        start = f"awal {measured(indicator.baseline, indicator.unit)}{year}"
    targets = "; ".join(f"{one.year}: {number(one.value)}" for one in indicator.targets.all())
    unit = f" ({indicator.unit})" if indicator.unit else ""
    return f"{indicator.name}{unit}. " + "; ".join(
        part for part in (start, targets or "target tahunan belum diisi") if part
    )


def _budget(each: Programme) -> str:
    """One line a source with its years, and the sum."""
    by_source: dict[str, list[str]] = {}
    for line in each.budget_lines.all():
        by_source.setdefault(line.source, []).append(f"{line.year} {amount(line.amount)}")
    lines = [f"{SOURCE.get(source, source)}: {'; '.join(years)}" for source, years in by_source.items()]
    several = sum(map(len, by_source.values())) > 1
    return "\n".join([*lines, f"Jumlah {amount(programme_total(each))}"] if several else lines)


# --- indicators and priorities -----------------------------------------------------------------------------------


def indicator_targets(m: Material, argument: str = "") -> list[Block]:
    """The matrix of monitoring: every indicator with its baseline and its target in each year of the plan."""
    if not any(each.indicators.all() for each in m.programmes):
        return [nothing("Indikator program dengan target tahunan.", Stage.FINALISASI, PLACE)]
    rows: list[TableRow] = []
    for dimension in m.framework.dimensions:
        members = [each for each in m.programmes_of(dimension.code) if each.indicators.all()]
        if members:
            rows.append(TableRow((dimension.name,), "group", dimension.code))
            rows += [_target_row(m, each, one) for each in members for one in each.indicators.all()]
    count = sum(len(each.indicators.all()) for each in m.programmes)
    without = sum(not each.indicators.all() for each in m.programmes)
    missing = m.sentence("target-tanpa-indikator", jumlah_program=counted(without, "program")) if without else ""
    opening = m.sentence("target", jumlah_indikator=counted(count, "indikator"))
    columns = [col("Kode", 0.9), col("Indikator", 2.9), col("Satuan", 1), col("Awal (tahun)", 0.9, "right")]
    columns += [col(str(year), 0.75, "right", group="Target") for year in m.years]
    return [say(opening, missing, tabel="target"),
            table("Indikator program dan target tahunan", columns, rows, landscape=True, source=m.analysis, key="target")]  # fmt: skip


def _target_row(m: Material, programme: Programme, indicator: Indicator) -> TableRow:
    targets = {one.year: number(one.value) for one in indicator.targets.all()}
    start = "–" if indicator.baseline is None else number(indicator.baseline)
    if indicator.baseline is not None and indicator.baseline_year:
        start += f"\n({indicator.baseline_year})"
    return TableRow(
        (programme.code, indicator.name, indicator.unit or "–", start, *(targets.get(year, "–") for year in m.years)),
        origin=of_row(indicator), names=("", "name", "unit", "baseline"),
    )  # fmt: skip


def unggulan(m: Material) -> list[Programme]:
    """Programme unggulan: those of high priority."""
    return [each for each in m.programmes if each.priority == Programme.Priority.HIGH]


def priority_programmes(m: Material, argument: str = "") -> list[Block]:
    if not m.programmes:
        return _none()
    chosen = unggulan(m)
    if not chosen:
        return [nothing("Program berprioritas tinggi.", Stage.FINALISASI, "Prioritas program")]
    return _priorities(m, chosen, benefits=True)


def priority_list(m: Material, argument: str = "") -> list[Block]:
    """The same without what each brings: for the executive summary."""
    chosen = unggulan(m)
    return _priorities(m, chosen, benefits=False) if chosen else priority_programmes(m)


def _priorities(m: Material, chosen: list[Programme], *, benefits: bool) -> list[Block]:
    unit = money_for(line.amount for each in chosen for line in each.budget_lines.all())
    rows: list[TableRow] = []
    for dimension in m.framework.dimensions:
        members = [each for each in chosen if each.dimension == dimension.code]
        if members:
            rows.append(TableRow((dimension.name,), "group", dimension.code))
            rows += [_priority(each, unit, benefits=benefits) for each in members]
    total, gap = sum(map(programme_total, chosen)), ("",) if benefits else ()
    rows.append(TableRow(("", f"Jumlah {counted(len(chosen), 'program')}", *gap, "", "", unit(total)), "total"))
    columns = [
        col("Kode", 1.05), col("Program", 2.3 if benefits else 4.5), *([col("Manfaat", 3.9)] if benefits else []), col("OPD", 1.65),
        col("Tahun", 1.4, "center"), col("Anggaran", 1.3, "right", unit=unit.unit),
    ]  # fmt: skip
    all_of_them = counted(len(m.programmes), "program")
    sentence = m.sentence("unggulan", jumlah_unggulan=len(chosen), jumlah_program=all_of_them)
    return [say(sentence, m.sentence("unggulan-rujukan"), tabel="unggulan"),
            table("Program berprioritas tinggi", columns, rows, source=m.analysis, key="unggulan")]  # fmt: skip


def _priority(each: Programme, unit: Unit, *, benefits: bool) -> TableRow:
    benefit = (each.benefit or "–",) if benefits else ()
    behind = (office(each.opd) or "–", years_of(each) or "–", unit(programme_total(each)))
    names = ("code", "name", *(["benefit"] if benefits else []), "opd", "start_year")
    return TableRow((each.code, each.name, *benefit, *behind), origin=of_row(each), names=names)
