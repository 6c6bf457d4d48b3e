"""The narrative questions of one group as one form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_prose_editor.fields import ProseEditorFormField

from bimtek import richtext, writing
from bimtek.framework import Question
from bimtek.models import Answer, Plan
from regions.access import Access

EDITOR = {
    "Bold": True, "Italic": True, "BulletList": True, "OrderedList": True, "ListItem": True, "Blockquote": True,
    "Heading": {"levels": [3, 4]}, "Link": True, "Table": True, "TableRow": True, "TableHeader": True, "TableCell": True,
    "HardBreak": True, "History": True,
}  # fmt: skip


class AnswersForm(forms.Form):
    """Fields "a-<key>" and "v-<key>" (the version the writer saw). Answers that did not change are not saved again."""

    def __init__(self, data: Any, *, plan: Plan, questions: Sequence[Question], may_write: bool) -> None:
        super().__init__(data)
        self.plan, self.questions = plan, questions
        self.answers: dict[str, Answer] = {
            a.key: a for a in plan.answer_set.filter(key__in=[question.key for question in questions])
        }
        self.theirs: dict[str, str] = {}
        for question in questions:
            answer = self.answers.get(question.key)
            self.fields[f"a-{question.key}"] = field = self._field(question)
            field.initial, field.disabled = answer.text if answer else "", not may_write
            version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
            version.initial = answer.version if answer else 0
            self.fields[f"v-{question.key}"] = version

    def _field(self, question: Question) -> forms.Field:
        common: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
        if question.kind == "plain":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=5000, **common)
        return ProseEditorFormField(config={"extensions": EDITOR}, sanitize=False, **common)

    def entries(self) -> list[dict[str, Any]]:
        """Question, field and version together, for the template."""
        return [
            {
                "question": q,
                "field": self[f"a-{q.key}"],
                "version": self[f"v-{q.key}"],
                "answer": self.answers.get(q.key),
                "theirs": self.theirs.get(q.key),
            }
            for q in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.questions:
            name = f"a-{question.key}"
            cleaner = richtext.clean if question.kind == "rich" else richtext.clean_text
            try:
                data[name] = cleaner(data.get(name) or "")
            except ValidationError as refusal:
                self.add_error(name, refusal)
        return data

    def save(self, *, access: Access) -> int:
        """Saves each changed answer; a stale one is refused beside its field with the other text, the rest is kept."""
        kept = 0
        for question in self.questions:
            text, old = self.cleaned_data[f"a-{question.key}"], self.answers.get(question.key)
            if text == (old.text if old else ""):
                continue
            try:
                version = self.cleaned_data.get(f"v-{question.key}") or 0
                writing.save_answer(self.plan, question.key, text, access=access, version=version)
            except ValidationError as refusal:
                if getattr(refusal, "code", "") != "stale":
                    raise
                self._refuse(question, refusal)
            else:
                kept += 1
        return kept

    def _refuse(self, question: Question, refusal: ValidationError) -> None:
        params: Any = refusal.params
        self.theirs[question.key] = params["theirs"]["text"]
        self.add_error(f"a-{question.key}", refusal.messages)
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[f"v-{question.key}"] = str(params["version"])  # a second Simpan, having read both, goes through
        self.data = data
