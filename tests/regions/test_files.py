"""Uploads: what is kept, what is refused, who may fetch it."""

import hashlib
import io
import re
import resource
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from regions import files
from regions.models import StoredFile

Kind = StoredFile.Kind
BOTH = [Kind.IMAGE, Kind.PDF]


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(size: tuple[int, int] = (60, 40), mode: str = "RGB", form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode in {"L", "P"} else None).save(out, form, **options)
    return out.getvalue()


def pdf(change: object = None, **options: Any) -> bytes:
    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    if callable(change):
        change(document)
    document.save(out, **options)
    return out.getvalue()


def upload(content: bytes, name: str = "berkas.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def refusal(content: bytes, kinds: Sequence[str] = BOTH, name: str = "a.pdf") -> str:
    with pytest.raises(ValidationError) as refused:
        files.inspect(upload(content, name), kinds)
    return refused.value.messages[0]


def test_a_picture_is_made_anew_and_its_row_tells_the_truth(region, writer, media):
    sent = picture(form="JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00RAHASIA")

    kept = files.store(upload(sent, "Foto Kegiatan.JPG"), region, writer, BOTH)

    content = files.path_of(kept).read_bytes()
    assert b"RAHASIA" not in content
    assert (kept.name, kept.content_type, kept.width, kept.height) == ("Foto Kegiatan.jpg", "image/jpeg", 60, 40)
    assert (kept.bytes, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert re.fullmatch(r"files/[0-9a-f]{2}/[0-9a-f]{32}\.jpg", kept.path)
    assert [p for p in media.rglob("*") if p.is_file()] == [files.path_of(kept)]


def test_a_picture_is_turned_upright_and_scaled_to_print_size(region, writer):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    kept = files.store(upload(picture((4000, 2000), form="JPEG", exif=exif)), region, writer, BOTH)

    assert (kept.width, kept.height) == (1240, 2480)


@pytest.mark.parametrize(
    ("mode", "form", "kept"), [("CMYK", "JPEG", "image/jpeg"), ("P", "PNG", "image/png"), ("RGBA", "WEBP", "image/png")]
)
def test_other_colour_modes_become_plain_ones(region, writer, mode, form, kept):
    stored = files.store(upload(picture(mode=mode, form=form)), region, writer, BOTH)

    assert stored.content_type == kept
    with Image.open(files.path_of(stored)) as image:
        assert image.mode in {"RGB", "RGBA"}


def test_a_picture_bomb_is_refused_from_its_header(db):
    header = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", (60000).to_bytes(4) + (60000).to_bytes(4) + b"\x08\x02\x00\x00\x00")
    bomb = header + _chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + _chunk(b"IEND", b"")

    assert "25 juta piksel" in refusal(bomb)
    assert "25 juta piksel" in refusal(picture((5001, 5000), mode="L"))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def test_only_the_wanted_kinds_by_their_content_whatever_the_name(db):
    wrong = "Jenis berkas ini tidak diterima"
    assert wrong in refusal(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", name="logo.png")
    assert wrong in refusal(b"<html><script>alert(1)</script>", name="sk.pdf")
    assert wrong in refusal(b"PK\x03\x04" + b"0" * 100, name="sk.pdf")
    assert wrong in refusal(b"GIF89a" + b"0" * 100)
    assert wrong in refusal(b"RIFF0000WAVEfmt ")
    assert wrong in refusal(pdf(), [Kind.IMAGE])
    assert wrong in refusal(picture(), [Kind.PDF])


def test_broken_empty_and_oversized_files_are_refused(settings):
    assert "rusak" in refusal(picture()[:50])
    assert "rusak" in refusal(pdf()[:100])
    assert "rusak" in refusal(b"%PDF-1.7\n" + b"x" * 500)
    assert "kosong" in refusal(b"")
    settings.FILE_UPLOAD_MAX_BYTES = 1_468_006
    assert "paling besar 1,4 MB" in refusal(pdf() + b"0" * 1_500_000)


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    )


def _launch(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe"))
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(link)])


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["racun.exe"] = b"MZ"


@pytest.mark.parametrize("change", [_script, _launch, _attach])
def test_a_pdf_that_acts_or_carries_files_is_refused_even_in_compressed_objects(change):
    assert "skrip" in refusal(pdf(change))
    assert "skrip" in refusal(pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True))


