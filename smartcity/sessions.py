"""Sign-in sessions in the database, read with a statement that is written once: every request begins with it."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from regions.prepared import Given, Ids, Prepared


def _open(_: Ids) -> Any:
    return Session.objects.filter(session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField()))


OPEN = Prepared(_open)
"""The session of a key, unless it has ended."""


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """As Django's own, which forgets a key that opens nothing."""
        found = OPEN.rows(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return next(iter(found), None)
