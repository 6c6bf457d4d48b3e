"""For 200 random plans and one of 400 programmes the web, the workbook as LibreOffice computes it, and the printed pages tell the same."""

from pathlib import Path
from typing import Any

import pytest

from regions.models import Region
from tests.agreeing import all_agree
from tests.figures import drawn

PLANS, BATCH = 200, 25


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize("batch", range(PLANS // BATCH))
def test_every_total_is_the_same_on_the_web_in_the_workbook_and_on_the_pages(
    region: Region, tmp_path: Path, batch: int
) -> None:
    seeds = range(batch * BATCH, (batch + 1) * BATCH)

    all_agree([drawn(region, seed, cohort=2017 + seed % BATCH) for seed in seeds], tmp_path, whole=False)


def test_every_total_of_400_programmes_is_the_same(region: Region, tmp_path: Path) -> None:
    plan = drawn(region, 400, programmes=400)
    assert len(plan.lines) > 5000

    all_agree([plan], tmp_path, whole=True)
