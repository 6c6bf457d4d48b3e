"""What deeds tell people: rows in the product, written with the deed. Letters about them: bimtek.letters.

Who is told follows from the deed and from what each person chose (NoticeSettings): `OWN` reaches those whom the deed
concerns, `ALL` also those who asked for everything in their regions. Nobody is told of the own deed.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bimtek import formats
from bimtek.models import (
    Message,
    Move,
    Notice,
    NoticeSettings,
    Packet,
    PacketLetter,
    Plan,
    Stage,
    Status,
    Submission,
    Thread,
)
from regions import mail
from regions.access import PERMISSIONS, Permission, Role
from regions.models import Membership, Region

Kind, Choice, Letters = Notice.Kind, NoticeSettings.Choice, NoticeSettings.Letters
WAIT = datetime.timedelta(minutes=10)  # how long a slip can be undone before a letter goes out
MORNING = datetime.time(7)
CHOSEN = {Kind.MOVE: "moves", Kind.THREAD: "threads", Kind.CALL: "calls", Kind.DUE: "due"}
SUBJECTS = {
    Status.SUBMITTED: "Tahap {stage} {region} diajukan untuk reviu",
    Status.RETURNED: "Tahap {stage} {region} dikembalikan untuk perbaikan",
    Status.ACCEPTED: "Tahap {stage} {region} diterima",
}
CHANGES_SENT = "Perubahan Tahap {stage} {region} dikirim"


# --- reading -------------------------------------------------------------------------------------------------------


def of(user: User) -> "QuerySet[Notice]":
    """What this person may read today: nothing of a region that was left, nothing of reviewers' notes without that role."""
    found = Notice.objects.filter(user=user, withdrawn_at=None)
    if user.is_ministry:
        return found
    held = Membership.objects.current().filter(user=user)
    reviews = held.filter(role__in=_roles(Permission.REVIEW_NOTES))
    return found.filter(region__in=held.values("region")).filter(
        Q(private=False) | Q(region__in=reviews.values("region"))
    )


def mark_read(found: "QuerySet[Notice]") -> int:
    return found.filter(read_at=None).update(read_at=timezone.now())


# --- who is told ---------------------------------------------------------------------------------------------------


def _roles(permission: Permission) -> list[Role]:
    return [role for role in Role if permission in PERMISSIONS[role]]


def those_with(region: Region, permission: Permission) -> "QuerySet[User]":
    """The region's people of today whose role has the permission."""
    held = Membership.objects.current().filter(region=region, role__in=_roles(permission))
    return User.objects.filter(pk__in=held.values("user"))


def wanting(
    region: Region, kind: str, concerned: "QuerySet[User]", among: "QuerySet[User] | None" = None
) -> list[User]:
    """The concerned who did not turn this kind off, and those among the region's people who asked for all of it."""
    name = f"notice_settings__{CHOSEN[Kind(kind)]}"
    everybody = among if among is not None else _everybody(region)
    told = Q(pk__in=concerned.values("pk")) & ~Q(**{name: Choice.NONE})
    asked = Q(pk__in=everybody.values("pk"), **{name: Choice.ALL})
    found = User.objects.filter(told | asked, is_active=True).select_related("notice_settings")
    return list(found.order_by("full_name", "pk").distinct())


def _everybody(region: Region) -> "QuerySet[User]":
    held = Membership.objects.current().filter(region=region)
    return User.objects.filter(Q(pk__in=held.values("user")) | Q(is_ministry=True))


def audience(submission: Submission, to: str, *, reviewers: Permission, without: User) -> list[User]:
    """Whom a move of the stage tells: shown before the move, and told after it."""
    region = submission.plan.region
    turn = reviewers if to == Status.SUBMITTED else Permission.FILL_ALL
    return [user for user in wanting(region, Kind.MOVE, those_with(region, turn)) if user.pk != without.pk]


# --- telling -------------------------------------------------------------------------------------------------------


