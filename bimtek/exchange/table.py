"""A list as a workbook of one sheet, and how text gets into a cell: always as text, never as a formula."""

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.http import HttpResponse

RISKY = "=+-@\t\r"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST = 32_767  # signs that a cell of Excel holds
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | datetime.datetime | None


@dataclass(frozen=True)
class Head:
    """One column. `width` is in signs."""

    title: str
    width: int = 20


def write_text(page: Any, at: int, place: int, value: str, text: Any, quoted: Any) -> None:
    """A value that begins with = + - @ is marked as quoted, so that it stays text when somebody types in its cell again."""
    page.write_string(at, place, value[:LONGEST], quoted if value[:1] and value[0] in RISKY else text)


def build(sheet: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]], *, notes: Sequence[str] = ()) -> bytes:
    """The workbook's bytes: notes on top, a frozen head, the rows. Moments are written in the zone that they carry."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        _write(book, sheet, heads, rows, notes)
    return out.getvalue()


def _write(book: Any, sheet: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]], notes: Sequence[str]) -> None:
    text = book.add_format({"text_wrap": True, "valign": "top"})
    quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    plain = book.add_format({"quote_prefix": True})
    head = book.add_format(
        {"bold": True, "text_wrap": True, "bg_color": "#07393E", "font_color": "#FFFFFF", "border": 1}
    )
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss", "valign": "top", "align": "left"})
    page, top = book.add_worksheet(sheet), len(notes)
    for at, note in enumerate(notes):
        write_text(page, at, 0, note, None, plain)
    for place, column in enumerate(heads):
        page.write_string(top, place, column.title, head)
        page.set_column(place, place, column.width)
    page.freeze_panes(top + 1, 0)
    last = top
    for last, row in enumerate(rows, start=top + 1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                write_text(page, last, place, value, text, quoted)
            elif isinstance(value, datetime.datetime):
                page.write_datetime(last, place, value.replace(tzinfo=None), moment)
            elif value is not None:
                page.write_number(last, place, value, text)
    page.autofilter(top, 0, max(last, top + 1), len(heads) - 1)


def as_file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
