"""WordprocessingML as text: paragraphs, runs, fields, links and tables. Text is escaped here and nowhere else.

Whole tables are written as one text and parsed once: building them cell by cell through objects takes minutes for a plan.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import nsdecls

from masterplan.pages import FOREIGN

SPACE = nsdecls("w", "r")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PROPERTY = re.compile(r"<w:[a-zA-Z]+[^>]*/>")
ORDER = ("b", "i", "strike", "color", "sz", "u", "vertAlign")
TWIPS_PER_MM = 56.693


def twips(millimetres: float) -> int:
    return round(millimetres * TWIPS_PER_MM)


def letters(text: str) -> str:
    """Escaped, and without what XML cannot hold."""
    return escape(UNPRINTABLE.sub("", text))


def run(text: str, *, style: str = "", properties: str = "") -> str:
    """Text with its line breaks as breaks. properties: further elements of w:rPr."""
    inner = (f'<w:rStyle w:val="{style}"/>' if style else "") + _ordered(properties)
    head = f"<w:rPr>{inner}</w:rPr>" if inner else ""
    lines = (f'<w:t xml:space="preserve">{letters(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{head}{'<w:br/>'.join(lines)}</w:r>"


def _ordered(properties: str) -> str:
    """As the schema wants them, each once."""
    return "".join(
        dict.fromkeys(
            sorted(PROPERTY.findall(properties), key=lambda found: ORDER.index(found[3:].rstrip("/>").split()[0]))
        )
    )


def words(text: str, properties: str = "") -> str:
    """Plain text as runs, foreign terms in italics as on paper."""
    parts = FOREIGN.split(text.replace("\r\n", "\n"))
    return "".join(
        run(part, properties=("<w:i/>" if place % 2 else "") + properties) for place, part in enumerate(parts) if part
    )


def paragraph(inner: str, style: str = "", properties: str = "") -> str:
    """properties: further elements of w:pPr, in the order of the schema."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    head = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    return f"<w:p>{head}{inner}</w:p>"


def field(code: str, shown: str, *, dirty: bool = False) -> str:
    """A field with what it shows until the reader's program counts for itself."""
    mark = ' w:dirty="true"' if dirty else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{mark}/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {letters(code)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmark(anchor: str) -> str:
    """A bookmark's name: letters and digits, at most 40 of them."""
    return f"b{hashlib.sha256(anchor.encode()).hexdigest()[:20]}"


def marked(inner: str, anchor: str) -> str:
    """The runs as the target of links to `anchor`."""
    if not anchor:
        return inner
    name = bookmark(anchor)
    number = int(name[1:8], 16)
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{number}"/>'


def link(inner: str, anchor: str) -> str:
    return f'<w:hyperlink w:anchor={quoteattr(bookmark(anchor))} w:history="1">{inner}</w:hyperlink>'


@dataclass(frozen=True)
class Cell:
    """One cell: paragraphs as text of XML, and how it lies in the grid."""

    inner: str
    span: int = 1
    merge: str = ""  # "restart" or "continue", for heads over two rows
    fill: str = ""
    borders: str = ""  # elements of w:tcBorders
    bottom: bool = False  # the text stands at the cell's foot

    def xml(self, width: int) -> str:
        parts = [f'<w:tcW w:w="{width}" w:type="dxa"/>']
        if self.span > 1:
            parts.append(f'<w:gridSpan w:val="{self.span}"/>')
        if self.merge:
            parts.append(f'<w:vMerge w:val="{self.merge}"/>')
        if self.borders:
            parts.append(f"<w:tcBorders>{self.borders}</w:tcBorders>")
        if self.fill:
            parts.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{self.fill}"/>')
        if self.bottom:
            parts.append('<w:vAlign w:val="bottom"/>')
        return f"<w:tc><w:tcPr>{''.join(parts)}</w:tcPr>{self.inner or '<w:p/>'}</w:tc>"


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    head: bool = False  # repeated on every page


def line(side: str, size: int, colour: str) -> str:
    """One border. size: in eighths of a point."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


def table(rows: Iterable[Row], widths: Sequence[int], style: str, *, description: str = "") -> str:
    """A table of fixed column widths in twips; rows do not break over pages."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    said = f"<w:tblDescription w:val={quoteattr(UNPRINTABLE.sub('', description)[:250])}/>" if description else ""
    head = (
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>{said}</w:tblPr>'
    )
    return f"<w:tbl>{head}<w:tblGrid>{grid}</w:tblGrid>{''.join(_row(row, widths) for row in rows)}</w:tbl>"


def _row(row: Row, widths: Sequence[int]) -> str:
    place, cells = 0, []
    for cell in row.cells:
        cells.append(cell.xml(sum(widths[place : place + cell.span])))
        place += cell.span
    repeated = "<w:tblHeader/>" if row.head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"
