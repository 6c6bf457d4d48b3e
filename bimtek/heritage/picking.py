"""What would come along from an earlier plan, and what stays behind and why. Reads only; `taking` writes what is picked.

The preview is the real thing: both ask `pick`, and a taking that finds other numbers than were shown is refused.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from bimtek import codes, states
from bimtek.framework import Framework, framework
from bimtek.guards import OPEN, STAGES
from bimtek.heritage.kinds import KINDS, LEFT_EMPTY, NUMBERED, RPJMD_ANSWERS, SAME, Kind
from bimtek.models import (
    Answer,
    Application,
    BudgetLine,
    Gap,
    Indicator,
    IndicatorTarget,
    MissionItem,
    Objective,
    Plan,
    Programme,
    ReadinessRow,
    Regulation,
    Row,
    Stage,
    Strategy,
    SwotItem,
)
from regions.models import Opd

PERIOD = "di luar masa rencana {plan}"
THERE, FILLED, UNKNOWN = (
    "sudah ada di rencana ini",
    "sudah diisi di rencana ini",
    "tidak dikenal di kerangka rencana ini",
)
EMPTY = "kosong di rencana terdahulu"
LINK = "kaitan ke baris yang tidak ikut"


@dataclass
class Picked:
    """What one kind brings."""

    kind: Kind
    new: list[Row] = field(default_factory=list)
    links: dict[UUID, dict[str, list[Any]]] = field(default_factory=dict)
    """New row → its many-to-many choices by name."""
    filled: list[Row] = field(default_factory=list)
    """Rows of this plan that get something."""
    left: dict[str, list[str]] = field(default_factory=dict)
    """Why → what stays behind."""
    there: int = 0
    """Rows of this kind that the plan has already, those that its framework gave it left aside."""
    closed: str = ""

    @property
    def count(self) -> int:
        return len(self.new) + len(self.filled)

    def leave(self, why: str, what: object) -> None:
        self.left.setdefault(why, []).append(str(what))


def earlier_plans(plan: Plan) -> list[Plan]:
    """The region's plans of earlier cohorts, newest first."""
    plans = plan.region.plan_set.select_related("region", "enrolment__cohort")
    return list(
        plans.filter(enrolment__cohort__year__lt=plan.enrolment.cohort.year).order_by("-enrolment__cohort__year")
    )


def period_of(plan: Plan) -> str:
    return f"{plan.first_year}–{plan.last_year}"


def pick(plan: Plan, source: Plan, chosen: Collection[str]) -> list[Picked]:
    """Each chosen kind with what it brings, in the order of writing."""
    if source.region_id != plan.region_id or source.pk == plan.pk:
        raise ValidationError("Rencana terdahulu itu bukan milik daerah ini.")
    return _Picking(plan, source).run([kind for kind in KINDS if kind.key in chosen])


