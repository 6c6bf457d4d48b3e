"""Stages II to IV forms."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bimtek import formats, quickwins, writing
from bimtek.fields import RupiahField
from bimtek.forms.analysis import NumberedForm
from bimtek.forms.rows import RowForm, with_comma, years_within
from bimtek.models import (
    BudgetLine,
    Ceiling,
    CommitmentPoint,
    Indicator,
    IndicatorTarget,
    MissionItem,
    Objective,
    Programme,
    QuickWin,
    Signatory,
)
from regions.access import Permission


class ObjectiveForm(NumberedForm):
    dimension_fields = ("dimension",)
    group = ("dimension",)

    class Meta:
        model = Objective
        fields = ["dimension", "number", "text", "mission"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only_missions(self.present("mission"))


def only_missions(fields: list[Any]) -> None:
    for field in fields:
        field.queryset = field.queryset.filter(kind=MissionItem.Kind.MISSION)
        field.label_from_instance = lambda item: f"Misi {item.number} · {formats.shortened(item.text)}"


class ProgrammeForm(RowForm):
    """Benefit before technology: the form asks in that order."""

    sub_dimension_fields = ("sub_dimension",)
    headings = {
        "code": "Identitas dan manfaat",
        "opd": "Siapa",
        "start_year": "Kapan",
        "output": "Hasil",
        "missions": "Kaitan perencanaan",
        "enabler_policy": "Pengungkit (mengisi empat bab Buku 2)",
        "nomenclature": "Penganggaran",
    }

    class Meta:
        model = Programme
        fields = [
            "code", "sub_dimension", "objective", "benefit", "name", "activity", "description", "technology", "kind", "priority",
            "opd", "supporting", "partners", "pic",
            "start_year", "end_year",
            "output", "outcome", "beneficiaries", "location",
            "missions", "strategies", "gap",
            "enabler_policy", "enabler_infrastructure", "enabler_application", "enabler_people",
            "nomenclature", "rpjmd_reference", "renja_year", "dpa_year", "unplanned_reason",
        ]  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in (
                "benefit", "activity", "description", "technology", "output", "outcome",
                "enabler_policy", "enabler_infrastructure", "enabler_application", "enabler_people",
            )
        } | {name: forms.SelectMultiple(attrs={"data-choose": ""}) for name in ("supporting", "missions", "strategies")}  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only_missions(self.present("missions"))
        for field in self.present("strategies"):
            field.label_from_instance = lambda item: f"{item.code} · {formats.shortened(item.text)}"
        for field in self.present("supporting", "missions", "strategies"):
            field.help_text = ""

    def clean_nomenclature(self) -> str:
        code: str = self.cleaned_data["nomenclature"].strip()
        if code and not re.fullmatch(r"\d+(\.\d+)*", code):
            raise ValidationError("Tulis angka dan titik saja, misalnya 2.16.02.2.01.")
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("start_year"), data.get("end_year")
        for name, year in (("start_year", first), ("end_year", last)):
            try:
                years_within(self.plan, year)
            except ValidationError as refusal:
                self.add_error(name, refusal)
        if first and last and last < first:
            self.add_error("end_year", "Tahun selesai mendahului tahun mulai.")
        if self.touches("supporting", "opd"):
            supporting, opd = data.get("supporting"), data.get("opd")
            if supporting is not None and opd and opd in supporting:
                self.add_error("supporting", f"{opd} sudah menjadi penanggung jawab.")
        if self.touches("objective", "sub_dimension"):
            objective, sub = data.get("objective"), data.get("sub_dimension")
            if objective and sub and objective.dimension != sub.split("-")[0]:
                self.add_error(
                    "objective", f"Sasaran ini milik dimensi {objective.dimension}, bukan {sub.split('-')[0]}."
                )
        if self.touches("start_year", "end_year"):
            self._years_of_money(first, last)
        return data

    def _years_of_money(self, first: int | None, last: int | None) -> None:
        """Budget lines must stay inside the programme's years."""
        if self.instance._state.adding or not first or not last:
            return
        outside = [y for y in self.instance.budget_lines.values_list("year", flat=True) if not first <= y <= last]
        if outside:
            years = ", ".join(str(year) for year in sorted(set(outside)))
            self.add_error("end_year", f"Masih ada anggaran di luar tahun itu ({years}). Ubah anggarannya dulu.")


class BudgetLineForm(RowForm):
    amount = RupiahField(label="Jumlah (Rp)", help_text="Boleh ditulis 1.250.000.000, Rp1,25 M, atau 750 juta.")

    class Meta:
        model = BudgetLine
        fields = ["year", "source", "amount"]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        years_within(self.plan, year)
        programme: Any = self.parent
        if programme.start_year and programme.end_year and not programme.start_year <= year <= programme.end_year:
            raise ValidationError(f"Program ini berjalan {programme.start_year}–{programme.end_year}.")
        return year


