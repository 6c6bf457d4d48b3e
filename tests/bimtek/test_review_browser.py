"""A round of review as people do it: quoting, proposing words, taking them over, sending changes, the second round."""

import pytest
from playwright.sync_api import Page, expect

from bimtek import snapshots, workflow, writing
from bimtek.models import Answer, Thread
from tests.bimtek.rows import access, make_item, make_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/daerah/kota-batam/2022/"
MARK = """node => { const range = document.createRange(); const text = node.querySelector('p').firstChild;
    range.setStart(text, 8); range.setEnd(text, 24); const chosen = getSelection(); chosen.removeAllRanges(); chosen.addRange(range); }"""


def test_a_round_of_review_from_a_quoted_passage_to_the_second_list(
    plan, writer, head, consultant, sit_down, live_server, accessible
):
    make_row(Answer, plan, key="latar-belakang", text="<p>Layanan masih tatap muka di pulau.</p>")
    items = [make_item(plan, number=number, text=f"Butir lama {number}") for number in range(1, 31)]
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    submitted = workflow.newest(plan.submission_set.get(stage=1))

    page = sit_down(consultant)
    page.goto(f"{live_server.url}{BASE}tahap/1/potret/{submitted.pk}/?bagian=narasi-pendahuluan")
    page.get_by_role("link", name="Komentari atau kutip Latar belakang").click()
    quoted(page)
    page.get_by_label("Komentar", exact=True).fill("Sebutkan keadaan terbaru.")
    page.get_by_label("Usulan kata-kata").fill("sudah setengah daring")
    page.get_by_label("Jenis").select_option(label="Permintaan: kedaluwarsa")
    accessible(page)
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.get_by_role("heading", name="Permintaan perbaikan: kedaluwarsa")).to_be_visible()
    expect(page.locator("mark")).to_have_text("masih tatap muka")
    accessible(page)
    page.goto(f"{live_server.url}{BASE}tahap/1/")
    page.get_by_label("Apa yang perlu diperbaiki?").fill("Lihat permintaan perbaikan.")
    page.get_by_role("button", name="Kembalikan untuk perbaikan").click()
    expect(page.get_by_text("Tahap I: perlu diperbaiki.")).to_be_visible()

    region = sit_down(writer)
    region.goto(f"{live_server.url}{BASE}")
    expect(region.get_by_role("link", name="Komentar 1 belum dibaca")).to_be_visible()
    region.goto(f"{live_server.url}{BASE}komentar/{Thread.objects.get().pk}/")
    region.get_by_role("button", name="Pakai kata-kata ini").click()
    expect(region.get_by_text("Kata-kata usulan dipakai dan tercatat di riwayat.")).to_be_visible()
    region.goto(f"{live_server.url}{BASE}")
    expect(region.get_by_role("link", name="Komentar", exact=True)).to_be_visible()
    assert plan.answer_set.get().text == "<p>Layanan sudah setengah daring di pulau.</p>"

    for item in items[:13]:
        item.text = f"Butir baru {item.number}"
        writing.change(item, access=access(writer, plan), version=1)
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))

    page = sit_down(consultant)
    page.goto(f"{live_server.url}/konsultan/")
    accessible(page)
    page.get_by_role("link", name="14 isian").click()
    expect(page.locator(".moves > li")).to_have_count(14)
    expect(page.locator(".moves > li", has_text="Latar belakang").locator("ins").first).to_contain_text("sudah")
    accessible(page)
    page.goto(f"{live_server.url}{BASE}komentar/?keadaan=semua&jenis=permintaan")
    expect(page.get_by_text("Usulan: dipakai daerah")).to_be_visible()
    accessible(page)
    page.goto(f"{live_server.url}{BASE}matriks-tanggapan/1/")
    expect(page.get_by_text("Kata-kata usulan dipakai.")).to_be_visible()
    accessible(page)
    page.goto(f"{live_server.url}{BASE}komentar/{Thread.objects.get().pk}/")
    page.get_by_role("button", name="Terima perbaikan").click()
    page.goto(f"{live_server.url}{BASE}tahap/1/")
    page.get_by_role("button", name="Terima tahap").click()
    expect(page.get_by_text("Tahap I: diterima.")).to_be_visible()
    accepted = plan.submission_set.get(stage=1).moves.first().snapshot
    assert accepted.sha256 == snapshots.digest(accepted.content)


def quoted(page: Page) -> None:
    """Marks words in the text with the mouse's selection; they stand in the field at once."""
    page.locator("[data-passage-source]").evaluate(MARK)
    expect(page.get_by_label("Kutipan (boleh kosong)")).to_have_value("masih tatap muka")
