"""What a request leaves in the log."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.conftest import signed_in


@pytest.fixture
def lines() -> Iterator[Any]:
    """What the application logs from INFO on, whatever this run's own LOG_LEVEL is."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as found:
        yield found
    structlog.configure(**before)


def test_a_request_leaves_one_line(writer: Any, plan: Any, lines: Any) -> None:
    client = signed_in(writer)
    lines.clear()
    client.get("/daerah/kota-batam/2022/")
    assert [line["event"] for line in lines] == ["request_finished"]
