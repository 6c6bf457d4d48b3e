"""A kept value as people read it: names for ids and codes, labels for choices, numbers, money and dates the Indonesian way. Pure."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime

from bimtek import formats
from bimtek.framework import Framework

GONE = "(tidak dikenal)"


def readable(field: Any, value: Any, *, names: Mapping[str, str], frame: Framework, zone: datetime.tzinfo) -> str:
    """`field` is the model's; `value` as a snapshot or a Change keeps it; `names` are of what it points to, by id."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):  # what a row is linked to
        return formats.listed(sorted(names.get(str(each), GONE) for each in value))
    if field.is_relation:
        return names.get(str(value), GONE)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if name := _named(frame, field.name, str(value)):
        return name
    return next((show(value, zone) for kind, show in SHOWN if isinstance(field, kind)), str(value))


def _named(frame: Framework, name: str, code: str) -> str:
    """Codes of the framework with their names."""
    lookups: dict[str, Callable[[str], Any]] = {
        "dimension": frame.dimension, "scope": frame.dimension, "working_group": frame.dimension,
        "sub_dimension": frame.sub_dimension, "component": frame.component,
    }  # fmt: skip
    try:
        return f"{code} · {lookups[name](code).name}" if name in lookups else ""
    except KeyError:
        return ""


def _moment(value: str, zone: datetime.tzinfo) -> str:
    moment = parse_datetime(value)
    if moment is None:
        return value
    here = moment.astimezone(zone)
    return f"{formats.date(here)} {here:%H.%M}"


SHOWN: tuple[tuple[Any, Callable[[Any, datetime.tzinfo], str]], ...] = (
    (models.BooleanField, lambda value, _: "Ya" if value else "Tidak"),
    (models.DateTimeField, _moment),
    (models.DateField, lambda value, _: formats.date(datetime.date.fromisoformat(value))),
    (models.TimeField, lambda value, _: str(value)[:5].replace(":", ".")),
    (models.BigIntegerField, lambda value, _: formats.rupiah(int(value))),
    (models.DecimalField, lambda value, _: formats.number(Decimal(value))),
)
