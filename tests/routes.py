"""Every route of the site with what tests/test_conventions.py needs to walk it: add your route's row with the route.

The names of a URL's parts are looked up in a `World`: two regions with the same things in them, so that one region's
ids can be asked for through the other's door. A route that is not listed here fails the build.
"""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook
from PIL import Image

from accounts.models import User
from bimtek import consistency, snapshots
from bimtek.models import (
    Attendee,
    Change,
    Message,
    Packet,
    Plan,
    Programme,
    QuickWin,
    RegionArchive,
    Session,
    SharedProgramme,
    Snapshot,
    Stage,
    Takeover,
    Thread,
    Waiver,
    WorkbookImport,
)
from masterplan.models import BookPrint, FinishedBook
from regions import files, guests, people
from regions.access import Role, access_of
from regions.models import GuestPass, Invitation, Membership, Opd, Region, StoredFile
from tests.factories import make_member, make_opd, make_plan


def a_picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return SimpleUploadedFile("lambang.png", out.getvalue())


@dataclass(frozen=True)
class World:
    """A region with one of everything that a URL can name, and its people by role."""

    region: Region
    people: dict[str, User]
    plan: Plan
    opd: Opd
    closed_opd: Opd
    member: Membership
    consultant: Membership
    invitation: Invitation
    file: StoredFile
    programme: Programme
    change: Change
    session: Session
    attendee: Attendee
    thread: Thread
    snapshot: Snapshot
    book_print: BookPrint
    book: FinishedBook
    quick_win: QuickWin
    upload: WorkbookImport
    waiver: Waiver
    archive: RegionArchive
    guest: GuestPass
    packet: Packet
    free: Programme
    """A programme that no office holds."""
    spare_opd: Opd
    takeover: Takeover
    offer: SharedProgramme
    """What stands to be shared, but is not allowed."""

    @property
    def parts(self) -> dict[str, Any]:
        """The value of each named part of a URL."""
        return {
            "region": self.region.slug, "code": self.region.slug, "year": self.plan.enrolment.cohort.year,
            "stage": 2, "section": "program", "row": self.programme.pk, "change": self.change.pk,
            "opd": self.opd.pk, "membership": self.member.pk, "invitation": self.invitation.pk, "file": self.file.pk,
            "enrolment": self.plan.enrolment.pk, "token": "tebakan", "session": self.session.pk, "part": "peserta",
            "thread": self.thread.pk, "snapshot": self.snapshot.pk, "pk": self.book_print.pk, "chart": CHART,
            "upload": self.upload.pk, "waiver": self.waiver.pk, "archive": self.archive.pk, "packet": self.packet.pk,
            "guest": self.guest.pk, "takeover": self.takeover.pk, "offer": self.offer.pk,
        }  # fmt: skip


def make_world(region: Region, ministry: User) -> World:
    opd = make_opd(region, "Dinas Komunikasi dan Informatika")
    persons = {
        role.value: make_member(region, role, opd=opd if role == Role.OPERATOR else None)
        for role in Role
        if role not in {Role.MINISTRY, Role.GUEST}
    }
    make_member(region, Role.ADMIN)
    plan = make_plan(region)
    manager = access_of(persons[Role.ADMIN.value], region)
    assert manager
    guest = guests.invite(opd, full_name="Rina Tamu", email="rina@contoh.id", days=7, access=manager)
    programme = Programme.objects.create(
        region=region, plan=plan, code="SG-1.01", sub_dimension="SG-1", name="Layanan", opd=opd
    )
    change = Change.objects.create(
        region=region,
        plan=plan,
        kind="programme",
        row_id=programme.pk,
        label="Layanan",
        deed="changed",
        before={},
        after={},
    )
    held = Membership.objects.filter(region=region)
    emblem = files.store(a_picture(), region, ministry, [StoredFile.Kind.IMAGE])
    Region.objects.filter(pk=region.pk).update(emblem=emblem)  # a file that everybody of the region may open
    return World(
        region=region,
        people={**persons, Role.MINISTRY.value: ministry, Role.GUEST.value: guest.user},
        guest=guest,
        free=Programme.objects.create(
            region=region, plan=plan, code="SB-1.01", sub_dimension="SB-1", name="Wajah kota"
        ),
        spare_opd=make_opd(region, "Dinas Pariwisata"),
        packet=Packet.objects.create(region=region, plan=plan, opd=opd, due=timezone.localdate()),
        plan=plan,
        opd=opd,
        closed_opd=make_opd(region, "Dinas Lama", active=False),
        member=held.get(role=Role.COUNCIL),
        consultant=held.get(role=Role.CONSULTANT),
        invitation=people.invite(region, email="calon@contoh.id", role=Role.LEADER, by=ministry),
        file=emblem,
        programme=programme,
        change=change,
        **_session(plan),
        **_printed(plan),
        thread=_thread(plan, programme, persons[Role.COUNCIL.value]),
        snapshot=snapshots.freeze(plan, Stage.PROGRAM),
        quick_win=QuickWin.objects.create(region=region, plan=plan, dimension="SG", name="Antrean daring"),
        upload=uploaded(plan, persons[Role.OPERATOR.value]),
        waiver=Waiver.objects.create(
            region=region, plan=plan, rule="opd", key="0" * 64, sentence="x", reason="y", by_name="z"
        ),
        archive=_archive(plan),
        offer=SharedProgramme.objects.create(
            region=region,
            snapshot=plan.snapshot_set.get(),
            framework=plan.framework,
            first_year=2022,
            last_year=2031,
            sub_dimension="SG-1",
            name="Layanan",
            benefit="Cepat",
        ),
        takeover=Takeover.objects.create(region=region, plan=plan, source_name="Masterplan lama", state="done"),
    )


