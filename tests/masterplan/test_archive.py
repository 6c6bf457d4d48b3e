"""A plan as one signed file, out and in: equal after the journey, and nothing wrong gets through."""

import hashlib
import io
import json
import struct
import tracemalloc
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts.models import User
from bimtek.models import Change, Cohort, ColumnChoice, ColumnMatch, Notice, NoticeSettings, Plan, Programme
from masterplan.archive import MANIFEST, SIGNATURE, opening, packing, schema, signing, tables
from regions import files
from regions.models import StoredFile
from tests.factories import make_opd, make_plan
from tests.masterplan.archives import brought_in, bytes_of, emptied, packed
from tests.routes import World, a_picture

SCHEMA = Path(__file__).parents[2] / "docs/arsip-daerah.schema.json"


# --- the journey ---------------------------------------------------------------------------------------------------
def test_an_archive_brings_everything_back_into_an_empty_installation(
    full_world: World, tmp_path: Path, settings: LazySettings
) -> None:
    files.store(a_picture(), full_world.region, None, [StoredFile.Kind.IMAGE])  # nothing of the plan names it
    before, bytes_before = packing.content_of(full_world.plan, private=True), bytes_of(full_world.plan)
    path = packed(full_world.plan, tmp_path, private=True)
    old_id, named = full_world.region.pk, {str(full_world.region.emblem_id)}
    emptied()
    settings.MEDIA_ROOT = tmp_path / "other"

    plan = brought_in(path)

    assert plan.region_id != old_id
    assert plan.pk == full_world.plan.pk
    assert packing.content_of(plan, private=True) == before
    after = bytes_of(plan)
    assert named < set(after) < set(bytes_before)
    assert all(bytes_before[pk] == content for pk, content in after.items())
    assert plan.region.head_name == "Amsakar"
    assert User.objects.filter(email=full_world.people["admin"].email).get().has_usable_password() is False
    snapshot = plan.snapshot_set.get()
    assert snapshot.content["plan"]["region_id"] == str(plan.region_id)


def test_one_changed_letter_makes_another_hash(full_world: World) -> None:
    before = packing.content_of(full_world.plan)
    Programme.objects.filter(pk=full_world.programme.pk).update(name="Layanan.")

    assert packing.content_of(full_world.plan) != before


def test_where_the_plan_is_already_it_comes_in_as_a_new_one(full_world: World, tmp_path: Path) -> None:
    before = packing.content_of(full_world.plan)
    path = packed(full_world.plan, tmp_path)

    plan = brought_in(path, year=2025)

    assert (plan.pk != full_world.plan.pk, plan.region, plan.enrolment.cohort.year) == (True, full_world.region, 2025)
    assert packing.content_of(full_world.plan) == before
    programme = plan.programme_set.get(code=full_world.programme.code)
    assert programme.pk != full_world.programme.pk
    assert programme.opd == full_world.opd
    assert plan.thread_set.get().row_id == programme.pk
    assert plan.change_set.get().row_id == programme.pk
    assert plan.budgetline_set.get().amount == 10**15
    assert StoredFile.objects.filter(region=full_world.region).count() == 3  # files that are here are not copied
    frozen = plan.snapshot_set.get().content["rows"]["programme"]
    assert str(programme.pk) in {row["id"] for row in frozen}


def test_an_untouched_plan_gives_way_and_a_touched_one_does_not(full_world: World, tmp_path: Path) -> None:
    path = packed(full_world.plan, tmp_path)
    fresh = make_plan(full_world.region, cohort=2024)

    plan = brought_in(path, year=2024, may_enrol=False)

    assert not Plan.objects.filter(pk=fresh.pk).exists()
    assert plan.enrolment_id == fresh.enrolment_id
    with pytest.raises(ValidationError, match="sudah dikerjakan dan tidak ditimpa"):
        brought_in(path, year=2024)
    with pytest.raises(ValidationError, match="belum terdaftar pada angkatan 2026"):
        brought_in(path, year=2026, may_enrol=False)
    assert not Cohort.objects.filter(year=2026).exists()


def test_offices_are_found_again_by_name(full_world: World, tmp_path: Path) -> None:
    path = packed(full_world.plan, tmp_path)
    region = emptied()
    here = make_opd(region, "DINAS komunikasi & Informatika".replace("&", "dan"))

    plan = brought_in(path)

    assert plan.programme_set.get(code=full_world.programme.code).opd == here


def test_notes_among_reviewers_travel_only_when_asked_for(full_world: World, tmp_path: Path) -> None:
    for private, notes in ((False, 0), (True, 1)):
        with opening.opened(packed(full_world.plan, tmp_path, private=private)) as archive:
            threads = list(archive.rows("thread"))
            said = " ".join(line for kind in tables.kinds() for line in archive.lines(kind))
        assert sum(each["private"] for each in threads) == notes
        assert ("Antar kita" in said) is private


