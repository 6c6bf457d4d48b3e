"""The response matrix: what was said, answered and changed in a round, with the page of the printed book; and nothing private."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from bimtek import matrix, outcomes, suggesting, threads, workflow, writing
from bimtek.anchors import Anchor
from bimtek.models import Answer, BudgetLine, IndicatorTarget, Plan, Stage, SwotItem
from bimtek.outcomes import Told
from bimtek.words import Piece
from masterplan import issuing, matrix_views
from masterplan.book_pages import BookPages, Section, run
from masterplan.models import FinishedBook
from regions.models import AuditRow
from tests.bimtek.rows import access, make_full_programme, make_item, make_programme, make_row
from tests.masterplan.conftest import run_jobs

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
PAGE = "/daerah/kota-batam/2022/matriks-tanggapan/1/"
SECRET = "Rahasia-antarpereviu-9a1d"


@pytest.fixture
def item(plan: Plan) -> SwotItem:
    return make_item(plan, text="Serat optik di 42 OPD")


@pytest.fixture
def asked(plan: Plan, item: SwotItem, head: User, consultant: User, writer: User) -> Plan:
    """A round with a request that was met, a question that was answered, a proposal taken over, and a private note."""
    answer = make_row(Answer, plan, key="latar-belakang", text="<p>Warga menempuh dua jam perjalanan laut.</p>")
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    reviewer, region = access(consultant, plan), access(writer, plan)
    request = threads.begin(
        plan, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Angkanya lama.", access=reviewer, kind="kedaluwarsa"
    )
    threads.begin(plan, Anchor(Stage.PERSEPSI, "swot", item), "Perlu dipecah?", access=reviewer)
    prose = Anchor(Stage.PERSEPSI, "narasi-pendahuluan", None, "latar-belakang", "dua jam")
    wording = threads.begin(plan, prose, "Lebih tepat.", access=reviewer, wording="tiga jam")
    threads.begin(plan, Anchor(Stage.PERSEPSI, "swot"), SECRET, access=reviewer, private=True)
    item.text = "Serat optik di 46 OPD"
    writing.change(item, access=region, version=1)
    threads.reply(request, "Sudah kami perbarui.", access=region)
    threads.move(request, "selesai", access=region)
    suggesting.take(wording, access=region, version=answer.version)
    return plan


def pdf_text(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_each_line_tells_comment_answers_and_what_changed(asked: Plan, writer: User) -> None:
    request, question, wording = matrix.lines(asked, Stage.PERSEPSI, 1)

    assert (request.number, request.place, request.comment) == (1, "Butir SWOT · Butir · S1", "Angkanya lama.")
    assert request.responses == [
        (f"{writer} (Admin Diskominfo)", "Sudah kami perbarui."),
        (f"{writer} (Admin Diskominfo)", "Keadaan: selesai."),
    ]
    fibre = [Piece("same", "Serat optik di"), Piece("gone", " 42"), Piece("new", " 46"), Piece("same", " OPD")]
    assert request.told == [Told("", fibre)]
    assert (question.told, question.responses) == ([Told("Butir", fibre)], [])
    assert wording.responses[-1][1] == "Kata-kata usulan dipakai."
    assert [piece.text for piece in wording.told[0].pieces if piece.kind != "same"] == [" dua", " tiga"]


def marks(line: matrix.Line) -> list[str]:
    return matrix_views.changed(line).split("\n")


def test_a_row_tells_every_field_and_what_hangs_on_it_before_and_after(
    plan: Plan, consultant: User, writer: User, kominfo: Any, health: Any
) -> None:
    programme, who, region = make_full_programme(plan, kominfo), access(consultant, plan), access(writer, plan)
    whole = Anchor(Stage.PROGRAM, "program", programme)
    threads.begin(plan, whole, "Lengkapi.", access=who, kind="kurang")
    threads.begin(plan, replace(whole, field="benefit"), "Manfaatnya?", access=who, kind="kurang")
    threads.begin(plan, Anchor(Stage.PROGRAM), "Secara umum baik.", access=who)
    line = programme.budget_lines.get()
    line.amount = 5
    writing.change(line, access=region, version=1)
    programme.opd, programme.kind, programme.priority, programme.end_year = health, "eksisting", 1, 2026
    writing.change(programme, access=region, version=1, links={"supporting": [kominfo]})
    writing.add(
        writing.new(BudgetLine, plan, programme=programme, year=2023, source="apbn", amount=7_000_000), access=region
    )
    writing.remove(programme.indicators.get(), access=region, version=1)

    everything, benefit, stage = matrix.lines(plan, Stage.PROGRAM, 0)
    assert marks(everything) == [
        "Baris anggaran 2022 APBD kabupaten/kota · jumlah (Rp): [Rp1.000.000]‹Rp5›",
        "Jenis: [Baru]‹Eksisting›",
        "Prioritas: ‹Tinggi›",
        f"OPD penanggung jawab: [{kominfo}]‹{health}›",
        "Tahun selesai: [2024]‹2026›",
        f"OPD pendukung: ‹{kominfo}›",
        "Baris anggaran 2023 APBN ditambahkan: ‹tahun: 2023; sumber: APBN; jumlah (Rp): Rp7.000.000›",
        "Indikator Layanan daring dihapus: [indikator: Layanan daring; satuan: %]",
    ]
    assert marks(benefit) == ["Belum berubah."]
    assert marks(stage) == [""]
    assert matrix.codes_of(plan, [everything]) == {programme.pk: "SG"}
    assert matrix.source_of(everything, {programme.pk: "SG"}) == ("programme_table", "SG")


def test_a_choice_a_figure_a_link_and_a_years_target_are_told_before_and_after(
    plan: Plan, consultant: User, writer: User, kominfo: Any, health: Any
) -> None:
    programme, who, region = make_full_programme(plan, kominfo), access(consultant, plan), access(writer, plan)
    indicator = programme.indicators.get()
    for name in ("kind", "opd", "end_year", "supporting", "missions"):
        threads.begin(plan, Anchor(Stage.PROGRAM, "program", programme, name), name, access=who)
    threads.begin(plan, Anchor(Stage.PROGRAM, "indikator", indicator, "target_2023"), "2023", access=who)
    threads.begin(plan, Anchor(Stage.PROGRAM, "indikator", indicator, "target_2024"), "2024", access=who)
    programme.kind, programme.opd, programme.end_year = "pengembangan", health, 2023
    writing.change(programme, access=region, version=1, links={"supporting": [health]})
    target = indicator.targets.get()
    target.value = Decimal("62.50")
    writing.change(target, access=region, version=1)
    writing.add(writing.new(IndicatorTarget, plan, indicator=indicator, year=2024, value=80), access=region)

    assert [marks(line) for line in matrix.lines(plan, Stage.PROGRAM, 0)] == [
        ["[Baru]‹Pengembangan›"], [f"[{kominfo}]‹{health}›"], ["[2024]‹2023›"], [f"‹{health}›"],
        ["Belum berubah."], ["[50]‹62,5›"], ["‹80›"],
    ]  # fmt: skip


def test_a_years_target_belongs_to_the_programme_that_was_asked_about(
    plan: Plan, consultant: User, writer: User
) -> None:
    mine, region = make_full_programme(plan), access(writer, plan)
    other = make_programme(plan, "SG-1.02")
    for programme in (mine, other):
        threads.begin(
            plan,
            Anchor(Stage.PROGRAM, "program", programme),
            "Lengkapi.",
            access=access(consultant, plan),
            kind="kurang",
        )
    target = mine.indicators.get().targets.get()
    target.value = Decimal(60)
    writing.change(target, access=region, version=1)

    first, second = matrix.lines(plan, Stage.PROGRAM, 0)
    assert marks(first) == ["Target tahunan Layanan daring 2023 · target: [50]‹60›"]
    assert marks(second) == ["Belum berubah."]
    writing.remove(target, access=region, version=2)
    assert marks(matrix.lines(plan, Stage.PROGRAM, 0)[0]) == [
        "Target tahunan Layanan daring 2023 dihapus: [tahun: 2023; target: 50]"
    ]


def test_a_section_names_its_rows_and_a_long_list_is_counted(plan: Plan, consultant: User, writer: User) -> None:
    who, region = access(consultant, plan), access(writer, plan)
    first, second = make_item(plan), make_item(plan, number=2, text="Kedua")
    threads.begin(plan, Anchor(Stage.PERSEPSI, "swot"), "Kurang banyak.", access=who, kind="kurang")
    threads.begin(plan, Anchor(Stage.PERSEPSI, "swot", second), "Perlu?", access=who)
    first.text = "Jaringan serat optik kota"
    writing.change(first, access=region, version=1)
    writing.remove(second, access=region, version=1)
    gone = writing.add(writing.new(SwotItem, plan, quadrant="T", number=1, text="x"), access=region)
    writing.remove(gone, access=region, version=1)

    section, row = matrix.lines(plan, Stage.PERSEPSI, 0)
    assert marks(section)[0] == "S1 · butir: Jaringan serat optik‹kota›".replace("optik‹", "optik ‹")
    assert marks(section)[1].startswith("S2 dihapus: [")
    assert len(marks(section)) == 2, "what came and went again is no news"
    assert marks(row) == ["Baris dihapus: [S2]"]
    for number in range(2, 2 + matrix.MOST_TOLD):
        writing.add(writing.new(SwotItem, plan, quadrant="W", number=number, text="Baru"), access=region)
    assert marks(matrix.lines(plan, Stage.PERSEPSI, 0)[0])[-1] == "Dan 2 lagi."


def test_long_unchanged_stretches_are_cut() -> None:
    long = "kata " * 100
    assert outcomes.shortened([Piece("same", long), Piece("gone", "a"), Piece("same", long)]) == [
        Piece("same", f" … {long[-80:]}"), Piece("gone", "a"), Piece("same", f"{long[:80]} … "),
    ]  # fmt: skip
    assert len(outcomes.shortened([Piece("new", long * 9)])[0].text) == outcomes.LONGEST


def test_the_page_shows_the_round_and_never_a_private_note(
    asked: Plan, consultant: User, writer: User, client_of: ClientOf
) -> None:
    for person in (consultant, writer):
        text = client_of(person).get(PAGE).content.decode()
        assert "Angkanya lama." in text
        assert "<del> 42</del><ins> 46</ins>" in text
        assert SECRET not in text
    assert client_of(writer).get(f"{PAGE}?putaran=7").status_code == 404
    assert client_of(writer).get(f"{PAGE}?putaran=x").status_code == 404


def test_the_pdf_holds_the_same_and_never_a_private_note(asked: Plan, consultant: User, client_of: ClientOf) -> None:
    answer = client_of(consultant).get("/daerah/kota-batam/2022/matriks-tanggapan/1.pdf")
    text = pdf_text(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="matriks-tanggapan-tahap-1-putaran-1-kota-batam.pdf"'
    for words in (
        "Matriks Tanggapan Tahap I, Putaran 1",
        "[Kedaluwarsa] Angkanya lama.",
        "Sudah kami perbarui.",
        "[42]‹46›",
        "Buku belum pernah dicetak.",
    ):
        assert words.replace(" ", "") in text.replace(" ", ""), words
    assert SECRET not in text.replace(" ", "")
    assert SECRET.encode() not in answer.content


def test_the_workbook_holds_the_rows_of_the_paper_and_no_formula(
    asked: Plan, consultant: User, writer: User, client_of: ClientOf
) -> None:
    threads.begin(asked, Anchor(Stage.PERSEPSI, "swot"), "=HYPERLINK(1)", access=access(consultant, asked))
    answer = client_of(writer).get("/daerah/kota-batam/2022/matriks-tanggapan/1.xlsx")
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    found = matrix_views.Round(1, [(line, "") for line in matrix.lines(asked, Stage.PERSEPSI, 1)], BookPages({}))

    assert answer["Content-Disposition"] == 'attachment; filename="matriks-tanggapan-tahap-1-putaran-1-kota-batam.xlsx"'
    assert [row[0] for row in rows[:3]][::2] == ["Matriks Tanggapan Tahap I, Putaran 1", "Buku belum pernah dicetak."]
    assert rows[3] == [title for title, _, _ in matrix_views.COLUMNS]
    assert [tuple(row) for row in rows[4:]] == [matrix_views.cells(line, page) for line, page in found.lines]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    assert SECRET not in str(rows)
    assert AuditRow.objects.first().label == "Matriks Tanggapan Tahap I, Putaran 1 (Excel)"  # type: ignore[union-attr]
    assert client_of(writer).get("/daerah/kota-batam/2022/matriks-tanggapan/2.xlsx").status_code == 404


def test_the_annex_prints_what_changed_between_two_states(
    asked: Plan, item: SwotItem, writer: User, client_of: ClientOf
) -> None:
    first = workflow.newest(asked.submission_set.get(stage=1))
    assert first
    writing.add(
        writing.new(SwotItem, asked, quadrant="W", number=1, text="Tenaga TIK kurang"), access=access(writer, asked)
    )
    address = "/daerah/kota-batam/2022/lampiran-perubahan/1.pdf"
    answer = client_of(writer).get(f"{address}?dari={first.pk}&ke=sekarang")
    text = pdf_text(answer.content).replace(" ", "")

    assert answer["Content-Disposition"] == 'attachment; filename="perubahan-tahap-1-kota-batam.pdf"'
    for words in (
        "Lampiran Perubahan Tahap I",
        "3 isian berbeda.",
        "Butir: Serat optik di [42]‹46› OPD",
        "menempuh [dua]‹tiga› jam",
        "Butir: Tenaga TIK kurang",
    ):
        assert words.replace(" ", "") in text, words
    added = pdf_text(client_of(writer).get(f"{address}?dari={first.pk}&ke=sekarang&bagian=swot&jenis=added").content)
    assert "1isianberbeda.Disaringdari3isian." in added.replace(" ", "")
    assert "Tenaga" in added
    assert "Serat" not in added
    assert client_of(writer).get(f"{address}?dari=x").status_code == 404


def test_a_stage_without_comments_has_an_empty_page_and_no_paper(plan: Plan, writer: User, client_of: ClientOf) -> None:
    assert "Belum ada komentar" in client_of(writer).get(PAGE).content.decode()
    assert client_of(writer).get("/daerah/kota-batam/2022/matriks-tanggapan/1.pdf").status_code == 404


def test_the_matrix_asks_the_same_queries_for_one_line_and_for_twenty(
    plan: Plan, consultant: User, writer: User, client_of: ClientOf
) -> None:
    who, client, counts = access(consultant, plan), client_of(consultant), []
    for more in (1, 19):
        for number in range(more):
            item = make_item(plan, number=100 * more + number)
            threads.begin(plan, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Datanya?", access=who, kind="kurang")
            item.text = "Diperbarui"
            writing.change(item, access=access(writer, plan), version=1)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PAGE).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_source_is_found_by_its_argument_else_by_its_name() -> None:
    pages = [("IV-7", run("Kesenjangan Layanan perizinan")), ("IV-8", run("Layanan anjungan man-\ndiri"))]
    books = BookPages(
        {
            ("gap_table", "SG"): Section("Buku 1, 4.2", "IV-2"),
            ("gap_table", "SB"): Section("Buku 1, 4.3", "IV-7", pages),
        }
    )
    assert books.of("gap_table", "SB") == "Buku 1, 4.3, mulai hlm. IV-7"
    assert books.of("gap_table", "SB", ["", "Tidak ada", "Anjungan mandiri"]) == "Buku 1, 4.3, hlm. IV-8"
    assert books.of("gap_table", "SB", ["…", "x"]) == "Buku 1, 4.3, mulai hlm. IV-7"
    assert books.of("gap_table", "XX") == "Buku 1, 4.2, mulai hlm. IV-2"
    assert books.of("") == ""
    assert BookPages({}).of("gap_table", "SG") == ""


@pytest.mark.slow
def test_the_page_named_is_the_page_where_the_words_stand_in_the_printed_book(
    asked: Plan, consultant: User, client_of: ClientOf, media: Path
) -> None:
    run_jobs(issuing.request(asked, by=None, books=["buku-1"]))
    book = FinishedBook.objects.get()
    reader = pypdf.PdfReader(media / book.path)
    pages = dict(zip(reader.page_labels, (" ".join(page.extract_text().split()) for page in reader.pages), strict=True))

    client = client_of(consultant)
    text = client.get(PAGE).content.decode()
    for words, sign in (("perjalanan laut", "1.1"), ("Serat optik di 46 OPD", "5.2")):
        label = next(label for label, page in pages.items() if "-" in label and words in page)
        assert f"Buku 1, {sign}, hlm. {label}" in text, (words, label)
    paper = pdf_text(client.get("/daerah/kota-batam/2022/matriks-tanggapan/1.pdf").content)
    assert "Halamanmenurutcetakan" in paper.replace(" ", "")
