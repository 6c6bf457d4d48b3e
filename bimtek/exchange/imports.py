"""The life of an uploaded workbook: kept, checked (a dry run), applied as one transaction, undone as one. Verbs only.

Checking and applying are jobs: a large workbook takes a while, and whatever its file does to a process, the web is not
that process. Every verb can be run twice: the row's state says what is still to do.
"""

import hashlib
import secrets
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from bimtek import writing
from bimtek.exchange import naming, progress, reading, strangers
from bimtek.exchange.applying import Run
from bimtek.exchange.matching import Found, find
from bimtek.exchange.outcome import CONFLICT, SKIP, TAKE, Outcome
from bimtek.exchange.sheets import Sheet, sheets_of
from bimtek.models import Plan, WorkbookImport
from regions import files, jobs
from regions.access import Access, Permission, access_of

CHECK_JOB, APPLY_JOB = "check_workbook", "apply_workbook"
FOLDER = "excel"
State = WorkbookImport.State


# --- handing in ----------------------------------------------------------------------------------------------------


def hand_in(plan: Plan, upload: "UploadedFile[bytes]", *, access: Access) -> WorkbookImport:
    """Keeps the file and asks for its check. ValidationError when it is empty, too large, or no workbook at first sight."""
    writing.refuse_unless(access, Permission.FILL)
    if not upload.size:
        raise ValidationError("Berkas ini kosong.")
    if upload.size > reading.MAX_BYTES:
        most = files.size_text(reading.MAX_BYTES)
        raise ValidationError(f"Berkas ini {files.size_text(upload.size)}; paling besar {most}.")
    content = upload.read()
    if not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValidationError(reading.REFUSALS["not_workbook"])
    path = f"{FOLDER}/{plan.pk.hex[:8]}/{secrets.token_hex(16)}.xlsx"
    files.write(Path(settings.MEDIA_ROOT) / path, content)
    with transaction.atomic():
        row = WorkbookImport.objects.create(
            region=plan.region, plan=plan, path=path, name=files.display_name(upload.name or "", ".xlsx"),
            sha256=hashlib.sha256(content).hexdigest(), bytes=len(content), by=access.user,
        )  # fmt: skip
        jobs.ask(CHECK_JOB, row.pk, region=plan.region, by=access.user, priority=jobs.AHEAD)
    return row


def path_of(row: WorkbookImport) -> Path:
    return Path(settings.MEDIA_ROOT) / row.path


# --- checking ------------------------------------------------------------------------------------------------------


def check(row: WorkbookImport) -> None:
    """Reads the workbook and keeps what it would change; a workbook that cannot be read ends as failed, with a sentence."""
    if row.state != State.CHECKING:
        return
    try:
        found = _found(row)
        row.outcome = _dry_run(row, found).as_json()
    except Unmatched as stranger:
        row.state, row.failure, row.outcome = State.MATCHING, "", {"samples": stranger.samples}
    except ValidationError as refusal:
        row.state, row.failure = State.FAILED, " ".join(refusal.messages)
    else:
        row.state, row.failure = State.READY, ""
    _keep(row, State.CHECKING, "outcome", "failure", "match")


class Unmatched(Exception):
    """A workbook in which nothing is known: somebody has to say what its columns mean."""

    def __init__(self, samples: list[dict[str, Any]]) -> None:
        self.samples = samples


def match(
    row: WorkbookImport,
    sample: int,
    heading: int,
    section: str,
    picked: Mapping[str, str],
    *,
    unit: int = 1,
    sub_dimension: str = "",
    access: Access,
) -> None:
    """Says what the columns of a stranger's table mean, remembers it for tables like it, and asks for the check."""
    _refuse_other(row, access)
    tops = (row.outcome or {}).get("samples", ())
    sheet = next((each for each in sheets_of(row.plan, access) if each.key == section), None)
    if sheet is None or not 0 <= sample < len(tops):
        raise ValidationError("Pilih lembar dan bagian dari daftar.")
    found = strangers.chosen(
        tops[sample], heading, sheet, picked, years=row.plan.years, unit=unit, sub_dimension=sub_dimension
    )
    row.match, row.state = found.as_json(), State.CHECKING
    with transaction.atomic():
        if not _keep(row, State.MATCHING, "match"):
            raise ValidationError("Kolom berkas ini sudah dicocokkan.")
        strangers.remember(row.region, tops[sample], found)
        jobs.ask(CHECK_JOB, row.pk, region=row.region, by=access.user, priority=jobs.AHEAD)