def test_a_file_that_the_disk_lost_is_named_and_the_rest_travels(full_world: World, tmp_path: Path) -> None:
    lost = full_world.region.emblem
    assert lost is not None
    files.path_of(lost).unlink()
    path = packed(full_world.plan, tmp_path)
    emptied()

    with opening.opened(path) as archive:
        assert archive.manifest["missing"] == [f"files/{lost.pk}"]
    assert brought_in(path).region.emblem_id == lost.pk


def test_memory_does_not_grow_with_the_files(full_world: World, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        for number in range(count):
            path = f"files/x/{number}-{count}.pdf"
            files.write(files.path_of(StoredFile(path=path)), bytes([number]) * 10**6)
            StoredFile.objects.create(
                region=full_world.region,
                kind="pdf",
                name="a.pdf",
                content_type="application/pdf",
                bytes=10**6,
                sha256="0" * 64,
                path=path,
            )
        names = list(StoredFile.objects.values_list("pk", flat=True))
        Change.objects.update(after={"files": [str(pk) for pk in names]})
        tracemalloc.start()
        try:
            made = packed(full_world.plan, tmp_path)
            with opening.opened(made) as archive:
                assert len(archive.names) > count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(3)
    many = peak(40)

    assert many - few < 4 * 10**5  # of 40 MB more


def test_the_published_schema_is_that_of_the_models_and_an_archive_keeps_to_it(
    full_world: World, tmp_path: Path
) -> None:
    published = json.loads(SCHEMA.read_text())
    assert published == schema.schema(), "manage.py archive_schema > docs/arsip-daerah.schema.json"
    path = packed(full_world.plan, tmp_path, private=True)
    checker = jsonschema.Draft202012Validator
    checker.check_schema(published)
    lines = 0
    with opening.opened(path) as archive:
        checker(published).validate(archive.manifest)
        for name in sorted(archive.names):
            if name.startswith("data/"):
                kind = checker(published["$defs"]["rows"][name[5:-6]])
                for row in archive.rows(name[5:-6]):
                    kind.validate(row)
                    lines += 1
    assert lines > 20


def test_every_kind_of_row_travels_or_says_why_not() -> None:
    of_a_person = {ColumnChoice, Notice, NoticeSettings}
    models = {model for label in ("bimtek", "masterplan") for model in apps.get_app_config(label).get_models()}
    assert models - set(tables.kinds().values()) == {*tables.LEFT_OUT, Cohort, ColumnMatch, *of_a_person}


# --- what is refused -----------------------------------------------------------------------------------------------
Edit = Callable[[dict[str, bytes], dict[str, Any]], None]


def forged(path: Path, target: Path, edit: Edit, *, sign: bool = True) -> Path:
    """The archive with other members and another manifest; signed again, unless the old signature stays."""
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    manifest, old = json.loads(members.pop(MANIFEST)), members.pop(SIGNATURE)
    edit(members, manifest)
    if sign:
        manifest["members"] = [
            {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in members.items()
        ]
        manifest["content_sha256"] = packing.content_hash(manifest["members"])
    raw = tables.line(manifest).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**members, MANIFEST: raw, SIGNATURE: signing.sign(raw) if sign else old}.items():
            package.writestr(name, content)
    return target


def first(members: dict[str, bytes], kind: str, **values: Any) -> None:
    name = f"data/{kind}.jsonl"
    rows = [json.loads(line) for line in members[name].splitlines()]
    rows[0] |= values
    members[name] = "".join(tables.line(row) + "\n" for row in rows).encode()


def traversal(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["files/../../../tmp/tamu"] = b"x"


def other_version(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["version"] = 2


def new_kind(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["data/tamu.jsonl"] = b"{}\n"


def a_list(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["data/swotitem.jsonl"] = b"[1]\n"


def deep(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["data/swotitem.jsonl"] = b'{"id":' * 100_000 + b"\n"


def a_page(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    first(members, "storedfile", id=str(uuid.UUID(int=5)), content_type="text/html")


def elsewhere(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["format"] = "lain"


def row(kind: str, **values: Any) -> Edit:
    return lambda members, manifest: first(members, kind, **values)


HOSTILE: dict[str, tuple[Edit, str]] = {
    "a name that leads out": (traversal, "memuat berkas yang tidak dikenal"),
    "another version": (other_version, "berversi 2; aplikasi ini membuka versi 1"),
    "another format": (elsewhere, "bukan arsip daerah"),
    "a kind that is not known": (new_kind, "aplikasi yang lebih baru"),
    "a line that is no object": (a_list, "rusak atau terpotong"),
    "a line nested deep": (deep, "rusak atau terpotong"),
    "a file that would be a page": (a_page, "memuat berkas yang tidak dikenal"),
    "a pointer to nowhere": (row("budgetline", programme=str(uuid.UUID(int=7))), "saling bertentangan"),
    "a text too long": (row("programme", code="x" * 21), "rusak atau terpotong"),
    "a number that is a text": (row("budgetline", amount="banyak"), "harus"),
    "a number too large": (row("budgetline", amount=10**30), "tidak dapat disimpan"),
    "a text that is a list": (row("programme", name=["x"]), "rusak atau terpotong"),
    "a text with NUL": (row("programme", name="a\x00b"), "rusak atau terpotong"),
    "a field that is not known": (row("programme", is_superuser=True), "isian yang tidak dikenal"),
    "a person who is not listed": (row("change", by="tamu@contoh.id"), "rusak atau terpotong"),
    "an id that is none": (row("plan", id="satu"), "rusak atau terpotong"),
    "a region that is not there": (row("region", code="99.99"), "Daerah 99.99 belum ada di sini"),
    "negative money": (row("budgetline", amount=-1), "saling bertentangan"),
}


def test_a_signed_archive_with_wrong_content_is_refused_with_a_sentence(full_world: World, tmp_path: Path) -> None:
    path, media = packed(full_world.plan, tmp_path), tmp_path / "media"
    before, stored = Plan.objects.count(), {each for each in media.rglob("*") if each.is_file()}
    for case, (edit, sentence) in HOSTILE.items():
        wrong = forged(path, tmp_path / "palsu.zip", edit)
        with pytest.raises(ValidationError, match=sentence):
            brought_in(wrong, year=2030)
        assert Plan.objects.count() == before, case
        assert {each for each in media.rglob("*") if each.is_file()} == stored, case


def test_what_was_changed_after_signing_is_refused(full_world: World, tmp_path: Path) -> None:
    path = packed(full_world.plan, tmp_path)

    def another_name(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        first(members, "programme", name="Programm")  # as long as what was signed

    def another_member(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["created_by"] = "orang lain"

    with pytest.raises(ValidationError, match="tidak cocok dengan daftarnya"):
        brought_in(forged(path, tmp_path / "a.zip", another_name, sign=False))
    with pytest.raises(ValidationError, match="Tanda tangan arsip ini tidak cocok"):
        brought_in(forged(path, tmp_path / "b.zip", another_member, sign=False))


def test_a_stranger_s_archive_waits_for_trust(full_world: World, tmp_path: Path, settings: LazySettings) -> None:
    path, key = packed(full_world.plan, tmp_path), signing.public_key()
    own, settings.SECRET_KEY = settings.SECRET_KEY, "kunci pemasangan lain" * 5

    with pytest.raises(ValidationError, match=signing.fingerprint(key)):
        brought_in(path, year=2030)
    settings.SECRET_KEY_FALLBACKS = [own]
    assert brought_in(path, year=2030)
    settings.SECRET_KEY_FALLBACKS, settings.ARCHIVE_TRUSTED_KEYS = [], [key]
    assert brought_in(path, year=2031)


def test_a_truncated_archive_is_refused_wherever_it_ends(full_world: World, tmp_path: Path) -> None:
    whole = packed(full_world.plan, tmp_path).read_bytes()
    broken = tmp_path / "potong.zip"
    for share in (0, 0.1, 0.5, 0.9, 0.999):
        broken.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ValidationError, match="terpotong"):
            brought_in(broken)
    damaged = bytearray(whole)
    damaged[len(whole) // 3] ^= 0xFF
    broken.write_bytes(damaged)
    with pytest.raises(ValidationError, match=r"rusak|tidak cocok|tidak dikenal"):
        brought_in(broken)


def test_bombs_are_refused_before_they_are_unpacked(full_world: World, tmp_path: Path, settings: LazySettings) -> None:
    def zeros(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members[f"files/{uuid.UUID(int=9)}"] = bytes(60 * 10**6)

    bomb = forged(packed(full_world.plan, tmp_path), tmp_path / "bom.zip", zeros)
    assert bomb.stat().st_size < 10**6
    settings.ARCHIVE_MAX_BYTES = 50 * 10**6
    with pytest.raises(ValidationError, match="lebih besar daripada yang dapat dibuka"):
        brought_in(bomb)

    crowd = tmp_path / "ramai.zip"
    crowd.write_bytes(b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 200 << 20, 0, 0))
    with pytest.raises(ValidationError, match="lebih besar daripada yang dapat dibuka"):
        brought_in(crowd)


@pytest.fixture
def lying(full_world: World, tmp_path: Path) -> Path:
    """Says that a member is small, and unpacks to more."""
    path = packed(full_world.plan, tmp_path)
    with zipfile.ZipFile(path) as package:
        name = "data/programme.jsonl"
        long = package.read(name) + b" " * 10**6
        size = package.getinfo(name).file_size
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.namelist():
            target.writestr(each, long if each == name else source.read(each))
    raw = out.getvalue().replace(struct.pack("<L", len(long)), struct.pack("<L", size))
    lie = tmp_path / "bohong.zip"
    lie.write_bytes(raw)
    return lie


def test_a_member_that_is_longer_than_it_says_is_refused(lying: Path) -> None:
    with pytest.raises(ValidationError, match=r"rusak|tidak cocok"):
        brought_in(lying)


def test_the_commands_pack_and_restore(full_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "batam.zip"
    call_command("export_region", full_world.region.code, str(target), cohort=2022)
    assert packing.content_of(full_world.plan) in capsys.readouterr().out
    emptied()

    call_command("import_region", str(target))

    assert "pada angkatan 2022 dipulihkan" in capsys.readouterr().out
    assert Plan.objects.get().programme_set.filter(pk=full_world.programme.pk).exists()
