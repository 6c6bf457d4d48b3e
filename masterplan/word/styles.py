"""The look of a Word file, as near to the printed book as Word's own styles allow."""

from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml

from masterplan.word.ooxml import SPACE, twips

FACE = "Plus Jakarta Sans"
INK, DEEP, QUIET, RULE = "14323A", "0B4F5A", "4A5A5E", "BCCACC"
HEAD, BAND = "E9F0F1", "F4F7F7"


@dataclass(frozen=True)
class Look:
    """One paragraph style. size, before, after, line: points; indent: millimetres."""

    name: str
    size: float
    base: str = "Normal"
    following: str = "Normal"
    bold: bool = False
    italic: bool = False
    colour: str = ""
    before: float = 0
    after: float = 0
    line: float = 0
    align: str = ""
    keep_next: bool = False
    page_before: bool = False
    level: int | None = None  # of the outline
    indent: float = 0
    bar: str = ""  # colour of a line at the left

    @property
    def id(self) -> str:
        return self.name.replace(" ", "")


LOOKS = (
    Look("Normal", 10.5, colour="1C2B2F", after=8, line=16),
    Look("Heading 1", 24, bold=True, colour=INK, after=18, line=29, keep_next=True, level=0),
    Look("Heading 2", 15, bold=True, colour=DEEP, before=22, after=8, line=20, keep_next=True, level=1),
    Look("Heading 3", 12, bold=True, colour=INK, before=15, after=6, line=16, keep_next=True, level=2),
    Look("Heading 4", 10.5, bold=True, colour=INK, before=11, after=3, line=15, keep_next=True, level=3),
    Look("Caption", 8.5, colour=INK, before=8, after=5, line=12, keep_next=True),
    Look("Header", 7.5, colour=QUIET, align="right", line=10),
    Look("Footer", 7.5, colour=QUIET, align="right", line=10),
    Look("Title", 34, bold=True, colour=INK, after=14, line=40),
    Look("Subtitle", 14, colour=QUIET, after=10, line=20),
    Look("TOC 1", 9.5, bold=True, colour=INK, before=7, after=2, line=13),
    Look("TOC 2", 9.5, after=1, line=13, indent=6),
    Look("TOC 3", 8.8, colour=QUIET, after=1, line=12, indent=12),
    Look("Table of Figures", 9.5, after=2, line=13),
    Look("Sumber", 7.5, colour=QUIET, before=3, after=8, line=10.5),
    Look("Sel", 8.5, line=11.5),
    Look("Kepala Sel", 7.8, base="Sel", bold=True, colour=INK, line=10.5, keep_next=True),
    Look("Gambar", 10.5, before=8, after=2, keep_next=True),
    Look("Gagasan", 12.5, colour=QUIET, after=14, line=18),
    Look("Visi", 15, bold=True, colour=DEEP, before=12, after=4, line=21, indent=6, bar=DEEP),
    Look("Catatan", 9.5, colour=INK, before=4, after=8, line=14, indent=4, bar="A8862C"),
    Look("Angka Besar", 18, bold=True, colour=DEEP, line=22),
    Look("Kutipan", 10.5, colour=QUIET, indent=6, after=8, line=16, bar=RULE),
    Look("Daftar", 10.5, after=3, line=16),
)
BUILT_IN = {"TOC 1", "TOC 2", "TOC 3", "Table of Figures"}  # Word's own, which the empty document lacks
CUSTOM = ' w:customStyle="1"'

TABLES = """<w:style {space} w:type="table" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"""
RULED = f'<w:top w:val="single" w:sz="7" w:space="0" w:color="{INK}"/><w:bottom w:val="single" w:sz="7" w:space="0" w:color="{INK}"/><w:insideH w:val="single" w:sz="3" w:space="0" w:color="{RULE}"/>'
DATA, PLACED = "TabelData", "TabelSusunan"
BULLETS, NUMBERS = 90, 91
LISTS = (
    """<w:abstractNum {space} w:abstractNumId="{id}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>"""
)
LEVEL = '<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="340"/></w:pPr></w:lvl>'


