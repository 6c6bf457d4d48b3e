"""The whole thread: a region starts from nothing, its people type the four stages in their browsers, the consultant sends
one back and accepts them in order, a worker prints the books, and what was typed is read back out of the PDF."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from bimtek import formats
from bimtek.models import Plan, Stage
from regions.access import Role
from regions.models import Mail, Opd, Region
from smartcity import embedded
from tests import halmahera as told
from tests.acts import PLAN, stage_four, stage_one, stage_three, stage_two
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_member, make_user
from tests.seats import Seat, fill, labelled
from tests.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PATIENCE = 60_000  # milliseconds that a page may take on a busy machine
PRINTING = 600_000  # milliseconds for all books on two cores that others use too
CONTENTS = re.compile(r"^(\d\.\d|Bab [IVX]+) (.+?) ([IVX]+-\d+)$", re.MULTILINE)

Sit = Callable[..., Seat]


# --- what the story runs on ------------------------------------------------------------------------------------------
@pytest.fixture
def watch(live_server: Any) -> Watch:
    return Watch(live_server.url)


@pytest.fixture
def sit(live_server: Any, browser: Browser, browser_context_args: dict[str, Any], watch: Watch) -> Iterator[Sit]:
    """`sit(user)`: a browser context of one's own, signed in by typing; `typed=False` leaves the door closed."""
    expect.set_options(timeout=PATIENCE)
    contexts = []

    def seat(user: User, *, typed: bool = True) -> Seat:
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        watch.context(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        found = Seat(user, page, signed_in(user), live_server.url, PLAN)
        if typed:
            found.sign_in()
        return found

    yield seat
    for context in contexts:
        context.close()
    expect.set_options(timeout=5000)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker with beat on this test's database and broker."""
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + str(settings.DATABASES["default"]["NAME"])
    command = [
        "-m",
        "celery",
        "-A",
        "smartcity",
        "worker",
        "-B",
        "-s",
        str(tmp_path / "beat"),
        "-c",
        "2",
        "-l",
        "WARNING",
    ]
    with (tmp_path / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *command, "--without-mingle", "--without-gossip"],
            env={**os.environ, "DATABASE_URL": database, "RECONCILE_SECONDS": "2"},
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: embedded.dies_with_parent(signal.SIGTERM),
        )
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# --- the story -------------------------------------------------------------------------------------------------------
def test_a_region_writes_its_masterplan_from_nothing_and_reads_it_in_the_printed_book(
    sit: Sit, worker: Any, watch: Watch, tmp_path: Path
) -> None:
    call_command("load_reference", verbosity=0)
    admin = enrolled_and_invited(sit)
    region = Region.objects.get(code=told.CODE)
    offices_from_the_usual_list(admin)
    health, school = (Opd.objects.get(region=region, name=name) for name in ("Dinas Kesehatan", "Dinas Pendidikan"))
    operators = [sit(make_member(region, Role.OPERATOR, opd=opd)) for opd in (health, school)]
    head, consultant = sit(make_member(region, Role.HEAD_OF_DEPARTMENT)), sit(make_member(region, Role.CONSULTANT))
    plan = Plan.objects.get(region=region)

    stage_one(admin, operators, plan)
    hand_in(head, 1, reason="Sisa indikator kesiapan menunggu data OPD.")
    sent_back_and_mended(consultant, admin, head)
    accept(consultant, 1, reason="Sisa indikator dilengkapi pada bimtek II.")
    expect(admin.section(1, "swot").get_by_role("link", name="Tambah butir SWOT")).to_have_count(0)
    stage_two(admin, operators, plan)
    hand_in(head, 2)
    accept(consultant, 2)
    stage_three(admin, plan)
    hand_in(head, 3)
    accept(consultant, 3)
    stage_four(admin, plan)
    hand_in(head, 4)
    draft = printed(admin, tmp_path, "Cetak Buku 1", "Buku 1")
    accept(consultant, 4)
    books = final_books(head, tmp_path)

    assert watch.complaints == []
    the_book_says_what_was_typed(books)
    the_book_finds_its_own_pages(books["Buku 2"])
    assert any("DRAF" in text for text in draft.texts)
    assert not any("DRAF" in text for book in books.values() for text in book.texts)


