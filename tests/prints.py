"""A print shop that a test may set on fire: asks through the view, finds the processes at work, and audits what is left."""

import contextlib
import hashlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from django.test import Client
from django.urls import reverse

from bimtek.models import Plan
from masterplan import issuing, units
from masterplan.blocks import Heading
from masterplan.books import Content
from masterplan.models import BookPrint
from masterplan.printing import COMBINED
from regions.models import Job
from tests.queue import Queue, queue_in, until

STORED = re.compile(r"units/(..)/\1[0-9a-f]{62}\.(pdf|data|composed)")  # bound books, their data, the plan's content
MADE = re.compile(r"(?P<unit>units/../[0-9a-f]{64})\.[0-9a-f]{12}\.(objects|[0-9a-f]{12})")  # of a unit, for the linker


class Idle(AssertionError):
    """Nothing is being rendered."""


@dataclass
class Shop:
    """One plan's prints, the queue that does them, and somebody signed in who may ask."""

    plan: Plan
    client: Client
    queue: Queue
    media: Path
    patience: float = 300  # seconds until a print counts as lost

    # --- asking --------------------------------------------------------------------------------------------------
    def ask(self, *books: str) -> BookPrint:
        """Presses the button of the books' page."""
        answer = self.client.post(self._url("print"), {"buku": books})
        assert answer.status_code == 302
        return BookPrint.objects.filter(plan=self.plan).latest("created_at")

    def cancel(self, book_print: BookPrint) -> None:
        assert self.client.post(self._url("cancel", book_print.pk)).status_code == 302

    def _url(self, name: str, *args: object) -> str:
        return reverse(f"masterplan:{name}", args=[self.plan.region.slug, self.plan.enrolment.cohort.year, *args])

    # --- waiting -------------------------------------------------------------------------------------------------
    def presses(self) -> list[int]:
        """The processes that render for this shop now."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                works_here = str((process / "cwd").readlink()).startswith(str(self.media))
                if works_here and (process / "comm").read_text() == "press\n":
                    found.append(int(process.name))
        return found

    @contextlib.contextmanager
    def press_at_work(self, within: float | None = None) -> Iterator[int]:
        """A press in the middle of its chapter, which gets no further before the block ends, however short the chapter is. Raises Idle without one."""
        pid = self._stopped(within or self.patience)
        try:
            yield pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _stopped(self, within: float) -> int:
        end = time.monotonic() + within
        while time.monotonic() < end:
            for pid in self.presses():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGSTOP)
                    time.sleep(0.01)  # a stop takes effect when the process next runs
                    if "State:\tT" in Path(f"/proc/{pid}/status").read_text():
                        return pid
            time.sleep(0.005)
        raise Idle("no press was started")

    def until_chapters(self, book_print: BookPrint, count: int) -> None:
        until(lambda: book_print.units.filter(pages__isnull=False).count() >= count, self.patience)

    def until_over(self, book_print: BookPrint) -> issuing.Progress:
        def over() -> bool:
            book_print.refresh_from_db()
            return issuing.progress(BookPrint.objects.get(pk=book_print.pk)).over

        until(over, self.patience)
        return issuing.progress(BookPrint.objects.get(pk=book_print.pk))

    # --- faults --------------------------------------------------------------------------------------------------
    def kill_press(self) -> None:
        with self.press_at_work() as press:
            os.kill(press, signal.SIGKILL)

    def kill_worker(self, concurrency: int = 1) -> None:
        """kill -9 of the worker and all it started; another takes its place."""
        with self.press_at_work():
            self.queue.kill_worker()
            until(lambda: not self.presses(), 10)  # a press dies with its parent
        self.queue.start_worker(concurrency)

    def kill_broker(self, away: float = 3.0) -> None:
        with self.press_at_work():
            self.queue.kill_broker()
        time.sleep(away)
        self.queue.start_broker()

    # --- the audit -----------------------------------------------------------------------------------------------
    def audit(self, book_print: BookPrint) -> dict[str, str]:
        """Asserts that the print is there, once, complete, and nothing else is. Returns the hash of each book."""
        until(lambda: not Job.objects.filter(state__in=issuing.ACTIVE).exists(), 30)  # no book waits for its data's job
        assert set(Job.objects.filter(kind=issuing.DATA_JOB).values_list("subject", "state")) == {
            (str(book_print.pk), Job.State.DONE)
        }
        jobs = list(Job.objects.filter(kind__in=(issuing.CHAPTER_JOB, issuing.BIND_JOB)))
        parts = [*map(str, book_print.units.values_list("pk", flat=True)), str(book_print.pk)]
        done = [job.subject for job in jobs if job.state == Job.State.DONE]
        assert sorted(done) == sorted(parts), "each part is done by one job"
        assert {job.state for job in jobs} == {Job.State.DONE}
        books = {book.book: book for book in book_print.finished.all()}
        assert sorted(books) == sorted(book_print.books)
        assert book_print.finished.count() == len(books)
        for book in books.values():
            path = self.media / book.path
            content = path.read_bytes()
            assert hashlib.sha256(content).hexdigest() == book.sha256 == path.stem
            assert len(content) == book.bytes
            self._whole(book_print, book.book, path, book.pages)
        self._nothing_else(book_print)
        return {code: book.sha256 for code, book in books.items()}

    def _whole(self, book_print: BookPrint, code: str, path: Path, pages: int) -> None:
        subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) == pages
        text = squeezed(
            subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True).stdout.decode()
        )
        last = list(last_sections(Content.from_json(book_print.content), code))
        assert last
        assert [title for title in last if squeezed(title) not in text] == []

    def _nothing_else(self, book_print: BookPrint) -> None:
        """No half file, no folder of a dead render, no file without its row or the other way round."""
        time.sleep(units.SETTLED_SECONDS + 0.1)
        units.sweep("press", units.store())  # what the next binding would do: a fault within its last seconds
        units.sweep("pack", units.store())
        units.sweep("bind", self.media / "books")
        files = {path.relative_to(self.media).as_posix() for path in self.media.rglob("*") if path.is_file()}
        kept = {path for path in files if not path.startswith("font-cache/")}
        pages = {
            f"units/{key[:2]}/{key}{end}"
            for key in book_print.units.values_list("key", flat=True)
            for end in (".pdf", ".json")
        }
        bound = {
            f"{book.path.removesuffix('.pdf')}{end}" for book in book_print.finished.all() for end in (".pdf", ".json")
        }
        assert pages | bound <= kept
        made = {path for path in kept if (found := MADE.fullmatch(path)) and f"{found['unit']}.pdf" in pages}
        rest = kept - pages - bound - made
        assert sorted(Path(path).suffix for path in rest) == [".composed", ".data", *[".pdf"] * len(book_print.books)]
        assert all(STORED.fullmatch(path) for path in rest), sorted(rest)
        books = {(self.media / book.path).stat().st_ino for book in book_print.finished.all()}
        lent = {(self.media / path).stat().st_ino for path in rest if path.endswith(".pdf")}
        assert lent == books, "a bound book is kept once more, as the same file, for who asks for it again"
        assert not self.presses()


def squeezed(text: str) -> str:
    return re.sub(r"[\s\xad-]+", "", text)


def last_sections(content: Content, code: str) -> Iterator[str]:
    """The title of each chapter's last section, or the chapter's own when it has none."""
    for book in content.books:
        if code in (COMBINED, book.code):
            for chapter in book.chapters:
                headings = [block.text for block in chapter.blocks if isinstance(block, Heading)]
                yield headings[-1] if headings else chapter.title


@contextlib.contextmanager
def shop_of(
    plan: Plan, client: Client, folder: Path, *, lease: int = 2, patience: float = 300, **settings: str
) -> Iterator[Shop]:
    """An empty store and a queue of its own for this plan; the caller points MEDIA_ROOT at `folder / "media"`.

    settings: of the worker's environment.
    """
    media = folder / "media"
    media.mkdir()
    with queue_in(folder, MEDIA_ROOT=str(media), JOB_LEASE_SECONDS=str(lease), **settings) as queue:
        yield Shop(plan, client, queue, media, patience)
