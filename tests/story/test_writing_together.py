"""The long runs of writing together: two hundred random interleavings, five hundred double submits, some in Chromium.

On SQLite too: pytest tests/story/test_writing_together.py --db=sqlite -m "not browser"
"""

import random
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from bimtek.models import Gap, Plan
from tests.bimtek.rows import make_row
from tests.bimtek.test_together import BASE, double_submits, meeting
from tests.conftest import signed_in

pytestmark = pytest.mark.slow


@pytest.mark.django_db
def test_two_hundred_interleavings_lose_no_typed_word(plan, writer, head):
    typed = [meeting(plan, [writer, head], seed, 40) for seed in range(200)]
    assert sum(typed) > 2000


@pytest.mark.django_db(transaction=True)
def test_five_hundred_parallel_double_submits_make_five_hundred_rows(plan, writer):
    double_submits(plan, writer, 500)


# --- in two browsers ---------------------------------------------------------------------------------------------------
FIELDS = {"present": "Kondisi saat ini*", "cause": "Penyebab"}


class Hand:
    """A person at a browser, typing new words at random places, sometimes without net."""

    def __init__(self, name: str, page: Page, chance: random.Random) -> None:
        self.name, self.page, self.chance, self.words = name, page, chance, set[str]()

    def act(self) -> None:
        box = self.page.get_by_role("textbox", name=FIELDS[self.chance.choice(list(FIELDS))])
        fresh = f"{self.name}{len(self.words) + 1}"
        at = self.chance.choice(["Home", "End"])
        box.press(at)
        box.press_sequentially(f"{fresh} " if at == "Home" else f" {fresh}")
        self.words.add(fresh)
        if self.chance.random() < 0.2:
            self.page.context.set_offline(True)
        elif self.chance.random() < 0.5:
            self.page.context.set_offline(False)
        self.page.wait_for_timeout(self.chance.choice([0, 100, 700]))

    def settle(self) -> None:
        """Back on the net; every panel is answered by keeping both texts."""
        self.page.context.set_offline(False)
        for _ in range(60):
            panel = self.page.locator(".conflict")
            if panel.count():
                panel.first.get_by_role("button", name="Pakai gabungan").click()
            self.page.evaluate("Tulisan.sendNow()")
            self.page.wait_for_timeout(250)
            if not panel.count() and not self.page.evaluate("Tulisan.count()"):
                return
        raise AssertionError("never came to rest")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(6))
def test_two_people_at_two_browsers_lose_no_typed_word(
    plan: Plan, writer: Any, head: Any, browser: Browser, browser_context_args: Any, live_server: Any, seed: int
) -> None:
    gap = make_row(Gap, plan, sub_dimension="SG-1", present="awal satu dua tiga empat", cause="sebab satu dua tiga")
    chance, hands = random.Random(seed), []
    for name, who in (("a", writer), ("b", head)):
        context = browser.new_context(**browser_context_args)
        cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}{BASE}kesenjangan/{gap.pk}/")
        expect(page.get_by_role("textbox", name="Penyebab")).to_be_visible()
        hands.append(Hand(name, page, chance))
    for _ in range(16):
        chance.choice(hands).act()
    for _ in range(2):
        for hand in hands:
            hand.settle()
    gap.refresh_from_db()
    texts = f"{gap.present} {gap.cause}".split()
    for hand in hands:
        assert hand.words <= set(texts), hand.words - set(texts)
        hand.page.context.close()
