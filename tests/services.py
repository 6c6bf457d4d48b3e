"""Early pytest plugin: private PostgreSQL and Redis, up before Django reads its settings, gone when the run ends.

pytest-django reads settings before conftest.py, so this is loaded by `-p tests.services` (pyproject.toml).
`pytest --db=sqlite` runs what is not marked `postgres` on SQLite. Nothing outside a temporary folder is touched.
"""

import atexit
import functools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from types import FrameType

import pytest

from smartcity import embedded

PROCESSES: list[subprocess.Popen[bytes]] = []
PATIENCE = 30.0  # seconds until a server that does not answer counts as broken


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db",
        choices=["postgres", "sqlite"],
        default=os.environ.get("TEST_DB", "postgres"),
        help="Database of this run (also TEST_DB).",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    options = early_config.known_args_namespace
    # with -n each worker starts servers of its own, and the process that leads them needs none
    leads = bool(getattr(options, "numprocesses", None)) and "PYTEST_XDIST_WORKER" not in os.environ
    if not (options.help or options.version or leads):
        folder = Path(tempfile.mkdtemp(prefix="smartcity-tests-"))
        folder.chmod(0o711)  # PostgreSQL runs as another user inside
        atexit.register(stop, folder)
        signal.signal(signal.SIGTERM, _leave)
        prepare(folder, options.db)
    return (yield)


def prepare(folder: Path, db: str) -> None:
    """Starts the servers and points the settings' environment variables at them."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL"):
        os.environ.pop(name, None)
    for part in ("var", "media", "static"):
        (folder / part).mkdir()
    url = start_postgres(folder) if db == "postgres" else f"sqlite:///{folder / 'var' / 'main.sqlite3'}"
    os.environ |= {
        "DATABASE_URL": url,
        "REDIS_URL": start_redis(folder / "redis")[1],
        "SMARTCITY_MODE": "embedded",
        "SMARTCITY_VAR": str(folder / "var"),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in the thread of the tests
        "LOG_LEVEL": "WARNING",
    }


QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What a server whose data nobody needs tomorrow may leave out."""


def start_postgres(folder: Path, shortcuts: Mapping[str, str] = QUICK) -> str:
    """A server of this run in folder/pg; returns its DATABASE_URL. As root it runs as an unprivileged user."""
    binaries = postgres_binaries()
    data, run = folder / "pg", folder / "pg-run"
    user = _unprivileged_user()
    for part in (data, run):
        part.mkdir(mode=0o700)
        if user:
            os.chown(part, user.pw_uid, user.pw_gid)
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "smartcity", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **who,  # type: ignore[call-overload]
    )
    switches = {
        "unix_socket_directories": str(run),
        "listen_addresses": "",
        "shared_buffers": "64MB",
        "max_connections": "60",
        **shortcuts,
    }
    command = [str(binaries / "postgres"), "-D", str(data)]
    command += [word for name, value in switches.items() for word in ("-c", f"{name}={value}")]
    with (folder / "postgres.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd="/",
            preexec_fn=functools.partial(embedded.dies_with_parent, signal.SIGQUIT),
            **who,  # type: ignore[call-overload]
        )
    PROCESSES.append(process)
    ready = [str(binaries / "pg_isready"), "-h", str(run), "-q"]
    wait_for(lambda: subprocess.run(ready, check=False).returncode == 0, process, folder / "postgres.log")
    subprocess.run([binaries / "createdb", "-h", run, "-U", "smartcity", "smartcity"], check=True)
    return f"postgres://smartcity@/{run}/smartcity"  # a path before the name is the folder of the socket


def postgres_binaries() -> Path:
    """The newest PostgreSQL that Debian or the PATH offers."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    found = versions[-1] if versions else Path(on_path) if on_path else None
    if found is None:
        pytest.exit("PostgreSQL belum terpasang. Pasang dengan: apt-get install postgresql", returncode=3)
    return found.parent


def _unprivileged_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.exit("Tidak ada pengguna 'postgres' atau 'nobody' untuk menjalankan PostgreSQL.", returncode=3)


def start_redis(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A broker of its own with an append-only file in this folder; returns the process and its REDIS_URL."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "redis.sock"
    installed = shutil.which("redis-server")
    binary = Path(installed) if installed else embedded.broker_binary()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            embedded.broker_command(binary, folder, path),
            stdout=log,
            stderr=log,
            preexec_fn=functools.partial(embedded.dies_with_parent, signal.SIGTERM),
        )
    PROCESSES.append(process)
    wait_for(functools.partial(embedded.broker_answers, path), process, folder / "log")
    return process, f"redis+socket://{path}"


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def wait_for(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the server answers; shows its log when it ends instead."""
    end = time.monotonic() + PATIENCE
    while not answers():
        if process.poll() is not None or time.monotonic() > end:
            pytest.exit(f"{process.args!r} tidak menyala:\n{log.read_text(errors='replace')[-2000:]}", returncode=3)
        time.sleep(0.05)


def stop(folder: Path) -> None:
    """Ends every server of this run and removes its folder."""
    for process in reversed(PROCESSES):
        if process.poll() is None:
            process.send_signal(signal.SIGINT if "postgres" in str(process.args) else signal.SIGTERM)
    for process in PROCESSES:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)  # lets atexit run


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no process waits for the last one alone."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if config.getoption("db") == "sqlite":
        skip = pytest.mark.skip(reason="needs PostgreSQL")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(skip)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('db')}"
