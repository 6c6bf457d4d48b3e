"""What a plan is written under: dimensions, readiness bank, questions, gates and book outlines of one framework version.

A framework is a versioned data file (frameworks/<code>.toml). Codes and keys are stable for ever, since plans store them;
labels and texts may be edited. The file is read and checked in bimtek.framework_file; this module is its shape.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bimtek import phrases, vocabulary

FOLDER = Path(__file__).parent / "frameworks"

FRONT = "depan"
TERMS = ("pendek", "menengah", "panjang")
APPENDIX = "Lampiran"

# What {…} in intros, gists and default texts stands for; the caller hands the values to `filled`.
PLACEHOLDERS = frozenset(phrases.PLAIN)


class FrameworkError(ValueError):
    """A framework file is broken. `problems` are sentences that begin with 'file:line:'."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, e.g. {daerah} → 'Kota Batam'. The file check knows all of them."""
    return text.format_map(facts)


@dataclass(frozen=True, slots=True)
class About:
    code: str
    title: str
    version: str
    note: str
    unsur: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the six. Colour, code and pattern go together, so that grey print keeps them apart."""

    code: str
    name: str
    colour: str
    pattern: str
    explanation: str


@dataclass(frozen=True, slots=True)
class SubDimension:
    code: str
    dimension: str
    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Element:
    code: str
    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Component:
    code: str
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the readiness bank: what to fill, where the figure is found, and what counts as 1, 2 and 3."""

    code: str
    component: str
    name: str
    unit: str
    help: str
    poor: str
    fair: str
    good: str
    element: str = field(default="", metadata={"derived": True})


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the screen that holds narrative questions of one stage."""

    code: str
    stage: int
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Question:
    """A narrative question. `feeds` follows from the outlines: the (book, chapter) codes that print the answer.

    One with a `default` is a sentence of the product's own: it prints the default until the region writes its own, which
    may name `facts` in braces. Such a question is never required and counts in no completeness.
    """

    key: str
    section: str
    label: str
    help: str
    example: str
    kind: str
    required: bool
    words: int
    stage: int = field(default=0, metadata={"derived": True})
    feeds: tuple[tuple[str, str], ...] = field(default=(), metadata={"derived": True})
    default: str = field(default="", metadata={"derived": True})
    facts: tuple[str, ...] = field(default=(), metadata={"derived": True})

    def check(self, text: str) -> None:
        """ValidationError, as a sentence, when the wording of a sentence names what is not filled in."""
        if self.default:
            phrases.refuse_unknown(text, self.facts)

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What the wording may name in braces, each with what it stands for."""
        return [(name, phrases.MEANINGS[name]) for name in self.facts]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The default words of one sentence of phrases.SENTENCES, and where it stands in the books."""

    key: str
    section: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing a stage must bring: `title` names it, `sentence` is what the person reads while it is missing."""

    stage: int
    rule: str
    title: str
    sentence: str
    at_least: int = 0
    at_most: int = 0
    percent: int = 0
    team: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the form on which reviewers score a stage; the weights of a stage add up to 100."""

    stage: int
    code: str
    title: str
    weight: int
    help: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What fills a section: the answer to a question (`key`), or a content function with its argument."""

    name: str
    argument: str = ""

    @property
    def is_question(self) -> bool:
        return self.name not in vocabulary.CONTENT


@dataclass(frozen=True, slots=True)
class Section:
    """'3.1 Kesiapan Struktur'. The intro prints always; in an appendix the number is a letter."""

    book: str
    chapter: str
    number: str
    title: str
    source: tuple[str, ...]
    intro: str

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(Source(*name.split(":", 1)) for name in self.source)


@dataclass(frozen=True, slots=True)
class Chapter:
    """`numeral` is roman, or 'Lampiran'. `gist` is the one sentence under the title."""

    book: str
    code: str
    numeral: str
    title: str
    gist: str
    sections: tuple[Section, ...] = field(default=(), metadata={"derived": True})

    @property
    def is_appendix(self) -> bool:
        return self.numeral == APPENDIX


