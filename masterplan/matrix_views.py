"""The response matrix of a round, on screen, as PDF and as a workbook: comment, response, what changed, and where it stands in the books."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bimtek import matrix
from bimtek.exchange.table import Head, as_file, build
from bimtek.matrix import Line
from bimtek.models import Plan, Stage
from bimtek.views.places import frame_context, plan_of, stage_of
from masterplan import book_pages, sheets
from masterplan.blocks import Block, Paragraph, TableRow
from masterplan.book_pages import BookPages
from masterplan.compose.words import col, table
from masterplan.paper_marks import LEGEND, marked
from regions import audit
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region


@dataclass(frozen=True)
class Round:
    """One round's matrix: its lines, each with its page."""

    number: int
    lines: list[tuple[Line, str]]
    books: BookPages

    @property
    def name(self) -> str:
        return f"Putaran {self.number}" if self.number else "Sebelum pengajuan pertama"


def round_of(request: RegionRequest, plan: Plan, stage: Stage) -> tuple[Round | None, list[tuple[int, int]]]:
    """The round that ?putaran names (the newest without it) and all rounds; 404 for one that has no threads."""
    known = matrix.rounds(plan, stage)
    numbers = [number for number, _ in known]
    wanted = request.GET.get("putaran", "")
    if not wanted:
        chosen = numbers[-1] if numbers else None
    elif wanted.isascii() and wanted.isdigit() and len(wanted) < 4 and int(wanted) in numbers:
        chosen = int(wanted)
    else:
        raise Http404("Putaran itu tidak ada pada tahap ini.")
    if chosen is None:
        return None, known
    lines, books = matrix.lines(plan, stage, chosen), book_pages.newest(plan)
    codes, names = matrix.codes_of(plan, lines), matrix.names_of(plan, lines)
    paged = [(line, books.of(*matrix.source_of(line, codes), matrix.words_of(line, names))) for line in lines]
    return Round(chosen, paged, books), known


@require_safe
@region_view(Permission.VIEW_ALL)
def response_matrix(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    plan, at = plan_of(region, year), stage_of(stage)
    found, known = round_of(request, plan, at)
    chips = [
        {"label": f"Putaran {number}" if number else "Sebelum diajukan", "url": f"?putaran={number}", "count": count, "on": found is not None and number == found.number}
        for number, count in known
    ]  # fmt: skip
    context = frame_context(plan, request.access, stage=at) | {"round": found, "chips": chips}
    return render(request, "masterplan/matrix.html", context)


@require_safe
@region_view(Permission.VIEW_ALL)
def matrix_pdf(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    plan, at = plan_of(region, year), stage_of(stage)
    found, _ = round_of(request, plan, at)
    if found is None:
        raise Http404("Belum ada komentar pada tahap ini.")
    title = f"Matriks Tanggapan Tahap {at.roman}, {found.name}"
    name = f"matriks-tanggapan-tahap-{stage}-putaran-{found.number}"
    back = reverse("masterplan:matrix", args=[region.slug, year, stage])
    return sheets.answer(request, title, blocks(plan, at, found), region=region, landscape=True, name=name, back=back)


@require_safe
@region_view(Permission.VIEW_ALL)
def matrix_xlsx(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    """The same rows as the paper, as text cells only."""
    plan, at = plan_of(region, year), stage_of(stage)
    found, _ = round_of(request, plan, at)
    if found is None:
        raise Http404("Belum ada komentar pada tahap ini.")
    title = f"Matriks Tanggapan Tahap {at.roman}, {found.name}"
    heads = [Head(head, width) for head, _, width in COLUMNS]
    rows = (cells(line, page) for line, page in found.lines)
    content = build("Matriks tanggapan", heads, rows, notes=[title, intro(plan, at, found), pages_note(found)])
    audit.downloaded(request.access, f"{title} (Excel)", about=plan, method=request.method or "")
    return as_file(content, f"matriks-tanggapan-tahap-{stage}-putaran-{found.number}-{region.slug}.xlsx")


COLUMNS = (
    ("No.", 0.35, 6), ("Bagian", 1.3, 26), ("Komentar", 2.4, 48), ("Tanggapan", 2.2, 44), ("Yang berubah", 2.4, 48),
    ("Halaman di buku", 0.95, 22), ("Keadaan", 0.8, 14),
)  # fmt: skip
"""Title, share of the paper's width, width of the workbook's column in signs."""


def blocks(plan: Plan, stage: Stage, found: Round) -> list[Block]:
    """The paper: one line a comment."""
    columns = tuple(col(title, share, "right" if title == "No." else "left") for title, share, _ in COLUMNS)
    rows = [TableRow(cells(line, page)) for line, page in found.lines]
    return [Paragraph(intro(plan, stage, found)), table("", columns, rows, note=pages_note(found))]


def intro(plan: Plan, stage: Stage, found: Round) -> str:
    return f"Reviu {stage.label}, Masterplan Smart City {plan.region.name}. {len(found.lines)} komentar. {LEGEND}"


def pages_note(found: Round) -> str:
    if not found.books.printed:
        return "Buku belum pernah dicetak."
    return f"Halaman menurut cetakan {found.books.printed}. “Mulai hlm.” menyebut awal subbabnya."


def cells(line: Line, page: str) -> tuple[str, ...]:
    thread = line.thread
    kind = "" if not thread.is_request else f"[{thread.get_kind_display()}] "
    quote = f"“{thread.passage}”\n" if thread.passage else ""
    wording = f"\nUsulan: {thread.wording}" if thread.wording else ""
    return (
        str(line.number),
        line.place,
        f"{quote}{kind}{line.comment}{wording}\n{line.by}",
        "\n".join(f"{who}: {text}" for who, text in line.responses) or "–",
        changed(line) or "–",
        page or "–",
        str(thread.get_state_display()),
    )


def changed(line: Line) -> str:
    if line.unchanged:
        return "Belum berubah."
    found = [": ".join(part for part in (told.label, marked(told.pieces)) if part) for told in line.told]
    return "\n".join([*found, *([f"Dan {line.more} lagi."] if line.more else [])])
