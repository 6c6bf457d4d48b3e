"""What was typed against what is stored by now: field by field, in the form's own terms.

The browser says for each field what it typed (`mine`) and which text that began from (`base`). Where the stored value is
still that base, the typed one is saved; where somebody else changed it too, prose is merged (bimtek.merging), and what
cannot be merged is a Conflict: both are shown, neither is dropped.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django_prose_editor.fields import ProseEditorFormField

from bimtek import formats, merging, richtext
from regions.fields import UploadField

BOTH = "Orang lain mengubah bagian yang sama. Baca keduanya di bawah, lalu simpan yang benar."

Raw = str | bool | list[str]
"""A field's value as a browser holds it."""


@dataclass(frozen=True)
class Edit:
    base: Raw | None
    """None where the browser cannot say; then every difference is a conflict."""
    mine: Raw


@dataclass(frozen=True)
class Conflict:
    """The same field changed by two people. `proposed` holds both texts; only prose has one."""

    label: str
    theirs: Raw
    mine: Raw
    proposed: Raw | None
    rich: bool
    shown: Mapping[str, str]
    """theirs, mine and proposed as words to read."""

    @property
    def as_json(self) -> str:
        """The raw values, for the buttons that put one of them into the field."""
        return json.dumps({"theirs": self.theirs, "mine": self.mine, "proposed": self.proposed})


@dataclass
class Settled:
    """`save`: raw values to clean and save. `show`: those of them, or of others, that the writer's page does not show yet."""

    save: dict[str, Raw] = field(default_factory=dict)
    show: dict[str, Raw] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)


def is_rich(entry: forms.Field) -> bool:
    return isinstance(entry, ProseEditorFormField)


def is_prose(entry: forms.Field) -> bool:
    return is_rich(entry) or isinstance(entry.widget, forms.Textarea)


def raw(bound: forms.BoundField, value: Any) -> Raw:
    """A stored value as the browser would send it back."""
    value, widget = bound.field.prepare_value(value), bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return bool(value)
    if isinstance(widget, forms.SelectMultiple):
        return sorted(str(getattr(one, "pk", one)) for one in value or ())
    if isinstance(widget, forms.Select):
        return "" if value is None else str(value)
    return str(widget.format_value(value) or "").replace("\r\n", "\n")


def saveable(form: forms.BaseForm) -> list[forms.BoundField]:
    """Fields that save by themselves: files are sent with the button, the form's own marks not at all."""
    marks = {"version", "row_id", "base"}
    return [
        form[name]
        for name, entry in form.fields.items()
        if name not in marks and not isinstance(entry, UploadField | forms.FileField) and not entry.disabled
    ]


def stored(form: forms.BaseForm) -> dict[str, Raw]:
    """The base that a page is handed with its form."""
    return {bound.name: raw(bound, bound.initial) for bound in saveable(form)}


def sent(bound: forms.BoundField) -> Raw:
    """What a posted form holds of the field."""
    value, widget = bound.data, bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return bool(value)
    if isinstance(widget, forms.SelectMultiple):
        return sorted(map(str, value or ()))
    return str(value or "").replace("\r\n", "\n")


def posted(form: forms.BaseForm, *, current: Collection[str] = ()) -> dict[str, Edit]:
    """The edits of a form sent with its button. The page's hidden field "base" tells what each began from; where that is
    missing, the stored value is the base of the `current` fields, those that nobody saved since the page was made."""
    try:
        known = json.loads(form.data.get(form.add_prefix("base"), ""))
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict):
        known = {name: value for name, value in stored(form).items() if name in current}
    return {bound.name: Edit(as_raw(known.get(bound.name)), sent(bound)) for bound in saveable(form)}


def as_raw(value: Any) -> Raw | None:
    """A value out of JSON, if it is one that a field can hold."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return None


def rebase(form: forms.BaseForm, found: Settled) -> None:
    """Puts what others wrote into the posted form: it now reads as if its writer had started from what is stored."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    for name, value in [*found.show.items(), *proposals(found)]:
        sides = as_data(form, {name: value})
        for key in sides:
            data.setlist(key, sides.getlist(key))
    form.data = data


def proposals(found: Settled) -> list[tuple[str, Raw]]:
    return [(name, both.proposed) for name, both in found.conflicts.items() if both.proposed is not None]


