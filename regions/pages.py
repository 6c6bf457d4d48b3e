"""One page of a list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 25


def page_of(request: HttpRequest, rows: Any, per_page: int = PER_PAGE) -> "Page[Any]":
    """The page that ?page= names; the nearest one when it names none."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def words_of(request: HttpRequest, name: str = "cari") -> str:
    """What was typed into the search box: at most 100 characters, none that a database refuses."""
    return request.GET.get(name, "").replace("\x00", "")[:100].strip()
