"""Rules about words: names that are nearly the same, abbreviations, a regulation often misnamed, sums told in prose. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations
from textwrap import shorten
from typing import Any

from bimtek.consistency.rows import Found, Rows
from bimtek.formats import ringkas
from bimtek.framework import framework
from bimtek.models import Programme
from bimtek.richtext import plain_text

ALIKE = 0.9  # share of equal letters from which two names count as the same
SHARED_WORDS = 0.5  # share of equal words below which two names are not even compared

# Abbreviations that need no explaining, besides those of the framework, of the offices and of the applications.
COMMON = frozenset([
    "AC", "AI", "API", "APK", "ATM", "BAB", "BBM", "BPJS", "CPNS", "CV", "DNA", "DPT", "DVD", "GIS", "GPS", "HAM",
    "HP", "HUT", "ID", "IP", "IPA", "IPAL", "ISO", "IT", "KB", "KK", "KM", "KPU", "KTP", "KUA", "KUR", "LAN",
    "LED", "LPG", "LPJ", "MA", "MP", "MoU", "NIK", "NIP", "NPWP", "OK", "PAUD", "PBB", "PC", "PDAM", "PDF", "PDP",
    "PLN", "PLTS", "PMI", "PNS", "POLRI", "POSYANDU", "PT", "QR", "RI", "RS", "RSUD", "RT", "RW", "SD", "SDG",
    "SIM", "SLTA", "SMA", "SMK", "SMP", "SMS", "SPAM", "SPBU", "SPM", "TA", "TB", "TK", "TNI", "TPA", "TPS",
    "TPST", "TV", "UKM", "UPT", "UPTD", "URL", "USB", "VPN", "WA", "WC", "WHO", "WIB", "WIT", "WITA",
])  # fmt: skip
# Kinds of rows and the fields in which prose stands.
PROSE: dict[str, tuple[str, ...]] = {
    "programmes": (
        "name", "benefit", "activity", "description", "technology", "output", "outcome",
        "enabler_policy", "enabler_infrastructure", "enabler_application", "enabler_people",
    ),
    "swot_items": ("text",), "strategies": ("text",), "gaps": ("present", "expected", "gap", "cause", "recommendation"),
    "quick_wins": ("name", "benefit", "background", "aim", "uniqueness"), "missions": ("text",),
}  # fmt: skip
ABBREVIATION = re.compile(r"(?<![\w./-])[A-Z]{2,9}(?![\w/])")
DEFINED = re.compile(r"\(([A-Z][A-Za-z]{1,9})\)|\b([A-Z]{2,9}) \(")
ROMAN = re.compile(r"[IVXLC]+")
PERPRES_59 = re.compile(
    r"(?:perpres|peraturan presiden)(?:\s+(?:nomor|no\.?))?\s*59\s*(?:/|tahun\s+)\s*2022", re.IGNORECASE
)
TOTAL = re.compile(
    r"(?:seluruh|total|jumlah(?: seluruh)?|kebutuhan) (?:anggaran|pembiayaan|kebutuhan|pendanaan)[^.;]{0,80}?"
    r"Rp\s?(?P<figures>\d[\d.,]*)\s*(?P<scale>triliun|miliar|juta|ribu)?",
    re.IGNORECASE,
)
SCALES = {"": 1, "ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
COUNT = re.compile(
    r"(?:memuat|menetapkan|terdiri atas|sebanyak|merumuskan|seluruhnya) (?P<count>\d{1,3}) program\b(?! (?:prioritas|unggulan|jangka))",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Lower case, letters and digits only, single spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def short(text: str) -> str:
    """The beginning of a text, for a sentence that names it."""
    return shorten(text, 90, placeholder="…")


def alike(programmes: Sequence[Programme]) -> Iterable[tuple[Programme, Programme]]:
    """Pairs whose names are nearly the same. Words first (400 names are 80.000 pairs), letters for what is left."""
    named = [(each, plain(each.name), frozenset(plain(each.name).split())) for each in programmes]
    for (one, text, words), (other, other_text, other_words) in combinations(named, 2):
        shared = len(words & other_words)
        if shared and shared >= SHARED_WORDS * len(words | other_words):
            matcher = SequenceMatcher(None, text, other_text, autojunk=False)
            if words == other_words or (matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE):
                yield one, other


def written(rows: Rows) -> Iterator[tuple[Any, str]]:
    """Every row with its prose, narratives without their markup."""
    for answer in rows.answers:
        yield answer, plain_text(answer.text)
    for kind, names in PROSE.items():
        for row in getattr(rows, kind):
            yield row, "\n".join(getattr(row, name) for name in names)


def undefined_abbreviation(rows: Rows) -> Found:
    """One finding an abbreviation, where it stands first; explained once in brackets anywhere is explained."""
    prose = list(written(rows))
    explained = {word.casefold() for _, text in prose for pair in DEFINED.findall(text) for word in pair if word}
    known = _known(rows) | explained
    seen: set[str] = set()
    for row, text in prose:
        spoken = "\n".join(line for line in text.split("\n") if not _shouted(line))
        for word in ABBREVIATION.findall(spoken):
            if word.casefold() not in known and word not in seen and not ROMAN.fullmatch(word):
                seen.add(word)
                yield (
                    row,
                    f"Singkatan {word} belum dijelaskan di mana pun. Tulis kepanjangannya sekali, misalnya “… ({word})”.",
                )


def _known(rows: Rows) -> set[str]:
    frame = framework(rows.plan.framework)
    named = [each.short for each in frame.abbreviations] + [opd.abbreviation for opd in rows.offices]
    named += [each.name for each in rows.applications]
    named += [each.name for each in rows.quick_wins] + [each.name for each in rows.programmes]
    named += [code for d in frame.dimensions for code in (d.code, d.name)]
    words = {word for name in named for word in re.findall(r"[A-Za-z]{2,}", name)}
    return {word.casefold() for word in words | COMMON | {"SO", "WO", "ST", "WT"}}


def _shouted(text: str) -> bool:
    """Whether a text is written in capitals throughout, so that its words are no abbreviations."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 20 and sum(letter.isupper() for letter in letters) > 0.6 * len(letters)


