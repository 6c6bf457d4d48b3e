"""Office packets: giving each office its part with a due date, how far it is, and the letters about it.

A packet holds no rows: its part is what carries the office's name among programmes, readiness rows and applications, so
that a row which is handed over moves from one packet to the other by itself.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from bimtek import notices, richtext, writing
from bimtek.guards import OPEN, STAGES, refuse_unless
from bimtek.models import (
    Application,
    BudgetLine,
    Indicator,
    Packet,
    PacketLetter,
    Plan,
    Programme,
    ReadinessRow,
    Row,
    Stage,
)
from regions.access import Access, Permission, Role
from regions.models import GuestPass, Membership, Opd

BEFORE = datetime.timedelta(days=3)
AFTER = datetime.timedelta(days=1)
WEEK = datetime.timedelta(days=7)
LONGEST = datetime.timedelta(days=366)
OFFICE_HOUR = 7  # reminders go out from this hour on, by the region's clock
MOST_HANDED = 200
Kind = PacketLetter.Kind
HANDED: dict[str, type[Programme] | type[ReadinessRow]] = {"program": Programme, "kesiapan": ReadinessRow}
"""Rows that an admin may hand to an office from its packet, by their section."""


# --- how far -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One row of a packet with what it still lacks; without a row, something that is not there at all."""

    name: str
    lacking: Sequence[str]
    row: UUID | None = None


@dataclass
class Contents:
    """What one office has to fill, by section key."""

    parts: dict[str, list[Item]] = field(default_factory=lambda: {"program": [], "kesiapan": [], "aplikasi": []})

    @property
    def items(self) -> list[Item]:
        return [item for part in self.parts.values() for item in part]

    @property
    def of(self) -> int:
        return len(self.items)

    @property
    def done(self) -> int:
        return sum(not item.lacking for item in self.items)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means nothing is missing."""
        return int(100 * self.done / self.of) if self.of else 0


def contents(packets: Iterable[Packet]) -> dict[UUID, Contents]:
    """What the packets of one plan hold; three queries however many they are."""
    packets = list(packets)
    if not packets:
        return {}
    plan = packets[0].plan_id
    by_opd: dict[UUID | None, Packet] = {packet.opd_id: packet for packet in packets}
    found: dict[UUID, Contents] = {packet.pk: Contents() for packet in packets}
    lines = BudgetLine.objects.filter(programme=OuterRef("pk"))
    measures = Indicator.objects.filter(programme=OuterRef("pk"))
    programmes = Programme.objects.annotate(has_money=Exists(lines), has_measure=Exists(measures))
    for key, rows in (
        ("program", programmes),
        ("kesiapan", ReadinessRow.objects.all()),
        ("aplikasi", Application.objects.all()),
    ):
        for row in rows.filter(plan=plan, opd__in=by_opd):
            items = found[by_opd[row.opd_id].pk].parts[key]
            items.append(Item(str(row), [label for label, there in WANTED[key](row) if not there], row.pk))
    for packet in packets:
        applications = found[packet.pk].parts["aplikasi"]
        if not applications and not packet.no_applications:
            applications.append(Item("Belum ada aplikasi yang dicatat", ["daftar aplikasi"]))
    return found


def _of_programme(row: Any) -> list[tuple[str, bool]]:
    return [
        ("manfaat", bool(row.benefit)), ("tahun", bool(row.start_year and row.end_year)),
        ("anggaran", row.has_money), ("indikator", row.has_measure),
    ]  # fmt: skip


def _of_readiness(row: Any) -> list[tuple[str, bool]]:
    return [
        ("nilai", bool(row.value)), ("tahun", row.year is not None), ("sumber", bool(row.source)),
        ("penilaian", row.judgement is not None),
    ]  # fmt: skip


def _of_application(row: Any) -> list[tuple[str, bool]]:
    return [("fungsi", bool(row.purpose)), ("tahun", row.year is not None)]


WANTED: Mapping[str, Any] = {"program": _of_programme, "kesiapan": _of_readiness, "aplikasi": _of_application}
"""Section key → what a complete row has, with the words for what it lacks."""
KINDS: dict[str, type[Row]] = {"program": Programme, "kesiapan": ReadinessRow, "aplikasi": Application}


def stage_for(plan: Plan, key: str, statuses: Mapping[int, str]) -> Stage:
    """The stage whose page leads to this section's rows: the last that is open, else the first. `statuses` by stage."""
    stages = sorted(STAGES[KINDS[key]])
    still_open = [stage for stage in stages if statuses.get(stage) in OPEN]
    return (still_open or stages[:1])[-1]


