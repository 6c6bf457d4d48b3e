"""The renderer as machine code is the same renderer."""

import shutil
from pathlib import Path

import pytest

from masterplan import compiling, pressroom, units

HTML = """<!doctype html><html lang="id"><title>Uji</title><body><h1>Kesiapan</h1><p>Setiap warga memperoleh layanan yang lebih dekat.</p>
<table><thead><tr><th>Nama</th><th>Nilai</th></tr></thead><tbody><tr><td>Kota</td><td>68,52</td></tr></tbody></table></body></html>"""
MODULES = ("pydyf", "weasyprint.layout.percent")

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler: the translated renderer is NOT tested")


@pytest.fixture
def no_room() -> None:
    """Presses that come after are those of a new room."""
    with pressroom._lock:
        while pressroom._idle:
            pressroom._idle.pop()[1].close()


def loaded() -> list[str]:
    """Files of machine code in the room that stands."""
    _, room = pressroom._idle[-1]
    return sorted(
        {line.split()[-1] for line in Path(f"/proc/{room.process.pid}/maps").read_text().splitlines() if ".so" in line}
    )


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("compiled") / "press"
    compiling.build(target, MODULES)
    return target


def test_a_press_of_the_translated_renderer_writes_the_same_bytes(
    media: Path, translated: Path, no_room: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(compiling, "home", lambda: tmp_path / "nothing")
    plain = units.render_bytes(HTML, {}, name="Uji")
    without = loaded()
    pressroom._idle.pop()[1].close()
    monkeypatch.setattr(compiling, "home", lambda: translated)

    assert units.render_bytes(HTML, {}, name="Uji") == plain
    assert len([path for path in loaded() if path.startswith(str(translated))]) == len(MODULES)
    assert not [path for path in without if path.startswith(str(translated))]
    pressroom._idle.pop()[1].close()


def test_a_translation_of_other_versions_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    here = compiling.home()
    compiling.home.cache_clear()
    monkeypatch.setattr(compiling, "version", lambda package: "70.9")

    assert compiling.home() != here
    compiling.home.cache_clear()


def test_nothing_is_left_where_the_compiler_fails(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no_such_module"):
        compiling.build(tmp_path / "press", ("weasyprint.no_such_module",))

    assert list(tmp_path.iterdir()) == []
