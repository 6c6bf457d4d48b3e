"""One function per kind of block: what it becomes in a Word file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from masterplan import pages
from masterplan.blocks import (
    Block,
    Bullets,
    Callout,
    Empty,
    Facts,
    Figure,
    Gallery,
    Heading,
    Image,
    Paragraph,
    Prose,
    QuickWinPage,
    Quote,
    Signature,
    Signatures,
    Swot,
    Table,
    TableRow,
    Tiles,
)
from masterplan.chart_frame import COLOURS
from masterplan.numbering import Entry
from masterplan.word import ooxml, prose
from masterplan.word.ooxml import Cell, Row, line, marked, paragraph, run, twips, words
from masterplan.word.styles import BAND, DATA, DEEP, HEAD, INK, PLACED, QUIET

UNFILLED = '<w:i/><w:color w:val="5C4716"/>'
STRONG = '<w:b/><w:color w:val="0B4F5A"/>'
HALF = 0.5
SUMMED = {"total": HEAD, "subtotal": BAND}


@dataclass(frozen=True)
class Place:
    """What a block needs to know of the file around it. width: of the text in twips; picture: (name, alt, share) → a run."""

    width: int
    refs: Mapping[str, tuple[str, str]]
    new_list: Callable[[bool], int]
    address: Callable[[str], str]
    picture: Callable[[str, str, float], str]


def body(block: Block, entry: Entry | None, place: Place) -> str:
    """The block as paragraphs and tables. KeyError for a kind that nobody wrote here yet."""
    return WRITERS[type(block)](block, entry, place)


def said(text: str, style: str = "") -> str:
    return paragraph(words(text), style)


def filled(text: str, style: str = "Sel") -> str:
    """A cell's text, or that it was not filled in."""
    return said(text, style) if text else paragraph(run("Belum diisi", properties=UNFILLED), style)


def heading(block: Heading, entry: Entry | None, place: Place) -> str:
    return _heading(block.text, block.level, entry)


def _heading(text: str, level: int, entry: Entry | None) -> str:
    sign = run(f"{entry.sign}  ") if entry and entry.sign else ""
    return paragraph(marked(sign + words(text), entry.anchor if entry else ""), f"Heading{level}")


def caption(word: str, text: str, entry: Entry | None) -> str:
    """'Tabel 3.1 …': the number within the chapter is a field, so that the reader's program can list and refer."""
    if entry is None:
        return said(text, "Caption")
    chapter, _, number = entry.sign.rpartition(".")
    series = "_".join(
        (word, *re.findall(r"[A-Za-z0-9]+", entry.anchor.split(".")[0]), chapter)
    )  # every book counts anew
    sign = run(f"{word} {chapter}.", properties=STRONG) + ooxml.field(f"SEQ {series} \\* ARABIC", number)
    return paragraph(marked(sign, entry.anchor) + run("  ") + words(text), "Caption")


def notes(block: Any) -> str:
    found = [getattr(block, "note", ""), f"Sumber: {block.source}" if block.source else ""]
    return "".join(said(text, "Sumber") for text in found if text) or paragraph("", "Sumber")


def rich(block: Prose, entry: Entry | None, place: Place) -> str:
    return prose.paragraphs(block.html, new_list=place.new_list, address=place.address, width=place.width)


def sentence(block: Paragraph, entry: Entry | None, place: Place) -> str:
    text, made = block.text, ""
    names = {"{" + name + "}": key for name, key in block.refs.items()}
    while text:
        found = min((mark for mark in names if mark in text), key=text.index, default="")
        before, _, text = text.partition(found) if found else (text, "", "")
        made += words(before)
        if found:
            label, anchor = place.refs.get(names[found], ("bagian terkait", ""))
            made += ooxml.link(run(label, properties=STRONG), anchor) if anchor else run(label)
    return paragraph(made, "Gagasan" if block.lead else "")


def bullets(block: Bullets, entry: Entry | None, place: Place) -> str:
    number = place.new_list(block.ordered)
    listed = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
    return "".join(paragraph(words(text), "Daftar", listed) for text in block.items)


def table(block: Table, entry: Entry | None, place: Place) -> str:
    top = caption("Tabel", block.caption, entry)
    if not block.rows:
        return top + said(block.empty, "Catatan") + notes(block)
    total = sum(max(column.share, 0.05) for column in block.columns)
    widths = [round(place.width * max(column.share, 0.05) / total) for column in block.columns]
    behind = [*block.rows[1:], None]
    rows = [
        *_heads(block),
        *(
            _row(block, row, tied=bool(after and after.kind in SUMMED))
            for row, after in zip(block.rows, behind, strict=True)
        ),
    ]
    return top + ooxml.table(rows, widths, DATA, description=block.caption) + notes(block)


