"""The audit of a region: every move, grant, comment, issue of a book and download, as a chain of rows.

Each row holds the hash of the one before it, so that a changed, missing or moved row is found by `verify`. Rows of one
region are added one at a time: the writer holds the region's AuditHead until its transaction ends.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from regions.access import Access, Permission, access_of
from regions.models import AuditHead, AuditRow, Region

Kind = AuditRow.Kind
HASHED = (
    "number", "kind", "deed", "about_kind", "about_id", "label", "by_name", "by_role", "private", "previous",
)  # fmt: skip
NOBODY = "Sistem"


@transaction.atomic
def record(
    region: Region,
    kind: str,
    deed: str,
    *,
    by: Access | User | None,
    about: models.Model | None = None,
    label: str = "",
    private: bool = False,
) -> AuditRow:
    """Adds a row in the transaction of the deed itself, so that neither stands without the other.

    `label` names the thing for people; it must not carry what somebody wrote in private.
    """
    head = _held(region)
    user = by.user if isinstance(by, Access) else by
    row = AuditRow(
        region=region, number=head.number + 1, at=timezone.now(), kind=kind, deed=deed[:200],
        about_kind=(about._meta.model_name or "") if about else "", about_id=str(about.pk) if about else "", label=label[:250],
        by_id=user.pk if user else None, by_name=str(user)[:150] if user else NOBODY, by_role=_role(by, region)[:80],
        private=private, previous=head.sha256,
    )  # fmt: skip
    row.sha256 = digest(row)
    row.save(force_insert=True)
    head.number, head.sha256 = row.number, row.sha256
    head.save(force_update=True)
    return row


def downloaded(access: Access, what: str, *, about: models.Model | None = None, method: str = "GET") -> None:
    """Notes that a file left the product. A HEAD request carries nothing out."""
    if method == "GET":
        record(access.region, Kind.DOWNLOAD, "mengunduh", by=access, about=about, label=what)


def _held(region: Region) -> AuditHead:
    held = AuditHead.objects.select_for_update()
    if found := held.filter(region=region).first():
        return found
    AuditHead.objects.get_or_create(region=region)
    return held.get(region=region)


def _role(by: Access | User | None, region: Region) -> str:
    access = access_of(by, region) if isinstance(by, User) else by
    return ", ".join(role.label for role in access.roles) if access else ""


def digest(row: AuditRow) -> str:
    """The hash of all that a row says, the hash of the row before included."""
    told = [getattr(row, name) for name in HASHED]
    told += [str(row.region_id), row.at.astimezone(datetime.UTC).isoformat(), str(row.by_id or "")]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


# --- reading -------------------------------------------------------------------------------------------------------


def visible(access: Access) -> "QuerySet[AuditRow]":
    """The region's rows that this person may read: of private threads the region does not even learn that they are."""
    rows = AuditRow.objects.filter(region=access.region)
    return rows if access.may(Permission.REVIEW_NOTES) else rows.filter(private=False)


def narrowed(
    rows: "QuerySet[AuditRow]",
    *,
    kind: str = "",
    words: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> "QuerySet[AuditRow]":
    """`since` and `until` are days of the current time zone, both included."""
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.filter(Q(by_name__icontains=words) | Q(label__icontains=words) | Q(deed__icontains=words))
    if since:
        rows = rows.filter(at__gte=_midnight(since))
    if until:
        rows = rows.filter(at__lt=_midnight(until + datetime.timedelta(days=1)))
    return rows


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


# --- checking ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What the check of one region's chain found. `broken` is the number of the first broken row, 0 when all hold."""

    region: Region
    rows: int
    sha256: str
    broken: int = 0
    why: str = ""


def verify(region: Region, kept: Mapping[int, str] | None = None) -> Verdict:
    """Walks the chain from its beginning and stops at the first row that does not hold.

    `kept`: number → hash as printed by an earlier check; a chain written anew as a whole does not agree with it.
    """
    last: Any = None
    for row in AuditRow.objects.filter(region=region).order_by("number").iterator(chunk_size=2000):
        if why := _fault(row, last, kept or {}):
            return Verdict(region, last.number if last else 0, "", row.number, why)
        last = row
    number, sha256 = (last.number, last.sha256) if last else (0, "")
    head = AuditHead.objects.filter(region=region).first()
    if head is None and last is None:
        return _against_kept(Verdict(region, 0, ""), kept or {})
    if head is None or (head.number, head.sha256) != (number, sha256):
        expected = head.number if head else 0
        why = (
            f"baris {number + 1} sampai {expected} hilang"
            if expected > number
            else "ujung rantai tidak cocok dengan baris ini"
        )
        return Verdict(region, number, sha256, number + 1 if expected > number else number, why)
    return _against_kept(Verdict(region, number, sha256), kept or {})


def _against_kept(found: Verdict, kept: Mapping[int, str]) -> Verdict:
    gone = min((number for number in kept if number > found.rows), default=0)
    return Verdict(found.region, found.rows, found.sha256, gone, "baris ini pernah ada dan hilang") if gone else found


def _fault(row: AuditRow, last: AuditRow | None, kept: Mapping[int, str]) -> str:
    expected = last.number + 1 if last else 1
    if row.number != expected:
        return f"baris {expected} hilang sebelum baris ini"
    if digest(row) != row.sha256:
        return "isinya tidak cocok dengan sidiknya"
    if row.previous != (last.sha256 if last else ""):
        return "tidak menyambung pada baris sebelumnya"
    if last and row.pk < last.pk:
        return "urutannya ditukar"
    if kept.get(row.number, row.sha256) != row.sha256:
        return "berbeda dari sidik yang disimpan"
    return ""
