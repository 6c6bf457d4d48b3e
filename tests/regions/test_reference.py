"""38 provinces and 514 kota/kabupaten, loaded as often as one likes."""

import re

import pytest
from django.core.management import call_command

from regions import reference
from regions.models import Province, Region, TimeZone
from regions.models.place import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> None:
    reference.load()


def test_all_regions_of_the_country_are_there(loaded):
    assert Province.objects.count() == 38
    assert Region.objects.filter(kind="kabupaten").count() == 416
    assert Region.objects.filter(kind="kota").count() == 98
    assert Region.objects.filter(autonomous=True).count() == 508
    assert {r.province_id for r in Region.objects.filter(autonomous=False)} == {"31"}


def test_codes_follow_kemendagri(loaded):
    for region in Region.objects.all():
        assert re.fullmatch(r"\d\d\.\d\d", region.code)
        assert region.code[:2] == region.province_id
        number = int(region.code[3:])
        assert 71 <= number <= 79 if region.kind == "kota" else 1 <= number <= 70, region


@pytest.mark.parametrize(
    ("code", "name", "slug"),
    [
        ("21.71", "Kota Batam", "kota-batam"),
        ("12.72", "Kota Pematang Siantar", "kota-pematangsiantar"),
        ("82.06", "Kabupaten Halmahera Timur", "kabupaten-halmahera-timur"),
        ("16.03", "Kabupaten Muara Enim", "kabupaten-muara-enim"),
        ("12.12", "Kabupaten Toba", "kabupaten-toba"),
        ("31.71", "Kota Administrasi Jakarta Pusat", "kota-administrasi-jakarta-pusat"),
    ],
)
def test_known_regions_have_their_code_and_address(loaded, code, name, slug):
    region = Region.objects.get(code=code)

    assert region.name == name
    assert region.slug == slug


def test_every_address_is_its_own(loaded):
    assert Region.objects.values("slug").distinct().count() == 514


def test_the_official_name_stays_beside_the_everyday_one(loaded):
    siantar = Region.objects.get(code="12.72")

    assert (siantar.official_name, siantar.display_name) == ("Pematangsiantar", "Pematang Siantar")


def test_each_province_has_its_time_zone_and_gives_it_to_its_regions(loaded):
    zones = {
        TimeZone.WIB: "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 61 62",
        TimeZone.WITA: "51 52 53 63 64 65 71 72 73 74 75 76",
        TimeZone.WIT: "81 82 91 92 93 94 95 96",
    }
    for zone, codes in zones.items():
        assert list(Province.objects.filter(time_zone=zone).values_list("code", flat=True)) == codes.split()
        assert set(Region.objects.filter(province__in=codes.split()).values_list("time_zone", flat=True)) == {zone}


def test_search_ignores_spaces_case_and_accents(loaded):
    for words in [
        "Pematang Siantar",
        "PEMATANGSIANTAR",
        "kota pematang-siantar",
        "Pémàtang siantar",
        "12.72",
        " 12.72 ",
    ]:
        assert [r.code for r in Region.objects.matching(words)] == ["12.72"], words


def test_search_answers_odd_characters_with_nothing(loaded):
    for words in ["\x00", "12.72\x00", "\ud800", "💥", "%", "_", "12.99"]:
        assert not Region.objects.matching(words).exists(), words


def test_loading_again_changes_nothing(loaded, capsys):
    before = list(Region.objects.order_by("pk").values())

    call_command("load_reference")

    assert "38 provinces, 514 regions: 0 added, 0 changed." in capsys.readouterr().out
    assert list(Region.objects.order_by("pk").values()) == before


def test_a_new_official_name_is_taken_over_and_the_regions_own_settings_stay(loaded):
    Region.objects.filter(code="21.71").update(
        official_name="Batam Lama", display_name="Batam Kita", search_name="x", time_zone=TimeZone.WITA
    )

    done = reference.load()

    batam = Region.objects.get(code="21.71")
    assert (done.added, done.changed) == (0, 1)
    assert (batam.official_name, batam.display_name, batam.time_zone) == ("Batam", "Batam Kita", TimeZone.WITA)
    assert batam.slug == "kota-batam"
    assert plain("Kota Batam") in batam.search_name


def test_the_usual_opds_are_about_36_with_short_names():
    rows = list(reference.rows("opd.csv"))

    assert len(rows) == 36
    assert all(row["name"] and row["abbreviation"] for row in rows)
    assert len({row["name"] for row in rows}) == 36
