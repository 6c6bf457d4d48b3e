""" "Siapa melihat apa": the audit of a region for its admin, of all regions for admin Kominfo, on screen and as a workbook."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bimtek.exchange.table import Cell, Head, as_file, build
from regions import audit
from regions.access import Access, Permission, RegionRequest, access_of, ministry_view, region_view
from regions.models import AuditRow, Region
from regions.pages import words_of

PER_PAGE = 50
MOST = 50_000  # rows of one export, the newest
HEADS = (
    Head("Waktu", 19), Head("Oleh", 28), Head("Peran", 22), Head("Perbuatan", 34), Head("Objek", 52), Head("Jenis", 16),
)  # fmt: skip
CHAIN = (Head("Daerah", 28), Head("Nomor", 8), Head("Sidik (SHA-256)", 68))


@require_safe
@never_cache
@region_view(Permission.MANAGE_REGION)
def region_audit(request: RegionRequest, region: Region) -> HttpResponse:
    """?jenis, ?cari, ?dari and ?sampai narrow the list."""
    rows = audit.visible(request.access)
    context = listed(request, rows) | {"region": region, "access": request.access}
    return render(request, "bimtek/audit.html", context)


@require_safe
@never_cache
@region_view(Permission.MANAGE_REGION)
def region_export(request: RegionRequest, region: Region) -> HttpResponse:
    """What the page lists. The chain's numbers and hashes go to those who see every row of it."""
    access = request.access
    rows = narrowed(request, audit.visible(access))
    whole = access.may(Permission.REVIEW_NOTES)
    content = workbook(rows, f"Jejak audit {region.name}", chain=whole)
    audit.downloaded(access, "Jejak audit (Excel)", method=request.method or "")
    return as_file(content, f"jejak-audit-{region.slug}.xlsx")


@require_safe
@never_cache
@ministry_view
def all_audits(request: HttpRequest) -> HttpResponse:
    return render(request, "bimtek/ministry/audit.html", listed(request, every()))


@require_safe
@never_cache
@ministry_view
def all_export(request: HttpRequest) -> HttpResponse:
    """One workbook of all regions; each region named in it notes the download in its own chain."""
    rows = narrowed(request, every())
    content = workbook(rows, "Jejak audit semua daerah", chain=True)
    if request.method == "GET":
        for region in Region.objects.filter(pk__in=rows.order_by().values("region").distinct()):
            access: Access | None = access_of(request.user, region)  # type: ignore[arg-type]
            assert access  # noqa: S101 (the ministry's door lets nobody else in)
            audit.downloaded(access, "Jejak audit semua daerah (Excel)")
    return as_file(content, "jejak-audit.xlsx")


def every() -> "QuerySet[AuditRow]":
    return AuditRow.objects.select_related("region")


def narrowed(request: HttpRequest, rows: "QuerySet[AuditRow]") -> "QuerySet[AuditRow]":
    return audit.narrowed(
        rows, kind=request.GET.get("jenis", ""), words=words_of(request),
        since=day_of(request, "dari"), until=day_of(request, "sampai"),
    )  # fmt: skip


def day_of(request: HttpRequest, name: str) -> datetime.date | None:
    """A day of the query; anything that is none is passed over."""
    try:
        day = datetime.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def listed(request: HttpRequest, rows: "QuerySet[AuditRow]") -> dict[str, Any]:
    chosen = request.GET.get("jenis", "")
    found = narrowed(request, rows)
    return {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "chips": chips(request, rows, chosen),
        "words": words_of(request),
        "since": day_of(request, "dari"),
        "until": day_of(request, "sampai"),
        "narrow": any(request.GET.get(name) for name in ("jenis", "cari", "dari", "sampai")),
        "query": request.GET.urlencode(),
    }


def chips(request: HttpRequest, rows: "QuerySet[AuditRow]", chosen: str) -> list[dict[str, Any]]:
    counts = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    made = []
    for value, label in [("", "Semua"), *AuditRow.Kind.choices]:
        asked = request.GET.copy()
        asked.pop("page", None)
        asked.pop("jenis", None)
        if value:
            asked["jenis"] = value
        count = counts.get(value, 0) if value else sum(counts.values())
        made.append({"label": label, "url": f"?{asked.urlencode()}", "on": value == chosen, "count": count})
    return made


def workbook(rows: "QuerySet[AuditRow]", title: str, *, chain: bool) -> bytes:
    written = timezone.localtime()
    notes = [
        title,
        f"Ditulis {written:%d-%m-%Y %H.%M}. Waktu menurut zona {written:%Z}. Paling banyak {MOST} baris terbaru.",
    ]
    heads = (*HEADS, *CHAIN) if chain else HEADS
    return build("Jejak audit", heads, lines(rows[:MOST], chain=chain), notes=notes)


def lines(rows: "QuerySet[AuditRow]", *, chain: bool) -> Iterator[list[Cell]]:
    for row in rows.select_related("region"):
        told: list[Cell] = [
            timezone.localtime(row.at), row.by_name, row.by_role, row.deed, row.label, str(row.get_kind_display()),
        ]  # fmt: skip
        yield [*told, row.region.name, row.number, row.sha256] if chain else told
