"""What a first visit weighs, compressed as the static files are served: at most 350 kB without the rich editor."""

from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from django.contrib.staticfiles import finders
from whitenoise.compress import Compressor

from bimtek.framework import framework
from tests.bimtek.rows import make_programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 350_000


def weight(body: bytes) -> int:
    """Bytes over the wire: what whitenoise makes for gzip, or the file itself where compressing gains nothing."""
    return min(len(body), len(Compressor(quiet=True).compress_gzip(body)))


def loaded(page: Any, address: str) -> dict[str, int]:
    """The page and every static file that it fetched, with their weights."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlparse(request.url).path))
    document = page.goto(address, wait_until="load", timeout=120_000)
    found = {address: weight(document.body())}
    for path in asked:
        if path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/"))):
            found[path] = weight(Path(str(file)).read_bytes())
    return found


@pytest.mark.parametrize("path", ["", "tahap/1/kesenjangan/", "tahap/2/program/", "paket/"])
def test_a_first_visit_weighs_at_most_350_kilobytes(path, plan, writer, sit_down, live_server):
    for n in range(30):
        make_programme(plan, code=f"SG-1.{n:02}")
    found = loaded(sit_down(writer), f"{live_server.url}/daerah/kota-batam/2022/{path}")
    assert any(url.endswith(".css") for url in found)
    assert any(url.endswith(".woff2") for url in found)
    assert sum(found.values()) <= MOST, sorted(found.items(), key=lambda one: -one[1])[:8]
    assert [url for url in found if "prose" in url or "editor" in url] == []


def test_the_editor_loads_where_rich_text_is_written(plan, writer, sit_down, live_server):
    frame = framework(plan.framework)
    group = next(g for g in frame.question_groups(1) if any(q.kind == "rich" for q in frame.questions(1, g.code)))
    found = loaded(sit_down(writer), f"{live_server.url}/daerah/kota-batam/2022/tahap/1/narasi-{group.code}/")
    assert any("editor" in url for url in found)