# --- Kominfo, and the region's own house -----------------------------------------------------------------------------
def enrolled_and_invited(sit: Sit) -> Seat:
    """Admin Kominfo opens the cohort, enrols the region and invites its admin, who comes in through the letter."""
    ministry = sit(make_user("Rina Puspita", is_ministry=True))
    page = ministry.open(reverse("ministry:add_cohort"))
    fill(page.locator("main"), {"Tahun": str(told.COHORT)})
    page.get_by_role("button", name="Simpan angkatan").click()
    page.get_by_role("link", name="Daftarkan daerah").first.click()
    page.locator("input[type=search]").fill("halmaheratimur")
    page.keyboard.press("Enter")
    page.locator("main tbody").get_by_role("link").first.click()
    fill(page.locator("main"), {"Nomor nota kesepahaman": "555/12/NK/2022", "Tanggal nota kesepahaman": "2022-05-10"})
    page.get_by_role("button", name="Daftarkan daerah").click()
    ministry.say_saved("terdaftar")
    page = ministry.open(reverse("regions:invite", args=[told.SLUG]))
    fill(
        page.locator("main"),
        {"Surel": "admin@contoh.id", "Nama lengkap dan gelar": "Salma Djafar, S.Kom.", "Peran": "Admin Diskominfo"},
    )
    page.get_by_role("button", name="Kirim undangan").click()
    ministry.say_saved("Undangan dikirim")
    return joined(sit)


def joined(sit: Sit) -> Seat:
    link = re.search(r"/undangan/\S+/", Mail.objects.get(to="admin@contoh.id").body)
    assert link
    seat = sit(None, typed=False)
    page = seat.open(link[0])
    fill(page.locator("body"), {"Kata sandi": PASSWORD, "Ulangi kata sandi": PASSWORD})
    page.get_by_role("button", name="Buat akun dan terima").click()
    seat.say_saved("Selamat datang")
    seat.user = User.objects.get(email="admin@contoh.id")
    seat.client = signed_in(seat.user)
    return seat


def offices_from_the_usual_list(admin: Seat) -> None:
    page = admin.open(reverse("regions:opds", args=[told.SLUG]))
    page.get_by_role("button", name="Pakai daftar awal").click()
    admin.say_saved("OPD ditambahkan")


# --- review ----------------------------------------------------------------------------------------------------------
def hand_in(head: Seat, stage: int, reason: str = "") -> None:
    page = head.open(f"{PLAN}tahap/{stage}/")
    if reason:
        page.locator("#alasan-submitted").fill(reason)
    page.get_by_role("button", name=re.compile("^Ajukan")).click()
    head.say_saved(f"Tahap {Stage(stage).roman}: menunggu reviu")


def accept(consultant: Seat, stage: int, reason: str = "") -> None:
    page = consultant.open(f"{PLAN}tahap/{stage}/")
    if reason:
        page.locator("#alasan-accepted").fill(reason)
    page.get_by_role("button", name="Terima tahap").click()
    consultant.say_saved(f"Tahap {Stage(stage).roman}: diterima")


