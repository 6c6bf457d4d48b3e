"""Who belongs to a region: invited, accepted, changed, removed, assigned."""

import datetime
import re
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from regions import people
from regions.access import Role, access_of
from regions.models import Invitation, Mail, Membership
from tests.factories import PASSWORD, make_member, make_opd, make_user

NEW = "baru@contoh.id"
STRONG = "kopi-tubruk-pagi-hari"


def token_in(letter: Mail) -> str:
    found = re.search(r"/undangan/([\w-]+)/", letter.body)
    assert found, letter.body
    return found[1]


@pytest.fixture
def invitation(region, writer) -> Invitation:
    return people.invite(region, email=NEW, role=Role.BAPPEDA, by=writer, full_name="Budi Santoso, S.T.")


@pytest.fixture
def token(invitation) -> str:
    return token_in(Mail.objects.get(to=NEW))


def test_invite_writes_a_letter_with_a_long_secret_and_keeps_only_its_hash(invitation, token):
    assert len(token) >= 43
    assert token not in str(Invitation.objects.values().get(pk=invitation.pk))
    assert people.invitation_of(token) == invitation
    assert invitation.expires_at - timezone.now() > datetime.timedelta(days=6, hours=23)


def test_invite_refuses_roles_that_are_not_the_regions_to_give(region, writer):
    for role in (Role.CONSULTANT, Role.MINISTRY, "raja"):
        with pytest.raises(ValidationError):
            people.invite(region, email=NEW, role=role, by=writer)

    assert not Invitation.objects.exists()
    assert not Mail.objects.exists()


def test_invite_is_for_those_who_manage_people(region, cast):
    for role, person in cast.items():
        if role in {Role.ADMIN, Role.MINISTRY}:
            continue
        with pytest.raises(ValidationError, match="tidak dapat mengatur"):
            people.invite(region, email=NEW, role=Role.COUNCIL, by=person)


def test_an_operator_is_invited_with_an_opd_of_the_own_region_only(region, stranger_region, writer):
    with pytest.raises(ValidationError, match="Pilih OPD"):
        people.invite(region, email=NEW, role=Role.OPERATOR, by=writer)
    with pytest.raises(ValidationError, match="bukan milik daerah"):
        people.invite(region, email=NEW, role=Role.OPERATOR, by=writer, opd=make_opd(stranger_region))


def test_a_second_invitation_closes_the_first(region, writer, invitation, token):
    again = people.send_again(invitation, by=writer)

    with pytest.raises(ValidationError, match="ditarik"):
        people.invitation_of(token)
    assert again.expires_at > timezone.now()
    assert Invitation.objects.get(revoked_at=None) == again


def test_join_makes_the_account_and_works_once(invitation, token, region):
    person = people.join(invitation, full_name="Budi Santoso, S.T.", password=STRONG)

    assert access_of(person, region).roles == (Role.BAPPEDA,)
    assert person.check_password(STRONG)
    with pytest.raises(ValidationError, match="sudah dipakai"):
        people.invitation_of(token)
    with pytest.raises(ValidationError, match="sudah dipakai"):
        people.accept(invitation, user=person)


def test_accept_is_for_the_invited_address_only(invitation, stranger, region):
    with pytest.raises(ValidationError, match=NEW):
        people.accept(invitation, user=stranger)

    assert access_of(stranger, region) is None


def test_an_expired_an_unknown_and_a_withdrawn_link_each_say_why(invitation, token, writer):
    with pytest.raises(ValidationError, match="tidak dikenal"):
        people.invitation_of("tebakan")
    people.withdraw(invitation, by=writer)
    with pytest.raises(ValidationError, match="ditarik"):
        people.invitation_of(token)
    Invitation.objects.update(revoked_at=None, expires_at=timezone.now() - datetime.timedelta(seconds=1))
    with pytest.raises(ValidationError, match="lewat 7 hari"):
        people.invitation_of(token)


def test_accept_refuses_an_offer_that_expired_while_the_page_was_open(invitation):
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))

    with pytest.raises(ValidationError, match="kedaluwarsa"):
        people.join(invitation, full_name="Budi", password=STRONG)
    assert not User.objects.filter(email=NEW).exists()