def match_again(row: WorkbookImport, *, access: Access) -> None:
    """Back to the matching of columns, for one that was matched by what is remembered."""
    _refuse_other(row, access)
    if row.match is None:
        raise ValidationError("Berkas ini buku kerja dari aplikasi; kolomnya sudah dikenali.")
    tops = strangers.samples(reading.read(path_of(row)))
    WorkbookImport.objects.filter(pk=row.pk, state__in=[State.READY, State.FAILED]).update(
        state=State.MATCHING, outcome={"samples": tops}
    )


def _keep(row: WorkbookImport, seen: str, *fields: str) -> bool:
    """Saves the fields and the new state if the stored one is still the one that was seen."""
    values = {name: getattr(row, name) for name in (*fields, "state")}
    return bool(WorkbookImport.objects.filter(pk=row.pk, state=seen).update(**values))


def _found(row: WorkbookImport) -> Found:
    access = _access(row)
    pages, sheets = reading.read(path_of(row)), sheets_of(row.plan, access)
    if row.match:
        return strangers.lines_of(pages, strangers.match_in(row.match), sheets, row.plan, access)
    found = find(pages, sheets)
    if found.plan and found.plan != str(row.plan_id):
        raise ValidationError(
            "Buku kerja ini diunduh dari rencana lain. Unduh buku kerja dari halaman ini, lalu isi yang itu."
        )
    if not found.lines:
        return _stranger(row, pages, sheets, access)
    for key, lines in found.lines.items():
        found.lines[key], given = naming.completed(lines, row.plan, access)
        found.given |= given
    return found


def _stranger(row: WorkbookImport, pages: list[reading.Page], sheets: list[Sheet], access: Access) -> Found:
    """A table that is not ours, read as one like it was read before; Unmatched for one that nobody matched yet."""
    tops = strangers.samples(pages)
    if not tops:
        raise ValidationError("Buku kerja ini tidak memuat isi. Isi dulu tabelnya, simpan, lalu unggah lagi.")
    known = strangers.remembered(row.region, tops, sheets, row.plan.years)
    if known is None:
        raise Unmatched(tops)
    row.match = known.as_json()
    return strangers.lines_of(pages, known, sheets, row.plan, access)


def _access(row: WorkbookImport) -> Access:
    """What the person who handed it in may do today."""
    access = access_of(row.by, row.region) if row.by else None
    if access is None:
        raise ValidationError("Orang yang mengunggah buku kerja ini tidak lagi bertugas di daerah ini.")
    return access


def _take_all(item: str, kind: str) -> str:
    return TAKE


def _run(row: WorkbookImport, found: Found, decide: Any) -> Outcome:
    access, total = _access(row), sum(map(len, found.lines.values()))
    with timezone.override(row.region.zone), progress.telling(path_of(row), total) as teller:
        sheets = sheets_of(row.plan, access)
        return Run(row.plan, access, found, sheets, source=row.pk, decide=decide, tell=teller.one).go()


def _dry_run(row: WorkbookImport, found: Found) -> Outcome:
    with transaction.atomic():
        outcome = _run(row, found, _take_all)
        transaction.set_rollback(True)
    return outcome


def check_again(row: WorkbookImport, *, access: Access) -> None:
    """For a workbook that waits for approval while the plan went on: a new dry run."""
    _refuse_other(row, access)
    if WorkbookImport.objects.filter(pk=row.pk, state__in=[State.READY, State.FAILED]).update(state=State.CHECKING):
        jobs.ask(CHECK_JOB, row.pk, region=row.region, by=access.user, priority=jobs.AHEAD)


# --- applying ------------------------------------------------------------------------------------------------------


def approve(row: WorkbookImport, chosen: Mapping[str, str], *, access: Access) -> None:
    """Asks for the chosen items to be applied: item id → outcome.TAKE or REST; what is not named stays as it is."""
    _refuse_other(row, access)
    if not chosen:
        raise ValidationError("Belum ada yang dipilih. Centang baris yang ingin diterapkan.")
    row.chosen, row.state = dict(chosen), State.APPLYING
    with transaction.atomic():
        if not _keep(row, State.READY, "chosen"):
            raise ValidationError("Buku kerja ini sudah diterapkan atau sedang dikerjakan.")
        jobs.ask(APPLY_JOB, row.pk, region=row.region, by=access.user, priority=jobs.AHEAD)


