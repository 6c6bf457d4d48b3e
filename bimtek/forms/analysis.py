"""Stage I forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bimtek import codes, formats
from bimtek.forms.rows import RowForm, with_comma
from bimtek.models import (
    Application,
    Decree,
    Gap,
    MissionItem,
    ProfileFact,
    ReadinessRow,
    Regulation,
    Strategy,
    SwotItem,
    TeamMember,
)


class DecreeForm(RowForm):
    class Meta:
        model = Decree
        fields = ["purpose", "form", "number", "year", "date", "about", "file"]
        widgets = {"date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        kind = self.plan.region.kind
        if data.get("form") == Decree.Form.PERBUP and kind != "kabupaten":
            self.add_error("form", "Peraturan Bupati hanya untuk kabupaten. Untuk kota pilih Peraturan Wali Kota.")
        if data.get("form") == Decree.Form.PERWAL and kind != "kota":
            self.add_error("form", "Peraturan Wali Kota hanya untuk kota. Untuk kabupaten pilih Peraturan Bupati.")
        date, year = data.get("date"), data.get("year")
        if date and year and date.year != year:
            self.add_error("date", f"Tanggal tidak jatuh pada tahun {year}.")
        return data


class TeamMemberForm(RowForm):
    dimension_fields = ("working_group",)

    class Meta:
        model = TeamMember
        fields = ["team", "role", "working_group", "name", "position_title", "institution", "element"]


class ProfileFactForm(RowForm):
    class Meta:
        model = ProfileFact
        fields = ["group", "label", "value", "unit", "year", "source"]


class MissionItemForm(RowForm):
    class Meta:
        model = MissionItem
        fields = ["kind", "number", "text", "parent", "reference"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def clean_parent(self) -> MissionItem | None:
        parent: MissionItem | None = self.cleaned_data["parent"]
        if parent and parent.pk == self.instance.pk:
            raise ValidationError("Butir ini tidak dapat menjadi bagian dari dirinya sendiri.")
        return parent


class ReadinessRowForm(RowForm):
    """The facts are asked together: a value needs year, source and office (half of a readiness study's worth is its evidence)."""

    class Meta:
        model = ReadinessRow
        fields = [
            "element", "component", "name", "value", "unit", "year", "source", "opd", "judgement", "evidence", "note",
        ]  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.indicator:  # a row of the bank keeps its place and its name
            bank = self.framework.readiness(self.instance.indicator)
            for field in self.present("value"):
                field.help_text = bank.help
            for field in self.present("judgement"):
                field.help_text = f"Kurang: {bank.poor} Sedang: {bank.fair} Baik: {bank.good}"
            for field in self.present("element", "component", "name"):
                field.disabled = True
        if self.instance.earlier:
            told = f"Nilai lama: {self.instance.earlier}. Isi nilai yang baru beserta tahun dan sumbernya."
            for field in self.present("value"):
                field.help_text = f"{told} {field.help_text}".strip()
        if not self.instance.indicator:
            self._choose("element", [(e.code, e.name) for e in self.framework.elements])
            self._choose("component", [(c.code, c.name) for c in self.framework.components])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("value"):
            missing = {"year": "tahun data", "source": "sumber data", "opd": "OPD pengisi"}
            for name, label in missing.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, f"Isi {label}, supaya angka ini dapat dipertanggungjawabkan.")
        return data


class ApplicationForm(RowForm):
    class Meta:
        model = Application
        fields = ["name", "opd", "purpose", "year", "developer", "integrated_with", "hosting", "active"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2})}


class RegulationForm(RowForm):
    class Meta:
        model = Regulation
        fields = ["rank", "number", "year", "about"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("rank") == Regulation.Rank.PERPRES and data.get("number") == "59" and data.get("year") == 2022:
            self.add_error(
                "rank", "Yang dimaksud tentu PP 59/2022 tentang Perkotaan, bukan Perpres. Pilih Peraturan Pemerintah."
            )
        return data


class NumberedForm(RowForm):
    """Rows that carry a number within a group; the next free one is offered."""

    group: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("number") and all(name in data for name in self.group):
            same = self._meta.model._default_manager.filter(plan=self.plan, **{name: data[name] for name in self.group})
            taken = set(same.exclude(pk=self.instance.pk).values_list("number", flat=True))
            data["number"] = codes.next_number(taken)
        return data

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.present("number"):
            field.required, field.help_text = False, "Kosongkan untuk nomor berikutnya."
        if self.instance._state.adding:
            self.initial["number"] = None


class SwotItemForm(NumberedForm):
    dimension_fields = ("scope",)
    group = ("scope", "quadrant")

    class Meta:
        model = SwotItem
        fields = ["quadrant", "scope", "number", "text", "evidence", "weight", "rating"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.present("scope"):
            field.help_text = "Kosongkan untuk butir seluruh daerah."
        if not self.plan.swot_weighted:
            for name in ("weight", "rating"):
                self.fields.pop(name, None)
        for field in self.present("weight"):
            with_comma(field)
            field.help_text = "Hanya butir seluruh daerah yang berbobot. Jumlah S+W = 1,00 dan O+T = 1,00."


class StrategyForm(NumberedForm):
    dimension_fields = ("scope",)
    group = ("scope", "kind")

    class Meta:
        model = Strategy
        fields = ["kind", "scope", "number", "text", "items"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "items": forms.SelectMultiple(attrs={"data-choose": ""})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.present("items"):
            field.label_from_instance = lambda item: f"{item.code} · {formats.shortened(item.text)}"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        items, kind = (data.get("items"), data.get("kind")) if self.touches("items", "kind") else (None, "")
        if items is not None and kind:
            used = {item.quadrant for item in items}
            if missing := set(kind) - used:
                self.add_error(
                    "items",
                    f"Strategi {kind} memakai butir {' dan '.join(kind)}; belum ada butir {', '.join(sorted(missing))}.",
                )
        return data


class GapForm(RowForm):
    sub_dimension_fields = ("sub_dimension",)
    headings = {"present": "Keadaan", "gap": "Kesenjangan dan tindak lanjut"}

    class Meta:
        model = Gap
        fields = [
            "sub_dimension", "present", "present_data", "expected", "expected_year",
            "gap", "cause", "recommendation", "opd", "severity", "swot_item",
        ]  # fmt: skip
        widgets = {
            n: forms.Textarea(attrs={"rows": 2}) for n in ("present", "expected", "gap", "cause", "recommendation")
        }
