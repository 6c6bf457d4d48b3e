"""The browser's fixtures: signed in without typing, and an accessibility check that can turn red under the strict CSP."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PLANT = """() => {
    const image = document.createElement("img");
    image.src = "/static/nothing.png";
    document.body.append(image);
}"""


@pytest.fixture
def sign_in_page(live_server: Any, page: Page) -> Page:
    answer = page.goto(live_server.url + reverse("account_login"))
    assert answer is not None
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    return page


def test_the_accessibility_check_finds_a_picture_without_words(sign_in_page, accessible):
    sign_in_page.evaluate(PLANT)

    with pytest.raises(AssertionError, match="image-alt"):
        accessible(sign_in_page)


def test_the_page_is_in_indonesian_and_at_a_laptop_size(sign_in_page):
    assert sign_in_page.viewport_size == {"width": 1366, "height": 768}
    assert sign_in_page.evaluate("navigator.language") == "id-ID"


def test_sitting_down_signs_a_person_in(sit_down, writer, live_server):
    page = sit_down(writer)
    page.goto(live_server.url + reverse("account_change_password"))  # asks for a sign-in otherwise

    assert reverse("account_login") not in page.url
