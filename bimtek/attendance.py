"""Daftar hadir: participants typed, pasted or copied, and who was there on which day."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from bimtek import richtext, writing
from bimtek.models import Attendee, Session, SessionDay
from bimtek.sessions import days_of
from regions.access import Access, Permission
from regions.models.place import plain

MOST = 300  # participants of one session
NAMED = 10  # faulty lines that one refusal names
SEXES = {
    "": "",
    "-": "",
    "l": "L",
    "lk": "L",
    "laki-laki": "L",
    "pria": "L",
    "p": "P",
    "pr": "P",
    "perempuan": "P",
    "wanita": "P",
}

LIMITS = {"name": 150, "institution": 200, "position_title": 150, "element": 80}  # letters, as the model has them

Mark = tuple[UUID, datetime.date]


@transaction.atomic
def mark_presence(session: Session, ticked: Collection[Mark], *, seen: Collection[Mark], access: Access) -> int:
    """Saves the boxes that this person changed: those ticked but not seen so, and the reverse. Returns how many.

    Only differences from what the page showed (`seen`) are written, so two people ticking at once lose nothing.
    """
    writing.refuse_unless(access, Permission.RUN_SESSIONS)
    list(Session.objects.select_for_update(no_key=True).filter(pk=session.pk).values_list("pk"))
    marked = {(mark.attendee_id, mark.date): mark for mark in _marks(session).select_related("attendee")}
    people = {person.pk: person for person in session.attendees.filter(plan=session.plan)}
    days = set(days_of(session))
    wanted = [mark for mark in sorted(set(ticked) - set(seen)) if mark not in marked]
    if any(day not in days for _, day in wanted):
        raise ValidationError("Ada hari di luar tanggal pertemuan. Muat ulang halaman, lalu centang lagi.")
    if any(person not in people for person, _ in wanted):
        raise ValidationError("Ada peserta yang baru saja dihapus orang lain. Muat ulang halaman, lalu centang lagi.")
    rows = [writing.new(SessionDay, session.plan, attendee=people[person], date=day) for person, day in wanted]
    gone = [marked[mark] for mark in sorted(set(seen) - set(ticked)) if mark in marked]
    writing.add_many(rows, access=access)
    writing.remove_many(gone, access=access)
    return len(rows) + len(gone)


def _marks(session: Session) -> Any:
    return SessionDay.objects.filter(plan=session.plan, attendee__session=session)


def marks_of(session: Session) -> set[Mark]:
    return set(_marks(session).values_list("attendee_id", "date"))


# --- people ------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_person(person: Attendee, *, access: Access) -> Attendee:
    _refuse_crowd(person.session, 1)
    return writing.add(person, access=access)


@dataclass
class Pasted:
    added: int = 0
    known: list[str] = field(default_factory=list)
    """Names that stood on the list already (same name, same office)."""


@transaction.atomic
def paste(session: Session, text: str, *, access: Access) -> Pasted:
    """Adds one participant a line: nama; instansi; jabatan; L/P; unsur (semicolons or tabs). All lines or none."""
    return _add_new(session, read_lines(session, text), access)


@transaction.atomic
def copy_people(source: Session, session: Session, *, access: Access) -> Pasted:
    """Adds the participants of another session of the same plan, without their presence."""
    if source.plan_id != session.plan_id:
        raise ValidationError("Pertemuan itu bukan milik rencana ini.")
    fields = ("name", "institution", "position_title", "sex", "element")
    people = [
        writing.new(Attendee, session.plan, session=session, **{name: getattr(person, name) for name in fields})
        for person in source.attendees.all()
    ]
    return _add_new(session, people, access)


def _add_new(session: Session, people: Iterable[Attendee], access: Access) -> Pasted:
    writing.refuse_unless(access, Permission.RUN_SESSIONS)
    list(Session.objects.select_for_update(no_key=True).filter(pk=session.pk).values_list("pk"))
    there = {_who(person) for person in session.attendees.all()}
    result, rows = Pasted(), []
    for person in people:
        if _who(person) in there:
            result.known.append(person.name)
        else:
            there.add(_who(person))
            rows.append(person)
    _refuse_crowd(session, len(rows))
    writing.add_many(rows, access=access)
    result.added = len(rows)
    return result


def _who(person: Attendee) -> tuple[str, str]:
    return plain(person.name) or person.name, plain(person.institution)


def _refuse_crowd(session: Session, more: int) -> None:
    there = session.attendees.count()
    if there + more > MOST:
        raise ValidationError(
            f"Satu pertemuan memuat paling banyak {MOST} peserta; sekarang {there}, akan ditambah {more}."
        )


def read_lines(session: Session, text: str) -> list[Attendee]:
    """Participants from pasted lines; ValidationError names the lines that cannot be read. Header and numbers are skipped."""
    people, faults = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ";")]
        if plain(cells[0]) in {"no", "nomor"} or cells[0].rstrip(".").isdigit():
            cells = cells[1:] or [""]
        if not any(cells) or plain(cells[0]) == "nama":
            continue
        try:
            people.append(_person(session, cells))
        except ValidationError as refusal:
            faults.append(f"Baris {number}: {' '.join(refusal.messages)}")
    if not people and not faults:
        raise ValidationError("Belum ada baris yang dapat dibaca. Tempel satu peserta per baris.")
    if faults:
        more = [f"Masih ada {len(faults) - NAMED} baris lain yang perlu diperbaiki."] if len(faults) > NAMED else []
        raise ValidationError(faults[:NAMED] + more)
    return people


def _person(session: Session, cells: list[str]) -> Attendee:
    name, institution, title, sex, element = (*cells, "", "", "", "", "")[:5]
    if len([cell for cell in cells[5:] if cell]):
        raise ValidationError("Paling banyak lima kolom: nama; instansi; jabatan; L/P; unsur.")
    if not name or not institution:
        raise ValidationError("Nama dan instansi wajib ada, dipisahkan titik koma.")
    if sex.casefold() not in SEXES:
        raise ValidationError(f"L/P diisi L atau P, bukan “{sex[:30]}”.")
    words = {"name": name, "institution": institution, "position_title": title, "element": element}
    for key, value in words.items():
        limit = LIMITS[key]
        words[key] = richtext.clean_text(value)
        if len(words[key]) > limit:
            raise ValidationError(f"“{value[:30]}…” terlalu panjang; paling banyak {limit} huruf.")
    return writing.new(Attendee, session.plan, session=session, sex=SEXES[sex.casefold()], **words)


# --- figures -----------------------------------------------------------------------------------------------------


@dataclass
class Figures:
    total: int
    by_element: list[tuple[str, dict[str, int]]]
    """Unsur → how many L, P, none (not said) and total; the largest first."""
    by_sex: dict[str, int]
    by_day: list[tuple[datetime.date, int]]


def figures(session: Session) -> Figures:
    """Participants by unsur and sex, and presence by day; two queries."""
    groups: dict[str, Counter[str]] = {}
    by_sex: Counter[str] = Counter()
    counted = session.attendees.order_by().values_list("element", "sex").annotate(n=Count("pk"))
    for element, sex, count in counted:
        groups.setdefault(element or "Tidak disebut", Counter())[sex] += count
        by_sex[sex] += count
    present = dict(_marks(session).order_by().values_list("date").annotate(n=Count("pk")))
    largest_first = sorted(groups.items(), key=lambda item: (-item[1].total(), item[0]))
    return Figures(
        total=by_sex.total(),
        by_element=[(name, _sexes(counter)) for name, counter in largest_first],
        by_sex=_sexes(by_sex),
        by_day=[(day, present.get(day, 0)) for day in days_of(session)],
    )


def _sexes(counter: Counter[str]) -> dict[str, int]:
    return {"L": counter["L"], "P": counter["P"], "none": counter[""], "total": counter.total()}


def found(session: Session, words: str) -> Any:
    """The participants that a search names, in list order."""
    people = session.attendees.all()
    for word in words.split()[:8]:
        people = people.filter(Q(name__icontains=word) | Q(institution__icontains=word) | Q(element__icontains=word))
    return people
