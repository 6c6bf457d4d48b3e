"""Content → HTML of one unit: a chapter, the front matter, a cover. Templates escape; only Prose carries HTML, sanitised here."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bimtek.richtext import sanitised
from masterplan import colours, columns
from masterplan.blocks import Block, Bullets, Facts, Figure, Gallery, Image, Paragraph, Prose, Swot, Table, TableRow
from masterplan.books import Book, Chapter, FrontMatter
from masterplan.canonical import digest
from masterplan.chart_frame import COLOURS
from masterplan.cutting import Item, Piece
from masterplan.decks import POSTER, SHEETS, Deck
from masterplan.editions import Edition
from masterplan.numbering import Entry, chapter_anchor, numbered
from regions.models import Region

LINK = "x-mp:"  # scheme of links that the binder turns into destinations
FOREIGN = re.compile(
    r"(?<![\w>/-])(quick wins?|smart city|smart cities|smart governance|smart branding|smart economy|smart living|smart society"
    r"|smart environment|dashboard|command center|stakeholders?|e-government|open data|big data|masterplan|roadmap|online|offline"
    r"|monitoring|platform|website|start-?up|blank spots?|cloud|server|bandwidth|call center|front office|back office)(?![\w-])",
    re.IGNORECASE,
)
PERIOD = re.compile(r"\b\d{4}–\d{4}\b")  # "2022–2031"
COVER = "#0b3f48"  # the ground of a cover of a region without a colour of its own
TABS = 9  # places for the thumb index on the edge of a page
SECTIONS = 14  # that an opener lists
SIDES = ("right", "left", "wide-right", "wide-left")


@dataclass(frozen=True)
class Tab:
    """The mark on the edge of a chapter's pages."""

    text: str
    colour: str
    place: int


def tab_of(chapter: Chapter) -> Tab:
    colour = COLOURS.get(chapter.dimension, "#0b4f5a")
    return Tab(chapter.dimension or chapter.numeral, colour, (chapter.number - 1) % TABS)


def italic(text: str) -> SafeString:
    """Escapes plain text, sets foreign terms in italics as the field does, and keeps line breaks."""
    escaped = html.escape(text.replace("\r\n", "\n"))
    return mark_safe(FOREIGN.sub(r"<i>\1</i>", escaped).replace("\n", "<br>"))


def in_cell(text: str) -> SafeString:
    """`italic` for a narrow column: a code is not parted at its hyphen."""
    return mark_safe(columns.HYPHENED.sub(r'<span class="code">\g<0></span>', italic(text)))


def flowing(text: str) -> SafeString:
    """`italic` for running text: no line ends within a period of years."""
    return mark_safe(PERIOD.sub(r'<span class="period">\g<0></span>', italic(text)))


def linked(paragraph: Paragraph, refs: Mapping[str, tuple[str, str]]) -> SafeString:
    """The paragraph with its `{name}` references as links; a reference to something not printed stays a plain word."""
    out = str(flowing(paragraph.text))
    for name, key in paragraph.refs.items():
        label, anchor = refs.get(key, ("", ""))
        link = (
            f'<a class="ref" href="{LINK}{html.escape(anchor)}">{html.escape(label)}</a>'
            if anchor
            else "bagian terkait"
        )
        out = out.replace("{" + html.escape(name) + "}", link)
    return mark_safe(out)


def spoken(paragraph: Paragraph, refs: Mapping[str, tuple[str, str]]) -> SafeString:
    """The same for the screen: each sentence with the field it is written in."""
    if not paragraph.parts:
        return linked(paragraph, refs)
    found = [(linked(replace(paragraph, text=words), refs), origin) for words, origin in paragraph.parts]
    return format_html_join(" ", "{}", ((_sentence(html, origin),) for html, origin in found))


def _sentence(words: SafeString, origin: str) -> SafeString:
    return format_html("<span{}>{}</span>", attributes(origin), words) if origin else words


def attributes(origin: str) -> SafeString:
    """Where a piece was written, for the page on screen. A row or a field can be reached by keyboard."""
    section, _, rest = origin.partition("/")
    row, _, name = rest.partition("/")
    field = format_html(' data-field="{}"', name) if name else ""
    return format_html(' data-source="{}/{}"{}{}', section, row, field, mark_safe(' tabindex="0"' if rest else ""))


def chart_name(figure: Figure) -> str:
    """Name of the asset that holds a chart: by what it shows, so equal charts share one."""
    return f"chart-{digest(figure.chart)[:32]}"


