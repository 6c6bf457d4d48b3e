"""The renderer as machine code: its own sources, translated once by Cython for the versions that are installed here.

A press spends its time in Python's interpreter, a little everywhere; translated, the same code takes a sixth less and writes the
same bytes. `python -m masterplan.compiling` needs a C compiler and requirements-press.txt, and takes a minute or two. Presses
take what lies in `home()`; where nothing lies there, as on a machine without a compiler, they run from the sources.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("weasyprint", "pydyf", "cssselect2", "tinyhtml5")
HOT = (
    "weasyprint.anchors", "weasyprint.document", "weasyprint.html", "weasyprint.images", "weasyprint.matrix", "weasyprint.stacking",
    "weasyprint.css", "weasyprint.css.computed_values", "weasyprint.css.counters", "weasyprint.css.functions", "weasyprint.css.properties",
    "weasyprint.css.targets", "weasyprint.draw", "weasyprint.draw.border", "weasyprint.draw.color",
    "weasyprint.draw.text", "weasyprint.formatting_structure.boxes", "weasyprint.formatting_structure.build", "weasyprint.layout",
    "weasyprint.layout.absolute", "weasyprint.layout.background", "weasyprint.layout.block", "weasyprint.layout.flex", "weasyprint.layout.float",
    "weasyprint.layout.inline", "weasyprint.layout.leader", "weasyprint.layout.min_max", "weasyprint.layout.page", "weasyprint.layout.percent",
    "weasyprint.layout.replaced", "weasyprint.layout.table", "weasyprint.pdf", "weasyprint.pdf.anchors", "weasyprint.pdf.fonts",
    "weasyprint.pdf.stream", "weasyprint.pdf.tags", "weasyprint.svg", "weasyprint.svg.bounding_box", "weasyprint.svg.css", "weasyprint.svg.path",
    "weasyprint.svg.shapes", "weasyprint.svg.utils", "weasyprint.text.fonts", "weasyprint.text.line_break", "pydyf", "cssselect2",
    "cssselect2.compiler", "cssselect2.tree", "tinyhtml5.inputstream", "tinyhtml5.parser", "tinyhtml5.tokenizer", "tinyhtml5.treebuilder",
)  # fmt: skip
"""Where a press spends its time; to translate the rest too takes twice as long and saves nothing more."""
FLAGS = ("-O1", "-w", "-g0", "-fno-strict-aliasing", "-fwrapv")
DIRECTIVES = {"language_level": 3, "binding": True, "annotation_typing": False}


@functools.cache
def home() -> Path:
    """Where the translation for the packages and the Python that are installed here lies, or would lie."""
    told = [Path(__file__).read_text(), str(sys.implementation.cache_tag), *(version(each) for each in PACKAGES)]
    return Path(sys.prefix) / "press" / hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def build(target: Path, modules: Sequence[str] = HOT) -> None:
    """Puts whole copies of the packages into `target`, the modules named as machine code. Nothing is there before all is done.

    Raises ImportError without Cython, and what the compiler raises.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        made = Path(name) / "made"
        for package in PACKAGES:
            shutil.copytree(_folder(package), made / package, ignore=shutil.ignore_patterns("__pycache__"))
        _translate(made, Path(name), modules)
        _try_out(made, modules)
        made.rename(target)


def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ImportError(package)
    return Path(found.origin).parent


def _translate(made: Path, scratch: Path, modules: Sequence[str]) -> None:
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    extensions = [
        Extension(path.replace("/", "."), [str(made / f"{path}.py")], extra_compile_args=list(FLAGS))
        for path in (_source(made, module) for module in modules)
    ]
    cores = os.cpu_count() or 1
    translated = cythonize(
        extensions, nthreads=cores, compiler_directives=DIRECTIVES, build_dir=str(scratch / "c"), quiet=True
    )
    command = Distribution({"ext_modules": translated}).get_command_obj("build_ext")
    command.build_lib, command.build_temp, command.parallel = str(made), str(scratch / "o"), cores
    command.ensure_finalized()
    command.run()


def _source(made: Path, module: str) -> str:
    """Path of a module's source without its ending: what a package does lies in its `__init__`."""
    path = module.replace(".", "/")
    return f"{path}/__init__" if (made / path).is_dir() else path


def _try_out(made: Path, modules: Sequence[str]) -> None:
    """Every module loads, and from its machine code."""
    asked = f"import importlib, weasyprint; [print(importlib.import_module(name).__file__) for name in {list(modules)}]"
    told = subprocess.run(
        [sys.executable, "-c", asked], env=os.environ | {"PYTHONPATH": str(made)}, capture_output=True, text=True, check=True
    )  # fmt: skip
    if strange := [line for line in told.stdout.splitlines() if not line.endswith(".so") or str(made) not in line]:
        raise ImportError(strange[0])


def main() -> None:
    target = home()
    if target.exists():
        print("Perender sudah diterjemahkan ke kode mesin.")
        return
    print("Menerjemahkan perender ke kode mesin; satu sampai dua menit …", flush=True)
    build(target)
    for old in target.parent.iterdir():
        if old != target:
            shutil.rmtree(old)  # of versions that are installed no more
    print("Selesai. Pekerja yang dinyalakan sesudah ini memakainya.")


if __name__ == "__main__":
    main()
