"""The size of rooms and deeds: what grows over it is split while it is still easy."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

APPS = ("accounts", "regions", "bimtek", "masterplan", "smartcity")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60


def sources() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(settings.BASE_DIR).as_posix(), path.read_text()


def test_no_module_is_longer_than_400_lines() -> None:
    found = {name: text.count("\n") for name, text in sources()}

    assert len(found) > 150
    assert {name: lines for name, lines in found.items() if lines > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    found = {
        f"{name}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, text in sources()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert len(found) > 1000
    assert {name: lines for name, lines in found.items() if lines > LONGEST_FUNCTION} == {}