def misnamed_regulation(rows: Rows) -> Found:
    """PP 59/2022 tentang Perkotaan is a government regulation; many plans copy "Perpres 59/2022" from each other."""
    texts = [*written(rows), *((each, str(each)) for each in rows.regulations)]
    for row, text in texts:
        if PERPRES_59.search(text):
            yield row, "Tertulis “Perpres 59/2022”; yang dimaksud tentu PP 59/2022 tentang Perkotaan."


def borrowed_draft(rows: Rows) -> Found:
    for answer in rows.answers:
        if answer.untouched_draft:
            yield answer, f"“{answer}” masih draf dari {answer.draft_of} dan belum disimpan lagi."


def different_total(rows: Rows) -> Found:
    """A total told in prose that is not the sum of the budget lines, to the last digit that the prose gives."""
    total = sum(line.amount for line in rows.budget_lines)
    for answer in rows.answers:
        for found in TOTAL.finditer(plain_text(answer.text)):
            scale = SCALES[(found["scale"] or "").casefold()]
            figures = found["figures"].rstrip(".,")
            told = Decimal(figures.replace(".", "").replace(",", "."))
            half = Decimal(scale) / (2 * 10 ** len(figures.partition(",")[2]))
            if not rows.budget_lines or abs(told * scale - total) > half:
                yield (
                    answer,
                    f"“{answer}” menyebut jumlah Rp{figures} {found['scale'] or ''}".rstrip()
                    + f", sedangkan baris anggaran berjumlah {ringkas(total)}.",
                )


def different_count(rows: Rows) -> Found:
    for answer in rows.answers:
        for found in COUNT.finditer(plain_text(answer.text)):
            if int(found["count"]) != len(rows.programmes):
                yield (
                    answer,
                    f"“{answer}” menyebut {found['count']} program, sedangkan rencana ini memuat {len(rows.programmes)}.",
                )
