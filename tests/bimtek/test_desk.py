"""The desk of a consultant: what waits, what changed since the last review, threads, due days, and deeds on several regions."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bimtek import desk, standing, threads, workflow, writing
from bimtek.anchors import Anchor
from bimtek.models import Move, Plan, ReviewMark, Snapshot, Stage
from regions.access import Role
from tests.bimtek.rows import access, make_item
from tests.factories import make_member, make_plan, make_region

pytestmark = pytest.mark.django_db
PAGE = "/konsultan/"


def stack_of(user: Any, plan: Plan) -> desk.Stack:
    rows = standing.standings(standing.with_stages(desk.plans_of(user).filter(pk=plan.pk)))
    (found,) = desk.stacks(rows, user)
    return found


def stage_of(plan: Plan) -> Any:
    return plan.submission_set.get(stage=1)


def submit(plan: Plan, head: Any) -> None:
    workflow.submit(stage_of(plan), access=access(head, plan))


def rewrite(plan: Plan, writer: Any, item: Any, text: str) -> None:
    item.text = text
    writing.change(item, access=access(writer, plan), version=item.version)


def test_the_first_review_then_only_what_changed_since(plan, head, writer, consultant):
    item = make_item(plan)
    submit(plan, head)
    first = stack_of(consultant, plan)
    assert (first.review.stage, first.round, first.changed, first.reviewed) == (1, 1, None, False)

    workflow.send_back(stage_of(plan), access=access(consultant, plan), reason="Perbaiki")
    assert stack_of(consultant, plan).review is None
    rewrite(plan, writer, item, "Baru")
    submit(plan, head)
    second = stack_of(consultant, plan)
    assert (second.round, second.changed, second.exact, second.reviewed) == (2, 1, True, False)

    rewrite(plan, writer, item, "Lebih baru")
    submit(plan, head)
    third = stack_of(consultant, plan)
    assert (third.round, third.changed, third.exact) == (2, 2, False)


def test_another_reviewers_mark_is_not_mine(plan, head, consultant):
    make_item(plan)
    submit(plan, head)
    other = make_member(plan.region, Role.CONSULTANT)
    workflow.mark_reviewed(stage_of(plan), other)
    assert stack_of(other, plan).reviewed
    assert not stack_of(consultant, plan).reviewed


def test_threads_that_wait_for_me(plan, writer, consultant):
    who, place = access(consultant, plan), Anchor(Stage.PERSEPSI, "swot")
    asked = threads.begin(plan, place, "Datanya?", access=who, kind="kurang")
    threads.begin(plan, place, "Untuk saya", access=who, assignee=consultant)
    threads.begin(plan, place, "Dari daerah", access=access(writer, plan))
    found = stack_of(consultant, plan)
    assert (found.mine, found.unread, found.requests) == (1, 1, 1)

    threads.move(asked, "selesai", access=access(writer, plan))
    found = stack_of(consultant, plan)
    assert (found.mine, found.unread, found.requests) == (2, 2, 1)
    threads.move(asked, "diterima", access=who)
    found = stack_of(consultant, plan)
    assert (found.mine, found.requests) == (1, 0)


def test_a_due_day_shows_while_the_stage_is_with_the_region(plan, head, writer, consultant, client_of):
    make_item(plan)
    submit(plan, head)
    today = timezone.localdate()
    workflow.send_back(stage_of(plan), access=access(consultant, plan), reason="Perbaiki", due=today)
    assert stack_of(consultant, plan).due == today
    assert desk.chosen([stack_of(consultant, plan)], "tenggat", today) == []
    late = desk.chosen([stack_of(consultant, plan)], "tenggat", today + datetime.timedelta(days=1))
    assert [stack.standing.plan for stack in late] == [plan]
    rewrite(plan, writer, plan.swotitem_set.get(), "Baru")
    submit(plan, head)
    assert stack_of(consultant, plan).due is None


def test_the_page_leads_to_what_waits_and_is_narrowed(plan, head, consultant, client_of):
    make_item(plan)
    submit(plan, head)
    second = make_region("12.12", "Toba", "kabupaten")
    make_plan(second)
    make_member(second, Role.CONSULTANT, user=consultant)
    client = client_of(consultant)

    text = client.get(PAGE).content.decode()
    assert "1 daerah menunggu reviu Anda" in text
    assert "Reviu pertama" in text
    assert "Toba" in text
    assert "Toba" not in client.get(f"{PAGE}?pilih=menunggu").content.decode()
    assert "Kota Batam" not in client.get(f"{PAGE}?cari=toba").content.decode()
    assert client.get(f"{PAGE}?pilih=%00&page=x").status_code == 200


def test_ticked_regions_are_marked_at_once_and_only_ones_own(
    plan, head, writer, consultant, stranger_region, client_of
):
    make_item(plan)
    submit(plan, head)
    threads.begin(plan, Anchor(Stage.PERSEPSI), "Baru", access=access(writer, plan))
    client = client_of(consultant)

    assert client.post(f"{PAGE}tindakan/", {"tindakan": "dibaca", "pilih": plan.pk}).status_code == 302
    assert stack_of(consultant, plan).unread == 0
    client.post(f"{PAGE}tindakan/", {"tindakan": "direviu", "pilih": plan.pk})
    assert stack_of(consultant, plan).reviewed

    foreign = stranger_region.plan_set.get()
    for pilih in (foreign.pk, "x"):
        assert client.post(f"{PAGE}tindakan/", {"tindakan": "direviu", "pilih": [plan.pk, pilih]}).status_code == 404
    assert client_of(writer).post(f"{PAGE}tindakan/", {"tindakan": "dibaca", "pilih": plan.pk}).status_code == 404
    assert ReviewMark.objects.count() == 1


def test_nothing_ticked_is_said_so(plan, consultant, client_of):
    answer = client_of(consultant).post(f"{PAGE}tindakan/", {"tindakan": "dibaca"}, follow=True)
    assert "Centang daerah yang dimaksud" in answer.content.decode()


def submitted_region(number: int, consultant: Any) -> Plan:
    """Stage I waits in its second round, reviewed once; one request is called done, one thread is mine, one is unread."""
    region = make_region(f"33.{number:02}", f"Uji {number}", "kabupaten")
    plan = make_plan(region)
    make_member(region, Role.CONSULTANT, user=consultant)
    stage = stage_of(plan)
    for to, before in (("submitted", "draft"), ("returned", "submitted"), ("submitted", "returned")):
        sent = to == "submitted"
        state = Snapshot.objects.create(region=region, plan=plan, stage=1, content={}, sha256="") if sent else None
        Move.objects.create(
            region=region, submission=stage, from_status=before, to_status=to, snapshot=state, changed=7
        )
        if not ReviewMark.objects.filter(submission=stage).exists():
            mark = {"snapshot": state, "at": timezone.now()}
            ReviewMark.objects.create(region=region, submission=stage, user=consultant, **mark)
    plan.submission_set.filter(pk=stage.pk).update(status="submitted")
    who, theirs = access(consultant, plan), access(make_member(region, Role.ADMIN), plan)
    asked = threads.begin(plan, Anchor(Stage.PERSEPSI), "Datanya?", access=who, kind="kurang")
    threads.move(asked, "selesai", access=theirs)
    threads.begin(plan, Anchor(Stage.PERSEPSI), "Untuk saya", access=theirs, assignee=consultant)
    return plan


def test_sixty_regions_that_wait_cost_the_queries_of_one(head, consultant, client_of, plan):
    client, counts, plans = client_of(consultant), [], [plan]
    make_item(plan)
    submit(plan, head)
    for more in (1, 59):
        plans += [submitted_region(len(plans) + number, consultant) for number in range(more)]
        client.get(PAGE)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(PAGE)
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert answer.context["page"].paginator.count == 61
    assert answer.context["waiting_count"] == 61
    found = stack_of(consultant, plans[-1])
    assert (found.round, found.changed, found.exact, found.mine, found.unread, found.requests) == (2, 7, True, 2, 2, 1)


def test_the_ministry_sees_the_load_of_each_consultant(plan, head, consultant, ministry, client_of):
    make_item(plan)
    submit(plan, head)
    threads.begin(plan, Anchor(Stage.PERSEPSI), "Datanya?", access=access(consultant, plan), kind="kurang")
    text = client_of(ministry).get("/kominfo/konsultan/").content.decode()
    assert "1 daerah hari ini · 1 tahap menunggu reviu · 1 permintaan perbaikan terbuka" in text
