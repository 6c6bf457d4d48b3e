"""The chain of a plan on paper: one line a programme, from the SWOT items behind it to its quick wins, then what hangs loose."""

from uuid import UUID

from bimtek import tracing
from bimtek.formats import rupiah
from bimtek.models import Stage
from bimtek.tracing import INDICATOR, KINDS, MISSION, OBJECTIVE, PROGRAMME, QUICK_WIN, STRATEGY, SWOT, Chain, Node
from masterplan.blocks import Block, Table, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import col, counted, nothing, say, table

LONGEST = 160  # letters of one cell's item


def chain_of(m: Material) -> Chain:
    """From what the books were read with: no query."""
    return Chain(
        tracing.Read(
            plan=m.plan, swot_items=m.swot_items, strategies=m.strategies, objectives=m.objectives, programmes=m.programmes,
            missions=m.missions,
            indicators=[one for each in m.programmes for one in each.indicators.all()], quick_wins=m.quick_wins, money=m.money,
        )
    )  # fmt: skip


def trace_matrix(m: Material, argument: str = "") -> list[Block]:
    if not m.programmes:
        return [nothing("Program beserta strategi, sasaran, indikator, dan anggarannya.", Stage.PROGRAM, "Program")]
    count = counted(len(m.programmes), "program")
    opening = say(m.sentence("keterlacakan", jumlah_program=count), tabel="keterlacakan")
    return [opening, *matrix(chain_of(m), m.analysis, {each.code: each.name for each in m.framework.dimensions})]


def matrix(chain: Chain, source: str, dimensions: dict[str, str]) -> list[Block]:
    """The table of programmes, by dimension, and the table of loose items."""
    rows: list[TableRow] = []
    last = ""
    for each in chain.rows.programmes:
        if each.dimension != last:
            last = each.dimension
            rows.append(TableRow((dimensions.get(last, last),), "group"))
        rows.append(_line(chain, each.pk))
    loose = [node for node in chain.loose if node.kind != PROGRAMME]
    columns = (
        col("Butir SWOT", 0.9), col("Strategi", 0.9), col("Misi RPJMD", 0.9), col("Sasaran", 1), col("Program", 2.1),
        col("Indikator", 1.8), col("Anggaran", 1.2, "right"), col("Quick win", 1.2),
    )  # fmt: skip
    caption = "Matriks keterlacakan dari butir SWOT sampai quick win"
    return [
        table(caption, columns, rows, landscape=True, source=source, key="keterlacakan"),
        *_loose(loose, source),
    ]


def _line(chain: Chain, pk: UUID) -> TableRow:
    found = {kind.key: nodes for kind, nodes in chain.around(PROGRAMME, pk).columns}
    own = found[PROGRAMME][0]
    money = rupiah(chain.totals[pk]) if pk in chain.totals else "–"
    return TableRow(
        (
            _codes(found[SWOT]), _codes(found[STRATEGY]), _codes(found[MISSION]), _codes(found[OBJECTIVE]), f"{own.code} {own.text}",
            _texts(found[INDICATOR]), money, _texts(found[QUICK_WIN]),
        )
    )  # fmt: skip


def _codes(nodes: list[Node]) -> str:
    return ", ".join(node.code for node in nodes) or "–"


def _texts(nodes: list[Node]) -> str:
    return "; ".join(node.text[:LONGEST] for node in nodes) or "–"


def _loose(loose: list[Node], source: str) -> list[Table]:
    if not loose:
        return []
    names = {kind.key: kind.title for kind in KINDS}
    rows = [TableRow((f"{n}.", names[node.kind], " ".join(node.flaws))) for n, node in enumerate(loose, 1)]
    columns = (col("No.", 0.4, "right"), col("Jenis", 1), col("Yang belum terhubung", 5))
    return [table("Butir yang belum terhubung", columns, rows, source=source, key="belum-terhubung")]
