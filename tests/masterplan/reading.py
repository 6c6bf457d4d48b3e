"""How the tests read composed content."""

import datetime

from bimtek.models import Plan
from masterplan import outline
from masterplan.blocks import Block, Paragraph, Table
from masterplan.compose.material import gather

TODAY = datetime.date(2022, 9, 7)


def composed(plan: Plan, source: str, argument: str = "") -> list[Block]:
    return outline.COMPOSERS[source](gather(Plan.objects.get(pk=plan.pk), today=TODAY), argument)


def table_of(blocks: list[Block], key: str) -> Table:
    return next(block for block in blocks if isinstance(block, Table) and block.key == key)


def words(blocks: list[Block]) -> str:
    return " ".join(block.text for block in blocks if isinstance(block, Paragraph))
