"""What a thread is about: a stage, a section, a row, a field, a passage; its name, its text today, and whether that changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from bimtek import richtext, sections
from bimtek.framework import framework
from bimtek.models import Change, Indicator, IndicatorTarget, Plan, Row, Stage, Thread
from bimtek.revisions import OWNERS
from bimtek.sections import BY_KEY, Questions, Section
from bimtek.states import row_model

TARGET = "target_"  # and the year: the field of the indicator's form
WHOLE_STAGE = "tahap"  # the section of a thread about a stage as a whole
UNSEEN = {"nip"}
"""Fields that nobody quotes: personal numbers."""


@dataclass(frozen=True)
class Anchor:
    """The place that a new thread is about. `field` is a name of `fields_of` its section."""

    stage: Stage
    section: str = WHOLE_STAGE
    row: Row | None = None
    field: str = ""
    passage: str = ""


def fields_of(section: Section | Questions | None, plan: Plan) -> dict[str, str]:
    """The fields that a thread may be about, with their labels; of questions, the questions; of indicators, each year's target."""
    if isinstance(section, Questions):
        asked = framework(plan.framework).questions(section.stage, section.group)
        return {question.key: question.label for question in asked}
    if section is None:
        return {}
    form: Any = section.form
    found = {name: str(form.base_fields[name].label or name) for name in form._meta.fields if name not in UNSEEN}
    years = plan.years if section.model is Indicator else ()
    return found | {f"{TARGET}{year}": f"Target {year}" for year in years}


def target_year(thread: Thread) -> int | None:
    """The year of the target that the thread is about: such a cell is a row of its own beneath the indicator."""
    year = thread.field.removeprefix(TARGET)
    return int(year) if thread.field.startswith(TARGET) and year.isdecimal() else None


def section_of(plan: Plan, stage: int, key: str) -> Section | Questions | None:
    return sections.find(key, Stage(stage), framework(plan.framework))


def place_name(plan: Plan, thread: Thread) -> str:
    """'Tahap I · Butir SWOT · Butir': where the thread belongs, without the row."""
    section = section_of(plan, thread.stage, thread.section)
    names = [f"Tahap {Stage(thread.stage).roman}", section.title if section else "Seluruh tahap"]
    if thread.field:
        names.append(fields_of(section, plan).get(thread.field, thread.field))
    return " · ".join(names)


# --- its text ----------------------------------------------------------------------------------------------------


def row_of(plan: Plan, thread: Thread) -> Any:
    """The row that the thread is about; None when it has none, or when the row is gone."""
    section = section_of(plan, thread.stage, thread.section)
    if isinstance(section, Questions):
        return plan.answer_set.filter(key=thread.field).first() if thread.field else None
    if section is None or thread.row_id is None:
        return None
    return section.rows(plan).filter(pk=thread.row_id).first()


def is_gone(thread: Thread, row: Any) -> bool:
    """Whether the row was deleted; an answer that nobody gave yet is not gone."""
    return row is None and thread.row_id is not None


def is_rich(plan: Plan, section: Section | Questions | None, field: str) -> bool:
    if not isinstance(section, Questions) or not field:
        return False
    return framework(plan.framework).question(field).kind == "rich"


def text_field(section: Section | Questions | None, field: str) -> Any:
    """The model field behind a row's field, where it holds free text; None for choices, numbers and pointers."""
    if not isinstance(section, Section) or not field:
        return None
    found = {f.name: f for f in section.model._meta.concrete_fields}.get(field)
    return found if isinstance(found, models.CharField | models.TextField) and not found.choices else None


def kept_name(section: Section | Questions | None, field: str) -> str:
    """The name under which a Change keeps a field of `fields_of`; '' for a whole row, section or stage."""
    if section is None or not field:
        return ""
    if isinstance(section, Questions):
        return "text"
    if field.startswith(TARGET):
        return "value"
    own = {f.name: f.attname for f in section.model._meta.concrete_fields}
    return (own | {f.name: f.name for f in section.model._meta.many_to_many}).get(field, "")


def text_of(plan: Plan, section: Section | Questions | None, row: Any, field: str) -> str | None:
    """The field's free text as plain words; None where the place holds no free text."""
    if isinstance(section, Questions):
        text = row.text if row else ""
        return (richtext.plain_text(text) if is_rich(plan, section, field) else text) if field else None
    return str(getattr(row, field)) if row is not None and text_field(section, field) else None


