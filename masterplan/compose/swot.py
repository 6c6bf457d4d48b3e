"""SWOT: the items of every scope as matrices, their weighted place, and the strategies that cite them."""

from decimal import Decimal

from bimtek.formats import number
from bimtek.models import Stage, Strategy, SwotItem
from bimtek.swot import Analysis, analyse
from masterplan import charts
from masterplan.blocks import Block, Callout, Column, Figure, Heading, Swot, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import col, counted, joined, listed, nothing, say, table
from masterplan.origins import of_row

NAMES = {"S": "kekuatan", "W": "kelemahan", "O": "peluang", "T": "ancaman"}
INTERNAL, EXTERNAL = "SW", "OT"


def scopes(m: Material) -> list[str]:
    """The scopes that hold items or strategies: '' for the whole region first, then the dimensions in order."""
    used = {item.scope for item in m.swot_items} | {strategy.scope for strategy in m.strategies}
    known = ["", *(each.code for each in m.framework.dimensions)]
    return [code for code in known if code in used] + sorted(used - set(known))


def scope_name(m: Material, scope: str) -> str:
    return m.dimension_name(scope) if scope else m.region.name


def short_code(item: SwotItem) -> str:
    """'S1': inside one scope the scope's code would only be noise."""
    return f"{item.quadrant}{item.number}"


def items_of(m: Material, scope: str, quadrants: str = "SWOT") -> list[SwotItem]:
    return [each for each in m.swot_items if each.scope == scope and each.quadrant in quadrants]


def _absent() -> list[Block]:
    return [nothing("Butir kekuatan, kelemahan, peluang, dan ancaman.", Stage.PERSEPSI, "SWOT")]


def swot_items(m: Material, argument: str = "") -> list[Block]:
    """One 2 × 2 matrix a scope, and under it what data the items stand on."""
    if not m.swot_items:
        return _absent()
    count = joined(f"{sum(each.quadrant == code for each in m.swot_items)} {name}" for code, name in NAMES.items())
    blocks: list[Block] = [say(m.sentence("swot-butir", jumlah_butir=len(m.swot_items), rincian=count))]
    for scope in scopes(m):
        if items_of(m, scope):
            blocks += _scope_items(m, scope)
    return blocks


def _scope_items(m: Material, scope: str) -> list[Block]:
    texts = {code: tuple(f"{short_code(each)}  {each.text}" for each in items_of(m, scope, code)) for code in "SWOT"}
    name = scope_name(m, scope)
    grounds = [(short_code(each), each.evidence) for each in items_of(m, scope) if each.evidence.strip()]
    matrix = Swot(
        f"Matriks SWOT {name}",
        texts["S"],
        texts["W"],
        texts["O"],
        texts["T"],
        source=m.analysis,
        key=f"swot-{scope or 'daerah'}",
        origins={code: tuple(of_row(each, "text") for each in items_of(m, scope, code)) for code in "SWOT"},
    )
    blocks: list[Block] = [Heading(3, name), matrix]
    if grounds:
        ground = "; ".join(f"{code}: {text.rstrip('.')}" for code, text in grounds)
        blocks.append(say(m.sentence("swot-dasar", dasar=ground)))
    return blocks


def swot_matrix(m: Material, argument: str = "") -> list[Block]:
    """How many strategies each crossing of internal and external factors brought, per scope."""
    if not m.strategies:
        return []
    kinds = list(Strategy.Kind)
    rows = []
    for scope in scopes(m):
        counts = [sum(each.scope == scope and each.kind == kind for each in m.strategies) for kind in kinds]
        if any(counts):
            rows.append(TableRow((scope_name(m, scope), *map(str, counts), str(sum(counts)))))
    sums = [sum(each.kind == kind for each in m.strategies) for kind in kinds]
    rows.append(TableRow(("Jumlah", *map(str, sums), str(sum(sums))), "total"))
    columns = [col("Lingkup", 2), *(col(kind.value, 0.7, "right") for kind in kinds), col("Jumlah", 0.8, "right")]
    note = m.sentence("swot-catatan")
    return [
        table(
            "Jumlah strategi menurut lingkup dan jenisnya",
            columns,
            rows,
            note=note,
            source=m.analysis,
            key="jumlah-strategi",
        )
    ]


