"""The grid in Chromium: the keys of a spreadsheet, a block pasted from one, undo, two people, no net, a narrow screen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Locator, Page, expect

from bimtek.models import BudgetLine, ColumnChoice, Plan
from tests.bimtek.rows import make_full_programme, make_programme, make_row
from tests.bimtek.test_grid import COLUMNS, FAULTS, MONEY, Desk, state, typed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENT = 60_000  # ms; the machine may be busy


@pytest.fixture
def open_grid(plan: Plan, sit_down: Any, live_server: Any) -> Callable[..., Page]:
    """The programmes' grid with the twelve columns of a block in front."""

    def go(user: Any, section: str = "program", stage: int = 2) -> Page:
        if section == "program":
            shown = [*COLUMNS, "rp_apbd"]
            ColumnChoice.objects.update_or_create(user=user, section=section, defaults={"shown": shown})
        page = sit_down(user)
        page.goto(f"{live_server.url}/daerah/kota-batam/2022/tahap/{stage}/{section}/kisi/")
        expect(page.locator("[data-grid][data-ready]")).to_be_visible(timeout=PATIENT)
        return page

    return go


def cell(page: Page, row: int, col: int) -> Locator:
    """Row and column as a person counts them, from 1."""
    return page.locator(f"tr[aria-rowindex='{row + 1}'] > [aria-colindex='{col}']")


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-sum]")).to_have_text(re.compile(words), timeout=PATIENT)


