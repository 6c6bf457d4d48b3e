"""Fonts are read once a room, before it forks, and a press renders with them what it renders by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from masterplan import pressroom, units

RENDER = """
import sys
from pathlib import Path
from masterplan import press, typecase
from weasyprint.text import fonts
read, theirs = [], fonts.fontconfig
class Counted:
    def __getattr__(self, name):
        return getattr(theirs, name)
    def FcInitLoadConfigAndFonts(self):
        read.append(1)
        return theirs.FcInitLoadConfigAndFonts()
fonts.fontconfig = typecase.fontconfig = Counted()
if sys.argv[1] == "ours":
    typecase.read()
    typecase.use()
html = "<!doctype html><html lang=id><title>Uji</title><body><h1>Kesiapan <i>daerah</i></h1><p>ꦧꦠ 文 68,52</p>"
for _ in range(3):
    press.render({"html": html, "css": [], "files": {}, "dpi": 200, "depth": 0, "tagged": True}, Path(sys.argv[2]))
print(len(read))
"""


def rendered(folder: Path, whose: str) -> tuple[int, bytes]:
    (folder / whose).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", RENDER, whose, folder / whose], env=units.environment(units.fonts_conf(), translated=False),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout), (folder / whose / "out.pdf").read_bytes()


def test_three_renders_read_the_fonts_once_and_write_the_same_bytes(media: Path, tmp_path: Path) -> None:
    (once, ours), (often, theirs) = rendered(tmp_path, "ours"), rendered(tmp_path, "theirs")

    assert ours == theirs
    assert (once, often) == (1, 3)


@pytest.mark.usefixtures("media")
def test_a_room_that_read_the_fonts_has_no_second_thread_when_it_forks() -> None:
    units.render_bytes("<!doctype html><html lang='id'><title>Uji</title><body>Kata", {}, name="Uji")
    _, room = pressroom._idle[-1]

    assert len(list(Path(f"/proc/{room.process.pid}/task").iterdir())) == 1
