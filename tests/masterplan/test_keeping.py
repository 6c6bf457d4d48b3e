"""The store of rendered units keeps to its age and size."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from masterplan import keeping, units

SIDE = '{"pages": 1, "anchors": {}, "marks": [], "faces": {}, "leaves": [["", ""]], "seconds": 0.1, "megabytes": 1}'
DAY = 86_400


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.UNIT_STORE_MB, settings.UNIT_STORE_DAYS = tmp_path, 3, 30
    return units.store()


def put(store: Path, name: str, *, days: float, megabytes: int = 1) -> str:
    key = name * 64
    path = store / key[:2] / f"{key}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * (megabytes << 20))
    path.with_suffix(".json").write_text(SIDE)
    os.utime(path, (time.time() - days * DAY,) * 2)
    return key


def kept(store: Path) -> set[str]:
    return {path.stem[0] for path in store.glob("??/*.pdf")}


def test_a_unit_unused_for_longer_than_the_store_keeps_goes_with_its_sidecar(store: Path) -> None:
    put(store, "a", days=31)
    put(store, "b", days=29)

    assert keeping.trim() == 1
    assert kept(store) == {"b"}
    assert len(list(store.glob("??/*.json"))) == 1


def test_what_was_made_of_a_unit_counts_with_it_and_goes_with_it(store: Path) -> None:
    old, new = put(store, "a", days=9), put(store, "b", days=2)
    for key in (old, new):
        units.place(key).with_name(f"{key}.0123.objects").write_bytes(b"x" * (1 << 20))

    assert keeping.trim() == 1
    assert sorted(path.name[0] for path in store.glob("??/*")) == ["b", "b", "b"]


def test_beyond_its_size_the_least_lately_used_go_first(store: Path) -> None:
    for name, days in (("a", 3), ("b", 9), ("c", 6), ("d", 1), ("e", 2)):
        put(store, name, days=days)

    assert keeping.trim() == 2
    assert kept(store) == {"a", "d", "e"}


def test_asking_for_a_unit_counts_as_using_it(store: Path) -> None:
    key = put(store, "a", days=31)

    assert units.stored(key)
    assert keeping.trim() == 0


def test_what_a_print_may_be_about_to_bind_stays_however_large(store: Path) -> None:
    for name in "abc":
        put(store, name, days=0, megabytes=2)

    assert keeping.trim() == 0


def test_a_bound_file_is_lent_to_whoever_binds_the_same_and_goes_from_the_store_like_a_unit(store: Path) -> None:
    finished = store.parent / "book.pdf"
    finished.write_bytes(b"%PDF")
    key = "f" * 64

    assert not units.lend(units.place(key), store.parent / "again.pdf")
    assert units.lend(finished, units.place(key))
    assert units.lend(units.place(key), store.parent / "again.pdf")
    assert (store.parent / "again.pdf").samefile(finished)
    assert units.stored(key) is None, "it is no unit"

    os.utime(units.place(key), (time.time() - 31 * DAY,) * 2)
    assert keeping.trim() == 1
    assert finished.read_bytes() == b"%PDF"
