"""The last look at a bound book before it counts as done. What does not hold is named, with the part it is in."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from masterplan import archival, pages
from masterplan.binding import Bound
from regions.jobs import Failure

FORBIDDEN_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/Trans",
}
FORBIDDEN_IN_ROOT = ("/OpenAction", "/AA", "/AcroForm", "/Collection")
FORBIDDEN_NAMES = ("/JavaScript",)
SAFE_LINK = re.compile(r"^(https?|mailto):", re.IGNORECASE)


def check(bound: Bound) -> None:
    """Raises a Failure with a sentence if the book is not whole, or holds what a book must not hold."""
    for part, *_ in bound.parts:
        if part.end not in part.unit.anchors or int(part.unit.anchors[part.end][0]) != part.unit.pages - 1:
            raise Failure(f"{part.name} tidak lengkap: akhir babnya tidak ditemukan. Cetak ulang buku ini.")
    with pikepdf.open(bound.path) as book:
        expected = sum(part.unit.pages for part, *_ in bound.parts) + bound.blanks
        if len(book.pages) != expected:
            raise Failure(f"Buku seharusnya {expected} halaman, tetapi jadi {len(book.pages)}. Cetak ulang buku ini.")
        _check_root(book)
        destinations = {str(name) for name in list(book.Root.Names.Dests.Names)[::2]}  # type: ignore[call-overload]
        sound: set[tuple[int, int]] = set()  # resources that were looked at: all pages of a unit share theirs
        for number, page in enumerate(book.pages):
            resources = page.obj.get("/Resources")
            fonts = [] if resources is None or resources.objgen in sound else list(_faulty_fonts(resources))
            if resources is not None and resources.is_indirect:
                sound.add(resources.objgen)
            for fault in (*_faulty_links(page, destinations), *fonts):
                raise Failure(
                    f"{_name_at(bound, number)}, halaman berkas {number + 1}: {fault} Perbaiki isinya, lalu cetak lagi."
                )


def _name_at(bound: Bound, page: int) -> str:
    return bound.at(page)[0].name


def _check_root(book: pikepdf.Pdf) -> None:
    names = book.Root.get("/Names", Dictionary())
    files = [str(name) for name in list(names.get("/EmbeddedFiles", Dictionary()).get("/Names", Array()))[::2]]
    if (
        any(key in book.Root for key in FORBIDDEN_IN_ROOT)
        or any(key in names for key in FORBIDDEN_NAMES)
        or files != archival.ATTACHED
    ):
        raise Failure("Buku memuat perintah atau lampiran yang tidak boleh ada. Hubungi admin.")


def _faulty_links(page: pikepdf.Page, destinations: set[str]) -> Iterator[str]:
    for annotation in page.obj.get("/Annots", Array()):  # type: ignore[attr-defined]
        action = annotation.get("/A")
        if annotation.get("/Subtype") != Name.Link or "/AA" in annotation:
            yield "ada unsur interaktif yang tidak boleh dicetak."
        elif "/Dest" in annotation:
            if str(annotation.Dest) not in destinations:
                yield "ada tautan yang tidak menuju ke mana pun."
        elif action is None or str(action.get("/S")) in FORBIDDEN_ACTIONS or "/URI" not in action:
            yield "ada tautan dengan perintah yang tidak boleh dicetak."
        elif not SAFE_LINK.match(str(action.URI)) or str(action.URI).startswith(pages.LINK):
            yield f"tautan “{str(action.URI)[:60]}” tidak boleh dicetak; pakai http, https, atau mailto."


def _faulty_fonts(resources: Any) -> Iterator[str]:
    for _, font in resources.get("/Font", Dictionary()).items() if resources is not None else ():
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        descriptor = inner.get("/FontDescriptor")
        if str(font.get("/Subtype")) != "/Type3" and (
            descriptor is None or not any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))
        ):
            yield f"huruf {font.get('/BaseFont')} tidak ikut tersimpan."