def apply(row: WorkbookImport) -> None:
    """Applies what was chosen, all of it or nothing. A row that changed since it was shown sends the whole back to its reader."""
    if row.state != State.APPLYING:
        return
    kinds = {item["id"]: item["kind"] for item in (row.outcome or {}).get("items", ())}
    try:
        found = _found(row)
        _refuse_given_otherwise(row, found)
        with transaction.atomic():
            outcome = _run(row, found, partial(_decided, row.chosen, kinds))
            _refuse_faults(outcome, row.chosen)
            row.acts, row.rows, row.state = outcome.acts, outcome.written, State.APPLIED
            row.applied_at, row.failure = timezone.now(), ""
            if not _keep(row, State.APPLYING, "acts", "rows", "applied_at", "failure"):
                transaction.set_rollback(True)
    except ValidationError as refusal:
        row.failure = f"Tidak ada yang diterapkan. {' '.join(refusal.messages)}"
        row.outcome, row.state = _dry_run(row, _found(row)).as_json(), State.READY
        _keep(row, State.APPLYING, "failure", "outcome")


def _decided(chosen: Mapping[str, str], kinds: Mapping[str, str], item: str, kind: str) -> str:
    """What was chosen for an item, if it is still what was shown: one that became a conflict meanwhile was never agreed to."""
    if item in chosen and kind == CONFLICT and kinds.get(item) != CONFLICT:
        raise ValidationError(MEANWHILE)
    return chosen.get(item, SKIP)


def _refuse_given_otherwise(row: WorkbookImport, found: Found) -> None:
    """A code or number is written as it was shown, or not at all: somebody may have taken it, or the row, meanwhile."""
    shown = (row.outcome or {}).get("given", {})
    if any(shown.get(item) != found.given.get(item) for item in row.chosen):
        raise ValidationError(TAKEN)


TAKEN = "Kode atau nomor yang tadi ditunjukkan baru saja dipakai baris lain. Periksa lagi bagian Baru di bawah, lalu terapkan."
MEANWHILE = "Ada baris yang baru saja diubah orang lain. Periksa lagi bagian bentrok di bawah, lalu terapkan."


def _refuse_faults(outcome: Outcome, chosen: Mapping[str, str]) -> None:
    wrong = [item for item in outcome.items if item.id in chosen and item.faults]
    if wrong:
        named = "; ".join(f"{item.page} baris {item.number}: {item.faults[0].text}" for item in wrong[:5])
        raise ValidationError(f"{len(wrong)} baris yang dipilih tidak dapat disimpan. {named}")


# --- taking back ---------------------------------------------------------------------------------------------------


@transaction.atomic
def undo(row: WorkbookImport, *, access: Access) -> int:
    """Takes back all that the import wrote, in reverse; refused whole when somebody went on with one of its rows."""
    _refuse_other(row, access)
    stored = WorkbookImport.objects.select_for_update(no_key=True).get(pk=row.pk)
    if stored.state != State.APPLIED:
        raise ValidationError("Impor ini belum diterapkan atau sudah diurungkan.")
    acts = [UUID(act) for act in stored.acts]
    for entry in writing.entries_of(row.plan, acts, deed="impor"):
        writing.take_back(entry, access=access)
    stored.state = State.UNDONE
    stored.save(update_fields=["state"])
    return stored.rows


def discard(row: WorkbookImport, *, access: Access) -> None:
    """Throws the upload away; nothing of it was written."""
    _refuse_other(row, access)
    open_states = [State.READY, State.FAILED, State.CHECKING, State.MATCHING]
    if WorkbookImport.objects.filter(pk=row.pk, state__in=open_states).update(state=State.DISCARDED, outcome=None):
        transaction.on_commit(partial(path_of(row).unlink, missing_ok=True))


def _refuse_other(row: WorkbookImport, access: Access) -> None:
    """An import belongs to the person who handed it in, and to those who fill for all."""
    if row.by_id != access.user.pk and not access.may(Permission.FILL_ALL):
        raise PermissionDenied("Buku kerja ini diunggah orang lain.")


# --- handing back --------------------------------------------------------------------------------------------------


def with_notes(row: WorkbookImport) -> bytes:
    """The workbook with every fault and conflict as a note in its cell."""
    notes: dict[str, dict[str, str]] = {}
    for item in (row.outcome or {}).get("items", ()):
        for fault in item["faults"]:
            at = fault["at"] or (f"A{item['number']}" if item["number"] else "")
            if at:
                _add(notes, item["page"], at, fault["text"])
        for cell in item["cells"]:
            if cell["theirs"] is not None and cell["at"]:
                _add(notes, item["page"], cell["at"], f"Bentrok: di aplikasi sudah diubah menjadi “{cell['theirs']}”.")
    return reading.annotate(path_of(row), notes)


def _add(notes: dict[str, dict[str, str]], page: str, at: str, words: str) -> None:
    cells = notes.setdefault(page, {})
    cells[at] = f"{cells[at]}\n{words}" if at in cells else words
