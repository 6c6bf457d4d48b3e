"""Are two PDFs the same book? Text page by page, links and where they lead, outline, named places, and how the pages look.

Reading order within a page may differ (numbers of pages are laid over by the binder), so a page's words are compared sorted.
"""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageChops, ImageFilter

DPI = 40
SEEN = 48  # of 255: the least difference of a point, a little blurred, that counts as visible
NEAR = 2.0  # points by which the rectangle of a link may differ


def differences(linked: Path, whole: Path, *, pictures: bool = True) -> list[str]:
    """One line for everything that is not equal; empty when the two are the same book."""
    with pikepdf.open(linked) as first, pikepdf.open(whole) as second:
        found = [f"{len(first.pages)} pages, not {len(second.pages)}"] if len(first.pages) != len(second.pages) else []
        found += _texts(linked, whole) + _links(first, second)
        if (one := list(_outline(first))) != (other := list(_outline(second))):
            found += [f"outline: {a} is not {b}" for a, b in zip(one, other, strict=False) if a != b][:10]
            found += [f"outline: {len(one)} entries, not {len(other)}"] if len(one) != len(other) else []
    return found + (_pictures(linked, whole) if pictures else [])


def words(path: Path) -> list[Counter[str]]:
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True)
    return [Counter(page.replace("\xad", "").split()) for page in done.stdout.decode().split("\f")]


def _texts(linked: Path, whole: Path) -> list[str]:
    pairs = zip(words(linked), words(whole), strict=False)
    return [
        f"page {number}: only linked {dict(one - other)}, only whole {dict(other - one)}"
        for number, (one, other) in enumerate(pairs, 1)
        if one != other
    ]


def places(book: pikepdf.Pdf) -> dict[str, tuple[int, float]]:
    """Named destination → (page, height)."""
    pages = {page.obj.objgen: number for number, page in enumerate(book.pages)}
    names = list(book.Root.Names.Dests.Names)  # type: ignore[call-overload]
    return {
        str(name): (pages[place[0].objgen], float(place[3]))
        for name, place in zip(names[::2], names[1::2], strict=True)
    }


Link = tuple[float, float, float, float, Any]


def _links(first: pikepdf.Pdf, second: pikepdf.Pdf) -> list[str]:
    found = []
    for number, (one, other) in enumerate(zip(_all_links(first), _all_links(second), strict=False), 1):
        lacking = [link for link in one if not any(_near(link, each) for each in other)]
        extra = [link for link in other if not any(_near(link, each) or _within(link, each) for each in one)]
        if lacking or extra:
            found.append(f"page {number}: links only linked {lacking[:3]}, only whole {extra[:3]}")
    return found


def _near(one: Link, other: Link) -> bool:
    """The same place and the same target, but for rounding."""
    if any(abs(a - b) > NEAR for a, b in zip(one[:4], other[:4], strict=True)):
        return False
    return _same_target(one, other)


def _within(one: Link, other: Link) -> bool:
    """Words put in by CSS, whose element is a link to the same target all around them."""
    left, right = other[0] - NEAR, other[2] + NEAR
    low, high = min(other[1], other[3]) - NEAR, max(other[1], other[3]) + NEAR
    inside = left <= one[0] <= one[2] <= right and low <= min(one[1], one[3]) and max(one[1], one[3]) <= high
    return inside and _same_target(one, other)


def _same_target(one: Link, other: Link) -> bool:
    if isinstance(one[4], str) or isinstance(other[4], str):
        return bool(one[4] == other[4])
    return bool(one[4][0] == other[4][0] and abs(one[4][1] - other[4][1]) <= NEAR)


def _all_links(book: pikepdf.Pdf) -> Iterator[list[Link]]:
    """Of each page: rectangle and target of every link. A target is (page, height) or an address.

    Words put in by CSS carry the link of their element a second time; how often a link is there is not compared.
    """
    where = places(book)
    for page in book.pages:
        links: list[Link] = []
        for annotation in page.obj.get("/Annots", ()):  # type: ignore[attr-defined]
            target: Any = annotation.get("/Dest")
            name = str(target) if target is not None else str(annotation.A.get("/URI", annotation.A.get("/D")))
            left, bottom, right, top = (float(side) for side in annotation.Rect)
            links.append((left, bottom, right, top, where.get(name, name)))
        yield links


def _outline(book: pikepdf.Pdf) -> Iterator[tuple[int, str, int]]:
    """(depth, title, page) of every bookmark in order."""
    pages = {page.obj.objgen: number for number, page in enumerate(book.pages)}

    def below(item: Any, depth: int) -> Iterator[tuple[int, str, int]]:
        while item is not None:
            place = item.Dest if "/Dest" in item else item.A.D
            yield depth, " ".join(str(item.Title).split()), pages[place[0].objgen]
            yield from below(item.get("/First"), depth + 1)
            item = item.get("/Next")

    outlines = book.Root.get("/Outlines")
    return below(outlines.get("/First") if outlines is not None else None, 0)


def _pictures(linked: Path, whole: Path) -> list[str]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        shots = [_shots(path, Path(folder) / name) for path, name in ((linked, "a"), (whole, "b"))]
        for number, (one, other) in enumerate(zip(*shots, strict=False), 1):
            if (far := distance(one, other)) >= SEEN:
                found.append(f"page {number}: looks different by {far} of 255")
    return found


def _shots(path: Path, prefix: Path) -> list[Path]:
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", path, prefix], check=True)
    return sorted(prefix.parent.glob(f"{prefix.name}-*"))


def distance(one: Path, other: Path) -> int:
    """The greatest difference of any point of two pages, a little blurred so that a hair's breadth does not count."""
    with Image.open(one) as a, Image.open(other) as b:
        if a.size != b.size:
            return 255
        blurred = [each.filter(ImageFilter.BoxBlur(1)) for each in (a, b)]
        return int(ImageChops.difference(*blurred).getextrema()[1])  # type: ignore[arg-type]
