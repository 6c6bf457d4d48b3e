"""Rows of a plan for tests, and what a person may do; straight to the database where a test does not care how they came."""

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from bimtek import letters, writing
from bimtek.models import (
    Attendee,
    BudgetLine,
    Indicator,
    IndicatorTarget,
    Minute,
    Plan,
    Programme,
    Session,
    Strategy,
    SwotItem,
)
from regions.access import Access, access_of
from regions.models import Opd


def access(user: User, plan: Plan) -> Access:
    found = access_of(user, plan.region)
    assert found is not None
    return found


def send_letters() -> None:
    """As the clock does when ten minutes are over."""
    letters.send_due(now=timezone.now() + datetime.timedelta(minutes=11))


def make_row(model: Any, plan: Plan, **values: Any) -> Any:
    return model.objects.create(plan=plan, region=plan.region, **values)


def make_programme(plan: Plan, code: str = "SG-1.01", opd: Opd | None = None, **values: Any) -> Programme:
    known = {"sub_dimension": "SG-1", "name": f"Program {code}", "start_year": 2022, "end_year": 2024, **values}
    return make_row(Programme, plan, code=code, opd=opd, **known)


def make_full_programme(plan: Plan, opd: Opd | None = None) -> Programme:
    """With a budget line, an indicator and its target, and a link to a strategy that cites an item."""
    programme = make_programme(plan, opd=opd)
    make_row(BudgetLine, plan, programme=programme, year=2022, source="apbd", amount=1_000_000)
    indicator = make_row(Indicator, plan, programme=programme, name="Layanan daring", unit="%")
    make_row(IndicatorTarget, plan, indicator=indicator, year=2023, value=50)
    return programme


def make_item(plan: Plan, quadrant: str = "S", number: int = 1, text: str = "Jaringan serat optik") -> SwotItem:
    return make_row(SwotItem, plan, quadrant=quadrant, number=number, text=text)


def make_strategy(plan: Plan, who: Access, *items: SwotItem) -> Strategy:
    strategy = writing.new(Strategy, plan, kind="SO", number=1, text="Padukan layanan")
    return writing.add(strategy, access=who, links={"items": items})


def make_session(plan: Plan, stage: int = 1, starts: str = "2022-06-13", days: int = 2, **values: Any) -> Session:
    first = datetime.date.fromisoformat(starts)
    last = first + datetime.timedelta(days=days - 1)
    return make_row(Session, plan, stage=stage, starts=first, ends=last, **values)


def make_people(session: Session, count: int = 3) -> list[Attendee]:
    return Attendee.objects.bulk_create(
        Attendee(
            plan=session.plan, region=session.region, session=session, position=n, name=f"Peserta {n:03}",
            institution="Dinas Kesehatan", sex="LP"[n % 2], element="OPD",
        )
        for n in range(1, count + 1)
    )  # fmt: skip


def make_minute(session: Session, **values: Any) -> Minute:
    return make_row(Minute, session.plan, session=session, **{"text": "SWOT disepakati", **values})
