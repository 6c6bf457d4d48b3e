"""A plan that begins from the region's earlier one: what comes along, what stays behind and why, and taking it back."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bimtek import drafting, writing
from bimtek.framework import framework
from bimtek.heritage import picking, taking
from bimtek.models import (
    Answer,
    Application,
    BudgetLine,
    Change,
    Gap,
    IndicatorTarget,
    MissionItem,
    Objective,
    Plan,
    Programme,
    ReadinessRow,
    Regulation,
    Status,
    Strategy,
    Takeover,
)
from regions import jobs
from regions.models import AuditRow, Job, Opd, Region
from tests.bimtek.rows import access, make_full_programme, make_item, make_programme, make_row, make_strategy
from tests.factories import make_opd, make_plan

EVERYTHING = [kind.key for kind in picking.KINDS]


@pytest.fixture
def later(plan: Plan) -> Plan:
    """The same region in the cohort of 2027, for 2027–2036; the plan of 2022 runs until 2031."""
    return make_plan(plan.region, cohort=2027)


@pytest.fixture
def old(plan: Plan, writer: User, health: Opd) -> Programme:
    """A programme of 2025–2029 with money, targets and all its links."""
    strength = make_item(plan)
    strategy = make_strategy(plan, access(writer, plan), strength)
    mission = make_row(MissionItem, plan, kind="misi", number="1", text="Tata kelola")
    objective = make_row(Objective, plan, dimension="SG", number=1, text="Layanan dari rumah", mission=mission)
    gap = make_row(Gap, plan, sub_dimension="SG-1", present="Tatap muka", swot_item=strength)
    programme = make_full_programme(plan, opd=health)
    BudgetLine.objects.all().delete()
    Programme.objects.filter(pk=programme.pk).update(
        start_year=2025, end_year=2029, objective=objective, gap=gap, renja_year=2025
    )
    programme.refresh_from_db()
    for name, target in (("strategies", strategy), ("missions", mission)):
        getattr(programme, name).set([target], through_defaults={"plan": plan, "region": plan.region})
    for year in (2025, 2027, 2028):
        make_row(BudgetLine, plan, programme=programme, year=year, source="apbd", amount=year)
    make_row(IndicatorTarget, plan, indicator=programme.indicators.get(), year=2028, value=80)
    return programme


def taken(later: Plan, plan: Plan, who: User, *kinds: str) -> Takeover:
    """Asked for and done, as a worker would."""
    row = taking.ask(later, plan, kinds or EVERYTHING, seen(later, plan, *kinds), access=access(who, later))
    run_waiting()
    row.refresh_from_db()
    return row


def seen(later: Plan, plan: Plan, *kinds: str) -> dict[str, int]:
    return taking.counts_of(picking.pick(later, plan, kinds or EVERYTHING))


def run_waiting() -> None:
    for job in Job.objects.filter(kind__in=[taking.TAKE_JOB, taking.UNDO_JOB], state=Job.State.QUEUED):
        jobs.run(str(job.pk))


def left_of(later: Plan, plan: Plan, *kinds: str) -> dict[str, list[str]]:
    """Everything that stays behind, by its reason."""
    found: dict[str, list[str]] = {}
    for picked in picking.pick(later, plan, kinds or EVERYTHING):
        for why, names in picked.left.items():
            found.setdefault(why, []).extend(names)
    return found


def state(plan: Plan) -> str:
    from bimtek.snapshots import content_of

    rows = content_of(plan)["rows"]
    return json.dumps({kind: [{**row, "version": 0} for row in found] for kind, found in rows.items()}, sort_keys=True)


# --- what comes along --------------------------------------------------------------------------------------------
def test_links_between_copied_rows_follow_the_copies(later, plan, writer, old):
    assert taken(later, plan, writer).state == "done"

    programme = later.programme_set.get()
    assert programme.pk != old.pk
    strategy = later.strategy_set.get()
    assert list(programme.strategies.all()) == [strategy]
    assert list(strategy.items.all()) == [later.swotitem_set.get()]
    assert list(programme.missions.all()) == [later.missionitem_set.get()]
    assert programme.objective == later.objective_set.get()
    assert programme.objective.mission == later.missionitem_set.get()
    assert programme.gap == later.gap_set.get()
    assert later.gap_set.get().swot_item == later.swotitem_set.get()


def test_a_running_programme_keeps_only_the_years_of_the_new_period(later, plan, writer, old):
    left = left_of(later, plan, "program")
    taken(later, plan, writer, "program")

    programme = later.programme_set.get()
    assert (programme.start_year, programme.end_year, programme.renja_year) == (2027, 2029, None)
    assert [line.year for line in programme.budget_lines.all()] == [2027, 2028]
    assert [target.year for target in programme.indicators.get().targets.all()] == [2028]
    assert left["baris anggaran di luar masa rencana 2027–2036"] == ["SG-1.01 2025 APBD kabupaten/kota"]
    assert left["target tahunan di luar masa rencana 2027–2036"] == ["Layanan daring 2023"]
    assert left["tahun di luar masa rencana 2027–2036 dipotong"] == ["SG-1.01 Program SG-1.01"]


def test_a_programme_that_ended_stays_behind(later, plan, writer):
    make_programme(plan, "SG-1.01", start_year=2022, end_year=2026)
    make_programme(plan, "SG-1.02", start_year=None, end_year=None)

    assert left_of(later, plan, "program")["selesai sebelum 2027"] == ["SG-1.01 Program SG-1.01"]
    taken(later, plan, writer, "program")
    assert [each.code for each in later.programme_set.all()] == ["SG-1.02"]


def test_links_to_kinds_that_stay_behind_are_dropped_and_told(later, plan, writer, old):
    left = left_of(later, plan, "program")[picking.LINK]
    taken(later, plan, writer, "program")

    programme = later.programme_set.get()
    assert not programme.strategies.exists()
    assert (programme.objective, programme.gap) == (None, None)
    assert len(left) == 4  # sasaran, kesenjangan, a misi, a strategy


def test_readiness_comes_as_an_earlier_value_to_be_renewed(later, plan, writer, health):
    known = {"indicator": "ST-SDM-01", "element": "struktur", "component": "sdm", "name": "Pranata komputer"}
    make_row(ReadinessRow, plan, **known, value="14", unit="orang", year=2021, source="BKPSDM", opd=health, judgement=2)
    row = make_row(ReadinessRow, later, **known)

    taken(later, plan, writer, "kesiapan")

    row.refresh_from_db()
    assert row.earlier == "14 orang (2021, BKPSDM)"
    assert (row.value, row.year, row.source, row.judgement, row.opd) == ("", None, "", None, health)


def test_readiness_that_was_filled_already_stays_as_it_is(later, plan, writer):
    known = {"indicator": "ST-SDM-01", "element": "struktur", "component": "sdm", "name": "Pranata komputer"}
    make_row(ReadinessRow, plan, **known, value="14")
    make_row(ReadinessRow, later, **known, value="20")
    assert left_of(later, plan, "kesiapan") == {picking.FILLED: ["Pranata komputer"]}


def test_a_narrative_is_a_draft_until_somebody_saves_it(later, plan, writer):
    make_row(Answer, plan, key="latar-belakang", text="<p>Kota pulau.</p>")
    taken(later, plan, writer, "narasi")

    answer = later.answer_set.get()
    assert (answer.text, answer.untouched_draft) == ("<p>Kota pulau.</p>", "Masterplan 2022–2031")
    writing.save_answer(later, "latar-belakang", "<p>Baru.</p>", access=access(writer, later), version=answer.version)
    assert later.answer_set.get().untouched_draft == ""


def test_a_narrative_that_saved_itself_is_no_draft_any_more(later, plan, writer):
    make_row(Answer, plan, key="latar-belakang", text="<p>Kota pulau.</p>")
    taken(later, plan, writer, "narasi")
    origin = drafting.Origin(client=uuid4(), seq=1)
    values = {"text": "<p>Kota bandar.</p>"}
    drafting.save_fields(later.answer_set.get(), values, access=access(writer, later), origin=origin)
    assert later.answer_set.get().untouched_draft == ""


def test_a_draft_that_still_holds_is_confirmed_without_a_change(later, plan, writer, client_of):
    make_row(Answer, plan, key="latar-belakang", text="<p>Kota pulau.</p>")
    taken(later, plan, writer, "narasi")
    browser: Client = client_of(writer)
    group = framework(later.framework).question("latar-belakang").section
    url = f"/daerah/{later.region.slug}/2027/tahap/1/narasi-{group}/"
    assert "Draf dari Masterplan 2022–2031." in browser.get(url).content.decode()
    answer = later.answer_set.get()

    sent = {"a-latar-belakang": answer.text, "v-latar-belakang": str(answer.version)}
    browser.post(url, sent)
    assert later.answer_set.get().untouched_draft
    browser.post(url, {**sent, "sesuai": "latar-belakang"})

    assert "Draf dari" not in browser.get(url).content.decode()
    assert later.answer_set.get().text == "<p>Kota pulau.</p>"


def test_an_empty_answer_is_filled_and_a_written_one_is_left(later, plan, writer):
    for key in ("latar-belakang", "metodologi"):
        make_row(Answer, plan, key=key, text="<p>Lama.</p>")
    make_row(Answer, later, key="latar-belakang", text="")
    make_row(Answer, later, key="metodologi", text="<p>Baru.</p>")

    taken(later, plan, writer, "narasi")

    answers = {answer.key: answer for answer in later.answer_set.all()}
    assert {key: answer.text for key, answer in answers.items()} == {
        "latar-belakang": "<p>Lama.</p>", "metodologi": "<p>Baru.</p>",
    }  # fmt: skip
    assert answers["latar-belakang"].untouched_draft
    assert not answers["metodologi"].untouched_draft


def test_rpjmd_is_not_ticked_by_itself_and_brings_its_own_narratives(later, plan, writer, client_of):
    make_row(Answer, plan, key="rpjmd-visi", text="Visi lama")
    make_row(Answer, plan, key="latar-belakang", text="<p>Lama.</p>")
    page = client_of(writer).get(address(later)).content.decode()
    assert 'value="rpjmd" aria' in page
    assert 'value="narasi" checked' in page

    taken(later, plan, writer, "narasi")
    assert [answer.key for answer in later.answer_set.all()] == ["latar-belakang"]
    taken(later, plan, writer, "rpjmd")
    assert later.answer_set.filter(key="rpjmd-visi", text="Visi lama").exists()


def test_what_is_there_already_comes_once_and_is_pointed_to(later, plan, writer, old):
    twin = make_item(later, number=3)
    law = {"rank": 3, "number": "95", "year": 2018, "about": "SPBE"}
    make_row(Regulation, plan, **law)
    make_row(Regulation, later, **law)

    assert picking.THERE in left_of(later, plan, "swot", "peraturan")
    taken(later, plan, writer, "swot", "peraturan")

    assert later.swotitem_set.get() == twin
    assert list(later.strategy_set.get().items.all()) == [twin]
    assert later.regulation_set.count() == 1


def test_numbers_and_codes_go_on_from_those_in_use(later, plan, writer, old):
    make_item(later, text="Lain")
    make_programme(later, "SG-1.01", name="Lain", start_year=2027, end_year=2028)

    taken(later, plan, writer, "swot", "program")

    assert sorted(item.code for item in later.swotitem_set.all()) == ["S1", "S2"]
    assert {each.code: each.name for each in later.programme_set.all()} == {
        "SG-1.01": "Lain", "SG-1.02": "Program SG-1.01",
    }  # fmt: skip


def test_a_closed_office_gives_way_to_its_successor(later, plan, writer, health):
    heir = make_opd(plan.region, "Dinas Kesehatan dan KB")
    make_row(Application, plan, name="SIMPUS", opd=health)
    Opd.objects.filter(pk=health.pk).update(active=False, successor=heir)
    taken(later, plan, writer, "aplikasi")
    assert later.application_set.get().opd == heir


def test_a_code_that_the_framework_does_not_know_stays_behind(later, plan):
    make_programme(plan, "XX-1.01", sub_dimension="XX-1", start_year=2027, end_year=2028)
    assert left_of(later, plan, "program") == {picking.UNKNOWN: ["XX-1.01 Program XX-1.01"]}


# --- as one act, credited ------------------------------------------------------------------------------------------
def test_it_is_one_act_in_the_log_under_the_persons_name(later, plan, writer, old):
    row = taken(later, plan, writer)
    changes = Change.objects.filter(plan=later)
    assert {change.act for change in changes} == {row.act}
    assert {change.by for change in changes} == {writer}
    assert changes.count() == row.rows == 10
    assert AuditRow.objects.filter(deed="menyalin dari masterplan terdahulu", by_name=str(writer)).count() == 1
    assert not plan.change_set.filter(act=row.act).exists()


def test_all_or_nothing(later, plan, writer, old):
    """A clash in the last kind leaves no row of the first."""
    make_row(Answer, plan, key="latar-belakang", text="<p>Lama.</p>")
    row = taking.ask(later, plan, EVERYTHING, seen(later, plan), access=access(writer, later))
    later.submission_set.filter(stage__in=[2, 3]).update(status=Status.ACCEPTED)
    run_waiting()
    row.refresh_from_db()
    assert row.state == "failed"
    assert "berubah sejak pratinjau" in row.note
    assert not later.swotitem_set.exists()
    assert not later.answer_set.exists()


def test_other_numbers_than_were_shown_are_refused(later, plan, writer, old):
    shown = seen(later, plan)
    make_item(plan, number=2, text="Baru")
    with pytest.raises(ValidationError, match="berubah sejak pratinjau"):
        taking.ask(later, plan, EVERYTHING, shown, access=access(writer, later))
    assert not Takeover.objects.exists()


def test_a_job_that_runs_twice_copies_once(later, plan, writer, old):
    row = taken(later, plan, writer)
    row.state = Takeover.State.WAITING  # as a second worker saw it
    taking.take(row)
    assert later.programme_set.count() == 1


def test_an_accepted_stage_takes_nothing(later, plan, old):
    later.submission_set.filter(stage=1).update(status=Status.ACCEPTED)
    picked = {each.kind.key: each for each in picking.pick(later, plan, EVERYTHING)}
    assert picked["swot"].closed == "Tahap I sudah diterima"
    assert picked["program"].count == 5


def test_another_regions_plan_is_no_source(later, stranger_region):
    with pytest.raises(ValidationError, match="bukan milik daerah ini"):
        picking.pick(later, stranger_region.plan_set.get(), EVERYTHING)
    assert [each.pk for each in picking.earlier_plans(stranger_region.plan_set.get())] == []


# --- taking back ---------------------------------------------------------------------------------------------------
def undone(row: Takeover, who: User) -> Takeover:
    taking.ask_undo(row, access=access(who, row.plan))
    run_waiting()
    row.refresh_from_db()
    return row


def test_undo_brings_back_the_state_before(later, plan, writer, old):
    known = {"indicator": "ST-SDM-01", "element": "struktur", "component": "sdm", "name": "Pranata komputer"}
    make_row(ReadinessRow, plan, **known, value="14")
    make_row(ReadinessRow, later, **known)
    make_row(Answer, plan, key="latar-belakang", text="<p>Lama.</p>")
    before = state(later)

    row = taken(later, plan, writer)
    assert state(later) != before
    assert undone(row, writer).state == "undone"

    assert state(later) == before
    assert plan.programme_set.filter(pk=old.pk).exists()


def test_undo_is_refused_once_somebody_went_on(later, plan, writer, old):
    row = taken(later, plan, writer)
    programme = later.programme_set.get()
    programme.name = "Nama baru"
    writing.change(programme, access=access(writer, later), version=programme.version)

    with pytest.raises(ValidationError, match="sudah diubah lagi sesudah penyalinan"):
        taking.ask_undo(row, access=access(writer, later))
    row.refresh_from_db()
    assert row.state == "done"


@pytest.mark.parametrize("what", ["budget", "strategy", "objective"])
def test_undo_is_refused_when_something_new_hangs_on_a_copied_row(what, later, plan, writer, old):
    row = taken(later, plan, writer)
    who = access(writer, later)
    if what == "budget":
        line = writing.new(BudgetLine, later, programme=later.programme_set.get(), year=2029, source="apbn", amount=1)
        writing.add(line, access=who)
    elif what == "strategy":
        fresh = writing.new(Strategy, later, kind="SO", number=9, text="Baru")
        writing.add(fresh, access=who, links={"items": [later.swotitem_set.get()]})
    else:
        pointing = writing.new(
            Programme, later, code="SG-1.09", sub_dimension="SG-1", name="Baru", objective=later.objective_set.get()
        )
        writing.add(pointing, access=who)

    with pytest.raises(ValidationError, match="bergantung pada baris yang disalin"):
        taking.ask_undo(row, access=who)


# --- the page ------------------------------------------------------------------------------------------------------
def address(plan: Plan) -> str:
    return f"/daerah/{plan.region.slug}/{plan.enrolment.cohort.year}/terdahulu/"


def test_the_admin_looks_copies_and_takes_back_in_the_browser(later, plan, writer, old, client_of):
    browser: Client = client_of(writer)
    page = browser.get(address(later)).content.decode()
    assert "Salin 9 baris" in page  # all but the misi, which is not ticked
    shown = json.dumps(seen(later, plan, *(kind.key for kind in picking.KINDS if kind.usual)))

    sent: dict[str, Any] = {"dari": "2022", "jenis": list(json.loads(shown)), "dilihat": shown}
    browser.post(address(later), sent)
    assert "sedang disalin" in browser.get(address(later)).content.decode()
    assert browser.get(address(later), HTTP_HX_REQUEST="true").status_code == 200
    run_waiting()
    assert browser.get(address(later), HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"

    row = Takeover.objects.get()
    assert "9 baris disalin dari" in browser.get(address(later)).content.decode()
    browser.post(f"{address(later)}{row.pk}/urungkan/")
    run_waiting()
    assert "Diurungkan" in browser.get(address(later)).content.decode()
    assert not later.programme_set.exists()


def test_a_plan_that_is_not_empty_is_told_before_anything_is_added(later, plan, writer, old, client_of):
    make_item(later, text="Lain")
    page = client_of(writer).get(address(later)).content.decode()
    assert "Rencana ini tidak kosong. Yang disalin ditambahkan pada: Butir SWOT dan strategi." in page


def test_a_region_without_an_earlier_plan_reads_so(plan, writer, client_of):
    assert "Belum ada masterplan terdahulu" in client_of(writer).get(address(plan)).content.decode()


@pytest.mark.parametrize(
    "body", [{"dilihat": "[" * 5000}, {"dilihat": "null"}, {"jenis": "\x00", "dari": "9" * 50}, {}]
)
def test_a_bent_post_copies_nothing(body, later, plan, writer, old, client_of):
    assert client_of(writer).post(address(later), body, follow=True).status_code == 200
    assert not Takeover.objects.exists()


def test_the_preview_asks_the_same_number_of_queries_for_one_programme_and_for_thirty(later, plan, old):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            picking.pick(later, plan, EVERYTHING)
        return len(queries)

    first = asked()
    for number in range(30):
        make_programme(plan, f"SG-2.{number:02}", sub_dimension="SG-2", start_year=2026, end_year=2030)
        make_item(plan, number=number + 2, text=f"Butir {number}")
    assert asked() == first <= 40


def test_only_plans_of_earlier_cohorts_of_the_own_region_are_offered(later, plan, region: Region, stranger_region):
    make_plan(region, cohort=2030)
    assert picking.earlier_plans(later) == [plan]