def today(packet: Packet) -> datetime.date:
    return timezone.localdate(timezone=packet.region.zone)


def is_late(packet: Packet) -> bool:
    return packet.finished_at is None and packet.due < today(packet)


# --- giving and changing --------------------------------------------------------------------------------------------


@transaction.atomic
def give(plan: Plan, opds: Sequence[Opd], *, due: datetime.date, note: str, access: Access) -> list[Packet]:
    """Gives these offices their part until a day, and writes to their operators."""
    refuse_unless(access, Permission.FILL_ALL)
    _refuse_day(plan, due)
    if not opds:
        raise ValidationError({"opds": "Pilih sedikitnya satu OPD."})
    given = []
    for opd in opds:
        packet = Packet(
            region=plan.region, plan=plan, opd=opd, due=due, note=richtext.clean_text(note), given_by=access.user
        )
        packet.full_clean()
        try:
            with transaction.atomic():
                packet.save(force_insert=True)
        except IntegrityError as twin:
            raise ValidationError({"opds": f"{opd} baru saja diberi paket oleh orang lain."}) from twin
        given.append(packet)
    found = contents(given)
    for packet in given:
        _write(packet, Kind.GIVEN, today(packet), found[packet.pk], access)
    return given


def _refuse_day(plan: Plan, due: datetime.date) -> None:
    now = timezone.localdate(timezone=plan.region.zone)
    if not now <= due <= now + LONGEST:
        raise ValidationError({"due": "Pilih hari ini atau sesudahnya, paling lama setahun lagi."})


def change(packet: Packet, *, due: datetime.date, note: str, version: int, access: Access) -> None:
    """Another due date or message; ValidationError code 'stale' when somebody changed it in between."""
    refuse_unless(access, Permission.FILL_ALL)
    if due != packet.due:
        _refuse_day(packet.plan, due)
    _claim(packet, version, due=due, note=richtext.clean_text(note))


def finish(packet: Packet, *, note: str, access: Access) -> None:
    """The office says that its part is done; before all of it is, with a reason."""
    _refuse_other_office(packet, access)
    found = contents([packet])[packet.pk]
    note = richtext.clean_text(note)
    if found.done < found.of and not note:
        raise ValidationError(
            {"note": "Masih ada yang belum lengkap. Tulis alasan mengapa paket ini dinyatakan selesai."}
        )
    _claim(
        packet, packet.version, finished_at=timezone.now(), finished_by=str(access.user)[:150], finish_note=note[:1000]
    )


def reopen(packet: Packet, *, access: Access) -> None:
    refuse_unless(access, Permission.FILL_ALL)
    _claim(packet, packet.version, finished_at=None, finished_by="", finish_note="")


def say_no_applications(packet: Packet, none: bool, *, access: Access) -> None:
    """The office says that it uses no application at all, so that an empty inventory is an answer."""
    _refuse_other_office(packet, access)
    _claim(packet, packet.version, no_applications=none)


def _refuse_other_office(packet: Packet, access: Access) -> None:
    if not access.may_fill_for(packet.opd_id):
        raise PermissionDenied("Paket ini milik OPD lain.")


def _claim(packet: Packet, version: int, **values: Any) -> None:
    same = Packet.objects.filter(pk=packet.pk, region=packet.region, version=version)
    if not same.update(**values, version=F("version") + 1):
        raise ValidationError("Paket ini baru saja diubah orang lain. Muat ulang halaman.", code="stale")
    for name, value in values.items():
        setattr(packet, name, value)
    packet.version = version + 1


def free_rows(plan: Plan) -> dict[str, list[Any]]:
    """Rows that no office holds yet, by section key: what an admin can hand over."""
    return {
        key: list(model._default_manager.filter(plan=plan, region=plan.region, opd=None)[:MOST_HANDED])
        for key, model in HANDED.items()
    }


