"""Threads: beginning one, replying, assigning, moving its state, and who may see it.

Everything that shows threads begins at `visible`: what reviewers write to each other never reaches the region. What
stands beside a page is bimtek.beside's.
The states of a correction request and who moves it stand in REQUEST_MOVES; a plain comment is only open or done.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from bimtek import anchors, notices, offices, passages, richtext, workflow
from bimtek.anchors import Anchor
from bimtek.guards import refuse_unless
from bimtek.models import Message, Plan, Snapshot, Status, Thread, ThreadVisit
from bimtek.sections import BY_KEY, SECTIONS
from regions import audit
from regions.access import PERMISSIONS, Access, Permission, Role
from regions.models import Membership

LONGEST = 5000
LONGEST_PASSAGE = 1000
MOST_CALLED = 20  # people that one message may call

OPEN_STATES = (Thread.State.OPEN, Thread.State.WORKING)
State, Kind, Deed = Thread.State, Thread.Kind, Message.Deed
REGION, REVIEWER = "region", "reviewer"
REQUEST_MOVES: dict[tuple[str, str], frozenset[str]] = {
    (State.OPEN, State.WORKING): frozenset({REGION}),
    (State.OPEN, State.DONE): frozenset({REGION}),
    (State.WORKING, State.DONE): frozenset({REGION}),
    (State.WORKING, State.OPEN): frozenset({REGION, REVIEWER}),
    (State.OPEN, State.ACCEPTED): frozenset({REVIEWER}),
    (State.WORKING, State.ACCEPTED): frozenset({REVIEWER}),
    (State.DONE, State.ACCEPTED): frozenset({REVIEWER}),
    (State.DONE, State.OPEN): frozenset({REVIEWER}),
    (State.ACCEPTED, State.OPEN): frozenset({REVIEWER}),
}
COMMENT_MOVES = {(State.OPEN, State.DONE), (State.DONE, State.OPEN)}
DEEDS = {
    State.WORKING: "Mulai kerjakan",
    State.DONE: "Tandai selesai",
    State.ACCEPTED: "Terima perbaikan",
    State.OPEN: "Buka kembali",
}


# --- who sees ----------------------------------------------------------------------------------------------------


def visible(plan: Plan, access: Access) -> "QuerySet[Thread]":
    """The plan's threads that this person may read."""
    found = plan.thread_set.filter(region=plan.region)
    if not access.may(Permission.REVIEW_NOTES):
        found = found.filter(private=False)
    return found if offices.sees_all(access) else found.filter(_of_own_office(plan, access))


def _of_own_office(plan: Plan, access: Access) -> Q:
    """Threads about rows that this person sees, and about places that belong to all."""
    owned = [section for section in SECTIONS if offices.owner_path(section.model)]
    shown = Q(row_id__isnull=True) | ~Q(section__in=[section.key for section in owned])
    for section in owned:
        shown |= Q(section=section.key, row_id__in=offices.ids_of(section.model, plan, access))
    return shown


def with_unread(found: "QuerySet[Thread]", user: User) -> "QuerySet[Thread]":
    """Each with `unread`: whether something was said since this person last looked."""
    seen = ThreadVisit.objects.filter(thread=OuterRef("pk"), user=user, at__gte=OuterRef("active_at"))
    return found.annotate(unread=~Exists(seen))


def unread_count(plan: Plan, access: Access) -> int:
    found: Any = with_unread(visible(plan, access), access.user)
    return int(found.filter(unread=True).count())


def mark_read(found: Iterable[Thread], user: User) -> None:
    now = timezone.now()
    ThreadVisit.objects.bulk_create(
        [ThreadVisit(region_id=thread.region_id, thread=thread, user=user, at=now) for thread in found],
        update_conflicts=True, unique_fields=["thread", "user"], update_fields=["at"],
    )  # fmt: skip


def people(plan: Plan, place: "Anchor | Thread", *, private: bool) -> "QuerySet[User]":
    """Who can open a thread about the place, and so may be called into it: of a private one reviewers only."""
    row_id = place.row_id if isinstance(place, Thread) else place.row and place.row.pk
    needed = {Permission.VIEW, Permission.REVIEW_NOTES} if private else {Permission.VIEW}
    roles = [role for role in Role if needed <= PERMISSIONS[role]]
    whole = [role for role in roles if Permission.VIEW_ALL in PERMISSIONS[role]]
    seeing = Q(role__in=whole) | (Q(role__in=roles) & _offices_at(plan, place.section, row_id))
    held = Membership.objects.current().filter(seeing, region=plan.region)
    return User.objects.filter(Q(pk__in=held.values("user")) | Q(is_ministry=True), is_active=True).order_by(
        "full_name"
    )


