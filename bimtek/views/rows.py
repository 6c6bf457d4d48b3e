"""The form of one row, its deletion and its return: the same views for every section. In place by htmx, as a page without."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_POST

from bimtek import beside, offices, writing
from bimtek.forms.drafts import Settled
from bimtek.forms.rows import RowForm
from bimtek.models import Row
from bimtek.ordering import GROUPS
from bimtek.sections import BY_KEY, Section
from bimtek.views import copying, lists
from bimtek.views.places import Place, frame_context, rows_place, stage_is_open
from regions.access import Access, Permission, RegionRequest, region_view
from regions.models import Region


def parent_of(request: RegionRequest, place: Place, section: Section) -> Row | None:
    """The row that a new child hangs on, named by ?induk=; only of this plan."""
    if not section.parent:
        return None
    model: Any = section.model._meta.get_field(section.parent).related_model
    try:
        wanted = UUID(request.GET.get("induk", ""))
    except ValueError:
        raise Http404("Induk baris tidak disebut.") from None
    found = model._default_manager.filter(plan=place.plan, region=place.plan.region)
    row: Row = get_object_or_404(offices.visible(found, request.access), pk=wanted)
    return row


def row_of(access: Access, place: Place, section: Section, pk: UUID) -> Row:
    row: Row = get_object_or_404(offices.visible(section.rows(place.plan), access), pk=pk)
    return row


def row_of_plan(access: Access, place: Place, section: Section, pk: str) -> Row | None:
    """The row alone, without what its list shows beside it."""
    try:
        wanted = UUID(pk)
    except ValueError:
        raise Http404("Baris tidak dikenal.") from None
    rows = section.model._default_manager.filter(plan=place.plan, region=place.plan.region)
    row: Row | None = offices.visible(rows, access).filter(pk=wanted).first()
    if row is not None:
        row.plan = place.plan
    return row


def bound(request: RegionRequest, place: Place, section: Section, row: Row, parent: Row | None) -> RowForm:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return section.form(
        *posted, instance=row, plan=place.plan, access=request.access, parent=parent, prefix=f"r{row.pk.hex[:8]}",
        initial=copying.values(request, place, section) if row._state.adding else None,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.FILL, Permission.PACKET)
def row_new(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    place, entry = rows_place(request.access, year, stage, section)
    parent = parent_of(request, place, entry)
    started = copying.kept(request, place, entry)
    row = writing.new(entry.model, place.plan, **({entry.parent: parent} if parent else {}), **started)
    named = request.POST.get("baris", "") if request.method == "POST" else request.GET.get("baris", str(row.pk))
    try:
        row.pk = UUID(named)  # a page that is opened again for what the browser still holds keeps the row's id
    except ValueError:
        raise Http404("Baris tidak dikenal.") from None
    if request.method == "POST" and (
        twin := offices.visible(entry.rows(place.plan), request.access).filter(pk=row.pk).first()
    ):
        return write(request, place, entry, twin, parent, new=False)  # sent twice, or saved by itself before the button
    return write(request, place, entry, row, parent, new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.VIEW, Permission.PACKET)
def row(request: RegionRequest, region: Region, year: int, stage: int, section: str, row: UUID) -> HttpResponse:
    """Reads a row; those who may write it get its form."""
    place, entry = rows_place(request.access, year, stage, section)
    found = row_of(request.access, place, entry, row)
    parent = getattr(found, entry.parent) if entry.parent else None
    if "baca" in request.GET and request.method != "POST":  # closing a form in place: the row as the list shows it
        is_open = stage_is_open(place.plan, entry)
        line = with_moves(request, place, entry, lists.entry(place, entry, found), is_open=is_open)
        return render(request, "bimtek/_row.html", {"section": entry, "entry": line, "may_write": is_open})
    answer = write(request, place, entry, found, parent, new=False)
    if entry.form.personal_fields:
        add_never_cache_headers(answer)  # no browser keeps personal numbers for the days without a net
    return answer


def write(
    request: RegionRequest, place: Place, section: Section, row: Row, parent: Row | None, *, new: bool
) -> HttpResponse:
    form = bound(request, place, section, row, parent)
    if request.method == "POST" and not new:
        form.merge()
    if request.method == "POST" and form.is_valid():
        try:
            keep(form, request, new=new)
        except ValidationError as refusal:
            if getattr(refusal, "code", "") == "stale" and (
                fresh := row_of_plan(request.access, place, section, str(row.pk))
            ):
                return write(request, place, section, fresh, parent, new=False)  # somebody saved in this very instant
            add_refusal(form, refusal)
        else:
            return saved(request, place, section, row, parent, form.settled)
    return show(request, place, section, row, parent, form, new=new)


@transaction.atomic
def keep(form: RowForm, request: RegionRequest, *, new: bool) -> None:
    row = form.instance
    if new:
        writing.add(row, access=request.access, links=form.links())
    else:
        writing.change(row, access=request.access, version=row.version, links=form.links())
    form.after_save(row)


def add_refusal(form: RowForm, refusal: ValidationError) -> None:
    """A verb's refusal beside the fields that it names, or on top of the form."""
    if hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refusal.messages)


def saved(
    request: RegionRequest, place: Place, section: Section, row: Row, parent: Row | None, settled: Settled
) -> HttpResponse:
    """In place the row itself comes back; as a page, the list (or, for a row with children, its own page)."""
    words = f"{section.named} “{row}” tersimpan.{also_others(section, settled)}"
    if request.htmx and not section.children:
        fresh = row_of(request.access, place, section, row.pk)
        line = with_moves(request, place, section, lists.entry(place, section, fresh), is_open=True)
        context = {"section": section, "entry": line, "saved": True, "may_write": True}
        response = render(request, "bimtek/_row.html", context)
        told = {"pesan": {"text": words, "level": "info"}} if settled.show else {}
        response["HX-Trigger"] = json.dumps({"rows-changed": "", **told})
        return response
    messages.success(request, words)
    return go_back(request, place, section, row, parent)


