"""The renderer's own process, one for every job: HTML in, PDF and sidecar out. masterplan.pressroom forks it.

It knows no database, no settings, no network and no file but those its job names, and it lives under limits that the
operating system keeps. FOLDER holds job.json; out.pdf and out.json are written beside it. Exit codes: see the constants.
"""

import ctypes
import gc
import hashlib
import json
import logging
import resource
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OK, OUT_OF_MEMORY, REFUSED = 0, 3, 4
PT = 0.75  # points in a CSS pixel
PARENT_DEATH_SIGNAL, NAME = 1, 15  # prctl's PR_SET_PDEATHSIG and PR_SET_NAME
BOOK_CSS = Path(__file__).parent.parent / "static/css/book.css"
# What the renderer asks C for on every page; read once here, as reading a name takes longer than setting a line.
C_TYPES = (
    "PangoFcFontMap *",
    "PangoLogAttr[]",
    "PangoRectangle *",
    "char[4]",
    "char[]",
    "hb_tag_t[100]",
    "unsigned int *",
)
LONGEST_ARRAY = 2048  # glyphs of a face that one unit shows
STACK_SLOTS = (
    140_000  # of 8 bytes: over half of the 2 MB that Python maps for it; the rest holds 2,000 calls in each other
)

_sheets: dict[str, Any] = {}
"""Style sheets that are parsed already, by their text; none may hold @font-face or @counter-style, which belong to one job."""


class Ear(logging.Handler):
    """Remembers what the renderer could not do: letters without a glyph, files that were refused."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.letters: dict[str, None] = {}
        self.failures: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if ".notdef glyph" in str(record.msg) and isinstance(record.args, tuple):
            self.letters[str(record.args[0])] = None
        elif record.levelno >= logging.ERROR:
            self.failures.append(record.getMessage()[:300])


def limit(memory_mb: int, seconds: int) -> None:
    """Dies with the parent; no more memory, processor time and file size than told; no core file."""
    system = ctypes.CDLL(None)
    system.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    system.prctl(NAME, b"press")
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 << 20, 512 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def load() -> None:
    """Imports and parses what every render needs, so that a fork of this process begins at once.

    Touches no font: that starts threads.
    """
    from PIL import Image
    from weasyprint import CSS
    from weasyprint.svg import SVG  # noqa: F401
    from weasyprint.text.ffi import ffi
    from weasyprint.text.fonts import FontConfiguration  # noqa: F401

    from masterplan import lettering, shaping, styling  # noqa: F401
    from masterplan.tagging import furnish  # noqa: F401

    Image.init()
    _know_types(ffi)
    css = BOOK_CSS.read_text()
    _sheets[css] = CSS(string=css, url_fetcher=fetcher({}))


def _know_types(ffi: Any) -> None:
    """Has cffi know every type that a render names. Subsetting a face names an array by its length, "hb_codepoint_t[905]":

    each would be read anew by a parser of C, and a dozen of them cost a short unit more than its lines do.
    """
    for name in C_TYPES:
        ffi.typeof(name)
    pointer = ffi.typeof("hb_codepoint_t *")
    for length in range(1, LONGEST_ARRAY):  # cffi's own table; without the entry it parses, as ever
        ffi._parsed_types[f"hb_codepoint_t[{length}]"] = (ffi._backend.new_array_type(pointer, length), False)


def fetcher(files: dict[str, dict[str, str]]) -> Any:
    """A URL fetcher that knows the job's `asset:` names and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyAssets(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            asset = files.get(url.removeprefix("asset:")) if url.startswith("asset:") else None
            if asset is None:
                raise ValueError("refused")
            return URLFetcherResponse(url, Path(asset["path"]).read_bytes(), {"Content-Type": asset["type"]})

    return OnlyAssets()


