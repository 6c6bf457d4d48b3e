"""The audit: what leaves a line, that lines cannot be changed, and that a chain which was changed is found."""

import io
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from openpyxl import load_workbook

from bimtek import threads, workflow
from bimtek.anchors import Anchor
from bimtek.models import Stage
from regions import append_only, audit, people
from regions.access import Role, access_of
from regions.models import AuditHead, AuditRow, Invitation, Region
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db
TABLE = AuditRow._meta.db_table
PAGE = "/daerah/kota-batam/jejak/"


@pytest.fixture
def chain(region, writer) -> Region:
    """Six rows of one region."""
    for number in range(1, 7):
        audit.record(region, audit.Kind.DOWNLOAD, "mengunduh", by=writer, label=f"Berkas {number}")
    return region


@pytest.fixture
def unlocked(db) -> Any:
    """The database's own lock taken off, as by somebody who owns the server."""
    append_only.unprotect(connection, TABLE)


def the_command(*args: str) -> str:
    out = io.StringIO()
    try:
        call_command("verify_audit", *args, stdout=out)
    except CommandError as fault:
        return f"{out.getvalue()}{fault}"
    return out.getvalue()


def deeds() -> list[tuple[str, str, str]]:
    return list(AuditRow.objects.order_by("number").values_list("kind", "deed", "label"))


# --- the chain -----------------------------------------------------------------------------------------------------
def test_an_untouched_chain_holds_and_its_end_is_printed(chain):
    last = AuditRow.objects.get(number=6)
    assert f"kota-batam 6 {last.sha256}" in the_command()
    assert "# 1 rantai utuh" in the_command()


@pytest.mark.parametrize(
    "values", [{"label": "Berkas lain"}, {"by_name": "Orang lain"}, {"deed": "melihat"}, {"at": "2020-01-01T00:00Z"}, {"private": True}]
)  # fmt: skip
def test_an_altered_row_is_named(chain, unlocked, values):
    AuditRow.objects.filter(number=3).update(**values)
    assert "RUSAK kota-batam baris 3" in the_command()
    assert "1 dari 1 rantai rusak" in the_command()


@pytest.mark.parametrize(("gone", "named"), [(1, 2), (3, 4), (6, 6)])
def test_a_deleted_row_is_found_be_it_the_first_or_the_last(chain, unlocked, gone, named):
    AuditRow.objects.filter(number=gone).delete()
    assert f"RUSAK kota-batam baris {named}" in the_command()


def test_a_chain_emptied_as_a_whole_is_found(chain, unlocked):
    AuditRow.objects.all().delete()
    assert "RUSAK kota-batam baris 1: baris 1 sampai 6 hilang" in the_command()


def test_reordered_rows_are_found(chain, unlocked):
    AuditRow.objects.filter(number=3).update(number=99)
    AuditRow.objects.filter(number=4).update(number=3)
    AuditRow.objects.filter(number=99).update(number=4)
    assert "RUSAK kota-batam baris 3" in the_command()


def test_a_row_put_back_with_a_hash_of_its_own_does_not_join(chain, unlocked):
    row = AuditRow.objects.get(number=3)
    row.label = "Berkas lain"
    AuditRow.objects.filter(pk=row.pk).update(label=row.label, sha256=audit.digest(row))
    assert "RUSAK kota-batam baris 4: tidak menyambung" in the_command()


def test_a_chain_written_anew_as_a_whole_disagrees_with_what_was_kept(chain, unlocked, writer, tmp_path):
    kept = tmp_path / "simpanan.txt"
    kept.write_text(the_command(), encoding="utf-8")
    assert "rantai utuh" in the_command("--simpanan", str(kept))
    AuditRow.objects.all().delete()
    AuditHead.objects.all().delete()
    assert "baris ini pernah ada dan hilang" in the_command("--simpanan", str(kept))
    for number in range(1, 8):
        audit.record(chain, audit.Kind.DOWNLOAD, "mengunduh", by=writer, label=f"Lain {number}")
    assert "# 1 rantai utuh" in the_command()
    assert "RUSAK kota-batam baris 6: berbeda dari sidik yang disimpan" in the_command("--simpanan", str(kept))


def test_an_unknown_region_and_a_file_without_hashes_are_refused(chain, tmp_path):
    empty = tmp_path / "kosong.txt"
    empty.write_text("tidak ada", encoding="utf-8")
    assert "tidak dikenal" in the_command("--daerah", "kota-x")
    assert "Tidak ada sidik" in the_command("--simpanan", str(empty))


def test_chains_of_regions_stand_apart(chain, stranger_region):
    first = audit.record(stranger_region, audit.Kind.MOVE, "mengajukan", by=None)
    assert (first.number, first.previous, first.by_name) == (1, "", "Sistem")
    assert "# 2 rantai utuh" in the_command()


