"""A book as a Word file, from the same blocks as the PDF: real headings, captions, tables and pages turned where they must be.

The file is for reading, quoting and printing: editing stays in the product, and its second page says so.
"""

import datetime
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Emu
from lxml import etree

from masterplan.binding import DEEPEST, LISTS
from masterplan.blocks import Block
from masterplan.books import Book, Chapter, Content, FrontMatter
from masterplan.numbering import Entry, chapter_anchor, entries, numbered, references
from masterplan.units import Asset
from masterplan.word import bodies, ooxml, styles
from masterplan.word.ooxml import SPACE, paragraph, run, twips, words

EDITING = (
    "Berkas Word ini salinan untuk dibaca, dikutip, dan dicetak. Penyuntingan tetap dilakukan di aplikasi Masterplan Smart City: "
    "perubahan pada berkas ini tidak masuk ke rencana daerah dan hilang pada cetakan berikutnya."
)
COUNTING = "Nomor halaman dihitung oleh pengolah kata: pilih seluruh isi (Ctrl+A), lalu tekan F9."
EMU_PER_TWIP = 635
TALLEST = {False: twips(195), True: twips(130)}  # of a picture on an upright and a turned page
EPOCH = (1980, 1, 1, 0, 0, 0)


def write(
    content: Content,
    books: list[Book],
    title: str,
    assets: Mapping[str, Asset],
    target: Path,
    *,
    when: datetime.datetime,
) -> None:
    """Writes one book, or several in one file. assets: pictures by name (charts as PNG). The same input gives the same bytes."""
    writer = _Writer(content, books, assets)
    writer.cover(title)
    writer.front()
    for book in books:
        for chapter in book.chapters:
            writer.chapter(book, chapter)
    target.write_bytes(writer.finished(title, when))


