"""Statements that are written once: they find and change what Django's own queries would."""

import threading
from typing import Any

import pytest
from django.db import connection, models

from bimtek import offices
from bimtek.models import Answer, Change, Programme, ReadinessRow
from bimtek.views.autosave import STORED
from regions.access import HELD, Access, Role
from regions.models import Membership, Opd
from regions.prepared import Given, Ids, Prepared
from tests.bimtek.rows import make_programme, make_row
from tests.conftest import signed_in
from tests.factories import make_member, make_opd

pytestmark = pytest.mark.django_db


def values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def found(access: Access, model: Any, row: Any) -> list[Any]:
    held = {f"opd{n}": pk for n, pk in enumerate(access.opd_ids)}
    return STORED.rows(model, access.roles, len(held), row=row, region=access.region.pk, year=2022, **held)


def access_of(region: Any, *roles: Role, opds: Any = ()) -> Access:
    return Access(make_member(region, Role.COUNCIL), region, roles, frozenset(one.pk for one in opds))


def test_a_row_comes_back_as_djangos_own_query_gives_it(plan, health):
    row = make_programme(plan, opd=health, start_year=2023, benefit="Antrean hilang.")
    [again] = found(access_of(plan.region, Role.ADMIN), Programme, row.pk)
    assert again == row
    assert values(again) == values(Programme.objects.get())
    assert type(again.start_year) is int
    assert values(again.plan) == values(plan)
    assert again._state.db == "default"
    assert not again._state.adding


def test_each_sees_what_the_rule_of_offices_lets_them_see(plan, health, kominfo):
    other = make_opd(plan.region, "Dinas Pariwisata", position=9)
    rows = [make_row(ReadinessRow, plan, name=f"X{n}", opd=opd) for n, opd in enumerate([health, kominfo, other, None])]
    for roles, opds in [
        ((Role.ADMIN,), ()),
        ((Role.OPERATOR,), ()),
        ((Role.OPERATOR,), (health,)),
        ((Role.OPERATOR,), (kominfo, health)),
        ((Role.GUEST,), (other,)),
        ((Role.GUEST,), ()),
    ]:
        access = access_of(plan.region, *roles, opds=opds)
        shown = [row.name for row in rows if found(access, ReadinessRow, row.pk)]
        rule = offices.visible(ReadinessRow.objects.order_by("name"), access)
        assert shown == list(rule.values_list("name", flat=True)), (roles, opds)


def test_nothing_of_another_region_or_year_is_found(plan, stranger_region):
    row = make_programme(plan)
    admin = access_of(plan.region, Role.ADMIN)
    assert found(access_of(stranger_region, Role.ADMIN), Programme, row.pk) == []
    assert STORED.rows(Programme, admin.roles, 0, row=row.pk, region=plan.region.pk, year=2023) == []
    assert found(admin, Answer, "tidak-ada") == []


def test_a_membership_comes_with_its_person_and_region(region, writer, django_assert_num_queries):
    today = Membership.objects.get().created_at.date()
    HELD.rows(False, slug=region.slug, person=str(writer.pk), today=today)
    with django_assert_num_queries(1):
        [held] = HELD.rows(False, slug=region.slug, person=str(writer.pk), today=today)
        assert (values(held.user), values(held.region)) == (values(writer), values(region))


def test_an_update_says_how_many_rows_it_changed(plan, health):
    rows = [make_row(ReadinessRow, plan, name=f"X{n}", value="lama") for n in range(3)]

    def build(ids: Ids) -> Any:
        opd = ReadinessRow._meta.get_field("opd")
        return (
            ReadinessRow.objects.filter(pk__in=ids.listed("row", 2)),
            {"value": Given("value", models.TextField()), "opd_id": Given("opd", opd)},
        )

    deed = Prepared(build)
    assert deed.update(row0=rows[0].pk, row1=rows[2].pk, value="baru 100%", opd=health.pk) == 2
    assert list(ReadinessRow.objects.order_by("name").values_list("value", "opd")) == [
        ("baru 100%", health.pk),
        ("lama", None),
        ("baru 100%", health.pk),
    ]
    assert deed.update(row0=rows[1].pk, row1=rows[1].pk, value="", opd=None) == 1, "None is NULL"
    assert list(ReadinessRow.objects.filter(opd=None).values_list("value", flat=True)) == [""]


def test_json_and_moments_go_there_and_back(plan, writer):
    line = Change.objects.create(
        region=plan.region, plan=plan, kind="gap", row_id=plan.pk, deed="changed", label="x", after={"teks": "“ä” 1,5"}
    )
    deed = Prepared(lambda ids: Change.objects.filter(pk=Given("line", models.BigIntegerField())))
    [again] = deed.rows(line=line.pk)
    line.refresh_from_db()
    assert values(again) == values(line)
    assert again.at.tzinfo is not None


def test_a_query_that_can_find_nothing_finds_nothing(plan, django_assert_num_queries):
    make_programme(plan)
    deed = Prepared(lambda ids: Programme.objects.filter(pk__in=ids.listed("row", 0)))
    change = Prepared(lambda ids: (Programme.objects.none(), {"name": Given("name", models.TextField())}))
    with django_assert_num_queries(0):
        assert deed.rows() == []
        assert change.update(name="x") == 0


def test_it_is_written_once_and_asked_from_every_thread(plan):
    built = []

    def build(ids: Ids) -> Any:
        built.append(1)
        return Opd.objects.filter(name=Given("name", models.TextField()))

    deed, seen = Prepared(build), []
    make_opd(plan.region, "Dinas A", position=5)
    assert [one.name for one in deed.rows(name="Dinas A")] == ["Dinas A"]

    def elsewhere() -> None:
        seen.append(deed.rows(name="Dinas yang tidak ada"))
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert (built, seen) == ([1], [[]])


@pytest.mark.parametrize("year", [0, 99999, 2**70])
def test_a_year_that_no_database_holds_is_not_found(year, plan, writer):
    row = make_programme(plan)
    message = {"person": str(writer.pk), "client": str(row.pk), "seq": 1, "row": str(row.pk)}
    message["fields"] = {"benefit": {"base": "", "mine": "x"}}
    url = f"/daerah/kota-batam/{year}/tahap/2/program/simpan/"
    assert signed_in(writer).post(url, message, content_type="application/json").status_code == 404
