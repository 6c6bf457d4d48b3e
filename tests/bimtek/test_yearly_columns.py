"""A stranger's table in which each year has a column: headings are understood, rows become programmes and budget lines."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bimtek.exchange import imports, progress, yearly
from bimtek.models import BudgetLine, ColumnMatch, IndicatorTarget, Plan, Programme, WorkbookImport
from regions import jobs
from regions.models import Opd
from tests.bimtek.rows import make_programme, make_row
from tests.bimtek.uploads import handed_in, matched, table

Sent = Callable[[bytes], str]
PLANS: list[list[Any]] = [
    ["RENCANA ANGGARAN (dalam juta rupiah)"],
    ["No", "Kode", "Program", "Perangkat Daerah", "Anggaran", None, None, None, "Sumber Dana"],
    [None, None, None, None, 2024, None, 2025, "Tahun ke-5", None],
    [None, None, None, None, "APBD", "APBN", None, None, None],
    ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    [1, "SG-1.01", "Antrean daring", "Dinkes", 1250, "0,75", "Rp 2 M", None, "DAK"],
    [2, "SG-1.02", "Satu data", "Dinkes", "-", 0, 40, "lima", "APBD Kota"],
    [None, "SG-1.02", "Satu data", "Dinkes", None, None, None, 12.5, "n/a"],
    [None, None, None, None, 5, None, None, None, "CSR"],
    [None, None, "JUMLAH", None, 1255, None, None, None, None],
]


@pytest.fixture
def sent(plan: Plan, writer: User, health: Opd, client: Client) -> Sent:
    return lambda content: handed_in(client, writer, plan, content)


def money() -> set[tuple[str, int, str, int]]:
    return set(BudgetLine.objects.values_list("programme__code", "year", "source", "amount"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025", yearly.Said(2025)),
        ("Pagu 2025 (Rp)", yearly.Said(2025, money=True)),
        ("2025 APBD Provinsi", yearly.Said(2025, source="apbd_prov")),
        ("APBD I 2025", yearly.Said(2025, source="apbd_prov")),
        ("APBD II TA 2025", yearly.Said(2025, source="apbd")),
        ("Target 2025", yearly.Said(2025, other=True)),
        ("Realisasi anggaran 2025", yearly.Said(2025, money=True, other=True)),
        ("Tahun ke-2", yearly.Said(nth=2)),
        ("Tahun IV", yearly.Said(nth=4)),
        ("Tahun pelaksanaan", yearly.Said()),
        ("RPJMD 2021-2026", yearly.Said()),
        ("APBD dan APBN 2025", yearly.Said(2025)),
        ("Nama Program", yearly.Said()),
    ],
)
def test_a_heading_says_a_year_a_source_and_what_its_figures_are(text: str, expected: yearly.Said) -> None:
    assert yearly.said(text) == expected


def test_two_rows_of_headings_are_read_as_one() -> None:
    above = {"1": "No", "2": "Kode", "3": "Program", "4": "2025", "6": "2026", "8": "Ket"}
    cells = {"4": "Target", "5": "Rp", "6": "Target", "7": "Rp"}

    assert list(yearly.with_above(above, cells).values()) == [
        "No", "Kode", "Program", "2025 Target", "2025 Rp", "2026 Target", "2026 Rp", "Ket",
    ]  # fmt: skip
    title = {"1": "RENCANA ANGGARAN APBD 2025"}
    assert yearly.with_above(title, {"1": "Kode", "2": "Program", "3": "2025"}) == {
        "1": "Kode",
        "2": "Program",
        "3": "2025",
    }


def test_years_and_sources_as_columns_become_programmes_and_budget_lines(
    plan: Plan, health: Opd, client: Client, sent: Sent
) -> None:
    old = make_programme(plan, "SG-1.02", health, name="Satu data", start_year=2023, end_year=2032)
    make_row(BudgetLine, plan, programme=old, year=2024, source="apbd", amount=7)
    wide = ("A2:A4", "B2:B4", "C2:C4", "D2:D4", "I2:I4", "E2:H2", "E3:F3", "G3:G4", "H3:H4")
    url = sent(table(PLANS, wide))

    shown = client.get(f"{url}cocokkan/", {"judul": "4"}).context["table"]
    assert (shown.heading, shown.sheet.key, shown.unit) == (4, "program", 10**6)
    assert shown.columns == {
        "code": 2, "name": 3, "opd": 4, "uang-2024-apbd": 5, "uang-2024-apbn": 6, "uang-2025": 7, "uang-2026": 8, "uang-sumber": 9,
    }  # fmt: skip
    row = matched(client, url, judul="4")

    assert row.state == "ready", row.failure
    told = {item["id"]: item for item in row.outcome["items"]}
    assert {key: (item["kind"], [fault["at"] for fault in item["faults"]]) for key, item in told.items()} == {
        "program:6": ("new", ["A6"]),  # without a sub-dimension
        "program:9": ("new", ["B9"]),
        "anggaran:6.5": ("new", ["B6"]), "anggaran:6.6": ("new", ["B6"]), "anggaran:6.7": ("new", ["B6"]),
        "anggaran:7.7": ("new", []), "anggaran:7.8": ("new", ["H7"]), "anggaran:8.8": ("new", []),
    }  # fmt: skip
    client.post(f"{url}terapkan/", {"pilih": [key for key, item in told.items() if not item["faults"]]})
    assert jobs.run_next()
    assert money() == {
        ("SG-1.02", 2024, "apbd", 7),
        ("SG-1.02", 2025, "apbd", 40_000_000),
        ("SG-1.02", 2026, "belum", 12_500_000),
    }
    client.post(f"{url}urungkan/")
    assert money() == {("SG-1.02", 2024, "apbd", 7)}


def test_the_source_chosen_for_a_column_counts_and_the_next_table_is_read_alike(
    plan: Plan, health: Opd, client: Client, sent: Sent
) -> None:
    make_programme(plan, "SG-1.02", health, start_year=2022, end_year=2031)
    rows: list[list[Any]] = [["Kode", "2025", "2026"], ["SG-1.02", 1_000_000, "1,5 M"]]
    row = matched(client, sent(table(rows)), s2="hibah")
    assert {item["id"] for item in row.outcome["items"]} == {"anggaran:2.2", "anggaran:2.3"}
    assert row.match["columns"] == {"code": 1, "uang-2025-hibah": 2, "uang-2026": 3}

    sent(table([*rows[:1], ["SG-1.02", 2_000_000, None]]))

    again = WorkbookImport.objects.latest("created_at")
    assert again.state == "ready"
    ((item, cells),) = [(each["kind"], each["cells"]) for each in again.outcome["items"]]
    assert item == "new"
    assert [cell["after"] for cell in cells] == ["SG-1.02", "2025", "Hibah", "Rp2.000.000"]
    sent(table([["dalam ribu rupiah"], *rows]))
    assert WorkbookImport.objects.latest("created_at").state == "matching"  # another unit is another table


def test_a_match_of_another_plan_s_years_is_not_used(plan: Plan, client: Client, sent: Sent) -> None:
    rows: list[list[Any]] = [["Kode", "2025"], ["SG-1.02", 1_000_000]]
    matched(client, sent(table(rows)))
    Plan.objects.update(first_year=2026, last_year=2035, short_until=2026, medium_until=2030)

    sent(table(rows))

    assert WorkbookImport.objects.latest("created_at").state == "matching"
    assert ColumnMatch.objects.count() == 1


def test_lines_of_one_programme_may_follow_each_other(plan: Plan, health: Opd, client: Client, sent: Sent) -> None:
    """One row a source, the programme said again or not."""
    rows: list[list[Any]] = [
        ["Kode", "Sub Dimensi", "Program", "SKPD", "Sumber dana", "Pagu 2023", "Pagu 2024"],
        ["SG-1.07", "SG-1", "Pusat data", "Dinkes", "APBD", 100, 200],
        ["SG-1.07", "SG-1", "Pusat data", "Dinkes", "CSR", None, 50],
        ["SG-1.07", None, None, None, "APBN", 10, "=1+"],
    ]
    url = sent(table(rows))
    row = matched(client, url)

    assert [(item["id"], item["faults"]) for item in row.outcome["items"][:1]] == [("program:2", [])]
    wrong = {item["id"]: item["faults"] for item in row.outcome["items"] if item["faults"]}
    assert wrong.keys() == {"anggaran:4.7"}
    assert wrong["anggaran:4.7"][0]["at"] == "G4"
    client.post(f"{url}terapkan/", {"pilih": [item["id"] for item in row.outcome["items"] if not item["faults"]]})
    assert jobs.run_next()
    assert Programme.objects.get().name == "Pusat data"
    assert money() == {
        ("SG-1.07", 2023, "apbd", 100), ("SG-1.07", 2024, "apbd", 200), ("SG-1.07", 2024, "csr", 50), ("SG-1.07", 2023, "apbn", 10),
    }  # fmt: skip


def test_years_of_indicators_are_their_targets(plan: Plan, health: Opd, client: Client, sent: Sent) -> None:
    make_programme(plan, "SG-1.02", health)
    rows: list[list[Any]] = [
        ["Kode program", "Indikator", "Satuan", "Tahun 2023", "2024"],
        ["SG-1.02", "Waktu tunggu", "menit", "12,5", 10],
    ]
    url = sent(table(rows))
    row = matched(client, url)

    assert row.match["section"] == "indikator"
    client.post(f"{url}terapkan/", {"pilih": [item["id"] for item in row.outcome["items"] if not item["faults"]]})
    assert jobs.run_next()
    assert [(each.year, str(each.value)) for each in IndicatorTarget.objects.order_by("year")] == [
        (2023, "12.50"),
        (2024, "10.00"),
    ]


def test_the_screen_offers_years_and_sources_for_programmes_only(plan: Plan, client: Client, sent: Sent) -> None:
    url = sent(table([["Kode", "2025"], ["SG-1.02", 1]]))

    page = client.get(f"{url}cocokkan/").content.decode()
    assert '<option value="uang-2025" selected data-year>Anggaran 2025</option>' in page
    assert '<select class="form-select" id="s2" name="s2">' in page
    other = client.get(f"{url}cocokkan/", {"bagian": "aplikasi"}).content.decode()
    assert "uang-" not in other
    assert 'name="satuan"' not in other
    for body, sentence in (
        ({"k1": "code", "k2": "uang-1999"}, "Pilih kolom dari daftar."),
        ({"k1": "code", "k2": "uang-2025", "s2": "emas"}, "Pilih kolom dari daftar."),
        ({"k1": "code", "k2": "uang-2025", "satuan": "7"}, "Pilih satuan uang dari daftar."),
        ({"k2": "uang-2025"}, "Cocokkan kolom “Kode”"),
    ):
        answer = client.post(f"{url}cocokkan/", {"lembar": "0", "judul": "1", "bagian": "program", **body})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_who_waits_reads_how_many_rows_of_all_are_done(plan: Plan, client: Client, sent: Sent) -> None:
    url = sent(table([["Kode", "2025"], ["SG-1.02", 1]]))
    WorkbookImport.objects.update(state="checking")
    upload = imports.path_of(WorkbookImport.objects.get())
    assert "Buku kerja sedang dibaca." in client.get(url).content.decode()

    with progress.telling(upload, 5012) as teller:
        teller.done, teller.told = 3006, 0
        teller.one()
        for page in (client.get(url), client.get(url, headers={"HX-Request": "true"})):
            assert "3.007 dari 5.012 baris (59%)" in page.content.decode()
            assert '<progress value="59" max="100"' in page.content.decode()
        WorkbookImport.objects.update(state="applying")
        assert "3.007 dari 5.012 baris (59%)" in client.get(url).content.decode()

    WorkbookImport.objects.update(state="checking")
    assert "Buku kerja sedang dibaca." in client.get(url).content.decode()
    assert [each.name for each in upload.parent.iterdir()] == [upload.name]


def test_the_check_counts_every_row_of_the_workbook(
    plan: Plan, client: Client, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told after every row here; else every half second."""
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0)
    seen: list[Any] = []
    one = progress.Teller.one

    def counting(teller: progress.Teller) -> None:
        one(teller)
        seen.append(progress.far(imports.path_of(WorkbookImport.objects.get())))

    monkeypatch.setattr(progress.Teller, "one", counting)
    matched(client, sent(table([["Kode", "2025"], ["SG-1.02", 1], ["SG-1.03", 2]])))

    assert seen == [progress.Far(1, 2), progress.Far(2, 2)]
