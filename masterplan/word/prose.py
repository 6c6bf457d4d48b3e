"""Rich text that a person wrote → paragraphs of a Word file. Only what the sanitiser lets through is known here."""

from collections.abc import Callable
from html.parser import HTMLParser
from xml.sax.saxutils import quoteattr

from bimtek.richtext import sanitised
from masterplan.word import ooxml, styles

MARKS = {"strong": "<w:b/>", "em": "<w:i/>", "u": '<w:u w:val="single"/>', "s": "<w:strike/>",
         "sub": '<w:vertAlign w:val="subscript"/>', "sup": '<w:vertAlign w:val="superscript"/>'}  # fmt: skip
ORDER = ("strong", "em", "s", "u", "sub", "sup")  # as the schema wants them
BLOCKS = {"p", "h3", "h4", "blockquote", "li"}
STYLE = {"h3": "Heading4", "h4": "Heading4", "blockquote": "Kutipan"}
NewList = Callable[[bool], int]


def paragraphs(html: str, *, new_list: NewList, address: Callable[[str], str], width: int) -> str:
    """Word's XML. new_list: number of a fresh list (ordered?); address: relationship of a link out; width: of the text, twips."""
    reader = _Reader(new_list, address, width)
    reader.feed(sanitised(html))
    reader.close()
    reader.end_block()
    return "".join(reader.out)


class _Reader(HTMLParser):
    def __init__(self, new_list: NewList, address: Callable[[str], str], width: int) -> None:
        super().__init__(convert_charrefs=True)
        self.new_list, self.address, self.width = new_list, address, width
        self.out: list[str] = []
        self.runs: list[str] = []
        self.marks: list[str] = []
        self.lists: list[int] = []
        self.styles: list[str] = []
        self.table: list[list[tuple[str, int, bool]]] | None = None
        self.cell: list[str] | None = None
        self.cell_about = (1, False)
        self.href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in MARKS:
            self.marks.append(tag)
        elif tag == "br":
            self.runs.append("<w:r><w:br/></w:r>")
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""
        elif tag in ("ul", "ol"):
            self.end_block()
            self.lists.append(self.new_list(tag == "ol"))
        elif tag in BLOCKS:
            self.end_block()
            self.styles.append(STYLE.get(tag, ""))
        elif tag == "table" and self.table is None:
            self.end_block()
            self.table = []
        elif tag == "tr" and self.table is not None:
            self.table.append([])
        elif tag in ("td", "th") and self.table is not None:
            span = dict(attrs).get("colspan") or "1"
            self.cell, self.cell_about = [], (int(span), tag == "th")

    def handle_endtag(self, tag: str) -> None:
        if tag in MARKS and tag in self.marks:
            self.marks.remove(tag)
        elif tag == "a":
            self.href = ""
        elif tag in ("ul", "ol"):
            self.end_block()
            self.lists = self.lists[:-1]
        elif tag in BLOCKS:
            self.end_block()
            self.styles = self.styles[:-1]
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "table":
            self._end_table()

    def handle_data(self, data: str) -> None:
        if not data.strip() and not self.runs:
            return
        marks = "".join(MARKS[mark] for mark in ORDER if mark in self.marks)
        made = ooxml.words(data.replace("\n", " "), marks)
        self.runs.append(
            f"<w:hyperlink r:id={quoteattr(self.address(self.href))}>{made}</w:hyperlink>" if self.href else made
        )

    def end_block(self) -> None:
        """What was said so far becomes a paragraph."""
        if not self.runs:
            return
        inner, self.runs = "".join(self.runs), []
        if self.cell is not None:
            self.cell.append(ooxml.paragraph(inner, "KepalaSel" if self.cell_about[1] else "Sel"))
            return
        style = next((style for style in reversed(self.styles) if style), "")
        if self.lists:
            place = min(len(self.lists) - 1, 8)
            listed = f'<w:numPr><w:ilvl w:val="{place}"/><w:numId w:val="{self.lists[-1]}"/></w:numPr>'
            self.out.append(ooxml.paragraph(inner, style or "Daftar", listed))
        else:
            self.out.append(ooxml.paragraph(inner, style))

    def _end_cell(self) -> None:
        self.end_block()
        if self.table and self.cell is not None:
            self.table[-1].append(("".join(self.cell), *self.cell_about))
        self.cell = None

    def _end_table(self) -> None:
        rows = [row for row in self.table or [] if row]
        self.table = None
        if not rows:
            return
        columns = max(sum(span for _, span, _ in row) for row in rows)
        widths = [self.width // columns] * columns
        made = []
        for place, row in enumerate(rows):
            free = columns - sum(span for _, span, _ in row)
            cells = [ooxml.Cell(inner, span) for inner, span, _ in row] + [ooxml.Cell("")] * free
            made.append(ooxml.Row(tuple(cells), head=not place and all(head for _, _, head in row)))
        self.out += [ooxml.table(made, widths, styles.DATA), ooxml.paragraph("", "Sumber")]
