"""The four enabler chapters: what the programmes need of policy, infrastructure, applications and people."""

from bimtek.models import Programme, Stage
from masterplan.blocks import Block, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import col, counted, nothing, office, say, table
from masterplan.origins import of_row

# field of Programme → what it is called in a sentence
NEEDS = {
    "enabler_policy": "kebijakan dan kelembagaan",
    "enabler_infrastructure": "infrastruktur",
    "enabler_application": "aplikasi dan perangkat lunak",
    "enabler_people": "SDM dan literasi",
}


def _needs(m: Material, field: str) -> list[Block]:
    """Programmes that named this need, by dimension."""
    name = NEEDS[field]
    needing = [each for each in m.programmes if getattr(each, field).strip()]
    if not needing:
        return [nothing(f"Kebutuhan {name} pada program.", Stage.FINALISASI, "Program")]
    rows: list[TableRow] = []
    for dimension in m.framework.dimensions:
        members = [each for each in needing if each.dimension == dimension.code]
        if members:
            rows.append(TableRow((dimension.name,), "group", dimension.code))
            rows += [_row(each, field) for each in members]
    columns = (
        col("Kode", 0.8),
        col("Program", 1.9),
        col(f"Kebutuhan {name}", 3.9),
        col("OPD", 1.2),
    )
    sentence = m.sentence("penopang", jumlah_program=counted(len(needing), "program"), kebutuhan=name)
    return [
        say(sentence, tabel=field),
        table(f"Kebutuhan {name} menurut program", columns, rows, source=m.analysis, key=field),
    ]


def _row(each: Programme, field: str) -> TableRow:
    cells = (each.code, each.name, getattr(each, field), office(each.opd) or "–")
    return TableRow(cells, origin=of_row(each), names=("code", "name", field, "opd"))


def enabler_policy(m: Material, argument: str = "") -> list[Block]:
    return _needs(m, "enabler_policy")


def enabler_infrastructure(m: Material, argument: str = "") -> list[Block]:
    return _needs(m, "enabler_infrastructure")


def enabler_application(m: Material, argument: str = "") -> list[Block]:
    return _needs(m, "enabler_application")


def enabler_people(m: Material, argument: str = "") -> list[Block]:
    return _needs(m, "enabler_people")
