"""Prints the JSON Schema of a region's archive: `manage.py archive_schema > docs/arsip-daerah.schema.json`."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from masterplan.archive.schema import schema


class Command(BaseCommand):
    help = "Mencetak skema JSON arsip daerah."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(schema(), indent=1, ensure_ascii=False))
