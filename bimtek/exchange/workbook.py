"""Workbook out: a region's rows, one office's, or none (as a template), in the sheets of bimtek.exchange.sheets.

Written with xlsxwriter, which only writes: it holds no reader that could be fed, and is the fastest there is. Text is
always written as text, so a value that begins with = + - @ is never a formula; its cell is marked as quoted, so that it
stays text when somebody types in it again.

A data sheet has a hidden first row with the columns' names, a row of titles, then the rows. The first column is the key
(id and version). Keys are guarded by a rule on the cell and not by protecting the sheet: in a protected sheet Excel
neither sorts nor deletes rows. A hidden sheet says which rows went out, so that a missing one is known to be deleted.
"""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from bimtek import formats
from bimtek.exchange import recap_sheet, table
from bimtek.exchange.sheets import (
    ATTENDANCE,
    CHOICE,
    DATE,
    LINK,
    LINKS,
    MOMENT,
    NUMBER,
    RUPIAH,
    TEXT,
    WHOLE,
    YEAR,
    YES,
    Column,
    Names,
    plain_value,
    sheets_of,
    shown,
)
from bimtek.exchange.taking import FIRST, Filled, filled
from bimtek.models import Plan
from bimtek.rollups import Money, plan_money
from regions.access import Access
from regions.models import Opd
from regions.models.place import plain

KEY = "kunci"
COVER, KEYS, CHOICES = "Petunjuk", "_kunci", "_pilihan"
EDITION = "1"  # of the layout; a later one may still read this
WIDTHS = {
    TEXT: 34,
    NUMBER: 14,
    WHOLE: 10,
    YEAR: 10,
    RUPIAH: 20,
    DATE: 18,
    MOMENT: 20,
    YES: 9,
    CHOICE: 22,
    LINK: 24,
    LINKS: 28,
}
NUMBER_FORMATS = {
    NUMBER: "#,##0.##",
    WHOLE: "0",
    YEAR: "0",
    RUPIAH: "#,##0",
    DATE: "[$-421]d mmmm yyyy",
    MOMENT: "[$-421]d mmmm yyyy hh:mm",
}


def build(plan: Plan, access: Access, *, opd: Opd | None = None, empty: bool = False) -> bytes:
    """The workbook's bytes. `opd` narrows it to one office's rows; `empty` leaves all rows out, as a template."""
    sheets = sheets_of(plan, access)
    if opd:
        sheets = [sheet for sheet in sheets if sheet.section.has_opd and sheet.section is not ATTENDANCE]
    found = [Filled(sheet) if empty else filled(sheet, plan, access, opd) for sheet in sheets]
    mark = plan.change_set.values_list("id", flat=True).first() or 0
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, table.OPTIONS) as book:
        Writer(book, plan, access, found, opd=opd, empty=empty, mark=mark).write()
    return out.getvalue()


def file_name(plan: Plan, *, opd: Opd | None = None, empty: bool = False) -> str:
    words = ["isian" if not empty else "templat", plan.region.slug, str(plan.enrolment.cohort.year)]
    if opd:
        words.append(plain(str(opd))[:40] or "opd")
    return "-".join(words) + ".xlsx"


