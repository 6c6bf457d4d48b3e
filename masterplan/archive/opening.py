"""Opens an archive that somebody hands in. Nothing in it is believed before its signature and its hashes are checked.

Every refusal is a ValidationError with a sentence; its code says which check it was.
"""

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from django.conf import settings
from django.core.exceptions import ValidationError

from masterplan.archive import FORMAT, MANIFEST, SIGNATURE, VERSION, packing, signing, tables
from masterplan.units import GoingOn
from regions.files import size_text

PIECE = 1 << 20
MAX_DIRECTORY = 24 << 20  # bytes of the zip's own list of members
MAX_MANIFEST = 32 << 20
MAX_SIGNATURE = 4096
MAX_LINE = 96 << 20  # bytes of one row: a snapshot of the largest plan has a tenth of it
NAME = re.compile(r"data/[a-z]{1,40}\.jsonl|(?:files|books)/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, struct.error, ValueError)  # fmt: skip
REFUSALS = {
    "not_archive": "Berkas ini bukan arsip daerah, atau terpotong saat dipindahkan. Salin lagi dari sumbernya.",
    "broken": "Arsip ini rusak atau terpotong. Salin lagi dari sumbernya.",
    "strange": "Arsip ini memuat berkas yang tidak dikenal dan tidak dibuka.",
    "hash": "Isi arsip ini tidak cocok dengan daftarnya. Berkasnya berubah sesudah dibuat; mintalah arsip yang asli.",
    "too_big": "Arsip ini lebih besar daripada yang dapat dibuka di sini.",
    "newer": "Arsip ini dibuat aplikasi yang lebih baru. Perbarui aplikasi ini dulu, lalu ulangi.",
}


def refuse(why: str) -> NoReturn:
    raise ValidationError(REFUSALS[why], code=why)


@dataclass
class Archive:
    """An archive whose signature and hashes are right."""

    package: zipfile.ZipFile
    manifest: dict[str, Any]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(each["name"] for each in self.manifest["members"])

    def lines(self, kind: str) -> Iterator[str]:
        """The rows of a kind as JSON text, one at a time."""
        name = f"data/{kind}.jsonl"
        if name not in self.names:
            return
        with self.package.open(name) as member:
            while line := member.readline(MAX_LINE + 1):
                if len(line) > MAX_LINE:
                    refuse("too_big")
                yield line.decode()

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        return map(row_in, self.lines(kind))

    def open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self.package.open(name))


def row_in(line: str) -> dict[str, Any]:
    """One line as a row; whatever is not a plain JSON object is refused."""
    try:
        row = json.loads(line, parse_constant=lambda word: refuse("broken"))
    except (ValueError, RecursionError):
        refuse("broken")
    if not isinstance(row, dict):
        refuse("broken")
    return row


@contextmanager
def opened(path: Path, *, also: frozenset[str] = frozenset(), going_on: GoingOn = lambda: None) -> Iterator[Archive]:
    """The archive at this path, checked to the last byte. `also` are public keys trusted for this once."""
    _refuse_big_directory(path)
    try:
        package = zipfile.ZipFile(path)
    except BROKEN:
        refuse("not_archive")
    with package:
        try:
            manifest = _manifest(package, also)
            _refuse_other_members(package, manifest)
            for each in manifest["members"]:
                going_on()
                _refuse_other_bytes(package, each)
        except BROKEN as error:
            if isinstance(error, ValidationError):
                raise
            refuse("broken")
        yield Archive(package, manifest)


def _refuse_big_directory(path: Path) -> None:
    """Looks at the end of the zip before its list of members is read into memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        refuse("not_archive")
    directory = struct.unpack_from("<L", tail, at + 12)[0]
    if directory == 0xFFFFFFFF:
        wide = tail.rfind(b"PK\x06\x06", 0, at)
        if wide < 0 or len(tail) < wide + 48:
            refuse("not_archive")
        directory = struct.unpack_from("<Q", tail, wide + 40)[0]
    if directory > MAX_DIRECTORY:
        refuse("too_big")


def _manifest(package: zipfile.ZipFile, also: frozenset[str]) -> dict[str, Any]:
    names = package.namelist()
    if len(names) != len(set(names)) or not {MANIFEST, SIGNATURE} <= set(names):
        refuse("not_archive" if len(names) == len(set(names)) else "strange")
    if any(part.flag_bits & 1 for part in package.infolist()):
        refuse("strange")
    raw = _small(package, MANIFEST, MAX_MANIFEST)
    manifest = row_in(raw.decode())
    if manifest.get("format") != FORMAT:
        refuse("not_archive")
    if manifest.get("version") != VERSION:
        raise ValidationError(
            f"Arsip ini berversi {str(manifest.get('version'))[:20]}; aplikasi ini membuka versi {VERSION}. "
            "Buat arsipnya lagi dengan aplikasi yang sama versinya.",
            code="version",
        )
    signing.check(raw, _small(package, SIGNATURE, MAX_SIGNATURE), also=also)
    return manifest


def _small(package: zipfile.ZipFile, name: str, most: int) -> bytes:
    with package.open(name) as member:
        found = member.read(most + 1)
    if len(found) > most:
        refuse("too_big")
    return found


def _refuse_other_members(package: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """The zip holds exactly what the manifest lists, under names that lead nowhere else, in the sizes that it says."""
    members = manifest.get("members")
    if not isinstance(members, list) or not all(_well_formed(each) for each in members):
        refuse("broken")
    listed = {each["name"]: each["bytes"] for each in members}
    sizes = {part.filename: part.file_size for part in package.infolist()}
    if set(sizes) != {*listed, MANIFEST, SIGNATURE} or not all(NAME.fullmatch(name) for name in listed):
        refuse("strange")
    known = {*tables.kinds(), "region", "people"}
    if any(name.startswith("data/") and name[5:-6] not in known for name in listed):
        refuse("newer")
    if sum(listed.values()) > settings.ARCHIVE_MAX_BYTES:
        raise ValidationError(
            f"{REFUSALS['too_big']} Isinya {size_text(sum(listed.values()))}; paling besar {size_text(settings.ARCHIVE_MAX_BYTES)}.",
            code="too_big",
        )
    if any(sizes[name] != size for name, size in listed.items()):
        refuse("hash")
    if manifest.get("content_sha256") != packing.content_hash(members):
        refuse("hash")


def _well_formed(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and isinstance(each.get("name"), str)
        and isinstance(each.get("sha256"), str)
        and type(each.get("bytes")) is int
        and 0 <= each["bytes"] < 1 << 50
    )


def _refuse_other_bytes(package: zipfile.ZipFile, listed: dict[str, Any]) -> None:
    """Reads a member to its end, never further than it says it is long."""
    digest, left = hashlib.sha256(), listed["bytes"]
    with package.open(listed["name"]) as member:
        while piece := member.read(PIECE):
            left -= len(piece)
            if left < 0:
                refuse("hash")
            digest.update(piece)
    if left or digest.hexdigest() != listed["sha256"]:
        refuse("hash")