@pytest.mark.parametrize("password", ["", "rahasia"])
def test_an_encrypted_pdf_is_refused(password):
    assert "kata sandi" in refusal(pdf(encryption=pikepdf.Encryption(owner="pemilik", user=password)))


def test_a_plain_pdf_is_kept_as_it_came(region, writer):
    sent = pdf()

    kept = files.store(upload(sent, "SK Dewan.pdf"), region, writer, [Kind.PDF])

    assert files.path_of(kept).read_bytes() == sent
    assert (kept.kind, kept.content_type) == (Kind.PDF, "application/pdf")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\SK  Dewan.PDF", "SK Dewan.pdf"),
        ("a\u202egpj.exe", "agpj.pdf"),
        ("\r\nSet-Cookie: x=1.pdf", "Set-Cookie x=1.pdf"),
        ("<b>.pdf", "b.pdf"),
        ("", "berkas.pdf"),
        ("...", "berkas.pdf"),
        ("é" * 300 + ".pdf", "é" * 100 + ".pdf"),
    ],
)
def test_names_are_made_harmless(raw, shown):
    assert files.display_name(raw, ".pdf") == shown


def test_half_a_file_is_never_left_behind(region, writer, media, monkeypatch):
    def broken(*args: object) -> None:
        raise OSError("disk penuh")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="disk penuh"):
        files.store(upload(pdf()), region, writer, BOTH)

    assert not StoredFile.objects.exists()
    assert not [p for p in media.rglob("*") if p.is_file()]


# --- fetching ----------------------------------------------------------------------------------------------------
def test_a_file_is_fetched_by_its_own_region_as_attachment_without_powers(client_of, region, council):
    kept = files.store(upload(pdf(), "SK.pdf"), region, None, BOTH)

    answer = client_of(council).get(f"/daerah/{region.slug}/berkas/{kept.pk}")

    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="SK.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_may_show_inside_the_page(client_of, region, council):
    kept = files.store(upload(picture()), region, None, BOTH)

    assert client_of(council).get(f"/daerah/{region.slug}/berkas/{kept.pk}")["Content-Disposition"].startswith("inline")


def test_another_regions_file_is_not_found_by_either_address(client_of, region, stranger_region, writer, stranger):
    kept = files.store(upload(pdf()), region, None, BOTH)

    assert client_of(stranger).get(f"/daerah/{region.slug}/berkas/{kept.pk}").status_code == 404
    assert client_of(stranger).get(f"/daerah/{stranger_region.slug}/berkas/{kept.pk}").status_code == 404
    assert client_of(None).get(f"/daerah/{region.slug}/berkas/{kept.pk}").status_code == 302


def test_a_file_gone_from_the_disk_is_404(client_of, region, writer):
    kept = files.store(upload(pdf()), region, None, BOTH)
    files.path_of(kept).unlink()

    assert client_of(writer).get(f"/daerah/{region.slug}/berkas/{kept.pk}").status_code == 404


# --- the form field ----------------------------------------------------------------------------------------------
def form_of(region, **changed):
    base = {
        name: getattr(region, name)
        for name in ("display_name", "head_name", "head_status", "time_zone", "accent", "cover", "version")
    }
    return {**base, **changed}


@pytest.fixture
def emblem_url(region) -> str:
    return f"/daerah/{region.slug}/pengaturan/"


