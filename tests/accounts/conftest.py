import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """The limits per minute count in the cache, which outlives a test."""
    cache.clear()
