"""Rows that say no code or number of their own: which row of the plan each is, by its words; and what a new one is given.

A table of an office names its programmes and leaves the codes to the region. So a row without its code is the one row of
that name, if nothing else that it says speaks against that; several are refused; none means a new row, which gets the
next free code or number here, before the dry run, so that it is seen before it is written.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError

from bimtek import codes, offices
from bimtek.exchange import cells
from bimtek.exchange.matching import KNOWN_BY, MAY_LACK, Line
from bimtek.exchange.reading import Value
from bimtek.exchange.sheets import LINK, Column, Names, Sheet, plain_value
from bimtek.models import Plan
from regions.access import Access
from regions.models.place import plain


@dataclass(frozen=True)
class Named:
    """How rows of a kind are known by their words."""

    words: str
    """The column by whose words a row is known."""
    given: str = ""
    """The column that a new row is given when it does not say it."""
    group: tuple[str, ...] = ()
    """Within what `given` is counted."""
    telling: tuple[str, ...] = ()
    """What tells namesakes apart, besides the parts of KNOWN_BY."""


KINDS: dict[str, Named] = {
    "program": Named("name", "code", ("sub_dimension",), ("opd",)), "swot": Named("text", "number", ("scope", "quadrant")),
    "strategi": Named("text", "number", ("scope", "kind")), "sasaran": Named("text", "number", ("dimension",)),
    "komitmen": Named("text", "number"), "quick-win": Named("name", telling=("opd",)), "indikator": Named("name"),
    "tim": Named("name"), "rpjmd": Named("text"), "kesenjangan": Named("present"), "peraturan": Named("about"),
}  # fmt: skip
SHORT = re.compile(r"(?:([A-Za-z]{2})[-. ])?(SO|WO|ST|WT|[SWOT])[-. ]?([0-9]{1,3})", re.ASCII | re.IGNORECASE)
SHORT_IN = {"swot": "quadrant", "strategi": "kind"}
"""Where "S1" or "SG-SO2" may stand for the kind, the number and the scope together."""
SEVERAL = "“{words}” ada lebih dari satu di rencana ini ({rows}). Tulis {title} pada baris ini."
NOT_COUNTED = "Program baru ini belum berkode. Tulis subdimensinya, misalnya SG-1; dari situ kodenya dihitung."


@dataclass
class Row:
    """A row of the plan, or a new one further up in the table, as far as it can be compared."""

    words: str
    values: dict[str, Any]
    """What it says of the parts that tell rows apart; what it does not say is not there."""


def completed(
    lines: Sequence[Line], plan: Plan, access: Access, *, otherwise: Mapping[str, str] | None = None
) -> tuple[list[Line], dict[str, str]]:
    """The lines of one section with the codes and numbers that they lack, and what was given to new rows (ref → it).

    `otherwise`: what a new row is where it does not say it.
    """
    lines = [_spelt_out(line) for line in lines]
    if not any(_lacks(line) for line in lines):
        return lines, {}
    naming = Naming(lines[0].sheet, plan, access, otherwise or {})
    naming.note_taken(lines)
    return [naming.whole(line) if _lacks(line) else line for line in lines], naming.given


def _lacks(line: Line) -> bool:
    """Whether a row without a key has words by which it may be known, and lacks a part of what rows are told apart by."""
    kind = KINDS.get(line.sheet.key)
    if kind is None or line.key or kind.words not in line.cells:
        return False
    return any(name not in line.cells for name in KNOWN_BY[line.sheet.key] if not _may_be_unsaid(line, name))


def _may_be_unsaid(line: Line, name: str) -> bool:
    """A column that is there and empty says "none", where none is an answer."""
    return name in MAY_LACK and (name in line.places or "number" in line.cells)


def _spelt_out(line: Line) -> Line:
    """ "SG-S1" in the place of the kind as the scope, the kind and the number."""
    name = SHORT_IN.get(line.sheet.key, "")
    found = SHORT.fullmatch(str(line.cells.get(name, "")).strip()) if name else None
    if found is None or "number" in line.cells:
        return line
    parts: dict[str, Value] = {name: found[2].upper(), "number": int(found[3])}
    if found[1] and "scope" not in line.cells:
        parts["scope"] = found[1].upper()
    return _with(line, parts, line.places[name])


def _with(line: Line, parts: Mapping[str, Value], at: int) -> Line:
    """The line saying these parts too, first of all; a fault in one of them is told at column `at`."""
    places = {**dict.fromkeys(parts, at), **line.places}
    return replace(line, cells={**line.cells, **parts}, places=places)


class Naming:
    """The rows of one section by their words, and what is taken of the codes or numbers."""

    def __init__(self, sheet: Sheet, plan: Plan, access: Access, otherwise: Mapping[str, str]) -> None:
        self.sheet, self.kind, self.names = sheet, KINDS[sheet.key], Names(plan, access)
        self.otherwise = {name: value for name, value in otherwise.items() if name in sheet.by_name}
        self.identity = [name for name in KNOWN_BY[sheet.key] if name in sheet.by_name]
        self.given: dict[str, str] = {}
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.taken: dict[Any, set[Any]] = defaultdict(set)
        self.last: dict[str, str] = {}
        self._read(plan, access)

    def _read(self, plan: Plan, access: Access) -> None:
        telling = dict.fromkeys([*self.identity, *self.kind.telling, *self.kind.group])
        wanted = [name for name in telling if name != self.kind.words]
        stored = [f"{name}_id" if self.sheet.by_name[name].kind == LINK else name for name in wanted]
        rows = self.sheet.section.rows(plan).select_related(None).prefetch_related(None)
        for words, *values in offices.visible(rows, access).values_list(self.kind.words, *stored):
            said = {name: plain_value(self.sheet.by_name[name], v) for name, v in zip(wanted, values, strict=True)}
            self.rows[plain(words)].append(Row(words, said))
        if self.kind.given:
            for value, *group in rows.values_list(self.kind.given, *self.kind.group):
                self.taken[self._counted_in(group)].add(value)

    def _counted_in(self, group: Iterable[Any]) -> Any:
        """Numbers count within their group; codes are the plan's."""
        return () if self.kind.given == "code" else tuple(group)

    def note_taken(self, lines: Iterable[Line]) -> None:
        """Codes and numbers that the table itself says are not given to another of its rows."""
        for line in lines:
            said = self._said(line) if self.kind.given in line.cells else {}
            if self.kind.given in said:
                self.taken[self._counted_in(said.get(name, "") for name in self.kind.group)].add(said[self.kind.given])

    def _said(self, line: Line) -> dict[str, Any]:
        """What the line says of the parts that matter, read; what cannot be read is told later, in its cell."""
        found: dict[str, Any] = {}
        for name in {*self.identity, *self.kind.telling, *self.kind.group, self.kind.given} - {""}:
            column, cell = self.sheet.by_name[name], line.cells.get(name)
            if cell is None and not (name in MAY_LACK and name in line.places):
                continue
            try:
                found[name] = cells.read(column, cell, self.names)
            except ValidationError:
                continue
        return found

    def whole(self, line: Line) -> Line:
        said = self._said(line)
        words = str(line.cells[self.kind.words])
        same = self._like(plain(words), said) if plain(words) else []
        at = line.places[self.kind.words]
        if len(same) > 1:
            return replace(line, unread={**line.unread, self.kind.words: self._several(words, same)})
        if same:
            lacking = {name: self._cell(name, same[0].values) for name in self.identity if name not in line.cells}
            said_so = {self.kind.words: same[0].words}  # spaces, case and dots by which it was found are no change
            return _with(line, {name: cell for name, cell in (lacking | said_so).items() if cell is not None}, at)
        return self._new(line, words, said, at) if self.kind.given else line

    def _like(self, words: str, said: Mapping[str, Any]) -> list[Row]:
        """The rows with these words that nothing said speaks against; of several those that agree most closely."""
        same = [row for row in self.rows.get(words, ()) if not any(self._against(row, n, said) for n in self._hard)]
        closer = [row for row in same if not any(self._against(row, name, said) for name in self.kind.group)]
        return closer if len(same) > 1 and closer else same

    @property
    def _hard(self) -> list[str]:
        return [*self.identity, *self.kind.telling]

    def _against(self, row: Row, name: str, said: Mapping[str, Any]) -> bool:
        if name not in said or name not in row.values or said[name] == row.values[name]:
            return False
        return self.sheet.by_name[name].kind != LINK or bool(said[name] and row.values[name])

    def _cell(self, name: str, values: Mapping[str, Any]) -> Value | None:
        """What the workbook would show there; None for nothing."""
        column, value = self.sheet.by_name[name], values.get(name, "")
        return self._named(column, value) if column.kind == LINK else value if value != "" else None

    def _named(self, column: Column, value: str) -> Value | None:
        return self.names.of(column.model, value) or None

    def _several(self, words: str, same: Sequence[Row]) -> str:
        lacking = [name for name in self.identity if len({row.values.get(name) for row in same}) > 1] or self.identity
        told = ["; ".join(str(self._cell(name, row.values) or "–") for name in lacking) for row in same[:5]]
        title = " dan ".join(f"“{self.sheet.by_name[name].title}”" for name in lacking)
        return SEVERAL.format(words=words[:60], rows="; ".join(told), title=title)

    # --- new rows ----------------------------------------------------------------------------------------------------
    def _new(self, line: Line, words: str, said: dict[str, Any], at: int) -> Line:
        """A row that is not there yet, with what it is given; one whose group is not known is left to say so."""
        parts: dict[str, Value] = {
            name: value for name, value in self.otherwise.items() if value and name not in line.cells
        }
        said |= parts
        group = [said.get(name, "") for name in self.kind.group]
        if any(not value and name not in MAY_LACK for name, value in zip(self.kind.group, group, strict=True)):
            return self._not_counted(line)
        given = self._next(group)
        self.taken[self._counted_in(group)].add(given)
        self.given[line.ref] = str(given)
        parts = {self.kind.given: given, self.kind.words: line.cells[self.kind.words], **parts}
        said[self.kind.given] = given
        self.rows[plain(words)].append(Row(words, said))
        return _with(line, parts, at)

    def _next(self, group: Sequence[Any]) -> Any:
        taken = self.taken[self._counted_in(group)]
        if self.kind.given != "code":
            return codes.next_number(taken)
        sub = str(group[0])
        self.last[sub] = codes.next_free(self.last.get(sub) or codes.first(sub), taken)
        return self.last[sub]

    def _not_counted(self, line: Line) -> Line:
        """A programme without a sub-dimension: that is what it lacks, its code follows."""
        if self.kind.given != "code" or "sub_dimension" in line.cells:
            return line
        return replace(line, unread={**line.unread, self.kind.words: NOT_COUNTED})
