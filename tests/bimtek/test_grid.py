"""The grid's page, and what the server makes of the cells that somebody types or pastes into it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bimtek import writing
from bimtek.exchange.sheets import sheet_of
from bimtek.forms import drafts
from bimtek.framework import framework
from bimtek.grid import Grid
from bimtek.models import (
    BudgetLine,
    Change,
    ColumnChoice,
    Gap,
    MissionItem,
    Objective,
    Plan,
    Programme,
    ReadinessRow,
    Submission,
    SwotItem,
)
from bimtek.sections import BY_KEY, SECTIONS
from bimtek.views.grid import has_grid
from regions.models import Opd
from tests.bimtek.rows import access, make_full_programme, make_programme, make_row, make_strategy
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
COLUMNS = ("code", "sub_dimension", "benefit", "name", "kind", "priority", "opd", "start_year", "end_year")
MONEY = ("rp_2022_apbd", "rp_2023_apbd", "rp_2024_apbd")


class Desk:
    """A browser tab with a grid open."""

    def __init__(self, user: User, plan: Plan, section: str = "program", stage: int = 2) -> None:
        self.client, self.person, self.tab, self.seq = signed_in(user), str(user.pk), str(uuid4()), 0
        self.base = f"/daerah/{plan.region.slug}/2022/tahap/{stage}/{section}/kisi/"

    def message(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        self.seq += 1
        return {"person": self.person, "client": self.tab, "seq": self.seq, "rows": rows}

    def post(self, body: Any) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(f"{self.base}simpan/", text, content_type="application/json")

    def send(self, *rows: dict[str, Any]) -> dict[str, Any]:
        answer = self.post(self.message(list(rows)))
        assert answer.status_code == 200, (answer.status_code, answer.content)
        return answer.json()["rows"]

    def edit(self, row: Any, **cells: tuple[str, str]) -> dict[str, Any]:
        return self.send(old(row, **cells))[str(row.pk)]


def old(row: Any, **cells: tuple[str, str]) -> dict[str, Any]:
    return {"row": str(row.pk), "fields": {name: {"base": base, "mine": mine} for name, (base, mine) in cells.items()}}


def new(**cells: str) -> dict[str, Any]:
    return {
        "row": str(uuid4()),
        "new": True,
        "fields": {name: {"base": "", "mine": text} for name, text in cells.items()},
    }


def typed(n: int, **other: str) -> dict[str, str]:
    """Twelve cells as somebody would have them in a spreadsheet."""
    texts = (
        "",
        "SG-1",
        "Warga tidak antre",
        "",
        "Baru",
        "Tinggi",
        "Dinkes",
        "2022",
        "2024",
        "1,5 M",
        "Rp. 750 juta",
        "-",
    )
    known = dict(zip(COLUMNS + MONEY, texts, strict=True))
    return {**known, "code": f"SG-1.{n:02}", "name": f"Program {n}", **other}


FAULTS: tuple[dict[str, str], ...] = (
    {"sub_dimension": "SX-9"}, {"opd": "Dinas Antariksa"}, {"start_year": "dua ribu"}, {"end_year": "1999"},
    {"rp_2022_apbd": "1.5"}, {"kind": "Entahlah"}, {"rp_2023_apbd": "-5 juta"},
)  # fmt: skip


@pytest.fixture
def desk(plan: Plan, health: Opd) -> Callable[..., Desk]:
    return lambda user, *where: Desk(user, plan, *where)


def state(plan: Plan) -> list[tuple[Any, ...]]:
    """All that the plan's programmes and their money say."""
    programmes = [writing.state_of(row, writing.link_names(Programme)) for row in plan.programme_set.order_by("code")]
    money = plan.budgetline_set.order_by("programme__code", "year", "source")
    return [tuple(map(str, programmes)), tuple(money.values_list("programme__code", "year", "source", "amount"))]


