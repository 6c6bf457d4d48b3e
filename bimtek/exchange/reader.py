"""Runs alone, in a child process with limits: reads an uploaded workbook, or writes notes into one. No Django in here.

    python -I reader.py read <source> <target>
    python -I reader.py annotate <source> <target> <notes>

Prints one JSON object, {"ok": true} or {"ok": false, "why": <word>}; what was read goes to <target> as JSON:
{"sheets": [{"name", "hidden", "rows": [[row, [[column, value], …]], …], "merged": ["B3:B5"], "lost": [[row, column], …]}]}
Rows and columns count from 1; empty cells are left out; a date is {"d": "2022-06-13T00:00:00"}; `lost` are formulas whose
result is not in the file. openpyxl's own row iterator is not used: it fills a sparse sheet up to its last cell.
"""

import datetime
import json
import re
import resource
import sys
import zipfile
from typing import Any

MEMORY = 900 * 1024 * 1024
CPU_SECONDS = {"read": 8, "annotate": 30}
MAX_PARTS = 600
MAX_TOTAL = 120 * 1024 * 1024  # bytes of the parts together, unpacked
MAX_SHEET = 40 * 1024 * 1024  # of one sheet, or of the shared strings
MAX_OTHER = 8 * 1024 * 1024  # of any other XML part
MAX_SHEETS = 60
MAX_ROWS = 20_000  # with something in them, of one sheet
MAX_COLUMN = 200
MAX_CELLS = 250_000  # with something in them, of the workbook
MAX_MARKUP = 500_000  # cells that the XML of a sheet speaks of, empty ones too
MAX_LETTERS = 12_000_000
MAX_MERGED = 5_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
BIG_PARTS = re.compile(r"xl/(worksheets/|sharedStrings)")


class Refused(Exception):
    """Its text is a word that bimtek.exchange.reading turns into a sentence."""


def limit(deed: str) -> None:
    seconds = CPU_SECONDS[deed]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- the package ---------------------------------------------------------------------------------------------------


def check_package(source: str) -> None:
    """Looks at the zip before anything is parsed: kind, size unpacked, macros, DTDs."""
    with open(source, "rb") as file:  # noqa: PTH123 (no more imports than needed here)
        start = file.read(8)
        rest = file.read() if start == OLE else b""
    if start == OLE:
        raise Refused("encrypted" if ENCRYPTED in rest else "old")
    if not start.startswith(b"PK\x03\x04"):
        raise Refused("not_workbook")
    with zipfile.ZipFile(source) as package:
        parts = package.infolist()
        names = {part.filename for part in parts}
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_TOTAL:
            raise Refused("too_big")
        if any(part.flag_bits & 1 for part in parts):
            raise Refused("encrypted")
        if not {"[Content_Types].xml", "xl/workbook.xml"} <= names or len(names) != len(parts):
            raise Refused("not_workbook")
        if any("vbaproject" in name.lower() or "macrosheets" in name.lower() for name in names):
            raise Refused("macros")
        for part in parts:
            if part.filename.endswith((".xml", ".rels", ".vml")):
                _check_part(package, part)


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.file_size > (MAX_SHEET if BIG_PARTS.match(part.filename) else MAX_OTHER):
        raise Refused("too_big")
    with package.open(part) as file:
        tail, cells = b"", 0
        while chunk := file.read(1 << 20):
            if (not tail and b"\x00" in chunk[:4]) or DTD.search(tail + chunk):
                raise Refused("dtd")
            if part.filename == "[Content_Types].xml" and b"macroEnabled" in chunk:
                raise Refused("macros")
            cells += sum(map(chunk.count, (b"<c ", b"<c>", b"<c/")))
            if cells > MAX_MARKUP:
                raise Refused("too_big")
            tail = chunk[-16:]


# --- the cells -----------------------------------------------------------------------------------------------------


