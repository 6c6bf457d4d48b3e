"""Printing without a broker, as the tests of the press do."""

from tests.masterplan.conftest import kept_units, media, printed

__all__ = ["kept_units", "media", "printed"]
