"""Packets in Chromium: a guest fills from the letter's link on a phone, and the pages are accessible."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bimtek import packets
from bimtek.models import Application, Change
from regions import guests
from regions.models import Mail
from tests.bimtek.rows import access, make_programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = 60_000


@pytest.fixture
def packet(plan: Any, health: Any, writer: Any) -> Any:
    make_programme(plan, opd=health, name="Antrean daring puskesmas")
    return packets.give(plan, [health], due=timezone.localdate(), note="Pakai data 2021.", access=access(writer, plan))[
        0
    ]


def test_a_guest_fills_the_packet_from_the_letters_link(packet, plan, writer, page, live_server, accessible):
    guests.invite(packet.opd, full_name="Rina Wulandari", email="rina@contoh.id", days=7, access=access(writer, plan))
    link = re.search(r"/tamu/[\w-]+/", Mail.objects.get(to="rina@contoh.id").body)
    assert link
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + link[0])
    page.get_by_role("button", name="Mulai mengisi").click()
    expect(page.get_by_role("heading", name="Dinas Kesehatan", level=1)).to_be_visible(timeout=LONG)
    accessible(page)
    page.get_by_role("link", name="Tambah aplikasi").click()
    page.get_by_label(re.compile("Nama aplikasi")).fill("e-Puskesmas")
    page.locator("select[name$='-opd']").select_option(label="Dinkes")
    expect(page.locator(".save-state", has_text="Tersimpan").first).to_be_visible(timeout=LONG)
    made = Application.objects.get()
    assert (made.name, made.opd) == ("e-Puskesmas", packet.opd)
    assert str(Change.objects.get(row_id=made.pk).by) == "Rina Wulandari (tamu Dinkes)"
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Selesai di perangkat ini").click()
    expect(page.get_by_role("heading", name="Halaman ini tertutup")).to_be_visible(timeout=LONG)


def test_the_admins_pages_are_accessible(packet, writer, sit_down, live_server, accessible):
    page = sit_down(writer)
    page.goto(f"{live_server.url}/daerah/kota-batam/2022/paket/")
    accessible(page)
    page.get_by_role("link", name="Dinas Kesehatan").click()
    expect(page.get_by_role("heading", name="Atur paket")).to_be_visible(timeout=LONG)
    accessible(page)
