"""What people are told: rows in the product, letters that wait and gather, what each person chose, and reminders of due days."""

import datetime

import pytest
from django.utils import timezone

from bimtek import letters, notices, threads, workflow
from bimtek.anchors import Anchor
from bimtek.models import Notice, NoticeSettings, Stage, Status
from regions.access import Role
from regions.models import Mail, Membership
from tests.bimtek.rows import access
from tests.factories import make_member, make_plan, make_region
from tests.regions.test_mail import do_jobs

pytestmark = pytest.mark.django_db
PAGE = "/pemberitahuan/"
Choice, Letters = NoticeSettings.Choice, NoticeSettings.Letters


def later(minutes: float) -> datetime.datetime:
    """The clock's reading so many minutes from now."""
    return timezone.now() + datetime.timedelta(minutes=minutes)


def choose(user, **values) -> None:
    NoticeSettings.objects.update_or_create(user=user, defaults=values)


def begin(plan, user, text="Mohon sumber data", **values):
    return threads.begin(plan, Anchor(Stage.PERSEPSI, "swot"), text, access=access(user, plan), **values)


def told(user) -> list[str]:
    return list(notices.of(user).order_by("at", "id").values_list("subject", flat=True))


def send(minutes: float = 11) -> list[Mail]:
    before = set(Mail.objects.values_list("pk", flat=True))
    letters.send_due(now=later(minutes))
    return list(Mail.objects.exclude(pk__in=before).order_by("to"))


# --- letters that wait and gather ------------------------------------------------------------------------------------
def test_nothing_is_sent_before_ten_minutes_have_passed(plan, head, consultant):
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    assert told(consultant) == ["Tahap I Kota Batam diajukan untuk reviu"]
    assert send(9) == []
    (letter,) = send(11)
    assert (letter.to, letter.subject) == (consultant.email, "Tahap I Kota Batam diajukan untuk reviu")
    assert "/daerah/kota-batam/2022/tahap/1/" in letter.body
    assert "/pemberitahuan/atur/" in letter.body
    assert send(30) == [], "once only"


def test_four_acts_within_ten_minutes_give_one_grouped_letter(plan, consultant, writer, mailoutbox):
    for number in range(4):
        begin(plan, consultant, f"Pertanyaan {number}", called=[writer])
    letters.send_due(now=later(11))
    do_jobs()
    (sent,) = mailoutbox
    assert sent.to == [writer.email]
    assert sent.subject == "4 pemberitahuan dari Kota Batam"
    assert all(f"Pertanyaan {number}" in sent.body for number in range(4))


def test_news_that_comes_in_meanwhile_waits_for_its_own_ten_minutes_and_joins(plan, consultant, writer):
    begin(plan, consultant, called=[writer])
    Notice.objects.update(at=later(-8), mail_after=later(2))
    begin(plan, consultant, called=[writer])
    assert send(3) == [], "the second may still be undone"
    (letter,) = send(11)
    assert letter.subject.startswith("2 pemberitahuan")


def test_the_oldest_news_waits_no_longer_than_an_hour(plan, consultant, writer):
    begin(plan, consultant, called=[writer])
    Notice.objects.update(at=later(-61), mail_after=later(-51))
    begin(plan, consultant, called=[writer])
    (letter,) = send(0)
    assert letter.subject == "Kota Batam: Anda disebut dalam komentar"


def test_an_undone_assignment_gives_no_letter(plan, consultant, writer):
    thread = begin(plan, consultant)
    threads.assign(thread, writer, access=access(consultant, plan))
    assert told(writer) == ["Kota Batam: utas diserahkan kepada Anda"]
    threads.assign(thread, None, access=access(consultant, plan))
    assert told(writer) == []
    assert send() == []


def test_an_assignment_handed_on_tells_only_the_last(plan, consultant, writer, head):
    thread = begin(plan, consultant)
    for person in (writer, head):
        threads.assign(thread, person, access=access(consultant, plan))
    assert [letter.to for letter in send()] == [head.email]


