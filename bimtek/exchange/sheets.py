"""What a workbook holds: one sheet per section of bimtek.sections, one column per field of the section's own form.

Nothing is said twice: titles, help, choices and what is required come from the form that the screen shows, narrowed to
the plan and to what this person may choose. Values travel in one plain shape (`plain_value`), in which what a cell says,
what is stored and what a Change kept can be compared.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from bimtek import formats, offices
from bimtek.fields import RupiahField
from bimtek.forms.rows import RowForm
from bimtek.forms.sessions import AttendeeForm
from bimtek.models import Attendee, Gap, Plan, Programme, Row, Session, Stage
from bimtek.sections import SECTIONS, Section
from regions.access import Access
from regions.fields import UploadField
from regions.models import Opd
from regions.models.place import plain

ATTENDANCE = Section(
    "peserta", "Daftar hadir", Stage.PERSEPSI, Attendee, AttendeeForm, (),
    "Peserta setiap pertemuan. Kehadiran per hari dicentang di halaman daftar hadir; di sini hanya dibaca.",
    "Tambah peserta", "Belum ada peserta.", parent="session", related=("session",), prefetch=("days",),
)  # fmt: skip
KINDS: tuple[Section, ...] = (*SECTIONS, ATTENDANCE)
"""In the order that rows point to each other: what is pointed to comes first."""

HIDDEN_FIELDS = {"version", "row_id"}
FIRST = {"tim": "name", "profil": "label", "kesiapan": "name", "swot": "text"}
"""The column that stays in sight, first in the sheet and in the grid, where the form's first field does not name the row."""
LONGEST_CELL = 32_000  # letters; Excel takes 32,767
TOO_LONG = "(Teks ini terlalu panjang untuk Excel. Ubah di aplikasi.)"