def membership(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_the_last_admin_can_neither_be_removed_nor_changed(writer, ministry):
    for by in (writer, ministry):
        with pytest.raises(ValidationError, match="terakhir"):
            people.remove(membership(writer), by=by)
        with pytest.raises(ValidationError, match="terakhir"):
            people.change_role(membership(writer), role=Role.COUNCIL, by=by)


def test_a_second_admin_may_remove_the_first(region, writer):
    other = make_member(region, Role.ADMIN)

    people.remove(membership(writer), by=other)

    assert access_of(writer, region) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_leave_one(region, writer):
    other = make_member(region, Role.ADMIN)
    start = threading.Barrier(2)
    refused = []

    def remove(whom: User, by: User) -> None:
        start.wait()
        try:
            people.remove(membership(whom), by=by)
        except ValidationError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((writer, other), (other, writer))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert Membership.objects.current().filter(region=region, role=Role.ADMIN).count() == 1
    assert len(refused) == 1


def test_an_admin_cannot_touch_consultants_or_other_regions(region, writer, consultant, stranger):
    with pytest.raises(ValidationError, match="Kominfo"):
        people.remove(membership(consultant), by=writer)
    with pytest.raises(ValidationError, match="tidak dapat mengatur"):
        people.remove(membership(stranger), by=writer)
    with pytest.raises(ValidationError, match="tidak dapat mengatur"):
        people.change_role(membership(stranger), role=Role.COUNCIL, by=writer)


def test_change_role_to_operator_takes_an_opd_and_back_drops_it(region, writer, council, health):
    people.change_role(membership(council), role=Role.OPERATOR, opd=health, by=writer)
    assert access_of(council, region).opd_ids == {health.id}

    people.change_role(membership(council), role=Role.LEADER, opd=health, by=writer)
    assert membership(council).opd is None


def test_assign_opens_the_region_between_its_dates(region, ministry):
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    person = make_user("Rina Kurnia")

    held = people.assign(region, email=person.email, full_name="", starts=today, ends=today, by=ministry)
    assert access_of(person, region).roles == (Role.CONSULTANT,)

    people.change_period(held, starts=today + day, ends=None, by=ministry)
    assert access_of(person, region) is None
    people.change_period(held, starts=today - 2 * day, ends=today - day, by=ministry)
    assert access_of(person, region) is None


def test_assign_makes_an_account_without_password_for_a_new_address(region, ministry):
    with pytest.raises(ValidationError, match="nama lengkap"):
        people.assign(region, email=NEW, full_name=" ", starts=timezone.localdate(), ends=None, by=ministry)

    held = people.assign(
        region, email=NEW.upper(), full_name="Dr. Rina", starts=timezone.localdate(), ends=None, by=ministry
    )

    assert held.user.email == NEW
    assert not held.user.has_usable_password()
    assert "/akun/kata-sandi/lupa/" in Mail.objects.get(to=NEW).body


def test_assign_is_the_ministrys_and_dates_are_in_order(region, writer, ministry, consultant):
    today = timezone.localdate()
    with pytest.raises(ValidationError, match="Hanya admin Kominfo"):
        people.assign(region, email=NEW, full_name="X", starts=today, ends=None, by=writer)
    with pytest.raises(ValidationError, match="mendahului"):
        people.change_period(membership(consultant), starts=today, ends=today - datetime.timedelta(days=1), by=ministry)
    with pytest.raises(ValidationError, match="sudah memegang"):
        people.assign(region, email=consultant.email, full_name="", starts=today, ends=None, by=ministry)


@pytest.mark.parametrize("with_opd", [True, False])
def test_the_database_itself_holds_a_person_once_in_a_role(region, with_opd):
    opd = make_opd(region, "Dinas Sosial") if with_opd else None
    role = Role.OPERATOR if with_opd else Role.BAPPEDA
    held = Membership.objects.create(region=region, user=make_user("Sekali Saja"), role=role, opd=opd)

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(region=region, user=held.user, role=role, opd=opd)

    Membership.objects.update(revoked_at=timezone.now())
    Membership.objects.create(region=region, user=held.user, role=role, opd=opd)


# --- the page behind the link ------------------------------------------------------------------------------------
def test_somebody_new_sets_name_and_password_and_is_signed_in(client, token, region):
    page = client.get(f"/undangan/{token}/")
    assert "Kota Batam" in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()

    answer = client.post(f"/undangan/{token}/", {"full_name": "Budi S.", "password": STRONG, "again": STRONG})

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(User.objects.get(email=NEW).pk)


def test_a_weak_or_mistyped_password_comes_back_with_a_sentence_and_the_name(client, token):
    answer = client.post(f"/undangan/{token}/", {"full_name": "Budi S.", "password": "12345", "again": "54321"})

    text = answer.content.decode()
    assert "Kedua kata sandi tidak sama." in text
    assert 'value="Budi S."' in text
    assert not User.objects.filter(email=NEW).exists()


def test_a_known_address_is_asked_to_sign_in_and_then_accepts(client_of, region, writer):
    person = make_user("Wati")
    people.invite(region, email=person.email, role=Role.LEADER, by=writer)
    url = f"/undangan/{token_in(Mail.objects.get(to=person.email))}/"

    page = client_of(None).get(url)
    assert f"/akun/masuk/?next={url}" in page.content.decode()
    assert "password" not in page.content.decode()

    assert client_of(person).post(url).status_code == 302
    assert access_of(person, region).roles == (Role.LEADER,)


def test_a_known_address_cannot_be_taken_over_by_posting_a_password(client_of, region, writer):
    person = make_user("Wati")
    people.invite(region, email=person.email, role=Role.LEADER, by=writer)
    url = f"/undangan/{token_in(Mail.objects.get(to=person.email))}/"

    client_of(None).post(url, {"full_name": "Penyusup", "password": STRONG, "again": STRONG})

    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert access_of(person, region) is None


def test_another_signed_in_person_is_told_whose_invitation_it_is(client_of, token, stranger, region):
    answer = client_of(stranger).post(f"/undangan/{token}/")

    assert NEW in answer.content.decode()
    assert access_of(stranger, region) is None


def test_a_dead_link_answers_404_with_the_reason(client, db):
    answer = client.get("/undangan/tebakan/")

    assert answer.status_code == 404
    assert "tidak dikenal" in answer.content.decode()


# --- the members' page -------------------------------------------------------------------------------------------
def test_addresses_are_shown_to_those_who_manage_people_only(client_of, region, writer, council, invitation):
    url = f"/daerah/{region.slug}/orang/"

    assert council.email in client_of(writer).get(url).content.decode()
    assert NEW in client_of(writer).get(url).content.decode()
    seen = client_of(council).get(url).content.decode()
    assert writer.full_name in seen
    assert writer.email not in seen
    assert NEW not in seen


def test_the_members_page_asks_the_same_queries_for_one_and_for_thirty(client_of, region, writer, queries_of):
    client, url = client_of(writer), f"/daerah/{region.slug}/orang/"
    people.invite(region, email=NEW, role=Role.COUNCIL, by=writer)
    few = queries_of(client, url)
    for number in range(30):
        make_member(region, Role.OPERATOR, opd=make_opd(region, f"Dinas {number}"))
        people.invite(region, email=f"u{number}@contoh.id", role=Role.COUNCIL, by=writer)

    assert queries_of(client, url) == few
    assert "26–31 dari 31" in client.get(f"{url}?page=2").content.decode()


def test_inviting_through_the_page_sends_one_letter(client_of, region, writer, health):
    client = client_of(writer)
    url = f"/daerah/{region.slug}/orang/undang/"

    refused = client.post(url, {"email": "bukan surel", "role": Role.OPERATOR, "full_name": "Tuti"})
    assert "Pilih OPD" in refused.content.decode()
    assert 'value="bukan surel"' in refused.content.decode()
    sent = client.post(url, {"email": NEW, "role": Role.OPERATOR, "opd": health.pk, "full_name": "Tuti"})

    assert sent.status_code == 302
    assert Mail.objects.filter(to=NEW).count() == 1
    assert Invitation.objects.get(email=NEW).opd == health
