"""The narrative questions of one group as one form."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_prose_editor.fields import ProseEditorFormField

from bimtek import glyphs, richtext, writing
from bimtek.forms import drafts
from bimtek.framework import Question
from bimtek.models import Answer, Plan
from regions.access import Access

EDITOR = {
    "Bold": True, "Italic": True, "BulletList": True, "OrderedList": True, "ListItem": True, "Blockquote": True,
    "Heading": {"levels": [3, 4]}, "Link": True, "Table": True, "TableRow": True, "TableHeader": True, "TableCell": True,
    "HardBreak": True, "History": True,
}  # fmt: skip


RESET = "bawaan"


def answer_field(question: Question) -> forms.Field:
    common: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    if question.kind == "plain":
        return forms.CharField(
            widget=forms.Textarea(attrs={"rows": 2 if question.default else 3}), max_length=5000, **common
        )
    return ProseEditorFormField(config={"extensions": EDITOR}, sanitize=False, **common)


def cleaned(question: Question, text: str) -> str:
    """The text fit to be saved as the answer to this question. ValidationError, as a sentence, when it is not."""
    found = richtext.clean(text) if question.kind == "rich" else richtext.clean_text(text)
    glyphs.refuse_strangers(found)
    question.check(found)
    return found


class AnswerForm(forms.Form):
    """One answer on its way from the browser while it is typed: the field "text"."""

    def __init__(self, *, question: Question, initial: dict[str, str]) -> None:
        super().__init__(initial=initial)
        self.notes: dict[str, list[str]] = {}
        self.question = question
        self.fields["text"] = answer_field(question)

    def bind(self, text: drafts.Raw) -> None:
        self.is_bound, self.data = True, drafts.as_data(self, {"text": text})
        self._errors = None

    def clean_text(self) -> str:
        return cleaned(self.question, self.cleaned_data["text"] or "")


def _reset(data: Any, questions: Sequence[Question]) -> Any:
    wanted = data.get(RESET, "") if data is not None else ""
    if wanted not in {question.key for question in questions if question.default}:
        return data
    changed = data.copy()
    changed[f"a-{wanted}"] = ""
    return changed


class AnswersForm(forms.Form):
    """Fields "a-<key>" and "v-<key>" (the version the writer saw). Answers that did not change are not saved again.

    RESET names a question whose own wording gives way to the default again, whatever its field holds.
    """

    def __init__(self, data: Any, *, plan: Plan, questions: Sequence[Question], may_write: bool) -> None:
        super().__init__(_reset(data, questions))
        self.plan, self.questions = plan, questions
        self.answers: dict[str, Answer] = {
            a.key: a for a in plan.answer_set.filter(key__in=[question.key for question in questions])
        }
        for question in questions:
            answer = self.answers.get(question.key)
            self.fields[f"a-{question.key}"] = field = answer_field(question)
            field.initial, field.disabled = answer.text if answer else "", not may_write
            version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
            version.initial = self._version(question.key)
            self.fields[f"v-{question.key}"] = version
        self.settled = self._settled() if data is not None and may_write else drafts.Settled()

    def _settled(self) -> drafts.Settled:
        """What others saved meanwhile goes into the posted texts, or is a conflict beside its field."""
        current = {
            f"a-{q.key}" for q in self.questions if str(self.data.get(f"v-{q.key}", "0")) == str(self._version(q.key))
        }
        edits = {name: e for name, e in drafts.posted(self, current=current).items() if name.startswith("a-")}
        found = drafts.settle(self, edits)
        drafts.rebase(self, found)
        return found

    def _version(self, key: str) -> int:
        return self.answers[key].version if key in self.answers else 0

    @property
    def base(self) -> str:
        """See bimtek.forms.rows.RowForm.base."""
        return json.dumps({name: text for name, text in drafts.stored(self).items() if name.startswith("a-")})

    def entries(self) -> list[dict[str, Any]]:
        """Question, field and version together, for the template."""
        return [
            {
                "question": q,
                "field": self[f"a-{q.key}"],
                "version": self[f"v-{q.key}"],
                "answer": self.answers.get(q.key),
                "both": self.settled.conflicts.get(f"a-{q.key}"),
            }
            for q in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.questions:
            name = f"a-{question.key}"
            try:
                data[name] = cleaned(question, data.get(name) or "")
            except ValidationError as refusal:
                self.add_error(name, refusal)
        return data

    def save(self, *, access: Access) -> int:
        """Saves each changed answer; those in conflict, or saved by somebody in this very instant, are refused beside them."""
        kept = 0
        for question in self.questions:
            if f"a-{question.key}" in self.settled.conflicts:
                self.add_error(f"a-{question.key}", drafts.BOTH)
                continue
            text, old = self.cleaned_data[f"a-{question.key}"], self.answers.get(question.key)
            kept_as_it_is = bool(old and old.untouched_draft) and self.data.get("sesuai") == question.key
            if text == (old.text if old else "") and not kept_as_it_is:
                continue
            try:
                version = old.version if old else 0
                writing.save_answer(self.plan, question.key, text, access=access, version=version)
            except ValidationError as refusal:
                if getattr(refusal, "code", "") != "stale":
                    raise
                self.add_error(f"a-{question.key}", refusal.messages)
            else:
                kept += 1
        return kept
