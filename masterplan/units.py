"""Units: parts of a book rendered on their own and kept by the hash of all that goes in.

A unit's PDF and its sidecar (page count, anchors, bookmarks) lie in MEDIA_ROOT/units by their key; beside them, without a
sidecar, what was bound of them. A key covers the content, the templates, the style sheet, the fonts and the versions of the
engines, so a file once there never goes stale, and rendering twice writes the same bytes to the same place.
"""

import fcntl
import functools
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from masterplan import compiling, press, pressroom
from regions.jobs import Failure

SOURCES = (
    "templates/masterplan/book",
    "static/css/book.css",
    "static/fonts",
    "masterplan/columns.py",
    "masterplan/pages.py",
    "masterplan/press.py",
    "masterplan/pressroom.py",
    "masterplan/tagging.py",
    "masterplan/thinning.py",
    "masterplan/ink.py",
    "masterplan/lettering.py",
    "masterplan/shaping.py",
    "masterplan/styling.py",
    "masterplan/typecase.py",
    "masterplan/charts.py",
    "bimtek/richtext.py",
)
ENGINES = ("weasyprint", "pydyf", "vl-convert-python", "nh3")
POLL_SECONDS = 0.5
SETTLED_SECONDS = 2.0
IMAGE_DPI = 200
FONTS = settings.BASE_DIR / "static" / "fonts"
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"""


GoingOn = Callable[[], None]


def nobody_asks() -> None:
    """For work that nobody can cancel."""


class Died(Exception):
    """The child was killed from outside. Worth another attempt."""


@dataclass(frozen=True)
class Asset:
    """A file that a unit may show: bytes made here (`data`), or a file under MEDIA_ROOT (`path`)."""

    content_type: str
    path: str = ""
    data: bytes = b""


@dataclass(frozen=True)
class Unit:
    """A rendered part: its PDF and what is known about it."""

    key: str
    path: Path
    pages: int
    anchors: Mapping[str, list[float]]
    marks: list[list[Any]]
    faces: Mapping[str, Any]
    leaves: list[list[str]]  # what each page says, and the hash of what is drawn on it
    seconds: float  # that its press took
    megabytes: int  # that its press had at most


@functools.cache
def fingerprint() -> str:
    """Hash of everything but the content that decides how a page looks."""
    found = hashlib.sha256()
    for source in SOURCES:
        root = settings.BASE_DIR / source
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and path.suffix in {".html", ".css", ".ttf", ".py"}:
                found.update(path.relative_to(settings.BASE_DIR).as_posix().encode())
                found.update(path.read_bytes())
    for engine in ENGINES:
        found.update(f"{engine} {version(engine)}".encode())
    return found.hexdigest()


def store() -> Path:
    return settings.MEDIA_ROOT / "units"


def place(key: str) -> Path:
    """Where the PDF of a key lies, if it is there."""
    return store() / key[:2] / f"{key}.pdf"


def lend(source: Path, target: Path) -> bool:
    """Makes `target` the same file as `source`, one that is never written to again; False if there is none, or no way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as file:
            os.fsync(file.fileno())
        target.unlink(missing_ok=True)
        os.link(source, target)
        os.utime(target)  # used now, see `stored`
    except OSError:
        return False
    return True


def stored(key: str) -> Unit | None:
    """The unit if it was rendered before."""
    path = place(key)
    try:
        side = json.loads(path.with_suffix(".json").read_text())
    except (FileNotFoundError, ValueError):
        return None
    try:
        os.utime(path)  # used now: masterplan.keeping lets go what was not used for long
    except FileNotFoundError:
        return None
    return _unit(key, path, side)


def _unit(key: str, path: Path, side: Mapping[str, Any]) -> Unit:
    return Unit(
        key,
        path,
        side["pages"],
        side["anchors"],
        side["marks"],
        side["faces"],
        side["leaves"],
        side["seconds"],
        side["megabytes"],
    )


