"""How far a job is with a workbook, told from within its transaction: a small file beside the upload, which the page reads.

The rows themselves cannot tell: whatever the job writes is seen by others only at its end, or (a dry run) never.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from regions import files

EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Far:
    """Rows done, of all."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class Teller:
    """Counts rows and says so now and then."""

    def __init__(self, path: Path, total: int) -> None:
        self.path, self.total, self.done, self.told = path, total, 0, 0.0
        self._tell()

    def one(self) -> None:
        self.done += 1
        if time.monotonic() - self.told >= EVERY_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self.told = time.monotonic()
        with suppress(OSError):  # a full disk must not stop the work for the sake of its percentage
            files.write(self.path, f"{self.done}/{self.total}".encode())


def _path(upload: Path) -> Path:
    return upload.with_suffix(".maju")


@contextmanager
def telling(upload: Path, total: int) -> Iterator[Teller]:
    try:
        yield Teller(_path(upload), total)
    finally:
        with suppress(OSError):
            _path(upload).unlink(missing_ok=True)


def far(upload: Path) -> Far | None:
    """How far the work is; None before its rows are counted and when it is over."""
    try:
        done, _, total = _path(upload).read_text().partition("/")
        return Far(int(done), int(total))
    except (OSError, ValueError):
        return None
