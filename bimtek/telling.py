"""Differences in words: an item's name, its place, and each field before and after. Reads contents only."""

from typing import Any

from django.urls import reverse

from bimtek import richtext, words
from bimtek.diff import ADDED, CHANGED, MOVED, REMOVED, RowChange
from bimtek.framework import Framework
from bimtek.frozen import MODELS, Frozen, plan_pairs
from bimtek.models import Stage
from bimtek.revisions import Item
from bimtek.sections import BY_KEY, SECTIONS
from bimtek.states import LINK_MODELS

DEEDS = {ADDED: "Ditambahkan", REMOVED: "Dihapus", CHANGED: "Diubah", MOVED: "Dipindahkan"}
NAMELESS = {"sessionday", "indicatortarget"}
SECTION_OF_KIND = {section.model._meta.model_name or "": section for section in SECTIONS}
PLAN, SESSIONS, OTHERS = ("rencana", "Pengaturan rencana"), ("pertemuan", "Pertemuan"), ("lain", "Lain-lain")


def section_of(item: Item, frame: Framework) -> tuple[str, str]:
    """Key and title of the section that the item is counted under."""
    if item.kind == "plan":
        return PLAN
    if item.kind == "answer":
        asked = next((q for q in frame.all_questions if q.key == item.row.get("key")), None)
        group = next((g for g in frame.groups if asked and g.code == asked.section and g.stage == asked.stage), None)
        return (f"narasi-{group.code}", group.label) if group else OTHERS
    if item.kind == "session":
        return SESSIONS
    section = SECTION_OF_KIND.get(item.kind)
    return (section.key, section.title) if section else OTHERS


def title(kind: str, row: dict[str, Any], side: Frozen) -> str:
    """A row's own name; links and marks have none, their fields say it."""
    if kind == "plan":
        return "Pengaturan rencana"
    if kind == "answer":
        return next((q.label for q in side.frame.all_questions if q.key == row.get("key")), str(row.get("key", "")))
    if kind in NAMELESS or issubclass(MODELS[kind], LINK_MODELS):
        return ""
    return side.title(kind, row)


def told(item: Item, old: Frozen, new: Frozen, base: list[Any]) -> dict[str, Any]:
    """One item as a page shows it. `base` is region and year, for the address of what is still there."""
    side = old if item.deed == REMOVED else new
    own = [change for change in item.changes if (change.kind, change.id) == (item.kind, item.id)]
    hanging = [change for change in item.changes if change not in own and change.matters]
    key, place = section_of(item, side.frame)
    return {
        "deed": item.deed,
        "label": DEEDS[item.deed],
        "moved": item.moved and item.deed != MOVED,
        "place": place,
        "title": title(item.kind, item.row, side),
        "url": address(item, key, side.frame, base),
        "fields": [field for change in own for field in fields(change, old, new)],
        "children": [child(change, old, new) for change in hanging],
    }


def address(item: Item, key: str, frame: Framework, base: list[Any]) -> str:
    """Where the item is written; '' for what is gone or has no page of its own."""
    if item.deed == REMOVED:
        return ""
    if item.kind == "plan":
        return reverse("bimtek:plan", args=base)
    stages = sorted(item.stages(frame))
    if not stages:
        return ""
    if item.kind == "session":
        return reverse("bimtek:session", args=[*base, item.id])
    if item.kind == "answer":
        return reverse("bimtek:section", args=[*base, stages[0], key]) + f"#tanya-{item.row['key']}"
    return reverse("bimtek:row", args=[*base, Stage(BY_KEY[key].stage).value, key, item.id]) if key in BY_KEY else ""


def child(change: RowChange, old: Frozen, new: Frozen) -> dict[str, Any]:
    """What hangs on an item: a budget line, an indicator, a link."""
    side = new if change.after else old
    whole = {**change.before, **change.after}
    if change.deed == CHANGED:
        whole = next((row for row in new.rows.get(change.kind, ()) if row["id"] == change.id), whole)
    model = MODELS[change.kind]
    what = "kaitan" if issubclass(model, LINK_MODELS) else str(model._meta.verbose_name)
    return {
        "label": DEEDS[change.deed],
        "what": what,
        "title": title(change.kind, whole, side),
        "fields": fields(change, old, new),
    }


def fields(change: RowChange, old: Frozen, new: Frozen) -> list[dict[str, Any]]:
    """Each differing field with its label and its words: what stayed, went, came."""
    if change.kind == "plan":
        before, after = dict(plan_pairs(change.before)), dict(plan_pairs(change.after))
    else:
        before = dict(old.pairs(change.kind, change.before, every=True))
        after = dict(new.pairs(change.kind, change.after, every=True))
    read = richtext.plain_text if change.kind == "answer" else str
    both = [
        (label, read(before.get(label, "")), read(after.get(label, ""))) for label in dict.fromkeys([*before, *after])
    ]
    return [
        {"label": label, "before": was, "after": now, "pieces": words.compare(was, now)}
        for label, was, now in both
        if was != now
    ]
