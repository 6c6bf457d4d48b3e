"""The chain of a plan as a page: lists of each kind with what hangs loose, and a walk from one item both ways."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bimtek import tracing
from bimtek.models import Plan, Stage
from bimtek.tracing import BUDGET, BY_KEY, INDICATOR, KINDS, PROGRAMME, Chain, Node
from bimtek.views.places import frame_context, plan_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

A_PAGE = 50
SHOWN = 40  # of one kind around an item; more are counted
LOOSE = "terputus"


@require_safe
@region_view(Permission.VIEW_ALL)
def trace(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    """?pusat=<kind>:<id> walks from one item; otherwise ?jenis= lists a kind, ?lihat=terputus only what hangs loose."""
    plan = plan_of(region, year)
    chain = Chain(tracing.read(plan))
    context = frame_context(plan, request.access, stage=Stage.FINALISASI) | {
        "overview": "trace", "loose_total": len(chain.loose), "empty": not chain.nodes,
        "list_url": reverse("bimtek:trace", args=[region.slug, year]),
    }  # fmt: skip
    wanted = request.GET.get("pusat", "")
    context |= _walk(plan, chain, wanted) if wanted else _list(request, plan, chain)
    return render(request, "bimtek/trace.html", context)


def _list(request: RegionRequest, plan: Plan, chain: Chain) -> dict[str, Any]:
    asked = request.GET.get("jenis", "")
    kind = BY_KEY[asked if asked in BY_KEY else PROGRAMME]
    only = request.GET.get("lihat") == LOOSE
    nodes = [node for node in chain.of(kind.key) if node.flaws or not only]
    page = Paginator(nodes, A_PAGE).get_page(request.GET.get("page"))
    counts, loose = Counter(key for key, _ in chain.nodes), Counter(node.kind for node in chain.loose)
    chips = [
        {"label": each.title, "url": _query(each.key, only), "on": each == kind, "count": (loose if only else counts)[each.key], "code": ""}
        for each in KINDS
    ]  # fmt: skip
    shown = [
        {"label": "Semua", "url": _query(kind.key, False), "on": not only, "count": counts[kind.key], "code": ""},
        {
            "label": "Hanya yang terputus",
            "url": _query(kind.key, True),
            "on": only,
            "count": loose[kind.key],
            "code": "",
        },
    ]
    return {
        "kind": kind,
        "chips": chips,
        "shown": shown,
        "page": page,
        "lines": [_line(plan, chain, node) for node in page],
        "only": only,
    }


def _query(kind: str, only: bool) -> str:
    return "?" + urlencode({"jenis": kind, **({"lihat": LOOSE} if only else {})})


def _line(plan: Plan, chain: Chain, node: Node) -> dict[str, Any]:
    """An item with how many of each other kind it leads to or comes from."""
    around = chain.around(node.kind, node.pk)
    links = [
        f"{len(nodes)} {kind.title[0].lower()}{kind.title[1:]}"
        for kind, nodes in around.columns
        if nodes and kind.key != node.kind
    ]
    return {
        "node": node,
        "url": "?" + urlencode({"pusat": node.key}),
        "links": links,
        "edit": address(plan, chain, node),
    }


def _walk(plan: Plan, chain: Chain, wanted: str) -> dict[str, Any]:
    kind, _, pk = wanted.partition(":")
    try:
        around = chain.around(kind, UUID(pk))
    except (KeyError, ValueError):
        raise Http404("Butir ini tidak ada pada rencana ini.") from None
    same = chain.of(kind)
    at = same.index(around.focus)
    columns = [
        {
            "kind": each, "here": each.key == kind, "count": len(nodes), "rest": max(0, len(nodes) - SHOWN),
            "nodes": [{"node": node, "url": "?" + urlencode({"pusat": node.key}), "here": node == around.focus} for node in nodes[:SHOWN]],
        }
        for each, nodes in around.columns
    ]  # fmt: skip
    return {
        "focus": around.focus, "kind": BY_KEY[kind], "columns": columns, "edit": address(plan, chain, around.focus),
        "before": same[at - 1] if at else None, "after": same[at + 1] if at + 1 < len(same) else None,
        "number": at + 1, "same": len(same),
    }  # fmt: skip


def address(plan: Plan, chain: Chain, node: Node) -> str:
    """Where the item is written: a budget and an indicator on their programme's page."""
    kind, pk = BY_KEY[node.kind], node.pk
    if node.kind == INDICATOR:
        pk = next(owner for owner, ids in chain.indicators_of.items() if owner and pk in ids)
    section = "program" if node.kind in (INDICATOR, BUDGET) else kind.section
    return reverse("bimtek:row", args=[plan.region.slug, plan.enrolment.cohort.year, kind.stage.value, section, pk])
