"""One region's plan as one signed file: `manage.py export_region 21.71 --cohort 2022 batam.zip`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bimtek.models import Plan
from masterplan.archive import packing, signing


class Command(BaseCommand):
    help = "Menyimpan rencana suatu daerah beserta berkas, riwayat, dan bukunya sebagai satu arsip bertanda tangan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="kode Kemendagri, misalnya 21.71")
        parser.add_argument("file", type=Path, help="berkas tujuan")
        parser.add_argument("--cohort", type=int, required=True, help="tahun angkatan")
        parser.add_argument(
            "--private", action="store_true", help="sertakan catatan antarpereviu, yang tidak boleh dibaca daerah"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plans = Plan.objects.select_related("region", "enrolment__cohort")
        plan = plans.filter(region__code=options["code"], enrolment__cohort__year=options["cohort"]).first()
        if plan is None:
            raise CommandError(f"Tidak ada rencana daerah {options['code']} pada angkatan {options['cohort']}.")
        try:
            packed = packing.pack(plan, options["file"], by="manage.py export_region", private=options["private"])
        except OSError as error:
            raise CommandError(f"{options['file']} tidak dapat ditulis: {error.strerror}.") from error
        self.stdout.write(f"{options['file']}  {packed.bytes} B  {packed.rows} baris  {packed.files} berkas")
        self.stdout.write(f"isi {packed.content}\nkunci publik {signing.public_key()}")
        for name in packed.missing:
            self.stderr.write(f"Hilang dari penyimpanan, jadi tidak ikut: {name}")
