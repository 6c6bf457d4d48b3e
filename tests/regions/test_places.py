"""Offices and settings of a region, saved with their version."""

import pytest
from django.core.exceptions import ValidationError

from regions import places
from regions.models import Opd, Region, TimeZone
from tests.factories import make_opd


def settings_of(region: Region, **changed: object) -> dict[str, object]:
    fields = ("display_name", "head_name", "head_status", "time_zone", "accent", "cover", "version")
    return {**{name: getattr(region, name) for name in fields}, **changed}


def test_the_usual_offices_are_added_once_and_only_those_missing(region, kominfo):
    assert places.add_usual_opds(region) == 35  # Dinas Komunikasi dan Informatika is there
    assert places.add_usual_opds(region) == 0

    assert region.opd_set.count() == 36
    assert region.opd_set.get(name="Dinas Kesehatan").abbreviation == "Dinkes"


def test_two_offices_cannot_share_a_name(region, kominfo, health):
    with pytest.raises(ValidationError, match="sudah ada"):
        places.add_opd(region, {"name": kominfo.name})
    with pytest.raises(ValidationError, match="sudah ada"):
        places.change_opd(health, {"name": kominfo.name}, version=1)
    health.refresh_from_db()
    assert health.name == "Dinas Kesehatan"


def test_a_stale_save_changes_nothing(kominfo):
    places.change_opd(Opd.objects.get(pk=kominfo.pk), {"name": "Dinas Kominfo dan Statistik"}, version=1)

    with pytest.raises(ValidationError) as refusal:
        places.change_opd(kominfo, {"name": "Dinas Kominfo dan Persandian"}, version=1)

    assert refusal.value.code == "stale"
    kominfo.refresh_from_db()
    assert (kominfo.name, kominfo.version) == ("Dinas Kominfo dan Statistik", 2)


def test_two_offices_merge_into_one_and_stay_in_old_rows(client_of, region, writer, kominfo, health):
    merged = make_opd(region, "Dinas Kominfo dan Kesehatan")
    for old in (kominfo, health):
        places.close_opd(old, successor=merged, version=1)

    page = client_of(writer).get(f"/daerah/{region.slug}/opd/").content.decode()

    assert "gabungan dari Dinas Komunikasi dan Informatika, Dinas Kesehatan" in page
    assert page.count("menjadi Dinas Kominfo dan Kesehatan") == 2


def test_a_successor_is_another_active_office_of_the_same_region(kominfo, health, stranger_region):
    closed = make_opd(kominfo.region, "Dinas Lama", active=False)
    for wrong in (kominfo, closed, make_opd(stranger_region)):
        with pytest.raises(ValidationError, match="OPD lain yang masih aktif"):
            places.close_opd(kominfo, successor=wrong, version=1)
    kominfo.refresh_from_db()
    assert kominfo.active


def test_reopen_drops_the_successor_and_refuses_a_name_taken_meanwhile(region, kominfo, health):
    places.close_opd(kominfo, successor=health, version=1)
    places.reopen_opd(kominfo, version=2)
    assert (kominfo.active, kominfo.successor) == (True, None)

    places.close_opd(kominfo, successor=None, version=3)
    Opd.objects.create(region=region, name=kominfo.name)
    with pytest.raises(ValidationError, match="sudah ada"):
        places.reopen_opd(kominfo, version=4)


def test_the_settings_are_saved_and_the_new_name_is_found(client_of, region, writer):
    answer = client_of(writer).post(
        f"/daerah/{region.slug}/pengaturan/",
        settings_of(
            region, display_name="Batam Madani", head_name="Muhammad Rudi", head_status="Pj.", accent="#0B6E4F"
        ),
    )

    assert answer.status_code == 302
    region.refresh_from_db()
    assert (region.name, region.head_title, region.accent) == ("Kota Batam Madani", "Pj. Wali Kota", "#0b6e4f")
    assert Region.objects.matching("batam-madani").get() == region
    assert region.version == 2


def test_second_save_of_the_settings_shows_both_texts_and_then_goes_through(client_of, region, writer, ministry):
    url = f"/daerah/{region.slug}/pengaturan/"
    form = settings_of(region, head_name="Amsakar Achmad")
    client_of(ministry).post(url, settings_of(region, head_name="Muhammad Rudi", time_zone=TimeZone.WITA))

    answer = client_of(writer).post(url, form)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="Amsakar Achmad"' in text
    assert "Yang tersimpan sekarang: Muhammad Rudi" in text
    assert "Yang tersimpan sekarang: WITA" in text
    assert 'name="version" value="2"' in text
    region.refresh_from_db()
    assert region.head_name == "Muhammad Rudi"
    assert client_of(writer).post(url, {**form, "version": 2}).status_code == 302


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("accent", "#ffff00", "sukar dibaca"),
        ("accent", "hijau", "enam angka heksadesimal"),
        ("accent", "#0b6e4fx", "7"),
        ("time_zone", "Mars/Olympus", "bukan"),
        ("head_status", "Raja", "bukan"),
        ("head_name", "a\x00b", "null"),
        ("head_name", "x" * 151, "150"),
        ("version", "99999999999999999999", ""),
        ("version", "", ""),
    ],
)
def test_wrong_settings_come_back_with_a_sentence(client_of, region, writer, field, typed, sentence):
    answer = client_of(writer).post(f"/daerah/{region.slug}/pengaturan/", settings_of(region, **{field: typed}))

    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Belum tersimpan" in text
    assert sentence in text
    region.refresh_from_db()
    assert region.version == 1


def test_contrast_follows_wcag():
    assert round(places.contrast_with_white("#000000"), 2) == 21.0
    assert round(places.contrast_with_white("#ffffff"), 2) == 1.0
    assert round(places.contrast_with_white("#767676"), 2) == 4.54


def test_the_office_list_starts_with_one_click_and_is_searched(client_of, region, writer):
    region.opd_set.all().delete()
    client, url = client_of(writer), f"/daerah/{region.slug}/opd/"
    assert "Pakai daftar awal" in client.get(url).content.decode()

    client.post(f"{url}daftar-awal/")

    assert "1–25 dari 36 OPD" in client.get(url).content.decode()
    assert "1–1 dari 1 OPD" in client.get(url, {"cari": "dinkes"}).content.decode()
    assert "Tidak ada OPD yang cocok" in client.get(url, {"cari": "zzz\x00"}).content.decode()


def test_the_office_list_asks_the_same_queries_for_two_and_for_thirty(
    client_of, region, writer, kominfo, health, queries_of
):
    client, url = client_of(writer), f"/daerah/{region.slug}/opd/"
    places.close_opd(kominfo, successor=health, version=1)
    few = queries_of(client, url)
    for number in range(30):
        make_opd(region, f"Dinas {number}", active=False, successor=health)

    assert queries_of(client, url) == few


def test_another_regions_office_is_not_offered_as_successor(client_of, region, writer, kominfo, stranger_region):
    foreign = make_opd(stranger_region)

    answer = client_of(writer).post(
        f"/daerah/{region.slug}/opd/{kominfo.pk}/tutup/", {"successor": foreign.pk, "version": 1}
    )

    assert answer.status_code == 200
    assert "is-invalid" in answer.content.decode()
    kominfo.refresh_from_db()
    assert kominfo.active
