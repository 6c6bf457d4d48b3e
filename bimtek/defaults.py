"""What a new plan starts with, from its framework: the readiness bank, the usual legal basis, the commitment's points.

These rows are the framework's words, not a person's, so they are born without a Change; what people then write has one.
"""

from bimtek.framework import framework
from bimtek.models import CommitmentPoint, Plan, ReadinessRow, Regulation


def fill(plan: Plan) -> None:
    """Writes the default rows of a plan that has none yet."""
    frame = framework(plan.framework)
    own = {"plan": plan, "region_id": plan.region_id}
    ReadinessRow.objects.bulk_create(
        ReadinessRow(
            **own,
            position=position,
            indicator=indicator.code,
            element=indicator.element,
            component=indicator.component,
            name=indicator.name,
            unit=indicator.unit,
        )
        for position, indicator in enumerate(frame.indicators, start=1)
    )
    Regulation.objects.bulk_create(
        Regulation(**own, position=position, rank=law.rank, number=law.number, year=law.year, about=law.about)
        for position, law in enumerate(frame.legal_basis, start=1)
    )
    CommitmentPoint.objects.bulk_create(
        CommitmentPoint(**own, position=point.number, number=point.number, text=point.text)
        for point in frame.commitment
    )
