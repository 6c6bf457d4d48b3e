"""Which unit goes first, and how long a print will still take: from what its units took in earlier prints."""

from collections.abc import Iterable
from math import ceil

from masterplan.models import BookPrint, PrintUnit

USUAL = 1.5e-4  # seconds a character of content, where nothing was printed yet
LOOKED_AT = 1_000  # units of earlier prints


class Past:
    """What the units of a plan took so far."""

    def __init__(self, book_print: BookPrint) -> None:
        known = PrintUnit.objects.filter(book_print__plan=book_print.plan_id, seconds__isnull=False, weight__gt=0)
        rows = known.order_by("-book_print__created_at").values_list("book", "chapter", "part", "weight", "seconds")
        self.pace: dict[tuple[str, str, int], float] = {}
        weights = seconds = 0.0
        for book, chapter, part, weight, seconds_taken in rows[:LOOKED_AT]:
            took = seconds_taken or 0.0
            self.pace.setdefault((book, chapter, part), took / weight)
            weights, seconds = weights + weight, seconds + took
        self.usual = seconds / weights if weights else USUAL

    def seconds(self, unit: PrintUnit) -> float:
        """How long a unit will take: as long for its length as last time, or as others of the plan do."""
        return unit.weight * self.pace.get((unit.book, unit.chapter, unit.part), self.usual)


def longest_first(book_print: BookPrint, units: Iterable[PrintUnit]) -> list[PrintUnit]:
    past = Past(book_print)
    return sorted(units, key=lambda unit: (-past.seconds(unit), unit.position))


def seconds_left(book_print: BookPrint, running: int) -> int:
    """Of rendering, with as many units at once as now. running: units that are being rendered."""
    past = Past(book_print)
    waiting = [past.seconds(unit) for unit in book_print.units.all() if unit.pages is None]
    return ceil(max([sum(waiting) / max(running, 1), *waiting])) if waiting else 0
