"""Archives asked for in the browser: packed and restored as jobs, kept for some time, and shown to those who may see them."""

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from bimtek.models import Cohort, Plan, RegionArchive
from masterplan.archive import opening, packing, restoring
from masterplan.units import GoingOn
from regions import jobs
from regions.access import Access, Permission, access_of
from regions.files import display_name, size_text
from regions.models import Job

OUT_JOB, IN_JOB = "pack-archive", "restore-archive"
KEPT = 3  # packed files of a plan; an older one is removed when a newer one is there
State, Direction = RegionArchive.State, RegionArchive.Direction


def path_of(row: RegionArchive) -> Path:
    return Path(settings.MEDIA_ROOT) / row.path


def archives_of(plan: Plan, access: Access) -> Any:
    """Those that this person may see: one with notes among reviewers is for those who read such notes."""
    rows = plan.archives.select_related("by")
    return rows if access.may(Permission.REVIEW_NOTES) else rows.filter(private=False)


def cohorts_for(plan: Plan, access: Access) -> list[int]:
    """Years into whose cohort this person may restore: one with an untouched plan; for admin Kominfo any without a plan too."""
    plans = plan.region.plan_set.select_related("enrolment__cohort")
    held = {each.enrolment.cohort.year: restoring.touched(each) for each in plans}
    free = {year for year, used in held.items() if not used}
    if access.user.is_ministry:
        free |= set(Cohort.objects.values_list("year", flat=True)) - set(held)
    return sorted(free, reverse=True)


# --- out -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_out(plan: Plan, *, access: Access, private: bool = False) -> RegionArchive:
    """Asks for the plan's archive. Notes among reviewers go in only for those who may read them."""
    row = RegionArchive(
        region_id=plan.region_id, plan=plan, direction=Direction.OUT, by=access.user,
        private=private and access.may(Permission.REVIEW_NOTES),
        name=f"arsip-{plan.region.slug}-{plan.enrolment.cohort.year}.zip",
    )  # fmt: skip
    row.path = f"archives/{row.pk.hex}.zip"
    row.save()
    jobs.ask(OUT_JOB, row.pk, region=plan.region, by=access.user)
    return row


def pack(row: RegionArchive, going_on: GoingOn) -> None:
    if row.state != State.WAITING:
        return
    packed = packing.pack(row.plan, path_of(row), by=str(row.by or ""), private=row.private, going_on=going_on)
    lost = f" {len(packed.missing)} berkas sudah hilang dari penyimpanan dan tidak ikut." if packed.missing else ""
    done = _finish(
        row, State.DONE, f"{packed.rows} baris dan {packed.files} berkas.{lost}",
        sha256=packed.sha256, content_sha256=packed.content, bytes=packed.bytes,
    )  # fmt: skip
    if not done:
        raise jobs.Stopped  # cancelled in the last instant
    kept = row.plan.archives.filter(direction=Direction.OUT, state=State.DONE).exclude(path="")
    for old in kept[KEPT:]:
        remove_file(old)


def remove_file(row: RegionArchive) -> None:
    path = path_of(row)
    RegionArchive.objects.filter(pk=row.pk).update(path="")
    path.unlink(missing_ok=True)


# --- in ------------------------------------------------------------------------------------------------------------
def hand_in(plan: Plan, sent: "UploadedFile[bytes] | None", year: str, *, access: Access) -> RegionArchive:
    """Keeps an uploaded archive, a piece at a time, and asks for it to be restored into the cohort of `year`."""
    if sent is None or not sent.size:
        raise ValidationError("Pilih dulu berkas arsip yang akan dipulihkan.")
    if sent.size > settings.ARCHIVE_MAX_BYTES:
        raise ValidationError(
            f"Berkas ini {size_text(sent.size)}; paling besar {size_text(settings.ARCHIVE_MAX_BYTES)}."
        )
    if year not in {str(each) for each in cohorts_for(plan, access)}:
        raise ValidationError("Pilih angkatan tujuan dari daftar. Rencana yang sudah dikerjakan tidak ditimpa.")
    row = RegionArchive(
        region_id=plan.region_id, plan=plan, direction=Direction.IN, by=access.user, cohort_year=int(year),
        name=display_name(sent.name or "", ".zip"), bytes=sent.size,
    )  # fmt: skip
    row.path = f"archives/{row.pk.hex}.zip"
    _keep(sent, path_of(row))
    with transaction.atomic():
        row.save()
        jobs.ask(IN_JOB, row.pk, region=plan.region, by=access.user)
    return row


