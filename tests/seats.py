"""A person of a region at a browser of their own: signs in by typing, fills forms by their labels, and sends further
rows through the same addresses without the browser."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from bimtek.models import Row
from tests.factories import PASSWORD

Fields = dict[str, str | bool]


def labelled(words: str) -> re.Pattern[str]:
    """The label, with or without the asterisk of a required field."""
    return re.compile(rf"^\s*{re.escape(words)}\s*\*?\s*$")


def fill(scope: Locator, fields: Fields) -> None:
    """Types each field by its label: text, a choice's words, or a box to tick."""
    for label, value in fields.items():
        box = scope.get_by_label(labelled(label)).first
        kind = box.evaluate("box => box.tagName === 'INPUT' ? box.type : box.tagName")
        if kind == "SELECT":
            box.select_option(label=str(value))
        elif kind == "checkbox":
            box.set_checked(bool(value))
        else:
            box.fill(str(value))


def choose(scope: Locator, label: str, words: str) -> None:
    """Picks an entry of a searching select by typing into it."""
    box = scope.get_by_role("combobox", name=labelled(label))
    box.press_sequentially(words)
    scope.locator(".ts-dropdown .option").filter(
        has_text=words
    ).first.click()  # the list follows the typing a moment later
    expect(scope.locator(".ts-control .item").filter(has_text=words)).to_be_visible()
    box.press("Tab")


@dataclass
class Seat:
    """`plan` is the part of the address that all pages of the plan share."""

    user: User
    page: Page
    client: Client
    site: str
    plan: str

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.site + path)
        assert answer
        assert answer.status == 200, (path, answer.status)
        return self.page

    def sign_in(self) -> None:
        page = self.open(reverse("account_login"))
        fill(page.locator("main, body").first, {"Surel": self.user.email, "Kata sandi": PASSWORD})
        page.get_by_role("button", name="Masuk", exact=True).click()
        expect(page.locator(".user-name, details.menu").first).to_be_visible()

    def section(self, stage: int, key: str) -> Page:
        return self.open(f"{self.plan}tahap/{stage}/{key}/")

    def say_saved(self, words: str) -> None:
        expect(self.page.locator(".note", has_text=words).first).to_be_visible()

    # --- rows in the browser --------------------------------------------------------------------------------------
    def type_row(
        self, stage: int, key: str, deed: str, fields: Fields, chosen: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        """A new row in place: the button, the form, Simpan; the row comes back where the form stood."""
        page = self.section(stage, key)
        page.get_by_role("link", name=deed).first.click()
        form = page.locator("tr.row-form form").first
        fill(form, fields)
        for label, several in (chosen or {}).items():
            for words in several:
                choose(form, label, words)
        form.get_by_role("button", name="Simpan").click()
        expect(page.locator("tr.is-saved")).to_be_visible()

    # --- the same without the browser -----------------------------------------------------------------------------
    def send_row(self, stage: int, key: str, values: dict[str, Any], parent: Row | None = None) -> uuid.UUID:
        """A new row as its form would send it; fails with the form's own words."""
        row = uuid.uuid4()
        path = f"{self.plan}tahap/{stage}/{key}/baru/" + (f"?induk={parent.pk}" if parent else "")
        self._send(path, {"baris": str(row), **named(row, {"version": 0, **values})})
        return row

    def resend_row(self, stage: int, key: str, row: Row, values: dict[str, Any]) -> None:
        """A row that exists, with the version it has now."""
        self._send(f"{self.plan}tahap/{stage}/{key}/{row.pk}/", named(row.pk, {"version": row.version, **values}))

    def send(self, path: str, values: dict[str, Any]) -> None:
        self._send(self.plan + path, values)

    def _send(self, path: str, values: dict[str, Any]) -> None:
        answer = self.client.post(path, values)
        if answer.status_code != 302:
            form = answer.context and answer.context.get("form")
            raise AssertionError(f"{path}: {answer.status_code} {form.errors.as_json() if form else ''}")


def named(row: uuid.UUID, values: dict[str, Any]) -> dict[str, Any]:
    """The field names of a row's form carry the beginning of its id."""
    return {f"r{row.hex[:8]}-{name}": value for name, value in values.items()}
