"""Daftar hadir and berita acara: the words of the paper, the PDF, and who may fetch it."""

import datetime
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from bimtek.models import Attendee, Plan, Session, SessionDay, Stage, TeamMember
from masterplan.blocks import Block, Bullets, Facts, Paragraph, Signatures, Table
from masterplan.canonical import canonical
from masterplan.compose.sessions import attendance_blocks, attendance_table, minutes_blocks
from regions.models import TimeZone
from tests.factories import make_plan, make_region
from tests.masterplan.rows import make_session, of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def halmahera() -> Plan:
    """A kabupaten in eastern time."""
    return make_plan(make_region("82.06", "Halmahera Timur", kind="kabupaten", time_zone=TimeZone.WIT), cohort=2022)


def texts(blocks: list[Block]) -> str:
    return " ".join(block.text for block in blocks if isinstance(block, Paragraph))


def pdf_text(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


# --- berita acara ------------------------------------------------------------------------------------------------


def test_berita_acara_writes_the_day_in_words_and_the_hours_in_the_region_s_zone(halmahera: Plan) -> None:
    session = make_session(halmahera, opened_for="Bupati Halmahera Timur")

    said = texts(minutes_blocks(session))

    assert "Nomor: 555/1/BA/2022" in said
    assert (
        "Pada hari ini, Selasa, tanggal empat belas bulan Juni tahun dua ribu dua puluh dua, bertempat di Aula Bappeda,"
        in said
    )
    assert "yang berlangsung pada 13–14 Juni 2022, pukul 08.30–16.00 WIT." in said
    assert "dibuka oleh Jefri, Sekretaris Daerah, mewakili Bupati Halmahera Timur" in said
    assert "dihadiri 1 peserta (0 laki-laki dan 1 perempuan) dari 1 instansi" in said


def test_berita_acara_lists_agenda_results_and_follow_ups(plan: Plan) -> None:
    blocks = minutes_blocks(make_session(plan))

    assert [block.items for block in blocks if isinstance(block, Bullets)] == [
        ("Pembukaan", "Diskusi"),
        ("Data kesiapan disepakati.",),
    ]
    (made,) = [block for block in blocks if isinstance(block, Table)]
    assert made.rows[0].cells == ("1", "Melengkapi sumber data.", "Bappeda", "30 Juni 2022")


def test_berita_acara_prints_the_notulen_line_by_line_and_only_where_one_was_written(plan: Plan) -> None:
    session = make_session(plan, notes="Rapat dibuka.\n\n  Bappeda meminta data 2021.\n")

    written = [block.text for block in minutes_blocks(session) if isinstance(block, Paragraph)]

    at = written.index("Notulen:")
    assert written[at + 1 : at + 3] == ["Rapat dibuka.", "Bappeda meminta data 2021."]
    assert "Notulen:" not in texts(minutes_blocks(make_session(plan, stage=Stage.PROGRAM)))


def test_berita_acara_is_signed_on_behalf_of_the_one_who_sent_another(plan: Plan) -> None:
    TeamMember.objects.create(
        **of(plan, team="pelaksana", role="Ketua", name="Azril Apriansyah", position_title="Kepala Dinas")
    )

    signatures = minutes_blocks(make_session(plan))[-1]

    assert isinstance(signatures, Signatures)
    assert signatures.place_date == "Batam, 14 Juni 2022"
    team, leader = signatures.signers
    assert (team.name, team.on_behalf) == ("Azril Apriansyah", "")
    assert (leader.name, leader.position, leader.on_behalf) == ("Jefri", "Sekretaris Daerah", "Wali Kota Batam")


def test_berita_acara_of_a_bare_session_prints_what_is_missing(plan: Plan) -> None:
    session = Session.objects.create(
        **of(plan, stage=Stage.PROGRAM, starts=datetime.date(2022, 7, 13), ends=datetime.date(2022, 7, 13))
    )

    blocks = minutes_blocks(session)

    assert (
        "Pada hari ini, Rabu, tanggal tiga belas bulan Juli tahun dua ribu dua puluh dua, telah dilaksanakan"
        in texts(blocks)
    )
    assert "Jumlah peserta: belum diisi." in texts(blocks)
    assert [block.pairs for block in blocks if isinstance(block, Facts)] == [
        (("Agenda", ""),),
        (("Hasil", ""),),
        (("Tindak lanjut", ""),),
    ]


# --- daftar hadir ------------------------------------------------------------------------------------------------


def test_daftar_hadir_has_a_column_a_day_and_room_to_sign(plan: Plan) -> None:
    *_, made = attendance_blocks(make_session(plan))

    assert isinstance(made, Table)
    assert [column.title for column in made.columns] == [
        "No.", "Nama", "Instansi/OPD", "Jabatan", "L/P", "Unsur", "Hari 1 (13/6)", "Hari 2 (14/6)", "Tanda tangan",
    ]  # fmt: skip
    assert made.rows[0].cells == (
        "1",
        "Rina Hapsari",
        "Dinas Kesehatan",
        "Kepala Bidang",
        "P",
        "Perangkat daerah",
        "hadir",
        "",
        "1.\n\u00a0",
    )


def test_daftar_hadir_without_participants_is_a_form_to_fill_by_hand(plan: Plan) -> None:
    session = make_session(plan)
    Attendee.objects.filter(session=session).delete()

    *_, made = attendance_blocks(session)

    assert isinstance(made, Table)
    assert len(made.rows) == 30
    assert made.rows[29].cells[0] == "30"


def test_a_session_of_many_days_shows_those_on_which_somebody_came(plan: Plan) -> None:
    session = make_session(plan, starts=datetime.date(2022, 6, 1), ends=datetime.date(2022, 6, 30))
    SessionDay.objects.create(**of(plan, attendee=session.attendees.get(), date=datetime.date(2022, 6, 20)))

    titles = [column.title for column in attendance_table(session).columns]

    assert titles[-2:] == ["Hari 1 (1/6)", "Hari 2 (20/6)"]
    assert "Tanda tangan" not in titles
    assert "hadir" in canonical(attendance_table(session))


# --- over the web ------------------------------------------------------------------------------------------------


def papers(session: Session) -> list[str]:
    where = [session.region.slug, session.plan.enrolment.cohort.year, session.pk]
    return [reverse(f"masterplan:{name}", args=where) for name in ("attendance_pdf", "minutes_pdf")]


def test_members_download_both_papers(plan: Plan, council: User, client_of: ClientOf, media: Path) -> None:
    attendance, minutes = (client_of(council).get(url) for url in papers(make_session(plan)))

    assert attendance["Content-Type"] == minutes["Content-Type"] == "application/pdf"
    assert attendance["Content-Disposition"] == 'attachment; filename="daftar-hadir-tahap-1-kota-batam.pdf"'
    assert "Rina Hapsari" in pdf_text(attendance.content)
    assert "tahun dua ribu dua puluh dua" in pdf_text(minutes.content)
    page = PdfReader(io.BytesIO(attendance.content)).pages[0]
    assert page.mediabox.width > page.mediabox.height


def test_papers_are_not_there_for_strangers_and_other_regions(
    plan: Plan, writer: User, stranger: User, stranger_region: object, client_of: ClientOf
) -> None:
    session = make_session(plan)
    theirs = make_session(stranger_region.plan_set.get())  # type: ignore[attr-defined]

    for url, foreign in zip(papers(session), papers(theirs), strict=True):
        assert client_of(stranger).get(url).status_code == 404
        assert client_of(writer).get(url.replace(str(session.pk), str(theirs.pk))).status_code == 404
        assert client_of(writer).get(foreign).status_code == 404
        assert client_of(None).get(url).status_code == 302
        assert client_of(writer).post(url).status_code == 405
