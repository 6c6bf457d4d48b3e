"""Checks the chain of every region's audit, and names the first row that does not hold."""

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from regions import audit
from regions.models import AuditHead, AuditRow, Region

Kept = dict[str, dict[int, str]]


class Command(BaseCommand):
    help = "Memeriksa rantai jejak audit tiap daerah; menyebut baris pertama yang rusak."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--daerah", help="hanya daerah ini (slug)")
        parser.add_argument(
            "--simpanan", help="hasil pemeriksaan terdahulu: setiap sidik di dalamnya harus masih ada pada rantainya"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = read_kept(options["simpanan"])
        wanted = self._regions(options["daerah"], kept)
        broken = 0
        for region in wanted:
            found = audit.verify(region, kept.get(region.slug, {}))
            if found.broken:
                broken += 1
                self.stdout.write(f"RUSAK {region.slug} baris {found.broken}: {found.why}")
            else:
                self.stdout.write(f"{region.slug} {found.rows} {found.sha256}")
        if broken:
            raise CommandError(f"{broken} dari {len(wanted)} rantai rusak.")
        self.stdout.write(f"# {len(wanted)} rantai utuh. Simpan baris di atas di tempat lain untuk --simpanan.")

    def _regions(self, slug: str | None, kept: Kept) -> list[Region]:
        if slug:
            found = list(Region.objects.filter(slug=slug))
            if not found:
                raise CommandError(f"Daerah “{slug}” tidak dikenal.")
            return found
        heads, rows = AuditHead.objects.values("region"), AuditRow.objects.order_by().values("region").distinct()
        known = Region.objects.filter(pk__in=heads) | Region.objects.filter(pk__in=rows)
        return list((known | Region.objects.filter(slug__in=list(kept))).distinct().order_by("code"))


def read_kept(name: str | None) -> Kept:
    """Slug → number → hash, from lines "slug number sha256"; other lines are passed over."""
    kept: Kept = defaultdict(dict)
    for line in Path(name).read_text(encoding="utf-8").splitlines() if name else ():
        words = line.split()
        if len(words) == 3 and words[1].isdigit() and len(words[2]) == 64:
            kept[words[0]][int(words[1])] = words[2]
    if name and not kept:
        raise CommandError(f"Tidak ada sidik yang terbaca di {name}.")
    return dict(kept)