def _archive(plan: Plan) -> RegionArchive:
    path = f"archives/{plan.pk.hex}.zip"
    files.write(Path(settings.MEDIA_ROOT) / path, b"PK")
    return RegionArchive.objects.create(
        region=plan.region, plan=plan, direction="out", state="done", name="arsip.zip", path=path
    )


def _thread(plan: Plan, programme: Programme, by: User) -> Thread:
    """A thread with words that the region may take over."""
    found = Thread.objects.create(
        region=plan.region, plan=plan, stage=2, section="program", row_id=programme.pk, row_label="Layanan",
        field="name", wording="Layanan satu pintu", wording_state=Thread.Wording.OPEN, by=by,
    )  # fmt: skip
    Message.objects.create(
        region=plan.region, plan=plan, thread=found, text="Baik", by=by, by_name="K", by_role="K", of_region=True
    )
    return found


@cache
def a_workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def uploaded(plan: Plan, by: User) -> WorkbookImport:
    """Handed in by the operator, so that all who may fill may open it."""
    path = f"excel/{plan.pk.hex}.xlsx"
    files.write(Path(settings.MEDIA_ROOT) / path, a_workbook())
    item = {"id": "program:3", "kind": "new", "section": "program", "page": "Program", "number": 3, "label": "SG-1.02", "cells": [], "faults": [], "hangs": 0}  # fmt: skip
    return WorkbookImport.objects.create(
        region=plan.region, plan=plan, name="isian.xlsx", path=path, sha256="0" * 64, bytes=1, by=by, state="ready",
        outcome={"items": [item], "unchanged": 1, "acts": [], "written": 1, "sections": ["program"]},
    )  # fmt: skip


def _session(plan: Plan) -> dict[str, Any]:
    day = timezone.localdate()
    session = Session.objects.create(region=plan.region, plan=plan, stage=2, starts=day, ends=day)
    person = Attendee.objects.create(
        region=plan.region, plan=plan, session=session, name="Peserta", institution="Dinas"
    )
    return {"session": session, "attendee": person}


def _printed(plan: Plan) -> dict[str, Any]:
    content = b"%PDF-1.4"
    path = f"books/{plan.pk.hex}.pdf"
    files.write(Path(settings.MEDIA_ROOT) / path, content)
    asked = BookPrint.objects.create(region=plan.region, plan=plan, content={}, sha256="0" * 64)
    book = FinishedBook.objects.create(
        region=plan.region, book_print=asked, book="buku-1", title="Buku 1", name="buku-1.pdf", path=path,
        sha256=hashlib.sha256(content).hexdigest(), pages=1, bytes=len(content),
    )  # fmt: skip
    return {"book_print": asked, "book": book}


Parts = Callable[[World], dict[str, Any]]


def _nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """How to walk one route.

    `parts` overrides World.parts; `body` is a POST that goes through for a person who may; `foreign` names the body's
    fields that hold an id (after the form's `prefix`), with the id to put there from another region's world. `checked` is False only for library
    views whose methods are not ours.
    """

    methods: str = "GET"
    parts: Parts = _nothing
    body: Parts = _nothing
    foreign: dict[str, Callable[[World], Any]] = field(default_factory=dict)
    prefix: Callable[[World], str] = lambda world: ""
    checked: bool = True
    json: bool = False
    """The body is sent as JSON, and a good one is answered with 200."""


