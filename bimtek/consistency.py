"""What in a plan contradicts itself or hangs loose, as findings that lead to the row. Pure: rows in, findings out.

`read` fetches a plan's rows in a fixed number of queries, `findings` judges them by RULES. A rule is data: how grave,
what it is called, where its rows stand, and a function that yields the rows with a sentence each.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from textwrap import shorten
from typing import Any
from uuid import UUID

from django.db import models

from bimtek import swot
from bimtek.models import (
    Application,
    BudgetLine,
    Indicator,
    MissionItem,
    Plan,
    Programme,
    QuickWin,
    ReadinessRow,
    Stage,
    Strategy,
    SwotItem,
)

LONGEST_QUICK_WIN = 12  # months
ALIKE = 0.9  # share of equal letters from which two names count as the same
SHARED_WORDS = 0.5  # share of equal words below which two names are not even compared


class Severity(models.TextChoices):
    WRONG = "salah", "Bertentangan"
    MISSING = "kurang", "Belum terhubung"
    LOOK = "periksa", "Perlu dilihat"


@dataclass(frozen=True)
class Rows:
    """A plan's rows as the rules read them; related rows are prefetched."""

    plan: Plan
    programmes: Sequence[Programme] = ()
    budget_lines: Sequence[BudgetLine] = ()
    indicators: Sequence[Indicator] = ()
    missions: Sequence[MissionItem] = ()
    strategies: Sequence[Strategy] = ()
    swot_items: Sequence[SwotItem] = ()
    applications: Sequence[Application] = ()
    readiness: Sequence[ReadinessRow] = ()
    quick_wins: Sequence[QuickWin] = ()


Found = Iterator[tuple[Any, str]]
"""(the row that mends it, or None where the whole list does; what is wrong, as a sentence)."""


@dataclass(frozen=True)
class Rule:
    code: str
    severity: Severity
    title: str
    section: str
    """A key of bimtek.sections: where the rows stand."""
    stage: Stage
    find: Callable[[Rows], Found]


@dataclass(frozen=True)
class Finding:
    rule: Rule
    sentence: str
    row_id: UUID | None
    """None leads to the section's list."""


def read(plan: Plan) -> Rows:
    """Everything that the rules look at; 13 queries, however long the plan is."""
    programmes = plan.programme_set.select_related("objective").prefetch_related("missions", "strategies")
    return Rows(
        plan=plan,
        programmes=tuple(programmes),
        budget_lines=tuple(plan.budgetline_set.select_related("programme").order_by("programme__code", "year")),
        indicators=tuple(
            plan.indicator_set.select_related("programme").prefetch_related("targets").order_by("programme__code")
        ),
        missions=tuple(plan.missionitem_set.filter(kind=MissionItem.Kind.MISSION)),
        strategies=tuple(plan.strategy_set.prefetch_related("items")),
        swot_items=tuple(plan.swotitem_set.order_by("scope", "quadrant", "number")),
        applications=tuple(plan.application_set.filter(active=True)),
        readiness=tuple(plan.readinessrow_set.all()),
        quick_wins=tuple(plan.quickwin_set.all()),
    )


def findings(rows: Rows) -> list[Finding]:
    """All findings, in the order of RULES; a plan that hangs together has none."""
    return [Finding(rule, sentence, _place(row)) for rule in RULES for row, sentence in rule.find(rows)]


def _place(row: Any) -> UUID | None:
    """The row whose page mends it: a programme's own lines and indicators stand on the programme's page."""
    return row.programme_id if isinstance(row, BudgetLine | Indicator) else getattr(row, "pk", None)


def count(plan: Plan) -> int:
    return len(findings(read(plan)))


# --- money and years ---------------------------------------------------------------------------------------------


def _year_outside(rows: Rows) -> Found:
    plan = rows.plan
    for each in rows.programmes:
        outside = [y for y in (each.start_year, each.end_year) if y and not plan.first_year <= y <= plan.last_year]
        if outside:
            years = " dan ".join(map(str, dict.fromkeys(outside)))
            yield each, f"{each.code} memakai tahun {years}, di luar masa rencana {plan.first_year}–{plan.last_year}."


def _money_outside_period(rows: Rows) -> Found:
    plan = rows.plan
    for line in rows.budget_lines:
        if not plan.first_year <= line.year <= plan.last_year:
            yield (
                line,
                f"{line.programme.code} dianggarkan {line.year}, di luar masa rencana {plan.first_year}–{plan.last_year}.",
            )


def _money_outside_programme(rows: Rows) -> Found:
    """Years with money before the programme starts or after it ends, one finding a programme."""
    found: dict[UUID, list[BudgetLine]] = defaultdict(list)
    for line in rows.budget_lines:
        start, end = line.programme.start_year, line.programme.end_year or line.programme.start_year
        if line.amount and start and end and not start <= line.year <= end:
            found[line.programme_id].append(line)
    for lines in found.values():
        each = lines[0].programme
        years = ", ".join(str(year) for year in dict.fromkeys(line.year for line in lines))
        span = (
            f"{each.start_year}–{each.end_year}"
            if each.end_year != each.start_year and each.end_year
            else str(each.start_year)
        )
        yield lines[0], f"{each.code} dianggarkan {years}, padahal berlangsung {span}."


