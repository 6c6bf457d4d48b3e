"""The content as a Typst document, for a renderer that is fast by another road. Equivalent, not equal: no design of ours."""

from pathlib import Path

from masterplan import charts
from masterplan.blocks import (
    Block,
    Bullets,
    Callout,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Prose,
    QuickWinPage,
    Quote,
    Swot,
    Table,
    Tiles,
)
from masterplan.books import Content

HEAD = """#set page(paper: "a4", margin: (inside: 30mm, outside: 25mm, top: 27mm, bottom: 25mm), numbering: "1")
#set text(font: "Plus Jakarta Sans", size: 10.5pt, lang: "id")
#set par(leading: 0.75em)
#set heading(numbering: "1.1.1")
#set table(stroke: 0.35pt + gray, inset: 4pt)
#show figure.where(kind: table): set block(breakable: true)
"""
ESCAPED = str.maketrans({letter: f"\\{letter}" for letter in "\\#*_$`<>@[]~=-+/"})


def text(words: str) -> str:
    return words.translate(ESCAPED).replace("\n", " \\\n")


def source(content: Content, folder: Path) -> str:
    """The document; charts are written to the folder as SVG."""
    lines = [
        HEAD,
        f"= {text(content.edition.title)}\n#outline(depth: 3)\n#outline(target: figure.where(kind: table))\n",
    ]
    for book in content.books:
        for chapter in book.chapters:
            lines.append(f"#pagebreak(weak: true)\n= {text(chapter.title)}\n{text(chapter.gist)}\n")
            lines += [_block(block, folder) for block in chapter.blocks]
    return "\n".join(lines)


def _block(block: Block, folder: Path) -> str:
    match block:
        case Heading():
            return f"{'=' * block.level} {text(block.text)}\n"
        case Paragraph() | Quote():
            return f"{text(block.text)}\n"
        case Callout():
            return f"*{text(block.title)}* {text(block.text)}\n"
        case Prose():
            import re

            return f"{text(re.sub('<[^>]+>', ' ', block.html))}\n"
        case Bullets():
            return "\n".join(f"- {text(item)}" for item in block.items) + "\n"
        case Table():
            return _table(block)
        case Facts():
            return _grid(2, [cell for pair in block.pairs for cell in pair])
        case Tiles():
            return _grid(2, [cell for pair in block.tiles for cell in pair])
        case Swot():
            quarters = (block.strengths, block.weaknesses, block.opportunities, block.threats)
            return _grid(2, ["\n".join(points) for points in quarters])
        case QuickWinPage():
            pairs = [*block.facts, *block.sections, *block.targets, *block.risks]
            head = f"#pagebreak(weak: true)\n== {text(block.name)}\n{text(block.summary)}\n"
            return head + _grid(2, [cell for pair in pairs for cell in pair])
        case Figure():
            path = folder / f"chart-{abs(hash(block.caption))}.svg"
            path.write_text(charts.svg(block.chart))
            return f'#figure(image("{path.name}", width: 100%), caption: [{text(block.caption)}])\n'
    return ""


def _table(table: Table) -> str:
    heads = "".join(f"[*{text(column.title)}*], " for column in table.columns)
    columns = ", ".join(f"{column.share}fr" for column in table.columns)
    cells = []
    for row in table.rows:
        if row.kind == "group":
            cells.append(f"table.cell(colspan: {len(table.columns)})[*{text(row.cells[0])}*]")
        else:
            cells += [f"[{text(cell)}]" for cell in row.cells]
    body = f"#figure(table(columns: ({columns},), table.header({heads}), {', '.join(cells)}), caption: [{text(table.caption)}])\n"
    small = f"#text(size: 8pt)[{body}]\n"
    return f"#page(flipped: true)[{small}]\n" if table.landscape else small


def _grid(columns: int, cells: list[str]) -> str:
    return f"#table(columns: {columns}, {', '.join(f'[{text(cell)}]' for cell in cells)})\n" if cells else ""
