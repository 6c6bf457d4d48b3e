import datetime
import io
import re
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bimtek import attendance, sessions, writing
from bimtek.models import Attendee, Change, Minute, Photo, Session, SessionDay
from regions.access import Role
from tests.bimtek.rows import access, make_minute, make_people, make_row, make_session
from tests.factories import make_member

pytestmark = pytest.mark.django_db
D1, D2 = datetime.date(2022, 6, 13), datetime.date(2022, 6, 14)
BASE = "/daerah/kota-batam/2022/pertemuan/"


def page(session, part: str = "") -> str:
    return f"{BASE}{session.pk}/{part}"


def typed(**values) -> dict:
    return {
        "row_id": str(uuid4()), "version": "0", "stage": "1", "starts": "2022-06-13", "ends": "2022-06-14",
        "starts_at": "08:00", "ends_at": "16:00", "venue": "Harmoni One", "opened_by": "Jefridin",
        "opened_by_position": "Sekretaris Daerah", "opened_for": "Wali Kota Batam", "agenda": "Pembukaan",
    } | values  # fmt: skip


# --- dates -----------------------------------------------------------------------------------------------------------


def test_sessions_of_one_plan_may_not_overlap(plan, writer):
    make_session(plan)
    for starts, ends in (
        (D2, D2),
        (D1 - datetime.timedelta(2), D1),
        (D1 - datetime.timedelta(1), D2 + datetime.timedelta(1)),
    ):
        with pytest.raises(ValidationError, match="13–14 Juni 2022") as caught:
            sessions.keep(writing.new(Session, plan, stage=2, starts=starts, ends=ends), access=access(writer, plan))
        assert "starts" in caught.value.error_dict
    next_day = D2 + datetime.timedelta(1)
    sessions.keep(writing.new(Session, plan, stage=1, starts=next_day, ends=next_day), access=access(writer, plan))
    assert plan.session_set.count() == 2


def test_another_region_may_meet_on_the_same_days(plan, writer, stranger_region):
    make_session(stranger_region.plan_set.get())
    sessions.keep(writing.new(Session, plan, stage=1, starts=D1, ends=D2), access=access(writer, plan))
    assert plan.session_set.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends": D1 - datetime.timedelta(1)}, "ends"),
        ({"ends": D1 + datetime.timedelta(365)}, "ends"),
        ({"starts_at": datetime.time(9), "ends_at": datetime.time(9)}, "ends_at"),
    ],
)
def test_impossible_times_are_refused_at_their_field(plan, writer, values, field):
    with pytest.raises(ValidationError) as caught:
        sessions.keep(
            writing.new(Session, plan, stage=1, **{"starts": D1, "ends": D2, **values}), access=access(writer, plan)
        )
    assert field in caught.value.error_dict


def test_a_day_with_presence_stays_inside_the_session(plan, writer):
    session = make_session(plan)
    make_row(SessionDay, plan, attendee=make_people(session)[0], date=D2)
    session.ends = D1
    with pytest.raises(ValidationError, match="Sudah ada kehadiran pada 14 Juni 2022"):
        sessions.keep(session, access=access(writer, plan), version=1)
    assert Session.objects.get().ends == D2


# --- the form ----------------------------------------------------------------------------------------------------------


def test_a_session_is_added_with_who_opened_it_for_whom(plan, writer, client_of):
    client = client_of(writer)
    form = client.get(f"{BASE}baru/?tahap=2").content.decode()
    agenda = sessions.usual_agenda(plan, 2)
    assert agenda
    assert agenda.splitlines()[0] in form

    data = typed()
    for _ in range(2):  # sent twice
        assert client.post(f"{BASE}baru/", data).status_code == 302
    session = plan.session_set.get()
    assert (session.starts, session.ends, session.opened_for) == (D1, D2, "Wali Kota Batam")
    shown = client.get(page(session)).content.decode()
    assert "Jefridin, Sekretaris Daerah, mewakili Wali Kota Batam" in shown
    assert "08.00–16.00 WIB" in shown


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"ends": "2022-06-12"}, "Tanggal selesai mendahului tanggal mulai."),
        ({"starts": "1922-06-13"}, "Periksa tahunnya"),
        ({"starts": "abc"}, "tanggal"),
        ({"stage": "9"}, "9"),
        ({"opened_by": ""}, "Tulis siapa yang mewakili."),
        ({"venue": "x" * 201}, "200"),
        ({"venue": "a\x00b"}, ""),
    ],
)
def test_a_refused_session_comes_back_as_typed(plan, writer, client_of, values, sentence):
    answer = client_of(writer).post(f"{BASE}baru/", typed(**values))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert "Jefridin" in text or "opened_by" in values
    assert not plan.session_set.exists()


