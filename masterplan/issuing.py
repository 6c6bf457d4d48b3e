"""Ask for a print, cancel it, try it again, and say how far it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from bimtek.models import Plan
from masterplan import decks, matter, papers, units
from masterplan.assets import files_of
from masterplan.bindery import matter_key
from masterplan.books import COMBINED, Content
from masterplan.canonical import digest
from masterplan.models import BookPrint, PrintUnit
from masterplan.numbering import references
from masterplan.printing import pieces_of, unit_key
from masterplan.schedule import longest_first
from regions import audit, jobs
from regions.models import Job

CHAPTER_JOB, DATA_JOB, BIND_JOB = "print-chapter", "print-data", "bind-book"
ACTIVE = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass(frozen=True)
class Progress:
    """How far a print is. state: "waiting", "running", "binding", "done", "failed", "cancelled"."""

    state: str
    done: int
    total: int
    current: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()  # (chapter, sentence)
    seconds: int = 0

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    @property
    def percent(self) -> int:
        """Binding counts as one more chapter."""
        return 100 if self.state == "done" else round(self.done * 100 / (self.total + 1))


def request(plan: Plan, *, by: User | None, books: Iterable[str] = ()) -> BookPrint:
    """Freezes the plan's content and starts printing. books: codes, or COMBINED; none means every book and the combined file.

    The same request while the first is under way, or when its files are there, gets the first one back.
    """
    from masterplan import composed
    from masterplan.compose import compose_decks

    wanted = list(books)
    shown = compose_decks(plan) if set(decks.CODES) & set(wanted) else ()
    return request_content(plan, composed.content(plan), by=by, books=wanted, shown=shown)


def request_content(
    plan: Plan, content: Content, *, by: User | None, books: Iterable[str] = (), shown: Iterable[decks.Deck] = ()
) -> BookPrint:
    """shown: the poster and the slides, where they are asked for; they are frozen beside the books."""
    beside = decks.to_json(shown)
    codes = _codes(content, books)
    files = kept_files(plan, content)
    sha256 = digest([units.fingerprint(), content.spelled, beside, files, codes])
    if same := _same(plan, sha256):
        return same
    frozen = content.to_json()
    content = Content.from_json(frozen)
    if beside:
        frozen["decks"] = beside
    with transaction.atomic():
        book_print = BookPrint.objects.create(
            region_id=plan.region_id, plan=plan, content=frozen, sha256=sha256, files=files, books=codes,
            draft=content.edition.draft, created_by=by, created_by_name=str(by) if by else "",
        )  # fmt: skip
        PrintUnit.objects.bulk_create(_units(book_print, content))
        _ask(book_print, by)
        audit.record(
            plan.region, audit.Kind.ISSUE, "meminta cetakan", by=by, about=book_print,
            label=f"{content.edition.version}: {', '.join(codes)}",
        )  # fmt: skip
    return book_print


def _codes(content: Content, books: Iterable[str]) -> list[str]:
    known = [*(book.code for book in content.books), COMBINED]
    papers_known = papers.codes(content.books)
    wanted = set(books)
    if unknown := wanted - {*known, *papers_known}:
        raise ValidationError(f"Buku “{sorted(unknown)[0]}” tidak dikenal. Pilih salah satu dari daftar.")
    if not content.books:
        raise ValidationError("Rencana ini belum memiliki buku yang dapat dicetak.")
    return [code for code in known if not wanted or code in wanted] + [code for code in papers_known if code in wanted]


def kept_files(plan: Plan, content: Content) -> dict[str, dict[str, str]]:
    """Where the pictures of the content lie; only files of the plan's own region are found."""
    wanted = set(files_of(content))
    rows = plan.region.storedfile_set.filter(pk__in=wanted) if wanted else ()
    return {str(row.pk): {"path": row.path, "type": row.content_type, "sha256": row.sha256} for row in rows}


def _same(plan: Plan, sha256: str) -> BookPrint | None:
    """A print of exactly this that is under way, or done with its files still there."""
    for book_print in BookPrint.objects.filter(plan=plan, sha256=sha256, cancelled_at__isnull=True)[:5]:
        now = progress(book_print)
        if not now.over:
            return book_print
        if now.state == "done" and all(
            (settings.MEDIA_ROOT / book.path).exists() for book in book_print.finished.all()
        ):
            return book_print
    return None


def _units(book_print: BookPrint, content: Content) -> list[PrintUnit]:
    """A row for every piece of the chapters, then for what the books hold besides them."""
    refs, rows = references(content), []
    for piece in pieces_of(content, book_print.books):
        key = unit_key(content.edition, piece, refs, book_print.files)
        rows.append(_unit(book_print, piece.book.code, piece.chapter.code, piece.number, key, piece.name, piece.weight))
    for each in matter.wanted(content, book_print.books):
        key = matter_key(each, book_print.files)
        rows.append(_unit(book_print, each.book, "", each.kind, key, each.name, each.weight))
    for position, row in enumerate(rows):
        row.position = position
    return rows