def swot_strategies(m: Material, argument: str = "") -> list[Block]:
    """The strategies of every scope with the items that each one uses, and the programmes that carry it out."""
    if not m.strategies:
        return [nothing("Strategi SO, WO, ST, dan WT beserta butir SWOT yang dipakainya.", Stage.PERSEPSI, "SWOT")]
    carried = _programme_codes(m)
    rows: list[TableRow] = []
    for scope in scopes(m):
        strategies = [each for each in m.strategies if each.scope == scope]
        if strategies:
            dimension = scope if scope in {each.code for each in m.framework.dimensions} else ""
            rows.append(TableRow((scope_name(m, scope),), "group", dimension))
            rows += [
                TableRow(
                    (f"{each.kind}{each.number}", each.text, cited(each) or "–", carried.get(each.id, "–")),
                    origin=of_row(each),
                    names=("number", "text", "items", ""),
                )
                for each in strategies
            ]
    uncited = sum(not each.items.all() for each in m.strategies)
    loose = counted(uncited, "strategi")
    missing = m.sentence("swot-strategi-tanpa-butir", jumlah_strategi=loose) if uncited else ""
    opening = m.sentence("swot-strategi", jumlah_strategi=counted(len(m.strategies), "strategi"))
    columns = (col("Kode", 0.6), col("Strategi", 3.6), col("Butir SWOT", 1), col("Program", 1.3))
    return [say(opening, missing, m.sentence("swot-strategi-rujukan"), tabel="strategi-swot"),
            table("Strategi SWOT dan butir yang dipakainya", columns, rows, source=m.analysis, key="strategi-swot")]  # fmt: skip


def cited(strategy: Strategy) -> str:
    """'S1, S3, O2': without the scope's code where item and strategy share their scope."""
    items = sorted(strategy.items.all(), key=lambda each: ("SWOT".index(each.quadrant), each.scope, each.number))
    return ", ".join(short_code(each) if each.scope == strategy.scope else each.code for each in items)


def _programme_codes(m: Material) -> dict[object, str]:
    """Strategy id → 'SG-1.01, SG-2.03'."""
    found: dict[object, list[str]] = {}
    for programme in m.programmes:
        for strategy in programme.strategies.all():
            found.setdefault(strategy.id, []).append(programme.code)
    return {key: ", ".join(codes) for key, codes in found.items()}


def swot_position(m: Material, argument: str = "") -> list[Block]:
    """The region's place in the quadrants without the factors behind it: for the executive summary."""
    return _position(m, factors=False)


def swot_quadrant(m: Material, argument: str = "") -> list[Block]:
    """IFAS and EFAS with the region's place in the quadrants, where the plan weighs its items."""
    return _position(m, factors=True)


def _position(m: Material, *, factors: bool) -> list[Block]:
    if not m.swot_items:
        return _absent()
    if not m.plan.swot_weighted:
        return [say(m.sentence("swot-kualitatif"))]
    items = weighted(m)
    if not items:
        return [nothing("Bobot dan rating butir SWOT.", Stage.PERSEPSI, "SWOT")]
    found = analyse(items)
    blocks: list[Block] = [_place(m, found, factors=factors)]
    if found.problems:
        blocks.append(Callout("Posisi ini masih sementara", " ".join(found.problems), "warning"))
    blocks.append(_quadrant_figure(m, found))
    if not factors:
        return blocks
    for caption, letters, key in (
        ("Matriks IFAS: faktor internal", INTERNAL, "ifas"),
        ("Matriks EFAS: faktor eksternal", EXTERNAL, "efas"),
    ):
        blocks += _factors(m, items, (caption, letters, key), found)
    return blocks


