"""The printable annex of changes between two states of a plan, with the same filters as the page "Perubahan"."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import outcomes, revisions
from bimtek.diff import ADDED, REMOVED
from bimtek.frozen import Frozen
from bimtek.models import Plan, Stage
from bimtek.telling import told
from bimtek.views.compare import State, narrowed, sides
from bimtek.views.places import plan_of, stage_of
from masterplan import sheets
from masterplan.blocks import Block, Paragraph, TableRow
from masterplan.compose.words import col, table
from masterplan.paper_marks import LEGEND, marked
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

MOST = 600  # items on one annex; a whole new plan is read in the book, not here
LONGEST = 1500  # signs of one cell


@require_safe
@region_view(Permission.VIEW_ALL)
def changes_pdf(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    """?dari, ?ke, ?lingkup, ?bagian and ?jenis as on the page."""
    plan, at = plan_of(region, year), stage_of(stage)
    before, after = sides(request, plan, at)
    if before is None:
        messages.info(request, "Anda belum mereviu tahap ini, jadi belum ada pembandingnya. Pilih dua keadaan dulu.")
        return redirect("bimtek:compare", region.slug, year, stage)
    title = f"Lampiran Perubahan Tahap {at.roman}"
    paper = blocks(plan, at, before, after, request.GET)
    back = reverse("bimtek:compare", args=[region.slug, year, stage])
    name = f"perubahan-tahap-{stage}"
    return sheets.answer(request, title, paper, region=region, landscape=True, name=name, back=back)


def blocks(plan: Plan, stage: Stage, before: State, after: State, asked: QueryDict) -> list[Block]:
    """The paper: one line an item, its fields word by word."""
    found = revisions.items(before.content, after.content)
    if asked.get("lingkup") != "semua":
        found = list(revisions.of_stage(found, stage, plan.framework))
    old, new = Frozen(before.content, plan.region.zone), Frozen(after.content, plan.region.zone)
    everything, found = len(found), narrowed(found, asked, new)
    narrow = f" Disaring dari {everything} isian." if len(found) < everything else ""
    base = [plan.region.slug, plan.enrolment.cohort.year]
    rows = [line(number, told(item, old, new, base)) for number, item in enumerate(found[:MOST], start=1)]
    columns = (
        col("No.", 0.35, "right"),
        col("Bagian", 1.2),
        col("Isian", 1.7),
        col("Perubahan", 0.9),
        col("Yang berubah", 4.5),
    )
    left_out = f" {len(found) - MOST} isian sesudahnya tidak dicetak." if len(found) > MOST else ""
    return [
        Paragraph(f"Dari: {before.label}."),
        Paragraph(f"Ke: {after.label}."),
        Paragraph(f"{len(found)} isian berbeda.{narrow} {LEGEND}{left_out}"),
        table("", columns, rows, empty="Tidak ada yang berubah."),
    ]


def line(number: int, item: dict[str, Any]) -> TableRow:
    own = [field_line(field, item["deed"]) for field in item["fields"]]
    hanging = [
        f"{child['label']} {child['what']} {child['title']}: {'; '.join(field_line(f, '') for f in child['fields'])}"
        for child in item["children"]
    ]
    moved = " Dipindahkan." if item["moved"] else ""
    return TableRow(
        (
            str(number),
            item["place"],
            item["title"] or "–",
            f"{item['label']}{moved}",
            "\n".join([*own, *hanging])[:LONGEST] or "–",
        )
    )


def field_line(field: dict[str, Any], deed: str) -> str:
    """A row that came or went whole needs no marks."""
    if deed in {ADDED, REMOVED}:
        return f"{field['label']}: {field['after'] or field['before']}"
    return f"{field['label']}: {marked(outcomes.shortened(field['pieces']))}"
