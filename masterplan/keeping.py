"""How much of the store of rendered units is kept: what nobody used for long goes, then the least lately used until it fits.

A unit that goes is rendered again when it is wanted. Bound books are not units: they stay as long as their row.
"""

import time
from collections import Counter
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
        for made in (*path.parent.glob(f"{path.stem}.*.*"), path):  # what was made of it for the binder goes along
            made.unlink(missing_ok=True)
        size -= length
        gone += 1
    return gone


def _used() -> list[tuple[float, int, Path]]:
    """(when last used, bytes with all that was made of it, PDF) of every unit."""
    sizes: Counter[Path] = Counter()
    times: dict[Path, float] = {}
    for path in units.store().glob("??/*"):
        try:
            about = path.stat()
        except FileNotFoundError:  # another worker trims as well
            continue
        unit = path.with_name(f"{path.name.partition('.')[0]}.pdf")
        sizes[unit] += about.st_size if path.suffix != ".json" else 0
        if path == unit:
            times[unit] = about.st_mtime
    return [(used, sizes[unit], unit) for unit, used in times.items()]
