"""Production refuses to start half-configured. Each case is a process of its own, since settings are read once."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
GOOD = {
    "SMARTCITY_MODE": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DATABASE_URL": "postgres://u:p@127.0.0.1/x",
    "REDIS_URL": "redis://:p@127.0.0.1:6379/0",
    "SITE_URL": "https://contoh.go.id",
    "ALLOWED_HOSTS": "contoh.go.id",
}


def check(folder: Path, **changed: str | None) -> subprocess.CompletedProcess[str]:
    (folder / "static").mkdir()
    given = {**GOOD, "SMARTCITY_VAR": str(folder), "PATH": os.environ["PATH"], **changed}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=HOME,
        env={name: value for name, value in given.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_everything_given(tmp_path):
    done = check(tmp_path)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "key",
    [None, "", "pendek", "a" * 80, "change-me-" + "x1y2z3" * 12, "django-insecure-" + secrets.token_urlsafe(64)],
    ids=["missing", "empty", "short", "one letter", "example", "django's default"],
)
def test_production_refuses_a_bad_secret_key_and_says_how_to_make_one(tmp_path, key):
    done = check(tmp_path, SECRET_KEY=key)

    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
    assert "token_urlsafe" in done.stderr
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "SITE_URL", "ALLOWED_HOSTS"])
def test_production_names_what_is_missing(tmp_path, name):
    done = check(tmp_path, **{name: None})

    assert done.returncode != 0
    assert name in done.stderr


def test_production_refuses_sqlite(tmp_path):
    done = check(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}")

    assert done.returncode != 0
    assert "PostgreSQL" in done.stderr


def test_production_refuses_debug(tmp_path):
    assert "SMARTCITY_DEBUG" in check(tmp_path, SMARTCITY_DEBUG="true").stderr


def test_production_refuses_the_env_example_as_it_is(tmp_path):
    example = dict(
        line.split("=", 1)
        for line in (HOME / ".env.example").read_text().splitlines()
        if "=" in line and not line.startswith("#")
    )
    done = check(tmp_path, **example)

    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