class _Picking:
    """One look at two plans. `now` maps the id of an old row to what stands for it in the new plan."""

    def __init__(self, plan: Plan, source: Plan) -> None:
        self.plan, self.source = plan, source
        self.frame: Framework = framework(plan.framework)
        self.known = {
            "dimension": {each.code for each in self.frame.dimensions},
            "sub_dimension": {each.code for each in self.frame.sub_dimensions},
        }
        self.known["scope"] = self.known["dimension"] | {""}
        self.now: dict[UUID, Row] = {}
        self.open = {
            Stage(each) for each in plan.submission_set.filter(status__in=OPEN).values_list("stage", flat=True)
        }
        self.offices = {opd.pk: opd for opd in Opd.objects.filter(region=plan.region_id)}

    def run(self, kinds: Iterable[Kind]) -> list[Picked]:
        found = []
        for kind in kinds:
            picked = Picked(kind, closed=self._closed(kind))
            if not picked.closed:
                getattr(self, f"_{kind.key}")(picked)
            found.append(picked)
        return found

    def _closed(self, kind: Kind) -> str:
        """Why the kind may not be written now: its stages are accepted. Each narrative follows its own question's."""
        return self._accepted(STAGES.get(kind.models[0], frozenset()))

    def _accepted(self, stages: Collection[Stage]) -> str:
        if not stages or self.open & set(stages):
            return ""
        return " dan ".join(f"Tahap {stage.roman}" for stage in sorted(stages)) + " sudah diterima"

    # --- kinds -------------------------------------------------------------------------------------------------------
    def _rpjmd(self, picked: Picked) -> None:
        self._rows(picked, MissionItem)
        self._answers(picked, lambda key: key in RPJMD_ANSWERS)

    def _swot(self, picked: Picked) -> None:
        self._rows(picked, SwotItem)
        self._rows(picked, Strategy, "items")

    def _kesenjangan(self, picked: Picked) -> None:
        self._rows(picked, Gap)

    def _aplikasi(self, picked: Picked) -> None:
        self._rows(picked, Application)

    def _peraturan(self, picked: Picked) -> None:
        self._rows(picked, Regulation)

    def _sasaran(self, picked: Picked) -> None:
        self._rows(picked, Objective)

    def _narasi(self, picked: Picked) -> None:
        self._answers(picked, lambda key: key not in RPJMD_ANSWERS)

    def _kesiapan(self, picked: Picked) -> None:
        own = list(self.plan.readinessrow_set.all())
        by_code = {row.indicator: row for row in own if row.indicator}
        by_name = {_plain(row.name): row for row in own}
        picked.there = sum(bool(row.value or row.earlier) for row in own)
        for old in self.source.readinessrow_set.all():
            row = by_code.get(old.indicator) if old.indicator else by_name.get(_plain(old.name))
            if not old.value:
                picked.leave(EMPTY, old)
            elif row is not None and (row.value or row.earlier):
                picked.leave(FILLED, old)
            elif row is not None:
                row.plan, row.region, row.earlier = self.plan, self.plan.region, earlier_value(old)
                row.opd = row.opd or self._office(old.opd_id)
                picked.filled.append(row)
            elif old.indicator or old.component not in {each.code for each in self.frame.components}:
                picked.leave(UNKNOWN, old)
            else:
                empty = {"value": "", "year": None, "source": "", "judgement": None, "evidence": None}
                picked.new.append(self._copy(old, picked, earlier=earlier_value(old), **empty))

    def _program(self, picked: Picked) -> None:
        self._rows(picked, Programme, "missions", "strategies", "supporting")
        brought = {pk: row for pk, row in self.now.items() if isinstance(row, Programme) and row._state.adding}
        self._within(picked, BudgetLine, "programme", brought)
        self._within(picked, Indicator, "programme", brought)
        measures = {pk: row for pk, row in self.now.items() if isinstance(row, Indicator)}
        self._within(picked, IndicatorTarget, "indicator", measures)

    # --- rows --------------------------------------------------------------------------------------------------------
    def _rows(self, picked: Picked, model: Any, *links: str) -> None:
        """The source's rows of one kind, those that the plan has already only noted."""
        own = list(model._default_manager.filter(plan=self.plan))
        picked.there += len(own)
        there = {_same(row): row for row in own}
        numbers = _numbers(model, own)
        taken = {row.code for row in own} if model is Programme else set()
        old_rows = model._default_manager.filter(plan=self.source).prefetch_related(*links)
        for old in sorted(old_rows, key=_parents_first) if model is MissionItem else old_rows:
            if (twin := there.get(_same(old))) is not None:
                self.now[old.pk] = twin
                picked.leave(THERE, old)
            elif not self._is_known(old):
                picked.leave(UNKNOWN, old)
            elif (values := self._values(picked, old, numbers, taken)) is not None:
                row = self.now[old.pk] = self._copy(old, picked, **values)
                there[_same(old)] = row
                picked.new.append(row)
                if links:
                    picked.links[row.pk] = {name: self._linked(picked, old, name) for name in links}

    def _values(
        self, picked: Picked, old: Any, numbers: dict[tuple[Any, ...], int], taken: set[str]
    ) -> dict[str, Any] | None:
        """What the copy has of its own; None for a row that stays behind."""
        if type(old) in NUMBERED:
            group = tuple(getattr(old, name) for name in NUMBERED[type(old)])
            numbers[group] += 1
            return {"number": numbers[group]}
        if not isinstance(old, Programme):
            return {}
        first, last = self.plan.first_year, self.plan.last_year
        if (old.end_year or last) < first:
            picked.leave(f"selesai sebelum {first}", old)
            return None
        if (old.start_year or first) > last:
            picked.leave(f"baru mulai sesudah {last}", old)
            return None
        years = {
            "start_year": old.start_year and max(old.start_year, first),
            "end_year": old.end_year and min(old.end_year, last),
        }
        if years != {"start_year": old.start_year, "end_year": old.end_year}:
            picked.leave(f"tahun {PERIOD.format(plan=period_of(self.plan))} dipotong", old)
        code = codes.next_free(old.code, taken)
        taken.add(code)
        return {"code": code, **years}

    def _within(self, picked: Picked, model: Any, parent: str, brought: Collection[UUID]) -> None:
        """What hangs on the brought rows; years outside the plan stay behind."""
        rows = model._default_manager.filter(plan=self.source, **{f"{parent}__in": list(brought)}).select_related(
            parent
        )
        for old in rows:
            year = getattr(old, "year", None)
            if year is not None and year not in self.plan.years:
                what = f"{old.programme.code} {old}" if isinstance(old, BudgetLine) else old
                picked.leave(f"{model._meta.verbose_name} {PERIOD.format(plan=period_of(self.plan))}", what)
                continue
            row = self.now[old.pk] = self._copy(old, picked)
            picked.new.append(row)

    def _copy(self, old: Row, picked: Picked, **own: Any) -> Any:
        """An unsaved row of the plan that reads like the old one; what it points to is what stands for it here."""
        row: Any = type(old)(plan=self.plan, region=self.plan.region)
        for each in old._meta.concrete_fields:
            if each.name in own or each.name in states.NOT_CONTENT | {"position"} | set(LEFT_EMPTY.get(type(old), ())):
                continue
            value = getattr(old, each.attname)
            if each.is_relation and value is not None:
                value = self._pointed(picked, old, each, value)
                setattr(row, each.name if value is None or isinstance(value, Row | Opd) else each.attname, value)
            else:
                setattr(row, each.attname, value)
        for name, value in own.items():
            setattr(row, name, value)
        return row

    def _pointed(self, picked: Picked, old: Row, pointer: Any, value: Any) -> Any:
        if pointer.related_model is Opd:
            return self._office(value)
        if not issubclass(pointer.related_model, Row):
            return value  # a file of the region
        found = self.now.get(value)
        if found is None:
            picked.leave(LINK, f"{old} · {pointer.verbose_name}")
        return found

    def _linked(self, picked: Picked, old: Any, name: str) -> list[Any]:
        """What the copy's many-to-many choices are."""
        found: list[Any] = []
        for target in getattr(old, name).all():
            here = self._office(target.pk) if isinstance(target, Opd) else self.now.get(target.pk)
            if here is None:
                picked.leave(LINK, f"{old} · {target}")
            elif here not in found:
                found.append(here)
        return found

    def _office(self, pk: UUID | None) -> Opd | None:
        """The office, or the one that took its place when it was closed."""
        seen: set[UUID] = set()
        while pk and pk in self.offices and not self.offices[pk].active and pk not in seen:
            seen.add(pk)
            pk = self.offices[pk].successor_id
        opd = self.offices.get(pk) if pk else None
        return opd if opd and opd.active else None

    def _is_known(self, old: Row) -> bool:
        return all(getattr(old, name) in codes_ for name, codes_ in self.known.items() if hasattr(old, name))

    # --- narratives --------------------------------------------------------------------------------------------------
    def _answers(self, picked: Picked, wanted: Any) -> None:
        own = {answer.key: answer for answer in self.plan.answer_set.all()}
        asked = {question.key: question for question in self.frame.all_questions}
        picked.there += sum(bool(answer.text) for key, answer in own.items() if wanted(key))
        for old in self.source.answer_set.exclude(text="").select_related("plan"):
            if not wanted(old.key):
                continue
            if old.key not in asked:
                picked.leave(UNKNOWN, old)
            elif old.key in own and own[old.key].text:
                picked.leave(FILLED, old)
            elif refusal := self._accepted([Stage(asked[old.key].stage)]):
                picked.leave(refusal, old)
            else:
                row = own.get(old.key) or Answer(plan=self.plan, region=self.plan.region, key=old.key)
                row.plan, row.region, row.text = self.plan, self.plan.region, old.text
                row.draft_of = f"Masterplan {period_of(self.source)}"
                (picked.filled if old.key in own else picked.new).append(row)


def earlier_value(old: ReadinessRow) -> str:
    """'14 orang (2021, BKPSDM)': a readiness value with what makes it checkable."""
    basis = ", ".join(str(each) for each in (old.year, old.source) if each)
    return f"{old.value} {old.unit}".strip()[:280] + (f" ({basis})" if basis else "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _same(row: Any) -> tuple[Any, ...]:
    values = (getattr(row, name) for name in SAME[type(row)])
    return tuple(_plain(value) if isinstance(value, str) else value for value in values)


def _numbers(model: Any, own: Iterable[Any]) -> dict[tuple[Any, ...], int]:
    """The highest number in use of each group."""
    highest: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in own if model in NUMBERED else ():
        group = tuple(getattr(row, name) for name in NUMBERED[model])
        highest[group] = max(highest[group], row.number)
    return highest


def _parents_first(item: MissionItem) -> tuple[int, int]:
    """Misi, then tujuan, then sasaran."""
    return list(MissionItem.Kind).index(MissionItem.Kind(item.kind)), item.position
