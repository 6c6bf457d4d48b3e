"""How long a workbook takes out and in, against the bare libraries in the same run.

    python -m benchmarks.workbooks            400 programmes × 10 years of money, out and in

Uses a database of its own under the temporary folder. Ratios of one run are comparable; seconds are the machine's.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

PROGRAMMES, YEARS, REPEATS = 400, 10, 3


def best(deed: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest of a few runs, and the last result."""
    times, result = [], None
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = deed()
        times.append(time.perf_counter() - start)
    return min(times), result


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


def bare_write(cells: list[list[tuple[int, int, Any]]]) -> None:
    """The same cells with xlsxwriter and nothing else."""
    import xlsxwriter

    with xlsxwriter.Workbook(BytesIO(), {"in_memory": True}) as book:
        for sheet in cells:
            page = book.add_worksheet()
            for row, column, value in sheet:
                if isinstance(value, str):
                    page.write_string(row, column, value)
                else:
                    page.write_number(row, column, value)


def cells_of(content: bytes) -> list[list[tuple[int, int, Any]]]:
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
    out, content = best(lambda: workbook.build(plan, access))
    cells = cells_of(content)
    bare_out, _ = best(lambda: bare_write(cells))
    path = Path(folder, "isian.xlsx")
    path.write_bytes(content)
    rows = PROGRAMMES * (YEARS + 1)
    read, _ = best(lambda: reading.read(path))

    def compare() -> Any:
        found = find(reading.read(path), sheets_of(plan, access))
        return Run(plan, access, found, sheets_of(plan, access), source=plan.pk, decide=lambda item, kind: SKIP).go()

    compared, outcome = best(compare)
    bare_in, _ = best(lambda: bare_read(path))
    sys.stdout.write(
        f"{len(content) / 2**20:.1f} MB, {sum(map(len, cells))} cells, {rows} rows, {outcome.unchanged} compared\n"
        f"out                     {out:6.2f} s   bare xlsxwriter {bare_out:6.2f} s   ratio {out / bare_out:4.2f}  (goal 2)\n"
        f"in, cells read          {read:6.2f} s   bare openpyxl   {bare_in:6.2f} s   ratio {read / bare_in:4.2f}  (goal 3)\n"
        f"in, read and compared   {compared:6.2f} s                           ratio {compared / bare_in:4.2f}\n"
    )


if __name__ == "__main__":
    main()
