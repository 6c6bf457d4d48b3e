"""What is still missing: the framework's gates asked of a plan, as sentences that lead to the section that mends them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from bimtek.facts import Facts, gather
from bimtek.framework import Framework, Gate, framework
from bimtek.models import Plan, Stage


@dataclass(frozen=True)
class Check:
    """One gate: `done` of `of` are there; below that the sentence is a gap. `section` is a key of bimtek.sections."""

    title: str
    sentence: str
    section: str
    done: int
    of: int

    @property
    def met(self) -> bool:
        return self.done >= self.of

    @property
    def share(self) -> float:
        return min(self.done / self.of, 1) if self.of else 1.0


Rule = Callable[[Facts, Gate, Framework], tuple[int, int]]


def _each_dimension(name: str) -> Rule:
    """How many dimensions have at least the wanted number."""

    def rule(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
        counts = getattr(facts, name)
        return sum(counts[d.code] >= gate.at_least for d in frame.dimensions), len(frame.dimensions)

    return rule


def _each_of(name: str, kinds: tuple[str, ...]) -> Rule:
    def rule(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
        counts = getattr(facts, name)
        return sum(counts[kind] >= gate.at_least for kind in kinds), len(kinds)

    return rule


def _programmes(name: str) -> Rule:
    """All programmes have it; without a programme nothing is done."""

    def rule(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
        return sum(getattr(p, name) for p in facts.programmes), max(len(facts.programmes), 1)

    return rule


def _programme_per_dimension(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
    counts = Counter(programme.dimension for programme in facts.programmes)
    return sum(counts[d.code] >= gate.at_least for d in frame.dimensions), len(frame.dimensions)


def _readiness(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
    return facts.readiness_filled, max(-(-facts.readiness * gate.percent // 100), 1)


def _questions(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
    wanted = [q.key for q in frame.questions(gate.stage) if q.required]
    return sum(key in facts.answered for key in wanted), len(wanted)


def _attendance(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
    return int(facts.sessions.get(gate.stage, (0, False))[0] >= gate.at_least), 1


def _minutes(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
    return int(facts.sessions.get(gate.stage, (0, False))[1]), 1


def _chosen(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
    fit = sum(gate.at_least <= facts.chosen[d.code] <= gate.at_most for d in frame.dimensions)
    return fit, len(frame.dimensions)


def _profiles(facts: Facts, gate: Gate, frame: Framework) -> tuple[int, int]:
    return sum(facts.chosen_profiles), max(len(facts.chosen_profiles), 1)


RULES: dict[str, tuple[str, Rule]] = {
    "team_present": ("tim", lambda facts, gate, _: (min(facts.team[gate.team], 1), 1)),
    "decree_present": ("keputusan", lambda facts, gate, _: (int(gate.purpose in facts.decrees), 1)),
    "rpjmd_present": ("rpjmd", lambda facts, gate, _: (min(facts.missions, gate.at_least), gate.at_least)),
    "profile_present": ("profil", lambda facts, gate, _: (min(facts.profile, gate.at_least), gate.at_least)),
    "question_answered": ("narasi", _questions),
    "readiness_filled": ("kesiapan", _readiness),
    "gap_per_dimension": ("kesenjangan", _each_dimension("gaps")),
    "swot_each_quadrant": ("swot", _each_of("swot", ("S", "W", "O", "T"))),
    "strategies_present": ("strategi", _each_of("strategies", ("SO", "WO", "ST", "WT"))),
    "attendance_present": ("pertemuan", _attendance),
    "minutes_present": ("pertemuan", _minutes),
    "objectives_per_dimension": ("sasaran", _each_dimension("objectives")),
    "programme_per_dimension": ("program", _programme_per_dimension),
    "programmes_have_opd": ("program", _programmes("has_opd")),
    "programmes_complete": ("program", _programmes("complete")),
    "budget_present": ("program", _programmes("has_budget")),
    "priorities_set": ("program", _programmes("has_priority")),
    "quickwin_nominees": ("quick-win", _each_dimension("nominees")),
    "quickwins_chosen": ("quick-win", _chosen),
    "quickwins_complete": ("quick-win", _profiles),
    "commitment_signed": ("penanda-tangan", lambda facts, gate, _: (min(facts.signed, gate.at_least), gate.at_least)),
}


def report(plan: Plan, stage: Stage, facts: Facts | None = None) -> list[Check]:
    """Every gate of the stage with how far it is met."""
    facts = facts or gather([plan])[plan.pk]
    frame = framework(plan.framework)
    checks = []
    for gate in frame.gates(stage):
        section, rule = RULES[gate.rule]
        done, of = rule(facts, gate, frame)
        if section == "narasi":
            section = _first_open_group(facts, stage, frame)
        checks.append(Check(title=gate.title, sentence=gate.sentence, section=section, done=done, of=of))
    return checks


def _first_open_group(facts: Facts, stage: Stage, frame: Framework) -> str:
    """The question group that holds the first required question without an answer."""
    questions = frame.questions(stage)
    open_ones = [q for q in questions if q.required and q.key not in facts.answered]
    return f"narasi-{(open_ones or questions)[0].section}"


def gaps(plan: Plan, stage: Stage) -> list[str]:
    """The sentences of the gates that are not met, with how many are there."""
    return [f"{check.sentence} ({check.done} dari {check.of})" for check in report(plan, stage) if not check.met]


def percent(plan: Plan, stage: Stage, facts: Facts | None = None) -> int:
    """How complete a stage is: the mean of its gates, rounded down so that 100 means nothing is missing."""
    checks = report(plan, stage, facts)
    return int(100 * sum(check.share for check in checks) / len(checks)) if checks else 100


def percents(plans: Iterable[Plan]) -> dict[UUID, dict[Stage, int]]:
    """Completeness of many plans, stage by stage, in a fixed number of queries."""
    plans = list(plans)
    facts = gather(plans)
    return {plan.pk: {stage: percent(plan, stage, facts[plan.pk]) for stage in Stage} for plan in plans}
