"""Everything that the books of one plan are made from, read once: a fixed number of queries, however long the plan is.

Composers read from here only. Related rows are prefetched, so `programme.indicators.all()` asks nothing more.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import strip_tags

from bimtek import offices, ordering, phrases, workflow
from bimtek.framework import Framework, framework
from bimtek.missions import Roots, roots, served
from bimtek.models import (
    Application,
    CommitmentPoint,
    Decree,
    Gap,
    MissionItem,
    Objective,
    Plan,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Regulation,
    Session,
    Signatory,
    Status,
    Strategy,
    Submission,
    SwotItem,
    TeamMember,
)
from bimtek.richtext import plain_text
from bimtek.rollups import Money, plan_money
from masterplan.origins import Said, of_answer
from regions.access import Access
from regions.models import Region


@dataclass(frozen=True)
class Material:
    """The rows of one plan, in the order in which they are printed."""

    plan: Plan
    region: Region
    framework: Framework
    today: datetime.date
    answers: Mapping[str, str]
    submissions: tuple[Submission, ...]
    unaccepted: int
    decrees: tuple[Decree, ...]
    members: tuple[TeamMember, ...]
    facts: tuple[ProfileFact, ...]
    missions: tuple[MissionItem, ...]
    readiness: tuple[ReadinessRow, ...]
    applications: tuple[Application, ...]
    regulations: tuple[Regulation, ...]
    swot_items: tuple[SwotItem, ...]
    strategies: tuple[Strategy, ...]
    gaps: tuple[Gap, ...]
    objectives: tuple[Objective, ...]
    programmes: tuple[Programme, ...]
    quick_wins: tuple[QuickWin, ...]
    points: tuple[CommitmentPoint, ...]
    signatories: tuple[Signatory, ...]
    sessions: tuple[Session, ...]
    money: tuple[Money, ...]

    def answer(self, key: str) -> str:
        """The text as stored, or '' where it holds no letter (an editor leaves '<p></p>' behind)."""
        text = self.answers.get(key, "")
        return text if strip_tags(text).replace("&nbsp;", " ").strip() else ""

    def words(self, key: str) -> str:
        """The answer's words alone, in one line."""
        return " ".join(plain_text(self.answer(key)).split())

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(self.plan.years)

    @cached_property
    def cohort_year(self) -> int:
        return int(self.plan.enrolment.cohort.year)

    @cached_property
    def period(self) -> str:
        """'2022–2031'."""
        first, last = self.plan.first_year, self.plan.last_year
        return str(first) if first == last else f"{first}–{last}"

    @cached_property
    def complete(self) -> bool:
        """All stages are accepted, and what is printed is what was accepted: the books are no draft any more."""
        accepted = all(each.status == Status.ACCEPTED for each in self.submissions)
        return bool(self.submissions) and accepted and not self.unaccepted

    @cached_property
    def placeholders(self) -> dict[str, str]:
        """What framework texts may name in braces."""
        cohort = self.plan.enrolment.cohort
        return {
            "daerah": self.region.name,
            "kepala_daerah": self.region.head_title,
            "periode": self.period,
            "angkatan": str(cohort.year),
            "kementerian": cohort.ministry,
        }

    def sentence(self, key: str, **facts: object) -> Said:
        """One of the product's own sentences (phrases.SENTENCES): the region's wording, else the default.

        `facts` are its figures; what stands for a table or figure in braces stays, for `words.say` to link.
        """
        known = {name: str(value) for name, value in facts.items()}
        return self.worded(phrases.question_key(key), known, phrases.SENTENCES[key])

    def worded(self, question: str, facts: Mapping[str, str] | None = None, names: Iterable[str] = ()) -> Said:
        """The wording of this question. One that names what this version does not fill in gives way to the default."""
        default, own = self.framework.sentences[question], self.answer(question)
        usable = own and not phrases.unknown(own, {*phrases.PLAIN, *names})
        words = phrases.filled(own if usable else default, {**self.placeholders, **(facts or {})})
        return Said.by(of_answer(self.framework, question), words)

    @cached_property
    def roots(self) -> Roots:
        """Id of a misi, tujuan or sasaran of the RPJMD → id of the misi that it belongs to."""
        return roots(self.missions)

    @cached_property
    def served(self) -> dict[UUID, set[UUID]]:
        """Id of a programme → ids of the misi that it serves."""
        return {each.id: served(each, self.roots) for each in self.programmes}

    @cached_property
    def carriers(self) -> dict[UUID, list[Programme]]:
        """Id of a strategy → the programmes that carry it out."""
        found: dict[UUID, list[Programme]] = {}
        for each in self.programmes:
            for strategy in each.strategies.all():
                found.setdefault(strategy.id, []).append(each)
        return found

    @cached_property
    def analysis(self) -> str:
        """The source line of what the team worked out itself."""
        return f"Analisis Tim Pelaksana Smart City {self.region.name}, {self.cohort_year}"

    def programmes_of(self, dimension: str) -> list[Programme]:
        return [each for each in self.programmes if each.dimension == dimension]

    def gaps_of(self, dimension: str) -> list[Gap]:
        return [each for each in self.gaps if each.sub_dimension.split("-")[0] == dimension]

    def objectives_of(self, dimension: str) -> list[Objective]:
        return [each for each in self.objectives if each.dimension == dimension]

    def chosen_quick_wins(self) -> list[QuickWin]:
        return [each for each in self.quick_wins if each.chosen]

    def dimension_name(self, code: str) -> str:
        """Its label, or the code itself where this version of the framework does not know it."""
        return next((each.name for each in self.framework.dimensions if each.code == code), code)

    def sub_dimension_name(self, code: str) -> str:
        return next((each.name for each in self.framework.sub_dimensions if each.code == code), code)


