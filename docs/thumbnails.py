"""A sheet of thumbnails of a printed book: `python docs/thumbnails.py book.pdf docs/gambar/buku-batam.webp [columns]`.

Needs poppler-utils. The book itself comes from `manage.py print_books 21.71 --cohort 2022 --book gabungan --out folder`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

DPI, GAP, GROUND = 14, 6, (112, 120, 124)
LARGEST = 1_500_000  # bytes


def sheet(book: Path, columns: int) -> Image.Image:
    """All pages in reading order; turned pages lie in the square of an upright one's height."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DPI), "-png", str(book), f"{folder}/page"], check=True)
        pages = [Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("page*.png"))]
    wide, high = min(page.width for page in pages), max(page.height for page in pages)
    out = Image.new("RGB", (columns * (wide + GAP) + GAP, -(-len(pages) // columns) * (high + GAP) + GAP), GROUND)
    for number, page in enumerate(pages):
        shown = page if page.width <= wide else page.resize((wide, round(page.height * wide / page.width)))
        left, top = GAP + number % columns * (wide + GAP), GAP + number // columns * (high + GAP)
        out.paste(shown, (left, top + (high - shown.height) // 2))
    return out


def main(book: str, target: str, columns: str = "22") -> None:
    made = sheet(Path(book), int(columns))
    for quality in (80, 65, 50, 35):
        made.save(target, quality=quality, method=6)
        if Path(target).stat().st_size <= LARGEST:
            break
    sys.stdout.write(f"{target}: {made.width} x {made.height}, {Path(target).stat().st_size} B\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
