"""The image's own start command, in production mode, as the proxy talks to it: PostgreSQL, Redis, collected static files."""

import functools
import http.client
import json
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from smartcity import embedded
from tests import services

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]

HOUSE = Path(settings.BASE_DIR)
HOST = "masterplan.contoh.go.id"
HTTPS = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}


def start_command() -> list[str]:
    """CMD of the Dockerfile."""
    written = re.search(r"^CMD (\[.+\])$", (HOUSE / "Dockerfile").read_text(), re.MULTILINE)
    assert written
    command: list[str] = json.loads(written[1])
    return command


@dataclass
class Web:
    port: int
    process: "subprocess.Popen[bytes]"
    environment: dict[str, str]

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        text = answer.read().decode(errors="replace")
        line.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    port = services.free_port()
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + str(settings.DATABASES["default"]["NAME"])
    environment = {
        "PATH": os.environ["PATH"], "SMARTCITY_MODE": "production", "SECRET_KEY": secrets.token_urlsafe(64),
        "SITE_URL": f"https://{HOST}", "ALLOWED_HOSTS": HOST, "DATABASE_URL": database, "PROXY_COUNT": "1",
        "REDIS_URL": os.environ["REDIS_URL"], "SMARTCITY_VAR": str(tmp_path / "var"), "EMAIL_URL": "consolemail://",
        "STATIC_ROOT": str(tmp_path / "static"), "MEDIA_ROOT": str(tmp_path / "media"),
        "WEB_BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    for part in ("var", "static", "media"):
        (tmp_path / part).mkdir()
    (tmp_path / "media" / "rahasia.txt").write_text("rahasia")
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=HOUSE, env=environment, check=True)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *start_command()],
            cwd=HOUSE,
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=functools.partial(embedded.dies_with_parent, signal.SIGTERM),
        )
    services.wait_for(functools.partial(embedded.listens, "127.0.0.1", port), process, tmp_path / "log")
    yield Web(port, process, environment)
    process.kill()
    process.wait()


def test_the_image_s_start_command_serves_the_sign_in_page_over_https(web: Web) -> None:
    status, headers, page = web.get("/akun/masuk/", **HTTPS)

    assert status == 200
    assert "Masuk" in page
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert "default-src 'none'" in headers["content-security-policy"]
    cookie = headers["set-cookie"]
    assert "Secure" in cookie

    hashed = re.findall(r'(?:href|src)="(/static/[^"]+\.[0-9a-f]{12}\.(?:css|js))"', page)
    assert hashed
    assert len(hashed) == len(re.findall(r'(?:href|src)="/static/[^"]+\.(?:css|js)"', page))
    for path in hashed:
        status, headers, _ = web.get(path, **HTTPS)
        assert (path, status) == (path, 200)
        assert "immutable" in headers["cache-control"]

    assert web.get("/media/rahasia.txt", **HTTPS)[0] == 404
    assert web.get("/akun/masuk/", Host=HOST)[0] == 301
    assert web.get("/akun/masuk/", **{**HTTPS, "Host": "lain.contoh.id"})[0] == 400
    assert web.get("/sehat/hidup", Host=HOST)[0] == 200
    assert web.get("/sehat/siap", Host=HOST)[::2] == (200, '{"siap": true, "gangguan": []}')
    healthy = subprocess.run([sys.executable, "deploy/healthcheck.py"], cwd=HOUSE, env=web.environment, check=False)
    assert healthy.returncode == 0

    web.process.send_signal(signal.SIGTERM)
    assert web.process.wait(30) == 0