def _no_source_yet(rows: Rows) -> Found:
    """The first year begins soon: money whose source is still open then is the first that will be missing."""
    for line in rows.budget_lines:
        if line.source == BudgetLine.Source.NONE and line.year == rows.plan.first_year:
            yield line, f"{line.programme.code} belum mempunyai sumber dana untuk tahun pertama, {line.year}."


def _no_budget(rows: Rows) -> Found:
    funded = {line.programme_id for line in rows.budget_lines}
    for each in rows.programmes:
        if each.pk not in funded:
            yield each, f"{each.code} belum mempunyai anggaran."


# --- programmes and what they hang on -------------------------------------------------------------------------------


def _no_opd(rows: Rows) -> Found:
    for each in rows.programmes:
        if each.opd_id is None:
            yield each, f"{each.code} belum mempunyai OPD penanggung jawab."


def _no_years(rows: Rows) -> Found:
    for each in rows.programmes:
        if not each.start_year or not each.end_year:
            yield each, f"{each.code} belum mempunyai tahun mulai dan selesai."


def _no_indicator(rows: Rows) -> Found:
    measured = {indicator.programme_id for indicator in rows.indicators}
    for each in rows.programmes:
        if each.pk not in measured:
            yield each, f"{each.code} belum mempunyai indikator."


def _no_strategy(rows: Rows) -> Found:
    for each in rows.programmes:
        if not each.strategies.all():
            yield each, f"{each.code} tidak menunjuk strategi SWOT."


def _no_mission(rows: Rows) -> Found:
    for each in rows.programmes:
        if not _missions_of(each):
            yield each, f"{each.code} tidak menunjuk misi RPJMD, juga tidak lewat sasarannya."


def _missions_of(programme: Programme) -> set[UUID]:
    own = {mission.pk for mission in programme.missions.all()}
    through = programme.objective.mission_id if programme.objective else None
    return own | ({through} if through else set())


def _unused_strategy(rows: Rows) -> Found:
    used = {strategy.pk for each in rows.programmes for strategy in each.strategies.all()}
    for strategy in rows.strategies:
        if strategy.pk not in used:
            yield strategy, f"Strategi {strategy.code} belum dijalankan program mana pun: {_short(strategy.text)}"


def _unserved_mission(rows: Rows) -> Found:
    served = {mission for each in rows.programmes for mission in _missions_of(each)}
    for mission in rows.missions:
        if mission.pk not in served:
            yield mission, f"{mission} belum didukung program mana pun: {_short(mission.text)}"


def _same_programme(rows: Rows) -> Found:
    for one, other in _alike(rows.programmes):
        yield (
            other,
            f"{one.code} dan {other.code} hampir sama namanya: “{other.name}”. Mungkin satu program ditulis dua kali.",
        )


def _known_application(rows: Rows) -> Found:
    """A programme that says it is new while its application is in the inventory."""
    known = [(f" {_plain(each.name)} ", each.name) for each in rows.applications if len(_plain(each.name)) > 3]
    for each in rows.programmes:
        text = f" {_plain(each.name)} "
        named = [name for key, name in known if key in text] if each.kind == Programme.Kind.NEW else []
        if named:
            yield (
                each,
                f"{each.code} ditulis sebagai program baru, sedangkan {', '.join(named)} sudah ada dalam inventaris aplikasi.",
            )


# --- indicators ------------------------------------------------------------------------------------------------------


def _no_unit(rows: Rows) -> Found:
    for each in rows.indicators:
        if not each.unit.strip():
            yield each, f"Indikator “{each.name}” pada {each.programme.code} belum mempunyai satuan."


def _no_target(rows: Rows) -> Found:
    for each in rows.indicators:
        if not each.targets.all():
            yield each, f"Indikator “{each.name}” pada {each.programme.code} belum mempunyai target."


def _late_baseline(rows: Rows) -> Found:
    for each in rows.indicators:
        start = each.programme.start_year
        if each.baseline_year and start and each.baseline_year > start:
            yield (
                each,
                f"Nilai awal “{each.name}” bertahun {each.baseline_year}, sesudah {each.programme.code} mulai pada {start}.",
            )


def _target_outside(rows: Rows) -> Found:
    plan = rows.plan
    for each in rows.indicators:
        years = [target.year for target in each.targets.all() if not plan.first_year <= target.year <= plan.last_year]
        if years:
            yield (
                each,
                f"Target “{each.name}” pada {each.programme.code} bertahun {', '.join(map(str, years))}, di luar masa rencana.",
            )


# --- analysis --------------------------------------------------------------------------------------------------------


def _weights(rows: Rows) -> Found:
    """Weights count within a scope, or over all weighted scopes together; where neither sums to 1.00 something is wrong."""
    weighted = {item.scope for item in rows.swot_items if item.weight is not None}
    scopes = {scope: [item for item in rows.swot_items if item.scope == scope] for scope in sorted(weighted)}
    if not rows.plan.swot_weighted or not swot.analyse([item for items in scopes.values() for item in items]).problems:
        return
    for scope, items in scopes.items():
        for problem in swot.analyse(items).problems:
            yield None, f"{f'Lingkup {scope}' if scope else 'Seluruh daerah'}: {problem[0].lower()}{problem[1:]}"