def dress(document: Any) -> None:
    """Gives an empty document the book's styles, its two kinds of list and its language."""
    sheet = document.styles.element
    for look in LOOKS:
        if look.name in document.styles:
            _restyle(document.styles[look.name].element, look)
        else:
            sheet.append(parse_xml(_new(look)))
    for name, identifier, borders in (("Tabel Data", DATA, RULED), ("Tabel Susunan", PLACED, "")):
        sheet.append(parse_xml(TABLES.format(space=SPACE, id=identifier, name=name, borders=borders)))
    _default_face(sheet)
    numbering = document.part.numbering_part.element
    for listed, kind in ((NUMBERS, "decimal"), (BULLETS, "bullet")):
        numbering.insert(0, parse_xml(_list(listed, kind)))


def _list(identifier: int, kind: str) -> str:
    levels = (
        LEVEL.format(place=place, kind=kind, text="•" if kind == "bullet" else f"%{place + 1}.", left=340 * (place + 1))
        for place in range(9)
    )
    return LISTS.format(space=SPACE, id=identifier, levels="".join(levels))


def restart(document: Any) -> int:
    """Number of a new numbered list that begins with 1."""
    number = document.part.numbering_part.element.add_num(NUMBERS)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def bullets(document: Any) -> int:
    return int(document.part.numbering_part.element.add_num(BULLETS).numId)


def _new(look: Look) -> str:
    """A style of Word's own that the template lacks, or one of this product's."""
    own = look.name not in BUILT_IN
    following = next((each.id for each in LOOKS if each.name == look.following), "Normal")
    return (
        f'<w:style {SPACE} w:type="paragraph"{CUSTOM if own else ""} w:styleId="{look.id}"><w:name w:val="{look.name if own else look.name.lower()}"/>'
        f'<w:basedOn w:val="{look.base.replace(" ", "")}"/><w:next w:val="{following}"/><w:qFormat/>{_paragraph(look)}{_letters(look)}</w:style>'
    )


def _restyle(element: Any, look: Look) -> None:
    """Takes away what the template's style says and says it anew."""
    for kind in ("pPr", "rPr"):
        for old in element.findall(f"{{{element.nsmap['w']}}}{kind}"):
            element.remove(old)
    for text in (_paragraph(look), _letters(look)):
        element.append(parse_xml(text.replace("<w:pPr>", f"<w:pPr {SPACE}>").replace("<w:rPr>", f"<w:rPr {SPACE}>")))


def _paragraph(look: Look) -> str:
    parts = [
        "<w:keepNext/>" if look.keep_next else "",
        "<w:pageBreakBefore/>" if look.page_before else "",
        "<w:widowControl/>",
    ]
    if look.bar:
        parts.append(f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="{look.bar}"/></w:pBdr>')
    lead = f' w:line="{round(look.line * 20)}" w:lineRule="atLeast"' if look.line else ""
    parts.append(f'<w:spacing w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}"{lead}/>')
    if look.indent:
        parts.append(f'<w:ind w:left="{twips(look.indent)}"/>')
    if look.align:
        parts.append(f'<w:jc w:val="{look.align}"/>')
    if look.level is not None:
        parts.append(f'<w:outlineLvl w:val="{look.level}"/>')
    return f"<w:pPr>{''.join(parts)}</w:pPr>"


def _letters(look: Look) -> str:
    colour = f'<w:color w:val="{look.colour}"/>' if look.colour else ""
    return (
        f'<w:rPr><w:rFonts w:ascii="{FACE}" w:hAnsi="{FACE}" w:cs="{FACE}" w:eastAsia="{FACE}"/>'
        f"{'<w:b/>' if look.bold else ''}{'<w:i/>' if look.italic else ''}{colour}"
        f'<w:sz w:val="{round(look.size * 2)}"/><w:szCs w:val="{round(look.size * 2)}"/></w:rPr>'
    )


def _default_face(sheet: Any) -> None:
    """Language and face of all that has no style of its own."""
    space = sheet.nsmap["w"]
    defaults = sheet.find(f"{{{space}}}docDefaults/{{{space}}}rPrDefault/{{{space}}}rPr")
    for old in list(defaults):
        defaults.remove(old)
    for text in (
        f'<w:rFonts {SPACE} w:ascii="{FACE}" w:hAnsi="{FACE}" w:cs="{FACE}" w:eastAsia="{FACE}"/>',
        f'<w:sz {SPACE} w:val="21"/>',
        f'<w:lang {SPACE} w:val="id-ID" w:eastAsia="id-ID" w:bidi="ar-SA"/>',
    ):
        defaults.append(parse_xml(text))
