import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bimtek import planning
from bimtek.models import BudgetLine, Indicator, IndicatorTarget, Plan
from regions.access import Role
from tests.bimtek.rows import access, make_programme, make_row
from tests.factories import make_member

pytestmark = pytest.mark.django_db
ADDRESS = "/daerah/kota-batam/2022/rencana/"


def typed(**values) -> dict:
    return {
        "version": "1", "title": "Batam Kota Cerdas", "first_year": "2022", "last_year": "2031",
        "short_until": "2022", "medium_until": "2026", "legal_status": "draf",
    } | values  # fmt: skip


def test_the_frame_is_changed_and_logged(plan, writer, client_of):
    assert client_of(writer).post(ADDRESS, typed(swot_weighted="on", last_year="2026")).status_code == 302
    stored = Plan.objects.get()
    assert (stored.title, stored.last_year, stored.swot_weighted, stored.version) == (
        "Batam Kota Cerdas",
        2026,
        True,
        2,
    )
    entry = plan.change_set.get(kind="plan")
    assert (entry.before["last_year"], entry.after["last_year"], entry.by) == (2031, 2026, writer)

    history = client_of(writer).get("/daerah/kota-batam/2022/riwayat/")
    assert "Pengaturan rencana" in history.content.decode()
    back = client_of(writer).post(f"/daerah/kota-batam/2022/riwayat/{entry.pk}/pulihkan/", follow=True)
    assert "tidak dapat dipulihkan" in back.content.decode()


def test_saving_the_same_frame_logs_nothing(plan, writer):
    planning.change_plan(plan, {"title": plan.title}, access=access(writer, plan), version=1)
    assert not plan.change_set.exists()
    assert Plan.objects.get().version == 1


def test_rows_outside_the_new_period_are_named(plan, writer, client_of):
    programme = make_programme(plan, start_year=2022, end_year=2029)
    make_row(BudgetLine, plan, programme=programme, year=2028, source="apbd", amount=1)
    indicator = make_row(Indicator, plan, programme=programme, name="x")
    make_row(IndicatorTarget, plan, indicator=indicator, year=2030, value=1)

    answer = client_of(writer).post(ADDRESS, typed(last_year="2027", title="Judul baru"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "program SG-1.01 (2029), anggaran SG-1.01 (2028), target SG-1.01 (2030)" in text
    assert 'value="Judul baru"' in text
    assert Plan.objects.get().last_year == 2031

    early = client_of(writer).post(ADDRESS, typed(first_year="2023", short_until="2023"))
    assert "program SG-1.01 (2022)" in early.content.decode()


def test_a_long_list_is_cut_with_its_number(plan):
    for n in range(8):
        make_programme(plan, f"SG-1.{n:02}", end_year=2031)
    with pytest.raises(ValidationError, match="dan 3 lainnya"):
        planning.refuse_outside(plan, 2022, 2030)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"last_year": "2040"}, "Masterplan berlaku 5 sampai 10 tahun"),
        ({"short_until": "2021"}, "Pilih tahun dalam masa rencana"),
        ({"medium_until": "2021"}, "Pilih tahun antara"),
        ({"first_year": "99999999999999999999"}, "2100"),
        ({"legal_status": "x"}, "x"),
        ({"title": "a\x00"}, ""),
        ({"version": "abc"}, ""),
    ],
)
def test_an_impossible_frame_is_refused_at_its_field(plan, writer, client_of, values, sentence):
    answer = client_of(writer).post(ADDRESS, typed(**values))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Plan.objects.get().version == 1


def test_a_stale_frame_is_refused_and_the_second_press_goes_through(plan, writer, client_of):
    Plan.objects.update(version=2, title="Dari orang lain")
    client = client_of(writer)
    answer = client.post(ADDRESS, typed())
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Orang lain baru saja menyimpan" in text
    assert 'value="Batam Kota Cerdas"' in text
    assert 'name="version" value="2"' in text
    assert client.post(ADDRESS, typed(version="2")).status_code == 302


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.BAPPEDA, Role.CONSULTANT, Role.LEADER, Role.COUNCIL])
def test_only_those_who_fill_everything_change_the_frame(plan, client_of, role):
    person = make_member(plan.region, role)
    assert client_of(person).post(ADDRESS, typed()).status_code == 403
    with pytest.raises(PermissionDenied):
        planning.change_plan(plan, {"title": "x"}, access=access(person, plan), version=1)
