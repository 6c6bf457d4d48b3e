"""Which quick wins a region carries out: nominees ranked by their scores, one or two chosen for each dimension.

The framework's gate says how many (`at_most`); a nominee above that is refused with the names of those chosen.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from bimtek import writing
from bimtek.framework import framework
from bimtek.guards import refuse_unless, refuse_write
from bimtek.models import Plan, QuickWin
from regions.access import Access, Permission

HIGHEST = 20  # four scores of 1 to 5


def limits(plan: Plan) -> tuple[int, int]:
    """How many of a dimension at least and at most."""
    gates = [gate for gate in framework(plan.framework).all_gates if gate.rule == "quickwins_chosen"]
    return (gates[0].at_least, gates[0].at_most) if gates else (1, 2)


def score(row: QuickWin) -> int | None:
    """Sum of the four scores, at most HIGHEST; None until all four are given."""
    scores = [row.score_visible, row.score_feasible, row.score_impact, row.score_ready]
    given = [each for each in scores if each]
    return sum(given) if len(given) == len(scores) else None


def ranked(rows: Iterable[QuickWin]) -> list[QuickWin]:
    """Highest score first; of equal ones the shorter; those without a score last."""
    return sorted(rows, key=lambda row: (-(score(row) or 0), row.months or 99, row.name, str(row.pk)))


def full(plan: Plan, dimension: str, besides: UUID) -> str:
    """Why no further nominee of the dimension may be chosen, as a sentence that names the chosen ones; or ''."""
    chosen = plan.quickwin_set.filter(dimension=dimension, chosen=True).exclude(pk=besides)
    names = [f"“{name}”" for name in chosen.order_by("name").values_list("name", flat=True)]
    most = limits(plan)[1]
    if len(names) < most:
        return ""
    return f"{dimension} sudah mempunyai {len(names)} quick win terpilih: {' dan '.join(names)}. Batalkan salah satunya dulu."


@transaction.atomic
def choose(row: QuickWin, *, chosen: bool, access: Access, version: int) -> QuickWin:
    """Chooses a nominee or lets it go. The stage is held first, so that two people cannot choose past the limit."""
    refuse_unless(access, Permission.FILL_ALL)
    refuse_write(row, access)
    if chosen and (refusal := full(row.plan, row.dimension, row.pk)):
        raise ValidationError(refusal)
    row.chosen = chosen
    return writing.change(row, access=access, version=version)