def _heads(block: Table) -> list[Row]:
    ruled = line("top", 7, INK) + line("bottom", 7, INK)

    def head(title: str, unit: str, align: str, **rest: Any) -> Cell:
        text = run(title) + (run(f" ({unit})", properties=f'<w:color w:val="{QUIET}"/>') if unit else "")
        return Cell(paragraph(text, "KepalaSel", _aligned(align)), fill=HEAD, bottom=True, **rest)

    plain = [head(each.title, each.unit, each.align, borders=ruled) for each in block.columns]
    if not any(each.group for each in block.columns):
        return [Row(tuple(plain), head=True)]
    upper, lower = [], []
    for group, columns in groupby(block.columns, key=lambda column: column.group or id(column)):
        members = list(columns)
        if isinstance(group, str):
            upper.append(head(group, "", "center", span=len(members), borders=line("top", 7, INK)))
            lower += [head(each.title, each.unit, each.align, borders=line("bottom", 7, INK)) for each in members]
        else:
            upper.append(
                head(members[0].title, members[0].unit, members[0].align, merge="restart", borders=line("top", 7, INK))
            )
            lower.append(Cell("<w:p/>", merge="continue", fill=HEAD, borders=line("bottom", 7, INK)))
    return [Row(tuple(upper), head=True), Row(tuple(lower), head=True)]


def _aligned(align: str) -> str:
    return f'<w:jc w:val="{align}"/>' if align in ("right", "center") else ""


def _row(block: Table, row: TableRow, *, tied: bool) -> Row:
    """tied: it stays on the page of the row behind it, which sums it up."""
    if row.kind == "group":
        code = (
            run(f"{row.dimension}  ", properties=f'<w:b/><w:color w:val="{COLOURS[row.dimension][1:]}"/>')
            if row.dimension in COLOURS
            else ""
        )
        text = paragraph(code + words(row.cells[0], "<w:b/>"), "Sel", "<w:keepNext/>")
        return Row((Cell(text, span=len(block.columns), fill=BAND),))
    bold = "<w:b/>" if row.kind in SUMMED else ""
    cells = [
        Cell(
            paragraph(words(text, bold), "Sel", ("<w:keepNext/>" if tied else "") + _aligned(column.align)),
            fill=SUMMED.get(row.kind, ""),
        )
        for text, column in zip(row.cells, block.columns, strict=False)
    ]
    return Row(tuple(cells + [Cell("")] * (len(block.columns) - len(cells))))


def figure(block: Figure, entry: Entry | None, place: Place) -> str:
    made = place.picture(pages.chart_name(block), block.alt, 1.0)
    return paragraph(made, "Gambar") + caption("Gambar", block.caption, entry) + notes(block)


def image(block: Image, entry: Entry | None, place: Place) -> str:
    made = place.picture(block.file, block.alt or block.caption, max(0.2, min(1.0, block.width)))
    return paragraph(made, "Gambar") + caption("Gambar", block.caption, entry) + notes(block)


def gallery(block: Gallery, entry: Entry | None, place: Place) -> str:
    """Two photos a row, each over its caption."""
    cells = [
        Cell(paragraph(place.picture(file, text, 0.46), "Gambar") + said(text, "Sumber")) for file, text in block.photos
    ]
    return _two_a_row(cells, place)


def _two_a_row(cells: list[Cell], place: Place) -> str:
    pairs = [cells[start : start + 2] for start in range(0, len(cells), 2)]
    rows = [Row(tuple(pair + [Cell("")] * (2 - len(pair)))) for pair in pairs]
    return ooxml.table(rows, [round(place.width * HALF)] * 2, PLACED) + paragraph("", "Sumber") if rows else ""


def facts(block: Facts, entry: Entry | None, place: Place) -> str:
    below = paragraph(run(block.note) if block.note else "", "Sumber")
    if block.dense:
        cells = tuple(Cell("".join(_fact(*pair) for pair in side)) for side in pages.halves(block.pairs))
        return ooxml.table([Row(cells)], [round(place.width * HALF)] * 2, PLACED) + below
    rows = [Row((Cell(paragraph(run(label), "KepalaSel")), Cell(filled(value)))) for label, value in block.pairs]
    widths = [round(place.width * 0.3), round(place.width * 0.7)]
    return ooxml.table(rows, widths, DATA) + below if rows else ""


def _fact(label: str, value: str) -> str:
    return paragraph(
        run(f"{label}  ", properties=STRONG) + (words(value) if value else run("Belum diisi", properties=UNFILLED)),
        "Sel",
    )


