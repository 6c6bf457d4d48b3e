"""A plan's charts for its pages: the composers' figures from the rows as they stand, with the tables that say the same.

Only the rows that charts show are read. A drawing is kept by the hash of its specification, which holds all its data:
what was drawn once is never drawn again, and what changed is never shown from before.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bimtek.framework import framework
from bimtek.models import Plan
from bimtek.rollups import plan_money
from masterplan import charts, drawing
from masterplan.blocks import Block, Figure, Table
from masterplan.canonical import digest
from masterplan.compose import budgets, programmes, readiness, roadmap, swot
from masterplan.compose.material import Material

log = logging.getLogger(__name__)
KEPT_SECONDS = 7 * 24 * 3600
COMPOSERS = {  # name in the URL → what composes its figures and tables
    "kesiapan": (readiness.readiness_summary,),
    "swot": (swot.swot_quadrant,),
    "anggaran": (budgets.budget_recap,),
    "sumber": (budgets.budget_by_source,),
    "jangka": (programmes.programme_summary,),
    "peta-jalan": (roadmap.roadmap_by_dimension, roadmap.roadmap_table),
}


@dataclass(frozen=True)
class Drawn:
    """One picture. `svg` is empty where the engine failed; then the table alone says it."""

    caption: str
    alt: str
    svg: SafeString


def blocks(plan: Plan, chart: str) -> list[Block]:
    """Figures and tables of one chart; KeyError for an unknown name."""
    material = _material(plan, chart)
    return [block for compose in COMPOSERS[chart] for block in compose(material, "")]


def drawn(found: Sequence[Block], name: str) -> list[Drawn]:
    figures = [block for block in found if isinstance(block, Figure)]
    pictures = _drawings([figure.chart for figure in figures])
    return [
        Drawn(figure.caption, figure.alt, titled(picture, f"{name}-{place}", figure.caption, figure.alt))
        for place, (figure, picture) in enumerate(zip(figures, pictures, strict=True), start=1)
    ]


def tables(found: Sequence[Block]) -> list[dict[str, Any]]:
    """The tables with each cell's alignment beside it."""
    return [
        {"table": table, "rows": [(row.kind, list(zip(row.cells, table.columns, strict=False))) for row in table.rows]}
        for table in found
        if isinstance(table, Table)
    ]


def titled(picture: str, key: str, title: str, text: str) -> SafeString:
    """The drawing as one image to readers: named, described, its parts left alone."""
    if not picture:
        return mark_safe("")
    head, rest = picture.split(">", 1)
    words = format_html('<title id="{}-judul">{}</title><desc id="{}-isi">{}</desc>', key, title, key, text)
    named = format_html(' role="img" aria-labelledby="{}-judul" aria-describedby="{}-isi">', key, key)
    return mark_safe(head + named + words + rest)  # charts.for_screen has taken out what a page must not hold


def _drawings(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Kept drawings, and one run of the engine for those that are new."""
    keys = [f"chart:{digest(spec)}" for spec in specs]
    kept: dict[str, str] = cache.get_many(keys)
    new = {key: spec for key, spec in zip(keys, specs, strict=True) if key not in kept}
    if new:
        made = dict(zip(new, _draw(list(new.values())), strict=False))
        cache.set_many(made, KEPT_SECONDS)
        kept |= made
    return [kept.get(key, "") for key in keys]


def _draw(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    """In a process of its own (see masterplan.drawing); an empty list, logged, where that failed."""
    command = [sys.executable, "-m", drawing.__name__, str(settings.BASE_DIR / "static" / "fonts")]
    try:
        done = subprocess.run(
            command, input=json.dumps(specs), capture_output=True, text=True, check=True,
            timeout=2 * drawing.SECONDS, cwd=settings.BASE_DIR,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as failure:
        log.error("a chart could not be drawn: %s", getattr(failure, "stderr", "") or failure)
        return []
    return [charts.for_screen(picture) for picture in json.loads(done.stdout)]


def _material(plan: Plan, chart: str) -> Material:
    """What this chart shows, and nothing else: at most four queries."""
    frame = framework(plan.framework)
    order = {code: place for place, code in enumerate(each.code for each in frame.sub_dimensions)}
    rows: dict[str, Any] = dict.fromkeys(
        ("submissions", "decrees", "members", "facts", "missions", "applications", "regulations", "strategies", "gaps",
         "objectives", "quick_wins", "points", "signatories", "sessions", "readiness", "swot_items", "programmes", "money"), ()
    )  # fmt: skip
    if chart == "kesiapan":
        rows["readiness"] = tuple(plan.readinessrow_set.all())
    elif chart == "swot":
        rows["swot_items"] = tuple(plan.swotitem_set.order_by("scope", "quadrant", "number"))
    else:
        found = plan.programme_set.select_related("opd").prefetch_related("budget_lines")
        rows["programmes"] = tuple(sorted(found, key=lambda each: (order.get(each.sub_dimension, 99), each.code)))
        rows["money"] = () if chart == "peta-jalan" else tuple(plan_money(plan))
    return Material(
        plan=plan, region=plan.region, framework=frame, today=timezone.localdate(), answers={}, unaccepted=0, **rows
    )