def weighted(m: Material) -> list[SwotItem]:
    """The region's own items, as on screen; where a plan has only those of dimensions, the scopes that weigh theirs."""
    whole = [each for each in m.swot_items if not each.scope]
    if whole:
        return whole if any(each.weight is not None or each.rating is not None for each in whole) else []
    weighing = {each.scope for each in m.swot_items if each.weight is not None or each.rating is not None}
    return [each for each in m.swot_items if each.scope in weighing]


def standing(m: Material) -> list[str]:
    """Where the region stands, in sentences without a reference: for a slide. Needs items with weights."""
    return _standing(m, analyse(weighted(m)))


def _standing(m: Material, found: Analysis) -> list[str]:
    return [
        m.sentence("swot-nilai", nilai_ifas=number(found.ifas, 2), nilai_efas=number(found.efas, 2)),
        m.sentence("swot-selisih", selisih_internal=signed(found.x), selisih_eksternal=signed(found.y)),
        m.sentence("swot-posisi", posisi=found.sentence),
    ]


def _place(m: Material, found: Analysis, *, factors: bool) -> Block:
    if not factors:
        return say(*_standing(m, found), m.sentence("swot-posisi-rujukan-ringkas"), gambar="kuadran")
    where = m.sentence("swot-posisi-rujukan")
    return say(*_standing(m, found), where, gambar="kuadran", ifas="ifas", efas="efas")


def signed(value: Decimal) -> str:
    """'+0,50', '−0,20', '0,00'."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), 2)}"


def _quadrant_figure(m: Material, found: Analysis) -> Figure:
    point = {"label": m.region.name, "x": found.x, "y": found.y}
    names = joined(map(str, found.quadrants))
    return Figure(
        caption=f"Posisi strategis {m.region.name} pada kuadran SWOT", chart=charts.swot_quadrant([point]),
        alt=f"Bagan empat kuadran. {m.region.name} pada x {signed(found.x)} dan y {signed(found.y)}: {names}.",
        source=m.analysis, key="kuadran",
    )  # fmt: skip


def _factors(m: Material, items: list[SwotItem], side: tuple[str, str, str], found: Analysis) -> list[Block]:
    """Every weighted item of one side (caption, letters, key) with weight × rating, sums by quadrant and in all."""
    caption, letters, key = side
    rows: list[TableRow] = []
    for letter in letters:
        members = [each for each in items if each.quadrant == letter]
        if not members:
            continue
        rows.append(TableRow((NAMES[letter].capitalize(),), "group"))
        rows += [_factor(each) for each in members]
        rows.append(
            TableRow(
                ("", f"Jumlah {NAMES[letter]}", _weight(found.weights[letter]), "", number(found.scores[letter], 2)),
                "subtotal",
            )
        )
    weight = sum((found.weights[letter] for letter in letters), Decimal(0))
    score = sum((found.scores[letter] for letter in letters), Decimal(0))
    rows.append(TableRow(("", "Jumlah", _weight(weight), "", number(score, 2)), "total"))
    columns: tuple[Column, ...] = (
        col("Kode", 0.6), col("Faktor", 3.8), col("Bobot", 0.7, "right"), col("Rating", 0.7, "right"), col("Skor", 0.7, "right")
    )  # fmt: skip
    note = m.sentence("swot-skor-catatan")
    return [table(caption, columns, rows, note=note, source=m.analysis, key=key)]


def _factor(each: SwotItem) -> TableRow:
    score = "–" if each.weight is None or each.rating is None else number(each.weight * each.rating, 3)
    weight = "–" if each.weight is None else _weight(each.weight)
    cells = (each.code, " ".join(listed(each.text)), weight, str(each.rating or "–"), score)
    return TableRow(cells, origin=of_row(each), names=("number", "text", "weight", "rating", ""))


def _weight(value: Decimal) -> str:
    return number(value, 3)
