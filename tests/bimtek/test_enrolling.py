"""A region enters a cohort: enrolment, plan and four stages are born together or not at all."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from bimtek import enrolling
from bimtek.models import Enrolment, Plan, Stage, Status, Submission
from tests.factories import make_cohort

PERIOD = {"first_year": 2022, "last_year": 2031}


def test_enrol_makes_the_plan_with_its_four_open_stages(region, ministry):
    plan = enrolling.enrol(region, make_cohort(2022), by=ministry, **PERIOD, mou_number="555/MoU/2022", self_run=True)

    assert (plan.short_until, plan.medium_until, plan.framework) == (2022, 2026, "kominfo-2017")
    assert (plan.enrolment.mou_number, plan.enrolment.self_run) == ("555/MoU/2022", True)
    assert [(s.stage, s.status, s.region) for s in plan.submission_set.order_by("stage")] == [
        (stage, Status.DRAFT, region) for stage in Stage
    ]


def test_a_five_year_plan_has_no_long_term(region, ministry):
    plan = enrolling.enrol(region, make_cohort(2025), by=ministry, first_year=2025, last_year=2029)

    assert (plan.short_until, plan.medium_until) == (2025, 2029)


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({"first_year": 2022, "last_year": 2025}, "last_year"),
        ({"first_year": 2022, "last_year": 2032}, "last_year"),
        ({"first_year": 2031, "last_year": 2022}, "last_year"),
        ({**PERIOD, "short_until": 2021}, "short_until"),
        ({**PERIOD, "short_until": 2027, "medium_until": 2026}, "medium_until"),
        ({**PERIOD, "medium_until": 2032}, "medium_until"),
    ],
)
def test_an_impossible_period_is_refused_by_field_and_leaves_nothing(region, ministry, period, field):
    with pytest.raises(ValidationError) as refusal:
        enrolling.enrol(region, make_cohort(), by=ministry, **period)

    assert list(refusal.value.message_dict) == [field]
    assert not Enrolment.objects.exists()


def test_a_region_enters_a_cohort_once_but_may_come_back_in_another(region, ministry):
    enrolling.enrol(region, make_cohort(2018), by=ministry, first_year=2018, last_year=2027)
    enrolling.enrol(region, make_cohort(2022), by=ministry, first_year=2022, last_year=2031)

    with pytest.raises(ValidationError, match="sudah terdaftar"):
        enrolling.enrol(region, make_cohort(2022), by=ministry, first_year=2022, last_year=2031)
    assert Plan.objects.count() == 2
    assert Submission.objects.count() == 8


def test_only_the_ministry_enrols(region, writer, consultant):
    for by in (writer, consultant):
        with pytest.raises(ValidationError, match="Hanya admin Kominfo"):
            enrolling.enrol(region, make_cohort(), by=by, **PERIOD)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_plan(region, ministry):
    cohort, start, refused = make_cohort(), threading.Barrier(2), []

    def click() -> None:
        start.wait()
        try:
            enrolling.enrol(region, cohort, by=ministry, first_year=2022, last_year=2031)
        except ValidationError as refusal:
            refused.extend(refusal.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert Plan.objects.count() == 1
    assert refused == ["Daerah ini sudah terdaftar pada angkatan tersebut."]


PLAN_VALUES = {"title": "", "first_year": 2022, "last_year": 2031, "short_until": 2022, "medium_until": 2026}


def test_change_keeps_years_in_use_inside_the_period(plan, ministry):
    plan.programme_set.create(
        region=plan.region, code="SG-1.01", sub_dimension="SG-1", name="A", start_year=2023, end_year=2030
    )

    with pytest.raises(ValidationError, match=r"SG-1\.01 \(2030\)"):
        enrolling.change(plan.enrolment, {}, {**PLAN_VALUES, "last_year": 2029}, version=1, by=ministry)
    enrolling.change(plan.enrolment, {"mou_number": "9"}, {**PLAN_VALUES, "last_year": 2030}, version=1, by=ministry)

    plan.refresh_from_db()
    plan.enrolment.refresh_from_db()
    assert (plan.last_year, plan.version, plan.enrolment.mou_number, plan.enrolment.version) == (2030, 2, "9", 2)


def test_a_stale_change_touches_neither_enrolment_nor_plan(plan, ministry):
    enrolling.change(plan.enrolment, {"mou_number": "9"}, PLAN_VALUES, version=1, by=ministry)

    with pytest.raises(ValidationError) as refusal:
        enrolling.change(
            plan.enrolment, {"mou_number": "10"}, {**PLAN_VALUES, "last_year": 2030}, version=1, by=ministry
        )

    assert refusal.value.code == "stale"
    plan.refresh_from_db()
    assert plan.last_year == 2031