def tell(
    region: Region, users: Iterable[User], kind: str, *, subject: str, body: str, path: str, about: Any,
    deed: str = "", private: bool = False, now: datetime.datetime | None = None,
) -> int:  # fmt: skip
    """Writes a row for each; what was told already under the same deed of a reminder is not told again."""
    at = now or timezone.now()
    rows = []
    for user in users:
        letters = getattr(getattr(user, "notice_settings", None), "letters", Letters.SOON)
        rows.append(
            Notice(
                region=region, user=user, kind=kind, subject=" ".join(subject.split())[:200], body=body, path=path[:300],
                about=about, deed=deed[:80], private=private, at=at,
                mail_after=mail_time(letters, at, region), digest=letters == Letters.MORNING,
            )
        )  # fmt: skip
    return len(Notice.objects.bulk_create(rows, ignore_conflicts=kind == Kind.DUE))


def mail_time(letters: str, at: datetime.datetime, region: Region) -> datetime.datetime | None:
    """When a letter may carry what was told at `at`: after ten minutes, on the region's next morning, or never."""
    if letters == Letters.NONE:
        return None
    if letters == Letters.SOON:
        return at + WAIT
    here = (at + WAIT).astimezone(region.zone)
    morning = datetime.datetime.combine(here.date(), MORNING, region.zone)
    return (
        morning
        if morning >= here
        else datetime.datetime.combine(here.date() + datetime.timedelta(1), MORNING, region.zone)
    )


def withdraw(about: Any, deed: str, user: User | None = None) -> int:
    """Takes back what no letter carried yet; returns how many rows."""
    found = Notice.objects.filter(about=about, deed=deed, mailed_at=None, withdrawn_at=None)
    found = found.filter(at__gt=timezone.now() - WAIT)
    if user:
        found = found.filter(user=user)
    return found.update(withdrawn_at=timezone.now())


# --- the deeds -----------------------------------------------------------------------------------------------------


def moved(move: Move, *, reviewers: Permission) -> None:
    """Tells those whose turn it is now, and not the one who moved. `reviewers` may review this plan."""
    submission = move.submission
    stage, plan = Stage(submission.stage), submission.plan
    sent_again = move.from_status == move.to_status
    pattern = CHANGES_SENT if sent_again else SUBJECTS[Status(move.to_status)]
    told = (
        f"mengirim perubahan {stage.label} {plan.region}:\n{move.changed or 0} isian berbeda dari yang diajukan sebelumnya."
        if sent_again
        else f"mengubah {stage.label} {plan.region}\ndari “{move.get_from_status_display()}” menjadi “{move.get_to_status_display()}”."
    )
    parts = [f"{move.by_name} ({move.by_role}) {told}"]
    parts += [f"Diminta selesai {formats.date(move.due)}."] if move.due else []
    parts += [f"Catatan:\n{move.note}"] if move.note else []
    parts += ["Yang belum lengkap:" + "".join(f"\n- {gap}" for gap in move.gaps)] if move.gaps else []
    users = audience(submission, move.to_status, reviewers=reviewers, without=move.by) if move.by else []
    tell(
        plan.region, users, Kind.MOVE, subject=pattern.format(stage=stage.roman, region=plan.region),
        body="\n\n".join(parts), path=stage_path(plan, stage), about=submission.pk, deed=f"move:{move.pk}",
    )  # fmt: skip


def stage_path(plan: Plan, stage: Stage) -> str:
    return reverse("bimtek:stage", args=[plan.region.slug, plan.enrolment.cohort.year, stage.value])


def called(thread: Thread, message: Message, users: Iterable[User], *, where: str) -> None:
    """Tells people who were mentioned, or to whom the thread was handed. What reviewers write privately stays in the thread."""
    handed = message.deed == Message.Deed.ASSIGNED
    deed = "menyerahkan sebuah utas kepada Anda" if handed else "menyebut Anda dalam sebuah utas"
    region, wanted = thread.plan.region, User.objects.filter(pk__in=[user.pk for user in users])
    tell(
        region, wanting(region, Kind.CALL, wanted, among=User.objects.none()), Kind.CALL,
        subject=f"{region}: {'utas diserahkan kepada Anda' if handed else 'Anda disebut dalam komentar'}",
        body=_told(thread, message, deed, where, words="" if handed else message.text), path=thread_path(thread),
        about=thread.pk, deed="assigned" if handed else f"called:{message.pk}", private=thread.private,
    )  # fmt: skip


