"""Show: somebody who works for one office sees and changes no row of another office, by any route there is.

The routes come from tests/routes.py, as in tests/test_conventions.py: one that is added is walked here too. The other
office's rows carry a word in every text, and its ids are put where the own ones would stand, in addresses and bodies.
"""

import dataclasses
import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse

from bimtek import offices, threads, writing
from bimtek.anchors import Anchor
from bimtek.models import (
    Application,
    BudgetLine,
    Change,
    Decree,
    Gap,
    Indicator,
    IndicatorTarget,
    Message,
    Packet,
    Programme,
    QuickWin,
    ReadinessRow,
    Stage,
    Thread,
)
from regions import files
from regions.access import Role
from regions.models import StoredFile
from tests import test_conventions as walk
from tests.bimtek.rows import access, make_row
from tests.factories import make_member, make_opd
from tests.routes import World, a_picture, uploaded
from tests.test_conventions import clients, ministry_user, world  # noqa: F401 (fixtures)

WORD = "Rahasia Kesehatan"
ONE_OFFICE = (Role.OPERATOR.value, Role.GUEST.value)
OF_AN_OFFICE = {"row", "change", "thread", "packet", "guest", "upload", "act", "opd"}
OFFICES_ALLOWED = {"supporting", "fields", "sebut", "untuk", "successor", "emblem-kept", "dari"}
"""Body fields that name no row of an office: any office may support a programme, any person may be called."""


@pytest.fixture
def theirs(world: World) -> World:  # noqa: F811
    """The same world with another office's things in it."""
    opd, plan = make_opd(world.region, "Dinas Kesehatan"), world.plan
    admin = access(world.people[Role.ADMIN.value], plan)
    programme = writing.add(
        writing.new(
            Programme, plan, code="SL-9.01", sub_dimension="SL-2", name=f"{WORD} a", benefit=f"{WORD} b", opd=opd
        ),
        access=admin,
    )
    programme.description = f"{WORD} c"
    writing.change(programme, access=admin, version=1)
    make_row(BudgetLine, plan, programme=programme, year=2023, source="apbd", amount=77_123_456_789)
    measure = make_row(Indicator, plan, programme=programme, name=f"{WORD} d", unit="%")
    make_row(IndicatorTarget, plan, indicator=measure, year=2024, value=4)
    made: dict[Any, dict[str, str]] = {
        ReadinessRow: {"element": "struktur", "component": "SDM", "name": f"{WORD} e", "value": f"{WORD} f"},
        Application: {"name": f"{WORD} g", "purpose": f"{WORD} h"},
        Gap: {"sub_dimension": "SL-2", "present": f"{WORD} i", "expected": f"{WORD} j"},
    }
    for model, values in made.items():
        row = writing.new(model, plan, opd=opd, **values)
        writing.add(row, access=admin)
        if model is Application:  # one that was deleted again: its words stand in the log only
            writing.remove(row, access=admin, version=1)
    quick_win = make_row(QuickWin, plan, dimension="SL", name=f"{WORD} k", opd=opd)
    thread = Thread.objects.create(
        region=plan.region, plan=plan, stage=2, section="program", row_id=programme.pk, row_label=f"{WORD} l",
        by=world.people[Role.ADMIN.value],
    )  # fmt: skip
    Message.objects.create(
        region=plan.region, plan=plan, thread=thread, text=f"{WORD} m", by=admin.user, by_name="K", by_role="K"
    )
    operator = make_member(world.region, Role.OPERATOR, opd=opd)
    return dataclasses.replace(
        world, opd=opd, programme=programme, free=programme, thread=thread, quick_win=quick_win,
        change=Change.objects.filter(row_id=programme.pk, deed="changed").get(), upload=uploaded(plan, operator),
        packet=Packet.objects.create(
            region=plan.region, plan=plan, opd=opd, due="2030-01-01", note=f"{WORD} n"
        ),
    )  # fmt: skip


def words(answer: HttpResponse) -> str:
    body: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return body.decode(errors="replace")