def test_a_stale_session_form_shows_both_texts(plan, writer, client_of):
    session = make_session(plan, venue="Asrama Haji")
    Session.objects.update(venue="Harmoni One", version=2)
    answer = client_of(writer).post(
        page(session, "ubah/"), typed(row_id=str(session.pk), version="1", venue="Best Western")
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Harmoni One" in text
    assert "Best Western" in text
    assert re.search(r'name="version" value="2"', text)
    assert Session.objects.get().venue == "Harmoni One"


def test_a_deleted_session_comes_back_with_everything_on_it(plan, writer, client_of):
    session = make_session(plan)
    person = make_people(session, 1)[0]
    make_row(SessionDay, plan, attendee=person, date=D1)
    make_minute(session)
    client_of(writer).post(page(session, "hapus/"), {"version": "1"})
    assert not Session.objects.exists()

    writing.restore(plan.change_set.get(kind="session", deed="deleted"), access=access(writer, plan))
    assert Session.objects.get().pk == session.pk
    assert SessionDay.objects.get().attendee == person
    assert Minute.objects.count() == 1


# --- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.HEAD_OF_DEPARTMENT, Role.BAPPEDA, Role.OPERATOR, Role.LEADER, Role.COUNCIL, Role.CONSULTANT]
)
def test_only_those_who_run_sessions_write_them(plan, client_of, role):
    session = make_session(plan)
    person = make_people(session, 1)[0]
    client = client_of(make_member(plan.region, role))
    for part in ("", "daftar-hadir/", "berita-acara/", "gambar/"):
        assert client.get(page(session, part)).status_code == 200, part
    for address in (
        f"{BASE}baru/", page(session, "ubah/"), page(session, "hapus/"), page(session, "daftar-hadir/"), page(session, "berita-acara/"),
        page(session, "daftar-hadir/tempel/"), page(session, "daftar-hadir/salin/"), page(session, "peserta/baru/"),
        page(session, f"peserta/{person.pk}/"), page(session, f"peserta/{person.pk}/hapus/"),
    ):  # fmt: skip
        assert client.post(address, {"hadir": f"{person.pk.hex}.20220613"}).status_code == 403, address
    assert not plan.change_set.exists()


def test_a_session_of_another_region_is_not_there(plan, writer, stranger_region, client_of):
    foreign = make_session(stranger_region.plan_set.get())
    mine = make_session(plan, starts="2022-07-13")
    person = make_people(foreign, 1)[0]
    client = client_of(writer)
    for part in ("", "ubah/", "daftar-hadir/", "daftar-hadir/tempel/", "berita-acara/", "gambar/", "peserta/baru/"):
        assert client.get(page(foreign, part)).status_code == 404, part
    assert client.get(page(mine, f"peserta/{person.pk}/")).status_code == 404
    assert client.post(page(mine, f"peserta/{person.pk}/hapus/"), {"version": "1"}).status_code == 404
    assert client.post(page(mine, "daftar-hadir/salin/"), {"dari": str(foreign.pk)}).status_code == 404


# --- presence ------------------------------------------------------------------------------------------------------------


def test_presence_is_saved_in_one_go_and_logged_mark_by_mark(plan, writer):
    session = make_session(plan)
    ann, budi, _ = make_people(session)
    who = access(writer, plan)
    assert attendance.mark_presence(session, {(ann.pk, D1), (ann.pk, D2), (budi.pk, D1)}, seen=set(), access=who) == 3
    assert attendance.mark_presence(session, {(ann.pk, D1)}, seen={(ann.pk, D1), (ann.pk, D2)}, access=who) == 1

    assert attendance.marks_of(session) == {(ann.pk, D1), (budi.pk, D1)}
    assert sorted(plan.change_set.values_list("deed", "label")) == [
        ("created", "Peserta 001 hadir 13.06.2022"), ("created", "Peserta 001 hadir 14.06.2022"),
        ("created", "Peserta 002 hadir 13.06.2022"), ("deleted", "Peserta 001 hadir 14.06.2022"),
    ]  # fmt: skip


