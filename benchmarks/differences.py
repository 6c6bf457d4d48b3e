"""How long the difference of two snapshots of 400 programmes takes, beside loading both from the database. `make bench-review`

Limits (issue 5): the difference at most twice the loading in the same run, and at most three times the memory of both snapshots;
the page "Perubahan" in under a second, with a hundred earlier states in the history as with two.
SQLite in a temporary folder; the Batam example with its programmes multiplied; every third programme changed.
"""

import copy
import tempfile
import time
import tracemalloc
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.books import prepare

PROGRAMMES = 400
RUNS = 5
POINTERS = ("programme_id", "indicator_id")


def multiplied(content: dict[str, Any], wanted: int) -> dict[str, Any]:
    """The content with so many programmes: copies under new ids, with all that hangs on them."""
    rows = content["rows"]
    kinds = (
        "programme",
        "budgetline",
        "indicator",
        "indicatortarget",
        "programmeopd",
        "programmemission",
        "programmestrategy",
    )
    original = {kind: list(rows[kind]) for kind in kinds}
    while len(rows["programme"]) < wanted:
        names = {row["id"]: str(uuid.uuid4()) for kind in kinds for row in original[kind]}
        for kind in kinds:
            for row in original[kind]:
                pointers = {name: names[row[name]] for name in POINTERS if row.get(name) in names}
                rows[kind].append({**row, "id": names[row["id"]], **pointers})
    return content


def edited(content: dict[str, Any]) -> dict[str, Any]:
    """Every third programme reads otherwise, every tenth budget line is gone."""
    changed = copy.deepcopy(content)
    for number, row in enumerate(changed["rows"]["programme"]):
        if number % 3 == 0:
            row["benefit"], row["version"] = f"{row['benefit']} Sudah diperbaiki.", row["version"] + 1
    changed["rows"]["budgetline"] = [row for number, row in enumerate(changed["rows"]["budgetline"]) if number % 10]
    return changed


def best(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    """The quickest of several runs, in seconds: the others measure the machine's other work."""
    times = []
    for _ in range(RUNS):
        begun = clock()
        work()
        times.append(clock() - begun)
    return min(times)


def memory(work: Callable[[], Any]) -> float:
    """The most megabytes held during the work beyond what was there before; the result counts."""
    tracemalloc.start()
    kept = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept is not None
    return peak / 2**20


def page(plan: Any, ids: list[Any]) -> Callable[[], Any]:
    """Opens the page of the difference as a consultant would, through every layer but the network."""
    from django.conf import settings
    from django.test import Client

    from regions.access import Role
    from tests.conftest import PLAIN_STORAGES, signed_in
    from tests.factories import make_member

    settings.ALLOWED_HOSTS, settings.STORAGES = ["*"], PLAIN_STORAGES  # no folder of collected files is needed
    client: Client = signed_in(make_member(plan.region, Role.CONSULTANT))
    address = f"/daerah/{plan.region.slug}/{plan.enrolment.cohort.year}/tahap/2/perubahan/?dari={ids[0]}&ke={ids[1]}"

    def work() -> Any:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code
        return answer

    return work


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        plan = prepare(Path(folder))
        from bimtek import revisions, snapshots
        from bimtek.models import Snapshot

        old = multiplied(snapshots.content_of(plan), PROGRAMMES)
        ids = []
        for content in (old, edited(old)):
            made = Snapshot.objects.create(
                region=plan.region, plan=plan, stage=2, content=content, sha256=snapshots.digest(content)
            )
            ids.append(made.pk)

        def load() -> list[Any]:
            return [Snapshot.objects.get(pk=pk).content for pk in ids]

        before, after = load()
        loading, differing = best(load), best(lambda: revisions.items(before, after))
        held, needed = memory(load), memory(lambda: revisions.items(before, after))
        found = revisions.items(before, after)
        print(
            f"{len(before['rows']['programme'])} program, {sum(map(len, before['rows'].values()))} baris, {len(found)} isian berbeda"
        )
        print(
            f"memuat dua potret {loading * 1000:.0f} ms, {held:.1f} MB; beda {differing * 1000:.0f} ms, {needed:.1f} MB"
        )
        print(f"waktu {differing / loading:.2f} × (batas 2), memori {needed / held:.2f} × (batas 3)")
        open_page = page(plan, ids)
        opening = best(open_page)
        Snapshot.objects.bulk_create(
            Snapshot(region=plan.region, plan=plan, stage=2, content=before, sha256=f"{number:064}")
            for number in range(100)
        )
        later, working = best(open_page), best(open_page, time.process_time)
        print(
            f"halaman Perubahan {opening * 1000:.0f} ms; dengan 100 keadaan terdahulu {later * 1000:.0f} ms (batas 1000), "
            f"di antaranya prosesor {working * 1000:.0f} ms"
        )
        return 0 if max(opening, later) < 1 and differing <= 2 * loading and needed <= 3 * held and found else 1


if __name__ == "__main__":
    raise SystemExit(main())