def render(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Lays out and writes the PDF; returns the sidecar."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from masterplan import lettering, shaping, styling
    from masterplan.tagging import furnish

    lettering.use()
    shaping.use()
    styling.use()
    ear = Ear()
    log = logging.getLogger("weasyprint")
    log.handlers = [ear]
    fonts, fetch = FontConfiguration(), fetcher(job["files"])
    styles = [
        _sheets.get(css) or weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetch) for css in job["css"]
    ]
    document = weasyprint.HTML(string=job["html"], url_fetcher=fetch, base_url="asset:").render(
        stylesheets=styles, font_config=fonts, dpi=job["dpi"], jpeg_quality=85
    )
    looks: list[str] = []

    def finish(_: Any, pdf: Any) -> None:
        if job["tagged"]:
            furnish(pdf, job["depth"])
        looks.extend(hashlib.sha256(drawn(pdf, page)).hexdigest()[:16] for page in pdf.page_references)

    document.write_pdf(
        str(folder / "out.pdf"),
        finisher=finish,
        dpi=job["dpi"],
        jpeg_quality=85,
        pdf_tags=job["tagged"],
        pdf_version="1.7",
    )
    leaves = [[words(page), look] for page, look in zip(document.pages, looks, strict=True)]
    return {
        **sidecar(document),
        "leaves": leaves,
        "faces": faces(document),
        "letters": list(ear.letters),
        "failures": ear.failures,
    }


def words(page: Any) -> str:
    """What a page says, without its head, one line a block of text."""
    from weasyprint.formatting_structure import boxes

    found = page._page_box.children[0].descendants()
    lines = ("".join(_said(box)).strip() for box in found if isinstance(box, boxes.LineBox))
    return "\n".join(line for line in lines if line)


def _said(line: Any) -> Iterator[str]:
    """The texts of a line, without those of a block that stands in it: they have lines of their own."""
    from weasyprint.formatting_structure import boxes

    for box in line.children:
        if isinstance(box, boxes.TextBox):
            yield box.text
        elif isinstance(box, boxes.InlineBox):
            yield from _said(box)


def drawn(pdf: Any, page: bytes) -> bytes:
    """The operators of a page, charts and all."""
    contents = pdf.objects[int(pdf.objects[int(page.split()[0])]["Contents"].split()[0])]
    return b"\n".join(
        part if isinstance(part, bytes) else str(getattr(part, "data", part)).encode() for part in contents.stream
    )


def faces(document: Any) -> dict[str, Any]:
    """Name in the PDF → the font file by its hash, and what is shown of it; a face that the linker cannot share is left out."""
    from weasyprint.text.fonts import get_hb_object_data

    found: dict[str, Any] = {}
    for font in document.fonts.values():
        if font.bitmap or font.missing or font.png or font.svg or font.colr:
            continue
        program = hashlib.sha256(get_hb_object_data(font.hb_face)).hexdigest()
        face = found.setdefault(font.hash, {"program": program, "widths": {}, "text": {}})
        face["widths"] |= font.widths
        face["text"] |= font.to_unicode
    return found


def sidecar(document: Any) -> dict[str, Any]:
    """Where everything came to lie, in points from the page's lower left corner."""
    anchors: dict[str, list[float]] = {}
    marks = []
    for index, page in enumerate(document.pages):
        for name, (x, y, *_) in page.anchors.items():
            anchors.setdefault(name, [index, round(x * PT, 2), round((page.height - y) * PT, 2)])
        for level, label, (x, y), _ in page.bookmarks:
            marks.append([level, label, index, round(x * PT, 2), round((page.height - y) * PT, 2)])
    sizes = [[round(page.width * PT, 1), round(page.height * PT, 1)] for page in document.pages]
    return {"pages": len(document.pages), "sizes": sizes, "anchors": anchors, "marks": marks}


def deep(work: Callable[[], Any]) -> Any:
    """Does `work` on one long stack.

    CPython 3.11 and later keep the frames of calls in pieces of 16 kB, each asked of the system when calls enter it and given back
    when they leave it (python/cpython issue 142183). A layout, as deep as a page is nested, crosses their edges all the time and
    spends a fifth of its time on it. A frame that needs a large piece gets one twice its size, and what it calls goes there too.
    """
    return work()


deep.__code__ = deep.__code__.replace(co_stacksize=STACK_SLOTS)


def main(folder: Path) -> int:
    """Does the job that lies in the folder; returns an exit code."""
    job = json.loads((folder / "job.json").read_text())
    limit(job["memory_mb"], job["seconds"])
    gc.disable()  # a sixth of the time; a job's garbage goes with its process, within its memory limit
    try:
        begun = time.monotonic()
        result = deep(lambda: render(job, folder))
        result["seconds"] = round(time.monotonic() - begun, 3)
        result["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    except MemoryError:
        return OUT_OF_MEMORY
    except RecursionError:
        return REFUSED
    (folder / "out.json").write_text(json.dumps(result, ensure_ascii=False))
    return OK
