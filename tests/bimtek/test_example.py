"""The Batam example: what is promised about it, read back from PostgreSQL after one load."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.forms.models import model_to_dict
from django.test import Client

from accounts.models import User
from bimtek import checks, readiness, rollups, swot, workflow
from bimtek.examples import folder, loader
from bimtek.examples.people import demo_people
from bimtek.framework import framework
from bimtek.models import BudgetLine, Plan, SessionDay, Stage, Status
from bimtek.sections import SECTIONS
from regions import reference
from regions.access import Role, access_of
from regions.models import Region
from tests.bimtek.reading import printed


@pytest.fixture(scope="module")
def batam(django_db_setup: None, django_db_blocker: Any) -> Iterator[Plan]:
    """The example, loaded once for this module and rolled back after it."""
    from django.db import transaction

    with django_db_blocker.unblock():
        hold = transaction.atomic()
        hold.__enter__()
        reference.load()
        loader.load("batam-2022")
        yield Plan.objects.get(region__code="21.71")
        transaction.set_rollback(True)
        hold.__exit__(None, None, None)


@pytest.fixture
def plan(batam: Plan, db: None) -> Plan:
    return batam


def test_the_region_has_its_head_offices_and_cohort(plan):
    assert plan.region.name == "Kota Batam"
    assert Region.objects.get(pk=plan.region_id).head_name == "Muhammad Rudi"
    assert plan.enrolment.cohort.year == 2022
    assert (plan.first_year, plan.short_until, plan.medium_until, plan.last_year) == (2022, 2022, 2026, 2031)
    assert plan.region.opd_set.count() == 44


def test_nothing_is_missing_at_any_gate(plan):
    assert {stage: checks.gaps(plan, stage) for stage in Stage} == {stage: [] for stage in Stage}


def test_readiness_is_the_published_check(plan):
    rows = list(plan.readinessrow_set.all())
    found = readiness.readiness(row.judgement for row in rows)

    assert len(rows) == 80
    assert (found.good, found.fair, found.poor) == (41, 26, 13)
    assert found.index == Decimal("67.50")
    assert all(row.value and row.year and row.source.startswith("Data contoh") and row.opd_id for row in rows)


def test_swot_is_balanced_and_lands_where_the_narrative_says(plan):
    found = swot.analyse(plan.swotitem_set.filter(scope=""))

    assert found.problems == ()
    assert found.weights["S"] + found.weights["W"] == found.weights["O"] + found.weights["T"] == 1
    assert (found.x, found.y) == (Decimal("0.46"), Decimal("0.36"))
    assert "+0,46" in plan.answer_set.get(key="kesimpulan-swot").text


def test_every_dimension_has_items_and_strategies_that_cite_them(plan):
    scopes = [""] + [dimension.code for dimension in framework(plan.framework).dimensions]
    items = Counter(plan.swotitem_set.values_list("scope", "quadrant"))
    kinds = set(plan.strategy_set.values_list("scope", "kind"))

    assert all(items[scope, quadrant] >= 3 for scope in scopes for quadrant in "SWOT")
    assert kinds >= {(scope, kind) for scope in scopes for kind in ("SO", "WO", "ST", "WT")}
    assert not plan.strategy_set.filter(items=None).exists()


def test_every_sub_dimension_has_a_gap_and_programmes_in_all_three_terms(plan):
    subs = {row.code for row in framework(plan.framework).sub_dimensions}
    terms: dict[str, set[Any]] = {sub: set() for sub in subs}
    for programme in plan.programme_set.all():
        terms[programme.sub_dimension].add(rollups.term_of(plan, programme.start_year, programme.end_year))

    assert plan.programme_set.count() == 72
    assert all(found == set(rollups.Term) for found in terms.values())
    assert set(plan.gap_set.values_list("sub_dimension", flat=True)) == subs


def test_programmes_are_linked_measured_and_funded(plan):
    for programme in plan.programme_set.all():
        links = (programme.supporting, programme.missions, programme.strategies, programme.indicators)
        assert all(link.exists() for link in links), programme
        assert programme.benefit, programme
        assert programme.objective_id, programme
        assert programme.gap_id, programme
        assert {line.year for line in programme.budget_lines.all()} == set(
            range(programme.start_year, programme.end_year + 1)
        ), programme
        assert programme.renja_year or programme.unplanned_reason, programme


def test_the_money_is_the_same_by_year_and_by_source(plan):
    lines = BudgetLine.objects.filter(plan=plan).values_list("year", "source", "amount")
    years: Counter[int] = Counter()
    sources: Counter[str] = Counter()
    for year, source, amount in lines:
        years[year] += amount
        sources[source] += amount

    assert sum(years.values()) == sum(sources.values()) == 1_093_030_000_000
    assert set(years) == set(plan.years)
    assert "belum" in sources


def billions(amount: int) -> str:
    """'Rp64,0 miliar', as the narratives round."""
    return f"Rp{amount / 10**9:,.1f} miliar".translate(str.maketrans(",.", ".,"))


def test_the_narratives_quote_the_totals_of_the_tables(plan):
    answers = dict(plan.answer_set.values_list("key", "text"))
    dimensions: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    long_term = 0
    for line in BudgetLine.objects.filter(plan=plan).select_related("programme"):
        dimensions[line.programme.dimension] += line.amount
        sources[line.source] += line.amount
        long_term += line.amount if line.programme.start_year > plan.medium_until else 0
    priorities = Counter(plan.programme_set.values_list("priority", flat=True))

    assert all(billions(amount) in answers["ringkasan-eksekutif"] for amount in dimensions.values())
    assert billions(sum(dimensions.values())) in answers["ringkasan-eksekutif"]
    assert all(billions(sources[name]) in answers["pembiayaan"] for name in ("apbd", "kpbu", "swasta", "apbn", "dak"))
    assert billions(long_term) in answers["peta-jalan-panjang"]
    assert (
        "empat puluh empat program berprioritas tinggi, dua puluh lima sedang, dan tiga rendah"
        in (answers["kriteria-prioritas"])
    )
    assert (priorities[1], priorities[2], priorities[3]) == (44, 25, 3)


def test_quick_wins_are_chosen_in_every_dimension_with_their_full_profile(plan):
    chosen = plan.quickwin_set.filter(chosen=True)
    nominees = Counter(plan.quickwin_set.values_list("dimension", flat=True))

    assert chosen.count() == 8
    assert set(chosen.values_list("dimension", flat=True)) == {d.code for d in framework(plan.framework).dimensions}
    assert min(nominees.values()) >= 2
    assert not chosen.filter(risk_mitigation="").exists()


def test_sessions_are_as_reported_and_sixty_people_came_to_each(plan):
    first, second, third, fourth = plan.session_set.order_by("stage")

    assert [str(s.starts) for s in (first, second, third, fourth)] == [
        "2022-06-13",
        "2022-07-13",
        "2022-08-08",
        "2022-09-06",
    ]
    assert [str(s.ends) for s in (first, second, third, fourth)] == [
        "2022-06-14",
        "2022-07-14",
        "2022-08-09",
        "2022-09-06",
    ]
    assert (first.opened_by, first.opened_for) == ("Jefridin", "Wali Kota Batam Muhammad Rudi")
    assert (fourth.venue.split(",")[0], fourth.closed_by) == ("Aula Engku Hamidah", "Muhammad Rudi")
    for session in (first, second, third, fourth):
        assert session.attendees.count() == 60
        assert SessionDay.objects.filter(attendee__session=session).values("attendee").distinct().count() == 60


def test_session_and_book_say_who_opened_on_whose_behalf(plan):
    client, session = Client(), plan.session_set.get(stage=1)
    client.force_login(
        dict(demo_people(plan.region))[Role.ADMIN], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(f"/daerah/kota-batam/2022/pertemuan/{session.pk}/").content.decode()
    book = printed(plan)

    for text in (page, book):
        assert "Jefridin" in text
        assert "Wali Kota Batam Muhammad Rudi" in text
    assert "Selasa, tanggal empat belas bulan Juni tahun dua ribu dua puluh dua" in book


def test_every_question_is_answered_and_the_text_says_that_it_is_an_example(plan):
    answers = dict(plan.answer_set.values_list("key", "text"))

    assert set(answers) == {
        question.key for question in framework(plan.framework).all_questions if not question.default
    }
    assert "data contoh" in answers["kata-pengantar"].lower()
    assert "sintetis" in answers["penutup"]


def test_stages_i_to_iii_are_accepted_and_iv_waits_for_the_consultant(plan):
    statuses = list(plan.submission_set.order_by("stage").values_list("status", flat=True))

    assert statuses == [Status.ACCEPTED, Status.ACCEPTED, Status.ACCEPTED, Status.SUBMITTED]
    assert workflow.draft(plan)


def test_each_role_has_one_person_without_a_password(plan):
    people = demo_people(plan.region)

    assert [role for role, _ in people] == [role for role in Role if role != Role.GUEST]
    assert all(user.email.endswith("@batam.example") and not user.has_usable_password() for _, user in people)


def test_loading_again_changes_nothing_and_says_so(plan, capsys):
    before = plan.change_set.count()

    call_command("load_example", "batam-2022")

    assert "sudah mempunyai rencana angkatan 2022" in capsys.readouterr().out
    assert plan.change_set.count() == before


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_the_screens_accept_every_row(plan, section):
    """Each row, sent back through the form that people use, is valid: the example holds nothing that could not be typed."""
    access = access_of(User.objects.get(email="admin@batam.example"), plan.region)
    assert access is not None
    for row in section.rows(plan):
        parent = getattr(row, section.parent) if section.parent else None
        data = {name: value for name, value in model_to_dict(row).items() if value is not None}
        data |= {name: [item.pk for item in value] for name, value in data.items() if isinstance(value, list)}
        form = section.form(data, instance=row, plan=plan, access=access, parent=parent)
        assert form.is_valid(), (str(row), form.errors)


def test_without_reference_data_the_loader_says_what_to_do(db):
    Region.objects.filter(code="21.71").update(code="21.99")

    with pytest.raises(ValidationError, match="load_reference"):
        loader.load("batam-2022")


def test_only_shipped_examples_are_known():
    assert "batam-2022" in folder.names()
    with pytest.raises(KeyError):
        folder.Folder("../batam-2022")
