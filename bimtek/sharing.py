"""The one door between regions: what a region allows others to read of its accepted masterplan, and nothing besides.

Off unless the region's own admin turned it on, and gone the moment it is turned off. Only what a frozen, accepted state
says is read, never a working copy; only descriptive fields (FIELDS), so that no person, office, file, comment, amount or
year leaves the region. See docs/decisions/2026-11-22-door-between-regions.md.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from bimtek import codes, writing
from bimtek.framework import framework
from bimtek.models import Indicator, Move, Plan, Programme, ReadinessRow, SharedProgramme, Snapshot, Stage, Status
from regions import audit
from regions.access import Access, Permission
from regions.models import Opd, Region
from regions.stale import save_fields

FIELDS = ("sub_dimension", "name", "benefit", "activity", "description", "technology", "output", "outcome")
"""Of a programme. What is not named here stays in the region: OPD, PIC, partners, place, years, money, links."""
SEARCHED = ("name", "benefit", "activity", "description", "technology")
PROGRAMME_STAGES = (Stage.PROGRAM, Stage.FINALISASI)
SWITCHES = ("shares_programmes", "shares_answers")
MOST = 3  # similar regions beside a question
LOOKED_THROUGH = 12  # of the most similar ones, until so many said something
GONE = "Program ini tidak ditawarkan lagi: daerahnya mencabut izin, atau membuka kembali tahapnya."


# --- allowing --------------------------------------------------------------------------------------------------------
@transaction.atomic
def allow(region: Region, wanted: Mapping[str, bool], *, version: int, access: Access) -> None:
    """Turns the region's switches; each turn is one line of its audit."""
    writing.refuse_unless(access, Permission.SHARE)
    stored = Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    turned = {name: bool(wanted[name]) for name in SWITCHES if getattr(stored, name) != bool(wanted[name])}
    if not turned:
        return
    save_fields(stored, turned, version=version)
    for name, on in turned.items():
        words = str(Region._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        audit.record(stored, audit.Kind.GRANT, "mengizinkan" if on else "mencabut izin", by=access, label=words)
    refresh(stored)


def refresh(region: Region) -> None:
    """Makes what stands to be searched equal to what is accepted and allowed now. Belongs in a transaction."""
    held = Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    current = accepted(Q(region=held), PROGRAMME_STAGES) if held.shares_programmes else []
    SharedProgramme.objects.filter(region=held).exclude(snapshot__in=current).delete()
    there = set(SharedProgramme.objects.filter(region=held).values_list("snapshot", flat=True))
    for snapshot in Snapshot.objects.filter(pk__in=set(current) - there):
        SharedProgramme.objects.bulk_create(_told(snapshot))


def accepted(which: Q, stages: Iterable[Stage]) -> list[UUID]:
    """The snapshots that are accepted now: of each plan that of the last of these stages, newest region first."""
    moves = Move.objects.filter(
        which, to_status=Status.ACCEPTED, submission__status=Status.ACCEPTED, submission__stage__in=list(stages),
        snapshot__isnull=False,
    )  # fmt: skip
    newest: dict[UUID, UUID] = {}
    ordered = moves.order_by("-submission__stage", "-id").values_list("submission__plan", "snapshot")
    for plan, snapshot in ordered:
        newest.setdefault(plan, snapshot)
    return list(newest.values())


def _told(snapshot: Snapshot) -> Iterator[SharedProgramme]:
    """What others may read of each programme of a frozen state."""
    rows, own = snapshot.content.get("rows", {}), snapshot.content["plan"]
    measures: dict[str, list[list[str]]] = {}
    for row in rows.get("indicator", ()):
        measures.setdefault(row["programme_id"], []).append([row["name"], row["unit"]])
    for row in rows.get("programme", ()):
        yield SharedProgramme(
            region_id=snapshot.region_id, snapshot=snapshot, framework=own["framework"], first_year=own["first_year"],
            last_year=own["last_year"], indicators=measures.get(row["id"], []), adapted_from=row.get("adapted_from", ""),
            **{name: row[name] for name in FIELDS},
        )  # fmt: skip


def offers_of(region: Region) -> list[dict[str, Any]]:
    """What this region's switches let others read now: each accepted state with its programmes."""
    found = Snapshot.objects.filter(pk__in=accepted(Q(region=region), PROGRAMME_STAGES)).defer("content")
    held = SharedProgramme.objects.filter(region=region).order_by().values_list("snapshot").annotate(Count("pk"))
    counts: dict[UUID, int] = dict(held)
    return [
        {"plan": snapshot.plan, "stage": Stage(snapshot.stage), "programmes": counts.get(snapshot.pk, 0)}
        for snapshot in found.select_related("plan__region", "plan__enrolment__cohort").order_by("-created_at")
    ]


# --- programmes ------------------------------------------------------------------------------------------------------
def offered(plan: Plan) -> "QuerySet[SharedProgramme]":
    """The programmes that other regions offer to this plan today. The only way to another region's programme."""
    allowed = Q(region__shares_programmes=True) & ~Q(region=plan.region_id)
    rows = SharedProgramme.objects.filter(allowed, framework=plan.framework)
    return rows.filter(snapshot__in=accepted(allowed, PROGRAMME_STAGES)).select_related("region__province")


def narrowed(
    rows: "QuerySet[SharedProgramme]", *, words: str = "", dimension: str = "", sub_dimension: str = "", kind: str = ""
) -> "QuerySet[SharedProgramme]":
    for word in words.split():
        found = Q()
        for name in SEARCHED:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    if sub_dimension or dimension:
        rows = rows.filter(sub_dimension=sub_dimension) if sub_dimension else rows.filter(sub_dimension__startswith=f"{dimension}-")  # fmt: skip
    return rows.filter(region__kind=kind) if kind else rows


def origin(offer: SharedProgramme) -> str:
    """'Kota Batam, masterplan 2022–2031'; what was itself adapted names where its words began, too."""
    here = f"{offer.region.name}, masterplan {offer.first_year}–{offer.last_year}"
    return f"{here} (yang mengadaptasi dari {offer.adapted_from})"[:200] if offer.adapted_from else here


@transaction.atomic
def adopt(plan: Plan, offer: UUID, *, access: Access, opd: str = "") -> Programme:
    """Writes the offered programme into the plan, with its source: descriptive fields and indicators without values.

    An operator's goes to the own office, to the one that `opd` names where there are several. ValidationError when it is
    no longer offered.
    """
    found = offered(plan).filter(pk=offer).first()
    if found is None:
        raise ValidationError(GONE)
    if found.sub_dimension not in {each.code for each in framework(plan.framework).sub_dimensions}:
        raise ValidationError("Subdimensi program ini tidak dikenal di kerangka rencana Anda.")
    act = uuid.uuid4()
    taken = set(plan.programme_set.values_list("code", flat=True))
    programme = writing.new(
        Programme, plan, code=codes.next_free(codes.first(found.sub_dimension), taken), opd=_own_office(plan, access, opd),
        kind=Programme.Kind.NEW, adapted_from=origin(found), **{name: getattr(found, name) for name in FIELDS},
    )  # fmt: skip
    writing.add(programme, access=access, act=act)
    measures = [
        writing.new(Indicator, plan, programme=programme, name=name, unit=unit) for name, unit in found.indicators
    ]
    writing.add_many(measures, access=access, act=act)
    audit.record(found.region, audit.Kind.DOWNLOAD, f"program disalin {plan.region.name}", by=None, label=found.name)
    return programme


def own_offices(plan: Plan, access: Access) -> list[Opd]:
    """The offices that a copy of this person may belong to; none for those who fill for all, who choose it in the form."""
    if access.may(Permission.FILL_ALL):
        return []
    return list(plan.region.opd_set.filter(active=True, pk__in=access.opd_ids).order_by("position", "name"))


def _own_office(plan: Plan, access: Access, named: str) -> Opd | None:
    own = own_offices(plan, access)
    if len(own) < 2:
        return own[0] if own else None
    found = next((opd for opd in own if str(opd.pk) == named), None)
    if found is None:
        raise ValidationError("Pilih dulu OPD Anda yang akan memegang program ini.")
    return found


# --- what similar regions wrote --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """What one similar region's accepted masterplan says."""

    region: str
    period: str
    text: str = ""
    """A narrative answer as it was accepted."""
    value: str = ""
    """A readiness value with its unit; `basis` its year and source."""
    basis: str = ""


ISLANDS = {"1": "Sumatra", "2": "Sumatra", "3": "Jawa", "5": "Nusa Tenggara", "6": "Kalimantan", "7": "Sulawesi", "8": "Maluku", "9": "Papua"}  # fmt: skip
"""First figure of a Kemendagri code → group of islands."""


def similar(plan: Plan, stage: Stage) -> list[UUID]:
    """Accepted states of this stage of regions of the same kind and island that let others read, same province first."""
    own = plan.region
    figures = [figure for figure, island in ISLANDS.items() if island == ISLANDS.get(own.code[0])]
    near = Q()
    for figure in figures:
        near |= Q(code__startswith=figure)
    if not figures:
        return []
    regions = Region.objects.filter(near, shares_answers=True, kind=own.kind).exclude(pk=own.pk)
    same = Case(When(province=own.province_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    order = list(regions.annotate(far=same).order_by("far", "code").values_list("pk", flat=True))
    found = Snapshot.objects.filter(pk__in=accepted(Q(region__in=order), [stage]))
    by_region: dict[UUID, UUID] = {}
    for pk, region in found.order_by("-plan__enrolment__cohort__year").values_list("pk", "region"):
        by_region.setdefault(region, pk)
    return [by_region[region] for region in order if region in by_region][:LOOKED_THROUGH]


def answers_of_similar(plan: Plan, key: str) -> list[Told]:
    stage = Stage(framework(plan.framework).question(key).stage)
    return list(_first(plan, stage, "answer", lambda row: _narrative(row, key)))


def readiness_of_similar(plan: Plan, row: ReadinessRow) -> list[Told]:
    if not row.indicator:  # a region's own indicator means nothing elsewhere
        return []
    return list(_first(plan, Stage.PERSEPSI, "readinessrow", lambda each: _readiness(each, row.indicator)))


def _narrative(row: Mapping[str, Any], key: str) -> dict[str, str]:
    return {"text": row["text"]} if row["key"] == key and row["text"] else {}


def _readiness(row: Mapping[str, Any], indicator: str) -> dict[str, str]:
    if row["indicator"] != indicator or not row["value"]:
        return {}
    basis = ", ".join(str(each) for each in (row["year"], row["source"]) if each)
    return {"value": f"{row['value']} {row['unit']}".strip(), "basis": basis}


def _first(plan: Plan, stage: Stage, kind: str, read: Any) -> Iterator[Told]:
    """The first few of the similar regions that say something; of each state only the one kind of row is fetched."""
    found = 0
    fields = ("region", "content__plan__first_year", "content__plan__last_year", f"content__rows__{kind}")
    for pk in similar(plan, stage):
        row = Snapshot.objects.filter(pk=pk, region__shares_answers=True).values_list(*fields).first()
        said = next((told for each in (row[3] or ()) if (told := read(each))), None) if row else None
        if row and said:
            name = Region.objects.get(pk=row[0]).name
            yield Told(region=name, period=f"{row[1]}–{row[2]}", **said)
            found += 1
        if found == MOST:
            return
