"""Types an example into a region as its people would: same verbs, same checks, one transaction.

Each function takes one section in the order of the four stages. Rows are found again by what people call them:
an office by its abbreviation, a misi as "misi 3", a SWOT item as "SG-S1", a programme by its code.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from bimtek import attendance, checks, enrolling, planning, richtext, sessions, workflow, writing
from bimtek.examples import people
from bimtek.examples.folder import Folder
from bimtek.framework import framework
from bimtek.models import (
    Application,
    Attendee,
    BudgetLine,
    Cohort,
    CommitmentPoint,
    Decree,
    Gap,
    Indicator,
    IndicatorTarget,
    Minute,
    MissionItem,
    Objective,
    Plan,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Regulation,
    Row,
    Session,
    Signatory,
    Stage,
    Strategy,
    SwotItem,
    TeamMember,
)
from regions import places
from regions.access import Access, Role
from regions.models import Opd, Region

LAW = ("rank", "number", "year", "about")
YES = {"ya": True, "tidak": False}
JUDGEMENTS = {choice.label.lower(): choice.value for choice in ReadinessRow.Judgement}


@dataclass
class Loaded:
    """What one run did, for the person at the shell."""

    region: Region
    year: int
    new: bool
    rows: int = 0

    def __str__(self) -> str:
        if not self.new:
            return f"{self.region} sudah mempunyai rencana angkatan {self.year}; tidak ada yang diubah."
        return f"{self.region}, angkatan {self.year}: {self.rows} baris contoh dimuat."


@dataclass
class Loading:
    """The plan that is being typed, by whom, and the rows that later ones point to."""

    plan: Plan
    folder: Folder
    access: Access
    offices: dict[str, Opd]
    missions: dict[str, MissionItem] = field(default_factory=dict)
    swot: dict[str, SwotItem] = field(default_factory=dict)
    strategies: dict[str, Strategy] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    objectives: dict[tuple[str, int], Objective] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)

    def opd(self, abbreviation: str) -> Opd | None:
        return self.offices[abbreviation] if abbreviation else None

    def row(self, model: type[Row], **values: Any) -> Any:
        """An unsaved row with its texts cleaned as a form cleans them."""
        return writing.new(model, self.plan, **{name: _clean(value) for name, value in values.items()})

    def add(self, row: Row, **links: Any) -> Any:
        return writing.add(row, access=self.access, links=links)

    def add_many(self, rows: list[Any]) -> None:
        writing.add_many(rows, access=self.access)


def _clean(value: Any) -> Any:
    return richtext.clean_text(value) if isinstance(value, str) else value


def load(name: str, *, complete: bool = False) -> Loaded:
    """Loads the example, or leaves a region alone that already has a plan in that cohort.

    How far its stages have come is said in region.toml; `complete` accepts those that wait for the consultant too.
    ValidationError when the reference data are missing or a row breaks a rule; then nothing is kept.
    """
    folder = Folder(name)
    about = folder.region
    region = Region.objects.filter(code=about["code"]).first()
    if region is None:
        raise ValidationError(f"Daerah {about['code']} belum ada. Jalankan dulu: manage.py load_reference")
    year = about["cohort"]["year"]
    if Plan.objects.filter(region=region, enrolment__cohort__year=year).exists():
        return Loaded(region, year, new=False)
    with transaction.atomic():
        plan = _open(region, folder, complete=complete)
    return Loaded(region, year, new=True, rows=plan.change_set.filter(deed="created").count())


def _open(region: Region, folder: Folder, *, complete: bool) -> Plan:
    plan = _enrolled(region, folder.region)
    offices = _offices(region, folder)
    seats = people.seat(region, folder.table("people.csv"), offices)
    loading = Loading(plan, folder, seats[Role.ADMIN], offices)
    weighted = {"swot_weighted": folder.region["plan"]["swot_weighted"]}
    planning.change_plan(plan, weighted, access=loading.access, version=plan.version)
    for step in STEPS:
        step(loading)
    accepted, submitted = folder.region["stages"]["accepted"], folder.region["stages"]["submitted"]
    for number in submitted:
        _hand_in(plan, Stage(number), seats, accept=complete or number in accepted)
    return plan


# --- the region, its offices, its plan -----------------------------------------------------------------------------
def _enrolled(region: Region, about: dict[str, Any]) -> Plan:
    own = {"display_name": region.display_name} | about["own"]
    places.change_region(region, own, version=region.version)
    cohort = Cohort.objects.filter(year=about["cohort"]["year"]).first()
    if cohort is None:
        cohort = Cohort(**about["cohort"])
        cohort.full_clean()
        cohort.save()
    frame = {name: value for name, value in about["plan"].items() if name != "swot_weighted"}
    return enrolling.enrol(region, cohort, by=None, **about["enrolment"], **frame)


def _offices(region: Region, folder: Folder) -> dict[str, Opd]:
    """The region's offices by abbreviation; those that the region has already stay as they are."""
    present = {opd.name: opd for opd in region.opd_set.filter(active=True)}
    return {
        values["abbreviation"]: present.get(values["name"]) or places.add_opd(region, values)
        for values in folder.table("opds.csv")
    }


