"""The page "Penilaian" of a stage: the reviewer's own scores, and all reviewers side by side. Never shown to the region."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bimtek import assessing, workflow
from bimtek.models import Assessment, Submission
from bimtek.views.places import frame_context, plan_of, stage_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region

REVIEWERS = (Permission.REVIEW, Permission.REVIEW_NOTES, Permission.REVIEW_SELF_RUN)


class AssessmentForm(forms.Form):
    """One choice a criterion of the framework, a note, and whether the stage may be accepted."""

    def __init__(self, submission: Submission, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [row.code for row in assessing.criteria(submission)]
        for row in assessing.criteria(submission):
            self.fields[f"k-{row.code}"] = forms.TypedChoiceField(
                label=f"{row.title} ({row.weight}%)", help_text=row.help, coerce=int, widget=forms.RadioSelect,
                choices=[(value, f"{value} · {label}") for value, label in assessing.SCALE],
                error_messages={"required": "Pilih satu nilai.", "invalid_choice": "Pilih satu nilai."},
            )  # fmt: skip
        self.fields["note"] = forms.CharField(
            label="Catatan", required=False, max_length=assessing.LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4}),
            help_text="Dibaca pereviu lain dan admin Kominfo saja.",
        )  # fmt: skip
        self.fields["agrees"] = forms.BooleanField(label="Saya setuju tahap ini diterima", required=False)

    def scores(self) -> dict[str, int]:
        return {code: self.cleaned_data[f"k-{code}"] for code in self.codes}


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(*REVIEWERS)
def assess(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    plan, at = plan_of(region, year), stage_of(stage)
    submission = plan.submission_set.get(stage=at)
    assessing.refuse_unless_reviewer(submission, request.access)
    mine = submission.assessments.filter(user=request.user).order_by("at").last()
    form = AssessmentForm(
        submission, request.POST if request.method == "POST" else None, initial=before(submission, mine)
    )
    if request.method == "POST" and form.is_valid():
        try:
            assessing.assess(
                submission, form.scores(), note=form.cleaned_data["note"], agrees=form.cleaned_data["agrees"],
                access=request.access,
            )  # fmt: skip
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Penilaian Anda tersimpan.")
            return redirect("bimtek:assess", region.slug, year, stage)
    access = request.access
    context = frame_context(plan, access, stage=at) | {
        "submission": submission, "form": form, "mine": mine, "summary": assessing.summary(submission),
        "waiting": workflow.waiting_for(submission) if submission.needs_all else [],
        "under_review": submission.status == "submitted" and workflow.newest(submission) is not None,
        "may_require": access.may(Permission.REVIEW_NOTES) and access.may(Permission.MANAGE_REGION),
        "scale": assessing.SCALE,
    }  # fmt: skip
    return render(request, "bimtek/assess.html", context, status=422 if form.errors else 200)


def before(submission: Submission, mine: Assessment | None) -> dict[str, Any]:
    """What this person wrote last; to a state that was sent since nobody has agreed yet."""
    if mine is None:
        return {}
    last = workflow.newest(submission)
    agreed = mine.agrees and last is not None and last.pk == mine.snapshot_id
    return {f"k-{code}": score for code, score in mine.scores.items()} | {"note": mine.note, "agrees": agreed}


@require_POST
@region_view(Permission.REVIEW_NOTES)
def require_all(request: RegionRequest, region: Region, year: int, stage: int) -> HttpResponse:
    submission = plan_of(region, year).submission_set.get(stage=stage_of(stage))
    every = request.POST.get("syarat") == "semua"
    assessing.require(submission, every=every, access=request.access)
    told = "semua konsultan setuju" if every else "satu konsultan menerimanya"
    messages.success(request, f"Tahap ini dapat diterima bila {told}.")
    return redirect("bimtek:assess", region.slug, year, stage)
