"""Prints a region's books from the shell, without a worker: `manage.py print_books 21.71 --cohort 2022 --out folder`."""

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bimtek.models import Plan
from masterplan import issuing
from masterplan.models import BookPrint
from regions import jobs
from regions.models import Job

WAIT_SECONDS = 1.0


class Command(BaseCommand):
    help = "Mencetak buku masterplan suatu daerah tanpa pekerja latar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="kode Kemendagri, misalnya 21.71")
        parser.add_argument("--cohort", type=int, required=True, help="tahun angkatan")
        parser.add_argument("--out", type=Path, required=True, help="folder tujuan berkas PDF")
        parser.add_argument(
            "--book", action="append", default=[], help="kode buku; boleh diulang; tanpa ini semua buku"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plans = Plan.objects.select_related("region__emblem", "region__province", "enrolment__cohort")
        plan = plans.filter(region__code=options["code"], enrolment__cohort__year=options["cohort"]).first()
        if plan is None:
            raise CommandError(f"Tidak ada rencana daerah {options['code']} pada angkatan {options['cohort']}.")
        started = time.monotonic()
        try:
            book_print = issuing.request(plan, by=None, books=options["book"])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.finish(book_print)
        options["out"].mkdir(parents=True, exist_ok=True)
        for book in book_print.finished.all():
            target = options["out"] / book.name
            shutil.copyfile(settings.MEDIA_ROOT / book.path, target)
            self.stdout.write(f"{target}  {book.pages} halaman  {book.bytes} B  {book.sha256}")
        self.stdout.write(f"Selesai dalam {time.monotonic() - started:.1f} detik.")

    def finish(self, book_print: BookPrint) -> None:
        """Does the print's jobs here; waits for those that a worker took."""
        told = -1
        while not (now := issuing.progress(book_print)).over:
            if now.done != told:
                told = now.done
                self.stdout.write(f"bab {now.done} dari {now.total}")
            if job := next((job for job in issuing.jobs_of(book_print) if job.state == Job.State.QUEUED), None):
                jobs.run(str(job.pk))
            else:
                time.sleep(WAIT_SECONDS)
        if now.state != "done":
            raise CommandError(
                "\n".join(f"{chapter}: {sentence}" for chapter, sentence in now.failures) or "Pencetakan dibatalkan."
            )
