"""Letters about notices, and reminders of due days. One clock tick a minute calls `send_due`; `now` is that clock.

A letter waits until ten minutes have passed without news for that person (at most an hour), and then carries all of it.
Who chose so gets one letter on the region's morning instead.
"""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bimtek import formats, notices
from bimtek.models import Move, Notice, NoticeSettings, Stage, Status, Submission
from regions import mail
from regions.access import Access, Permission, access_of

LONGEST_WAIT = datetime.timedelta(hours=1)  # of the oldest news, however much more comes
DAYS_BEFORE = (3, 1)  # of a due day
MOST = 40  # notices written out in one letter


def send_due(now: datetime.datetime | None = None) -> int:
    """Reminds, then writes the letters that are due; returns how many letters. Safe to run twice at once."""
    moment = now or timezone.now()
    remind(moment)
    waiting = Notice.objects.filter(mailed_at=None, withdrawn_at=None, mail_after__lte=moment)
    people = waiting.order_by().values_list("user", "digest").distinct()
    return sum(_letter(user, digest=digest, now=moment) for user, digest in list(people))


@transaction.atomic
def _letter(user_id: UUID, *, digest: bool, now: datetime.datetime) -> bool:
    """One letter to one person about everything that is due, unless news still comes in."""
    open_rows = Notice.objects.select_for_update(of=("self",)).filter(
        user=user_id, digest=digest, mailed_at=None, withdrawn_at=None, mail_after__isnull=False
    )
    rows = list(open_rows.select_related("region", "user").order_by("at", "id"))
    due = [row for row in rows if row.mail_after and row.mail_after <= now]
    if not due or (not digest and len(due) < len(rows) and now - due[0].at < LONGEST_WAIT):
        return False
    readable = [row for row in due if _may_read(row)]
    Notice.objects.filter(pk__in=[row.pk for row in due]).update(mailed_at=now)
    gone = {row.pk for row in due} - {row.pk for row in readable}
    Notice.objects.filter(pk__in=gone).update(withdrawn_at=now)
    if readable:
        write(readable[0].user, readable)
    return bool(readable)


def _may_read(row: Notice) -> bool:
    """Asked again at sending: a person who lost the role in these minutes gets nothing."""
    access: Access | None = access_of(row.user, row.region) if row.user.is_active else None
    return access is not None and (not row.private or access.may(Permission.REVIEW_NOTES))


def write(user: User, rows: Sequence[Notice]) -> None:
    regions = list(dict.fromkeys(row.region for row in rows))
    where = str(regions[0]) if len(regions) == 1 else f"{len(regions)} daerah"
    single = len(rows) == 1
    subject = rows[0].subject if single else f"{len(rows)} pemberitahuan dari {where}"
    shown = [_piece(row, heading=not single) for row in rows[:MOST]]
    if len(rows) > MOST:
        shown.append(f"Dan {len(rows) - MOST} lagi: {settings.SITE_URL}{reverse('bimtek:notices')}")
    foot = f"Atur pemberitahuan: {settings.SITE_URL}{reverse('bimtek:notice_settings')}"
    body = "\n\n---\n\n".join(shown) + f"\n\n{foot}\n"
    mail.write(user.email, subject, body, regions[0] if len(regions) == 1 else None)


def _piece(row: Notice, *, heading: bool) -> str:
    return (f"{row.subject}\n\n" if heading else "") + f"{row.body}\n\nBuka: {settings.SITE_URL}{row.path}"


def reschedule(user: User, letters: str) -> None:
    """What waits for a letter follows the new choice."""
    waiting = list(Notice.objects.filter(user=user, mailed_at=None, withdrawn_at=None).filter(mail_after__isnull=False))
    for row in waiting:
        row.mail_after = notices.mail_time(letters, row.at, row.region)
        row.digest = letters == NoticeSettings.Letters.MORNING
    Notice.objects.bulk_update(waiting, ["mail_after", "digest"])


# --- due days --------------------------------------------------------------------------------------------------------


def remind(now: datetime.datetime) -> int:
    """Tells of due days three days and one day before, on the region's morning.

    The day is the one that the move set, and holds as long as that move is the stage's last; a due day never moves by
    itself. After a pause only the nearest reminder is told.
    """
    held = Submission.objects.filter(status=Status.RETURNED).select_related("plan__region", "plan__enrolment__cohort")
    last: dict[Any, Move] = {}
    for move in Move.objects.filter(submission__in=held, due__isnull=False).defer("note", "gaps").order_by("id"):
        last[move.submission_id] = move
    newest = dict(Move.objects.filter(submission__in=last).order_by("id").values_list("submission", "id"))
    rows = [(row, last[row.pk]) for row in held.filter(pk__in=last) if newest[row.pk] == last[row.pk].pk]
    return sum(_remind(row, move, now) for row, move in rows)


def _remind(submission: Submission, move: Move, now: datetime.datetime) -> int:
    plan, stage = submission.plan, Stage(submission.stage)
    here = now.astimezone(plan.region.zone)
    assert move.due  # noqa: S101 (asked for above)
    left = (move.due - here.date()).days
    passed = [days for days in DAYS_BEFORE if left <= days]
    if left < 0 or not passed or (left == min(passed) and here.time() < notices.MORNING):
        return 0
    region = plan.region
    deed = f"due:{move.pk}:{min(passed)}"
    if Notice.objects.filter(about=submission.pk, deed=deed).exists():
        return 0
    users = notices.wanting(region, Notice.Kind.DUE, notices.those_with(region, Permission.FILL_ALL))
    when = {0: "hari ini", 1: "besok"}.get(left, f"{left} hari lagi")
    return notices.tell(
        region, users, Notice.Kind.DUE, subject=f"Tenggat Tahap {stage.roman} {region}: {when}",
        body=f"{stage.label} {region} diminta selesai diperbaiki {formats.date(move.due)} ({when}), menurut {move.by_name}.",
        path=notices.stage_path(plan, stage), about=submission.pk, deed=deed, now=now,
    )  # fmt: skip