# --- stage I -------------------------------------------------------------------------------------------------------
def _team(loading: Loading) -> None:
    decrees = loading.folder.entries("decrees.toml", "decree")
    loading.add_many([loading.row(Decree, **values) for values in decrees])
    loading.add_many([loading.row(TeamMember, **values) for values in loading.folder.table("teams.csv")])


def _profile(loading: Loading) -> None:
    facts = loading.folder.table("profile.csv")
    loading.add_many([loading.row(ProfileFact, **{**values, "year": int(values["year"])}) for values in facts])


def _rpjmd(loading: Loading) -> None:
    for values in loading.folder.entries("rpjmd.toml", "item"):
        parent = loading.missions[values["parent"]] if "parent" in values else None
        item = loading.add(loading.row(MissionItem, **{**values, "parent": parent}))
        loading.missions[f"{item.kind} {item.number}"] = item


def _readiness(loading: Loading) -> None:
    """Fills the bank's rows where the plan has them, and adds the others."""
    bank = framework(loading.plan.framework)
    present = {row.indicator: row for row in loading.plan.readinessrow_set.all()}
    fresh = []
    for values in loading.folder.table("readiness.csv"):
        known = bank.readiness(values["indicator"])
        row = present.get(known.code) or loading.row(
            ReadinessRow, indicator=known.code, element=known.element, component=known.component, name=known.name
        )
        row.value, row.source, row.note = (_clean(values[name]) for name in ("value", "source", "note"))
        row.unit, row.year = known.unit, int(values["year"])
        row.opd, row.judgement = loading.offices[values["opd"]], JUDGEMENTS[values["judgement"]]
        if known.code in present:
            writing.change(row, access=loading.access, version=row.version)
        else:
            fresh.append(row)
    loading.add_many(fresh)


def _applications(loading: Loading) -> None:
    rows = []
    for values in loading.folder.table("applications.csv"):
        own = {"opd": loading.opd(values["opd"]), "year": int(values["year"]), "active": YES[values["active"]]}
        rows.append(loading.row(Application, **{**values, **own}))
    loading.add_many(rows)


def _regulations(loading: Loading) -> None:
    """The framework's legal basis where the plan lacks it, then the region's own."""
    basis = framework(loading.plan.framework).legal_basis
    wanted = [(law.rank, law.number, law.year, law.about) for law in basis]
    wanted += [
        (Regulation.Rank[own["rank"]].value, own["number"], int(own["year"]), own["about"])
        for own in loading.folder.table("regulations.csv")
    ]
    present = set(loading.plan.regulation_set.values_list("rank", "number", "year"))
    missing = [law for law in wanted if law[:3] not in present]
    loading.add_many([loading.row(Regulation, **dict(zip(LAW, law, strict=True))) for law in missing])


