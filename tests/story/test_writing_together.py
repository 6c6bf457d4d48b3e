"""The long runs of writing together: two hundred random interleavings, five hundred double submits, some in Chromium.

On SQLite too: pytest tests/story/test_writing_together.py --db=sqlite -m "not browser"
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, TimeoutError, expect

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
SEEDS, ROUNDS = 10, 20  # two hundred interleavings
LONG, GOES = 60_000, 5_000
AT_WORD = """(box, n) => {  // puts the caret behind the n-th word
    const ends = [...box.value.matchAll(/\\S+/g)].map((word) => word.index + word[0].length);
    box.focus();
    box.setSelectionRange(ends[n % ends.length], ends[n % ends.length]);
}"""


class Hand:
    """A person at a browser, typing new words at random places of four fields in two rows, sometimes without net."""

    def __init__(self, name: str, page: Page, rows: list[Gap], chance: random.Random) -> None:
        self.name, self.page, self.rows, self.chance, self.words = name, page, rows, chance, set[str]()

    def act(self) -> None:
        form = self.page.locator(f"form[data-row='{self.chance.choice(self.rows).pk}']")
        box = form.get_by_role("textbox", name=FIELDS[self.chance.choice(list(FIELDS))])
        fresh = f"{self.name}{len(self.words) + 1}"
        box.evaluate(AT_WORD, self.chance.randrange(1000))
        self.page.keyboard.type(f" {fresh}")
        self.words.add(fresh)
        if self.chance.random() < 0.2:
            self.page.context.set_offline(True)
        elif self.chance.random() < 0.5:
            self.page.context.set_offline(False)
        self.page.wait_for_timeout(self.chance.choice([0, 0, 100, 600]))

    def settle(self) -> None:
        """Back on the net; every panel is answered by keeping both texts."""
        self.page.context.set_offline(False)
        for _ in range(300):
            panel = self.page.locator(".conflict")
            if panel.count():
                with suppress(TimeoutError):  # the panel may go by itself: the other one's answer settled it
                    panel.first.get_by_role("button", name="Pakai gabungan").click(timeout=GOES)
            elif not self.page.evaluate("Tulisan.count()"):
                return
            self.page.evaluate("Tulisan.sendNow()")
            self.page.wait_for_timeout(100)
        raise AssertionError("never came to rest")


@pytest.fixture
def hands(
    plan: Plan, writer: Any, head: Any, browser: Browser, browser_context_args: Any, live_server: Any
) -> Iterator[Callable[[random.Random], list[Hand]]]:
    """Two people, each at an own browser with the same two rows open in their list."""
    contexts = []

    def sit(chance: random.Random) -> list[Hand]:
        rows = [
            make_row(Gap, plan, sub_dimension=code, present=words("p", code), cause=words("c", code))
            for code in ("SG-1", "SG-2")
        ]
        found = []
        for name, who in (("a", writer), ("b", head)):
            context = browser.new_context(**browser_context_args)
            contexts.append(context)
            cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
            page = context.new_page()
            page.goto(f"{live_server.url}{BASE}kesenjangan/")
            for row in rows:
                page.locator(f"#baris-{row.pk} .row-actions a").click()
                expect(page.locator(f"form[data-row='{row.pk}']")).to_be_visible(timeout=LONG)
            found.append(Hand(name, page, rows, chance))
        return found

    yield sit
    for context in contexts:
        context.close()


def words(field: str, code: str) -> str:
    """Four words that stand nowhere else."""
    return " ".join(f"awal{field}{code}{n}" for n in range(4))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_two_people_at_two_browsers_lose_no_typed_word(hands: Any, seed: int) -> None:
    """In each of the rounds both write at random; when they have come to rest every word ever typed is stored, and whole.

    A proposal that is taken unread may hold a word twice, since both texts are in it.
    """
    chance = random.Random(seed)
    people = hands(chance)
    begun = {word for row in Gap.objects.all() for field in FIELDS for word in getattr(row, field).split()}
    for turn in range(ROUNDS):
        for _ in range(chance.randint(2, 5)):
            chance.choice(people).act()
        for hand in people:
            hand.settle()
        stored = {word for row in Gap.objects.all() for field in FIELDS for word in getattr(row, field).split()}
        assert stored == begun.union(*(hand.words for hand in people)), (seed, turn)
