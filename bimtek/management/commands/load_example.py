from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bimtek.examples import folder, loader


class Command(BaseCommand):
    help = "Loads an example region through the same verbs as the screens. A region that has its plan is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=folder.names())
        parser.add_argument(
            "--complete", action="store_true", help="Accepts stage IV as well, so that books lose DRAF."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = loader.load(options["name"], complete=options["complete"])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(str(loaded))
