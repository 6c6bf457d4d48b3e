"""The frame of a plan: title, period, terms, weighting, legal status."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bimtek import planning
from bimtek.forms.sessions import PlanForm
from bimtek.views.places import frame_context, plan_of
from regions.access import Permission, RegionRequest, region_view
from regions.models import Region
from regions.stale import is_stale


@require_http_methods(["GET", "HEAD", "POST"])
@region_view(Permission.FILL_ALL)
def plan_settings(request: RegionRequest, region: Region, year: int) -> HttpResponse:
    plan = plan_of(region, year)
    form = PlanForm(request.POST if request.method == "POST" else None, instance=plan)
    if request.method == "POST" and form.is_valid():
        try:
            planning.change_plan(plan, form.values(), access=request.access, version=form.cleaned_data["version"])
        except ValidationError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Pengaturan rencana tersimpan.")
            return redirect("bimtek:plan", region.slug, year)
    context = frame_context(plan_of(region, year), request.access) | {"form": form, "here": "plan"}
    return render(request, "bimtek/settings.html", context, status=422 if form.errors else 200)


def refuse(form: PlanForm, refusal: ValidationError) -> None:
    if hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
        return
    form.add_error(None, refusal.messages)
    if is_stale(refusal):
        form.data = {**form.data.dict(), "version": str(type(form.instance).objects.get(pk=form.instance.pk).version)}  # type: ignore[attr-defined]
