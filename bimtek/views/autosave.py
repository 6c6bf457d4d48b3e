"""Saving while somebody types: a tab sends the fields it changed, with what each began from, as JSON.

The answer says per field what became of it: saved; merged with somebody else's text (which the page then shows); a conflict,
with both texts; or an error that keeps the stored value. What is not saved stays in the browser's journal (static/js).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import IntegerField
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from bimtek import drafting, offices, writing
from bimtek.drafting import Origin
from bimtek.forms import drafts
from bimtek.forms.answers import AnswerForm
from bimtek.forms.drafts import Edit, Settled
from bimtek.forms.rows import RowForm
from bimtek.models import Answer, Change, Row
from bimtek.sections import BY_KEY, Questions, Section
from bimtek.views import copying
from bimtek.views.places import Place, place_in, plan_of
from bimtek.views.rows import row_of_plan
from regions.access import Access, Permission, RegionRequest, Role, region_view
from regions.models import Region
from regions.prepared import Given, Ids, Prepared, ids

TRIES = 5
HIGHEST_SEQ = 2**31 - 1
LAST_YEAR = 9999
EMPTY = Edit("", "")
GONE = (
    "Baris ini sudah dihapus, atau tidak lagi dipegang OPD Anda. "
    "Tulisan Anda masih ada di peramban ini; salin dari daftar yang menunggu bila masih perlu."
)


@dataclass(frozen=True)
class Message:
    """One message of a tab: the edits of one row."""

    person: str
    origin: Origin
    row: str
    is_new: bool
    parent: str
    edits: Mapping[str, Edit]


def read(body: bytes) -> Message:
    """ValueError for anything but a message; unknown fields in it are not our concern."""
    try:
        found = json.loads(body)
        seq, edits = found["seq"], found["fields"]
        if not (type(seq) is int and 0 < seq <= HIGHEST_SEQ and isinstance(edits, dict) and edits):
            raise ValueError("seq or fields")
        return Message(
            person=str(found["person"]),
            origin=Origin(UUID(found["client"]), seq),
            row=str(found["row"]),
            is_new=found.get("new") is True,
            parent=str(found.get("parent", "")),
            edits={str(name): edit_of(edit) for name, edit in edits.items()},
        )
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeDecodeError) as unreadable:
        raise ValueError("not a message") from unreadable


def edit_of(found: Mapping[str, Any]) -> Edit:
    mine = drafts.as_raw(found["mine"])
    if mine is None:
        raise ValueError("mine")
    return Edit(drafts.as_raw(found.get("base")), mine)


@require_POST
@region_view(Permission.FILL, Permission.PACKET)
def autosave(request: RegionRequest, region: Region, year: int, stage: int, section: str) -> HttpResponse:
    try:
        message = read(request.body)
    except ValueError:
        return JsonResponse({"refused": "Kiriman ini tidak terbaca.", "code": "unreadable"}, status=422)
    if message.person != str(request.user.pk):
        return JsonResponse({"refused": "Sekarang masuk sebagai orang lain.", "code": "person"}, status=409)
    try:
        return JsonResponse(saved(request, Address(request.access, year, stage, section), message))
    except PermissionDenied as refusal:
        return JsonResponse({"refused": str(refusal), "code": "role"}, status=403)
    except Http404:
        return JsonResponse({"refused": GONE, "code": "gone"}, status=404)


def _stored(listed: Ids, model: Any, roles: tuple[Role, ...], offices_held: int) -> Any:
    somebody: Any = None
    access = Access(somebody, somebody, roles, listed.listed("opd", offices_held))
    name = "key" if model is Answer else "pk"
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    cohort = {"plan__enrolment__cohort__year": Given("year", IntegerField())}
    rows = offices.visible(model._default_manager.select_related("plan"), access)
    found = rows.filter(region=Given("region", Region._meta.pk), **cohort, **{name: Given("row", field)})
    return found.order_by()  # one by its key: nothing to sort


STORED = Prepared(_stored)
"""A row or an answer of a plan, with the plan, if a person with these roles and so many offices sees it."""


@dataclass(frozen=True)
class Address:
    """What the URL names, for the person at the door."""

    access: Access
    year: int
    stage: int
    section: str

    def find(self, named: str) -> tuple[Place, Any]:
        """The place, and the row or answer as it is stored now: one query where it is there."""
        section = BY_KEY.get(self.section)
        model: Any = section.model if section else Answer
        wanted = as_uuid(named) if section else named.replace("\x00", "")
        region, offices_held = self.access.region, list(self.access.opd_ids)
        if self.year > LAST_YEAR:
            raise Http404
        found = STORED.rows(
            model, self.access.roles, len(offices_held),
            row=wanted, region=region.pk, year=self.year, **ids("opd", offices_held),
        )  # fmt: skip
        row = next(iter(found), None)
        plan = row.plan if row else plan_of(region, self.year)
        plan.region = region
        return place_in(plan, self.stage, self.section, self.access), row


def saved(request: RegionRequest, address: Address, message: Message) -> dict[str, Any]:
    """Merges and saves; again from the start when somebody saved in between."""
    for last_try in [False] * (TRIES - 1) + [True]:
        place, row = address.find(message.row)
        target: RowTarget | AnswerTarget = (
            AnswerTarget(request, place, row, message)
            if isinstance(place.section, Questions)
            else RowTarget(request, place, place.section, row, message)
        )
        try:
            with transaction.atomic():
                return save(target, message)
        except ValidationError as refusal:
            if getattr(refusal, "code", "") == "stale" and not last_try:
                continue
            return {"refused": " ".join(refusal.messages), "code": getattr(refusal, "code", "") or "refused"}
    raise AssertionError("the last try returns")


def save(target: "RowTarget | AnswerTarget", message: Message) -> dict[str, Any]:
    known = {bound.name for bound in drafts.saveable(target.form)}
    if target.is_new:
        settled, last = drafts.Settled(save={name: edit.mine for name, edit in message.edits.items()}), None
    else:
        last = drafting.last_line(target.row, message.origin)
        settled = drafts.settle(target.form, message.edits, again=drafting.done_before(last, message.origin))
    refused = target.keep(settled, last) if settled.save else {}
    held = {*refused, *settled.conflicts}
    empty = {name for name in target.form.fields if message.edits.get(name, EMPTY).mine in ("", [])}
    lacking = [name for name in refused if target.is_new and name in empty]
    return {
        "row": str(target.row.pk),
        "is_new": target.is_new,
        "version": target.row.version,
        "title": str(target.row),
        "saved": [name for name in message.edits if name in known - held] if not target.is_new else [],
        "show": {name: value for name, value in settled.show.items() if name not in held},
        "errors": {name: said for name, said in refused.items() if name not in lacking},
        "lacking": [str(target.form.fields[name].label) for name in lacking],
        "notes": target.form.notes,
        "conflicts": {name: panel(name, both) for name, both in settled.conflicts.items()},
        "at": timezone.localtime().strftime("%H.%M"),
    }


def panel(name: str, both: drafts.Conflict) -> dict[str, Any]:
    return {
        "theirs": both.theirs,
        "proposed": both.proposed,
        "html": render_to_string("bimtek/_conflict.html", {"name": name, "both": both}),
    }


class RowTarget:
    """A row through its section's form."""

    def __init__(
        self, request: RegionRequest, place: Place, section: Section, row: Row | None, message: Message
    ) -> None:
        self.access, self.message, self.place, self.section = request.access, message, place, section
        if row is None and not message.is_new:
            raise Http404
        parent = None
        if row is None and section.parent:
            related: Any = section.model._meta.get_field(section.parent).related_model
            above = related._default_manager.filter(plan=place.plan, region=place.plan.region)
            parent = get_object_or_404(offices.visible(above, request.access), pk=as_uuid(message.parent))
        self.is_new = row is None
        if row is None:
            given = ({section.parent: parent} if parent else {}) | copying.kept(request, place, section)
            self.row = writing.new(section.model, place.plan, pk=as_uuid(message.row), **given)
        else:
            self.row = row
        if row is not None and section.parent:
            parent = getattr(row, section.parent)
        self.form: RowForm = section.form(
            instance=self.row, plan=place.plan, access=request.access, parent=parent, only=set(message.edits)
        )

    def keep(self, settled: Settled, last: Change | None) -> dict[str, list[str]]:
        """Saves; returns what was refused beside which field."""
        known = {bound.name for bound in drafts.saveable(self.form)}
        self.form.draft({name: value for name, value in settled.save.items() if name in known})
        refused = said_by(self.form)
        if self.is_new:
            return refused | self._add(refused)
        return refused | self._change(last)

    def _add(self, refused: dict[str, list[str]]) -> dict[str, list[str]]:
        """A new row comes into being once all that it must have is there."""
        lacking = [name for name in refused if name == "__all__" or self.form.fields[name].required]
        if lacking:
            return {}
        self.form.put(self.row)
        try:
            drafting.add_row(self.row, access=self.access, origin=self.message.origin, links=self.form.links())
        except ValidationError as said:
            refuse_twin(row_of_plan(self.access, self.place, self.section, self.message.row))
            return beside(said)
        self.is_new = False
        self.form.after_save(self.row)
        return {}

    def _change(self, last: Change | None) -> dict[str, list[str]]:
        """Saves what can be saved: a field that the row's own rules refuse does not hold up the others."""
        refused: dict[str, list[str]] = {}
        before = {field.attname: getattr(self.row, field.attname) for field in self.row._meta.concrete_fields}
        values = {name: value for name, value in self.form.cleaned_data.items() if hasattr(self.row, name)}
        while values:
            try:
                drafting.save_fields(self.row, values, access=self.access, origin=self.message.origin, last=last)
                break
            except ValidationError as said:
                for name, value in before.items():
                    setattr(self.row, name, value)
                found = beside(said)
                if not set(found) & set(values):
                    raise
                refused |= found
                values = {name: value for name, value in values.items() if name not in found}
        self.form.after_save(self.row)
        return refused


