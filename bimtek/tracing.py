"""What leads to what: SWOT item → strategy → misi and sasaran → programme → indicator → budget → quick win, both ways.

A `Chain` is pure: it is made from rows that were read before. What hangs loose is said by the same rules as the consistency
list (bimtek.consistency.links), so that the two never disagree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bimtek import missions
from bimtek.consistency import links, money
from bimtek.consistency.rows import Found, Rows
from bimtek.formats import rupiah
from bimtek.models import (
    BudgetLine,
    Indicator,
    MissionItem,
    Objective,
    Plan,
    Programme,
    QuickWin,
    Stage,
    Strategy,
    SwotItem,
)
from bimtek.rollups import Money, plan_money

SWOT, STRATEGY, MISSION, OBJECTIVE = "swot", "strategi", "misi", "sasaran"
PROGRAMME, INDICATOR, BUDGET, QUICK_WIN = "program", "indikator", "anggaran", "quick-win"


@dataclass(frozen=True)
class Kind:
    """One link of the chain: its name, and the section where its rows are written."""

    key: str
    title: str
    section: str
    stage: Stage
    nothing: str
    """What an empty column says."""


KINDS = (
    Kind(SWOT, "Butir SWOT", "swot", Stage.PERSEPSI, "Tidak bertolak dari butir SWOT."),
    Kind(STRATEGY, "Strategi", "strategi", Stage.PERSEPSI, "Tidak menunjuk strategi."),
    Kind(MISSION, "Misi RPJMD", "rpjmd", Stage.PERSEPSI, "Tidak menunjuk misi RPJMD."),
    Kind(OBJECTIVE, "Sasaran", "sasaran", Stage.PROGRAM, "Tidak menunjuk sasaran."),
    Kind(PROGRAMME, "Program", "program", Stage.FINALISASI, "Tidak ada program."),
    Kind(INDICATOR, "Indikator", "indikator", Stage.FINALISASI, "Tidak ada indikator."),
    Kind(BUDGET, "Anggaran", "program", Stage.FINALISASI, "Tidak ada anggaran."),
    Kind(QUICK_WIN, "Quick win", "quick-win", Stage.FINALISASI, "Tidak ada quick win."),
)
BY_KEY = {kind.key: kind for kind in KINDS}
Key = tuple[str, UUID]


@dataclass(frozen=True)
class Node:
    """One item. A budget is known by its programme's id: all its lines together."""

    kind: str
    pk: UUID
    code: str
    text: str
    flaws: tuple[str, ...] = ()
    """Why it hangs loose, as sentences."""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True)
class Read:
    """Rows as the chain needs them; programmes with their missions, strategies and objective, strategies with their items."""

    plan: Plan
    swot_items: Sequence[SwotItem]
    strategies: Sequence[Strategy]
    missions: Sequence[MissionItem]
    objectives: Sequence[Objective]
    programmes: Sequence[Programme]
    indicators: Sequence[Indicator]
    quick_wins: Sequence[QuickWin]
    money: Sequence[Money]


def read(plan: Plan) -> Read:
    """12 queries, however long the plan is."""
    programmes = plan.programme_set.select_related("objective").prefetch_related("missions", "strategies")
    return Read(
        plan=plan,
        swot_items=tuple(plan.swotitem_set.order_by("scope", "quadrant", "number")),
        strategies=tuple(plan.strategy_set.prefetch_related("items").order_by("scope", "kind", "number")),
        missions=tuple(plan.missionitem_set.all()),
        objectives=tuple(plan.objective_set.order_by("dimension", "number")),
        programmes=tuple(programmes),
        indicators=tuple(plan.indicator_set.order_by("position", "id")),
        quick_wins=tuple(plan.quickwin_set.order_by("dimension", "name")),
        money=tuple(plan_money(plan)),
    )


@dataclass
class Around:
    """Everything on the way through one item, by kind."""

    focus: Node
    columns: list[tuple[Kind, list[Node]]] = field(default_factory=list)


