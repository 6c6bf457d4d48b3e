"""Renders of a whole book in a process of their own, by several engines: what the linked book is measured against."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks import whole
from masterplan import units
from masterplan.books import Content

Took = Mapping[str, float]
"""seconds on the clock, cpu seconds, megabytes at the peak."""


def lay_out(
    folder: Path, content: Content, files: Mapping[str, Mapping[str, str]], labels: Mapping[str, str] | None = None
) -> None:
    """Writes page.html and the pictures it shows."""
    (folder / "page.html").write_text(whole.whole_html(content, labels))
    listed = {}
    for index, (name, (source, kind)) in enumerate(whole.assets(content, files).items()):
        path = source if isinstance(source, Path) else folder / f"asset-{index}"
        if isinstance(source, bytes):
            path.write_bytes(source)
        listed[name] = {"path": str(path), "type": kind}
    (folder / "files.json").write_text(json.dumps(listed))


def child(folder: Path, *, engine: str, tagged: bool = False, tuned: bool = False, lettered: bool = False) -> Took:
    """Renders what lies in the folder to plain.pdf; what it took is also left in took.json."""
    job = {
        "engine": engine, "tagged": tagged, "tuned": tuned, "lettered": lettered, "dpi": units.IMAGE_DPI, "fonts": str(units.FONTS),
        "files": json.loads((folder / "files.json").read_text()) if (folder / "files.json").exists() else {},
    }  # fmt: skip
    (folder / "job.json").write_text(json.dumps(job))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.plain", folder],
        env=units.environment(units.fonts_conf(), translated=False), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{engine}: {done.stderr[-2000:]}")
    took: Took = json.loads(done.stdout.splitlines()[-1])
    (folder / "took.json").write_text(json.dumps(took))
    return took
