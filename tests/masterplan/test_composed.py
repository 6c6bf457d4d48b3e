"""Content is kept for as long as nothing that it was made of has changed, and for no moment longer."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from bimtek.models import Plan, Programme
from masterplan import composed
from masterplan.books import Content
from masterplan.canonical import canonical
from masterplan.compose import compose_books
from tests.masterplan import rows
from tests.masterplan.reading import TODAY

pytestmark = pytest.mark.django_db(transaction=True)


class Composing:
    """How often content was composed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.times = 0
        patch.setattr(composed, "compose_books", self)

    def __call__(self, plan: Plan, *, today: datetime.date | None = None) -> Content:
        self.times += 1
        return compose_books(plan, today=today)


@pytest.fixture
def composing(monkeypatch: pytest.MonkeyPatch, empty_store: Path) -> Composing:
    return Composing(monkeypatch)


@pytest.fixture
def full(plan: Plan) -> Plan:
    rows.fill(plan)
    return plan


def asked(plan: Plan) -> str:
    content = composed.content(Plan.objects.select_related("region").get(pk=plan.pk), today=TODAY)
    assert content.spelled == canonical(content), "what it was read from, and what it says"
    return content.spelled


def fresh(plan: Plan) -> str:
    """What composing gives now, as it is frozen."""
    return canonical(Content.from_json(compose_books(Plan.objects.get(pk=plan.pk), today=TODAY).to_json()))


def test_an_unchanged_plan_is_composed_once(full: Plan, composing: Composing) -> None:
    assert asked(full) == asked(full) == asked(full) == fresh(full)
    assert composing.times == 1


def test_without_a_change_no_row_is_built(full: Plan, composing: Composing, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(full)
    plan = Plan.objects.select_related("region").get(pk=full.pk)
    built: list[type] = []
    monkeypatch.setattr(Plan, "from_db", classmethod(lambda kind, *_: built.append(kind)))
    monkeypatch.setattr(Programme, "from_db", classmethod(lambda kind, *_: built.append(kind)))
    composed.content(plan, today=TODAY)

    assert built == []


def read_tables(plan: Plan) -> set[str]:
    with CaptureQueriesContext(connection) as queries:
        compose_books(Plan.objects.get(pk=plan.pk), today=TODAY)
    return {name for name in _tables() if any(f'"{name}"' in each["sql"] for each in queries.captured_queries)}


def _tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


CODES = {"framework", "dimension", "sub_dimension", "element", "component", "key", "slug", "code"}
"""Fields that hold codes: another code would be another plan, or none."""


def first_rows(plan: Plan) -> Iterator[tuple[models.Model, str]]:
    """A row of every table that composing reads, with a text field that may be changed."""
    for name in sorted(read_tables(plan)):
        model = _tables()[name]
        texts = [
            field.name for field in sorted(model._meta.concrete_fields, key=lambda field: not isinstance(field, models.TextField))
            if isinstance(field, models.TextField | models.CharField) and not field.choices and field.name not in CODES
        ]  # fmt: skip
        row = model._default_manager.first()
        if row is not None and texts:
            yield row, texts[0]


def test_a_change_in_any_table_that_is_read_is_seen(full: Plan, composing: Composing) -> None:
    seen = []
    for row, field in first_rows(full):
        asked(full)
        before = composing.times
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**{field: f"{getattr(row, field)}x"[-20:]})
        seen.append((type(row).__name__, composing.times - before))
        assert asked(full) == fresh(full)
        assert composing.times == before + 1, f"{type(row).__name__}.{field}"
    assert len(seen) > 15


def test_a_row_more_and_a_row_less_are_seen(full: Plan, composing: Composing) -> None:
    asked(full)
    row = Programme.objects.filter(plan=full).order_by("pk").last()
    assert row is not None
    row.indicators.all().delete()
    assert asked(full) == fresh(full)
    Programme.objects.filter(plan=full).delete()

    assert asked(full) == fresh(full)
    assert composing.times == 3


def test_a_new_day_and_new_code_are_seen(full: Plan, composing: Composing, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(full)
    composed.content(full, today=TODAY + datetime.timedelta(days=1))
    assert composing.times == 2
    monkeypatch.setattr(composed, "fingerprint", lambda: "other code")
    composed.content(full, today=TODAY + datetime.timedelta(days=1))

    assert composing.times == 3


def test_what_somebody_read_before_is_not_taken_over(full: Plan, composing: Composing) -> None:
    held = Plan.objects.select_related("region").prefetch_related("programme_set").get(pk=full.pk)
    Programme.objects.filter(plan=full).update(name="Nama lain sama sekali")

    assert "Nama lain sama sekali" in canonical(composed.content(held, today=TODAY))


def test_inside_a_transaction_content_is_composed_and_not_kept(full: Plan, composing: Composing) -> None:
    with transaction.atomic():
        Programme.objects.filter(plan=full).update(name="Belum tersimpan")
        assert "Belum tersimpan" in asked(full)
        transaction.set_rollback(True)

    assert "Belum tersimpan" not in asked(full)
    assert asked(full) == fresh(full)


def test_a_kept_file_that_is_cut_short_is_not_read(full: Plan, composing: Composing) -> None:
    asked(full)
    path: Any = composed._place(full.pk)
    path.write_bytes(path.read_bytes()[:-40])

    assert asked(full) == fresh(full)
    assert composing.times == 2
