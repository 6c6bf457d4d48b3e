"""The small forms about office packets."""

from typing import Any

from django import forms

from bimtek.models import Plan
from regions.guests import LONGEST_DAYS
from regions.models import Opd

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
DAYS = [(3, "3 hari"), (7, "7 hari"), (14, "14 hari"), (LONGEST_DAYS, f"{LONGEST_DAYS} hari")]


class DueForm(forms.Form):
    """Until when, and what the admin wants to say about it."""

    due = forms.DateField(label="Tenggat", widget=DAY)
    note = forms.CharField(
        label="Pesan untuk OPD", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Misalnya data tahun berapa yang dipakai dan kepada siapa bertanya.",
    )  # fmt: skip


class GiveForm(DueForm):
    opds = forms.ModelMultipleChoiceField(
        label="OPD", queryset=Opd.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pilih sedikitnya satu OPD."},
    )  # fmt: skip
    field_order = ("opds", "due", "note")

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has_one = plan.packet_set.values("opd")
        offices: Any = self.fields["opds"]
        offices.queryset = plan.region.opd_set.filter(active=True).exclude(pk__in=has_one)
        offices.label_from_instance = lambda opd: opd.name


class ChangeForm(DueForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class GuestForm(forms.Form):
    """Somebody without an account who fills this packet."""

    full_name = forms.CharField(label="Nama lengkap dan gelar", max_length=100)
    email = forms.EmailField(label="Surel")
    days = forms.TypedChoiceField(label="Berlaku", choices=DAYS, coerce=int, initial=7)


class FinishForm(forms.Form):
    note = forms.CharField(
        label="Alasan, bila belum lengkap", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