def sent_back_and_mended(consultant: Seat, admin: Seat, head: Seat) -> None:
    """The consultant reads the frozen submission, while the region may write on, and returns it; the region mends."""
    expect(admin.section(1, "swot").get_by_role("link", name="Tambah butir SWOT")).to_be_visible()
    page = consultant.open(f"{PLAN}tahap/1/")
    page.get_by_role("link", name=re.compile("^Baca isian yang")).click()
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    page.locator("#alasan-returned").fill("Sebutkan nama desa pada W1.")
    page.get_by_role("button", name="Kembalikan untuk perbaikan").click()
    consultant.say_saved("Tahap I: perlu diperbaiki")
    expect(admin.open(f"{PLAN}tahap/1/").locator("main")).to_contain_text("Sebutkan nama desa pada W1.")
    page = admin.section(1, "swot")
    page.get_by_role("link", name=re.compile("^Ubah W1")).click()
    form = page.locator("tr.row-form form")
    expect(form.get_by_label(labelled("Bobot"))).to_have_value(re.compile("^0,20*$"))
    fill(form, {"Butir": "Dua puluh desa di Maba Selatan belum terjangkau sinyal seluler"})
    form.get_by_role("button", name="Simpan").click()
    expect(page.locator("tr.is-saved", has_text="Maba Selatan")).to_be_visible()
    hand_in(head, 1, reason="W1 sudah diperbaiki.")


# --- the books -------------------------------------------------------------------------------------------------------
class Read:
    """A downloaded book as a reader finds it."""

    def __init__(self, path: Path) -> None:
        reader = pypdf.PdfReader(path)
        self.path, self.labels = path, list(reader.page_labels)
        self.texts = [" ".join(page.extract_text().split()) for page in reader.pages]

    @property
    def whole(self) -> str:
        return " ".join(self.texts)

    def page_with(self, words: str) -> str:
        return next(label for label, text in zip(self.labels, self.texts, strict=True) if words in text)

    def page(self, label: str) -> str:
        return self.texts[self.labels.index(label)]

    def lines(self, label: str) -> str:
        """The page as lines, as pdftotext sees them."""
        number = str(self.labels.index(label) + 1)
        done = subprocess.run(
            ["pdftotext", "-layout", "-f", number, "-l", number, str(self.path), "-"], capture_output=True, check=True
        )
        return re.sub(r" +", " ", re.sub(r"^ +", "", done.stdout.decode(), flags=re.MULTILINE))


def printed(seat: Seat, folder: Path, button: str, name: str) -> Read:
    """Asks for a book in the browser, waits for the worker, downloads it."""
    page = seat.open(f"{PLAN}buku/")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".print-card").first).to_have_attribute("data-state", "done", timeout=PRINTING)
    return downloaded(page, folder, name)


def downloaded(page: Page, folder: Path, name: str) -> Read:
    with page.expect_download() as waiting:
        page.locator(".print-card").first.get_by_role("link", name=re.compile(f"^Unduh {name}")).click()
    target = folder / f"{name} {waiting.value.suggested_filename}"
    waiting.value.save_as(target)
    return Read(target)


def final_books(seat: Seat, folder: Path) -> dict[str, Read]:
    whole = printed(seat, folder, "Cetak semua buku", "Masterplan")
    return {"Gabungan": whole, **{name: downloaded(seat.page, folder, name) for name in ("Buku 1", "Buku 2")}}


def the_book_says_what_was_typed(books: dict[str, Read]) -> None:
    one, two, whole = books["Buku 1"].whole, books["Buku 2"].whole, books["Gabungan"].whole
    for words in (told.BACKGROUND, told.AIM, told.prose("gambaran-umum"), told.SWOT[0][1], "desa di Maba Selatan"):
        assert words in one, words
        assert words in whole, words
    for words in (told.VISION, told.prose("penutup"), *(about["name"] for about in told.PROGRAMMES.values())):
        assert words in whole, words
    assert formats.rupiah(told.TOTAL) in two
    assert "196801011990031001" not in whole  # a NIP is never printed


def the_book_finds_its_own_pages(book: Read) -> None:
    """The contents name the pages on which the headings stand; tables carry their numbers."""
    found = CONTENTS.findall(book.lines(book.page_with("Daftar Isi")))
    assert len(found) >= 7
    for _, title, label in found:
        assert title.split()[0] in book.page(label), (title, label)
    assert {"i", "I-1", "III-2", "IV-1"} <= set(book.labels)
    assert "III-2" in book.page("III-2")
    assert re.search(r"Tabel 4\.1", book.whole)
