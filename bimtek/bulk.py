"""One value for many rows of a list: shown first row by row, by the rules of the section's own form, then written as one act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from bimtek import rollups, writing
from bimtek.forms import drafts
from bimtek.forms.drafts import Raw
from bimtek.forms.rows import RowForm
from bimtek.models import Plan, Row
from bimtek.rollups import Term
from bimtek.sections import Section
from regions.access import Access

FIELDS: dict[str, tuple[str, ...]] = {
    "program": ("opd", "sub_dimension", "term", "priority", "kind"),
    "kesiapan": ("opd", "judgement"),
    "aplikasi": ("opd",),
    "kesenjangan": ("opd", "sub_dimension", "severity"),
    "quick-win": ("opd", "dimension"),
}
"""What may be set for many rows of a section at once; 'term' stands for the years of a programme."""
LEAVE = "Biarkan"
MOST = 100  # rows at once; a page of the list shows fewer


class BulkForm(forms.Form):
    """The fields that a section offers; one that is left empty leaves the rows' own values alone."""

    def __init__(self, section: Section, plan: Plan, access: Access, data: Any = None) -> None:
        super().__init__(data, prefix="isi")
        self.plan = plan
        row_form = blank(section, plan, access)
        for name in FIELDS[section.key]:
            self.fields[name] = self._term() if name == "term" else self._left_alone(row_form, name)

    def _term(self) -> forms.Field:
        terms = [(term, rollups.term_years(self.plan, term)) for term in Term]
        choices = [(term.value, f"{term.label} ({_span(years)})") for term, years in terms if years]
        hint = "Mengisi tahun mulai dan tahun selesai dengan tahun-tahun jangka itu."
        return forms.ChoiceField(label="Jangka", choices=[("", LEAVE), *choices], required=False, help_text=hint)

    def _left_alone(self, row_form: RowForm, name: str) -> forms.Field:
        found = row_form.fields[name]
        choices = [(value, label) for value, label in found.choices if value not in ("", None)]  # type: ignore[attr-defined]
        known = [
            (str(value), label) if not isinstance(label, list | tuple) else (value, label) for value, label in choices
        ]
        return forms.ChoiceField(label=found.label, choices=[("", LEAVE), *known], required=False)

    def values(self) -> dict[str, Raw]:
        """What was chosen, under the names of the row's own fields."""
        found: dict[str, Raw] = {name: value for name, value in self.cleaned_data.items() if value}
        if term := found.pop("term", ""):
            years = rollups.term_years(self.plan, Term(str(term)))
            found |= {"start_year": str(years[0]), "end_year": str(years[-1])}
        return found


def _span(years: range) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def blank(section: Section, plan: Plan, access: Access) -> RowForm:
    return section.form(instance=section.model(plan=plan, region=plan.region), plan=plan, access=access)


@dataclass
class Step:
    """What becomes of one row."""

    row: Any
    cells: list[tuple[str, str, str]] = field(default_factory=list)
    """Title, what it says, what it will say."""
    refusals: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What a rule says of another field of the row: saved all the same, as while typing."""


def steps(rows: Iterable[Any], section: Section, values: Mapping[str, Raw], *, access: Access) -> list[Step]:
    """Puts the values into the rows, unsaved, and says what changes in each and what stands against it."""
    return [_step(row, section, values, access) for row in rows]


def _step(row: Row, section: Section, values: Mapping[str, Raw], access: Access) -> Step:
    found = Step(row)
    form = section.form(instance=row, plan=row.plan, access=access, only=set(values))
    before = {name: drafts.raw(form[name], form[name].initial) for name in values}
    shown = {name: form.fields[name] for name in values}
    fixed = [str(shown[name].label) for name in values if shown[name].disabled]
    form.draft(values)
    if not form.is_valid():
        found.refusals += [str(words) for said in form.errors.values() for words in said]
    found.remarks += [words for said in form.notes.values() for words in said]
    found.refusals += [f"{title} baris ini tidak dapat diubah." for title in fixed]
    try:
        writing.refuse_stranger(row, access, taking=True)
    except PermissionDenied as refusal:
        found.refusals.append(str(refusal))
    for name, value in values.items():
        if not drafts.same(shown[name], before[name], value):
            old, new = (drafts.words(shown[name], side) for side in (before[name], value))
            found.cells.append((str(shown[name].label), old, new))
    if found.cells and not found.refusals:
        form.put(row)
    return found


def write(found: list[Step], *, access: Access) -> UUID | None:
    """All of it as one act, with the versions that were shown; None when every row read like this already."""
    wrong = next((step for step in found if step.refusals), None)
    if wrong:
        raise ValidationError(f"{wrong.row}: {' '.join(wrong.refusals)}")
    return writing.change_many([(step.row, step.row.version) for step in found if step.cells], access=access)