def settle(form: forms.BaseForm, edits: Mapping[str, Edit], *, again: Mapping[str, Any] | None = None) -> Settled:
    """Sorts the edits by what has to happen. The form's initial values are what is stored.

    `again`: fields that this message may have saved before, with what was saved; what is stored otherwise by now was changed
    by somebody since.
    """
    before = again or {}
    found = Settled()
    for bound in saveable(form):
        if bound.name in edits:
            _settle_one(found, bound, edits[bound.name], before)
    return found


def _settle_one(found: Settled, bound: forms.BoundField, edit: Edit, before: Mapping[str, Any]) -> None:
    name, theirs = bound.name, raw(bound, bound.initial)
    if same(bound.field, theirs, edit.mine):
        return
    again = name in before
    if again and isinstance(before[name], str | int) and same(bound.field, str(before[name]), edit.mine):
        found.show[name] = theirs  # it was saved, and changed since by somebody who had read it
        return
    if edit.base is not None and same(bound.field, theirs, edit.base) and not again:
        found.save[name] = edit.mine
        return
    if edit.base is not None and same(bound.field, edit.base, edit.mine):
        found.show[name] = theirs
        return
    merged = _merged(bound.field, edit, theirs)
    if merged and merged.clean and not again:
        found.save[name] = found.show[name] = merged.text
    else:
        found.conflicts[name] = conflict(bound, edit.mine, theirs, merged.text if merged else None)


def same(entry: forms.Field, one: Raw, other: Raw) -> bool:
    """Whether two raw values mean the same: '1.000' and '1000', a text with and without a space at its end."""
    if one == other:
        return True
    if isinstance(one, list) or isinstance(other, list):
        return isinstance(one, list) and isinstance(other, list) and sorted(one) == sorted(other)
    if isinstance(entry.widget, forms.CheckboxInput):
        return bool(one) == bool(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if is_prose(entry) or (isinstance(entry, forms.CharField) and type(entry).to_python is forms.CharField.to_python):
        return cleaned(entry, one) == cleaned(entry, other)
    try:
        return bool(entry.to_python(one) == entry.to_python(other))
    except (ValidationError, ValueError, OverflowError):
        return False


def cleaned(entry: forms.Field, text: str) -> str:
    """As it would be saved; an unfit text as it is."""
    try:
        return richtext.clean(text) if is_rich(entry) else richtext.clean_text(text)
    except ValidationError:
        return text


def _merged(entry: forms.Field, edit: Edit, theirs: Raw) -> merging.Merged | None:
    if not is_prose(entry) or not isinstance(edit.mine, str) or not isinstance(theirs, str):
        return None
    base = edit.base if isinstance(edit.base, str) else ""
    sides = [cleaned(entry, text) for text in (base, edit.mine, theirs)]
    merged = merging.merge(*sides, rich=is_rich(entry))
    return merged if isinstance(edit.base, str) else merging.Merged(merged.text, clean=False)


def conflict(bound: forms.BoundField, mine: Raw, theirs: Raw, proposed: str | None) -> Conflict:
    texts = {"theirs": theirs, "mine": mine} | ({"proposed": proposed} if proposed is not None else {})
    shown = {side: words(bound.field, value) for side, value in texts.items()}
    return Conflict(str(bound.label), theirs, mine, proposed, is_rich(bound.field), shown)


def words(entry: forms.Field, value: Any) -> str:
    """A raw value as a person reads it: labels for choices, sentences for rich text."""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(entry, forms.ModelChoiceField | forms.ChoiceField):
        wanted = set(value if isinstance(value, list) else [str(value)])
        return formats.listed(str(label) for key, label in _flat(entry.choices) if str(key) in wanted)
    return richtext.plain_text(value) if is_rich(entry) else str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for key, label in choices:
        flat += _flat(label) if isinstance(label, list | tuple) else [(key, label)]
    return flat


def as_data(form: forms.BaseForm, values: Mapping[str, Raw]) -> MultiValueDict[str, Any]:
    """Raw values under the names that the form's widgets read."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in values.items():
        sent = value if isinstance(value, list) else [str(value).lower() if isinstance(value, bool) else value]
        data.setlist(form.add_prefix(name), sent)
    return data
