from typing import Any

from django.core.management.base import BaseCommand

from regions import reference


class Command(BaseCommand):
    help = "Loads provinces, kabupaten and kota with their Kemendagri codes. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reference.load()
        self.stdout.write(
            f"{done.provinces} provinces, {done.regions} regions: {done.added} added, {done.changed} changed."
        )
