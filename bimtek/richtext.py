"""Text that people write: limits first, then an allowlist. Rich text is sanitised on save and again at output.

Size, depth and number of elements are limited before the sanitiser, which a thousand nested blocks would keep busy for
minutes; the length of words and the towers of combining marks, which choke the renderer, on what it leaves.
"""

import html as entities
import re
import unicodedata

import nh3
from django.core.exceptions import ValidationError

MAX_SIZE = 100_000
MAX_DEPTH = 20
MAX_ELEMENTS = 5_000
MAX_RUN = 500
MAX_MARKS = 8
MAX_SPAN = 50

INLINE = frozenset({"strong", "em", "u", "s", "sub", "sup", "a"})
TABLE = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
TAGS = INLINE | TABLE | {"p", "br", "h3", "h4", "ul", "ol", "li", "blockquote"}
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto"}
DROPPED_WITH_TEXT = {"script", "style", "template", "noscript", "svg", "math", "iframe", "object"}

# Attribute values may hold '>', so quoted ones are skipped; the alternatives cannot overlap, which keeps this linear.
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
OPENING = re.compile(r"<[a-zA-Z]")
SPAN = re.compile(r"(?:col|row)span\s*=\s*[\"']?\s*(\d+)", re.IGNORECASE)
VOID = frozenset({"br", "hr", "img", "input", "col", "wbr", "source", "embed", "area", "base", "link", "meta", "track"})
BLOCK_END = re.compile(r"<(?:br|/p|/h[1-6]|/li|/tr|/blockquote|/div)\b[^>]*>", re.IGNORECASE)
CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
LONG_RUN = re.compile(rf"\S{{{MAX_RUN + 1}}}")
CONTROLS = re.compile(
    r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


# --- rich text ---------------------------------------------------------------------------------------------------


def clean(html: str) -> str:
    """Rich text fit to be saved. ValidationError, as a sentence, when it goes over a limit. Empty markup becomes ''."""
    _refuse_unstorable(html)
    if len(html) > MAX_SIZE:
        raise ValidationError(
            f"Teks terlalu panjang: {len(html):,} tanda, paling banyak {MAX_SIZE:,}.".replace(",", ".")
        )
    text = _without_controls(html)
    _refuse_deep_or_many(text)
    _refuse_wide_spans(text)
    cleaned = sanitised(text)
    # Words are measured as they will print: what the sanitiser drops (a comment, a div) joins what stood beside it.
    _refuse_long_runs(entities.unescape(TAG.sub(_gap, cleaned)))
    _refuse_marks(entities.unescape(TAG.sub("", cleaned)))
    return cleaned if plain_text(cleaned) else ""


def _gap(tag: re.Match[str]) -> str:
    """Inline tags leave a word whole, all others part it."""
    return "" if tag[2] in INLINE else " "


def sanitised(html: str) -> str:
    """Only what the editor offers. For output; `clean` is for saving."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=DROPPED_WITH_TEXT,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in ("colspan", "rowspan"):
        return value if value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= MAX_SPAN else None
    if name == "href":
        scheme = value.strip().split(":", 1)[0].casefold()
        return value if ":" in value and scheme in SCHEMES else None
    return value


def plain_text(html: str) -> str:
    """The words of rich text: a line a block, tabs between cells, entities read."""
    broken = CELL_END.sub("\t", BLOCK_END.sub("\n", html))
    text = entities.unescape(nh3.clean(broken, tags=set(), clean_content_tags=DROPPED_WITH_TEXT))
    lines = (re.sub(r"[ \u00a0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _refuse_deep_or_many(html: str) -> None:
    depth, count = 0, 0
    for found in TAG.finditer(html):
        closing, name = found[1], found[2].casefold()
        count += not closing
        if name in INLINE or name in VOID:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > MAX_DEPTH:
            raise ValidationError(f"Susunan teks terlalu bertingkat; paling banyak {MAX_DEPTH} tingkat.", code="depth")
    # Half-open tags ('<b<b<b') that the pattern above passes by still become elements in a lenient parser.
    if max(count, len(OPENING.findall(html))) > MAX_ELEMENTS:
        raise ValidationError("Teks terlalu rumit; pindahkan sebagian tabel atau daftar ke lampiran.", code="elements")


def _refuse_wide_spans(html: str) -> None:
    if any(len(span) > 4 or int(span) > MAX_SPAN for span in SPAN.findall(html)):
        raise ValidationError(f"Sel tabel paling banyak menggabungkan {MAX_SPAN} baris atau kolom.", code="span")


# --- plain text --------------------------------------------------------------------------------------------------


def clean_text(text: str) -> str:
    """A plain field's text fit to be saved: NFC, line ends as \\n, control characters gone. ValidationError as a sentence."""
    _refuse_unstorable(text)
    cleaned = unicodedata.normalize("NFC", _without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))).strip()
    _refuse_long_runs(cleaned)
    _refuse_marks(cleaned)
    return cleaned


def _refuse_unstorable(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValidationError(
            "Teks memuat tanda yang rusak. Tempel ulang sebagai teks biasa, lalu simpan.", code="broken"
        )


def _without_controls(text: str) -> str:
    """Without characters that nobody sees: they hide words, turn lines round, or print as boxes."""
    return CONTROLS.sub("", text)


def _refuse_long_runs(text: str) -> None:
    if LONG_RUN.search(text):
        raise ValidationError(
            f"Ada kata yang lebih panjang dari {MAX_RUN} huruf tanpa spasi. Beri spasi atau pendekkan.", code="run"
        )


def _refuse_marks(text: str) -> None:
    if text.isascii():
        return
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if run > MAX_MARKS:
            raise ValidationError(
                "Ada huruf dengan terlalu banyak tanda bertumpuk. Tulis ulang huruf itu.", code="marks"
            )
