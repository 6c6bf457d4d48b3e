"""The order in which a plan's rows are read, on the screen, in the workbook and in the book; which of them people give it.

Rows stand in groups (the SWOT items of one scope and quadrant); within a group they follow their number, or their position.
Programmes follow their codes, regulations their rank, the RPJMD's items its own numbers: those are moved by nobody.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When

from bimtek.framework import Framework, framework
from bimtek.models import (
    Application,
    CommitmentPoint,
    Decree,
    Gap,
    Indicator,
    Objective,
    Plan,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Row,
    Signatory,
    Strategy,
    SwotItem,
    TeamMember,
)

GROUPS: dict[type[Row], tuple[str, ...]] = {
    Decree: (),
    TeamMember: ("team",),
    ProfileFact: ("group",),
    ReadinessRow: ("element", "component"),
    Application: (),
    SwotItem: ("scope", "quadrant"),
    Strategy: ("scope", "kind"),
    Gap: ("sub_dimension",),
    Objective: ("dimension",),
    Indicator: ("programme",),
    QuickWin: ("dimension",),
    CommitmentPoint: (),
    Signatory: (),
}
"""What may be moved, and the fields that its neighbours share."""
NUMBERED: frozenset[type[Row]] = frozenset({SwotItem, Strategy, Objective, CommitmentPoint})
"""Their number says their place: moving one gives it its neighbour's number."""
SORTED: dict[type[Row], tuple[str, ...]] = {
    SwotItem: ("scope", "quadrant", "number"),
    Strategy: ("scope", "kind", "number"),
    Gap: ("sub_dimension", "position"),
    Objective: ("dimension", "number"),
    Programme: ("sub_dimension", "code"),
    QuickWin: ("dimension", "position"),
}
"""Kinds whose order is not their model's own."""


def place_field(model: type[Row]) -> str:
    return "number" if model in NUMBERED else "position"


def ranks(field: str, frame: Framework) -> list[str] | None:
    """The codes of a field in the order in which they are read; None for a field that sorts by itself."""
    if field in ("scope", "dimension"):
        return [each.code for each in frame.dimensions]
    known = {"sub_dimension": [each.code for each in frame.sub_dimensions], "quadrant": list("SWOT")}
    return list(Strategy.Kind.values) if field == "kind" else known.get(field)


def printed(model: type[Row], plan: Plan) -> list[Any]:
    """The order of a query, as the book prints it."""
    frame = framework(plan.framework)
    names = SORTED.get(model)
    return [*(_rank(name, frame) for name in names), F("position"), F("id")] if names else []


def place(model: type[Row], value: Callable[[str], Any], frame: Framework) -> list[tuple[bool, Any]]:
    """The same order as the key of a sort, by a row's values, fetched or frozen; what is missing comes last."""
    names = SORTED.get(model)
    found = [_rank_of(name, value(name), frame) for name in names or ()]
    found += [value(str(name)) for name in [*(() if names else model._meta.ordering or ()), "position", "id"]]
    return [(each is None, each if each is not None else 0) for each in found]


def _rank_of(field: str, value: Any, frame: Framework) -> Any:
    codes = ranks(field, frame)
    if codes is None or value is None:
        return value
    return -1 if value == "" else codes.index(value) if value in codes else len(codes)


def _rank(field: str, frame: Framework) -> Any:
    """Rows without a code (the region's own scope) come first, codes that the framework does not know last."""
    codes = ranks(field, frame)
    if codes is None:
        return F(field)
    cases = [
        When(**{field: ""}, then=Value(-1)),
        *(When(**{field: code}, then=Value(n)) for n, code in enumerate(codes)),
    ]
    return Case(*cases, default=Value(len(codes)), output_field=IntegerField())
