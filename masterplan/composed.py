"""The content of a plan's books, kept for as long as nothing that it was made of has changed.

Composing reads some thirty queries and builds 3,000 rows of them, which takes longer than linking a book. What it read is known: the
statements themselves were noted while they ran. Asked again, they are run again as they stand, and their answers are hashed
without a row being built. Each later statement follows from the answers to the earlier ones, so where all answers are the same,
composing would have asked the same and come to the same content. It cannot be stale: there is no list of tables to be kept, and
the code, the framework's files and the day are part of it. The first noting and the hash of its answers see one snapshot of the database.
"""

import datetime
import functools
import hashlib
import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import eq
from pathlib import Path
from typing import Any
from uuid import UUID

from django import get_version
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bimtek.models import Plan
from masterplan import units
from masterplan.books import Content
from masterplan.canonical import canonical
from masterplan.compose import compose_books
from masterplan.sealing import seal, sealed

Statement = tuple[str, list[Any]]
APPS = ("accounts", "regions", "bimtek", "masterplan", "smartcity")
PLAIN = (str, int, float, bool, type(None))
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


def content(plan: Plan, *, today: datetime.date | None = None) -> Content:
    """All books of the plan, as compose_books makes them. today: see there."""
    today = today or timezone.localdate(timezone=plan.region.zone)
    path = _place(plan.pk)
    found = sealed(path)
    if found is not None:
        code, day, statements, answers, frozen = found
        if (code, day) == (fingerprint(), today.isoformat()) and all(map(eq, _answers(statements), answers)):
            return Content.read(frozen)
    if connection.in_atomic_block:  # no snapshot of its own can begin here
        return Content.read(canonical(_compose(plan.pk, today)))
    return _noted(plan.pk, today, path)


def _place(plan: UUID) -> Path:
    name = hashlib.sha256(f"{connection.settings_dict['NAME']} {plan}".encode()).hexdigest()
    return units.place(name).with_suffix(".composed")


@functools.cache
def fingerprint() -> str:
    """Hash of the code and the frameworks that content is made by."""
    found = hashlib.sha256(get_version().encode())
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*")):
            if path.suffix in {".py", ".toml"} and "migrations" not in path.parts:
                found.update(path.relative_to(settings.BASE_DIR).as_posix().encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def _compose(plan: UUID, today: datetime.date) -> Content:
    """From the plan as the database has it: nothing that somebody read before is taken over."""
    rows = Plan.objects.select_related("region__emblem", "region__province", "enrolment__cohort")
    return compose_books(rows.get(pk=plan), today=today)


def _noted(plan: UUID, today: datetime.date, path: Path) -> Content:
    statements: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Sequence[Any] | None, many: bool, context: Any) -> Any:
        statements.append((str(sql), [each if type(each) in PLAIN else str(each) for each in params or ()]))
        return execute(sql, params, many, context)

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(SNAPSHOT)
        with connection.execute_wrapper(note):
            made = canonical(_compose(plan, today))
        answers = list(_answers(statements))
    if answers and all(sql.startswith("SELECT") for sql, _ in statements):
        seal(path, (fingerprint(), today.isoformat(), statements, answers, made))
    return Content.read(made)


def _answers(statements: Iterable[Statement]) -> Iterator[bytes]:
    """Hashes of what the database answers now, one after the other: the first that differs ends the asking."""
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            yield hashlib.sha256(_told(cursor.fetchall())).digest()


def _told(rows: Any) -> bytes:
    try:
        return marshal.dumps(rows)
    except ValueError:  # values that only the database's own library knows: UUID, dates, decimals
        return repr(rows).encode("utf-8", "surrogatepass")
