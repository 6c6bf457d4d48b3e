"""Three published situations, typed in through the same verbs as the screens and read back where people read them.

The fourth, somebody opening on behalf of the Wali Kota, is in test_example, which has Batam loaded.
"""

from decimal import Decimal

from accounts.models import User
from bimtek import rollups, swot
from bimtek.examples import loader
from bimtek.examples.people import demo_people
from bimtek.forms.programme import ProgrammeForm
from bimtek.models import Plan
from regions import reference
from regions.access import Role
from regions.models import Region
from tests.bimtek.reading import printed


def load(name: str) -> Plan:
    reference.load()
    region = loader.load(name).region
    return Plan.objects.select_related("region", "enrolment__cohort").get(region=region)


def admin_of(plan: Plan) -> User:
    return dict(demo_people(plan.region))[Role.ADMIN]


# --- Pematangsiantar: from the visi over the third misi to programmes -------------------------------------------------
def test_pematangsiantar_is_found_as_people_write_it(db):
    reference.load()

    for words in ("Pematang Siantar", "pematangsiantar", "PEMATANG  SIANTAR"):
        assert [region.code for region in Region.objects.matching(words)] == ["12.72"]


def test_pematangsiantar_traces_the_third_misi_to_programmes(db, client_of):
    plan = load("pematangsiantar-2023")
    third = plan.missionitem_set.get(kind="misi", number="3")

    assert (
        plan.answer_set.get(key="rpjmd-visi").text
        == "Terwujudnya Kota Pematang Siantar Sehat, Sejahtera, dan Berkualitas"
    )
    assert set(third.objectives.values_list("programmes__code", flat=True)) == {"SG-1.01", "SG-2.01"}
    assert set(third.programmes.values_list("code", flat=True)) == {"SG-1.01", "SG-2.01"}
    assert not plan.missionitem_set.get(kind="misi", number="1").programmes.exists()

    page = client_of(admin_of(plan)).get("/daerah/kota-pematangsiantar/2023/tahap/1/rpjmd/").content.decode()
    assert "tata kelola pemerintahan yang baik" in page
    book = printed(plan)
    assert "Terwujudnya Kota Pematang Siantar Sehat, Sejahtera, dan Berkualitas" in book
    assert "Misi 3" in book
    assert "Satu Data Siantar" in book


# --- Halmahera Timur: a kabupaten in WIT with its MoU and its SWOT ----------------------------------------------------
def test_halmahera_timur_is_a_kabupaten_with_a_bupati_in_wit(db, client_of):
    plan = load("halmahera-timur-2023")

    assert (plan.region.name, plan.region.head_title) == ("Kabupaten Halmahera Timur", "Bupati")
    assert plan.region.get_time_zone_display() == "WIT"
    client = client_of(admin_of(plan))
    session = plan.session_set.get()
    page = client.get(f"/daerah/kabupaten-halmahera-timur/2023/pertemuan/{session.pk}/").content.decode()
    assert "WIT" in page
    assert "Bupati Halmahera Timur" in page
    book = printed(plan)
    assert "CONTOH/NK-07/HALTIM/2023" in book
    assert "22 Mei 2023" in book
    assert "Wali Kota Halmahera" not in book


def test_halmahera_timur_lands_in_quadrant_one(db):
    plan = load("halmahera-timur-2023")
    found = swot.analyse(plan.swotitem_set.filter(scope=""))

    assert (found.ifas, found.efas) == (Decimal("2.90"), Decimal("3.00"))
    assert (found.x, found.y) == (Decimal("0.50"), Decimal("0.20"))
    assert [quadrant.strategy for quadrant in found.quadrants] == ["SO"]
    first = plan.strategy_set.get(kind="SO")
    assert sorted(item.code for item in first.items.all()) == ["O1", "O2", "S1", "S3"]
    assert "Kuadran I" in printed(plan)


# --- Muara Enim: ten years from 2018, the benefit before the technology -----------------------------------------------
def test_muara_enim_plans_ten_years_in_the_cohort_of_2018(db):
    plan = load("muara-enim-2018")

    assert (plan.first_year, plan.short_until, plan.medium_until, plan.last_year) == (2018, 2018, 2022, 2027)
    assert (plan.enrolment.cohort.year, plan.enrolment.cohort.name) == (2018, "Gerakan Menuju 100 Smart City")
    terms = {p.code: rollups.term_of(plan, p.start_year, p.end_year) for p in plan.programme_set.all()}
    assert terms == {"SE-2.01": rollups.Term.SHORT, "SS-2.01": rollups.Term.MEDIUM}


def test_muara_enim_reads_the_benefit_before_the_technology(db, client_of):
    plan = load("muara-enim-2018")
    programme = plan.programme_set.get(code="SE-2.01")

    fields = ProgrammeForm.Meta.fields
    assert fields.index("benefit") < fields.index("name") < fields.index("technology")
    address = f"/daerah/kabupaten-muara-enim/2018/tahap/2/program/{programme.pk}/"
    page = client_of(admin_of(plan)).get(address).content.decode()
    assert 0 < page.index("Perajin desa memperoleh tempat") < page.index("Katalog daring dan pencatatan pesanan")
    book = printed(plan)
    assert 0 < book.index("Perajin desa memperoleh tempat") < book.index("Katalog daring dan pencatatan pesanan")
