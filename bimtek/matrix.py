"""The response matrix of one round: each comment, what was answered, what changed. Shared threads only: it is an official paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Count

from bimtek import anchors, richtext, words
from bimtek.models import Change, Message, Plan, Stage, Thread
from bimtek.sections import BY_KEY
from bimtek.states import LINK_MODELS
from bimtek.words import Piece

FEWEST = 5  # signs that are enough to know a row by: "S1" may stand anywhere
SIGNS = 60  # of a row's name that are sought on a page: the rest may stand on the next
AROUND = 80  # signs of an unchanged stretch that are shown on each side of a change
MOST_PIECES = 40  # pieces of one change that a cell holds


@dataclass(frozen=True)
class Line:
    """One comment with its answers. `pieces` are the words before and after, `changed` says it where words cannot."""

    number: int
    thread: Thread
    place: str
    comment: str
    by: str
    responses: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    changed: str = ""


def rounds(plan: Plan, stage: Stage | int) -> list[tuple[int, int]]:
    """The rounds of a stage that have shared threads, each with how many; 0 is before the first submission."""
    shared = plan.thread_set.filter(stage=stage, private=False).order_by("round")
    return list(shared.values_list("round").annotate(count=Count("pk")))


def lines(plan: Plan, stage: Stage | int, number: int) -> list[Line]:
    """The shared threads of a round in the order in which they began. Five queries, however many threads."""
    shared = plan.thread_set.filter(stage=stage, private=False, round=number).order_by("at", "id")
    threads = list(shared.select_related("assignee").prefetch_related("messages"))
    changes = anchors.changes_since(plan, threads)
    return [_line(plan, place, thread, changes.get(thread.pk, [])) for place, thread in enumerate(threads, start=1)]


def _line(plan: Plan, number: int, thread: Thread, changes: Sequence[Change]) -> Line:
    said = list(thread.messages.all())
    first = next((message for message in said if message.deed == Message.Deed.SAID), None)
    where = anchors.place_name(plan, thread).split(" · ", 1)[1]
    return Line(
        number=number,
        thread=thread,
        place=f"{where} · {thread.row_label}" if thread.row_label else where,
        comment=first.text if first else "",
        by=f"{first.by_name} ({first.by_role})" if first else "",
        responses=[_response(message) for message in said if message is not first and _tells(message)],
        pieces=_words(plan, thread, changes),
        changed=_in_words(plan, thread, changes),
    )


def _tells(message: Message) -> bool:
    return message.deed != Message.Deed.ASSIGNED


def _response(message: Message) -> tuple[str, str]:
    told = {
        Message.Deed.STATE: f"Keadaan: {message.text.lower()}.",
        Message.Deed.WORDING_TAKEN: "Kata-kata usulan dipakai.",
        Message.Deed.WORDING_REFUSED: f"Kata-kata usulan tidak dipakai. {message.text}".strip(),
    }
    return f"{message.by_name} ({message.by_role})", told.get(Message.Deed(message.deed), message.text)


def _words(plan: Plan, thread: Thread, changes: Sequence[Change]) -> list[Piece]:
    """Word by word where the thread is about one field of free text."""
    name = _text_name(plan, thread)
    if not changes or not name:
        return []
    rich = anchors.is_rich(plan, anchors.section_of(plan, thread.stage, thread.section), thread.field)
    read = richtext.plain_text if rich else str
    before, after = ((state or {}).get(name) or "" for state in (changes[0].before, changes[-1].after))
    return shortened(words.compare(read(before), read(after)))[:MOST_PIECES]


def _text_name(plan: Plan, thread: Thread) -> str:
    section = anchors.section_of(plan, thread.stage, thread.section)
    if not thread.field:
        return ""
    if anchors.text_field(section, thread.field):
        return thread.field
    return "" if thread.row_id else "text"  # a question's answer


def shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """Long unchanged stretches cut down to what stands next to a change."""
    found = []
    for place, piece in enumerate(pieces):
        if piece.kind != words.SAME or len(piece.text) <= 2 * AROUND:
            found.append(piece)
            continue
        head = piece.text[:AROUND] if place > 0 else ""
        tail = piece.text[-AROUND:] if place < len(pieces) - 1 else ""
        found.append(Piece(words.SAME, f"{head} … {tail}"))
    return found


def _in_words(plan: Plan, thread: Thread, changes: Sequence[Change]) -> str:
    """What changed where it is not one text: the names of the fields, and what hangs on the row."""
    if not changes:
        return "Belum berubah." if thread.section != anchors.WHOLE_STAGE else ""
    if _text_name(plan, thread):
        return ""
    if thread.row_id is None and not thread.field:
        return f"{len({change.row_id for change in changes})} baris berubah."
    own = [change for change in changes if change.row_id == thread.row_id]
    named = _field_labels(own)
    hanging = sorted({_kind_name(change.kind) for change in changes if change.row_id != thread.row_id})
    parts = ([", ".join(named)] if named else []) + ([", ".join(hanging)] if hanging else [])
    gone = any(change.deed == Change.Deed.DELETED for change in own)
    return "Baris dihapus." if gone else f"Diubah: {'; '.join(parts)}." if parts else "Diubah."


def _field_labels(changes: Sequence[Change]) -> list[str]:
    if not changes:
        return []
    both = [(change.before or {}, change.after or {}) for change in changes]
    model: Any = apps.get_model("bimtek", changes[0].kind)
    labels = {f.attname: str(f.verbose_name) for f in model._meta.concrete_fields}
    labels |= {f.name: str(f.verbose_name) for f in model._meta.many_to_many}
    hidden = {*anchors.UNSEEN, "position"}
    names = dict.fromkeys(
        name for before, after in both for name in [*before, *after] if before.get(name) != after.get(name)
    )
    return [labels.get(name, name) for name in names if name not in hidden]


def _kind_name(kind: str) -> str:
    model: Any = apps.get_model("bimtek", kind)
    return "kaitan" if issubclass(model, LINK_MODELS) else str(model._meta.verbose_name)


SOURCES = {
    "keputusan": "decrees", "tim": "team", "profil": "profile_facts", "rpjmd": "rpjmd_missions",
    "kesiapan": "readiness_tables", "aplikasi": "applications", "peraturan": "legal_basis", "swot": "swot_items",
    "strategi": "swot_strategies", "kesenjangan": "gap_table", "sasaran": "objectives", "program": "programme_table",
    "anggaran": "budget_recap", "indikator": "indicator_targets", "quick-win": "quick_win_profiles",
    "komitmen": "commitment", "penanda-tangan": "signatories",
}  # fmt: skip
"""Section → the source (framework file, [[section]]) that prints its rows; a question's source is its key."""


