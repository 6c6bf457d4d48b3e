"""One command from a bare folder to the running product; the pieces are in smartcity.embedded."""

import fcntl
import ipaddress
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from accounts.models import User
from regions.models import Job, Region
from smartcity import embedded

EXAMPLE = "batam-2022"


class Command(BaseCommand):
    help = "Prepares the database, then runs broker, worker and web server until Ctrl-C."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-example", action="store_true", help="begin with an empty database")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_a_public_address(host)
        with only_one(settings.VAR_DIR):
            if embedded.listens(host, port):
                raise CommandError(
                    f"Porta {port} sedang dipakai program lain. Pilih yang lain: manage.py up --port 8001"
                )
            try:
                self.run(host, port, example=not options["no_example"])
            except embedded.Broken as broken:
                raise CommandError(str(broken)) from broken

    def run(self, host: str, port: int, *, example: bool) -> None:
        logs = settings.VAR_DIR / "log"
        programs = []
        if settings.CELERY_BROKER_URL.startswith("redis+socket://"):
            programs.append(embedded.broker(settings.CELERY_BROKER_URL, settings.VAR_DIR / "broker", logs))
        programs += [embedded.worker(settings.VAR_DIR / "beat-schedule", logs), embedded.web(host, port, logs)]
        over = stop_signals()
        try:
            for program in programs:
                if program.name.startswith("Pekerja"):  # its queue is up, its tables come first
                    self.prepare(example=example)
                    connections.close_all()
                if over.is_set():
                    return
                program.start()
                program.wait_until_it_answers()
            self.stdout.write(f"\nSiap: http://{host}:{port}/   (Ctrl-C menghentikan; catatan ada di {logs})\n")
            self.stdout.flush()  # a service manager's log shows the sign-ins at once
            while not over.wait(0.5):
                for program in programs:
                    if program.revive():
                        self.stderr.write(f"{program.name} berhenti sendiri dan dinyalakan kembali.")
        finally:
            self.stdout.write("Menghentikan …")
            for program in reversed(programs):
                program.stop()

    def prepare(self, *, example: bool) -> None:
        """Migrations, reference data, static files; on a new database the example and its sign-ins."""
        call_command("migrate", verbosity=0)
        Job.objects.filter(state=Job.State.RUNNING).update(
            lease_until=timezone.now()
        )  # no worker lives: take them back
        self.collect_static()
        self.load_reference()
        if example and not User.objects.exists() and "load_example" in get_commands():
            self.stdout.write("Memuat contoh Kota Batam 2022 …")
            call_command("load_example", EXAMPLE, stdout=self.stdout)
        without_password = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}
        if example and Region.objects.exists() and not User.objects.exclude(**without_password).exists():
            call_command("demo_passwords", stdout=self.stdout)

    def collect_static(self) -> None:
        found = [Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list([])]
        if changed("static", embedded.fingerprint(found)) or not settings.STATIC_ROOT.exists():
            self.stdout.write(f"Menyiapkan {len(found)} berkas tampilan …")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            remember("static", embedded.fingerprint(found))

    def load_reference(self) -> None:
        if "load_reference" not in get_commands():
            return
        mark = embedded.fingerprint(
            [
                path
                for path in (settings.BASE_DIR / "regions").rglob("*")
                if path.is_file() and path.suffix in {".csv", ".py"}
            ]
        )
        if changed("reference", mark) or not Region.objects.exists():
            call_command("load_reference", stdout=self.stdout)
            remember("reference", mark)


def changed(name: str, mark: str) -> bool:
    file = settings.VAR_DIR / f"{name}.sha256"
    return not file.exists() or file.read_text() != mark


def remember(name: str, mark: str) -> None:
    (settings.VAR_DIR / f"{name}.sha256").write_text(mark)


def refuse_a_public_address(host: str) -> None:
    """Passwords would cross the network in clear text: other machines come in through the reverse proxy with TLS only."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise CommandError(
            f"{host} terbuka bagi jaringan, sedangkan perintah ini berjalan tanpa TLS. "
            "Untuk dipakai bersama gunakan docker compose (lihat README, bagian Produksi)."
        )


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Two servers on one var/ would fight over its broker."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Aplikasi ini sudah berjalan dari {folder}.") from None
        yield


def stop_signals() -> threading.Event:
    """An event that Ctrl-C, SIGTERM and a closed terminal set."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    return over