# --- the database --------------------------------------------------------------------------------------------------
def test_the_database_refuses_to_change_or_delete_a_row(chain):
    append_only.protect(connection, TABLE)  # as the migration leaves it
    row = AuditRow.objects.get(number=2)
    for act in (
        lambda: AuditRow.objects.filter(pk=row.pk).update(label="x"),
        lambda: AuditRow.objects.filter(pk=row.pk).delete(),
        lambda: row.save(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert AuditRow.objects.count() == 6


def test_the_migrations_leave_the_locks_on(db):
    """Only the lock that stands in the way of emptying the test database is off (tests/conftest.py)."""
    names = {name.replace("{table}", TABLE) for name in append_only.NAMES[connection.vendor]}
    catalog = "SELECT tgname FROM pg_trigger" if connection.vendor == "postgresql" else "SELECT name FROM sqlite_master WHERE type = 'trigger'"  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(catalog)
        there = {name for (name,) in cursor.fetchall()}
    assert len(names & there) == 1


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_table(chain):
    append_only.protect(connection, TABLE)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses for a reason of its own
        with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
            cursor.execute(f"TRUNCATE {TABLE}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_many_at_once_make_one_chain_without_gaps(region, writer):
    def act(who: int) -> None:
        for each in range(8):
            audit.record(region, audit.Kind.DOWNLOAD, "mengunduh", by=writer, label=f"{who}-{each}")
        connection.close()

    at_once = [threading.Thread(target=act, args=(who,)) for who in range(4)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert list(AuditRow.objects.order_by("id").values_list("number", flat=True)) == list(range(1, 33))
    assert audit.verify(region).broken == 0


def test_a_deed_that_is_taken_back_leaves_no_line(region, writer):
    with transaction.atomic():
        audit.record(region, audit.Kind.MOVE, "x", by=writer)
        transaction.set_rollback(True)
    assert not AuditRow.objects.exists()


# --- what leaves a line --------------------------------------------------------------------------------------------
def test_every_move_leaves_a_line(plan, cast):
    who = access_of(cast[Role.HEAD_OF_DEPARTMENT], plan.region)
    workflow.submit(plan.submission_set.get(stage=1), access=who)
    reviewer = access_of(cast[Role.CONSULTANT], plan.region)
    workflow.send_back(plan.submission_set.get(stage=1), access=reviewer, reason="Rahasia alasan")
    workflow.submit(plan.submission_set.get(stage=1), access=who)
    workflow.accept(plan.submission_set.get(stage=1), access=reviewer)
    assert [deed for _, deed, _ in deeds()] == [
        "Ajukan tahap",
        "Kembalikan untuk perbaikan",
        "Ajukan kembali",
        "Terima tahap",
    ]
    row = AuditRow.objects.get(number=2)
    assert (row.by_id, row.by_name, row.by_role) == (cast[Role.CONSULTANT].pk, str(cast[Role.CONSULTANT]), "Konsultan")
    assert (row.label, row.about_kind) == ("Tahap I, Angkatan 2022", "submission")


def test_every_grant_leaves_a_line(region, writer, ministry, kominfo):
    offer = people.invite(region, email="a@contoh.id", role=Role.LEADER, by=writer)
    people.withdraw(offer, by=writer)
    joined = people.invite(region, email="b@contoh.id", role=Role.COUNCIL, by=writer)
    held = people.accept(joined, user=make_user("Budi", email="b@contoh.id"))
    people.change_role(held, role=Role.OPERATOR, opd=kominfo, by=writer)
    people.remove(held, by=writer)
    helper = people.assign(
        region, email="k@contoh.id", full_name="Dr. Kus", starts=timezone.localdate(), ends=None, by=ministry
    )
    people.change_period(helper, starts=timezone.localdate(), ends=timezone.localdate(), by=ministry)
    told = [f"{deed} {label}" for kind, deed, label in deeds() if kind == "akses"]
    assert [words.split(" ")[0] for words in told] == [
        "mengundang", "menarik", "mengundang", "menerima", "mengubah", "mencabut", "menugaskan", "mengubah",
    ]  # fmt: skip
    assert told[4] == "mengubah peran dari Anggota Dewan Smart City menjadi Operator OPD, Diskominfo: Budi"
    assert AuditRow.objects.get(number=7).by_role == "Admin Kominfo"


def test_a_refused_grant_leaves_none(region, writer):
    offer = people.invite(region, email="a@contoh.id", role=Role.LEADER, by=writer)
    Invitation.objects.filter(pk=offer.pk).update(revoked_at=timezone.now())
    with pytest.raises(people.ValidationError):
        people.withdraw(offer, by=writer)
    assert len(deeds()) == 1


def test_a_comment_leaves_a_line_without_its_words(plan, cast):
    who = access_of(cast[Role.CONSULTANT], plan.region)
    thread = threads.begin(plan, Anchor(Stage.PROGRAM, "program"), "Kata-kata komentar", access=who)
    threads.move(thread, "selesai", access=who)
    assert deeds() == [
        ("komentar", "menulis pada utas", "Tahap II · Program"),
        ("komentar", "mengubah keadaan pada utas", "Tahap II · Program"),
    ]


def test_of_private_threads_only_reviewers_see_that_they_are(plan, cast, client_of):
    who = access_of(cast[Role.CONSULTANT], plan.region)
    threads.begin(plan, Anchor(Stage.PROGRAM, "program"), "Rahasia", access=who, private=True)
    assert deeds() == [("komentar", "menulis catatan antarpereviu", "")]
    assert "antarpereviu" not in client_of(cast[Role.ADMIN]).get(PAGE).content.decode()
    assert "antarpereviu" in client_of(cast[Role.MINISTRY]).get(PAGE).content.decode()
    assert "antarpereviu" in client_of(cast[Role.MINISTRY]).get("/kominfo/jejak/").content.decode()


def test_a_download_leaves_a_line_and_a_look_at_its_head_none(plan, writer, client_of):
    url = "/daerah/kota-batam/2022/excel/unduh/"
    client_of(writer).head(url)
    assert deeds() == []
    client_of(writer).get(url)
    assert deeds() == [("unduhan", "mengunduh", "Buku kerja Excel (isian-kota-batam-2022.xlsx)")]


# --- the page and the export ---------------------------------------------------------------------------------------
def test_the_page_narrows_by_kind_words_and_days(chain, writer, client_of):
    audit.record(chain, audit.Kind.MOVE, "Ajukan tahap", by=writer, label="Tahap I")
    client = client_of(writer)
    assert "Tahap I" in client.get(f"{PAGE}?jenis=langkah").content.decode()
    assert "Berkas 1" not in client.get(f"{PAGE}?jenis=langkah").content.decode()
    found = client.get(f"{PAGE}?cari=berkas+4").content.decode()
    assert "Berkas 4" in found
    assert "Berkas 5" not in found
    assert "Tidak ada catatan yang cocok" in client.get(f"{PAGE}?sampai=2020-01-01").content.decode()
    assert client.get(f"{PAGE}?dari=x&sampai=99999-01-01&jenis=x").status_code == 200


def test_the_page_asks_the_same_queries_for_one_row_and_for_fifty(region, writer, client_of, queries_of):
    audit.record(region, audit.Kind.MOVE, "x", by=writer)
    few = queries_of(client_of(writer), PAGE)
    for _ in range(49):
        audit.record(region, audit.Kind.MOVE, "x", by=writer)
    assert queries_of(client_of(writer), PAGE) == few


def cells(content: bytes) -> list[list[Any]]:
    page = load_workbook(io.BytesIO(content)).active
    assert page is not None
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_the_export_holds_what_the_page_lists_and_no_formula(chain, writer, client_of):
    audit.record(chain, audit.Kind.DOWNLOAD, "mengunduh", by=writer, label='=HYPERLINK("http://x")')
    answer = client_of(writer).get(f"{PAGE[:-1]}.xlsx?jenis=unduhan")
    rows = cells(answer.content)
    assert rows[0][0] == "Jejak audit Kota Batam"
    assert rows[2][:5] == ["Waktu", "Oleh", "Peran", "Perbuatan", "Objek"]
    assert len(rows) == 3 + 7
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    assert page["E4"].value == '=HYPERLINK("http://x")'
    assert page["E4"].data_type == "s"
    assert AuditRow.objects.first().label == "Jejak audit (Excel)"


def test_the_ministrys_export_holds_every_region_and_the_chain(chain, stranger_region, ministry, client_of):
    audit.record(stranger_region, audit.Kind.MOVE, "Ajukan tahap", by=None)
    rows = cells(client_of(ministry).get("/kominfo/jejak.xlsx").content)
    assert {row[6] for row in rows[3:]} == {"Kota Batam", "Kota Pematangsiantar"}
    assert rows[-1][8] == AuditRow.objects.order_by("id")[0].sha256
    assert AuditRow.objects.filter(label__contains="semua daerah").count() == 2


def test_only_the_admin_and_the_ministry_open_it(region, cast, client_of):
    answers = {role: client_of(person).get(PAGE).status_code for role, person in cast.items()}
    assert {role for role, status in answers.items() if status == 200} == {Role.ADMIN, Role.MINISTRY}
    assert answers["stranger"] == 404
    assert client_of(make_member(region, Role.ADMIN)).get("/kominfo/jejak/").status_code == 404
