"""Forms of people and places, and what a form does with a verb's refusal."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from regions import places
from regions.access import REGION_ROLES, Role
from regions.fields import UploadField, bind_uploads
from regions.models import Invitation, Membership, Opd, Region, StoredFile
from regions.stale import is_stale

ROLE_CHOICES = [("", "Pilih peran"), *((role.value, role.label) for role in REGION_ROLES)]
HEAD_STATUS = [("", "Definitif"), *((prefix, prefix) for prefix in ("Pj.", "Plt.", "Plh.", "Pjs."))]
MAX_VERSION = 2**31 - 2


def accepted(
    form: forms.BaseForm, verb: Callable[[], object], current: Callable[[], models.Model] | None = None
) -> bool:
    """Calls the verb; its refusal goes beside the fields. After a stale save both texts are shown (`current` is the saved row)."""
    try:
        verb()
    except ValidationError as refusal:
        _blame(form, refusal)
        if current and is_stale(refusal):
            _show_both(form, current())
        return False
    return True


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; a POST without fields is bound too, so that it shows what is missing."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> "MultiValueDict[str, UploadedFile[bytes]] | None":
    """The files beside `posted`; None on a GET, since even an empty dictionary would bind the form."""
    return request.FILES if request.method == "POST" else None


def _blame(form: forms.BaseForm, refusal: ValidationError) -> None:
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        for error in errors:
            form.add_error(name if known else None, error)


def _show_both(form: forms.BaseForm, saved: models.Model) -> None:
    """Beside each field that differs, what is saved now; the next save is then made in knowledge of it."""
    for name, typed in form.cleaned_data.copy().items():
        if name == "version" or not hasattr(saved, name):
            continue
        theirs = getattr(saved, name)
        if theirs != typed:
            label = getattr(saved, f"get_{name}_display", lambda theirs=theirs: theirs)()
            form.add_error(name, f"Yang tersimpan sekarang: {label or 'kosong'}")
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data[form.add_prefix("version")] = str(saved.version)  # type: ignore[attr-defined, index]


def version_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MAX_VERSION)


def active_opds(region: Region) -> "models.QuerySet[Opd]":
    return region.opd_set.filter(active=True)


class OpdChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Offices by their whole name."""

    def label_from_instance(self, opd: Any) -> str:
        return f"{opd.name} ({opd.abbreviation})" if opd.abbreviation else str(opd.name)


def _opd_choice(**options: Any) -> OpdChoice:
    return OpdChoice(queryset=Opd.objects.none(), required=False, empty_label="Tidak ada", **options)


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]
    role = forms.ChoiceField(label="Peran", choices=ROLE_CHOICES)
    opd = _opd_choice(label="OPD", help_text="Hanya untuk Operator OPD: ia mengisi baris OPD ini saja.")

    class Meta:
        model = Invitation
        fields = ["email", "full_name", "role", "opd"]
        labels = {"email": "Surel", "full_name": "Nama lengkap dan gelar"}

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opd"].queryset = active_opds(region)  # type: ignore[attr-defined]
        self.instance.region = region

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("role") == Role.OPERATOR and not cleaned.get("opd") and "opd" not in self.errors:
            self.add_error("opd", "Pilih OPD yang barisnya diisi operator ini.")
        return cleaned


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Peran", choices=ROLE_CHOICES)
    opd = _opd_choice(label="OPD", help_text="Hanya untuk Operator OPD.")

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"role": membership.role, "opd": membership.opd_id})
        super().__init__(*args, **kwargs)
        self.fields["opd"].queryset = active_opds(membership.region)  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    """Name and password of somebody who is new here."""

    full_name = forms.CharField(label="Nama lengkap dan gelar", max_length=150)
    password = forms.CharField(
        label="Kata sandi",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Paling sedikit 10 huruf; kalimat pendek lebih mudah diingat.",
    )
    again = forms.CharField(
        label="Ulangi kata sandi",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"full_name": invitation.full_name})
        super().__init__(*args, **kwargs)
        self.email = invitation.email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if password is None:
            return cleaned
        if "again" in cleaned and password != cleaned["again"]:
            self.add_error("again", "Kedua kata sandi tidak sama.")
        try:
            validate_password(password, User(email=self.email, full_name=cleaned.get("full_name", "")))
        except ValidationError as refusal:
            self.add_error("password", refusal)
        return cleaned


class OpdForm(forms.ModelForm):  # type: ignore[type-arg]
    version = version_field()

    class Meta:
        model = Opd
        fields = ["name", "abbreviation", "head_name"]
        labels = {"name": "Nama OPD", "abbreviation": "Singkatan", "head_name": "Nama kepala dan gelar"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


class CloseOpdForm(forms.Form):
    successor = _opd_choice(
        label="Digantikan oleh", help_text="Pilih OPD hasil penggabungan atau penggantinya. Kosongkan bila tidak ada."
    )
    version = version_field()

    def __init__(self, *args: Any, opd: Opd, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": opd.version})
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = active_opds(opd.region).exclude(pk=opd.pk)  # type: ignore[attr-defined]


class RegionForm(forms.ModelForm):  # type: ignore[type-arg]
    head_status = forms.ChoiceField(
        label="Status kepala daerah",
        choices=HEAD_STATUS,
        required=False,
        help_text="Dicetak di depan jabatan: Pj. Bupati.",
    )
    emblem = UploadField("Lambang daerah", kinds=[StoredFile.Kind.IMAGE])
    cover = forms.ChoiceField(
        label="Rancangan sampul buku",
        choices=Region.Cover.choices,
        widget=forms.RadioSelect,
        help_text="Ketiganya memakai warna daerah dan tetap terbaca bila dicetak hitam putih.",
    )
    version = version_field()

    class Meta:
        model = Region
        fields = ["display_name", "head_name", "head_status", "time_zone", "emblem", "accent", "cover"]
        labels = {
            "display_name": "Nama tampilan",
            "head_name": "Nama kepala daerah dan gelar",
            "time_zone": "Zona waktu",
            "accent": "Warna daerah",
        }
        help_texts = {
            "display_name": "Isi bila sehari-hari ditulis lain dari nama resmi, misalnya Pematang Siantar.",
            "accent": "Enam angka heksadesimal, misalnya #0b6e4f. Kosongkan untuk warna produk.",
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bind_uploads(self, self.instance, by)
        self.fields["version"].initial = self.instance.version
        self.fields["accent"].widget.attrs |= {"list": "warna-terbaca", "data-cover-colour": "", "spellcheck": "false"}

    def clean_accent(self) -> str:
        colour = self.cleaned_data["accent"].strip().lower()
        if not colour:
            return ""
        if not re.fullmatch(r"#[0-9a-f]{6}", colour):
            raise ValidationError("Tulis tanda # diikuti enam angka heksadesimal, misalnya #0b6e4f.")
        contrast = places.contrast_with_white(colour)
        if contrast < places.MIN_CONTRAST:
            ratio = f"{contrast:.1f}".replace(".", ",")
            raise ValidationError(
                f"Tulisan putih sukar dibaca di atas warna ini (kontras {ratio} : 1, paling sedikit 4,5 : 1). Pilih yang lebih gelap."
            )
        return colour