class _Writer:
    def __init__(self, content: Content, books: list[Book], assets: Mapping[str, Asset]) -> None:
        self.edition, self.books, self.assets = content.edition, books, assets
        self.refs = references(content)
        self.document: Any = Document()
        styles.dress(self.document)
        self.body = self.document.element.body
        self.last = self.body.sectPr
        self.heads: list[tuple[str, str] | None] = []  # running head and page prefix of each section; None: as before
        self.turned = False

    # --- parts ---------------------------------------------------------------------------------------------------

    def cover(self, title: str) -> None:
        edition = self.edition
        if edition.emblem in self.assets:
            self.add(paragraph(self.picture(edition.emblem, f"Lambang {edition.region}", 0.2)))
        self.add(paragraph(words(f"Pemerintah {edition.region}\nProvinsi {edition.province}", "<w:b/>"), "Subtitle"))
        self.add(paragraph("", "", '<w:spacing w:before="2400"/>'))
        number = f"Buku {self.books[0].number}" if len(self.books) == 1 else ""
        self.add(paragraph(words(number, "<w:b/>"), "Subtitle") if number else "")
        self.add(paragraph(words(title), "Title"))
        if edition.period not in title:
            self.add(paragraph(words(edition.period, "<w:b/>"), "Subtitle"))
        state = f"{'DRAF · ' if edition.draft else ''}{edition.version} · {edition.date}"
        self.add(paragraph(run(state, properties="<w:b/>"), "Subtitle"))
        self.add(paragraph(words(f"{edition.programme}, {edition.cohort}\n{edition.ministry}"), "Subtitle"))
        if edition.legal_basis:
            self.add(paragraph(words(f"Ditetapkan dengan {edition.legal_basis}")))
        self.add(paragraph(words(EDITING), "Catatan", '<w:spacing w:before="1200"/>'))
        self.end_section(None, style="")

    def front(self) -> None:
        matters = self.books[0].front
        self.running = self.books[0].running if len(self.books) == 1 else self.edition.title
        for place, matter in enumerate(matters):
            breaks = "<w:pageBreakBefore/>" if place else ""
            self.add(paragraph(words(matter.title), "Heading1", breaks))
            if matter.kind in LISTS:
                self.add(self.listed(matter))
            pairs = (
                dict(pair for book in self.books for each in book.front for pair in each.pairs) if matter.pairs else {}
            )
            if pairs:
                widths = [twips(30), bodies.WIDTH - twips(30)]
                rows = [
                    ooxml.Row(
                        (ooxml.Cell(paragraph(run(short), "KepalaSel")), ooxml.Cell(paragraph(words(long), "Sel")))
                    )
                    for short, long in sorted(pairs.items())
                ]
                self.add(ooxml.table(rows, widths, styles.DATA))
            for block in matter.blocks:
                self.block(block, None)
        if matters:
            self.end_section((f"{self.running} · {self.edition.region}", ""), style="lowerRoman", restart=True)

    def listed(self, matter: FrontMatter) -> str:
        """Contents, or the list of tables or figures: links with page fields, which the reader's program counts."""
        numerals, made = self.numerals(), []
        for book in self.books:
            lines = [entry for entry in entries(book) if entry.kind in LISTS[matter.kind] and entry.level <= DEEPEST]
            if len(self.books) > 1 and lines:
                made.append((run(f"Buku {book.number}  ") + words(book.title), "TOC1", ""))
            made += [self.list_line(entry, numerals[entry.anchor]) for entry in lines]
        if not made:
            return paragraph(run("Tidak ada."), "Sumber")
        if matter.kind != "contents":
            return paragraph(run(COUNTING), "Sumber") + "".join(paragraph(*each) for each in made)
        start = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        made[0] = (start + made[0][0], *made[0][1:])
        made[-1] = (made[-1][0] + '<w:r><w:fldChar w:fldCharType="end"/></w:r>', *made[-1][1:])
        return paragraph(run(COUNTING), "Sumber") + "".join(paragraph(*each) for each in made)

    def list_line(self, entry: Entry, numeral: str) -> tuple[str, str, str]:
        sign = entry.label if entry.kind in ("table", "figure") else entry.sign
        style = f"TOC{min(entry.level, 3)}" if entry.level else "TableofFigures"
        page = run(f"{numeral}-") + ooxml.field(f"PAGEREF {ooxml.bookmark(entry.anchor)} \\h", "…", dirty=True)
        text = run(f"{sign}  ") + words(entry.text) + "<w:r><w:tab/></w:r>" + page
        return (
            ooxml.link(text, entry.anchor),
            style,
            f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{bodies.WIDTH}"/></w:tabs>',
        )

    def numerals(self) -> dict[str, str]:
        """anchor → numeral of its chapter."""
        return {
            entry.anchor: chapter.numeral
            for book in self.books
            for chapter in book.chapters
            for entry in entries(Book(book.code, 0, "", "", (chapter,)))
        }

    def chapter(self, book: Book, chapter: Chapter) -> None:
        word = paragraph(run(f"{chapter.word} {chapter.numeral}", properties="<w:b/>"), "Sumber", "<w:keepNext/>")
        self.add(word + paragraph(ooxml.marked(words(chapter.title), chapter_anchor(book, chapter)), "Heading1"))
        if chapter.gist:
            self.add(paragraph(words(chapter.gist), "Gagasan"))
        head = (f"{book.running} · {chapter.numeral} {chapter.title} · {self.edition.region}", f"{chapter.numeral}-")
        self.opened: tuple[str, str] | None = head
        for block, entry in numbered(book, chapter):
            self.turn(bool(getattr(block, "landscape", False)))
            self.block(block, entry)
        self.turn(False, at_end=True)

    def turn(self, wide: bool, at_end: bool = False) -> None:
        """Ends the section where the paper turns, and at the chapter's end."""
        if wide == self.turned and not at_end:
            return
        if at_end or self.last.getprevious() is not None:
            self.end_section(self.opened, style="decimal", restart=self.opened is not None)
            self.opened = None
        self.turned = wide

    # --- pieces --------------------------------------------------------------------------------------------------

    def add(self, text: str) -> None:
        """Paragraphs and tables, to the end of the body."""
        for element in parse_xml(f"<w:body {SPACE}>{text}</w:body>"):
            self.last.addprevious(element)

    def block(self, block: Block, entry: Entry | None) -> None:
        width = bodies.WIDE if self.turned else bodies.WIDTH
        self.add(bodies.body(block, entry, bodies.Place(width, self.refs, self.new_list, self.address, self.picture)))

    def new_list(self, ordered: bool) -> int:
        return styles.restart(self.document) if ordered else styles.bullets(self.document)

    def address(self, url: str) -> str:
        return str(self.document.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))

    def picture(self, name: str, alt: str, share: float) -> str:
        """A picture with its alternative text, as wide as its share of the text and no higher than the page."""
        asset = self.assets[name]
        data = asset.data or Path(asset.path).read_bytes()
        width = round((bodies.WIDE if self.turned else bodies.WIDTH) * share)
        inline = self.document.part.new_pic_inline(io.BytesIO(data), width=Emu(width * EMU_PER_TWIP))
        tallest = TALLEST[self.turned] * EMU_PER_TWIP
        if inline.extent.cy > tallest:
            inline = self.document.part.new_pic_inline(io.BytesIO(data), height=Emu(tallest))
        inline.docPr.set("descr", ooxml.UNPRINTABLE.sub("", alt))
        return f"<w:r><w:drawing>{etree.tostring(inline).decode()}</w:drawing></w:r>"

    # --- sections ------------------------------------------------------------------------------------------------

    def end_section(self, head: tuple[str, str] | None, *, style: str, restart: bool = False) -> None:
        """Puts what was said since the last section on pages of its own. head: the running head and what stands before the number."""
        self.heads.append(head)
        self.add(paragraph("", "Sumber", _section(self.turned, style, restart)))

    def finished(self, title: str, when: datetime.datetime) -> bytes:
        self._drop_last_section()
        for section, head in zip(self.document.sections, self.heads, strict=True):
            if head is not None:
                self._running(section, *head)
        core = self.document.core_properties
        core.title, core.author, core.language = title[:250], f"Pemerintah {self.edition.region}", "id-ID"
        core.subject, core.comments, core.keywords = f"{self.edition.version}, {self.edition.date}", EDITING, ""
        core.created = core.modified = when
        core.last_modified_by, core.revision = core.author, 1
        held = io.BytesIO()
        self.document.save(held)
        return _same_bytes(held.getvalue())

    def _drop_last_section(self) -> None:
        """The body's own section takes the place of the last one that was ended."""
        ended = self.last.getprevious()
        mine = ended.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        self.body.remove(ended)
        self.body.replace(self.last, mine)

    def _running(self, section: Any, head: str, prefix: str) -> None:
        section.header.is_linked_to_previous = False
        section.footer.is_linked_to_previous = False
        mark = "DRAF · " if self.edition.draft else ""
        number = (
            run(f"{mark}{self.edition.version} · {self.edition.date}  ·  ")
            + run(prefix, properties="<w:b/>")
            + ooxml.field("PAGE", "1")
        )
        for part, text, style in ((section.header, words(head), "Header"), (section.footer, number, "Footer")):
            for old in list(part._element):
                part._element.remove(old)
            part._element.append(parse_xml(paragraph(text, style).replace("<w:p>", f"<w:p {SPACE}>", 1)))


def _section(turned: bool, style: str, restart: bool) -> str:
    width, height = twips(210), twips(297)
    size = f'w:w="{height}" w:h="{width}" w:orient="landscape"' if turned else f'w:w="{width}" w:h="{height}"'
    top, right, bottom, left = (22, 18, 20, 25) if turned else (27, 25, 25, 30)
    margins = f'w:top="{twips(top)}" w:right="{twips(right)}" w:bottom="{twips(bottom)}" w:left="{twips(left)}" w:header="{twips(11)}" w:footer="{twips(10)}" w:gutter="0"'
    numbers = (
        f'<w:pgNumType w:fmt="{style}"{" w:start=" + chr(34) + "1" + chr(34) if restart else ""}/>' if style else ""
    )
    return f'<w:sectPr><w:type w:val="nextPage"/><w:pgSz {size}/><w:pgMar {margins}/>{numbers}</w:sectPr>'


def _same_bytes(data: bytes) -> bytes:
    """The archive anew without the clock's time in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(zipfile.ZipInfo(name, EPOCH), source.read(name), zipfile.ZIP_DEFLATED, 6)
    return held.getvalue()
