"""The cast itself: what the other tests take for granted."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from regions.access import PERMISSIONS, Permission, Role, access_of
from regions.models import Membership
from tests.factories import make_opd


def test_every_role_opens_its_region_with_its_own_permissions(cast, region):
    assert set(cast) == {*Role, "stranger"} - {Role.GUEST}  # who has a link and no membership
    for role in set(Role) - {Role.GUEST}:
        assert access_of(cast[role], region).permissions == PERMISSIONS[role]


def test_a_stranger_has_no_access(stranger, region):
    assert access_of(stranger, region) is None


def test_an_operator_fills_rows_of_the_own_opd_only(operator, region, health, kominfo):
    access = access_of(operator, region)

    assert access.may(Permission.FILL)
    assert access.may_fill_for(health)
    assert not access.may_fill_for(kominfo)
    assert not access.may_fill_for(None)


def test_the_database_refuses_an_opd_of_another_region(writer, region, stranger_region):
    foreign = make_opd(stranger_region)

    with transaction.atomic():
        Membership.objects.create(region=region, user=writer, role=Role.OPERATOR, opd=foreign)
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_the_form_refuses_an_opd_of_another_region_in_words(writer, region, stranger_region):
    row = Membership(region=region, user=writer, role=Role.OPERATOR, opd=make_opd(stranger_region))

    with pytest.raises(ValidationError, match="bukan milik daerah Anda"):
        row.full_clean()
