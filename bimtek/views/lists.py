"""A section's list: search, filters that can be linked to, sort, pages."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from bimtek import rollups
from bimtek.framework import Framework
from bimtek.models import BudgetLine, Plan
from bimtek.rollups import Term
from bimtek.sections import Filter, Section
from bimtek.views.places import Place

PER_PAGE = 30
NONE = "tanpa"
"""Value of a filter for rows that have none of it."""


def narrowed(rows: QuerySet[Any], section: Section, asked: QueryDict, plan: Plan) -> QuerySet[Any]:
    """The rows that the query string asks for; unknown parameters and values narrow nothing away by mistake."""
    if words := asked.get("cari", "").replace("\x00", "").strip():
        found = Q()
        for name in section.search:
            found |= Q(**{f"{name}__icontains": words})
        rows = rows.filter(found) if section.search else rows
    for entry in section.filters:
        value = asked.get(entry.field, "").replace("\x00", "")
        if entry.choices == "term" and value in {*Term.values, NONE}:
            rows = rows.filter(rollups.term_condition(plan, "" if value == NONE else value))
        elif value and entry.choices not in {"term", "money"}:
            rows = rows.filter(**condition(entry, value))
    return with_money(rows, section, asked, plan)


def with_money(rows: QuerySet[Any], section: Section, asked: QueryDict, plan: Plan) -> QuerySet[Any]:
    """Programmes that hold a budget line of this year, this source, or both at once."""
    fields = [entry.field for entry in section.filters if entry.choices == "money"]
    wanted = {name: value.replace("\x00", "") for name in fields if (value := asked.get(name, ""))}
    if "year" in wanted:
        year = wanted["year"]
        wanted["year"] = year if year.isdecimal() and len(year) == 4 else "0"
    return rows.filter(pk__in=plan.budgetline_set.filter(**wanted).values("programme")) if wanted else rows


def condition(entry: Filter, value: str) -> dict[str, Any]:
    if entry.choices == "sub_dimension":
        return {f"{entry.field}__startswith": value[:8]}
    if entry.choices == "yes_no":
        return {entry.field: value == "ya"}
    if entry.choices == "opd":
        return {"opd": value if _is_uuid(value) else None}
    if entry.choices == "" and value.isdigit():
        return {entry.field: int(value[:6])}
    if entry.field == "priority":  # a programme without one, or no priority at all
        return {"priority": None if value == NONE else -1}
    return {entry.field: value}


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def ordered(rows: QuerySet[Any], section: Section, asked: QueryDict) -> QuerySet[Any]:
    """Sorted by one of the section's own columns (?urut=name or -name); otherwise in its natural order."""
    wish = asked.get("urut", "")
    name = wish.removeprefix("-")
    if name not in {column.sort for column in section.columns if column.sort}:
        return rows
    return rows.order_by(f"{'-' if wish.startswith('-') else ''}{name}", "pk")


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def chip_groups(request: HttpRequest, section: Section, plan: Plan, frame: Framework) -> list[dict[str, Any]]:
    """Each filter as a row of links that keep the rest of the query."""
    groups = []
    for entry in section.filters:
        current = request.GET.get(entry.field, "")
        if entry.quiet and not current:
            continue
        chips = [chip(request, entry.field, "", "Semua", not current)]
        for value, label in values(entry, section, plan, frame):
            code = value if entry.choices in {"dimension", "sub_dimension"} else ""
            chips.append(chip(request, entry.field, str(value), label, current == str(value), code))
        groups.append(
            {"title": entry.title, "field": entry.field, "chips": chips, "many": len(chips) > 9, "current": current}
        )
    return groups


def chip(request: HttpRequest, field: str, value: str, label: str, on: bool, code: str = "") -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop(field, None)
    if value:
        query[field] = value
    return {"label": label, "url": f"?{query.urlencode()}", "on": on, "count": None, "code": code, "value": value}


def values(entry: Filter, section: Section, plan: Plan, frame: Framework) -> list[tuple[Any, str]]:
    if entry.choices in {"dimension", "sub_dimension"}:
        return [(d.code, d.name) for d in frame.dimensions]
    if entry.choices == "element":
        return [(e.code, e.name) for e in frame.elements]
    if entry.choices == "opd":
        return [(str(opd.pk), str(opd)) for opd in plan.region.opd_set.filter(active=True)] + [(NONE, "Tanpa OPD")]
    if entry.choices == "yes_no":
        return [("ya", "Ya"), ("tidak", "Tidak")]
    if entry.choices == "term":
        return [(term.value, term.label) for term in Term if rollups.term_years(plan, term)] + [(NONE, "Tanpa tahun")]
    if entry.field == "year" and entry.choices == "money":
        return [(year, str(year)) for year in plan.years]
    if entry.choices == "money":
        return list(BudgetLine.Source.choices)
    field: Any = section.model._meta.get_field(entry.field)
    return list(field.choices)


def heads(request: HttpRequest, section: Section) -> list[dict[str, Any]]:
    """The column heads with the link that sorts by each."""
    wish = request.GET.get("urut", "")
    found = []
    for column in section.columns:
        query = request.GET.copy()
        query.pop("page", None)
        query["urut"] = f"-{column.sort}" if wish == column.sort else column.sort
        state = (
            "ascending" if column.sort and wish == column.sort else "descending" if wish == f"-{column.sort}" else ""
        )
        found.append({"column": column, "url": f"?{query.urlencode()}" if column.sort else "", "state": state})
    return found


def entry(place: Place, section: Section, row: Any, said: Mapping[UUID, int] | None = None) -> dict[str, Any]:
    """One row as the list shows it. `said`: row → open threads about it."""
    cells = [{"column": column, "text": column.show(row)} for column in section.columns]
    return {"row": row, "cells": cells, "url": place.url("row", row.pk), "said": (said or {}).get(row.pk, 0)}
