"""IFAS and EFAS: where the weighted SWOT items put the region. Pure; decimals throughout, since weights must sum to 1.000.

Score = weight × rating. Ratings 1–4 go by magnitude (4 = most serious, for weaknesses and threats too), so that
x = ΣS − ΣW and y = ΣO − ΣT. Weights of S+W sum to 1.00, and so do those of O+T.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Protocol

ONE = Decimal(1)
TOLERANCE = Decimal("0.005")
STEP = Decimal("0.001")
SIDES = {"internal (kekuatan dan kelemahan)": "SW", "eksternal (peluang dan ancaman)": "OT"}


class Item(Protocol):
    """A SwotItem, or anything that has its three figures."""

    @property
    def quadrant(self) -> str: ...
    @property
    def weight(self) -> Decimal | None: ...
    @property
    def rating(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Quadrant:
    numeral: str
    strategy: str
    name: str
    advice: str

    def __str__(self) -> str:
        return f"Kuadran {self.numeral} ({self.strategy} · {self.name})"


QUADRANTS = {
    (1, 1): Quadrant("I", "SO", "agresif", "Pakai kekuatan untuk merebut peluang."),
    (1, -1): Quadrant("II", "ST", "diversifikasi", "Pakai kekuatan untuk menghadapi ancaman."),
    (-1, 1): Quadrant("III", "WO", "turn-around", "Benahi kelemahan dengan memanfaatkan peluang."),
    (-1, -1): Quadrant("IV", "WT", "defensif", "Kurangi kelemahan dan hindari ancaman."),
}


@dataclass(frozen=True, slots=True)
class Analysis:
    """Scores by quadrant letter, and the weights as they sum. `problems` are sentences; with any, the place is provisional."""

    scores: dict[str, Decimal]
    weights: dict[str, Decimal]
    problems: tuple[str, ...]

    @property
    def ifas(self) -> Decimal:
        return self.scores["S"] + self.scores["W"]

    @property
    def efas(self) -> Decimal:
        return self.scores["O"] + self.scores["T"]

    @property
    def unbalanced(self) -> bool:
        """Whether some side has weights that do not sum to 1.00, which `normalise` would mend."""
        sums = [self.weights[letters[0]] + self.weights[letters[1]] for letters in SIDES.values()]
        return any(total and not balanced(total) for total in sums)

    @property
    def x(self) -> Decimal:
        return self.scores["S"] - self.scores["W"]

    @property
    def y(self) -> Decimal:
        return self.scores["O"] - self.scores["T"]

    @property
    def quadrants(self) -> tuple[Quadrant, ...]:
        return quadrants(self.x, self.y)

    @property
    def on_axis(self) -> bool:
        return len(self.quadrants) > 1

    @property
    def sentence(self) -> str:
        """Where the region stands, for screen and paper alike."""
        found = self.quadrants
        if not self.on_axis:
            return f"{found[0]}: {found[0].advice}"
        place = "titik pusat" if len(found) == 4 else f"sumbu {'y' if self.x == 0 else 'x'}"
        return f"Posisi tepat pada {place}, di antara {' dan '.join(map(str, found))}. Pertimbangkan semuanya."


def quadrants(x: Decimal, y: Decimal) -> tuple[Quadrant, ...]:
    """One quadrant; on an axis the two beside it; at the origin all four."""
    return tuple(found for (sx, sy), found in QUADRANTS.items() if x * sx >= 0 and y * sy >= 0)


def analyse(items: Iterable[Item]) -> Analysis:
    """Items without weight or rating count nothing and are named among the problems."""
    listed = list(items)
    scores = {letter: Decimal(0) for letter in "SWOT"}
    weights = dict(scores)
    for item in listed:
        weights[item.quadrant] += item.weight or 0
        scores[item.quadrant] += (item.weight or Decimal(0)) * (item.rating or 0)
    return Analysis(scores, weights, tuple(_problems(listed, weights)))


def _problems(items: Sequence[Item], weights: dict[str, Decimal]) -> Iterable[str]:
    if missing := sum(1 for item in items if item.weight is None or item.rating is None):
        yield f"{missing} butir belum mempunyai bobot atau rating."
    for side, letters in SIDES.items():
        total = weights[letters[0]] + weights[letters[1]]
        if any(item.quadrant in letters for item in items) and not balanced(total):
            yield f"Jumlah bobot {side} {str(total.quantize(STEP)).replace('.', ',')}, seharusnya 1,00."


def balanced(total: Decimal) -> bool:
    """Whether weights sum to 1.00 closely enough: within 0.005."""
    return abs(total - ONE) <= TOLERANCE


def normalise(weights: Sequence[Decimal]) -> list[Decimal]:
    """The same proportions in steps of 0.001 that sum to exactly 1.000; equal shares where all are zero.

    What rounding down leaves goes to the largest remainders, so a heavier item never ends up lighter.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("Bobot tidak boleh negatif.")
    if not weights:
        return []
    total = sum(weights)
    exact = [weight / total if total else ONE / len(weights) for weight in weights]
    rounded = [share.quantize(STEP, rounding=ROUND_FLOOR) for share in exact]
    steps = int((ONE - sum(rounded)) / STEP)
    by_remainder = sorted(range(len(exact)), key=lambda index: (rounded[index] - exact[index], index))
    for index in by_remainder[:steps]:
        rounded[index] += STEP
    return rounded
