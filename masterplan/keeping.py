"""How much of the store of rendered units is kept: what nobody used for long goes, then the least lately used until it fits.

A unit that goes is rendered again when it is wanted. Bound books are not units: they stay as long as their row.
"""

import time
from pathlib import Path

from django.conf import settings

from masterplan import units

RESTING_SECONDS = 3600  # what was used within this time stays: a print may be about to bind it


def trim() -> int:
    """Removes units until the store keeps to its age and size; returns how many went."""
    now = time.time()
    found = sorted(_used())
    size = sum(length for _, length, _ in found)
    oldest = now - settings.UNIT_STORE_DAYS * 86_400
    gone = 0
    for used, length, path in found:
        if used > now - RESTING_SECONDS or (used > oldest and size <= settings.UNIT_STORE_MB << 20):
            break
        path.with_suffix(".json").unlink(missing_ok=True)  # without it the unit counts as not there
        path.unlink(missing_ok=True)
        size -= length
        gone += 1
    return gone


def _used() -> list[tuple[float, int, Path]]:
    """(when last used, bytes, PDF) of every unit."""
    found = []
    for path in units.store().glob("??/*.pdf"):
        try:
            about = path.stat()
        except FileNotFoundError:  # another worker trims as well
            continue
        found.append((about.st_mtime, about.st_size, path))
    return found
