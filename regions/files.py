"""Uploads: looked at in a child process, stored by a random name, and only then written as a row."""

import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from regions.models import Region, StoredFile

INSPECTOR = Path(__file__).with_name("file_inspector.py")
INSPECT_SECONDS = 30
Kind = StoredFile.Kind
MAGIC = (
    (b"%PDF-", Kind.PDF),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"RIFF", Kind.IMAGE),  # WebP: RIFF....WEBP, see _kind_of
)
ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
WORDS = {Kind.IMAGE: "gambar PNG, JPEG, atau WebP", Kind.PDF: "PDF"}
REFUSALS = {
    "too_many_pixels": "Gambar ini terlalu besar (lebih dari 25 juta piksel). Perkecil dulu, lalu unggah lagi.",
    "broken": "Berkas ini rusak atau tidak lengkap. Buka dan simpan ulang di komputer Anda, lalu unggah lagi.",
    "encrypted": "PDF ini terkunci kata sandi. Simpan tanpa kata sandi, lalu unggah lagi.",
    "active_content": "PDF ini memuat skrip, formulir aktif, atau lampiran. Cetak ulang menjadi PDF biasa, lalu unggah lagi.",
    "too_big": "Berkas ini terlalu rumit untuk diperiksa. Sederhanakan atau perkecil, lalu unggah lagi.",
}


@dataclass(frozen=True)
class Inspected:
    """A file that has been looked at and is safe to keep. `content` is what will be stored, not what was sent."""

    kind: str
    name: str
    content_type: str
    content: bytes
    width: int | None
    height: int | None


def store(upload: "UploadedFile[bytes]", region: Region, by: User | None, kinds: Collection[str]) -> StoredFile:
    """Checks and keeps an upload. ValidationError says in a sentence why not."""
    return keep(inspect(upload, kinds), region, by)


def inspect(upload: "UploadedFile[bytes]", kinds: Collection[str]) -> Inspected:
    """Magic bytes and size here; everything that parses happens in the child."""
    limit = settings.FILE_UPLOAD_MAX_BYTES
    if not upload.size:
        raise ValidationError("Berkas ini kosong.")
    if upload.size > limit:
        raise ValidationError(f"Berkas ini {size_text(upload.size)}; paling besar {size_text(limit)}.")
    upload.seek(0)
    sent = upload.read()
    kind = _kind_of(sent)
    if kind is None or kind not in kinds:
        wanted = " atau ".join(WORDS[Kind(k)] for k in kinds)
        raise ValidationError(f"Jenis berkas ini tidak diterima. Unggah {wanted}.")
    verdict, content = _ask_child(kind, sent)
    return Inspected(
        kind=kind,
        name=display_name(upload.name or "", ENDINGS[verdict["content_type"]]),
        content_type=verdict["content_type"],
        content=content,
        width=verdict["width"],
        height=verdict["height"],
    )


def keep(inspected: Inspected, region: Region, by: User | None) -> StoredFile:
    """Bytes first (temporary, fsync, rename), then the row; a row rolled back leaves an orphan for the sweeper only."""
    path = f"files/{region.id.hex[:2]}/{secrets.token_hex(16)}{ENDINGS[inspected.content_type]}"
    write(Path(settings.MEDIA_ROOT) / path, inspected.content)
    return StoredFile.objects.create(
        region=region,
        kind=inspected.kind,
        name=inspected.name,
        content_type=inspected.content_type,
        bytes=len(inspected.content),
        sha256=hashlib.sha256(inspected.content).hexdigest(),
        path=path,
        width=inspected.width,
        height=inspected.height,
        uploaded_by=by,
    )


def write(target: Path, content: bytes) -> None:
    """Either the whole file is there or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def discard(stored: StoredFile) -> None:
    """Deletes a file that no row points to any more; the bytes go after commit."""
    path = path_of(stored)
    stored.delete()
    transaction.on_commit(partial(path.unlink, missing_ok=True))


def path_of(stored: StoredFile) -> Path:
    return Path(settings.MEDIA_ROOT) / stored.path


def display_name(raw: str, ending: str) -> str:
    """A name to show and to download: no folders, no control or direction characters, at most 100 characters, right ending.

    >>> display_name("..\\\\SK  Dewan\\u202e.exe", ".pdf")
    'SK Dewan.pdf'
    """
    last = re.split(r"[\\/]", raw)[-1]
    folded = unicodedata.normalize("NFKC", last)
    printable = "".join(" " if c.isspace() else c for c in folded if c.isspace() or unicodedata.category(c)[0] != "C")
    stem = re.sub(r'[<>:"|?*%]', "", printable).rsplit(".", 1)[0]
    return (" ".join(stem.split()).strip(". ")[:100] or "berkas") + ending


def size_text(count: int) -> str:
    """'980 B', '12 kB', '1,4 MB', '10 MB'."""
    if count < 1024:
        return f"{count} B"
    if count < 1024**2:
        return f"{count // 1024} kB"
    return f"{count / 1024**2:.1f} MB".replace(".0 ", " ").replace(".", ",")


def _kind_of(content: bytes) -> str | None:
    for magic, kind in MAGIC:
        if content.startswith(magic) and (magic != b"RIFF" or content[8:12] == b"WEBP"):
            return kind
    return None


def _ask_child(kind: str, content: bytes) -> tuple[dict, bytes]:  # type: ignore[type-arg]
    """The child's verdict, and the bytes to keep: an image made anew, a PDF as it came."""
    with tempfile.TemporaryDirectory(prefix="smartcity-upload-") as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.write_bytes(content)
        command = [sys.executable, "-I", str(INSPECTOR), kind, str(source), str(target)]
        try:
            child = subprocess.run(
                command, capture_output=True, timeout=INSPECT_SECONDS, cwd=folder, env={}, check=False
            )
            verdict = json.loads(child.stdout)
        except (subprocess.TimeoutExpired, ValueError) as error:
            raise ValidationError(REFUSALS["too_big"]) from error
        if not verdict["ok"]:
            raise ValidationError(REFUSALS[verdict["why"]])
        return verdict, target.read_bytes() if kind == Kind.IMAGE else content