def _offices_at(plan: Plan, section: str, row_id: Any) -> Q:
    """Memberships of one office only that see the place: all where it belongs to all, none where its row is gone."""
    model: Any = BY_KEY[section].model if section in BY_KEY else None
    path = offices.owner_path(model) if model and row_id else ""
    if not path:
        return Q()
    owners = list(model._default_manager.filter(plan=plan, pk=row_id).values_list(path, flat=True))
    return Q() if owners == [None] else Q(opd__in=owners)


def readers(thread: Thread) -> "QuerySet[User]":
    """Who may be told of the thread."""
    return people(thread.plan, thread, private=thread.private)


def is_reviewer(access: Access, plan: Plan) -> bool:
    return access.may(Permission.REVIEW_NOTES) or workflow.may_review(access, plan)


# --- beginning and replying ----------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    plan: Plan,
    anchor: Anchor,
    text: str,
    *,
    access: Access,
    kind: str = Kind.COMMENT,
    private: bool = False,
    wording: str = "",
    called: Sequence[User] = (),
    assignee: User | None = None,
    id: UUID | None = None,
) -> Thread:
    """Begins a thread. Sent twice (same id) it stays one. `called` are told by mail; `wording` is a proposal, checked before."""
    refuse_unless(access, Permission.COMMENT)
    if id and (twin := plan.thread_set.filter(pk=id, by=access.user).first()):
        return twin
    _refuse_begin(plan, access, kind, private=private, wording=wording)
    told, snapshot = _readable(text), reading(plan, anchor.stage)
    thread = Thread(
        plan=plan, region=plan.region, kind=kind, private=private, stage=anchor.stage, section=anchor.section,
        row_id=anchor.row.pk if anchor.row else None, row_label=str(anchor.row)[:200] if anchor.row else "",
        field=anchor.field, round=_round(plan, anchor.stage), snapshot=snapshot,
        wording=wording, wording_state=Thread.Wording.OPEN if wording else Thread.Wording.NONE, by=access.user,
    )  # fmt: skip
    if anchor.passage:
        thread.passage, thread.passage_before, thread.passage_after = _quoted(plan, anchor, snapshot)
    if snapshot:
        thread.baseline = snapshot.created_at
    if id:
        thread.id = id
    try:
        with transaction.atomic():
            thread.save(force_insert=True)
    except IntegrityError as clash:
        raise ValidationError("Komentar ini sudah terkirim. Muat ulang halaman.") from clash
    _say(thread, told, access=access, called=called)
    if assignee:
        assign(thread, assignee, access=access)
    return thread


def _refuse_begin(plan: Plan, access: Access, kind: str, *, private: bool, wording: str) -> None:
    if kind not in Kind.values:
        raise ValidationError("Pilih jenis dari daftar.")
    if private and not access.may(Permission.REVIEW_NOTES):
        raise PermissionDenied("Catatan antarpereviu ditulis oleh pereviu.")
    if kind != Kind.COMMENT and not is_reviewer(access, plan):
        raise PermissionDenied("Permintaan perbaikan ditulis oleh pereviu.")
    if private and (kind != Kind.COMMENT or wording):
        raise ValidationError(
            "Permintaan perbaikan dan usulan ditujukan kepada daerah, jadi tidak dapat disembunyikan darinya."
        )


def reading(plan: Plan, stage: int) -> Snapshot | None:
    """What reviewers read of a stage under review: its newest submitted state; None while nothing is under review."""
    submission = plan.submission_set.filter(stage=stage, status=Status.SUBMITTED).first()
    if submission is None:
        return None
    return workflow.newest(submission)


def _round(plan: Plan, stage: int) -> int:
    return workflow.rounds(plan.submission_set.get(stage=stage))


