"""Laws of the house, asked of every route there is: a door, a row in tests/routes.py, and nobody through the wrong door."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from regions.access import PERMISSIONS, Permission, Role
from regions.models import AuditRow
from tests.conftest import signed_in, with_pass
from tests.factories import make_cohort, make_region, make_user
from tests.routes import ROUTES, Route, World, make_world

IDS = {
    "opd",
    "membership",
    "invitation",
    "file",
    "row",
    "change",
    "session",
    "thread",
    "snapshot",
    "act",
    "upload",
    "waiver",
    "pk",
    "packet",
    "guest",
    "takeover",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRITTEN_BY_SIGNING_IN = {"sessions.Session", "usersessions.UserSession"}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry


ALL = dict(patterns(get_resolver()))


def door_of(name: str) -> tuple[str, tuple[Permission, ...]]:
    return getattr(ALL[name].callback, "door", ("none", ()))


def routes(*doors: str, own: bool = True) -> list[tuple[str, Route]]:
    """The listed routes behind these doors; `own` leaves out views of libraries, whose methods are not ours."""
    found = [(name, row) for name, row in ROUTES.items() if name in ALL and door_of(name)[0] in doors]
    return [(name, row) for name, row in found if row.checked or not own]


def address(name: str, listed: Route, world: World, **changed: Any) -> str:
    values = {**world.parts, **listed.parts(world), **changed}
    wanted = ALL[name].pattern.regex.groupindex if hasattr(ALL[name].pattern, "_regex_dict") else {}
    names = set(ALL[name].pattern.converters) | set(wanted)
    return reverse(name, kwargs={part: values[part] for part in names})


def ids_in(name: str) -> list[str]:
    """Parts of the URL that name a thing of one region, besides the region itself."""
    return [part for part in ALL[name].pattern.converters if part in IDS]


def sent(client: Client, url: str, row: Route, body: dict[str, Any]) -> HttpResponse:
    """A POST with the body in the form that this route reads."""
    answer: Any = client.post(url, body, content_type="application/json") if row.json else client.post(url, body)
    return answer


def ask(
    client: Client, method: str, url: str, body: dict[str, Any] | None = None, row: Route | None = None
) -> HttpResponse:
    """Asks, and takes back whatever it wrote."""
    with transaction.atomic():
        answer: Any = client.generic(method, url) if body is None else sent(client, url, row or Route(), body)
        transaction.set_rollback(True)
    return answer


def fingerprint() -> dict[str, str]:
    """The hash of every table's rows, without those that merely being signed in writes."""
    tables = [model for model in apps.get_models() if model._meta.label not in WRITTEN_BY_SIGNING_IN]
    assert len(tables) > 20
    return {
        m._meta.label: hashlib.sha256(repr(list(m._base_manager.order_by("pk").values_list())).encode()).hexdigest()
        for m in tables
    }


@pytest.fixture
def ministry_user(db: None) -> Any:
    return make_user("Admin Kominfo", is_ministry=True)


