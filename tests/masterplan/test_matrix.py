"""The response matrix: what was said, answered and changed in a round, with the page of the printed book; and nothing private."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from bimtek import matrix, suggesting, threads, workflow, writing
from bimtek.anchors import Anchor
from bimtek.models import Answer, Plan, Stage, SwotItem
from bimtek.words import Piece
from masterplan import issuing, matrix_views
from masterplan.book_pages import BookPages, Section, run
from masterplan.models import FinishedBook
from regions.models import AuditRow
from tests.bimtek.rows import access, make_full_programme, make_item, make_row
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
    assert request.pieces == [
        Piece("same", "Serat optik di"), Piece("gone", " 42"), Piece("new", " 46"), Piece("same", " OPD"),
    ]  # fmt: skip
    assert (question.pieces, question.changed, question.responses) == ([], "Diubah: butir.", [])
    assert wording.responses[-1][1] == "Kata-kata usulan dipakai."
    assert [piece.text for piece in wording.pieces if piece.kind != "same"] == [" dua", " tiga"]


def test_what_did_not_change_says_so_and_what_hangs_on_a_row_is_named(
    plan: Plan, consultant: User, writer: User, kominfo: Any
) -> None:
    programme, who = make_full_programme(plan, kominfo), access(consultant, plan)
    threads.begin(plan, Anchor(Stage.PROGRAM, "program", programme), "Anggarannya?", access=who, kind="kurang")
    threads.begin(
        plan, Anchor(Stage.PROGRAM, "program", programme, "benefit"), "Manfaatnya?", access=who, kind="kurang"
    )
    line = programme.budget_lines.get()
    line.amount = 5
    writing.change(line, access=access(writer, plan), version=1)

    money, benefit = matrix.lines(plan, Stage.PROGRAM, 0)
    assert money.changed == "Diubah: baris anggaran."
    assert benefit.pieces == []
    assert matrix.codes_of(plan, [money]) == {programme.pk: "SG"}
    assert matrix.source_of(money, {programme.pk: "SG"}) == ("programme_table", "SG")


def test_long_unchanged_stretches_are_cut() -> None:
    long = "kata " * 100
    assert matrix.shortened([Piece("same", long), Piece("gone", "a"), Piece("same", long)]) == [
        Piece("same", f" … {long[-80:]}"), Piece("gone", "a"), Piece("same", f"{long[:80]} … "),
    ]  # fmt: skip


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
    plan: Plan, consultant: User, client_of: ClientOf
) -> None:
    who, client, counts = access(consultant, plan), client_of(consultant), []
    for more in (1, 19):
        for number in range(more):
            item = make_item(plan, number=100 * more + number)
            threads.begin(plan, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Datanya?", access=who, kind="kurang")
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
