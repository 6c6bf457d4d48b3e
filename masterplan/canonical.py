"""One spelling of a value as JSON, so that equal content has an equal hash."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

SCREEN = {"screen": True}
"""Metadata of a dataclass's field that only a page on screen reads: it is no part of what is frozen, hashed and printed."""


def _frozen(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if not field.metadata.get("screen"))


frozen: Callable[[Any], tuple[str, ...]] = cache(_frozen)
"""Names of the fields of a dataclass that are no SCREEN."""


def plain(value: Any) -> Any:
    """Dataclasses, tuples and mappings as what json.loads would give back."""
    if value is None or isinstance(value, str | int | float):  # most of a book, so it comes first
        return value
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value):
        return {name: plain(getattr(value, name)) for name in frozen(type(value))}
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
