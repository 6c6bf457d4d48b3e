"""The form that every row of a plan is written with: choices narrowed to the region, texts cleaned, the version carried."""

import copy
import json
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from bimtek import offices, richtext
from bimtek.forms import drafts
from bimtek.framework import Framework, framework
from bimtek.models import Plan, Row
from regions.access import Access
from regions.fields import UploadField, bind_uploads
from regions.models import Opd, StoredFile


class Stored(dict[str, Any]):
    """Cleaned values of the fields that were sent; any other is read from the row."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row

    def __missing__(self, name: str) -> Any:
        value = getattr(self.row, name, None)
        return value.all() if isinstance(value, models.Manager) else value

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A ModelForm of one row. `plan` and `access` decide what may be chosen; unknown ids are simply no choice.

    The subclass names its fields; `dimension_fields` and `sub_dimension_fields` take their choices from the framework.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    row_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    dimension_fields: tuple[str, ...] = ()
    sub_dimension_fields: tuple[str, ...] = ()
    upload_kinds: dict[str, tuple[str, ...]] = {}
    """What an upload may be, where not every kind is right (a photo is an image)."""
    personal_fields: tuple[str, ...] = ()
    """Personal numbers: never kept in the browser."""
    headings: dict[str, str] = {}
    """First field of a part → the part's heading; long forms show as sections."""

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        access: Access,
        parent: Row | None = None,
        only: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`only`: of a row that is stored these fields are wanted; the others are not made, nor their values read."""
        if only is not None:
            self._meta = copy.copy(self._meta)
            self._meta.fields = [name for name in self._meta.fields or () if name in only]
            if not kwargs["instance"]._state.adding:
                wanted = {name: field for name, field in self.base_fields.items() if name in only}
                self.base_fields = wanted  # type: ignore[misc]  # Django copies those of the instance, if it has some
        super().__init__(*args, **kwargs)
        self.plan, self.access, self.parent, self.only = plan, access, parent, only
        self.is_draft = False
        self.notes: dict[str, list[str]] = {}
        self.settled = drafts.Settled()
        self.instance.plan, self.instance.region = plan, plan.region
        for field in self.present(*self.personal_fields):
            field.widget.attrs["data-personal"] = ""
        for field in self.present("version"):
            field.initial = self.instance.version if self.instance._state.adding is False else 0
        for field in self.present("row_id"):
            field.initial = self.instance.pk
        self._offer_dimensions()
        for name, field in list(self.fields.items()):
            if only is not None and name not in only:
                continue
            self._narrow(name, field)
            if isinstance(field, forms.TypedChoiceField):
                named = [choice for choice in list(field.choices) if choice[0] not in ("", None)]  # type: ignore[arg-type]
                if len(named) < len(list(field.choices)):  # type: ignore[arg-type]
                    field.choices = [("", "Pilih…" if field.required else "—"), *named]
        if any(isinstance(field, UploadField) for field in self.fields.values()):
            bind_uploads(self, plan.region, access.user, offices.files(access))

    @property
    def framework(self) -> Framework:
        return framework(self.plan.framework)

    def present(self, *names: str) -> list[Any]:
        """Those of these fields that the form has; while somebody types it has the typed ones only."""
        return [self.fields[name] for name in names if name in self.fields]

    def _offer_dimensions(self) -> None:
        for name in self.dimension_fields:
            self._choose(name, [(d.code, f"{d.code} · {d.name}") for d in self.framework.dimensions])
        for name in self.sub_dimension_fields:
            groups = [
                (
                    f"{d.code} · {d.name}",
                    [(s.code, f"{s.code} {s.name}") for s in self.framework.sub_dimensions_of(d.code)],
                )
                for d in self.framework.dimensions
            ]
            self._choose(name, groups)

    def _choose(self, name: str, choices: list[Any]) -> None:
        if name not in self.fields:
            return
        old = self.fields[name]
        blank = [("", "Pilih…" if old.required else "—")]
        self.fields[name] = forms.ChoiceField(
            label=old.label, required=old.required, help_text=old.help_text, choices=blank + choices
        )

    def _narrow(self, name: str, field: forms.Field) -> None:
        """Every choice of a row comes from this plan, every office and file from this region."""
        if not isinstance(field, forms.ModelChoiceField):
            return
        if not isinstance(field, forms.ModelMultipleChoiceField):
            field.empty_label = "Pilih…" if field.required else "—"
        model = field.queryset.model  # type: ignore[union-attr]
        if model is StoredFile:
            self.fields[name] = UploadField(
                str(field.label or name), kinds=self.upload_kinds.get(name, tuple(StoredFile.Kind)),
                required=field.required, help_text=field.help_text,
            )  # fmt: skip
        elif model is Opd:
            listed = self.plan.region.opd_set.filter(active=True)
            keeps = getattr(self.instance, f"{name}_id", None)
            if keeps:
                listed = self.plan.region.opd_set.filter(models.Q(active=True) | models.Q(pk=keeps))
            if name == "opd" and not self.access.may_fill_for(None):
                listed = listed.filter(pk__in=self.access.opd_ids)
                field.required = True
            field.queryset = listed
        else:
            field.queryset = model._default_manager.filter(plan=self.plan, region=self.plan.region)
            if not offices.sees_all(self.access):
                self._of_own_office(name, field)

    def _of_own_office(self, name: str, field: Any) -> None:
        """Offers the rows that this person sees. A link to one they do not see stays as it is, without its name."""
        rows = field.queryset
        field.queryset = offices.visible(rows, self.access)
        keeps = getattr(self.instance, f"{name}_id", None)
        hidden = keeps and offices.owner_path(rows.model) and not field.queryset.filter(pk=keeps).exists()
        if hidden or (self.access.is_guest and rows.model not in offices.PACKET_MODELS):
            several = isinstance(field, forms.ModelMultipleChoiceField)
            field.queryset, field.disabled = rows, True
            field.widget = forms.MultipleHiddenInput() if several else forms.HiddenInput()

    @property
    def base(self) -> str:
        """What the page starts from, for the hidden field that lets a later save tell the writer's words from others'."""
        return json.dumps(drafts.stored(self))

    def merge(self) -> None:
        """Puts what others saved since the page was made into the posted form. What clashes is an error beside its field,
        and the next save has read both."""
        names = [bound.name for bound in drafts.saveable(self)]
        is_current = self.data.get(self.add_prefix("version"), "") == str(self.instance.version)
        self.settled = drafts.settle(self, drafts.posted(self, current=names if is_current else []))
        drafts.rebase(self, self.settled)
        rebased: Any = self.data
        rebased[self.add_prefix("version")] = str(self.instance.version)

    def draft(self, values: Mapping[str, drafts.Raw]) -> None:
        """Binds the form to these fields only; a rule that asks for another finds what is stored. The row stays untouched."""
        self.is_draft, self.is_bound = True, True
        self.data = drafts.as_data(self, values)
        self.fields = {name: field for name, field in self.fields.items() if name in values}
        self._errors = None

    def add_error(self, field: str | None, error: Any) -> None:
        """A draft keeps what a rule says of a field that was not sent as a note beside it."""
        if self.is_draft and field is not None and field not in self.fields:
            self.notes.setdefault(field, []).extend(ValidationError(error).messages)
        else:
            super().add_error(field, error)

    def touches(self, *names: str) -> bool:
        """Whether one of these fields was sent; what was not has been through its rules before."""
        return any(name in self.cleaned_data for name in names)

    def _clean_fields(self) -> None:
        if self.is_draft:
            self.cleaned_data = Stored(self.instance)
        super()._clean_fields()  # type: ignore[misc]

    def _post_clean(self) -> None:
        if not self.is_draft:
            super()._post_clean()  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, value in list(data.items()):
            if isinstance(value, str) and not isinstance(self.fields.get(name), forms.ChoiceField):
                try:
                    data[name] = richtext.clean_text(value)
                except ValidationError as refusal:
                    self.add_error(name, refusal)
        for name in self.settled.conflicts:
            self.add_error(name, drafts.BOTH)
        return data

    def links(self) -> dict[str, Any]:
        """The many-to-many choices, for writing.add and writing.change."""
        names = [field.name for field in self._meta.model._meta.many_to_many]
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def put(self, row: Row) -> None:
        """Sets the row's own fields to what was cleaned."""
        for field in row._meta.concrete_fields:
            if field.name in self.cleaned_data:
                setattr(row, field.name, self.cleaned_data[field.name])

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The visible fields in their parts, for the template."""
        parts: list[tuple[str, list[forms.BoundField]]] = [("", [])]
        for field in self.visible_fields():
            if heading := self.headings.get(field.name):
                parts.append((heading, []))
            parts[-1][1].append(field)
        return [part for part in parts if part[1]]

    def after_save(self, row: Row) -> None:
        """Rows that hang on this one and are typed in the same form; same transaction as the row."""


def with_comma(field: forms.Field) -> None:
    """Lets a decimal be typed and shown with a comma. A number input would show "0,25" as empty, and saving would lose it."""
    field.localize = True
    field.widget = forms.TextInput(attrs={"inputmode": "decimal"})
    field.widget.is_localized, field.widget.is_required = True, field.required


def years_within(plan: Plan, *years: int | None) -> None:
    """Raises for a year outside the plan's period."""
    for year in years:
        if year is not None and year not in plan.years:
            raise ValidationError(f"Tahun {year} di luar masa rencana {plan.first_year}–{plan.last_year}.")
