"""Pages rendered twice in processes of their own: as the renderer does it by itself, and with one of our modules in its way."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from masterplan import units

RENDER = """
import sys
from pathlib import Path
from masterplan import press, {module}
{watch}
if sys.argv[1] == "theirs":
    {module}.use = lambda: None
for folder in map(Path, sys.argv[2:]):
    html = (folder / "page.html").read_text()
    press.render({{"html": html, "css": [], "files": {{}}, "dpi": 200, "depth": 0, "tagged": True}}, folder)
    (folder / "seen").write_text(str(len(seen)))
    seen.clear()
"""


def rendered(root: Path, kinds: Mapping[str, str], style: str, module: str, watch: str = "seen = []") -> Path:
    """Every kind in both ways: NUMBER/ours/out.pdf, NUMBER/theirs/out.pdf. watch: code that notes what it looks for in `seen`."""
    for whose in ("ours", "theirs"):
        folders = [root / str(number) / whose for number in range(len(kinds))]
        for folder, body in zip(folders, kinds.values(), strict=True):
            folder.mkdir(parents=True)
            (folder / "page.html").write_text(f"<html lang='id'><style>{style}</style><body>{body}</body></html>")
        done = subprocess.run(
            [sys.executable, "-c", RENDER.format(module=module, watch=watch), whose, *folders],
            env=units.environment(units.fonts_conf()), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    return root


def both(root: Path, kinds: Mapping[str, str], kind: str) -> tuple[bytes, bytes]:
    """The files of a kind: ours, theirs."""
    folder = root / str(list(kinds).index(kind))
    return (folder / "ours" / "out.pdf").read_bytes(), (folder / "theirs" / "out.pdf").read_bytes()


def seen(root: Path, kinds: Mapping[str, str], kind: str) -> tuple[int, int]:
    """How often the watch saw something while a kind was rendered: ours, theirs."""
    folder = root / str(list(kinds).index(kind))
    return int((folder / "ours" / "seen").read_text()), int((folder / "theirs" / "seen").read_text())