def frozen_text(plan: Plan, content: Mapping[str, Any], anchor: Anchor) -> str | None:
    """The same from a snapshot's content."""
    section, rows = section_of(plan, anchor.stage, anchor.section), content.get("rows", {})
    if isinstance(section, Questions):
        text = next((row["text"] for row in rows.get("answer", ()) if row["key"] == anchor.field), "")
        return richtext.plain_text(text) if is_rich(plan, section, anchor.field) else text
    if not isinstance(section, Section) or anchor.row is None or not text_field(section, anchor.field):
        return None
    kept = rows.get(section.model._meta.model_name, ())
    return next((str(row.get(anchor.field) or "") for row in kept if row["id"] == str(anchor.row.pk)), None)


# --- whether it changed ------------------------------------------------------------------------------------------

CHILDREN: dict[str, list[tuple[str, str]]] = {}
"""Kind → (kind of what hangs on it, the pointer): a change of these is a change of the row."""
for _kind, (_owner, _pointer) in OWNERS.items():
    CHILDREN.setdefault(_owner, []).append((_kind, _pointer))


def touched(plan: Plan, threads: Iterable[Thread]) -> set[UUID]:
    """Those of the threads whose place reads otherwise than at their baseline. A fixed number of queries."""
    return set(changes_since(plan, threads))


def changes_since(plan: Plan, threads: Iterable[Thread]) -> dict[UUID, list[Change]]:
    """Thread → the changes of its place since its baseline, oldest first; threads whose place reads as it did are left out.

    Two queries, one for targets asked about, and one for each kind of rows that hang on rows asked about or on these.
    """
    asked = [thread for thread in threads if thread.section != WHOLE_STAGE]
    if not asked:
        return {}
    answers = dict(plan.answer_set.values_list("key", "pk"))
    targets = _targets(plan, asked)
    places = {thread.pk: _condition(plan, thread, answers, targets) for thread in asked}
    hanging = _hanging(plan, places.values())
    wanted = Q(row_id__in=hanging)
    for place in places.values():
        wanted |= place.as_q()
    for kind, pointer in {below for place in places.values() for below in place.below}:  # that went from what hangs
        wanted |= Q(kind=kind, **{f"before__{pointer}__in": [str(pk) for pk in hanging]})
    since = min(thread.baseline for thread in asked)
    changes = list(plan.change_set.filter(wanted, at__gt=since).order_by("id"))
    found = {thread.pk: places[thread.pk].concerning(thread, changes, hanging) for thread in asked}
    return {pk: mine for pk, mine in found.items() if mine}


def _targets(plan: Plan, asked: Iterable[Thread]) -> dict[tuple[UUID, int], UUID]:
    """Indicator and year → the target that is there, for the threads about one year's target."""
    wanted = [thread.row_id for thread in asked if target_year(thread)]
    rows = IndicatorTarget.objects.filter(plan=plan, indicator__in=wanted) if wanted else IndicatorTarget.objects.none()
    return {(indicator, year): pk for pk, indicator, year in rows.values_list("pk", "indicator", "year")}


def _hanging(plan: Plan, places: Iterable["_Place"]) -> dict[UUID, UUID]:
    """What hangs on the rows asked about, and on that → the row; a saved field's own line in the log names no owner."""
    wanted: dict[tuple[str, str], set[UUID]] = {}
    for place in places:
        for child in place.children:
            wanted.setdefault(child, set()).update(place.rows)
    found: dict[UUID, UUID] = {}
    for (kind, pointer), owners in wanted.items():
        level = dict(_pointing(plan, kind, pointer, owners))
        found |= level
        for below, its_pointer in CHILDREN.get(kind, ()):
            found |= {pk: level[above] for pk, above in _pointing(plan, below, its_pointer, level)}
    return found


