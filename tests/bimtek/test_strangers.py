"""A table that is not our workbook: its headings are found, its columns suggested, the choice kept, then the same dry run."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from accounts.models import User
from bimtek.models import Application, ColumnMatch, Plan, WorkbookImport
from regions import jobs
from regions.models import Opd
from tests.bimtek.uploads import handed_in
from tests.factories import make_opd

APPS: list[list[Any]] = [
    ["PEMERINTAH KOTA BATAM"],
    ["DAFTAR APLIKASI TAHUN 2022"],
    [],
    ["No", "Nama Aplikasi", "SKPD", "Fungsi", "Tahun", "Vendor", "Catatan kami"],
    [1, "SIMPEG", "Diskominfo", "Kepegawaian", 2018, "sendiri", "x"],
    [2, "e-Puskesmas", "Dinkes", "Antrean", "2021", "PT Contoh", ""],
    [3, "SIBUDI", "Dinas Yang Tidak Ada", "Surat", "n/a", "", ""],
]


def table(rows: list[list[Any]], name: str = "Sheet1") -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.create_sheet(name, 0)
    for row in rows:
        book[name].append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def sent(plan: Plan, writer: User, health: Opd, client: Client) -> Callable[[bytes], str]:
    """Hands a table in as the admin and has it checked; the address of the upload."""
    make_opd(plan.region, "Dinas Komunikasi dan Informatika")

    return lambda content: handed_in(client, writer, plan, content)


def test_a_stranger_s_table_is_matched_checked_applied_and_the_next_one_is_read_alike(
    plan: Plan, client: Client, sent: Callable[[bytes], str]
) -> None:
    url = sent(table(APPS))
    assert client.get(url)["Location"] == f"{url}cocokkan/"
    page = client.get(f"{url}cocokkan/")
    found = page.context["table"]
    assert (found.heading, found.sheet.key) == (4, "aplikasi")
    assert found.columns == {"name": 2, "opd": 3, "purpose": 4, "year": 5, "developer": 6}

    picked = {f"k{head['number']}": head["name"] for head in found.heads}
    client.post(f"{url}cocokkan/", {"lembar": "0", "judul": "4", "bagian": "aplikasi", **picked})
    assert jobs.run_next()

    row = WorkbookImport.objects.get()
    assert row.state == "ready", row.failure
    wrong = [item for item in row.outcome["items"] if item["faults"]]
    assert [(item["number"], [fault["at"] for fault in item["faults"]]) for item in wrong] == [(7, ["C7"])]
    good = [item["id"] for item in row.outcome["items"] if not item["faults"]]
    client.post(f"{url}terapkan/", {"pilih": good})
    assert jobs.run_next()
    stored = {(each.name, str(each.opd), each.year, each.developer) for each in Application.objects.all()}
    assert stored == {("SIMPEG", "Diskominfo", 2018, "sendiri"), ("e-Puskesmas", "Dinkes", 2021, "PT Contoh")}

    changed = [*APPS[:1], ["Per Juli"], *[[*row] for row in APPS[2:6]]]
    changed[5][3] = "Antrean daring"
    changed[3] = ["no.", "NAMA APLIKASI", " skpd ", "fungsi", "tahun", "vendor", "catatan kami"]
    again = sent(table(changed, "Lain"))

    second = WorkbookImport.objects.latest("created_at")
    assert second.state == "ready"
    assert [(item["kind"], item["cells"][0]["after"]) for item in second.outcome["items"]] == [
        ("changed", "Antrean daring")
    ]
    assert second.outcome["unchanged"] == 1  # nothing of what the table does not name is removed
    assert "menurut pencocokan yang tersimpan" in client.get(again).content.decode()


def test_what_was_remembered_can_be_matched_again(plan: Plan, client: Client, sent: Callable[[bytes], str]) -> None:
    url = sent(table(APPS))
    client.post(f"{url}cocokkan/", {"lembar": "0", "judul": "4", "bagian": "aplikasi", "k2": "name"})
    assert jobs.run_next()
    assert ColumnMatch.objects.get().match["columns"] == {"name": 2}

    client.post(f"{url}cocokkan-lagi/")
    client.post(f"{url}cocokkan/", {"lembar": "0", "judul": "4", "bagian": "aplikasi", "k2": "name", "k4": "purpose"})
    assert jobs.run_next()

    assert ColumnMatch.objects.get().match["columns"] == {"name": 2, "purpose": 4}
    assert WorkbookImport.objects.get().state == "ready"


def test_another_heading_row_and_another_section_can_be_chosen(
    plan: Plan, client: Client, sent: Callable[[bytes], str]
) -> None:
    url = sent(table([["Daftar"], ["Keadaan", "Lain"], ["Nama", "Jabatan"], ["Siti", "Kepala"]]))

    shown = client.get(f"{url}cocokkan/", {"judul": "3", "bagian": "penanda-tangan"}).context["table"]

    assert (shown.heading, shown.sheet.key) == (3, "penanda-tangan")
    assert shown.columns["position_title"] == 2


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Cocokkan sedikitnya satu kolom"),
        ({"k4": "purpose"}, "Cocokkan kolom “Nama aplikasi”"),
        ({"k2": "name", "k4": "name"}, "dipilih untuk dua kolom"),
        ({"k2": "is_superuser"}, "Pilih kolom dari daftar"),
        ({"k99": "name"}, "Cocokkan sedikitnya satu kolom"),
        ({"k2": "name", "lembar": "7", "judul": "99999999", "bagian": "tamu"}, None),
    ],
)
def test_a_match_that_cannot_be_used_says_why_and_keeps_the_choices(
    plan: Plan, client: Client, sent: Callable[[bytes], str], body: dict[str, str], sentence: str | None
) -> None:
    url = sent(table(APPS))

    answer = client.post(f"{url}cocokkan/", {"lembar": "0", "judul": "4", "bagian": "aplikasi", **body})

    if sentence is None:  # what is not in the list falls back to what is likely
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert WorkbookImport.objects.get().state == "matching"
    if body.get("k4") == "purpose":
        assert answer.context["table"].columns == {"purpose": 4}


def test_an_empty_workbook_is_refused_with_a_sentence(plan: Plan, client: Client, sent: Callable[[bytes], str]) -> None:
    url = sent(table([]))

    assert "tidak memuat isi" in client.get(url).content.decode()


def test_a_match_is_the_region_s_own(
    plan: Plan, client: Client, sent: Callable[[bytes], str], stranger_region: Any
) -> None:
    url = sent(table(APPS))
    client.post(f"{url}cocokkan/", {"lembar": "0", "judul": "4", "bagian": "aplikasi", "k2": "name"})
    assert jobs.run_next()
    ColumnMatch.objects.update(region=stranger_region)

    sent(table(APPS))

    assert WorkbookImport.objects.latest("created_at").state == "matching"