def _unit(book_print: BookPrint, book: str, chapter: str, part: int, key: str, title: str, weight: int) -> PrintUnit:
    there = units.stored(key)
    return PrintUnit(
        region_id=book_print.region_id, book_print=book_print, book=book, chapter=chapter, part=part, key=key, title=title[:250],
        weight=weight, pages=there.pages if there else None, reused=there is not None,
    )  # fmt: skip


def _ask(book_print: BookPrint, by: User | None) -> None:
    """One job a unit that is not there yet, the longest first, and one for the attached data; the binding when nothing is missing."""
    waiting = longest_first(book_print, book_print.units.filter(pages__isnull=True))
    for unit in waiting:
        jobs.ask(CHAPTER_JOB, unit.pk, region=book_print.region, by=by)
    if waiting:
        jobs.ask(DATA_JOB, book_print.pk, region=book_print.region, by=by)
    else:
        jobs.ask(BIND_JOB, book_print.pk, region=book_print.region, by=by, priority=2)


def bind_if_ready(book_print: BookPrint) -> None:
    """Asks for the binding once the last chapter is there. Called by every chapter's job before it counts as done,

    so a worker that dies in between runs the chapter's job again, finds its pages, and asks again.
    """
    if book_print.units.filter(pages__isnull=True).exists() or book_print.finished.count() == len(book_print.books):
        return
    if not BookPrint.objects.filter(pk=book_print.pk, cancelled_at__isnull=False).exists():
        jobs.ask(BIND_JOB, book_print.pk, region=book_print.region, by=book_print.created_by, priority=2)


def cancel(book_print: BookPrint, *, by: User | None) -> bool:
    """Stops what is under way; running children are killed within seconds. False when it was over already."""
    if progress(book_print).over:
        return False
    BookPrint.objects.filter(pk=book_print.pk).update(cancelled_at=timezone.now())
    for job in jobs_of(book_print):
        jobs.cancel(job)
    return True


def retry(book_print: BookPrint, *, by: User | None) -> bool:
    """Starts again what failed or was cancelled, with the same frozen content; what is there is kept."""
    if progress(book_print).state not in ("failed", "cancelled"):
        return False
    with transaction.atomic():
        BookPrint.objects.filter(pk=book_print.pk).update(cancelled_at=None)
        _ask(book_print, by)
    return True


def jobs_of(book_print: BookPrint) -> list[Job]:
    """The newest job of each part, oldest first."""
    return latest_jobs([book_print])[book_print.pk]


def latest_jobs(prints: Sequence[BookPrint]) -> dict[UUID, list[Job]]:
    """The newest job of each part of these prints, in one query beside their units."""
    owners = {str(each.pk): each.pk for each in prints}
    owners |= {str(unit.pk): each.pk for each in prints for unit in each.units.all()}
    regions = {each.region_id for each in prints}
    found = Job.objects.filter(kind__in=(CHAPTER_JOB, BIND_JOB), subject__in=owners, region_id__in=regions)
    newest = {job.subject: job for job in found.order_by("created_at")}
    jobs_by_print: dict[UUID, list[Job]] = {each.pk: [] for each in prints}
    for job in newest.values():
        jobs_by_print[owners[job.subject]].append(job)
    return jobs_by_print


def progress(book_print: BookPrint, latest: Sequence[Job] | None = None) -> Progress:
    """Where the print stands, as its jobs tell it. latest: its jobs, when they were read before (latest_jobs)."""
    titles = {str(unit.pk): unit for unit in book_print.units.all()}
    latest = jobs_of(book_print) if latest is None else latest
    done = sum(unit.pages is not None for unit in titles.values())
    running = tuple(
        titles[job.subject].title for job in latest if job.subject in titles and job.state == Job.State.RUNNING
    )
    failures = tuple(
        (titles[job.subject].title if job.subject in titles else "Penjilidan", job.failure)
        for job in latest
        if job.state == Job.State.FAILED
    )
    ends = [job.finished_at for job in latest if job.finished_at]
    active = any(job.state in ACTIVE for job in latest)
    end = timezone.now() if active or not ends else max(ends)
    seconds = max(0, int((end - book_print.created_at).total_seconds()))
    return Progress(_state(book_print, latest, active), done, len(titles), running, failures, seconds)


def _state(book_print: BookPrint, latest: Sequence[Job], active: bool) -> str:
    bind = next((job for job in latest if job.kind == BIND_JOB), None)
    if bind and bind.state == Job.State.DONE and len(book_print.finished.all()) == len(book_print.books):
        return "done"
    if book_print.cancelled_at:
        return "cancelled"
    if not active and any(job.state == Job.State.FAILED for job in latest):
        return "failed"
    if bind and bind.state in ACTIVE:
        return "binding"
    return "running" if any(job.state == Job.State.RUNNING for job in latest) else "waiting"