def also_others(section: Section, settled: Settled) -> str:
    """Says what others wrote meanwhile, where the writer's page did not show it."""
    labels = [str(field.label) for name, field in section.form.base_fields.items() if name in settled.show]
    return f" Perubahan orang lain ikut tersimpan: {', '.join(labels)}." if labels else ""


def go_back(
    request: RegionRequest, place: Place, section: Section, row: Row | None, parent: Row | None
) -> HttpResponse:
    own_page = section.children and row is not None and parent is None
    url = place.url("row", row.pk) if own_page and row else list_url(place, section, parent)
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def list_url(place: Place, section: Section, parent: Row | None) -> str:
    """The list that a row stands in: its section's, or its parent's page."""
    if parent is None:
        return place.url("section")
    return reverse("bimtek:row", args=[*place.base[:3], BY_KEY_OF_PARENT[section.key], parent.pk])


BY_KEY_OF_PARENT = {child: section.key for section in BY_KEY.values() for child in section.children}


def show(
    request: RegionRequest,
    place: Place,
    section: Section,
    row: Row,
    parent: Row | None,
    form: RowForm,
    *,
    new: bool,
) -> HttpResponse:
    is_open = stage_is_open(place.plan, section)
    may_write = is_open and (new or may(request, row, taking=True))
    row_like = request.GET.get("dari", "") if new else ""
    context: dict[str, Any] = {
        "place": place, "section": section, "row": row, "parent": parent, "form": form, "new": new,
        "may_write": may_write, "is_open": is_open,
        "reading": not may_write and not form.is_bound,  # what was typed comes back even where it can no longer be saved
        "colspan": len(section.columns) + 1, "post_url": request.get_full_path(),
        "list_url": list_url(place, section, parent), "autosave_url": place.url("autosave") + (f"?dari={row_like}" if row_like else ""),
        "own_url": f"{place.url('row_new')}?baris={row.pk}" if new else place.url("row", row.pk),
    }  # fmt: skip
    if new and row_like:
        context["own_url"] += f"&dari={row_like}"
    if new and parent:
        context["own_url"] += f"&induk={parent.pk}"
    if not new:
        context |= {
            "row_url": place.url("row", row.pk), "delete_url": place.url("row_delete", row.pk),
            "may_delete": may_write and may(request, row),
            "copy_url": copying.url(request, place, section, row, parent) if is_open else "",
            "history_url": f"{reverse('bimtek:history', args=place.base[:2])}?baris={row.pk}",
            "earlier_url": place.url("earlier", row.pk)
            if section.key == "kesiapan" and request.access.may(Permission.FILL)
            else "",
        }  # fmt: skip
    status = 422 if form.errors else 200
    if request.htmx and not section.children:
        return render(request, "bimtek/_row_form.html", context, status=status)
    context |= frame_context(
        place.plan, request.access, stage=place.stage, current=BY_KEY_OF_PARENT.get(section.key, section.key)
    )
    if not new:
        context["children"] = [child_list(request, place, BY_KEY[key], row, may_write) for key in section.children]
    return render(request, "bimtek/row.html", context, status=status)


def may(request: RegionRequest, row: Row, *, taking: bool = False) -> bool:
    """Whether this person may write (or take) the row, the stage aside."""
    try:
        writing.refuse_stranger(row, request.access, taking=taking)
    except PermissionDenied:
        return False
    return True


def child_list(request: RegionRequest, place: Place, section: Section, parent: Row, may_write: bool) -> dict[str, Any]:
    child = Place(place.plan, place.stage, section)
    found = list(section.rows(place.plan, parent))
    said = beside.counts(place.plan, request.access, section, found)
    rows = [
        with_moves(request, child, section, lists.entry(child, section, row, said), is_open=may_write) for row in found
    ]
    return {
        "place": child, "section": section, "rows": rows, "may_write": may_write,
        "new_url": f"{child.url('row_new')}?induk={parent.pk}",
    }  # fmt: skip


def movable(request: RegionRequest, section: Section, row: Row, *, is_open: bool) -> bool:
    """Whether the list that the person looks at, in the order people gave it, lets this row be moved."""
    reordered = request.GET.get("urut") or request.GET.get("cari")
    return is_open and section.model in GROUPS and not reordered and may(request, row)


def with_moves(
    request: RegionRequest, place: Place, section: Section, entry: dict[str, Any], *, is_open: bool
) -> dict[str, Any]:
    """An entry of views.lists with the address that moves its row, where it may be moved."""
    row = entry["row"]
    if not movable(request, section, row, is_open=is_open):
        return entry
    return entry | {"move_url": place.url("row_move", row.pk)}


@require_POST
@region_view(Permission.FILL, Permission.PACKET)
def row_delete(request: RegionRequest, region: Region, year: int, stage: int, section: str, row: UUID) -> HttpResponse:
    place, entry = rows_place(request.access, year, stage, section)
    found = row_of(request.access, place, entry, row)
    parent = getattr(found, entry.parent) if entry.parent else None
    version = request.POST.get("version", "")
    try:
        deed = writing.remove(
            found, access=request.access, version=int(version) if version.isdecimal() and len(version) < 10 else 0
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        undo = reverse("bimtek:restore", args=[*place.base[:2], deed.pk])
        named = f"{entry.named} “{found}” dihapus."
        messages.success(request, named, extra_tags=f"undo:{undo}" if request.access.may(Permission.FILL) else "")
    return go_back(request, place, entry, None, parent)