def needed_refs(blocks: tuple[Block, ...], refs: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Only the references that these blocks make, so that others do not re-render them."""
    keys = {key for block in blocks if isinstance(block, Paragraph) for key in block.refs.values()}
    return {key: refs[key] for key in sorted(keys) if key in refs}


def tone(dimension: str) -> str:
    """CSS class of a dimension's colour. Only known codes reach the page's classes."""
    return f"d-{dimension}" if dimension in COLOURS else "d-none"


def chapter_html(edition: Edition, piece: Piece, refs: Mapping[str, tuple[str, str]]) -> str:
    """The HTML of a piece of a chapter. Only the first opens with the chapter's title and its sections."""
    return render_to_string("masterplan/book/chapter.html", piece_context(edition, piece, refs))


def piece_context(edition: Edition, piece: Piece, refs: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    book, chapter = piece.book, piece.chapter
    return {
        "edition": edition,
        "book": book,
        "chapter": chapter,
        "piece": piece,
        "items": [_piece_item(item, refs) for item in piece.items],
        "anchor": chapter_anchor(book, chapter),
        "end": piece.end,
        "tone": tone(chapter.dimension),
        "sections": sections(book, chapter) if piece.number == 0 else [],
        "gist": flowing(chapter.gist),
        "link": LINK,
    }


def sections(book: Book, chapter: Chapter) -> list[Entry]:
    """What the opener of a chapter lists."""
    return [entry for _, entry in numbered(book, chapter) if entry and entry.level == 2][:SECTIONS]


def _piece_item(item: Item, refs: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    return _item(item.block, item.entry, refs) | {"continued": item.continued, "goes_on": item.goes_on}


def tabs_html(tabs: list[Tab]) -> str:
    """Four pages a tab, like those of the stamp, holding nothing but the mark on the page's edge."""
    return render_to_string("masterplan/book/tabs.html", {"tabs": tabs, "sides": SIDES})


def front_html(edition: Edition, book: Book, parts: list[dict[str, Any]], code: str) -> str:
    """Front matter. parts: FrontMatter with the lists' lines already labelled (binding.front_parts)."""
    for part in parts:
        matter: FrontMatter = part["matter"]
        part["items"] = [_item(block, None, {}) for block in matter.blocks]
    context = {"edition": edition, "book": book, "parts": parts, "code": code, "end": f"{code}.end", "tone": "d-none"}
    return render_to_string("masterplan/book/front.html", context)


def cover_html(edition: Edition, *, title: str, subtitle: str, number: str, code: str, books: list[Book]) -> str:
    context = {
        "edition": edition, "title": title, "subtitle": italic(subtitle), "number": number, "code": code, "books": books,
        "end": f"{code}.end", "monogram": monogram(edition.region), **_cover_colours(edition),
    }  # fmt: skip
    return render_to_string("masterplan/book/cover.html", context)


def _cover_colours(edition: Edition) -> dict[str, str]:
    """The design's class, and the region's colour with a dark and a pale one made of it."""
    accent = colours.accent(edition.accent)
    design = edition.cover if edition.cover in Region.Cover.values else Region.Cover.BAND.value
    ground = accent if edition.accent else COVER
    return {
        "design": design,
        "accent": accent,
        "ground": ground,
        "pale": colours.mixed(accent, "#ffffff", 0.88),
        "soft": colours.mixed(ground, "#ffffff", 0.82),
    }


def deck_html(edition: Edition, deck: Deck, accent: str) -> str:
    """Slides, or the one sheet of a poster."""
    slides = [
        {
            "title": slide.title, "word": slide.word, "layout": slide.layout, "tone": tone(slide.dimension), "dimension": slide.dimension, "anchor": f"{deck.code}.{number}",
            "items": [_item(block, None, {}) for block in slide.blocks], "side": [_item(block, None, {}) for block in slide.side],
        }
        for number, slide in enumerate(deck.slides, start=1)
    ]  # fmt: skip
    foot = " · ".join(part for part in (edition.region, edition.version, edition.date, edition.classification) if part)
    context = {
        "edition": edition, "deck": deck, "slides": slides, "poster": deck.code == POSTER, "sheets": deck.code == SHEETS, "accent": accent, "foot": foot,
        "end": f"{deck.code}.end", "tone": "deck", "monogram": monogram(edition.region),
    }  # fmt: skip
    return render_to_string("masterplan/book/deck.html", context)


def stamp_html(edition: Edition) -> str:
    """Four pages: right and left, upright and turned, holding only the foot's version and date, and DRAF where it is one."""
    return render_to_string("masterplan/book/stamp.html", {"edition": edition, "sides": SIDES})


def sheet_html(title: str, blocks: tuple[Block, ...], *, region: str, landscape: bool, foot: str) -> str:
    """A short official document on its own."""
    items = [_item(block, None, {}) for block in blocks]
    context = {
        "title": title,
        "items": items,
        "region": region,
        "landscape": landscape,
        "foot": foot,
        "tone": "d-none",
        "end": "end",
    }
    return render_to_string("masterplan/book/sheet.html", context)


def monogram(region: str) -> str:
    """ "KB" of Kota Batam, where a region has no emblem yet."""
    words = [word for word in region.split() if word[:1].isalpha()]
    return "".join(word[0] for word in words[:3]).upper()


def _item(block: Block, entry: Entry | None, refs: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """What the template of a block needs besides the block."""
    item: dict[str, Any] = {
        "template": f"masterplan/book/blocks/{block.kind}.html",
        "block": block,
        "entry": entry,
        "tone": tone(getattr(block, "dimension", "")),
        "wide": getattr(block, "landscape", False),
    }
    if isinstance(block, Prose):
        item["html"] = mark_safe(sanitised(block.html))
    elif isinstance(block, Paragraph):
        item["html"] = linked(block, refs)
    elif isinstance(block, Table):
        item.update(_table(block))
    elif isinstance(block, Figure):
        item["source_url"] = f"asset:{chart_name(block)}"
    elif isinstance(block, Facts):
        item["sides"] = halves(block.pairs)
    elif isinstance(block, Swot):
        item["quadrants"] = quadrants(block)
    elif isinstance(block, Bullets):
        item["lines"] = list(zip_longest(block.items, block.origins, fillvalue=""))
    elif isinstance(block, Image):
        item["source_url"] = f"asset:{block.file}"
        item["percent"] = round(max(0.2, min(1.0, block.width)) * 100)
    elif isinstance(block, Gallery):
        item["photos"] = [(f"asset:{file}", caption) for file, caption in block.photos]
    return item


def quadrants(block: Swot) -> dict[str, list[tuple[str, str]]]:
    """Letter of each quadrant → its items, each with the origin."""
    items = {"S": block.strengths, "W": block.weaknesses, "O": block.opportunities, "T": block.threats}
    return {code: list(zip_longest(texts, block.origins.get(code, ()), fillvalue="")) for code, texts in items.items()}


Pairs = tuple[tuple[str, str], ...]
LINE = 56  # characters in a line of half a card


def halves(pairs: Pairs) -> tuple[Pairs, Pairs]:
    """Pairs for the left and the right half of a card, in order, cut where the higher half is lowest."""
    lines = [f"{label} {value}".split("\n") for label, value in pairs]
    heights = [sum(-(-len(line) // LINE) or 1 for line in each) + 0.3 for each in lines]
    cut = min(range(len(pairs) + 1), key=lambda place: (max(sum(heights[:place]), sum(heights[place:])), -place))
    return pairs[:cut], pairs[cut:]


def _table(table: Table) -> dict[str, Any]:
    """Widths in per cent, heads over neighbouring columns, and rows with the alignment beside each cell."""
    aligns = [column.align if column.align in ("right", "center") else "left" for column in table.columns]
    widths, tight = columns.widths(table)
    return {
        "widths": [f"{width:.2f}" for width in widths],
        "tight": tight,
        "short": _short(table),
        "heads": list(_heads(table)),
        "rows": [
            (row.kind, stays, tone(row.dimension), row.dimension, row.origin, _cells(row, aligns))
            for row, stays in zip(table.rows, _stays(table.rows), strict=True)
        ],
        "span": len(table.columns),
        "dense": len(table.columns) > 6,
    }


def _stays(rows: Sequence[TableRow]) -> Iterator[bool]:
    """Whether a row goes with the one above it, so that no page holds one row alone: the last, and one before its total.

    Said by a class: to find them by their neighbours, a style sheet's engine goes through all rows for each.
    """
    for _, below in pairwise((*rows, None)):
        yield below is None or below.kind == "total"


SHORT_ROWS, SHORT_LETTERS = 8, 600  # a table of no more is not broken over two pages


def _short(table: Table) -> bool:
    letters = sum(len(cell) for row in table.rows for cell in row.cells)
    return len(table.rows) <= SHORT_ROWS and letters <= SHORT_LETTERS


def _cells(row: TableRow, aligns: list[str]) -> list[tuple[str, str, str]]:
    """Text, alignment, and the field that each cell was written in."""
    names = (*row.names, *[""] * len(row.cells))
    return list(zip(row.cells, aligns, names, strict=False))


def _heads(table: Table) -> Iterator[dict[str, Any]]:
    """First head row where columns are grouped: title, number of columns covered, and whether it stands over both rows."""
    if not any(column.group for column in table.columns):
        return
    for group, found in groupby(table.columns, key=lambda column: column.group or id(column)):
        members = list(found)
        if isinstance(group, str):
            yield {"title": group, "span": len(members), "alone": False, "align": "center", "unit": ""}
        else:
            yield {
                "title": members[0].title,
                "span": 1,
                "alone": True,
                "align": members[0].align,
                "unit": members[0].unit,
            }
