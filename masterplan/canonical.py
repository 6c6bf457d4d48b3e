"""One spelling of a value as JSON, so that equal content has an equal hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from typing import Any

SCREEN = {"screen": True}
"""Metadata of a dataclass's field that only a page on screen reads: it is no part of what is frozen, hashed and printed."""


def frozen_fields(value: Any) -> list[Field[Any]]:
    return [f for f in fields(value) if not f.metadata.get("screen")]


def plain(value: Any) -> Any:
    """Dataclasses, tuples and mappings as what json.loads would give back."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in frozen_fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def canonical(value: Any) -> str:
    """Sorted keys, no spaces, no NaN."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
