"""The screen that matches the columns of a table that is not our workbook: sheet, heading row, section, then column by column."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bimtek.exchange import imports, naming, strangers, yearly
from bimtek.exchange.sheets import RUPIAH, Sheet, sheets_of
from bimtek.models import BudgetLine, Plan, WorkbookImport
from bimtek.views.exchange import shown_upload, upload_of
from bimtek.views.places import frame_context
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

PREVIEW = 4  # rows shown under the headings


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.FILL)
def match_columns(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    """?lembar, ?judul and ?bagian choose the table; a POST says what its columns mean.

    k<column> is the name of ours, s<column> the source of money in a year's column, satuan how many rupiah one counts for,
    subdimensi where new programmes belong that do not say it.
    """
    plan, row = upload_of(request, region, year, upload)
    if row.state != WorkbookImport.State.MATCHING:
        return redirect("bimtek:upload", region.slug, year, upload)
    asked = request.POST if request.method == "POST" else request.GET
    sheets = sheets_of(plan, request.access)
    table = Table((row.outcome or {}).get("samples", []), sheets, plan, asked)
    refusal = ""
    if request.method == "POST":
        picked = picked_in(asked)
        try:
            imports.match(
                row, table.at, table.heading, table.sheet.key, picked,
                unit=table.unit, sub_dimension=table.sub_dimension, access=request.access,
            )  # fmt: skip
        except ValidationError as error:
            refusal, table.columns = (
                " ".join(error.messages),
                {value: int(key) for key, value in picked.items() if value},
            )
        else:
            return redirect("bimtek:upload", region.slug, year, upload)
    context = shown_upload(plan, row) | frame_context(plan, request.access) | {"table": table, "refusal": refusal}
    return render(request, "bimtek/exchange/match.html", context, status=422 if refusal else 200)


def picked_in(asked: Any) -> dict[str, str]:
    """Their column's number → the name of ours; a year's money with the source that was chosen for it."""
    picked = {name[1:]: str(value) for name, value in asked.items() if name[:1] == "k" and name[1:].isdecimal()}
    for number, name in picked.items():
        source = asked.get(f"s{number}", "")
        if source and name.startswith(yearly.MONEY) and name != yearly.SOURCE:
            picked[number] = f"{name}-{source}"
    return picked


class Table:
    """The table being matched: what was asked for, or what is most likely."""

    def __init__(self, samples: list[dict[str, Any]], sheets: list[Sheet], plan: Plan, asked: Any) -> None:
        self.samples, self.sheets, self.years = samples, sheets, plan.years
        self.at = _number(asked.get("lembar", ""), len(samples) - 1, 0)
        self.sample = samples[self.at]
        rows = [number for number, _ in self.sample["rows"]]
        wanted = _number(asked.get("judul", ""), max(rows), 0)
        self.heading = wanted if wanted in rows else strangers.heading_row(self.sample, sheets)
        self.cells = strangers.cells_at(self.sample, self.heading)
        known = {sheet.key: sheet for sheet in sheets}
        self.sheet = known.get(asked.get("bagian", "")) or strangers.likely_section(self.cells, sheets, plan.years)
        self.columns = strangers.suggested(self.cells, self.sheet, plan.years)
        said = str(yearly.unit_said(self.sample, self.heading) or 1)
        self.unit = _number(asked.get("satuan", said), max(yearly.UNITS), 0, longest=10)
        self.sub_dimension = asked.get("subdimensi", "")

    @property
    def units(self) -> dict[int, str]:
        """How money may be counted, for a section that has money."""
        money = self.sheet.key == yearly.WIDE or any(column.kind == RUPIAH for column in self.sheet.columns)
        return yearly.UNITS if money else {}

    @property
    def sub_dimensions(self) -> dict[str, str]:
        return strangers.sub_dimensions(self.sheet)

    @property
    def given(self) -> str:
        """The column that new rows are given where they do not say it; it need not be among theirs."""
        kind = naming.KINDS.get(self.sheet.key)
        return kind.given if kind else ""

    @property
    def yearly(self) -> dict[str, str]:
        """What a column of one year may be, without sources."""
        return {name: title for name, title in yearly.names(self.sheet, self.years).items() if "," not in title}

    @property
    def sources(self) -> list[tuple[str, str]]:
        return BudgetLine.Source.choices if self.sheet.key == yearly.WIDE else []

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows that may be the headings, by their first words."""
        return [
            {"number": number, "text": " · ".join(list(cells.values())[:5])[:90], "on": number == self.heading}
            for number, cells in self.sample["rows"][: strangers.HEADINGS_WITHIN]
        ]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Their columns, each with what it holds and what of ours it may be."""
        below = [cells for number, cells in self.sample["rows"] if number > self.heading][:PREVIEW]
        ours = {column: name for name, column in self.columns.items()}
        return [
            {
                "number": number,
                "title": text,
                "name": yearly.split(ours.get(int(number), ""))[0],
                "source": yearly.split(ours.get(int(number), ""))[1],
                "values": [cells.get(number, "") for cells in below],
            }
            for number, text in self.cells.items()
        ]


def _number(text: str, most: int, otherwise: int, *, longest: int = 5) -> int:
    fits = text.isascii() and text.isdecimal() and len(text) <= longest
    return int(text) if fits and int(text) <= most else otherwise


@require_POST
@region_view(Permission.FILL)
def match_again(request: RegionRequest, region: Region, year: int, upload: UUID) -> HttpResponse:
    _, row = upload_of(request, region, year, upload)
    try:
        imports.match_again(row, access=request.access)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    except FileNotFoundError:
        messages.error(request, "Berkas unggahan ini tidak ada lagi. Unggah lagi.")
    return redirect("bimtek:upload", region.slug, year, upload)
