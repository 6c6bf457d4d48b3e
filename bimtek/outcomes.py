"""What became of the place that a thread is about: its fields and rows with their words before and after. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from bimtek import anchors, diff, kept, words
from bimtek.diff import ADDED, CHANGED
from bimtek.kept import Names, Net
from bimtek.models import Change, Plan, Thread
from bimtek.revisions import OWNERS
from bimtek.states import LINK_MODELS, row_model
from bimtek.words import GONE, NEW, SAME, Piece

AROUND = 80  # signs of an unchanged stretch that are shown on each side of a change
LONGEST = 600  # signs of one stretch that came or went
MOST_PIECES = 40  # pieces of one change
SILENT = {*diff.SILENT, *anchors.UNSEEN}
"""Fields that are never told of, but for the place of a row, which is a move."""


@dataclass(frozen=True)
class Told:
    """One field that reads otherwise, or one row that came, went or moved. label '' is the very field that was asked about."""

    label: str
    pieces: list[Piece]


def of_thread(plan: Plan, thread: Thread, changes: Sequence[Change], names: Names) -> Iterator[Told]:
    """What `changes` of its place come to. `names`: kept.names_in of them."""
    section = anchors.section_of(plan, thread.stage, thread.section)
    asked = anchors.kept_name(section, thread.field)
    for row in kept.net(changes):
        if row.gone and row.row_id == thread.row_id:
            yield Told("Baris dihapus", [Piece(GONE, row.label)])
        elif asked in {*row.before, *row.after}:
            yield Told("", pieces(plan, row, asked, names))
        elif row.row_id == thread.row_id:
            yield from _fields(plan, row, names, "")
        else:
            yield from _row(plan, row, names, own=thread.row_id is None)


def _row(plan: Plan, row: Net, names: Names, *, own: bool) -> Iterator[Told]:
    """A row of the section (`own`), or one that hangs on the row that the thread is about."""
    heading = _heading(row, own=own)
    if row.deed == CHANGED:
        yield from _fields(plan, row, names, f"{heading} · ")
        return
    side = row.after if row.deed == ADDED else row.before
    values = [(label, kept.shown(plan, row.kind, name, side.get(name), names)) for name, label in _labels(row).items()]
    said = "; ".join(f"{label}: {value}" for label, value in values if value)
    kind, deed = (NEW, "ditambahkan") if row.deed == ADDED else (GONE, "dihapus")
    yield Told(f"{heading} {deed}", [Piece(kind, _cut(said))] if said else [])


def _heading(row: Net, *, own: bool) -> str:
    model = row_model(row.kind)
    if issubclass(model, LINK_MODELS):
        return "Kaitan"
    what = str(model._meta.verbose_name)
    title = "" if row.label == what else row.label
    heading = title if own and title else f"{what} {title}".strip()
    return heading[:1].upper() + heading[1:]


def _labels(row: Net) -> dict[str, str]:
    """The row's fields that differ, in the order of the form, with their labels: not the pointer to what it hangs on."""
    above = OWNERS.get(row.kind, ("", ""))[1]
    silent = {*SILENT, above}
    return {name: label for name, label in kept.labels_of(row.kind).items() if name in row.names and name not in silent}


def _fields(plan: Plan, row: Net, names: Names, before: str) -> Iterator[Told]:
    found = _labels(row)
    for name, label in found.items():
        yield Told(f"{before}{label if before else label[:1].upper() + label[1:]}", pieces(plan, row, name, names))
    if not found and "position" in row.names:
        yield Told(f"{before}dipindahkan" if before else "Dipindahkan", [])


def pieces(plan: Plan, row: Net, name: str, names: Names) -> list[Piece]:
    """Free text word by word; a choice, a figure or a link as a whole."""
    was, now = (kept.shown(plan, row.kind, name, side.get(name), names) for side in (row.before, row.after))
    if is_free_text(kept.fields_of(row.kind).get(name)):
        return shortened(words.compare(was, now))[:MOST_PIECES]
    return [Piece(kind, text) for kind, text in ((GONE, was), (NEW, now)) if text]


def is_free_text(field: Any) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def shortened(found: Sequence[Piece], *, longest: int = LONGEST) -> list[Piece]:
    """Long unchanged stretches cut down to what stands next to a change, changed ones to their beginning."""
    cut = []
    for place, piece in enumerate(found):
        if piece.kind != SAME or len(piece.text) <= 2 * AROUND:
            cut.append(piece if piece.kind == SAME else Piece(piece.kind, _cut(piece.text, longest)))
            continue
        head = piece.text[:AROUND] if place > 0 else ""
        tail = piece.text[-AROUND:] if place < len(found) - 1 else ""
        cut.append(Piece(SAME, f"{head} … {tail}"))
    return cut


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