def read(source: str, target: str) -> None:
    from openpyxl import load_workbook
    from openpyxl.reader import excel

    check_package(source)
    excel.read_string_table = _shared_strings
    book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    if not 0 < len(book.worksheets) <= MAX_SHEETS:
        raise Refused("too_big" if book.worksheets else "broken")
    budget = {"cells": MAX_CELLS, "letters": MAX_LETTERS}
    sheets = [_read_sheet(page, book, budget) for page in book.worksheets]
    with open(target, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({"sheets": sheets}, file, ensure_ascii=True, allow_nan=False)


def _shared_strings(source: Any) -> list[str]:
    """The table of texts as it stands in the file: openpyxl's own drops half of an escape, so that "_x0041_" became "A"."""
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    texts = []
    for _, node in iterparse(source):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            texts.append(Text.from_tree(node).content)
            node.clear()
    return texts


def _read_sheet(page: Any, book: Any, budget: dict[str, int]) -> dict[str, Any]:
    lost: list[list[int]] = []
    rows: list[Any] = []
    with page._get_source() as file:
        parser = _parser(file, page, book, lost)
        for number, cells in parser.parse():
            filled = [[cell["column"], _plain(cell["value"])] for cell in cells if cell["value"] not in (None, "")]
            if not filled:
                continue
            _spend(budget, filled)
            rows.append([number, filled])
            if len(rows) > MAX_ROWS or number > 1_048_576:
                raise Refused("too_many_rows")
            if filled[-1][0] > MAX_COLUMN:
                raise Refused("too_wide")
    merged = [str(cells.ref) for cells in getattr(parser.merged_cells, "mergeCell", ())][:MAX_MERGED]
    hidden = page.sheet_state != "visible"
    return {"name": page.title, "hidden": hidden, "rows": rows, "merged": merged, "lost": lost}


def _parser(file: Any, page: Any, book: Any, lost: list[list[int]]) -> Any:
    """openpyxl's parser of a sheet, which also notes formulas without a result."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_cell(self, element: Any) -> Any:
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                lost.append([cell["row"], cell["column"]])
            return cell

    return Parser(
        file, page._shared_strings, data_only=True, epoch=book.epoch,
        date_formats=book._date_formats, timedelta_formats=book._timedelta_formats,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return {"d": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"d": datetime.datetime(value.year, value.month, value.day).isoformat()}  # noqa: DTZ001
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "#NUM!"
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _spend(budget: dict[str, int], filled: list[Any]) -> None:
    budget["cells"] -= len(filled)
    budget["letters"] -= sum(len(value) for _, value in filled if isinstance(value, str))
    if min(budget.values()) < 0:
        raise Refused("too_big")


# --- notes ---------------------------------------------------------------------------------------------------------


def annotate(source: str, target: str, notes: str) -> None:
    """Writes a note and a colour into the cells that `notes` names: {sheet name: {"B7": "words"}}."""
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    check_package(source)
    with open(notes, encoding="utf-8") as file:  # noqa: PTH123
        wanted = json.load(file)
    book = load_workbook(source, keep_links=False)
    colour = PatternFill("solid", start_color="FFD9CC")
    for name, cells in wanted.items():
        for at, words in cells.items():
            cell = book[name][at]
            if type(cell).__name__ == "MergedCell":
                continue
            cell.comment = Comment(words, "Masterplan Smart City", width=320, height=60 + 18 * (len(words) // 40))
            cell.fill = colour
    book.save(target)


def main(deed: str, *paths: str) -> dict[str, Any]:
    limit(deed)
    try:
        if deed == "annotate":
            annotate(*paths)
        else:
            read(*paths)
    except Refused as refusal:
        return {"ok": False, "why": str(refusal)}
    except (MemoryError, RecursionError):
        return {"ok": False, "why": "too_big"}
    except Exception as error:  # a parser fed with anything raises anything
        return {"ok": False, "why": "dtd" if type(error).__name__ in _DEFUSED else "broken"}
    return {"ok": True}


_DEFUSED = {"DTDForbidden", "EntitiesForbidden", "ExternalReferenceForbidden"}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