def source_of(line: Line, codes: dict[Any, str]) -> tuple[str, str]:
    """Which source of the books prints the thread's place, and the dimension or element it belongs to, where known.

    `codes`: row id → its dimension, element or sub-dimension code.
    """
    thread = line.thread
    if thread.section.startswith("narasi-"):
        return thread.field, ""
    return SOURCES.get(thread.section, ""), codes.get(thread.row_id, "")


def codes_of(plan: Plan, found: Sequence[Line]) -> dict[Any, str]:
    """The code that parts a source into sections, of each row that the lines are about."""
    codes: dict[Any, str] = {}
    for section, name in (("kesenjangan", "sub_dimension"), ("program", "sub_dimension"), ("sasaran", "dimension"), ("kesiapan", "element")):  # fmt: skip
        ids = [line.thread.row_id for line in found if line.thread.section == section and line.thread.row_id]
        if ids:
            rows = BY_KEY[section].rows(plan).filter(pk__in=ids).values_list("pk", name)
            codes |= {pk: str(code).split("-")[0] for pk, code in rows}
    return codes


def names_of(plan: Plan, found: Sequence[Line]) -> dict[Any, list[str]]:
    """Row → what a book calls it: its code and the column that names it, as they are now. One query a section."""
    names: dict[Any, list[str]] = {}
    for section in {line.thread.section for line in found if line.thread.row_id} & BY_KEY.keys():
        shown = next((column.show for column in BY_KEY[section].columns if column.main), str)
        ids = [line.thread.row_id for line in found if line.thread.section == section]
        for row in BY_KEY[section].rows(plan).filter(pk__in=ids):
            own = [str(getattr(row, name, "") or "") for name in ("text", "code")]
            names[row.pk] = [own[0], shown(row).rstrip("…"), own[1]]
    return names


def words_of(line: Line, names: dict[Any, list[str]]) -> list[str]:
    """By which words the thread's place is known on a page: the passage (or what replaced it), else the row's own names."""
    thread = line.thread
    if thread.passage:
        return [thread.passage, thread.wording]
    return [words[:SIGNS] for words in names.get(thread.row_id, []) if len(words) >= FEWEST]