class Chain:
    """All items of a plan and what ties them together."""

    def __init__(self, rows: Read) -> None:
        self.rows = rows
        self.totals: dict[UUID, int] = defaultdict(int)
        for line in rows.money:
            self.totals[line.programme] += line.amount
        self.items_of = {each.pk: [item.pk for item in each.items.all()] for each in rows.strategies}
        self.strategies_of = {each.pk: [one.pk for one in each.strategies.all()] for each in rows.programmes}
        roots = missions.roots(rows.missions)
        self.missions_of = {each.pk: missions.served(each, roots) for each in rows.programmes}
        self.objective_of = {each.pk: each.objective_id for each in rows.programmes}
        self.mission_of = {each.pk: roots.get(each.mission_id) for each in rows.objectives}
        self.indicators_of = _grouped((each.programme_id, each.pk) for each in rows.indicators)
        self.quick_wins_of = _grouped((each.programme_id, each.pk) for each in rows.quick_wins)
        self.nodes = self._nodes(_flaws(rows, self))
        self._by_kind: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            self._by_kind[node.kind].append(node)

    def _nodes(self, flaws: Mapping[Key, list[str]]) -> dict[Key, Node]:
        rows = self.rows
        told: list[tuple[str, UUID, str, str]] = [
            *((SWOT, each.pk, each.code, each.text) for each in rows.swot_items),
            *((STRATEGY, each.pk, each.code, each.text) for each in rows.strategies),
            *(
                (MISSION, each.pk, str(each), each.text)
                for each in rows.missions
                if each.kind == MissionItem.Kind.MISSION
            ),
            *((OBJECTIVE, each.pk, str(each), each.text) for each in rows.objectives),
            *((PROGRAMME, each.pk, each.code, each.name) for each in rows.programmes),
            *((INDICATOR, each.pk, "", each.name) for each in rows.indicators),
            *(
                (BUDGET, each.pk, each.code, rupiah(self.totals[each.pk]))
                for each in rows.programmes
                if each.pk in self.totals
            ),
            *((QUICK_WIN, each.pk, each.dimension, each.name) for each in rows.quick_wins),
        ]
        return {
            (kind, pk): Node(kind, pk, code, text, tuple(flaws.get((kind, pk), ()))) for kind, pk, code, text in told
        }

    def of(self, kind: str) -> list[Node]:
        return self._by_kind.get(kind, [])

    @property
    def loose(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.flaws]

    # --- walking -----------------------------------------------------------------------------------------------------
    def around(self, kind: str, pk: UUID) -> Around:
        """Both directions from one item; KeyError for one that is not there."""
        focus = self.nodes[kind, pk]
        programmes = self._programmes(kind, pk)
        strategies = self._strategies(kind, pk, programmes)
        objectives = self._objectives(kind, pk, programmes)
        found = {
            SWOT: [pk] if kind == SWOT else [item for each in strategies for item in self.items_of.get(each, ())],
            STRATEGY: strategies,
            MISSION: self._missions(kind, pk, programmes, objectives),
            OBJECTIVE: objectives,
            PROGRAMME: programmes,
            INDICATOR: [pk] if kind == INDICATOR else self._below(programmes, self.indicators_of),
            BUDGET: [each for each in programmes if each in self.totals],
            QUICK_WIN: [pk] if kind == QUICK_WIN else self._below(programmes, self.quick_wins_of),
        }
        return Around(focus, [(each, self._known(each.key, found[each.key])) for each in KINDS])

    def _known(self, kind: str, ids: Iterable[UUID]) -> list[Node]:
        wanted = set(ids)
        return [node for node in self.of(kind) if node.pk in wanted]

    def _programmes(self, kind: str, pk: UUID) -> list[UUID]:
        if kind in (PROGRAMME, BUDGET):
            return [pk]
        if kind in (INDICATOR, QUICK_WIN):
            below = self.indicators_of if kind == INDICATOR else self.quick_wins_of
            return [owner for owner, ids in below.items() if owner and pk in ids]
        reached: dict[str, Callable[[UUID], bool]] = {
            SWOT: lambda each: any(pk in self.items_of.get(one, ()) for one in self.strategies_of[each]),
            STRATEGY: lambda each: pk in self.strategies_of[each],
            MISSION: lambda each: pk in self.missions_of[each],
            OBJECTIVE: lambda each: pk == self.objective_of[each],
        }
        return [each.pk for each in self.rows.programmes if reached[kind](each.pk)]

    def _strategies(self, kind: str, pk: UUID, programmes: list[UUID]) -> list[UUID]:
        if kind == STRATEGY:
            return [pk]
        if kind == SWOT:
            return [each for each, items in self.items_of.items() if pk in items]
        return list(dict.fromkeys(one for each in programmes for one in self.strategies_of[each]))

    def _objectives(self, kind: str, pk: UUID, programmes: list[UUID]) -> list[UUID]:
        if kind == OBJECTIVE:
            return [pk]
        own = [each for each, mission in self.mission_of.items() if kind == MISSION and mission == pk]
        named = [objective for each in programmes if (objective := self.objective_of[each])]
        return list(dict.fromkeys([*own, *named]))

    def _missions(self, kind: str, pk: UUID, programmes: list[UUID], objectives: list[UUID]) -> list[UUID]:
        if kind == MISSION:
            return [pk]
        above = [mission for each in objectives if kind == OBJECTIVE and (mission := self.mission_of[each])]
        return [*above, *(mission for each in programmes for mission in self.missions_of[each])]

    def _below(self, programmes: list[UUID], owned: Mapping[UUID | None, list[UUID]]) -> list[UUID]:
        return [pk for each in programmes for pk in owned.get(each, ())]


