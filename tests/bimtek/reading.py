"""What a book would say, without printing it."""

import datetime
from typing import Any

from django.db.models import Model

from bimtek.models import Plan
from masterplan.books import Content
from masterplan.compose import compose_books


def strings(value: Any) -> list[str]:
    """Every text of composed content, in printing order."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, (list, tuple)):
        return [text for part in value for text in strings(part)]
    if isinstance(value, dict):
        return strings(list(value.values()))
    fields = getattr(value, "__dataclass_fields__", {})
    return [] if isinstance(value, Model) else [text for name in fields for text in strings(getattr(value, name))]


def printed(plan: Plan) -> str:
    content: Content = compose_books(plan, today=datetime.date(2022, 9, 7))
    return "\n".join(strings(content))