def test_a_state_that_goes_back_at_once_tells_nobody_of_either_way(plan, consultant, writer):
    thread = begin(plan, consultant)
    for state in ("selesai", "terbuka"):
        threads.move(thread, state, access=access(writer, plan))
    assert told(consultant) == []
    assert send() == []


def test_a_state_that_goes_back_after_the_letter_is_told(plan, consultant, writer):
    thread = begin(plan, consultant)
    threads.move(thread, "selesai", access=access(writer, plan))
    assert len(send()) == 1
    threads.move(thread, "terbuka", access=access(writer, plan))
    assert len(told(consultant)) == 2


def test_letters_of_two_clocks_at_once_are_sent_once(plan, head, consultant):
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    assert letters.send_due(now=later(11)) == 1
    assert letters.send_due(now=later(11)) == 0


def test_who_lost_the_role_meanwhile_gets_no_letter_and_sees_no_row(plan, head, consultant, ministry):
    begin(plan, ministry, "Rahasia", private=True, called=[consultant])
    Membership.objects.filter(user=consultant).update(revoked_at=timezone.now())
    make_member(plan.region, Role.COUNCIL, user=consultant)
    assert told(consultant) == [], "still of the region, but no reviewer any more"
    assert send() == []
    assert Notice.objects.get(user=consultant).withdrawn_at


# --- what each person chose ------------------------------------------------------------------------------------------
def test_who_follows_a_thread_is_told_of_answers_and_others_are_not(plan, consultant, writer, head):
    thread = begin(plan, consultant)
    threads.reply(thread, "Sudah ada", access=access(writer, plan))
    assert told(consultant) == [f"Kota Batam: {writer} menulis dalam sebuah utas"]
    assert told(head) == []
    assert told(writer) == [], "nobody is told of the own deed"


def test_who_wants_all_is_told_of_threads_of_others_and_who_wants_none_of_nothing(plan, consultant, writer, head):
    choose(head, threads=Choice.ALL)
    choose(consultant, threads=Choice.NONE, calls=Choice.NONE)
    thread = begin(plan, consultant)
    threads.reply(thread, "Sudah ada", access=access(writer, plan), called=[consultant])
    assert len(told(head)) == 2
    assert told(consultant) == []


def test_all_threads_never_mean_private_ones_for_the_region(plan, consultant, ministry, head):
    for user in (head, ministry):
        choose(user, threads=Choice.ALL)
    begin(plan, consultant, "Rahasia", private=True)
    assert told(head) == []
    assert len(told(ministry)) == 1
    assert "Rahasia" not in Notice.objects.get(user=ministry).body


def test_moves_reach_whose_turn_it_is_and_who_asked_for_all_of_them(plan, cast):
    choose(cast[Role.LEADER], moves=Choice.ALL)
    choose(cast[Role.CONSULTANT], moves=Choice.NONE)
    choose(cast["stranger"], moves=Choice.ALL)
    workflow.submit(plan.submission_set.get(stage=1), access=access(cast[Role.HEAD_OF_DEPARTMENT], plan))
    assert {row.user for row in Notice.objects.all()} == {cast[Role.LEADER]}


@pytest.mark.parametrize("choice", [None, *Choice])
@pytest.mark.parametrize("concerned", [True, False])
@pytest.mark.parametrize("kind", list(Notice.Kind))
def test_every_choice_of_every_kind_is_kept_by_row_and_letter(
    plan, consultant, writer, head, leader, kind, concerned, choice
):
    """Told: the concerned unless they said no; the others where they asked for all. A call concerns the called alone."""
    reader = leader if not concerned else writer if kind == Notice.Kind.DUE else consultant
    if choice:
        choose(reader, **{notices.CHOSEN[kind]: choice})
    before = Notice.objects.count()
    if kind == Notice.Kind.MOVE:
        workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    elif kind == Notice.Kind.DUE:
        workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
        due = timezone.localdate() + datetime.timedelta(days=3)
        workflow.send_back(plan.submission_set.get(stage=1), access=access(consultant, plan), reason="x", due=due)
        letters.remind(datetime.datetime.combine(timezone.localdate(), datetime.time(9), plan.region.zone))
    else:
        thread = begin(plan, consultant, called=[])
        called = [reader if concerned else head] if kind == Notice.Kind.CALL else []
        threads.reply(thread, "Sudah", access=access(writer, plan), called=called)
    assert Notice.objects.count() > before or choice == Choice.NONE
    wanted = choice != Choice.NONE if concerned else choice == Choice.ALL and kind != Notice.Kind.CALL
    assert Notice.objects.filter(user=reader, kind=kind).exists() is wanted
    assert any(kind_words(kind) in letter.body for letter in send(24 * 60) if letter.to == reader.email) is wanted


