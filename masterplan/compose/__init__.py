"""What was written becomes what is printed: rows in, plain frozen content out. Reads only; the press does the rest.

`compose_books` reads a plan once (material.gather) and lets the framework's outline call one function per source.
"""

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bimtek.models import Plan
    from masterplan.books import Content
    from masterplan.decks import Deck


def compose_books(plan: "Plan", *, today: datetime.date | None = None) -> "Content":
    """All books of the plan as content that depends on nothing later. `today` is the date on covers and feet."""
    from masterplan.books import Content
    from masterplan.compose.edition import edition
    from masterplan.compose.material import gather
    from masterplan.outline import books

    material = gather(plan, today=today)
    return Content(edition(material), books(material))


def compose_decks(plan: "Plan", *, today: datetime.date | None = None) -> "tuple[Deck, ...]":
    """The poster and the slides of the plan."""
    from masterplan.compose.decks import decks
    from masterplan.compose.material import gather

    return decks(gather(plan, today=today))
