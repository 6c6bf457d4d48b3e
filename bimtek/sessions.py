"""Pertemuan: when sessions may be held, and the verbs that keep and remove them."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from bimtek import formats, writing
from bimtek.framework import framework
from bimtek.models import Plan, Session, SessionDay, Stage
from regions.access import Access

LONGEST = 5  # days; usual are two


def days_of(session: Session) -> list[datetime.date]:
    """The calendar days of a session."""
    return [session.starts + datetime.timedelta(days=n) for n in range((session.ends - session.starts).days + 1)]


def usual_agenda(plan: Plan, stage: Stage) -> str:
    """The framework's agenda of a stage, one item a line."""
    return "\n".join(framework(plan.framework).agenda(stage))


@transaction.atomic
def keep(session: Session, *, access: Access, version: int | None = None) -> Session:
    """Adds a session (version None) or changes one. Dates may not overlap with another session of the plan."""
    _hold(session.plan)
    _refuse_dates(session)
    _refuse_overlap(session)
    if version is None:
        return writing.add(session, access=access)
    _refuse_lost_days(session)
    return writing.change(session, access=access, version=version)


def _hold(plan: Plan) -> None:
    """Two people planning sessions at once come one after the other."""
    list(Plan.objects.select_for_update(no_key=True).filter(pk=plan.pk).values_list("pk"))


def _refuse_dates(session: Session) -> None:
    if session.ends < session.starts:
        raise ValidationError({"ends": "Tanggal selesai mendahului tanggal mulai."})
    days = len(days_of(session))
    if days > LONGEST:
        raise ValidationError(
            {"ends": f"Pertemuan paling lama {LONGEST} hari; yang Anda tulis {days} hari. Periksa tahunnya."}
        )
    if session.starts_at and session.ends_at and session.ends_at <= session.starts_at:
        raise ValidationError({"ends_at": "Pukul selesai harus sesudah pukul mulai."})


def _refuse_overlap(session: Session) -> None:
    others = session.plan.session_set.exclude(pk=session.pk)
    clash = others.filter(starts__lte=session.ends, ends__gte=session.starts).first()
    if clash:
        when = formats.date_range(clash.starts, clash.ends)
        raise ValidationError({"starts": f"Bertumpukan dengan {clash} pada {when}. Pilih tanggal lain."})


def _refuse_lost_days(session: Session) -> None:
    """Days on which somebody was present stay inside the session."""
    marked = SessionDay.objects.filter(plan=session.plan, attendee__session=session)
    lost = sorted(set(marked.exclude(date__range=(session.starts, session.ends)).values_list("date", flat=True)))
    if lost:
        days = ", ".join(formats.date(day) for day in lost)
        raise ValidationError({"starts": f"Sudah ada kehadiran pada {days}. Kosongkan kehadiran hari itu dulu."})


def earlier(session: Session) -> Sequence[Session]:
    """The other sessions of the plan whose participants may be copied, the nearest before this one first."""
    others = list(session.plan.session_set.exclude(pk=session.pk).filter(attendees__isnull=False).distinct())
    return sorted(others, key=lambda other: (other.starts > session.starts, abs(session.starts - other.starts)))
