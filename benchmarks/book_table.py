"""The gate and the rows of `make bench-books` (benchmarks.books)."""

import json
import re
import statistics
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks import equal, runs, typesetting
from benchmarks.books import MEGABYTE, Bench, Cost, cost
from masterplan import binding, compiling, cutting, pages, pressroom, printing, units
from masterplan.assets import assets_of
from masterplan.bindery import Rendered
from masterplan.books import COMBINED
from masterplan.numbering import references

SECTIONS = ("program", "narasi-pendahuluan", "swot", "kesiapan")
ON_SCREEN = "preview of one section, on screen"
HALF, WHOLE, GROWTH = "5", "10", 1.05
TAGS = (1.2, 1.5)
WORKERS = (2, 4, 8, 16, 32)
BOUNDS = {
    "cold, 2 workers": 0.35, "one name edited, whole new book": 0.025, "one description edited, whole": 0.025, "nothing changed, new print": 0.005, "preview of one section": 0.02,
    "preview of one section, on screen": 0.02, "nothing changed, link only": 0.005, "nothing changed, asked again": 0.005,
}  # fmt: skip


@dataclass
class Table:
    """Row → what it cost in each pair; the plain render's is what the others are divided by."""

    rows: dict[str, list[Cost]] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)

    def add(self, name: str, found: Cost) -> None:
        self.rows.setdefault(name, []).append(found)
        base = self.rows["plain"][-1]
        print(
            f"  {name:34} {found.seconds:8.2f} s {found.cpu:8.2f} s cpu   {found.seconds / base.seconds:7.4f} clock"
            f" {found.cpu / base.cpu:7.4f} cpu",
            flush=True,
        )


def gate(bench: Bench, *, edits: int) -> None:
    """Ends the run when the linked book is not the book of one pass: as it is, and after random edits."""
    for number in range(edits + 1):
        if number:
            bench.edit()
        linked = finished(bench, bench.book(2))
        runs.lay_out(bench.folder, bench.content, bench.files)
        runs.child(bench.folder, engine="weasyprint", tagged=True, lettered=True)
        found = equal.differences(linked, bench.folder / "plain.pdf")
        what = "as it is" if not number else f"after {number} edits"
        print(
            f"gate, {what}: {len(equal.words(linked)) - 1} pages, {'equal' if not found else 'NOT EQUAL'}", flush=True
        )
        if found:
            raise SystemExit("\n".join(found[:40]))


def finished(bench: Bench, book_print: Any) -> Path:
    return Path(bench.folder / "media" / book_print.finished.get().path)


def measure(bench: Bench, pairs: int, without: frozenset[str]) -> Table:
    table = Table()
    for number in range(1, pairs + 1):
        print(f"pair {number}")
        _pair(bench, table, without)
    _facts(bench, table)
    return table


def previews(bench: Bench, table: Table) -> None:
    """Beside the form: the exact pages by the press, and the page on screen with its queries, composing and templates."""
    table.add("preview of one section", cost(lambda: preview(bench)))
    if bench.size == "batam":
        for section in SECTIONS:
            table.add(
                ON_SCREEN if section == SECTIONS[0] else f"  the same, {section}",
                cost(lambda at=section: on_screen(bench, at)),
            )


def measure_previews(bench: Bench, pairs: int) -> Table:
    """Only these rows, each pair with a plain render of the whole before it."""
    table = Table()
    for number in range(1, pairs + 1):
        print(f"pair {number}")
        bench.compose()
        runs.lay_out(bench.folder, bench.content, bench.files)
        _child(bench, table, "plain")
        bench.edit()
        previews(bench, table)
    return table


def growth(bench: Bench, pairs: int) -> None:
    """How much more a book of twice the length costs, cold and tagged, than its pages say: sizes HALF and WHOLE of a made-up plan."""
    found = []
    for number in range(1, pairs + 1):
        costs, pages = [], []
        for size in (HALF, WHOLE):
            made = replace(bench, size=size, content=None)
            made.forget(units=True)
            costs.append(cost(lambda made=made: made.book(2)))  # type: ignore[misc]
            pages.append(made.plan.prints.latest("created_at").finished.get().pages)
        by = pages[1] / pages[0]
        found.append((costs[1].seconds / costs[0].seconds / by, costs[1].cpu / costs[0].cpu / by))
        print(
            f"pair {number}: {pages[0]} pages {costs[0].seconds:.1f} s {costs[0].cpu:.1f} s cpu,"
            f" {pages[1]} pages {costs[1].seconds:.1f} s {costs[1].cpu:.1f} s cpu;"
            f" {found[-1][0]:.2f} clock {found[-1][1]:.2f} cpu of the ratio of pages",
            flush=True,
        )
    clock, cpu = (statistics.median(each) for each in zip(*found, strict=True))
    print(f"growth: {clock:.2f} clock {cpu:.2f} cpu   must be ≤ {GROWTH}")


