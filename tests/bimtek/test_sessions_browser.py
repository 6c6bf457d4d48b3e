"""Sessions, threads and the frozen submission as people use them: by mouse and keyboard, wide and narrow."""

import pytest
from playwright.sync_api import expect

from bimtek import snapshots
from bimtek.models import SessionDay, Stage
from tests.bimtek.rows import make_item, make_minute, make_people, make_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/daerah/kota-batam/2022/"


def test_a_participant_is_added_and_ticked_without_leaving_the_page(plan, writer, sit_down, live_server):
    session = make_session(plan)
    make_people(session, 2)
    page = sit_down(writer)
    page.goto(f"{live_server.url}{BASE}pertemuan/{session.pk}/daftar-hadir/")

    page.get_by_role("link", name="Tambah peserta").click()
    page.get_by_label("Nama*").fill("Dewi Anggraini")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("Belum tersimpan")).to_be_visible()
    expect(page.get_by_label("Nama*")).to_have_value("Dewi Anggraini")
    page.get_by_label("Instansi/OPD*").fill("Dinas Kesehatan")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_role("rowheader", name="Dewi Anggraini")).to_be_visible()

    page.get_by_label("Dewi Anggraini hadir 13 Juni 2022").check()
    page.get_by_role("button", name="Centang semua hadir 14 Juni 2022").click()
    page.get_by_role("button", name="Simpan kehadiran").click()
    expect(page.get_by_text("4 tanda kehadiran diperbarui.")).to_be_visible()
    assert SessionDay.objects.filter(date="2022-06-14").count() == 3
    assert SessionDay.objects.get(date="2022-06-13").attendee.name == "Dewi Anggraini"


def test_a_comment_is_left_and_resolved_in_the_margin(plan, consultant, sit_down, live_server):
    make_item(plan)
    page = sit_down(consultant)
    page.goto(f"{live_server.url}{BASE}tahap/1/swot/")
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.get_by_text("Tulis komentarnya dulu.")).to_be_visible()
    page.get_by_label("Komentar baru").fill("Mohon sumber datanya.")
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.locator(".comments li").get_by_text("Mohon sumber datanya.")).to_be_visible()
    page.get_by_role("button", name="Tandai selesai").click()
    expect(page.get_by_text("Belum ada komentar terbuka.")).to_be_visible()
    thread = plan.thread_set.get()
    assert (thread.state, thread.messages.last().by) == ("selesai", consultant)


@pytest.mark.parametrize("width", [1366, 390])
def test_every_page_is_accessible_and_fits(plan, writer, sit_down, live_server, accessible, width):
    session = make_session(plan)
    make_people(session, 3)
    make_minute(session)
    make_item(plan)
    frozen = snapshots.freeze(plan, Stage.PERSEPSI)
    plan.swotitem_set.update(text="Diubah")
    page = sit_down(writer)
    page.set_viewport_size({"width": width, "height": 800})
    own = f"pertemuan/{session.pk}/"
    for address in (
        "pertemuan/", "pertemuan/baru/", own, f"{own}daftar-hadir/", f"{own}daftar-hadir/tempel/", f"{own}berita-acara/",
        f"{own}gambar/", f"{own}peserta/baru/", "komentar/", "rencana/", f"tahap/1/potret/{frozen.pk}/?bagian=swot",
        f"tahap/1/potret/{frozen.pk}/banding/",
    ):  # fmt: skip
        page.goto(f"{live_server.url}{BASE}{address}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
