"""Form fields of the field's own: rupiah as people type it."""

from typing import Any

from django import forms

from bimtek import formats
from bimtek.exchange import numbers


class RupiahField(forms.CharField):
    """Whole rupiah as int, or None when empty or '-'. What was typed stays in the box when it cannot be read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}))
        super().__init__(**{"max_length": 60, **kwargs})

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, int) else numbers.rupiah(super().to_python(value))

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Length and NUL belong to the text; `numbers.rupiah` refuses both, so only validators for numbers run here."""
        if value is not None:
            super().run_validators(str(value))

    def prepare_value(self, value: Any) -> Any:
        return formats.number(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True
