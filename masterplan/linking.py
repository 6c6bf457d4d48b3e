"""Rendered units → one PDF: pages, tags, links, bookmarks, numbers and stamp, metadata. Same input, same bytes.

What does not depend on a unit's place is copied as it was written once (masterplan.segments); here is written what does.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from masterplan import archival, filing, packing, places, segments, slots
from masterplan.binding import Bound, Overlay, Part, laid
from masterplan.editions import Edition
from masterplan.faces import Faces
from masterplan.filing import File
from masterplan.furniture import Furniture, shift
from masterplan.packing import Leaf, Link, Packed
from masterplan.places import Anchors
from masterplan.units import FONTS, Unit
from regions.jobs import Failure

CATALOG, PAGES, DOCUMENT = 1, 2, 3
"""The numbers that every book has."""


def bind(
    parts: list[Part], overlay: Overlay | None, target: Path, *, title: str, edition: Edition, data: bytes
) -> Bound:
    """Writes the bound PDF to `target`. overlay: None where no part is stamped. data: the content as JSON, which goes along."""
    bound = laid(parts, target)
    out = File(last=DOCUMENT)
    units = [(part, first, packing.packed(part.unit)) for part, first, _ in bound.parts]
    bases = [_range(out, packed) for *_, packed in units]
    faces = Faces(out, FONTS)
    furniture = _furniture(out, faces, overlay)
    anchors, outline = places.places(units)
    pages = _Pages(out, bound, faces, furniture, anchors)
    for (part, first, packed), base in zip(units, bases, strict=True):
        pages.add(part, first, packed, base)
    faces.finish()
    tree = pages.finish()
    described, info = archival.describe(out, title, edition)
    attached, named = archival.attach(out, data)
    names = out.add(places.destinations(pages.numbers, anchors))
    out.put(
        CATALOG,
        b"<</Type /Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/MarkInfo <</Marked true>>/Names <</Dests %d 0 R%s>>"
        b"/Outlines %d 0 R/PageMode /UseOutlines/PageLabels <</Nums [%s]>>%s%s>>"
        % (
            PAGES,
            tree,
            names,
            named,
            places.outline(out, pages.numbers, outline),
            places.page_labels(bound),
            described,
            attached,
        ),
    )
    target.write_bytes(out.finish(CATALOG, info))
    return bound


def _range(out: File, packed: Packed) -> int:
    """Reserves the unit's numbers; its own number 1 is the returned one + 1."""
    base = out.last
    out.last += segments.room(packed)
    return base


def _furniture(out: File, faces: Faces, overlay: Overlay | None) -> Furniture:
    """The pages of the small units as forms."""
    furniture = Furniture(out, faces)
    for forms, unit in ((furniture.stamp, overlay.stamp), (furniture.tabs, overlay.tabs)) if overlay else ():
        packed = packing.packed(unit)
        base = _range(out, packed)
        numbers = _copy(out, packed, unit, base, frozenset(), skip={leaf.content for leaf in packed.leaves})
        fonts = faces.take(unit.faces, packed.faces)
        out.put(base + packed.resources[0], packing.renumbered(packed.resources[1], numbers))
        out.put(base + packed.fonts[0], _with(packing.renumbered(packed.fonts[1], numbers), b"", fonts))
        streams = {number: (head, rest) for number, head, rest in packed.streams}
        for leaf in packed.leaves:
            head, rest = streams[leaf.content]
            told = b"<</Type /XObject/Subtype /Form/BBox [%s]/Resources %d 0 R" % (leaf.box, base + packed.resources[0])
            furniture.waiting[base + leaf.content] = (told + head.removeprefix(b"<<"), rest)
            forms.append(base + leaf.content)
    return furniture


def _copy(
    out: File, packed: Packed, unit: Unit, base: int, released: frozenset[int], skip: Container[int] = ()
) -> dict[int, bytes]:
    """Puts in what does not depend on the unit's place; returns its numbers in the book."""
    for holder in segments.holders(unit, packed, base, DOCUMENT, released):
        out.hold(holder)
    numbers = segments.spelled(packed, base, DOCUMENT)
    for number, head, rest in packed.streams:
        if number not in skip:
            out.copy(base + number, packing.renumbered(head, numbers) if b" 0 R" in head else head, rest)
    return numbers


def _with(dictionary: bytes, name: bytes, entries: Mapping[str, int]) -> bytes:
    """The dictionary (or the one that it holds under a name) with these references more."""
    where = dictionary.index(name) + len(name) + 2
    added = b"".join(b"/%s %d 0 R" % (key.encode(), number) for key, number in entries.items())
    return dictionary[:where] + added + dictionary[where:]


