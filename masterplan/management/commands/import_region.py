"""A region's archive brought in as a plan: `manage.py import_region batam.zip [--cohort 2025] [--trust KEY]`."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from masterplan.archive import opening, restoring


class Command(BaseCommand):
    help = "Memulihkan rencana suatu daerah dari arsip: seperti semula bila belum ada, atau sebagai rencana baru."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="arsip daerah")
        parser.add_argument("--cohort", type=int, help="tahun angkatan tujuan; tanpa ini angkatan asalnya")
        parser.add_argument(
            "--trust", action="append", default=[], help="kunci publik pembuat arsip, dipercaya sekali ini"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with opening.opened(options["file"], also=frozenset(options["trust"])) as archive:
                plan = restoring.restore(archive, year=options["cohort"])
                missing = archive.manifest.get("missing", [])
        except OSError as error:
            raise CommandError(f"{options['file']} tidak dapat dibaca: {error.strerror}.") from error
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{plan} pada angkatan {plan.enrolment.cohort.year} dipulihkan.")
        for name in missing:
            self.stderr.write(f"Sudah hilang ketika arsip dibuat: {str(name)[:60]}")
