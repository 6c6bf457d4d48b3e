"""Rows for tests, as plain functions: only what a test does not care about has a default."""

import datetime
import itertools
from typing import Any

from accounts.models import User
from bimtek.models import Cohort, Enrolment, Plan, Stage, Status, Submission
from regions.access import Role
from regions.models import Membership, Opd, Province, Region, TimeZone

PASSWORD = "Kata-sandi-uji-77"
_numbers = itertools.count(1)


def make_province(code: str = "21", name: str = "Kepulauan Riau") -> Province:
    return Province.objects.get_or_create(code=code, defaults={"name": name, "time_zone": TimeZone.WIB})[0]


def make_region(code: str = "21.71", official_name: str = "Batam", kind: str = "kota", **fields: Any) -> Region:
    """A region by its Kemendagri code; the same code gives the same row back."""
    fields.setdefault("time_zone", TimeZone.WIB)
    fields.setdefault("slug", f"{kind}-{official_name}".lower().replace(" ", "-"))
    fields.setdefault(
        "province", make_province(code[:2], f"Provinsi {code[:2]}" if code[:2] != "21" else "Kepulauan Riau")
    )
    known = {"official_name": official_name, "kind": kind, **fields}
    return Region.objects.get_or_create(code=code, defaults=known)[0]


def make_opd(region: Region, name: str = "Dinas Komunikasi dan Informatika", **fields: Any) -> Opd:
    return Opd.objects.get_or_create(region=region, name=name, defaults=fields)[0]


def make_user(full_name: str = "Siti Rahma", **fields: Any) -> User:
    """A person who signs in with PASSWORD."""
    fields.setdefault("email", f"{full_name.split()[0].lower()}{next(_numbers)}@contoh.id")
    return User.objects.create_user(password=fields.pop("password", PASSWORD), full_name=full_name, **fields)


def make_member(region: Region, role: Role, *, opd: Opd | None = None, user: User | None = None, **fields: Any) -> User:
    """A person in this role; an operator gets the region's first OPD unless one is given."""
    user = user or make_user(f"{role.value.title()} {region.official_name}")
    if role == Role.OPERATOR and opd is None:
        opd = make_opd(region)
    Membership.objects.create(region=region, user=user, role=role, opd=opd, **fields)
    return user


def make_cohort(year: int = 2022) -> Cohort:
    return Cohort.objects.get_or_create(year=year)[0]


def make_plan(
    region: Region, *, status: str = Status.DRAFT, cohort: int = 2022, years: int = 10, **fields: Any
) -> Plan:
    """A plan with its four stages, all in one status; written straight to the database, past the verbs."""
    enrolment = Enrolment.objects.create(
        region=region,
        cohort=make_cohort(cohort),
        mou_number="555/01/NK/2022",
        mou_date=datetime.date(cohort, 5, 10),
        self_run=fields.pop("self_run", False),
    )
    plan = Plan.objects.create(
        region=region,
        enrolment=enrolment,
        first_year=cohort,
        last_year=cohort + years - 1,
        short_until=cohort,
        medium_until=min(cohort + 4, cohort + years - 1),
        **fields,
    )
    for stage in Stage:
        Submission.objects.create(region=region, plan=plan, stage=stage, status=status, position=stage.value)
    return plan
