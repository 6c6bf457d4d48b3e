"""The renderer's process: what it may reach, and how it ends."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from masterplan import cutting, pages, units
from masterplan.blocks import Column, Paragraph, Prose, Table, TableRow
from masterplan.books import Book, Chapter
from masterplan.sheets import sheet
from regions import jobs
from regions.jobs import Failure
from tests.masterplan.sample import edition

HOSTILE = (
    '<img src="{url}">', '<img src="file:///etc/hostname">', '<img src="data:image/png;base64,iVBORw0KGgo=">', '<link rel="stylesheet" href="{url}">',
    '<style>@import url({url}); body {{ background: url({url}) }}</style>', '<style>@font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style>',
    '<object data="{url}"></object>', '<embed src="{url}">', '<iframe src="{url}"></iframe>', '<a rel="attachment" href="{url}">x</a>', '<link rel="attachment" href="file:///etc/passwd">',
    '<base href="{url}"><img src="x.png">', '<svg><image href="{url}"/><use href="{url}#a"/></svg>', '<video poster="{url}"></video>', '<input type="image" src="{url}">',
    '<p style="background: url({url})">x</p>', '<ul style="list-style-image: url({url})"><li>x</ul>', '<div style="border-image: url({url})">x</div>', '<script src="{url}"></script>',
    '<meta http-equiv="refresh" content="0; url={url}">', '<img srcset="{url} 2x">', '<table background="{url}"><tr><td>x</table>', '<img src="asset:../../../etc/passwd">',
)  # fmt: skip


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on this machine and the requests that reached it."""
    server = socket.create_server(("127.0.0.1", 0))
    got: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                got.append(connection.recv(2000))

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x", got
    server.close()


def links_of(pdf: bytes, folder: Path) -> list[str]:
    (folder / "out.pdf").write_bytes(pdf)
    with pikepdf.open(folder / "out.pdf") as book:
        assert "/EmbeddedFiles" not in book.Root.get("/Names", {})
        found = [a for page in book.pages for a in page.obj.get("/Annots", [])]
        assert all(a.get("/Subtype") == "/Link" for a in found)
        return [str(a.A.URI) for a in found if "/A" in a and "/URI" in a.A]


def test_hostile_html_in_prose_fetches_nothing(listener: tuple[str, list[bytes]], media: Path, tmp_path: Path) -> None:
    url, got = listener
    html = "".join(case.format(url=url) for case in HOSTILE)
    pdf = sheet("Uji", [Prose(f"<p>Sebelum</p>{html}<p>Sesudah</p>")])

    assert got == []
    assert all(link.startswith("http://127.0.0.1") for link in links_of(pdf, tmp_path))


def test_the_press_itself_refuses_every_address_when_the_sanitiser_is_passed_by(
    listener: tuple[str, list[bytes]], media: Path, tmp_path: Path
) -> None:
    url, got = listener
    html = "<!doctype html><body>" + "".join(case.format(url=url) for case in HOSTILE if "asset:" not in case)
    pdf = units.render_bytes(html, {}, name="Uji")

    assert got == []
    assert b"root:" not in pdf
    links_of(pdf, tmp_path)


def test_a_picture_that_is_not_of_this_job_fails_the_part(media: Path) -> None:
    with pytest.raises(Failure, match="sebuah gambar tidak dapat dibaca"):
        units.render_bytes('<img src="asset:../../../etc/passwd">', {}, name="Uji")


def test_links_with_a_script_or_a_file_lose_their_address(media: Path, tmp_path: Path) -> None:
    pdf = sheet(
        "Uji",
        [
            Prose(
                '<p><a href="javascript:alert(1)">a</a> <a href="file:///etc/passwd">b</a> <a href="data:text/html,x">c</a> <a href="mailto:a@b.go.id">d</a></p>'
            )
        ],
    )

    assert links_of(pdf, tmp_path) == ["mailto:a@b.go.id"]


def test_texts_outside_prose_are_escaped() -> None:
    evil = '</p><script>alert(1)</script><img src="file:///etc/passwd">'
    chapter = Chapter(
        "a", 1, evil, (Paragraph(evil), Table(evil, (Column(evil),), (TableRow((evil,)),), source=evil)), gist=evil
    )
    piece = cutting.pieces(Book("b", 1, evil, evil, (chapter,)), chapter)[0]
    html = pages.chapter_html(edition(region=evil), piece, {})

    assert "<script>" not in html
    assert '<img src="file' not in html


def test_a_part_over_the_memory_limit_fails_with_its_name(media: Path, settings: Any) -> None:
    settings.RENDER_MEMORY_MB = 300
    rows = "".join(f"<tr><td>{n}</td><td>teks yang panjang</td></tr>" for n in range(20_000))

    with pytest.raises(Failure, match=r"Bab IV terlalu besar: memorinya melewati 300 MB"):
        units.render_bytes(f"<table>{rows}</table>", {}, name="Bab IV")


