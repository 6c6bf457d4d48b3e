"""`manage.py up` as people use it: a process with its children, on a fresh folder."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartcity import embedded
from tests.services import free_port

pytestmark = pytest.mark.slow
HOME = Path(__file__).resolve().parents[2]


class Up:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.out = folder / "out"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.env = {**kept, "SMARTCITY_VAR": str(folder / "var"), "PYTHONUNBUFFERED": "1"}
        self.socket = folder / "valkey.sock"
        self.env["REDIS_URL"] = f"redis+socket://{self.socket}"
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        command = [sys.executable, "manage.py", "up", "--no-example", "--port", str(self.port)]
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(command, cwd=HOME, env=self.env, stdout=out, stderr=out)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + 120
        while not self.ready():
            assert self.process.poll() is None, self.out.read_text()
            assert time.monotonic() < end, self.out.read_text()
            time.sleep(0.2)

    def ready(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sehat/siap") as answer:
            return answer.status == 200
        return False

    def family(self) -> list[int]:
        """Every living process of this run: known by its environment, or (Valkey overwrites its own) by its socket."""
        marks = (f"SMARTCITY_VAR={self.env['SMARTCITY_VAR']}".encode(), b"unixsocket:" + str(self.socket).encode())
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                if any(mark in words for mark in marks) and state_and_parent(int(folder.name))[0] != "Z":
                    found.append(int(folder.name))
        return found

    def child(self, word: str) -> int:
        for pid in self.family():
            if state_and_parent(pid)[1] == self.process.pid and word in Path(f"/proc/{pid}/cmdline").read_text():
                return pid
        pytest.fail(f"no child {word}")


def state_and_parent(pid: int) -> tuple[str, int]:
    state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    return state, int(parent)


@pytest.fixture
def up() -> Iterator[Up]:
    with tempfile.TemporaryDirectory(
        prefix="up-", ignore_cleanup_errors=True
    ) as folder:  # short, for the socket's name
        up = Up(Path(folder))
        yield up
        kill_all(up)


def kill_all(up: Up) -> None:
    for pid in up.family():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def gone(up: Up, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while up.family():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def test_up_starts_from_nothing_heals_its_children_and_leaves_nothing_behind(up):
    up.start()
    secret = Path(up.env["SMARTCITY_VAR"], "secret_key")
    assert secret.stat().st_mode & 0o077 == 0

    os.kill(up.child("celery"), signal.SIGKILL)
    os.kill(up.child("valkey-server"), signal.SIGKILL)
    end = time.monotonic() + 30
    while up.out.read_text().count("dinyalakan kembali") < 2:
        assert time.monotonic() < end, up.out.read_text()
        time.sleep(0.2)
    up.wait_until_ready()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(40) == 0, up.out.read_text()
    assert gone(up, 5), "Ctrl-C left processes behind"

    up.start()
    up.process.kill()
    assert gone(up, 40), "kill -9 of the parent left processes behind"


def test_up_refuses_an_address_that_the_network_can_reach(up):
    command = [sys.executable, "manage.py", "up", "--host", "0.0.0.0"]
    refused = subprocess.run(command, cwd=HOME, env=up.env, capture_output=True, text=True, check=False)

    assert refused.returncode != 0
    assert "tanpa TLS" in refused.stderr


def test_up_names_a_port_that_is_taken(up):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", up.port))
        taken.listen()
        command = [sys.executable, "manage.py", "up", "--port", str(up.port)]
        refused = subprocess.run(command, cwd=HOME, env=up.env, capture_output=True, text=True, check=False)

    assert refused.returncode != 0
    assert f"Porta {up.port} sedang dipakai" in refused.stderr


def test_a_program_that_dies_over_and_over_stops_everything_with_its_last_words(tmp_path):
    words = "print('kehabisan tempat'); raise SystemExit(1)"
    program = embedded.Program("Percobaan", [sys.executable, "-c", words], tmp_path / "log", answers=lambda: True)
    program.start()

    with pytest.raises(embedded.Broken, match=re.compile(r"Percobaan berhenti 3 kali.*kehabisan tempat", re.S)):
        watch(program)


def watch(program: embedded.Program) -> None:
    for _ in range(100):
        program.revive()
        time.sleep(0.1)
