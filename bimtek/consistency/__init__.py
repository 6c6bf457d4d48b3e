"""What in a plan contradicts itself or hangs loose, as findings that lead to the field. Pure: rows in, findings out.

`read` fetches a plan's rows in a fixed number of queries, `findings` judges them by RULES. A rule is data: how grave,
what it is called, where its rows stand, and a function that yields the rows with a sentence each. A finding can be
waived with a reason (bimtek.models.Waiver); the waiver holds for exactly the sentence that was read.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from bimtek.consistency import links, money, texts
from bimtek.consistency.rows import Found, Rows, read
from bimtek.framework import framework
from bimtek.models import Answer, BudgetLine, Indicator, Plan, Stage, Waiver
from bimtek.sections import SECTIONS

__all__ = ["RULES", "Finding", "Rows", "Rule", "Severity", "Survey", "by_stage", "count", "findings", "read", "survey"]


class Severity(models.TextChoices):
    WRONG = "salah", "Bertentangan"
    MISSING = "kurang", "Belum terhubung"
    LOOK = "periksa", "Perlu dilihat"


@dataclass(frozen=True)
class Rule:
    code: str
    severity: Severity
    title: str
    section: str
    """A key of bimtek.sections: where the rows stand."""
    stage: Stage
    find: Callable[[Rows], Found]
    field: str = ""
    """The field of the row's form that mends it."""


@dataclass(frozen=True)
class Finding:
    rule: Rule
    sentence: str
    row_id: UUID | None
    """None leads to the section's list."""
    section: str
    stage: Stage
    anchor: str
    """The field on that page, or ''."""
    key: str
    """Names this finding as it was read: rule, row and sentence."""


def findings(rows: Rows) -> list[Finding]:
    """All findings, in the order of RULES; a plan that hangs together has none."""
    return [_finding(rows, rule, row, sentence) for rule in RULES for row, sentence in rule.find(rows)]


HOMES = {section.model: section for section in SECTIONS if not section.parent}


def _finding(rows: Rows, rule: Rule, row: Any, sentence: str) -> Finding:
    """The row whose page mends it: a programme's own lines and indicators stand on the programme's page."""
    key = hashlib.sha256(f"{rule.code}|{getattr(row, 'pk', '')}|{sentence}".encode()).hexdigest()
    if isinstance(row, Answer):
        question = framework(rows.plan.framework).question(row.key)
        return Finding(
            rule, sentence, None, f"narasi-{question.section}", Stage(question.stage), f"tanya-{row.key}", key
        )
    if isinstance(row, BudgetLine | Indicator):
        return Finding(rule, sentence, row.programme_id, rule.section, rule.stage, "", key)
    if row is None:
        return Finding(rule, sentence, None, rule.section, rule.stage, "", key)
    home = HOMES[type(row)]
    stage = rule.stage if rule.stage in (home.stage, *home.also_stages) else home.stage
    anchor = f"id_r{row.pk.hex[:8]}-{rule.field}" if rule.field else ""
    return Finding(rule, sentence, row.pk, home.key, stage, anchor, key)


@dataclass(frozen=True)
class Survey:
    """A plan's findings, those that somebody gave a reason for apart."""

    open: Sequence[Finding]
    waived: Sequence[tuple[Finding, Waiver]]


def survey(plan: Plan) -> Survey:
    waivers = {waiver.key: waiver for waiver in plan.waiver_set.all()}
    found = findings(read(plan))
    return Survey(
        open=[each for each in found if each.key not in waivers],
        waived=[(each, waivers[each.key]) for each in found if each.key in waivers],
    )


def count(plan: Plan) -> int:
    return len(survey(plan).open)


def by_stage(plan: Plan) -> Counter[Stage]:
    """Open findings by the stage in which they are mended."""
    return Counter(each.stage for each in survey(plan).open)


