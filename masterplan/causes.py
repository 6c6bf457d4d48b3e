"""Where on the screens a unit that cannot be printed may be put right: the very row that holds a letter, else the section."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import CharField, Q, TextField
from django.urls import reverse

from bimtek import sections
from bimtek.framework import FRONT, framework
from bimtek.models import Plan, Row
from masterplan.models import PrintUnit
from masterplan.origins import SCREENS

LETTER = re.compile(r"U\+([0-9A-F]{4,6})")
MOST = 5


@dataclass(frozen=True)
class Cause:
    label: str
    url: str


def causes(plan: Plan, unit: PrintUnit, sentence: str) -> list[Cause]:
    """The rows that hold a letter which the sentence names; when it names none, the sections that the chapter is made of."""
    letters = [chr(int(code, 16)) for code in LETTER.findall(sentence) if int(code, 16) < 0x110000]
    found = list(_holders(plan, letters))[:MOST] if letters else []
    return found or list(dict.fromkeys(_sections(plan, unit)))[:MOST]


def _holders(plan: Plan, letters: list[str]) -> Iterator[Cause]:
    base = [plan.region.slug, plan.enrolment.cohort.year]
    for section in sections.SECTIONS:
        for row in section.rows(plan).filter(_holds(section.model, letters))[:MOST]:
            url = reverse("bimtek:row", args=[*base, section.stage.value, section.key, row.pk])
            yield Cause(f"{section.named}: {row}", url)
    for answer in plan.answer_set.filter(region=plan.region).filter(_any("text", letters))[:MOST]:
        if url := _question_url(plan, answer.key):
            yield Cause(str(answer), url)


def _holds(model: type[Row], letters: list[str]) -> Q:
    """Rows with one of the letters in any of their texts."""
    texts = [f.name for f in model._meta.concrete_fields if isinstance(f, CharField | TextField) and not f.choices]
    return reduce(or_, (_any(name, letters) for name in texts), Q(pk__in=[]))


def _any(name: str, letters: list[str]) -> Q:
    return reduce(or_, (Q(**{f"{name}__contains": letter}) for letter in letters))


def _question_url(plan: Plan, key: str) -> str:
    frame = framework(plan.framework)
    question = next((each for each in frame.all_questions if each.key == key), None)
    if question is None or question.section == FRONT or not question.stage:
        return ""
    args = [plan.region.slug, plan.enrolment.cohort.year, question.stage, f"narasi-{question.section}"]
    return reverse("bimtek:section", args=args)


def _sections(plan: Plan, unit: PrintUnit) -> Iterator[Cause]:
    """Of the outline's chapter: the screens that fill its sources."""
    base = [plan.region.slug, plan.enrolment.cohort.year]
    chapters = [
        chapter for book in framework(plan.framework).books for chapter in book.chapters if book.code == unit.book
    ]
    for chapter in chapters:
        if unit.chapter != chapter.code and not unit.chapter.startswith(f"{chapter.code}-"):
            continue
        for source in (source for section in chapter.sections for source in section.sources):
            if source.is_question:
                if url := _question_url(plan, source.name):
                    yield Cause("Narasi bab ini", url)
            elif screen := sections.BY_KEY.get(SCREENS.get(source.name, "")):
                yield Cause(screen.title, reverse("bimtek:section", args=[*base, screen.stage.value, screen.key]))
