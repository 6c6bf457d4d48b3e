"""The sign-in pages in a real browser: both widths, light and dark, by keyboard, under the strict policy."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.browser

OPEN_PAGES = ["account_login", "account_reset_password", "account_reset_password_done"]
OWN_PAGES = ["accounts:profile", "account_change_password", "usersessions_list", "account_logout"]


@pytest.fixture
def person(transactional_db: None) -> User:
    return make_user("Rina Kartika")


def complaints(page: Page) -> list[str]:
    """Collects what the console complains of, refused styles and scripts among it."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_every_page_is_accessible_and_fits(
    live_server: Any,
    person: User,
    sit_down: Callable[[User], Page],
    accessible: Callable[[Page], None],
    size: Any,
    scheme: Any,
) -> None:
    page = sit_down(person)
    heard = complaints(page)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})

    for name in OWN_PAGES + OPEN_PAGES:
        if name == "account_login":
            page.context.clear_cookies()
        page.goto(live_server.url + reverse(name))
        accessible(page)
        assert page.locator("html").evaluate("html => html.scrollWidth") <= size[0], name

    assert heard == []


def test_sign_in_and_out_by_keyboard(live_server: Any, person: User, page: Page) -> None:
    page.goto(live_server.url + reverse("account_login") + f"?next={reverse('accounts:profile')}")
    page.get_by_label("Surel").fill(person.email.upper())
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Profil saya")).to_be_visible()

    page.get_by_label("Menu Rina Kartika").press("Enter")
    page.get_by_role("button", name="Keluar").press("Enter")

    page.goto(live_server.url + reverse("accounts:profile"))
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_a_refused_form_takes_the_focus_to_its_errors_which_lead_to_the_field(
    live_server: Any, person: User, sit_down: Callable[[User], Page]
) -> None:
    page = sit_down(person)
    page.goto(live_server.url + reverse("accounts:profile"))
    page.get_by_label("nomor telepon").fill("hubungi sekretaris")
    page.get_by_role("button", name="Simpan profil").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Nomor telepon").click()
    expect(page.get_by_label("nomor telepon")).to_be_focused()
    expect(page.get_by_label("nomor telepon")).to_have_value("hubungi sekretaris")


def test_logging_out_everywhere_asks_first(live_server: Any, person: User, page: Page) -> None:
    from django.test import Client

    other = Client()
    other.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    page.goto(live_server.url + reverse("usersessions_list"))
    page.get_by_label("Surel").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("button", name="Keluar dari semua perangkat lain").click()
    page.get_by_role("button", name="Batal").click()
    assert other.get(reverse("accounts:profile")).status_code == 200
    page.get_by_role("button", name="Keluar dari semua perangkat lain").click()
    page.get_by_role("button", name="Keluarkan semua").click()

    expect(page.get_by_text("Semua perangkat lain sudah dikeluarkan.")).to_be_visible()
    assert other.get(reverse("accounts:profile")).status_code == 302


def test_the_theme_is_remembered_and_the_rail_becomes_a_sheet(
    live_server: Any, person: User, sit_down: Callable[[User], Page]
) -> None:
    page = sit_down(person)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("accounts:profile"))

    page.get_by_role("button", name="Ganti tampilan terang atau gelap").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

    rail = page.get_by_role("navigation", name="Tahap dan bagian")
    expect(rail).to_be_hidden()
    page.get_by_role("button", name="Tahap dan bagian").click()
    expect(rail.get_by_role("link", name="Perangkat")).to_be_visible()
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()
    expect(page.get_by_role("button", name="Tahap dan bagian")).to_be_focused()
