"""How long a workbook takes out and in, against the bare libraries in the same run.

    python -m benchmarks.workbooks [PAIRS]    400 programmes × 10 years of money, out and in

Uses a database of its own under the temporary folder. Ratios are of processor time, each run beside one of the bare library.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

PROGRAMMES, YEARS, PAIRS = 400, 10, 7


def cpu(deed: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of this process and of the children it waited for, and the result."""
    start = sum(os.times()[:4])
    result = deed()
    return sum(os.times()[:4]) - start, result


def against(deed: Callable[[], Any], bare: Callable[[], Any], pairs: int) -> tuple[float, float, float, Any]:
    """Medians of interleaved pairs: ours, the bare library's, their ratio; and our last result."""
    ours, theirs, ratios, result = [], [], [], None
    for _ in range(pairs):
        one, result = cpu(deed)
        other, _ = cpu(bare)
        ours.append(one)
        theirs.append(other)
        ratios.append(one / other)
    return statistics.median(ours), statistics.median(theirs), statistics.median(ratios), result


def prepare() -> Any:
    from django.core.management import call_command

    from bimtek.models import BudgetLine, Programme
    from regions.access import Role, access_of
    from tests.factories import make_member, make_opd, make_plan, make_region

    call_command("migrate", verbosity=0)
    region = make_region()
    opd, plan, user = make_opd(region), make_plan(region), make_member(region, Role.ADMIN)
    place = {"region": region, "plan": plan}
    words = "Warga memperoleh layanan yang lebih cepat dan lebih dekat dari rumahnya sendiri."
    programmes = Programme.objects.bulk_create(
        Programme(
            **place, code=f"SG-1.{n:03}", sub_dimension="SG-1", name=f"Program {n}", opd=opd, benefit=words, output=words,
            outcome=words, activity=words, start_year=2022, end_year=2031, renja_year=2022,
        )
        for n in range(PROGRAMMES)
    )  # fmt: skip
    BudgetLine.objects.bulk_create(
        BudgetLine(**place, programme=each, year=year, source="apbd", amount=10**6 * year)
        for each in programmes
        for year in range(2022, 2022 + YEARS)
    )
    return plan, access_of(user, region)


Cells = list[tuple[int, int, Any]]


def bare_write(sheets: list[Cells]) -> None:
    """The same cells with xlsxwriter and nothing else: no formats, notes, rules or widths."""
    import xlsxwriter

    with xlsxwriter.Workbook(BytesIO(), {"in_memory": True}) as book:
        for cells in sheets:
            page = book.add_worksheet()
            for row, column, value in cells:
                if not isinstance(value, str):
                    page.write_number(row, column, value)
                elif value.startswith("="):
                    page.write_formula(row, column, value)
                else:
                    page.write_string(row, column, value)


def cells_of(content: bytes) -> list[Cells]:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content))
    return [
        [
            (cell.row - 1, cell.column - 1, cell.value if isinstance(cell.value, (int, float)) else str(cell.value))
            for row in page.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        for page in book
    ]


def bare_read(path: Path) -> int:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    return sum(len(row) for page in book.worksheets for row in page.iter_rows(values_only=True))


def main() -> None:
    folder = tempfile.mkdtemp(prefix="smartcity-bench-")
    os.environ |= {"DJANGO_SETTINGS_MODULE": "smartcity.settings", "SMARTCITY_VAR": folder}
    import django

    django.setup()
    from bimtek.exchange import reading, workbook
    from bimtek.exchange.applying import Run
    from bimtek.exchange.matching import find
    from bimtek.exchange.outcome import SKIP
    from bimtek.exchange.sheets import sheets_of

    plan, access = prepare()
    content = workbook.build(plan, access)
    cells, path = cells_of(content), Path(folder, "isian.xlsx")
    path.write_bytes(content)

    def compare() -> Any:
        found = find(reading.read(path), sheets_of(plan, access))
        return Run(plan, access, found, sheets_of(plan, access), source=plan.pk, decide=lambda item, kind: SKIP).go()

    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    table = [
        ("out, all sheets", "2", against(lambda: workbook.build(plan, access), lambda: bare_write(cells), pairs)),
        ("in, cells read", "3", against(lambda: reading.read(path), lambda: bare_read(path), pairs)),
        ("in, read and compared", "-", against(compare, lambda: bare_read(path), pairs)),
    ]
    rows = PROGRAMMES * (YEARS + 1)
    sys.stdout.write(
        f"{len(content) / 2**20:.1f} MB, {sum(map(len, cells))} cells, {rows} rows; {pairs} interleaved pairs, CPU seconds (median)\n"
        f"{'':24}{'ours':>8}{'bare':>8}{'ratio':>8}{'limit':>7}\n"
    )
    for name, most, (ours, bare, ratio, _) in table:
        sys.stdout.write(f"{name:24}{ours:8.2f}{bare:8.2f}{ratio:8.2f}{most:>7}\n")


if __name__ == "__main__":
    main()
