"""Two tabs that behave as static/js/writing does, without a browser: typing, sending, answers that come late or get lost."""

import random
from typing import Any

from bimtek.models import Gap
from tests.bimtek.test_autosave import Tab

FIELDS = ("present", "cause", "recommendation")
SEVERITIES = ("1", "2", "3")


class Writer:
    """One person at one tab. Every word typed is new in the world, so it can be looked for at the end."""

    def __init__(self, name: str, tab: Tab, rows: list[Gap], chance: random.Random) -> None:
        self.name, self.tab, self.chance, self.typed = name, tab, chance, 0
        self.rows = rows
        self.shown = {(row.pk, field): getattr(row, field) for row in rows for field in FIELDS}
        self.base = dict(self.shown)
        self.flying: dict[str, Any] | None = None
        self.answer: dict[str, Any] | None = None
        self.conflicts: dict[tuple[Any, str], Any] = {}
        self.words: set[str] = set()

    def type(self) -> None:
        """A word somewhere in a field; now and then in place of one that stood there from the start."""
        key = self.chance.choice(list(self.shown))
        words = self.shown[key].split()
        self.typed += 1
        fresh, at = f"{self.name}{self.typed}", self.chance.randint(0, len(words))
        if at < len(words) and words[at].startswith("awal") and self.chance.random() < 0.3:
            words[at] = fresh
        else:
            words.insert(at, fresh)
        self.words.add(fresh)
        self.shown[key] = " ".join(words)

    def send(self) -> None:
        """One message at a time; an unanswered one goes out again as it was."""
        if self.flying is None:
            dirty = [key for key in self.shown if self.shown[key] != self.base[key] and key not in self.conflicts]
            if not dirty:
                return
            row = self.chance.choice(dirty)[0]
            edits = {field: (self.base[pk, field], self.shown[pk, field]) for pk, field in dirty if pk == row}
            self.flying = self.tab.message(row, {}, **edits)
        response = self.tab.post(self.flying)
        assert response.status_code == 200, response.content
        self.answer = response.json() if self.chance.random() > 0.15 else None  # the rest get lost on their way

    def receive(self) -> None:
        if self.flying is None or self.answer is None:
            return
        row = next(row.pk for row in self.rows if str(row.pk) == self.flying["row"])
        for field, edit in self.flying["fields"].items():
            key = (row, field)
            if field in self.answer["saved"]:
                self.base[key] = edit["mine"]
                if self.shown[key] == edit["mine"] and field in self.answer["show"]:
                    self.shown[key] = self.base[key] = self.answer["show"][field]
            else:
                self.conflicts[key] = self.answer["conflicts"][field]
        self.flying = self.answer = None

    def decide(self) -> None:
        """Reads both texts and keeps every word of either."""
        for key, both in list(self.conflicts.items()):
            theirs, mine = both["theirs"], self.shown[key]
            kept = [word for word in mine.split() if word not in theirs.split()]
            self.shown[key], self.base[key] = " ".join([theirs, *kept]), theirs
            del self.conflicts[key]

    def act(self) -> None:
        deeds = [self.type, self.type, self.type, self.send, self.send, self.receive, self.receive, self.decide]
        self.chance.choice(deeds)()

    def is_done(self) -> bool:
        return self.flying is None and not self.conflicts and self.shown == {**self.shown, **self.base}

    def finish(self) -> None:
        for _ in range(60):
            self.send()
            self.receive()
            self.decide()
            if self.is_done():
                return
        raise AssertionError(f"{self.name} never came to rest")


def interleave(writers: list[Writer], rows: list[Gap], chance: random.Random, steps: int) -> int:
    """Lets them write at random; returns how many words they typed. Every one of them must be stored in the end."""
    for _ in range(steps):
        chance.choice(writers).act()
    for _ in range(2):  # what the second one merges, the first one's page may still answer to
        for writer in writers:
            writer.finish()
    texts = " ".join(getattr(row, field) for row in Gap.objects.all() for field in FIELDS).split()
    for writer in writers:
        lost = writer.words - set(texts)
        assert not lost, (writer.name, lost)
    assert len(texts) == len(set(texts)), "a word came twice"
    return sum(len(writer.words) for writer in writers)
