import pytest

from bimtek import checks
from bimtek.facts import gather
from bimtek.framework import framework
from bimtek.models import (
    Answer,
    Decree,
    Gap,
    MissionItem,
    Objective,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    SessionDay,
    Signatory,
    Stage,
    Strategy,
    TeamMember,
)
from bimtek.vocabulary import RULES
from tests.bimtek.rows import (
    make_full_programme,
    make_item,
    make_minute,
    make_people,
    make_programme,
    make_row,
    make_session,
)
from tests.factories import make_plan, make_region

pytestmark = pytest.mark.django_db
DIMENSIONS = [d.code for d in framework("kominfo-2017").dimensions]


def check(plan, stage: int, section: str, words: str = "") -> checks.Check:
    found = [c for c in checks.report(plan, Stage(stage)) if c.section == section and words in c.sentence]
    assert len(found) == 1, found
    return found[0]


def test_every_rule_of_the_framework_has_an_answer():
    assert set(checks.RULES) == set(RULES)


def test_an_empty_plan_meets_no_gate_and_says_each_as_a_sentence(plan):
    for stage in Stage:
        report = checks.report(plan, stage)
        assert report
        assert not [c.sentence for c in report if c.met], stage
        assert checks.percent(plan, stage) == 0
        assert all(gap.endswith(")") and " dari " in gap for gap in checks.gaps(plan, stage))


def test_the_team_and_its_decrees(plan):
    make_row(TeamMember, plan, team="pelaksana", role="Ketua", name="Azril")
    make_row(Decree, plan, purpose="dewan", number="1", year=2022)
    met = {c.sentence for c in checks.report(plan, Stage.PERSEPSI) if c.section in {"tim", "keputusan"} and c.met}
    missing = {
        c.sentence for c in checks.report(plan, Stage.PERSEPSI) if c.section in {"tim", "keputusan"} and not c.met
    }
    assert met
    assert all("Tim Pelaksana" in s or "SK Dewan" in s for s in met)
    assert missing


def test_profile_facts_count_only_with_year_and_source(plan):
    make_row(ProfileFact, plan, group="G", label="Luas", value="1")
    make_row(ProfileFact, plan, group="G", label="Luas", value="1", year=2021)
    make_row(ProfileFact, plan, group="G", label="Luas", value="1", year=2021, source="BPS")
    assert check(plan, 1, "profil").done == 1


def test_only_missions_count_for_the_rpjmd(plan):
    make_row(MissionItem, plan, kind="tujuan", number="1.1", text="x")
    assert check(plan, 1, "rpjmd").done == 0
    make_row(MissionItem, plan, kind="misi", number="1", text="x")
    assert check(plan, 1, "rpjmd").done == 1


def test_an_answer_that_is_empty_is_no_answer(plan):
    required = [q.key for q in framework(plan.framework).questions(1) if q.required]
    first = next(c for c in checks.report(plan, Stage.PERSEPSI) if c.section.startswith("narasi-"))
    assert (first.done, first.of) == (0, len(required))
    make_row(Answer, plan, key=required[0], text="")
    make_row(Answer, plan, key=required[1], text="<p>Isi</p>")
    assert next(c for c in checks.report(plan, Stage.PERSEPSI) if c.section.startswith("narasi-")).done == 1


