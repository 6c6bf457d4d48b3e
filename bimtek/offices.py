"""Whose rows a person sees: those who work for one office see its rows and what belongs to everybody.

Every view, endpoint and choice that shows rows narrows its query here; pages that add up all offices ask VIEW_ALL at
their door instead. A guest with a personal link sees the packet's kinds of rows only, and of those the own office's.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from bimtek.models import (
    Application,
    BudgetLine,
    Change,
    Indicator,
    IndicatorTarget,
    Plan,
    Programme,
    ProgrammeMission,
    ProgrammeOpd,
    ProgrammeStrategy,
    ReadinessRow,
)
from regions.access import Access, Permission
from regions.models import StoredFile

PACKET_MODELS: tuple[type[Model], ...] = (Programme, BudgetLine, Indicator, IndicatorTarget, ReadinessRow, Application)
"""What an office's packet is made of, with what hangs on it."""
OF_PROGRAMME = (BudgetLine, Indicator, ProgrammeOpd, ProgrammeMission, ProgrammeStrategy)


def owner_path(model: Any) -> str:
    """How a query reaches the office that a row belongs to; '' where rows belong to all."""
    if model is IndicatorTarget:
        return "indicator__programme__opd"
    if model in OF_PROGRAMME:
        return "programme__opd"
    try:
        model._meta.get_field("opd")
    except FieldDoesNotExist:
        return ""
    return "opd"


def sees_all(access: Access) -> bool:
    return access.may(Permission.VIEW_ALL)


def condition(model: Any, access: Access) -> Q:
    """Which rows of this kind the person sees."""
    path = owner_path(model)
    if sees_all(access):
        return Q()
    if access.is_guest and model not in PACKET_MODELS:
        return Q(pk__in=())
    if not path:
        return Q()
    own = Q(**{f"{path}__in": access.opd_ids})
    return own if access.is_guest else own | Q(**{f"{path}__isnull": True})


def visible(rows: QuerySet[Any], access: Access) -> QuerySet[Any]:
    """Those of the rows that this person sees; the query itself for those who see all."""
    return rows if sees_all(access) else rows.filter(condition(rows.model, access))


# --- what hangs on rows ------------------------------------------------------------------------------------------
def files(access: Access) -> QuerySet[StoredFile]:
    """The region's files that this person may open: those of rows they see, the emblem, and what they uploaded themselves."""
    found = StoredFile.objects.filter(region=access.region)
    if sees_all(access):
        return found
    shown = Q(uploaded_by=access.user) | Q(pk=access.region.emblem_id)
    for model, name in _with_files():
        rows = model._default_manager.filter(condition(model, access), region=access.region)
        shown |= Q(pk__in=rows.values(name))
    return found.filter(shown)


def _with_files() -> Iterator[tuple[Any, str]]:
    """Every kind of row that names a file, and the field that does."""
    for model in apps.get_app_config("bimtek").get_models():
        if _is_row(model):
            yield from ((model, f.name) for f in model._meta.concrete_fields if f.related_model is StoredFile)


def ids_of(model: Any, plan: Plan, access: Access) -> QuerySet[Any]:
    return model._default_manager.filter(condition(model, access), plan=plan).values("pk")  # type: ignore[no-any-return]


def changes(plan: Plan, access: Access) -> QuerySet[Change]:
    """The log as this person may read it: of an office's kinds the rows they see, and deletions of their own."""
    found = plan.change_set.all()
    if sees_all(access):
        return found
    owned = [model for model in apps.get_app_config("bimtek").get_models() if _is_row(model) and owner_path(model)]
    shown = ~Q(kind__in=[model._meta.model_name for model in owned])
    for model in owned:
        shown |= Q(kind=model._meta.model_name, row_id__in=ids_of(model, plan, access))
    gone = Q(deed=Change.Deed.DELETED, before__opd_id__in=[str(pk) for pk in access.opd_ids])
    return found.filter(shown | gone)


def _is_row(model: Any) -> bool:
    return any(field.name == "plan" for field in model._meta.concrete_fields) and any(
        field.name == "position" for field in model._meta.concrete_fields
    )


def sees(row: Any, access: Access) -> bool:
    """Whether this person sees this one row, as it is stored."""
    return sees_all(access) or type(row)._default_manager.filter(condition(type(row), access), pk=row.pk).exists()
