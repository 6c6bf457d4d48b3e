"""The official papers of one session: daftar hadir for signing, and berita acara. The books reuse their parts."""

import datetime

from bimtek.formats import date, date_in_words, date_range, weekday
from bimtek.models import Attendee, Minute, Session, Stage, TeamMember
from masterplan.blocks import Block, Bullets, Column, Facts, Paragraph, Signature, Signatures, Table, TableRow
from masterplan.compose.words import UNFILLED, col, joined, listed, table
from regions.models import Region

BLANK_LINES = 30  # an empty list is printed for people to write on
ROOM = "\u00a0"  # a second line in every row, so that a signature fits
MOST_DAYS = 5  # day columns that fit beside a signature


def title_of(session: Session) -> str:
    return f"Bimbingan Teknis Tahap {Stage(session.stage).roman} ({Stage(session.stage).short})"


def place_name(region: Region) -> str:
    """'Batam': the place in 'Batam, 6 September 2022'."""
    return region.display_name or region.official_name


def days_of(session: Session) -> list[datetime.date]:
    """The days of the session; of a very long one those on which somebody was recorded, and no more than fit."""
    length = (session.ends - session.starts).days + 1
    if length <= MOST_DAYS:
        return [session.starts + datetime.timedelta(days=day) for day in range(length)]
    marked = sorted({day.date for each in session.attendees.all() for day in each.days.all()})
    return (marked or [session.starts])[:MOST_DAYS]


def hours(session: Session, region: Region) -> str:
    """'08.30–16.00 WIT'."""
    times = [f"{time:%H.%M}" for time in (session.starts_at, session.ends_at) if time]
    return f"{'–'.join(times)} {region.get_time_zone_display()}" if times else ""


# --- daftar hadir ------------------------------------------------------------------------------------------------


def attendance_blocks(session: Session) -> list[Block]:
    """For turned paper: one line a participant with room for a signature. Prefetch attendees and their days."""
    region, days = session.region, days_of(session)
    attendees = list(session.attendees.all())
    lines = [_line(number, each, days) for number, each in enumerate(attendees, start=1)]
    if not lines:
        lines = [(str(number), *[""] * (5 + len(days))) for number in range(1, BLANK_LINES + 1)]
    rows = [TableRow((*line, f"{number}.\n{ROOM}")) for number, line in enumerate(lines, start=1)]
    columns = (*_columns(days), col("Tanda tangan", 1.9))
    facts = (
        ("Acara", f"{title_of(session)} Masterplan Smart City {region.name}"),
        ("Hari, tanggal", _when(session)),
        ("Pukul", hours(session, region)),
        ("Tempat", session.venue),
    )
    shown = tuple(pair for pair in facts if pair[1])
    return [Facts(shown), table("", columns, rows)]


def attendance_table(session: Session) -> Table:
    """For the books: who was there on which day, without a column for signing and without personal numbers."""
    days = days_of(session)
    rows = [_short_line(number, each, days) for number, each in enumerate(session.attendees.all(), start=1)]
    columns = (
        col("No.", 0.5, "right"), col("Nama", 2.2), col("Jabatan dan instansi", 3), col("L/P", 0.45, "center"), col("Unsur", 1.6), *_day_columns(days)
    )  # fmt: skip
    source = f"Daftar hadir bimbingan teknis, {date_range(session.starts, session.ends)}"
    return table(f"Daftar hadir {title_of(session)}", columns, rows, source=source)


def _columns(days: list[datetime.date]) -> tuple[Column, ...]:
    return (
        col("No.", 0.5, "right"), col("Nama", 2.2), col("Instansi/OPD", 2.2), col("Jabatan", 2), col("L/P", 0.4, "center"), col("Unsur", 1.1), *_day_columns(days)
    )  # fmt: skip


def _day_columns(days: list[datetime.date]) -> list[Column]:
    return [col(f"Hari {number} ({day.day}/{day.month})", 0.8, "center") for number, day in enumerate(days, start=1)]


def _short_line(number: int, each: Attendee, days: list[datetime.date]) -> tuple[str, ...]:
    place, name, institution, position, sex, element, *marks = _line(number, each, days)
    duty = ", ".join(part for part in (position, institution) if part and part != name)
    return (place, name, duty or "–", sex or "–", element or "–", *(mark or "–" for mark in marks))


def _line(number: int, each: Attendee, days: list[datetime.date]) -> tuple[str, ...]:
    there = {day.date for day in each.days.all()}
    marks = ("hadir" if day in there else "" for day in days)
    return (str(number), each.name, each.institution, each.position_title, each.sex, each.element, *marks)


def _when(session: Session) -> str:
    if session.starts == session.ends:
        return f"{weekday(session.starts)}, {date(session.starts)}"
    return (
        f"{weekday(session.starts)} s.d. {weekday(session.ends)}, {date_range(session.starts, session.ends, sd=True)}"
    )


# --- berita acara ------------------------------------------------------------------------------------------------


