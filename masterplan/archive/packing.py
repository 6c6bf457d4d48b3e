"""Writes a plan into an archive, member by member as streams."""

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import User
from bimtek.models import Plan
from masterplan.archive import FORMAT, MANIFEST, SIGNATURE, VERSION, signing, tables
from masterplan.models import FinishedBook
from masterplan.units import GoingOn
from regions.models import StoredFile

PIECE = 1 << 20  # bytes of a file held at a time
WHEN = (1980, 1, 1, 0, 0, 0)  # of every member: the same plan makes the same members
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Packed:
    """What was written. `content` is the hash of all that the archive says, whoever packed it and when."""

    sha256: str
    bytes: int
    content: str
    rows: int
    files: int
    missing: tuple[str, ...]


def pack(plan: Plan, target: Path, *, by: str, private: bool = False, going_on: GoingOn = lambda: None) -> Packed:
    """Writes the plan's archive to `target`: either the whole file is there or none.

    `private` takes in the notes that reviewers keep among themselves; the caller has checked that the receiver may read them.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as package:
                packer = Packer(package, plan, private=private, going_on=going_on)
                content = packer.write(by=by)
            out.flush()
            os.fsync(out.fileno())
        with temporary.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = temporary.stat().st_size
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    files = sum(not each["name"].startswith("data/") for each in packer.members)
    rows = sum(each.get("rows", 0) for each in packer.members)
    return Packed(sha256, size, content, rows, files, tuple(packer.missing))


class Packer:
    """One archive being written."""

    def __init__(self, package: zipfile.ZipFile, plan: Plan, *, private: bool, going_on: GoingOn) -> None:
        self.package, self.plan, self.private, self.going_on = package, plan, private, going_on
        self.members: list[dict[str, Any]] = []
        self.missing: list[str] = []
        self.emails: dict[Any, str | None] = {}
        self.files: set[str] = set()
        """Ids of stored files that something written so far names."""

    def write(self, *, by: str) -> str:
        with one_moment():
            self.known = {str(pk) for pk in self.plan.region.storedfile_set.values_list("pk", flat=True)}
            self._lines("region", iter([tables.region_line(self.plan.region)]))
            for name, model in tables.kinds().items():
                if model is not StoredFile:
                    self._lines(name, tables.lines_of(model, self.plan, self._email, private=self.private))
            stored = list(self._stored().values_list("pk", "path"))
            self._lines("storedfile", self._file_lines())
            self._lines("people", self._people())
            books = FinishedBook.objects.filter(book_print__plan=self.plan).order_by("pk").values_list("pk", "path")
            bound = list(books)
        self._copies("files", stored)
        self._copies("books", bound)
        return self._manifest(by)

    # --- rows --------------------------------------------------------------------------------------------------------
    def _lines(self, name: str, lines: Iterable[str]) -> None:
        count = 0
        with self._member(f"data/{name}.jsonl") as member:
            for line in lines:
                if name != "storedfile":
                    self.files |= self.known.intersection(UUID.findall(line))
                member.write(line.encode() + b"\n")
                count += 1
        self.members[-1]["rows"] = count

    def _stored(self) -> "models.QuerySet[StoredFile]":
        """The region's files that this plan names."""
        return self.plan.region.storedfile_set.filter(pk__in=self.files).order_by("pk")

    def _file_lines(self) -> Iterator[str]:
        for row in self._stored().iterator(chunk_size=500):
            yield tables.line(tables.told(row, self._email))

    def _email(self, pk: Any) -> str | None:
        if pk is not None and pk not in self.emails:
            self.emails[pk] = User.objects.filter(pk=pk).values_list("email", flat=True).first()
        return self.emails.get(pk)

    def _people(self) -> Iterator[str]:
        """Those who are named as writers: address and name, nothing else of them."""
        people = User.objects.filter(pk__in=list(self.emails)).order_by("email")
        for email, name in people.values_list("email", "full_name").iterator():
            yield tables.line({"email": email, "full_name": name})

    # --- members -----------------------------------------------------------------------------------------------------
    @contextmanager
    def _member(self, name: str, kind: int = zipfile.ZIP_DEFLATED) -> "Iterator[Hashing]":
        entry = zipfile.ZipInfo(name, WHEN)
        entry.compress_type = kind
        with self.package.open(entry, "w", force_zip64=True) as stream:
            member = Hashing(cast(BinaryIO, stream))
            yield member
        self.members.append({"name": name, "bytes": member.bytes, "sha256": member.hash.hexdigest()})

    def _copies(self, folder: str, rows: list[Any]) -> None:
        """The bytes of files, a piece at a time. One that the disk has lost is named in the manifest."""
        for pk, path in rows:
            self.going_on()
            name = f"{folder}/{pk}"
            try:
                source = (Path(settings.MEDIA_ROOT) / path).open("rb")
            except FileNotFoundError:
                self.missing.append(name)
                continue
            with source, self._member(name, zipfile.ZIP_STORED) as member:
                while piece := source.read(PIECE):
                    member.write(piece)

    def _manifest(self, by: str) -> str:
        cohort, region = self.plan.enrolment.cohort, self.plan.region
        content = content_hash(self.members)
        told = {
            "format": FORMAT, "version": VERSION, "created_at": timezone.now().isoformat(), "created_by": by,
            "region": {"code": region.code, "name": region.name},
            "cohort": {"year": cohort.year, "name": cohort.name, "ministry": cohort.ministry},
            "plan": str(self.plan.pk), "private_threads": self.private, "content_sha256": content,
            "missing": self.missing, "members": sorted(self.members, key=lambda each: str(each["name"])),
        }  # fmt: skip
        manifest = tables.line(told).encode()
        for name, value in ((MANIFEST, manifest), (SIGNATURE, signing.sign(manifest))):
            self.package.writestr(zipfile.ZipInfo(name, WHEN), value, zipfile.ZIP_DEFLATED)
        return content


class Hashing:
    """A stream that counts and hashes what goes through."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.hash, self.bytes = stream, hashlib.sha256(), 0

    def write(self, piece: bytes) -> None:
        self.hash.update(piece)
        self.bytes += len(piece)
        self.stream.write(piece)


def content_hash(members: Iterable[dict[str, Any]]) -> str:
    """One hash of all members: equal for equal content, whenever and by whom it was packed."""
    listed = sorted(f"{each['name']}\0{each['sha256']}\n" for each in members)
    return hashlib.sha256("".join(listed).encode()).hexdigest()


@contextmanager
def one_moment() -> Iterator[None]:
    """All tables are read as they stood at one moment, while people go on writing."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def content_of(plan: Plan, *, private: bool = False) -> str:
    """The plan's content hash without keeping an archive."""
    with tempfile.TemporaryDirectory(prefix="smartcity-archive-") as folder:
        return pack(plan, Path(folder, "arsip.zip"), by="", private=private).content