# --- columns and cells -----------------------------------------------------------------------------------------------
def test_every_text_of_a_cell_reads_back_to_the_value_it_came_from(plan, writer, health):
    programme = make_full_programme(plan, opd=health)
    make_row(MissionItem, plan, kind="misi", number="3", text="Tata kelola")
    programme.objective = make_row(Objective, plan, dimension="SG", number=1, text="Cepat")
    programme.priority, programme.benefit = 2, 'Baris satu\nbaris "dua"\tdan tab'
    programme.save()
    programme.supporting.set([health], through_defaults={"plan": plan, "region": plan.region})
    make_row(SwotItem, plan, quadrant="S", number=1, text="Serat optik", weight="0.125", rating=4)
    make_row(Gap, plan, sub_dimension="SG-2", present="Manual", expected_year=2026)
    make_strategy(plan, access(writer, plan), plan.swotitem_set.get())
    plan.swot_weighted = True
    checked = 0
    for section in SECTIONS:
        if not has_grid(section):
            continue
        grid = Grid(plan, section, access(writer, plan))
        for row in grid.rows():
            row.plan = plan
            form = section.form(instance=row, plan=plan, access=access(writer, plan))
            for column, text in zip(grid.columns, grid.texts(row), strict=True):
                if column.name in grid.money:
                    line = next((x for x in row.budget_lines.all() if column.name == f"rp_{x.year}_{x.source}"), None)
                    assert grid.amount(text) == (line.amount if line else None)
                elif not grid.is_fixed(column):
                    raw = grid.raw(column, text)
                    assert drafts.same(
                        form.fields[column.name], raw, drafts.raw(form[column.name], form[column.name].initial)
                    )
                checked += 1
    assert checked > 60


def test_the_columns_of_programmes_are_those_of_the_form_and_a_year_each_for_every_source_in_use(plan, writer):
    programme = make_full_programme(plan)
    make_row(BudgetLine, plan, programme=programme, year=2023, source="csr", amount=5)
    grid = Grid(plan, BY_KEY["program"], access(writer, plan))
    names = [column.name for column in grid.columns]

    assert set(grid.sheet.by_name) < set(names)
    assert [name for name in names if name.startswith("rp_")] == [
        f"rp_{y}_{s}" for s in ("apbd", "csr") for y in plan.years
    ]
    texts = dict(zip(names, grid.texts(grid.rows().get()), strict=True))
    assert (texts["rp_2022_apbd"], texts["rp_2023_csr"], texts["total"]) == ("1.000.000", "5", "1.000.005")


def test_page_and_rows_ask_the_same_number_of_queries_for_one_and_for_sixty_programmes(desk, writer, plan, queries_of):
    make_full_programme(plan)
    at = desk(writer)
    few = [queries_of(at.client, at.base), queries_of(at.client, f"{at.base}baris/")]
    for n in range(2, 62):
        row = make_programme(plan, code=f"SG-1.{n:02}")
        make_row(BudgetLine, plan, programme=row, year=2022, source="apbd", amount=n)
    assert [queries_of(at.client, at.base), queries_of(at.client, f"{at.base}baris/")] == few
    assert len(at.client.get(f"{at.base}baris/?dari=40").json()["rows"]) == 21
    assert at.client.get(f"{at.base}baris/?dari=xx").status_code == 200


@pytest.mark.parametrize("section", [section for section in SECTIONS if has_grid(section)], ids=lambda one: one.key)
def test_every_section_of_rows_has_a_grid(section, desk, writer, plan):
    at = desk(writer, section.key, section.stage.value)
    answer = at.client.get(at.base)

    assert answer.status_code == 200
    assert f"<h1>{section.title}: tabel isian</h1>" in answer.content.decode()
    assert "nip" not in [column["name"] for column in answer.context["data"]["columns"]]


def test_rows_that_hang_on_another_have_no_grid_of_their_own(desk, writer):
    at = desk(writer, "anggaran")
    assert at.client.get(at.base).status_code == 404


