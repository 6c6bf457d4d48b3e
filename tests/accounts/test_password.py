"""Lost and changed passwords: the link, its thirty minutes, and the sessions that end with the old password."""

import datetime
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.factories import PASSWORD, make_user

NEW = "Jembatan-Barelang-2026"


@pytest.fixture
def person(db: None) -> User:
    return make_user("Rina Kartika", email="rina@batam.example")


def ask(email: str) -> Any:
    return Client().post(reverse("account_reset_password"), {"email": email})


def mailed_link() -> str:
    found = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def use(link: str, password: str = NEW) -> Any:
    client = Client()
    opened = client.get(link, follow=True)
    if "Tautan ini tidak berlaku lagi" in opened.content.decode():
        return opened
    return client.post(opened.redirect_chain[-1][0], {"password1": password, "password2": password}, follow=True)


def test_the_letter_is_indonesian_and_says_how_long(person):
    ask("RINA@batam.example")

    letter = mail.outbox[0]
    assert letter.to == ["rina@batam.example"]
    assert letter.subject == "[Masterplan Smart City] Tautan untuk membuat kata sandi baru"
    assert "Yth. Rina Kartika," in letter.body
    assert "Tautan berlaku 30 menit" in letter.body


def test_known_and_unknown_emails_get_the_same_answer(person):
    known, unknown = ask(person.email), ask("tidak-ada@batam.example")

    assert known["Location"] == unknown["Location"] == reverse("account_reset_password_done")
    assert [letter.to for letter in mail.outbox] == [[person.email]]


def test_the_link_sets_the_new_password_once(person):
    ask(person.email)
    link = mailed_link()

    assert "Kata sandi Anda sudah diganti" in use(link).content.decode()
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert "Tautan ini tidak berlaku lagi" in use(link, "Lain-lagi-saja-88").content.decode()
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert mail.outbox[-1].subject == "[Masterplan Smart City] Kata sandi Anda diganti lewat tautan"


def test_a_new_password_by_link_ends_the_wait_after_wrong_guesses(person):
    address = reverse("account_login")
    for guess in range(settings.AXES_FAILURE_LIMIT):
        last = Client().post(address, {"login": person.email, "password": f"tebakan-{guess}"})
    assert last.status_code == 429

    ask(person.email)
    use(mailed_link())

    assert Client().post(address, {"login": person.email, "password": NEW}).status_code == 302


def test_the_link_dies_when_the_password_changes_by_another_way(person):
    ask(person.email)
    person.set_password("Diganti-di-tempat-lain-5")
    person.save()

    assert "Tautan ini tidak berlaku lagi" in use(mailed_link()).content.decode()


@pytest.mark.parametrize(("minutes", "works"), [(29, True), (31, False)])
def test_the_link_lasts_thirty_minutes(person, minutes, works, monkeypatch):
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    ask(person.email)
    later = datetime.datetime.now() + datetime.timedelta(minutes=minutes)  # noqa: DTZ005 - as Django's generator counts
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)

    use(mailed_link())

    person.refresh_from_db()
    assert person.check_password(NEW) is works


@pytest.mark.parametrize("key", ["x-y", "0" * 200 + "-abc", "zzzz-set-password"])
def test_a_made_up_link_gets_a_sentence(db, key):
    answer = Client().get(f"/akun/kata-sandi/lupa/{key}/")

    assert answer.status_code == 200
    assert "Tautan ini tidak berlaku lagi" in answer.content.decode()


def test_a_weak_password_is_refused_with_its_reason(person):
    ask(person.email)

    page = use(mailed_link(), "12345678").content.decode()

    assert "terlalu pendek" in page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_changing_the_password_asks_for_the_old_one_and_ends_every_session(person, client_of):
    here, there = client_of(person), client_of(person)
    address = reverse("account_change_password")

    refused = here.post(address, {"oldpassword": "bukan-ini", "password1": NEW, "password2": NEW})
    assert "Kata sandi sekarang tidak cocok." in refused.content.decode()
    here.post(address, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert here.get(reverse("accounts:profile")).status_code == 302
    assert there.get(reverse("accounts:profile")).status_code == 302
    assert mail.outbox[-1].subject == "[Masterplan Smart City] Kata sandi Anda diganti"


def test_a_dead_mail_server_does_not_break_the_page(person, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1

    assert ask(person.email)["Location"] == reverse("account_reset_password_done")


def test_log_out_everywhere_ends_the_other_sessions_and_keeps_this_one(person):
    here, there = Client(HTTP_USER_AGENT="Peramban kantor"), Client(HTTP_USER_AGENT="Ponsel lama")
    for client in (here, there):
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        assert client.get(reverse("accounts:profile")).status_code == 200

    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Peramban kantor" in page
    assert "Ponsel lama" in page
    here.post(reverse("usersessions_list"))

    assert here.get(reverse("accounts:profile")).status_code == 200
    assert there.get(reverse("accounts:profile")).status_code == 302


def test_a_session_ends_after_twelve_hours(person, client_of):
    client = client_of(person)
    expires = client.session.get_expiry_date() - timezone.now()

    assert expires <= datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert datetime.timedelta(hours=12) == datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