def keep(source: Path, target: Path) -> None:
    """Moves a finished file to its place so that a reader sees all of it or nothing, also after a power cut."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def workshop(kind: str, parent: Path) -> Iterator[Path]:
    """A folder to work in, gone after the block. While its worker lives it is locked, so `sweep` tells it from a dead one's."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=parent))
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(kind: str, parent: Path) -> None:
    """Removes the workshops of workers that died: nobody holds their lock any more."""
    for folder in parent.glob(f"{kind}-*"):
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            if time.time() - os.fstat(lock).st_mtime > SETTLED_SECONDS:  # a new one is locked a moment after it is made
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)


def render(
    key: str,
    html: str,
    assets: Mapping[str, Asset],
    *,
    name: str,
    going_on: GoingOn = nobody_asks,
    depth: int = 0,
    tagged: bool = True,
) -> Unit:
    """Renders a unit in a child process and keeps it; one already kept is returned as it is.

    name: what a sentence calls it ("Bab III Analisis Kesiapan"). going_on: called now and then; what it raises stops the work.
    depth: level of the heading under which the unit begins. tagged: False for what is only laid over other pages.
    """
    if unit := stored(key):
        return unit
    with workshop("press", store()) as folder:
        side = _press(folder, html, assets, name=name, going_on=going_on, depth=depth, tagged=tagged)
        target = place(key)
        keep(folder / "out.pdf", target)  # the sidecar comes second: with it the unit counts as there
        spelled = json.dumps(side, ensure_ascii=False, sort_keys=True)
        (folder / "side.json").write_text(spelled)  # read back below: a book must not differ by whether a unit was new
        keep(folder / "side.json", target.with_suffix(".json"))
    return _unit(key, target, json.loads(spelled))


def render_bytes(html: str, assets: Mapping[str, Asset], *, name: str) -> bytes:
    """Renders something short and keeps nothing."""
    with workshop("press", store()) as folder:
        _press(folder, html, assets, name=name, going_on=nobody_asks)
        return (folder / "out.pdf").read_bytes()


def _press(
    folder: Path,
    html: str,
    assets: Mapping[str, Asset],
    *,
    name: str,
    going_on: GoingOn,
    depth: int = 0,
    tagged: bool = True,
) -> dict[str, Any]:
    """Runs the child in its folder and judges how it ended."""
    job = {
        "html": html,
        "css": [press.BOOK_CSS.read_text()],
        "files": _lay_out(folder, assets),
        "memory_mb": settings.RENDER_MEMORY_MB,
        "seconds": settings.RENDER_SECONDS,
        "dpi": IMAGE_DPI,
        "depth": depth,
        "tagged": tagged,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    with pressroom.room(_open_room) as room:
        code = _watch(room, folder, going_on, name)
    errors = folder / "stderr"
    _judge(code, errors.read_text(errors="replace")[-4000:] if errors.exists() else "", name)
    side = json.loads((folder / "out.json").read_text())
    _refuse_gaps(side, name)
    return {
        field: side[field]
        for field in ("pages", "sizes", "anchors", "marks", "faces", "leaves", "seconds", "megabytes")
    }


def _lay_out(folder: Path, assets: Mapping[str, Asset]) -> dict[str, dict[str, str]]:
    """The child's list of files: names it may ask for → path and type. Bytes made here are written into its folder."""
    files = {}
    for index, (asset_name, asset) in enumerate(assets.items()):
        path = Path(asset.path)
        if asset.data:
            path = folder / f"asset-{index}"
            path.write_bytes(asset.data)
        files[asset_name] = {"path": str(path), "type": asset.content_type}
    return files


def _open_room() -> pressroom.Room:
    """A room for presses: with the fonts of this product and nothing of the worker's environment, no password, no address."""
    return pressroom.Room([sys.executable, "-P", "-m", "masterplan.pressroom"], environment(fonts_conf()))


def fonts_conf() -> Path:
    """The file that tells a renderer which fonts there are: this product's and no other."""
    cache = store().parent / "font-cache"
    cache.mkdir(parents=True, exist_ok=True)
    conf = FONTS_CONF.format(fonts=FONTS, cache=cache)
    path = cache / f"fonts-{hashlib.sha256(conf.encode()).hexdigest()[:12]}.conf"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=cache, delete=False) as file:
            file.write(conf)
        Path(file.name).replace(path)
    return path


