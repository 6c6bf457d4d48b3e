"""The recap: the plan's money by any two of its sides, each figure leading to the programmes behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bimtek import formats, rollups
from bimtek.framework import Framework, framework
from bimtek.models import BudgetLine, Plan, Programme, Stage
from bimtek.rollups import Money, Recap, Term, term_years
from bimtek.views import pivot_chart
from bimtek.views.lists import NONE
from bimtek.views.places import plan_of, whole_context
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

MILLION = 10**6


@dataclass(frozen=True)
class Axis:
    """One side that money can be summed by. `asks` is its filter in the list of programmes."""

    field: str
    """A field of rollups.Money."""
    title: str
    asks: str
    order: Callable[[Plan, Framework], Sequence[Any]] = lambda plan, frame: ()
    """What shows even when zero."""
    label: Callable[[Any, Framework], str] = lambda value, frame: str(value)
    empty: str = ""
    code: Callable[[Any], str] = lambda value: ""

    @property
    def within(self) -> str:
        """The title inside a sentence: "sumber dana", but "OPD"."""
        return self.title if self.title.isupper() else self.title.lower()


def _name(value: str, frame: Framework) -> str:
    names = {d.code: d.name for d in frame.dimensions} | {s.code: s.name for s in frame.sub_dimensions}
    return names.get(value, value)


AXES = {
    "dimensi": Axis("dimension", "Dimensi", "sub_dimension", lambda plan, frame: [d.code for d in frame.dimensions], _name, code=str),
    "subdimensi": Axis(
        "sub_dimension", "Subdimensi", "sub_dimension",
        lambda plan, frame: [s.code for s in frame.sub_dimensions], lambda value, frame: f"{value} {_name(value, frame)}",
    ),
    "jangka": Axis(
        "term", "Jangka", "jangka",
        lambda plan, frame: [t.value for t in Term if term_years(plan, t)], lambda value, frame: str(Term(value).label), "Tanpa tahun",
    ),
    "tahun": Axis("year", "Tahun", "year", lambda plan, frame: list(plan.years)),
    "opd": Axis("opd", "OPD", "opd", empty="Tanpa OPD"),
    "prioritas": Axis(
        "priority", "Prioritas", "priority", lambda plan, frame: [p.value for p in Programme.Priority],
        lambda value, frame: str(Programme.Priority(value).label), "Belum ditetapkan",
    ),
    "sumber": Axis("source", "Sumber dana", "source", label=lambda value, frame: str(BudgetLine.Source(value).label)),
}  # fmt: skip


@require_safe
@region_view(Permission.VIEW_ALL)
def recap(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?baris= and ?kolom= choose the sides; what is not a side, or the same twice, falls back to dimension by year.

    ?hanya-<side>=<value> narrows to one value of a side, several at once.
    """
    plan = plan_of(region, year)
    down, across = chosen(request.GET.get("baris", ""), request.GET.get("kolom", ""))
    money, frame = rollups.plan_money(plan), framework(plan.framework)
    only = slices(request.GET, money)
    shown = narrowed(money, only)
    counts = rollups.plan_counts(plan, [d.code for d in frame.dimensions])
    context = whole_context(plan, request.access) | {
        "overview": "recap",
        "down": AXES[down],
        "across": AXES[across],
        "choices": [_choices("Baris", down, across, True, only), _choices("Kolom", down, across, False, only)],
        "sides": {"baris": down, "kolom": across},
        "slices": _slices(plan, frame, money, only),
        "only": only,
        "total": rollups.total(money),
        "shown_total": rollups.total(shown),
        "counts": Grid(plan, counts, AXES["dimensi"], AXES["jangka"], {}),
        "count_total": counts.total,
        **ceilings(plan, money),
    }
    if money:
        grid = grid_of(plan, shown, AXES[down], AXES[across], only)
        context |= {"grid": grid, "picture": pivot_chart.picture(grid)}
    return render(request, "bimtek/recap.html", context)


def ceilings(plan: Plan, money: Sequence[Money]) -> dict[str, Any]:
    """Each ceiling beside what is planned under it, in full rupiah, with the programmes one click behind."""
    base = [plan.region.slug, plan.enrolment.cohort.year, Stage.FINALISASI.value]
    programmes = reverse("bimtek:section", args=[*base, "program"])
    rooms = rollups.rooms(money, plan.ceiling_set.all())
    return {
        "rooms": [
            {
                "room": room,
                "source": BudgetLine.Source(room.source).label,
                "url": f"{programmes}?{urlencode([('year', str(room.year)), ('source', room.source)])}",
            }
            for room in rooms
        ],
        "over": [room for room in rooms if room.over],
        "ceilings_url": reverse("bimtek:section", args=[*base, "plafon"]),
    }


def chosen(down: str, across: str) -> tuple[str, str]:
    down = down if down in AXES else "dimensi"
    if across not in AXES or across == down:
        across = "dimensi" if down == "tahun" else "tahun"
    return down, across


ONLY = "hanya-"


