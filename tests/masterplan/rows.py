"""A small plan with a row of every kind, written straight to the database."""

import datetime
from decimal import Decimal
from typing import Any

from bimtek.models import (
    Answer,
    Application,
    Attendee,
    BudgetLine,
    CommitmentPoint,
    Decree,
    Gap,
    Indicator,
    IndicatorTarget,
    Minute,
    MissionItem,
    Objective,
    Plan,
    ProfileFact,
    Programme,
    ProgrammeMission,
    ProgrammeOpd,
    ProgrammeStrategy,
    QuickWin,
    ReadinessRow,
    Regulation,
    Session,
    SessionDay,
    Signatory,
    Stage,
    Strategy,
    StrategyItem,
    SwotItem,
    TeamMember,
)
from regions.models import Opd
from tests.factories import make_opd

NIP = "198003172005011004"
DIMENSIONS = ("SG", "SB", "SE", "SL", "SS", "SV")
SWOT = (("S", 1, "0.200", 4), ("S", 2, "0.150", 3), ("S", 3, "0.150", 3), ("W", 1, "0.200", 3), ("W", 2, "0.150", 2), ("W", 3, "0.150", 2),
        ("O", 1, "0.250", 4), ("O", 2, "0.200", 3), ("T", 1, "0.300", 3), ("T", 2, "0.250", 2))  # fmt: skip


def of(plan: Plan, **fields: Any) -> dict[str, Any]:
    return {"region": plan.region, "plan": plan, **fields}


def make_programme(plan: Plan, code: str, opd: Opd | None = None, **fields: Any) -> Programme:
    """With an indicator, two targets and two budget lines; years 2022–2023."""
    money = fields.pop("money", (125_000_000, 250_000_000))
    known = {
        "name": f"Program {code}",
        "benefit": f"Manfaat {code}",
        "start_year": 2022,
        "end_year": 2023,
        "sub_dimension": code.split(".")[0],
    }
    programme = Programme.objects.create(**of(plan, code=code, opd=opd, **{**known, **fields}))
    indicator = Indicator.objects.create(
        **of(
            plan,
            programme=programme,
            name=f"Indikator {code}",
            unit="layanan",
            baseline=Decimal("2.50"),
            baseline_year=2021,
        )
    )
    for year, value in ((2022, 10), (2023, 20)):
        IndicatorTarget.objects.create(**of(plan, indicator=indicator, year=year, value=value))
    for year, source, amount in ((2022, "apbd", money[0]), (2023, "apbn", money[1])):
        BudgetLine.objects.create(**of(plan, programme=programme, year=year, source=source, amount=amount))
    return programme


def make_missions(plan: Plan) -> list[MissionItem]:
    missions = [
        MissionItem.objects.create(
            **of(plan, kind="misi", number=str(number), text=f"Isi misi {number}", position=number)
        )
        for number in (1, 2, 3)
    ]
    goal = MissionItem.objects.create(
        **of(plan, kind="tujuan", number="3.1", text="Tata kelola yang baik", parent=missions[2], position=4)
    )
    return [*missions, goal]


def make_swot(plan: Plan) -> Strategy:
    items = {
        f"{quadrant}{number}": SwotItem.objects.create(
            **of(
                plan,
                quadrant=quadrant,
                number=number,
                text=f"Butir {quadrant}{number}",
                weight=Decimal(weight),
                rating=rating,
            )
        )
        for quadrant, number, weight, rating in SWOT
    }
    strategy = Strategy.objects.create(**of(plan, kind="SO", number=1, text="Memakai kekuatan merebut peluang"))
    for code in ("O2", "S3", "S1"):
        StrategyItem.objects.create(**of(plan, strategy=strategy, item=items[code]))
    return strategy


