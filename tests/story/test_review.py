"""A whole review in two rounds: what a consultant asks, what the region changes, and what the printed matrix says of it."""

import datetime
import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from bimtek import letters, workflow
from bimtek.framework import framework
from bimtek.models import Answer, Indicator, Plan, Programme, Stage, Status, Thread
from masterplan import issuing
from masterplan.models import FinishedBook
from regions import audit
from tests.bimtek.rows import access, make_full_programme, make_programme, make_row
from tests.conftest import signed_in
from tests.masterplan.conftest import run_jobs
from tests.regions.test_mail import do_jobs

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BASE = "/daerah/kota-batam/2022/"
MARK = """node => { const range = document.createRange(); const text = node.querySelector('p').firstChild;
    range.setStart(text, 8); range.setEnd(text, 24); const chosen = getSelection(); chosen.removeAllRanges(); chosen.addRange(range); }"""
QUESTION = "penjelasan-visi"
CHANGED = 14


@pytest.fixture
def written(plan: Plan, kominfo: Any) -> Plan:
    """Stage I is accepted; stage II holds thirty programmes, one with an indicator, and a narrative."""
    plan.submission_set.filter(stage=1).update(status=Status.ACCEPTED)
    make_full_programme(plan, opd=kominfo)
    for number in range(2, 31):
        make_programme(plan, code=f"SG-1.{number:02d}", opd=kominfo)
    make_row(Answer, plan, key=QUESTION, text="<p>Layanan masih tatap muka di pulau.</p>")
    return plan


def go(page: Page, site: str, path: str) -> None:
    page.goto(f"{site}{path}")


def test_a_review_in_two_rounds_ends_in_a_matrix_with_the_right_pages(
    written: Plan, writer: Any, head: Any, consultant: Any, sit_down: Any, live_server: Any, settings: Any,
    tmp_path: Path, mailoutbox: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    expect.set_options(timeout=30_000)
    site, plan = live_server.url, written
    workflow.submit(plan.submission_set.get(stage=2), access=access(head, plan), gaps=["x"], reason="Dibahas bersama")

    the_consultant_asks_and_sends_back(sit_down(consultant), site, plan)
    the_region_takes_the_words_changes_and_answers(sit_down(writer), site, plan)
    the_head_submits_again(sit_down(head), site)
    the_second_round_lists_exactly_these(sit_down(consultant), site, plan)
    the_matrix_prints_with_the_right_pages(consultant, plan, tmp_path)
    acceptance_freezes(sit_down(consultant), site, plan)

    letters.send_due(now=timezone.now() + datetime.timedelta(minutes=11))
    do_jobs()
    to_writer = [letter for letter in mailoutbox if letter.to == [writer.email]]
    assert len(to_writer) == 1, "one letter about the whole afternoon"
    assert audit.verify(plan.region).broken == 0


def the_consultant_asks_and_sends_back(page: Page, site: str, plan: Plan) -> None:
    indicator = Indicator.objects.get(plan=plan)
    go(page, site, f"{BASE}komentar/baru/?tahap=2&bagian=indikator&baris={indicator.pk}&isian=name")
    page.get_by_label("Komentar", exact=True).fill("Satuan dan sumbernya belum jelas.")
    page.get_by_label("Jenis").select_option(label="Permintaan: kurang lengkap")
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.get_by_role("heading", name="Permintaan perbaikan: kurang lengkap")).to_be_visible()
    submitted = workflow.newest(plan.submission_set.get(stage=2))
    assert submitted
    go(page, site, f"{BASE}tahap/2/potret/{submitted.pk}/?bagian=narasi-visi")
    page.locator(f'a[href*="isian={QUESTION}"]').click()
    page.locator("[data-passage-source]").evaluate(MARK)
    expect(page.get_by_label("Kutipan (boleh kosong)")).to_have_value("masih tatap muka")
    page.get_by_label("Komentar", exact=True).fill("Sebutkan keadaan terbaru.")
    page.get_by_label("Usulan kata-kata").fill("sudah setengah daring")
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.locator("mark")).to_have_text("masih tatap muka")
    go(page, site, f"{BASE}tahap/2/")
    page.locator("form", has=page.get_by_role("button", name="Kembalikan untuk perbaikan")).get_by_text(
        "2 orang akan diberi tahu"
    ).click()
    page.get_by_label("Apa yang perlu diperbaiki?").fill("Lihat kedua catatan.")
    page.get_by_role("button", name="Kembalikan untuk perbaikan").click()
    expect(page.get_by_text("Tahap II: perlu diperbaiki.")).to_be_visible()


