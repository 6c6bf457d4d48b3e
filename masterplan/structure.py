"""The structure trees of units become one tree of the book, in reading order, so that a screen reader reads it whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String


@dataclass
class Tree:
    """The tree of a book while its parts are added. `annotations` are numbered behind all pages."""

    out: pikepdf.Pdf
    root: Any = None
    document: Any = None
    pages: list[tuple[int, Any]] = field(default_factory=list)
    annotations: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self.out.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self.out.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array())
        )
        self.root.K = Array([self.document])

    def add(self, source: pikepdf.Pdf, first: int) -> None:
        """Takes over the tree of a unit whose pages begin at `first` and were copied into the book before."""
        count = len(source.pages)
        tree = self.out.copy_foreign(source.Root.StructTreeRoot)
        for kid in tree.K[0].K:
            kid.P = self.document
            self.document.K.append(kid)
        numbers = tree.ParentTree.Nums
        owners = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
        for index in range(count):
            page = self.out.pages[first + index].obj
            page.StructParents = first + index
            self.pages.append((first + index, owners.get(index, Array())))
            for annotation in page.get("/Annots", ()):
                self._adopt(annotation, owners)

    def _adopt(self, annotation: Any, owners: Mapping[int, Any]) -> None:
        """A link keeps its structure element under a number of its own in the book."""
        if "/StructParent" in annotation:
            self.annotations.append(owners[int(annotation.StructParent)])
            annotation.StructParent = len(self.annotations) - 1

    def release(self, annotation: Any) -> None:
        """Takes a link out of the tree: its words stay, as words."""
        if "/StructParent" not in annotation:
            return
        element = self.annotations[int(annotation.StructParent)]
        element.S = Name.Span
        element.K = Array([kid for kid in element.K if not _is_reference(kid)])

    def finish(self) -> None:
        """Writes the numbers once all pages are there, and hangs the tree into the book."""
        behind = len(self.out.pages)
        for page in self.out.pages:
            for annotation in page.obj.get("/Annots", ()):  # type: ignore[attr-defined]
                if "/StructParent" in annotation:
                    annotation.StructParent = behind + int(annotation.StructParent)
        flat = Array()
        for number, owner in [*self.pages, *enumerate(self.annotations, start=behind)]:
            flat.append(number)
            flat.append(owner)
        self.root.ParentTree = self.out.make_indirect(Dictionary(Nums=flat))
        self.root.ParentTreeNextKey = behind + len(self.annotations)
        self.out.Root.StructTreeRoot = self.root
        self.out.Root.MarkInfo = Dictionary(Marked=True)


def _is_reference(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == Name.OBJR


def describe(annotation: Any, words: str) -> None:
    """What a screen reader says of a link (PDF/UA-1, 7.18.5); it also prints (PDF/A-3, 6.3.2)."""
    annotation.Contents = String(words)
    annotation.F = 4
