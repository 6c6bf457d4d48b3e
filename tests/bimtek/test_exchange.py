"""A workbook on a small plan: who gets which rows, how shuffled sheets are read, conflicts, and what is refused."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl.comments import Comment

from accounts.models import User
from bimtek import writing
from bimtek.exchange import imports, workbook
from bimtek.models import Application, BudgetLine, IndicatorTarget, Plan, Programme, Regulation, WorkbookImport
from regions import jobs
from regions.access import Access
from regions.models import Job, Opd, Region
from tests.bimtek.rows import access, make_full_programme, make_programme, make_row
from tests.factories import make_opd

pytestmark = pytest.mark.django_db
State = WorkbookImport.State
PROGRAMMES, MONEY, INDICATORS, APPS = (
    "Program",
    "Anggaran per tahun dan sumber",
    "Indikator dan target tahunan",
    "Inventaris aplikasi",
)


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def who(plan: Plan, writer: User) -> Access:
    return access(writer, plan)


@pytest.fixture
def full(plan: Plan, health: Opd, kominfo: Opd, who: Access) -> Plan:
    """Two programmes of two offices, with money and an indicator, and an application."""
    programme = make_full_programme(plan, health)
    programme.location, programme.benefit = "Batam", "Warga terlayani"
    programme.save()
    make_programme(plan, "SG-1.02", kominfo, name="Satu data")
    make_row(Application, plan, name="SIMPEG", opd=kominfo, purpose="Kepegawaian")
    return plan


class Desk:
    """Somebody with a workbook before them."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))

    def at(self, sheet: str, title: str, row: int = 3) -> Any:
        column = next(c.column for c in self.book[sheet][2] if str(c.value).rstrip(" *") == title)
        return self.book[sheet].cell(row, column)

    def put(self, sheet: str, row: int, **values: Any) -> None:
        """By the fields' names, which stand in the hidden first row."""
        names = {cell.value: cell.column for cell in self.book[sheet][1]}
        for name, value in values.items():
            self.book[sheet].cell(row, names[name]).value = value

    @property
    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def check(plan: Plan, who: Access, content: bytes) -> WorkbookImport:
    row = imports.hand_in(plan, SimpleUploadedFile("isian.xlsx", content), access=who)
    jobs.run(Job.objects.get(kind=imports.CHECK_JOB, subject=str(row.pk)).pk)
    row.refresh_from_db()
    return row


def found(row: WorkbookImport) -> list[tuple[str, str, list[str]]]:
    return [(item["kind"], item["label"], [fault["text"] for fault in item["faults"]]) for item in row.outcome["items"]]


def apply(row: WorkbookImport, who: Access, **decided: str) -> WorkbookImport:
    chosen = {item["id"]: decided.get(item["kind"], "take") for item in row.outcome["items"] if not item["faults"]}
    imports.approve(row, chosen, access=who)
    jobs.run(Job.objects.get(kind=imports.APPLY_JOB, subject=str(row.pk), state="queued").pk)
    row.refresh_from_db()
    return row


# --- out -----------------------------------------------------------------------------------------------------------


def test_an_operator_gets_the_own_office_only(
    full: Plan, operator: User, client_of: Callable[[User], Client], kominfo: Opd
) -> None:
    client, url = client_of(operator), reverse("bimtek:workbook", args=[full.region.slug, 2022])

    book = openpyxl.load_workbook(io.BytesIO(client.get(url).content))

    assert [book[PROGRAMMES].cell(3, 2).value, book[PROGRAMMES].cell(4, 2).value] == ["SG-1.01", None]
    assert book[APPS].max_row == 2
    assert "Dewan dan Tim Pelaksana" not in book.sheetnames
    assert client.get(f"{url}?opd={kominfo.pk}").status_code == 404
    assert client.get(f"{url}?opd=x").status_code == 404


def test_one_office_and_a_template_go_out(
    full: Plan, writer: User, kominfo: Opd, stranger_region: Region, client_of: Callable[[User], Client]
) -> None:
    client, url = client_of(writer), reverse("bimtek:workbook", args=[full.region.slug, 2022])

    answer = client.get(f"{url}?opd={kominfo.pk}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    empty = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}?kosong=1").content))

    assert answer["Content-Disposition"] == 'attachment; filename="isian-kota-batam-2022-diskominfo.xlsx"'
    assert [book[PROGRAMMES].cell(row, 2).value for row in (3, 4)] == ["SG-1.02", None]
    assert book["Petunjuk"]["B6"].value == "Baris milik Dinas Komunikasi dan Informatika"
    assert {empty[name].max_row for name in (PROGRAMMES, MONEY, APPS)} == {2}
    assert client.get(f"{url}?opd={make_opd(stranger_region).pk}").status_code == 404


