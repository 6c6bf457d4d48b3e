"""The roadmap on one sheet, and the slides of the final presentation: the books' own sentences, figures and tables, picked."""

from collections.abc import Iterable

from bimtek.formats import number, ringkas
from bimtek.models import Stage
from masterplan import gantt
from masterplan.blocks import (
    Block,
    Bullets,
    Column,
    Empty,
    Figure,
    Heading,
    Paragraph,
    Quote,
    Swot,
    Table,
    TableRow,
    Tiles,
)
from masterplan.compose import (
    budgets,
    gaps,
    introduction,
    profile,
    programmes,
    quickwins,
    readiness,
    roadmap,
    swot,
    vision,
)
from masterplan.compose.closing import points
from masterplan.compose.edition import edition_title
from masterplan.compose.material import Material
from masterplan.compose.words import UNFILLED, col, counted, nothing, office, table
from masterplan.decks import POSTER, SHEETS, SLIDES, Deck, Slide

ON_POSTER, ON_SLIDE, ON_SHEET = 44, 18, 14  # bars of the roadmap
MOST_ROWS = 6  # of a table on a slide


def decks(m: Material) -> tuple[Deck, ...]:
    return poster(m), slides(m), sheets(m)


# --- parts that both show ----------------------------------------------------------------------------------------


def figure(blocks: Iterable[Block]) -> Block:
    """The first figure of a section; what says that it is missing, where there is none."""
    found = list(blocks)
    return next((block for block in found if isinstance(block, Figure)), _absent(found))


def _absent(found: list[Block]) -> Block:
    empty = next((block for block in found if isinstance(block, Empty)), None)
    return empty or Paragraph("Bagian ini tidak disusun dalam rencana ini.")


def bare(found: Block) -> Block:
    """A figure whose caption the slide's title says already."""
    return Figure("", found.chart, found.alt) if isinstance(found, Figure) else found


def tiles(m: Material) -> Tiles:
    """The plan in four figures."""
    money = sum(row.amount for row in m.money)
    index = readiness.judged(m.readiness).index
    return Tiles((
        (str(len(m.programmes)), "program pada enam dimensi".replace("enam", str(len(m.framework.dimensions)))),
        (ringkas(money) if money else "–", f"anggaran {m.period}"),
        (str(len(m.chosen_quick_wins())), "quick win dalam dua belas bulan"),
        (number(index, 1) if index is not None else "–", "indeks kesiapan dari 100"),
    ))  # fmt: skip


def bars(m: Material, most: int, *, width: int, row: float, dimension: str = "") -> Block:
    """Programmes of high priority over the years; some of every dimension and term, where they are too many."""
    if dimension:
        chosen = roadmap.dated(m, m.programmes_of(dimension))
    else:
        chosen = roadmap.dated(m, programmes.unggulan(m)) or roadmap.dated(m, list(m.programmes))
    if not chosen:
        return nothing("Tahun mulai dan tahun selesai program.", Stage.PROGRAM, "Program")
    shown = roadmap.some_of_each(m, chosen, most)
    spec = gantt.on_one_sheet(
        roadmap.bars(shown), years=m.plan.years, terms=roadmap.terms_of(m), width=width, row=row
    )  # fmt: skip
    alt = "; ".join(f"{each.code} {each.name} {programmes.years_of(each)}" for each in shown)
    return Figure("", spec, f"Bagan batang waktu. {alt}.")


def quick_win_list(m: Material, dimension: str = "") -> Table:
    rows = [
        TableRow((each.dimension, each.name, office(each.opd) or "–", f"{each.months} bulan" if each.months else "–"))
        for each in m.chosen_quick_wins()
        if dimension in ("", each.dimension)
    ]
    columns = (col("", 0.5), col("Quick win", 3), col("OPD", 1.4), col("Lama", 0.9))
    return table("", columns, rows[:12], empty="Quick win belum dipilih.")


def statement(m: Material) -> Quote:
    """The vision of the whole; a rich answer is brought down to its words."""
    text = m.words("visi-smart-city") or m.words("rpjmd-visi")
    return Quote(text or f"Visi: {UNFILLED.lower()}", m.region.name)