Found = dict[str, list[Any]]
"""Field of Material → the plan's rows of that kind, in the order that people gave them."""


def gather(plan: Plan, *, today: datetime.date | None = None, access: Access | None = None) -> Material:
    """Reads the plan. `today` is the date that the covers show; by default the region's own.

    access: only what this person sees of the offices' rows, for the screen; a print has them all.
    """
    if access is None or offices.sees_all(access):
        return assembled(plan, {name: list(rows) for name, rows in _rows(plan).items()}, plan_money(plan), today=today)
    found = {name: list(offices.visible(rows, access)) for name, rows in _rows(plan).items()}
    seen = {each.pk for each in found["programmes"]}
    _unlink(found)
    return assembled(plan, found, [line for line in plan_money(plan) if line.programme in seen], today=today)


def _rows(plan: Plan) -> dict[str, QuerySet[Any]]:
    return {
        "answers": plan.answer_set.all(),
        "decrees": plan.decree_set.all(),
        "members": plan.teammember_set.all(),
        "facts": plan.profilefact_set.all(),
        "missions": plan.missionitem_set.select_related("parent"),
        "readiness": plan.readinessrow_set.select_related("opd"),
        "applications": plan.application_set.select_related("opd"),
        "regulations": plan.regulation_set.all(),
        "swot_items": plan.swotitem_set.all(),
        "strategies": plan.strategy_set.prefetch_related("items"),
        "gaps": plan.gap_set.select_related("opd", "swot_item"),
        "objectives": plan.objective_set.select_related("mission"),
        "programmes": plan.programme_set.select_related("opd", "objective", "gap").prefetch_related(
            "supporting", "missions", "strategies", "budget_lines", "indicators__targets"
        ),
        "quick_wins": plan.quickwin_set.select_related("opd", "programme"),
        "points": plan.commitmentpoint_set.all(),
        "signatories": plan.signatory_set.select_related("opd"),
        "sessions": plan.session_set.select_related("region").prefetch_related("attendees__days", "minutes", "photos"),
    }


def _unlink(found: Found) -> None:
    """A row of the own office may point to one of another office; its name is not shown then."""
    for name, pointer, target in (("programmes", "gap", "gaps"), ("quick_wins", "programme", "programmes")):
        seen = {each.pk for each in found[target]}
        for row in found[name]:
            if getattr(row, f"{pointer}_id") not in seen:
                setattr(row, pointer, None)


def assembled(plan: Plan, found: Found, money: Iterable[Money], *, today: datetime.date | None) -> Material:
    """Rows, however they were read, in the order in which they are printed."""
    frame, region = framework(plan.framework), plan.region
    answers = {each.key: each.text for each in found["answers"]}
    kept = {name: tuple(rows) for name, rows in (found | _in_order(found, frame)).items() if name != "answers"}
    return Material(
        plan=plan,
        region=region,
        framework=frame,
        today=today or timezone.localdate(timezone=region.zone),
        answers=answers,
        submissions=tuple(plan.submission_set.all()),
        unaccepted=workflow.unaccepted(plan),
        money=tuple(money),
        **kept,
    )


SORTED = ("quick_wins", "swot_items", "strategies", "gaps", "objectives", "programmes")


def _in_order(found: Found, frame: Framework) -> Found:
    def place(row: Any) -> Any:
        return ordering.place(type(row), lambda name: getattr(row, name), frame)

    return {name: sorted(found[name], key=place) for name in SORTED}