def _pointing(plan: Plan, kind: str, pointer: str, owners: Iterable[UUID]) -> Iterable[tuple[UUID, UUID]]:
    rows: Any = row_model(kind)._default_manager.filter(plan=plan, **{f"{pointer}__in": list(owners)})
    return rows.order_by().values_list("pk", pointer)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Place:
    """The changes that concern one thread: of these rows, of these kinds, or of what hangs on the row."""

    rows: frozenset[UUID] = frozenset()
    kinds: frozenset[str] = frozenset()
    children: tuple[tuple[str, str], ...] = ()
    field: str = ""
    """The kept name to compare; '' when any change counts. With `children` these are the field's links."""
    whole: tuple[tuple[str, Any], ...] = ()
    """What a whole line of `child` says when the place itself came or went."""
    child: str = ""

    @property
    def below(self) -> list[tuple[str, str]]:
        """What hangs on the children."""
        return [below for kind, _ in self.children for below in CHILDREN.get(kind, ())]

    def as_q(self) -> Q:
        found = Q(row_id__in=self.rows) | Q(kind__in=self.kinds)
        ids = [str(pk) for pk in self.rows]
        for kind, pointer in self.children:  # whole lines of children that came or went
            found |= Q(kind=kind, **{f"after__{pointer}__in": ids}) | Q(kind=kind, **{f"before__{pointer}__in": ids})
        for side in ("after", "before") if self.whole else ():
            found |= Q(kind=self.child, **{f"{side}__{name}": value for name, value in self.whole})
        return found

    def holds(self, change: Change, hanging: Mapping[UUID, UUID]) -> bool:
        if change.row_id in self.rows or change.kind in self.kinds:
            return True
        states = (change.before or {}, change.after or {})
        if self.whole and change.kind == self.child:
            return any(all(state.get(name) == value for name, value in self.whole) for state in states)
        pointer = dict([*self.children, *self.below]).get(change.kind)
        if not pointer:
            return False
        owners = {UUID(state[pointer]) for state in states if state.get(pointer)}
        return bool(owners & self.rows) or any(hanging.get(pk) in self.rows for pk in (change.row_id, *owners))

    def concerning(self, thread: Thread, changes: list[Change], hanging: Mapping[UUID, UUID]) -> list[Change]:
        """Of one field only the lines that changed it; none of them when it reads again as it did."""
        mine = [change for change in changes if change.at > thread.baseline and self.holds(change, hanging)]
        if not self.field:
            return mine
        links = dict(self.children)  # lines of their own only after a restoring; else the row's line names them
        mine = [change for change in mine if change.kind in links or _differs(change, self.field)]
        if any(change.kind in links for change in mine):
            return mine
        back = mine and [(state or {}).get(self.field, "") for state in (mine[0].before, mine[-1].after)]
        return [] if back and (back[0] == back[1] or (self.whole and _number(back[0]) == _number(back[1]))) else mine


def _number(value: Any) -> Any:
    """A target as a number: 50 and 50.00 are the same. Nothing stays apart from every number."""
    return Decimal(str(value)) if value not in (None, "") else None


def _differs(change: Change, field: str) -> bool:
    return (change.before or {}).get(field) != (change.after or {}).get(field)


def _condition(
    plan: Plan, thread: Thread, answers: Mapping[str, UUID], targets: Mapping[tuple[UUID, int], UUID]
) -> _Place:
    section = section_of(plan, thread.stage, thread.section)
    if isinstance(section, Questions):
        keys = [thread.field] if thread.field else list(fields_of(section, plan))
        rows = frozenset(answers[key] for key in keys if key in answers)
        return _Place(rows=rows, field=kept_name(section, thread.field))
    if section is None:
        return _Place()
    kind = section.model._meta.model_name or ""
    if thread.row_id is None:
        return _Place(kinds=frozenset({kind, *(BY_KEY[key].model._meta.model_name or "" for key in section.children)}))
    name = kept_name(section, thread.field)
    if year := target_year(thread):
        there = targets.get((thread.row_id, year))
        return _Place(
            rows=frozenset({there} if there else ()), field=name, child="indicatortarget",
            whole=(("indicator_id", str(thread.row_id)), ("year", year)),
        )  # fmt: skip
    children = tuple(child for child in CHILDREN.get(kind, ()) if not name or child[0] == _link_kind(section, name))
    return _Place(rows=frozenset({thread.row_id}), field=name, children=children)


def _link_kind(section: Section, name: str) -> str:
    """The kind of the rows that link through a many-to-many field; '' for any other field."""
    many: Any = next((f for f in section.model._meta.many_to_many if f.name == name), None)
    return many.remote_field.through._meta.model_name if many else ""
