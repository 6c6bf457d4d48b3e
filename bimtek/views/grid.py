"""A section as a grid beside its forms: the page, the rows that follow, and the columns a person wants to see."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bimtek import offices
from bimtek.exchange.sheets import only_own_office
from bimtek.grid import Grid
from bimtek.models import ColumnChoice
from bimtek.sections import Section
from bimtek.views.places import Place, frame_context, rows_place, stage_is_open
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region

FIRST_PAGE = 40  # rows in the page itself: more than a screen
PER_PAGE = 400
MOST_KEYS = 100
SCRIPTS = [f"js/grid/{name}.js" for name in ("model", "view", "select", "edit", "deeds", "sync", "panel")]
KEYS = (
    ("Panah", "Pindah sel; dengan Ctrl ke ujung isian, dengan Shift memilih beberapa sel"),
    ("Enter atau F2", "Ubah sel; Enter lagi menyimpan dan turun"),
    ("Esc", "Batal mengubah; Esc lalu Tab keluar dari tabel"),
    ("Tab, Shift+Tab", "Sel berikutnya, sel sebelumnya"),
    ("Alt+Enter", "Baris baru di dalam sel teks panjang"),
    ("Home, End", "Awal, akhir baris; dengan Ctrl awal, akhir tabel"),
    ("Page Up, Page Down", "Satu layar ke atas, ke bawah"),
    ("Ctrl+C, Ctrl+X, Ctrl+V", "Salin, potong, tempel; juga dari dan ke Excel"),
    ("Ctrl+D", "Isi ke bawah dari baris pertama pilihan; atau tarik kotak kecil di sudut"),
    ("Ctrl+Z, Ctrl+Y", "Urungkan, ulangi"),
    ("Shift+F2", "Komentari sel"),
    ("Delete", "Kosongkan sel"),
    ("Ctrl+A", "Pilih semua"),
)


def has_grid(section: Section) -> bool:
    """Rows that hang on another show on its page; the money of programmes is columns of theirs."""
    return not section.parent


def may_see(section: Section, access: Access) -> bool:
    """Operators work on rows of their own office; where rows belong to nobody there are none for them."""
    return access.may(Permission.VIEW) and (not only_own_office(access) or bool(offices.owner_path(section.model)))


def grid_place(access: Access, year: int, stage: int, key: str) -> tuple[Place, Section]:
    place, section = rows_place(access, year, stage, key)
    if not has_grid(section):
        raise Http404("Bagian ini diisi di halaman induknya.")
    if not may_see(section, access):
        raise PermissionDenied("Bagian ini diisi Diskominfo.")
    return place, section


def grid_of(request: RegionRequest, place: Place, section: Section) -> Grid:
    """As the person last arranged it."""
    chosen = ColumnChoice.objects.filter(user=request.user, section=section.key).values_list("shown", flat=True).first()
    return Grid(place.plan, section, request.access, chosen)


@require_safe
@region_view(Permission.VIEW)
def grid(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    place, entry = grid_place(request.access, year, stage, section)
    found = grid_of(request, place, entry)
    rows = found.rows()
    count = rows.count()
    is_open = stage_is_open(place.plan, entry)
    may_write = is_open and request.access.may(Permission.FILL if entry.has_opd else Permission.FILL_ALL)
    context = frame_context(place.plan, request.access, stage=place.stage, current=entry.key) | {
        "place": place, "section": entry, "is_open": is_open, "may_write": may_write, "list_url": place.url("section"),
        "comment_url": comment_url(place, request.access), "own_rows": only_own_office(request.access), "groups": groups(found), "scripts": SCRIPTS, "keys": KEYS,
        "data": {
            "columns": found.describe(), "rows": found.entries(rows[:FIRST_PAGE]), "count": count, "mayWrite": may_write,
            "saveUrl": place.url("grid_save"), "rowsUrl": place.url("grid_rows"), "columnsUrl": place.url("grid_columns"),
            "page": place.url("grid"), "what": entry.named, "commentUrl": comment_url(place, request.access),
        },
    }  # fmt: skip
    return render(request, "bimtek/grid.html", context)


def comment_url(place: Place, access: Access) -> str:
    """Where a comment on a cell begins; the script adds the row and the column. '' for who may not comment."""
    if not access.may(Permission.COMMENT):
        return ""
    return f"{reverse('bimtek:thread_new', args=place.base[:2])}?tahap={place.stage.value}&bagian={place.section.key}"


def groups(grid: Grid) -> list[dict[str, Any]]:
    """What the column dialog offers: each column once, the money of one source as one."""
    found: dict[str, dict[str, Any]] = {}
    for column in grid.columns[1:]:
        key = grid.key_of(column.name)
        title = f"Anggaran {column.title.partition(' ')[2]}" if column.name in grid.money else column.title
        found.setdefault(key, {"key": key, "title": title, "on": key in grid.shown_keys})
    for key, title in grid.other_sources():
        found.setdefault(key, {"key": key, "title": f"Anggaran {title}", "on": False})
    return list(found.values())


@require_safe
@region_view(Permission.VIEW)
def grid_rows(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """The rows from ?dari= on, at most PER_PAGE."""
    place, entry = grid_place(request.access, year, stage, section)
    asked = request.GET.get("dari", "")
    start = int(asked) if asked.isdecimal() and len(asked) < 7 else 0
    found = grid_of(request, place, entry)
    return JsonResponse({"rows": found.entries(found.rows()[start : start + PER_PAGE])})


@require_POST
@region_view(Permission.VIEW)
def grid_columns(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    """Remembers which columns this person wants to see: {"shown": [key, …]}, or null for the usual ones."""
    _, entry = grid_place(request.access, year, stage, section)
    try:
        wanted = json.loads(request.body)["shown"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return JsonResponse({"refused": "Pilihan kolom ini tidak terbaca."}, status=422)
    if wanted is None:
        ColumnChoice.objects.filter(user=request.user, section=entry.key).delete()
    elif isinstance(wanted, list) and len(wanted) <= MOST_KEYS and all(_is_key(key) for key in wanted):
        ColumnChoice.objects.update_or_create(user=request.user, section=entry.key, defaults={"shown": wanted})
    else:
        return JsonResponse({"refused": "Pilihan kolom ini tidak terbaca."}, status=422)
    return JsonResponse({"kept": True})


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and 0 < len(key) <= 60 and key.isascii() and key.replace("_", "").isalnum()
