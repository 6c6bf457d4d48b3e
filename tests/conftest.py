"""The cast: Kota Batam with its people, a stranger region, and a browser to sit them at."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import BrowserContext, Page

from accounts.models import User
from bimtek.models import Plan
from regions import append_only
from regions.access import SESSION_PASS, Role
from regions.models import AuditRow, GuestPass, Opd, Region
from tests.factories import make_member, make_opd, make_plan, make_region, make_user
from tests.programs import chromium_path

pytest.register_assert_rewrite("tests.agreeing")

# What a property says does not depend on how busy the machine is.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")

ANSWERED_SECONDS = 5.0  # at most until the site has answered what was sent last
EMPTYING = {"postgresql": "_no_truncate", "sqlite": "_no_delete"}
PLAIN_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite only what touches the database runs a second time: the press and pure calculations know none."""
    if config.getoption("db") != "sqlite":
        return
    touching = {item for item in items if _touches_database(item)}
    config.hook.pytest_deselected(items=[item for item in items if item not in touching])
    items[:] = [item for item in items if item in touching]


def _touches_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> Iterator[None]:
    """Static files without a manifest, and a password hash that costs nothing."""
    with override_settings(STORAGES=PLAIN_STORAGES, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(pytestconfig: pytest.Config) -> None:
    """On SQLite the test database is a file: threads and worker processes must see it too."""
    if pytestconfig.getoption("db") == "sqlite":
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(settings.VAR_DIR / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with transactions of their own empty every table afterwards; only that lock of the audit is taken off."""
    with django_db_blocker.unblock():
        append_only.unprotect(connection, AuditRow._meta.db_table, only=EMPTYING[connection.vendor])


# --- the cast ----------------------------------------------------------------------------------------------------
@pytest.fixture
def region(db: None) -> Region:
    return make_region()


@pytest.fixture
def stranger_region(db: None) -> Region:
    """A region that nobody of Batam has to do with, with a plan and an OPD of its own."""
    place = make_region("12.72", "Pematangsiantar")
    make_opd(place, "Dinas Komunikasi dan Informatika")
    make_plan(place)
    return place


@pytest.fixture
def kominfo(region: Region) -> Opd:
    return make_opd(region, "Dinas Komunikasi dan Informatika", abbreviation="Diskominfo", position=1)


@pytest.fixture
def health(region: Region) -> Opd:
    return make_opd(region, "Dinas Kesehatan", abbreviation="Dinkes", position=2)


@pytest.fixture
def plan(region: Region) -> Plan:
    return make_plan(region)


@pytest.fixture
def writer(region: Region, kominfo: Opd) -> User:
    """Admin Diskominfo: fills everything, invites people."""
    return make_member(region, Role.ADMIN)


@pytest.fixture
def head(region: Region) -> User:
    """Kepala dinas: submits stages."""
    return make_member(region, Role.HEAD_OF_DEPARTMENT)


@pytest.fixture
def bappeda(region: Region) -> User:
    return make_member(region, Role.BAPPEDA)


@pytest.fixture
def operator(region: Region, health: Opd) -> User:
    """Operator of Dinas Kesehatan."""
    return make_member(region, Role.OPERATOR, opd=health)


@pytest.fixture
def leader(region: Region) -> User:
    return make_member(region, Role.LEADER)


@pytest.fixture
def council(region: Region) -> User:
    return make_member(region, Role.COUNCIL)


@pytest.fixture
def consultant(region: Region) -> User:
    return make_member(region, Role.CONSULTANT)


@pytest.fixture
def ministry(db: None) -> User:
    return make_user("Admin Kominfo", is_ministry=True)


@pytest.fixture
def stranger(stranger_region: Region) -> User:
    """Admin of the stranger region."""
    return make_member(stranger_region, Role.ADMIN)


@pytest.fixture
def cast(
    writer: User,
    head: User,
    bappeda: User,
    operator: User,
    leader: User,
    council: User,
    consultant: User,
    ministry: User,
    stranger: User,
) -> dict[str, User]:
    """Everybody by role value, and the stranger."""
    return {
        Role.ADMIN: writer,
        Role.HEAD_OF_DEPARTMENT: head,
        Role.BAPPEDA: bappeda,
        Role.OPERATOR: operator,
        Role.LEADER: leader,
        Role.COUNCIL: council,
        Role.CONSULTANT: consultant,
        Role.MINISTRY: ministry,
        "stranger": stranger,
    }


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def with_pass(held: GuestPass) -> Client:
    """The browser of a guest who opened the personal link."""
    client = Client()
    session = client.session
    session[SESSION_PASS] = str(held.pk)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


@pytest.fixture
def client_of(db: None) -> Callable[[User | None], Client]:
    """`client_of(writer).get(…)`; None is somebody not signed in."""
    return signed_in


@pytest.fixture
def queries_of() -> Callable[[Client, str], int]:
    """`queries_of(client, url)`: how many queries the page asks, after a first look has set up the session's own row."""

    def count(client: Client, url: str) -> int:
        assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    return count


# --- browser -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--no-sandbox"]
    return {**browser_type_launch_args, "executable_path": chromium_path(), "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "id-ID",
        "timezone_id": "Asia/Jakarta",
        "viewport": {"width": 1366, "height": 768},
        "service_workers": "block",  # routes that a test puts in the way would not see what the worker fetches
    }


@pytest.fixture
def live_server(live_server: Any) -> Iterator[Any]:
    """The running site. What browsers sent last is answered before the tables are emptied, or both wait for each other."""
    with answering() as still:
        yield live_server
        until = time.monotonic() + ANSWERED_SECONDS
        while still() and time.monotonic() < until:
            time.sleep(0.02)


@contextmanager
def answering() -> Iterator[Callable[[], int]]:
    """How many requests the site is answering."""
    lock, found = threading.Lock(), [0]

    def on_begun(**_: Any) -> None:
        with lock:
            found[0] += 1

    def on_ended(**_: Any) -> None:
        with lock:
            found[0] -= 1

    request_started.connect(on_begun)
    request_finished.connect(on_ended)
    try:
        yield lambda: found[0]
    finally:
        request_started.disconnect(on_begun)
        request_finished.disconnect(on_ended)


@pytest.fixture
def sit_down(live_server: Any, context: BrowserContext) -> Callable[[User], Page]:
    """`page = sit_down(writer)`: a page of the running site, signed in as this person; paths are relative to it."""

    def sit(user: User) -> Page:
        cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url)
        return page

    return sit


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """`accessible(page)` fails with every WCAG 2.2 AA violation that axe finds, and on a page without content."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

    def check(page: Page) -> None:
        # what has scrolled half under the bar at the top is no small target; at once: the site scrolls smoothly, and axe would look midway
        page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
        results = Axe().run(page, options=options)
        assert results.response["passes"], "axe examined nothing"
        assert results.violations_count == 0, results.generate_report()

    return check
