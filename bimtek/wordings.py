"""The product's own sentences as questions: a region answers one with its own wording, or leaves the default."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bimtek import phrases
from bimtek.framework import Chapter, Question, Section, Sentence


def wordings(
    chapters: Iterable[Chapter], sections: Sequence[Section], sentences: Iterable[Sentence]
) -> Iterator[Question]:
    """The gist of each chapter and the intro of each section, book by book; then what stands around tables and figures."""
    for chapter in chapters:
        place = (chapter.book, chapter.code)
        head = chapter.title if chapter.is_appendix else f"Bab {chapter.numeral} {chapter.title}"
        if not chapter.is_appendix:
            yield _wording(phrases.question_key(*place), f"{head}: kalimat pembuka", chapter.gist, place)
        for section in sections:
            if (section.book, section.chapter) == place:
                label = f"{'Lampiran ' if chapter.is_appendix else ''}{section.number} {section.title}"
                yield _wording(phrases.question_key(*place, section.number), label, section.intro, place)
    for each in sentences:
        facts = (*phrases.SENTENCES[each.key], *phrases.PLAIN)
        asked = _wording(phrases.question_key(each.key), each.place, each.text, ("", ""))
        yield replace(asked, section=each.section, facts=facts, feeds=())


def _wording(key: str, label: str, default: str, place: tuple[str, str]) -> Question:
    """The question that asks for a region's own wording of a default of this (book, chapter)."""
    return Question(
        key=key, section=phrases.question_key(place[0]), label=label, help="", example="", kind="plain", required=False, words=0,
        feeds=(place,), default=" ".join(default.split()), facts=tuple(phrases.PLAIN),
    )  # fmt: skip
