"""Sign-in sessions: what opens one, with the statement that is written once."""

import datetime

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from smartcity.sessions import SessionStore

pytestmark = pytest.mark.django_db


def kept(**words: str) -> str:
    """The key of a session that holds these words."""
    store = SessionStore()
    store.update(words)
    store.save()
    return str(store.session_key)


def test_a_session_opens_as_with_djangos_own_store():
    key, _ = kept(colour="biru"), kept(colour="merah")
    assert dict(SessionStore(key).items()) == dict(db.SessionStore(key).items()) == {"colour": "biru"}
    assert SessionStore(key).session_key == key


def test_a_session_that_ended_opens_nothing_and_its_key_is_forgotten():
    key = kept(colour="biru")
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    store = SessionStore(key)
    assert dict(store.items()) == {}
    assert store.session_key is None


def test_a_key_that_nobody_was_given_opens_nothing():
    store = SessionStore("tidak-pernah-diberikan")
    assert dict(store.items()) == {}
    assert store.session_key is None


def test_signing_out_ends_the_session_of_this_browser_only(writer):
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(writer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert Session.objects.count() == 2
    here.post("/akun/keluar/")
    assert "_auth_user_id" not in here.session
    assert there.session["_auth_user_id"] == str(writer.pk)
