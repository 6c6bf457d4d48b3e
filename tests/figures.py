"""Random small plans with money, what their totals must be, and how web, workbook and book tell them.

`drawn` keeps every budget line beside the database, and `Truth` sums those in plain words: no figure that is expected
comes out of the product's own sums.
"""

import io
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl

from bimtek.framework import framework
from bimtek.models import BudgetLine, Plan, Programme
from masterplan import outline, pages, units
from masterplan.assets import assets_of
from masterplan.books import Book, Chapter, Content
from masterplan.compose.edition import edition
from masterplan.compose.material import gather
from masterplan.cutting import pieces
from masterplan.numbering import references
from regions.models import Opd, Region
from tests.factories import make_plan
from tests.programs import office_path

SUBS = [f"{dimension}-{number}" for dimension in ("SG", "SB", "SE", "SL", "SS", "SV") for number in (1, 2, 3)]
OFFICES = (
    ("Dinas Kesehatan", "Dinkes"), ("Dinas Pendidikan", ""), ('Badan "Pusat" & Daerah', ""), ("Kecamatan Utara", "Kec*"),
    ("Kecamatan Selatan", "Kec?"), ("=Bagian Umum", ""), ("Dinas Kebersihan dan Pertamanan Kota yang Panjang Namanya", "DKP"),
)  # fmt: skip
TERMS = ("pendek", "menengah", "panjang", "")
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class Line:
    """One budget line as it was drawn, with everything it counts under."""

    code: str
    dimension: str
    sub_dimension: str
    opd: str
    short: str
    term: str
    priority: Any
    year: int
    source: str
    amount: int


@dataclass
class Drawn:
    """A plan with all its programmes' codes and lines."""

    plan: Plan
    codes: dict[str, tuple[str, str]]
    """Code → dimension and term."""
    lines: list[Line]


def drawn(region: Region, seed: int, *, programmes: int | None = None, cohort: int = 2022) -> Drawn:
    """A plan of its own cohort: terms, years, sources, priorities and offices as the dice fall, some left out."""
    dice = random.Random(seed)
    plan = make_plan(region, cohort=cohort, years=dice.choice((5, 10, 10, 7)))
    plan.short_until = plan.first_year + dice.choice((0, 0, 1))
    plan.medium_until = min(plan.short_until + dice.choice((2, 4)), plan.last_year)
    plan.save()
    offices = [Opd.objects.get_or_create(region=region, name=n, defaults={"abbreviation": a})[0] for n, a in OFFICES]
    own: dict[str, Any] = {"region": region, "plan": plan}
    rows: list[Programme] = []
    lines: list[Line] = []
    scale = dice.choice((1, 10**6, 10**6))
    for number in range(programmes if programmes is not None else dice.randint(1, 9)):
        row = _programme(dice, own, number, offices)
        rows.append(row)
        lines += _lines(dice, row, plan, scale, full=programmes is not None)
    Programme.objects.bulk_create(rows)
    by_code = {row.code: row for row in rows}
    BudgetLine.objects.bulk_create(
        (
            BudgetLine(**own, programme=by_code[line.code], year=line.year, source=line.source, amount=line.amount)
            for line in lines
        ),
        batch_size=2000,
    )
    return Drawn(plan, {row.code: (row.sub_dimension[:2], _term(row, plan)) for row in rows}, lines)


def _programme(dice: random.Random, own: dict[str, Any], number: int, offices: Sequence[Opd]) -> Programme:
    """Codes as people write them: "1.1" and "1.10" are two."""
    plan = own["plan"]
    sub = dice.choice(SUBS)
    code = f"{sub}.{number:02}" if number > 14 or dice.random() < 0.5 else f"1.{number // 2}{'0' * (number % 2)}"
    start = dice.choice((None, *plan.years, *plan.years, plan.first_year - 1))
    end = dice.choice(
        (None, plan.last_year, min(plan.last_year + dice.choice((0, 0, 1)), start + 2 if start else 3000))
    )
    return Programme(
        **own, code=code, sub_dimension=sub, name="Program " + "".join(LETTERS[int(digit)] for digit in str(number)),
        opd=dice.choice((None, *offices, *offices)), start_year=start, end_year=max(end, start) if start and end else end,
        priority=dice.choice((None, 1, 2, 3)),
    )  # fmt: skip


def _term(row: Programme, plan: Plan) -> str:
    """Said again in other words than bimtek.rollups: where it starts, if all its years lie in the plan."""
    known = [year for year in (row.start_year, row.end_year) if year]
    if not row.start_year or min(known) < plan.first_year or max(known) > plan.last_year:
        return ""
    return TERMS[(row.start_year > plan.short_until) + (row.start_year > plan.medium_until)]


def _lines(dice: random.Random, row: Programme, plan: Plan, scale: int, *, full: bool) -> Iterable[Line]:
    """A few lines, or with `full` three sources in every year; now and then one outside the plan's years."""
    sources = list(BudgetLine.Source.values)
    places = [(year, source) for year in plan.years for source in dice.sample(sources, 3)]
    if not full:
        places = dice.sample(places, dice.randint(0, 4))
        if dice.random() < 0.1:
            places.append((plan.last_year + 1, dice.choice(sources)))
    for year, source in places:
        amount = dice.choice((0, 1, 750, dice.randint(1, 10**6), dice.randint(1, 10**5))) * scale
        name, short = (row.opd.name, str(row.opd)) if row.opd else ("", "")
        yield Line(
            row.code, row.sub_dimension[:2], row.sub_dimension, name, short, _term(row, plan), row.priority or "", year, source, amount
        )  # fmt: skip


