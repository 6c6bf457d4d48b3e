"""Beside a question and a readiness row: what was written before, fetched only when somebody unfolds it."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from bimtek.models import Answer, Plan, ReadinessRow, Status
from regions.models import Opd
from tests.bimtek.rows import make_row
from tests.factories import make_plan

GROUP = "narasi-pendahuluan"
KNOWN = {"indicator": "ST-SDM-01", "element": "struktur", "component": "sdm", "name": "Pranata komputer"}
OLD = {"value": "14", "unit": "orang", "year": 2021, "source": "BKPSDM"}


@pytest.fixture
def later(plan: Plan) -> Plan:
    return make_plan(plan.region, cohort=2027)


def address(plan: Plan, section: str, what: Any) -> str:
    year = plan.enrolment.cohort.year
    return reverse("bimtek:earlier", args=[plan.region.slug, year, 1, section, what])


def page_of(plan: Plan, section: str) -> str:
    return reverse("bimtek:section", args=[plan.region.slug, plan.enrolment.cohort.year, 1, section])


def test_a_question_shows_the_earlier_answer_of_the_same_question(later, plan, writer, client_of):
    make_row(Answer, plan, key="latar-belakang", text="<p>Kota pulau.</p>")
    make_row(Answer, plan, key="metodologi", text="<p>Wawancara.</p>")
    told = client_of(writer).get(address(later, GROUP, "latar-belakang")).content.decode()
    assert "<p>Kota pulau.</p>" in told
    assert "Angkatan 2022" in told
    assert "Pakai sebagai awal" in told
    assert "Wawancara" not in told


def test_a_later_plan_is_nothing_earlier_and_an_empty_answer_no_answer(later, plan, writer, client_of):
    make_row(Answer, plan, key="latar-belakang", text="")
    make_row(Answer, later, key="latar-belakang", text="<p>Baru.</p>")
    for each in (plan, later):
        told = client_of(writer).get(address(each, GROUP, "latar-belakang")).content.decode()
        assert "belum punya jawaban dari masterplan terdahulu" in told
        assert "Baru." not in told


def test_a_readiness_row_shows_the_earlier_value_by_its_indicator(later, plan, writer, client_of):
    make_row(ReadinessRow, plan, **KNOWN, **OLD)
    make_row(ReadinessRow, plan, **{**KNOWN, "indicator": "ST-SDM-02", "name": "Lain"}, value="sembilan puluh")
    row = make_row(ReadinessRow, later, **KNOWN)
    told = client_of(writer).get(address(later, "kesiapan", row.pk)).content.decode()
    assert "14 orang (2021, BKPSDM)" in told
    assert "sembilan puluh" not in told


def test_an_operator_sees_no_earlier_value_of_another_office(
    later, plan, operator, kominfo: Opd, health: Opd, client_of
):
    row = make_row(ReadinessRow, later, **KNOWN, opd=health)
    old = make_row(ReadinessRow, plan, **KNOWN, **OLD, opd=kominfo)
    url = address(later, "kesiapan", row.pk)
    assert "14 orang" not in client_of(operator).get(url).content.decode()
    ReadinessRow.objects.filter(pk=old.pk).update(opd=health)
    assert "14 orang" in client_of(operator).get(url).content.decode()


def test_what_is_not_of_this_plan_is_not_found(later, plan, writer, stranger_region, client_of):
    browser: Client = client_of(writer)
    foreign = make_row(ReadinessRow, stranger_region.plan_set.get(), **KNOWN)
    for section, what in (
        ("kesiapan", foreign.pk), ("kesiapan", uuid4()), ("kesiapan", "x"), (GROUP, "tidak-ada"), (GROUP, "proses-swot"),
        ("aplikasi", "x"),
    ):  # fmt: skip
        assert browser.get(address(later, section, what)).status_code == 404


def test_the_pages_ask_no_more_for_the_folds(later, plan, writer, client_of, queries_of):
    """The fold costs a query only when it is opened: an earlier plan full of answers changes nothing on the page."""
    row = make_row(ReadinessRow, later, **KNOWN)
    row_page = reverse("bimtek:row", args=[later.region.slug, 2027, 1, "kesiapan", row.pk])
    pages = [page_of(later, GROUP), row_page]
    before = [queries_of(client_of(writer), url) for url in pages]
    for key in ("latar-belakang", "metodologi", "maksud-tujuan"):
        make_row(Answer, plan, key=key, text="<p>Lama.</p>" * 50)
    make_row(ReadinessRow, plan, **KNOWN, **{**OLD, "value": "71437"})
    assert [queries_of(client_of(writer), url) for url in pages] == before
    for url in pages:
        page = client_of(writer).get(url).content.decode()
        assert "terdahulu/" in page
        assert "Lama." not in page
        assert "71437" not in page
    assert queries_of(client_of(writer), address(later, GROUP, "latar-belakang")) <= 14


def test_an_accepted_stage_offers_no_fold(later, plan, writer, client_of):
    later.submission_set.update(status=Status.ACCEPTED)
    assert "terdahulu/" not in client_of(writer).get(page_of(later, GROUP)).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_begins_the_answer_and_saves_itself(
    later, plan, writer, live_server, sit_down, accessible
):
    make_row(Answer, plan, key="latar-belakang", text="<p>Kota pulau.</p>")
    make_row(ReadinessRow, plan, **KNOWN, **OLD)
    row = make_row(ReadinessRow, later, **KNOWN, source="Diskominfo")
    page = sit_down(writer)
    page.goto(live_server.url + page_of(later, GROUP))
    question = page.locator("#tanya-latar-belakang")
    question.get_by_text("Dari masterplan terdahulu").first.click()
    question.get_by_role("button", name="Pakai sebagai awal").click(timeout=60_000)
    expect(question.get_by_role("textbox")).to_have_text("Kota pulau.", timeout=60_000)
    expect(question.locator(".save-state")).to_contain_text("Tersimpan", timeout=60_000)
    assert later.answer_set.get().text == "<p>Kota pulau.</p>"
    accessible(page)

    page.goto(live_server.url + reverse("bimtek:row", args=[later.region.slug, 2027, 1, "kesiapan", row.pk]))
    page.get_by_text("Dari masterplan terdahulu").first.click()
    page.get_by_role("button", name="Pakai sebagai awal").click(timeout=60_000)
    expect(page.locator("[name$=-value]")).to_have_value("14", timeout=60_000)
    expect(page.locator("[name$=-source]")).to_have_value("Diskominfo")  # what stood there stays
