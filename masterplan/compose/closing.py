"""What stands at the end: the commitment and its signatories, decrees, minutes, attendance, photos."""

from django.utils import timezone

from bimtek.formats import date
from bimtek.framework import filled
from bimtek.models import Session, Signatory, Stage
from masterplan.blocks import Block, Bullets, Facts, Gallery, Heading, TableRow
from masterplan.compose.introduction import decree_line
from masterplan.compose.material import Material
from masterplan.compose.sessions import attendance_table, minutes_body, title_of
from masterplan.compose.words import col, counted, joined, nothing, office, say, table
from masterplan.origins import of_row

STATES = {
    Signatory.State.SIGNED: "sudah menandatangani",
    Signatory.State.REPRESENTED: "diwakili",
    Signatory.State.LATER: "menyusul",
    Signatory.State.PENDING: "belum menandatangani",
}


def _own_points(m: Material) -> list[str]:
    return [each.text.strip() for each in m.points if each.text.strip()]


def points(m: Material) -> list[str]:
    """What is promised: the region's own points, until then the framework's."""
    return _own_points(m) or [filled(each.text, m.placeholders) for each in m.framework.commitment]


def commitment(m: Material, argument: str = "") -> list[Block]:
    """The region's own points; until it wrote any, the framework's, said to be such."""
    origins = tuple(of_row(each, "text") for each in m.points if each.text.strip())
    blocks: list[Block] = [say(m.sentence("komitmen")), Bullets(tuple(points(m)), ordered=True, origins=origins)]
    if not _own_points(m):
        blocks.append(
            nothing("Butir komitmen daerah. Butir di atas adalah rumusan bawaan.", Stage.KOMITMEN, "Komitmen")
        )
    return blocks


def signatories(m: Material, argument: str = "") -> list[Block]:
    """Who signed, who is represented and who follows. NIP stays out."""
    if not m.signatories:
        return [nothing("Penanda tangan komitmen bersama.", Stage.KOMITMEN, "Penanda tangan")]
    counts = [(sum(each.state == state for each in m.signatories), said) for state, said in STATES.items()]
    summary = joined(f"{count} {said}" for count, said in counts if count)
    rows = [
        TableRow(
            (str(number), each.name, each.position_title, office(each.opd) or "–", _state(m, each)),
            origin=of_row(each),
            names=("", "name", "position_title", "opd", "state"),
        )
        for number, each in enumerate(m.signatories, start=1)
    ]
    columns = (col("No.", 0.5, "right"), col("Nama", 2), col("Jabatan", 2.4), col("OPD", 1), col("Keadaan", 1.8))
    signers = counted(len(m.signatories), "penanda tangan")
    opening = m.sentence("penanda-tangan", jumlah_penanda_tangan=signers, keadaan=summary)
    return [say(opening, m.sentence("penanda-tangan-rujukan"), tabel="penanda-tangan"),
            table("Penanda tangan komitmen bersama", columns, rows, source=f"Naskah komitmen bersama {m.region.name}", key="penanda-tangan")]  # fmt: skip


def _state(m: Material, each: Signatory) -> str:
    said = str(Signatory.State(each.state).label).lower()
    if each.state == Signatory.State.REPRESENTED and each.represented_by:
        said = f"diwakili oleh {each.represented_by}"
    if each.signed_at and each.state in (Signatory.State.SIGNED, Signatory.State.REPRESENTED):
        said += f", {date(timezone.localtime(each.signed_at, m.region.zone).date())}"
    return said


def decrees(m: Material, argument: str = "") -> list[Block]:
    if not m.decrees:
        return [nothing("Surat keputusan Dewan Smart City dan Tim Pelaksana.", Stage.PERSEPSI, "Tim dan keputusan")]
    rows = [
        TableRow(
            (
                str(number),
                each.get_purpose_display(),
                decree_line(each),
                date(each.date) or "–",
                "terlampir" if each.file_id else "belum diunggah",
            ),
            origin=of_row(each),
            names=("", "purpose", "number", "date", "file"),
        )
        for number, each in enumerate(m.decrees, start=1)
    ]
    columns = (
        col("No.", 0.5, "right"),
        col("Keperluan", 1.4),
        col("Keputusan", 3),
        col("Tanggal", 1.1),
        col("Naskah", 1),
    )
    return [
        table(
            "Keputusan yang mendasari masterplan", columns, rows, source=f"Pemerintah {m.region.name}", key="keputusan"
        )
    ]


def _without(m: Material) -> list[Block]:
    return [nothing("Pertemuan bimbingan teknis.", Stage.PERSEPSI, "Pertemuan")]


def _head(session: Session) -> Heading:
    return Heading(2, title_of(session))


def minutes(m: Material, argument: str = "") -> list[Block]:
    blocks: list[Block] = []
    for session in m.sessions:
        number = session.minutes_number or ""
        blocks += [_head(session), Facts((("Nomor berita acara", number),)), *minutes_body(session)]
    return blocks or _without(m)


def attendance(m: Material, argument: str = "") -> list[Block]:
    blocks: list[Block] = []
    for session in m.sessions:
        blocks.append(_head(session))
        if session.attendees.all():
            blocks.append(attendance_table(session))
        else:
            blocks.append(nothing(f"Peserta {title_of(session)}.", session.stage, "Pertemuan"))
    return blocks or _without(m)


def photos(m: Material, argument: str = "") -> list[Block]:
    blocks: list[Block] = []
    for session in m.sessions:
        found = [(str(each.file_id), each.caption) for each in session.photos.all()]
        if found:
            blocks += [_head(session), Gallery(tuple(found))]
    return blocks or [nothing("Foto pelaksanaan bimbingan teknis.", Stage.PERSEPSI, "Pertemuan")]
