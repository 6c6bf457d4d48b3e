"""How long the Batam books take: cold, after one edit, and with nothing changed. `make bench`

Each figure stands beside one plain WeasyPrint render of the same chapters' HTML, all in one document, measured in the
same run by the same renderer process: what a site would do that renders a book in one go. Jobs run here, one after the
other, without a worker, so that the ratio does not depend on how many there are. SQLite in a temporary folder.
"""

import os
import re
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Cost:
    """seconds on the clock, seconds of processor in this process and its children, pages made."""

    seconds: float
    processor: float
    pages: int = 0


def processor() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def peak_megabytes() -> float:
    """Most memory that any child of this process has had so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def cost(work: Callable[[], int]) -> Cost:
    """work returns the pages it made."""
    clock, cpu = time.monotonic(), processor()
    pages = work()
    return Cost(time.monotonic() - clock, processor() - cpu, pages)


def prepare(folder: Path) -> Any:
    """Django on an empty SQLite with the example loaded; returns the plan."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {"SMARTCITY_VAR": str(folder), "MEDIA_ROOT": str(folder / "media"), "SMARTCITY_MODE": "embedded"}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "smartcity.settings", "LOG_LEVEL": "ERROR", "RENDER_MEMORY_MB": "8192"}
    import django

    django.setup()
    from django.core.management import call_command

    from bimtek.models import Plan

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("load_example", "batam-2022", verbosity=0)
    return Plan.objects.select_related("region__emblem", "region__province", "enrolment__cohort").get()


def book(plan: Any) -> int:
    """Asks for the combined file as a person would, does its jobs, and returns its pages."""
    from masterplan import issuing
    from masterplan.printing import COMBINED
    from regions import jobs
    from regions.models import Job

    book_print = issuing.request(plan, by=None, books=[COMBINED])
    while waiting := Job.objects.filter(state=Job.State.QUEUED).order_by("created_at").first():
        jobs.run(waiting.pk)
    now = issuing.progress(book_print)
    if now.state != "done":
        raise SystemExit(f"the print ended as {now.state}: {now.failures}")
    new = sum(not unit.reused for unit in book_print.units.all())
    bound = book_print.finished.get()
    print(
        f"  {now.total} chapters, {new} rendered for this print; {bound.pages} pages, {bound.bytes / MEGABYTE:.1f} MB"
    )
    return int(bound.pages)


def plain(plan: Any) -> int:
    """The same chapters' HTML in one document, rendered once; returns its pages."""
    from masterplan import issuing, pages, printing, units
    from masterplan.blocks import Content
    from masterplan.compose import compose_books
    from masterplan.numbering import references

    content = Content.from_json(compose_books(plan).to_json())
    refs, files = references(content), issuing._files(plan, content)
    bodies: list[str] = []
    assets: dict[str, units.Asset] = {}
    for each in content.books:
        for chapter in each.chapters:
            html = pages.chapter_html(content.edition, each, chapter, refs)
            bodies.append(re.search(r"<body[^>]*>(.*)</body>", html, re.DOTALL)[1])  # type: ignore[index]
            assets |= printing.assets_of(chapter.blocks, files)
    whole = f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Buku</title></head><body>{"".join(bodies)}</body></html>'
    return units.render(f"plain-{time.time_ns()}", whole, assets, name="Semua bab").pages


def edit(plan: Any) -> None:
    """One programme gets another name."""
    programme = plan.programme_set.order_by("code").first()
    plan.programme_set.filter(pk=programme.pk).update(name=f"{programme.name} (disempurnakan)")


def forget(plan: Any) -> None:
    """So that asking again makes a new print of the same content, out of kept chapters."""
    plan.prints.all().delete()


def row(name: str, found: Cost, base: Cost) -> None:
    print(
        f"{name:34} {found.seconds:7.1f} s {found.processor:7.1f} s cpu   plain {base.seconds:7.1f} s {base.processor:7.1f} s cpu"
        f"   ratio {found.seconds / base.seconds:5.2f} clock {found.processor / base.processor:5.2f} cpu"
    )


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        plan = prepare(folder)
        cold = cost(lambda: book(plan))
        chapters_peak = peak_megabytes()
        base = cost(lambda: plain(plan))
        whole_peak = peak_megabytes()
        edit(plan)
        warm = cost(lambda: book(plan))
        forget(plan)
        same = cost(lambda: book(plan))
        again = cost(lambda: book(plan))
    print(
        f"plain: {base.pages} pages; peak of a child: chapters {chapters_peak:.0f} MB, plain render {whole_peak:.0f} MB"
    )
    for label, found in (
        ("cold", cold), ("one programme edited", warm), ("nothing changed, bound again", same), ("nothing changed, asked again", again),
    ):  # fmt: skip
        row(label, found, base)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