@pytest.mark.slow
def test_no_page_shows_a_word_of_another_offices_rows(world, theirs, clients):  # noqa: F811
    leaks, read, seen = [], 0, set()
    for name, row in walk.routes("region"):
        if "GET" not in row.methods:
            continue
        url = walk.address(name, row, world)
        for role in ONE_OFFICE:
            text = words(clients[role].get(url))
            read += 1
            leaks += [(name, role)] if WORD in text or "77123456789" in text or "77.123.456.789" in text else []
        if WORD in words(clients[Role.ADMIN.value].get(url)):
            seen.add(name)
    assert read > 60
    assert {"bimtek:section", "bimtek:history", "bimtek:threads", "bimtek:workbook", "bimtek:plan"} <= seen
    assert leaks == []


@pytest.mark.parametrize("section", ["program", "kesiapan", "kesenjangan", "quick-win"])
def test_no_list_row_search_or_filter_shows_one(section, world, theirs, clients):  # noqa: F811
    stage = {"program": 2, "quick-win": 4}.get(section, 1)
    url = reverse("bimtek:section", args=[world.region.slug, 2022, stage, section])
    for query in ({}, {"cari": "Rahasia"}, {"opd": str(theirs.opd.pk)}, {"urut": "-name"}):
        assert WORD in words(clients[Role.ADMIN.value].get(url, query))
        assert WORD not in words(clients[Role.OPERATOR.value].get(url, query))
        assert WORD not in words(clients[Role.GUEST.value].get(url, query))


def test_another_offices_ids_open_nothing(world, theirs, clients):  # noqa: F811
    wrong, asked = [], 0
    for name, row in walk.routes("region"):
        for part in set(walk.ids_in(name)) & OF_AN_OFFICE:
            foreign = {**theirs.parts, "act": theirs.change.act, **row.parts(theirs)}[part]
            if foreign == {**world.parts, **row.parts(world)}.get(part):
                continue
            for role in ONE_OFFICE:
                for method in row.methods.split():
                    asked += 1
                    url = walk.address(name, row, world, **{part: foreign})
                    body = row.body(theirs) if method == "POST" else None
                    answer = walk.ask(clients[role], method, url, body, row)
                    if answer.status_code not in {403, 404} or WORD in words(answer):
                        wrong.append((name, part, role, method, answer.status_code))
    assert asked >= 60
    assert wrong == []


def test_another_offices_ids_in_a_body_change_and_show_nothing(world, theirs, clients):  # noqa: F811
    wrong, asked = [], 0
    for name, row in walk.routes("region"):
        for field, foreign in row.foreign.items():
            if field in OFFICES_ALLOWED:
                continue
            for role in set(ONE_OFFICE) & set(walk.who_may(name)):
                asked += 1
                before = walk.fingerprint()
                body = {**row.body(world), row.prefix(world) + field: foreign(theirs)}
                if "person" in body:
                    body["person"] = str(world.people[role].pk)
                answer = walk.sent(clients[role], walk.address(name, row, world), row, body)
                if WORD in words(answer) or walk.fingerprint() != before:
                    wrong.append((name, field, role, answer.status_code))
    assert asked > 5
    assert wrong == []


@pytest.mark.parametrize("role", ONE_OFFICE)
def test_the_journals_endpoint_neither_changes_nor_shows_one(role, world, theirs, clients):  # noqa: F811
    url = reverse("bimtek:autosave", args=[world.region.slug, 2022, 2, "program"])
    person, before = str(world.people[role].pk), walk.fingerprint()

    def send(**more: Any) -> HttpResponse:
        message = {
            "person": person, "client": str(uuid.uuid4()), "seq": 1, "row": str(theirs.programme.pk),
            "fields": {"name": {"base": "", "mine": "Direbut"}}, **more,
        }  # fmt: skip
        answer: Any = clients[role].post(url, json.dumps(message), content_type="application/json")
        return answer

    new = {"code": {"base": "", "mine": "SL-9.02"}, "sub_dimension": {"base": "", "mine": "SL-2"},
           "kind": {"base": "", "mine": "baru"}, "name": {"base": "", "mine": "X"}, "opd": {"base": "", "mine": str(world.opd.pk)}}  # fmt: skip
    for answer in (send(), send(new=True), send(new=True, fields=new)):
        assert WORD not in words(answer)
        assert "saved" not in json.loads(words(answer)) or not json.loads(words(answer))["saved"]
    own = send(row=str(world.programme.pk), fields={"opd": {"base": "", "mine": str(theirs.opd.pk)}})
    assert json.loads(words(own))["saved"] == []
    assert walk.fingerprint() == before


