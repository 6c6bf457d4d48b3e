"""A plan's rows as the rules of consistency read them, fetched in a fixed number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bimtek.framework import framework
from bimtek.models import (
    Answer,
    Application,
    BudgetLine,
    Ceiling,
    Gap,
    Indicator,
    MissionItem,
    Plan,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Regulation,
    Strategy,
    SwotItem,
)
from regions.models import Opd


@dataclass(frozen=True)
class Rows:
    """Related rows are prefetched."""

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
    profile: Sequence[ProfileFact] = ()
    gaps: Sequence[Gap] = ()
    regulations: Sequence[Regulation] = ()
    answers: Sequence[Answer] = ()
    offices: Sequence[Opd] = ()
    ceilings: Sequence[Ceiling] = ()


Found = Iterator[tuple[Any, str]]
"""(the row that mends it, or None where the whole list does; what is wrong, as a sentence)."""


def read(plan: Plan) -> Rows:
    """Everything that the rules look at; 20 queries, however long the plan is."""
    programmes = plan.programme_set.select_related("objective", "opd", "gap")
    programmes = programmes.prefetch_related("missions", "strategies", "supporting")
    asked = [question.key for question in framework(plan.framework).all_questions]
    return Rows(
        plan=plan,
        programmes=tuple(programmes),
        budget_lines=tuple(plan.budgetline_set.select_related("programme").order_by("programme__code", "year")),
        indicators=tuple(
            plan.indicator_set.select_related("programme").prefetch_related("targets").order_by("programme__code")
        ),
        missions=tuple(plan.missionitem_set.all()),
        strategies=tuple(plan.strategy_set.prefetch_related("items")),
        swot_items=tuple(plan.swotitem_set.order_by("scope", "quadrant", "number")),
        applications=tuple(plan.application_set.filter(active=True)),
        readiness=tuple(plan.readinessrow_set.all()),
        quick_wins=tuple(plan.quickwin_set.select_related("programme")),
        profile=tuple(plan.profilefact_set.all()),
        gaps=tuple(plan.gap_set.all()),
        regulations=tuple(plan.regulation_set.all()),
        answers=tuple(plan.answer_set.select_related("plan").filter(key__in=asked)),
        offices=tuple(plan.region.opd_set.all()),
        ceilings=tuple(plan.ceiling_set.all()),
    )
