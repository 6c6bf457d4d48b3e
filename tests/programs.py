"""Programs of the machine that tests need."""

import shutil

import pytest


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("Chromium belum terpasang. Pasang dengan: apt-get install chromium")
