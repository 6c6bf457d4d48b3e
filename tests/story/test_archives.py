"""Whole plans as archives: Batam, and a generated plan of the largest size, come back equal into an empty installation."""

import resource
import sys
import time
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from bimtek.models import Change, Plan
from masterplan.archive import opening, packing, restoring
from regions import files
from regions.models import Region, StoredFile
from tests.largest import make_largest
from tests.masterplan.archives import bytes_of, emptied


def travel(plan: Plan, folder: Path, settings: LazySettings) -> Plan:
    """Out, into an empty installation, and compared there; says how long it took."""
    plan = Plan.objects.select_related("region", "enrolment__cohort").get(pk=plan.pk)
    path, begun = folder / "arsip.zip", time.perf_counter()
    out = packing.pack(plan, path, by="uji")
    packed, stored = time.perf_counter() - begun, bytes_of(plan)
    emptied()
    settings.MEDIA_ROOT = folder / "lain"
    begun = time.perf_counter()
    with opening.opened(path) as archive:
        again = restoring.restore(archive)
    restored = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stderr.write(
        f"\n{out.rows} rows, {out.files} files, {out.bytes / 2**20:.1f} MB: out {packed:.1f} s, in {restored:.1f} s, peak {peak} MB\n"
    )
    assert packing.content_of(again) == out.content
    assert bytes_of(again) == stored
    return again


@pytest.fixture(autouse=True)
def own_store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_batam_comes_back_equal(db: None, tmp_path: Path, settings: LazySettings) -> None:
    call_command("load_reference", verbosity=0)
    call_command("load_example", "batam-2022", verbosity=0)

    again = travel(Plan.objects.get(), tmp_path, settings)

    assert again.programme_set.count() > 50


def test_the_largest_plan_comes_back_equal(region: Region, tmp_path: Path, settings: LazySettings) -> None:
    plan = make_largest(region)
    for number in range(300):
        path = f"files/uji/{number}.pdf"
        files.write(files.path_of(StoredFile(path=path)), bytes([number % 256]) * 10**6)
        StoredFile.objects.create(
            region=region,
            kind="pdf",
            name=f"{number}.pdf",
            content_type="application/pdf",
            bytes=10**6,
            sha256=f"{number:064x}",
            path=path,
        )
    named = [str(pk) for pk in StoredFile.objects.values_list("pk", flat=True)]
    Change.objects.filter(pk=Change.objects.latest("pk").pk).update(after={"files": named})

    again = travel(plan, tmp_path, settings)

    assert (again.programme_set.count(), again.budgetline_set.count(), again.change_set.count()) == (400, 12_000, 4000)
