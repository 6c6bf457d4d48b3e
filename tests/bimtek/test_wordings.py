"""The product's own sentences: shown with their default, written anew by the region, given back to the default."""

from collections.abc import Callable
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from bimtek import facts, frozen, phrases, snapshots, writing
from bimtek.framework import framework
from bimtek.models import Plan, Stage, Status
from bimtek.views.places import rail
from tests.bimtek.rows import access

pytestmark = pytest.mark.django_db

SECTION = "narasi-kalimat-data"
URL = f"/daerah/kota-batam/2022/tahap/3/{SECTION}/"
KEY = "kalimat-program"
OWN = "Sebanyak {jumlah_program} disusun bagi {daerah}."

Seated = Callable[[User | None], Client]


def send(client: Client, text: str, version: int = 0, **more: str):
    return client.post(URL, {f"a-{KEY}": text, f"v-{KEY}": version, **more})


def test_the_page_shows_every_default_and_what_it_may_name(plan: Plan, writer: User, client_of: Seated) -> None:
    page = unescape(client_of(writer).get(URL).content.decode())

    asked = framework(plan.framework).questions(3, "kalimat-data")
    assert len(asked) == len(phrases.SENTENCES)
    assert [question.label for question in asked if question.default not in page] == []
    assert "<code>{jumlah_program}</code> banyaknya program" in page
    assert "Kembalikan ke bawaan" not in page


def test_every_chapter_and_section_of_the_books_has_its_sentence(plan: Plan) -> None:
    frame = framework(plan.framework)
    for book in frame.books:
        for chapter in book.chapters:
            for section in chapter.sections:
                assert frame.question(phrases.question_key(book.code, chapter.code, section.number)).default
            assert chapter.is_appendix or frame.question(phrases.question_key(book.code, chapter.code)).default


def test_a_region_writes_its_own_sentence_and_it_is_in_the_history(plan: Plan, writer: User, client_of: Seated) -> None:
    client = client_of(writer)
    assert send(client, OWN).status_code == 302

    assert plan.answer_set.get(key=KEY).text == OWN
    change = plan.change_set.get(kind="answer")
    assert (change.by, change.deed, change.label) == (writer, "created", "Ikhtisar rencana aksi")
    page = unescape(client.get(URL).content.decode())
    assert OWN in page
    assert f'name="bawaan" value="{KEY}"' in page


def test_the_default_comes_back_whatever_the_field_holds(plan: Plan, writer: User, client_of: Seated) -> None:
    client = client_of(writer)
    send(client, OWN)
    answer = send(client, "Masih ada di kolom.", 1, bawaan=KEY)

    assert answer.status_code == 302
    kept = plan.answer_set.get(key=KEY)
    assert (kept.text, kept.version) == ("", 2)
    assert [change.before["text"] for change in plan.change_set.filter(deed="changed")] == [OWN]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ada {jumlah_programme}.", "{jumlah_programme}"),
        ("Ada {indeks} program.", "{indeks}"),
        ("Ada {jumlah_program:>999999999}.", "{, } bukan"),
        ("Ada {jumlah_program.plan.region}.", "{, } bukan"),
        ("Ada {", "{ bukan"),
        ("a " * 600, "paling panjang 1000 tanda"),
    ],
)
def test_a_wording_that_names_what_is_not_filled_in_is_refused_with_the_text(
    plan: Plan, writer: User, client_of: Seated, text: str, named: str
) -> None:
    answer = send(client_of(writer), text)

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert named in page
    assert text.strip() in page
    assert not plan.answer_set.exists()


def test_the_verb_refuses_it_too(plan: Plan, writer: User) -> None:
    with pytest.raises(ValidationError, match="bukan isian otomatis"):
        writing.save_answer(plan, KEY, "Ada {apa}.", access=access(writer, plan), version=0)
    writing.save_answer(plan, "latar-belakang", "<p>Kurung {apa} biasa.</p>", access=access(writer, plan), version=0)

    assert [answer.key for answer in plan.answer_set.all()] == ["latar-belakang"]


def test_a_sentence_somebody_else_wrote_meanwhile_is_not_overwritten(
    plan: Plan, writer: User, head: User, client_of: Seated
) -> None:
    send(client_of(head), OWN)
    answer = send(client_of(writer), "Milik saya.", 0)

    assert answer.status_code == 422
    assert plan.answer_set.get(key=KEY).text == OWN


def test_defaults_count_in_no_completeness(plan: Plan) -> None:
    entries = {
        entry["title"]: entry["percent"] for entry in rail(plan, Stage.FINALISASI, "", facts.gather([plan])[plan.pk])
    }

    assert entries["Kalimat Buku 1"] is None
    assert entries["Kalimat tabel dan gambar"] is None
    assert entries["Penutup"] == 0


def test_after_the_stage_is_accepted_sentences_are_only_read(plan: Plan, writer: User, client_of: Seated) -> None:
    plan.submission_set.filter(stage=3).update(status=Status.ACCEPTED)
    client = client_of(writer)
    answer, page = send(client, OWN), unescape(client.get(URL).content.decode())

    assert answer.status_code == 422
    assert "sudah diterima" in page
    assert "(bawaan)" in page
    assert not plan.answer_set.exists()


def test_a_snapshot_shows_only_the_sentences_that_the_region_wrote(plan: Plan, writer: User) -> None:
    writing.save_answer(plan, KEY, OWN, access=access(writer, plan), version=0)
    writing.save_answer(plan, "kalimat-misi", "", access=access(writer, plan), version=0)
    read = frozen.Frozen(snapshots.content_of(plan), plan.region.zone)
    parts = {part.key: part for part in read.parts(Stage.FINALISASI)}

    assert [(prose.key, prose.text) for prose in parts[SECTION].prose] == [(KEY, OWN)]
    assert parts["narasi-kalimat-buku-1"].prose == []