FORM = "GET POST"
CHART = "anggaran"


def a_period(world: World) -> dict[str, Any]:
    return {"starts": timezone.localdate().isoformat(), "ends": ""}


def an_enrolment(world: World) -> dict[str, Any]:
    return {"mou_number": "1", "mou_date": "2022-05-10", "first_year": 2022, "last_year": 2031, "version": 1}


def a_region(world: World) -> dict[str, Any]:
    return {
        "display_name": "",
        "head_name": "Nama",
        "head_status": "",
        "time_zone": world.region.time_zone,
        "accent": "",
        "cover": "pita",
        "version": 1,
    }


def the_consultant(world: World) -> dict[str, Any]:
    return {"membership": world.consultant.pk}


NEW_ROW = UUID("11111111-1111-4111-8111-111111111111")


def prefix_of(row: UUID) -> str:
    return f"r{row.hex[:8]}-"


def programme_fields(row: UUID, **values: Any) -> dict[str, Any]:
    """A programme as its form sends it: field names carry the row's prefix."""
    base = {"code": "SG-1.02", "name": "Layanan baru", "sub_dimension": "SG-1", "kind": "baru"}
    return {prefix_of(row) + name: value for name, value in {**base, **values}.items()}


def a_draft(world: World, **edits: Any) -> dict[str, Any]:
    """A message of the autosave: the admin's tab changes the programme."""
    fields = {"name": {"base": "Layanan", "mine": "Layanan cepat"}, **edits}
    return {
        "person": str(world.people[Role.ADMIN.value].pk), "client": str(NEW_ROW), "seq": 1, "row": str(world.programme.pk), "fields": fields,
    }  # fmt: skip


def a_block(world: World, row: Any = None, text: str = "Layanan cepat") -> dict[str, Any]:
    """A message of the grid: the admin's tab changes one cell of one row."""
    draft = a_draft(world)
    cells = {"name": {"base": "Layanan", "mine": text}}
    return {
        **{key: draft[key] for key in ("person", "client", "seq")},
        "rows": [{"row": str(row or world.programme.pk), "fields": cells}],
    }


def a_foreign_draft(**edits: Any) -> Callable[[World], Any]:
    return lambda other: {name: {"base": "", "mine": value(other)} for name, value in edits.items()}


LINKS: dict[str, Callable[[World], Any]] = {
    "opd": lambda other: other.opd.pk,
    "supporting": lambda other: other.opd.pk,
}


def a_new_programme(world: World) -> dict[str, Any]:
    return {"baris": NEW_ROW, **programme_fields(NEW_ROW, opd=world.opd.pk, version=0)}


def the_programme(world: World) -> dict[str, Any]:
    return programme_fields(world.programme.pk, opd=world.opd.pk, version=1)


def a_new_attendee(world: World) -> dict[str, Any]:
    named = {"name": "Peserta Baru", "institution": "Dinas", "version": 0}
    return {"baris": NEW_ROW, **{prefix_of(NEW_ROW) + name: value for name, value in named.items()}}


def the_attendee(world: World) -> dict[str, Any]:
    return {"row": world.attendee.pk}


def a_session(world: World) -> dict[str, Any]:
    return {"row_id": NEW_ROW, "stage": 1, "starts": "2022-09-13", "ends": "2022-09-14", "version": 1}


def the_finding(world: World) -> dict[str, Any]:
    return {"temuan": consistency.survey(world.plan).open[0].key, "alasan": "Disepakati dalam pertemuan."}


def a_packet(world: World) -> dict[str, Any]:
    return {"opds": [world.spare_opd.pk], "due": timezone.localdate().isoformat(), "note": "Isi dulu"}