def tags(bench: Bench, pairs: int) -> None:
    """What tags cost: every unit rendered with and without them, in turn, and the one unit that an edited description renders."""
    cold, edited = [], []
    for number in range(1, pairs + 1):
        before = {piece.digest for piece in printing.pieces_of(bench.compose())}
        bench.edit("description")
        found = [
            (piece.digest in before, _rendered_twice(bench, piece, tagged_first=place % 2 == number % 2))
            for place, piece in enumerate(printing.pieces_of(bench.compose()))
        ]
        cold.append(sum(tagged for _, (tagged, _) in found) / sum(plain for _, (_, plain) in found))
        edited.append(max(tagged / plain for known, (tagged, plain) in found if not known))
        print(f"pair {number}: all units {cold[-1]:.2f}, the edited one {edited[-1]:.2f} of untagged, cpu", flush=True)
    print(
        f"tags: {statistics.median(cold):.2f} cold, {statistics.median(edited):.2f} after an edit"
        f"   must be ≤ {TAGS[0]} and {TAGS[1]}"
    )


def _rendered_twice(bench: Bench, piece: cutting.Piece, *, tagged_first: bool) -> tuple[float, float]:
    """Processor seconds of a unit with tags and without; its charts are drawn before."""
    html = pages.chapter_html(bench.content.edition, piece, references(bench.content))
    assets = assets_of(piece.blocks, bench.files)

    def took(tagged: bool) -> float:
        key = f"{time.time_ns():064x}"
        return cost(lambda: units.render(key, html, assets, name=piece.name, depth=piece.depth, tagged=tagged)).cpu

    if tagged_first:
        return took(True), took(False)
    plain = took(False)
    return took(True), plain


def _pair(bench: Bench, table: Table, without: frozenset[str]) -> None:
    bench.compose()
    runs.lay_out(bench.folder, bench.content, bench.files)
    _child(bench, table, "plain")
    warm()
    bench.forget(units=True)
    table.add("cold, 2 workers", cost(lambda: bench.book(2)))
    bench.edit()
    table.add("one name edited, whole new book", cost(lambda: bench.book(2)))
    bench.edit("description")
    table.add("one description edited, whole", cost(lambda: bench.book(2)))
    bench.forget(bound=True)
    linked = bench.book(2)
    table.add("nothing changed, link only", cost(lambda: link(bench, linked)))
    bench.forget(bound=True)
    table.add("nothing changed, linked anew", cost(lambda: bench.book(2)))
    bench.forget()
    table.add("nothing changed, new print", cost(lambda: bench.book(2)))
    table.add("nothing changed, asked again", cost(lambda: bench.book(2)))
    previews(bench, table)
    bench.forget(units=True)
    table.add("cold, one process", cost(lambda: bench.book(1)))
    with renderer_as_installed():
        warm()
        bench.forget(units=True)
        table.add("cold, renderer as installed", cost(lambda: bench.book(2)))
    runs.lay_out(bench.folder, bench.content, bench.files)
    _child(bench, table, "plain, tagged", tagged=True)
    (bench.folder / "plain.pdf").replace(bench.folder / "tagged.pdf")
    runs.lay_out(bench.folder, bench.content, bench.files, labels(bench))
    _child(bench, table, "tuned whole render", tuned=True)
    if "typst" not in without:
        (bench.folder / "page.typ").write_text(typesetting.source(bench.content, bench.folder))
        _child(bench, table, "Typst, equivalent content", engine="typst")
    if "chromium" not in without:
        table.add("Chromium, same HTML", cost(lambda: chromium(bench)))


@contextmanager
def renderer_as_installed() -> Iterator[None]:
    """Presses run from the renderer's sources, so that what its translation gains can be told apart."""
    theirs, nowhere = compiling.home, Path("/nonexistent")
    compiling.home = lambda: nowhere  # type: ignore[assignment]
    close_rooms()
    try:
        yield
    finally:
        compiling.home = theirs
        close_rooms()