# Kinds of columns
TEXT, NUMBER, WHOLE, YEAR, RUPIAH, DATE, MOMENT, YES, CHOICE, LINK, LINKS = (
    "text", "number", "whole", "year", "rupiah", "date", "moment", "yes", "choice", "link", "links",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a sheet: a field of the form (or the parent that a row hangs on)."""

    name: str
    title: str
    kind: str
    required: bool = False
    help: str = ""
    choices: tuple[tuple[Any, str], ...] = ()
    """Value and words, for CHOICE."""
    model: type[models.Model] | None = None
    """What LINK and LINKS point to."""

    @cached_property
    def words(self) -> dict[str, str]:
        """What a choice's value is called."""
        return {str(value): label for value, label in self.choices}


@dataclass(frozen=True)
class Sheet:
    """One kind of row as a sheet of one plan, for one person."""

    section: Section
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        return self.section.key

    @property
    def title(self) -> str:
        """At most 31 letters, without those that a sheet's name may not have."""
        return "".join(letter for letter in self.section.title if letter not in "[]:*?/\\")[:31].rstrip()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


def sheets_of(plan: Plan, access: Access) -> list[Sheet]:
    """The sheets that this person's workbook has; an operator's holds what an OPD fills."""
    whole = not only_own_office(access)
    sections = [section for section in KINDS if whole or (section.has_opd and section is not ATTENDANCE)]
    return [sheet_of(section, plan, access) for section in sections]


def only_own_office(access: Access) -> bool:
    """Whether this person sees one office's rows only: an operator without another part in the region."""
    return not offices.sees_all(access)


def sheet_of(section: Section, plan: Plan, access: Access) -> Sheet:
    """Without personal numbers: a workbook goes round by mail and messenger, and a grid's texts wait in the browser."""
    blank = section.model(plan=plan, region=plan.region)
    form = section.form(instance=blank, plan=plan, access=access)
    columns = [_parent_column(section)] if section.parent else []
    for name, field in form.fields.items():
        if name not in HIDDEN_FIELDS.union(form.personal_fields) and not isinstance(field, UploadField):
            columns.append(_column(name, field, section))
    columns.sort(key=lambda column: column.name != FIRST.get(section.key, ""))
    return Sheet(section, tuple(columns))


def _parent_column(section: Section) -> Column:
    field: Any = section.model._meta.get_field(section.parent)
    title = str(field.verbose_name).capitalize()
    hint = "Tulis kode programnya." if section.parent == "programme" else "Pilih pertemuannya."
    return Column(section.parent, title, LINK, required=True, help=hint, model=field.related_model)


def _column(name: str, field: forms.Field, section: Section) -> Column:
    title = str(field.label or name)
    title = title[:1].upper() + title[1:]
    common = {"name": name, "title": title, "required": field.required, "help": str(field.help_text)}
    if isinstance(field, forms.ModelChoiceField):
        kind = LINKS if isinstance(field, forms.ModelMultipleChoiceField) else LINK
        return Column(**common, kind=kind, model=field.queryset.model)  # type: ignore[arg-type,union-attr]
    if isinstance(field, forms.ChoiceField):
        return Column(**common, kind=CHOICE, choices=tuple(_flat(field.choices)))  # type: ignore[arg-type]
    return Column(**common, kind=_kind(name, field))  # type: ignore[arg-type]


def _flat(choices: Any) -> Iterable[tuple[Any, str]]:
    """Without groups and without the empty choice."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        elif value not in ("", None):
            yield value, str(label)


def _kind(name: str, field: forms.Field) -> str:
    if isinstance(field, RupiahField):
        return RUPIAH
    if isinstance(field, forms.DateTimeField):
        return MOMENT
    if isinstance(field, forms.DateField):
        return DATE
    if isinstance(field, forms.BooleanField):
        return YES
    if isinstance(field, forms.DecimalField):
        return NUMBER
    if isinstance(field, forms.IntegerField):
        return YEAR if name == "year" or name.endswith("_year") else WHOLE
    return TEXT


# --- values ------------------------------------------------------------------------------------------------------


def plain_value(column: Column, value: Any) -> Any:
    """A field's value in the one shape that can be compared, whether it comes from a row, a form, a cell or a Change."""
    if column.kind == LINKS:
        return frozenset(str(getattr(each, "pk", each)) for each in value or ())
    if value is None or value == "":
        return False if column.kind == YES else ""
    if column.kind == LINK:
        return str(getattr(value, "pk", value))
    if column.kind == CHOICE:
        return str(value)
    if column.kind in (WHOLE, YEAR, RUPIAH):
        return int(value)
    if column.kind == NUMBER:
        return Decimal(str(value)).normalize() + 0
    if column.kind in (DATE, MOMENT):
        return _plain_day(column.kind, value)
    if column.kind == YES:
        return bool(value)
    return str(value).replace("\r\n", "\n").strip()


def _plain_day(kind: str, value: Any) -> str:
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value) if kind == MOMENT else datetime.date.fromisoformat(value)
    if kind == MOMENT:
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, second=0, microsecond=0).isoformat()
    return value.date().isoformat() if isinstance(value, datetime.datetime) else value.isoformat()


def values_of(sheet: Sheet, row: Any) -> dict[str, Any]:
    """The row's value in each column; prefetched relations are used, so that a list costs no query a row."""
    found = {}
    for column in sheet.columns:
        if column.name.startswith("target_") and hasattr(row, "targets"):
            year = int(column.name[7:])
            value: Any = next((each.value for each in _linked(row, "targets") if each.year == year), None)
        elif column.kind == LINKS:
            value = _linked(row, column.name)
        elif column.kind == LINK:
            value = getattr(row, f"{column.name}_id")
        else:
            value = getattr(row, column.name)
        found[column.name] = plain_value(column, value)
    return found


def _linked(row: Any, name: str) -> Any:
    """What a row is linked to; from the prefetched lists themselves, since a manager a row costs more than its cells."""
    kept = getattr(row, "_prefetched_objects_cache", {})
    return kept[name] if name in kept else getattr(row, name).all()


def values_in_state(sheet: Sheet, state: Mapping[str, Any]) -> dict[str, Any]:
    """The same from what a Change kept; columns that it does not know are left out."""
    found = {}
    for column in sheet.columns:
        name = f"{column.name}_id" if column.kind == LINK else column.name
        if name in state:
            found[column.name] = plain_value(column, state[name])
    return found


