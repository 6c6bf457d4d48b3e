"""Saving what was typed or pasted into a grid: the cells of many rows as one message, one transaction, one answer a row.

Each row goes the way of the autosave (bimtek.views.autosave): the same forms, the same three-way look at every cell, the
same verbs. A cell that cannot be saved is told beside that cell and holds up no other cell of a row that is there; a new
row comes into being when all of it can be saved.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from bimtek import writing
from bimtek.drafting import Origin
from bimtek.exchange.matching import part_years
from bimtek.forms import drafts
from bimtek.forms.drafts import Edit
from bimtek.grid import Cell, Grid
from bimtek.models import BudgetLine, Row
from bimtek.sections import BY_KEY, Section
from bimtek.views import autosave
from bimtek.views.autosave import GONE, HIGHEST_SEQ, TRIES, Message, RowTarget, as_uuid
from bimtek.views.choices import whole
from bimtek.views.grid import grid_of, grid_place
from bimtek.views.places import Place
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

MOST_ROWS = 100
REMOVE = "hapus"
"""Not a column: a cell of this name takes the row away; its base is the version that was seen."""
MONEY = BY_KEY["anggaran"]


@dataclass(frozen=True)
class Typed:
    """One row of a message: texts as its cells hold them."""

    row: str
    is_new: bool
    cells: Mapping[str, tuple[str | None, str]]
    """Column → what the cell said before, and what it says now."""


@dataclass
class Answer:
    """What became of one row."""

    row: str
    is_new: bool = False
    saved: list[str] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)
    refused: str = ""
    code: str = ""
    gone: bool = False
    title: str = ""
    version: int = 0
    cells: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        named = {"row": self.row, "is_new": self.is_new, "saved": self.saved}
        rest = {name: value for name, value in vars(self).items() if value and name not in named}
        return {**named, **rest, "show": {}, "at": timezone.localtime().strftime("%H.%M")}


class Unfit(Exception):
    """A new row that cannot be saved as a whole: it is taken back."""


def read(body: bytes) -> tuple[str, Origin, list[Typed]]:
    """The person, the tab, and the rows. ValueError for anything but a message."""
    try:
        found = json.loads(body)
        seq, rows = found["seq"], found["rows"]
        if not (type(seq) is int and 0 < seq <= HIGHEST_SEQ and isinstance(rows, list) and 0 < len(rows) <= MOST_ROWS):
            raise ValueError("seq or rows")
        return str(found["person"]), Origin(UUID(found["client"]), seq), [typed(row) for row in rows]
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeDecodeError) as unreadable:
        raise ValueError("not a message") from unreadable


def typed(found: Mapping[str, Any]) -> Typed:
    cells = {}
    for name, edit in found["fields"].items():
        base, mine = edit.get("base"), edit["mine"]
        if not isinstance(mine, str) or not (base is None or isinstance(base, str)):
            raise ValueError("cell")
        cells[str(name)] = (base, mine)
    return Typed(str(found["row"]), found.get("new") is True, cells)


@require_POST
@region_view(Permission.FILL)
def grid_save(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    try:
        person, origin, rows = read(request.body)
    except ValueError:
        return JsonResponse({"refused": "Kiriman ini tidak terbaca.", "code": "unreadable"}, status=422)
    if person != str(request.user.pk):
        return JsonResponse({"refused": "Sekarang masuk sebagai orang lain.", "code": "person"}, status=409)
    place, entry = grid_place(request.access, year, stage, section)
    return JsonResponse({"rows": Batch(request, place, grid_of(request, place, entry), origin).save(rows)})


class Batch:
    """One message on its way into the plan."""

    def __init__(self, request: RegionRequest, place: Place, grid: Grid, origin: Origin) -> None:
        self.request, self.place, self.grid, self.origin = request, place, grid, origin
        self.stored: dict[str, Any] = {}

    @transaction.atomic
    def save(self, rows: list[Typed]) -> dict[str, Any]:
        ids = [as_uuid(row.row) for row in rows]
        self.stored = self._fetch(ids)
        answers = [self._one(row) for row in rows]
        now = self._fetch([pk for pk, answer in zip(ids, answers, strict=True) if not answer.is_new])
        for answer in answers:
            if found := now.get(answer.row):
                answer.cells, answer.version, answer.title = self.grid.texts(found), found.version, str(found)
        return {answer.row: answer.as_json() for answer in answers}

    def _fetch(self, ids: Iterable[UUID]) -> dict[str, Any]:
        """Of these rows those that the person works on, as they are now."""
        found = {str(row.pk): row for row in self.grid.rows().filter(pk__in=list(ids))}
        for row in found.values():
            row.plan = self.place.plan
        return found

    def _one(self, row: Typed) -> Answer:
        """Again from the start when somebody saved in between."""
        for last_try in [False] * (TRIES - 1) + [True]:
            answer = Answer(str(as_uuid(row.row)))
            try:
                with transaction.atomic():
                    self._keep(row, answer)
            except Unfit:
                answer.is_new, answer.saved = True, []
            except PermissionDenied as refusal:
                answer.saved, answer.refused, answer.code = [], str(refusal), "role"
            except Http404:
                answer.saved, answer.refused, answer.code, answer.gone = [], GONE, "gone", True
            except ValidationError as refusal:
                if getattr(refusal, "code", "") == "stale" and not last_try:
                    self.stored |= self._fetch([as_uuid(row.row)])
                    continue
                answer.saved, answer.refused = [], " ".join(refusal.messages)
                answer.code = getattr(refusal, "code", "") or "refused"
            return answer
        raise AssertionError("the last try returns")

    def _keep(self, row: Typed, answer: Answer) -> None:
        stored = self.stored.get(answer.row)
        answer.is_new = stored is None
        if REMOVE in row.cells:
            return self._remove(stored, row.cells[REMOVE][0], answer)
        if stored is None and not row.is_new:
            raise Http404
        own, money = self._parted(row, stored, answer)
        if stored is not None:
            self._own(stored, own, answer)
        else:
            stored = self._new(answer, own)
        if stored is not None:
            for name, edit in money.items():
                self._money(stored, name, edit, answer)
            if answer.is_new and answer.errors:
                raise Unfit
            answer.is_new = False
        return None

    def _remove(self, stored: Any, seen: str | None, answer: Answer) -> None:
        """Taking back a row that this grid has just made."""
        answer.is_new = False
        if stored is not None:
            writing.remove(stored, access=self.request.access, version=whole(seen or ""))
        answer.saved, answer.gone = [REMOVE], True

    # --- cells as edits ----------------------------------------------------------------------------------------------
    def _parted(
        self, row: Typed, stored: Any, answer: Answer
    ) -> tuple[dict[str, Edit], dict[str, tuple[str | None, str]]]:
        """The row's own edits, read; and its money cells as they are. What cannot be read is an error beside its cell."""
        texts = dict(row.cells)
        self._years(texts, stored)
        own: dict[str, Edit] = {}
        money = {name: texts.pop(name) for name in list(texts) if name in self.grid.money}
        for name, (base, mine) in texts.items():
            column = self.grid.sheet.by_name.get(name)
            if column is None or self.grid.is_fixed(column):
                answer.errors[name] = ["Kolom ini tidak dapat diubah di sini."]
                continue
            try:
                own[name] = Edit(self._base(name, base), self.grid.raw(column, mine))
            except ValidationError as refusal:
                answer.errors[name] = refusal.messages
        return own, money

    def _base(self, name: str, base: str | None) -> drafts.Raw | None:
        if base is None:
            return None
        try:
            return self.grid.raw(self.grid.sheet.by_name[name], base)
        except ValidationError:
            return None

    def _years(self, texts: dict[str, tuple[str | None, str]], stored: Any) -> None:
        """ "2023-2025" in the cell of the first year says the last one too, where nobody typed another."""
        if "start_year" not in texts or texts.get("end_year", ("", ""))[1].strip():
            return
        said: dict[str, Any] = {"start_year": texts["start_year"][1]}
        part_years(self.grid.sheet, said, {"start_year": 1})
        if "end_year" in said:
            before = str(getattr(stored, "end_year", None) or "")
            texts["start_year"] = (texts["start_year"][0], str(said["start_year"]))
            texts["end_year"] = (texts.get("end_year", (before, ""))[0], str(said["end_year"]))

    # --- the row itself ----------------------------------------------------------------------------------------------
    def _message(self, row: str, edits: Mapping[str, Edit], *, is_new: bool = False, parent: str = "") -> Message:
        return Message(str(self.request.user.pk), self.origin, row, is_new, parent, edits)

    def _own(self, stored: Any, edits: Mapping[str, Edit], answer: Answer) -> None:
        if not edits:
            return
        found = self._through(self.place, self.grid.section, stored, self._message(answer.row, edits))
        self._note(found, edits, answer)

    def _through(self, place: Place, section: Section, row: Row | None, message: Message) -> dict[str, Any]:
        return autosave.save(RowTarget(self.request, place, section, row, message), message)

    def _new(self, answer: Answer, edits: dict[str, Edit]) -> Any:
        """The new row once it is stored; None while something lacks or is wrong. Cells left empty take what the form offers."""
        offered = {name: Edit("", value) for name, value in drafts.stored(self.grid.blank).items()}
        given = {name: edit for name, edit in edits.items() if edit.mine not in ("", [])}
        if "opd" in offered and "opd" not in given and (own := self._own_office()):
            given["opd"] = Edit("", own)
        message = self._message(answer.row, {**offered, **given}, is_new=True)
        found = self._through(self.place, self.grid.section, None, message)
        self._note(found, edits, answer)
        answer.lacking = [] if answer.errors else found["lacking"]
        if found["is_new"]:
            return None
        if answer.errors:
            raise Unfit
        return self._fetch([as_uuid(answer.row)])[answer.row]

    def _own_office(self) -> str:
        """A new row without an office is that of the operator who has but one."""
        access = self.request.access
        alone = len(access.opd_ids) == 1 and not access.may(Permission.FILL_ALL)
        return str(next(iter(access.opd_ids))) if alone else ""

    def _note(self, found: Mapping[str, Any], edits: Mapping[str, Edit], answer: Answer) -> None:
        answer.saved += [name for name in found["saved"] if name in edits]
        answer.errors |= {name: said for name, said in found["errors"].items() if name != NON_FIELD_ERRORS}
        answer.refused = " ".join(found["errors"].get(NON_FIELD_ERRORS, ()))
        for name, both in found["conflicts"].items():
            column = self.grid.sheet.by_name[name]
            answer.conflicts[name] = {"proposed": both["proposed"]} if isinstance(both["proposed"], str) else {}
            answer.conflicts[name]["what"] = column.title
        for name in edits:
            if not (found["is_new"] or answer.refused) and name not in {
                *found["saved"],
                *answer.errors,
                *answer.conflicts,
            }:
                answer.errors[name] = ["Isian ini tidak diubah pada baris ini."]

    # --- the money of a year -----------------------------------------------------------------------------------------
    def _money(self, programme: Any, name: str, texts: tuple[str | None, str], answer: Answer) -> None:
        cell = self.grid.money[name]
        try:
            mine = self.grid.amount(texts[1])
        except ValidationError as refusal:
            answer.errors[name] = refusal.messages
            return
        line = next((each for each in programme.budget_lines.all() if at(each) == (cell.year, cell.source)), None)
        theirs = line.amount if line else None
        base = self._amount(texts[0])
        if theirs == mine or (base == mine and texts[0] is not None):
            answer.saved.append(name)
        elif theirs != base:
            answer.conflicts[name] = {"what": self.grid.by_name[name].title}
        elif refused := self._put(programme, line, cell, mine):
            answer.errors[name] = refused
        else:
            answer.saved.append(name)

    def _amount(self, base: str | None) -> int | None:
        try:
            return self.grid.amount(base or "")
        except ValidationError:
            return None

    def _put(self, programme: Any, line: BudgetLine | None, cell: Cell, amount: int | None) -> list[str]:
        """Writes one budget line by its own form; returns what it refused."""
        place = Place(self.place.plan, self.place.stage, MONEY)
        if line is not None:
            line.plan, line.programme = self.place.plan, programme
        if amount is None:
            if line is not None:
                writing.remove(line, access=self.request.access, version=line.version)
            return []
        if line is not None:
            message = self._message(str(line.pk), {"amount": Edit(str(line.amount), str(amount))})
        else:
            edits = {"year": str(cell.year), "source": cell.source, "amount": str(amount)}
            message = self._message(
                str(uuid4()),
                {key: Edit("", value) for key, value in edits.items()},
                is_new=True,
                parent=str(programme.pk),
            )
        found = self._through(place, MONEY, line, message)
        said = [words for each in found["errors"].values() for words in each]
        return said or (["Anggaran ini tidak dapat disimpan."] if found["is_new"] else [])


def at(line: BudgetLine) -> tuple[int, str]:
    return line.year, line.source