def kind_words(kind) -> str:
    return {"langkah": "dari “Sedang diisi”", "tenggat": "diminta selesai diperbaiki", "panggilan": "menyebut Anda", "utas": "menulis dalam sebuah utas"}[kind]  # fmt: skip


def test_without_letters_the_row_stands_in_the_product_only(plan, head, consultant):
    choose(consultant, letters=Letters.NONE)
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    assert len(told(consultant)) == 1
    assert send(100_000) == []


@pytest.mark.parametrize(
    ("code", "zone", "hour"), [("21.71", "Asia/Jakarta", 0), ("73.71", "Asia/Makassar", 23), ("82.06", "Asia/Jayapura", 22)]
)  # fmt: skip
def test_the_morning_letter_goes_out_at_seven_in_the_regions_own_zone(code, zone, hour):
    region = make_region(code, f"Daerah {code}", time_zone=zone)
    at = datetime.datetime(2022, 6, 13, 12, tzinfo=datetime.UTC)
    assert notices.mail_time(Letters.MORNING, at, region).astimezone(datetime.UTC).hour == hour
    just_before = datetime.datetime(2022, 6, 13, hour, tzinfo=datetime.UTC) - datetime.timedelta(minutes=5)
    told_at = notices.mail_time(Letters.MORNING, just_before, region)
    assert told_at - just_before > datetime.timedelta(hours=23), "five minutes do not suffice to undo a slip"


def test_the_morning_letter_gathers_the_day(plan, consultant, writer):
    choose(writer, letters=Letters.MORNING)
    for _ in range(3):
        begin(plan, consultant, called=[writer])
    assert send(15) == []
    (letter,) = send(60 * 24 + 11)
    assert letter.subject == "3 pemberitahuan dari Kota Batam"


def test_a_new_choice_moves_what_waits(plan, consultant, writer, client_of):
    begin(plan, consultant, called=[writer])
    body = {"letters": "tidak", "moves": "diikuti", "threads": "semua", "calls": "diikuti", "due": "tidak"}
    assert client_of(writer).post(f"{PAGE}atur/", body).status_code == 302
    assert send() == []
    client_of(writer).post(f"{PAGE}atur/", {**body, "letters": "pagi"})
    assert send() == [], "what was to have no letter stays without"
    assert NoticeSettings.objects.get(user=writer).threads == "semua"
    assert client_of(writer).post(f"{PAGE}atur/", {**body, "moves": "x"}).status_code == 422


# --- due days ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def returned(plan, writer, consultant):
    """Sent back with seven days to mend it; the letter about that is gone."""
    plan.submission_set.filter(stage=1).update(status=Status.SUBMITTED)
    due = timezone.localdate() + datetime.timedelta(days=7)
    move = workflow.send_back(plan.submission_set.get(stage=1), access=access(consultant, plan), reason="x", due=due)
    send()
    return move


def at_clock(move, days_before: int, hour: int) -> datetime.datetime:
    day = move.due - datetime.timedelta(days=days_before)
    return datetime.datetime.combine(day, datetime.time(hour), move.submission.plan.region.zone)


def test_reminders_come_three_days_and_one_day_before_on_the_morning(returned, writer):
    told_of = []
    for days, hour in [(5, 8), (3, 6), (3, 8), (3, 9), (2, 8), (1, 6), (1, 7), (0, 8), (-1, 8)]:
        if letters.remind(at_clock(returned, days, hour)):
            told_of.append((days, hour))
    assert told_of == [(3, 8), (1, 7)]
    subjects = list(Notice.objects.filter(kind="tenggat", user=writer).order_by("at").values_list("subject", flat=True))
    assert subjects == ["Tenggat Tahap I Kota Batam: 3 hari lagi", "Tenggat Tahap I Kota Batam: besok"]


