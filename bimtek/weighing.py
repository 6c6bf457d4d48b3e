"""Bringing the weights of the region's SWOT items to a sum of 1.00 on each side, in the proportions they have."""

from decimal import Decimal
from uuid import UUID

from bimtek import swot, writing
from bimtek.guards import refuse_unless
from bimtek.models import Plan
from regions.access import Access, Permission


def normalise(plan: Plan, *, access: Access) -> UUID | None:
    """Of the items of the whole region that have a weight. Returns the act, which `writing.undo` takes back; None when
    every side sums to 1.00 already or has no weights."""
    refuse_unless(access, Permission.FILL_ALL)
    items = plan.swotitem_set.select_related("plan", "region").filter(scope="", weight__gt=0)
    held = [(item, item.weight) for item in items if item.weight]
    changed = []
    for letters in swot.SIDES.values():
        side = [(item, weight) for item, weight in held if item.quadrant in letters]
        if swot.balanced(sum((weight for _, weight in side), Decimal(0))):
            continue
        shares = swot.normalise([weight for _, weight in side])
        for (item, _), share in zip(side, shares, strict=True):
            item.weight = share
            changed.append((item, item.version))
    return writing.change_many(changed, access=access)
