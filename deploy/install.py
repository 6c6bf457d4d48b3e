"""Makes .venv and fills it with the hashed requirements; a second call with nothing new takes a moment.

    python3.11 deploy/install.py [--dev] [--system] [--compiled]

--dev adds what the tests need. --system installs missing Debian packages (as root or with passwordless sudo). --compiled
translates the renderer to machine code, for which a C compiler is needed: books come a sixth faster.
Only the standard library, since nothing is installed yet.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"

LIBRARIES = {  # what the printer of books loads -> Debian package
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
PROGRAMS = {  # what the tests call -> Debian package
    "chromium": "chromium",
    "pdftoppm": "poppler-utils",
    "qpdf": "qpdf",
    "redis-server": "redis-server",
    "initdb": "postgresql",
    "libsclo.so": "libreoffice-calc-nogui",
    "libswlo.so": "libreoffice-writer-nogui",
}
BESIDE_PATH = {  # where those stand that no PATH leads to
    "initdb": "usr/lib/postgresql/*/bin/initdb",
    "libsclo.so": "usr/lib/libreoffice/program/libsclo.so",
    "libswlo.so": "usr/lib/libreoffice/program/libswlo.so",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dev", action="store_true")
    options.add_argument("--system", action="store_true")
    options.add_argument("--compiled", action="store_true")
    asked = options.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 (this file is what says so)
        sys.exit(f"Perlu Python 3.11 atau lebih baru; ini {sys.version.split()[0]}. Pasang: apt-get install python3")
    system_packages(missing_packages(programs=asked.system), install=asked.system)
    requirements(HOME / ("requirements-dev.txt" if asked.dev else "requirements.txt"))
    if asked.compiled:
        compile_renderer()


def missing_packages(*, programs: bool) -> list[str]:
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    if programs:
        missing += [package for program, package in PROGRAMS.items() if not installed(program)]
    return missing


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def installed(program: str) -> bool:
    beside = BESIDE_PATH.get(program)
    return bool(shutil.which(program)) or bool(beside and any(Path("/").glob(beside)))


def system_packages(packages: list[str], *, install: bool) -> None:
    """Installs them where it may; otherwise names the line that does, and stops."""
    if not packages:
        return
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    sudo = sudo_words()
    if install and sudo is not None and shutil.which("apt-get"):
        print(f"Memasang paket sistem: {' '.join(packages)}", flush=True)
        apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]
        if subprocess.run([*apt, *line.split()], check=False).returncode == 0:
            return
        subprocess.run([*apt, "apt-get", "update"], check=False)
        if subprocess.run([*apt, *line.split()], check=False).returncode == 0:
            return
    sys.exit(
        f"Paket sistem belum ada: {' '.join(packages)}.\nPasang dengan:\n\n    sudo {line}\n\nlalu ulangi perintah ini."
    )


def sudo_words() -> list[str] | None:
    """How a command becomes root here: nothing, sudo without a password, or not at all (None)."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def requirements(file: Path) -> None:
    """Installs the file unless .venv already holds exactly it. The dev file contains the other one."""
    stamp = VENV / f".{file.stem}.sha256"
    wanted = hashlib.sha256(file.read_bytes() + sys.version.encode()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        make_venv()
    print(f"Memasang pustaka dari {file.name} …", flush=True)
    if not with_uv(file):
        print("uv tidak berhasil; memakai pip.", flush=True)
        pip("install", "--require-hashes", "--only-binary=:all:", "-r", str(file))
    stamp.write_text(wanted)


def compile_renderer() -> None:
    if not shutil.which("cc"):
        sys.exit("Perlu penyusun C. Pasang: apt-get install gcc libc6-dev python3-dev, lalu ulangi perintah ini.")
    requirements(HOME / "requirements-press.txt")
    if subprocess.run([str(PYTHON), "-m", "masterplan.compiling"], cwd=HOME, check=False).returncode:
        sys.exit(
            "Perender tidak dapat diterjemahkan. Aplikasi tetap berjalan tanpanya, hanya lebih lambat mencetak buku."
        )


def make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True)
    if made.returncode:
        if "ensurepip" in made.stdout + made.stderr:
            system_packages(["python3-venv"], install=True)
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        else:
            sys.exit(f"Lingkungan Python tidak dapat dibuat:\n{made.stdout}{made.stderr}")


def pip(*words: str) -> None:
    done = subprocess.run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q", *words], check=False)
    if done.returncode:
        sys.exit("Pustaka tidak dapat dipasang; periksa sambungan ke indeks paket (PIP_INDEX_URL), lalu ulangi.")


def with_uv(file: Path) -> bool:
    """Installs by uv, four times faster than pip; False when uv cannot be had or does not succeed."""
    uv = shutil.which("uv") or str(VENV / "bin" / "uv")
    if not Path(uv).exists():
        got = subprocess.run([str(PYTHON), "-m", "pip", "install", "-q", "uv"], check=False, capture_output=True)
        if got.returncode:
            return False
    command = [uv, "pip", "install", "-q", "--python", str(PYTHON), "--require-hashes", "-r", str(file)]
    return subprocess.run(command, check=False, env={**os.environ, **uv_settings(pip_settings())}).returncode == 0


def pip_settings() -> dict[str, str]:
    """pip's own configuration of this machine (files and environment), by name: uv does not read it."""
    listed = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"], check=False, capture_output=True, text=True
    ).stdout
    settings: dict[str, str] = {}
    for line in listed.splitlines():
        name, found, value = line.partition("=")
        if found:
            settings.setdefault(name.split(".")[-1], value.strip().strip("'\""))
    for name in ("index-url", "extra-index-url", "find-links", "cert"):
        if given := os.environ.get("PIP_" + name.upper().replace("-", "_")):
            settings[name] = given
    return settings


def uv_settings(pip_has: dict[str, str]) -> dict[str, str]:
    """The same sources for uv, as its environment variables."""
    wanted = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_CONFIG": "1"}
    if "index-url" in pip_has:
        wanted["UV_DEFAULT_INDEX"] = pip_has["index-url"]
    if "extra-index-url" in pip_has:  # pip takes the best of all indexes; hashes keep that safe
        wanted |= {"UV_INDEX": _list(pip_has["extra-index-url"], " "), "UV_INDEX_STRATEGY": "unsafe-best-match"}
    if "find-links" in pip_has:
        wanted["UV_FIND_LINKS"] = _list(pip_has["find-links"], ",")
    if "cert" in pip_has:
        wanted["SSL_CERT_FILE"] = pip_has["cert"]
    return {name: value for name, value in wanted.items() if name not in os.environ}


def _list(value: str, separator: str) -> str:
    return separator.join(value.replace("\\n", " ").split())


if __name__ == "__main__":
    main()