class CeilingForm(RowForm):
    amount = RupiahField(label="Plafon (Rp)", help_text="Boleh ditulis 1.250.000.000, Rp1,25 M, atau 750 juta.")

    class Meta:
        model = Ceiling
        fields = ["year", "source", "amount", "basis"]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        years_within(self.plan, year)
        return year


class IndicatorForm(RowForm):
    """An indicator with one target a year of the plan, typed in one row."""

    class Meta:
        model = Indicator
        fields = ["name", "unit", "baseline", "baseline_year"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [year for year in self.plan.years if self._has(f"target_{year}")]
        known = dict(self.instance.targets.values_list("year", "value")) if years and self._is_stored else {}
        for year in years:
            self.fields[f"target_{year}"] = forms.DecimalField(
                label=f"Target {year}",
                required=False,
                max_digits=16,
                decimal_places=2,
                initial=known.get(year),
                localize=True,
            )
        for field in self.present("baseline"):
            with_comma(field)

    @property
    def _is_stored(self) -> bool:
        return not self.instance._state.adding

    def _has(self, name: str) -> bool:
        return self.only is None or not self._is_stored or name in self.only

    def after_save(self, row: Any) -> None:
        sent = [year for year in self.plan.years if f"target_{year}" in self.cleaned_data]
        present = {target.year: target for target in row.targets.all()} if sent else {}
        for year in sent:
            value, target = self.cleaned_data[f"target_{year}"], present.get(year)
            if target and value is None:
                writing.remove(target, access=self.access, version=target.version)
            elif target and target.value != value:
                target.value = value
                writing.change(target, access=self.access, version=target.version)
            elif target is None and value is not None:
                writing.add(
                    writing.new(IndicatorTarget, self.plan, indicator=row, year=year, value=value), access=self.access
                )


class QuickWinForm(RowForm):
    """Choosing is a decision about the whole dimension, so an operator of one OPD reads it only."""

    dimension_fields = ("dimension",)
    headings = {
        "score_visible": "Skor nominasi (1–5)",
        "chosen": "Pilihan dan pelaksanaan",
        "background": "Profil",
        "sustain_regulation": "Keberlanjutan",
        "risk_identification": "Risiko",
        "target_3": "Sasaran waktu",
    }

    class Meta:
        model = QuickWin
        fields = [
            "name", "dimension", "programme", "benefit", "opd", "proposer", "pic", "kind", "months",
            "score_visible", "score_feasible", "score_impact", "score_ready",
            "chosen", "status", "progress",
            "background", "aim", "uniqueness", "partnership", "potential", "resources",
            "sustain_regulation", "sustain_institution", "sustain_resources", "sustain_business",
            "risk_identification", "risk_analysis", "risk_treatment", "risk_mitigation",
            "target_3", "target_6", "target_9", "target_12", "evidence",
        ]  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in (
                "benefit", "background", "aim", "uniqueness", "partnership", "potential", "resources",
                "sustain_regulation", "sustain_institution", "sustain_resources", "sustain_business",
                "risk_identification", "risk_analysis", "risk_treatment", "risk_mitigation",
                "target_3", "target_6", "target_9", "target_12",
            )
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.present("chosen"):
            field.disabled = not self.access.may(Permission.FILL_ALL)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        dimension = data.get("dimension")
        if self.touches("programme", "dimension"):
            programme = data.get("programme")
            if programme and dimension and programme.dimension != dimension:
                self.add_error("programme", f"Program ini milik dimensi {programme.dimension}.")
        if not self.touches("chosen", "dimension"):
            return data
        if data.get("chosen") and dimension and (refusal := quickwins.full(self.plan, dimension, self.instance.pk)):
            self.add_error("chosen", refusal)
        return data


class CommitmentPointForm(NumberedForm):
    class Meta:
        model = CommitmentPoint
        fields = ["number", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}


class SignatoryForm(RowForm):
    personal_fields = ("nip",)

    class Meta:
        model = Signatory
        fields = ["name", "position_title", "rank", "nip", "opd", "state", "represented_by", "signed_at"]
        widgets = {"signed_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}

    def clean_nip(self) -> str:
        nip: str = re.sub(r"\s", "", self.cleaned_data["nip"])
        if nip and not re.fullmatch(r"\d{18}", nip):
            raise ValidationError("NIP terdiri atas 18 angka.")
        return nip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("state") == Signatory.State.REPRESENTED and not data.get("represented_by"):
            self.add_error("represented_by", "Tulis siapa yang mewakili.")
        return data
