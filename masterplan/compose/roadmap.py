"""Peta jalan: the bars of every dimension, a table a term, and one page with the priority programmes."""

from dataclasses import replace
from itertools import zip_longest

from bimtek.formats import ringkas
from bimtek.models import Programme, Stage
from bimtek.rollups import Term, term_of, term_years
from masterplan import charts, gantt, maps
from masterplan.blocks import Block, Figure, TableRow
from masterplan.compose.material import Material
from masterplan.compose.programmes import PRIORITY, programme_total, unggulan, years_of
from masterplan.compose.words import amount, col, counted, joined, money_for, nothing, office, say, span, table
from masterplan.origins import of_row


def dated(m: Material, programmes: list[Programme]) -> list[Programme]:
    """Those that can be drawn: with years inside the plan."""
    return [each for each in programmes if term_of(m.plan, each.start_year, each.end_year)]


def bars(programmes: list[Programme]) -> list[gantt.Bar]:
    return [
        gantt.Bar(
            code=each.code,
            name=each.name,
            dimension=each.dimension,
            start=each.start_year,
            end=each.end_year or each.start_year,
        )
        for each in programmes
        if each.start_year
    ]


def terms_of(m: Material) -> gantt.Terms:
    return gantt.Terms(m.plan.short_until, m.plan.medium_until)


def _figures(m: Material, programmes: list[Programme], caption: str, key: str) -> list[Block]:
    """As many figures as pages are needed, each named with its part."""
    specs = gantt.roadmap(bars(programmes), years=m.plan.years, terms=terms_of(m))
    alt = "; ".join(f"{each.code} {each.name} {years_of(each)}" for each in programmes[:40])
    return [
        Figure(
            caption=caption if len(specs) == 1 else f"{caption} (bagian {place} dari {len(specs)})", chart=spec,
            alt=f"Bagan batang waktu. {alt}.", source=m.analysis, key=key if place == 1 else "",
        )
        for place, spec in enumerate(specs, start=1)
    ]  # fmt: skip


def _spreads(m: Material, programmes: list[Programme], caption: str, key: str) -> list[Block]:
    """Two facing pages each; both halves say in words what they show, the tables by term say all of it."""
    found = gantt.spreads(bars(programmes), years=m.plan.years, terms=terms_of(m))
    blocks: list[Block] = []
    for place, each in enumerate(found, start=1):
        part = f" (bagian {place} dari {len(found)})" if len(found) > 1 else ""
        left = _half(each.bars, each.left, each.left_years, f"{caption}: {span(each.left_years)}{part}")
        right = _half(each.bars, each.right, each.right_years, f"{caption}: {span(each.right_years)}{part}")
        blocks.append(replace(left, side="left", key=key if place == 1 else ""))
        blocks.append(replace(right, side="right", source=m.analysis))
    return blocks


def _half(shown: list[gantt.Bar], spec: charts.Spec, years: range, caption: str) -> Figure:
    inside = [bar for bar in shown if bar["start"] <= years[-1] and bar["end"] >= years[0]]
    words = "; ".join(f"{bar['code']} {bar['name']} {span((bar['start'], bar['end']))}" for bar in inside)
    return Figure(
        caption, spec, alt=f"Bagan batang waktu {span(years)}. {words or 'Tidak ada program pada tahun ini'}."
    )


def roadmap_gantt(m: Material, term: str = "") -> list[Block]:
    """Every programme (of one term, where it is named) as a bar over the years: on one page, or on spreads where it is long."""
    opening, chosen = _drawn(m, term)
    if not chosen:
        return opening
    draw = _spreads if gantt.needs_spread(m.plan.years, len(chosen)) else _figures
    return [*opening, *draw(m, chosen, f"Peta jalan smart city {m.region.name}", f"peta{term and '-' + term}")]


def roadmap_by_dimension(m: Material, term: str = "") -> list[Block]:
    """The same for a screen, which knows no pages: a figure a dimension."""
    blocks, chosen = _drawn(m, term)
    for dimension in m.framework.dimensions:
        if members := [each for each in chosen if each.dimension == dimension.code]:
            key = f"peta-{dimension.code}{term and '-' + term}"
            blocks += _figures(m, members, f"Peta jalan {dimension.name}", key)
    return blocks


def _drawn(m: Material, term: str) -> tuple[list[Block], list[Programme]]:
    """What is said before the bars (that there are none, where there are none), and the programmes that are drawn."""
    chosen = [
        each for each in dated(m, list(m.programmes)) if term in ("", term_of(m.plan, each.start_year, each.end_year))
    ]
    if not chosen:
        return [nothing("Tahun mulai dan tahun selesai program.", Stage.PROGRAM, "Program")], []
    undated = len(m.programmes) - len(dated(m, list(m.programmes)))
    left_out = m.sentence("peta-jalan-tanpa-tahun", jumlah_program=counted(undated, "program")) if undated else ""
    terms = [each for each in Term if term_years(m.plan, each)]
    bounds = joined(f"{each.label.lower()} {span(term_years(m.plan, each))}" for each in terms)
    first = min((term_of(m.plan, each.start_year, each.end_year) or Term.LONG for each in chosen), key=list(Term).index)
    opening = (m.sentence("peta-jalan-periode", jangka=bounds), left_out, m.sentence("peta-jalan-rujukan"))
    return [say(*opening, tabel=f"peta-jalan-{first.value}")], chosen