def test_after_a_pause_only_the_nearest_reminder_is_told(returned, writer):
    assert letters.remind(at_clock(returned, 1, 12)) == 1
    assert letters.remind(at_clock(returned, 1, 13)) == 0


def test_a_stage_that_was_sent_again_is_not_reminded_of(returned, plan, head):
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    assert letters.remind(at_clock(returned, 3, 8)) == 0


def test_a_later_return_without_a_day_ends_the_reminders(returned, plan, head, consultant):
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    workflow.send_back(plan.submission_set.get(stage=1), access=access(consultant, plan), reason="y")
    assert letters.remind(at_clock(returned, 3, 8)) == 0


def test_who_turned_reminders_off_gets_none(returned, writer, head):
    choose(writer, due=Choice.NONE)
    assert letters.remind(at_clock(returned, 3, 8)) == 1
    assert told(head)[-1].startswith("Tenggat")


def test_reminders_of_many_regions_ask_a_fixed_number_of_queries(returned, django_assert_max_num_queries):
    letters.remind(at_clock(returned, 6, 8))
    with django_assert_max_num_queries(4):
        letters.remind(at_clock(returned, 6, 8))


# --- the pages ---------------------------------------------------------------------------------------------------------
def test_the_page_counts_marks_and_opens(plan, consultant, writer, client_of):
    for number in range(3):
        begin(plan, consultant, f"Isi {number}", called=[writer])
    client = client_of(writer)
    page = client.get(PAGE).content.decode()
    assert "3 belum dibaca." in page
    assert "Isi 2" in page
    first = Notice.objects.filter(user=writer).first()
    answer = client.post(f"{PAGE}dibaca/", {"buka": first.pk})
    assert answer["Location"] == first.path
    assert "2 belum dibaca." in client.get(PAGE).content.decode()
    client.post(f"{PAGE}dibaca/", {"surat": Notice.objects.filter(user=writer, read_at=None).first().pk})
    client.post(f"{PAGE}dibaca/")
    assert "Semua sudah Anda baca." in client.get(PAGE).content.decode()
    assert "Tidak ada yang cocok" in client.get(f"{PAGE}?pilih=baru").content.decode()


def test_nobody_marks_or_opens_another_persons_notice(plan, consultant, writer, head, client_of):
    begin(plan, consultant, called=[writer])
    mine = Notice.objects.get(user=writer)
    for body in ({"buka": mine.pk}, {"surat": mine.pk}, {"buka": "x"}, {}):
        assert client_of(head).post(f"{PAGE}dibaca/", body)["Location"] == PAGE
    assert Notice.objects.get(pk=mine.pk).read_at is None


def test_the_page_asks_the_same_queries_for_one_and_for_twenty(plan, consultant, writer, client_of, queries_of):
    begin(plan, consultant, called=[writer])
    few = queries_of(client_of(writer), PAGE)
    for _ in range(19):
        begin(plan, consultant, called=[writer])
    assert queries_of(client_of(writer), PAGE) == few


def test_a_move_shows_beforehand_whom_it_will_tell(plan, head, consultant, bappeda, client_of):
    page = client_of(head).get("/daerah/kota-batam/2022/tahap/1/").content.decode()
    assert "1 orang akan diberi tahu" in page
    assert str(consultant) in page
    shown = workflow.told_of(plan.submission_set.get(stage=1), Status.SUBMITTED, access(head, plan))
    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan))
    assert shown == [row.user for row in Notice.objects.all()]


def test_what_was_told_of_a_left_region_is_not_seen(plan, consultant, writer):
    begin(plan, consultant, called=[writer])
    other = make_plan(make_region("12.72", "Pematangsiantar"))
    make_member(other.region, Role.ADMIN, user=writer)
    assert len(told(writer)) == 1
    Membership.objects.filter(user=writer, region=plan.region).update(revoked_at=timezone.now())
    assert told(writer) == []