def _keep(sent: "UploadedFile[bytes]", target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as out:
        for piece in sent.chunks():
            out.write(piece)
    Path(name).replace(target)


def restore(row: RegionArchive, going_on: GoingOn, *, inside: GoingOn) -> None:
    """Restores an uploaded archive as what the person may do today; the uploaded file goes afterwards.

    `inside` is asked within the transaction, where `going_on` (which may write) must not be.
    """
    if row.state != State.WAITING:
        return
    access = access_of(row.by, row.region) if row.by else None
    try:
        if access is None or not access.may(Permission.MANAGE_REGION):
            raise ValidationError("Orang yang mengunggah arsip ini tidak lagi mengatur daerah ini.")
        with opening.opened(path_of(row), going_on=going_on) as archive:
            restoring.restore(
                archive, year=row.cohort_year, region=row.region, may_enrol=access.user.is_ministry,
                going_on=inside, then=partial(_restored, row),
            )  # fmt: skip
    except ValidationError as refusal:
        _finish(row, State.FAILED, " ".join(refusal.messages))
    remove_file(row)


def _restored(row: RegionArchive, plan: Plan) -> None:
    """Tells of it in the restore's own transaction; Stopped when it was cancelled in the last instant."""
    if not RegionArchive.objects.filter(pk=row.pk).exists():  # its own plan was the one that gave way
        row.plan = plan
        row.save(force_insert=True)
    if not _finish(row, State.DONE, f"Menjadi rencana angkatan {plan.enrolment.cohort.year}."):
        raise jobs.Stopped


def _finish(row: RegionArchive, state: str, note: str, **values: Any) -> bool:
    """False where it is over already."""
    found = {"state": state, "note": note, "finished_at": timezone.now(), **values}
    return bool(RegionArchive.objects.filter(pk=row.pk, state=State.WAITING).update(**found))


# --- stopping --------------------------------------------------------------------------------------------------------
def cancel(row: RegionArchive) -> None:
    """Stops the packing or restoring; nothing of it stays. ValidationError when it is over already.

    The worker notices within seconds. A row that its transaction holds is left to it, so that nobody waits for the lock.
    """
    kind = OUT_JOB if row.direction == Direction.OUT else IN_JOB
    job = Job.objects.filter(kind=kind, subject=str(row.pk), region=row.region, state__in=jobs.OPEN).first()
    if job is None or not jobs.cancel(job):
        raise ValidationError("Pekerjaan ini sudah selesai dan tidak dapat dibatalkan.")
    with transaction.atomic():
        waiting = RegionArchive.objects.select_for_update(skip_locked=True).filter(pk=row.pk, state=State.WAITING)
        if waiting.first():
            cancelled(row)


def cancelled(row: RegionArchive) -> None:
    kept = "Tidak ada yang dipulihkan." if row.direction == Direction.IN else "Tidak ada arsip yang dibuat."
    _finish(row, State.CANCELLED, f"Dibatalkan. {kept}")
    remove_file(row)


def failed(pk: Any, sentence: str) -> None:
    """The job ended without an answer: the page says so instead of waiting for ever."""
    RegionArchive.objects.filter(pk=pk, state=State.WAITING).update(
        state=State.FAILED, note=sentence, finished_at=timezone.now()
    )