def warm() -> None:
    """Two rooms that stand ready, as resident workers have them."""
    page = "<!doctype html><html lang='id'><title>Hangat</title><body>Kata"
    both = [threading.Thread(target=units.render_bytes, args=(page, {}), kwargs={"name": "Hangat"}) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()


def close_rooms() -> None:
    while pressroom._idle:
        pressroom._idle.pop()[1].close()


def link(bench: Bench, book_print: Any) -> None:
    """The units of a print, which are all there, to a file past its gate."""
    bench.unbind()
    press = printing._bindery(type(book_print).objects.defer("content").get(pk=book_print.pk), units.nobody_asks)
    press.bind(COMBINED, bench.folder / "linked.pdf")


def _child(bench: Bench, table: Table, name: str, *, engine: str = "weasyprint", **options: bool) -> None:
    took = runs.child(bench.folder, engine=engine, **options)
    if name == "plain":
        table.rows.setdefault("plain", []).append(Cost(took["seconds"], took["cpu"]))
        table.facts = [f"peak memory: plain {took['megabytes']:.0f} MB"]
        (bench.folder / "plain.pdf").replace(bench.folder / "base.pdf")
    table.add(name, Cost(took["seconds"], took["cpu"])) if name != "plain" else print(
        f"  {name:34} {took['seconds']:8.2f} s {took['cpu']:8.2f} s cpu", flush=True
    )


def preview(bench: Bench) -> None:
    """One section with a word changed, rendered alone, as beside the form."""
    book = bench.content.books[-1]
    piece = cutting.pieces(book, book.chapters[0])[0]
    key = f"{time.time_ns():064x}"
    printing.render_piece(
        bench.content, piece, key=key, files=bench.files, name="Pratinjau", going_on=units.nobody_asks
    )


def on_screen(bench: Bench, section: str) -> None:
    """What the request behind the pane does, from the rows to the page."""
    from django.template.loader import render_to_string
    from django.test import override_settings

    from bimtek.models import Stage
    from masterplan import preview
    from masterplan.compose.material import gather

    material = gather(bench.plan)
    place = preview.places(material.framework, section)[0]
    cut = preview.pieces(material, place)
    context = preview.piece_context(material, cut[preview.best(cut, section, None)])
    region, year = bench.plan.region, bench.plan.enrolment.cohort.year
    shown = {
        "here": place, "places": [place], "section": {"key": section}, "region": region, "year": year, "stage": Stage.PERSEPSI,
    }  # fmt: skip
    with override_settings(DEBUG=True):  # static files as they lie there
        html = render_to_string("masterplan/preview/chapter.html", context | shown)
    if "data-source" not in html:
        raise SystemExit(f"the preview of {section} carries no field")


def labels(bench: Bench) -> dict[str, str]:
    found: dict[str, str] = {}
    rendered = kept(bench)
    for book in bench.content.books:
        found |= binding.labels(book, rendered[book.code])
    return found


def kept(bench: Bench) -> Rendered:
    refs, found = references(bench.content), {}  # type: ignore[var-annotated]
    for piece in printing.pieces_of(bench.content):
        unit = units.stored(printing.unit_key(bench.content.edition, piece, refs, bench.files))
        found.setdefault(piece.book.code, {}).setdefault(piece.chapter.code, []).append(unit)
    return found


def chromium(bench: Bench) -> None:
    files = json.loads((bench.folder / "files.json").read_text())
    html = (bench.folder / "page.html").read_text()
    html = re.sub(r"asset:([\w-]+)", lambda name: f"file://{files[name[1]]['path']}" if name[1] in files else "", html)
    (bench.folder / "chromium.html").write_text(html)
    subprocess.run(
        ["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         f"--user-data-dir={bench.folder / 'profile'}", f"--print-to-pdf={bench.folder / 'chromium.pdf'}",
         str(bench.folder / "chromium.html")], check=True, capture_output=True,
    )  # fmt: skip


def speed_up(seconds: Iterable[float], workers: int) -> float:
    """How much sooner the last unit is done than on one worker, the longest first, each to who is free."""
    free = [0.0] * workers
    times = sorted(seconds, reverse=True)
    for each in times:
        free[free.index(min(free))] += each
    return sum(times) / max(free)


def _facts(bench: Bench, table: Table) -> None:
    linked = finished(bench, bench.book(1))
    rendered = [unit for chapters in kept(bench).values() for pieces in chapters.values() for unit in pieces]
    seconds = [unit.seconds for unit in rendered]
    base, tagged, size = (
        path.stat().st_size for path in (bench.folder / "base.pdf", bench.folder / "tagged.pdf", linked)
    )
    table.facts += [
        f"peak memory: a press {max(unit.megabytes for unit in rendered):.0f} MB; two at once {sum(sorted(unit.megabytes for unit in rendered)[-2:]):.0f} MB",
        f"file: linked, tagged, with its data {size / MEGABYTE:.2f} MB; plain {base / MEGABYTE:.2f} MB,"
        f" tagged {tagged / MEGABYTE:.2f} MB; ratio {size / base:.2f}, to tagged {size / tagged:.2f}",
        f"units: {len(rendered)}, the longest {max(seconds) / sum(seconds):.1%} of all unit time",
        "speed-up by the schedule: " + ", ".join(f"{n} workers {speed_up(seconds, n):.1f}×" for n in WORKERS),
    ]


def show(table: Table) -> None:
    print("\nmedian of all pairs, as ratios of plain")
    base = table.rows["plain"]
    for name, found in table.rows.items():
        clock = statistics.median(a.seconds / b.seconds for a, b in zip(found, base, strict=True))
        cpu = statistics.median(a.cpu / b.cpu for a, b in zip(found, base, strict=True))
        bound = f"   must be ≤ {BOUNDS[name]}" if name in BOUNDS else ""
        print(f"  {name:34} {clock:7.4f} clock {cpu:7.4f} cpu{bound}")
    print("\n".join(table.facts))