def test_a_child_of_another_offices_programme_is_not_found(world, theirs, clients):  # noqa: F811
    line = theirs.programme.budget_lines.get()
    there = reverse("bimtek:row", args=[world.region.slug, 2022, 2, "anggaran", line.pk])
    onto = reverse("bimtek:row_new", args=[world.region.slug, 2022, 2, "anggaran"])
    for role in ONE_OFFICE:
        assert clients[role].get(there).status_code == 404
        assert clients[role].get(onto, {"induk": str(theirs.programme.pk)}).status_code == 404
        assert clients[role].get(onto, {"induk": str(world.programme.pk)}).status_code == 200
    assert clients[Role.ADMIN.value].get(there).status_code == 200


def test_a_guest_finds_only_the_packets_sections(world, clients):  # noqa: F811
    found = {
        key: clients[Role.GUEST.value]
        .get(reverse("bimtek:section", args=[world.region.slug, 2022, stage, key]))
        .status_code
        for stage, key in (
            (1, "kesiapan"),
            (1, "aplikasi"),
            (2, "program"),
            (1, "swot"),
            (1, "kesenjangan"),
            (2, "quick-win"),
        )
    }
    assert found == {
        "kesiapan": 200,
        "aplikasi": 200,
        "program": 200,
        "swot": 404,
        "kesenjangan": 404,
        "quick-win": 404,
    }


def test_a_programme_keeps_the_links_that_its_office_does_not_see(world, theirs, clients):  # noqa: F811
    hidden = Gap.objects.get(opd=theirs.opd)
    Programme.objects.filter(pk=world.programme.pk).update(gap=hidden)
    url = reverse("bimtek:row", args=[world.region.slug, 2022, 2, "program", world.programme.pk])
    page = clients[Role.OPERATOR.value].get(url)
    assert WORD not in words(page)

    form = page.context["form"]
    sent = {
        bound.html_name: bound.value() or ""
        for bound in form
        if bound.name not in {"supporting", "missions", "strategies", "gap"}
    }
    sent[form.add_prefix("base")] = form.base
    sent[form.add_prefix("name")] = "Layanan baru"
    assert clients[Role.OPERATOR.value].post(url, sent).status_code == 302
    assert Programme.objects.get(pk=world.programme.pk).gap == hidden
    assert Programme.objects.get(pk=world.programme.pk).name == "Layanan baru"


# --- files -------------------------------------------------------------------------------------------------------
def stored(region: Any, by: Any = None) -> StoredFile:
    return files.keep(files.inspect(a_picture(), [StoredFile.Kind.IMAGE]), region, by)


def test_a_file_opens_for_those_who_see_a_row_that_names_it(world, theirs, clients):  # noqa: F811
    """Every field that names a file is asked about, so that one that is added is too."""
    region, plan = world.region, world.plan
    named = {(model.__name__, name) for model, name in offices._with_files()}
    assert named == {("Decree", "file"), ("ReadinessRow", "evidence"), ("QuickWin", "evidence"), ("Photo", "file")}
    own, foreign, decree, free, mine = (stored(region, world.people["admin"]) for _ in range(5))
    measures = {"element": "struktur", "component": "SDM"}
    make_row(ReadinessRow, plan, opd=world.opd, name="Sendiri", evidence=own, **measures)
    make_row(ReadinessRow, plan, opd=theirs.opd, name="Lain", evidence=foreign, **measures)
    make_row(Decree, plan, purpose="dewan", number="1", year=2022, about="Dewan", file=decree)
    StoredFile.objects.filter(pk=mine.pk).update(uploaded_by=world.people[Role.OPERATOR.value])
    everybody = [role for role in world.people if role not in ONE_OFFICE]
    who = {
        own: {*everybody, *ONE_OFFICE}, foreign: {*everybody}, decree: {*everybody, Role.OPERATOR.value},
        free: {*everybody}, mine: {*everybody, Role.OPERATOR.value}, world.file: {*everybody, *ONE_OFFICE},
    }  # fmt: skip
    for kept, may in who.items():
        url = reverse("bimtek:file", args=[region.slug, kept.pk])
        found = {role: clients[role].get(url).status_code for role in world.people}
        assert found == {role: 200 if role in may else 404 for role in world.people}


