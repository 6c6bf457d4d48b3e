"""What stands above a list: the figures that its rows add up to. Charts are drawn by the masterplan app from the same rows."""

from collections.abc import Callable
from typing import Any

from bimtek import quickwins, readiness, rollups, swot
from bimtek.framework import framework
from bimtek.models import Plan


def _readiness(plan: Plan) -> dict[str, Any]:
    rows = list(plan.readinessrow_set.all())
    names = {e.code: e.name for e in framework(plan.framework).elements}
    elements = [{"name": names.get(code, code), "figures": found} for code, found in readiness.by_element(rows).items()]
    return {"all": readiness.readiness(row.judgement for row in rows), "elements": elements, "chart": "kesiapan"}


def _swot(plan: Plan) -> dict[str, Any]:
    items = list(plan.swotitem_set.all())
    counts = [(label, sum(item.quadrant == letter for item in items)) for letter, label in LETTERS]
    whole = [item for item in items if not item.scope]
    analysis = swot.analyse(whole) if plan.swot_weighted and whole else None
    return {"counts": counts, "analysis": analysis, "chart": "swot" if plan.swot_weighted else ""}


LETTERS = (("S", "Kekuatan"), ("W", "Kelemahan"), ("O", "Peluang"), ("T", "Ancaman"))


def _budget(plan: Plan) -> dict[str, Any]:
    money = rollups.plan_money(plan)
    names = {d.code: d.name for d in framework(plan.framework).dimensions}
    by_dimension = rollups.totals(money, "dimension")
    terms = rollups.totals(money, "term")
    undated = [("Tanpa tahun", terms[""])] if "" in terms else []
    return {
        "total": rollups.total(money),
        "programmes": plan.programme_set.count(),
        "dimensions": [{"code": c, "name": n, "amount": by_dimension.get(c, 0)} for c, n in names.items()],
        "terms": [(term.label, terms.get(term.value, 0)) for term in rollups.Term] + undated,
        "chart": "anggaran",
    }


def _quick_wins(plan: Plan) -> dict[str, Any]:
    nominees = quickwins.ranked(plan.quickwin_set.select_related("opd"))
    dimensions = []
    for d in framework(plan.framework).dimensions:
        rows = [row for row in nominees if row.dimension == d.code]
        shown = [{"row": row, "score": quickwins.score(row)} for row in rows]
        dimensions.append({"code": d.code, "name": d.name, "rows": shown, "chosen": sum(row.chosen for row in rows)})
    least, most = quickwins.limits(plan)
    return {"dimensions": dimensions, "least": least, "most": most, "highest": quickwins.HIGHEST, "chart": ""}


PANELS: dict[str, Callable[[Plan], dict[str, Any]]] = {
    "readiness": _readiness,
    "swot": _swot,
    "budget": _budget,
    "quick_wins": _quick_wins,
}


def context(name: str, plan: Plan) -> dict[str, Any]:
    """The panel's figures; `kind` chooses its template part."""
    return {"kind": name, **PANELS[name](plan)} if name in PANELS else {"kind": ""}
