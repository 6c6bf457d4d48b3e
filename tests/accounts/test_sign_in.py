"""Coming in: by e-mail in any case, and what happens to those who guess."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import User
from tests.factories import PASSWORD, make_user

OFFICE = "203.0.113.7"


def sign_in(email: str, password: str = PASSWORD, *, address: str = OFFICE, client: Client | None = None) -> Any:
    return (client or Client()).post(
        reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address
    )


def signed_in_as(client: Client) -> User | AnonymousUser:
    return client.get(reverse("accounts:profile")).wsgi_request.user


@pytest.fixture
def person(db: None) -> User:
    return make_user("Rina Kartika", email="rina@batam.example")


@pytest.mark.parametrize("typed", ["rina@batam.example", "RINA@Batam.Example", "  rina@batam.example "])
def test_sign_in_takes_the_email_in_any_case(person, typed):
    client = Client()

    answer = sign_in(typed, client=client)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in_as(client) == person


def test_sign_in_goes_on_to_the_page_that_was_asked_for(person):
    client = Client()
    asked = client.get(reverse("accounts:profile"))
    assert asked["Location"] == f"{reverse('account_login')}?next={reverse('accounts:profile')}"

    page = client.get(asked["Location"])
    assert f'name="next" value="{reverse("accounts:profile")}"' in page.content.decode()
    answer = client.post(asked["Location"], {"login": person.email, "password": PASSWORD})

    assert answer["Location"] == reverse("accounts:profile")


def test_sign_in_never_leads_to_another_site(person):
    answer = Client().post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD, "next": "https://lain.example/"}
    )

    assert answer["Location"] == "/"


def test_wrong_password_and_unknown_email_get_the_same_sentence_and_the_email_back(person):
    wrong = sign_in(person.email, "salah-sekali-77").content.decode()
    unknown = sign_in("tidak-ada@batam.example", "salah-sekali-77").content.decode()

    for page, email in ((wrong, person.email), (unknown, "tidak-ada@batam.example")):
        assert "Surel atau kata sandi tidak cocok." in page
        assert f'value="{email}"' in page
        assert "salah-sekali-77" not in page


def test_a_person_who_was_switched_off_does_not_come_in(person):
    client = Client()
    User.objects.filter(pk=person.pk).update(is_active=False)

    page = client.get(sign_in(person.email, client=client)["Location"]).content.decode()

    assert "Akun ini tidak aktif." in page
    assert signed_in_as(client) == AnonymousUser()


def test_switching_a_person_off_ends_the_running_session(person, client_of):
    client = client_of(person)
    assert signed_in_as(client) == person

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert signed_in_as(client) == AnonymousUser()


def test_after_ten_wrong_passwords_the_right_one_waits_while_a_colleague_at_the_same_address_comes_in(person):
    colleague = make_user("Dedi Saputra")
    for guess in range(settings.AXES_FAILURE_LIMIT - 1):
        # another case each time is still the same account
        typed = person.email.upper() if guess % 2 else person.email
        assert sign_in(typed, f"tebakan-{guess}").status_code == 200
    assert sign_in(person.email, "tebakan-terakhir").status_code == 429

    locked = sign_in(person.email)
    assert locked.status_code == 429
    assert "Tunggu 15 menit" in locked.content.decode()
    assert sign_in(colleague.email).status_code == 302
    assert sign_in(person.email, address="198.51.100.20").status_code == 302, "the owner elsewhere is not locked out"


def test_the_forwarded_address_of_a_client_does_not_reset_the_count(person, settings):
    settings.PROXY_COUNT = 1
    for guess in range(settings.AXES_FAILURE_LIMIT):
        Client().post(
            reverse("account_login"),
            {"login": person.email, "password": "tebakan"},
            REMOTE_ADDR="10.0.0.1",
            HTTP_X_FORWARDED_FOR=f"192.0.2.{guess}, {OFFICE}",
        )

    assert list(AccessAttempt.objects.values_list("ip_address", "failures_since_start")) == [
        (OFFICE, settings.AXES_FAILURE_LIMIT)
    ]


def test_a_hundred_people_of_one_office_come_in_within_a_minute(db):
    people = [make_user(f"Pegawai {number}") for number in range(100)]

    assert {sign_in(person.email).status_code for person in people} == {302}


@pytest.mark.parametrize("text", ["rina\x00@batam.example", "x" * 5000, "rina", ""])
def test_bad_emails_get_a_sentence(db, text):
    answer = sign_in(text)

    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()


def test_signing_out_ends_the_session_on_the_server(person, client_of):
    client = client_of(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get(reverse("account_logout")).status_code == 200, "a link alone must not sign out"
    assert signed_in_as(client) == person

    client.post(reverse("account_logout"))

    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert again.get(reverse("accounts:profile")).status_code == 302


def test_only_the_sign_in_routes_in_use_are_open(db):
    named = {str(name) for name in get_resolver().reverse_dict if str(name).startswith(("account_", "usersessions_"))}

    assert named == {
        "account_login",
        "account_logout",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "usersessions_list",
    }
    for shut in ("account_signup", "account_email", "account_reauthenticate"):
        with pytest.raises(NoReverseMatch):
            reverse(shut)
    assert Client().get("/akun/signup/").status_code == 404


def test_an_expired_form_gives_the_typed_text_back_but_no_password(person):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(reverse("account_login"), {"login": "<b>rina", "password": "rahasia-besar-9"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "&lt;b&gt;rina" in page
    assert "rahasia-besar-9" not in page