def programme_map(m: Material, argument: str = "") -> list[Block]:
    """Every dimension against every term: how many programmes begin there, and their money. Nothing while none has years."""
    if not dated(m, list(m.programmes)):
        return []
    terms = [each for each in Term if term_years(m.plan, each)]
    rows = []
    for dimension in m.framework.dimensions:
        cells = [_of(m, dimension.code, each) for each in terms]
        sums = [sum(map(programme_total, cell)) for cell in cells]
        rows.append({
            "dimension": dimension.code, "label": dimension.name, "counts": [len(cell) for cell in cells],
            "amounts": [ringkas(value) if value else "" for value in sums],
        })  # fmt: skip
    heads = [f"{each.label.removeprefix('Jangka ').capitalize()} ({span(term_years(m.plan, each))})" for each in terms]
    alt = "; ".join(
        f"{row['label']}: " + joined(f"{count} {term.label.removeprefix('Jangka ').lower()}" for count, term in zip(row["counts"], terms, strict=True))
        for row in rows
    )  # fmt: skip
    figure = Figure(
        "Peta program menurut dimensi dan jangka mulai", maps.programme_map(rows, heads), alt=f"Matriks dimensi dan jangka. {alt}.",
        source=m.analysis, key="peta-program",
    )  # fmt: skip
    return [
        say(m.sentence("peta-program"), gambar="peta-program"),
        figure,
    ]


def _of(m: Material, dimension: str, term: Term) -> list[Programme]:
    """The dimension's programmes that begin in this term."""
    return [each for each in m.programmes_of(dimension) if term_of(m.plan, each.start_year, each.end_year) == term]


def roadmap_table(m: Material, term: str = "") -> list[Block]:
    """Programmes by the term in which they start."""
    if not term:
        return [block for each in Term for block in roadmap_table(m, each.value)]
    wanted = Term(term)
    years = term_years(m.plan, wanted)
    if not years:
        return [say(m.sentence("peta-jalan-tanpa-jangka", nama_jangka=wanted.label.lower()))]
    chosen = [each for each in m.programmes if term_of(m.plan, each.start_year, each.end_year) == wanted]
    if not chosen:
        return [nothing(f"Program yang dimulai pada {wanted.label.lower()} ({span(years)}).", Stage.PROGRAM, "Program")]
    unit = money_for(line.amount for each in chosen for line in each.budget_lines.all())
    rows: list[TableRow] = []
    for dimension in m.framework.dimensions:
        members = [each for each in chosen if each.dimension == dimension.code]
        if members:
            rows.append(TableRow((dimension.name,), "group", dimension.code))
            rows += [
                TableRow(
                    (
                        each.code,
                        each.name,
                        office(each.opd) or "–",
                        years_of(each),
                        PRIORITY[each.priority],
                        unit(programme_total(each)),
                    ),
                    origin=of_row(each),
                    names=("code", "name", "opd", "start_year", "priority"),
                )
                for each in members
            ]
    total = sum(map(programme_total, chosen))
    rows.append(TableRow(("", f"Jumlah {counted(len(chosen), 'program')}", "", "", "", unit(total)), "total"))
    columns = (
        col("Kode", 0.85), col("Program", 3.2), col("OPD", 1.3), col("Tahun", 1, "center"), col("Prioritas", 1, "center"), col("Anggaran", 1.1, "right", unit=unit.unit),
    )  # fmt: skip
    key = f"peta-jalan-{term}"
    about = {"nama_jangka": wanted.label, "tahun": span(years), "jumlah_program": counted(len(chosen), "program")}
    sentence = (
        m.sentence("peta-jalan-jangka", anggaran=amount(total), **about)
        if total
        else m.sentence("peta-jalan-jangka-tanpa-anggaran", **about)
    )
    return [say(sentence, m.sentence("peta-jalan-jangka-rujukan"), tabel=key),
            table(f"Program {wanted.label.lower()} ({span(years)})", columns, rows, source=m.analysis, key=key)]  # fmt: skip


def some_of_each(m: Material, programmes: list[Programme], most: int) -> list[Programme]:
    """Takes one of every dimension and term in turn until there is no room, so that no dimension and no term goes missing."""
    waiting: dict[tuple[str, str], list[Programme]] = {}
    for each in programmes:
        waiting.setdefault((each.dimension, term_of(m.plan, each.start_year, each.end_year) or ""), []).append(each)
    rounds = zip_longest(*waiting.values())
    taken = {each.id for each in [each for turn in rounds for each in turn if each][:most]}
    return [each for each in programmes if each.id in taken]


def roadmap_page(m: Material, argument: str = "") -> list[Block]:
    """One page: the programmes of high priority; of too many, some of every dimension and every term."""
    chosen = dated(m, unggulan(m))
    if not chosen:
        return [nothing("Program berprioritas tinggi yang mempunyai tahun.", Stage.FINALISASI, "Prioritas program")]
    shown = some_of_each(m, chosen, gantt.ROADMAP_ROWS)
    everything = counted(len(chosen), "program")
    left_out = len(shown) < len(chosen)
    rest = m.sentence("peta-jalan-terbatas", jumlah_terpilih=len(shown), jumlah_program=everything) if left_out else ""
    sentence = m.sentence("peta-jalan-prioritas", jumlah_program=counted(len(shown), "program"))
    return [
        say(sentence, rest),
        *_figures(m, shown, f"Peta jalan program prioritas {m.region.name} {m.period}", "peta-satu-halaman"),
    ]
