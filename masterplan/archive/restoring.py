"""Brings an archive in as a plan: with its own ids where they are free, else as a new plan under new ones.

All or nothing: rows in one transaction, files removed again when it fails. The region must be known by its code; its
offices are found again by name, people by their e-mail address. People without an account get one that opens nothing:
no password, no place in any region.
"""

import os
import re
import secrets
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, models, transaction

from accounts.models import User
from bimtek import sharing
from bimtek.models import Cohort, Enrolment, Plan
from masterplan.archive import opening, tables
from masterplan.archive.opening import Archive, refuse
from masterplan.archive.rebuilding import Rebuilder
from masterplan.units import GoingOn
from regions.files import ENDINGS
from regions.models import Opd, Region, StoredFile
from regions.models.place import plain

BATCH = 200
PIECE = 1 << 20
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def restore(
    archive: Archive,
    *,
    year: int | None = None,
    region: Region | None = None,
    may_enrol: bool = True,
    going_on: GoingOn = lambda: None,
    then: Callable[[Plan], None] = lambda plan: None,
) -> Plan:
    """The plan that the archive holds, in the cohort of `year` (its own without one).

    `region` narrows to one region's archives. Without `may_enrol` it only takes the place of an untouched plan. `then` ends
    the same transaction: what it raises takes all back.
    """
    run = Restoring(archive, going_on)
    try:
        with transaction.atomic():
            plan = run.go(year, region, may_enrol)
            connection.check_constraints()
            then(plan)
    except (IntegrityError, DataError, OverflowError) as error:
        run.take_back()
        raise ValidationError(
            "Arsip ini memuat baris yang saling bertentangan atau tidak dapat disimpan. Tidak ada yang dipulihkan.",
            code="rows",
        ) from error
    except BaseException:
        run.take_back()
        raise
    return plan


