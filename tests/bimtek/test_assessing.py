"""Several reviewers of one stage: scores as data, a summary across them, and acceptance by one or by all."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bimtek import assessing, workflow
from bimtek.framework import codes, framework
from bimtek.models import Assessment, Stage, Status, Submission
from regions.access import Role
from regions.models import AuditRow, Membership
from tests.bimtek.rows import access, make_item
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db
PAGE = "/daerah/kota-batam/2022/tahap/1/penilaian/"


@pytest.fixture
def second(region, consultant):
    """A second expert, with institution and field of expertise."""
    user = make_user("Dr. Kedua", institution="Universitas Contoh")
    make_member(region, Role.CONSULTANT, user=user)
    Membership.objects.filter(user=user).update(expertise="Tata kota")
    return user


@pytest.fixture
def stage(plan, head, consultant) -> Submission:
    make_item(plan)
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    return plan.submission_set.get(stage=1)


def scores(stage: Submission, score: int = 3, **other: int) -> dict[str, int]:
    return {row.code: score for row in assessing.criteria(stage)} | other


def assess(stage, user, score=3, **values) -> Assessment:
    return assessing.assess(stage, scores(stage, score), access=access(user, stage.plan), **values)


def test_every_stage_of_every_framework_has_criteria_that_weigh_a_hundred():
    assert codes()
    for code in codes():
        for number in Stage:
            rows = framework(code).criteria(number)
            assert len(rows) > 2, (code, number)
            assert sum(row.weight for row in rows) == 100


@pytest.mark.parametrize(("score", "reached"), [(1, "0.0"), (2, "33.3"), (3, "66.7"), (4, "100.0")])
def test_the_mark_runs_from_nothing_to_a_hundred(stage, score, reached):
    assert assessing.mark(assessing.criteria(stage), scores(stage, score)) == Decimal(reached)


def test_the_weights_count(stage):
    first, *_ = rows = assessing.criteria(stage)
    assert assessing.mark(rows, scores(stage, 1, **{first.code: 4})) == Decimal(first.weight)


def test_the_summary_shows_reviewers_side_by_side(stage, consultant, second, ministry):
    assess(stage, consultant, 2)
    assess(stage, second, 4, note="Baik sekali")
    assess(stage, ministry, 3)
    found = assessing.summary(stage)
    assert [(each.by_name, total) for each, total in found.reviewers] == [
        ("Admin Kominfo", Decimal("66.7")), (str(consultant), Decimal("33.3")), ("Dr. Kedua", Decimal("100.0")),
    ]  # fmt: skip
    assert (found.lines[0].scores, found.lines[0].mean, found.overall) == ([3, 2, 4], Decimal("3.0"), Decimal("66.7"))
    assert (found.reviewers[2][0].institution, found.reviewers[2][0].expertise) == ("Universitas Contoh", "Tata kota")


def test_written_again_it_replaces_and_a_new_state_asks_anew(stage, plan, head, consultant):
    assess(stage, consultant, 2, agrees=True)
    assess(stage, consultant, 4, agrees=True)
    assert Assessment.objects.count() == 1
    make_item(plan, number=5)
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    assert assessing.summary(stage).reviewers == []
    assert workflow.waiting_for(stage) == [consultant]


@pytest.mark.parametrize("change", [{"data": 5}, {"data": 0}, {"lain": 2}])
def test_scores_outside_the_form_are_refused(stage, consultant, change):
    with pytest.raises(ValidationError, match="1 sampai 4"):
        assessing.assess(stage, scores(stage) | change, access=access(consultant, stage.plan))
    assert not Assessment.objects.exists()


def test_a_stage_that_is_not_under_review_is_not_scored(plan, consultant):
    with pytest.raises(ValidationError, match="tidak sedang direviu"):
        assess(plan.submission_set.get(stage=2), consultant)


def test_the_region_neither_scores_nor_reads_scores(stage, cast, client_of):
    assess(stage, cast[Role.CONSULTANT], note="Rahasia pereviu")
    for role in (Role.ADMIN, Role.HEAD_OF_DEPARTMENT, Role.BAPPEDA, Role.OPERATOR, Role.LEADER, Role.COUNCIL):
        with pytest.raises(PermissionDenied):
            assess(stage, cast[role])
        assert client_of(cast[role]).get(PAGE).status_code == 403, role
        assert PAGE not in client_of(cast[role]).get("/daerah/kota-batam/2022/tahap/1/").content.decode()
    assert AuditRow.objects.first().private
    assert "Rahasia pereviu" in client_of(cast[Role.MINISTRY]).get(PAGE).content.decode()


def test_one_consultant_suffices_unless_all_are_asked_for(stage, consultant, second, ministry):
    assessing.require(stage, every=True, access=access(ministry, stage.plan))
    who = access(consultant, stage.plan)
    with pytest.raises(ValidationError, match=r"Belum: .*Dr\. Kedua"):
        workflow.accept(stage, access=who)
    assess(stage, consultant, agrees=True)
    assess(stage, second)
    assert workflow.waiting_for(stage) == [second], "scoring is not agreeing"
    offers = {offer.to: offer.refusal for offer in workflow.moves_for(stage, who)}
    assert "Dr. Kedua" in offers[Status.ACCEPTED]
    assert not offers[Status.RETURNED], "sending back needs one"
    assess(stage, second, agrees=True)
    workflow.accept(stage, access=who)
    assert Submission.objects.get(pk=stage.pk).status == Status.ACCEPTED


def test_a_consultant_whose_time_is_over_is_not_waited_for(stage, consultant, second, ministry):
    assessing.require(stage, every=True, access=access(ministry, stage.plan))
    assess(stage, consultant, agrees=True)
    Membership.objects.filter(user=second).update(ends="2020-01-01")
    workflow.accept(stage, access=access(consultant, stage.plan))


def test_only_the_ministry_says_how_many_must_agree(stage, consultant, writer, client_of, ministry):
    for person in (consultant, writer):
        with pytest.raises(PermissionDenied):
            assessing.require(stage, every=True, access=access(person, stage.plan))
    assert client_of(consultant).post(f"{PAGE}syarat/", {"syarat": "semua"}).status_code == 403
    client_of(ministry).post(f"{PAGE}syarat/", {"syarat": "semua"})
    assert Submission.objects.get(pk=stage.pk).needs_all
    client_of(ministry).post(f"{PAGE}syarat/", {"syarat": "satu"})
    assert not Submission.objects.get(pk=stage.pk).needs_all
    deeds = (
        AuditRow.objects.filter(region=stage.region, kind="langkah").order_by("number").values_list("deed", flat=True)
    )
    assert list(deeds)[-2:] == ["mensyaratkan semua konsultan setuju", "mensyaratkan satu konsultan"]


def test_the_form_asks_for_every_criterion_and_gives_back_what_was_typed(stage, consultant, client_of):
    client = client_of(consultant)
    refused = client.post(PAGE, {"k-data": "9", "note": "Catatan panjang saya"})
    assert refused.status_code == 422
    assert "Pilih satu nilai." in refused.content.decode()
    assert "Catatan panjang saya" in refused.content.decode()
    body = {f"k-{code}": "3" for code in scores(stage)} | {"note": "Baik", "agrees": "on"}
    assert client.post(PAGE, body).status_code == 302
    made = Assessment.objects.get()
    assert (made.scores, made.note, made.agrees) == (scores(stage), "Baik", True)
    answer = client.get(PAGE)
    page = answer.content.decode()
    assert "66,7" in page
    assert "Catatan " in page
    assert answer.context["form"]["agrees"].value() is True, "saved again it must not be taken back unseen"


def test_agreement_is_not_carried_over_to_what_was_sent_since(stage, plan, head, consultant, client_of):
    assess(stage, consultant, agrees=True)
    make_item(plan, number=9, text="Sesudahnya")
    workflow.submit(stage, access=access(head, plan))

    form = client_of(consultant).get(PAGE).context["form"]
    assert form["agrees"].value() is False
    assert form["k-data"].value() == scores(stage)["data"]


def test_the_page_asks_the_same_queries_for_one_reviewer_and_for_five(stage, region, consultant, client_of, queries_of):
    assess(stage, consultant)
    few = queries_of(client_of(consultant), PAGE)
    for number in range(4):
        assess(stage, make_member(region, Role.CONSULTANT, user=make_user(f"Ahli {number}")))
    assert queries_of(client_of(consultant), PAGE) == few
