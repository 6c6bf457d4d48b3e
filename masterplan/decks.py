"""What is shown rather than read: slides, a poster, and one sheet a dimension. Plain frozen data from the same blocks as the books."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from masterplan.blocks import Block, block_from_json
from masterplan.canonical import plain

POSTER, SLIDES, SHEETS = "poster", "salindia", "infografis"
CODES = (POSTER, SLIDES, SHEETS)
Layout = Literal["", "cover", "wide", "statement"]


@dataclass(frozen=True)
class Slide:
    """One page: a title that says what to take away, what stands under it, and what stands beside that.

    layout: "cover" is the first, "wide" gives one figure the whole page, "statement" sets few words large.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    side: tuple[Block, ...] = ()
    word: str = ""  # small, over the title: the part of the talk
    layout: Layout = ""
    dimension: str = ""  # code, where the page is about one

    def __post_init__(self) -> None:
        for name in ("blocks", "side"):
            object.__setattr__(self, name, tuple(_block(each) for each in getattr(self, name)))


@dataclass(frozen=True)
class Deck:
    """Slides, the one page of a poster, or a sheet a dimension. `code` is one of CODES."""

    code: str
    title: str
    slides: tuple[Slide, ...]

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "slides", tuple(each if isinstance(each, Slide) else Slide(**each) for each in self.slides)
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["code"], data["title"], data["slides"])

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for slide in self.slides for block in (*slide.blocks, *slide.side))


def to_json(decks: Iterable[Deck]) -> list[Any]:
    return [plain(deck) for deck in decks]


def _block(found: Any) -> Block:
    return found if isinstance(found, Block) else block_from_json(found)