def short(found: Block, most: int = MOST_ROWS) -> Block:
    """A table cut to what a slide holds; the last line says how many more the book has."""
    if not isinstance(found, Table):
        return found
    rows = [row for row in found.rows if row.kind in ("row", "total")]
    body = [row for row in rows if row.kind == "row"]
    more = f"{len(body) - most} lainnya dimuat dalam buku." if len(body) > most else ""
    return Table(
        "",
        found.columns,
        tuple(body[:most] + [row for row in rows if row.kind == "total"]),
        note=more,
        empty=found.empty,
    )


def only(found: Block, titles: tuple[str, ...]) -> Block:
    """The table with these columns alone."""
    if not isinstance(found, Table):
        return found
    kept = [place for place, column in enumerate(found.columns) if column.title in titles]
    rows = tuple(
        TableRow(
            row.cells if row.kind == "group" else tuple(row.cells[place] for place in kept), row.kind, row.dimension
        )
        for row in found.rows
    )
    columns = tuple(
        Column(each.title, each.align, each.share, each.unit) for each in (found.columns[place] for place in kept)
    )
    return Table(found.caption, columns, rows, note=found.note, empty=found.empty)


def first_table(found: list[Block]) -> Block:
    return next((block for block in found if isinstance(block, Table)), _absent(found))


# --- the poster --------------------------------------------------------------------------------------------------


def poster(m: Material) -> Deck:
    """One sheet: the roadmap at the left, the plan in figures, quick wins and money at the right."""
    names = " · ".join(f"{each.code} {each.name}" for each in m.framework.dimensions)
    money = Heading(3, f"Anggaran {m.period}, miliar rupiah")
    right = (tiles(m), quick_win_list(m), money, bare(figure(budgets.budget_recap(m))), Paragraph(names))
    sheet = Slide(
        f"Peta Jalan Smart City {m.region.name} {m.period}",
        (statement(m), bars(m, ON_POSTER, width=1010, row=18.4)),
        right,
    )
    return Deck(POSTER, f"Poster Peta Jalan Smart City {m.region.name} {m.period}", (sheet,))


# --- a sheet a dimension -----------------------------------------------------------------------------------------


def sheets(m: Material) -> Deck:
    """Each dimension on one A4: where it goes, its figures, its programmes over the years, its quick wins."""
    pages = tuple(_sheet(m, each.code, each.name) for each in m.framework.dimensions)
    return Deck(SHEETS, f"Infografis dimensi smart city {m.region.name} {m.period}", pages)


def _sheet(m: Material, code: str, name: str) -> Slide:
    found, money = m.programmes_of(code), sum(row.amount for row in m.money if row.dimension == code)
    won = sum(each.dimension == code for each in m.chosen_quick_wins())
    figures = Tiles((
        (str(len(found)), "program"), (ringkas(money) if money else "–", f"anggaran {m.period}"),
        (str(len(m.objectives_of(code))), "sasaran"), (str(won), "quick win"),
    ))  # fmt: skip
    goals = tuple(f"{vision.objective_code(each)} {each.text}" for each in m.objectives_of(code)[:4])
    vision_of = m.words(f"visi-{code}") or f"Visi dimensi ini {UNFILLED.lower()}"
    parts: list[Block] = [Quote(vision_of, dimension=code), figures, Heading(3, "Sasaran")]
    parts.append(Bullets(goals) if goals else nothing(f"Sasaran {name}.", Stage.PROGRAM, "Sasaran"))
    parts += [
        Heading(3, "Peta jalan program"),
        bars(m, ON_SHEET, width=720, row=18, dimension=code),
        Heading(3, "Quick win"),
        quick_win_list(m, code),
    ]
    return Slide(name, tuple(parts), word=f"{m.region.name} {m.period}", dimension=code)


# --- the slides --------------------------------------------------------------------------------------------------


def slides(m: Material) -> Deck:
    pages = (*_opening(m), *_analysis(m), *_plan(m), *_closing(m))
    return Deck(SLIDES, f"Paparan {edition_title(m)} {m.period}", pages)


def _opening(m: Material) -> Iterable[Slide]:
    yield Slide(edition_title(m), (Paragraph(f"Paparan akhir {m.period}"),), layout="cover")
    yield Slide("Arah yang dituju", (statement(m),), (tiles(m),), "Visi", "statement")
    found: Block = (
        bare(vision.alignment_figure(m)) if profile.missions(m) else nothing("Misi RPJMD.", Stage.PERSEPSI, "RPJMD")
    )
    yield Slide("Masterplan ini melayani misi RPJMD", (found,), (), "RPJMD")
    held = counted(len(m.sessions), "bimbingan teknis")
    yield Slide(f"Disusun bersama dalam {held}", (short(first_table(introduction.sessions(m))),), (), "Proses")


