"""Runs alone, in a child process with limits: opens an uploaded file and says what it is. No Django in here.

    python -I file_inspector.py image|pdf <source> <target>

Prints one JSON object: {"ok": true, "content_type", "width", "height"} or {"ok": false, "why": <word>}.
An image is written to <target> anew (PNG or JPEG, upright, without metadata); a PDF is only looked at.
"""

import json
import resource
import sys
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
MAX_PIXELS = 25_000_000
PRINT_EDGE = 2480  # pixels: an A4 page's width at 300 dpi
# Names in a PDF that make it do something by itself or carry something else inside.
FORBIDDEN = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/RichMedia",
        "/XFA",
        "/ImportData",
        "/SubmitForm",
    }
)


class Refused(Exception):
    """Its text is a word that regions.files turns into a sentence."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_image(source: str, target: str) -> dict[str, Any]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, from the header
    try:
        with Image.open(source, formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused("too_many_pixels")
            picture: Image.Image = ImageOps.exif_transpose(image)
            keep = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
            picture = picture.convert("RGBA" if keep else "RGB")
            picture.thumbnail((PRINT_EDGE, PRINT_EDGE), Image.Resampling.LANCZOS)
            lossless = keep or image.format == "PNG"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("broken") from error
    picture.info.clear()
    if lossless:
        picture.save(target, "PNG", optimize=True)
    else:
        picture.save(target, "JPEG", quality=88, optimize=True)
    kind = "image/png" if lossless else "image/jpeg"
    return {"ok": True, "content_type": kind, "width": picture.width, "height": picture.height}


def read_pdf(source: str) -> dict[str, Any]:
    import pikepdf

    try:
        with pikepdf.open(source) as document:
            if document.is_encrypted:
                raise Refused("encrypted")
            if not len(document.pages):
                raise Refused("broken")
            for thing in document.objects:
                _look_for_forbidden(thing)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refused("broken") from error
    return {"ok": True, "content_type": "application/pdf", "width": None, "height": None}


def _look_for_forbidden(thing: Any) -> None:
    """Walks one indirect object and what lies directly inside it; other objects come round by themselves."""
    import pikepdf

    waiting = [thing]
    while waiting:
        now = waiting.pop()
        if isinstance(now, pikepdf.Stream):
            now = now.stream_dict
        if isinstance(now, pikepdf.Dictionary):
            values = {str(key): value for key, value in now.items()}
            words = set(values) | {str(value) for value in values.values() if isinstance(value, pikepdf.Name)}
            if words & FORBIDDEN:
                raise Refused("active_content")
            waiting += [value for value in values.values() if _is_direct(value)]
        elif isinstance(now, pikepdf.Array):
            waiting += [value for value in now if _is_direct(value)]  # type: ignore[attr-defined]


def _is_direct(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def main(kind: str, source: str, target: str) -> dict[str, Any]:
    limit()
    try:
        return read_image(source, target) if kind == "image" else read_pdf(source)
    except Refused as refusal:
        return {"ok": False, "why": str(refusal)}
    except (MemoryError, RecursionError):
        return {"ok": False, "why": "too_big"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:4])))