class Names:
    """Rows as people name them in a cell, per model: one query a model, asked when first needed. No guessing."""

    def __init__(self, plan: Plan, access: Access) -> None:
        self.plan, self.access = plan, access
        self._labels: dict[Any, dict[str, str]] = {}
        self._ways: dict[Any, dict[str, set[str]]] = {}
        self._offices: list[Opd] | None = None

    def labels(self, model: Any) -> dict[str, str]:
        """pk → words, in list order."""
        if model not in self._labels:
            self._labels[model] = {str(row.pk): label(row) for row in self._rows(model)}
        return self._labels[model]

    def ways(self, model: Any) -> dict[str, set[str]]:
        """pk → all that people may write for the row, in the form that is compared. Asked for only when a label did not fit."""
        if model not in self._ways:
            self._ways[model] = {str(row.pk): ways(row) for row in self._rows(model)}
        return self._ways[model]

    def _rows(self, model: Any) -> Iterable[models.Model]:
        if model is Opd:
            return self.offices()
        rows = model._default_manager.filter(plan=self.plan, region=self.plan.region)
        found: Iterable[models.Model] = offices.visible(rows, self.access)
        return found

    def offices(self) -> list[Opd]:
        """The region's offices, closed ones too."""
        if self._offices is None:
            self._offices = list(self.plan.region.opd_set.all())
        return self._offices

    def learn(self, row: Any) -> None:
        """A row that has just been added or renamed."""
        if type(row) in self._labels:
            self._labels[type(row)][str(row.pk)] = label(row)
        if type(row) in self._ways:
            self._ways[type(row)][str(row.pk)] = ways(row)

    def of(self, model: Any, pk: str) -> str:
        return self.labels(model).get(pk, "")


def label(row: Any) -> str:
    """The short name that stands for a row in another row's cell."""
    if isinstance(row, Session):
        return f"Tahap {Stage(row.stage).roman} · {formats.date_range(row.starts, row.ends)}"
    if isinstance(row, Gap):
        return str(row).replace("\n", " ")
    return str(getattr(row, "code", "") or row)


def ways(row: Any) -> set[str]:
    """How a row may be named: a programme by its code, its name, or both."""
    names = [label(row), str(row), *([row.name] if isinstance(row, Programme) else [])]
    return {plain(name) for name in names}


def shown(column: Column, value: Any, names: Names) -> Any:
    """What a cell holds for a plain value: text, a number, a date, or None when there is nothing."""
    if value == "" or value == frozenset():
        return None
    if column.kind == LINKS:
        return "; ".join(sorted(names.of(column.model, pk) for pk in value))
    if column.kind == LINK:
        return names.of(column.model, value)
    if column.kind == CHOICE:
        return column.words.get(value, value)
    if column.kind == YES:
        return "Ya" if value else "Tidak"
    if column.kind == DATE:
        return datetime.date.fromisoformat(value)
    if column.kind == MOMENT:
        return datetime.datetime.fromisoformat(value)
    if column.kind == TEXT and len(value) > LONGEST_CELL // 2 and len(value.encode("utf-16-le")) // 2 > LONGEST_CELL:
        return TOO_LONG
    return value


def read_aloud(column: Column, value: Any, names: Names) -> str:
    """A plain value as a sentence or table names it."""
    found = shown(column, value, names)
    if found is None:
        return ""
    if column.kind == RUPIAH:
        return formats.rupiah(found)
    if column.kind == NUMBER:
        return formats.number(found)
    if column.kind in (DATE, MOMENT):
        return formats.date(found) + (f" {found:%H.%M}" if column.kind == MOMENT else "")
    return str(found)


def form_of(section: Section, row: Row, plan: Plan, access: Access, data: dict[str, Any]) -> RowForm:
    """The section's own form, bound to values instead of to what a browser sent."""
    parent = getattr(row, section.parent) if section.parent else None
    return section.form(data, {}, instance=row, plan=plan, access=access, parent=parent)


READ_WITH = {"indikator": ("targets",), "peserta": ("days",)}


def rows_of(section: Section, plan: Plan) -> Any:
    """The section's rows with what their cells show, and without what only the screen's list sums up."""
    links = [field.name for field in section.model._meta.many_to_many]
    return section.rows(plan).prefetch_related(None).prefetch_related(*links, *READ_WITH.get(section.key, ()))


def rows_for(section: Section, plan: Plan, access: Access, opd: Opd | None = None) -> Any:
    """The rows that go out: all of a region, or those of one office."""
    rows = rows_of(section, plan).select_related(None)
    path = offices.owner_path(section.model)
    chosen = [opd.pk] if opd else list(access.opd_ids) if only_own_office(access) else None
    if chosen is None:
        return rows
    return rows.filter(**{f"{path}__in": chosen}) if path else rows.none()
