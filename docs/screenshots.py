"""Pictures of the running product with the example of Kota Batam, for README.md and the guides: docs/gambar/*.png.

    python manage.py demo_passwords | python docs/screenshots.py http://127.0.0.1:8000

Passwords come on standard input, as `demo_passwords` prints them, so none stands in a command line. Some pictures need a
second round: the consultant asks for a correction and sends stage IV of the example back, the region changes a quick win, and
the head of department submits again.

    python docs/screenshots.py --book gabungan-kota-batam.pdf

draws the sheet of pages of a printed combined book instead.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FOLDER = Path(__file__).parent / "gambar"
PLAN = "/daerah/kota-batam/2022"
LARGEST = 120_000  # bytes of one picture in the repository
WIDE: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
PEOPLE = re.compile(r"(\w+)@batam\.example\s+(\S+)")

ADMIN = {
    "beranda": f"{PLAN}/",
    "tahap": f"{PLAN}/tahap/4/",
    "swot": f"{PLAN}/tahap/1/swot/",
    "program": f"{PLAN}/tahap/3/program/",
    "daftar-hadir": f"{PLAN}/pertemuan/",
    "peta-jalan": f"{PLAN}/peta-jalan/",
    "konsistensi": f"{PLAN}/konsistensi/",
}
REVIEW = {
    "konsultan": "/konsultan/",
    "perubahan": f"{PLAN}/tahap/4/perubahan/",
    "matriks": f"{PLAN}/matriks-tanggapan/4/",
}
PAGES = (
    ("Masterplan Smart City Kota Batam", 0), ("Analisis Strategis Smart City", 0), ("Bab II Analisis Masa Depan", 0), ("Bab III Analisis Kesiapan", 0),
    ("3.2 Kesiapan Struktur", 1), ("Bab IV Analisis Kesenjangan", 0), ("4.2 Kesenjangan Smart Governance", 0), ("5.2 Butir SWOT", 1),
    ("5.3 Posisi Strategis", 1), ("Bab VI Visi dan Sasaran", 0), ("Bab III Strategi per Dimensi", 0), ("Bab IV Rencana Aksi", 0),
    ("4.1 Kebijakan dan Kelembagaan", 1), ("4.5.1 Rencana Aksi Smart Governance", 0), ("4.5.1 Rencana Aksi Smart Governance", 3), ("4.7 Pembiayaan", 1),
    ("Bab V Peta Jalan", 0), ("Bab V Peta Jalan", 1), ("Bab V Peta Jalan", 2), ("Lampiran D Daftar Hadir", 0),
    ("Ringkasan Eksekutif dan Quick Win", 0), ("Bab II Kesiapan dan SWOT", 0), ("4.1 Peta Jalan Smart City", 1), ("5.3 Lapor Batam Berbalas Foto", 0),
)  # fmt: skip
"""Covers, chapter openings, charts and tables of the example's combined book: a bookmark in the book's order, and how many pages behind it."""
COLUMNS, PAGE, GAP = 8, (132, 186), 5  # of the sheet, in pixels


def main() -> None:
    """Pictures of a server, or the sheet of a book."""
    parser = argparse.ArgumentParser(description="Pictures of the running product for the guides.")
    parser.add_argument("site", nargs="?", default="http://127.0.0.1:8000", help="a running server with the example")
    parser.add_argument("--book", type=Path, help="a combined book (PDF), drawn as a sheet of pages")
    asked = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    if asked.book:
        draw_sheet(asked.book)
    else:
        photograph(asked.site.rstrip("/"), dict(PEOPLE.findall(sys.stdin.read())))


def photograph(site: str, passwords: dict[str, str]) -> None:
    if not {"admin", "konsultan", "kadis", "kominfo"} <= set(passwords):
        sys.exit("Give the output of `manage.py demo_passwords` on standard input.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("google-chrome"))
        as_admin(browser, site, passwords["admin"])
        with signed_in(browser, site, "kominfo", passwords["kominfo"]) as page:
            shoot(page, f"{site}/kominfo/", "kominfo")
        a_second_round(browser, site, passwords)
        browser.close()


def as_admin(browser: Browser, site: str, password: str) -> None:
    with signed_in(browser, site, "admin", password) as page:
        for name, path in ADMIN.items():
            page.goto(site + path)
            if name == "daftar-hadir":
                page.get_by_role("link", name=re.compile(r"\d+ peserta")).first.click()
            save(page, name)
        page.set_viewport_size(PHONE)
        shoot(page, f"{site}{PLAN}/", "ponsel")


def a_second_round(browser: Browser, site: str, passwords: dict[str, str]) -> None:
    """The form of a row, which is open only while the region holds the stage; then what a reviewer sees of the changes."""
    with signed_in(browser, site, "konsultan", passwords["konsultan"]) as page:
        page.goto(f"{site}{PLAN}/tahap/4/quick-win/?cari=a")
        page.goto(f"{site}{page.locator('tbody[data-arrows] .row-title a').first.get_attribute('href')}")
        page.get_by_label("Komentar tentang baris ini").fill("Sebutkan berapa warga yang terlayani.")
        page.get_by_label("Isian (boleh kosong)").select_option(label="Manfaat")
        page.get_by_label("Jenis").select_option(label="Permintaan: kurang lengkap")
        page.get_by_role("button", name="Kirim komentar").click()
        page.get_by_text("Sebutkan berapa warga yang terlayani.").first.wait_for()
    move(
        browser,
        site,
        "konsultan",
        passwords,
        "Kembalikan untuk perbaikan",
        "Lengkapi risiko setiap quick win terpilih.",
    )
    with signed_in(browser, site, "admin", passwords["admin"]) as page:
        page.goto(f"{site}{PLAN}/tahap/4/quick-win/?cari=a")
        page.locator("tbody[data-arrows] .row-title a").first.click()
        page.locator("tr.row-form").wait_for()
        page.locator("tr.row-form").scroll_into_view_if_needed()
        save(page, "isian")
        benefit = page.locator("tr.row-form [name$='-benefit']")
        benefit.fill(f"{benefit.input_value()} Tahun lalu 48.210 warga terlayani.")
        page.locator("tr.row-form [name$='-months']").fill("7")
        page.locator("tr.row-form").get_by_role("button", name="Simpan", exact=True).click()
        page.locator("tr.row-form").wait_for(state="detached")
    move(browser, site, "kadis", passwords, "Ajukan kembali", "Sudah diperbaiki.")
    with signed_in(browser, site, "konsultan", passwords["konsultan"]) as page:
        for name, path in REVIEW.items():
            shoot(page, f"{site}{path}", name)


def move(browser: Browser, site: str, who: str, passwords: dict[str, str], deed: str, reason: str) -> None:
    with signed_in(browser, site, who, passwords[who]) as page:
        page.goto(f"{site}{PLAN}/tahap/4/")
        form = page.locator("form", has=page.get_by_role("button", name=deed, exact=True))
        form.locator("textarea").fill(reason)
        form.get_by_role("button", name=deed, exact=True).click()
        page.locator(".stage-path").wait_for()


@contextmanager
def signed_in(browser: Browser, site: str, who: str, password: str) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, locale="id-ID", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site}/akun/masuk/")
    page.locator("input[name=login]").fill(f"{who}@batam.example")
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda address: "/akun/masuk/" not in address)
    yield page
    context.close()


def shoot(page: Page, address: str, name: str) -> None:
    page.goto(address)
    save(page, name)


def save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    keep(Image.open(BytesIO(page.screenshot())).convert("RGB"), name)


def chosen(book: Path) -> Iterator[int]:
    """Numbers of the pages of PAGES, counted from 1. Titles come again in every book, so the search goes on where it stood."""
    marks = list(bookmarks(pypdf.PdfReader(book)))
    at = 0
    for title, behind in PAGES:
        at = next((n for n in range(at, len(marks)) if marks[n][0] == title), len(marks))
        if at == len(marks):
            raise SystemExit(f"The book has no bookmark {title} where it is looked for.")
        yield marks[at][1] + behind + 1


def bookmarks(reader: pypdf.PdfReader) -> Iterator[tuple[str, int]]:
    """Title and page of every bookmark, in order."""

    def below(items: Any) -> Iterator[tuple[str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from below(item)
            else:
                yield str(item.title), reader.get_destination_page_number(item) or 0

    return below(reader.outline)


def draw_sheet(book: Path) -> None:
    sheet = Image.new(
        "RGB", (COLUMNS * (PAGE[0] + GAP) + GAP, len(PAGES) // COLUMNS * (PAGE[1] + GAP) + GAP), "#d7e0e0"
    )
    with tempfile.TemporaryDirectory() as folder:
        for place, number in enumerate(chosen(book)):
            here = ["-f", str(number), "-l", str(number)]
            subprocess.run(["pdftoppm", "-r", "60", "-png", "-singlefile", *here, book, f"{folder}/page"], check=True)
            page = Image.open(f"{folder}/page.png").convert("RGB")
            page.thumbnail(PAGE, Image.Resampling.LANCZOS)
            row, column = divmod(place, COLUMNS)
            sheet.paste(page, (GAP + column * (PAGE[0] + GAP), GAP + row * (PAGE[1] + GAP)))
    keep(sheet, "buku", Image.Quantize.MAXCOVERAGE)


def keep(picture: Image.Image, name: str, method: Image.Quantize = Image.Quantize.MEDIANCUT) -> None:
    """With as many colours as fit under the limit. MAXCOVERAGE keeps hues that are rare among much black on white."""
    path = FOLDER / f"{name}.png"
    for colours in (256, 128, 64, 32, 16):
        picture.quantize(colours, method=method, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    raise SystemExit(f"{path.name} is {path.stat().st_size} bytes; at most {LARGEST}.")


if __name__ == "__main__":
    main()