def test_readiness_rows_count_only_with_value_year_source_office_and_judgement(plan, health):
    full = {
        "element": "struktur",
        "component": "sdm",
        "name": "ASN",
        "value": "5",
        "year": 2021,
        "source": "BKD",
        "opd": health,
        "judgement": 2,
    }
    make_row(ReadinessRow, plan, **full)
    for empty in ({"value": ""}, {"year": None}, {"source": ""}, {"opd": None}, {"judgement": None}):
        make_row(ReadinessRow, plan, **{**full, **empty})
    facts = gather([plan])[plan.pk]
    assert (facts.readiness, facts.readiness_filled) == (6, 1)
    percent = next(g.percent for g in framework(plan.framework).gates(1) if g.rule == "readiness_filled")
    assert check(plan, 1, "kesiapan").of == -(-6 * percent // 100)


def test_each_quadrant_and_each_kind_of_strategy(plan):
    for letter in "SWO":
        make_item(plan, letter)
    assert (check(plan, 1, "swot").done, check(plan, 1, "swot").of) == (3, 4)
    make_item(plan, "T")
    assert check(plan, 1, "swot").met
    make_row(Strategy, plan, kind="SO", number=1, text="x")
    assert (check(plan, 1, "strategi").done, check(plan, 1, "strategi").of) == (1, 4)


def test_gaps_objectives_programmes_and_nominees_are_asked_of_each_dimension(plan, health):
    for code in DIMENSIONS[:5]:
        make_row(Gap, plan, sub_dimension=f"{code}-1", present="x")
        make_row(Objective, plan, dimension=code, number=1, text="x")
        make_programme(plan, f"{code}-1.01", opd=health, sub_dimension=f"{code}-2")
        make_row(QuickWin, plan, dimension=code, name="x")
    for stage, section in ((1, "kesenjangan"), (2, "sasaran"), (3, "quick-win")):
        assert (check(plan, stage, section).done, check(plan, stage, section).of) == (5, 6), section
    assert [c.done for c in checks.report(plan, Stage.PROGRAM) if c.section == "program" and c.of == 6] == [5]


def test_people_on_the_list_count_once_somebody_saw_them(plan):
    session = make_session(plan)
    people = make_people(session)
    assert not check(plan, 1, "pertemuan", "Daftar hadir").met
    for day in (session.starts, session.ends):
        make_row(SessionDay, plan, attendee=people[0], date=day)
    assert check(plan, 1, "pertemuan", "Daftar hadir").met
    assert gather([plan])[plan.pk].sessions[1][0] == 1
    assert not check(plan, 2, "pertemuan", "Daftar hadir").met


def test_the_berita_acara_needs_number_date_and_a_result(plan):
    session = make_session(plan, minutes_number="BA/1", minutes_date="2022-06-14")
    make_minute(session, kind="tindak_lanjut", who="Diskominfo")
    assert not check(plan, 1, "pertemuan", "Berita acara").met
    make_minute(session)
    assert check(plan, 1, "pertemuan", "Berita acara").met


def test_programmes_are_complete_with_years_office_and_indicator(plan, health):
    make_full_programme(plan, opd=health)
    make_programme(plan, "SG-1.02")
    facts = gather([plan])[plan.pk].programmes
    assert sorted((p.has_opd, p.complete, p.has_budget) for p in facts) == [(False, False, False), (True, True, True)]
    Programme.objects.filter(code="SG-1.01").update(end_year=None)
    assert not any(p.complete for p in gather([plan])[plan.pk].programmes)


def test_one_or_two_quick_wins_are_chosen_a_dimension(plan):
    gate = next(g for g in framework(plan.framework).gates(4) if g.rule == "quickwins_chosen")
    chosen = next(
        c
        for c in range(len(checks.report(plan, Stage.KOMITMEN)))
        if framework(plan.framework).gates(4)[c].rule == gate.rule
    )
    for _ in range(gate.at_most):
        make_row(QuickWin, plan, dimension="SG", name="x", chosen=True)
    assert checks.report(plan, Stage.KOMITMEN)[chosen].done == 1
    make_row(QuickWin, plan, dimension="SG", name="x", chosen=True)
    assert checks.report(plan, Stage.KOMITMEN)[chosen].done == 0


def test_signed_and_represented_count_as_signed(plan):
    for state in ("belum", "menyusul", "menandatangani", "diwakili"):
        make_row(Signatory, plan, name=state, position_title="x", state=state)
    assert gather([plan])[plan.pk].signed == 2


def test_completeness_of_one_plan_says_nothing_about_another(plan, stranger_region):
    make_item(plan)
    other = stranger_region.plan_set.get()
    facts = gather([plan, other])
    assert facts[plan.pk].swot["S"] == 1
    assert facts[other.pk].swot["S"] == 0


def test_facts_of_many_plans_cost_the_same_queries(plan, django_assert_num_queries):
    plans = [plan, *(make_plan(make_region(f"12.{n}", f"Kota {n}")) for n in range(72, 77))]
    for each in plans:
        make_full_programme(each)
        make_people(make_session(each))
    with django_assert_num_queries(15):
        gather([plan])
    with django_assert_num_queries(15):
        gather(plans)


def test_percent_is_100_only_when_nothing_is_missing(plan):
    for letter in "SWOT":
        make_item(plan, letter)
    assert 0 < checks.percent(plan, Stage.PERSEPSI) < 100