@pytest.fixture
def world(ministry_user: Any, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    make_cohort(2030)
    return make_world(make_region(), ministry_user)


@pytest.fixture
def other(world: World, ministry_user: Any) -> World:
    return make_world(make_region("12.72", "Pematangsiantar"), ministry_user)


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    found = {role: signed_in(person) for role, person in world.people.items() if role != Role.GUEST}
    found[Role.GUEST.value] = with_pass(world.guest)
    for client in found.values():
        client.raise_request_exception = False  # a 500 is an answer to be listed, by the name of its route
    return found


def who_may(name: str) -> list[str]:
    """Roles that the door lets in."""
    door, permissions = door_of(name)
    if door == "region":
        return [role.value for role in Role if PERMISSIONS[role] & set(permissions)]
    return [Role.MINISTRY.value] if door == "ministry" else [role.value for role in Role]


# --- the list is whole -------------------------------------------------------------------------------------------
def test_every_route_names_its_door_and_has_its_row():
    assert len(ALL) > 30
    assert [name for name in ALL if door_of(name)[0] not in {"region", "ministry", "person", "public"}] == []
    assert [name for name in ALL if name not in ROUTES] == [], "add these routes to tests/routes.py"
    assert [name for name in ROUTES if name not in ALL] == [], "these rows of tests/routes.py have no route any more"


def test_every_route_under_daerah_goes_through_the_regions_door():
    under = [name for name, entry in ALL.items() if "region" in entry.pattern.converters]

    assert len(under) > 15
    assert [name for name in under if door_of(name)[0] != "region"] == []


# --- those who may -----------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_who_may_comes_in(world, clients):
    """Without this the refusals below would prove nothing: the addresses and bodies are right ones."""
    closed = []
    for name, row in routes("region", "ministry", "person"):
        url = address(name, row, world)
        for method in row.methods.split():
            body = row.body(world) if method == "POST" else None
            answers = {role: ask(clients[role], method, url, body, row).status_code for role in who_may(name)}
            good = (
                {200, 204, 302, 422} if method == "POST" else {200, 302}
            )  # 422: a form sent empty says what is missing
            if not set(answers.values()) & good or max(answers.values()) >= 500 or 404 in answers.values():
                closed.append((name, method, answers))
    assert closed == []


def test_a_good_body_is_taken(world, clients):
    """A POST that nobody could send would make the walk of foreign ids pass for nothing."""
    refused = []
    for name, row in routes("region", "ministry", "person"):
        if "POST" not in row.methods or not row.body(world):
            continue
        taken = [
            ask(clients[role], "POST", address(name, row, world), row.body(world), row).status_code
            for role in who_may(name)
        ]
        if not ({200} if row.json else {302, 204}) & set(taken):
            refused.append((name, taken))
    assert refused == []


# --- those who may not -------------------------------------------------------------------------------------------
def test_somebody_not_signed_in_is_led_to_the_sign_in_page(world):
    client, wrong = Client(), []
    for name, row in routes("region", "ministry", "person", own=False):
        for method in row.methods.split():
            answer = ask(client, method, address(name, row, world), {} if method == "POST" else None)
            if answer.status_code != 302 or not answer["Location"].startswith("/akun/masuk/"):
                wrong.append((name, method, answer.status_code))
    assert wrong == []


def test_a_stranger_finds_nothing(world, other):
    """The admin of another region, and a person without any region."""
    wrong = []
    for person in (other.people[Role.ADMIN.value], make_user("Tanpa Daerah")):
        client = signed_in(person)
        for name, row in routes("region", "ministry"):
            for method in row.methods.split():
                answer = ask(client, method, address(name, row, world), row.body(world) if method == "POST" else None)
                if answer.status_code != 404:
                    wrong.append((name, method, answer.status_code))
    assert wrong == []


def test_a_role_without_the_permission_is_refused(world, clients):
    wrong, asked = [], 0
    for name, row in routes("region"):
        for role in set(clients) - set(who_may(name)):
            for method in row.methods.split():
                asked += 1
                answer = ask(
                    clients[role], method, address(name, row, world), row.body(world) if method == "POST" else None
                )
                if answer.status_code != 403:
                    wrong.append((name, role, method, answer.status_code))
    assert asked > 50
    assert wrong == []


def test_an_ended_assignment_closes_every_door(world, clients):
    consultant = clients[Role.CONSULTANT.value]
    type(world.consultant).objects.filter(pk=world.consultant.pk).update(revoked_at=world.plan.created_at)

    assert {
        ask(consultant, "GET", address(n, r, world)).status_code for n, r in routes("region") if "GET" in r.methods
    } == {404}


def test_another_regions_ids_are_not_found_through_the_own_door(world, other, clients):
    wrong, asked = [], 0
    for name, row in routes("region"):
        for part in ids_in(name):
            foreign = {**other.parts, **row.parts(other)}[part]
            url = address(name, row, world, **{part: foreign})
            for role in {who_may(name)[0], who_may(name)[-1]}:
                for method in row.methods.split():
                    asked += 1
                    answer = ask(clients[role], method, url, row.body(world) if method == "POST" else None)
                    if answer.status_code != 404:
                        wrong.append((name, part, role, method, answer.status_code))
    assert asked > 30
    assert wrong == []


@pytest.mark.slow
def test_an_id_of_another_region_in_a_body_changes_nothing(world, other, clients):
    wrong, asked = [], 0
    for name, row in routes("region", "ministry"):
        for field, foreign in row.foreign.items():
            for role in who_may(name):
                asked += 1
                before = fingerprint()
                body = {**row.body(world), row.prefix(world) + field: foreign(other)}
                answer = sent(clients[role], address(name, row, world), row, body)
                if answer.status_code not in {200, 400, 404, 409, 422} or fingerprint() != before:
                    wrong.append((name, field, role, answer.status_code))
    assert asked > 5
    assert wrong == []


# --- methods -----------------------------------------------------------------------------------------------------
def test_other_methods_are_405(world, clients):
    wrong = []
    for name, row in routes("region", "ministry", "person", "public"):
        client = clients[who_may(name)[0]]
        for method in set(METHODS) - set(row.methods.split()):
            answer = ask(client, method, address(name, row, world), {} if method == "POST" else None)
            if answer.status_code != 405:
                wrong.append((name, method, answer.status_code))
    assert wrong == []


DOWNLOADS = [
    "bimtek:file",
    "bimtek:workbook",
    "bimtek:noted",
    "bimtek:audit_export",
    "ministry:audit_export",
    "masterplan:download",
    "masterplan:attendance_pdf",
    "masterplan:minutes_pdf",
    "masterplan:matrix_pdf",
    "masterplan:matrix_xlsx",
    "masterplan:archive",
    "masterplan:chosen",
    "masterplan:trace_pdf",
    "masterplan:changes_pdf",
    "masterplan:consistency_pdf",
    "masterplan:preview_pages",
]


@pytest.mark.slow
def test_looking_writes_nothing_but_the_audit_of_a_download(world, clients):
    wrong = []
    traces = {"regions.AuditRow", "regions.AuditHead"}
    for name, row in routes("region", "ministry", "person", "public", own=False):
        if "GET" not in row.methods or name == "account_logout":
            continue
        before = fingerprint()
        clients[who_may(name)[0]].get(address(name, row, world))
        written = {table for table, digest in fingerprint().items() if digest != before[table]}
        if written - (traces if name in DOWNLOADS else set()):
            wrong.append((name, written))
    assert wrong == []


@pytest.mark.slow
def test_whatever_leaves_as_a_file_leaves_a_line_in_the_audit(world, clients):
    """The line says who took what. Pictures show inside pages; a HEAD request carries nothing out."""
    taken, silent = set(), []
    for name, row in routes("region", "person", "ministry"):
        if "GET" not in row.methods:
            continue
        for method, noted in (("GET", True), ("HEAD", False)):
            before = AuditRow.objects.filter(kind="unduhan").count()
            answer = clients[who_may(name)[0]].generic(method, address(name, row, world))
            if not answer.get("Content-Disposition", "").startswith("attachment"):
                continue
            taken.add(name)
            if (AuditRow.objects.filter(kind="unduhan").count() > before) is not noted:
                silent.append((name, method))
    assert taken <= {*DOWNLOADS}
    assert len(taken) > 10, taken
    assert silent == []


def test_odd_queries_never_break_a_page(world, clients):
    odd = {"cari": "\x00%'\"<script>", "page": "9" * 50, "urut": "-x__y", "induk": "\x00", "baris": "x"}
    broken = []
    for name, row in routes("region", "ministry", "person", "public"):
        if "GET" in row.methods:
            answer = clients[who_may(name)[0]].get(address(name, row, world), odd)
            if answer.status_code >= 500:
                broken.append((name, answer.status_code))
    assert broken == []


@pytest.mark.slow
def test_an_empty_post_never_breaks_a_form(world, clients):
    broken = []
    for name, row in routes("region", "ministry", "person", "public"):
        if "POST" in row.methods:
            answers = [ask(clients[role], "POST", address(name, row, world), {}).status_code for role in who_may(name)]
            if max(answers) >= 500:
                broken.append((name, answers))
    assert broken == []