class AnswerTarget:
    """The answer to one question of the section; `keep` as of RowTarget."""

    def __init__(self, request: RegionRequest, place: Place, answer: Answer | None, message: Message) -> None:
        assert isinstance(place.section, Questions)  # noqa: S101 - the caller asked
        asked = place.frame.questions(place.stage, place.section.group)
        question = next((entry for entry in asked if entry.key == message.row), None)
        if question is None:
            raise Http404
        self.access, self.message = request.access, message
        self.is_new = answer is None
        self.row = answer or writing.new(Answer, place.plan, key=question.key)
        self.form = AnswerForm(question=question, initial={"text": self.row.text})

    def keep(self, settled: Settled, last: Change | None) -> dict[str, list[str]]:
        if "text" not in settled.save:
            return {}
        self.form.bind(settled.save["text"])
        if not self.form.is_valid():
            return said_by(self.form)
        text = self.form.cleaned_data["text"]
        if self.is_new:
            self.row.text = text
            self._add()
        else:
            drafting.save_fields(self.row, {"text": text}, access=self.access, origin=self.message.origin, last=last)
        return {}

    def _add(self) -> None:
        try:
            drafting.add_row(self.row, access=self.access, origin=self.message.origin)
        except ValidationError:
            refuse_twin(self.row.plan.answer_set.filter(key=self.message.row).first())
            raise
        self.is_new = False


def said_by(form: RowForm | AnswerForm) -> dict[str, list[str]]:
    return {name: [str(one) for one in said] for name, said in form.errors.items()}


def refuse_twin(twin: Row | None) -> None:
    """The same row came into being meanwhile, so this is a change to it: begin again."""
    if twin is not None:
        raise ValidationError("Baris ini baru saja dibuat.", code="stale")


def as_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("Baris tidak dikenal.") from None


def beside(said: ValidationError) -> dict[str, list[str]]:
    """The refusals by field; raises on when they name none."""
    if not hasattr(said, "error_dict"):
        raise said
    return {name: ValidationError(errors).messages for name, errors in said.error_dict.items()}
