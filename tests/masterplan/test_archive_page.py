"""The page "Arsip": one file out, one in, as jobs."""

import hashlib
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from bimtek.models import Plan, RegionArchive
from masterplan.archive import packing
from tests.factories import make_cohort, make_plan
from tests.masterplan.archives import packed, run_waiting
from tests.routes import World


def page_of(full_world: World) -> str:
    return f"/daerah/{full_world.region.slug}/2022/arsip/"


def test_the_admin_makes_downloads_and_restores_an_archive(full_world: World, client: Client) -> None:
    client.force_login(full_world.people["admin"])
    client.post(page_of(full_world) + "buat/", {"catatan": "1"})
    run_waiting()
    made = RegionArchive.objects.latest("created_at")
    assert (made.state, made.private) == ("done", False)  # the admin may not read such notes
    assert made.content_sha256 == packing.content_of(full_world.plan)
    content = b"".join(client.get(f"{page_of(full_world)}{made.pk}/unduh/").streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == made.sha256
    fresh = make_plan(full_world.region, cohort=2024)

    client.post(page_of(full_world) + "pulihkan/", {"berkas": SimpleUploadedFile("a.zip", content), "angkatan": "2024"})
    run_waiting()

    told = RegionArchive.objects.get(direction="in")
    assert (told.state, told.note, told.path) == ("done", "Menjadi rencana angkatan 2024.", "")
    assert Plan.objects.get(enrolment=fresh.enrolment).programme_set.filter(code=full_world.programme.code).exists()


def test_an_archive_restored_from_the_page_of_the_plan_that_gives_way_is_still_told(
    full_world: World, client: Client, tmp_path: Path
) -> None:
    content = packed(full_world.plan, tmp_path).read_bytes()
    make_plan(full_world.region, cohort=2024)
    client.force_login(full_world.people["admin"])
    page = f"/daerah/{full_world.region.slug}/2024/arsip/"

    client.post(page + "pulihkan/", {"berkas": SimpleUploadedFile("a.zip", content), "angkatan": "2024"})
    run_waiting()

    assert "Menjadi rencana angkatan 2024." in client.get(page).content.decode()


def test_the_page_refuses_what_would_overwrite_or_is_no_archive(full_world: World, client: Client) -> None:
    client.force_login(full_world.people["admin"])
    make_plan(full_world.region, cohort=2024)
    make_cohort(2026)
    page = page_of(full_world)
    assert (
        "Pilih dulu berkas arsip" in client.post(page + "pulihkan/", {"angkatan": "2024"}, follow=True).content.decode()
    )
    for year in ("2022", "2026", "x", ""):
        answer = client.post(
            page + "pulihkan/", {"berkas": SimpleUploadedFile("a.zip", b"x"), "angkatan": year}, follow=True
        )
        assert "Rencana yang sudah dikerjakan tidak ditimpa" in answer.content.decode()

    client.post(page + "pulihkan/", {"berkas": SimpleUploadedFile("a.zip", b"bukan arsip"), "angkatan": "2024"})
    run_waiting()

    failed = RegionArchive.objects.get(direction="in")
    assert (failed.state, failed.path) == ("failed", "")
    assert "bukan arsip daerah" in client.get(page).content.decode()


def test_an_archive_with_notes_among_reviewers_is_not_shown_to_the_region(
    full_world: World, client: Client, ministry: User
) -> None:
    client.force_login(ministry)
    client.post(page_of(full_world) + "buat/", {"catatan": "1"})
    run_waiting()
    made = RegionArchive.objects.get(private=True)
    assert "dengan catatan antarpereviu" in client.get(page_of(full_world)).content.decode()

    client.force_login(full_world.people["admin"])

    assert "dengan catatan antarpereviu" not in client.get(page_of(full_world)).content.decode()
    assert client.get(f"{page_of(full_world)}{made.pk}/unduh/").status_code == 404


def test_three_packed_files_are_kept(full_world: World, client: Client) -> None:
    client.force_login(full_world.people["admin"])
    for _ in range(4):
        client.post(page_of(full_world) + "buat/")
        run_waiting()

    rows = list(RegionArchive.objects.filter(state="done").exclude(path=""))
    assert len(rows) == 3
    assert "Berkasnya sudah diganti yang lebih baru" in client.get(page_of(full_world)).content.decode()
