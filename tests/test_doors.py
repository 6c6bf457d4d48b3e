"""What opens each door, that no page shows a word of another region, and that the database itself keeps regions apart.

tests/mutations.py takes locks off one at a time and expects this and tests/test_conventions.py to turn red.
"""

import io
import zipfile
from typing import Any

import pypdf
import pytest
from django.apps import apps
from django.db import connection, models
from django.http import HttpResponse

from accounts.models import User
from regions import audit
from regions.access import Permission as P
from regions.access import Role
from regions.constraints import SameRegion
from regions.models import AuditRow, Region
from tests import test_conventions as walk
from tests.routes import World
from tests.test_conventions import clients, ministry_user, other, world  # noqa: F401 (fixtures)

# Written out by hand: the walk reads who may from the door itself, so a door opened too wide would look right to it.
REGION_DOORS: dict[tuple[P, ...], str] = {
    (P.VIEW,): """
        regions:members regions:opds bimtek:plan bimtek:history bimtek:exchange bimtek:workbook bimtek:stage
        bimtek:threads bimtek:thread bimtek:threads_read bimtek:sessions bimtek:session bimtek:attendance
        bimtek:session_minutes bimtek:session_photos bimtek:panel bimtek:grid bimtek:grid_rows bimtek:grid_columns
        masterplan:attendance_pdf masterplan:minutes_pdf masterplan:preview masterplan:preview_book masterplan:preview_source
        masterplan:preview_pages""",
    (P.VIEW_ALL,): """
        bimtek:recap bimtek:roadmap bimtek:consistency bimtek:frozen bimtek:compare masterplan:books masterplan:progress
        masterplan:cockpit masterplan:chosen masterplan:compare_books
        masterplan:download masterplan:chart masterplan:cover masterplan:matrix masterplan:matrix_pdf masterplan:changes_pdf
        masterplan:consistency_pdf masterplan:matrix_xlsx bimtek:versions bimtek:version bimtek:trace masterplan:trace_pdf""",
    (P.VIEW, P.PACKET): "bimtek:home bimtek:section bimtek:row bimtek:here bimtek:offline_forms bimtek:file",
    (P.VIEW_ALL, P.PACKET): "bimtek:packets bimtek:packet",
    (P.PACKET,): "bimtek:finish_packet bimtek:no_applications",
    (P.FILL, P.PACKET): "bimtek:autosave bimtek:row_new bimtek:row_delete bimtek:row_move",
    (P.MANAGE_PEOPLE,): """
        regions:invite regions:member regions:remove regions:withdraw regions:send_again bimtek:invite_guest
        bimtek:revoke_guest""",
    (P.MANAGE_REGION,): """
        regions:add_opd regions:add_usual_opds regions:opd regions:close_opd regions:reopen_opd regions:settings
        masterplan:archives masterplan:pack_archive masterplan:restore_archive masterplan:archive masterplan:cancel_archive
        bimtek:audit bimtek:audit_export""",
    (P.FILL,): """
        bimtek:earlier bimtek:elsewhere bimtek:adopt bimtek:restore bimtek:bulk bimtek:grid_save bimtek:undo bimtek:thread_wording bimtek:hand_in bimtek:upload bimtek:approve_upload bimtek:check_upload bimtek:undo_upload
        bimtek:discard_upload bimtek:noted bimtek:match_upload bimtek:match_again""",
    (P.FILL_ALL,): """
        bimtek:settings bimtek:normalise_weights bimtek:choose_quick_win bimtek:waive bimtek:withdraw_waiver bimtek:give_packets bimtek:change_packet
        bimtek:reopen_packet bimtek:nudge_packet bimtek:hand_over bimtek:version_name bimtek:version_restore
        bimtek:takeover bimtek:undo_takeover""",
    (P.SHARE,): "bimtek:sharing",
    (P.SUBMIT, P.REVIEW, P.REVIEW_SELF_RUN): "bimtek:move",
    (P.REVIEW_NOTES,): "bimtek:require_all",
    (P.REVIEW, P.REVIEW_NOTES, P.REVIEW_SELF_RUN): "bimtek:review_mark bimtek:assess",
    (P.COMMENT,): "bimtek:thread_new bimtek:thread_reply bimtek:thread_assign bimtek:thread_move",
    (P.RUN_SESSIONS,): """
        bimtek:session_new bimtek:session_edit bimtek:session_delete bimtek:attendance_paste bimtek:attendance_copy
        bimtek:part_new bimtek:part bimtek:part_delete""",
    (P.PRINT,): "masterplan:print masterplan:cancel masterplan:retry",
}
OTHER_DOORS = {
    "ministry": """
        ministry:dashboard ministry:add_cohort ministry:cohort ministry:change_cohort ministry:choose_region
        ministry:enrol ministry:enrolment ministry:consultants ministry:assign ministry:assignment
        ministry:end_assignment ministry:audit ministry:audit_export""",
    "person": """
        accounts:profile usersessions_list account_change_password account_set_password ministry:consultant
        ministry:desk_deed regions:home bimtek:notices bimtek:notices_read bimtek:notice_settings""",
    "public": """
        account_login account_logout account_reset_password account_reset_password_done
        account_reset_password_from_key account_reset_password_from_key_done alive ready regions:accept
        service_worker offline regions:guest regions:guest_leave regions:guest_ended""",
}
MARK = "Rahasia Siantar"
NOT_WORDS = {
    "slug",
    "code",
    "key",
    "path",
    "sha256",
    "section",
    "field",
    "sub_dimension",
    "content_type",
    "framework",
    "kind",
    "token_hash",
    "subject",
}


