"""How ready an element is: the index and the distribution of its judgements. Pure and exact.

Index = Σ(judgement − 1) / (2·n) · 100 over the judged rows, judgement 1 kurang, 2 sedang, 3 baik.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

HUNDREDTH = Decimal("0.01")
BANDS = ((33, "rendah"), (66, "sedang"), (100, "tinggi"))


class Judged(Protocol):
    """A ReadinessRow, or anything with its element and judgement."""

    @property
    def element(self) -> str: ...
    @property
    def judgement(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Readiness:
    """Counts of rows by judgement; `unjudged` rows are left out of index and shares."""

    good: int
    fair: int
    poor: int
    unjudged: int = 0

    @property
    def judged(self) -> int:
        return self.good + self.fair + self.poor

    @property
    def total(self) -> int:
        return self.judged + self.unjudged

    @property
    def index(self) -> Decimal | None:
        """0 to 100 with two decimals, half up; None where nothing is judged."""
        if not self.judged:
            return None
        return (Decimal(100 * (2 * self.good + self.fair)) / (2 * self.judged)).quantize(HUNDREDTH, ROUND_HALF_UP)

    @property
    def band(self) -> str:
        """'rendah' to 33, 'sedang' 34 to 66, 'tinggi' from 67, by the index rounded to a whole number; '' without one."""
        if self.index is None:
            return ""
        whole = self.index.quantize(Decimal(1), ROUND_HALF_UP)
        return next(name for upper, name in BANDS if whole <= upper)

    @property
    def shares(self) -> tuple[Decimal, Decimal, Decimal]:
        """Good, fair and poor in percent with two decimals that sum to exactly 100.00; zeros where nothing is judged."""
        if not self.judged:
            return Decimal(0), Decimal(0), Decimal(0)
        whole = [divmod(count * 10_000, self.judged) for count in (self.good, self.fair, self.poor)]
        missing = 10_000 - sum(hundredths for hundredths, _ in whole)
        largest = sorted(range(3), key=lambda place: (-whole[place][1], place))[:missing]
        good, fair, poor = (Decimal(part + (place in largest)) / 100 for place, (part, _) in enumerate(whole))
        return good, fair, poor


def readiness(judgements: Iterable[int | None]) -> Readiness:
    listed = list(judgements)
    return Readiness(good=listed.count(3), fair=listed.count(2), poor=listed.count(1), unjudged=listed.count(None))


def by_element(rows: Iterable[Judged]) -> dict[str, Readiness]:
    """Element code → readiness, in the order in which the elements come."""
    found: dict[str, list[int | None]] = defaultdict(list)
    for row in rows:
        found[row.element].append(row.judgement)
    return {element: readiness(judgements) for element, judgements in found.items()}
