"""The content of a print as a workbook, which goes along in its PDF: all tables by chapter, programmes and quick wins a row each.

Made of the frozen content and nothing else, so it says what the book says and holds no more about people than the book does
(the workbook of bimtek.exchange carries NIP and the keys of rows, which no public file may). The same content gives the same bytes.
"""

import datetime
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter

from masterplan.blocks import Block, Facts, Heading, QuickWinPage, Swot, Table
from masterplan.books import Chapter, Content
from masterplan.numbering import Entry, numbered

NUMBER = re.compile(r"-?\d{1,3}(\.\d{3})*(,\d+)?|-?\d+(,\d+)?")
WRITTEN = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
UNWANTED = re.compile(r"[\[\]:*?/\\']")
LONGEST = 32_000  # letters that a cell holds
INDEX, PROGRAMMES, QUICK_WINS = "Daftar", "Program", "Quick win"
WIDE, NARROW = 34, 14

Rows = list[dict[str, str]]


def from_json(data: bytes) -> bytes:
    """`data`: canonical JSON of a Content."""
    return build(Content.from_json(json.loads(data)))


def build(content: Content) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": f"{content.edition.title} {content.edition.period}",
                "author": f"Pemerintah {content.edition.region}",
                "created": WRITTEN,
            }
        )
        _Writer(book, content).write()
    return out.getvalue()


class _Writer:
    def __init__(self, book: "xlsxwriter.Workbook", content: Content) -> None:
        self.book, self.content = book, content
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": "#e9f0f1", "bottom": 1}
        )
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.number = book.add_format({"num_format": "#,##0.####", "valign": "top"})
        self.names: set[str] = set()
        self.listed: list[tuple[str, str, str]] = []

    def write(self) -> None:
        index = self.sheet(INDEX)
        self.table_of(PROGRAMMES, _programmes(self.content))
        self.table_of(QUICK_WINS, _quick_wins(self.content))
        for book in self.content.books:
            for chapter in book.chapters:
                found = [
                    (block, entry)
                    for block, entry in numbered(book, chapter)
                    if isinstance(block, Table | Swot) and entry
                ]
                if found:
                    self.chapter(f"B{book.number} {chapter.numeral} {chapter.title}", found)
        self.index(index)

    def sheet(self, name: str) -> "xlsxwriter.worksheet.Worksheet":
        """At most 31 letters, none twice."""
        short = UNWANTED.sub(" ", name)[:31].strip()
        place = 1
        while short.casefold() in self.names:
            place += 1
            short = f"{short[:28]} {place}"
        self.names.add(short.casefold())
        return self.book.add_worksheet(short)

    def index(self, sheet: "xlsxwriter.worksheet.Worksheet") -> None:
        edition = self.content.edition
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 16)
        sheet.set_column(2, 2, 90)
        sheet.write_string(
            0,
            0,
            f"{edition.title} {edition.period}, {edition.version}, {edition.date}",
            self.book.add_format({"bold": True}),
        )
        for column, title in enumerate(("Lembar", "Nomor", "Isi")):
            sheet.write_string(2, column, title, self.head)
        for row, (where, sign, caption) in enumerate(self.listed, start=3):
            sheet.write_url(row, 0, f"internal:'{where}'!A1", string=where)
            sheet.write_string(row, 1, sign)
            sheet.write_string(row, 2, caption[:LONGEST])

    def table_of(self, name: str, rows: Rows) -> None:
        """One row a thing; a column for every label that any of them has."""
        if not rows:
            return
        sheet = self.sheet(name)
        labels = list(dict.fromkeys(label for row in rows for label in row))
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(labels) - 1, WIDE)
        self.line(sheet, 0, labels, self.head)
        for place, row in enumerate(rows, start=1):
            self.line(sheet, place, [row.get(label, "") for label in labels], self.text)
        self.listed.append((sheet.get_name(), f"{len(rows)} baris", name))

    def chapter(self, name: str, found: Sequence[tuple[Block, Entry]]) -> None:
        sheet, row = self.sheet(name), 0
        sheet.set_column(0, 0, NARROW)
        sheet.set_column(1, 15, WIDE)
        for block, entry in found:
            caption = getattr(block, "caption", "")
            sheet.write_string(row, 0, f"{entry.label} {caption}"[:LONGEST], self.bold)
            self.listed.append((sheet.get_name(), entry.label, caption))
            row = (self.swot if isinstance(block, Swot) else self.table)(sheet, row + 1, block) + 2  # type: ignore[arg-type]

    def table(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, block: Table) -> int:
        titles = [
            " ".join(part for part in (each.group, each.title, f"({each.unit})" if each.unit else "") if part)
            for each in block.columns
        ]
        self.line(sheet, row, titles, self.head)
        for each in block.rows:
            row += 1
            style = self.text if each.kind == "row" else self.bold
            self.line(
                sheet,
                row,
                each.cells,
                style,
                numeric={place for place, column in enumerate(block.columns) if column.align == "right"},
            )
        for text in (block.note, f"Sumber: {block.source}" if block.source else ""):
            if text:
                row += 1
                sheet.write_string(row, 0, text[:LONGEST])
        return row

    def swot(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, block: Swot) -> int:
        quarters = {
            "Kekuatan": block.strengths,
            "Kelemahan": block.weaknesses,
            "Peluang": block.opportunities,
            "Ancaman": block.threats,
        }
        for name, points in quarters.items():
            for point in points:
                self.line(sheet, row, (name, point), self.text)
                row += 1
        return row

    def line(
        self,
        sheet: "xlsxwriter.worksheet.Worksheet",
        row: int,
        cells: Iterable[str],
        style: object,
        numeric: Iterable[int] = (),
    ) -> None:
        """Text stays text; figures of the columns named become numbers."""
        for column, text in enumerate(cells):
            if column in numeric and NUMBER.fullmatch(text):
                sheet.write_number(row, column, float(text.replace(".", "").replace(",", ".")), self.number)
            else:
                sheet.write_string(row, column, text[:LONGEST], style)


def _programmes(content: Content) -> Rows:
    """The cards: a heading with code and name, then everything known of the programme."""
    found: dict[str, dict[str, str]] = {}
    for chapter in _chapters(content):
        for before, block in zip(chapter.blocks, chapter.blocks[1:], strict=False):
            if isinstance(before, Heading) and isinstance(block, Facts) and block.dense:
                code, _, name = before.text.partition(" ")
                found.setdefault(code, {"Kode": code, "Program": name, **dict(block.pairs)})
    return list(found.values())


def _quick_wins(content: Content) -> Rows:
    return [
        {"Dimensi": block.dimension, "Quick win": block.name, "Manfaat": block.summary, **dict(block.facts), **dict(block.sections), **dict(block.targets),
         **{f"Risiko: {label.lower()}": text for label, text in block.risks}, "Progres (%)": "" if block.progress is None else str(block.progress)}
        for chapter in _chapters(content) for block in chapter.blocks if isinstance(block, QuickWinPage)
    ]  # fmt: skip


def _chapters(content: Content) -> Iterator[Chapter]:
    for book in content.books:
        yield from book.chapters
