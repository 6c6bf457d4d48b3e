"""One spelling of a value as JSON, so that equal content has an equal hash."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

SIMPLE = frozenset({str, int, float, bool, type(None)})  # most of a book, so they are asked for first
SCREEN = {"screen": True}
"""Metadata of a dataclass's field that only a page on screen reads: it is no part of what is frozen, hashed and printed."""


def _frozen(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if not field.metadata.get("screen"))


frozen: Callable[[Any], tuple[str, ...]] = cache(_frozen)
"""Names of the fields of a dataclass that are no SCREEN."""


def told(value: Any) -> Any:
    """One level of a value that JSON does not know: the fields of a dataclass, or what its own `told` says; a mapping as a dict."""
    if hasattr(value, "told"):
        return value.told()
    if is_dataclass(value):
        return {name: getattr(value, name) for name in frozen(type(value))}
    if isinstance(value, Mapping):
        return {str(name): item for name, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def plain(value: Any) -> Any:
    """Dataclasses, tuples and mappings as what json.loads would give back."""
    if type(value) in SIMPLE:
        return value
    if isinstance(value, list | tuple):
        return [item if type(item) in SIMPLE else plain(item) for item in value]
    if isinstance(value, str | int | float):
        return value
    return {name: item if type(item) in SIMPLE else plain(item) for name, item in told(value).items()}


def canonical(value: Any) -> str:
    """Sorted keys, no spaces, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=told)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
