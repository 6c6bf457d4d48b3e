"""The consistency list as an annex: open findings, and those that the region lets stand with their reasons."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bimtek import consistency
from bimtek.consistency import Finding, Severity
from bimtek.formats import date
from bimtek.models import Plan
from bimtek.views.places import plan_of
from masterplan import sheets
from masterplan.blocks import Block, Facts, Heading, Paragraph, TableRow
from masterplan.compose.words import col, table
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

TITLE = "Pemeriksaan Konsistensi"


def annex(plan: Plan) -> list[Block]:
    survey = consistency.survey(plan)
    blocks: list[Block] = [
        Facts(
            (
                ("Rencana", f"Masterplan Smart City {plan.region.name} {plan.first_year}–{plan.last_year}"),
                ("Diperiksa", f"{date(timezone.localdate())}, {len(consistency.RULES)} pemeriksaan"),
                ("Temuan", f"{len(survey.open)} terbuka, {len(survey.waived)} dikecualikan"),
            )
        )
    ]
    for severity in Severity:
        own = [each for each in survey.open if each.rule.severity == severity]
        if own:
            blocks += [Heading(4, str(severity.label)), _findings(own)]
    if survey.waived:
        rows = [
            TableRow((f"{n}.", each.rule.title, each.sentence, f"{waiver.reason} ({waiver.by_name})"))
            for n, (each, waiver) in enumerate(survey.waived, 1)
        ]
        columns = (col("No.", 0.4, "right"), col("Pemeriksaan", 1.4), col("Temuan", 3), col("Alasan", 2.4))
        blocks += [Heading(4, "Dikecualikan"), table("", columns, rows)]
    if not survey.open and not survey.waived:
        blocks.append(
            Paragraph("Semua pemeriksaan bersih: program, anggaran, indikator, SWOT, dan quick win saling terhubung.")
        )
    return blocks


def _findings(found: Sequence[Finding]) -> Block:
    rows = [TableRow((f"{n}.", each.rule.title, each.sentence, each.stage.roman)) for n, each in enumerate(found, 1)]
    return table(
        "", (col("No.", 0.4, "right"), col("Pemeriksaan", 1.6), col("Temuan", 4.4), col("Tahap", 0.6, "center")), rows
    )


@require_safe
@region_view(Permission.VIEW_ALL)
def consistency_pdf(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    back = reverse("bimtek:consistency", args=[region.slug, year])
    return sheets.answer(request, TITLE, annex(plan), region=region, name=f"konsistensi-{year}", back=back)
