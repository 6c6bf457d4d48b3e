"""Which letters the books can print: those that one of the committed fonts holds. Others are refused where they are typed."""

import unicodedata
from functools import cache

import uharfbuzz
from django.conf import settings
from django.core.exceptions import ValidationError

FONTS = "PlusJakartaSans-Regular.ttf", "NotoSans*-Regular.ttf"  # the families of static/css/book.css
UNSEEN = frozenset(
    {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
)  # leave no mark on paper; a lone surrogate is refused as broken
NAMED = 8


@cache
def printable() -> frozenset[str]:
    """Every letter of the committed fonts; some thousands, read once a process."""
    folder = settings.BASE_DIR / "static" / "fonts"
    faces = (uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)) for name in FONTS for path in folder.glob(name))
    return frozenset(chr(code) for face in faces for code in face.unicodes)


def strangers(text: str) -> list[str]:
    """The letters that would print as boxes, each once, in order."""
    if text.isascii():
        return []
    unknown = set(text) - printable()
    return [
        letter for letter in dict.fromkeys(text) if letter in unknown and unicodedata.category(letter) not in UNSEEN
    ]


def refuse_strangers(text: str) -> None:
    """ValidationError, as a sentence that names them."""
    if found := strangers(text):
        named = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in found[:NAMED])
        more = f" dan {len(found) - NAMED} lainnya" if len(found) > NAMED else ""
        raise ValidationError(
            f"Huruf ini tidak ada pada fon buku sehingga tidak dapat dicetak: {named}{more}. Ganti dengan tulisan Latin, atau hapus.",
            code="glyphs",
        )
