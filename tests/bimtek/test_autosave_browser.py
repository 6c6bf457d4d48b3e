"""Writing in Chromium: it saves by itself, and nothing typed is lost, whatever happens to net, session, server or tab."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session as SignIn
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from bimtek.framework import framework
from bimtek.models import Change, Decree, Gap, Plan, ProfileFact, Signatory
from tests.bimtek.rows import make_row
from tests.bimtek.test_autosave import Tab
from tests.conftest import signed_in
from tests.queue import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/daerah/kota-batam/2022/tahap/1/"
PASSWORD = "kata-sandi-uji-1"


@pytest.fixture
def gap(plan: Plan) -> Gap:
    return make_row(Gap, plan, sub_dimension="SG-1", present="Layanan masih manual.", cause="Belum ada data.")


@pytest.fixture
def open_gap(gap: Gap, sit_down: Any, live_server: Any, writer: Any) -> Callable[[], Page]:
    def go(page: Page | None = None) -> Page:
        page = page or sit_down(writer)
        page.goto(f"{live_server.url}{BASE}kesenjangan/{gap.pk}/")
        return page

    return go


def present(page: Page) -> Any:
    return page.get_by_label("Kondisi saat ini*")


def stored(gap: Gap) -> str:
    gap.refresh_from_db()
    return gap.present


def badge(page: Page) -> Any:
    return page.locator("[data-waiting]")


def journal(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tulisan:'))")


def emptied(page: Page) -> None:
    for _ in range(100):
        if not journal(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError(journal(page))


def saved(page: Page, label: str = "Kondisi saat ini*") -> None:
    expect(page.locator(".save-state", has_text=re.compile(r"^Tersimpan \d\d\.\d\d")).first).to_be_visible()


# --- saving by itself ------------------------------------------------------------------------------------------------
def test_a_field_saves_by_itself_and_says_when(open_gap, gap):
    page = open_gap()
    present(page).fill("Layanan sudah daring.")
    saved(page)

    assert stored(gap) == "Layanan sudah daring."
    assert journal(page) == []
    page.reload()
    expect(present(page)).to_have_value("Layanan sudah daring.")


def test_the_button_still_saves_after_it_saved_by_itself(open_gap, gap):
    page = open_gap()
    present(page).fill("Layanan sudah daring.")
    saved(page)
    present(page).fill("Layanan sudah daring penuh.")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".messages").get_by_text("tersimpan.")).to_be_visible()
    assert stored(gap) == "Layanan sudah daring penuh."


def test_a_narrative_saves_by_itself_paragraph_by_paragraph(plan, writer, sit_down, live_server):
    frame = framework(plan.framework)
    group = next(iter(frame.question_groups(1)))
    rich = next(q for q in frame.questions(1, group.code) if q.kind == "rich")
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}narasi-{group.code}/")
    editor = page.locator(f"#tanya-{rich.key} .tiptap")
    editor.click()
    page.keyboard.type("Bandar dunia madani")
    saved(page)

    assert plan.answer_set.get().text == "<p>Bandar dunia madani</p>"
    page.keyboard.press("Enter")
    page.keyboard.type("Paragraf kedua")
    expect(page.locator(f"#tanya-{rich.key} .save-state")).to_have_text(re.compile("Tersimpan"))
    page.wait_for_timeout(900)
    assert plan.answer_set.get().text == "<p>Bandar dunia madani</p><p>Paragraf kedua</p>"


def test_a_new_row_comes_into_being_once_it_has_what_it_must_have(plan, writer, sit_down, live_server):
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}keputusan/baru/")
    page.get_by_label("Keperluan*").select_option("dewan")
    page.get_by_label("Nomor*").fill("188/2022")
    expect(page.get_by_text("Belum tersimpan: lengkapi Tahun").first).to_be_visible()
    assert not Decree.objects.exists()
    page.get_by_label("Tahun*").fill("2022")
    saved(page)
    assert (Decree.objects.get().number, Decree.objects.get().year) == ("188/2022", 2022)
    page.get_by_label("Tentang").fill("Dewan Smart City")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_role("rowheader", name="188/2022")).to_be_visible()
    assert [d.about for d in Decree.objects.all()] == ["Dewan Smart City"]


def test_what_cannot_be_read_is_told_beside_the_field_and_the_rest_is_saved(open_gap, gap):
    page = open_gap()
    page.get_by_label("Tahun harapan").fill("1900")
    present(page).fill("Layanan sudah daring.")
    saved(page)
    expect(
        page.locator("#div_id_" + page.get_by_label("Tahun harapan").get_attribute("name")).get_by_role("status")
    ).to_be_visible()
    assert stored(gap) == "Layanan sudah daring."
    assert gap.expected_year is None


def test_a_row_in_its_list_saves_by_itself_and_with_the_button(plan, writer, sit_down, live_server):
    make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1.034")
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}profil/")
    page.get_by_role("link", name="Ubah Luas").click()
    page.get_by_label("Nilai*").fill("1.035")
    saved(page)
    assert ProfileFact.objects.get().value == "1.035"
    page.get_by_label("Satuan").fill("km2")
    page.get_by_role("link", name="Tutup").click()  # before it had the time to save
    emptied(page)
    assert ProfileFact.objects.get().unit == "km2"

    page.get_by_role("link", name="Ubah Luas").click()
    page.get_by_label("Nilai*").fill("1.036")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_role("cell", name="1.036")).to_be_visible()
    assert journal(page) == []
    assert ProfileFact.objects.get().value == "1.036"


def test_a_new_row_in_its_list_is_one_row_however_it_was_saved(plan, writer, sit_down, live_server):
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}profil/")
    page.locator("#isi").get_by_role("link", name="Tambah data").first.click()
    for label, text in (("Kelompok*", "Geografi"), ("Data*", "Luas"), ("Nilai*", "1.034")):
        page.get_by_label(label).fill(text)
    saved(page)
    page.get_by_label("Satuan").fill("km2")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_role("rowheader", name="Luas")).to_be_visible()
    row = ProfileFact.objects.get()
    assert (row.value, row.unit) == ("1.034", "km2")
    assert journal(page) == []


def test_the_button_waits_for_what_is_on_its_way(open_gap, gap):
    page = open_gap()

    def slow(route: Route) -> None:
        page.wait_for_timeout(1200)
        route.continue_()

    page.route("**/simpan/", slow)
    present(page).fill("Pertama.")
    expect(page.get_by_text("Menyimpan…").first).to_be_visible()
    present(page).fill("Pertama. Kedua.")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".messages").get_by_text("tersimpan.")).to_be_visible()
    assert stored(gap) == "Pertama. Kedua."
    emptied(page)


def test_a_form_refused_by_the_button_keeps_what_was_typed(open_gap, gap):
    page = open_gap()
    page.get_by_label("Penyebab").fill("Server lama.")
    page.get_by_label("Tahun harapan").fill("1900")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Tahun harapan")).to_have_value("1900")
    expect(page.get_by_label("Penyebab")).to_have_value("Server lama.")
    until(lambda: Gap.objects.filter(pk=gap.pk, cause="Server lama.").exists())  # what can be saved saves by itself
    gap.refresh_from_db()
    assert gap.expected_year is None
    page.get_by_label("Tahun harapan").fill("2026")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    emptied(page)
    gap.refresh_from_db()
    assert gap.expected_year == 2026


# --- two people ----------------------------------------------------------------------------------------------------
def other_tab(head: Any, section: str = "kesenjangan") -> Tab:
    return Tab(head, f"{BASE}{section}/simpan/")


def test_what_somebody_else_wrote_appears_in_the_field_without_disturbing(open_gap, gap, head):
    page = open_gap()
    other_tab(head).send(gap, present=("Layanan masih manual.", "Kini layanan masih manual."))
    present(page).press("End")
    present(page).type(" Warga menunggu.")
    expect(page.get_by_text("digabung dengan tulisan orang lain")).to_be_visible()
    expect(present(page)).to_have_value("Kini layanan masih manual. Warga menunggu.")
    assert stored(gap) == "Kini layanan masih manual. Warga menunggu."


def test_the_caret_stays_with_its_words_when_somebody_elses_come_into_the_field(open_gap, gap, head):
    page = open_gap()
    other_tab(head).send(gap, present=("Layanan masih manual.", "Sejak 2019: Layanan masih manual."))
    present(page).press("Control+End")
    present(page).press_sequentially(" Loketnya ti")
    expect(present(page)).to_have_value("Sejak 2019: Layanan masih manual. Loketnya ti", timeout=60_000)
    present(page).press_sequentially("ga.")
    expect(present(page)).to_have_value("Sejak 2019: Layanan masih manual. Loketnya tiga.")
    emptied(page)
    assert stored(gap) == "Sejak 2019: Layanan masih manual. Loketnya tiga."


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ("Pakai gabungan", "Layanan sudah daring. masih kertas."),
        ("Pakai tulisan saya", "Layanan masih kertas."),
        ("Pakai yang tersimpan", "Layanan sudah daring."),
    ],
)
def test_two_texts_are_shown_and_the_writer_chooses(open_gap, gap, head, accessible, button, text):
    page = open_gap()
    other_tab(head).send(gap, present=("Layanan masih manual.", "Layanan sudah daring."))
    present(page).fill("Layanan masih kertas.")
    panel = page.locator(".conflict")
    expect(panel).to_be_visible()
    for words in ("Layanan sudah daring.", "Layanan masih kertas.", "Layanan sudah daring. masih kertas."):
        expect(panel.get_by_text(words, exact=True)).to_be_visible()
    accessible(page)
    assert stored(gap) == "Layanan sudah daring."

    page.get_by_role("button", name=button).click()
    expect(panel).to_be_hidden()
    expect(page.locator(".save-state", has_text="Tersimpan").first).to_be_visible()
    expect(present(page)).to_have_value(text)
    assert stored(gap) == text
    assert journal(page) == []


def test_words_typed_after_the_panel_came_are_in_its_proposal(open_gap, gap, head):
    page = open_gap()
    other_tab(head).send(gap, present=("Layanan masih manual.", "Layanan sudah daring."))
    box = page.get_by_role("textbox", name="Kondisi saat ini*")
    box.fill("Layanan masih kertas.")
    expect(page.locator(".conflict")).to_be_visible()
    box.press("End")
    box.press_sequentially(" Dan antre.")
    page.get_by_role("button", name="Pakai gabungan").click()  # at once: the proposal shown is older than these words
    expect(page.locator(".conflict-text").get_by_text("Layanan sudah daring. masih kertas. Dan antre.")).to_be_visible()
    page.get_by_role("button", name="Pakai gabungan").click()
    saved(page)
    assert stored(gap) == "Layanan sudah daring. masih kertas. Dan antre."


def test_an_undecided_conflict_waits_over_closing_the_tab(open_gap, gap, head, context):
    page = open_gap()
    other_tab(head).send(gap, present=("Layanan masih manual.", "Layanan sudah daring."))
    present(page).fill("Layanan masih kertas.")
    expect(page.locator(".conflict")).to_be_visible()
    page.close()

    page = open_gap(context.new_page())
    expect(page.locator(".conflict")).to_be_visible()
    expect(present(page)).to_have_value("Layanan masih kertas.")
    assert stored(gap) == "Layanan sudah daring."


# --- the net, the server, the session ------------------------------------------------------------------------------------
def test_a_cut_net_keeps_three_changes_that_go_out_once_in_order(open_gap, gap, context, accessible):
    page = open_gap()
    context.set_offline(True)
    present(page).fill("Ditulis luring.")
    page.get_by_label("Penyebab").fill("Jaringan putus.")
    page.get_by_label("Rekomendasi").fill("Tarik serat optik.")
    expect(badge(page)).to_have_text("3 perubahan menunggu")
    expect(page.get_by_text("Belum tersimpan: sambungan terputus").first).to_be_visible()
    badge(page).click()
    expect(page.get_by_role("dialog").get_by_text("3 isian, sambungan terputus")).to_be_visible()
    context.set_offline(False)
    accessible(page)
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.get_by_text("Tidak ada yang menunggu. Semua tersimpan.")).to_be_visible()

    gap.refresh_from_db()
    assert (gap.present, gap.cause, gap.recommendation) == ("Ditulis luring.", "Jaringan putus.", "Tarik serat optik.")
    assert Change.objects.count() == 1
    assert journal(page) == []


def test_a_closed_tab_loses_nothing(open_gap, gap, context, live_server):
    page = open_gap()
    context.set_offline(True)
    present(page).press("End")
    present(page).type(" Ditulis sebelum tab ditutup.")
    page.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/")  # another page of the plan is enough
    emptied(page)
    assert stored(gap) == "Layanan masih manual. Ditulis sebelum tab ditutup."
    assert Change.objects.count() == 1


def test_a_reload_brings_the_unsent_words_back_into_the_field(open_gap, gap, page_fails):
    page = open_gap()
    stop = page_fails(page, 503)
    present(page).fill("Server sedang sakit.")
    expect(page.get_by_text("Belum tersimpan: server sedang terganggu").first).to_be_visible()
    page.reload()
    expect(present(page)).to_have_value("Server sedang sakit.")
    assert stored(gap) == "Layanan masih manual."
    stop()
    badge(page).click()
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.get_by_text("Semua tersimpan.").first).to_be_visible()
    assert stored(gap) == "Server sedang sakit."
    assert Change.objects.count() == 1


@pytest.fixture
def page_fails() -> Callable[[Page, int], Callable[[], None]]:
    """From now on the way to the server answers so; call what comes back to end it."""

    def begin(page: Page, status: int) -> Callable[[], None]:
        page.route(
            "**/simpan/", lambda route: route.fulfill(status=status, body="Gangguan", headers={"Retry-After": "0"})
        )
        return lambda: page.unroute("**/simpan/")

    return begin


def test_an_answer_that_got_lost_makes_no_second_change(open_gap, gap):
    page = open_gap()
    seen = []

    def lose(route: Route) -> None:
        seen.append(route.request.post_data_json)
        if len(seen) == 1:
            route.fetch()  # the server saves, the answer never arrives
            route.abort()
        else:
            route.continue_()

    page.route("**/simpan/", lose)
    present(page).fill("Tersimpan sekali.")
    saved(page)
    assert stored(gap) == "Tersimpan sekali."
    assert seen[0] == seen[1]
    assert (Change.objects.count(), gap.version) == (1, 2)


def test_a_spoilt_token_is_renewed_and_the_words_go_out(open_gap, gap, context, live_server):
    page = open_gap()
    context.add_cookies([{"name": "csrftoken", "value": "x" * 32, "url": live_server.url}])
    page.evaluate("document.cookie = 'csrftoken=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/'")
    present(page).fill("Sesudah tanda pengaman rusak.")
    saved(page)
    assert stored(gap) == "Sesudah tanda pengaman rusak."
    assert (Change.objects.count(), gap.version) == (1, 2)
    assert journal(page) == []


def test_a_text_too_large_for_the_server_stays_with_its_writer(open_gap, gap):
    page = open_gap()
    page.get_by_label("Penyebab").evaluate(
        "(box) => { box.value = 'kata '.repeat(1_100_000); box.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(page.get_by_text("terlalu besar untuk dikirim").first).to_be_visible(timeout=60_000)
    assert page.get_by_label("Penyebab").evaluate("(box) => box.value.length") == 5_500_000
    present(page).fill("Isian lain tetap tersimpan.")
    saved(page)
    assert (stored(gap), gap.cause) == ("Isian lain tetap tersimpan.", "Belum ada data.")
    page.get_by_label("Penyebab").fill("Sudah dipendekkan.")
    emptied(page)
    gap.refresh_from_db()
    assert gap.cause == "Sudah dipendekkan."


def test_signing_in_again_in_place_sends_what_was_typed(open_gap, gap, writer, accessible):
    writer.set_password(PASSWORD)
    writer.save()
    page = open_gap()
    SignIn.objects.all().delete()
    present(page).fill("Sesi berakhir di tengah kalimat.")
    dialog = page.get_by_role("dialog", name="Masuk lagi")
    expect(dialog).to_be_visible()
    accessible(page)
    page.get_by_label("Kata sandi").fill("salah")
    dialog.get_by_role("button", name="Masuk").click()
    expect(dialog.get_by_text("tidak cocok")).to_be_visible()
    page.get_by_label("Kata sandi").fill(PASSWORD)
    dialog.get_by_role("button", name="Masuk").click()
    expect(dialog).to_be_hidden()
    saved(page)
    assert stored(gap) == "Sesi berakhir di tengah kalimat."

    present(page).fill("Dan tombolnya pun jalan.")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".messages").get_by_text("tersimpan.")).to_be_visible()
    assert stored(gap) == "Dan tombolnya pun jalan."


def test_somebody_else_signed_in_here_does_not_send_my_words(open_gap, gap, head, context, live_server):
    page = open_gap()
    cookie = signed_in(head).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    present(page).fill("Tulisan admin.")
    expect(page.get_by_role("dialog", name="Masuk lagi").get_by_text("orang lain")).to_be_visible()
    assert stored(gap) == "Layanan masih manual."
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/")  # as the other person
    expect(badge(page)).to_be_hidden()
    page.wait_for_timeout(1500)
    assert stored(gap) == "Layanan masih manual."


def test_signing_out_asks_and_then_leaves_nothing_behind(open_gap, gap, context, page_fails):
    page = open_gap()
    page_fails(page, 503)
    present(page).fill("Rahasia kantor.")
    expect(badge(page)).to_be_visible()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Keluar").click()
    dialog = page.get_by_role("dialog", name="Keluar tanpa mengirim?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Keluar dan hapus").click()
    page.wait_for_url(lambda url: "/daerah/" not in url)  # away from the form, whose own address ends with a slash too
    assert journal(page) == []


def test_after_seven_days_the_browser_forgets(open_gap, gap, page_fails, live_server):
    page = open_gap()
    page_fails(page, 503)
    present(page).fill("Lama sekali.")
    expect(badge(page)).to_be_visible()
    page.goto(f"{live_server.url}/sehat/hidup")  # a page without scripts
    page.evaluate("""() => { for (const key of Object.keys(localStorage).filter((one) => one.startsWith('tulisan:'))) {
        const entry = JSON.parse(localStorage.getItem(key)); entry.at -= 8 * 24 * 3600 * 1000;
        localStorage.setItem(key, JSON.stringify(entry)); } }""")
    assert len(journal(page)) == 1
    open_gap(page)
    expect(present(page)).to_have_value("Layanan masih manual.")
    assert journal(page) == []


def test_a_personal_number_is_saved_but_never_kept_in_the_browser(plan, writer, sit_down, live_server, page_fails):
    row = make_row(Signatory, plan, name="Kepala Dinas", position_title="Kepala")
    page = sit_down(writer)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/4/penanda-tangan/{row.pk}/")
    stop = page_fails(page, 503)
    page.get_by_label("NIP").fill("198001012005011001")
    page.get_by_label("Jabatan").fill("Kepala Dinas Kesehatan")
    expect(badge(page)).to_have_text("2 perubahan menunggu")
    kept = page.evaluate("JSON.stringify(Object.entries(localStorage))")
    assert "Kepala Dinas Kesehatan" in kept
    assert "198001012005011001" not in kept
    stop()
    badge(page).click()
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.get_by_text("Semua tersimpan.").first).to_be_visible()
    row.refresh_from_db()
    assert (row.nip, row.position_title) == ("198001012005011001", "Kepala Dinas Kesehatan")


def test_a_browser_that_was_shut_and_started_again_sends_what_it_kept(
    plan, gap, writer, live_server, browser_type, browser_type_launch_args, tmp_path: Path
):
    """Ten minutes without net, the session over, the tab closed and the browser restarted meanwhile: everything arrives once."""
    writer.set_password(PASSWORD)
    writer.save()
    cookie = signed_in(writer).cookies[settings.SESSION_COOKIE_NAME]

    def start() -> BrowserContext:
        return browser_type.launch_persistent_context(str(tmp_path / "profil"), **browser_type_launch_args)

    first = start()
    first.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = first.new_page()
    page.clock.install()
    page.goto(f"{live_server.url}{BASE}kesenjangan/{gap.pk}/")
    first.set_offline(True)
    present(page).fill("Sepuluh menit tanpa jaringan.")
    page.clock.run_for(10 * 60 * 1000)
    page.get_by_label("Penyebab").fill("Listrik padam.")
    page.clock.run_for(2000)
    assert len(journal(page)) == 1
    page.close()
    first.close()
    SignIn.objects.all().delete()

    second = start()
    page = second.new_page()
    page.goto(f"{live_server.url}{BASE}kesenjangan/{gap.pk}/")  # led to the sign-in page
    page.get_by_label("Surel").fill(writer.email)
    page.get_by_role("textbox", name="Kata sandi*").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile("kesenjangan"))
    saved(page)
    second.close()
    gap.refresh_from_db()
    assert (gap.present, gap.cause) == ("Sepuluh menit tanpa jaringan.", "Listrik padam.")
    assert sorted(list(change.after) for change in Change.objects.all()) == [["cause"], ["present"]], "each once"


def test_two_tabs_of_one_browser_each_send_their_own(open_gap, gap, context):
    one = open_gap()
    two = open_gap(context.new_page())
    one.get_by_label("Penyebab").fill("Dari tab satu.")
    two.get_by_label("Rekomendasi").fill("Dari tab dua.")
    saved(one)
    saved(two)
    gap.refresh_from_db()
    assert (gap.cause, gap.recommendation) == ("Dari tab satu.", "Dari tab dua.")


def test_a_row_typed_without_net_is_found_again_from_the_list_of_what_waits(
    plan, writer, sit_down, live_server, page_fails
):
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}profil/baru/")
    page.get_by_label("Kelompok*").fill("Geografi")
    page.get_by_label("Data*").fill("Luas wilayah")
    expect(page.get_by_text("lengkapi Nilai").first).to_be_visible()
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/")
    badge(page).click()
    page.get_by_role("dialog").get_by_role("link", name="Tambah data").click()
    expect(page.get_by_label("Data*")).to_have_value("Luas wilayah")
    page.get_by_label("Nilai*").fill("1.034")
    saved(page)
    assert ProfileFact.objects.get().label == "Luas wilayah"


def test_two_people_write_in_two_browsers(open_gap, gap, head, browser: Browser, browser_context_args, live_server):
    page = open_gap()
    other = browser.new_context(**browser_context_args)
    cookie = signed_in(head).cookies[settings.SESSION_COOKIE_NAME]
    other.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    theirs = other.new_page()
    open_gap(theirs)
    present(page).press("End")
    present(page).type(" Satu.")
    present(theirs).press("Home")
    present(theirs).type("Dua. ")
    saved(page)
    saved(theirs)
    other.close()
    assert stored(gap) == "Dua. Layanan masih manual. Satu."


@pytest.mark.parametrize("width", [390])
def test_panel_and_list_fit_a_phone(open_gap, gap, head, context, accessible, width):
    page = open_gap()
    page.set_viewport_size({"width": width, "height": 844})
    other_tab(head).send(gap, present=("Layanan masih manual.", "Layanan sudah daring."))
    present(page).fill("Layanan masih kertas.")
    expect(page.locator(".conflict")).to_be_visible()
    expect(badge(page)).to_be_visible()
    badge(page).click()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_the_form_saves_and_shows_both_texts(
    gap, head, writer, browser: Browser, browser_context_args, live_server
):
    assert connection.vendor in ("postgresql", "sqlite")
    plain = browser.new_context(**browser_context_args, java_script_enabled=False)
    cookie = signed_in(writer).cookies[settings.SESSION_COOKIE_NAME]
    plain.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = plain.new_page()
    page.goto(f"{live_server.url}{BASE}kesenjangan/{gap.pk}/")
    other_tab(head).send(gap, present=("Layanan masih manual.", "Layanan sudah daring."))
    present(page).fill("Layanan masih kertas.")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".conflict").get_by_text("Layanan masih kertas.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Pakai gabungan")).to_be_hidden()
    expect(present(page)).to_have_value("Layanan sudah daring. masih kertas.")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".messages").get_by_text("tersimpan.")).to_be_visible()
    plain.close()
    assert stored(gap) == "Layanan sudah daring. masih kertas."
