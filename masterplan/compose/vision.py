"""What the plan wants: visi and sasaran of each dimension, traced to the misi that they serve, and the strategies chosen."""

from bimtek.models import Objective, Stage, Strategy
from masterplan import maps
from masterplan.blocks import Block, Figure, TableRow
from masterplan.compose.material import Material
from masterplan.compose.profile import missions
from masterplan.compose.swot import cited
from masterplan.compose.words import UNFILLED, col, counted, joined, nothing, say, table
from masterplan.origins import of_answer, of_row


def vision_table(m: Material, argument: str = "") -> list[Block]:
    """The vision of each dimension beside what it brought: objectives and programmes."""
    if not any(m.answer(f"visi-{each.code}") for each in m.framework.dimensions):
        return [nothing("Visi tiap dimensi.", Stage.PROGRAM, "Visi smart city")]
    rows = [
        TableRow((
            each.code, each.name, m.answer(f"visi-{each.code}") or UNFILLED,
            str(len(m.objectives_of(each.code))), str(len(m.programmes_of(each.code))),
        ), origin=of_answer(m.framework, f"visi-{each.code}"))
        for each in m.framework.dimensions
    ]  # fmt: skip
    columns = (
        col("Kode", 0.5),
        col("Dimensi", 1.3),
        col("Visi", 3.6),
        col("Sasaran", 0.7, "right"),
        col("Program", 0.7, "right"),
    )
    caption = f"Visi smart city {m.region.name} menurut dimensi"
    return [table(caption, columns, rows, source=m.analysis, key="visi-dimensi")]


def objective_code(objective: Objective) -> str:
    """'SG-S1' would look like a SWOT item, so 'SG.1'."""
    return f"{objective.dimension}.{objective.number}"


def objectives(m: Material, dimension: str = "") -> list[Block]:
    chosen = [each for each in m.framework.dimensions if dimension in ("", each.code)]
    rows: list[TableRow] = []
    for each in chosen:
        found = m.objectives_of(each.code)
        if not dimension:
            rows.append(TableRow((each.name,), "group", each.code))
        if not found and not dimension:
            rows.append(TableRow(("–", UNFILLED, "–", "–")))
        rows += [_objective(m, one) for one in found]
    if not any(m.objectives_of(each.code) for each in chosen):
        where = m.dimension_name(dimension) if dimension else "tiap dimensi"
        return [nothing(f"Sasaran {where}.", Stage.PROGRAM, "Sasaran")]
    columns = (col("Kode", 0.6), col("Sasaran", 3.6), col("Misi RPJMD", 0.9, "center"), col("Program", 0.8, "right"))
    name = m.dimension_name(dimension) if dimension else m.region.name
    return [
        table(f"Sasaran smart city {name}", columns, rows, source=m.analysis, key=f"sasaran-{dimension or 'semua'}")
    ]


def _objective(m: Material, each: Objective) -> TableRow:
    programmes = sum(one.objective_id == each.id for one in m.programmes)
    mission = str(each.mission) if each.mission else "–"
    cells = (objective_code(each), each.text, mission, str(programmes or "–"))
    return TableRow(cells, origin=of_row(each), names=("number", "text", "mission", ""))


def alignment_table(m: Material, argument: str = "") -> list[Block]:
    """Every misi of the RPJMD with the objectives and programmes that serve it, and those that serve none."""
    if not m.missions or not (m.objectives or m.programmes):
        return [nothing("Kaitan sasaran dan program dengan misi RPJMD.", Stage.PROGRAM, "Sasaran")]
    rows, served = [], 0
    for mission in missions(m):
        goals = [objective_code(each) for each in m.objectives if m.roots.get(each.mission_id) == mission.id]
        programmes = [each.code for each in m.programmes if mission.id in m.served[each.id]]
        served += bool(goals or programmes)
        rows.append(
            TableRow(
                (
                    f"Misi {mission.number}",
                    mission.text,
                    ", ".join(goals) or "–",
                    ", ".join(programmes) or "–",
                    str(len(programmes)),
                ),
                origin=of_row(mission),
                names=("number", "text"),
            )
        )
    loose = [each.code for each in m.programmes if not m.served[each.id]]
    total = len(missions(m))
    opening = m.sentence("keselarasan", misi_didukung=served, jumlah_misi=total) if total else ""
    rest = (
        m.sentence("keselarasan-lepas", jumlah_program=counted(len(loose), "program"), kode_program=joined(loose))
        if loose
        else ""
    )
    columns = (
        col("Misi", 0.7),
        col("Isi misi", 2.4),
        col("Sasaran", 0.9),
        col("Program", 2),
        col("Jumlah", 0.7, "right"),
    )
    note = m.sentence("keselarasan-catatan")
    caption = "Keselarasan sasaran dan program smart city dengan misi RPJMD"
    return [say(opening, rest, m.sentence("keselarasan-rujukan"), gambar="gambar-keselarasan", tabel="keselarasan"),
            alignment_figure(m), table(caption, columns, rows, note=note, source=m.analysis, key="keselarasan")]  # fmt: skip


def alignment_figure(m: Material) -> Figure:
    """How many programmes of each dimension serve each misi."""
    named = missions(m)
    codes = [each.code for each in m.framework.dimensions]
    counts = {
        (mission.number, code): sum(mission.id in m.served[each.id] for each in m.programmes_of(code)) for mission in named for code in codes
    }  # fmt: skip
    alt = "; ".join(
        f"misi {mission.number}: " + (joined(f"{counts[mission.number, code]} program {code}" for code in codes if counts[mission.number, code]) or "belum ada program")
        for mission in named
    )  # fmt: skip
    return Figure(
        "Jumlah program yang mendukung tiap misi RPJMD menurut dimensi",
        maps.alignment([(each.number, each.text) for each in named], counts, codes),
        alt=f"Matriks misi dan dimensi. {alt}.", source=m.analysis, key="gambar-keselarasan",
    )  # fmt: skip


def strategy_table(m: Material, dimension: str = "") -> list[Block]:
    """The dimension's strategies, what they cite and which programmes carry them out."""
    chosen = [each for each in m.strategies if dimension in ("", each.scope)]
    chosen += [each for each in m.strategies if dimension and not each.scope and _carries(m, each, dimension)]
    if not chosen:
        name = m.dimension_name(dimension) if dimension else "smart city"
        return [nothing(f"Strategi {name} dari analisis SWOT.", Stage.PERSEPSI, "SWOT")]
    rows = []
    for each in chosen:
        codes = [one.code for one in m.carriers.get(each.id, ())]
        cells = (each.code, each.text, cited(each) or "–", ", ".join(codes) or "–")
        rows.append(TableRow(cells, origin=of_row(each), names=("number", "text", "items", "")))
    columns = (col("Kode", 0.8), col("Strategi", 3.4), col("Butir SWOT", 1), col("Program pelaksana", 1.5))
    name = m.dimension_name(dimension) if dimension else m.region.name
    return [
        table(
            f"Strategi {name} dan program pelaksananya",
            columns,
            rows,
            source=m.analysis,
            key=f"strategi-{dimension or 'semua'}",
        )
    ]


def _carries(m: Material, strategy: Strategy, dimension: str) -> bool:
    return any(one.dimension == dimension for one in m.carriers.get(strategy.id, ()))
