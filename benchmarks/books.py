"""The table of what a book costs, as ratios in one run against a plain render of the whole by WeasyPrint. `make bench-books`

Before any figure the gate: the linked book must equal a render of the whole in one pass (benchmarks.equal), also after random
edits. Then as many interleaved pairs as asked for, every pair printed, the median last. Django's queries and templates are
included in the linked book; the plain render gets its HTML for nothing. SQLite in a temporary folder, no worker: two threads
take the jobs as two workers would.

    python -m benchmarks.books [--pairs 5] [--edits 3] [--size batam | small | 1 … 10] [--without chromium,typst] [--gate-only | --previews | --growth | --tags]
"""

import argparse
import os
import random
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from masterplan import compiling, pressroom

MEGABYTE = 1 << 20
EDITS = 3


@dataclass(frozen=True)
class Cost:
    """seconds on the clock, seconds of processor in this process and its children."""

    seconds: float
    cpu: float


def processor() -> float:
    """Seconds of this process, of its children that ended, and of the rooms that still stand with all their presses."""
    ended = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return ended + sum(room_seconds(room.process.pid) for _, room in pressroom._idle)


def room_seconds(pid: int) -> float:
    """utime, stime, cutime and cstime of a process, which only its end would add to ours (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def prepare(folder: Path) -> Any:
    """Django on an empty SQLite with the example loaded; returns the plan."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {"SMARTCITY_VAR": str(folder), "MEDIA_ROOT": str(folder / "media"), "SMARTCITY_MODE": "embedded"}
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "smartcity.settings",
        "LOG_LEVEL": "ERROR",
        "SMARTCITY_DEBUG": "1",  # static files as they lie there: nothing was collected
        "RENDER_MEMORY_MB": "8192",
        "EMAIL_URL": "dummymail://",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # or every statement would be spelled out and kept

    from bimtek.models import Plan
    from smartcity import memory

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("load_example", "batam-2022", verbosity=0)
    memory.settle()
    return Plan.objects.select_related("region__emblem", "region__province", "enrolment__cohort").get()


@dataclass
class Bench:
    """One plan, what its book holds now, and where everything is put."""

    plan: Any
    folder: Path
    size: str
    seed: random.Random = field(default_factory=lambda: random.Random(11))
    content: Any = None
    files: dict[str, dict[str, str]] = field(default_factory=dict)

    def compose(self) -> Any:
        """The content of the book; of a made-up plan the one that was made. Never a draft: the plain render has no mark."""
        from masterplan import composed, issuing
        from masterplan.books import Content

        if self.size == "batam":
            found = composed.content(self.plan)
            self.content = replace(found, edition=replace(found.edition, draft=False))
        elif self.content is None:
            from tests.masterplan import sample

            made = sample.small(draft=False) if self.size == "small" else sample.content(int(self.size), draft=False)
            self.content = Content.read(made.spelled)
        self.files = issuing.kept_files(self.plan, self.content)
        return self.content

    def book(self, workers: int) -> Any:
        """Asks for the combined file as a person would, lets `workers` threads do its jobs, returns the print."""
        from masterplan import issuing
        from masterplan.books import COMBINED

        book_print = issuing.request_content(self.plan, self.compose(), by=None, books=[COMBINED])
        crew = [threading.Thread(target=until_idle) for _ in range(workers)]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
        now = issuing.progress(book_print)
        if now.state != "done":
            raise SystemExit(f"the print ended as {now.state}: {now.failures}")
        return book_print

    def edit(self, what: str = "name") -> None:
        """One programme gets another name (or `description`, which is printed once), or a word changes in a made-up plan."""
        if self.size == "batam":
            programme = self.seed.choice(list(self.plan.programme_set.order_by("code")))
            words = f"{getattr(programme, what)} (disempurnakan)"
            self.plan.programme_set.filter(pk=programme.pk).update(**{what: words})
        else:
            self.content = reworded(self.content, self.seed)

    def unbind(self) -> None:
        """Lets go of bound files that are kept, not of units."""
        for path in (self.folder / "media" / "units").glob("??/*.pdf"):
            if not path.with_suffix(".json").exists():
                path.unlink()

    def forget(self, *, units: bool = False, bound: bool = False) -> None:
        """So that asking again makes a new print: out of no units, of units, or of a bound file that is still kept."""
        import shutil

        self.plan.prints.all().delete()
        if bound:
            self.unbind()
        shutil.rmtree(self.folder / "media" / ("units" if units else "books"), ignore_errors=True)


