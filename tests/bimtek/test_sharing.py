"""The one door between regions: what is accepted and allowed comes through, and nothing else."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bimtek import sharing, workflow
from bimtek.models import (
    Answer,
    BudgetLine,
    Change,
    Indicator,
    IndicatorTarget,
    Message,
    Plan,
    Programme,
    ProgrammeOpd,
    ReadinessRow,
    SharedProgramme,
    Snapshot,
    Stage,
    Status,
    Thread,
)
from regions.access import Role
from regions.models import AuditRow, Opd, Region, StoredFile
from tests.bimtek.rows import access, make_programme, make_row
from tests.factories import make_member, make_opd, make_plan, make_region

SECRET = "Rahasia Tanjung"  # stands in everything that must not cross
NOTHING = dict.fromkeys(sharing.SWITCHES, False)


@pytest.fixture
def theirs(db: None) -> Plan:
    """The plan of Kota Tanjungpinang, of the same kind and province, with a programme in which everything is filled."""
    place = make_region("21.72", "Tanjungpinang")
    opd = make_opd(place, f"Dinas {SECRET}", head_name=f"Kepala {SECRET}", abbreviation="DR")
    plan = make_plan(place, cohort=2023)
    programme = make_programme(
        plan, opd=opd, name="Antrean puskesmas dari rumah", benefit="Warga tidak antre", technology="Aplikasi antrean",
        description="Antrean daring di semua puskesmas", activity="Membangun antrean", output="Antrean", outcome="Singkat",
        partners=f"Mitra {SECRET}", pic=f"PIC {SECRET}", location=f"Jalan {SECRET}", beneficiaries=f"Warga {SECRET}",
        rpjmd_reference=f"Bab {SECRET}", unplanned_reason=f"Sebab {SECRET}", enabler_people=f"Orang {SECRET}",
        start_year=2023, end_year=2025,
    )  # fmt: skip
    make_row(ProgrammeOpd, plan, programme=programme, opd=make_opd(place, f"Badan {SECRET}"))
    make_row(BudgetLine, plan, programme=programme, year=2023, source="apbd", amount=77_123_456_789)
    measure = make_row(Indicator, plan, programme=programme, name="Waktu tunggu", unit="menit", baseline="8812.5")
    make_row(IndicatorTarget, plan, indicator=measure, year=2024, value="4413.25")
    thread = Thread.objects.create(
        region=place, plan=plan, stage=2, section="program", row_id=programme.pk, row_label=f"Utas {SECRET}"
    )
    Message.objects.create(
        region=place, plan=plan, thread=thread, text=f"Komentar {SECRET}", by_name=f"Nama {SECRET}", by_role="K"
    )
    StoredFile.objects.create(
        region=place, name=f"{SECRET}.pdf", path="x", content_type="application/pdf", bytes=1, sha256="0" * 64
    )
    return plan


@pytest.fixture
def their_admin(theirs: Plan) -> User:
    return make_member(theirs.region, Role.ADMIN)


def accept(plan: Plan, stage: int) -> None:
    """Submitted by the head of department and accepted by a consultant, earlier stages taken as accepted."""
    plan.submission_set.filter(stage__lt=stage).update(status=Status.ACCEPTED)
    head, consultant = (make_member(plan.region, role) for role in (Role.HEAD_OF_DEPARTMENT, Role.CONSULTANT))
    workflow.submit(plan.submission_set.get(stage=stage), access=access(head, plan), gaps=["x"], reason="Uji")
    workflow.accept(plan.submission_set.get(stage=stage), access=access(consultant, plan), reason="Baik")


def reopen(plan: Plan, stage: int) -> None:
    consultant = make_member(plan.region, Role.CONSULTANT)
    workflow.reopen(plan.submission_set.get(stage=stage), access=access(consultant, plan), reason="Uji")


def allow(plan: Plan, who: User, **on: bool) -> None:
    fresh = Region.objects.get(pk=plan.region_id)
    sharing.allow(fresh, {**NOTHING, **on}, version=fresh.version, access=access(who, plan))


def names(plan: Plan) -> list[str]:
    return [each.name for each in sharing.offered(plan)]


@pytest.fixture
def open_door(theirs: Plan, their_admin: User) -> SharedProgramme:
    accept(theirs, 2)
    allow(theirs, their_admin, shares_programmes=True)
    return SharedProgramme.objects.get(region=theirs.region)


def address(plan: Plan) -> str:
    return f"/daerah/{plan.region.slug}/{plan.enrolment.cohort.year}/program-daerah-lain/"


# --- allowed and accepted ------------------------------------------------------------------------------------------
def test_nothing_is_offered_unless_the_region_allows_it(plan, theirs, their_admin):
    accept(theirs, 2)
    assert names(plan) == []
    assert not SharedProgramme.objects.exists()
    allow(theirs, their_admin, shares_programmes=True)
    assert names(plan) == ["Antrean puskesmas dari rumah"]


def test_nothing_is_offered_before_the_stage_is_accepted(plan, theirs, their_admin):
    allow(theirs, their_admin, shares_programmes=True)
    assert names(plan) == []
    accept(theirs, 2)
    assert names(plan) == ["Antrean puskesmas dari rumah"]


def test_a_region_that_withdraws_disappears_at_once(plan, theirs, their_admin, writer, client_of, open_door):
    browser = client_of(writer)
    assert "Antrean puskesmas" in browser.get(address(plan)).content.decode()
    allow(theirs, their_admin)
    assert "Antrean puskesmas" not in browser.get(address(plan)).content.decode()
    assert not SharedProgramme.objects.exists()
    with pytest.raises(ValidationError, match="tidak ditawarkan lagi"):
        sharing.adopt(plan, open_door.pk, access=access(writer, plan))


def test_the_switch_alone_closes_the_door_whatever_is_left_behind_it(plan, theirs, open_door):
    Region.objects.filter(pk=theirs.region_id).update(shares_programmes=False)
    assert SharedProgramme.objects.exists()
    assert names(plan) == []


def test_a_stage_that_is_opened_again_takes_its_programmes_away(plan, theirs, open_door):
    reopen(theirs, 2)
    assert names(plan) == []
    theirs.submission_set.filter(stage=2).update(status=Status.ACCEPTED)  # as if the index had been left behind
    assert SharedProgramme.objects.count() == 0


def test_the_working_copy_never_shows_only_what_was_accepted(plan, theirs, open_door):
    theirs.programme_set.update(name="Sedang ditulis")
    make_programme(theirs, "SG-1.02", name="Belum diterima")
    assert names(plan) == ["Antrean puskesmas dari rumah"]


def test_a_later_accepted_stage_takes_the_place_of_the_earlier(plan, theirs, open_door):
    theirs.programme_set.update(name="Antrean rumah sakit")
    accept(theirs, 3)
    assert names(plan) == ["Antrean rumah sakit"]


def test_a_submitted_but_unaccepted_state_stays_inside(plan, theirs, their_admin):
    allow(theirs, their_admin, shares_programmes=True)
    theirs.submission_set.filter(stage=1).update(status=Status.ACCEPTED)
    head = make_member(theirs.region, Role.HEAD_OF_DEPARTMENT)
    make_member(theirs.region, Role.CONSULTANT)
    workflow.submit(theirs.submission_set.get(stage=2), access=access(head, theirs), gaps=["x"], reason="Uji")
    assert Snapshot.objects.filter(region=theirs.region).exists()
    assert names(plan) == []


def test_the_own_region_is_not_among_the_others(theirs, open_door):
    assert names(theirs) == []


def test_a_plan_of_another_framework_sees_none(plan, open_door):
    SharedProgramme.objects.update(framework="lain-2030")
    assert names(plan) == []


# --- what crosses ---------------------------------------------------------------------------------------------------
def test_no_office_person_place_money_comment_or_file_crosses(plan, writer, client_of, open_door):
    page = client_of(writer).get(address(plan)).content.decode()
    assert "Antrean puskesmas dari rumah" in page
    copied = sharing.adopt(plan, open_door.pk, access=access(writer, plan))

    kept = " ".join(str(value) for row in SharedProgramme.objects.values() for value in row.values())
    own = " ".join(str(value) for value in Programme.objects.filter(pk=copied.pk).values()[0].values())
    log = " ".join(str(change.after) for change in plan.change_set.all())
    form = client_of(writer).get(f"/daerah/{plan.region.slug}/2022/tahap/2/program/{copied.pk}/").content.decode()
    for where in (page, kept, own, log, form):
        assert SECRET not in where
        assert not re.search(r"77.?123.?456.?789|8.?812|4.?413", where)
    assert "Waktu tunggu" in kept


def test_every_text_of_a_programme_is_either_told_or_kept_back_on_purpose():
    """A new field of a programme has to be decided on here before it can cross."""
    fields = {field.name for field in Programme._meta.concrete_fields}
    kept_back = {
        "id", "region", "plan", "version", "position", "code", "objective", "kind", "priority", "opd", "partners", "pic",
        "beneficiaries", "location", "start_year", "end_year", "enabler_policy", "enabler_infrastructure",
        "enabler_application", "enabler_people", "nomenclature", "rpjmd_reference", "renja_year", "dpa_year",
        "unplanned_reason", "gap",
    }  # fmt: skip
    assert fields == kept_back | set(sharing.FIELDS) | {"adapted_from"}


def test_the_copy_carries_descriptions_indicators_without_values_and_its_source(plan, writer, open_door):
    programme = sharing.adopt(plan, open_door.pk, access=access(writer, plan))

    assert (programme.code, programme.sub_dimension, programme.benefit) == ("SG-1.01", "SG-1", "Warga tidak antre")
    assert (programme.opd, programme.start_year, programme.end_year) == (None, None, None)
    assert programme.adapted_from == "Kota Tanjungpinang, masterplan 2023–2032"
    measure = programme.indicators.get()
    assert (measure.name, measure.unit, measure.baseline) == ("Waktu tunggu", "menit", None)
    assert not programme.budget_lines.exists()
    acts = Change.objects.filter(plan=plan).values_list("act", flat=True)
    assert len(acts) == 2
    assert len(set(acts)) == 1


def test_the_code_goes_on_from_those_in_use(plan, writer, open_door):
    make_programme(plan, "SG-1.01")
    assert sharing.adopt(plan, open_door.pk, access=access(writer, plan)).code == "SG-1.02"


def test_what_was_itself_adapted_names_where_its_words_began(plan, writer, open_door):
    SharedProgramme.objects.update(adapted_from="Kota Batam, masterplan 2022–2031")
    programme = sharing.adopt(plan, open_door.pk, access=access(writer, plan))
    assert programme.adapted_from == (
        "Kota Tanjungpinang, masterplan 2023–2032 (yang mengadaptasi dari Kota Batam, masterplan 2022–2031)"
    )


def test_an_operators_copy_belongs_to_the_own_office(plan, operator, health: Opd, open_door):
    assert sharing.adopt(plan, open_door.pk, access=access(operator, plan)).opd == health


def test_an_operator_of_two_offices_says_which_one_holds_the_copy(plan, operator, kominfo: Opd, open_door, client_of):
    make_member(plan.region, Role.OPERATOR, opd=kominfo, user=operator)
    browser, where = client_of(operator), f"{address(plan)}{open_door.pk}/salin/"

    assert f'<option value="{kominfo.pk}">Diskominfo</option>' in browser.get(address(plan)).content.decode()
    refused = browser.post(where, {"opd": "x"}, follow=True)
    assert "Pilih dulu OPD Anda" in refused.content.decode()
    browser.post(where, {"opd": str(kominfo.pk)})

    assert [programme.opd for programme in plan.programme_set.all()] == [kominfo]


def test_a_duplicate_keeps_the_source_however_it_is_saved(plan, writer, client_of, open_door):
    source = sharing.adopt(plan, open_door.pk, access=access(writer, plan))
    browser = client_of(writer)
    where = f"/daerah/{plan.region.slug}/2022/tahap/2/program/baru/?dari={source.pk}"
    page = browser.get(where)
    form = page.context["form"]
    body = {
        form.add_prefix(bound.name): bound.initial or ""
        for bound in form
        if bound.name not in ("missions", "strategies", "supporting")
    }
    assert page.context["autosave_url"].endswith(f"?dari={source.pk}")

    browser.post(where, body | {"baris": str(form.instance.pk), form.add_prefix("name"): "Antrean kedua"})

    copy = plan.programme_set.exclude(pk=source.pk).get()
    assert (copy.name, copy.adapted_from) == ("Antrean kedua", source.adapted_from)


def test_the_source_is_shown_in_form_and_history(plan, writer, client_of, open_door):
    browser = client_of(writer)
    answer = browser.post(f"{address(plan)}{open_door.pk}/salin/", follow=True)
    programme = plan.programme_set.get()
    told = "Kota Tanjungpinang, masterplan 2023–2032"
    assert f"Diadaptasi dari {told}" in answer.content.decode()
    history = browser.get(f"/daerah/{plan.region.slug}/2022/riwayat/?baris={programme.pk}").content.decode()
    assert "diadaptasi dari" in history.casefold()
    assert told in history


def test_the_region_that_offers_learns_which_region_copied_but_no_name(plan, writer, theirs, open_door):
    sharing.adopt(plan, open_door.pk, access=access(writer, plan))
    line = AuditRow.objects.filter(region=theirs.region).latest("number")
    assert (line.deed, line.by_name, line.by_id) == ("program disalin Kota Batam", "Sistem", None)


def test_an_accepted_stage_takes_no_copy(plan, writer, open_door):
    plan.submission_set.filter(stage__in=[2, 3]).update(status=Status.ACCEPTED)
    with pytest.raises(ValidationError, match="sudah diterima"):
        sharing.adopt(plan, open_door.pk, access=access(writer, plan))


# --- the switches ---------------------------------------------------------------------------------------------------
def test_only_the_regions_own_admin_turns_the_switch(theirs, ministry):
    for role in set(Role) - {Role.ADMIN, Role.MINISTRY, Role.GUEST}:
        with pytest.raises(PermissionDenied):
            allow(theirs, make_member(theirs.region, role), shares_programmes=True)
    with pytest.raises(PermissionDenied):
        allow(theirs, ministry, shares_programmes=True)
    assert not Region.objects.filter(shares_programmes=True).exists()


def test_each_turn_is_in_the_audit_and_none_without_a_change(theirs, their_admin):
    allow(theirs, their_admin, shares_programmes=True)
    allow(theirs, their_admin, shares_programmes=True)
    allow(theirs, their_admin)
    deeds = (
        AuditRow.objects.filter(region=theirs.region, kind="akses").order_by("number").values_list("deed", flat=True)
    )
    assert [deed for deed in deeds if "izin" in deed] == ["mengizinkan", "mencabut izin"]


def test_two_admins_who_turn_it_at_once_do_not_overwrite_each_other(theirs, their_admin):
    allow(theirs, their_admin, shares_programmes=True)
    with pytest.raises(ValidationError, match="Orang lain baru saja"):
        sharing.allow(theirs.region, NOTHING, version=1, access=access(their_admin, theirs))


def test_the_page_of_switches(theirs, their_admin, client_of):
    accept(theirs, 2)
    url, browser = f"/daerah/{theirs.region.slug}/berbagi/", client_of(their_admin)
    assert "belum terlihat daerah lain" in browser.get(url).content.decode()
    version = Region.objects.get(pk=theirs.region_id).version
    browser.post(url, {"shares_programmes": "1", "version": version})
    page = browser.get(url).content.decode()
    assert '<span class="figures">1</span> program terlihat daerah lain' in page
    assert "Region" not in page


# --- the page of offers ---------------------------------------------------------------------------------------------
def make_offers(snapshot: Snapshot, count: int, **values: Any) -> None:
    first: dict[str, Any] = SharedProgramme.objects.filter(snapshot=snapshot).values()[0]  # type: ignore[assignment]
    first.pop("id")
    SharedProgramme.objects.bulk_create(
        SharedProgramme(**{**first, "name": f"Program {number:03}", **values}) for number in range(count)
    )


def test_search_narrows_by_words_dimension_sub_dimension_and_kind(plan, open_door):
    make_offers(
        open_door.snapshot,
        1,
        sub_dimension="SB-2",
        name="Pasar daring",
        benefit="",
        description="",
        activity="",
        technology="",
    )
    rows = sharing.offered(plan)

    def found(**how: str) -> list[str]:
        return [each.name for each in sharing.narrowed(rows, **how)]

    assert found(words="puskesmas ANTRE") == ["Antrean puskesmas dari rumah"]
    assert found(words="kapal") == []
    assert found(dimension="SB") == ["Pasar daring"]
    assert found(dimension="SG", sub_dimension="SG-1") == ["Antrean puskesmas dari rumah"]
    assert len(found(kind="kota")) == 2
    assert found(kind="kabupaten") == []


def test_the_page_is_cut_into_pages_and_asks_the_same_queries_for_one_and_for_sixty(
    plan, writer, client_of, queries_of, open_door
):
    browser = client_of(writer)
    few = queries_of(browser, address(plan))
    make_offers(open_door.snapshot, 60)
    assert queries_of(browser, address(plan)) == few <= 20
    assert "1–10 dari 61 program" in browser.get(address(plan)).content.decode()
    assert "61–61 dari 61 program" in browser.get(f"{address(plan)}?page=7").content.decode()


def test_the_page_says_why_it_is_empty(plan, writer, client_of, open_door):
    browser = client_of(writer)
    assert "Tidak ada yang cocok" in browser.get(f"{address(plan)}?cari=kapal").content.decode()
    SharedProgramme.objects.all().delete()
    assert "Belum ada program yang dibagikan" in browser.get(address(plan)).content.decode()


# --- similar regions ------------------------------------------------------------------------------------------------
@pytest.fixture
def similar(theirs: Plan, their_admin: User) -> Plan:
    make_row(Answer, theirs, key="latar-belakang", text="<p>Kota gurindam.</p>")
    make_row(
        ReadinessRow, theirs, indicator="ST-SDM-01", element="struktur", component="sdm", name="Pranata komputer", value="9",
        unit="orang", year=2022, source="BKPSDM", note=f"Catatan {SECRET}",
        opd=Opd.objects.filter(region=theirs.region).first(),
    )  # fmt: skip
    accept(theirs, 1)
    allow(theirs, their_admin, shares_answers=True)
    return theirs


def test_similar_regions_tell_only_what_is_accepted_and_allowed(plan, similar, their_admin):
    similar.answer_set.update(text="<p>Sedang ditulis.</p>")
    told = sharing.answers_of_similar(plan, "latar-belakang")
    assert [(each.region, each.period, each.text) for each in told] == [
        ("Kota Tanjungpinang", "2023–2032", "<p>Kota gurindam.</p>")
    ]
    allow(similar, their_admin, shares_programmes=True)  # the other switch does not open this door
    assert sharing.answers_of_similar(plan, "latar-belakang") == []


def test_a_readiness_value_comes_with_its_year_and_source_and_nothing_else(plan, similar):
    row = make_row(
        ReadinessRow, plan, indicator="ST-SDM-01", element="struktur", component="sdm", name="Pranata komputer"
    )
    (told,) = sharing.readiness_of_similar(plan, row)
    assert (told.value, told.basis) == ("9 orang", "2022, BKPSDM")
    assert SECRET not in str(told)


def test_only_the_same_kind_of_the_same_islands_counts(plan, similar):
    for code, name, kind in (("21.01", "Bintan", "kabupaten"), ("91.71", "Jayapura", "kota")):
        reader = make_plan(make_region(code, name, kind))
        assert sharing.answers_of_similar(reader, "latar-belakang") == []
    assert sharing.answers_of_similar(make_plan(make_region("12.71", "Medan")), "latar-belakang")


def test_at_most_three_are_shown_the_own_province_first(plan, similar):
    snapshot = Snapshot.objects.get(region=similar.region, moves__to_status=Status.ACCEPTED)
    for number in range(4):
        other = make_plan(make_region(f"12.7{number + 3}", f"Kota {number}"), cohort=2023)
        make_row(Answer, other, key="latar-belakang", text=f"<p>{number}</p>")
        accept(other, 1)
        Region.objects.filter(pk=other.region_id).update(shares_answers=True)
    told = sharing.answers_of_similar(plan, "latar-belakang")
    assert len(told) == 3
    assert told[0].region == "Kota Tanjungpinang"
    assert snapshot.stage == Stage.PERSEPSI


def test_the_queries_for_similar_regions_do_not_grow_with_the_regions(plan, similar):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            sharing.answers_of_similar(plan, "latar-belakang")
        return len(queries)

    asked()
    few = asked()
    for number in range(3):
        make_plan(make_region(f"13.7{number}", f"Sumbar {number}"))
    assert asked() == few <= 6
