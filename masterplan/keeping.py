"""How much of the store of rendered units is kept: what nobody used for long goes, then the least lately used until it fits.

A unit that goes is rendered again when it is wanted. Bound books are not units: they stay as long as their row.
"""

import time
from pathlib import Path

from django.conf import settings

from masterplan import units

RESTING_SECONDS = 3600  # what was used within this time stays: a print may be about to bind it


def trim() -> int:
    """Removes units, and what else was made once and kept beside them, until the store keeps to its age and size.

    Returns how many went.
    """
    now = time.time()
    found = sorted(_used())
    size = sum(length for _, length, _ in found)
    oldest = now - settings.UNIT_STORE_DAYS * 86_400
    gone = 0
    for used, length, paths in found:
        if used > now - RESTING_SECONDS or (used > oldest and size <= settings.UNIT_STORE_MB << 20):
            break
        for path in sorted(paths, key=lambda path: path.suffix != SIDECAR):  # without it the unit counts as not there
            path.unlink(missing_ok=True)
        size -= length
        gone += 1
    return gone


SIDECAR = ".json"


def _used() -> list[tuple[float, int, list[Path]]]:
    """(when last used, bytes, files) of everything that is kept under one key. Using a unit touches its PDF."""
    kept: dict[str, list[tuple[float, int, Path]]] = {}
    for path in units.store().glob("??/*"):
        try:
            about = path.stat()
        except FileNotFoundError:  # another worker trims as well
            continue
        size = about.st_size if path.suffix != SIDECAR else 0
        kept.setdefault(path.name.partition(".")[0], []).append((about.st_mtime, size, path))
    return [
        (
            next((used for used, _, path in files if path.suffix == ".pdf"), max(files)[0]),
            sum(size for _, size, _ in files),
            [path for *_, path in files],
        )
        for files in kept.values()
    ]