def until_idle() -> None:
    from django.db import connection

    from regions import jobs
    from regions.models import Job

    try:
        while True:
            if jobs.run_next():
                continue  # a worker takes the next message at once
            if not Job.objects.filter(state=Job.State.RUNNING).exists():
                return
            time.sleep(0.02)
    finally:
        connection.close()


def reworded(content: Any, seed: random.Random) -> Any:
    """The content with a few words more in one paragraph or row of a random chapter."""
    from masterplan.blocks import Paragraph, Table, TableRow

    number = seed.randrange(len(content.books))
    book = content.books[number]
    place = seed.randrange(len(book.chapters))
    chapter = book.chapters[place]
    blocks = list(chapter.blocks)
    index = seed.choice(
        [i for i, b in enumerate(blocks) if isinstance(b, Paragraph) or (isinstance(b, Table) and b.rows)] or [-1]
    )
    if index < 0:
        return reworded(content, seed)
    block = blocks[index]
    if isinstance(block, Paragraph):
        blocks[index] = replace(block, text=f"{block.text} Kalimat ini ditambahkan kemudian.")
    else:
        row = seed.randrange(len(block.rows))
        cells = (f"{block.rows[row].cells[0]} baru", *block.rows[row].cells[1:])
        rows = (
            *block.rows[:row],
            TableRow(cells, block.rows[row].kind, block.rows[row].dimension),
            *block.rows[row + 1 :],
        )
        blocks[index] = replace(block, rows=rows)
    chapters = (*book.chapters[:place], replace(chapter, blocks=tuple(blocks)), *book.chapters[place + 1 :])
    return replace(
        content, books=(*content.books[:number], replace(book, chapters=chapters), *content.books[number + 1 :])
    )


def cost(work: Callable[[], Any]) -> Cost:
    clock, cpu = time.monotonic(), processor()
    work()
    return Cost(time.monotonic() - clock, processor() - cpu)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    asked.add_argument("--pairs", type=int, default=5)
    asked.add_argument("--size", default="batam")
    asked.add_argument("--without", default="")
    asked.add_argument("--edits", type=int, default=EDITS, help="random edits that the gate looks at")
    asked.add_argument("--gate-only", action="store_true")
    asked.add_argument("--previews", action="store_true", help="only the rows of the preview beside the form, no gate")
    asked.add_argument(
        "--growth", action="store_true", help="only a book of twice the length against one of half of it, no gate"
    )
    asked.add_argument("--tags", action="store_true", help="only units with tags against units without, no gate")
    wanted = asked.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; {wanted.pairs} pairs; size {wanted.size}")
    print(f"presses run the renderer {'as machine code' if compiling.home().exists() else 'from its sources'}")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        bench = Bench(prepare(folder), folder, wanted.size)
        from benchmarks import book_table

        if wanted.previews:
            book_table.show(book_table.measure_previews(bench, wanted.pairs))
        elif wanted.growth:
            book_table.growth(bench, wanted.pairs)
        elif wanted.tags:
            book_table.tags(bench, wanted.pairs)
        else:
            book_table.gate(bench, edits=wanted.edits)
        if not (wanted.gate_only or wanted.previews or wanted.growth or wanted.tags):
            table = book_table.measure(bench, wanted.pairs, frozenset(filter(None, wanted.without.split(","))))
            book_table.show(table)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
