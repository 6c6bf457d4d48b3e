"""The Batam plan goes out as a workbook, people work on it, and exactly what they did comes back; undo restores it all."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from bimtek.examples import loader
from bimtek.exchange import imports, workbook
from bimtek.models import Plan, Row, Status, WorkbookImport
from bimtek.states import LINK_MODELS
from regions import reference
from regions.access import Access, Role
from tests.bimtek.rows import access
from tests.factories import make_member

State = WorkbookImport.State
SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def batam(django_db_setup: None, django_db_blocker: Any) -> Iterator[Plan]:
    with django_db_blocker.unblock():
        hold = transaction.atomic()
        hold.__enter__()
        reference.load()
        loader.load("batam-2022")
        plan = Plan.objects.get(region__code="21.71")
        plan.submission_set.update(status=Status.DRAFT)
        yield plan
        transaction.set_rollback(True)
        hold.__exit__(None, None, None)


@pytest.fixture
def plan(batam: Plan, db: None, settings: Any, tmp_path: Path) -> Plan:
    settings.MEDIA_ROOT = tmp_path
    return batam


@pytest.fixture
def admin(plan: Plan) -> Access:
    return access(make_member(plan.region, Role.ADMIN), plan)


def contents(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every row of the plan by model and id: its values without the version, and what it is linked to."""
    kinds = [model for model in apps.get_app_config("bimtek").get_models() if issubclass(model, Row)]
    assert len(kinds) > 20
    found: dict[str, dict[str, Any]] = {}
    for model in kinds:
        table: Any = model
        left_out = {"version", "id", "position"} if model in LINK_MODELS else {"version", "id"}
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in left_out]
        rows = table.objects.filter(plan=plan).values_list("id", *names)
        own_id = model not in LINK_MODELS  # a link that is set again is another row that says the same
        found[str(model._meta.model_name)] = {
            str(row[0] if own_id else sorted(map(str, row[1:]))): row[1:] for row in rows
        }
    return found


def hand_in(plan: Plan, who: Access, content: bytes) -> WorkbookImport:
    row = imports.hand_in(plan, SimpleUploadedFile("isian batam.xlsx", content), access=who)
    imports.check(row)
    row.refresh_from_db()
    return row


def accepted(row: WorkbookImport) -> dict[str, str]:
    return {item["id"]: "take" for item in row.outcome["items"] if not item["faults"]}


def apply(row: WorkbookImport, who: Access) -> None:
    imports.approve(row, accepted(row), access=who)
    row.refresh_from_db()
    imports.apply(row)
    row.refresh_from_db()