def make_session(plan: Plan, stage: Stage = Stage.PERSEPSI, **fields: Any) -> Session:
    known = {
        "starts": datetime.date(2022, 6, 13), "ends": datetime.date(2022, 6, 14), "starts_at": datetime.time(8, 30), "ends_at": datetime.time(16),
        "venue": "Aula Bappeda", "opened_by": "Jefri", "opened_by_position": "Sekretaris Daerah", "opened_for": "Wali Kota Batam",
        "agenda": "Pembukaan\nDiskusi", "minutes_number": "555/1/BA/2022", "minutes_date": datetime.date(2022, 6, 14),
    }  # fmt: skip
    session = Session.objects.create(**of(plan, stage=stage, **{**known, **fields}))
    attendee = Attendee.objects.create(
        **of(
            plan,
            session=session,
            name="Rina Hapsari",
            institution="Dinas Kesehatan",
            position_title="Kepala Bidang",
            sex="P",
            element="Perangkat daerah",
        )
    )
    SessionDay.objects.create(**of(plan, attendee=attendee, date=session.starts))
    Minute.objects.create(**of(plan, session=session, kind="hasil", text="Data kesiapan disepakati."))
    Minute.objects.create(
        **of(
            plan,
            session=session,
            kind="tindak_lanjut",
            text="Melengkapi sumber data.",
            who="Bappeda",
            due=datetime.date(2022, 6, 30),
        )
    )
    return session


def fill(plan: Plan, per_dimension: int = 1) -> Plan:
    """Every kind of row at least once. `per_dimension` programmes in each dimension."""
    plan.swot_weighted = True
    plan.save()
    kominfo = make_opd(plan.region, abbreviation="Diskominfo")
    health = make_opd(plan.region, "Dinas Kesehatan", abbreviation="Dinkes")
    missions, strategy = make_missions(plan), make_swot(plan)
    _analysis(plan, kominfo)
    for place, dimension in enumerate(DIMENSIONS):
        objective = Objective.objects.create(
            **of(plan, dimension=dimension, number=1, text=f"Sasaran {dimension}", mission=missions[place % 2])
        )
        gap = Gap.objects.create(
            **of(
                plan,
                sub_dimension=f"{dimension}-1",
                present=f"Kini {dimension}",
                gap=f"Selisih {dimension}",
                severity=3,
                opd=kominfo,
            )
        )
        for number in range(1, per_dimension + 1):
            programme = make_programme(
                plan,
                f"{dimension}-{1 + number % 3}.{number:02}",
                kominfo,
                objective=objective,
                gap=gap,
                priority=1,
                enabler_policy="Perwal",
            )
            ProgrammeOpd.objects.create(**of(plan, programme=programme, opd=health))
            ProgrammeStrategy.objects.create(**of(plan, programme=programme, strategy=strategy))
            ProgrammeMission.objects.create(**of(plan, programme=programme, mission=missions[0]))
        QuickWin.objects.create(
            **of(
                plan,
                dimension=dimension,
                name=f"Aksi {dimension}",
                opd=kominfo,
                benefit="Antre lebih singkat",
                months=9,
                chosen=True,
            )
        )
    _closing(plan)
    return plan


def _analysis(plan: Plan, opd: Opd) -> None:
    for key, text in (
        ("latar-belakang", "<p>Latar <strong>kami</strong></p>"),
        ("visi-SG", "Pemerintah yang cepat"),
        ("rpjmd-visi", "Maju bersama"),
    ):
        Answer.objects.create(**of(plan, key=key, text=text))
    Decree.objects.create(**of(plan, purpose="dewan", number="12", year=2022, about="Dewan Smart City"))
    TeamMember.objects.create(
        **of(plan, team="dewan", role="Ketua", name="Muhammad Rudi", position_title="Wali Kota Batam")
    )
    TeamMember.objects.create(
        **of(plan, team="pelaksana", role="Ketua", name="Azril Apriansyah", position_title="Kepala Dinas")
    )
    ProfileFact.objects.create(
        **of(plan, group="Geografi", label="Luas", value="1.034,7", unit="km²", year=2021, source="BPS")
    )
    Regulation.objects.create(**of(plan, rank=5, number="3", year=2021, about="RPJMD"))
    Application.objects.create(**of(plan, name="e-Puskesmas", opd=opd, purpose="Antrean", active=True))
    for judgement, count in ((3, 41), (2, 26), (1, 13)):
        ReadinessRow.objects.bulk_create(
            ReadinessRow(
                **of(
                    plan,
                    element="struktur",
                    component="sdm",
                    name=f"Indikator {judgement}",
                    value="1",
                    year=2021,
                    source="BPS",
                    judgement=judgement,
                )
            )
            for _ in range(count)
        )


def _closing(plan: Plan) -> None:
    CommitmentPoint.objects.create(**of(plan, number=1, text="Menganggarkan program"))
    Signatory.objects.create(
        **of(plan, name="Azril Apriansyah", position_title="Kepala Dinas", nip=NIP, state="menandatangani")
    )
    make_session(plan)