def environment(fonts: Path, *, translated: bool = True) -> dict[str, str]:
    """A renderer's own, with nothing of the worker's. translated: as machine code, where that was made (masterplan.compiling)."""
    code = [compiling.home()] if translated and compiling.home().exists() else []
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "PYTHONPATH": os.pathsep.join(map(str, [*code, settings.BASE_DIR])),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "FONTCONFIG_FILE": str(fonts),
    }


def _watch(room: pressroom.Room, folder: Path, going_on: GoingOn, name: str) -> int:
    """Waits for the press; raises when the work is no longer wanted or takes too long, which closes the room. Returns its code."""
    until = time.monotonic() + settings.RENDER_SECONDS
    if room.begin(folder) is None:
        raise Died(f"{name}: the press did not begin.")
    while True:
        ended, code = room.ended(POLL_SECONDS)
        if ended and code is None:
            raise Died(f"{name}: the press was lost.")
        if ended:
            return code or 0
        going_on()
        if time.monotonic() > until:
            raise Failure(
                f"{name} terlalu lama dirender (lebih dari {settings.RENDER_SECONDS} detik). Bagi tabel atau teks yang sangat panjang, lalu cetak lagi."
            )


# How a child that met its memory limit may die: Python's own error, an allocator's, or an extension that lost its error.
MEMORY_SIGNS = (
    "failed to allocate",
    "MemoryError",
    "SystemError: error return without exception set",
    "Error creating thread",  # no room for its stack
)


def _judge(code: int, stderr: str, name: str) -> None:
    if code == press.OK:
        return
    if code == press.OUT_OF_MEMORY or any(sign in stderr for sign in MEMORY_SIGNS):
        raise Failure(
            f"{name} terlalu besar: memorinya melewati {settings.RENDER_MEMORY_MB} MB. Bagi tabel atau teks yang sangat panjang, lalu cetak lagi."
        )
    if code == -signal.SIGXCPU:
        raise Failure(
            f"{name} terlalu lama dirender (lebih dari {settings.RENDER_SECONDS} detik). Bagi tabel atau teks yang sangat panjang, lalu cetak lagi."
        )
    if code == press.REFUSED:
        raise Failure(
            f"{name} memuat teks dengan susunan bersarang terlalu dalam. Sederhanakan teks kaya itu, lalu cetak lagi."
        )
    raise Died(f"{name}: the press ended with {code}. {stderr}")


def _refuse_gaps(side: Mapping[str, Any], name: str) -> None:
    """A page with a box instead of a letter, or without its picture, is not a page."""
    if side["letters"]:
        letters = " ".join(f"{letter} (U+{ord(letter[0]):04X})" for letter in side["letters"][:12])
        raise Failure(
            f"{name} memuat huruf yang tidak dapat dicetak: {letters}. Ganti atau hapus huruf itu, lalu cetak lagi."
        )
    if lost := [text for text in side["failures"] if "load image" in text and "asset:" in text]:
        raise Failure(f"{name}: sebuah gambar tidak dapat dibaca. Unggah ulang gambarnya. ({lost[0][:120]})")
    if lost := [text for text in side["failures"] if "render SVG" in text]:
        raise Failure(
            f"{name}: sebuah grafik tidak tergambar sampai selesai. Sampaikan kalimat ini kepada pengelola aplikasi. ({lost[0][:120]})"
        )
