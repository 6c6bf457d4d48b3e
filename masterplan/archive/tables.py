"""What goes into an archive: every kind of row that hangs on a plan, found from the models, and how a row is told as JSON.

A new kind of row is in the archive by itself; one that must stay out is named in LEFT_OUT with its reason.
"""

import datetime
import decimal
import json
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from bimtek.models import (
    Assessment,
    Enrolment,
    Plan,
    Presence,
    RegionArchive,
    ReviewMark,
    SharedProgramme,
    Snapshot,
    Takeover,
    Thread,
    ThreadVisit,
    WorkbookImport,
)
from masterplan.models import BookPrint
from regions.models import Opd, Region, StoredFile

LEFT_OUT: dict[type[models.Model], str] = {
    RegionArchive: "archives themselves",
    WorkbookImport: "workbooks under way, with what one person ticked",
    Assessment: "what reviewers keep to themselves",
    SharedProgramme: "made anew from the snapshots, where the region allows it",
    Takeover: "where rows came from that are told themselves; it points to another plan",
    Presence: "who sits at the screen now",
    ReviewMark: "where one reader stands, not what the region wrote",
    ThreadVisit: "where one reader stands, not what the region wrote",
}
OF_SERVER = {"path", "search_name"}  # fields that the receiving server makes itself
HASHED: dict[Any, str] = {Snapshot: "sha256"}  # computed from the content again on arrival
NOBODY = uuid.UUID(int=0)
"""Stands for the region's own id, which differs from one installation to the next."""
BIG = (Snapshot, BookPrint)
Row = dict[str, Any]
Email = Callable[[Any], str | None]


@cache
def kinds() -> dict[str, type[models.Model]]:
    """Every kind of row in an archive by its name, in order of name."""
    found: list[type[models.Model]] = [Opd, StoredFile]
    for label in ("bimtek", "masterplan"):
        found += [model for model in apps.get_app_config(label).get_models() if _hangs_on_plan(model)]
    return {str(model._meta.model_name): model for model in sorted(found, key=lambda each: each.__name__)}


def _hangs_on_plan(model: type[models.Model]) -> bool:
    return model not in LEFT_OUT and (model in (Plan, Enrolment) or plan_path(model) is not None)


def plan_path(model: type[models.Model]) -> str | None:
    """The lookup that leads from a row to its plan, or None for what hangs on none."""
    if not any(field.name == "region" for field in model._meta.concrete_fields):
        return None
    pointers = [field for field in model._meta.concrete_fields if field.is_relation and not field.null]
    for field in pointers:
        if field.related_model is Plan:
            return field.name
    for field in pointers:
        parent: Any = field.related_model
        if parent not in (Region, Plan, model, settings.AUTH_USER_MODEL) and (path := plan_path(parent)):
            return f"{field.name}__{path}"
    return None


def rows_of(model: type[models.Model], plan: Plan, *, private: bool) -> "models.QuerySet[Any]":
    """The plan's rows of one kind, in an order that survives the journey. `private` takes in what reviewers keep to themselves."""
    rows: models.QuerySet[Any] = model._default_manager.order_by("pk")
    if model is Opd:
        return rows.filter(region=plan.region_id)
    if model is Plan:
        return rows.filter(pk=plan.pk)
    if model is Enrolment:
        return rows.filter(pk=plan.enrolment_id).select_related("cohort")
    rows = rows.filter(**{str(plan_path(model)): plan})
    if not private:
        rows = _public(model, rows)
    if model is BookPrint:
        return rows.filter(finished__isnull=False).distinct()
    if any(field.related_model is BookPrint for field in model._meta.concrete_fields):
        return rows.filter(book_print__finished__isnull=False).distinct()
    return rows


def _public(model: type[models.Model], rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
    if model is Thread:
        return rows.filter(private=False)
    for field in model._meta.concrete_fields:
        if field.related_model is Thread:
            rows = rows.filter(**{f"{field.name}__private": False})
    return rows


@cache
def fields_of(model: type[models.Model]) -> tuple[Any, ...]:
    """The fields that an archive tells. Numbers that the database counts up are not among them."""
    hidden = OF_SERVER | {"region", "plan", HASHED.get(model, "")}
    kept = [field for field in model._meta.concrete_fields if field.name not in hidden]
    return tuple(field for field in kept if not isinstance(field, models.AutoField))


def people_in(model: type[models.Model]) -> tuple[Any, ...]:
    """Lists of persons that belong to a row (who was called into a message)."""
    return tuple(field for field in model._meta.many_to_many if is_person(field))


def is_person(field: Any) -> bool:
    return bool(field.is_relation) and field.related_model._meta.label == settings.AUTH_USER_MODEL


def told(row: Any, email: Email) -> Row:
    """A row as plain values: pointers as ids, people as their e-mail addresses, times in UTC, decimals as text."""
    model: type[models.Model] = type(row)
    values: Row = {field.name: _plain(field, field.value_from_object(row), email) for field in fields_of(model)}
    for field in people_in(model):
        values[field.name] = sorted(filter(None, (email(person.pk) for person in getattr(row, field.name).all())))
    if model is Enrolment:
        values["cohort"] = row.cohort.year
    if model is BookPrint:  # where the pictures lie is this server's own affair
        values["files"] = {key: {**each, "path": ""} for key, each in row.files.items()}
    return values


def _plain(field: Any, value: Any, email: Email) -> Any:
    if value is None:
        return None
    if is_person(field):
        return email(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, uuid.UUID) else value


def line(values: Row) -> str:
    """One canonical line: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def lines_of(model: type[models.Model], plan: Plan, email: Email, *, private: bool) -> Iterator[str]:
    rows = rows_of(model, plan, private=private)
    if people := people_in(model):
        rows = rows.prefetch_related(*(field.name for field in people))
    region = str(plan.region_id)
    for row in rows.iterator(chunk_size=10 if model in BIG else 500):
        yield line(told(row, email)).replace(region, str(NOBODY))


REGION_FIELDS = ("display_name", "head_name", "head_status", "time_zone", "accent", "version")


def region_line(region: Region) -> str:
    emblem = str(region.emblem_id) if region.emblem_id else None
    return line({"code": region.code, "emblem": emblem, **{name: getattr(region, name) for name in REGION_FIELDS}})