def test_a_part_over_the_time_limit_fails_with_its_name(media: Path, settings: Any) -> None:
    settings.RENDER_SECONDS = 3
    rows = "".join(f"<tr><td>{n}</td><td>teks yang panjang</td></tr>" for n in range(20_000))

    with pytest.raises(Failure, match=r"Bab V terlalu lama dirender \(lebih dari 3 detik\)"):
        units.render_bytes(f"<table>{rows}</table>", {}, name="Bab V")


def test_a_letter_without_a_glyph_is_named_instead_of_printed_as_a_box(media: Path) -> None:
    with pytest.raises(Failure, match=r"Lembar memuat huruf yang tidak dapat dicetak: 漢 \(U\+6F22\)"):
        sheet("Lembar", [Paragraph("Nama 漢")])


def test_what_stands_beside_each_other_is_said_once_in_the_words_of_a_page(media: Path) -> None:
    html = "<style>div { display: inline-block; width: 40% }</style><p>Batam, <i>6 September</i> 2022</p><div><p>Wali Kota</p></div><div><p>Kepala Dinas</p></div>"
    rendered = units.render("w" * 64, html, {}, name="Tanda tangan")

    assert rendered.leaves[0][0].split("\n") == ["Batam, 6 September 2022", "Wali Kota", "Kepala Dinas"]


def test_scripts_of_the_archipelago_print(media: Path) -> None:
    assert sheet("Lembar", [Paragraph("ꦧꦠꦩ᭄ · ᬩᬮᬶ · ᨅᨔ")]).startswith(b"%PDF")


def descendants(pid: int) -> Iterator[int]:
    """Children and their children, by the parent that each process names: threads that just ended confuse no list."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(folder.name))
    waiting = children.get(pid, [])
    while waiting:
        yield (found := waiting.pop())
        waiting += children.get(found, [])


def press_child() -> int:
    """Pid of the press that works for this process, once there is one."""
    for _ in range(600):
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text() == "press\n":
                    return pid
        time.sleep(0.05)
    raise AssertionError("no press was started")


def rooms() -> list[int]:
    """Pids of the rooms that this process keeps."""
    found = []
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):
            if b"masterplan.pressroom" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return sorted(found)


def test_one_room_serves_one_job_after_another(media: Path) -> None:
    units.render_bytes("<p>Satu</p>", {}, name="Uji")
    before = rooms()
    units.render_bytes("<p>Dua</p>", {}, name="Uji")

    assert before
    assert rooms() == before


def test_two_jobs_at_once_have_a_room_each(media: Path) -> None:
    found: list[bytes] = []
    both = [
        threading.Thread(target=lambda: found.append(units.render_bytes("<p>Halaman</p>" * 400, {}, name="Uji")))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert [pdf[:4] for pdf in found] == [b"%PDF", b"%PDF"]
    assert len(rooms()) == 2


def test_a_room_that_was_killed_while_idle_is_replaced(media: Path) -> None:
    units.render_bytes("<p>Satu</p>", {}, name="Uji")
    for pid in rooms():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)

    assert units.render_bytes("<p>Dua</p>", {}, name="Uji").startswith(b"%PDF")


def test_a_room_ends_with_its_parent_and_takes_the_press_along(media: Path, tmp_path: Path) -> None:
    job = tmp_path / "job"
    job.mkdir()
    html = "<p>Halaman</p>" * 20_000
    (job / "job.json").write_text(
        json.dumps(
            {
                "html": html,
                "css": [],
                "files": {},
                "memory_mb": 1000,
                "seconds": 60,
                "dpi": 96,
                "tagged": True,
                "depth": 0,
            }
        )
    )
    room = units._open_room()
    press = room.begin(job)
    assert press
    room.jobs.close()

    assert room.process.wait(10) == 1
    assert not Path(f"/proc/{press}").exists()


def test_a_killed_child_is_reported_as_worth_another_attempt(media: Path) -> None:
    threading.Thread(target=lambda: os.kill(press_child(), signal.SIGKILL), daemon=True).start()

    with pytest.raises(units.Died):
        units.render("k" * 64, "<p>Halaman</p>" * 3000, {}, name="Bab I")
    assert units.stored("k" * 64) is None
    assert not list(units.store().glob("press-*"))


def test_a_stopped_job_kills_its_child(media: Path) -> None:
    seen: list[int] = []

    def stop() -> None:
        seen.append(press_child())
        raise jobs.Stopped

    with pytest.raises(jobs.Stopped):
        units.render("s" * 64, "<p>Halaman</p>" * 3000, {}, name="Bab I", going_on=stop)
    assert seen
    assert not Path(f"/proc/{seen[0]}").exists()


def test_the_child_gets_nothing_of_the_workers_environment(
    media: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")

    assert "hush" not in str(units.environment(tmp_path))
