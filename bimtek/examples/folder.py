"""Reads the files of one example: TOML for what is written in sentences, CSV for long tables."""

import csv
import tomllib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MILLION = 1_000_000


def names() -> list[str]:
    """The examples that are shipped."""
    return sorted(path.parent.name for path in HERE.glob("*/region.toml"))


class Folder:
    """The files of one example; a file that is not there is empty. KeyError: there is no such example."""

    def __init__(self, name: str) -> None:
        if name not in names():
            raise KeyError(name)
        self.path = HERE / name

    def toml(self, file: str) -> dict[str, Any]:
        if not (self.path / file).exists():
            return {}
        with (self.path / file).open("rb") as opened:
            return tomllib.load(opened)

    def entries(self, file: str, key: str) -> list[dict[str, Any]]:
        """The [[key]] entries of a TOML file."""
        found: list[dict[str, Any]] = self.toml(file).get(key, [])
        return found

    def table(self, file: str) -> list[dict[str, str]]:
        if not (self.path / file).exists():
            return []
        with (self.path / file).open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    @cached_property
    def region(self) -> dict[str, Any]:
        return self.toml("region.toml")

    def answers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in sorted(self.path.glob("answers-*.toml")):
            found |= self.toml(path.name)
        return found

    def programmes(self) -> Iterator[dict[str, Any]]:
        for path in sorted(self.path.glob("programmes-*.toml")):
            yield from self.entries(path.name, "programme")

    @staticmethod
    def rupiah(budget: dict[str, dict[str, int]]) -> Iterator[tuple[int, str, int]]:
        """(year, source, whole rupiah) of a programme's budget, which the files give in million rupiah."""
        for source, years in budget.items():
            for year, millions in years.items():
                yield int(year), source, millions * MILLION