def test_a_workbook_names_its_region_stages_and_version_and_helps_in_its_headings(full: Plan, who: Access) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(full, who)))

    facts = {row[0]: row[1] for row in book["Petunjuk"].iter_rows(min_row=3, max_row=9, values_only=True)}
    assert facts["Daerah"] == "Kota Batam"
    assert "Tahap I: Sedang diisi" in facts["Tahap"]
    assert book[PROGRAMMES].freeze_panes == "C3"
    assert "dirasakan warga" in book[PROGRAMMES]["E2"].comment.text
    assert "Contoh baris" in book[PROGRAMMES]["B2"].comment.text
    lists = [rule.formula1 for rule in book[PROGRAMMES].data_validations.dataValidation if rule.type == "list"]
    assert len(lists) >= 4  # subdimensi, jenis, prioritas, OPD
    assert book["_kunci"].sheet_state == "veryHidden"
    nip = [cell.value for cell in book["Penanda tangan"][1]]
    assert "nip" not in nip
    assert "position_title" in nip


def test_writing_asks_no_query_per_row(full: Plan, who: Access, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        workbook.build(full, who)
    for n in range(30):
        line = make_programme(full, f"SB-1.{n:02}", sub_dimension="SB-1")
        make_row(BudgetLine, full, programme=line, year=2022, source="apbd", amount=n)
    with CaptureQueriesContext(connection) as many:
        workbook.build(full, who)
    assert len(many) <= len(few) + 2


# --- in ------------------------------------------------------------------------------------------------------------


def test_moved_columns_renamed_sheets_and_merged_cells_are_read(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    page = desk.book[MONEY]
    page.move_range(f"C1:C{page.max_row}", cols=6)
    desk.book[PROGRAMMES].title = "Data program 2022"
    page.title = "uang"
    for at, year, amount in ((4, 2022, "1,2 juta"), (5, 2023, "Rp. 1,5 M")):
        desk.put("uang", at, programme="SG-1.02" if at == 4 else None, year=year, source="APBN", amount=amount)
    page.merge_cells("B4:B5")

    row = apply(check(full, who, desk.bytes), who)

    assert row.state == State.APPLIED, (row.failure, found(row))
    lines = full.budgetline_set.filter(programme__code="SG-1.02").order_by("year")
    assert list(lines.values_list("year", "source", "amount")) == [
        (2022, "apbn", 1_200_000),
        (2023, "apbn", 1_500_000_000),
    ]


def test_rows_that_hang_on_a_new_programme_come_in_with_it(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(
        PROGRAMMES,
        5,
        code="SE-1.01",
        sub_dimension="SE-1",
        name="UMKM daring",
        kind="baru",
        start_year="2023-2025",
        opd="Dinas Kesehatan",
    )
    desk.put(MONEY, 4, programme="SE-1.01", year="TA 2023", source="apbd kabupaten/kota", amount="2 M")
    desk.put(INDICATORS, 4, programme="SE-1.01", name="UMKM", unit="unit", target_2023="1.250", target_2024="± 1.500")

    row = apply(check(full, who, desk.bytes), who)

    assert row.state == State.APPLIED, (row.failure, found(row))
    programme = full.programme_set.get(code="SE-1.01")
    assert (programme.start_year, programme.end_year, programme.opd and programme.opd.name) == (
        2023,
        2025,
        "Dinas Kesehatan",
    )
    assert programme.budget_lines.get().amount == 2_000_000_000
    assert dict(programme.indicators.get().targets.values_list("year", "value")) == {2023: 1250, 2024: 1500}
    assert imports.undo(row, access=who) == 3
    assert not full.programme_set.filter(code="SE-1.01").exists()
    assert IndicatorTarget.objects.filter(plan=full).count() == 1


def test_cells_that_nobody_touched_never_overwrite_what_changed_meanwhile(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, benefit="Manfaat dari Excel")
    programme = full.programme_set.get(code="SG-1.01")
    programme.location = "Pulau Galang"
    writing.change(programme, access=who, version=programme.version)

    row = apply(check(full, who, desk.bytes), who)

    programme.refresh_from_db()
    assert row.state == State.APPLIED
    assert (programme.benefit, programme.location) == ("Manfaat dari Excel", "Pulau Galang")


@pytest.mark.parametrize(
    ("decision", "location"), [("take", "Rempang"), ("rest", "Pulau Galang"), ("skip", "Pulau Galang")]
)
def test_the_same_cell_changed_twice_is_shown_both_ways(full: Plan, who: Access, decision: str, location: str) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, location="Rempang", benefit="Manfaat dari Excel")
    programme = full.programme_set.get(code="SG-1.01")
    programme.location = "Pulau Galang"
    writing.change(programme, access=who, version=programme.version)

    row = check(full, who, desk.bytes)

    (item,) = row.outcome["items"]
    cells = {cell["title"]: (cell["before"], cell["after"], cell["theirs"]) for cell in item["cells"]}
    assert item["kind"] == "conflict"
    assert cells == {
        "Lokasi": ("Batam", "Rempang", "Pulau Galang"),
        "Manfaat": ("Warga terlayani", "Manfaat dari Excel", None),
    }
    imports.approve(row, {item["id"]: decision}, access=who)
    row.refresh_from_db()
    imports.apply(row)
    programme.refresh_from_db()
    assert programme.location == location
    assert programme.benefit == ("Warga terlayani" if decision == "skip" else "Manfaat dari Excel")


def test_a_target_changed_meanwhile_is_a_conflict_too(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(INDICATORS, 3, target_2023=70)
    target = full.indicatortarget_set.get(year=2023)
    target.value = 60
    writing.change(target, access=who, version=target.version)

    (item,) = check(full, who, desk.bytes).outcome["items"]

    assert item["kind"] == "conflict"
    assert [(cell["before"], cell["after"], cell["theirs"]) for cell in item["cells"]] == [("50", "70", "60")]


def test_what_became_a_conflict_after_it_was_shown_is_not_applied(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, location="Rempang")
    desk.put(APPS, 3, purpose="Presensi")
    row = check(full, who, desk.bytes)
    programme = full.programme_set.get(code="SG-1.01")
    programme.location = "Pulau Galang"
    writing.change(programme, access=who, version=programme.version)

    row = apply(row, who)

    assert row.state == State.READY
    assert row.failure.startswith("Tidak ada yang diterapkan.")
    assert {kind for kind, *_ in found(row)} == {"conflict", "changed"}
    assert full.application_set.get().purpose == "Kepegawaian"


def test_a_row_made_in_the_application_meanwhile_is_not_taken_for_a_deleted_one(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    writing.add(writing.new(Application, full, name="SIBARU"), access=who)

    assert check(full, who, desk.bytes).outcome["items"] == []


def test_a_row_that_came_without_its_key_is_known_by_its_name(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.book[APPS]["A3"].value = None
    desk.put(APPS, 3, purpose="Presensi")
    desk.put(APPS, 4, name="SIMPEG", purpose="Lagi")

    assert found(check(full, who, desk.bytes)) == [
        ("changed", "SIMPEG", []),
        ("new", "SIMPEG Lagi", ["Sama dengan baris 3 di lembar ini."]),
    ]


def test_a_copied_row_is_a_new_one_and_the_original_stays(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    page = desk.book[APPS]
    for cell in page[3]:
        page.cell(4, cell.column).value = cell.value
    desk.put(APPS, 3, name="SIMPEG 2", purpose="Salinan yang diubah")

    row = apply(check(full, who, desk.bytes), who)

    assert row.state == State.APPLIED, found(row)
    assert sorted(full.application_set.values_list("name", flat=True)) == ["SIMPEG", "SIMPEG 2"]
    assert row.rows == 1


def test_the_same_workbook_handed_in_twice_changes_nothing_the_second_time(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, location="Rempang")
    desk.put(APPS, 4, name="SIBARU", opd="Diskominfo")
    apply(check(full, who, desk.bytes), who)

    again = check(full, who, desk.bytes)

    assert again.outcome["items"] == []


def test_only_what_is_chosen_is_applied(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, location="Rempang")
    desk.put(APPS, 3, purpose="Presensi")
    desk.put(APPS, 4, name="Bukan ini")
    row = check(full, who, desk.bytes)
    wanted = next(
        item["id"] for item in row.outcome["items"] if item["section"] == "aplikasi" and item["kind"] == "changed"
    )

    imports.approve(row, {wanted: "take"}, access=who)
    row.refresh_from_db()
    imports.apply(row)
    imports.apply(row)  # the job may come twice

    row.refresh_from_db()
    assert (row.state, row.rows) == (State.APPLIED, 1)
    assert full.application_set.get().purpose == "Presensi"
    assert full.programme_set.get(code="SG-1.01").location == "Batam"


def test_every_error_says_its_cell_and_what_was_expected(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, opd="Dinkess", priority="Tingi", start_year=2050, nomenclature="abc")
    desk.put(MONEY, 4, programme="SG-9.99", year=2022, source="APBN", amount=5)
    desk.put(MONEY, 5, year=2022, source="APBN", amount=5)
    desk.put(APPS, 4, purpose="=1+1")
    desk.put("Peraturan", 3, rank="Peraturan Presiden", number="59", year=2022, about="Perkotaan")

    row = check(full, who, desk.bytes)

    faults = {(item["page"], fault["at"]): fault["text"] for item in row.outcome["items"] for fault in item["faults"]}
    assert faults[PROGRAMMES, "L3"].startswith(
        "OPD “Dinkess” tidak ada di rencana ini. Mungkin maksud Anda: Dinkes (Dinas Kesehatan)"
    )
    assert faults[PROGRAMMES, "K3"] == "“Tingi” bukan pilihan. Mungkin maksud Anda: Tinggi."
    assert faults[MONEY, "B4"].startswith("Program “SG-9.99” tidak ada di rencana ini.")
    assert faults[MONEY, "B5"] == "Wajib diisi."
    assert faults[APPS, "D4"].startswith("Hasil rumus ini tidak tersimpan")
    assert "PP 59/2022" in faults["Peraturan", "B3"]
    assert not Regulation.objects.filter(plan=full, number="59").exists()


def test_rules_of_the_form_are_rules_of_the_workbook(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, start_year=2050, end_year=2051, nomenclature="abc")

    (item,) = check(full, who, desk.bytes).outcome["items"]

    assert {fault["at"] for fault in item["faults"]} == {"P3", "Q3", "AC3"}
    assert all("masa rencana" in fault["text"] or "angka dan titik" in fault["text"] for fault in item["faults"])


def test_the_workbook_is_handed_back_with_notes_in_its_cells(
    full: Plan, who: Access, writer: User, client_of: Callable[[User], Client]
) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(PROGRAMMES, 3, opd="Dinkess")
    desk.put(APPS, 3, purpose="Presensi")
    row = check(full, who, desk.bytes)

    answer = client_of(writer).get(reverse("bimtek:noted", args=[full.region.slug, 2022, row.pk]))

    cell = openpyxl.load_workbook(io.BytesIO(answer.content))[PROGRAMMES]["L3"]
    assert isinstance(cell.comment, Comment)
    assert "Mungkin maksud Anda" in cell.comment.text
    assert cell.value == "Dinkess"
    assert cell.fill.start_color.rgb == "FFFFD9CC" or cell.fill.start_color.rgb == "00FFD9CC"


def test_an_operator_writes_only_the_own_rows(full: Plan, who: Access, operator: User) -> None:
    mine = access(operator, full)
    desk = Desk(workbook.build(full, who))  # the region's, passed on by a colleague
    desk.put(PROGRAMMES, 3, location="Rempang")
    desk.put(PROGRAMMES, 4, location="Bukan milik saya")
    desk.put(APPS, 4, name="SIKES")

    row = check(full, mine, desk.bytes)

    assert {kind for kind, *_ in found(row)} == {"new", "changed"}
    refused = {label: faults for _, label, faults in found(row) if faults}
    assert list(refused) == ["SIMPEG Diskominfo", "SG-1.02 SG-1 Pelayanan publik"]
    assert all("milik OPD lain" in fault for faults in refused.values() for fault in faults)
    apply(row, mine)
    assert str(full.application_set.get(name="SIKES").opd) == "Dinkes"
    assert full.programme_set.get(code="SG-1.02").location == ""


def test_a_closed_stage_is_an_error_of_its_rows(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(APPS, 3, purpose="Presensi")
    full.submission_set.filter(stage=1).update(status="accepted")

    ((_, _, faults),) = found(check(full, who, desk.bytes))

    assert "tidak dapat diubah" in faults[0]


def test_another_plans_workbook_is_refused(full: Plan, who: Access, stranger_region: Region, stranger: User) -> None:
    other = stranger_region.plan_set.get()
    foreign = workbook.build(other, access(stranger, other))

    row = check(full, who, foreign)

    assert row.state == State.FAILED
    assert "rencana lain" in row.failure


def test_an_import_that_somebody_went_on_with_is_not_undone(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.put(APPS, 3, purpose="Presensi")
    row = apply(check(full, who, desk.bytes), who)
    application = full.application_set.get()
    application.purpose = "Ditulis lagi"
    writing.change(application, access=who, version=application.version)

    with pytest.raises(ValidationError, match="sudah diubah lagi"):
        imports.undo(row, access=who)

    assert full.application_set.get().purpose == "Ditulis lagi"


def test_a_deleted_programme_takes_its_lines_along_and_undo_brings_all_back(full: Plan, who: Access) -> None:
    desk = Desk(workbook.build(full, who))
    desk.book[PROGRAMMES].delete_rows(3)
    desk.book[MONEY].delete_rows(3)
    before = (full.budgetline_set.count(), full.indicatortarget_set.count())

    row = check(full, who, desk.bytes)
    assert {(kind, label) for kind, label, _ in found(row)} == {
        ("removed", "SG-1.01 Program SG-1.01"),
        ("removed", "SG-1.01 · 2022 APBD kabupaten/kota"),
    }
    apply(row, who)
    assert not Programme.objects.filter(plan=full, code="SG-1.01").exists()
    imports.undo(row, access=who)

    assert (full.budgetline_set.count(), full.indicatortarget_set.count()) == before
    assert str(full.programme_set.get(code="SG-1.01").opd) == "Dinkes"


# --- the pages -------------------------------------------------------------------------------------------------------


def test_from_the_page_to_the_undoing(
    full: Plan, who: Access, writer: User, client_of: Callable[[User], Client]
) -> None:
    client, base = client_of(writer), [full.region.slug, 2022]
    desk = Desk(workbook.build(full, who))
    desk.put(APPS, 3, purpose="Presensi")
    desk.put(PROGRAMMES, 3, opd="Dinkess")
    desk.put(APPS, 4, name="SIBARU")

    sent = client.post(reverse("bimtek:hand_in", args=base), {"berkas": SimpleUploadedFile("isian.xlsx", desk.bytes)})
    url = sent["Location"]
    assert "sedang dibaca" in client.get(url).content.decode()
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
    assert jobs.run_next()
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = client.get(url)
    assert "Mungkin maksud Anda" in page.content.decode()
    ids = [item["id"] for kind in ("changed", "new") for item in page.context["found"][kind]["items"]]
    assert client.post(f"{url}terapkan/", {}).status_code == 302
    assert "Belum ada yang dipilih" in client.get(url).content.decode()
    client.post(f"{url}terapkan/", {"pilih": ids})
    assert jobs.run_next()
    assert "2 baris diterapkan sekaligus" in client.get(url).content.decode()
    assert "isian.xlsx" in client.get(reverse("bimtek:exchange", args=base)).content.decode()
    client.post(f"{url}urungkan/")
    assert full.application_set.get().purpose == "Kepegawaian"
    assert "Impor ini diurungkan" in client.get(url).content.decode()


def test_an_upload_belongs_to_its_writer_and_to_those_who_fill_for_all(
    full: Plan, who: Access, writer: User, operator: User, head: User, client_of: Callable[[User], Client]
) -> None:
    row = check(full, who, workbook.build(full, who))
    url = reverse("bimtek:upload", args=[full.region.slug, 2022, row.pk])

    assert {name: client_of(user).get(url).status_code for name, user in {"w": writer, "o": operator, "h": head}.items()} == {
        "w": 200, "o": 404, "h": 200,
    }  # fmt: skip
    with pytest.raises(PermissionDenied):
        imports.discard(row, access=access(operator, full))
    imports.discard(row, access=who)
    assert not imports.path_of(row).exists() or row.state == State.READY
    row.refresh_from_db()
    assert row.state == State.DISCARDED


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b""), ("a.xlsx", b"halo"), ("a.csv", b"a;b;c"), ("a.xlsx", b"%PDF-1.4")]
)
def test_what_is_no_workbook_is_refused_at_the_door(
    full: Plan, writer: User, client_of: Callable[[User], Client], name: str, content: bytes
) -> None:
    client, base = client_of(writer), [full.region.slug, 2022]

    client.post(reverse("bimtek:hand_in", args=base), {"berkas": SimpleUploadedFile(name, content)})

    assert not WorkbookImport.objects.exists()
    assert any(
        words in client.get(reverse("bimtek:exchange", args=base)).content.decode()
        for words in ("kosong", "bukan buku kerja")
    )