@transaction.atomic
def hand_over(packet: Packet, chosen: Iterable[tuple[str, UUID]], *, access: Access) -> int:
    """Puts the office's name on rows that nobody holds, as one act; (section key, row id) of each."""
    refuse_unless(access, Permission.FILL_ALL)
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for key, pk in chosen:
        wanted[key].add(pk)
    rows: list[tuple[Row, int]] = []
    for key, ids in wanted.items():
        free: Any = HANDED[key]._default_manager.filter(plan=packet.plan, region=packet.region, opd=None)
        for row in free.select_related("plan__region").filter(pk__in=ids):
            row.opd = packet.opd
            rows.append((row, row.version))
    if not rows:
        raise ValidationError("Pilih sedikitnya satu baris yang belum ber-OPD.")
    writing.change_many(rows, access=access)
    return len(rows)


# --- letters -----------------------------------------------------------------------------------------------------------


def readers(packet: Packet) -> list[str]:
    """Addresses of the office's operators and of the guests whose link still works."""
    held = Membership.objects.current().filter(region=packet.region, role=Role.OPERATOR, opd=packet.opd_id)
    guests = GuestPass.objects.open().filter(region=packet.region, opd=packet.opd_id)
    return sorted({*held.values_list("user__email", flat=True), *guests.values_list("email", flat=True)})


@transaction.atomic
def nudge(packet: Packet, *, access: Access) -> int:
    """The admin reminds an office; once a day at most. Returns how many people are written to."""
    refuse_unless(access, Permission.FILL_ALL)
    if packet.finished_at:
        raise ValidationError("Paket ini sudah dinyatakan selesai.")
    if not readers(packet):
        raise ValidationError(f"{packet.opd} belum punya operator atau tamu. Undang dulu, lalu ingatkan.")
    letter = _write(packet, Kind.NUDGE, today(packet), contents([packet])[packet.pk], access)
    if letter is None:
        raise ValidationError(f"{packet.opd} sudah diingatkan hari ini.")
    return letter.sent_to


def _write(
    packet: Packet, kind: Kind, day: datetime.date, found: Contents, access: Access | None = None
) -> PacketLetter | None:
    """The row first, then its letters, in one transaction: None when that day's letter of the kind is there already."""
    to = readers(packet)
    if not to:
        return None
    by = access.user if access else None
    try:
        with transaction.atomic():
            letter = PacketLetter.objects.create(
                region=packet.region, packet=packet, kind=kind, day=day, sent_to=len(to), by=by
            )
    except IntegrityError:
        return None
    notices.packet(packet, kind, to, done=found.done, of=found.of, by=by)
    return letter


def due_kind(due: datetime.date, day: datetime.date) -> tuple[Kind, datetime.date] | None:
    """The reminder that belongs to a day, with the day it was meant for: one that was missed goes out later, once."""
    if due - BEFORE <= day <= due:
        return Kind.SOON, due - BEFORE
    if due + AFTER <= day < due + WEEK:
        return Kind.LATE, due + AFTER
    if due + WEEK <= day < due + 2 * WEEK:
        return Kind.STILL, due + WEEK
    return None


def remind() -> int:
    """Writes the reminders that are due now; returns how many packets were written about. Safe to run at any time, twice too."""
    latest = timezone.localdate() + BEFORE + AFTER
    waiting = Packet.objects.filter(finished_at=None, due__lte=latest, due__gte=latest - 4 * WEEK)
    by_plan: dict[UUID, list[Packet]] = defaultdict(list)
    for packet in waiting.select_related("region", "opd", "plan__enrolment__cohort", "plan__region"):
        if timezone.localtime(timezone=packet.region.zone).hour >= OFFICE_HOUR and due_kind(packet.due, today(packet)):
            by_plan[packet.plan_id].append(packet)
    written = 0
    for packets in by_plan.values():
        found = contents(packets)
        for packet in packets:
            kind = due_kind(packet.due, today(packet))
            if kind is None:
                continue
            with transaction.atomic():
                written += _write(packet, *kind, found[packet.pk]) is not None
    return written