@dataclass
class _Pages:
    """The pages of a book while its parts are added. tree: what the parent tree says of pages, and of links behind them."""

    out: File
    bound: Bound
    faces: Faces
    furniture: Furniture
    anchors: Anchors
    numbers: list[int] = field(default_factory=list)
    kids: list[int] = field(default_factory=list)
    tree: list[tuple[int, int]] = field(default_factory=list)
    last: Leaf | None = None
    linked: list[int] = field(default_factory=list)  # elements that hold a link, in the order of the links' numbers

    def add(self, part: Part, first: int, packed: Packed, base: int) -> None:
        """All pages of a part. A link that leads nowhere is taken out, its words stay."""
        while len(self.numbers) < first:
            self._blank(self.last or packed.leaves[0])
        lost = {link.element for leaf in packed.leaves for link in leaf.links if not self._leads(link)}
        fonts = self.faces.take(part.unit.faces, packed.faces)
        changed = dict(self._filled(part, packed)) if part.slots else {}
        numbers = _copy(self.out, packed, part.unit, base, frozenset(lost - {0}), skip=changed)
        for each, words in changed.items():
            self.out.write(base + each, b"", words)
        over: dict[str, int] = {}
        for place, leaf in enumerate(packed.leaves):
            over |= self._page(part, first + place, leaf, base, base + 1 + place, packed.resources[0], opens=not place)
        if part.stamped:
            fonts[self.furniture.face] = self.faces.found[self.furniture.face].font
        resources = packing.renumbered(packed.resources[1], numbers)
        self.out.put(base + packed.resources[0], _with(resources, b"/XObject ", over))
        self.out.put(base + packed.fonts[0], _with(packing.renumbered(packed.fonts[1], numbers), b"", fonts))
        self.kids += [base + kid for kid in packed.kids]
        self.last = packed.leaves[-1]

    def _filled(self, part: Part, packed: Packed) -> Iterator[tuple[int, bytes]]:
        """Pages with gaps: number of the stream, and its operators with the labels of what the part lists."""
        labels = iter([self.bound.label(self.anchors[anchor][0]) for anchor in part.slots])
        for leaf in packed.leaves:
            words = packed.words(leaf)
            if count := slots.gaps(words, part.unit.faces):
                yield leaf.content, slots.filled(words, islice(labels, count), self.faces, part.unit.faces)
        if next(labels, None) is not None:
            raise Failure(f"{part.name}: nomor halaman pada daftar isi tidak lengkap. Cetak ulang buku ini.")

    def _leads(self, link: Link) -> bool:
        return not link.target or link.target in self.anchors

    def _page(
        self, part: Part, page: int, leaf: Leaf, base: int, number: int, resources: int, *, opens: bool
    ) -> dict[str, int]:
        """Writes a page; returns the forms that are laid over it."""
        contents = b"%d 0 R" % (base + leaf.content)
        over: dict[str, int] = {}
        if part.stamped:
            tab = None if opens and not part.follows else part.tab  # an opener carries the chapter's title instead
            before, behind, over = self.furniture.around(leaf, page, self.bound.label(page), tab=tab)
            contents = b"[%d 0 R %s %d 0 R]" % (before, contents, behind)
        text = b"<</Type /Page/Parent %d 0 R/MediaBox [%s]/Resources %d 0 R/Contents %s/Tabs /S" % (
            PAGES, leaf.box, base + resources, contents,
        )  # fmt: skip
        if leaf.owners:
            text += b"/StructParents %d" % page
            self.tree.append((page, base + leaf.owners))
        by = shift(leaf, page) if part.stamped else 0.0
        links = [base + self._link(link, base, by) for link in leaf.links if self._leads(link)]
        if links:
            text += b"/Annots [%s]" % b" ".join(b"%d 0 R" % link for link in links)
        self.out.put(number, text + b">>")
        self.numbers.append(number)
        return over

    def _link(self, link: Link, base: int, by: float) -> int:
        """Writes a link; what a screen reader says of it comes along (PDF/UA-1, 7.18.5), and it prints (PDF/A-3, 6.3.2)."""
        left, bottom, right, top = link.rect
        rect = b" ".join(map(filing.number, (left + by, bottom, right + by, top)))
        if link.target:
            said = f"Ke halaman {self.bound.label(self.anchors[link.target][0])}"
            leads = b"/Dest %s" % filing.text(link.target)
        else:
            said, leads = f"Buka {link.uri}", b"/A <</Type /Action/S /URI/URI %s>>" % filing.text(link.uri)
        tagged = b""
        if link.element:
            tagged = b"/StructParent %d" % (self.bound.pages + len(self.linked))
            self.linked.append(base + link.element)
        self.out.put(
            base + link.number,
            b"<</Type /Annot/Subtype /Link/Rect [%s]/BS <</W 0>>/F 4/Contents %s%s%s>>"
            % (rect, filing.text(said), leads, tagged),
        )
        return link.number

    def _blank(self, like: Leaf) -> None:
        """A page with nothing on it, upright and as large as the one before."""
        width, height = sorted(like.size)
        box = b"0 0 %s %s" % (filing.number(width), filing.number(height))
        page = b"<</Type /Page/Parent %d 0 R/MediaBox [%s]/Resources <<>>>>" % (PAGES, box)
        self.numbers.append(self.out.add(page))

    def finish(self) -> int:
        """Writes the pages' list and the tree; returns the number of the tree's root."""
        listed = b" ".join(b"%d 0 R" % number for number in self.numbers)
        self.out.put(PAGES, b"<</Type /Pages/Count %d/Kids [%s]>>" % (len(self.numbers), listed))
        owners = [*self.tree, *enumerate(self.linked, start=self.bound.pages)]
        flat = b" ".join(b"%d %d 0 R" % pair for pair in owners)
        parents = self.out.add(b"<</Nums [%s]>>" % flat)
        root = self.out.add(
            b"<</Type /StructTreeRoot/K [%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d>>"
            % (DOCUMENT, parents, self.bound.pages + len(self.linked))
        )
        kids = b" ".join(b"%d 0 R" % kid for kid in self.kids)
        self.out.put(DOCUMENT, b"<</Type /StructElem/S /Document/P %d 0 R/K [%s]>>" % (root, kids))
        return root
