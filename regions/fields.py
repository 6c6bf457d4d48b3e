"""UploadField: a form field for any foreign key to StoredFile.

    class RegionForm(forms.ModelForm):
        emblem = UploadField("lambang", kinds=[Kind.IMAGE])

        def __init__(self, *args, region, by, **kwargs):
            super().__init__(*args, **kwargs)
            bind_uploads(self, region, by)

A form that makes its fields itself may say UploadField("bukti", region=…, by=…, current=…) instead.
Nothing uploaded keeps the present file; the box "Hapus berkas ini" takes it away. A good upload is stored at once, so
that it is not lost when another field has an error: the form then carries its id. No file is ever deleted: the history
of a row and the frozen content of a book may still name it.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from accounts.models import User
from regions import files
from regions.models import Region, StoredFile

CHOICES = {
    StoredFile.Kind.IMAGE: (".png,.jpg,.jpeg,.webp", "PNG, JPEG, atau WebP"),
    StoredFile.Kind.PDF: (".pdf", "PDF"),
}


@dataclass(frozen=True)
class Sent:
    """What the browser sent for one upload field."""

    upload: "UploadedFile[bytes] | None"
    kept: str
    clear: bool


class UploadWidget(forms.Widget):
    template_name = "regions/_upload.html"
    needs_multipart_form = True
    region: Region | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        return Sent(files.get(name), data.get(f"{name}-kept", ""), bool(data.get(f"{name}-clear")))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # the present file is enough, and the browser cannot know it

    def get_context(self, name: str, value: StoredFile | None, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"]["file"] = value
        context["widget"]["region"] = self.region
        context["widget"]["size"] = files.size_text(value.bytes) if value else ""
        context["widget"]["clearable"] = not self.is_required
        return context


class UploadField(forms.FileField):
    """Cleans to a StoredFile of the bound region, or None."""

    widget = UploadWidget

    def __init__(
        self,
        label: str = "",
        *,
        kinds: Collection[str] = tuple(StoredFile.Kind),
        region: Region | None = None,
        by: User | None = None,
        current: StoredFile | None = None,
        **kwargs: Any,
    ) -> None:
        self.kinds = kinds
        self.stored: StoredFile | None = None
        kwargs.setdefault("required", False)
        super().__init__(label=label, initial=current, **kwargs)
        self.bind(region, by)
        limit = files.size_text(files.settings.FILE_UPLOAD_MAX_BYTES)
        words = " atau ".join(CHOICES[StoredFile.Kind(kind)][1] for kind in kinds)
        self.help_text = self.help_text or f"{words}, paling besar {limit}."

    def bind(self, region: Region | None, by: User | None, offered: "QuerySet[StoredFile] | None" = None) -> None:
        """Whose files it takes, and who sends them. `offered`: those that this person may name, else all of the region."""
        self.region, self.by = region, by
        self.offered = StoredFile.objects.filter(region=region) if offered is None else offered
        self.widget.region = region

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(CHOICES[StoredFile.Kind(kind)][0] for kind in self.kinds)}

    def clean(self, data: Sent, initial: Any = None) -> StoredFile | None:
        if self.region is None:
            raise TypeError("bind_uploads(form, region, by) comes before is_valid().")
        self.stored = self._chosen(data, initial)
        if self.stored is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return self.stored

    def _chosen(self, data: Sent, initial: Any) -> StoredFile | None:
        assert self.region is not None  # noqa: S101 - clean has checked
        if data.upload:
            return files.store(data.upload, self.region, self.by, self.kinds)
        if data.clear:
            return None
        present = self.prepare_value(initial)
        if not data.kept or (present and data.kept == str(present.pk)):
            return present
        kept = self._find(data.kept)
        if kept is None:
            raise ValidationError("Berkas yang dipilih tidak ada di daerah ini. Unggah lagi.")
        return kept

    def _find(self, sent_id: str) -> StoredFile | None:
        try:
            wanted = uuid.UUID(sent_id)
        except ValueError:
            return None
        return self.offered.filter(region=self.region, kind__in=self.kinds, pk=wanted).first()

    def bound_data(self, data: Any, initial: Any) -> Any:
        if self.stored is not None or data.clear:
            return self.stored
        return initial

    def prepare_value(self, value: Any) -> StoredFile | None:
        if isinstance(value, uuid.UUID):
            return StoredFile.objects.filter(region=self.region, pk=value).first()
        return value if isinstance(value, StoredFile) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.upload or data.clear or (data.kept and data.kept != str(getattr(initial, "pk", initial))))


def bind_uploads(
    form: forms.BaseForm, region: Region, by: User | None, offered: "QuerySet[StoredFile] | None" = None
) -> None:
    """Tells the form's upload fields whose files they take. Belongs in the form's __init__."""
    for field in form.fields.values():
        if isinstance(field, UploadField):
            field.bind(region, by, offered)
