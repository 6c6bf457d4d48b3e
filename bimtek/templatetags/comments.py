"""{% comment_target as target %}: what bimtek/_comments.html shows and where its box posts to, from the page's own context."""

import uuid
from typing import Any

from django import template

from bimtek import commenting
from regions.access import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def comment_target(context: Any) -> dict[str, Any] | None:
    """None on pages that are not about a stage or a section."""
    place, row = context.get("place"), context.get("row")
    stage = context.get("comment_stage") or (place.stage if place else context.get("stage"))
    if not stage:
        return None
    section = context.get("comment_section") or (place.section.key if place else commenting.WHOLE_STAGE)
    return {
        "stage": int(stage),
        "section": section,
        "comments": list(commenting.of_place(context["plan"], stage, section, row.pk if row else None)[:20]),
        "may_comment": context["access"].may(Permission.COMMENT),
        "id": uuid.uuid4(),
    }
