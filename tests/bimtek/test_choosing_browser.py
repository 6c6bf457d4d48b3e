"""A list that is searched by typing follows every key at once: neither Enter nor a slow press takes what stood there before."""

import pytest
from playwright.sync_api import expect

from bimtek.models import SwotItem
from tests.bimtek.rows import make_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("press", ["Enter", "a press of a third of a second"])
def test_what_was_typed_is_what_is_taken(plan, writer, sit_down, live_server, press):
    for quadrant, text in (("S", "Jaringan serat optik"), ("O", "Palapa Ring Timur"), ("T", "Serangan siber")):
        make_row(SwotItem, plan, quadrant=quadrant, text=text)
    page = sit_down(writer)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/1/strategi/baru/")
    box = page.get_by_role("combobox", name="Butir SWOT yang dipakai")
    box.press_sequentially("siber")
    if press == "Enter":
        box.press("Enter")
    else:
        page.locator(".ts-dropdown .option", has_text="siber").click(delay=350)
    expect(page.locator(".ts-control .item")).to_have_text(["T1 · Serangan siber×"])
