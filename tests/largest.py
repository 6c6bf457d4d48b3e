"""A generated plan of the largest size that the product is made for: 400 programmes, ten years, three sources, with its history."""

import random
from typing import Any

from bimtek import snapshots
from bimtek.models import (
    BudgetLine,
    Change,
    Indicator,
    IndicatorTarget,
    Objective,
    Plan,
    Programme,
    ProgrammeStrategy,
    Stage,
    Strategy,
    StrategyItem,
    SwotItem,
)
from regions.models import Region
from tests.factories import make_opd, make_plan

SUBS = [f"{dimension}-{number}" for dimension in ("SG", "SB", "SE", "SL", "SS", "SV") for number in (1, 2, 3)]
SOURCES = ("apbd", "apbn", "csr")
WORDS = "Warga memperoleh layanan yang lebih cepat dan lebih dekat dari rumahnya sendiri."


def make_largest(region: Region, *, programmes: int = 400, cohort: int = 2022, seed: int = 7) -> Plan:
    """Written straight to the database, past the verbs; the same seed gives the same figures."""
    dice = random.Random(seed)
    plan = make_plan(region, cohort=cohort)
    own: dict[str, Any] = {"region": region, "plan": plan}
    offices = [make_opd(region, f"Dinas {number}") for number in range(30)]
    items = SwotItem.objects.bulk_create(
        SwotItem(**own, quadrant="SWOT"[n % 4], number=n // 4 + 1, text=f"Butir {n}") for n in range(32)
    )
    strategies = Strategy.objects.bulk_create(
        Strategy(**own, kind=("SO", "WO", "ST", "WT")[n % 4], number=n // 4 + 1, text=f"Strategi {n}")
        for n in range(24)
    )
    StrategyItem.objects.bulk_create(
        StrategyItem(**own, strategy=each, item=items[(n + step) % 32])
        for n, each in enumerate(strategies)
        for step in (0, 5)
    )
    objectives = Objective.objects.bulk_create(
        Objective(**own, dimension=code, number=1, text=f"Sasaran {code}")
        for code in ("SG", "SB", "SE", "SL", "SS", "SV")
    )
    rows = Programme.objects.bulk_create(
        Programme(
            **own, code=f"{SUBS[n % 18]}.{n:03}", sub_dimension=SUBS[n % 18], name=f"Program {n}", benefit=WORDS, activity=WORDS,
            output=WORDS, outcome=WORDS, opd=offices[n % 30], objective=objectives[n % 18 // 3], start_year=plan.first_year + n % 9,
            end_year=plan.last_year, priority=n % 3 + 1,
        )
        for n in range(programmes)
    )  # fmt: skip
    ProgrammeStrategy.objects.bulk_create(
        ProgrammeStrategy(**own, programme=each, strategy=strategies[n % 24]) for n, each in enumerate(rows)
    )
    BudgetLine.objects.bulk_create(
        (
            BudgetLine(**own, programme=each, year=year, source=source, amount=dice.randint(1, 10**10))
            for each in rows
            for year in plan.years
            for source in SOURCES
        ),
        batch_size=2000,
    )
    measures = Indicator.objects.bulk_create(
        Indicator(**own, programme=each, name="Warga terlayani", unit="orang", baseline=100) for each in rows
    )
    IndicatorTarget.objects.bulk_create(
        (IndicatorTarget(**own, indicator=each, year=year, value=year) for each in measures for year in plan.years),
        batch_size=2000,
    )
    Change.objects.bulk_create(
        (
            Change(
                **own,
                kind="programme",
                row_id=each.pk,
                label=each.code,
                deed="changed",
                before={"name": "x"},
                after={"name": each.name},
            )
            for each in rows
            for _ in range(10)
        ),
        batch_size=2000,
    )
    for stage in Stage:
        snapshots.freeze(plan, stage)
    return plan
