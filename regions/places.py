"""Changes of a region's own settings and of its offices (OPD). Saves carry a version: see regions.stale."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from regions import reference
from regions.models import Opd, Region
from regions.stale import save_fields

MIN_CONTRAST = 4.5  # WCAG 2.2 AA: white text on the region's colour


def change_region(region: Region, values: Mapping[str, Any], *, version: int) -> None:
    """Head, display name, time zone, emblem, colour. The search name follows the display name."""
    fresh = Region(kind=region.kind, official_name=region.official_name, display_name=values["display_name"])
    save_fields(region, {**values, "search_name": fresh.searched_by}, version=version)


def add_opd(region: Region, values: Mapping[str, Any]) -> Opd:
    last = region.opd_set.aggregate(last=Max("position"))["last"] or 0
    opd = Opd(region=region, position=last + 1, **values)
    opd.full_clean()
    opd.save()
    return opd


def change_opd(opd: Opd, values: Mapping[str, Any], *, version: int) -> None:
    save_fields(opd, values, version=version)


def close_opd(opd: Opd, *, successor: Opd | None, version: int) -> None:
    """The office stays in old rows; lists to choose from no longer offer it. Several may have one successor: a merger."""
    if successor is not None and (
        successor.pk == opd.pk or not successor.active or successor.region_id != opd.region_id
    ):
        raise ValidationError({"successor": "Pilih OPD lain yang masih aktif di daerah ini."})
    save_fields(opd, {"active": False, "successor": successor}, version=version)


def reopen_opd(opd: Opd, *, version: int) -> None:
    save_fields(opd, {"active": True, "successor": None}, version=version)


@transaction.atomic
def add_usual_opds(region: Region) -> int:
    """Adds those of the usual offices (regions/data/opd.csv) that the region has not. Returns how many."""
    Region.objects.select_for_update().get(pk=region.pk)  # two clicks add once
    present = {name.casefold() for name in region.opd_set.values_list("name", flat=True)}
    last = region.opd_set.aggregate(last=Max("position"))["last"] or 0
    missing = [row for row in reference.rows("opd.csv") if row["name"].casefold() not in present]
    Opd.objects.bulk_create(
        Opd(region=region, name=row["name"], abbreviation=row["abbreviation"], position=last + number)
        for number, row in enumerate(missing, start=1)
    )
    return len(missing)


def contrast_with_white(colour: str) -> float:
    """The WCAG contrast ratio of '#rrggbb' and white.

    >>> round(contrast_with_white("#767676"), 2)
    4.54
    """
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
