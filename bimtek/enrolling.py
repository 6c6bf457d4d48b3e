"""How a region enters a cohort: its enrolment, its plan and the four stages, born together."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from bimtek import defaults
from bimtek.models import Cohort, Enrolment, Plan, Stage, Submission
from bimtek.planning import LONGEST, check_period, save_frame
from regions.models import Region, StoredFile
from regions.stale import save_fields

__all__ = ["LONGEST", "change", "check_period", "enrol", "terms"]

SHORT_TERM, MEDIUM_TERM = 1, 5  # a term's last year, counted from the first, where nobody says otherwise


def terms(first_year: int, last_year: int) -> tuple[int, int]:
    """The usual last years of jangka pendek and menengah: year 1 and year 5.

    >>> terms(2022, 2031)
    (2022, 2026)
    """
    return min(first_year + SHORT_TERM - 1, last_year), min(first_year + MEDIUM_TERM - 1, last_year)


def enrol(
    region: Region,
    cohort: Cohort,
    *,
    by: User | None,
    first_year: int,
    last_year: int,
    short_until: int | None = None,
    medium_until: int | None = None,
    mou_number: str = "",
    mou_date: datetime.date | None = None,
    mou_file: StoredFile | None = None,
    self_run: bool = False,
    title: str = "",
    framework: str = "kominfo-2017",
) -> Plan:
    """Enrols the region and starts its plan. Refuses a second enrolment in one cohort and an impossible period.

    `by` is None only for a command; a person must be admin Kominfo.
    """
    if by is not None and not by.is_ministry:
        raise ValidationError("Hanya admin Kominfo yang mendaftarkan daerah.")
    usual_short, usual_medium = terms(first_year, last_year)
    short_until = usual_short if short_until is None else short_until
    medium_until = usual_medium if medium_until is None else medium_until
    check_period(first_year, last_year, short_until, medium_until)
    with transaction.atomic():
        enrolment = _enrolment(region, cohort, mou_number, mou_date, mou_file, self_run)
        plan = Plan(
            region=region, enrolment=enrolment, framework=framework, title=title,
            first_year=first_year, last_year=last_year, short_until=short_until, medium_until=medium_until,
        )  # fmt: skip
        plan.full_clean()
        plan.save()
        Submission.objects.bulk_create(Submission(region=region, plan=plan, stage=stage) for stage in Stage)
        defaults.fill(plan)
    return plan


def _enrolment(
    region: Region,
    cohort: Cohort,
    mou_number: str,
    mou_date: datetime.date | None,
    mou_file: StoredFile | None,
    self_run: bool,
) -> Enrolment:
    enrolment = Enrolment(
        region=region, cohort=cohort, mou_number=mou_number, mou_date=mou_date, mou_file=mou_file, self_run=self_run
    )
    try:
        with transaction.atomic():
            enrolment.full_clean()
            enrolment.save()
    except IntegrityError as error:  # two clicks at once: the constraint speaks after full_clean has passed
        raise ValidationError("Daerah ini sudah terdaftar pada angkatan tersebut.") from error
    return enrolment


@transaction.atomic
def change(
    enrolment: Enrolment,
    values: Mapping[str, Any],
    period: Mapping[str, Any],
    *,
    version: int,
    by: User,
) -> None:
    """Changes the enrolment (MoU, self-run) and its plan's title, period and terms together.

    Years that programmes or budgets already use stay inside the period. `version` is the enrolment's.
    """
    if not by.is_ministry:
        raise ValidationError("Hanya admin Kominfo yang mengubah keikutsertaan.")
    plan = enrolment.plan
    save_fields(enrolment, values, version=version)
    save_frame(plan, period, version=plan.version, by=by)