def the_region_takes_the_words_changes_and_answers(page: Page, site: str, plan: Plan) -> None:
    go(page, site, "/pemberitahuan/")
    page.get_by_role("button", name="Tahap II Kota Batam dikembalikan untuk perbaikan", exact=True).click()
    expect(page.get_by_text("Lihat kedua catatan.").first).to_be_visible()
    wording = Thread.objects.get(plan=plan, wording_state="diusulkan")
    go(page, site, f"{BASE}komentar/{wording.pk}/")
    page.get_by_role("button", name="Pakai kata-kata ini").click()
    expect(page.get_by_text("Kata-kata usulan dipakai dan tercatat di riwayat.")).to_be_visible()
    first, *others = Programme.objects.filter(plan=plan).order_by("code")[1 : CHANGED - 1]
    write(page, site, "indikator", Indicator.objects.get(plan=plan), "Layanan publik daring menurut SPBE")
    write(page, site, "program", first, f"{first.name} yang diperbarui")
    give_all_a_priority(page, site, others)
    asked = Thread.objects.get(plan=plan, kind="kurang")
    go(page, site, f"{BASE}komentar/{asked.pk}/")
    page.get_by_label("Balasan", exact=True).fill("Sumbernya evaluasi SPBE.")
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.get_by_text("Sumbernya evaluasi SPBE.")).to_be_visible()
    page.get_by_role("button", name="Tandai selesai").click()
    expect(page.get_by_text("Selesai").first).to_be_visible()


def the_head_submits_again(page: Page, site: str) -> None:
    go(page, site, f"{BASE}tahap/2/")
    page.get_by_label("Mengapa tetap dilanjutkan walau belum lengkap?").fill("Sudah diperbaiki")
    page.get_by_role("button", name="Ajukan kembali").click()
    expect(page.get_by_text("Tahap II: menunggu reviu.")).to_be_visible()


def write(page: Page, site: str, section: str, row: Any, name: str) -> None:
    """In the row's own form."""
    go(page, site, f"{BASE}tahap/2/{section}/{row.pk}/")
    page.locator("form[data-guard] [name$='-name']").fill(name)
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator("th, h1").get_by_text(name).first).to_be_visible()


def give_all_a_priority(page: Page, site: str, programmes: list[Programme]) -> None:
    """Ticked in the list and changed at once."""
    go(page, site, f"{BASE}tahap/2/program/")
    for programme in programmes:
        page.get_by_label(f"Centang {programme}", exact=True).check()
    page.get_by_role("button", name="Ubah yang dicentang…").click()
    page.get_by_label("Prioritas").select_option(label="Tinggi")
    page.get_by_role("button", name="Lihat akibatnya").click()
    page.get_by_role("button", name=f"Terapkan pada {len(programmes)} baris").click()
    expect(page.get_by_text(f"{len(programmes)} baris program diubah.")).to_be_visible()


def the_second_round_lists_exactly_these(page: Page, site: str, plan: Plan) -> None:
    go(page, site, "/konsultan/")
    page.get_by_role("link", name=f"{CHANGED} isian").click()
    expect(page.locator(".moves > li")).to_have_count(CHANGED)
    programmes = [str(programme) for programme in Programme.objects.filter(plan=plan).order_by("code")[: CHANGED - 1]]
    expected = {*programmes, framework(plan.framework).question(QUESTION).label}
    assert set(page.locator(".moves > li > p strong").all_inner_texts()) == expected
    expect(page.locator(".moves > li", has_text="Layanan publik daring menurut SPBE")).to_have_count(1)
    expect(page.locator(".moves > li", has_text="Prioritas")).to_have_count(CHANGED - 3)
    go(page, site, f"{BASE}komentar/?keadaan=semua")
    expect(page.get_by_text("Satuan dan sumbernya belum jelas.")).to_be_visible()
    expect(page.get_by_text("Sebutkan keadaan terbaru.")).to_be_visible()


def the_matrix_prints_with_the_right_pages(consultant: Any, plan: Plan, media: Path) -> None:
    run_jobs(issuing.request(plan, by=None, books=["buku-2"]))
    reader = pypdf.PdfReader(media / FinishedBook.objects.get().path)
    pages = dict(zip(reader.page_labels, (" ".join(page.extract_text().split()) for page in reader.pages), strict=True))
    label = next(label for label, text in pages.items() if "-" in label and "menurut SPBE" in text and "4.6" in text)
    client = signed_in(consultant)
    screen = client.get(f"{BASE}matriks-tanggapan/2/").content.decode()
    assert f"Buku 2, 4.6, hlm. {label}" in screen, label
    paper = client.get(f"{BASE}matriks-tanggapan/2.pdf")
    text = "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages).split())
    for words in (f"Buku 2, 4.6, hlm. {label}", "Satuan dan sumbernya belum jelas.", "Kata-kata usulan dipakai.", "[masih tatap muka]‹sudah setengah daring›", "‹publik› daring ‹menurut SPBE›"):  # fmt: skip
        assert words.replace(" ", "") in text, words


def acceptance_freezes(page: Page, site: str, plan: Plan) -> None:
    asked = Thread.objects.get(plan=plan, kind="kurang")
    go(page, site, f"{BASE}komentar/{asked.pk}/")
    page.get_by_role("button", name="Terima perbaikan").click()
    go(page, site, f"{BASE}tahap/2/")
    page.get_by_label("Mengapa tetap dilanjutkan walau belum lengkap?").fill("Cukup untuk tahap ini.")
    page.get_by_role("button", name="Terima tahap").click()
    expect(page.get_by_text("Tahap II: diterima.")).to_be_visible()
    move = plan.submission_set.get(stage=Stage.PROGRAM).moves.first()
    assert move
    assert "Layanan publik daring menurut SPBE" in str(move.snapshot.content)  # type: ignore[union-attr]
    assert plan.submission_set.get(stage=2).status == Status.ACCEPTED