def slices(asked: QueryDict, money: Sequence[Money]) -> dict[str, Any]:
    """Side → the one value that is shown of it; what no line of money has is not asked for."""
    found: dict[str, Any] = {}
    for key, axis in AXES.items():
        if wanted := asked.get(f"{ONLY}{key}", ""):
            values = {_word(value): value for value in rollups.totals(money, axis.field)}
            if wanted in values:
                found[key] = values[wanted]
    return found


def _word(value: Any) -> str:
    return str(value) if value != "" else NONE


def narrowed(money: Sequence[Money], only: Mapping[str, Any]) -> list[Money]:
    return [row for row in money if all(getattr(row, AXES[key].field) == value for key, value in only.items())]


def _slices(plan: Plan, frame: Framework, money: Sequence[Money], only: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A list of values for every side, in the side's own order."""
    found = []
    for key, axis in AXES.items():
        there = set(rollups.totals(money, axis.field))
        usual = [value for value in axis.order(plan, frame) if value in there]
        values = [*usual, *sorted(there - set(usual), key=str)]
        options = [
            {"value": _word(value), "label": axis.label(value, frame) if value != "" else axis.empty, "on": only.get(key) == value}
            for value in values
        ]  # fmt: skip
        found.append({"name": f"{ONLY}{key}", "title": axis.title, "options": options})
    return found


def _choices(title: str, down: str, across: str, rows: bool, only: Mapping[str, Any]) -> dict[str, Any]:
    """A row of chips; choosing what the other side shows swaps the two."""
    chips = []
    for key, axis in AXES.items():
        pair = (key, down if key == across else across) if rows else (across if key == down else down, key)
        kept = {f"{ONLY}{side}": _word(value) for side, value in only.items()}
        query = urlencode({"baris": pair[0], "kolom": pair[1], **kept})
        on = key == (down if rows else across)
        chips.append({"label": axis.title, "url": f"?{query}", "on": on, "count": None, "code": ""})
    return {"title": title, "chips": chips}


def grid_of(
    plan: Plan, money: Sequence[Money], down: Axis, across: Axis, only: Mapping[str, Any] | None = None
) -> "Grid":
    frame = framework(plan.framework)
    found = rollups.recap(
        money, down.field, across.field, down_order=down.order(plan, frame), across_order=across.order(plan, frame)
    )
    offices = {opd.name: str(opd.pk) for opd in plan.region.opd_set.order_by("active")}
    return Grid(plan, found, down, across, offices, {AXES[key]: value for key, value in (only or {}).items()})


class Grid:
    """A recap as its table shows it: labels, figures in one unit that loses nothing, and a link behind each figure."""

    def __init__(
        self,
        plan: Plan,
        found: Recap,
        down: Axis,
        across: Axis,
        offices: dict[str, str],
        only: Mapping[Axis, Any] | None = None,
    ) -> None:
        self.only = only or {}
        self.found, self.down, self.across, self.offices = found, down, across, offices
        self.frame = framework(plan.framework)
        base = [plan.region.slug, plan.enrolment.cohort.year, Stage.FINALISASI.value, "program"]
        self.list_url = reverse("bimtek:section", args=base)
        exact = bool(found.cells) and all(amount % MILLION == 0 for amount in found.cells.values())
        self.scale = MILLION if exact else 1

    @property
    def unit(self) -> str:
        return "juta rupiah" if self.scale == MILLION else "rupiah"

    def head(self, axis: Axis, value: Any) -> dict[str, Any]:
        label = axis.label(value, self.frame) if value != "" else axis.empty
        return {"label": label or "–", "code": axis.code(value), "url": self.url({axis: value})}

    def url(self, wanted: dict[Axis, Any]) -> str:
        """The list of programmes behind a figure."""
        query: dict[str, str] = {}
        for axis, value in [
            *self.only.items(),
            *wanted.items(),
        ]:  # a dimension and its sub-dimension share a filter: the narrower one counts
            query[axis.asks] = max(query.get(axis.asks, ""), self._asked(axis, value), key=len)
        return f"{self.list_url}?{urlencode(query)}"

    def _asked(self, axis: Axis, value: Any) -> str:
        return self.offices.get(value, NONE) if axis.asks == "opd" else str(value if value != "" else NONE)

    def figure(self, amount: int) -> str:
        return formats.number(amount // self.scale) if amount else "–"

    @property
    def columns(self) -> list[dict[str, Any]]:
        return [self.head(self.across, value) for value in self.found.columns]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """`share`: the row's total as a part of the largest row's, 0 to 100, for its bar."""
        largest = max((self.found.row_total(row) for row in self.found.rows), default=0)
        return [
            {
                "head": self.head(self.down, row),
                "cells": [
                    {
                        "text": self.figure(amount),
                        "url": self.url({self.across: column, self.down: row}) if amount else "",
                    }
                    for column, amount in zip(self.found.columns, self.found.line(row), strict=True)
                ],
                "total": self.figure(self.found.row_total(row)),
                "share": round(100 * self.found.row_total(row) / largest, 1) if largest else 0,
            }
            for row in self.found.rows
        ]

    @property
    def sums(self) -> list[str]:
        return [self.figure(amount) for amount in self.found.column_totals]

    @property
    def total(self) -> str:
        return self.figure(self.found.total)