def pinned() -> dict[str, tuple[str, tuple[P, ...]]]:
    doors = {name: ("region", opens) for opens, names in REGION_DOORS.items() for name in names.split()}
    return doors | {name: (kind, ()) for kind, names in OTHER_DOORS.items() for name in names.split()}


def test_every_door_is_opened_by_the_permission_written_here():
    assert {name: walk.door_of(name) for name in walk.ALL} == pinned()


# --- the database ------------------------------------------------------------------------------------------------
def of_regions() -> list[Any]:
    """Models whose rows belong to a region."""
    found = [model for model in apps.get_models() if any(f.name == "region" for f in model._meta.concrete_fields)]
    assert len(found) > 30
    return found


def links_between_regions() -> list[tuple[Any, Any]]:
    """Foreign keys from a region's row to another region's row, were they not held together."""
    owned = set(of_regions())
    links = [(m, f) for m in owned for f in m._meta.concrete_fields if f.is_relation and f.related_model in owned]
    assert len(links) > 40
    return links


def test_every_link_between_rows_of_regions_is_held_to_one_region():
    loose = [
        f"{model._meta.label}.{field.name}"
        for model, field in links_between_regions()
        if not any(isinstance(held, SameRegion) and held.field == field.name for held in model._meta.constraints)
    ]
    assert loose == []


@pytest.mark.postgres
def test_the_database_has_every_one_of_these_constraints(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        there = {name for (name,) in cursor.fetchall()}
    wanted = {
        held.name
        for model, _ in links_between_regions()
        for held in model._meta.constraints
        if isinstance(held, SameRegion)
    }
    assert len(wanted) > 40
    assert wanted <= there


# --- no word of another region -----------------------------------------------------------------------------------
def mark(region: Region) -> int:
    """Writes MARK into every free text of the region's rows and its people's names; returns how many texts."""
    written = 0
    audit.record(region, audit.Kind.GRANT, MARK, by=None, label=MARK)
    for model in of_regions():
        if model is AuditRow:  # rows that nobody changes
            continue
        free = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
            and not (field.choices or field.primary_key or field.name in NOT_WORDS or (field.max_length or 99) < 40)
        ]
        for row in model._base_manager.filter(region=region):
            words = f"{MARK} {str(row.pk)[:8]}"
            written += (
                model._base_manager.filter(pk=row.pk).update(**dict.fromkeys(free, words)) * len(free) if free else 0
            )
    for person in User.objects.filter(memberships__region=region).distinct():
        written += User.objects.filter(pk=person.pk).update(
            full_name=f"{MARK} {person.pk}", email=f"{MARK[:7]}{person.pk}@x.id"
        )
    return written


def words_of(answer: HttpResponse) -> str:
    """What an answer says, be it a page, a workbook or archive (its members), or a PDF (its text, also without spaces)."""
    stream = getattr(answer, "streaming_content", None)
    content = b"".join(stream) if stream is not None else answer.content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist())
    elif content.startswith(b"%PDF-") and len(content) > 100:
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
        return f"{text}\n{''.join(text.split())}"
    return content.decode(errors="replace")


@pytest.fixture
def marked(other: World) -> World:  # noqa: F811
    assert mark(other.region) > 30
    return other


@pytest.mark.slow
def test_no_page_shows_a_word_of_another_region(world, marked, clients):  # noqa: F811
    own = walk.signed_in(marked.people[Role.ADMIN.value])
    shown, leaks = set(), []
    for name, row in walk.routes("region"):
        if "GET" not in row.methods:
            continue
        roles = {walk.who_may(name)[0], walk.who_may(name)[-1], Role.ADMIN.value} & set(walk.who_may(name))
        url = walk.address(name, row, world)
        leaks += [(name, role) for role in roles if MARK in words_of(clients[role].get(url))]
        if MARK in words_of(own.get(walk.address(name, row, marked))):
            shown.add(name)
    assert len(shown) > 12, "the mark must be seen by its own region, or its absence says nothing"
    assert leaks == []


def test_a_form_that_refuses_a_foreign_id_shows_nothing_of_it(world, marked, clients):  # noqa: F811
    leaks, asked = [], 0
    for name, row in walk.routes("region"):
        for field, foreign in row.foreign.items():
            asked += 1
            body = {**row.body(world), row.prefix(world) + field: foreign(marked)}
            answer = walk.sent(clients[walk.who_may(name)[0]], walk.address(name, row, world), row, body)
            if MARK in words_of(answer):
                leaks.append((name, field))
    assert asked > 5
    assert leaks == []