def swot(block: Swot, entry: Entry | None, place: Place) -> str:
    def quadrant(title: str, points: tuple[str, ...], colour: str) -> Cell:
        inner = "".join(said(point, "Sel") for point in points) or filled("")
        return Cell(paragraph(run(title), "KepalaSel") + inner, fill="F1F5F5", borders=line("top", 16, colour))

    rows = [
        Row((quadrant("Kekuatan", block.strengths, DEEP), quadrant("Kelemahan", block.weaknesses, "C4500F"))),
        Row((quadrant("Peluang", block.opportunities, DEEP), quadrant("Ancaman", block.threats, "C4500F"))),
    ]
    made = ooxml.table(rows, [round(place.width * HALF)] * 2, PLACED, description=block.caption)
    return caption("Tabel", block.caption, entry) + made + notes(block)


def quote(block: Quote, entry: Entry | None, place: Place) -> str:
    return said(block.text, "Visi") + (said(block.by, "Sumber") if block.by else "")


def callout(block: Callout, entry: Entry | None, place: Place) -> str:
    return paragraph(words(block.title, "<w:b/>"), "Catatan", "<w:keepNext/>") + said(block.text, "Catatan")


def empty(block: Empty, entry: Entry | None, place: Place) -> str:
    where = f" Diisi pada: {block.where}." if block.where else ""
    return paragraph(run("Belum diisi. ", properties="<w:b/>") + words(block.what + where), "Catatan")


def tiles(block: Tiles, entry: Entry | None, place: Place) -> str:
    cells = tuple(Cell(said(value, "AngkaBesar") + said(label, "Sumber")) for value, label in block.tiles)
    rows = [Row(cells[start : start + 4]) for start in range(0, len(cells), 4)]
    most = max((len(row.cells) for row in rows), default=1)
    rows = [Row(row.cells + (Cell(""),) * (most - len(row.cells))) for row in rows]
    return ooxml.table(rows, [round(place.width / most)] * most, PLACED) + paragraph("", "Sumber") if rows else ""


def signatures(block: Signatures, entry: Entry | None, place: Place) -> str:
    top = paragraph(words(block.title, "<w:b/>"), "", "<w:keepNext/>") if block.title else ""
    when = paragraph(words(block.place_date), "", '<w:keepNext/><w:jc w:val="right"/>') if block.place_date else ""
    cells = [Cell(_signer(each)) for each in block.signers]
    return top + when + _two_a_row(cells if len(cells) > 1 else [Cell(""), *cells], place)


def _signer(each: Signature) -> str:
    state = each.status if each.status in ("diwakili", "menyusul") else ""
    below = [text for text in (each.rank, f"NIP {each.nip}" if each.nip else "") if text]
    return (
        (said(f"a.n. {each.on_behalf}", "Sel") if each.on_behalf else "")
        + paragraph(words(each.position, "<w:b/>"), "Sel")
        + said(f"\n\n{state}\n", "Sel")
        + paragraph(words(each.name or "…………………………………", "<w:b/>"), "Sel")
        + "".join(said(text, "Sel") for text in below)
    )


def quick_win(block: QuickWinPage, entry: Entry | None, place: Place) -> str:
    """A page of its own: what it is, its profile, its targets and its risks."""
    word = paragraph(
        words(f"Quick win {block.dimension} {block.dimension_name}"), "Sumber", "<w:keepNext/><w:pageBreakBefore/>"
    )
    parts = [word, _heading(block.name, 2, entry), filled(block.summary, "Gagasan")]
    done = (("Progres", f"{block.progress}%"),) if block.progress is not None else ()
    parts.append(facts(Facts((*block.facts, *done)), None, place))
    for label, text in block.sections:
        parts += [paragraph(run(label), "KepalaSel"), filled(text)]
    if block.targets:
        heads = Row(tuple(Cell(paragraph(run(label), "KepalaSel"), fill=HEAD) for label, _ in block.targets), head=True)
        values = Row(tuple(Cell(filled(text)) for _, text in block.targets))
        width = round(place.width / len(block.targets))
        parts += [paragraph("", "Sumber"), ooxml.table([heads, values], [width] * len(block.targets), DATA)]
    if block.risks:
        parts += [paragraph(words("Risiko", "<w:b/>"), "Sel", "<w:keepNext/>"), facts(Facts(block.risks), None, place)]
    return "".join(parts)


WRITERS: dict[type[Block], Callable[[Any, Entry | None, Place], str]] = {
    Heading: heading, Prose: rich, Paragraph: sentence, Bullets: bullets, Table: table, Figure: figure, Image: image, Gallery: gallery,
    Facts: facts, Swot: swot, Quote: quote, Callout: callout, Tiles: tiles, Empty: empty, Signatures: signatures, QuickWinPage: quick_win,
}  # fmt: skip
WIDTH, WIDE = twips(155), twips(254)  # of the text on upright and turned pages