def minutes_blocks(session: Session) -> list[Block]:
    """The whole paper: head, opening in words, agenda, results, follow-ups and signatures."""
    number = session.minutes_number or "……………………………………"
    return [Paragraph(f"Nomor: {number}"), *minutes_body(session), minutes_signatures(session)]


def minutes_body(session: Session) -> list[Block]:
    region = session.region
    return [
        Paragraph(_opening(session, region)),
        *_agenda(session),
        Paragraph(_presence(session)),
        *_results(session),
        *_follow_ups(session),
        *_notes(session),
        Paragraph("Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya."),
    ]


def _opening(session: Session, region: Region) -> str:
    signed = session.minutes_date or session.ends
    venue = f" bertempat di {session.venue}," if session.venue else ""
    times = hours(session, region)
    at = f", pukul {times}" if times else ""
    return (
        f"Pada hari ini, {date_in_words(signed)},{venue} telah dilaksanakan {title_of(session)} penyusunan "
        f"Masterplan Smart City {region.name} yang berlangsung pada {date_range(session.starts, session.ends)}{at}."
    )


def speaker(name: str, position: str, other: str) -> str:
    """'Jefridin, Sekretaris Daerah, mewakili Wali Kota Batam'."""
    who = ", ".join(part for part in (name, position) if part)
    return f"{who}, mewakili {other}" if who and other else who


def _agenda(session: Session) -> list[Block]:
    opened = speaker(session.opened_by, session.opened_by_position, session.opened_for)
    closed = speaker(session.closed_by, session.closed_by_position, session.closed_for)
    acts = [f"dibuka oleh {opened}" if opened else "", f"ditutup oleh {closed}" if closed else ""]
    said = f"Acara {joined(acts)}." if any(acts) else ""
    items = listed(session.agenda)
    blocks: list[Block] = [Paragraph(said)] if said else []
    if items:
        return [*blocks, Paragraph("Agenda:"), Bullets(tuple(items), ordered=True)]
    return [*blocks, Facts((("Agenda", ""),))]


def _presence(session: Session) -> str:
    attendees = list(session.attendees.all())
    if not attendees:
        return f"Jumlah peserta: {UNFILLED.lower()}."
    women, men = (sum(each.sex == sex for each in attendees) for sex in (Attendee.Sex.FEMALE, Attendee.Sex.MALE))
    split = f" ({men} laki-laki dan {women} perempuan)" if men + women == len(attendees) else ""
    offices = len({each.institution.strip().casefold() for each in attendees})
    return f"Kegiatan dihadiri {len(attendees)} peserta{split} dari {offices} instansi, sebagaimana daftar hadir terlampir."


def _minutes(session: Session, kind: str) -> list[Minute]:
    return [each for each in session.minutes.all() if each.kind == kind]


def _results(session: Session) -> list[Block]:
    results = _minutes(session, Minute.Kind.RESULT)
    if not results:
        return [Facts((("Hasil", ""),))]
    return [
        Paragraph("Hasil yang disepakati:"),
        Bullets(tuple(" ".join(listed(each.text)) for each in results), ordered=True),
    ]


def _follow_ups(session: Session) -> list[Block]:
    found = _minutes(session, Minute.Kind.FOLLOW_UP)
    if not found:
        return [Facts((("Tindak lanjut", ""),))]
    rows = [
        (str(number), each.text, each.who or "–", date(each.due) or "–") for number, each in enumerate(found, start=1)
    ]
    columns = (col("No.", 0.5, "right"), col("Tindak lanjut", 3.4), col("Penanggung jawab", 1.6), col("Tenggat", 1.2))
    return [table(f"Tindak lanjut {title_of(session)}", columns, rows)]


def _notes(session: Session) -> list[Block]:
    """The notulen, a paragraph a line; nothing where none was written."""
    lines = [line.strip() for line in session.notes.splitlines() if line.strip()]
    return [Paragraph("Notulen:"), *map(Paragraph, lines)] if lines else []


def minutes_signatures(session: Session) -> Signatures:
    """Who chaired and who led the team. A person who stood in for another signs 'a.n.' that other."""
    region = session.region
    signed = session.minutes_date or session.ends
    chair = (
        session.plan.teammember_set.filter(team=TeamMember.Team.TEAM, role__istartswith="ketua")
        .order_by("position", "id")
        .first()
    )
    closing = bool(session.closed_by)
    leader = Signature(
        position=(session.closed_by_position if closing else session.opened_by_position) or "Pimpinan acara",
        name=session.closed_by if closing else session.opened_by,
        on_behalf=session.closed_for if closing else session.opened_for,
    )
    team = Signature(
        position=(chair.position_title if chair else "") or "Ketua Tim Pelaksana", name=chair.name if chair else ""
    )
    same = team.name and team.name == leader.name
    return Signatures((leader,) if same else (team, leader), place_date=f"{place_name(region)}, {date(signed)}")