WRONG, MISSING, LOOK = Severity
ONE, TWO, THREE, FOUR = Stage
RULES: tuple[Rule, ...] = (
    Rule(
        "tahun-program", WRONG, "Tahun program di luar masa rencana", "program", THREE, money.year_outside, "start_year"
    ),
    Rule("tahun-anggaran", WRONG, "Anggaran di luar masa rencana", "program", THREE, money.money_outside_period),
    Rule("anggaran-program", WRONG, "Anggaran di luar tahun program", "program", THREE, money.money_outside_programme),
    Rule("plafon", WRONG, "Anggaran di atas plafon", "plafon", THREE, money.over_ceiling, "amount"),
    Rule("tahun-target", WRONG, "Target di luar masa rencana", "program", THREE, money.target_outside),
    Rule("nilai-awal", WRONG, "Nilai awal sesudah program mulai", "program", THREE, money.late_baseline),
    Rule("target-awal", WRONG, "Target tidak sesudah nilai awal", "program", THREE, money.target_before_baseline),
    Rule("jumlah-narasi", WRONG, "Jumlah dalam narasi berbeda", "program", THREE, texts.different_total),
    Rule("banyak-narasi", WRONG, "Banyaknya program dalam narasi berbeda", "program", THREE, texts.different_count),
    Rule("perpres-59", WRONG, "Perpres 59/2022", "peraturan", ONE, texts.misnamed_regulation),
    Rule("bobot", WRONG, "Bobot SWOT", "swot", ONE, links.weights),
    Rule("unsur-strategi", WRONG, "Strategi tanpa unsurnya", "strategi", ONE, links.unfit_strategy, "items"),
    Rule("sasaran-dimensi", WRONG, "Sasaran dimensi lain", "program", THREE, links.other_dimension, "objective"),
    Rule("opd-ganda", WRONG, "OPD memimpin dan mendukung", "program", THREE, links.lead_supports, "supporting"),
    Rule("opd-tutup", WRONG, "OPD yang sudah ditutup", "program", THREE, links.closed_office, "opd"),
    Rule("lama-quick-win", WRONG, "Quick win lebih dari 12 bulan", "quick-win", THREE, links.long_quick_win, "months"),
    Rule(
        "dimensi-quick-win",
        WRONG,
        "Quick win dan program berbeda dimensi",
        "quick-win",
        THREE,
        links.quick_win_elsewhere,
        "programme",
    ),
    Rule("opd", MISSING, "Program tanpa OPD", "program", THREE, links.no_opd, "opd"),
    Rule("tahun", MISSING, "Program tanpa tahun", "program", THREE, links.no_years, "start_year"),
    Rule("indikator", MISSING, "Program tanpa indikator", "program", THREE, links.no_indicator),
    Rule("anggaran", MISSING, "Program tanpa anggaran", "program", THREE, money.no_budget),
    Rule("strategi", MISSING, "Program tanpa strategi", "program", THREE, links.no_strategy, "strategies"),
    Rule("misi", MISSING, "Program tanpa misi", "program", THREE, links.no_mission, "missions"),
    Rule(
        "renja",
        MISSING,
        "Program tahun pertama tanpa Renja atau DPA",
        "program",
        THREE,
        links.not_planned,
        "renja_year",
    ),
    Rule("satuan", MISSING, "Indikator tanpa satuan", "program", THREE, money.no_unit),
    Rule("target", MISSING, "Indikator tanpa target", "program", THREE, money.no_target),
    Rule("tahun-nilai-awal", MISSING, "Nilai awal tanpa tahun", "program", THREE, money.baseline_without_year),
    Rule("strategi-menganggur", MISSING, "Strategi tanpa program", "strategi", ONE, links.unused_strategy),
    Rule("misi-menganggur", MISSING, "Misi tanpa program", "rpjmd", ONE, links.unserved_mission),
    Rule("butir-swot", MISSING, "Butir SWOT tanpa strategi", "swot", ONE, links.uncited_item),
    Rule("kesenjangan", MISSING, "Kesenjangan berat tanpa program", "kesenjangan", ONE, links.unanswered_gap),
    Rule(
        "sumber-kesiapan",
        MISSING,
        "Nilai kesiapan tanpa tahun atau sumber",
        "kesiapan",
        ONE,
        links.unsourced_value,
        "source",
    ),
    Rule(
        "sumber-profil", MISSING, "Data profil tanpa tahun atau sumber", "profil", ONE, links.unsourced_fact, "source"
    ),
    Rule("induk-quick-win", MISSING, "Quick win tanpa program", "quick-win", THREE, links.loose_quick_win, "programme"),
    Rule("draf-lama", LOOK, "Narasi masih draf rencana terdahulu", "program", ONE, texts.borrowed_draft),
    Rule("singkatan", LOOK, "Singkatan tanpa kepanjangan", "program", THREE, texts.undefined_abbreviation),
    Rule("sumber-dana", LOOK, "Tahun pertama tanpa sumber dana", "program", THREE, money.no_source_yet),
    Rule("jumlah-kosong", LOOK, "Sumber dana tanpa jumlah", "program", THREE, money.empty_line),
    Rule("target-tetap", LOOK, "Target sama dengan nilai awal", "program", THREE, money.target_as_baseline),
    Rule("indikator-ganda", LOOK, "Indikator tertulis dua kali", "program", THREE, money.same_indicator),
    Rule("kembar", LOOK, "Nama program hampir sama", "program", THREE, links.same_programme, "name"),
    Rule("aplikasi", LOOK, "Aplikasi yang sudah ada", "program", THREE, links.known_application, "kind"),
    Rule("tahun-data", LOOK, "Data lebih baru daripada rencana", "kesiapan", ONE, links.later_fact, "year"),
    Rule(
        "awal-quick-win",
        LOOK,
        "Quick win menunjuk program yang belum mulai",
        "quick-win",
        THREE,
        links.late_quick_win,
        "programme",
    ),
)