def test_the_field_keeps_replaces_and_clears_the_file(client_of, region, writer, emblem_url):
    client = client_of(writer)
    assert client.post(emblem_url, form_of(region, emblem=upload(picture(), "lambang.png"))).status_code == 302
    region.refresh_from_db()
    first = region.emblem
    assert "lambang.png</a>" in client.get(emblem_url).content.decode()

    client.post(emblem_url, form_of(region, head_name="Amsakar"))
    region.refresh_from_db()
    assert region.emblem == first

    client.post(emblem_url, form_of(region, emblem=upload(picture((9, 9)))))
    region.refresh_from_db()
    assert (region.emblem.width, region.emblem == first) == (9, False)

    client.post(emblem_url, form_of(region, **{"emblem-clear": "1"}))
    region.refresh_from_db()
    assert region.emblem is None


def test_a_wrong_file_is_refused_beside_the_field_and_the_present_one_stays(client_of, region, writer, emblem_url):
    client = client_of(writer)
    client.post(emblem_url, form_of(region, emblem=upload(picture(), "lambang.png")))
    region.refresh_from_db()

    text = client.post(
        emblem_url, form_of(region, emblem=upload(pdf(), "lambang.png"), head_name="Rudi")
    ).content.decode()

    assert "Jenis berkas ini tidak diterima. Unggah gambar PNG" in text
    assert 'value="Rudi"' in text
    assert str(region.emblem_id) in text


def test_a_logo_of_10000_by_10000_is_refused_at_the_form_with_little_memory(client_of, region, writer, emblem_url):
    """The file is 100 kB; unpacked it would be 400 MB. The inspector, a process of its own, never unpacks it."""
    region.refresh_from_db()
    header = b"\x89PNG\r\n\x1a\n" + _chunk(
        b"IHDR", (10_000).to_bytes(4) + (10_000).to_bytes(4) + b"\x08\x06\x00\x00\x00"
    )
    packed = zlib.compressobj()
    rows = b"".join(packed.compress(b"\x00" * 40_001) for _ in range(10_000)) + packed.flush()
    logo = header + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

    answer = client_of(writer).post(emblem_url, form_of(region, emblem=upload(logo, "lambang.png"), head_name="Rudi"))

    text = answer.content.decode()
    assert answer.status_code == 422 or "25 juta piksel" in text
    assert "Gambar ini terlalu besar (lebih dari 25 juta piksel). Perkecil dulu, lalu unggah lagi." in text
    assert 'value="Rudi"' in text
    region.refresh_from_db()
    assert region.emblem is None
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # kilobytes, of the largest child so far
    assert after <= max(before, 200_000)


def test_the_page_shows_what_is_saved_and_no_errors_before_anything_is_sent(client_of, region, writer, emblem_url):
    region.head_name = "Muhammad Rudi"
    region.save()

    text = client_of(writer).get(emblem_url).content.decode()

    assert 'value="Muhammad Rudi"' in text
    assert "paling besar 10 MB" in text
    assert "Belum tersimpan" not in text


def test_an_upload_survives_an_error_in_another_field(client_of, region, writer, emblem_url):
    client = client_of(writer)

    text = client.post(
        emblem_url, form_of(region, accent="salah", emblem=upload(picture(), "baru.png"))
    ).content.decode()

    kept = StoredFile.objects.get(name="baru.png")
    assert f'name="emblem-kept" value="{kept.pk}"' in text
    client.post(emblem_url, form_of(region, **{"emblem-kept": str(kept.pk)}))
    region.refresh_from_db()
    assert region.emblem == kept


@pytest.mark.parametrize("guess", ["foreign", "pdf", "bukan-uuid", "\x00"])
def test_the_field_takes_no_file_of_another_region_or_kind(
    client_of, region, stranger_region, writer, emblem_url, guess
):
    known = {
        "foreign": files.store(upload(picture()), stranger_region, None, BOTH).pk,
        "pdf": files.store(upload(pdf()), region, None, BOTH).pk,
    }

    answer = client_of(writer).post(emblem_url, form_of(region, **{"emblem-kept": str(known.get(guess, guess))}))

    assert "tidak ada di daerah ini" in answer.content.decode()
    region.refresh_from_db()
    assert region.emblem is None