def test_two_people_ticking_at_once_lose_nothing(plan, writer):
    """Both opened an empty table; each ticks another person; then one unticks what the other did not touch."""
    session, who = make_session(plan), access(writer, plan)
    ann, budi, _ = make_people(session)
    attendance.mark_presence(session, {(ann.pk, D1)}, seen=set(), access=who)
    attendance.mark_presence(session, {(budi.pk, D1)}, seen=set(), access=who)
    assert attendance.marks_of(session) == {(ann.pk, D1), (budi.pk, D1)}


def test_a_day_outside_the_session_and_a_stranger_are_refused(plan, writer, stranger_region):
    session, who = make_session(plan), access(writer, plan)
    person = make_people(session, 1)[0]
    foreign = make_people(make_session(stranger_region.plan_set.get()), 1)[0]
    with pytest.raises(ValidationError, match="di luar tanggal"):
        attendance.mark_presence(session, {(person.pk, D2 + datetime.timedelta(1))}, seen=set(), access=who)
    with pytest.raises(ValidationError, match="Muat ulang"):
        attendance.mark_presence(session, {(foreign.pk, D1)}, seen=set(), access=who)
    assert not SessionDay.objects.exists()


def test_the_table_posts_what_it_shows(plan, writer, client_of):
    session, client = make_session(plan), client_of(writer)
    ann, budi, _ = make_people(session)
    make_row(SessionDay, plan, attendee=ann, date=D1)
    text = client.get(page(session, "daftar-hadir/?cari=001")).content.decode()
    assert "Peserta 001" in text
    assert "Peserta 002" not in text
    seen = re.search(r'name="seen" value="([^"]*)"', text)[1]
    assert seen == f"{ann.pk.hex}.20220613"

    answer = client.post(page(session, "daftar-hadir/?cari=001"), {"seen": seen, "hadir": [f"{ann.pk.hex}.20220614"]})
    assert answer.headers["Location"] == page(session, "daftar-hadir/?cari=001")
    assert attendance.marks_of(session) == {(ann.pk, D2)}
    assert budi.days.count() == 0


@pytest.mark.parametrize("token", ["x", "x.20220613", f"{'a' * 32}.2022", f"{'a' * 32}.20221301", "\x00"])
def test_a_mark_that_cannot_be_read_is_refused_with_a_sentence(plan, writer, client_of, token):
    session = make_session(plan)
    answer = client_of(writer).post(page(session, "daftar-hadir/"), {"seen": "", "hadir": [token]}, follow=True)
    assert answer.status_code == 200
    assert "tidak terbaca" in answer.content.decode()


