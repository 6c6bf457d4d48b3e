"""Letters that deeds cause: the text is fixed at the deed, the sending waits for the commit."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from bimtek import formats
from bimtek.models import Message, Move, Packet, PacketLetter, Stage, Status, Thread
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
