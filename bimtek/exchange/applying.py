"""Does what a workbook says, row by row through the verbs of bimtek.writing, and tells what it did or could not do.

A dry run is the real run, taken back at the end: so it finds whatever the real one would find. The caller holds the
transaction. Each row stands for itself (a savepoint), so that all errors come out at once; `decide` says which rows are
wanted. A cell counts as changed when it no longer says what went out; cells that nobody touched are never written, even
when somebody changed them in the application meanwhile.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from bimtek import offices, writing
from bimtek.exchange import cells, naming
from bimtek.exchange.matching import KNOWN_BY, Found, Line, keyed, known_by, without_key
from bimtek.exchange.outcome import CHANGED, CONFLICT, NEW, REMOVED, REST, TAKE, Cell, Fault, Item, Outcome
from bimtek.exchange.sheets import (
    LINKS,
    Column,
    Names,
    Sheet,
    form_of,
    plain_value,
    read_aloud,
    rows_of,
    values_in_state,
    values_of,
)
from bimtek.exchange.yearly import WIDE
from bimtek.forms.rows import RowForm
from bimtek.models import Change, IndicatorTarget, Plan, Row
from regions.access import Access

Decide = Callable[[str, str], str]
GONE = "Baris ini sudah dihapus di aplikasi. Kosongkan kuncinya bila ingin menambahkannya lagi."
NOT_YOURS = "Baris ini milik OPD lain, atau sudah dihapus di aplikasi. Baris ini dilewati."


class Refusal(Exception):
    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)


class Run:
    """One passage over a workbook."""

    def __init__(
        self,
        plan: Plan,
        access: Access,
        found: Found,
        sheets: Iterable[Sheet],
        *,
        source: uuid.UUID,
        decide: Decide,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self.plan, self.access, self.found, self.decide, self.source = plan, access, found, decide, source
        self.tell = tell
        self.sheets = [sheet for sheet in sheets if sheet.key in found.lines]
        self.names = Names(plan, access)
        self.outcome = Outcome(sections=[sheet.key for sheet in self.sheets], given=found.given)
        self.before = self._states_at_export()
        self.start = plan.change_set.values_list("id", flat=True).first() or 0
        self.kept: dict[str, set[str]] = {}
        self.refused: set[str] = set()
        """Ids of items with faults."""

    def go(self) -> Outcome:
        for sheet in self.sheets:
            self._sheet(sheet)
        for sheet in reversed(self.sheets):
            self._missing(sheet)
        return self.outcome

    # --- what went out -----------------------------------------------------------------------------------------------
    def _states_at_export(self) -> dict[str, dict[str, Any]]:
        """Row id → its state when the workbook was made, for rows touched since; targets as 'indicator id:year'."""
        states: dict[str, dict[str, Any]] = {}
        if self.found.mark < 0:
            return states
        later = self.plan.change_set.filter(id__gt=self.found.mark).order_by("id")
        for row_id, kind, before, after in later.values_list("row_id", "kind", "before", "after"):
            states.setdefault(str(row_id), before or {})
            if kind == IndicatorTarget._meta.model_name:
                at = before or after or {}
                states.setdefault(f"{at['indicator_id']}:{at['year']}", before or {})
        return states

    def _base(self, line: Line, row: Any, now: Mapping[str, Any]) -> dict[str, Any]:
        """The values that the workbook showed: as they are now, unless the row was changed after it was made."""
        base = dict(now)
        if state := self.before.get(str(row.pk)):
            base |= values_in_state(line.sheet, state)
        for column in line.sheet.columns:
            if column.name.startswith("target_") and (key := f"{row.pk}:{column.name[7:]}") in self.before:
                base[column.name] = plain_value(column, self.before[key].get("value"))
        return base

    # --- one sheet ---------------------------------------------------------------------------------------------------
    def _sheet(self, sheet: Sheet) -> None:
        rows = {str(row.pk): row for row in offices.visible(rows_of(sheet.section, self.plan), self.access)}
        values = {pk: values_of(sheet, row) for pk, row in rows.items()}
        lines = self._with_own_keys(self.found.lines[sheet.key], rows, values)
        kept = self.kept[sheet.key] = {line.key for line in lines if line.key}
        known = {known_by(sheet, each): pk for pk, each in values.items()}
        met: dict[Any, int] = {}
        for line in lines:
            self.tell()
            if line.key and line.key in rows:
                self._old(line, rows[line.key], values[line.key])
            elif line.key and line.key in self.found.sent.get(sheet.key, ()):
                text = GONE if offices.sees_all(self.access) else NOT_YOURS
                self._note(self._item(line, CHANGED), [Fault(line.at(KEY_CELL), "Kunci", text)])
            else:
                self._keyless(line, rows, values, known, kept, met)

    def _with_own_keys(self, lines: list[Line], rows: Mapping[str, Any], values: Mapping[str, Any]) -> list[Line]:
        """Of lines that carry the same key (a copied row) the one that was changed least keeps it."""
        by_key: dict[str, list[Line]] = {}
        for line in lines:
            if line.key:
                by_key.setdefault(line.key, []).append(line)
        strangers = set()
        for key, same in by_key.items():
            if len(same) > 1 and key in rows:
                own = min(same, key=lambda line: self._differences(line, values[key]))
                strangers |= {line.number for line in same if line is not own}
        return [without_key(line) if line.number in strangers else line for line in lines]

    def _differences(self, line: Line, values: Mapping[str, Any]) -> int:
        return sum(
            not cells.same_as_shown(line.sheet.by_name[name], line.cells.get(name), values[name], self.names)
            for name in line.places
        )

    # --- rows that are there -----------------------------------------------------------------------------------------
    def _old(self, line: Line, row: Any, now: Mapping[str, Any]) -> None:
        base = self._base(line, row, now)
        unknown = bool(line.version) and row.version != line.version and str(row.pk) not in self.before
        wanted, faults = self._touched(line, base)
        item = self._item(line, CHANGED, self._called(line.sheet, row))
        clash = set()
        for name, value in list(wanted.items()):
            column = line.sheet.by_name[name]
            if value == now[name]:
                del wanted[name]  # somebody wrote the same in the application
                continue
            item.cells.append(self._cell(line, column, base[name], value))
            if now[name] != base[name] or unknown:
                clash.add(name)
                item.cells[-1].theirs = read_aloud(column, now[name], self.names)
        if not wanted and not faults:
            self.outcome.unchanged += 1
            return
        item.kind = CONFLICT if clash else CHANGED
        decision = self.decide(item.id, item.kind)
        if faults:
            self._note(item, faults)
        elif decision == REST:
            self._attempt(item, lambda: self._change(line, row, {n: v for n, v in wanted.items() if n not in clash}))
        elif decision == TAKE:
            self._attempt(item, lambda: self._change(line, row, wanted))
        else:
            self.outcome.items.append(item)

    def _touched(self, line: Line, base: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        """The cells that no longer say what went out, read; and those that cannot be read."""
        wanted: dict[str, Any] = {}
        faults = []
        for name in line.places:
            column, cell = line.sheet.by_name[name], line.cells.get(name)
            if name in line.lost:
                faults.append(Fault(line.at(name), column.title, LOST))
            elif name in line.unread:
                faults.append(Fault(line.at(name), column.title, line.unread[name]))
            elif not cells.same_as_shown(column, cell, base[name], self.names):
                try:
                    value = cells.read(column, cell, self.names)
                except ValidationError as refusal:
                    faults.append(Fault(line.at(name), column.title, " ".join(refusal.messages)))
                    continue
                if value != base[name]:
                    wanted[name] = value
        return wanted, faults

    def _change(self, line: Line, row: Any, wanted: Mapping[str, Any]) -> None:
        if not wanted:
            return
        sheet, version = line.sheet, row.version
        fresh = sheet.section.rows(self.plan).get(pk=row.pk)
        if sheet.section.parent in wanted:
            self._move(fresh, sheet, wanted[sheet.section.parent])
        form = self._valid(line, fresh, wanted)
        writing.change(fresh, access=self.access, version=version, links=form.links())
        form.after_save(fresh)
        self._written(fresh)

    def _move(self, row: Any, sheet: Sheet, parent: str) -> None:
        """Hangs the row on another parent."""
        field_of: Any = row._meta.get_field(sheet.section.parent)
        target = field_of.related_model._default_manager.filter(plan=self.plan, pk=parent).first()
        setattr(row, sheet.section.parent, target)

    # --- rows that are new -------------------------------------------------------------------------------------------
    def _keyless(
        self,
        line: Line,
        rows: Mapping[str, Any],
        values: Mapping[str, Any],
        known: Mapping[Any, str],
        kept: set[str],
        met: dict[Any, int],
    ) -> None:
        """A row without a key: one that is there already, or a new one."""
        told, line = line, self._with_office(line)
        wanted, faults = self._touched(line, {column.name: _empty(column) for column in line.sheet.columns})
        if line.part and f"{WIDE}:{line.number}" in self.refused:  # money beside a programme that is not there yet
            first = self._fault(line, "programme", FIRST)
            faults = [*(fault for fault in faults if fault.title != first.title), first]
        who = known_by(line.sheet, wanted)
        item = self._item(line, NEW, self._title(line, wanted))
        if who is not None and who in met:
            names = KNOWN_BY[line.sheet.key]
            faults.append(self._fault(line, names[0], f"Sama dengan baris {met[who]} di lembar ini."))
        if who is not None:
            met.setdefault(who, line.number)
        pk = known.get(who) if who is not None else None
        if pk in kept and not faults:
            faults.append(
                self._fault(
                    line, KNOWN_BY[line.sheet.key][0], "Baris seperti ini sudah ada di lembar ini, dengan kuncinya."
                )
            )
        elif pk and pk not in kept:
            kept.add(pk)
            self._old(keyed(told, pk), rows[pk], values[pk])
            return
        item.cells = [self._cell(line, line.sheet.by_name[name], "", value) for name, value in wanted.items()][
            :SHOWN_OF_NEW
        ]
        if faults:
            self._note(item, faults)
        elif self.decide(item.id, NEW) == TAKE:
            self._attempt(item, lambda: self._add(line, wanted))
        else:
            self.outcome.items.append(item)

    def _with_office(self, line: Line) -> Line:
        """In an office's own workbook or table a new row without an office is that office's."""
        offices = [self.found.opd] if self.found.opd else [str(pk) for pk in self.access.opd_ids]
        column = line.sheet.by_name.get("opd")
        if column is None or "opd" in line.cells or len(offices) != 1:
            return line
        own = self.names.of(column.model, offices[0])
        return replace(line, cells={**line.cells, "opd": own}, places={"opd": 1, **line.places})

    def _add(self, line: Line, wanted: Mapping[str, Any]) -> None:
        section = line.sheet.section
        row = writing.new(section.model, self.plan, id=uuid.uuid5(self.source, line.ref))
        if section.parent:
            if section.parent not in wanted:
                raise Refusal([self._fault(line, section.parent, "Wajib diisi.")])
            self._move(row, line.sheet, wanted[section.parent])
        form = self._valid(line, row, wanted)
        writing.add(row, access=self.access, links=form.links())
        form.after_save(row)
        self._written(row)

    # --- rows that are gone ------------------------------------------------------------------------------------------
    def _missing(self, sheet: Sheet) -> None:
        """Rows that went out and did not come back. One that was made in the application meanwhile never went out."""
        gone = self.found.sent.get(sheet.key, frozenset()) - self.kept.get(sheet.key, set())
        for row in offices.visible(rows_of(sheet.section, self.plan), self.access).filter(pk__in=gone):
            item = Item(
                f"{sheet.key}:-{row.pk}", REMOVED, sheet.key, self.found.pages[sheet.key], 0, self._called(sheet, row)
            )
            item.cells = [
                Cell("", column.title, read_aloud(column, value, self.names), "")
                for column, value in zip(sheet.columns, values_of(sheet, row).values(), strict=True)
                if value not in ("", False, frozenset())
            ][:6]
            if str(row.pk) in self.before:
                item.kind = CONFLICT
            if self.decide(item.id, item.kind) == TAKE:
                self._attempt(item, lambda row=row, item=item: self._remove(row, item))  # type: ignore[misc]
            else:
                self.outcome.items.append(item)

    def _remove(self, row: Any, item: Item) -> None:
        deed = writing.remove(row, access=self.access, version=row.version)
        item.hangs = self.plan.change_set.filter(act=deed.act, deed=Change.Deed.DELETED).count() - 1
        self.outcome.acts.append(str(deed.act))
        self.outcome.written += 1

    # --- one row -----------------------------------------------------------------------------------------------------
    def _attempt(self, item: Item, deed: Callable[[], None]) -> None:
        """Does it within a savepoint; a refusal becomes the item's faults."""
        try:
            with transaction.atomic():
                deed()
        except Refusal as refusal:
            item.faults += refusal.faults
        except PermissionDenied as refusal:
            item.faults.append(Fault("", "", str(refusal)))
        except ValidationError as refusal:
            item.faults.append(Fault("", "", " ".join(refusal.messages)))
        self._keep(item)

    def _valid(self, line: Line, row: Row, wanted: Mapping[str, Any]) -> RowForm:
        """The section's form over the row's own values and the wanted ones; Refusal with every fault that it finds."""
        form = form_of(line.sheet.section, row, self.plan, self.access, {})
        fixed = [name for name in wanted if name in form.fields and form.fields[name].disabled]
        if fixed:
            raise Refusal(self._fault(line, name, "Isian ini tidak diubah lewat buku kerja.") for name in fixed)
        data: dict[str, Any] = {}
        for name, each in form.fields.items():
            value = wanted[name] if name in wanted else form.get_initial_for_field(each, name)
            data[name] = _for_form(value)
        form.data = data
        if not form.is_valid():
            raise Refusal(
                self._fault(line, name if name in line.sheet.by_name else "", " ".join(map(str, errors)))
                for name, errors in form.errors.items()
            )
        return form

    def _written(self, row: Any) -> None:
        """Notes under which acts the row and its targets were just written, for the undoing."""
        ids = [row.pk, *(target.pk for target in row.targets.all())] if hasattr(row, "targets") else [row.pk]
        since = self.plan.change_set.filter(row_id__in=ids, id__gt=self.start).order_by("id")
        known = set(self.outcome.acts)
        acts = dict.fromkeys(str(act) for act in since.values_list("act", flat=True))
        self.outcome.acts += [act for act in acts if act not in known]
        self.outcome.written += 1
        self.names.learn(row)

    # --- words -------------------------------------------------------------------------------------------------------
    def _item(self, line: Line, kind: str, label: str = "") -> Item:
        named = label or self._title(line, {})
        return Item(line.ref, kind, line.sheet.key, line.page, line.number, named[:160])

    def _called(self, sheet: Sheet, row: Any) -> str:
        """A stored row by its name, after that of the row it hangs on."""
        parent = sheet.section.parent
        above = self.names.of(sheet.by_name[parent].model, str(getattr(row, f"{parent}_id"))) if parent else ""
        return f"{above} · {row}" if above else str(row)

    def _title(self, line: Line, wanted: Mapping[str, Any]) -> str:
        """How a row that is not stored yet is called: by its first two cells."""
        words = [str(line.cells[name]) for name in line.places if name in line.cells][:2]
        return " ".join(words) or f"Baris {line.number}"

    def _cell(self, line: Line, column: Column, before: Any, after: Any) -> Cell:
        def aloud(value: Any) -> str:
            return read_aloud(column, value, self.names)[:400]

        given = line.ref in self.found.given and column.name == naming.KINDS[line.sheet.key].given
        return Cell("" if given else line.at(column.name), column.title, aloud(before), aloud(after))

    def _fault(self, line: Line, name: str, text: str) -> Fault:
        column = line.sheet.by_name.get(name)
        return Fault(line.at(name) if column else "", column.title if column else "", text)

    def _note(self, item: Item, faults: list[Fault]) -> None:
        item.faults += faults
        self._keep(item)

    def _keep(self, item: Item) -> None:
        if item.faults:
            self.refused.add(item.id)
        self.outcome.items.append(item)


LOST = "Hasil rumus ini tidak tersimpan dalam berkas. Buka di Excel, simpan, lalu unggah lagi; atau isi nilainya."
FIRST = "Perbaiki dulu program di baris ini; anggarannya ikut sesudah itu."
KEY_CELL = "kunci"
SHOWN_OF_NEW = 12  # cells of a new row that are kept to be looked at


def _empty(column: Column) -> Any:
    return plain_value(column, None) if column.kind != LINKS else frozenset()


def _for_form(value: Any) -> Any:
    if isinstance(value, frozenset | list | tuple):
        return [str(getattr(each, "pk", each)) for each in value]
    return getattr(value, "pk", value) if value is not None else ""
