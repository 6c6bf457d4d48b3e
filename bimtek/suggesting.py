"""Suggested wording: a reviewer proposes words for a field or a passage, the region takes them over or does not.

Taking over is a change like any other (bimtek.writing: stage open, version checked), credited in history to both.
"""

import html
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from bimtek import anchors, passages, richtext, threads, writing
from bimtek.anchors import Anchor
from bimtek.guards import refuse_unless, refuse_write
from bimtek.models import Answer, Message, Plan, Row, Thread
from bimtek.sections import Questions
from regions.access import Access, Permission

Wording, State = Thread.Wording, Thread.State
SPLIT = "Kutipan ini terbagi oleh tebal, miring, tautan, atau paragraf. Usulkan kata-kata untuk bagian yang utuh saja."


def readable(plan: Plan, anchor: Anchor, wording: str) -> str:
    """The proposed words, fit to be kept; ValidationError where such a proposal could never be taken over."""
    cleaned = richtext.clean_text(wording)
    if not cleaned:
        raise ValidationError("Tulis kata-kata yang Anda usulkan.")
    if len(cleaned) > threads.LONGEST:
        raise ValidationError(f"Usulan ini {len(cleaned)} tanda; paling banyak {threads.LONGEST}.")
    section = anchors.section_of(plan, anchor.stage, anchor.section)
    if isinstance(section, Questions) and anchor.field:
        if anchors.is_rich(plan, section, anchor.field) and not anchor.passage:
            raise ValidationError("Pada narasi berformat, pilih dulu kutipan yang akan diganti.")
        return cleaned
    field = anchors.text_field(section, anchor.field)
    if anchor.row is None or field is None:
        raise ValidationError("Usulan kata-kata hanya untuk isian berupa teks. Pilih isiannya dulu.")
    if field.max_length and len(cleaned) > field.max_length:
        raise ValidationError(f"Isian ini paling banyak {field.max_length} tanda; usulan Anda {len(cleaned)}.")
    return cleaned


def target_of(thread: Thread) -> Any:
    """The row or answer that the wording is for; None when it is gone (an unanswered question: an unsaved answer)."""
    row = anchors.row_of(thread.plan, thread)
    section = anchors.section_of(thread.plan, thread.stage, thread.section)
    if row is None and isinstance(section, Questions) and not thread.passage:
        return writing.new(Answer, thread.plan, key=thread.field, text="")
    return row


def field_name(row: Row, thread: Thread) -> str:
    return "text" if isinstance(row, Answer) else thread.field


def proposed(thread: Thread, row: Row) -> str:
    """The field's whole new value. ValidationError when the passage is not there to be replaced."""
    section = anchors.section_of(thread.plan, thread.stage, thread.section)
    now = str(getattr(row, field_name(row, thread)))
    if not thread.passage:
        return thread.wording
    if anchors.is_rich(thread.plan, section, thread.field):
        return _in_markup(now, thread)
    return _in_text(now, thread)


def _which(text: str, thread: Thread) -> int:
    """Which occurrence of the passage in the plain text is meant; ValidationError when it lost its place or was rewritten."""
    spot = passages.locate(text, thread.passage, thread.passage_before, thread.passage_after)
    if spot is None or not spot.exact:
        raise ValidationError(
            "Kutipan yang akan diganti sudah berubah, jadi usulan ini tidak dapat dipakai begitu saja."
        )
    return sum(1 for start, _ in passages.parted(spot.text, thread.passage) if start < spot.start)


def _in_text(text: str, thread: Thread) -> str:
    start, end = passages.parted(text, thread.passage)[_which(text, thread)]
    return text[:start] + thread.wording + text[end:]


def _in_markup(markup: str, thread: Thread) -> str:
    """Replaces within one run of text between tags; a passage that crosses tags is refused."""
    wanted, plain = _which(richtext.plain_text(markup), thread), richtext.plain_text(markup)
    runs, spots = _runs(markup), []
    for number, run in enumerate(runs):
        if number % 2 == 0:
            spots += [(number, span) for span in passages.parted(html.unescape(run), thread.passage)]
    if len(spots) != len(passages.parted(passages.even(plain), thread.passage)):
        raise ValidationError(SPLIT)
    number, (start, end) = spots[wanted]
    text = html.unescape(runs[number])
    runs[number] = html.escape(text[:start] + thread.wording + text[end:], quote=False)
    return richtext.clean("".join(runs))


def _runs(markup: str) -> list[str]:
    """Text and tags by turns, beginning and ending with text."""
    pieces, last = [], 0
    for tag in richtext.TAG.finditer(markup):
        pieces += [markup[last : tag.start()], tag[0]]
        last = tag.end()
    return [*pieces, markup[last:]]


# --- the region's decision -----------------------------------------------------------------------------------------


def may_decide(thread: Thread, access: Access) -> bool:
    """Whether this person could write the field that the words are for, the stage aside."""
    row = target_of(thread) if thread.wording_state == Wording.OPEN and access.may(Permission.FILL) else None
    if row is None:
        return False
    try:
        writing.refuse_stranger(row, access)
    except PermissionDenied:
        return False
    return True


@transaction.atomic
def take(thread: Thread, *, access: Access, version: int) -> Row:
    """Writes the proposed words into the field. `version` is the row's when the person compared both texts (0: no answer yet)."""
    refuse_unless(access, Permission.FILL)
    row = target_of(thread)
    if row is None:
        raise ValidationError("Baris yang diusulkan perubahannya sudah dihapus.")
    refuse_write(row, access)
    _claim(thread, Wording.ACCEPTED)
    setattr(row, field_name(row, thread), proposed(thread, row))
    if row._state.adding:
        row = writing.save_answer(thread.plan, thread.field, row.text, access=access, version=version)
        written = thread.plan.change_set.filter(row_id=row.pk)
    else:
        act = uuid.uuid4()
        row = writing.change(row, access=access, version=version, act=act)
        written = thread.plan.change_set.filter(row_id=row.pk, act=act)
    written.update(suggested_by=thread.by)  # the change just made, in this very transaction
    threads.record(thread, Message.Deed.WORDING_TAKEN, access=access, state=State.DONE)
    return row


@transaction.atomic
def refuse(thread: Thread, *, access: Access, reason: str = "") -> None:
    """Leaves the field as it is; the reason, where given, stands in the thread."""
    if not may_decide(thread, access):
        raise PermissionDenied("Peran Anda tidak memutuskan usulan ini.")
    _claim(thread, Wording.REJECTED)
    threads.record(thread, Message.Deed.WORDING_REFUSED, access=access, text=reason)


def _claim(thread: Thread, to: str) -> None:
    waiting = Thread.objects.filter(plan=thread.plan, pk=thread.pk, wording_state=Wording.OPEN)
    if not waiting.update(wording_state=to):
        raise ValidationError("Usulan ini sudah diputuskan. Muat ulang halaman.")
    thread.wording_state = to
