"""Programs of the machine that tests need."""

import shutil

import pytest


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("Chromium belum terpasang. Pasang dengan: apt-get install chromium")


def office_path() -> str:
    """LibreOffice, which recalculates workbooks as a person's Excel does."""
    if path := shutil.which("soffice"):
        return path
    pytest.skip("LibreOffice is not installed (apt: libreoffice-calc-nogui)")
