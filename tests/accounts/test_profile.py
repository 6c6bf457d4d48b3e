"""The person's own page."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.factories import make_user

TYPED = {
    "full_name": "Rina Kartika, S.Kom., M.T.",
    "position": "Kepala Bidang Aplikasi Informatika",
    "institution": "Diskominfo Kota Batam",
    "phone": "+62 812-3456-7890",
}


@pytest.fixture
def person(db: None) -> User:
    return make_user("Rina Kartika")


def test_profile_saves_what_was_typed(person, client_of):
    answer = client_of(person).post(reverse("accounts:profile"), TYPED, follow=True)

    person.refresh_from_db()
    assert {key: getattr(person, key) for key in TYPED} == TYPED
    assert "Profil Anda tersimpan." in answer.content.decode()


def test_profile_changes_nothing_else(person, client_of):
    extra = {"email": "orang-lain@batam.example", "is_ministry": "on", "is_superuser": "on", "is_active": ""}

    client_of(person).post(reverse("accounts:profile"), {**TYPED, **extra})

    changed = User.objects.get(pk=person.pk)
    assert (changed.email, changed.is_ministry, changed.is_superuser, changed.is_active) == (
        person.email,
        False,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("full_name", "", "Bidang ini tidak boleh kosong."),
        ("full_name", "R" * 151, "paling banyak 150 karakter"),
        ("position", "Kepala\x00Bidang", "Karakter null"),
        ("phone", "hubungi sekretaris", "Tulis nomor telepon dengan angka"),
    ],
)
def test_profile_refuses_with_a_sentence_and_keeps_the_typed_text(person, client_of, field, text, sentence):
    answer = client_of(person).post(reverse("accounts:profile"), {**TYPED, field: text})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'<a href="#id_{field}">' in page
    for key, typed in {**TYPED, field: text}.items():
        if key != field or "\x00" not in text:
            assert not typed or f'value="{typed}"' in page
    person.refresh_from_db()
    assert person.phone == ""


def test_the_menu_shows_the_saved_name_while_a_wrong_one_is_typed(person, client_of):
    page = client_of(person).post(reverse("accounts:profile"), {**TYPED, "phone": "x", "full_name": "Nama Salah"})

    assert "<strong>Rina Kartika</strong>" in page.content.decode()


def test_profile_is_for_those_signed_in(client_of, db):
    answer = client_of(None).get(reverse("accounts:profile"))

    assert answer["Location"].startswith(reverse("account_login"))
