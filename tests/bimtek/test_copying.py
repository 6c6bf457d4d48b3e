"""A new row that starts like another, the words of an answer, and the jumps by keyboard."""

from typing import Any

import pytest
from playwright.sync_api import expect

from bimtek.framework import framework
from bimtek.models import Indicator, SwotItem
from tests.bimtek.rows import make_item, make_programme, make_row

pytestmark = pytest.mark.django_db
BASE = "/daerah/kota-batam/2022/tahap/"


def initial(answer: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {bound.name: bound.initial for bound in form}


def test_a_copy_opens_filled_in_with_the_next_free_code_and_stores_nothing(plan, writer, health, kominfo, client_of):
    source = make_programme(plan, "SG-1.09", opd=health, benefit="Cepat", start_year=2023)
    source.supporting.add(kominfo, through_defaults={"plan": plan, "region": plan.region})
    make_programme(plan, "SG-1.10")
    client = client_of(writer)
    page = client.get(f"{BASE}2/program/{source.pk}/")
    address = f"{BASE}2/program/baru/?dari={source.pk}"
    assert address in page.content.decode()
    found = initial(client.get(address))

    assert (found["code"], found["name"], found["benefit"], found["start_year"]) == (
        "SG-1.11",
        source.name,
        "Cepat",
        2023,
    )
    assert (found["opd"], found["supporting"]) == (health.pk, [kominfo])
    assert plan.programme_set.count() == 2


def test_a_copied_item_takes_its_own_number_and_an_indicator_its_targets(plan, writer, client_of):
    item, client = make_item(plan), client_of(writer)
    address = f"{BASE}1/swot/baru/?dari={item.pk}"
    found = initial(client.get(address))
    assert (found["number"], found["text"], found["quadrant"]) == (None, item.text, "S")
    form = client.get(address).context["form"]
    body = {form.add_prefix(name): value or "" for name, value in found.items()} | {"baris": str(form.instance.pk)}
    client.post(f"{BASE}1/swot/baru/", {**body, f"r{form.instance.pk.hex[:8]}-version": "0"})
    assert sorted(SwotItem.objects.values_list("number", flat=True)) in ([1], [1, 2])

    programme = make_programme(plan)
    indicator = make_row(Indicator, plan, programme=programme, name="Layanan", unit="%")
    make_row(type(indicator.targets.model()), plan, indicator=indicator, year=2023, value=50)
    found = initial(client.get(f"{BASE}2/indikator/baru/?dari={indicator.pk}&induk={programme.pk}"))
    assert (found["name"], found["target_2023"]) == ("Layanan", 50)


def test_no_copy_of_a_row_that_one_does_not_see(plan, writer, operator, kominfo, stranger_region, client_of):
    own = make_programme(plan, opd=kominfo)
    foreign = make_programme(stranger_region.plan_set.get())
    for who, row in ((operator, own), (writer, foreign), (writer, "x")):
        answer = client_of(who).get(f"{BASE}2/program/baru/?dari={getattr(row, 'pk', row)}")
        assert answer.status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_words_are_counted_and_keys_jump(plan, writer, sit_down, live_server):
    frame = framework(plan.framework)
    asked, group = next(
        (question, group.code)
        for group in frame.question_groups(1)
        for question in frame.questions(1, group.code)
        if question.words and question.kind == "rich"
    )
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}1/narasi-{group}/")
    place = page.locator(f"#tanya-{asked.key}")
    place.locator(".tiptap").click()
    page.keyboard.type("Empat kata tentang Batam")
    expect(place.locator("[data-words]")).to_have_text(f"4 dari kira-kira {asked.words} kata", timeout=30_000)
    page.goto(f"{live_server.url}{BASE}1/swot/")
    page.wait_for_load_state()  # the keys' script runs when the page stands
    page.keyboard.press("Alt+t")
    expect(page.get_by_role("grid")).to_be_visible(timeout=30_000)
    page.wait_for_load_state()
    page.keyboard.press("Alt+t")
    expect(page.get_by_role("link", name="Isi sebagai tabel")).to_be_visible(timeout=30_000)
    page.wait_for_load_state()
    page.keyboard.press("Alt+.")
    expect(page.get_by_role("heading", name="Strategi SWOT", exact=True)).to_be_visible(timeout=30_000)
