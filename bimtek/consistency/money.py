"""Rules about money, years and indicators. Each yields the row that mends it and a sentence; pure."""

from collections import defaultdict
from uuid import UUID

from bimtek.consistency.rows import Found, Rows
from bimtek.formats import rupiah
from bimtek.models import BudgetLine, Plan
from bimtek.rollups import rooms


def inside(plan: Plan, year: int) -> bool:
    return plan.first_year <= year <= plan.last_year


def period(plan: Plan) -> str:
    return f"{plan.first_year}–{plan.last_year}"


def year_outside(rows: Rows) -> Found:
    plan = rows.plan
    for each in rows.programmes:
        outside = [year for year in (each.start_year, each.end_year) if year and not inside(plan, year)]
        if outside:
            years = " dan ".join(map(str, dict.fromkeys(outside)))
            yield each, f"{each.code} memakai tahun {years}, di luar masa rencana {period(plan)}."


def money_outside_period(rows: Rows) -> Found:
    plan = rows.plan
    for line in rows.budget_lines:
        if not inside(plan, line.year):
            yield (
                line,
                f"{line.programme.code} dianggarkan {line.year}, di luar masa rencana {period(plan)}.",
            )


def money_outside_programme(rows: Rows) -> Found:
    """Years with money before the programme starts or after it ends, one finding a programme; see also the rule above."""
    found: dict[UUID, list[BudgetLine]] = defaultdict(list)
    for line in rows.budget_lines:
        start, end = line.programme.start_year, line.programme.end_year
        if line.amount and start and end and not start <= line.year <= end and inside(rows.plan, line.year):
            found[line.programme_id].append(line)
    for lines in found.values():
        each = lines[0].programme
        years = ", ".join(str(year) for year in dict.fromkeys(line.year for line in lines))
        span = f"{each.start_year}–{each.end_year}" if each.end_year != each.start_year else str(each.start_year)
        yield lines[0], f"{each.code} dianggarkan {years}, padahal berlangsung {span}."


def no_source_yet(rows: Rows) -> Found:
    """The first year begins soon: money whose source is still open then is the first that will be missing."""
    for line in rows.budget_lines:
        if line.source == BudgetLine.Source.NONE and line.year == rows.plan.first_year:
            yield line, f"{line.programme.code} belum mempunyai sumber dana untuk tahun pertama, {line.year}."


def no_budget(rows: Rows) -> Found:
    funded = {line.programme_id for line in rows.budget_lines}
    for each in rows.programmes:
        if each.pk not in funded:
            yield each, f"{each.code} belum mempunyai anggaran."


def no_unit(rows: Rows) -> Found:
    for each in rows.indicators:
        if not each.unit.strip():
            yield each, f"Indikator “{each.name}” pada {each.programme.code} belum mempunyai satuan."


def no_target(rows: Rows) -> Found:
    for each in rows.indicators:
        if not each.targets.all():
            yield each, f"Indikator “{each.name}” pada {each.programme.code} belum mempunyai target."


def late_baseline(rows: Rows) -> Found:
    for each in rows.indicators:
        start = each.programme.start_year
        if each.baseline_year and start and each.baseline_year > start:
            yield (
                each,
                f"Nilai awal “{each.name}” bertahun {each.baseline_year}, sesudah {each.programme.code} mulai pada {start}.",
            )


def target_outside(rows: Rows) -> Found:
    plan = rows.plan
    for each in rows.indicators:
        years = [target.year for target in each.targets.all() if not inside(plan, target.year)]
        if years:
            yield (
                each,
                f"Target “{each.name}” pada {each.programme.code} bertahun {', '.join(map(str, years))}, di luar masa rencana.",
            )


def target_before_baseline(rows: Rows) -> Found:
    """The state of departure is measured before what one wants to reach."""
    for each in rows.indicators:
        years = [target.year for target in each.targets.all()]
        if each.baseline_year and years and each.baseline_year >= min(years):
            yield (
                each,
                f"Nilai awal “{each.name}” pada {each.programme.code} bertahun {each.baseline_year}, tidak mendahului target {min(years)}.",
            )


def target_as_baseline(rows: Rows) -> Found:
    for each in rows.indicators:
        values = {target.value for target in each.targets.all()}
        if each.baseline is not None and values == {each.baseline}:
            yield each, f"Semua target “{each.name}” pada {each.programme.code} sama dengan nilai awalnya."


def baseline_without_year(rows: Rows) -> Found:
    for each in rows.indicators:
        if each.baseline is not None and not each.baseline_year:
            yield each, f"Nilai awal “{each.name}” pada {each.programme.code} belum mempunyai tahun."


def same_indicator(rows: Rows) -> Found:
    """The same measure twice within one programme."""
    seen: dict[tuple[UUID, str], str] = {}
    for each in rows.indicators:
        key = each.programme_id, " ".join(each.name.casefold().split())
        if key in seen:
            yield each, f"Indikator “{each.name}” tertulis dua kali pada {each.programme.code}."
        seen[key] = each.name


def empty_line(rows: Rows) -> Found:
    for line in rows.budget_lines:
        if not line.amount and line.source != BudgetLine.Source.NONE:
            yield line, f"{line.programme.code} menyebut {line.get_source_display()} {line.year} tanpa jumlah."


def over_ceiling(rows: Rows) -> Found:
    """More is planned for a year from a source than that year offers."""
    by_place = {(ceiling.year, ceiling.source): ceiling for ceiling in rows.ceilings}
    for room in rooms(rows.budget_lines, rows.ceilings):
        if room.over:
            ceiling = by_place[room.year, room.source]
            yield (
                ceiling,
                f"Anggaran {ceiling} melampaui plafonnya {rupiah(room.over)}: "
                f"direncanakan {rupiah(room.planned)}, plafon {rupiah(room.ceiling)}.",
            )
