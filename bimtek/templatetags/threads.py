"""{% thread_side as side %}: what bimtek/_threads.html shows beside a page, from the page's own context; {{ said|of_row:id }}."""

from typing import Any

from django import template

from bimtek.anchors import WHOLE_STAGE, Anchor
from bimtek.views import thread_new

register = template.Library()


@register.filter
def of_row(said: dict[str, int] | None, row: str) -> int:
    """How many open threads there are about this row."""
    return (said or {}).get(row, 0)


@register.simple_tag(takes_context=True)
def thread_side(context: Any) -> dict[str, Any] | None:
    """None on pages that are not about a stage or a section."""
    if side := context.get("side"):
        return side  # type: ignore[no-any-return]
    place, row = context.get("place"), context.get("row")
    stage = place.stage if place else context.get("stage")
    if not stage:
        return None
    anchor = Anchor(stage, place.section.key if place else WHOLE_STAGE, row)
    return thread_new.side_context(context["plan"], context["access"], anchor)
