"""What reviewers write to each other is seen by nobody of the region: by no page, verb, letter, file or export."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bimtek import letters, snapshots, threads, versions
from bimtek.anchors import Anchor
from bimtek.models import Assessment, Message, Notice, NoticeSettings, Stage, Thread
from regions.access import PERMISSIONS, Permission, Role, access_of
from regions.models import Mail
from tests import test_conventions as walk
from tests.bimtek.rows import access, send_letters
from tests.routes import World
from tests.test_conventions import clients, ministry_user, other, world  # noqa: F401 (fixtures)
from tests.test_doors import words_of

pytestmark = pytest.mark.django_db
SECRET = "Rahasia-antarpereviu-7f3c"
REGION_ROLES = [role for role in Role if Permission.REVIEW_NOTES not in PERMISSIONS[role]]


@pytest.fixture
def planted(world: World) -> Thread:  # noqa: F811
    """Private threads at every kind of place, with a reply, an assignee and a mention."""
    consultant = world.people[Role.CONSULTANT.value]
    who = access(consultant, world.plan)
    place = (Stage.PROGRAM, "program")
    for anchor in (
        Anchor(Stage.PERSEPSI), Anchor(Stage.PROGRAM), Anchor(*place), Anchor(*place, world.programme),
        Anchor(*place, world.programme, "name", "Layanan"), Anchor(Stage.PROGRAM, "narasi-visi", None, ""),
    ):  # fmt: skip
        thread = threads.begin(
            world.plan, anchor, SECRET, access=who, private=True,
            assignee=world.people[Role.MINISTRY.value], called=[world.people[Role.MINISTRY.value]],
        )  # fmt: skip
        threads.reply(thread, f"{SECRET} balasan", access=who, called=[world.people[Role.MINISTRY.value]])
    Thread.objects.filter(private=True).update(row_label=SECRET)
    waiting = world.plan.submission_set.get(stage=Stage.PROGRAM)
    Assessment.objects.create(
        region=world.region, submission=waiting, snapshot=world.snapshot, user=consultant, by_name="K",
        scores={}, at=timezone.now(), note=f"{SECRET} nilai",
    )  # fmt: skip
    return thread


@pytest.mark.slow
def test_no_page_shows_a_private_word_to_the_region(world, clients, planted):  # noqa: F811
    leaks, shown, asked = [], set(), 0
    for name, row in walk.routes("region", "person", "ministry"):
        if "GET" not in row.methods:
            continue
        url = walk.address(name, row, world)
        for role in walk.who_may(name):
            for query in ("", "?keadaan=semua", "?pilih=pereviu", "?pilih=baru", "?bagian=2.program"):
                if query and name != "bimtek:threads":
                    continue
                asked += 1
                seen = SECRET in words_of(clients[role].get(url + query))
                if seen and role in REGION_ROLES:
                    leaks.append((name, role, query))
                elif seen:
                    shown.add(name)
    assert asked > 200
    assert {"bimtek:threads", "bimtek:stage", "bimtek:section", "bimtek:row", "bimtek:plan"} <= shown
    assert leaks == []


@pytest.mark.parametrize("letters_come", ["segera", "pagi"])
def test_what_leaves_the_product_holds_no_private_word(world, clients, planted, letters_come):  # noqa: F811
    """Audit, its workbook, the matrix as a workbook, versions, the annex, notices and letters, for those of the region."""
    consultant, region = access(world.people[Role.CONSULTANT.value], world.plan), world.region
    for reader in world.people.values():
        NoticeSettings.objects.create(user=reader, threads="semua", moves="semua", letters=letters_come)
    threads.begin(world.plan, Anchor(Stage.PROGRAM, "program"), "Terbuka bagi daerah", access=consultant)
    threads.reply(planted, SECRET, access=consultant)
    versions.name(world.plan, "Versi", access=access(world.people[Role.ADMIN.value], world.plan))
    letters.send_due(now=timezone.now() + datetime.timedelta(days=2))
    base = f"/daerah/{region.slug}"
    state = f"{base}/2022/versi/{world.plan.versions.get().snapshot_id}/?tahap=2&bagian=program"
    for path in (
        f"{base}/jejak/", f"{base}/jejak.xlsx", "/pemberitahuan/", f"{base}/2022/matriks-tanggapan/2/",
        f"{base}/2022/matriks-tanggapan/2.xlsx", f"{base}/2022/versi/", state,
    ):  # fmt: skip
        answer = clients[Role.ADMIN.value].get(path)
        assert answer.status_code == 200, path
        said = words_of(answer)
        assert SECRET not in said, path
        assert "antarpereviu" not in said.replace("Catatan antarpereviu tidak termasuk", ""), path
    assert "Terbuka bagi daerah" in words_of(clients[Role.ADMIN.value].get("/pemberitahuan/"))
    assert "antarpereviu" in words_of(clients[Role.MINISTRY.value].get(f"{base}/jejak.xlsx"))
    assert not Mail.objects.filter(body__contains=SECRET).exists()
    of_region = {world.people[role.value].email for role in REGION_ROLES if role.value in world.people}
    told = Mail.objects.filter(body__contains="Terbuka bagi daerah")
    assert {letter.to for letter in told} & of_region
    assert not Mail.objects.filter(to__in=of_region, body__contains="antarpereviu").exists()


def test_a_private_threads_own_doors_are_404_for_the_region(world, clients, planted):  # noqa: F811
    body = {"utas": planted.pk, "text": "x", "ke": "selesai", "pakai": "1"}
    wrong, asked, before = [], 0, walk.fingerprint()
    for name, row in walk.routes("region"):
        if "thread" not in walk.ALL[name].pattern.converters and name != "bimtek:threads_read":
            continue
        parts = {"thread": planted.pk} if "thread" in walk.ALL[name].pattern.converters else {}
        for role in REGION_ROLES:
            for method in row.methods.split():
                asked += 1
                answer = clients[role].generic(method, walk.address(name, row, world, **parts)) if method == "GET" else (
                    clients[role].post(walk.address(name, row, world, **parts), body)
                )  # fmt: skip
                if answer.status_code not in {404, 403} or SECRET in words_of(answer):
                    wrong.append((name, role.value, method, answer.status_code))
    assert asked > 25
    assert wrong == []
    assert walk.fingerprint() == before


def test_an_answer_in_place_shows_no_private_word(world, clients, planted):  # noqa: F811
    """The panel that htmx puts back after a comment or a move."""
    body = {"tahap": "2", "bagian": "program", "baris": world.programme.pk, "text": "Baik", "panel": "1"}
    for role in (Role.ADMIN, Role.LEADER):
        answer = clients[role].post(
            walk.address("bimtek:thread_new", walk.ROUTES["bimtek:thread_new"], world),
            body,
            headers={"HX-Request": "true"},
        )
        assert "Baik" in words_of(answer)
        assert SECRET not in words_of(answer)


def test_no_letter_carries_a_private_word_and_none_goes_to_the_region(world, planted):  # noqa: F811
    before_all = set(Mail.objects.values_list("pk", flat=True))  # letters of the cast that are older than any deed here
    for reader in world.people.values():  # also to those of the region who want to hear of everything
        NoticeSettings.objects.create(user=reader, threads="semua", moves="semua", letters="segera")
    threads.reply(planted, f"{SECRET} lagi", access=access(world.people[Role.CONSULTANT.value], world.plan))
    send_letters()
    letters = list(Mail.objects.exclude(pk__in=before_all))
    readers = {world.people[role.value].email for role in Role if role not in REGION_ROLES}
    told = Notice.objects.filter(private=True)
    assert told.count() == 19
    assert {notice.user.email for notice in told} <= readers
    assert {letter.to for letter in letters} == {world.people[Role.MINISTRY.value].email}
    assert [letter.to for letter in letters if SECRET in letter.body or SECRET in letter.subject] == []
    assert not told.filter(body__contains=SECRET).exists()


def test_nobody_of_the_region_is_called_into_a_private_thread(world, planted):  # noqa: F811
    who = access(world.people[Role.CONSULTANT.value], world.plan)
    for role in REGION_ROLES:
        with pytest.raises(ValidationError):
            threads.reply(planted, "x", access=who, called=[world.people[role.value]])
        with pytest.raises(ValidationError):
            threads.assign(planted, world.people[role.value], access=who)


def test_the_verbs_refuse_the_region(world, planted):  # noqa: F811
    planted = Thread.objects.get(pk=planted.pk)
    assert access_of(world.people[Role.GUEST.value], world.region) is None  # a guest reaches no verb of threads at all
    for role in (each for each in REGION_ROLES if each != Role.GUEST):
        who = access(world.people[role.value], world.plan)
        for verb in (lambda w: threads.reply(planted, "x", access=w), lambda w: threads.assign(planted, None, access=w), lambda w: threads.move(planted, "selesai", access=w)):  # fmt: skip
            with pytest.raises(PermissionDenied):
                verb(who)
        with pytest.raises(PermissionDenied):
            threads.begin(world.plan, Anchor(Stage.PERSEPSI), "x", access=who, private=True)


def test_a_snapshot_holds_no_thread_at_all(world, planted):  # noqa: F811
    assert SECRET not in repr(snapshots.content_of(world.plan))


def test_a_consultants_own_region_role_elsewhere_opens_nothing_here(world, other, planted):  # noqa: F811
    """A consultant of another region is a stranger here."""
    client: Any = walk.signed_in(other.people[Role.CONSULTANT.value])
    assert client.get(walk.address("bimtek:threads", walk.ROUTES["bimtek:threads"], world)).status_code == 404


def test_the_database_keeps_requests_and_proposals_open(world):  # noqa: F811
    for values in ({"kind": "salah"}, {"wording_state": "diusulkan"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Thread.objects.create(region=world.region, plan=world.plan, stage=1, section="swot", private=True, **values)
    assert Message.objects.count() == 1
