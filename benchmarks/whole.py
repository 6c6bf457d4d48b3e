"""The combined book as one HTML document, for a renderer that does it in one pass: what the linked book is held against.

The same templates fill the same pages. What the binder adds is said here as CSS for the whole: sides, thumb tabs, numbers per
chapter, contents by target-counter. Only books that are no drafts: the draft mark is the binder's alone.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from masterplan import matter, pages
from masterplan.assets import assets_of
from masterplan.books import COMBINED, Book, Chapter, Content
from masterplan.cutting import pieces
from masterplan.numbering import references

HEAD_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
STYLE = """
body {{ page: auto }}
.binding {{ break-before: right }}
.piece {{ break-before: page }} .binding > .piece:first-child {{ break-before: auto }}
.numbered::after {{ content: attr(data-prefix) target-counter(attr(href), page) }}
.binding-front {{ page: front; string-set: prefix "" }}
@page {{ @bottom-left {{ vertical-align: top }} @bottom-right {{ vertical-align: top }} }}
@page :right {{ @bottom-right {{ {label} }} @bottom-left {{ {stamp} }} @right-top {{ {tab} margin-left: auto }} }}
@page :left {{ margin-left: 25mm; margin-right: 30mm; @bottom-left {{ {label} }} @bottom-right {{ {stamp} }} @left-top {{ {tab} margin-right: auto }} }}
@page bare {{ margin: 0; {nothing} }}
@page :blank {{ @top-left {{ content: none }} @top-right {{ content: none }} {nothing} }}
@page bare:left {{ margin: 0; {nothing} }}
@page bare:right {{ margin: 0; {nothing} }}
@page front:nth(1 of front) {{ counter-reset: page 1; counter-increment: page 0 }}
@page front:right {{ @bottom-right {{ content: counter(page, lower-roman) }} }}
@page front:left {{ @bottom-left {{ content: counter(page, lower-roman) }} }}
"""
CHAPTER = """
.binding-{n} .opener h1 {{ bookmark-level: 2 }} .binding-{n} h2 {{ bookmark-level: 3 }} .binding-{n} h3 {{ bookmark-level: 4 }}
.binding-{n} {{ page: c{n}; string-set: prefix "{prefix}" }} .binding-{n} .wide {{ page: w{n} }}
@page c{n}:right {{ @right-top {{ {tab} }} }} @page c{n}:left {{ @left-top {{ {tab} }} }}
@page c{n}:nth(1 of c{n}) {{ counter-reset: page 1; counter-increment: page 0 }}
@page opener{n} {{ margin-top: 0; @top-left {{ content: none }} @top-right {{ content: none }} @right-top {{ content: none }} }}
@page c{n}:nth(1 of c{n}) {{ margin-top: 0; @top-left {{ content: none }} @top-right {{ content: none }} @right-top {{ content: none }} }}
@page w{n} {{ size: A4 landscape; @top-right {{ padding-top: 9mm }} }}
@page w{n}:right {{ margin: 22mm 18mm 20mm 25mm; @bottom-right {{ padding-top: 5mm }} @bottom-left {{ padding-top: 4.6mm }} @right-top {{ {tab} {turned} }} }}
@page w{n}:left {{ margin: 22mm 25mm 20mm 18mm; @bottom-left {{ padding-top: 5mm }} @bottom-right {{ padding-top: 4.6mm }} @left-top {{ {tab} {turned} }} }}
"""
LABEL = "content: string(prefix) counter(page); padding-top: 6mm; font-size: 9pt; font-weight: 700; color: #14323a; text-align: {side};"
NOTHING = " ".join(f"@{box} {{ content: none }}" for box in ("bottom-left", "bottom-right", "left-top", "right-top"))
TAB = "width: 9mm; height: 18mm; text-align: center; vertical-align: middle; color: #fff; font-size: 8.5pt; font-weight: 700;"


def inside(html: str) -> str:
    found = BODY.search(html)
    if not found:
        raise ValueError("a page without a body")
    return found[1].replace(f'href="{pages.LINK}', 'href="#')


def chapters(content: Content) -> list[tuple[Book, Chapter]]:
    return [(book, chapter) for book in content.books for chapter in book.chapters]


def style(content: Content) -> str:
    edition = content.edition
    foot = f'content: "{edition.version} · {edition.date}"; padding-top: 6.6mm; font-size: 7.5pt; line-height: 10pt;'
    found = STYLE.format(label=LABEL.format(side="inherit"), stamp=foot, tab=TAB, nothing=NOTHING)
    for number, (_, chapter) in enumerate(chapters(content)):
        tab = pages.tab_of(chapter)
        upright = f'content: "{tab.text}"; background: {tab.colour}; margin-top: calc(6mm + {tab.place} * 22mm);'
        turned = f"margin-top: calc(2mm + {tab.place} * 14mm); height: 14mm;"
        found += CHAPTER.format(n=number, prefix=f"{chapter.numeral}-", tab=upright, turned=turned)
    return found


def bodies(content: Content, labels: Mapping[str, str]) -> Iterator[str]:
    """Covers, front matter and chapters in the order of the bound file. labels: anchor → page, {} to count them in the text."""
    refs, edition = references(content), content.edition
    yield f'<section class="binding">{inside(matter.cover_html(content, COMBINED))}</section>'
    where = labels or dict.fromkeys(anchors(content), "?")
    parts = matter.front_parts(content, COMBINED, where)
    front = inside(pages.front_html(edition, matter.whole(content, COMBINED), parts, matter.front_code(COMBINED)))
    yield f'<section class="binding binding-front">{front if labels else counted(content, front)}</section>'
    number = 0
    for book in content.books:
        yield f'<section class="binding">{inside(matter.cover_html(content, book.code))}</section>'
        for chapter in book.chapters:
            body = "".join(
                f'<div class="piece">{inside(pages.chapter_html(edition, piece, refs))}</div>'
                for piece in pieces(book, chapter)
            )
            yield f'<section class="binding binding-{number} {pages.tone(chapter.dimension)}">{body}</section>'
            number += 1


def anchors(content: Content) -> Iterator[str]:
    from masterplan.numbering import entries

    for book in content.books:
        for entry in entries(book):
            yield entry.anchor


def counted(content: Content, front: str) -> str:
    """The page column of the lists as counters: what a document in one piece has to do."""
    prefix = {f"{book.code}.{chapter.code}": f"{chapter.numeral}-" for book, chapter in chapters(content)}

    def line(found: re.Match[str]) -> str:
        code = ".".join(found[1].split(".")[:2])
        return f'<a class="numbered" data-prefix="{prefix[code]}" href="#{found[1]}"></a>'

    return re.sub(r'<a href="#([^"]+)">\?</a>', line, front)


def whole_html(content: Content, labels: Mapping[str, str] | None = None) -> str:
    """One document with its style sheet. labels: with them no number in the text has to be counted by the renderer."""
    cover = matter.cover_html(content, COMBINED)
    css = (settings.BASE_DIR / "static/css/book.css").read_text() + style(content) + "".join(HEAD_STYLE.findall(cover))
    body = "".join(bodies(content, labels or {}))
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{content.edition.title}</title>'
        f"<style>{css}</style></head><body>{body}</body></html>"
    )


def assets(content: Content, files: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Path | bytes, str]]:
    """Name → (file or bytes, type) of all pictures and charts."""
    blocks = [block for part in content.books for matter in part.front for block in matter.blocks]
    blocks += [block for _, chapter in chapters(content) for block in chapter.blocks]
    found = assets_of(tuple(blocks), files, (content.edition.emblem,))
    return {name: (asset.data or Path(asset.path), asset.content_type) for name, asset in found.items()}