def _uncited_item(rows: Rows) -> Found:
    cited = {item.pk for strategy in rows.strategies for item in strategy.items.all()}
    for item in rows.swot_items:
        if item.pk not in cited:
            yield item, f"Butir {item.code} tidak dipakai strategi mana pun: {_short(item.text)}"


def _unsourced_value(rows: Rows) -> Found:
    for each in rows.readiness:
        lacks = [word for word, there in (("tahun data", each.year), ("sumber", each.source.strip())) if not there]
        if each.value.strip() and lacks:
            yield each, f"“{each.name}” mempunyai nilai tanpa {' dan '.join(lacks)}."


# --- quick wins --------------------------------------------------------------------------------------------------------


def _long_quick_win(rows: Rows) -> Found:
    for each in rows.quick_wins:
        if each.months and each.months > LONGEST_QUICK_WIN:
            yield (
                each,
                f"Quick win “{each.name}” memerlukan {each.months} bulan; paling lama {LONGEST_QUICK_WIN} bulan.",
            )


def _loose_quick_win(rows: Rows) -> Found:
    for each in rows.quick_wins:
        if each.programme_id is None:
            yield each, f"Quick win “{each.name}” belum menunjuk program induk."


# --- names -------------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Lower case, letters and digits only, single spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _short(text: str) -> str:
    """The beginning of a text, for a sentence that names it."""
    return shorten(text, 90, placeholder="…")


def _alike(programmes: Sequence[Programme]) -> Iterable[tuple[Programme, Programme]]:
    """Pairs whose names are nearly the same. Words first (400 names are 80.000 pairs), letters for what is left."""
    named = [(each, _plain(each.name), frozenset(_plain(each.name).split())) for each in programmes]
    for (one, text, words), (other, other_text, other_words) in combinations(named, 2):
        shared = len(words & other_words)
        if shared and shared >= SHARED_WORDS * len(words | other_words):
            matcher = SequenceMatcher(None, text, other_text, autojunk=False)
            if words == other_words or (matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE):
                yield one, other


WRONG, MISSING, LOOK = Severity
ONE, TWO, THREE, FOUR = Stage
RULES: tuple[Rule, ...] = (
    Rule("tahun-program", WRONG, "Tahun program di luar masa rencana", "program", THREE, _year_outside),
    Rule("tahun-anggaran", WRONG, "Anggaran di luar masa rencana", "program", THREE, _money_outside_period),
    Rule("anggaran-program", WRONG, "Anggaran di luar tahun program", "program", THREE, _money_outside_programme),
    Rule("tahun-target", WRONG, "Target di luar masa rencana", "program", THREE, _target_outside),
    Rule("nilai-awal", WRONG, "Nilai awal sesudah program mulai", "program", THREE, _late_baseline),
    Rule("bobot", WRONG, "Bobot SWOT", "swot", ONE, _weights),
    Rule("lama-quick-win", WRONG, "Quick win lebih dari 12 bulan", "quick-win", THREE, _long_quick_win),
    Rule("opd", MISSING, "Program tanpa OPD", "program", THREE, _no_opd),
    Rule("tahun", MISSING, "Program tanpa tahun", "program", THREE, _no_years),
    Rule("indikator", MISSING, "Program tanpa indikator", "program", THREE, _no_indicator),
    Rule("anggaran", MISSING, "Program tanpa anggaran", "program", THREE, _no_budget),
    Rule("strategi", MISSING, "Program tanpa strategi", "program", THREE, _no_strategy),
    Rule("misi", MISSING, "Program tanpa misi", "program", THREE, _no_mission),
    Rule("satuan", MISSING, "Indikator tanpa satuan", "program", THREE, _no_unit),
    Rule("target", MISSING, "Indikator tanpa target", "program", THREE, _no_target),
    Rule("strategi-menganggur", MISSING, "Strategi tanpa program", "strategi", ONE, _unused_strategy),
    Rule("misi-menganggur", MISSING, "Misi tanpa program", "rpjmd", ONE, _unserved_mission),
    Rule("butir-swot", MISSING, "Butir SWOT tanpa strategi", "swot", ONE, _uncited_item),
    Rule("sumber-kesiapan", MISSING, "Nilai kesiapan tanpa tahun atau sumber", "kesiapan", ONE, _unsourced_value),
    Rule("induk-quick-win", MISSING, "Quick win tanpa program", "quick-win", THREE, _loose_quick_win),
    Rule("sumber-dana", LOOK, "Tahun pertama tanpa sumber dana", "program", THREE, _no_source_yet),
    Rule("kembar", LOOK, "Nama program hampir sama", "program", THREE, _same_programme),
    Rule("aplikasi", LOOK, "Aplikasi yang sudah ada", "program", THREE, _known_application),
)