def test_three_hundred_people_cost_as_many_queries_as_one(plan, writer, client_of):
    session, client = make_session(plan), client_of(writer)
    make_people(session, 1)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (0, 299):
        make_people(session, more)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page(session, "daftar-hadir/")).status_code == 200
        counts.append(len(caught))
        people = list(session.attendees.values_list("pk", flat=True))
        ticked = [f"{person.hex}.{day}" for person in people for day in ("20220613", "20220614")]
        with CaptureQueriesContext(connection) as caught:
            assert client.post(page(session, "daftar-hadir/"), {"seen": "", "hadir": ticked}).status_code == 302
        counts.append(len(caught))
        SessionDay.objects.all().delete()
    assert counts[0] == counts[2]
    batches = sum(  # SQLite takes fewer values in one statement
        -(-600 // connection.ops.bulk_batch_size(model._meta.concrete_fields, [None] * 600))
        for model in (SessionDay, Change)
    )
    assert counts[3] - counts[1] <= max(6, batches)  # 600 marks go in a few batches
    assert session.attendees.count() == 300


# --- people --------------------------------------------------------------------------------------------------------------

LINES = """No; Nama; Instansi; Jabatan; L/P; Unsur
1; Siti Rahma, S.Kom.; Dinas Kesehatan; Kasubbag; P; OPD

2. Nama tanpa nomor; ; ; ;
Budi\tUniversitas Contoh\tDosen\tLaki-laki\tAkademisi
"""


def test_pasted_lines_become_people(plan, writer):
    session = make_session(plan)
    done = attendance.paste(session, LINES.replace("2. Nama tanpa nomor; ; ; ;\n", ""), access=access(writer, plan))
    assert done.added == 2
    assert list(session.attendees.values_list("name", "institution", "position_title", "sex", "element")) == [
        ("Siti Rahma, S.Kom.", "Dinas Kesehatan", "Kasubbag", "P", "OPD"),
        ("Budi", "Universitas Contoh", "Dosen", "L", "Akademisi"),
    ]
    again = attendance.paste(session, "siti  rahma, s.kom.; Dinas Kesehatan", access=access(writer, plan))
    assert (again.added, again.known) == (0, ["siti  rahma, s.kom."])


def test_a_bad_line_keeps_all_out_and_the_text_comes_back(plan, writer, client_of):
    session = make_session(plan)
    text = "Ani; Dinkes; ; X\nBudi\n" + "C" * 151 + "; Dinkes\nDedi; Dinkes;;;;;lebih"
    answer = client_of(writer).post(page(session, "daftar-hadir/tempel/"), {"lines": text})
    body = answer.content.decode()
    assert answer.status_code == 422
    for sentence in (
        "Baris 1: L/P diisi L atau P",
        "Baris 2: Nama dan instansi",
        "Baris 3:",
        "Baris 4: Paling banyak lima kolom",
    ):
        assert sentence in body
    assert "Ani; Dinkes; ; X" in body
    assert not session.attendees.exists()


def test_more_than_three_hundred_people_are_refused(plan, writer):
    session, who = make_session(plan), access(writer, plan)
    make_people(session, 299)
    with pytest.raises(ValidationError, match="paling banyak 300 peserta; sekarang 299, akan ditambah 2"):
        attendance.paste(session, "Ani; Dinkes\nBudi; Dinkes", access=who)
    attendance.paste(session, "Ani; Dinkes", access=who)
    with pytest.raises(ValidationError, match="300"):
        attendance.add_person(writing.new(Attendee, plan, session=session, name="x", institution="y"), access=who)


def test_people_of_an_earlier_session_are_copied_without_presence(plan, writer, client_of):
    first, second = make_session(plan), make_session(plan, 2, "2022-07-13")
    ann = make_people(first, 3)[0]
    make_row(SessionDay, plan, attendee=ann, date=D1)
    make_row(Attendee, plan, session=second, name="peserta 001", institution="Dinas Kesehatan")

    assert list(sessions.earlier(second)) == [first]
    client_of(writer).post(page(second, "daftar-hadir/salin/"), {"dari": str(first.pk)})

    assert second.attendees.count() == 3
    assert not SessionDay.objects.filter(attendee__session=second).exists()


def test_a_participant_is_added_changed_and_deleted_in_place(plan, writer, client_of):
    session, client, key = make_session(plan), client_of(writer), uuid4()
    prefix, htmx = f"r{key.hex[:8]}", {"HX-Request": "true"}
    data = {
        "baris": str(key),
        f"{prefix}-name": "Ani",
        f"{prefix}-institution": "Dinkes",
        f"{prefix}-sex": "P",
        f"{prefix}-version": "0",
    }
    form = client.get(page(session, "peserta/baru/"), headers=htmx).content.decode()
    assert "<html" not in form
    for _ in range(2):
        answer = client.post(page(session, "peserta/baru/"), data, headers=htmx)
        assert answer.status_code == 200
        assert "Ani" in answer.content.decode()
    assert session.attendees.count() == 1

    data |= {f"{prefix}-name": "Ani Lestari", f"{prefix}-version": "1"}
    client.post(page(session, f"peserta/{key}/"), data)
    assert session.attendees.get().name == "Ani Lestari"
    refused = client.post(page(session, f"peserta/{key}/"), data | {f"{prefix}-name": "Terlambat"}, headers=htmx)
    assert refused.status_code == 422
    assert "Terlambat" in refused.content.decode()
    assert "Ani Lestari" in refused.content.decode()

    client.post(page(session, f"peserta/{key}/hapus/"), {"version": "2"})
    assert not session.attendees.exists()


def test_figures_count_by_element_and_sex(plan):
    session = make_session(plan)
    people = make_people(session, 3)
    make_row(Attendee, plan, session=session, name="x", institution="y")
    make_row(SessionDay, plan, attendee=people[0], date=D2)
    found = attendance.figures(session)
    assert found.total == 4
    assert found.by_element == [
        ("OPD", {"L": 1, "P": 2, "none": 0, "total": 3}), ("Tidak disebut", {"L": 0, "P": 0, "none": 1, "total": 1}),
    ]  # fmt: skip
    assert found.by_day == [(D1, 0), (D2, 1)]


# --- berita acara, photos --------------------------------------------------------------------------------------------------


def test_the_berita_acara_is_written_and_read(plan, writer, client_of):
    session, client, key = make_session(plan), client_of(writer), uuid4()
    client.post(
        page(session, "berita-acara/"),
        {"version": "1", "minutes_number": "BA/01/2022", "minutes_date": "2022-06-14", "notes": "Rapat"},
    )
    prefix = f"r{key.hex[:8]}"
    point = {
        "baris": str(key),
        f"{prefix}-kind": "tindak_lanjut",
        f"{prefix}-text": "Kirim data",
        f"{prefix}-due": "2022-07-01",
    }
    assert "penanggung jawab" in client.post(page(session, "butir/baru/"), point).content.decode()
    client.post(page(session, "butir/baru/"), point | {f"{prefix}-who": "Dinkes"})

    session.refresh_from_db()
    assert (session.minutes_number, session.minutes_date, session.notes) == ("BA/01/2022", D2, "Rapat")
    text = client.get(page(session, "berita-acara/")).content.decode()
    assert "Kirim data" in text
    assert "1 Juli 2022" in text


def test_a_berita_acara_is_not_older_than_its_session(plan, writer, client_of):
    session = make_session(plan)
    answer = client_of(writer).post(
        page(session, "berita-acara/"), {"version": "1", "minutes_number": "BA/9", "minutes_date": "2022-06-01"}
    )
    assert answer.status_code == 422
    assert "sebelum pertemuan dimulai" in answer.content.decode()
    assert 'value="BA/9"' in answer.content.decode()


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return SimpleUploadedFile("foto.png", content.getvalue(), "image/png")


def test_a_photo_needs_a_picture_and_a_caption(plan, writer, client_of, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session, client, key = make_session(plan), client_of(writer), uuid4()
    prefix = f"r{key.hex[:8]}"
    refused = client.post(page(session, "foto/baru/"), {"baris": str(key), f"{prefix}-caption": "Pembukaan"})
    assert refused.status_code == 422
    assert 'value="Pembukaan"' in refused.content.decode()
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.4", "application/pdf")
    wrong = client.post(
        page(session, "foto/baru/"), {"baris": str(key), f"{prefix}-caption": "x", f"{prefix}-file": pdf}
    )
    assert "Jenis berkas ini tidak diterima" in wrong.content.decode()

    client.post(
        page(session, "foto/baru/"), {"baris": str(key), f"{prefix}-caption": "Pembukaan", f"{prefix}-file": picture()}
    )

    assert Photo.objects.get().caption == "Pembukaan"
    assert "Pembukaan" in client.get(page(session, "gambar/")).content.decode()


# --- lists -------------------------------------------------------------------------------------------------------------------


def test_the_list_shows_all_four_stages_in_the_same_number_of_queries(plan, writer, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = client_of(writer), []
    for months in (range(1, 2), range(2, 13)):
        for month in months:
            make_minute(make_session(plan, month % 4 + 1, f"2022-{month:02}-10"))
        with CaptureQueriesContext(connection) as caught:
            text = client.get(BASE).content.decode()
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert text.count("session-card") == 12
    assert "Tambah pertemuan" in text


def test_writing_needs_the_permission_in_the_verb_too(plan, head):
    session = make_session(plan)
    for verb in (
        lambda who: attendance.mark_presence(session, set(), seen=set(), access=who),
        lambda who: attendance.paste(session, "a; b", access=who),
        lambda who: sessions.keep(session, access=who, version=1),
    ):
        with pytest.raises(PermissionDenied):
            verb(access(head, plan))