ACCOUNT = Route(FORM, checked=False)
ROUTES: dict[str, Route] = {
    # accounts
    "accounts:profile": Route(FORM, body=lambda world: {"full_name": "Nama"}),
    "account_login": ACCOUNT,
    "account_logout": ACCOUNT,
    "account_change_password": ACCOUNT,
    "account_set_password": ACCOUNT,
    "account_reset_password": ACCOUNT,
    "account_reset_password_done": ACCOUNT,
    "account_reset_password_from_key": Route(FORM, parts=lambda world: {"uidb36": "1", "key": "a-b"}, checked=False),
    "account_reset_password_from_key_done": ACCOUNT,
    "usersessions_list": ACCOUNT,
    # regions
    "regions:home": Route(),
    "regions:accept": Route(FORM),
    "regions:guest": Route(FORM),
    "regions:guest_leave": Route("POST"),
    "regions:guest_ended": Route(),
    "regions:members": Route(),
    "regions:invite": Route(
        FORM,
        body=lambda world: {"email": "x@contoh.id", "role": Role.OPERATOR, "opd": world.opd.pk},
        foreign={"opd": lambda other: other.opd.pk},
    ),
    "regions:member": Route(
        FORM,
        body=lambda world: {"role": Role.OPERATOR, "opd": world.opd.pk},
        foreign={"opd": lambda other: other.opd.pk},
    ),
    "regions:remove": Route("POST"),
    "regions:withdraw": Route("POST"),
    "regions:send_again": Route("POST"),
    "regions:opds": Route(),
    "regions:add_opd": Route(FORM, body=lambda world: {"name": "Dinas Baru", "version": 1}),
    "regions:add_usual_opds": Route("POST"),
    "regions:opd": Route(FORM, body=lambda world: {"name": "Dinas Baru", "version": 1}),
    "regions:close_opd": Route(FORM, body=lambda world: {"version": 1}, foreign={"successor": lambda other: other.opd.pk}),
    "regions:reopen_opd": Route("POST", parts=lambda world: {"opd": world.closed_opd.pk}),
    "regions:settings": Route(FORM, body=a_region, foreign={"emblem-kept": lambda other: other.file.pk}),
    "bimtek:file": Route(),
    "bimtek:notices": Route(),
    "bimtek:notices_read": Route("POST"),
    "bimtek:notice_settings": Route(FORM, body=lambda world: {"letters": "pagi", "moves": "semua", "threads": "tidak", "calls": "tidak", "due": "diikuti"}),
    "bimtek:assess": Route(FORM),
    "bimtek:require_all": Route("POST"),
    "bimtek:versions": Route(),
    "bimtek:version_name": Route(
        "POST", body=lambda world: {"nama": "Sebelum rapat", "potret": world.snapshot.pk},
        foreign={"potret": lambda other: other.snapshot.pk},
    ),
    "bimtek:version": Route(),
    "bimtek:version_restore": Route("POST"),
    "bimtek:audit": Route(),
    "bimtek:audit_export": Route(),
    # ministry
    "ministry:audit": Route(),
    "ministry:audit_export": Route(),
    "ministry:dashboard": Route(),
    "ministry:add_cohort": Route(FORM, body=lambda world: {"year": 2031, "name": "N", "ministry": "M", "version": 1}),
    "ministry:cohort": Route(),
    "ministry:change_cohort": Route(FORM, body=lambda world: {"year": 2022, "name": "N", "ministry": "M", "version": 1}),
    "ministry:choose_region": Route(),
    "ministry:enrol": Route(FORM, parts=lambda world: {"year": 2030}, body=an_enrolment, foreign={"mou_file-kept": lambda other: other.file.pk}),
    "ministry:enrolment": Route(FORM, body=an_enrolment, foreign={"mou_file-kept": lambda other: other.file.pk}),
    "ministry:consultants": Route(),
    "ministry:assign": Route(FORM, body=lambda world: {"email": "x@contoh.id", "full_name": "X", **a_period(world)}),
    "ministry:assignment": Route(FORM, parts=the_consultant, body=a_period),
    "ministry:end_assignment": Route("POST", parts=the_consultant),
    "ministry:consultant": Route(),
    "ministry:desk_deed": Route("POST"),
    # a plan
    "bimtek:home": Route(),
    "bimtek:plan": Route(),
    "bimtek:history": Route(),
    "bimtek:restore": Route("POST"),
    "bimtek:undo": Route("POST", parts=lambda world: {"act": world.change.act}),
    "bimtek:choose_quick_win": Route(
        "POST", parts=lambda world: {"stage": 4, "section": "quick-win", "row": world.quick_win.pk},
        body=lambda world: {"pilih": "1", "version": "1"},
    ),
    "bimtek:bulk": Route(
        "POST", body=lambda world: {
            "isi-opd": world.opd.pk, "isi-priority": "1", "pilih": f"{world.programme.pk}:1", "langkah": "terapkan",
            "dilihat": json.dumps({"opd": str(world.opd.pk), "priority": "1"}, sort_keys=True),
        },
        foreign={"pilih": lambda other: f"{other.programme.pk}:1", "isi-opd": lambda other: other.opd.pk},
    ),
    "bimtek:sharing": Route(FORM, body=lambda world: {"version": "1"}),
    "bimtek:elsewhere": Route(),
    "bimtek:adopt": Route("POST", parts=lambda world: {"offer": world.offer.pk}),
    "bimtek:takeover": Route(FORM, body=lambda world: {"dari": "2017", "jenis": "program"}),
    "bimtek:undo_takeover": Route("POST"),
    "bimtek:normalise_weights": Route("POST"),
    "bimtek:recap": Route(),
    "bimtek:roadmap": Route(),
    "bimtek:consistency": Route(),
    "bimtek:trace": Route(),
    "bimtek:match_upload": Route(FORM, body=lambda world: {"lembar": "0", "judul": "1", "bagian": "aplikasi", "k1": "name"}),
    "bimtek:match_again": Route("POST"),
    "masterplan:trace_pdf": Route(),
    "masterplan:archives": Route(),
    "masterplan:pack_archive": Route("POST"),
    "masterplan:restore_archive": Route("POST", body=lambda world: {"angkatan": "2022"}),
    "masterplan:archive": Route(),
    "masterplan:cancel_archive": Route("POST"),
    "bimtek:stage": Route(),
    "bimtek:move": Route("POST", parts=lambda world: {"stage": 1}, body=lambda world: {"to": "submitted", "reason": "Uji"}),
    "bimtek:section": Route(),
    "bimtek:panel": Route(),
    "bimtek:earlier": Route(parts=lambda world: {"stage": 1, "section": "narasi-pendahuluan", "what": "latar-belakang"}),
    "bimtek:grid": Route(),
    "bimtek:grid_rows": Route(),
    "bimtek:grid_columns": Route("POST", body=lambda world: {"shown": ["code", "name"]}, json=True),
    "bimtek:grid_save": Route(
        "POST", body=a_block, json=True, foreign={"rows": lambda other: a_block(other)["rows"]},
    ),
    "bimtek:autosave": Route(
        "POST", body=a_draft, json=True,
        foreign={
            "row": lambda other: str(other.programme.pk),
            "fields": a_foreign_draft(opd=lambda other: str(other.opd.pk), supporting=lambda other: [str(other.opd.pk)]),
        },
    ),
    "bimtek:here": Route("POST", body=lambda world: {"client": str(NEW_ROW), "shown": {str(world.programme.pk): 1}}, json=True),
    "bimtek:offline_forms": Route(),
    "bimtek:row_new": Route(FORM, body=a_new_programme, foreign=LINKS, prefix=lambda world: prefix_of(NEW_ROW)),
    "bimtek:row": Route(FORM, body=the_programme, foreign=LINKS, prefix=lambda world: prefix_of(world.programme.pk)),
    "bimtek:row_delete": Route("POST", body=lambda world: {"version": 1}),
    "bimtek:row_move": Route("POST", body=lambda world: {"version": 1, "arah": "turun"}),
    "bimtek:settings": Route(
        FORM,
        body=lambda world: {
            "title": "", "first_year": 2022, "last_year": 2031, "short_until": 2022, "medium_until": 2026,
            "legal_status": "draf", "version": 1,
        },
    ),
    "bimtek:threads": Route(),
    "bimtek:threads_read": Route("POST", body=lambda world: {"utas": world.thread.pk}, foreign={"utas": lambda other: other.thread.pk}),
    "bimtek:thread": Route(),
    "bimtek:thread_new": Route(
        FORM,
        body=lambda world: {"tahap": 2, "bagian": "program", "baris": world.programme.pk, "text": "Baik"},
        foreign={
            "baris": lambda other: other.programme.pk, "sebut": lambda other: other.people[Role.ADMIN.value].pk,
            "untuk": lambda other: other.people[Role.ADMIN.value].pk,
        },
    ),
    "bimtek:thread_reply": Route(
        "POST", body=lambda world: {"text": "Baik"}, foreign={"sebut": lambda other: other.people[Role.ADMIN.value].pk}
    ),
    "bimtek:thread_assign": Route(
        "POST", body=lambda world: {"untuk": world.people[Role.ADMIN.value].pk},
        foreign={"untuk": lambda other: other.people[Role.ADMIN.value].pk},
    ),
    "bimtek:thread_move": Route("POST", body=lambda world: {"ke": "selesai"}),
    "bimtek:thread_wording": Route("POST", body=lambda world: {"pakai": "1", "version": 1}),
    # bimtek sessions
    "bimtek:sessions": Route(),
    "bimtek:session_new": Route(FORM, body=a_session),
    "bimtek:session": Route(),
    "bimtek:session_edit": Route(FORM, body=a_session),
    "bimtek:session_delete": Route("POST", body=lambda world: {"version": 1}),
    "bimtek:attendance": Route(FORM),
    "bimtek:attendance_paste": Route(FORM, body=lambda world: {"lines": "Budi; Dinas Kesehatan"}),
    "bimtek:attendance_copy": Route(
        "POST", body=lambda world: {"dari": world.session.pk}, foreign={"dari": lambda other: other.session.pk}
    ),
    "bimtek:session_minutes": Route(FORM),
    "bimtek:session_photos": Route(),
    "bimtek:part_new": Route(FORM, body=a_new_attendee),
    "bimtek:part": Route(FORM, parts=the_attendee),
    "bimtek:part_delete": Route("POST", parts=the_attendee, body=lambda world: {"version": 1}),
    "bimtek:waive": Route("POST", body=the_finding),
    "bimtek:withdraw_waiver": Route("POST"),
    "bimtek:exchange": Route(),
    "bimtek:workbook": Route(),
    "bimtek:hand_in": Route("POST", body=lambda world: {"berkas": SimpleUploadedFile("isian.xlsx", a_workbook())}),
    "bimtek:upload": Route(),
    "bimtek:approve_upload": Route("POST", body=lambda world: {"pilih": "program:3"}),
    "bimtek:check_upload": Route("POST"),
    "bimtek:undo_upload": Route("POST"),
    "bimtek:discard_upload": Route("POST"),
    "bimtek:noted": Route(),
    "bimtek:packets": Route(),
    "bimtek:give_packets": Route("POST", body=a_packet, foreign={"opds": lambda other: other.opd.pk}),
    "bimtek:packet": Route(),
    "bimtek:change_packet": Route("POST", body=lambda world: {"due": timezone.localdate().isoformat(), "note": "Segera", "version": 1}),
    "bimtek:finish_packet": Route("POST", body=lambda world: {"note": "Data menyusul"}),
    "bimtek:reopen_packet": Route("POST"),
    "bimtek:no_applications": Route("POST", body=lambda world: {"tidak_ada": "1"}),
    "bimtek:nudge_packet": Route("POST"),
    "bimtek:hand_over": Route(
        "POST", body=lambda world: {"pilih": f"program:{world.free.pk}"}, foreign={"pilih": lambda other: f"program:{other.free.pk}"}
    ),
    "bimtek:invite_guest": Route("POST", body=lambda world: {"full_name": "Tamu", "email": "tamu@contoh.id", "days": "7"}),
    "bimtek:revoke_guest": Route("POST"),
    "bimtek:frozen": Route(),
    "bimtek:compare": Route(),
    "bimtek:review_mark": Route("POST"),
    # books
    "masterplan:books": Route(),
    "masterplan:print": Route("POST"),
    "masterplan:progress": Route(),
    "masterplan:cancel": Route("POST"),
    "masterplan:retry": Route("POST"),
    "masterplan:cockpit": Route(),
    "masterplan:chosen": Route(),
    "masterplan:compare_books": Route(),
    "masterplan:download": Route(parts=lambda world: {"pk": world.book.pk}),
    "masterplan:cover": Route(parts=lambda world: {"design": "garis"}),
    "masterplan:chart": Route(parts=lambda world: {"chart": "anggaran"}),
    "masterplan:changes_pdf": Route(),
    "masterplan:matrix": Route(),
    "masterplan:matrix_pdf": Route(),
    "masterplan:matrix_xlsx": Route(),
    "masterplan:attendance_pdf": Route(),
    "masterplan:minutes_pdf": Route(),
    "masterplan:consistency_pdf": Route(),
    "masterplan:preview": Route(parts=lambda world: {"section": "program"}),
    "masterplan:preview_book": Route(parts=lambda world: {"section": "program"}),
    "masterplan:preview_pages": Route(parts=lambda world: {"section": "program"}),
    "masterplan:preview_source": Route(parts=lambda world: {"section": "program"}),
    # the site
    "service_worker": Route(),
    "offline": Route(),
    "alive": Route(checked=False),
    "ready": Route(checked=False),
}  # fmt: skip
