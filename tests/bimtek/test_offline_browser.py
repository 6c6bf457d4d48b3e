"""Without a net in Chromium: pages that were seen and forms of the open stage open, are filled, and arrive exactly once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from bimtek.models import Change, Gap, Plan
from tests.bimtek.rows import make_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/daerah/kota-batam/2022/tahap/1/kesenjangan/"
LONG = 60_000


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "service_workers": "allow"}


@pytest.fixture
def gap(plan: Plan) -> Gap:
    return make_row(Gap, plan, sub_dimension="SG-1", present="Layanan masih manual.", cause="Belum ada data.")


KEPT = """async () => { const found = []; for (const name of (await caches.keys()).filter((one) => one.startsWith('halaman-')))
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname + new URL(request.url).search); return found; }"""


def waited_for(page: Page, what: Callable[[list[str]], bool]) -> None:
    """Asks for the kept pages until they are so; a predicate that is a promise would count as true at once."""
    for _ in range(LONG // 250):
        if what(page.evaluate(KEPT)):
            return
        page.wait_for_timeout(250)
    raise AssertionError(page.evaluate(KEPT))


def kept(page: Page, path: str) -> None:
    """Waits until this page lies in the browser."""
    waited_for(page, lambda paths: path in paths)


@pytest.fixture
def seen(sit_down: Any, writer: Any, live_server: Any, gap: Gap) -> Callable[..., Page]:
    """A page that was opened with the net, the worker in charge of it."""

    def open_page(path: str) -> Page:
        page = sit_down(writer)
        page.goto(f"{live_server.url}{path}")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=LONG)
        kept(page, path)
        return page

    return open_page


def test_a_page_that_was_seen_opens_is_filled_and_all_arrives_once(seen, gap, context: BrowserContext):
    page = seen(f"{BASE}{gap.pk}/")
    context.set_offline(True)
    page.reload()
    expect(page.locator("[data-offline]")).to_contain_text("Anda sedang luring; isian disimpan di perangkat ini")
    page.get_by_label("Kondisi saat ini*").fill("Ditulis tanpa jaringan.")
    page.get_by_label("Penyebab").fill("Kabel putus.")
    expect(page.locator("[data-waiting]")).to_contain_text("2 perubahan menunggu", timeout=LONG)
    page.reload()
    expect(page.get_by_label("Kondisi saat ini*")).to_have_value("Ditulis tanpa jaringan.", timeout=LONG)
    page.locator("[data-waiting]").click(timeout=LONG)
    expect(page.locator("#menunggu [data-list] li")).to_have_count(1)
    page.get_by_role("button", name="Tutup").last.click()
    gap.refresh_from_db()
    assert gap.present == "Layanan masih manual."

    context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=LONG)
    gap.refresh_from_db()
    assert (gap.present, gap.cause) == ("Ditulis tanpa jaringan.", "Kabel putus.")
    assert Change.objects.filter(row_id=gap.pk).count() == 1
    expect(page.locator("[data-offline]")).to_be_hidden(timeout=LONG)


def test_two_new_rows_typed_into_one_kept_form_stay_two(seen, plan, context: BrowserContext, live_server):
    page = seen(f"{BASE}baru/")
    context.set_offline(True)
    for n in (1, 2):
        page.goto(f"{live_server.url}{BASE}baru/")
        page.get_by_label("Subdimensi*").select_option("SG-2")
        page.get_by_label("Kondisi saat ini*").fill(f"Baris luring {n}")
        expect(page.locator("[data-waiting]")).to_be_visible(timeout=LONG)
    context.set_offline(False)
    for _ in range(LONG // 250):  # what is on its way for less than four seconds is not in the badge
        if not page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tulisan:')).length"):
            break
        page.wait_for_timeout(250)
    found = plan.gap_set.filter(present__startswith="Baris luring").values_list("present", flat=True)
    assert sorted(found) == ["Baris luring 1", "Baris luring 2"]


def test_forms_of_the_open_stage_are_there_though_nobody_opened_them(seen, context: BrowserContext, live_server, gap):
    page = seen(BASE)
    kept(page, f"{BASE}baru/")
    kept(page, "/daerah/kota-batam/2022/tahap/1/swot/")
    context.set_offline(True)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/1/swot/")
    expect(page.get_by_role("heading", name="Butir SWOT", level=1)).to_be_visible()
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/peta-jalan/")
    expect(page.get_by_role("heading", name="Anda sedang luring")).to_be_visible()
    expect(page.get_by_role("link", name="Kesenjangan · Kota Batam")).to_be_visible(timeout=LONG)


def test_signing_out_leaves_no_page_behind(seen, context: BrowserContext, live_server, gap):
    page = seen(f"{BASE}{gap.pk}/")
    page.goto(f"{live_server.url}{reverse('account_logout')}")
    page.locator("main form[action$='/keluar/'] button").click()
    waited_for(page, lambda paths: paths == [])
    context.set_offline(True)
    page.goto(f"{live_server.url}{BASE}{gap.pk}/")
    expect(page.get_by_role("heading", name="Anda sedang luring")).to_be_visible()
    assert "Layanan masih manual" not in page.content()


def test_another_person_gets_none_of_the_pages_before(
    seen, context: BrowserContext, live_server, gap, council, client_of
):
    page = seen(f"{BASE}{gap.pk}/")
    cookie = client_of(council).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/")
    kept(page, "/daerah/kota-batam/2022/")
    assert f"{BASE}{gap.pk}/" not in page.evaluate(KEPT)


def test_a_page_older_than_a_week_is_not_shown(seen, context: BrowserContext, gap):
    page = seen(f"{BASE}{gap.pk}/")
    page.evaluate(
        """async () => { for (const name of (await caches.keys()).filter((one) => one.startsWith('halaman-'))) {
        const store = await caches.open(name);
        for (const request of await store.keys()) { const old = await store.match(request); const headers = new Headers(old.headers);
            if (headers.has('X-Disimpan')) { headers.set('X-Disimpan', String(Date.now() - 8 * 24 * 3600e3)); await store.put(request, new Response(await old.text(), { headers })); } } } }"""
    )
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="Anda sedang luring")).to_be_visible()
