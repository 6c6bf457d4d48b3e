"""Forms of a session: its frame, its berita acara, participants, points and photos; and the plan's own frame."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bimtek import richtext
from bimtek.forms.rows import RowForm
from bimtek.models import Attendee, Minute, Photo, Plan, Session, Stage
from bimtek.models.plan import YEAR
from regions.models import StoredFile


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SessionForm(RowForm):
    headings = {
        "stage": "Kapan dan di mana",
        "opened_by": "Pembukaan",
        "closed_by": "Penutupan",
        "agenda": "Acara",
    }

    class Meta:
        model = Session
        fields = [
            "stage", "starts", "ends", "starts_at", "ends_at", "venue",
            "opened_by", "opened_by_position", "opened_for",
            "closed_by", "closed_by_position", "closed_for",
            "agenda",
        ]  # fmt: skip
        widgets = {
            "starts": _date(), "ends": _date(), "starts_at": _time(), "ends_at": _time(),
            "agenda": forms.Textarea(attrs={"rows": 8}),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.plan.region.get_time_zone_display()
        self.fields["stage"] = forms.TypedChoiceField(label="Tahap", coerce=int, choices=Stage.choices)
        self.fields["ends"].help_text = "Sama dengan tanggal mulai bila hanya sehari."
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = f"Waktu {zone}."
        self.fields["agenda"].max_length = 10_000  # type: ignore[attr-defined]
        head = self.plan.region.head_title
        for name in ("opened_for", "closed_for"):
            self.fields[name].help_text = f"Isi bila mewakili orang lain, misalnya {head}."

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts"), data.get("ends")
        if starts and not 2017 <= starts.year <= 2100:
            self.add_error("starts", "Periksa tahunnya: pertemuan bimtek ada sejak 2017.")
        if starts and ends and ends < starts:
            self.add_error("ends", "Tanggal selesai mendahului tanggal mulai.")
        for who, whom in (("opened_by", "opened_for"), ("closed_by", "closed_for")):
            if data.get(whom) and not data.get(who):
                self.add_error(who, "Tulis siapa yang mewakili.")
        return data


class MinutesForm(RowForm):
    """Nomor, tanggal and notulen; the points are rows of their own."""

    class Meta:
        model = Session
        fields = ["minutes_number", "minutes_date", "notes"]
        widgets = {"minutes_date": _date(), "notes": forms.Textarea(attrs={"rows": 8})}

    def clean_minutes_date(self) -> Any:
        day = self.cleaned_data["minutes_date"]
        if day and day < self.instance.starts:
            raise ValidationError("Berita acara tidak dapat bertanggal sebelum pertemuan dimulai.")
        return day


class AttendeeForm(RowForm):
    class Meta:
        model = Attendee
        fields = ["name", "institution", "position_title", "sex", "element"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["element"].widget.attrs["list"] = "daftar-unsur"
        self.fields["element"].help_text = ""


class MinuteForm(RowForm):
    class Meta:
        model = Minute
        fields = ["kind", "text", "who", "due"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "due": _date()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].max_length = 5000  # type: ignore[attr-defined]
        self.fields["who"].help_text = "Untuk tindak lanjut."

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == Minute.Kind.FOLLOW_UP and not data.get("who") and "who" not in self.errors:
            self.add_error("who", "Tindak lanjut memerlukan penanggung jawab.")
        return data


class PhotoForm(RowForm):
    upload_kinds = {"file": (StoredFile.Kind.IMAGE,)}

    class Meta:
        model = Photo
        fields = ["file", "caption"]


class PasteForm(forms.Form):
    lines = forms.CharField(
        label="Peserta, satu baris satu orang",
        help_text="nama; instansi; jabatan; L/P; unsur. Boleh juga disalin dari Excel dengan urutan kolom yang sama.",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """The frame of a plan. `version` is the one the writer saw; planning.change_plan saves."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    class Meta:
        model = Plan
        fields = ["title", "first_year", "last_year", "short_until", "medium_until", "swot_weighted", "legal_status"]
        help_texts = {
            "title": "Kosong berarti “Masterplan Smart City” dengan nama daerah dan masanya.",
            "first_year": "Program, anggaran, dan target harus jatuh di dalam masa rencana.",
            "short_until": "Biasanya tahun pertama.",
            "medium_until": "Biasanya tahun kelima.",
            "swot_weighted": "Setiap butir SWOT lalu diberi bobot dan rating, dan posisi kuadran dihitung.",
            "legal_status": "Ditetapkan bila peraturan kepala daerah atau perda sudah terbit.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name in ("first_year", "last_year", "short_until", "medium_until"):
            self.fields[name].validators = [*self.fields[name].validators, *YEAR]

    def clean_title(self) -> str:
        return richtext.clean_text(self.cleaned_data["title"])

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def _post_clean(self) -> None:
        """The instance stays as it is stored; the verb checks and writes."""
