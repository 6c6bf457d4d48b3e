"""The page "Arsip": one file out, one in, as jobs."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import User
from bimtek.models import Plan, RegionArchive
from masterplan import tasks
from masterplan.archive import asking, packing
from masterplan.archive.restoring import Restoring
from regions.models import Job, StoredFile
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


def handed_in(client: Client, full_world: World, tmp_path: Path, page: str) -> RegionArchive:
    """An archive with a file, waiting to become the plan of 2024; sent from this page."""
    content = packed(full_world.plan, tmp_path).read_bytes()
    for stored in StoredFile.objects.all():
        (Path(settings.MEDIA_ROOT) / stored.path).unlink()  # so that the archive's is unpacked
    make_plan(full_world.region, cohort=2024)
    client.force_login(full_world.people["admin"])
    client.post(page + "pulihkan/", {"berkas": SimpleUploadedFile("a.zip", content), "angkatan": "2024"})
    return RegionArchive.objects.get(direction="in")


def files_there() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("at", "year"), [("rows", 2022), ("rows", 2024), ("last instant", 2022)])
def test_a_restore_that_is_cancelled_midway_leaves_nothing(
    full_world: World, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, year: int
) -> None:
    """Cancelled from the page while the job works: once its files are unpacked (from the page of another plan, and of the
    one that gives way, whose rows the job holds), and when nothing is left but to say that it is done."""
    page = f"/daerah/{full_world.region.slug}/{year}/arsip/"
    row = handed_in(client, full_world, tmp_path, page)
    before, upload = files_there(), asking.path_of(row)
    plans, programmes = Plan.objects.count(), full_world.plan.programme_set.model.objects.count()
    seen: list[set[Path]] = []
    monkeypatch.setattr(tasks, "LOOK_SECONDS", 0)

    def cancel() -> None:
        answer = client.post(f"{page}{row.pk}/batal/", follow=True)
        assert "“a.zip” dibatalkan." in answer.content.decode()
        connection.close()

    def cancelling(*args: Any, **named: Any) -> Any:
        if not seen:
            seen.append(files_there() - before)
            with ThreadPoolExecutor(1) as other:
                other.submit(cancel).result(timeout=60)
        return real(*args, **named)

    where, name = {"rows": (Restoring, "_insert"), "last instant": (asking, "_finish")}[at]
    real = getattr(where, name)
    monkeypatch.setattr(where, name, cancelling)
    run_waiting()

    assert seen[0], "the files were on the disk when it was cancelled"
    row.refresh_from_db()
    assert (row.state, row.note, row.path) == ("cancelled", "Dibatalkan. Tidak ada yang dipulihkan.", "")
    assert Job.objects.get(subject=str(row.pk)).state == "cancelled"
    assert (Plan.objects.count(), full_world.plan.programme_set.model.objects.count()) == (plans, programmes)
    assert files_there() == before - {upload}
    told = client.get(page).content.decode()
    assert "Dibatalkan" in told
    assert "Arsip sedang dikerjakan" not in told


def test_what_waits_is_cancelled_at_once_and_what_is_over_is_not(full_world: World, client: Client) -> None:
    client.force_login(full_world.people["admin"])
    page = page_of(full_world)
    client.post(page + "buat/")
    row = RegionArchive.objects.get(state="waiting")
    assert f"{page}{row.pk}/batal/" in client.get(page).content.decode()

    client.post(f"{page}{row.pk}/batal/")

    row.refresh_from_db()
    assert (row.state, row.note) == ("cancelled", "Dibatalkan. Tidak ada arsip yang dibuat.")
    answer = client.post(f"{page}{row.pk}/batal/", follow=True)
    assert "sudah selesai dan tidak dapat dibatalkan" in answer.content.decode()
    client.post(page + "buat/")
    run_waiting()
    made = RegionArchive.objects.latest("created_at")
    assert made.state == "done"
    assert f"{page}{made.pk}/batal/" not in client.get(page).content.decode()
    client.post(f"{page}{made.pk}/batal/")
    made.refresh_from_db()
    assert made.state == "done"