def test_another_offices_file_is_not_taken_for_an_own_row(world, theirs, clients):  # noqa: F811
    """A form carries the id of an upload that is not saved yet; another office's id there opens nothing."""
    foreign = stored(world.region, world.people["admin"])
    make_row(
        ReadinessRow, world.plan, opd=theirs.opd, name="Lain", element="struktur", component="SDM", evidence=foreign
    )
    row = make_row(ReadinessRow, world.plan, opd=world.opd, name="Sendiri", element="struktur", component="SDM")
    url = reverse("bimtek:row", args=[world.region.slug, 2022, 1, "kesiapan", row.pk])
    form = clients[Role.OPERATOR.value].get(url).context["form"]
    body = {bound.html_name: bound.value() or "" for bound in form if bound.name != "evidence"}
    body |= {form.add_prefix("evidence-kept"): str(foreign.pk), form.add_prefix("base"): form.base}
    answer = clients[Role.OPERATOR.value].post(url, body)
    assert "Berkas yang dipilih tidak ada" in words(answer)
    assert ReadinessRow.objects.get(pk=row.pk).evidence is None
    assert (
        clients[Role.OPERATOR.value].get(reverse("bimtek:file", args=[world.region.slug, foreign.pk])).status_code
        == 404
    )


# --- mentions ----------------------------------------------------------------------------------------------------
def test_a_thread_calls_only_people_who_can_open_it(world, theirs, clients):  # noqa: F811
    """The people offered and taken are exactly those whose door opens: place by place, person by person."""
    elsewhere = make_member(world.region, Role.OPERATOR, opd=theirs.opd)
    persons = {**{role: (user, clients[role]) for role, user in world.people.items()}, "elsewhere": (elsewhere, walk.signed_in(elsewhere))}  # fmt: skip
    admin, gone = access(world.people["admin"], world.plan), make_row(Programme, world.plan, code="SG-9.09", sub_dimension="SG-1")  # fmt: skip
    line = theirs.programme.budget_lines.get()
    places = [
        Anchor(Stage.PROGRAM), Anchor(Stage.PROGRAM, "program"), Anchor(Stage.PROGRAM, "program", world.programme),
        Anchor(Stage.PROGRAM, "program", theirs.programme), Anchor(Stage.PROGRAM, "program", world.free),
        Anchor(Stage.PROGRAM, "anggaran", line), Anchor(Stage.PROGRAM, "program", gone), Anchor(Stage.PROGRAM, "narasi-visi"),
    ]  # fmt: skip
    begun = [threads.begin(world.plan, place, "Mohon dilihat", access=admin) for place in places]
    consultant = access(world.people[Role.CONSULTANT.value], world.plan)
    begun.append(threads.begin(world.plan, places[0], "Rahasia", access=consultant, private=True))
    gone.delete()
    calls = 0
    for thread in begun:
        url = reverse("bimtek:thread", args=[world.region.slug, 2022, thread.pk])
        opens = {user for user, client in persons.values() if client.get(url).status_code == 200}
        writer = consultant if thread.private else admin
        offered = set(persons["ministry" if thread.private else "admin"][1].get(url).context["people"])
        known = {user for user, _ in persons.values()}
        assert offered & known == opens, thread
        for user in known - opens:
            calls += 1
            with pytest.raises(ValidationError):
                threads.reply(thread, "Halo", access=writer, called=[user])
            with pytest.raises(ValidationError):
                threads.assign(thread, user, access=writer)
    assert calls > 15
