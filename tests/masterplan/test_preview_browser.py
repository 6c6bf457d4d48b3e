"""The book beside the form, as people use it: typing shows in it, its words lead to their fields and to comments."""

import pytest
from playwright.sync_api import Page, expect

from bimtek import workflow
from bimtek.models import Answer, SwotItem, Thread
from tests.bimtek.rows import access, make_item, make_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STAGE = "/daerah/kota-batam/2022/tahap/1/"
PATIENCE = 60_000


@pytest.fixture(autouse=True)
def patient() -> None:
    expect.set_options(timeout=PATIENCE)


def paper(page: Page):  # type: ignore[no-untyped-def]
    return page.frame_locator("iframe.book-frame").locator("main.paper")


def test_what_is_typed_shows_in_the_book_and_its_words_lead_back(plan, writer, sit_down, live_server, accessible):
    make_row(Answer, plan, key="proses-swot", text="<p>Kelompok menulis butir.</p>")
    item = make_item(plan, text="Jaringan serat optik")
    make_item(plan, "W", 1, "Data tersebar")
    page = sit_down(writer)

    page.goto(f"{live_server.url}{STAGE}swot/")
    page.keyboard.press("Alt+p")
    expect(paper(page).get_by_text("Jaringan serat optik")).to_be_visible()
    accessible(page)
    paper(page).locator(f'li[data-source="swot/{item.pk}"]').click()
    field = page.get_by_label("Butir", exact=False).and_(page.locator(f"#baris-{item.pk} textarea")).first
    expect(field).to_be_focused()
    top = paper(page).evaluate("node => node.ownerDocument.scrollingElement.scrollTop")
    field.fill("Jaringan serat optik antarpulau")
    expect(paper(page).get_by_text("Jaringan serat optik antarpulau").first).to_be_visible()
    assert abs(paper(page).evaluate("node => node.ownerDocument.scrollingElement.scrollTop") - top) < 40
    assert SwotItem.objects.get(pk=item.pk).text == "Jaringan serat optik antarpulau"

    page.locator(f"#baris-{item.pk}").get_by_role("button", name="Lihat di buku: Butir").first.click()
    expect(paper(page).locator(".is-found").first).to_contain_text("antarpulau")
    paper(page).locator('[data-field="proses-swot"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/narasi-swot/#tanya-proses-swot", timeout=PATIENCE)
    expect(page.locator("#tanya-proses-swot [contenteditable='true']")).to_be_focused()


def test_a_reviewers_click_opens_a_comment_about_that_very_field(
    plan, head, consultant, sit_down, live_server, accessible
):
    item = make_item(plan, text="Butir yang dikirim")
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan), reason="Uji", gaps=["x"])
    SwotItem.objects.filter(pk=item.pk).update(text="Butir sesudahnya")
    page = sit_down(consultant)
    page.goto(f"{live_server.url}{STAGE}swot/")
    page.get_by_role("link", name="Pratinjau buku").click()
    block = paper(page).locator(f'li[data-source="swot/{item.pk}"]')
    expect(block).to_have_text("S1 Butir yang dikirim")
    block.click()
    expect(page.locator("#komentar-teks")).to_be_focused()
    expect(page.locator("#komentar-isian")).to_have_value("text")
    page.keyboard.type("Sebutkan panjangnya.")
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.locator(".comment-text")).to_have_text("Sebutkan panjangnya.")
    thread = Thread.objects.get()
    assert (thread.section, thread.row_id, thread.field) == ("swot", item.pk, "text")

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{STAGE}swot/")
    page.get_by_role("link", name="Pratinjau buku").click()
    expect(page.get_by_role("link", name="Kembali ke isian")).to_be_visible()
    expect(paper(page).get_by_text("Butir yang dikirim")).to_be_visible()
    accessible(page)
    page.goto(f"{live_server.url}{STAGE}swot/pratinjau/buku/")
    accessible(page)