class Truth:
    """What the totals must be."""

    def __init__(self, drawn: Drawn) -> None:
        self.plan, self.codes, self.lines = drawn.plan, drawn.codes, drawn.lines

    def total(self, **where: Any) -> int:
        return sum(line.amount for line in self.lines if all(getattr(line, k) == v for k, v in where.items()))

    def by(self, *sides: str) -> dict[Any, int]:
        found: dict[Any, int] = defaultdict(int)
        for line in self.lines:
            values = tuple(getattr(line, side) for side in sides)
            found[values if len(sides) > 1 else values[0]] += line.amount
        return {key: amount for key, amount in found.items() if amount}


# --- the web ---------------------------------------------------------------------------------------------------------


class Tables(HTMLParser):
    """The tables of a page: captions, and rows of the words in their cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[list[str]]]] = []
        self.words: list[str] | None = None
        self.quiet = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.found.append(("", []))
        elif tag == "tr" and self.found:
            self.found[-1][1].append([])
        elif tag in ("td", "th", "caption"):
            self.words = []

    def handle_endtag(self, tag: str) -> None:
        if self.words is None or tag not in ("td", "th", "caption"):
            return
        text = " ".join("".join(self.words).split())
        if tag == "caption":
            self.found[-1] = (text, self.found[-1][1])
        else:
            self.found[-1][1][-1].append(text)
        self.words = None

    def handle_data(self, data: str) -> None:
        if self.words is not None:
            self.words.append(data)

    def of(self, beginning: str) -> tuple[str, list[list[str]]]:
        return next((caption, rows) for caption, rows in self.found if caption.startswith(beginning))


def read_figure(text: str, unit: str) -> int:
    """'1.250' of a table in million rupiah → 1250000000; a dash is nothing."""
    if text in ("", "–"):
        return 0
    return int(text.removeprefix("Rp").replace(".", "")) * (10**6 if "juta" in unit else 1)


# --- the workbook ----------------------------------------------------------------------------------------------------

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def recalculated(books: Sequence[bytes], folder: Path) -> list[bytes]:
    """The workbooks opened, computed anew and saved by one LibreOffice; what a formula's cell said before is not believed."""
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    paths = [folder / f"{number:04}.xlsx" for number in range(len(books))]
    for path, book in zip(paths, books, strict=True):
        path.write_bytes(book)
    command = [
        office_path(),
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(out),
    ]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=900 + 30 * len(books))
    return [(out / path.name).read_bytes() for path in paths]


class Workbook:
    """What the sheets say, by their titles."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)

    def sums_of_programmes(self) -> dict[str, int]:
        page = self.book["Program"]
        heads = [cell.value for cell in page[2]]
        code = next(at for at, head in enumerate(heads) if head in ("Kode", "Kode *"))
        total = heads.index("Jumlah anggaran (dihitung)")
        return {row[code]: row[total] for row in page.iter_rows(min_row=3, values_only=True) if row[code]}

    def block(self, title: str) -> tuple[list[Any], dict[str, list[int]]]:
        """Heads and lines of one block of the recap sheet, its sums under 'Jumlah'."""
        rows = [[*row] for row in self.book["Rekap"].iter_rows(values_only=True)]
        at = next(number for number, row in enumerate(rows) if str(row[0]).startswith(title))
        width = rows[at + 1].index("Jumlah")
        found = {}
        for row in rows[at + 2 :]:
            found[str(row[0])] = row[1 : width + 1]
            if row[0] == "Jumlah":
                return rows[at + 1][1:width], found
        raise AssertionError(f"{title} has no sum")

    @property
    def differences(self) -> list[int]:
        return [row[1] for row in self.book["Rekap"].iter_rows(values_only=True) if str(row[0]).startswith("Selisih")]


# --- the book --------------------------------------------------------------------------------------------------------

SOURCES = (
    "programme_summary", "budget_recap", "budget_by_source", "budget_by_opd", "programme_table", "roadmap_table",
)  # fmt: skip
FIGURE = re.compile(r"\d{1,3}(?:\.\d{3})*|–")


def budget_pages(plan: Plan) -> str:
    """The text of the pages that tell money, composed and printed as a book's are, in the order that they are read."""
    material = gather(plan)
    blocks = tuple(block for source in SOURCES for block in outline.COMPOSERS[source](material, ""))
    chapter = Chapter("uji", 4, "Rencana Aksi", blocks)
    content = Content(edition(material), (Book("buku-2", 2, "Masterplan", "Buku Uji", (chapter,)),))
    refs = references(content)
    texts = []
    for piece in pieces(content.books[0], chapter):
        html = pages.chapter_html(content.edition, piece, refs)
        pdf = units.render_bytes(html, assets_of(piece.blocks, {}), name=piece.name)
        done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True)
        texts.append(done.stdout.decode())
    return "\n".join(texts)


class Pages:
    """The text of a book's pages: its sentences, and the figures of each table in reading order."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        starts = [*re.finditer(r"(?:Tabel|Gambar) \d\.\d+ (?=[A-Z])", self.text)]
        ends = [*(each.start() for each in starts[1:]), len(self.text)]
        self.parts = [self.text[each.end() : end] for each, end in zip(starts, ends, strict=True)]

    def figures(self, caption: str) -> list[str]:
        """What stands in the cells under this caption, headings (years) and words left out, up to the table's source line."""
        (part,) = [part for part in self.parts if part.startswith(caption)]
        body = part.removeprefix(caption).split(" Sumber: ")[0].split(" Angka dalam ")[0]
        return [word for word in body.split() if FIGURE.fullmatch(word)]

    def unit(self, caption: str) -> str:
        (part,) = [part for part in self.parts if part.startswith(caption)]
        return "juta rupiah" if "juta rupiah" in part else "rupiah"


def dimension_names(plan: Plan) -> dict[str, str]:
    return {each.code: each.name for each in framework(plan.framework).dimensions}