def _grouped(pairs: Iterable[tuple[UUID | None, UUID]]) -> dict[UUID | None, list[UUID]]:
    found: dict[UUID | None, list[UUID]] = defaultdict(list)
    for owner, pk in pairs:
        found[owner].append(pk)
    return dict(found)


# --- what hangs loose ----------------------------------------------------------------------------------------------


def empty_strategy(rows: Rows) -> Found:
    for each in rows.strategies:
        if not each.items.all():
            yield each, f"Strategi {each.code} tidak menyebut butir SWOT."


RULES: tuple[tuple[str, Callable[[Rows], Found]], ...] = (
    (SWOT, links.uncited_item), (STRATEGY, empty_strategy), (STRATEGY, links.unused_strategy), (MISSION, links.unserved_mission),
    (PROGRAMME, links.no_strategy), (PROGRAMME, links.no_mission), (PROGRAMME, links.no_indicator), (PROGRAMME, money.no_budget),
    (QUICK_WIN, links.loose_quick_win),
)  # fmt: skip


def _flaws(rows: Read, chain: Chain) -> dict[Key, list[str]]:
    """What each loose item lacks. Objectives that no programme serves are the chain's own finding."""
    given = Rows(
        plan=rows.plan, programmes=rows.programmes, indicators=rows.indicators, strategies=rows.strategies,
        swot_items=rows.swot_items, missions=rows.missions, quick_wins=rows.quick_wins,
        budget_lines=[BudgetLine(programme_id=pk, year=0, source="", amount=0) for pk in chain.totals],
    )  # fmt: skip
    found: dict[Key, list[str]] = defaultdict(list)
    for kind, rule in RULES:
        for row, sentence in rule(given):
            found[kind, row.pk].append(sentence)
    served = set(chain.objective_of.values())
    for each in rows.objectives:
        if each.pk not in served:
            found[OBJECTIVE, each.pk].append(f"{each} belum dijalankan program mana pun.")
        if chain.mission_of[each.pk] is None:
            found[OBJECTIVE, each.pk].append(f"{each} tidak menunjuk misi RPJMD.")
    return found
