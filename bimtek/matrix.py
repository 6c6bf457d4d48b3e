"""The response matrix of one round: each comment, what was answered, what changed. Shared threads only: it is an official paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from bimtek import anchors, kept, outcomes
from bimtek.models import Message, Plan, Stage, Thread
from bimtek.outcomes import Told
from bimtek.sections import BY_KEY

FEWEST = 5  # signs that are enough to know a row by: "S1" may stand anywhere
SIGNS = 60  # of a row's name that are sought on a page: the rest may stand on the next
MOST_TOLD = 12  # fields and rows of one comment that a cell holds


@dataclass(frozen=True)
class Line:
    """One comment with its answers. `told` is what changed, with the words before and after; `more` is what a cell has no room for."""

    number: int
    thread: Thread
    place: str
    comment: str
    by: str
    responses: list[tuple[str, str]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    more: int = 0

    @property
    def unchanged(self) -> bool:
        """Whether its place still reads as it did; nobody can say so of a whole stage."""
        return not self.told and self.thread.section != anchors.WHOLE_STAGE


def rounds(plan: Plan, stage: Stage | int) -> list[tuple[int, int]]:
    """The rounds of a stage that have shared threads, each with how many; 0 is before the first submission."""
    shared = plan.thread_set.filter(stage=stage, private=False).order_by("round")
    return list(shared.values_list("round").annotate(count=Count("pk")))


def lines(plan: Plan, stage: Stage | int, number: int) -> list[Line]:
    """The shared threads of a round in the order in which they began. A fixed number of queries, however many threads."""
    shared = plan.thread_set.filter(stage=stage, private=False, round=number).order_by("at", "id")
    threads = list(shared.select_related("assignee").prefetch_related("messages"))
    changes = anchors.changes_since(plan, threads)
    names = kept.names_in(plan, {change.pk: change for mine in changes.values() for change in mine}.values())
    told = [list(outcomes.of_thread(plan, thread, changes.get(thread.pk, []), names)) for thread in threads]
    return [
        _line(plan, place, thread, mine)
        for place, (thread, mine) in enumerate(zip(threads, told, strict=True), start=1)
    ]


def _line(plan: Plan, number: int, thread: Thread, told: Sequence[Told]) -> Line:
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
        told=list(told[:MOST_TOLD]),
        more=max(0, len(told) - MOST_TOLD),
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
