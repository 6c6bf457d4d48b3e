"""The forms of sign-in and profile, with their words in Indonesian."""

import re
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

from accounts.models import User

PHONE = re.compile(r"^\+?[0-9][0-9 ()./-]{5,28}$")
RULES = "Paling sedikit 10 karakter, bukan angka saja, dan tidak mudah ditebak. Beberapa kata yang Anda ingat lebih kuat daripada satu kata rumit."


def _name(field: forms.Field, label: str, autocomplete: str, help_text: str = "") -> None:
    """Gives an allauth field our words; its placeholder goes, since the label says it."""
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete
    if isinstance(field.widget, forms.PasswordInput):
        field.widget.attrs["data-password"] = ""


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["login"], "Surel", "username")
        _name(self.fields["password"], "Kata sandi", "current-password")


class AskResetForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["email"], "Surel", "username", "Surel yang Anda pakai untuk masuk.")


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["password1"], "Kata sandi baru", "new-password", RULES)
        _name(self.fields["password2"], "Kata sandi baru, sekali lagi", "new-password")


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["oldpassword"], "Kata sandi sekarang", "current-password")
        _name(self.fields["password1"], "Kata sandi baru", "new-password", RULES)
        _name(self.fields["password2"], "Kata sandi baru, sekali lagi", "new-password")


class FirstPasswordForm(allauth_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["password1"], "Kata sandi", "new-password", RULES)
        _name(self.fields["password2"], "Kata sandi, sekali lagi", "new-password")


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("full_name", "position", "institution", "phone")
        help_texts = {
            "full_name": "Seperti ditulis di daftar hadir dan lembar persetujuan, dengan gelar.",
            "position": "Misalnya: Kepala Bidang Aplikasi Informatika.",
            "institution": "Perangkat daerah, kementerian, atau perguruan tinggi tempat Anda bekerja.",
            "phone": "Hanya terlihat oleh Anda dan admin; tidak pernah dicetak di buku.",
        }
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "position": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "institution": forms.TextInput(attrs={"autocomplete": "organization"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if phone and not PHONE.match(phone):
            raise forms.ValidationError("Tulis nomor telepon dengan angka, misalnya 0812 3456 7890.")
        return phone
