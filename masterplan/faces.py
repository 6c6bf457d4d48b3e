"""One font program for each face of a book, instead of one for each of its units.

A unit comes with its own subset of every face it uses, good for reading it alone. Subsets keep the numbers of the glyphs, so
the pages need no change when all units of a book share one program, cut to what any of them shows. What a unit shows of a
face lies beside it (`Unit.faces`); the whole fonts are this product's own, known by their hash.
"""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from masterplan.filing import File

FLAGS = hb.SubsetFlags.PASSTHROUGH_UNRECOGNIZED | hb.SubsetFlags.DESUBROUTINIZE
DROPPED = (b"BASE", b"DSIG", b"EBDT", b"EBLC", b"EBSC", b"GDEF", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT", b"SVG ")
CMAP_HEAD = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
    b"<< /Registry (Adobe)\n/Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
)
CMAP_FOOT = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
CMAP_BATCH = 100  # what a bfchar block may hold


@functools.cache
def _fonts(folder: Path) -> dict[str, Path]:
    """Hash of a font file → where it lies."""
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in sorted(folder.glob("*.ttf"))}


@functools.cache
def _face(path: Path) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(path)))


WIDTHS = re.compile(rb"/W \[(?:[^\[\]]|\[[^\]]*\])*\]")


@dataclass
class Face:
    """One face while a book is bound. font: its number in the book; texts: the renderer's font, descendant and descriptor.

    widths: glyph → thousandths of the size; text: glyph → the letters it stands for.
    """

    program: Path
    font: int
    texts: tuple[bytes, ...]
    widths: dict[int, int] = field(default_factory=dict)
    text: dict[int, str] = field(default_factory=dict)


@dataclass
class Faces:
    """The faces of one book, gathered unit by unit."""

    out: File
    folder: Path
    found: dict[str, Face] = field(default_factory=dict)

    def take(self, told: Mapping[str, Mapping[str, Any]], texts: Mapping[str, tuple[bytes, ...]]) -> dict[str, int]:
        """Adds what a unit shows of its faces; returns their names in the unit, each with the number of its font in the book."""
        for name, parts in texts.items():
            face = told[name]
            if name not in self.found:
                self.found[name] = Face(_fonts(self.folder)[face["program"]], self.out.new(), parts)
            known = self.found[name]
            for glyph, width in face["widths"].items():
                known.widths.setdefault(int(glyph), width)
            for glyph, letters in face["text"].items():
                known.text.setdefault(int(glyph), letters)
        return {name: self.found[name].font for name in texts}

    def of(self, program: str) -> str:
        """The name of the face with this program."""
        return next(name for name, face in self.found.items() if face.program.name == program)

    def set(self, name: str, text: str) -> list[tuple[int, int]]:
        """Sets a short text: its glyphs, each with what to draw back behind it in thousandths of the size."""
        face = self.found[name]
        shaped = _set(face.program, text)
        for letter, (glyph, width, _) in zip(text, shaped, strict=True):
            face.widths.setdefault(glyph, width)
            face.text.setdefault(glyph, letter)
        return [(glyph, face.widths[glyph] - advance) for glyph, _, advance in shaped]

    def long(self, name: str, text: str) -> int:
        """Thousandths of the size that a text takes."""
        return sum(advance for _, _, advance in _set(self.found[name].program, text))

    def finish(self) -> None:
        """Writes the fonts, each program cut to what the whole book shows of it."""
        for face in self.found.values():
            font, inner, descriptor = face.texts
            program = _subset(face.program, tuple(sorted({0, *face.widths})))
            file = self.out.stream(b"/Length1 %d" % len(program), program)
            described = self.out.add(re.sub(rb"/FontFile2 \d+", b"/FontFile2 %d" % file, descriptor))
            inner = WIDTHS.sub(b"/W [%s]" % b" ".join(_runs(face.widths)), inner)
            inner = re.sub(rb"/FontDescriptor \d+", b"/FontDescriptor %d" % described, inner)
            below, text = self.out.add(inner), self.out.stream(b"", _cmap(face.text))
            font = re.sub(rb"/DescendantFonts \[\d+", b"/DescendantFonts [%d" % below, font)
            self.out.put(face.font, re.sub(rb"/ToUnicode \d+", b"/ToUnicode %d" % text, font))


def _set(program: Path, text: str) -> list[tuple[int, int, int]]:
    """Prefix and number of a label, each shaped on its own: "III-" and "12" are not kerned against each other."""
    prefix, dash, number = text.rpartition("-")
    return [glyph for part in (prefix + dash, number) if part for glyph in _shaped(program, part)]


@functools.lru_cache(4096)
def _shaped(program: Path, text: str) -> tuple[tuple[int, int, int], ...]:
    """(glyph, its own width, its advance beside its neighbours) of each letter, in thousandths of the size."""
    font, buffer = hb.Font(_face(program)), hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, {"liga": False, "tnum": True})
    unit = 1000 / _face(program).upem
    return tuple(
        (info.codepoint, round(font.get_glyph_h_advance(info.codepoint) * unit), round(place.x_advance * unit))
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


@functools.lru_cache(64)
def _subset(program: Path, glyphs: tuple[int, ...]) -> bytes:
    """The program with the outlines of these glyphs, which keep their numbers; cut behind the last."""
    kept = _reduced(_face(program), glyphs, hb.SubsetFlags.RETAIN_GIDS)
    return bytes(_reduced(kept, range(max(glyphs) + 1), hb.SubsetFlags.NO_HINTING).blob.data)


def _reduced(face: hb.Face, glyphs: Any, flag: hb.SubsetFlags) -> hb.Face:
    wanted = hb.SubsetInput()
    wanted.flags = FLAGS | flag
    wanted.glyph_set.update(glyphs)
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in DROPPED)
    return hb.subset(face, wanted)


def _runs(widths: Mapping[int, int]) -> Iterator[bytes]:
    """What stands in the array W: the first glyph of every run of neighbours, and their widths."""
    run: list[int] = []
    for glyph in sorted(widths):
        if run and glyph - 1 not in widths:
            yield _run(run, widths)
            run = []
        run.append(glyph)
    if run:
        yield _run(run, widths)


def _run(glyphs: list[int], widths: Mapping[int, int]) -> bytes:
    return b"%d [%s]" % (glyphs[0], b" ".join(b"%d" % widths[glyph] for glyph in glyphs))


def _cmap(text: Mapping[int, str]) -> bytes:
    """glyph → letters, so that words can be searched and copied."""
    lines = [f"<{glyph:04x}> <{letters.encode('utf-16-be').hex()}>" for glyph, letters in sorted(text.items())]
    blocks = [lines[start : start + CMAP_BATCH] for start in range(0, len(lines), CMAP_BATCH)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return CMAP_HEAD + body.encode() + CMAP_FOOT
