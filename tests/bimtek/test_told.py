"""What pages tell people in words: names instead of keys, and letters promised only to those who get one."""

import pytest

from bimtek import writing
from bimtek.framework import framework
from bimtek.models import Status, TeamMember
from tests.bimtek.rows import access, make_row

pytestmark = pytest.mark.django_db
PLAN = "/daerah/kota-batam/2022/"
KEY = "kata-pengantar"


def test_an_answer_is_called_after_its_question_and_reads_as_words(plan, writer, client_of):
    writing.save_answer(plan, KEY, "<p>Puji syukur &amp; terima kasih.</p>", access=access(writer, plan), version=0)
    client = client_of(writer)

    history, home = client.get(f"{PLAN}riwayat/").content.decode(), client.get(PLAN).content.decode()

    question = framework(plan.framework).question(KEY).label
    assert f"<strong>{question}</strong>" in history
    assert "<ins>Puji syukur &amp; terima kasih.</ins>" in history
    assert f"membuat {question}<br>" in home
    assert KEY not in history
    assert KEY not in home


def test_each_met_gate_is_named_by_its_own_title(plan, writer, client_of):
    make_row(TeamMember, plan, team="dewan", name="Siti Rahma")

    page = client_of(writer).get(f"{PLAN}tahap/1/").content.decode()

    assert "Anggota Dewan Smart City: 1 dari 1" in page


def test_an_operator_is_shown_the_gaps_that_rows_of_an_opd_mend(plan, writer, operator, client_of):
    whole, own = (client_of(user).get(PLAN).content.decode() for user in (writer, operator))

    assert "Dewan Smart City belum memiliki anggota." in whole
    assert "syarat lain" not in whole
    assert "Dewan Smart City belum memiliki anggota." not in own
    assert "Indikator kesiapan belum semuanya diisi" in own
    assert "dilengkapi oleh Admin Diskominfo" in own


def test_a_letter_is_promised_to_those_who_get_one(plan, writer, head, operator, leader, client_of):
    plan.submission_set.filter(stage=1).update(status=Status.SUBMITTED)

    told = [
        user
        for user in (writer, head, operator, leader)
        if "Anda akan menerima surel" in client_of(user).get(PLAN).content.decode()
    ]

    assert told == [writer, head]
