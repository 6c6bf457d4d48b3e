"""What one autosave costs beside a bare Django view that does one SELECT and one UPDATE. `python -m benchmarks.autosave`

Twice, on the same database, whose commits are real:

- in one process, without HTTP: the strict comparison, all of it Python and the database;
- as it is deployed: gunicorn with one worker, over HTTP.

The bare view has no middleware at all. The second yardstick is the same view behind the site's own middleware and sign-in,
which is what any view of this site pays before it begins. All three are asked in turn, so that a busy machine slows all.
Both the time on the clock and that of the processor are told: the clock counts what else the machine did.

`--db=sqlite` measures an embedded installation; otherwise a PostgreSQL of its own is started in a temporary folder.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

ROUNDS = 300
WORDS = ("polos, tanpa middleware", "polos, di balik pintu masuk", "simpan otomatis satu isian")
REAL: dict[str, str] = {}
"""PostgreSQL as it comes: every commit is on the disk before it is told."""

Took = tuple[float, float]
"""Milliseconds on the clock, and of the processor."""
Ask = Callable[[str, Any], tuple[dict[str, Any], float]]
"""Posts a body as JSON to an address; returns the answer and what the processor spent on it."""


@dataclass
class Typing:
    """Somebody who writes one field of a programme, a sentence at a time."""

    programme: Any
    admin: Any
    tab: str = field(default_factory=lambda: str(uuid4()))
    said: str = "Awal."
    seq: int = 0

    def autosave(self, ask: Ask) -> float:
        self.seq += 1
        edit = {"base": self.said, "mine": f"Kalimat {self.seq} untuk warga pulau."}
        message = {"person": str(self.admin.pk), "client": self.tab, "seq": self.seq, "row": str(self.programme.pk)}
        address = f"/daerah/{self.programme.region.slug}/2022/tahap/2/program/simpan/"
        answer, spent = ask(address, message | {"fields": {"benefit": edit}})
        assert answer["saved"] == ["benefit"], answer
        self.said = edit["mine"]
        return spent

    def bare(self, ask: Ask, address: str) -> float:
        return ask(f"/{address}/{self.programme.pk}/", {"text": self.said})[1]

    def deeds(self, ask: Ask) -> list[Callable[[], float]]:
        """The three that are compared."""
        return [
            lambda: self.bare(ask, "polos"),
            lambda: self.bare(ask, "polos-masuk"),
            lambda: self.autosave(ask),
        ]


# --- the database ---------------------------------------------------------------------------------------------------
def prepare(folder: Path, url: str) -> Typing:
    """Django on an empty database with a programme in it."""
    os.environ |= {"SMARTCITY_VAR": str(folder), "SMARTCITY_MODE": "embedded", "DATABASE_URL": url}
    os.environ["LOG_LEVEL"] = "ERROR"  # the server below writes its line a request
    os.environ["DJANGO_SETTINGS_MODULE"] = "smartcity.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from regions.access import Role
    from tests.bimtek.rows import make_programme
    from tests.factories import make_member, make_opd, make_plan, make_region

    region = make_region()
    programme = make_programme(make_plan(region), opd=make_opd(region, "Dinas Kesehatan"), benefit="Awal.")
    return Typing(programme, make_member(region, Role.ADMIN))


def session_of(person: Any) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# --- two ways to ask ---------------------------------------------------------------------------------------------------
def in_process(typing: Typing) -> Ask:
    from django.test import Client, override_settings

    from benchmarks import yardstick

    yardstick.join_urls()
    client, alone = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = session_of(typing.admin)
    with override_settings(MIDDLEWARE=[]):
        alone.handler.load_middleware()  # a handler keeps the middleware that it began with

    def ask(address: str, body: Any) -> tuple[dict[str, Any], float]:
        spent = time.process_time()
        by = alone if address.startswith("/polos/") else client
        answer = by.post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content), 1000 * (time.process_time() - spent)

    return ask


@contextmanager
def deployed(typing: Typing, log: Path) -> Iterator[Ask]:
    """gunicorn as in production, with one worker so that all three share a process, and a connection that stays open."""
    from benchmarks import yardstick
    from smartcity import embedded
    from tests import services

    port = services.free_port()
    command = [sys.executable, "-m", "gunicorn", "benchmarks.yardstick:both()", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--threads", "4", "--keep-alive", "30", "--no-control-socket"]
    with log.open("wb") as written:
        process = subprocess.Popen(command, stdout=written, stderr=written, env=os.environ | {"LOG_LEVEL": "INFO"})
    try:
        services.wait_for(lambda: embedded.listens("127.0.0.1", port), process, log)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        token = "t" * 32
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Cookie": f"sessionid={session_of(typing.admin)}; csrftoken={token}",
            "X-CSRFToken": token,
        }

        def ask(address: str, body: Any) -> tuple[dict[str, Any], float]:
            line.request("POST", address, json.dumps(body), headers)
            answer = line.getresponse()
            content = answer.read()
            assert answer.status == 200, (answer.status, content)
            return json.loads(content), float(answer.headers[yardstick.SPENT])

        yield ask
    finally:
        process.terminate()
        process.wait(30)


# --- measuring --------------------------------------------------------------------------------------------------------------
def medians(deeds: Sequence[Callable[[], float]]) -> list[Took]:
    """The median of each, run in turn, after each has run once."""
    times: list[list[Took]] = [[] for _ in deeds]
    for deed in deeds:
        deed()
    for _ in range(ROUNDS):
        for deed, taken in zip(deeds, times, strict=True):
            begun = time.perf_counter()
            spent = deed()
            taken.append((1000 * (time.perf_counter() - begun), spent))
    return [
        (statistics.median(clock), statistics.median(cpu)) for clock, cpu in (zip(*each, strict=True) for each in times)
    ]


def queries(deed: Callable[[], Any]) -> int:
    """How many statements read or write rows; those that open and close a transaction aside."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        deed()
    return len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def show(heading: str, found: Sequence[Took]) -> None:
    print(f"\n{heading}")
    plain, inside, _ = found
    for words, took in zip(WORDS, found, strict=True):
        ratios = "  ".join(f"{took[0] / base[0]:4.1f}× ({took[1] / base[1]:4.1f}×)" for base in (plain, inside))
        print(f"  {words:28} {took[0]:6.2f} ms, prosesor {took[1]:6.2f} ms   {ratios}")


def main(folder: Path, db: str) -> None:
    from tests import services

    url = services.start_postgres(folder, REAL) if db == "postgres" else f"sqlite:///{folder / 'main.sqlite3'}"
    typing = prepare(folder, url)
    ask = in_process(typing)
    print(f"{db}; kueri satu simpan otomatis, dengan pintunya: {queries(lambda: typing.autosave(ask))}")
    show("tegas: dalam satu proses, tanpa HTTP", medians(typing.deeds(ask)))
    with deployed(typing, folder / "web.log") as over_http:
        show("seperti dipasang: gunicorn, lewat HTTP", medians(typing.deeds(over_http)))
    print("\nkelipatan: dari yang polos, lalu dari yang di balik pintu masuk; dalam kurung waktu prosesor")


if __name__ == "__main__":
    chosen = "sqlite" if "--db=sqlite" in sys.argv[1:] else "postgres"
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o711)  # PostgreSQL runs as another user inside
        try:
            main(Path(made), chosen)
        finally:
            from tests import services

            services.stop(Path(made))