class Restoring:
    """One archive on its way in."""

    def __init__(self, archive: Archive, going_on: GoingOn) -> None:
        self.archive, self.going_on = archive, going_on
        self.map: dict[str, str] = {}
        """Ids in the archive → ids here, where they differ."""
        self.written: list[Path] = []
        self.there: set[str] = set()
        """Ids of offices and files that are here already."""

    def go(self, year: int | None, only: Region | None, may_enrol: bool) -> Plan:
        told = next(self.archive.rows("region"), None) or refuse("broken")
        self.region = self._region(str(told.get("code", "")), only)
        first = not self.region.plan_set.exists() and not self.region.opd_set.exists()
        self.map[str(tables.NOBODY)] = str(self.region.pk)
        self._enrolment(year, may_enrol)
        self._known_offices()
        self._known_files()
        self._taken()
        people = self._people()
        paths = self._files()
        build = Rebuilder(self.region, self.plan_id, people, self.cohort, paths)
        for kind, model in tables.kinds().items():
            if not (model is Enrolment and self.joined):
                self._insert(model, build.rows(model, self._rows(kind)))
        build.link_people()
        if first:
            self._region_itself(told, build)
        sharing.refresh(self.region)
        return Plan.objects.select_related("region", "enrolment__cohort").get(pk=self.plan_id)

    # --- where it goes -----------------------------------------------------------------------------------------------
    def _region(self, code: str, only: Region | None) -> Region:
        region = Region.objects.select_for_update(no_key=True).filter(code=code).first()
        if only and code != only.code:
            raise ValidationError(f"Arsip ini milik daerah lain ({str(code)[:10]}), bukan {only.name}.", code="region")
        if region is None:
            raise ValidationError(
                f"Daerah {str(code)[:10]} belum ada di sini. Muat dulu daftar daerah (manage.py load_reference).",
                code="region",
            )
        return region

    def _enrolment(self, year: int | None, may_enrol: bool) -> None:
        """Finds or makes the place in a cohort. An untouched plan there gives way; a plan that somebody works on never does."""
        told = self.archive.manifest.get("cohort", {})
        year = year or int(told.get("year", 0))
        cohort = Cohort.objects.filter(year=year).first()
        held = self.region.enrolment_set.filter(cohort=cohort).first() if cohort else None
        if held is None and not may_enrol:
            raise ValidationError(
                f"{self.region.name} belum terdaftar pada angkatan {year}. Minta admin Kominfo mendaftarkannya dulu.",
                code="cohort",
            )
        if held is not None and (plan := Plan.objects.filter(enrolment=held).first()):
            if touched(plan):
                raise ValidationError(
                    f"Rencana {self.region.name} angkatan {year} sudah dikerjakan dan tidak ditimpa. Pilih angkatan lain.",
                    code="touched",
                )
            plan.delete()
        if cohort is None:
            words = {name: str(told[name])[:150] for name in ("name", "ministry") if told.get(name)}
            cohort = Cohort(year=year, **words)
            cohort.full_clean()
            cohort.save()
        self.cohort, self.joined = cohort, held is not None
        if held is not None:
            own = next(self.archive.rows("enrolment"), None) or refuse("broken")
            self.map[str(own.get("id"))] = str(held.pk)

    # --- ids ---------------------------------------------------------------------------------------------------------
    def _known_offices(self) -> None:
        """An office of the archive is one that is here with the same id or name."""
        here = list(self.region.opd_set.order_by("active"))
        by_id, by_name = {str(each.pk): each for each in here}, {plain(each.name): each for each in here}
        for told in self.archive.rows("opd"):
            found = by_id.get(str(told.get("id"))) or by_name.get(plain(str(told.get("name"))))
            if found:
                self._known(str(told.get("id")), str(found.pk))

    def _known_files(self) -> None:
        for told in self.archive.rows("storedfile"):
            same = self.region.storedfile_set.filter(pk=_uuid(told.get("id")), sha256=told.get("sha256")).first()
            if same and (Path(settings.MEDIA_ROOT) / same.path).exists():
                self._known(str(same.pk), str(same.pk))

    def _known(self, theirs: str, here: str) -> None:
        self.there.add(here)
        if theirs != here:
            self.map[theirs] = here

    def _taken(self) -> None:
        """When any id is in use here, the whole plan gets new ones; offices and files that are here keep theirs."""
        own = next(self.archive.rows("plan"), None) or refuse("broken")
        taken = {kind: self._ids_taken(kind, model) for kind, model in tables.kinds().items()}
        self.plan_id = _uuid(own.get("id"))
        if any(ids for kind, ids in taken.items() if kind not in {"opd", "storedfile"}):
            self.plan_id = uuid.uuid4()
            for kind, model in tables.kinds().items():
                if model not in (Opd, StoredFile):
                    for told in self.archive.rows(kind):
                        self._rename(str(told.get("id", "")))
            self.map[str(own.get("id"))] = str(self.plan_id)
        for kind in ("opd", "storedfile"):
            for pk in taken[kind] - self.there:
                self._rename(pk)

    def _rename(self, pk: str) -> None:
        if pk and pk not in self.map:
            self.map[pk] = str(uuid.uuid5(self.plan_id, pk))

    def _ids_taken(self, kind: str, model: type[models.Model]) -> set[str]:
        if isinstance(model._meta.pk, models.AutoField):
            return set()
        taken: set[str] = set()
        for batch in batches((_uuid(told.get("id")) for told in self.archive.rows(kind)), 500):
            taken |= {str(pk) for pk in model._default_manager.filter(pk__in=batch).values_list("pk", flat=True)}
        return {pk for pk in taken if self.map.get(pk, pk) == pk}

    def _rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """The rows of a kind under the ids that they have here."""
        for line in self.archive.lines(kind):
            self.going_on()
            row = opening.row_in(UUID.sub(lambda found: self.map.get(found[0], found[0]), line))
            if row.get("id") not in self.there:
                yield row

    # --- people, files -----------------------------------------------------------------------------------------------
    def _people(self) -> dict[str, Any]:
        """E-mail address → the id of its account."""
        found: dict[str, Any] = {}
        for told in self.archive.rows("people"):
            email = str(told.get("email", ""))
            person = User.objects.filter(email__iexact=email).first()
            if person is None:
                person = User(email=email.lower(), full_name=str(told.get("full_name", ""))[:150])
                person.set_unusable_password()
                person.clean_fields(exclude=["password"])
                person.save()
            found[email] = person.pk
        return found

    def _files(self) -> dict[str, str]:
        """Unpacks files and books under names made here; id here → path. Lost ones get a path where nothing is."""
        paths: dict[str, str] = {}
        self.names, self.back = self.archive.names, {new: old for old, new in self.map.items()}
        for told in self._rows("storedfile"):
            ending = ENDINGS.get(str(told.get("content_type"))) or refuse("strange")
            path = f"files/{self.region.id.hex[:2]}/{secrets.token_hex(16)}{ending}"
            self._unpack("files", told, path, paths)
        for told in self._rows("finishedbook"):
            sha256 = str(told.get("sha256", ""))
            if not re.fullmatch(r"[0-9a-f]{64}", sha256):
                refuse("broken")
            self._unpack("books", told, f"books/{sha256[:2]}/{sha256}.pdf", paths)
        return paths

    def _unpack(self, folder: str, told: dict[str, Any], path: str, paths: dict[str, str]) -> None:
        here = str(told.get("id"))
        paths[here] = path
        self.going_on()
        theirs = f"{folder}/{self.back.get(here, here)}"
        target = Path(settings.MEDIA_ROOT) / path
        if theirs not in self.names or target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        with os.fdopen(handle, "wb") as out, self.archive.open(theirs) as member:
            self.written.append(Path(name))
            while piece := member.read(PIECE):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(target)
        self.written[-1] = target

    def take_back(self) -> None:
        for path in self.written:
            path.unlink(missing_ok=True)

    # --- rows --------------------------------------------------------------------------------------------------------
    def _insert(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        """Writes rows as they are told: their times are those of the archive, which a plain save would set anew."""
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        size = min(BATCH, max(1, connection.ops.bulk_batch_size(fields, [None] * BATCH)))
        for batch in batches(rows, 10 if model in tables.BIG else size):
            model._default_manager.all()._insert(batch, fields=fields, raw=True)  # type: ignore[attr-defined]

    def _region_itself(self, told: dict[str, Any], build: Rebuilder) -> None:
        """What the archive says of the region, where nothing was there before."""
        values = {name: told[name] for name in tables.REGION_FIELDS if name in told}
        for name, value in values.items():
            setattr(self.region, name, build.plain(Region._meta.get_field(name), value))
        emblem = told.get("emblem")
        if emblem:
            self.region.emblem = StoredFile.objects.filter(
                region=self.region, pk=_uuid(self.map.get(emblem, emblem))
            ).first()
        self.region.clean_fields(exclude=["province"])
        self.region.save()


def touched(plan: Plan) -> bool:
    """Whether somebody wrote, moved, said or printed anything in it."""
    return (
        plan.change_set.exists()
        or plan.snapshot_set.exists()
        or plan.thread_set.exists()
        or plan.prints.exists()
        or plan.packet_set.exists()
        or plan.submission_set.filter(moves__isnull=False).exists()
    )


def batches(found: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(found)
    while batch := list(islice(source, size)):
        yield batch


def _uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        refuse("broken")
