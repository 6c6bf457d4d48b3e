"""Plain values in a file with their hash: a reader gets all that was written, or nothing."""

import hashlib
import marshal
from pathlib import Path
from typing import Any

from masterplan import units


def seal(path: Path, told: Any) -> None:
    """Writes them whole or not at all. told: what marshal takes, so no object of ours."""
    body = marshal.dumps(told)
    path.parent.mkdir(parents=True, exist_ok=True)
    with units.workshop("pack", units.store()) as folder:
        (folder / "made").write_bytes(hashlib.sha256(body).digest() + body)
        (folder / "made").replace(path)


def sealed(path: Path) -> Any:
    """What was sealed there; None where nothing is, or not all of it."""
    try:
        found = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    if hashlib.sha256(found[32:]).digest() != bytes(found[:32]):
        return None
    return marshal.loads(found[32:])  # noqa: S302 (our own file, checked by its hash)
