"""What stands on every cover and in every foot."""

from bimtek.formats import date
from bimtek.models import Decree, Plan, Stage, Status
from masterplan.compose.introduction import decree_line
from masterplan.compose.material import Material
from masterplan.editions import Edition

LIMITED = "Terbatas: untuk penyusun dan pereviu"
PUBLIC = "Terbuka untuk umum"


def edition(m: Material) -> Edition:
    cohort = m.plan.enrolment.cohort
    return Edition(
        region=m.region.name,
        province=m.region.province.name,
        title=edition_title(m),
        period=m.period,
        cohort=f"Angkatan {cohort.year}",
        programme=cohort.name,
        ministry=cohort.ministry,
        version=version(m),
        date=date(m.today),
        draft=not m.complete,
        classification=PUBLIC if m.complete else LIMITED,
        emblem=str(m.region.emblem_id or ""),
        accent=m.region.accent,
        cover=m.region.cover,
        legal_basis=legal_basis(m),
    )


def version(m: Material) -> str:
    """'Draf Tahap II' while the first stage not yet accepted is the second; 'Edisi 1' when all are and nothing else is printed."""
    if m.complete:
        return "Edisi revisi" if m.plan.legal_status == Plan.Legal.REVISED else "Edisi 1"
    open_stages = [Stage(each.stage) for each in m.submissions if each.status != Status.ACCEPTED]
    if m.submissions and not open_stages:
        return "Draf dengan isian yang belum diterima"
    return f"Draf Tahap {min(open_stages, default=Stage.PERSEPSI).roman}"


def legal_basis(m: Material) -> str:
    """The regulation that enacts the plan, once it is enacted."""
    if m.plan.legal_status not in (Plan.Legal.ENACTED, Plan.Legal.REVISED):
        return ""
    enacting = [each for each in m.decrees if each.purpose == Decree.Purpose.ENACTMENT]
    return decree_line(enacting[-1]) if enacting else ""


def edition_title(m: Material) -> str:
    """The plan's title without its period, which stands beside it on covers."""
    return m.plan.title.strip().removesuffix(m.period).rstrip(" ,–-") or f"Masterplan Smart City {m.region.name}"
