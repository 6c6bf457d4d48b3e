"""Where the region stands and where its RPJMD wants it: profile figures, visi, misi, tujuan, sasaran."""

from bimtek.models import MissionItem, Stage
from masterplan.blocks import Block, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import col, joined, nothing, say, sources, span, table
from masterplan.origins import of_row

Kind = MissionItem.Kind
FACT = ("label", "value", "unit", "year", "source")  # the fields of a row of the profile


def profile_facts(m: Material, argument: str = "") -> list[Block]:
    """One table of all figures, set apart by group; each figure with its year and source."""
    if not m.facts:
        return [nothing("Data profil daerah dengan tahun dan sumbernya.", Stage.PERSEPSI, "Profil daerah")]
    groups: dict[str, list[TableRow]] = {}
    for each in m.facts:
        cells = (each.label, each.value, each.unit or "–", str(each.year or "–"), each.source or "–")
        groups.setdefault(each.group, []).append(TableRow(cells, origin=of_row(each), names=FACT))
    rows = [row for name, members in groups.items() for row in (TableRow((name,), kind="group"), *members)]
    columns = (
        col("Data", 2.4),
        col("Nilai", 1.2, "right"),
        col("Satuan", 0.9),
        col("Tahun", 0.7, "center"),
        col("Sumber", 2.2),
    )
    data = span(each.year for each in m.facts)
    opening = m.sentence("profil", data=f"{len(m.facts)} data" + (f" tahun {data}" if data else ""))
    kinds = joined(name[:1].lower() + name[1:] for name in groups)
    named = m.sentence("profil-kelompok", kelompok=kinds) if len(groups) > 1 else ""
    caption = f"Profil {m.region.name} dalam angka"
    return [
        say(opening, named, m.sentence("profil-rujukan"), tabel="profil"),
        table(caption, columns, rows, key="profil", source=sources(m.facts)),
    ]


def rpjmd_missions(m: Material, argument: str = "") -> list[Block]:
    """Misi, each followed by its tujuan and their sasaran."""
    if not m.missions:
        return [nothing("Misi, tujuan, dan sasaran RPJMD.", Stage.PERSEPSI, "RPJMD")]
    counts = {kind: sum(each.kind == kind for each in m.missions) for kind in Kind}
    said = joined(f"{count} {kind.label.lower()}" for kind, count in counts.items() if count)
    rows: list[TableRow] = []
    for item, depth in in_tree(m.missions):
        if depth == 0 and item.kind == Kind.MISSION:
            rows.append(TableRow((f"Misi {item.number}. {item.text}",), kind="group", origin=of_row(item, "text")))
        else:
            cells = (f"{item.get_kind_display()} {item.number}", item.text, item.reference or "–")
            rows.append(TableRow(cells, origin=of_row(item), names=("number", "text", "reference")))
    columns = (col("Butir", 0.9), col("Isi", 3.6), col("Rujukan", 1.5))
    caption = f"Misi, tujuan, dan sasaran RPJMD {m.region.name}"
    references = list(dict.fromkeys(each.reference for each in m.missions if each.reference))
    source = references[0] if len(references) == 1 else f"RPJMD {m.region.name}"
    return [say(m.sentence("misi", rincian=said), tabel="misi"),
            table(caption, columns, rows, key="misi", source=source)]  # fmt: skip


def in_tree(items: tuple[MissionItem, ...]) -> list[tuple[MissionItem, int]]:
    """Every item under its parent, with its depth. One whose parent is no part of the list, or itself, stands at the root."""
    ids = {each.id for each in items}
    children: dict[object, list[MissionItem]] = {}
    for each in sorted(items, key=_by_number):
        root = each.parent_id is None or each.parent_id not in ids or each.parent_id == each.id
        children.setdefault(None if root else each.parent_id, []).append(each)
    found: list[tuple[MissionItem, int]] = []
    seen: set[object] = set()
    waiting = [(each, 0) for each in reversed(children.get(None, []))]
    while waiting:
        each, depth = waiting.pop()
        if each.id not in seen:
            seen.add(each.id)
            found.append((each, depth))
            waiting += [(child, depth + 1) for child in reversed(children.get(each.id, []))]
    return found + [(each, 0) for each in sorted(items, key=_by_number) if each.id not in seen]


def _by_number(item: MissionItem) -> tuple[int, list[tuple[int, int, str]], int]:
    """'2' before '10', '3.1' before '3.10'; misi before tujuan before sasaran."""
    parts = [
        (0, int(part), "") if part.isdecimal() and len(part) < 9 else (1, 0, part) for part in item.number.split(".")
    ]
    return list(Kind).index(Kind(item.kind)), parts, item.position


def missions(m: Material) -> list[MissionItem]:
    return sorted((each for each in m.missions if each.kind == Kind.MISSION), key=_by_number)
