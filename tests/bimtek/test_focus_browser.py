"""On a phone bars stand over the page at its edges: what has the focus is never hidden beneath them (WCAG 2.2, 2.4.11)."""

import pytest
from playwright.sync_api import Page, expect

from bimtek.models import Gap
from tests.bimtek.rows import make_programme, make_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
HIDDEN = """async () => {  // the words of the focused thing if none of it can be seen, once the page stands still
    let [before, still] = [NaN, 0];
    while (still < 3) {
        await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
        still = scrollY === before ? still + 1 : 0;
        before = scrollY;
    }
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    const fits = box.height < innerHeight - 200;  // a table as high as the page cannot stand free
    if (one === document.body || !box.width || !fits) return "";
    const spots = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [box.left + x * box.width, box.top + y * box.height]));
    const seen = ([x, y]) => {
        const there = document.elementFromPoint(x, y);
        return there && (one.contains(there) || [...(one.labels || [])].some((label) => label.contains(there)));
    };
    return spots.some(seen) ? "" : `${one.tagName} ${one.getAttribute("aria-label") || one.name || one.textContent}`;
}"""


def walk(page: Page, key: str, steps: int) -> tuple[set[str], list[str]]:
    """Where this key leads in so many steps, and which of it was hidden."""
    seen, hidden = set(), []
    for _ in range(steps):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
        hidden += [words for words in [page.evaluate(HIDDEN)] if words]
    return seen, hidden


def test_focus_never_lands_beneath_the_bar_that_saves(plan, writer, sit_down, live_server):
    gap = make_row(Gap, plan)
    page = sit_down(writer)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/1/kesenjangan/{gap.pk}/")
    page.locator("[name$=-sub_dimension]").focus()
    seen, hidden = walk(page, "Tab", 12)
    assert any(name.endswith("-recommendation") for name in seen)
    assert hidden == []
    assert walk(page, "Shift+Tab", 12)[1] == []


def test_focus_never_lands_beneath_the_bar_of_ticked_rows_and_cards_are_sorted(
    plan, health, writer, sit_down, live_server
):
    for n in range(5):
        make_programme(plan, code=f"SG-1.0{n}", opd=health, name=f"Program {n}")
    page = sit_down(writer)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/2/program/")
    page.get_by_label("Cari", exact=True).focus()
    seen, hidden = walk(page, "Tab", 40)
    assert {"Kode", "Program 0"} <= seen
    assert hidden == []
    page.get_by_role("link", name="Kode", exact=True).click()
    expect(page.get_by_role("link", name="Kode", exact=True)).to_be_visible()
    assert page.url.endswith("urut=code")


def test_the_bar_of_ticked_rows_waits_at_the_end_of_the_list(plan, health, writer, sit_down, live_server):
    for n in range(5):
        make_programme(plan, code=f"SG-1.0{n}", opd=health, name=f"Program {n}")
    page = sit_down(writer)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/2/program/")
    bar = page.get_by_role("button", name="Ubah yang dicentang…")
    expect(bar).not_to_be_in_viewport()
    page.locator("tbody input[type=checkbox]").first.check()
    expect(bar).to_be_in_viewport()
