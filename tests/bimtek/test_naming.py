"""Tables that say no codes or numbers: rows are known by their words, new ones get the next free code, seen before it is written."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from bimtek.exchange import imports, workbook
from bimtek.models import (
    BudgetLine,
    CommitmentPoint,
    Objective,
    Plan,
    Programme,
    QuickWin,
    Strategy,
    SwotItem,
    WorkbookImport,
)
from regions import jobs
from regions.models import Opd
from tests.bimtek.rows import access, make_item, make_programme, make_row
from tests.bimtek.uploads import handed_in, matched, table

Sent = Callable[[bytes], str]


@pytest.fixture
def sent(plan: Plan, writer: User, health: Opd, kominfo: Opd, client: Client) -> Sent:
    return lambda content: handed_in(client, writer, plan, content)


def told(row: WorkbookImport) -> dict[str, tuple[str, str, list[str]]]:
    """Item → its kind, the code or number that it would get, and what is wrong with it."""
    given = row.outcome["given"]
    items = row.outcome["items"]
    return {
        item["id"]: (item["kind"], given.get(item["id"], ""), [fault["text"] for fault in item["faults"]])
        for item in items
    }


def apply(client: Client, url: str, *items: str) -> WorkbookImport:
    client.post(f"{url}terapkan/", {"pilih": items})
    assert jobs.run_next()
    return WorkbookImport.objects.latest("created_at")


def codes() -> dict[str, str]:
    return dict(Programme.objects.values_list("code", "name"))


def test_programmes_without_a_code_column_are_found_by_name_and_new_ones_are_numbered(
    plan: Plan, health: Opd, client: Client, sent: Sent
) -> None:
    make_programme(plan, "SG-1.01", health, name="Antrean daring", start_year=2022, end_year=2031)
    make_programme(plan, "SG-1.03", health)
    before = codes()
    rows: list[list[Any]] = [
        ["No", "Nama Program", "Sub Dimensi", "SKPD", "APBD 2024", "APBD 2025"],
        [1, "ANTREAN  DARING", None, "Dinkes", 500, None],
        [2, "Satu data", "SG-1", "Diskominfo", 100, 200],
        [3, "Pusat data", "SG-1", "Diskominfo", None, 300],
        [4, "Satu data", "SG-1", "Diskominfo", None, 7],
        [5, "Kartu warga", "SB-2", "Diskominfo", None, 40],
        [None, "JUMLAH SELURUHNYA", None, None, 600, 500],
    ]
    url = sent(table(rows))

    row = matched(client, url)

    assert row.match["columns"] == {"name": 2, "sub_dimension": 3, "opd": 4, "uang-2024-apbd": 5, "uang-2025-apbd": 6}
    assert told(row) == {
        "program:3": ("new", "SG-1.02", []), "program:4": ("new", "SG-1.04", []), "program:6": ("new", "SB-2.01", []),
        "anggaran:2.5": ("new", "", []), "anggaran:3.5": ("new", "", []), "anggaran:3.6": ("new", "", []),
        "anggaran:4.6": ("new", "", []), "anggaran:5.6": ("new", "", ["Sama dengan baris 3 di lembar ini."]), "anggaran:6.6": ("new", "", []),
    }  # fmt: skip
    assert row.outcome["unchanged"] == 1
    page = client.get(url).content.decode()
    assert "3 baris tidak menyebut kode atau nomornya dan diberi yang berikutnya." in page
    assert "<strong>SG-1.02 Satu data</strong>" in page
    assert 'Kode <span class="soft">diberi aplikasi</span>' in page
    assert codes() == before

    apply(client, url, "program:4", "anggaran:4.6", "anggaran:2.5")  # of the numbered ones only the second

    assert codes() == before | {"SG-1.04": "Pusat data"}
    money = set(BudgetLine.objects.values_list("programme__code", "year", "amount"))
    assert money == {("SG-1.04", 2025, 300), ("SG-1.01", 2024, 500)}
    client.post(f"{url}urungkan/")
    assert codes() == before
    assert not BudgetLine.objects.exists()


def test_namesakes_are_told_apart_by_their_office_or_refused(
    plan: Plan, health: Opd, kominfo: Opd, client: Client, sent: Sent
) -> None:
    make_programme(plan, "SG-1.01", health, name="Pelatihan ASN")
    make_programme(plan, "SG-2.01", kominfo, name="Pelatihan ASN", sub_dimension="SG-2")
    make_opd(plan, "Dinas Pendidikan")
    rows: list[list[Any]] = [
        ["Nama Program", "SKPD", "Manfaat", "Sub Dimensi"],
        ["Pelatihan ASN", "Dinkes", "Satu", "SG-1"],
        ["Pelatihan ASN", None, "Dua", None],
        ["Pelatihan ASN", "Dinas Pendidikan", "Tiga", "SG-1"],
    ]

    row = matched(client, sent(table(rows)), bagian="program")

    found = told(row)
    assert [(key, each[:2]) for key, each in found.items()] == [
        ("program:2", ("changed", "")), ("program:3", ("new", "")), ("program:4", ("new", "SG-1.02")),
    ]  # fmt: skip
    assert "ada lebih dari satu di rencana ini (SG-1.01; SG-2.01)" in found["program:3"][2][0]
    assert row.outcome["items"][0]["label"] == "SG-1.01 Pelatihan ASN"


def make_opd(plan: Plan, name: str) -> Opd:
    return Opd.objects.create(region=plan.region, name=name, position=9)


def test_a_code_that_somebody_took_meanwhile_is_not_silently_another(
    plan: Plan, health: Opd, client: Client, sent: Sent
) -> None:
    url = sent(table([["Nama Program", "Sub Dimensi", "SKPD"], ["Satu data", "SG-1", "Dinkes"]]))
    assert told(matched(client, url, bagian="program")) == {"program:2": ("new", "SG-1.01", [])}
    make_programme(plan, "SG-1.01", health, name="Lain")

    row = apply(client, url, "program:2")

    assert (row.state, told(row)) == ("ready", {"program:2": ("new", "SG-1.02", [])})
    assert "baru saja dipakai baris lain" in row.failure
    assert codes() == {"SG-1.01": "Lain"}
    apply(client, url, "program:2")
    assert codes() == {"SG-1.01": "Lain", "SG-1.02": "Satu data"}


def test_a_new_programme_without_a_sub_dimension_is_refused_unless_one_is_chosen_for_the_table(
    plan: Plan, health: Opd, client: Client, sent: Sent
) -> None:
    make_programme(plan, "SL-1.01", health, name="Satu data", sub_dimension="SL-1")
    rows: list[list[Any]] = [["Nama Program", "SKPD", "Pagu 2023"], ["Satu data", "Dinkes", 5], ["Kartu", "Dinkes", 9]]
    url = sent(table(rows))
    row = matched(client, url, bagian="program")
    assert told(row)["program:3"][2] == [
        "Program baru ini belum berkode. Tulis subdimensinya, misalnya SG-1; dari situ kodenya dihitung."
    ]
    assert "anggaran:3.3" not in told(row)

    client.post(f"{url}cocokkan-lagi/")
    row = matched(client, url, bagian="program", subdimensi="SG-2")

    assert told(row) == {
        "program:3": ("new", "SG-2.01", []), "anggaran:2.3": ("new", "", []), "anggaran:3.3": ("new", "", []),
    }  # fmt: skip
    assert row.outcome["unchanged"] == 1  # the one that is there keeps its own sub-dimension
    apply(client, url, "program:3", "anggaran:3.3")
    assert Programme.objects.get(code="SG-2.01").sub_dimension == "SG-2"
    again = sent(table([*rows, ["Peta", "Dinkes", 1]]))
    assert told(WorkbookImport.objects.latest("created_at"))["program:4"] == ("new", "SG-2.02", [])
    client.post(f"{again}cocokkan-lagi/")
    body = {"lembar": "0", "judul": "1", "bagian": "program", "k1": "name", "subdimensi": "X"}
    answer = client.post(f"{again}cocokkan/", body)
    assert (answer.status_code, answer.context["refusal"]) == (422, "Pilih subdimensi dari daftar.")


SWOT: list[list[Any]] = [
    ["Kode", "Uraian", "Lingkup"],
    ["Kekuatan", "JARINGAN serat optik", None],
    ["Kekuatan", "Pimpinan mendukung", None],
    ["S7", "Pusat data", None],
    ["SG-W1", "SOP belum rampung", None],
    ["Kelemahan", "Data tercecer", "SG"],
    ["Ancaman", "Pusat data", None],
]


def test_swot_items_need_no_numbers_and_short_codes_are_read(plan: Plan, client: Client, sent: Sent) -> None:
    make_item(plan, "S", 1, "Jaringan serat optik")
    url = sent(table(SWOT))

    row = matched(client, url, bagian="swot", k1="quadrant", k2="text", k3="scope")

    assert told(row) == {
        "swot:3": ("new", "2", []), "swot:4": ("new", "", []), "swot:5": ("new", "", []),
        "swot:6": ("new", "2", []), "swot:7": ("new", "1", []),
    }  # fmt: skip
    assert row.outcome["unchanged"] == 1
    apply(client, url, *told(row))
    stored = {item.code: item.text for item in SwotItem.objects.all()}
    assert stored == {
        "S1": "Jaringan serat optik", "S2": "Pimpinan mendukung", "S7": "Pusat data",
        "SG-W1": "SOP belum rampung", "SG-W2": "Data tercecer", "T1": "Pusat data",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("section", "model", "old", "heads", "lines", "given"),
    [
        ("strategi", Strategy, {"kind": "SO", "number": 2, "text": "Padukan layanan"}, ["kind", "text"],
         [["SO", "Padukan Layanan"], ["WT", "Tutup celah"]], ["1"]),
        ("sasaran", Objective, {"dimension": "SG", "number": 1, "text": "Cepat"}, ["dimension", "text"],
         [["SG", "cepat"], ["SG", "Terbuka"], ["SB", "Ramai"]], ["2", "1"]),
        ("komitmen", CommitmentPoint, {"number": 9, "text": "Sinergi"}, ["text"], [["SINERGI"], ["Satu data"]], ["4"]),
    ],
)  # fmt: skip
def test_other_numbered_rows_are_found_by_their_words_and_counted_on(
    plan: Plan,
    client: Client,
    sent: Sent,
    section: str,
    model: Any,
    old: dict[str, Any],
    heads: list[str],
    lines: list[list[str]],
    given: list[str],
) -> None:
    CommitmentPoint.objects.filter(number__gt=3).delete()
    for number in (1, 2, 3):
        CommitmentPoint.objects.get_or_create(
            plan=plan, region=plan.region, number=number, defaults={"text": f"Butir {number}"}
        )
    make_row(model, plan, **old)
    url = sent(table([[f"Kolom {name}" for name in heads] + ["x", "y"], *lines]))

    row = matched(client, url, bagian=section, judul="1", k3="", k4="", **{f"k{n}": h for n, h in enumerate(heads, 1)})

    assert list(row.outcome["given"].values()) == given
    assert row.outcome["unchanged"] == 1


def test_a_quick_win_is_found_by_its_name_without_its_dimension(
    plan: Plan, health: Opd, client: Client, sent: Sent
) -> None:
    make_row(QuickWin, plan, dimension="SG", name="e-Puskesmas", opd=health, months=6)
    rows: list[list[Any]] = [["Quick win", "Progres", "OPD"], ["E-PUSKESMAS", 40, "Dinkes"], ["Baru", 1, "Dinkes"]]
    url = sent(table(rows))

    row = matched(client, url, bagian="quick-win", k1="name", k2="progress", k3="opd")

    (first, second) = row.outcome["items"]
    assert (first["kind"], [cell["after"] for cell in first["cells"]], first["faults"]) == ("changed", ["40"], [])
    assert [fault["title"] for fault in second["faults"]] == ["Dimensi"]


def test_money_and_indicators_may_name_their_programme(plan: Plan, health: Opd, client: Client, sent: Sent) -> None:
    make_programme(plan, "SG-1.01", health, name="Satu data")
    make_programme(plan, "SG-1.02", health, name="Kembar")
    make_programme(plan, "SG-1.03", health, name="Kembar")
    rows: list[list[Any]] = [
        ["Nama program", "Tahun", "Sumber dana", "Pagu"],
        ["satu DATA", 2023, "APBD kabupaten/kota", 5],
        ["SG-1.01 Satu data", 2024, "APBD kabupaten/kota", 6],
        ["Kembar", 2023, "APBD kabupaten/kota", 7],
    ]
    url = sent(table(rows))

    row = matched(client, url, bagian="anggaran", k1="programme", k2="year", k3="source", k4="amount")

    assert [(key, each[2]) for key, each in told(row).items()] == [
        ("anggaran:2", []),
        ("anggaran:3", []),
        ("anggaran:4", ["“Kembar” dapat berarti lebih dari satu. Tulis kodenya: SG-1.02; SG-1.03."]),
    ]


def test_money_beside_a_programme_that_is_refused_says_so(plan: Plan, client: Client, sent: Sent) -> None:
    rows: list[list[Any]] = [
        ["Nama Program", "Sub Dimensi", "SKPD", "Pagu 2023", "Pagu 2024"],
        ["Peta", "SG-1", "Dinas Antah Berantah", 5, "lima"],
    ]

    found = told(matched(client, sent(table(rows)), bagian="program"))

    assert "tidak ada di rencana ini" in found["program:2"][2][0]
    first = "Perbaiki dulu program di baris ini; anggarannya ikut sesudah itu."
    assert found["anggaran:2.4"][2] == [first]
    assert found["anggaran:2.5"][2] == [
        "Jumlah rupiah ini tidak terbaca. Tulis misalnya 1.250.000.000 atau 1,25 miliar.",
        first,
    ]


def test_one_column_of_years_tells_when_a_programme_begins_and_ends(plan: Plan, client: Client, sent: Sent) -> None:
    rows: list[list[Any]] = [
        ["Nama Program", "Sub Dimensi", "Tahun pelaksanaan"],
        ["Peta", "SG-1", "2023-2025"],
        ["Kartu", "SG-1", "2024"],
        ["Loket", "SG-1", "2023, 2025"],
    ]
    url = sent(table(rows))
    row = matched(client, url, bagian="program")

    assert told(row)["program:4"][2] == ["Sel ini untuk satu tahun saja. Tulis empat angka, misalnya 2024."]
    apply(client, url, "program:2", "program:3")
    stored = set(Programme.objects.values_list("name", "start_year", "end_year"))
    assert stored == {("Peta", 2023, 2025), ("Kartu", 2024, None)}


def test_a_row_inserted_into_our_workbook_needs_no_code(plan: Plan, writer: User, health: Opd) -> None:
    who = access(writer, plan)
    make_programme(plan, "SG-1.01", health, name="Satu data")
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(plan, who)))
    names = {cell.value: cell.column for cell in book["Program"][1]}
    for at, values in ((4, {"name": "Peta", "sub_dimension": "SG-1"}), (5, {"name": "SATU DATA"})):
        for name, value in values.items():
            book["Program"].cell(at, names[name]).value = value
    out = io.BytesIO()
    book.save(out)

    row = imports.hand_in(plan, SimpleUploadedFile("isian.xlsx", out.getvalue()), access=who)
    assert jobs.run_next()

    row.refresh_from_db()
    assert told(row) == {
        "program:4": ("new", "SG-1.02", []),
        "program:5": ("new", "", ["Baris seperti ini sudah ada di lembar ini, dengan kuncinya."]),
    }


def test_an_operator_s_table_is_matched_with_the_own_office_s_programmes_only(
    plan: Plan, operator: User, kominfo: Opd, health: Opd, client: Client
) -> None:
    make_programme(plan, "SG-1.01", kominfo, name="Satu data")
    rows = [["Nama Program", "Sub Dimensi"], ["Satu data", "SG-1"]]

    row = matched(client, handed_in(client, operator, plan, table(rows)), bagian="program")

    assert told(row) == {"program:2": ("new", "SG-1.02", [])}