class Writer:
    """One workbook being written: its formats are made once and used by every cell."""

    def __init__(
        self, book: Any, plan: Plan, access: Access, filled: list[Filled], *, opd: Opd | None, empty: bool, mark: int
    ) -> None:
        self.book, self.plan, self.filled = book, plan, filled
        self.opd, self.empty, self.mark = opd, empty, mark
        self.names = Names(plan, access)
        self.lists: dict[tuple[str, ...], str] = {}
        add = book.add_format
        self.head = add(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "top",
                "bg_color": "#07393E",
                "font_color": "#FFFFFF",
                "border": 1,
            }
        )
        self.head_needed = add(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "top",
                "bg_color": "#0F5C63",
                "font_color": "#FFFFFF",
                "border": 1,
            }
        )
        self.key_format = add({"font_size": 7, "font_color": "#8A8A8A", "bg_color": "#EEF1F1", "locked": True})
        self.text = add({"text_wrap": True, "valign": "top"})
        self.quoted = add({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.sum = add({"num_format": "#,##0", "valign": "top", "bg_color": "#EEF1F1"})
        self.of_kind = {kind: add({"num_format": code, "valign": "top"}) for kind, code in NUMBER_FORMATS.items()}

    def write(self) -> None:
        cover = self.book.add_worksheet(COVER)
        for each in self.filled:
            self._sheet(each)
        money = self._money()
        recap_sheet.write(self.book, self.plan, {each.sheet.key: each for each in self.filled}, money)
        self._keys()
        self._choices()
        self._cover(cover)

    def _money(self) -> list[Money]:
        """The lines of the programmes that went out, from the one query that every total starts from."""
        out = {pk for each in self.filled if each.sheet.key == "program" for pk, _ in each.keys}
        return [line for line in plan_money(self.plan) if line.programme in out]

    # --- data sheets ---------------------------------------------------------------------------------------------
    def _sheet(self, filled: Filled) -> None:
        sheet, page = filled.sheet, self.book.add_worksheet(filled.sheet.title)
        page.freeze_panes(FIRST, 2)
        page.set_row(0, None, None, {"hidden": True})
        page.set_row(1, 34)
        page.write_string(0, 0, f"{KEY}:{sheet.key}")
        page.write_string(1, 0, "Kunci", self.head)
        page.write_comment(
            1, 0, "Penanda baris. Jangan diubah atau disalin ke baris lain; baris baru dibiarkan kosong."
        )
        page.set_column(0, 0, 5, self.key_format)
        for at, column in enumerate(sheet.columns, start=1):
            self._heading(page, at, column, filled)
        self._guard_keys(page, filled)
        for at, (pk, version) in enumerate(filled.keys, start=FIRST):
            page.write_string(at, 0, f"{pk}:{version}", self.key_format)
        for place, column in enumerate(sheet.columns, start=1):
            self._column(page, place, column, filled.values.get(column.name, ()))
        self._extras(page, filled)
        page.autofilter(1, 0, max(FIRST, FIRST + len(filled.keys) - 1), len(sheet.columns))

    def _heading(self, page: Any, at: int, column: Column, filled: Filled) -> None:
        page.write_string(0, at, column.name)
        page.write_string(
            1, at, column.title + (" *" if column.required else ""), self.head_needed if column.required else self.head
        )
        example = filled.sheet.section.example if at == 1 else ""
        words = [
            column.help,
            "Wajib diisi." if column.required else "",
            _expected(column),
            f"Contoh baris: {example}" if example else "",
        ]
        text = "\n".join(word for word in words if word)
        if text:
            page.write_comment(1, at, text, {"x_scale": 2.2, "y_scale": 1 + len(text) / 160})
        page.set_column(at, at, WIDTHS[column.kind], self.of_kind.get(column.kind, self.text))
        if rule := self._rule(column):
            page.data_validation(FIRST, at, filled.last, at, rule)

    def _rule(self, column: Column) -> dict[str, Any] | None:
        """What the cell offers and says. Other values get a warning only: the import reads more than a list can offer."""
        message = (
            {"input_title": column.title[:32], "input_message": (column.help or _expected(column))[:255]}
            if column.help
            else {}
        )
        options: tuple[str, ...] = ()
        if column.kind == YES:
            options = ("Ya", "Tidak")
        elif column.kind == CHOICE:
            options = tuple(words for _, words in column.choices)
        elif column.kind == LINK:
            options = tuple(dict.fromkeys(self.names.labels(column.model).values()))
        if options:
            return message | {
                "validate": "list", "source": self._list(options), "error_type": "warning",
                "error_title": "Tidak ada dalam daftar", "error_message": "Pilih dari daftar, atau tetap simpan dan biarkan aplikasi memeriksanya.",
            }  # fmt: skip
        return message | {"validate": "any"} if message else None

    def _list(self, options: tuple[str, ...]) -> str:
        """The range on the hidden sheet that holds these options."""
        if options not in self.lists:
            letter = xl_col_to_name(len(self.lists))
            self.lists[options] = f"={CHOICES}!${letter}$1:${letter}${len(options)}"
        return self.lists[options]

    def _guard_keys(self, page: Any, filled: Filled) -> None:
        page.data_validation(
            FIRST, 0, filled.last, 0,
            {
                "validate": "custom", "value": "=FALSE", "error_type": "stop", "error_title": "Kunci tidak diubah",
                "error_message": "Kolom ini mengenali baris. Untuk baris baru biarkan kosong.",
            },
        )  # fmt: skip

    def _column(self, page: Any, place: int, column: Column, values: Sequence[Any]) -> None:
        """All cells of a column. What is written how is known by its kind, and equal values are put into words once."""
        form = self.of_kind.get(column.kind)
        write = page.write_datetime if column.kind in (DATE, MOMENT) else page.write_number if form else None
        words: dict[Any, Any] = {}
        for at, value in enumerate(values, start=FIRST):
            if (value is None or value == "") and column.kind != YES:
                continue
            key = tuple(value) if column.kind == LINKS else value
            if key not in words:
                words[key] = shown(column, plain_value(column, value), self.names)
            if (cell := words[key]) is None:
                continue
            if write:
                write(at, place, cell, form)
            else:
                table.write_text(page, at, place, cell, self.text, self.quoted)

    def _extras(self, page: Any, filled: Filled) -> None:
        """Columns to read only: a programme's total as a formula, a participant's days."""
        place = len(filled.sheet.columns) + 1
        if filled.sheet.key == "program":
            recap_sheet.programme_totals(
                page, place, filled, {each.sheet.key: each for each in self.filled}, self.head, self.sum
            )
        if filled.sheet.section is ATTENDANCE:
            page.write_string(1, place, "Hadir (dibaca saja)", self.head)
            page.set_column(place, place, 30)
            for at, (pk, _) in enumerate(filled.keys, start=FIRST):
                days = ", ".join(map(formats.date, sorted(filled.days.get(pk, ()))))
                page.write_string(at, place, days, self.text)

    # --- what the import needs ------------------------------------------------------------------------------------
    def _keys(self) -> None:
        page = self.book.add_worksheet(KEYS)
        page.very_hidden()
        about = {
            "edisi": EDITION,
            "rencana": str(self.plan.pk),
            "jejak": str(self.mark),
            "opd": str(self.opd.pk) if self.opd else "",
            "kosong": "1" if self.empty else "",
        }
        for at, (name, value) in enumerate(about.items()):
            page.write_string(at, 0, name)
            page.write_string(at, 1, value)
        for place, each in enumerate(self.filled, start=2):
            page.write_string(0, place, each.sheet.key)
            page.write_string(1, place, each.sheet.title)
            for at, (pk, _) in enumerate(each.keys, start=2):
                page.write_string(at, place, str(pk))

    def _choices(self) -> None:
        page = self.book.add_worksheet(CHOICES)
        page.hide()
        for place, options in enumerate(self.lists):
            for at, words in enumerate(options):
                page.write_string(at, place, words)

    # --- the first page -------------------------------------------------------------------------------------------
    def _cover(self, page: Any) -> None:
        title = self.book.add_format({"bold": True, "font_size": 16, "font_color": "#07393E"})
        bold = self.book.add_format({"bold": True, "valign": "top"})
        page.hide_gridlines(2)
        page.set_column(0, 0, 26, bold)
        page.set_column(1, 1, 84, self.text)
        page.write_string(0, 0, "Masterplan Smart City", title)
        at = 2
        for name, value in self._facts():
            page.write_string(at, 0, name, bold)
            page.write_string(at, 1, value, self.text)
            at += 1
        at += 1
        for line in GUIDE:
            page.write_string(at, 1, line, self.text)
            at += 1
        at += 1
        page.write_string(at, 0, "Lembar", bold)
        for each in self.filled:
            words = (
                f"{each.sheet.section.title}: {len(each.keys)} baris" if not self.empty else each.sheet.section.title
            )
            page.write_url(at, 1, f"internal:'{each.sheet.title}'!{xl_rowcol_to_cell(1, 1)}", string=words)
            at += 1
        page.activate()

    def _facts(self) -> list[tuple[str, str]]:
        plan, now = self.plan, timezone.localtime(timezone.now(), self.plan.region.zone)
        stages = [
            f"Tahap {each.get_stage_display().split(' · ')[0].removeprefix('Tahap ')}: {each.get_status_display()}"
            for each in plan.submission_set.order_by("stage")
        ]
        return [
            ("Daerah", plan.region.name),
            ("Rencana", f"{plan.title or 'Masterplan Smart City'}, {plan.first_year}–{plan.last_year}"),
            ("Angkatan", str(plan.enrolment.cohort)),
            (
                "Isi",
                f"{'Templat kosong untuk' if self.empty else 'Baris milik'} {self.opd.name}"
                if self.opd
                else "Templat kosong"
                if self.empty
                else "Seluruh daerah",
            ),
            ("Tahap", "; ".join(stages)),
            ("Diunduh", f"{formats.date(now.date())} pukul {now:%H.%M} ({plan.region.get_time_zone_display()})"),
            (
                "Versi",
                f"Perubahan ke-{formats.number(self.mark)} dari rencana ini" if self.mark else "Belum ada perubahan",
            ),
        ]


GUIDE = (
    "1. Ubah isi sel, sisipkan, hapus, urutkan, atau pindahkan baris dan kolom sesuka Anda. Kolom tambahan milik Anda tidak dibaca.",
    "2. Kolom Kunci mengenali baris: biarkan seperti adanya. Baris baru tidak memerlukan kunci.",
    "3. Judul dengan tanda * wajib diisi. Arahkan tetikus ke judul untuk penjelasan dan contoh.",
    "4. Uang boleh ditulis 1.250.000.000, Rp1,25 M, atau 750 juta. Beberapa pilihan dalam satu sel dipisahkan titik koma.",
    "5. Simpan, lalu unggah di halaman Excel. Aplikasi memperlihatkan dulu apa yang akan berubah; tidak ada yang tersimpan sebelum Anda setuju.",
)


def _expected(column: Column) -> str:
    """What a cell of this column should hold, as the importer will say it too."""
    if column.kind == CHOICE:
        return "Pilihan: " + "; ".join(words for _, words in column.choices)[:600] + "."
    return {
        RUPIAH: "Rupiah, misalnya 1.250.000.000 atau 1,25 miliar.",
        NUMBER: "Bilangan, misalnya 12,5.",
        WHOLE: "Bilangan bulat.",
        YEAR: "Tahun empat angka.",
        DATE: "Tanggal, misalnya 13 Juni 2022.",
        MOMENT: "Tanggal dan jam.",
        YES: "Ya atau Tidak.",
        LINKS: "Beberapa, dipisahkan titik koma.",
    }.get(column.kind, "")
