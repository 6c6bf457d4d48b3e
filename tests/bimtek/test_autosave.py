"""What a tab sends while somebody types, and what the server makes of it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bimtek import writing
from bimtek.models import (
    Answer,
    BudgetLine,
    Change,
    Decree,
    Gap,
    Indicator,
    Plan,
    ProfileFact,
    QuickWin,
    ReadinessRow,
    Status,
    SwotItem,
)
from tests.bimtek.rows import access, make_item, make_programme, make_row
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
VISI = "narasi-rpjmd"


class Tab:
    """A browser tab: numbers its messages, and knows what each field began from."""

    def __init__(self, user: User, path: str) -> None:
        self.client, self.person = signed_in(user), str(user.pk)
        self.path, self.id, self.seq = path, str(uuid4()), 0
        self.client.raise_request_exception = True

    def message(self, row: Any, more: dict[str, Any], **fields: tuple[Any, Any]) -> dict[str, Any]:
        self.seq += 1
        edits = {name: {"base": base, "mine": mine} for name, (base, mine) in fields.items()}
        return {"person": self.person, "client": self.id, "seq": self.seq, "row": str(row), "fields": edits, **more}

    def post(self, message: Any) -> Any:
        body = message if isinstance(message, str | bytes) else json.dumps(message)
        return self.client.post(self.path, body, content_type="application/json")

    def send(self, row: Any, more: dict[str, Any] | None = None, **fields: tuple[Any, Any]) -> Any:
        answer = self.post(self.message(getattr(row, "pk", row), more or {}, **fields))
        assert answer.status_code == 200, (answer.status_code, answer.content)
        return answer.json()


@pytest.fixture
def tab(plan: Plan) -> Callable[..., Tab]:
    def open_tab(user: User, section: str = "profil", stage: int = 1) -> Tab:
        return Tab(user, f"/daerah/{plan.region.slug}/2022/tahap/{stage}/{section}/simpan/")

    return open_tab


@pytest.fixture
def fact(plan: Plan) -> ProfileFact:
    return make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1.034", source="BPS")


@pytest.fixture
def gap(plan: Plan) -> Gap:
    return make_row(
        Gap, plan, sub_dimension="SG-1", present="Layanan masih manual dan lambat.", cause="Belum ada data."
    )


def narrative(plan: Plan) -> tuple[str, str]:
    """The section and the key of a question of stage I."""
    from bimtek.framework import framework

    frame = framework(plan.framework)
    group = next(iter(frame.question_groups(1)))
    return f"narasi-{group.code}", frame.questions(1, group.code)[0].key


# --- saving --------------------------------------------------------------------------------------------------------
def test_a_field_is_saved_and_the_others_are_left_alone(tab, writer, fact):
    answer = tab(writer).send(fact, value=("1.034", "1.035"))

    fact.refresh_from_db()
    assert (fact.value, fact.source, fact.version) == ("1.035", "BPS", 2)
    assert (answer["saved"], answer["version"], answer["errors"], answer["conflicts"]) == (["value"], 2, {}, {})


def test_different_fields_of_one_row_merge_in_silence(tab, writer, head, fact):
    mine, theirs = tab(writer), tab(head)
    theirs.send(fact, source=("BPS", "Diskominfo"))
    answer = mine.send(fact, value=("1.034", "1.035"))

    fact.refresh_from_db()
    assert (fact.value, fact.source) == ("1.035", "Diskominfo")
    assert answer["conflicts"] == {}


def test_edits_of_one_prose_field_that_do_not_overlap_are_merged_and_shown(tab, writer, head, gap):
    base = gap.present
    tab(head, "kesenjangan").send(gap, present=(base, "Kini " + base))
    answer = tab(writer, "kesenjangan").send(gap, present=(base, base + " Warga menunggu."))

    gap.refresh_from_db()
    assert gap.present == f"Kini {base} Warga menunggu."
    assert answer["show"] == {"present": gap.present}


def test_overlapping_edits_leave_the_stored_text_and_hand_back_both_with_a_proposal(tab, writer, head, gap):
    base = gap.present
    tab(head, "kesenjangan").send(gap, present=(base, "Layanan sudah daring."))
    answer = tab(writer, "kesenjangan").send(
        gap, present=(base, "Layanan masih kertas."), cause=("Belum ada data.", "Server lama.")
    )

    gap.refresh_from_db()
    assert gap.present == "Layanan sudah daring."
    assert gap.cause == "Server lama.", "a conflict does not hold up the other fields"
    both = answer["conflicts"]["present"]
    assert both["theirs"] == "Layanan sudah daring."
    for words in ("Layanan sudah daring.", "Layanan masih kertas.", "sudah daring. masih kertas."):
        assert words in both["html"]
    assert answer["saved"] == ["cause"]


def test_having_read_both_the_writer_decides(tab, writer, head, gap):
    mine = tab(writer, "kesenjangan")
    tab(head, "kesenjangan").send(gap, present=(gap.present, "Milik mereka."))
    theirs = mine.send(gap, present=(gap.present, "Milik saya."))["conflicts"]["present"]["theirs"]
    mine.send(gap, present=(theirs, "Milik mereka. Milik saya."))

    gap.refresh_from_db()
    assert gap.present == "Milik mereka. Milik saya."


def test_a_choice_made_by_two_people_is_a_conflict_in_words(tab, writer, head, plan):
    programme = make_programme(plan)
    tab(head, "program", 2).send(programme, kind=("baru", "eksisting"))
    answer = tab(writer, "program", 2).send(programme, kind=("baru", "pengembangan"))

    programme.refresh_from_db()
    assert programme.kind == "eksisting"
    assert "Eksisting" in answer["conflicts"]["kind"]["html"]
    assert "Pengembangan" in answer["conflicts"]["kind"]["html"]


def test_the_same_value_from_two_people_is_no_conflict_and_no_new_version(tab, writer, head, fact):
    tab(head).send(fact, value=("1.034", "1.035"))
    answer = tab(writer).send(fact, value=("1.034", " 1.035 "))

    fact.refresh_from_db()
    assert (fact.version, answer["conflicts"], answer["saved"]) == (2, {}, ["value"])


def test_two_tabs_of_one_person_do_not_overwrite_each_other(tab, writer, gap):
    base = gap.present
    tab(writer, "kesenjangan").send(gap, present=(base, "Tab pertama."))
    answer = tab(writer, "kesenjangan").send(gap, present=(base, "Tab kedua."))

    gap.refresh_from_db()
    assert gap.present == "Tab pertama."
    assert "Tab kedua." in answer["conflicts"]["present"]["html"]


def test_typing_on_while_the_answer_travels_keeps_what_others_wrote(tab, writer, head, gap):
    """The page showed what it had sent and more when the merged text came back, so that went on being its base."""
    base = gap.present
    mine = tab(writer, "kesenjangan")
    tab(head, "kesenjangan").send(gap, present=(base, "Kini " + base))
    sent = base + " Warga"
    mine.send(gap, present=(base, sent))
    mine.send(gap, present=(sent, sent + " menunggu."))

    gap.refresh_from_db()
    assert gap.present == f"Kini {base} Warga menunggu."


# --- answers -------------------------------------------------------------------------------------------------------
def test_an_answer_is_made_with_the_first_message_and_changed_by_the_next(tab, writer, plan):
    section, key = narrative(plan)
    mine = tab(writer, section)
    assert mine.send(key, text=("", "<p>Bandar dunia</p>"))["saved"] == ["text"]
    mine.send(key, text=("<p>Bandar dunia</p>", "<p>Bandar dunia madani</p>"))

    answer = plan.answer_set.get()
    assert (answer.key, answer.text, answer.version) == (key, "<p>Bandar dunia madani</p>", 2)
    assert plan.change_set.count() == 1, "one deed of one tab"


def test_a_question_of_another_section_is_not_answered_from_here(tab, writer, plan):
    section, _ = narrative(plan)
    mine = tab(writer, section)
    assert mine.post(mine.message("visi-SG", {}, text=("", "x"))).status_code == 404
    assert not Answer.objects.exists()


def test_a_message_without_the_answers_text_makes_no_answer(tab, writer, plan):
    section, key = narrative(plan)
    assert tab(writer, section).send(key, teks=("", "x"))["saved"] == []
    assert not Answer.objects.exists()


def test_an_operator_does_not_answer(tab, operator, plan):
    section, key = narrative(plan)
    theirs = tab(operator, section)
    answer = theirs.post(theirs.message(key, {}, text=("", "x")))
    assert (answer.status_code, answer.json()["code"]) == (403, "role")
    assert not Answer.objects.exists()


# --- a message that comes twice ------------------------------------------------------------------------------------
def test_a_message_sent_twice_changes_nothing_the_second_time(tab, writer, fact):
    mine = tab(writer)
    message = mine.message(fact.pk, {}, value=("1.034", "1.035"))
    first, second = (mine.post(message).json() for _ in range(2))

    assert first == second | {"at": first["at"]}
    assert Change.objects.count() == 1
    assert ProfileFact.objects.get().version == 2


def test_a_message_sent_again_does_not_undo_what_somebody_did_since(tab, writer, head, fact):
    """Its answer was lost. Meanwhile the old value was put back on purpose: the second coming must not turn that round."""
    mine = tab(writer)
    message = mine.message(fact.pk, {}, value=("1.034", "1.035"))
    mine.post(message)
    tab(head).send(fact, value=("1.035", "1.034"))

    answer = mine.post(message).json()

    assert ProfileFact.objects.get().value == "1.034"
    assert (answer["saved"], answer["show"], answer["conflicts"]) == (["value"], {"value": "1.034"}, {})


def test_a_message_sent_again_after_others_wrote_beside_it_asks_nothing(tab, writer, head, gap):
    """The words were saved and stand in the newer text: to offer both would bring them in a second time."""
    mine = tab(writer, "kesenjangan")
    message = mine.message(gap.pk, {}, present=(gap.present, f"{gap.present} Satu."))
    mine.post(message)
    tab(head, "kesenjangan").send(gap, present=(f"{gap.present} Satu.", f"{gap.present} Satu. Dua."))

    answer = mine.post(message).json()

    assert (answer["show"], answer["conflicts"]) == ({"present": f"{gap.present} Satu. Dua."}, {})
    assert Change.objects.count() == 2


def test_what_was_not_saved_by_a_message_is_no_repetition_when_it_comes_again(tab, writer, head, gap):
    mine = tab(writer, "kesenjangan")
    mine.send(gap, present=(gap.present, "Satu dua tiga."))
    tab(head, "kesenjangan").send(gap, present=("Satu dua tiga.", "Satu DUA tiga."))
    message = mine.message(gap.pk, {}, present=("Satu dua tiga.", "Satu empat tiga."), cause=(gap.cause, "Sebab."))
    for _ in range(2):
        answer = mine.post(message).json()
        assert answer["conflicts"]["present"]["theirs"] == "Satu DUA tiga."
    assert answer["saved"] == ["cause"]


def test_a_new_row_sent_twice_is_one_row(tab, writer, plan):
    mine, pk = tab(writer), uuid4()
    message = mine.message(
        pk, {"new": True}, group=("", "Geografi"), label=("", "Luas"), value=("", "1"), unit=("", ""), year=("", "")
    )
    for _ in range(2):
        assert mine.post(message).json()["is_new"] is False

    assert (plan.profilefact_set.get().pk, plan.change_set.count()) == (pk, 1)


# --- drafts that are not valid yet ---------------------------------------------------------------------------------
def test_a_value_that_cannot_be_read_is_told_beside_its_field_and_the_rest_is_saved(tab, writer, fact):
    answer = tab(writer).send(fact, year=("", "dua ribu"), unit=("", "km2"))

    fact.refresh_from_db()
    assert (fact.year, fact.unit) == (None, "km2")
    assert list(answer["errors"]) == ["year"]
    assert answer["saved"] == ["unit"]


def test_a_fact_without_its_year_is_saved_with_a_note_beside_the_year(tab, writer, plan):
    row = make_row(ReadinessRow, plan, element="struktur", component="sdm", name="Jumlah ASN")
    answer = tab(writer, "kesiapan").send(row, value=("", "120"))

    row.refresh_from_db()
    assert row.value == "120"
    assert set(answer["notes"]) == {"year", "source", "opd"}


def test_a_required_field_is_not_emptied_by_itself(tab, writer, fact):
    answer = tab(writer).send(fact, label=("Luas", ""))

    assert ProfileFact.objects.get().label == "Luas"
    assert list(answer["errors"]) == ["label"]


def test_years_the_wrong_way_round_stay_with_their_writer(tab, writer, plan):
    programme = make_programme(plan)
    answer = tab(writer, "program", 2).send(
        programme, start_year=("2022", "2026"), name=("Program SG-1.01", "Nama baru")
    )

    programme.refresh_from_db()
    assert (programme.start_year, programme.end_year, programme.name) == (2022, 2024, "Nama baru")
    assert "Tahun selesai mendahului tahun mulai." in str(answer["errors"])


def test_a_code_in_use_does_not_hold_up_the_name(tab, writer, plan):
    make_programme(plan)
    other = make_programme(plan, "SG-1.02")
    answer = tab(writer, "program", 2).send(other, code=("SG-1.02", "SG-1.01"), name=("Program SG-1.02", "Nama baru"))

    other.refresh_from_db()
    assert (other.code, other.name) == ("SG-1.02", "Nama baru")
    assert answer["errors"] == {"code": ["Kode program ini sudah dipakai."]}


def test_a_new_row_waits_in_the_browser_until_it_has_what_it_must_have(tab, writer, plan):
    mine, pk = tab(writer, "keputusan"), uuid4()
    half = {"purpose": ("", "dewan"), "form": ("sk", "sk"), "number": ("", "188/2022"), "year": ("", "")}
    answer = mine.send(pk, {"new": True}, **half)
    assert (answer["is_new"], answer["saved"], answer["lacking"], answer["errors"]) == (True, [], ["Tahun"], {})
    assert not Decree.objects.exists()

    answer = mine.send(pk, {"new": True}, **half | {"year": ("", "2022"), "date": ("", "kemarin"), "about": ("", "")})
    assert (answer["is_new"], list(answer["errors"])) == (False, ["date"])
    assert (Decree.objects.get().pk, Decree.objects.get().date) == (pk, None)


def test_a_numbered_row_takes_the_next_number(tab, writer, plan):
    make_item(plan)
    fields = {"quadrant": ("", "S"), "scope": ("", ""), "number": ("", ""), "text": ("", "Pelabuhan")}
    answer = tab(writer, "swot").send(uuid4(), {"new": True}, **fields)

    assert answer["title"] == "S2"
    assert SwotItem.objects.get(number=2).text == "Pelabuhan"


def test_a_quick_win_beyond_the_limit_is_not_chosen_by_itself(tab, writer, plan):
    rows = [make_row(QuickWin, plan, dimension="SG", name=f"Usul {n}", chosen=n < 2) for n in range(3)]
    answer = tab(writer, "quick-win", 4).send(rows[2], chosen=(False, True), name=("Usul 2", "Usul baik"))

    rows[2].refresh_from_db()
    assert (rows[2].chosen, rows[2].name) == (False, "Usul baik")
    assert list(answer["errors"]) == ["chosen"]


def test_links_and_targets_save_by_themselves(tab, writer, plan, health):
    programme = make_programme(plan)
    tab(writer, "program", 2).send(programme, supporting=([], [str(health.pk)]))
    assert list(programme.supporting.all()) == [health]
    assert plan.change_set.get(kind="programme").after == {"supporting": [str(health.pk)]}

    indicator = make_row(Indicator, plan, programme=programme, name="Layanan daring")
    tab(writer, "indikator", 2).send(indicator, target_2023=("", "12,5"))
    assert [(t.year, float(t.value)) for t in indicator.targets.all()] == [(2023, 12.5)]


def test_money_is_read_as_people_write_it(tab, writer, plan):
    line = make_row(BudgetLine, plan, programme=make_programme(plan), year=2022, source="apbd", amount=5)
    tab(writer, "anggaran", 2).send(line, amount=("5", "1,5 miliar"))

    line.refresh_from_db()
    assert line.amount == 1_500_000_000


# --- who, and when -------------------------------------------------------------------------------------------------
def test_a_closed_stage_takes_nothing(tab, writer, plan, fact):
    plan.submission_set.update(status=Status.ACCEPTED)
    answer = tab(writer).send(fact, value=("1.034", "1.035"))

    assert answer["code"] == "closed"
    assert ProfileFact.objects.get().value == "1.034"


def test_an_operator_saves_own_rows_only(tab, operator, plan, health, kominfo):
    own = make_row(Gap, plan, sub_dimension="SG-1", present="Manual", opd=health)
    foreign = make_row(Gap, plan, sub_dimension="SG-1", present="Daring", opd=kominfo)
    theirs = tab(operator, "kesenjangan")
    theirs.send(own, present=("Manual", "Setengah manual"))
    answer = theirs.post(theirs.message(foreign.pk, {}, present=("Daring", "Dibajak")))

    assert (answer.status_code, answer.json()["code"]) == (404, "gone")
    assert sorted(Gap.objects.values_list("present", flat=True)) == ["Daring", "Setengah manual"]


def test_an_operator_does_not_take_or_give_away_a_row(tab, operator, plan, health, kominfo):
    foreign = make_row(Gap, plan, sub_dimension="SG-1", present="Daring", opd=kominfo)
    own = make_row(Gap, plan, sub_dimension="SG-1", present="Manual", opd=health)
    theirs = tab(operator, "kesenjangan")
    assert theirs.post(theirs.message(foreign.pk, {}, opd=(str(kominfo.pk), str(health.pk)))).status_code == 404
    assert list(theirs.send(own, opd=(str(health.pk), str(kominfo.pk)))["errors"]) == ["opd"]
    assert set(Gap.objects.values_list("pk", "opd")) == {(foreign.pk, kominfo.pk), (own.pk, health.pk)}


def test_a_field_that_is_shut_for_this_person_or_that_nobody_knows_is_not_called_saved(tab, operator, plan, health):
    win = make_row(QuickWin, plan, dimension="SG", name="Usul", opd=health)
    answer = tab(operator, "quick-win", 4).send(
        win, chosen=(False, True), version=("1", "9"), region=("", "x"), evidence=("", "x"), name=("Usul", "Usul baik")
    )

    win.refresh_from_db()
    assert (win.chosen, win.name, win.version) == (False, "Usul baik", 2)
    assert answer["saved"] == ["name"]


def test_what_one_person_typed_is_not_saved_under_anothers_name(tab, writer, head, fact):
    mine = tab(writer)
    mine.client = signed_in(head)  # somebody else signed in at the same browser
    answer = mine.post(mine.message(fact.pk, {}, value=("1.034", "1.035")))

    assert (answer.status_code, answer.json()["code"]) == (409, "person")
    assert ProfileFact.objects.get().value == "1.034"


def test_a_row_of_another_region_is_neither_found_nor_made_anew(tab, writer, stranger_region):
    foreign = make_row(ProfileFact, stranger_region.plan_set.get(), group="G", label="L", value="1")
    mine = tab(writer)
    assert mine.post(mine.message(foreign.pk, {}, value=("1", "2"))).status_code == 404
    new = mine.post(mine.message(foreign.pk, {"new": True}, group=("", "G"), label=("", "L"), value=("", "2")))

    assert new.json().get("refused")
    assert [(f.pk, f.value) for f in ProfileFact.objects.all()] == [(foreign.pk, "1")]


def test_a_deleted_row_is_told_gone(tab, writer, plan, fact):
    writing.remove(fact, access=access(writer, plan), version=1)
    mine = tab(writer)
    answer = mine.post(mine.message(fact.pk, {}, value=("1.034", "1.035")))
    assert (answer.status_code, answer.json()["code"]) == (404, "gone")


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "null", "{", '{"seq": 1}', '{"seq": true}', b"\xff\xfe", "[" * 100_000, '{"fields": 3, "seq": 1}',
        '{"person": 1, "client": "x", "seq": 1, "row": "x", "fields": {"a": {"mine": "b"}}}',
        '{"person": 1, "client": "11111111-1111-4111-8111-111111111111", "seq": 99999999999, "row": "x", "fields": {"a": {"mine": "b"}}}',
        '{"person": 1, "client": "11111111-1111-4111-8111-111111111111", "seq": 1, "row": "x", "fields": {"a": {"mine": {"b": 1}}}}',
        '{"person": 1, "client": "11111111-1111-4111-8111-111111111111", "seq": 1, "row": "x", "fields": {"a": "b"}}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_422(tab, writer, body):
    assert tab(writer).post(body).status_code == 422


@pytest.mark.parametrize("mine", ["\x00", "\ud800", "9" * 400, "a" * 600, "NaN", "1e400"])
def test_odd_values_are_refused_beside_their_field(tab, writer, plan, fact, mine):
    item = make_item(plan)
    answer = tab(writer).send(fact, value=("1.034", mine), year=("", mine), label=("Luas", mine))
    assert "year" in answer["errors"]
    assert ProfileFact.objects.get().year is None
    tab(writer, "swot").send(item, number=("1", mine))


# --- the button, and pages without JavaScript ------------------------------------------------------------------------
def page_of(client: Client, url: str) -> dict[str, str]:
    """The fields of the page's form as a browser would send them."""
    from html.parser import HTMLParser

    class Form(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.fields: dict[str, str] = {}
            self.area, self.select, self.depth = "", "", 0

        def handle_starttag(self, tag: str, found: Any) -> None:
            has = dict(found)
            if tag == "form":
                self.depth = 1 if has.get("method") == "post" and "data-guard" in has else 0
            name = has.get("name") or ""
            if not self.depth or not (name or tag == "option"):
                return
            if tag == "input" and has.get("type") not in ("checkbox", "file"):
                self.fields[name] = has.get("value") or ""
            elif tag == "textarea":
                self.area, self.fields[name] = name, ""
            elif tag == "select":
                self.select, self.fields[name] = name, ""
            elif tag == "option" and "selected" in has:
                self.fields[self.select] = has.get("value") or ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.fields[self.area] += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea" and self.area:
                self.fields[self.area] = self.fields[self.area].removeprefix("\n")
                self.area = ""

    parser = Form()
    parser.feed(client.get(url).content.decode())
    return {name: value for name, value in parser.fields.items() if name != "csrfmiddlewaretoken"}


def url_of(plan: Plan, row: Any, section: str) -> str:
    return f"/daerah/{plan.region.slug}/2022/tahap/1/{section}/{row.pk}/"


def field(row: Any, name: str) -> str:
    return f"r{row.pk.hex[:8]}-{name}"


def test_the_button_keeps_what_others_saved_in_other_fields_and_says_so(client_of, tab, writer, head, plan, gap):
    client = client_of(writer)
    form = page_of(client, url_of(plan, gap, "kesenjangan"))
    tab(head, "kesenjangan").send(gap, cause=("Belum ada data.", "Server lama."))
    answer = client.post(
        url_of(plan, gap, "kesenjangan"), form | {field(gap, "present"): "Layanan daring."}, follow=True
    )

    gap.refresh_from_db()
    assert (gap.present, gap.cause) == ("Layanan daring.", "Server lama.")
    assert "Perubahan orang lain ikut tersimpan: Penyebab." in answer.content.decode()


def test_the_button_merges_prose_that_does_not_overlap(client_of, tab, writer, head, plan, gap):
    client, base = client_of(writer), gap.present
    form = page_of(client, url_of(plan, gap, "kesenjangan"))
    tab(head, "kesenjangan").send(gap, present=(base, "Kini " + base))
    client.post(url_of(plan, gap, "kesenjangan"), form | {field(gap, "present"): base + " Warga menunggu."})

    gap.refresh_from_db()
    assert gap.present == f"Kini {base} Warga menunggu."


def test_the_button_shows_both_texts_and_a_proposal_where_they_overlap(client_of, tab, writer, head, plan, gap):
    client = client_of(writer)
    form = page_of(client, url_of(plan, gap, "kesenjangan"))
    tab(head, "kesenjangan").send(gap, present=(gap.present, "Layanan sudah daring."))
    answer = client.post(url_of(plan, gap, "kesenjangan"), form | {field(gap, "present"): "Layanan masih kertas."})
    shown = answer.content.decode()

    assert answer.status_code == 422
    for words in ("Layanan sudah daring.", "Layanan masih kertas.", "Layanan sudah daring. masih kertas."):
        assert words in shown
    gap.refresh_from_db()
    assert gap.present == "Layanan sudah daring."

    again = page_of_answer(answer)
    assert again[field(gap, "present")] == "Layanan sudah daring. masih kertas."
    client.post(url_of(plan, gap, "kesenjangan"), again | {field(gap, "present"): "Sebagian daring, sebagian kertas."})
    gap.refresh_from_db()
    assert gap.present == "Sebagian daring, sebagian kertas."


def page_of_answer(answer: Any) -> dict[str, str]:
    class Given:
        def get(self, url: str) -> Any:
            return answer

    return page_of(Given(), "")  # type: ignore[arg-type]


def test_a_form_whose_base_is_spoilt_overwrites_nobody(client_of, tab, writer, head, plan, fact):
    client = client_of(writer)
    form = page_of(client, url_of(plan, fact, "profil"))
    tab(head).send(fact, value=("1.034", "2.000"))
    for base in ("", "{", "[]", '{"x": 1}', "[" * 50_000):
        spoilt = form | {field(fact, "base"): base, field(fact, "version"): "1", field(fact, "unit"): "km"}
        answer = client.post(url_of(plan, fact, "profil"), spoilt)
        assert answer.status_code == 422
        assert ProfileFact.objects.get().value == "2.000"


def test_a_new_row_sent_by_the_button_after_it_saved_itself_keeps_the_last_words(client_of, tab, writer, plan):
    client, new = client_of(writer), f"/daerah/{plan.region.slug}/2022/tahap/1/profil/baru/"
    form = page_of(client, new)
    pk = form["baris"]
    prefix = f"r{pk.replace('-', '')[:8]}-"
    tab(writer).send(pk, {"new": True}, group=("", "Geografi"), label=("", "Luas"), value=("", "1"))
    typed = {prefix + "group": "Geografi", prefix + "label": "Luas", prefix + "value": "1", prefix + "unit": "km2"}
    client.post(new, form | typed)

    row = ProfileFact.objects.get()
    assert (str(row.pk), row.value, row.unit) == (pk, "1", "km2")


def test_answers_sent_by_the_button_merge_one_by_one(client_of, tab, writer, head, plan):
    section, key = narrative(plan)
    url = f"/daerah/{plan.region.slug}/2022/tahap/1/{section}/"
    tab(head, section).send(key, text=("", "<p>Satu dua tiga</p>"))
    client = client_of(writer)
    form = page_of(client, url)
    other = next(name for name in form if name.startswith("a-") and name != f"a-{key}")
    tab(head, section).send(key, text=("<p>Satu dua tiga</p>", "<p>Satu dua tiga empat</p>"))
    client.post(url, form | {f"a-{key}": "<p>Awal satu dua tiga</p>", other: "<p>Lain</p>"})

    texts = dict(plan.answer_set.values_list("key", "text"))
    assert texts[other[2:]] == "<p>Lain</p>"
    assert texts[key] == "<p>Awal satu dua tiga empat</p>"


# --- the log and the cost --------------------------------------------------------------------------------------------
def test_what_a_tab_saves_within_minutes_is_one_line_of_the_log(tab, writer, head, fact):
    mine = tab(writer)
    mine.send(fact, value=("1.034", "1"))
    mine.send(fact, value=("1", "12"), unit=("", "km"))
    line = Change.objects.get()
    assert (line.before, line.after, line.row_version) == (
        {"value": "1.034", "unit": ""}, {"value": "12", "unit": "km"}, 3,
    )  # fmt: skip

    tab(head).send(fact, source=("BPS", "X"))
    mine.send(fact, value=("12", "123"))
    assert [c.after for c in Change.objects.order_by("id")][1:] == [{"source": "X"}, {"value": "123"}]


def test_a_line_of_the_log_ends_after_ten_minutes(tab, writer, fact):
    from datetime import timedelta

    mine = tab(writer)
    mine.send(fact, value=("1.034", "1"))
    Change.objects.update(at=Change.objects.get().at - timedelta(minutes=11))
    mine.send(fact, value=("1", "12"))
    assert Change.objects.count() == 2


def test_what_a_tab_goes_on_saving_is_found_by_those_who_ask_for_changes_since(tab, writer, plan, fact):
    """A workbook or a review marks a moment; the line that the tab began before it must not hide what it saved after."""
    mine = tab(writer)
    mine.send(fact, value=("1.034", "1"))
    marked = Change.objects.get()
    mine.send(fact, value=("1", "12"))

    later = plan.change_set.get(id__gt=marked.pk, at__gt=marked.at)
    assert (later.before, later.after, later.act, later.began) == (
        {"value": "1.034"},
        {"value": "12"},
        marked.act,
        marked.at,
    )


def test_ten_minutes_count_from_the_first_word(tab, writer, fact):
    from datetime import timedelta

    mine = tab(writer)
    mine.send(fact, value=("1.034", "1"))
    mine.send(fact, value=("1", "12"))
    Change.objects.update(began=Change.objects.get().at - timedelta(minutes=11))
    mine.send(fact, value=("12", "123"))
    assert Change.objects.count() == 2


def test_taking_back_what_a_tab_saved_turns_back_these_fields_only(tab, writer, plan, health):
    programme = make_programme(plan)
    tab(writer, "program", 2).send(programme, supporting=([], [str(health.pk)]))
    tab(writer, "program", 2).send(programme, name=("Program SG-1.01", "Lain"))
    writing.restore(Change.objects.first(), access=access(writer, plan))

    programme.refresh_from_db()
    assert programme.name == "Program SG-1.01"
    assert list(programme.supporting.all()) == [health]


def test_a_row_brought_back_has_a_version_above_all_it_had(tab, writer, plan, fact):
    mine, who = tab(writer), access(writer, plan)
    for n in range(3):
        mine.send(fact, value=("1.034" if not n else str(n - 1), str(n)))
    fact.refresh_from_db()
    assert fact.version == 4
    writing.restore(writing.remove(fact, access=who, version=4), access=who)
    assert ProfileFact.objects.get().version > 4


def cost(client: Client, post: Callable[[], Any]) -> int:
    """Queries of one request, without those that open and close a transaction."""
    with CaptureQueriesContext(connection) as asked:
        assert post().status_code == 200
    return len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))])


@pytest.mark.parametrize("field", ["name", "benefit", "output"])
def test_one_autosave_asks_at_most_six_queries_the_door_included(tab, writer, plan, health, field):
    programme = make_programme(plan, opd=health)
    mine = tab(writer, "program", 2)
    base = getattr(programme, field)
    mine.send(programme, **{field: (base, "satu")})

    message = mine.message(programme.pk, {}, **{field: ("satu", "dua")})
    assert cost(mine.client, lambda: mine.post(message)) <= 6
    programme.refresh_from_db()
    assert getattr(programme, field) == "dua"


def test_an_answer_costs_no_more(tab, writer, plan):
    section, key = narrative(plan)
    mine = tab(writer, section)
    mine.send(key, text=("", "<p>satu</p>"))
    message = mine.message(key, {}, text=("<p>satu</p>", "<p>dua</p>"))
    assert cost(mine.client, lambda: mine.post(message)) <= 6
