"""A few of the random plans of tests/story/test_figures.py, on every run."""

from pathlib import Path
from typing import Any

import pytest

from regions.models import Region
from tests.agreeing import all_agree
from tests.figures import drawn


@pytest.mark.slow
def test_every_total_is_the_same_on_the_web_in_the_workbook_and_on_the_pages(
    region: Region, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"

    seeds = (6, 1000, 1001)  # the first has no money at all
    all_agree([drawn(region, seed, cohort=2017 + place) for place, seed in enumerate(seeds)], tmp_path, whole=True)