def said(
    thread: Thread, message: Message, *, where: str, among: "QuerySet[User]", without: Iterable[User] = (), deed: str = ""
) -> None:  # fmt: skip
    """Tells those who follow the thread, and those who want all of them. `among` may read it; `without` were told already."""
    region, following = thread.plan.region, followers(thread).filter(pk__in=among.values("pk"))
    told = {user.pk for user in without} | {message.by_id}
    users = [user for user in wanting(region, Kind.THREAD, following, among=among) if user.pk not in told]
    words = message.text if message.deed == Message.Deed.SAID else ""
    changed = f"{message.get_deed_display()} sebuah utas{f': {message.text.lower()}' if deed else ''}"
    tell(
        region, users, Kind.THREAD, subject=f"{region}: {message.by_name} {'menulis dalam' if words else 'mengubah'} sebuah utas",
        body=_told(thread, message, "menulis dalam sebuah utas" if words else changed, where, words=words),
        path=thread_path(thread), about=thread.pk, deed=deed, private=thread.private,
    )  # fmt: skip


def followers(thread: Thread) -> "QuerySet[User]":
    """Who began it, wrote in it, was called into it, or has it in hand."""
    wrote, called_in = thread.messages.values("by"), thread.messages.values("mentioned")
    return User.objects.filter(Q(pk__in=wrote) | Q(pk__in=called_in) | Q(pk__in=[thread.by_id, thread.assignee_id]))


def thread_path(thread: Thread) -> str:
    return reverse("bimtek:thread", args=[thread.plan.region.slug, thread.plan.enrolment.cohort.year, thread.pk])


def _told(thread: Thread, message: Message, deed: str, where: str, *, words: str) -> str:
    about = f"{where} · {thread.row_label}" if thread.row_label and not thread.private else where
    said_here = f"\n\n{words}" if words and not thread.private else ""
    return f"{message.by_name} ({message.by_role}) {deed}.\n{thread.plan.region}, {about}{said_here}"


PACKET_SUBJECTS = {
    PacketLetter.Kind.GIVEN: "Bagian {opd} untuk diisi sampai {due}",
    PacketLetter.Kind.SOON: "Pengingat: bagian {opd} diminta selesai {due}",
    PacketLetter.Kind.LATE: "Bagian {opd} melewati tenggat {due}",
    PacketLetter.Kind.STILL: "Bagian {opd} masih belum selesai sejak tenggat {due}",
    PacketLetter.Kind.NUDGE: "Admin mengingatkan: bagian {opd} diminta selesai {due}",
}


def packet(found: Packet, kind: str, to: list[str], *, done: int, of: int, by: User | None) -> None:
    """Writes to an office's people about its packet. A guest's link is in the guest's own letter: only its hash is kept."""
    region, due = found.region, formats.date(found.due)
    address = reverse("bimtek:packet", args=[region.slug, found.plan.enrolment.cohort.year, found.pk])
    subject = f"{region}: {PACKET_SUBJECTS[PacketLetter.Kind(kind)].format(opd=found.opd, due=due)}"
    said = f"Pesan:\n{found.note}\n\n" if found.note else ""
    body = (
        f"{by or 'Admin Diskominfo'} meminta {found.opd.name} mengisi bagiannya dalam rencana Smart City {region}.\n\n"
        f"Tenggat: {due}\nKemajuan: {done} dari {of} isian lengkap\n\n{said}"
        f"Buka paket: {settings.SITE_URL}{address}\n\n"
        "Bila Anda mengisi sebagai tamu, buka tautan pribadi di surel undangan Anda.\n"
    )
    for email in to:
        mail.write(email, subject, body, region)
