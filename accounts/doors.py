"""The two doors that need no region: the signed-in person's own pages, and pages for everybody.

`door` on a view names its door; tests/test_conventions.py asks every route for it.
"""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

View = Callable[..., HttpResponse]


def person_view(view: Any) -> View:
    """For anybody signed in; shows only what belongs to that person."""
    door: View = login_required(view)
    door.door = ("person", ())  # type: ignore[attr-defined]
    return door


def public_view(view: Any) -> View:
    """For everybody, signed in or not."""
    view.door = ("public", ())
    return cast(View, view)