@dataclass(frozen=True, slots=True)
class Book:
    """One of the books, or the file that binds several (`combines`). `front` names the leaves before chapter I."""

    code: str
    number: int
    title: str
    running: str
    front: tuple[str, ...]
    combines: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = field(default=(), metadata={"derived": True})


@dataclass(frozen=True, slots=True)
class Abbreviation:
    short: str
    meaning: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A default line of the legal basis. `rank` is a value of Regulation.Rank."""

    rank: int
    number: str
    year: int
    about: str


@dataclass(frozen=True, slots=True)
class CommitmentDefault:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """The default agenda of one stage's session, one item a line."""

    stage: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class Framework:
    about: About
    dimensions: tuple[Dimension, ...]
    sub_dimensions: tuple[SubDimension, ...]
    elements: tuple[Element, ...]
    components: tuple[Component, ...]
    indicators: tuple[Indicator, ...]
    groups: tuple[Group, ...]
    all_questions: tuple[Question, ...]
    all_gates: tuple[Gate, ...]
    all_criteria: tuple[Criterion, ...]
    books: tuple[Book, ...]
    abbreviations: tuple[Abbreviation, ...]
    legal_basis: tuple[LegalBasis, ...]
    commitment: tuple[CommitmentDefault, ...]
    agendas: tuple[Agenda, ...]

    @property
    def code(self) -> str:
        return self.about.code

    @cached_property
    def _rows(self) -> dict[tuple[type[Any], str], Any]:
        coded = (self.dimensions, self.sub_dimensions, self.elements, self.components, self.indicators, self.books)
        return {(type(row), row.code): row for rows in coded for row in rows} | {
            (Question, row.key): row for row in self.all_questions
        }

    @cached_property
    def sentences(self) -> dict[str, str]:
        """The product's own sentences: the key of each question with a default, and that default."""
        return {row.key: row.default for row in self.all_questions if row.default}

    @cached_property
    def _chapters(self) -> dict[tuple[str, str], Chapter]:
        return {(book.code, chapter.code): chapter for book in self.books for chapter in book.chapters}

    # Lookups raise KeyError for a code that the framework does not know.

    def dimension(self, code: str) -> Dimension:
        return self._rows[Dimension, code]

    def sub_dimension(self, code: str) -> SubDimension:
        return self._rows[SubDimension, code]

    def sub_dimensions_of(self, dimension: str) -> tuple[SubDimension, ...]:
        return tuple(row for row in self.sub_dimensions if row.dimension == dimension)

    def element(self, code: str) -> Element:
        return self._rows[Element, code]

    def component(self, code: str) -> Component:
        return self._rows[Component, code]

    def readiness(self, code: str) -> Indicator:
        return self._rows[Indicator, code]

    def question(self, key: str) -> Question:
        return self._rows[Question, key]

    def questions(self, stage: int, section: str | None = None) -> tuple[Question, ...]:
        """The questions of a stage in order, or only those of one group of the screen."""
        return tuple(row for row in self.all_questions if row.stage == stage and section in (None, row.section))

    def question_groups(self, stage: int) -> tuple[Group, ...]:
        return tuple(row for row in self.groups if row.stage == stage)

    def gates(self, stage: int) -> tuple[Gate, ...]:
        return tuple(row for row in self.all_gates if row.stage == stage)

    def criteria(self, stage: int) -> tuple[Criterion, ...]:
        return tuple(row for row in self.all_criteria if row.stage == stage)

    def book(self, code: str) -> Book:
        return self._rows[Book, code]

    def chapter(self, book: str, code: str) -> Chapter:
        return self._chapters[book, code]

    def agenda(self, stage: int) -> tuple[str, ...]:
        return next((row.items for row in self.agendas if row.stage == stage), ())


def codes() -> tuple[str, ...]:
    """The framework versions that are shipped."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def framework(code: str) -> Framework:
    """The framework of this version, read once a process. KeyError: there is no such version; FrameworkError: it is broken."""
    from bimtek.framework_file import read

    if code not in codes():
        raise KeyError(code)
    return read(FOLDER / f"{code}.toml")