def _analysis(m: Material) -> Iterable[Slide]:
    found = readiness.judged(m.readiness)
    title = (
        f"Kesiapan daerah {number(found.index, 1)} dari 100, golongan {found.band}"
        if found.index is not None
        else "Kesiapan daerah"
    )
    yield Slide(
        title,
        (Paragraph(readiness.distribution(m, found)), bare(figure(readiness.readiness_summary(m)))),
        (),
        "Kesiapan",
    )
    high = sum(each.severity == 3 for each in m.gaps)
    title = (
        f"{counted(len(m.gaps), 'kesenjangan').capitalize()}, {high} di antaranya bertingkat tinggi"
        if m.gaps
        else "Kesenjangan"
    )
    yield Slide(title, (short(first_table(gaps.gap_summary(m))),), (), "Kesenjangan")
    main, side = _position(m)
    yield Slide("Posisi strategis daerah", main, side, "SWOT")


def _position(m: Material) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The quadrant and its reading where the plan weighs its items; otherwise the first matrix, three items a quarter."""
    quadrant = next((block for block in swot.swot_quadrant(m) if isinstance(block, Figure)), None)
    if quadrant:
        return (bare(quadrant),), tuple(Paragraph(sentence) for sentence in swot.standing(m))
    matrix = next((block for block in swot.swot_items(m) if isinstance(block, Swot)), None)
    if matrix is None:
        return (_absent(swot.swot_items(m)),), ()
    few = Swot("", matrix.strengths[:3], matrix.weaknesses[:3], matrix.opportunities[:3], matrix.threats[:3])
    return (few,), ()


def _plan(m: Material) -> Iterable[Slide]:
    yield Slide(
        "Visi tiap dimensi",
        (only(short(first_table(vision.vision_table(m))), ("Kode", "Dimensi", "Visi")),),
        (),
        "Visi",
    )
    title = f"{counted(len(m.programmes), 'program').capitalize()} dalam tiga jangka"
    yield Slide(title, (bare(figure(programmes.programme_summary(m))),), (), "Program")
    chosen = len(programmes.unggulan(m))
    wanted = only(first_table(programmes.priority_programmes(m)), ("Kode", "Program", "Manfaat"))
    yield Slide(
        f"{counted(chosen, 'program').capitalize()} berprioritas tinggi" if chosen else "Program prioritas",
        (_spread(m, wanted),),
        (),
        "Program",
    )
    yield Slide(f"Peta jalan {m.period}", (bars(m, ON_SLIDE, width=1000, row=19),), (), "Peta jalan", "wide")
    money = sum(row.amount for row in m.money)
    yield Slide(
        f"Kebutuhan anggaran {ringkas(money)}" if money else "Kebutuhan anggaran",
        (bare(figure(budgets.budget_recap(m))),),
        (),
        "Anggaran",
    )
    yield Slide("Dari mana dananya", (bare(figure(budgets.budget_by_source(m))),), (), "Anggaran")


def _spread(m: Material, found: Block) -> Block:
    """The first of each dimension, so that none goes missing on a slide."""
    if not isinstance(found, Table):
        return found
    firsts = {each.dimension: each.code for each in reversed(programmes.unggulan(m))}
    rows = [row for row in found.rows if row.kind == "row"]
    shown = tuple(row for row in rows if row.cells[0] in firsts.values())
    more = (
        f"Satu dari tiap dimensi; {len(rows) - len(shown)} lainnya dimuat dalam buku." if len(rows) > len(shown) else ""
    )
    return Table("", found.columns, shown, note=more)


def _closing(m: Material) -> Iterable[Slide]:
    chosen = m.chosen_quick_wins()
    title = f"{counted(len(chosen), 'quick win').capitalize()} terlihat warga dalam setahun" if chosen else "Quick win"
    found = quickwins.quick_win_summary(m)
    yield Slide(title, (bare(figure(found)),), (), "Quick win")
    yield Slide(
        "Manfaatnya bagi warga",
        (short(only(first_table(found), ("Dimensi", "Quick win", "Manfaat", "OPD"))),),
        (),
        "Quick win",
    )
    yield Slide("Komitmen bersama", (Bullets(tuple(points(m)[:6]), ordered=True),), (), "Komitmen")
