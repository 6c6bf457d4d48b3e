"""The frame of a plan: its title, period and terms, weighting and legal status. Years in use stay inside the period."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from bimtek.guards import refuse_unless
from bimtek.models import Change, Plan
from regions.access import Access, Permission
from regions.stale import save_fields

SHORTEST, LONGEST = 5, 10  # years that a masterplan covers
NAMED = 5  # how many rows outside a period a refusal names
OWN_FIELDS = ("title", "first_year", "last_year", "short_until", "medium_until", "swot_weighted", "legal_status")


def check_period(first_year: int, last_year: int, short_until: int, medium_until: int) -> None:
    """Raises ValidationError by field when the period or the terms cannot be."""
    length = last_year - first_year + 1
    if not SHORTEST <= length <= LONGEST:
        raise ValidationError(
            {
                "last_year": f"Masterplan berlaku {SHORTEST} sampai {LONGEST} tahun; yang Anda tulis {max(length, 0)} tahun."
            }
        )
    if not first_year <= short_until <= last_year:
        raise ValidationError({"short_until": f"Pilih tahun dalam masa rencana, {first_year}–{last_year}."})
    if not short_until <= medium_until <= last_year:
        raise ValidationError({"medium_until": f"Pilih tahun antara {short_until} dan {last_year}."})


@transaction.atomic
def change_plan(plan: Plan, values: Mapping[str, Any], *, access: Access, version: int) -> None:
    """The region changes its plan's frame; ValidationError by field, code 'stale' when somebody else saved in between."""
    refuse_unless(access, Permission.FILL_ALL)
    save_frame(plan, values, version=version, by=access.user)


def save_frame(plan: Plan, values: Mapping[str, Any], *, version: int, by: User) -> None:
    """Checks, saves and logs; belongs in a transaction. `values` names any of OWN_FIELDS."""
    stored = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    before = {name: getattr(stored, name) for name in OWN_FIELDS}
    after = {**before, **values}
    check_period(after["first_year"], after["last_year"], after["short_until"], after["medium_until"])
    refuse_outside(plan, after["first_year"], after["last_year"])
    if after == before:
        return
    save_fields(stored, values, version=version)
    for name in (*values, "version"):
        setattr(plan, name, getattr(stored, name))
    Change.objects.create(
        region_id=plan.region_id, plan=plan, kind="plan", row_id=plan.pk, label="Pengaturan rencana",
        deed=Change.Deed.CHANGED, before=before, after=after, by=by,
    )  # fmt: skip


def refuse_outside(plan: Plan, first_year: int, last_year: int) -> None:
    """Raises, naming the rows, when programmes, budget lines or targets would fall outside the period."""
    refusals = {}
    for field, early in (("first_year", True), ("last_year", False)):
        left_out = list(_outside(plan, first_year if early else last_year, early=early))
        if left_out:
            refusals[field] = _sentence(left_out)
    if refusals:
        raise ValidationError(refusals)


def _outside(plan: Plan, year: int, *, early: bool) -> Iterable[str]:
    """What stands before (or after) the year, as words."""
    side = "lt" if early else "gt"
    edge = "start_year" if early else "end_year"
    for code, at in plan.programme_set.filter(**{f"{edge}__{side}": year}).values_list("code", edge):
        yield f"program {code} ({at})"
    money = plan.budgetline_set.filter(**{f"year__{side}": year}).order_by("year")
    for code, at in money.values_list("programme__code", "year").distinct():
        yield f"anggaran {code} ({at})"
    targets = plan.indicatortarget_set.filter(**{f"year__{side}": year}).order_by("year")
    for code, at in targets.values_list("indicator__programme__code", "year").distinct():
        yield f"target {code} ({at})"


def _sentence(left_out: list[str]) -> str:
    more = f", dan {len(left_out) - NAMED} lainnya" if len(left_out) > NAMED else ""
    return f"Akan berada di luar masa rencana: {', '.join(left_out[:NAMED])}{more}. Pindahkan atau hapus itu dulu."