def paste(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def counted(plan: Plan) -> tuple[int, int]:
    connection.close()  # what the server's threads wrote
    return plan.programme_set.count(), BudgetLine.objects.filter(plan=plan).count()


# --- show 4 of the room --------------------------------------------------------------------------------------------------
def test_a_block_of_60_by_12_with_7_faulty_cells_and_undo(open_grid, plan, writer, health, accessible):
    make_full_programme(plan, opd=health)
    plan.programme_set.update(code="SA-0.01")
    before = state(plan)
    block = [typed(n, **(FAULTS[n // 8] if n % 8 == 0 and n < 56 else {})) for n in range(60)]
    page = open_grid(writer)
    cell(page, 2, 1).click()
    paste(page, "\r\n".join("\t".join(row[name] for name in COLUMNS + MONEY) for row in block) + "\r\n")

    says(page, "^7 sel perlu diperbaiki$")
    assert counted(plan)[0] == 1 + 53
    assert page.evaluate("Kisi.rows.flatMap((row) => Object.keys(row.errors)).sort().join()") == ",".join(
        sorted(name for fault in FAULTS for name in fault)
    )
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('tulisan:')).length") == 7
    page.get_by_role("button", name="Ke sel berikutnya").click()
    expect(page.locator("[data-about]")).to_contain_text("“Dinas Antariksa” tidak ada di rencana ini")
    expect(page.locator("[aria-invalid='true']").first).to_be_visible()
    accessible(page)
    page.locator("[data-grid] .is-active").press("Control+z")
    says(page, "^Semua tersimpan$")
    assert state(plan) == before
    page.locator("[data-grid] .is-active").press("Control+y")
    says(page, "^7 sel perlu diperbaiki$")
    assert counted(plan)[0] == 1 + 53


def test_a_block_over_rows_that_are_there_and_back(open_grid, plan, writer, health):
    for n in range(1, 6):
        row = make_programme(plan, f"SG-1.0{n}", opd=health, location="Pulau")
        make_row(BudgetLine, plan, programme=row, year=2022, source="apbd", amount=n)
    before = state(plan)
    page = open_grid(writer)
    cell(page, 2, 3).click()
    paste(page, 'Satu\tNama dua\n"Dua\nbaris"\tNama tiga\n')
    says(page, "^Semua tersimpan$")
    rows = list(plan.programme_set.order_by("code").values_list("benefit", "name"))
    assert rows[1:3] == [("Satu", "Nama dua"), ("Dua\nbaris", "Nama tiga")]
    assert [rows[0], *rows[3:]] == [("", f"Program SG-1.0{n}") for n in (1, 4, 5)]
    page.keyboard.press("Control+z")
    says(page, "^Semua tersimpan$")
    assert state(plan) == before


# --- keys ----------------------------------------------------------------------------------------------------------------
def test_the_keys_of_a_spreadsheet(open_grid, plan, writer, health):
    for n in range(1, 5):
        make_programme(plan, f"SG-1.0{n}")
    page = open_grid(writer)
    cell(page, 1, 4).click()
    keys = page.keyboard
    keys.type("Satu")
    keys.press("Enter")
    expect(cell(page, 2, 4)).to_be_focused()
    keys.press("F2")
    keys.type(" tambahan")
    keys.press("Escape")
    expect(cell(page, 2, 4)).to_have_text("Program SG-1.02")
    keys.press("ArrowUp")
    keys.press("Shift+ArrowDown")
    keys.press("Shift+ArrowDown")
    keys.press("Control+d")
    says(page, "^Semua tersimpan$")
    names = lambda: list(plan.programme_set.order_by("code").values_list("name", flat=True))  # noqa: E731
    assert names() == ["Satu", "Satu", "Satu", "Program SG-1.04"]
    keys.press("Control+z")
    says(page, "^Semua tersimpan$")
    assert names() == ["Satu", "Program SG-1.02", "Program SG-1.03", "Program SG-1.04"]
    cell(page, 1, 7).click()
    expect(cell(page, 1, 7)).to_be_focused()
    keys.type("d")  # the scroll that brought the cell into sight is told of only now
    page.locator("[data-grid]").evaluate("wrap => wrap.dispatchEvent(new Event('scroll'))")
    keys.type("inas kesehatan")
    keys.press("Tab")
    expect(cell(page, 1, 8)).to_be_focused()
    expect(cell(page, 1, 7)).to_have_text("Dinkes", timeout=PATIENT)
    keys.press("Control+Home")
    expect(cell(page, 1, 1)).to_be_focused()
    keys.press("Control+ArrowDown")
    expect(cell(page, 4, 1)).to_be_focused()
    keys.press("End")
    keys.press("Escape")
    keys.press("Tab")
    expect(page.locator("[data-grid] :focus")).to_have_count(0)


def test_the_handle_in_the_corner_fills_down(open_grid, plan, writer):
    for n in range(1, 5):
        make_programme(plan, f"SG-1.0{n}", benefit="Pertama" if n == 1 else "")
    page = open_grid(writer)
    cell(page, 1, 3).click()
    box = cell(page, 1, 3).bounding_box()
    goal = cell(page, 3, 3).bounding_box()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    page.mouse.down()
    page.mouse.move(goal["x"] + 20, goal["y"] + 10, steps=4)
    page.mouse.up()
    expect(cell(page, 3, 3)).to_have_text("Pertama")
    says(page, "^Semua tersimpan$")
    assert list(plan.programme_set.order_by("code").values_list("benefit", flat=True)) == ["Pertama"] * 3 + [""]


# --- others, and no net ----------------------------------------------------------------------------------------------------
def test_two_people_in_one_cell_both_texts_are_shown_and_one_is_chosen(open_grid, plan, writer, head, accessible):
    row = make_programme(plan)
    page = open_grid(writer)
    Desk(head, plan).edit(row, name=("Program SG-1.01", "Nama mereka"), location=("", "Pulau"))
    cell(page, 1, 4).click()
    page.keyboard.type("Nama saya")
    page.keyboard.press("Enter")
    says(page, "^1 sel perlu diperbaiki$")
    cell(page, 1, 4).click()
    about = page.locator("[data-about]")
    expect(about).to_contain_text("Yang tersimpan: Nama mereka")
    expect(about).to_contain_text("Tulisan Anda: Nama saya")
    accessible(page)
    row.refresh_from_db()
    assert row.name == "Nama mereka"
    about.get_by_role("button", name="Pakai tulisan saya").click()
    says(page, "^Semua tersimpan$")
    row.refresh_from_db()
    assert (row.name, row.location) == ("Nama saya", "Pulau")


def test_what_is_typed_without_a_net_waits_survives_a_reload_and_arrives_once(open_grid, plan, writer):
    row = make_programme(plan)
    page = open_grid(writer)
    page.route("**/kisi/simpan/", lambda route: route.abort())
    cell(page, 1, 4).click()
    page.keyboard.type("Tanpa sambungan")
    page.keyboard.press("Enter")
    cell(page, 2, 1).click()
    page.keyboard.type("SG-1.02")
    page.keyboard.press("Enter")
    says(page, "belum tersimpan: server tidak terjangkau")
    page.reload()
    expect(cell(page, 1, 4)).to_have_text("Tanpa sambungan", timeout=PATIENT)
    expect(cell(page, 2, 1)).to_have_text("SG-1.02")
    page.unroute("**/kisi/simpan/")
    page.evaluate("Tulisan.sendNow()")
    says(page, "^1 baris baru belum lengkap$")
    row.refresh_from_db()
    assert row.name == "Tanpa sambungan"
    cell(page, 2, 2).click()
    paste(page, "SG-1\tManfaat\tProgram dua")
    says(page, "^Semua tersimpan$")
    assert list(plan.programme_set.order_by("code").values_list("name", flat=True)) == [
        "Tanpa sambungan",
        "Program dua",
    ]


# --- looking -----------------------------------------------------------------------------------------------------------------
def test_four_hundred_programmes_scroll_with_few_rows_in_the_page(open_grid, plan, writer):
    for n in range(400):
        make_programme(plan, f"SG-1.{n:03}")
    page = open_grid(writer)
    table = page.get_by_role("grid")
    expect(table).to_have_attribute("aria-rowcount", "402")
    assert page.locator("[data-grid] tbody tr").count() < 60
    cell(page, 1, 1).click()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(cell(page, 400, 1)).to_be_focused()
    expect(cell(page, 400, 1)).to_have_text("SG-1.399")
    head = page.locator("thead th").first.bounding_box()
    wrap = page.locator("[data-grid]").bounding_box()
    assert abs(head["y"] - wrap["y"]) < 3, "the header stays in sight"


def test_columns_are_chosen_and_remembered(open_grid, plan, writer, accessible):
    make_programme(plan, location="Belakang Padang")
    page = open_grid(writer)
    page.get_by_role("button", name="Kolom").click()
    accessible(page)
    page.get_by_label("Lokasi").check()
    page.get_by_label("Manfaat", exact=True).uncheck()
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_role("gridcell", name="Belakang Padang")).to_be_attached()
    expect(page.get_by_role("columnheader", name="Manfaat")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("columnheader", name="Lokasi")).to_be_attached(timeout=PATIENT)
    expect(page.get_by_role("columnheader", name="Manfaat")).to_have_count(0)


@pytest.mark.parametrize(("section", "stage"), [("program", 2), ("swot", 1), ("kesiapan", 1)])
def test_on_a_phone_the_grid_scrolls_within_itself(section, stage, open_grid, plan, writer, accessible):
    make_programme(plan)
    page = open_grid(writer, section, stage)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("grid")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(page)


def test_a_reviewer_comments_on_the_cell_that_is_chosen(open_grid, plan, consultant, kominfo):
    line = make_full_programme(plan, opd=kominfo).budget_lines.get()
    page = open_grid(consultant)
    name = page.locator("thead th").all_inner_texts().index("2022 APBD kabupaten/kota") + 1
    page.locator("thead th").nth(name - 1).scroll_into_view_if_needed()  # only the columns in sight are drawn
    cell(page, 1, name).click()
    page.keyboard.press("Shift+F2")
    expect(page).to_have_url(re.compile("komentar/baru/.*isian=rp_2022_apbd"), timeout=PATIENT)
    expect(page.locator("input[name=baris]").first).to_have_value(str(line.pk))
    page.get_by_label("Komentar", exact=True).fill("Sumbernya?")
    page.get_by_role("button", name="Kirim komentar").click()
    expect(page.get_by_role("heading", name="Komentar", exact=True)).to_be_visible(timeout=PATIENT)
    connection.close()
    assert (plan.thread_set.get().row_id, plan.thread_set.get().field) == (line.pk, "amount")
