"""A snapshot made readable: its JSON as sections of tables and prose. Reads the content only, never live rows."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bimtek import formats, ordering, sections, values
from bimtek.framework import Framework, framework
from bimtek.models import Plan, Row, Session, Stage
from bimtek.sections import BY_KEY, Questions, Section
from bimtek.snapshots import row_models
from bimtek.states import LINK_MODELS

HIDDEN = {"id", "region", "plan", "version", "position", "nip", "draft_version"}
TABLE_COLUMNS = 6  # with more fields than these a row reads better as a card
SESSIONS = "pertemuan"
MODELS: dict[str, type[Row]] = {model._meta.model_name or "": model for model in row_models()}

Pair = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """One row: its name, its filled fields, and tables of what hangs on it."""

    id: str
    title: str
    values: list[Pair]
    children: list["Part"] = field(default_factory=list)


@dataclass(frozen=True)
class Prose:
    key: str
    label: str
    text: str
    rich: bool


@dataclass(frozen=True)
class Part:
    """One section as it was: rows, or answers in prose."""

    key: str
    title: str
    entries: list[Entry] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.entries) + sum(bool(answer.text) for answer in self.prose)

    @property
    def columns(self) -> list[str]:
        """The labels in use, in field order as they first appear; empty when the rows are better read as cards."""
        labels = list(dict.fromkeys(label for entry in self.entries for label, _ in entry.values))
        has_children = any(entry.children for entry in self.entries)
        return [] if has_children or len(labels) > TABLE_COLUMNS else labels

    def cells(self) -> Iterator[tuple[Entry, list[Pair]]]:
        """Each row with its texts under the columns and their labels."""
        for entry in self.entries:
            known = dict(entry.values)
            yield entry, [(label, known.get(label, "")) for label in self.columns]


class Frozen:
    """Reads one content. `zone` is the region's, for moments."""

    def __init__(self, content: dict[str, Any], zone: datetime.tzinfo) -> None:
        self.content, self.zone = content, zone
        self.rows: dict[str, list[dict[str, Any]]] = content.get("rows", {})

    @cached_property
    def frame(self) -> Framework:
        return framework(self.content["plan"]["framework"])

    @cached_property
    def _titles(self) -> dict[str, str]:
        """id → name, of every row that others may point to, every office and every file."""
        kinds = ("missionitem", "objective", "programme", "gap", "swotitem", "strategy")
        names = {row["id"]: self.title(kind, row) for kind in kinds for row in self.rows.get(kind, ())}
        return names | self.content.get("offices", {}) | self.content.get("files", {})

    @cached_property
    def _linked(self) -> dict[tuple[str, str], list[str]]:
        """(id, field name) → names of what the row is linked to."""
        found: dict[tuple[str, str], list[str]] = {}
        for model in MODELS.values():
            for many in model._meta.many_to_many:
                through: Any = many.remote_field.through  # type: ignore[attr-defined]
                own, other = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"  # type: ignore[attr-defined]
                for link in self.rows.get(through._meta.model_name, ()):
                    found.setdefault((link[own], many.name), []).append(self._titles.get(link[other], values.GONE))
        return found

    def title(self, kind: str, row: dict[str, Any]) -> str:
        """The row's name, as str() of a live one would be."""
        model = MODELS[kind]
        if issubclass(model, LINK_MODELS) or kind in {"sessionday", "indicatortarget"}:
            return str(model._meta.verbose_name)
        known = {f.attname for f in model._meta.concrete_fields}
        return str(model(**{name: value for name, value in row.items() if name in known}))

    # --- values ----------------------------------------------------------------------------------------------------

    def pairs(self, kind: str, row: dict[str, Any], *, without: str = "", every: bool = False) -> list[Pair]:
        """Label and text of each filled field (with `every`, of the fields that the row names, filled or not)."""
        model = MODELS[kind]
        fields = [f for f in model._meta.concrete_fields if f.name not in HIDDEN | {without} and f.attname in row]
        pairs = [(_label(f), self.shown(f, row[f.attname])) for f in fields]
        pairs += [
            (_label(f), formats.listed(sorted(self._linked.get((row.get("id", ""), f.name), []))))
            for f in model._meta.many_to_many
        ]
        return pairs if every else [(label, text) for label, text in pairs if text]

    def shown(self, field: Any, value: Any) -> str:
        """A field's frozen value as people read it."""
        return values.readable(field, value, names=self._titles, frame=self.frame, zone=self.zone)

    # --- sections ----------------------------------------------------------------------------------------------------

    def parts(self, stage: Stage) -> list[Part]:
        """Every section of the stage, in the order that people fill them, and its sessions."""
        found = [
            self.answers(entry) if isinstance(entry, Questions) else self.section(entry)
            for entry in sections.sections_of(stage, self.frame)
        ]
        return [*found, self.sessions(stage)]

    def section(self, section: Section, parent: str = "") -> Part:
        kind = section.model._meta.model_name or ""
        rows = [row for row in self.rows.get(kind, ()) if not parent or row.get(f"{section.parent}_id") == parent]
        ordered = sorted(rows, key=lambda row: ordering.place(section.model, row.get, self.frame))
        return Part(section.key, section.title, [self.entry(section, kind, row) for row in ordered])

    def entry(self, section: Section, kind: str, row: dict[str, Any]) -> Entry:
        values = self.pairs(kind, row, without=section.parent)
        if kind == "indicator" and (targets := self._targets(row["id"])):
            values.append(("Target", targets))
        children = [self.section(BY_KEY[key], row["id"]) for key in section.children]
        return Entry(row["id"], self.title(kind, row), values, [child for child in children if child.entries])

    def _targets(self, indicator: str) -> str:
        mine = [row for row in self.rows.get("indicatortarget", ()) if row["indicator_id"] == indicator]
        return " · ".join(
            f"{row['year']}: {formats.number(row['value'])}" for row in sorted(mine, key=lambda r: r["year"])
        )

    def answers(self, section: Questions) -> Part:
        texts = {row["key"]: row["text"] for row in self.rows.get("answer", ())}
        asked = self.frame.questions(section.stage, section.group)
        questions = [q for q in asked if not q.default or texts.get(q.key)]
        prose = [Prose(q.key, q.label, texts.get(q.key, ""), q.kind == "rich") for q in questions]
        return Part(section.key, section.title, prose=prose)

    def sessions(self, stage: Stage) -> Part:
        """The stage's sessions with their points and how many took part; names of participants stay on the list itself."""
        entries = []
        for row in self.rows.get("session", ()):
            if row["stage"] != stage:
                continue
            people = sum(person["session_id"] == row["id"] for person in self.rows.get("attendee", ()))
            points = [
                Entry(point["id"], "", self.pairs("minute", point, without="session"))
                for point in self.rows.get("minute", ()) if point["session_id"] == row["id"]
            ]  # fmt: skip
            values = [*self.pairs("session", row, without="stage"), ("Jumlah peserta", str(people))]
            children = [Part("butir", "Hasil dan tindak lanjut", points)] if points else []
            entries.append(Entry(row["id"], str(Session(stage=row["stage"])), values, children))
        return Part(SESSIONS, "Pertemuan", entries)


def _label(field: Any) -> str:
    text = str(field.verbose_name)
    return text[:1].upper() + text[1:]


def plan_pairs(values: dict[str, Any]) -> list[Pair]:
    """Label and text of the plan's own fields that the mapping names."""
    fields = [f for f in Plan._meta.concrete_fields if f.attname in values and f.name not in {*HIDDEN, "enrolment"}]
    shown = []
    for own in fields:
        value = values[own.attname]
        text = dict(own.flatchoices).get(value, value)
        shown.append((_label(own), ("Ya" if value else "Tidak") if isinstance(value, bool) else str(text or "")))
    return shown
