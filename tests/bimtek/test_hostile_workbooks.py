"""Workbooks made to hurt: each is refused with a sentence, or read as plain values, soon, and far from this process."""

import io
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.exceptions import ValidationError

from bimtek.exchange import reading

CPU_SECONDS = 5  # of the child: wall time on a shared machine says nothing
PARENT_MB = 100
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def plain(**parts: bytes | str | None) -> bytes:
    """A small good workbook with some of its parts replaced (None: left out); names with __ for / and _x for .xml."""
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "isi"
    book.save(out)
    return repacked(out.getvalue(), {name.replace("__", "/"): part for name, part in parts.items()})


def repacked(content: bytes, parts: dict[str, bytes | str | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet(rows: str, before: str = "", after: str = "", head: str = "") -> bytes:
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{head}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return repacked(plain(), {SHEET: xml})


def strings(xml: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write_string(0, 0, "isi")
    return repacked(out.getvalue(), {"xl/sharedStrings.xml": xml})


def written(rows: int, columns: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(rows):
            for column in range(columns):
                page.write_number(row, column, 1)
    return out.getvalue()


def flagged() -> bytes:
    """The encryption bit set on every part."""
    content = bytearray(plain())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def twice() -> bytes:
    out = io.BytesIO(plain())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as package:
        package.writestr(SHEET, "<x/>")
    return out.getvalue()


def sheets(count: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for _ in range(count):
            book.add_worksheet().write(0, 0, 1)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return out.getvalue()


def cell(ref: str, value: str = "<v>1</v>", kind: str = "") -> str:
    typed = f' t="{kind}"' if kind else ""
    return f'<c r="{ref}"{typed}>{value}</c>'


def wide() -> str:
    return '<row r="1">' + "".join(f"<c><v>{n}</v></c>" for n in range(10**6)) + "</row>"


ZEROS = b"0" * (300 * 1024 * 1024)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES = "[Content_Types].xml"

REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb in a sheet": ("too_big", lambda: repacked(plain(), {SHEET: ZEROS})),
    "bomb in the strings": ("too_big", lambda: strings(ZEROS.decode()[: 60 * 1024 * 1024])),
    "bomb in the styles": ("too_big", lambda: repacked(plain(), {"xl/styles.xml": ZEROS[: 20 * 1024 * 1024]})),
    "bomb of text in cells": ("too_big", lambda: sheet("".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{"x" * 30000}</t></is></c></row>' for n in range(1, 900)))),
    "ten thousand parts": ("too_big", lambda: repacked(plain(), {f"x/{n}.bin": "x" for n in range(10_000)})),
    "two hundred sheets": ("too_big", lambda: sheets(200)),
    "DTD in a sheet": ("dtd", lambda: sheet("", head=LAUGHS)),
    "outside entity in a sheet": ("dtd", lambda: sheet("", head=OUTSIDE)),
    "DTD in the strings": ("dtd", lambda: strings(f'<?xml version="1.0"?>{LAUGHS}<sst {MAIN}><si><t>&c;</t></si></sst>')),
    "DTD in the workbook": ("dtd", lambda: repacked(plain(), {"xl/workbook.xml": f"<?xml version='1.0'?>{OUTSIDE}<workbook/>"})),
    "DTD in the types": ("dtd", lambda: repacked(plain(), {TYPES: f"<?xml version='1.0'?>{LAUGHS}<Types/>"})),
    "DTD in a relation": ("dtd", lambda: repacked(plain(), {"_rels/.rels": f"<?xml version='1.0'?>{LAUGHS}<x/>"})),
    "DTD across two blocks": ("dtd", lambda: sheet("", head=f"<!--{' ' * (2**20 - 90)}-->{LAUGHS}")),
    "DTD in UTF-16": ("dtd", lambda: repacked(plain(), {SHEET: (LAUGHS + "<x/>").encode("utf-16")})),
    "old Excel, renamed": ("old", lambda: OLE + b"\x00" * 4096),
    "locked by a password": ("encrypted", lambda: OLE + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le")),
    "zip with a password": ("encrypted", flagged),
    "macros": ("macros", lambda: repacked(plain(), {"xl/vbaProject.bin": b"x"})),
    "macros by their type": ("macros", lambda: repacked(plain(), {TYPES: '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'})),
    "macros of 1992": ("macros", lambda: repacked(plain(), {"xl/macrosheets/sheet1.xml": "<x/>"})),
    "a hundred thousand rows": ("too_many_rows", lambda: written(100_000, 2)),
    "a million columns": ("too_big too_wide broken", lambda: sheet(wide())),
    "a cell far to the right": ("too_wide", lambda: sheet(f'<row r="1">{cell("XFD1")}</row>')),
    "a cell beyond the last column": ("broken", lambda: sheet(f'<row r="1">{cell("AAAAA1")}</row>')),
    "a row beyond the last": ("too_many_rows broken", lambda: sheet(f'<row r="99999999999">{cell("A99999999999")}</row>')),
    "a document": ("not_workbook", lambda: zipped(TYPES, "word/document.xml")),
    "an OpenDocument table": ("not_workbook", lambda: zipped("mimetype", "content.xml")),
    "an empty zip": ("not_workbook", lambda: zipped()),
    "any bytes": ("not_workbook", lambda: b"\x00\xff" * 5000),
    "a part twice": ("not_workbook", twice),
    "cut in the middle": ("broken", lambda: plain()[:2500]),
    "cut at the end": ("broken", lambda: plain()[:-30]),
    "no sheet behind its name": ("broken", lambda: repacked(plain(), {SHEET: None})),
    "XML that ends too soon": ("broken", lambda: repacked(plain(), {SHEET: f"<worksheet {MAIN}><sheetData><row>"})),
    "XML nested ten thousand deep": ("broken too_big", lambda: repacked(plain(), {"xl/styles.xml": "<a>" * 10_000 + "</a>" * 10_000})),
    "a text that is not in the table": ("broken", lambda: sheet(f'<row r="1">{cell("A1", "<v>9999999</v>", "s")}</row>')),
}  # fmt: skip

READ: dict[str, tuple[list[object], Callable[[], bytes]]] = {
    "sparse": ([1, 2], lambda: sheet(f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("A1048576", "<v>2</v>")}</row>', before='<dimension ref="A1:XFD1048576"/>')),
    "a hundred thousand empty rows": ([1], lambda: sheet(f'<row r="1">{cell("A1")}</row>' + "".join(f'<row r="{n}" ht="20"/>' for n in range(2, 100_000)))),
    "formulas as their values": ([7, "#REF!"], lambda: sheet(f'<row r="1">{cell("A1", "<f>1+6</f><v>7</v>")}{cell("B1", "<f>x!A1</f><v>#REF!</v>", "e")}</row>')),
    "a formula that calls a program": (["x"], lambda: sheet(f'<row r="1">{cell("A1", "<f>cmd|&apos;/C calc&apos;!A0</f><v>x</v>", "str")}</row>')),
    "no number and no end": (["#NUM!", 1], lambda: sheet(f'<row r="1">{cell("A1", "<v>1e999</v>")}{cell("B1")}</row>')),
    "twenty thousand merged cells": ([1], lambda: sheet(f'<row r="1">{cell("A1")}</row>', after="<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 20_000 + "</mergeCells>")),
    "a merge over the whole sheet": ([1], lambda: sheet(f'<row r="1">{cell("A1")}</row>', after='<mergeCells><mergeCell ref="B1:B1048576"/></mergeCells>')),
}  # fmt: skip


def test_there_are_forty_of_them() -> None:
    assert len(REFUSED) + len(READ) >= 40


def child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def parent_kb(line: str) -> int:
    """A line of this process's memory: VmRSS now, VmHWM at its highest since it was reset."""
    found = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith(line))
    return int(found.split()[1])


@pytest.fixture
def measured(tmp_path: Path) -> Callable[[bytes], list[reading.Page]]:
    """Reads the workbook and checks what that cost, however it ends."""

    def read(content: bytes) -> list[reading.Page]:
        path = tmp_path / "kiriman.xlsx"
        path.write_bytes(content)
        del content
        Path("/proc/self/clear_refs").write_text("5")
        seconds, memory = child_seconds(), parent_kb("VmRSS")
        try:
            return reading.read(path)
        finally:
            assert child_seconds() - seconds <= CPU_SECONDS
            assert parent_kb("VmHWM") - memory <= PARENT_MB * 1024

    return read


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence(name: str, measured: Callable[[bytes], list[reading.Page]]) -> None:
    why, make = REFUSED[name]

    with pytest.raises(ValidationError) as refused:
        measured(make())

    assert refused.value.code in why.split()
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_values(name: str, measured: Callable[[bytes], list[reading.Page]]) -> None:
    values, make = READ[name]

    (page,) = measured(make())

    assert [value for row in page.rows.values() for value in row.values()] == values
