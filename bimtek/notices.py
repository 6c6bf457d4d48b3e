"""Letters that deeds cause: the text is fixed at the deed, the sending waits for the commit."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from bimtek import formats
from bimtek.models import Message, Move, Stage, Status, Thread
from regions import mail
from regions.access import PERMISSIONS, Permission, Role
from regions.models import Membership, Region

SUBJECTS = {
    Status.SUBMITTED: "Tahap {stage} {region} diajukan untuk reviu",
    Status.RETURNED: "Tahap {stage} {region} dikembalikan untuk perbaikan",
    Status.ACCEPTED: "Tahap {stage} {region} diterima",
}


CHANGES_SENT = "Perubahan Tahap {stage} {region} dikirim"


def moved(move: Move, *, reviewers: Permission) -> None:
    """Tells those whose turn it is now, and not the one who moved. `reviewers` may review this plan."""
    submission = move.submission
    stage, region = Stage(submission.stage), submission.plan.region
    address = reverse("bimtek:stage", args=[region.slug, submission.plan.enrolment.cohort.year, stage.value])
    gaps = "".join(f"\n- {gap}" for gap in move.gaps)
    sent_again = move.from_status == move.to_status
    subject = (CHANGES_SENT if sent_again else SUBJECTS[Status(move.to_status)]).format(
        stage=stage.roman, region=region
    )
    told = (
        f"mengirim perubahan {stage.label} {region}:\n{move.changed or 0} isian berbeda dari yang diajukan sebelumnya."
        if sent_again
        else f"mengubah {stage.label} {region}\ndari “{move.get_from_status_display()}” menjadi “{move.get_to_status_display()}”."
    )
    body = (
        f"{move.by_name} ({move.by_role}) {told}\n\n"
        + (f"Diminta selesai {formats.date(move.due)}.\n\n" if move.due else "")
        + (f"Catatan:\n{move.note}\n\n" if move.note else "")
        + (f"Yang belum lengkap:{gaps}\n\n" if gaps else "")
        + f"Buka halaman tahap: {settings.SITE_URL}{address}\n"
    )
    turn = reviewers if move.to_status == Status.SUBMITTED else Permission.FILL_ALL
    for email in _readers(region, turn, without=move.by_id):
        mail.write(email, subject, body, region)


def called(thread: Thread, message: Message, user: User, *, where: str) -> None:
    """Tells a person who was mentioned, or to whom the thread was handed. What reviewers write privately stays in the product."""
    region = thread.plan.region
    address = reverse("bimtek:thread", args=[region.slug, thread.plan.enrolment.cohort.year, thread.pk])
    handed = message.deed == Message.Deed.ASSIGNED
    said = "" if thread.private or handed else f"{message.text}\n\n"
    about = f"{where} · {thread.row_label}" if thread.row_label else where
    deed = "menyerahkan sebuah utas kepada Anda" if handed else "menyebut Anda dalam sebuah utas"
    body = (
        f"{message.by_name} ({message.by_role}) {deed}.\n{region}, {about}\n\n{said}"
        f"Buka utasnya: {settings.SITE_URL}{address}\n"
    )
    subject = f"{region}: {'utas diserahkan kepada Anda' if handed else 'Anda disebut dalam komentar'}"
    mail.write(user.email, subject, body, region)


def _readers(region: Region, turn: Permission, *, without: Any) -> list[str]:
    roles = [role for role in Role if turn in PERMISSIONS[role]]
    held = Membership.objects.current().filter(region=region, role__in=roles).exclude(user_id=without)
    return sorted(set(held.values_list("user__email", flat=True)))