def _quoted(plan: Plan, anchor: Anchor, snapshot: Snapshot | None) -> tuple[str, str, str]:
    """The passage with its surroundings, from what was read or from what stands there now."""
    passage = passages.even(_readable(anchor.passage, what="Kutipan", longest=LONGEST_PASSAGE))
    section = anchors.section_of(plan, anchor.stage, anchor.section)
    row = anchor.row or (plan.answer_set.filter(key=anchor.field).first() if anchor.field else None)
    texts = [anchors.frozen_text(plan, snapshot.content, anchor)] if snapshot else []
    texts.append(anchors.text_of(plan, section, row, anchor.field))
    for text in texts:
        if text and passage in passages.even(text):
            return passage, *passages.surroundings(text, passage)
    raise ValidationError("Kutipan ini tidak ada pada isian yang dipilih. Salin persis dari teksnya.", code="passage")


def _readable(text: str, *, what: str = "Komentar", longest: int = LONGEST) -> str:
    cleaned = richtext.clean_text(text)
    if not cleaned:
        raise ValidationError(f"Tulis {what.lower()}nya dulu.")
    if len(cleaned) > longest:
        raise ValidationError(f"{what} ini {len(cleaned)} tanda; paling banyak {longest}. Bagi menjadi beberapa.")
    return cleaned


@transaction.atomic
def reply(thread: Thread, text: str, *, access: Access, called: Sequence[User] = (), id: UUID | None = None) -> Message:
    """Adds a message. Sent twice (same id) it stays one."""
    refuse_unless(access, Permission.COMMENT)
    _refuse_unseen(thread, access)
    if id and (twin := thread.messages.filter(pk=id, by=access.user).first()):
        return twin
    try:
        return _say(thread, _readable(text, what="Balasan"), access=access, called=called, id=id)
    except IntegrityError as clash:
        raise ValidationError("Balasan ini sudah terkirim. Muat ulang halaman.") from clash


def _refuse_unseen(thread: Thread, access: Access) -> None:
    """A verb is never a way round `visible`."""
    if not offices.sees_all(access) and not visible(thread.plan, access).filter(pk=thread.pk).exists():
        raise PermissionDenied("Utas ini tentang baris OPD lain.")
    if thread.private and not access.may(Permission.REVIEW_NOTES):
        raise PermissionDenied("Utas ini hanya untuk pereviu.")


def _say(
    thread: Thread, text: str, *, access: Access, deed: str = Deed.SAID, called: Sequence[User] = (),
    id: UUID | None = None, undo: tuple[str, str] = ("", ""),
) -> Message:  # fmt: skip
    """Writes the message and calls people. A message makes the thread new to everybody but its writer."""
    now = timezone.now()
    message = Message(
        plan=thread.plan, region=thread.region, thread=thread, deed=deed, text=text, at=now, by=access.user,
        by_name=str(access.user)[:150], by_role=", ".join(role.label for role in access.roles)[:80],
        of_region=not is_reviewer(access, thread.plan),
    )  # fmt: skip
    if id:
        message.id = id
    with transaction.atomic():
        message.save(force_insert=True)
    thread.active_at = now
    Thread.objects.filter(plan=thread.plan, pk=thread.pk).update(active_at=now, version=F("version") + 1)
    mark_read([thread], access.user)
    _note(thread, message, access)
    _call(thread, message, called)
    if deed != Deed.ASSIGNED:  # who gets a thread is called
        _tell(thread, message, called, undo)
    return message


def _tell(thread: Thread, message: Message, called: Sequence[User], undo: tuple[str, str]) -> None:
    """A state that goes back before anybody was written to leaves nobody told of either way."""
    there, back = (f"state:{before}>{after}" if before else "" for before, after in (undo, undo[::-1]))
    if back and notices.withdraw(thread.pk, back):
        return
    notices.said(
        thread, message, where=anchors.place_name(thread.plan, thread), without=called, deed=there,
        among=readers(thread),
    )  # fmt: skip


def _note(thread: Thread, message: Message, access: Access) -> None:
    """The audit says where somebody spoke and what they did, never what they said; of private threads not even where."""
    deed = "menulis catatan antarpereviu" if thread.private else f"{message.get_deed_display()} pada utas"
    where = "" if thread.private else _place(thread.plan, thread)
    audit.record(thread.region, audit.Kind.COMMENT, deed, by=access, about=thread, label=where, private=thread.private)


def _call(thread: Thread, message: Message, called: Sequence[User]) -> None:
    if not called:
        return
    if len(called) > MOST_CALLED:
        raise ValidationError(f"Paling banyak {MOST_CALLED} orang diberi tahu sekaligus.")
    may_see = set(readers(thread).filter(pk__in=[user.pk for user in called]))
    if strangers := [str(user) for user in called if user not in may_see]:
        raise ValidationError(f"{', '.join(strangers)} tidak dapat membaca utas ini.")
    message.mentioned.set(may_see)
    notices.called(thread, message, may_see - {message.by}, where=anchors.place_name(thread.plan, thread))


