"""Forms of admin Kominfo: cohorts, enrolments, assignments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from bimtek import enrolling
from bimtek.models import Cohort, Enrolment, Plan
from bimtek.models.plan import YEAR
from regions.fields import UploadField, bind_uploads
from regions.forms import version_field
from regions.models import Membership, Region, StoredFile

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
ENROLMENT_FIELDS = ("mou_number", "mou_date", "mou_file", "self_run")
WRITE_YEAR = "Tulis tahun dengan empat angka, misalnya 2022."
PLAN_FIELDS = ("title", "first_year", "last_year", "short_until", "medium_until")


class CohortForm(forms.ModelForm):  # type: ignore[type-arg]
    version = version_field()

    class Meta:
        model = Cohort
        fields = ["year", "name", "ministry"]
        labels = {"year": "Tahun", "name": "Nama program", "ministry": "Kementerian"}
        error_messages = {"year": {"unique": "Angkatan tahun ini sudah ada.", "invalid": WRITE_YEAR}}
        help_texts = {"ministry": "Dicetak pada sampul buku, persis seperti yang Anda tulis."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


def _year(label: str, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, validators=YEAR, error_messages={"invalid": WRITE_YEAR}, **options)


class EnrolmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A region's place in a cohort, with the period and terms of its plan."""

    mou_file = UploadField("Berkas nota kesepahaman", kinds=[StoredFile.Kind.PDF, StoredFile.Kind.IMAGE])
    title = forms.CharField(
        label="Judul rencana",
        max_length=200,
        required=False,
        help_text="Kosongkan untuk judul baku: Masterplan Smart City.",
    )
    first_year = _year("Tahun pertama")
    last_year = _year("Tahun terakhir", help_text="Masterplan berlaku 5 sampai 10 tahun.")
    short_until = _year("Akhir jangka pendek", required=False, help_text="Kosongkan untuk tahun pertama.")
    medium_until = _year("Akhir jangka menengah", required=False, help_text="Kosongkan untuk tahun kelima.")
    version = version_field()

    class Meta:
        model = Enrolment
        fields = ["mou_number", "mou_date", "mou_file", "self_run"]
        labels = {
            "mou_number": "Nomor nota kesepahaman",
            "mou_date": "Tanggal nota kesepahaman",
            "self_run": "Rencana mandiri",
        }
        widgets = {"mou_date": DATE}

    field_order = [*ENROLMENT_FIELDS, *PLAN_FIELDS]

    def __init__(self, *args: Any, region: Region, by: User, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bind_uploads(self, region, by)
        self.fields["version"].initial = self.instance.version
        for name in PLAN_FIELDS:
            if plan is not None:
                self.fields[name].initial = getattr(plan, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first is None or last is None or {"short_until", "medium_until"} & set(self.errors):
            return cleaned
        usual = dict(zip(("short_until", "medium_until"), enrolling.terms(first, last), strict=True))
        for name, year in usual.items():
            cleaned[name] = year if cleaned.get(name) is None else cleaned[name]
        try:
            enrolling.check_period(first, last, cleaned["short_until"], cleaned["medium_until"])
        except ValidationError as refusal:
            self.add_error(None, refusal)
        return cleaned

    def part(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names}


class _Period(forms.Form):
    starts = forms.DateField(label="Mulai", widget=DATE)
    ends = forms.DateField(label="Sampai", required=False, widget=DATE, help_text="Kosongkan bila belum ditentukan.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "Tanggal akhir mendahului tanggal mulai.")
        return cleaned


def _expertise() -> forms.CharField:
    return forms.CharField(
        label="Bidang keahlian", max_length=120, required=False, help_text="Misalnya: SPBE, tata kota, ekonomi daerah."
    )


class AssignmentForm(_Period):
    """A consultant by e-mail; the name is needed only when the address is new."""

    email = forms.EmailField(label="Surel konsultan", widget=forms.EmailInput(attrs={"list": "consultants"}))
    full_name = forms.CharField(
        label="Nama lengkap dan gelar",
        max_length=150,
        required=False,
        help_text="Wajib hanya bila surelnya belum punya akun.",
    )
    institution = forms.CharField(
        label="Instansi", max_length=150, required=False, help_text="Dipakai bila akunnya belum punya instansi."
    )
    expertise = _expertise()
    field_order = ["email", "full_name", "institution", "expertise", "starts", "ends"]


class PeriodForm(_Period):
    expertise = _expertise()

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {"starts": membership.starts, "ends": membership.ends, "expertise": membership.expertise}
        )
        super().__init__(*args, **kwargs)