class Book:
    """A workbook at somebody's desk: cells by the row's first words and the column's title."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))

    def column(self, sheet: str, title: str) -> int:
        return next(c.column for c in self.book[sheet][2] if str(c.value).rstrip(" *") == title)

    def put(self, sheet: str, row: int, title: str, value: Any) -> str:
        cell = self.book[sheet].cell(row, self.column(sheet, title))
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # typed after an apostrophe: openpyxl would make a formula of "=…"
        return f"{sheet}!{cell.coordinate}"

    def value(self, sheet: str, row: int, title: str) -> Any:
        return self.book[sheet].cell(row, self.column(sheet, title)).value

    def sort(self, sheet: str) -> None:
        """The rows in reverse, keys and all, as a sort does."""
        page = self.book[sheet]
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
        for at, values in enumerate(reversed(rows), start=3):
            for place, value in enumerate(values, start=1):
                page.cell(at, place).value = value

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


GOOD: list[tuple[str, int, str, Any]] = [
    ("Program", 5, "Manfaat", "=1+1 bukan rumus"),
    ("Program", 5, "Lokasi", "Pulau Belakang Padang"),
    ("Program", 6, "Prioritas", "Rendah"),
    ("Program", 7, "OPD penanggung jawab", "Dinas Kesehatan"),
    ("Program", 8, "OPD pendukung", "Dinkes; Disdik"),
    ("Program", 9, "Tahun Renja", "TA 2027"),
    ("Program", 10, "Mitra", "@komunitas"),
    ("Anggaran per tahun dan sumber", 4, "Jumlah (Rp)", "Rp. 1,5 M"),
    ("Anggaran per tahun dan sumber", 5, "Jumlah (Rp)", "1,2 juta"),
    ("Anggaran per tahun dan sumber", 6, "Jumlah (Rp)", "1.250.000.000,00"),
    ("Anggaran per tahun dan sumber", 7, "Jumlah (Rp)", "± 750 jt"),
    ("Anggaran per tahun dan sumber", 8, "Jumlah (Rp)", 123456789),
    ("Indikator dan target tahunan", 4, "Satuan", "orang"),
    ("Indikator dan target tahunan", 5, "Nilai awal", "n/a"),
    ("Kesiapan daerah", 4, "Catatan", "+62 bukan rumus"),
    ("Kesiapan daerah", 5, "Penilaian", "baik"),
    ("Inventaris aplikasi", 3, "Masih aktif", "Tidak"),
    ("Inventaris aplikasi", 4, "Tahun", "2019"),
    ("Peraturan", 6, "Tentang", "Tentang yang diperbaiki"),
    ("Butir SWOT", 3, "Butir", "Butir yang diperbaiki orang"),
    ("Quick win", 3, "Pengusul", "-Dinas-"),
    ("Dewan dan Tim Pelaksana", 4, "Unsur", "Akademisi"),
    ("Daftar hadir", 5, "Jabatan", "Analis"),
]
WRONG: list[tuple[str, int, str, Any]] = [
    ("Program", 20, "Tahun mulai", "2023-2025"),
    ("Program", 21, "OPD penanggung jawab", "Dinas Kesehatn"),
    ("Anggaran per tahun dan sumber", 30, "Jumlah (Rp)", "kira-kira banyak"),
    ("Anggaran per tahun dan sumber", 31, "Sumber", "Uang saku"),
    ("Indikator dan target tahunan", 20, "Target 2024", "1,250"),
    ("Inventaris aplikasi", 10, "Tahun", "dua ribu"),
    ("Kesiapan daerah", 12, "OPD pengisi", "Dinas Antah Berantah"),
]


def worked_on(content: bytes) -> tuple[bytes, list[str]]:
    """30 cells changed (7 wrong), 3 rows put in, 2 taken out, one sheet sorted, one renamed, a column added; and where."""
    book = Book(content)
    for edit in GOOD:
        book.put(*edit)
    wrong = [book.put(*edit) for edit in WRONG]
    regulations = book.book["Peraturan"]
    regulations.insert_rows(5)
    for title, value in {"Jenis": "Peraturan Daerah", "Nomor": "7", "Tahun": "2021", "Tentang": "RPJMD"}.items():
        book.put("Peraturan", 5, title, value)
    money = book.book["Anggaran per tahun dan sumber"]
    code = book.value("Program", 40, "Kode")
    first = book.value("Program", 40, "Tahun mulai")
    last = money.max_row + 1
    line: dict[str, Any] = {"Program": code, "Tahun": first, "Sumber": "Hibah", "Jumlah (Rp)": "2 M"}
    for title, value in line.items():
        book.put(money.title, last, title, value)
    apps_sheet = book.book["Inventaris aplikasi"]
    last = apps_sheet.max_row + 1
    application: dict[str, Any] = {"Nama aplikasi": "SIBARU", "OPD": "Diskominfo", "Tahun": 2021}
    for title, value in application.items():
        book.put(apps_sheet.title, last, title, value)
    book.book["Inventaris aplikasi"].delete_rows(20)
    book.book["Butir SWOT"].delete_rows(40)
    book.sort("Dewan dan Tim Pelaksana")
    book.book["Peraturan"].title = "peraturan versi kami"
    book.book["Quick win"].insert_cols(2)
    book.book["Quick win"].cell(2, 2).value = "Catatan pribadi"
    book.book["Quick win"].cell(5, 2).value = "jangan dibaca"
    return book.bytes(), wrong


def by_libreoffice(content: bytes, folder: Path) -> bytes:
    """Opened and saved by LibreOffice, which computes, restyles and reorders the file in its own way."""
    source = folder / "in" / "isian.xlsx"
    source.parent.mkdir()
    source.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [
        SOFFICE or "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (folder / "out" / "isian.xlsx").read_bytes()


@pytest.fixture(params=["openpyxl", pytest.param("libreoffice", marks=pytest.mark.slow)])
def saved_by(request: Any, tmp_path: Path) -> Callable[[bytes], bytes]:
    if request.param == "openpyxl":
        return lambda content: content
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed (apt: libreoffice-calc-nogui)")
    return lambda content: by_libreoffice(content, tmp_path)


@pytest.mark.slow
def test_exactly_what_people_did_comes_back(plan: Plan, admin: Access, saved_by: Callable[[bytes], bytes]) -> None:
    before = contents(plan)
    content, wrong = worked_on(workbook.build(plan, admin))

    row = hand_in(plan, admin, saved_by(content))

    assert row.state == State.READY, row.failure
    assert contents(plan) == before, "a dry run writes nothing"
    items = row.outcome["items"]
    faults = [f"{item['page']}!{fault['at']}" for item in items for fault in item["faults"]]
    assert sorted(faults) == sorted(wrong)
    assert all(fault["text"].endswith(".") for item in items for fault in item["faults"])
    good = [item for item in items if not item["faults"]]
    kinds = {
        kind: [item for item in good if item["kind"] == kind] for kind in ("new", "changed", "removed", "conflict")
    }
    assert {kind: len(found) for kind, found in kinds.items()} == {"new": 3, "changed": 22, "removed": 2, "conflict": 0}
    assert sum(len(item["cells"]) for item in kinds["changed"]) == len(GOOD)

    apply(row, admin)

    assert row.state == State.APPLIED, row.failure
    assert row.rows == 27
    after = contents(plan)
    touched = {
        kind: [pk for pk in {*before[kind], *after[kind]} if before[kind].get(pk) != after[kind].get(pk)]
        for kind in before
    }
    links = len(touched.pop("programmeopd"))
    gone_links = len(touched.pop("strategyitem"))
    assert links >= 2
    assert gone_links >= 0
    assert {kind: len(pks) for kind, pks in touched.items() if pks} == {
        "programme": 5, "budgetline": 6, "indicator": 2, "readinessrow": 2, "application": 4, "regulation": 2,
        "swotitem": 2, "gap": 1, "quickwin": 1, "teammember": 1, "attendee": 1,
    }, "the gap pointed to the SWOT item that is gone"  # fmt: skip

    count = imports.undo(row, access=admin)

    assert count == 27
    assert contents(plan) == before
    assert WorkbookImport.objects.get(pk=row.pk).state == State.UNDONE


def test_a_workbook_that_nobody_touched_changes_nothing(
    plan: Plan, admin: Access, saved_by: Callable[[bytes], bytes]
) -> None:
    row = hand_in(plan, admin, saved_by(workbook.build(plan, admin)))

    assert row.state == State.READY, row.failure
    assert row.outcome["items"] == []
    assert row.outcome["unchanged"] > 1100


@pytest.mark.slow
def test_the_totals_that_libreoffice_computes_are_those_of_the_screens(
    plan: Plan, admin: Access, tmp_path: Path
) -> None:
    from bimtek import rollups

    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed (apt: libreoffice-calc-nogui)")
    book = Book(workbook.build(plan, admin))
    book.put("Anggaran per tahun dan sumber", 3, "Jumlah (Rp)", 987654321)  # openpyxl drops all cached figures
    money = rollups.plan_money(plan)
    first = plan.budgetline_set.order_by("year", "source").first()
    computed = openpyxl.load_workbook(io.BytesIO(by_libreoffice(book.bytes(), tmp_path)), data_only=True)["Rekap"]
    rows = {row[0]: row[1:] for row in computed.iter_rows(values_only=True) if row[0]}

    key = Book(workbook.build(plan, admin)).book["Anggaran per tahun dan sumber"]["A3"].value.partition(":")[0]
    changed = plan.budgetline_set.get(pk=key)
    assert first is not None
    total = rollups.total(money) - changed.amount + 987654321
    years = list(plan.years)
    by_year = rollups.totals(money, "year")
    by_year[changed.year] += 987654321 - changed.amount
    sums = [row for row in computed.iter_rows(values_only=True) if row[0] == "Jumlah"]
    assert len(sums) == 4
    for line in sums[2:]:
        assert line[5] == total
    for line in sums[:2]:
        assert list(line[1 : len(years) + 1]) == [by_year.get(year, 0) for year in years]
        assert line[len(years) + 1] == total
    assert [rows[f"Selisih jumlah tabel 1 dan {number} (harus nol)"][0] for number in (2, 3, 4)] == [0, 0, 0]
    by_source = rollups.totals(money, "source")
    if changed.source != "csr":
        assert rows["CSR/TJSL"][len(years)] == by_source.get("csr", 0)


def test_formula_like_text_comes_back_as_the_same_text(
    plan: Plan, admin: Access, saved_by: Callable[[bytes], bytes]
) -> None:
    texts = [
        "=1+1",
        "+62 812",
        "-5 derajat",
        "@nama",
        '=HYPERLINK("http://x")',
        "=cmd|' /C calc'!A0",
        "\t=1",
        "_x0041_ biasa",
    ]
    rows = list(plan.application_set.all()[: len(texts)])
    for row, text in zip(rows, texts, strict=True):
        row.purpose = text.strip()
        row.save()

    content = saved_by(workbook.build(plan, admin))

    book = openpyxl.load_workbook(io.BytesIO(content))
    column = next(c.column for c in book["Inventaris aplikasi"][2] if c.value == "Fungsi")
    kinds = {
        cell.data_type
        for (cell,) in book["Inventaris aplikasi"].iter_rows(min_row=3, min_col=column, max_col=column)
        if cell.value
    }
    assert kinds == {"s"}, "never a formula"
    assert hand_in(plan, admin, content).outcome["items"] == []