# --- assigning and moving --------------------------------------------------------------------------------------------


@transaction.atomic
def assign(thread: Thread, person: User | None, *, access: Access) -> bool:
    """Hands the thread to somebody who may see it, or to nobody; False when it is theirs already."""
    refuse_unless(access, Permission.COMMENT)
    _refuse_unseen(thread, access)
    if person and not readers(thread).filter(pk=person.pk).exists():
        raise ValidationError("Orang ini tidak dapat membaca utas ini.")
    if thread.assignee_id == (person.pk if person else None):
        return False
    if thread.assignee:
        notices.withdraw(thread.pk, "assigned", thread.assignee)
    thread.assignee = person
    Thread.objects.filter(plan=thread.plan, pk=thread.pk).update(assignee=person)
    _say(thread, str(person) if person else "", access=access, deed=Deed.ASSIGNED, called=[person] if person else [])
    return True


def states_for(thread: Thread, access: Access) -> list[str]:
    """The states that this person may move the thread to."""
    return [to for to in State.values if may_move(thread, to, access)]


def may_move(thread: Thread, to: str, access: Access) -> bool:
    if not access.may(Permission.COMMENT):
        return False
    if not thread.is_request:
        return (thread.state, to) in COMMENT_MOVES
    who = REQUEST_MOVES.get((thread.state, to), frozenset())
    if REGION in who and access.may(Permission.FILL):
        return True
    return REVIEWER in who and is_reviewer(access, thread.plan)


@transaction.atomic
def move(thread: Thread, to: str, *, access: Access) -> bool:
    """Moves the state; False when it stands there already. ValidationError when somebody moved it in between."""
    refuse_unless(access, Permission.COMMENT)
    _refuse_unseen(thread, access)
    if thread.state == to:
        return False
    known = (thread.state, to) in (REQUEST_MOVES if thread.is_request else COMMENT_MOVES)
    if not known:
        raise ValidationError(f"Utas ini berstatus “{thread.get_state_display()}”, jadi langkah ini tidak berlaku.")
    if not may_move(thread, to, access):
        raise PermissionDenied("Peran Anda tidak melakukan langkah ini.")
    moved = Thread.objects.filter(plan=thread.plan, pk=thread.pk, state=thread.state).update(state=to)
    if not moved:
        raise ValidationError("Keadaan utas ini baru saja diubah orang lain. Muat ulang halaman.")
    before, thread.state = thread.state, to
    _say(thread, str(State(to).label), access=access, deed=Deed.STATE, undo=(before, to))
    return True


def open_requests(plan: Plan, stage: int) -> "QuerySet[Thread]":
    """Correction requests that are not accepted yet: what acceptance of the stage leaves open."""
    return plan.thread_set.filter(stage=stage, private=False).exclude(kind=Kind.COMMENT).exclude(state=State.ACCEPTED)


def request_gaps(plan: Plan, stage: int) -> list[str]:
    """The open requests as sentences, for the move that accepts the stage all the same."""
    found = open_requests(plan, stage).prefetch_related("messages")
    return [f"Permintaan perbaikan ({_place(plan, thread).split(' · ', 1)[1]}): {_first(thread)}" for thread in found]


def _place(plan: Plan, thread: Thread) -> str:
    place = anchors.place_name(plan, thread)
    return f"{place} · {thread.row_label}" if thread.row_label else place


def _first(thread: Thread) -> str:
    said = next((message.text for message in thread.messages.all() if message.deed == Deed.SAID), "")
    return said if len(said) <= 120 else f"{said[:117]}…"


def record(thread: Thread, deed: str, *, access: Access, text: str = "", state: str = "") -> None:
    """Leaves a deed about the thread's wording in it; with `state`, an open thread goes there along with the deed."""
    told = richtext.clean_text(text)
    if len(told) > LONGEST:
        raise ValidationError(f"Alasan ini {len(told)} tanda; paling banyak {LONGEST}.")
    if state and thread.is_open:
        Thread.objects.filter(plan=thread.plan, pk=thread.pk).update(state=state)
        thread.state = state
    _say(thread, told, access=access, deed=deed)