def _swot(loading: Loading) -> None:
    rows = []
    for values in loading.folder.table("swot.csv"):
        figures = {name: values[name] or None for name in ("weight", "rating")}
        row = loading.row(SwotItem, **{**values, **figures, "number": int(values["number"])})
        loading.swot[row.code] = row
        rows.append(row)
    loading.add_many(rows)


def _strategies(loading: Loading) -> None:
    for values in loading.folder.table("strategies.csv"):
        prefix = f"{values['scope']}-" if values["scope"] else ""
        items = [loading.swot[prefix + code] for code in values.pop("items").split()]
        row = loading.add(loading.row(Strategy, **{**values, "number": int(values["number"])}), items=items)
        loading.strategies[row.code] = row


def _gaps(loading: Loading) -> None:
    """Several gaps may stand in one sub-dimension: programmes name the first as "SS-3", the second as "SS-3/2"."""
    rows = []
    for values in loading.folder.entries("gaps.toml", "gap"):
        item = loading.swot[values.pop("swot")]
        row = loading.row(Gap, **{**values, "opd": loading.opd(values["opd"]), "swot_item": item})
        earlier = sum(1 for gap in loading.gaps.values() if gap.sub_dimension == row.sub_dimension)
        loading.gaps[f"{row.sub_dimension}/{earlier + 1}" if earlier else row.sub_dimension] = row
        rows.append(row)
    loading.add_many(rows)


# --- stages II and III ---------------------------------------------------------------------------------------------
def _objectives(loading: Loading) -> None:
    rows = []
    for values in loading.folder.table("objectives.csv"):
        mission = loading.missions[f"misi {values['mission']}"]
        row = loading.row(Objective, **{**values, "mission": mission, "number": int(values["number"])})
        loading.objectives[row.dimension, row.number] = row
        rows.append(row)
    loading.add_many(rows)


def _programmes(loading: Loading) -> None:
    for values in loading.folder.programmes():
        _programme(loading, dict(values))


def _programme(loading: Loading, values: dict[str, Any]) -> None:
    """One programme with its links, its money and its measures."""
    sub_dimension = values["code"].split(".")[0]
    budget, indicators = values.pop("budget"), values.pop("indicators")
    links = {
        "supporting": [loading.offices[name] for name in values.pop("supporting")],
        "missions": [loading.missions[f"misi {number}"] for number in values.pop("missions")],
        "strategies": [loading.strategies[code] for code in values.pop("strategies")],
    }
    values |= {
        "sub_dimension": sub_dimension,
        "objective": loading.objectives[sub_dimension.split("-")[0], values["objective"]],
        "opd": loading.offices[values["opd"]],
        "gap": loading.gaps[values["gap"]] if "gap" in values else None,
    }
    programme = loading.add(loading.row(Programme, **values), **links)
    loading.programmes[programme.code] = programme
    loading.add_many(
        [
            loading.row(BudgetLine, programme=programme, year=year, source=source, amount=amount)
            for year, source, amount in loading.folder.rupiah(budget)
        ]
    )
    for measure in indicators:
        _indicator(loading, programme, dict(measure))


def _indicator(loading: Loading, programme: Programme, values: dict[str, Any]) -> None:
    targets = values.pop("targets")
    values["baseline"] = str(values["baseline"])  # a float of the file would bring its binary tail along
    indicator = loading.add(loading.row(Indicator, programme=programme, **values))
    loading.add_many(
        [
            loading.row(IndicatorTarget, indicator=indicator, year=int(year), value=str(value))
            for year, value in targets.items()
        ]
    )


# --- stage IV ------------------------------------------------------------------------------------------------------
def _quick_wins(loading: Loading) -> None:
    rows = []
    for values in loading.folder.entries("quickwins.toml", "quickwin"):
        pointers = {"programme": loading.programmes[values["programme"]], "opd": loading.opd(values["opd"])}
        rows.append(loading.row(QuickWin, **{**values, **pointers}))
    loading.add_many(rows)


