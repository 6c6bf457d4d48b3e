"""Reads the reference data (regions/data) into the tables. Safe to run any number of times."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from regions.models import Province, Region, TimeZone

DATA = Path(__file__).resolve().parent / "data"
FROM_FILE = ("province_id", "kind", "official_name", "autonomous")  # the rest of a region is its own to change


@dataclass
class Loaded:
    """What one run did."""

    provinces: int = 0
    regions: int = 0
    added: int = 0
    changed: int = 0


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def load() -> Loaded:
    """Adds missing provinces and regions and takes over changed names. What a region set itself stays."""
    done = Loaded()
    zones = _load_provinces(done)
    present = {region.code: region for region in Region.objects.all()}
    new = []
    for row in rows("regions.csv"):
        done.regions += 1
        region = present.get(row["code"])
        if region is None:
            new.append(_region(row, zones[row["code"][:2]]))
        elif _take_over(region, row):
            done.changed += 1
    done.added = len(Region.objects.bulk_create(new))
    return done


def _load_provinces(done: Loaded) -> dict[str, str]:
    zones = {}
    for row in rows("provinces.csv"):
        zones[row["code"]] = TimeZone[row["time_zone"]].value
        Province.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "time_zone": zones[row["code"]]}
        )
        done.provinces += 1
    return zones


def _from_file(row: dict[str, str]) -> dict[str, object]:
    values = (row["code"][:2], row["kind"], row["official_name"], row["autonomous"] == "yes")
    return dict(zip(FROM_FILE, values, strict=True))


def _region(row: dict[str, str], time_zone: str) -> Region:
    region = Region(
        code=row["code"],
        slug=slugify(f"{row['kind']} {row['official_name']}"),
        display_name=row["display_name"],
        time_zone=time_zone,
        **_from_file(row),
    )
    region.search_name = region.searched_by  # bulk_create does not call save()
    return region


def _take_over(region: Region, row: dict[str, str]) -> bool:
    """The slug stays, so that old links live on."""
    wanted = _from_file(row)
    if all(getattr(region, field) == value for field, value in wanted.items()):
        return False
    for field, value in wanted.items():
        setattr(region, field, value)
    region.save()
    return True