# --- pasting ---------------------------------------------------------------------------------------------------------
def test_a_block_of_60_rows_with_7_faulty_cells_brings_53_rows_and_7_errors_and_touches_nothing_else(
    desk, writer, plan, health
):
    there = make_full_programme(plan, opd=health)
    there.code = "SG-9.99"
    there.save()
    before = state(plan)
    block = [new(**typed(n, **(FAULTS[n // 8] if n % 8 == 0 and n < 56 else {}))) for n in range(60)]
    answers = desk(writer).send(*block)

    wrong = {row: answer["errors"] for row, answer in answers.items() if answer.get("errors")}
    assert [sorted(errors) for errors in wrong.values()] == [sorted(fault) for fault in FAULTS]
    assert plan.programme_set.count() == 54
    assert plan.budgetline_set.filter(programme__code="SG-1.01").count() == 2
    assert {row["row"] for row in block} - set(wrong) == set(
        map(str, plan.programme_set.exclude(pk=there.pk).values_list("pk", flat=True))
    )
    plan.programme_set.exclude(pk=there.pk).delete()
    assert state(plan) == before


def test_figures_names_and_years_are_read_as_people_write_them(desk, writer, plan, health):
    (answer,) = (
        desk(writer)
        .send(new(**typed(1, start_year="2023-2025", end_year="", rp_2022_apbd="", rp_2023_apbd="Rp. 1,2 juta")))
        .values()
    )
    row = plan.programme_set.get()

    assert (row.opd, row.start_year, row.end_year, row.sub_dimension, row.priority) == (health, 2023, 2025, "SG-1", 1)
    assert list(row.budget_lines.values_list("year", "amount")) == [(2023, 1_200_000)]
    assert "errors" not in answer
    assert "1.200.000" in answer["cells"]


def test_a_faulty_cell_of_a_row_that_is_there_holds_up_no_other(desk, writer, plan):
    row = make_programme(plan)
    answer = desk(writer).edit(
        row, name=("Program SG-1.01", "Baru"), start_year=("2022", "kapan"), rp_2022_apbd=("", "1 M")
    )

    row.refresh_from_db()
    assert (row.name, row.start_year, row.budget_lines.get().amount) == ("Baru", 2022, 10**9)
    assert sorted(answer["saved"]) == ["name", "rp_2022_apbd"]
    assert answer["errors"] == {
        "start_year": ["Tahun ini tidak terbaca. Tulis misalnya 2024, 2023-2025, atau 2023, 2025."]
    }


def test_the_forms_rules_hold_in_the_grid(desk, writer, plan, health):
    one, two = make_programme(plan, "SG-1.01", opd=health), make_programme(plan, "SG-1.02")
    answers = desk(writer).send(
        old(one, supporting=("", "Dinkes"), end_year=("2024", "2021")),
        old(two, code=("SG-1.02", "SG-1.01"), rp_2030_apbd=("", "1 M")),
    )

    assert sorted(answers[str(one.pk)]["errors"]) == ["end_year", "supporting"]
    assert answers[str(two.pk)]["errors"]["code"] == ["Kode program ini sudah dipakai."]
    assert answers[str(two.pk)]["errors"]["rp_2030_apbd"] == ["Program ini berjalan 2022–2024."]


def test_a_new_row_says_what_it_lacks_and_is_stored_once_it_has_it(desk, writer, plan):
    row = new(code="SG-1.01")
    at = desk(writer)
    answer = at.send(row)[row["row"]]
    assert (answer["is_new"], answer["lacking"], answer.get("errors")) == (True, ["Subdimensi", "Program"], None)
    row["fields"] |= new(sub_dimension="SG-1 Pelayanan publik", name="Satu")["fields"]
    answer = at.send(row)[row["row"]]
    assert answer["is_new"] is False
    assert sorted(answer["saved"]) == ["code", "name", "sub_dimension"]
    assert plan.programme_set.get().kind == "baru"


def test_a_swot_item_takes_the_next_number_and_a_readiness_row_its_office(desk, writer, plan, health):
    desk(writer, "swot", 1).send(new(quadrant="Kekuatan", text="Satu"), new(quadrant="Kekuatan", text="Dua"))
    desk(writer, "kesiapan", 1).send(
        new(
            element="Struktur",
            component="SDM",
            name="Pranata komputer",
            value="14",
            year="2021",
            source="BKPSDM",
            opd="Dinkes",
            judgement="Sedang",
        )
    )

    assert list(plan.swotitem_set.order_by("number").values_list("number", "text")) == [(1, "Satu"), (2, "Dua")]
    assert plan.readinessrow_set.get(name="Pranata komputer").opd == health


# --- somebody else ---------------------------------------------------------------------------------------------------
def test_different_cells_of_one_row_merge_and_the_same_cell_shows_both(desk, writer, head, plan):
    row = make_programme(plan, benefit="Warga cepat dilayani.")
    desk(head).edit(row, name=("Program SG-1.01", "Nama mereka"))
    answer = desk(writer).edit(
        row,
        name=("Program SG-1.01", "Nama saya"),
        location=("", "Pulau"),
        benefit=("Warga cepat dilayani.", "Warga cepat dilayani. Murah."),
    )

    row.refresh_from_db()
    assert (row.name, row.location, row.benefit) == ("Nama mereka", "Pulau", "Warga cepat dilayani. Murah.")
    assert list(answer["conflicts"]) == ["name"]
    assert "Nama mereka" in answer["cells"]
    desk(writer).edit(row, name=("Nama mereka", "Nama saya"))
    row.refresh_from_db()
    assert row.name == "Nama saya"


def test_prose_changed_by_both_in_different_places_is_merged(desk, writer, head, plan):
    row = make_programme(plan, benefit="Warga dilayani cepat.")
    desk(head).edit(row, benefit=("Warga dilayani cepat.", "Kini warga dilayani cepat."))
    answer = desk(writer).edit(row, benefit=("Warga dilayani cepat.", "Warga dilayani cepat. Tanpa biaya."))

    row.refresh_from_db()
    assert row.benefit == "Kini warga dilayani cepat. Tanpa biaya."
    assert row.benefit in answer["cells"]


def test_money_of_one_year_is_added_changed_emptied_and_never_overwritten_in_silence(desk, writer, head, plan):
    row = make_programme(plan)
    mine, theirs = desk(writer), desk(head)
    mine.edit(row, rp_2022_apbd=("", "1 M"))
    theirs.edit(row, rp_2022_apbd=("1.000.000.000", "2 M"))
    answer = mine.edit(row, rp_2022_apbd=("1.000.000.000", "3 M"))
    assert list(answer["conflicts"]) == ["rp_2022_apbd"]
    assert row.budget_lines.get().amount == 2 * 10**9
    answer = mine.edit(row, rp_2022_apbd=("1.000.000.000", ""))
    assert list(answer["conflicts"]) == ["rp_2022_apbd"]
    mine.edit(row, rp_2022_apbd=("2.000.000.000", "-"))
    assert not row.budget_lines.exists()
    assert plan.change_set.filter(kind="budgetline", deed="deleted").count() == 1


def test_a_message_that_comes_twice_changes_nothing_the_second_time(desk, writer, plan, health):
    there = make_programme(plan, "SG-1.00")
    at = desk(writer)
    message = at.message([new(**typed(1)), old(there, name=("Program SG-1.00", "Baru"), rp_2023_apbd=("", "1 M"))])
    assert at.post(message).status_code == 200
    lines, before = Change.objects.count(), state(plan)
    again = at.post(message).json()["rows"]

    assert state(plan) == before
    assert Change.objects.count() == lines
    assert all(not answer.get("errors") and not answer.get("conflicts") for answer in again.values())


# --- who, and when ---------------------------------------------------------------------------------------------------
def test_an_operator_sees_and_writes_the_rows_of_the_own_office_only(desk, operator, plan, kominfo, health):
    own, foreign = (
        make_programme(plan, "SG-1.01", opd=health),
        make_programme(plan, "SG-1.02", opd=kominfo, benefit="Rahasia kantor lain"),
    )
    at = desk(operator)
    page, rows = at.client.get(at.base).content.decode(), at.client.get(f"{at.base}baris/").content.decode()
    assert "SG-1.01" in page
    assert "SG-1.01" in rows
    answers = at.send(
        old(own, name=("Program SG-1.01", "Baru")), old(foreign, name=("Program SG-1.02", "Curi"), rp_2022_apbd=("", "1 M")),
        {"row": str(foreign.pk), "fields": {"hapus": {"base": "1", "mine": "hapus"}}},
    )  # fmt: skip
    for text in (page, rows, json.dumps(answers)):
        assert "SG-1.02" not in text
        assert "Rahasia" not in text
    foreign.refresh_from_db()
    own.refresh_from_db()
    assert (own.name, foreign.name, foreign.budget_lines.count()) == ("Baru", "Program SG-1.02", 0)
    stolen = at.edit(own, opd=("Dinkes", "Diskominfo"))
    own.refresh_from_db()
    assert (own.opd, list(stolen["errors"])) == (health, ["opd"])


def test_a_row_of_another_office_cannot_be_taken_by_calling_it_new(desk, operator, plan, kominfo, health):
    foreign = make_programme(plan, "SG-1.02", opd=kominfo)
    row = {**new(**typed(7)), "row": str(foreign.pk)}
    answer = desk(operator).send(row)[str(foreign.pk)]

    foreign.refresh_from_db()
    assert (foreign.name, foreign.opd) == ("Program SG-1.02", kominfo)
    assert answer["refused"]
    assert "cells" not in answer


def test_an_operators_new_programme_belongs_to_the_own_office(desk, operator, plan, health):
    desk(operator).send(new(**typed(1, opd="")))
    assert plan.programme_set.get().opd == health


def test_sections_that_belong_to_nobody_are_closed_to_operators_and_open_to_readers(desk, operator, consultant, plan):
    assert desk(operator, "swot", 1).client.get(desk(operator, "swot", 1).base).status_code == 403
    reading = desk(consultant, "swot", 1)
    answer = reading.client.get(reading.base)
    assert (answer.status_code, answer.context["data"]["mayWrite"]) == (200, False)
    assert reading.post(reading.message([new(text="x")])).status_code == 403


def test_an_accepted_stage_refuses_and_keeps_what_was_there(desk, writer, plan):
    row = make_programme(plan)
    Submission.objects.filter(plan=plan).update(status="accepted")
    at = desk(writer)
    answer = at.edit(row, name=("Program SG-1.01", "Baru"))

    row.refresh_from_db()
    assert (row.name, answer["code"]) == ("Program SG-1.01", "closed")
    assert at.client.get(at.base).context["data"]["mayWrite"] is False


def test_taking_back_a_new_row_removes_it_unless_somebody_went_on_with_it(desk, writer, head, plan):
    row = make_programme(plan)
    at = desk(writer)
    desk(head).edit(row, name=("Program SG-1.01", "Nama mereka"))
    answer = at.edit(row, hapus=("1", "hapus"))
    assert (answer["saved"], plan.programme_set.count()) == ([], 1)
    assert "sudah diubah" in answer["refused"]
    answer = at.edit(row, hapus=("2", "hapus"))
    assert (answer["saved"], answer["gone"], plan.programme_set.count()) == (["hapus"], True, 0)
    assert at.edit(row, hapus=("2", "hapus"))["gone"] is True, "sent twice"


def test_a_row_that_somebody_deleted_meanwhile_is_gone(desk, writer, plan):
    row = make_programme(plan)
    edit = old(row, name=("Program SG-1.01", "Baru"))
    pk = str(row.pk)
    row.delete()
    assert desk(writer).send(edit)[pk]["code"] == "gone"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"\xff", b'{"rows": 1}', "[" * 3000, b'{"person": "x", "client": "x", "seq": 1, "rows": []}',
        b'{"person":"x","client":"7d1f0d3e-0000-4000-8000-000000000000","seq":1,"rows":[{"row":"x","fields":{"a":{"mine":1}}}]}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(desk, writer, body):
    assert desk(writer).post(body).status_code == 422


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 300, "9" * 400, "2**40"])
def test_odd_texts_are_errors_beside_their_cells(desk, writer, plan, text):
    row = make_programme(plan)
    cells = dict.fromkeys(
        ("code", "sub_dimension", "opd", "start_year", "priority", "supporting", "rp_2022_apbd", "ngawur"), ("", text)
    )
    answer = desk(writer).edit(row, **cells)

    assert set(answer["errors"]) | {"code"} == set(cells)
    assert row.budget_lines.count() == 0


def test_somebody_elses_message_is_refused_and_a_row_without_an_id_is_not_found(desk, writer, head, plan):
    at = desk(writer)
    message = {**at.message([old(make_programme(plan), name=("", "x"))]), "person": str(head.pk)}
    assert at.post(message).status_code == 409
    assert at.post(at.message([{"row": "bukan", "fields": {"name": {"base": "", "mine": "x"}}}])).status_code == 404


# --- columns in sight ------------------------------------------------------------------------------------------------
def test_the_choice_of_columns_is_remembered_for_the_person_and_no_other(desk, writer, head, plan):
    at = desk(writer)

    def shown(user: User) -> set[str]:
        page = desk(user).client.get(at.base)
        return {column["key"] for column in page.context["data"]["columns"] if column.get("on")}

    usual = shown(writer)
    keep = {"shown": ["name", "rp_csr"]}
    assert at.client.post(f"{at.base}kolom/", json.dumps(keep), content_type="application/json").json() == {
        "kept": True
    }
    assert shown(writer) == {"code", "name", "rp_csr"}
    assert shown(head) == usual
    at.client.post(f"{at.base}kolom/", '{"shown": null}', content_type="application/json")
    assert (shown(writer), ColumnChoice.objects.count()) == (usual, 0)
    for bad in ('{"shown": 5}', '{"shown": ["<b>"]}', "[]", '{"shown": [1]}'):
        assert at.client.post(f"{at.base}kolom/", bad, content_type="application/json").status_code == 422


def test_saving_sixty_rows_asks_a_bounded_number_of_queries_for_each(desk, writer, plan):
    rows = [make_programme(plan, f"SG-1.{n:02}") for n in range(20)]
    at = desk(writer)
    at.edit(rows[0], location=("", "Kota"))

    def asked(some: list[Programme], words: str) -> int:
        message = at.message([old(row, benefit=("", words)) for row in some])
        with CaptureQueriesContext(connection) as found:
            assert at.post(message).status_code == 200
        return len(found)

    one = asked(rows[:1], "satu")
    assert (asked(rows[1:], "dua") - one) / 18 <= 8


def test_a_readiness_row_of_the_bank_keeps_its_name(desk, writer, plan):
    bank = framework(plan.framework).indicators[0]
    row = make_row(
        ReadinessRow, plan, element=bank.element, component=bank.component, indicator=bank.code, name=bank.name
    )
    answer = desk(writer, "kesiapan", 1).edit(row, name=(bank.name, "Lain"), note=("", "Catatan"))

    row.refresh_from_db()
    assert (row.name, row.note) == (bank.name, "Catatan")
    assert answer["errors"] == {"name": ["Isian ini tidak diubah pada baris ini."]}


@pytest.mark.parametrize(
    ("key", "named_by"),
    [("program", "code"), ("tim", "name"), ("profil", "label"), ("kesiapan", "name"), ("swot", "text")],
)
def test_the_column_that_names_a_row_comes_first_in_the_grid_and_in_the_workbook(plan, writer, key, named_by):
    seat = access(writer, plan)
    sheet = sheet_of(BY_KEY[key], plan, seat)
    in_grid = [column.name for column in Grid(plan, BY_KEY[key], seat).columns]

    assert sheet.columns[0].name == named_by
    assert in_grid[: len(sheet.columns)] == [column.name for column in sheet.columns]
