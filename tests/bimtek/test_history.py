"""The history of a row and of a field: read as people wrote it, and turned back one field at a time."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test.utils import CaptureQueriesContext

from bimtek import writing
from bimtek.merging import marks
from bimtek.models import Change, Gap, ProfileFact
from tests.bimtek.rows import access, make_programme, make_row
from tests.factories import make_plan

pytestmark = pytest.mark.django_db
URL = "/daerah/kota-batam/2022/riwayat/"


@pytest.fixture
def fact(plan, writer):
    """Its value changed twice, its source once, in three deeds."""
    row, who = make_row(ProfileFact, plan, group="Geografi", label="Luas wilayah", value="1.034"), access(writer, plan)
    for name, value in (("value", "1.035"), ("source", "BPS"), ("value", "1.036")):
        row = ProfileFact.objects.get(pk=row.pk)
        setattr(row, name, value)
        writing.change(row, access=who, version=row.version)
    return row


def test_a_fields_history_holds_its_own_changes_only(client_of, writer, plan, fact):
    page = client_of(writer).get(URL, {"baris": fact.pk, "isian": "value"})
    shown = page.content.decode()

    assert len(page.context["entries"]) == 2
    assert "isian “Nilai”" in shown
    assert "<del>1.034</del><ins>1.035</ins>" in shown
    assert "BPS" not in shown
    assert len(client_of(writer).get(URL, {"baris": fact.pk}).context["entries"]) == 3


def test_one_field_is_turned_back_and_the_others_stay(client_of, writer, plan, fact):
    first = Change.objects.order_by("id")[0]
    client_of(writer).post(f"{URL}{first.pk}/pulihkan/", {"isian": "value", "kembali": URL})

    fact.refresh_from_db()
    assert (fact.value, fact.source, fact.version) == ("1.034", "BPS", 5)
    last = Change.objects.first()
    assert (last.deed, last.before["value"], last.after["value"]) == ("restored", "1.036", "1.034")


@pytest.mark.parametrize("name", ["nama", "value; DROP", "version", "position", "\x00"])
def test_a_field_that_is_none_shows_nothing_and_turns_nothing_back(client_of, writer, plan, fact, name):
    assert client_of(writer).get(URL, {"baris": fact.pk, "isian": name}).context["entries"] == []
    answer = client_of(writer).post(f"{URL}{Change.objects.first().pk}/pulihkan/", {"isian": name}, follow=True)
    assert "Isian ini tidak ada" in answer.content.decode()
    fact.refresh_from_db()
    assert (fact.value, fact.version) == ("1.036", 4)


def test_a_field_that_the_change_did_not_hold_is_not_turned_back(writer, plan, fact):
    Change.objects.update(before={"value": "1"})
    with pytest.raises(ValidationError, match="tidak ada yang dipulihkan"):
        writing.restore(Change.objects.first(), access=access(writer, plan), only="source")


def test_an_operator_does_not_turn_back_a_field_of_another_office(plan, writer, operator, kominfo):
    gap = make_row(Gap, plan, sub_dimension="SG-1", present="Manual", opd=kominfo)
    gap.present = "Daring"
    writing.change(gap, access=access(writer, plan), version=1)
    with pytest.raises(PermissionDenied):
        writing.restore(Change.objects.get(), access=access(operator, plan), only="present")
    assert Gap.objects.get().present == "Daring"


def test_ids_and_choices_are_shown_by_name(client_of, writer, plan, health, kominfo):
    programme = make_programme(plan, opd=kominfo)
    programme.opd, programme.kind = health, "eksisting"
    writing.change(programme, access=access(writer, plan), version=1, links={"supporting": [kominfo]})
    shown = client_of(writer).get(URL).content.decode()

    assert f"<del>{kominfo}</del><ins>{health}</ins>" in shown
    assert "<del>Baru</del><ins>Eksisting</ins>" in shown
    assert str(health.pk) not in shown
    assert str(kominfo.pk) not in shown


def test_history_asks_as_much_for_thirty_changes_as_for_three(client_of, writer, plan, health, kominfo):
    from django.db import connection

    client, who, asked = client_of(writer), access(writer, plan), []
    client.get(URL)
    for count in (3, 27):
        for n in range(count):
            programme = make_programme(plan, f"SG-{len(asked)}.{n:02}", opd=kominfo)
            programme.opd = health
            writing.change(programme, access=who, version=1)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_another_regions_row_has_no_history_here(client_of, writer, plan, stranger_region):
    foreign = make_row(ProfileFact, stranger_region.plan_set.get(), group="G", label="Rahasia", value="1")
    Change.objects.create(
        region=stranger_region, plan=foreign.plan, kind="profilefact", row_id=foreign.pk, label="Rahasia", deed="changed",
        before={"value": "0"}, after={"value": "1"},
    )  # fmt: skip
    assert client_of(writer).get(URL, {"baris": foreign.pk, "isian": "value"}).context["entries"] == []


def test_marks_read_as_one_text():
    found = marks("satu dua tiga", "satu tiga empat")
    assert found[0] == ("same", "satu ")
    assert "".join(words for kind, words in found if kind != "gone") == "satu tiga empat"
    assert "".join(words for kind, words in found if kind != "new") == "satu dua tiga"
    assert marks("", "baru") == [("new", "baru")]


def test_a_plan_without_changes_says_so(client_of, region, writer):
    make_plan(region, cohort=2023)
    assert "Belum ada perubahan" in client_of(writer).get("/daerah/kota-batam/2023/riwayat/").content.decode()