def _commitment(loading: Loading) -> None:
    present = {point.number: point for point in loading.plan.commitmentpoint_set.all()}
    for number, values in enumerate(loading.folder.entries("commitment.toml", "point"), start=1):
        point = present.get(number)
        if point is None:
            loading.add(loading.row(CommitmentPoint, number=number, text=values["text"]))
        else:
            point.text = _clean(values["text"])
            writing.change(point, access=loading.access, version=point.version)
    loading.add_many([_signatory(loading, values) for values in loading.folder.table("signatories.csv")])


def _signatory(loading: Loading, values: dict[str, str]) -> Any:
    zone = loading.plan.region.zone
    at = values["signed_at"]
    signed = datetime.datetime.fromisoformat(at).replace(tzinfo=zone) if at else None
    return loading.row(Signatory, **{**values, "opd": loading.opd(values["opd"]), "signed_at": signed})


# --- sessions and answers ------------------------------------------------------------------------------------------
def _sessions(loading: Loading) -> None:
    crowd = loading.folder.table("attendees.csv")
    for values in loading.folder.entries("sessions.toml", "session"):
        results, follow_ups = values.pop("results"), values.pop("follow_ups")
        session = sessions.keep(loading.row(Session, **values), access=loading.access)
        _minutes(loading, session, results, follow_ups)
        _presence(loading, session, crowd)


def _minutes(loading: Loading, session: Session, results: list[str], follow_ups: list[dict[str, Any]]) -> None:
    rows = [loading.row(Minute, session=session, kind=Minute.Kind.RESULT, text=text) for text in results]
    rows += [loading.row(Minute, session=session, kind=Minute.Kind.FOLLOW_UP, **values) for values in follow_ups]
    loading.add_many(rows)


def _presence(loading: Loading, session: Session, crowd: list[dict[str, str]]) -> None:
    """Everybody with a cross under one of the session's days ("II.1", "II.2") was there."""
    days = {f"{Stage(session.stage).roman}.{n}": day for n, day in enumerate(sessions.days_of(session), start=1)}
    fields = ("name", "institution", "position_title", "sex", "element")
    people_there, marks = [], set()
    for values in crowd:
        there = [day for column, day in days.items() if values[column]]
        if there:
            person = loading.row(Attendee, session=session, **{name: values[name] for name in fields})
            people_there.append(person)
            marks |= {(person.pk, day) for day in there}
    loading.add_many(people_there)
    attendance.mark_presence(session, marks, seen=(), access=loading.access)


def _answers(loading: Loading) -> None:
    frame = framework(loading.plan.framework)
    for key, text in loading.folder.answers().items():
        cleaner = richtext.clean if frame.question(key).kind == "rich" else richtext.clean_text
        writing.save_answer(loading.plan, key, cleaner(text.strip()), access=loading.access, version=0)


STEPS = (
    _team, _profile, _rpjmd, _readiness, _applications, _regulations, _swot, _strategies, _gaps,
    _objectives, _programmes, _quick_wins, _commitment, _sessions, _answers,
)  # fmt: skip


# --- review --------------------------------------------------------------------------------------------------------
def _hand_in(plan: Plan, stage: Stage, seats: dict[Role, Access], *, accept: bool) -> None:
    """The head of department submits; the consultant accepts or still has it to read."""
    submission = plan.submission_set.get(stage=stage)
    gaps = checks.gaps(plan, stage)
    reason = "Dilengkapi setelah pertemuan." if gaps else ""
    workflow.submit(submission, access=seats[Role.HEAD_OF_DEPARTMENT], gaps=gaps, reason=reason)
    if accept:
        workflow.accept(submission, access=seats[Role.CONSULTANT], gaps=gaps, reason=reason)
