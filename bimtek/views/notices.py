"""The page "Pemberitahuan": what a person was told, and what that person wants to be told."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from bimtek import letters
from bimtek import notices as told
from bimtek.models import Notice, NoticeSettings
from regions.access import person_view
from regions.pages import page_of


def unread(request: HttpRequest) -> dict[str, Any]:
    """For every page's top bar; asks only when the page shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"unread_notices": SimpleLazyObject(lambda: told.of(user).filter(read_at=None).count())}


@require_safe
@never_cache
@person_view
def notices(request: HttpRequest) -> HttpResponse:
    """?pilih=baru shows what was not read; ?jenis one kind."""
    everything = told.of(cast(User, request.user)).select_related("region")
    kind, new = request.GET.get("jenis", ""), request.GET.get("pilih") == "baru"
    found = everything.filter(kind=kind) if kind in Notice.Kind.values else everything
    context = {
        "page": page_of(request, found.filter(read_at=None) if new else found),
        "chips": chips(everything.filter(read_at=None).count(), kind, new=new),
        "narrow": new or kind in Notice.Kind.values,
    }
    return render(request, "bimtek/notices.html", context)


def chips(unread_count: int, kind: str, *, new: bool) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"label": "Semua", "url": "?", "on": not new and kind not in Notice.Kind.values, "count": None},
        {"label": "Belum dibaca", "url": "?pilih=baru", "on": new, "count": unread_count},
    ]
    return made + [
        {"label": label, "url": f"?jenis={value}", "on": not new and kind == value, "count": None}
        for value, label in Notice.Kind.choices
    ]


@require_POST
@person_view
def notices_read(request: HttpRequest) -> HttpResponse:
    """`buka` marks one and goes to the page it is about; `surat` marks one; without either all are marked."""
    mine = told.of(cast(User, request.user))
    opened = request.POST.get("buka", "")
    if wanted := opened or request.POST.get("surat", ""):
        try:
            mine = mine.filter(pk=UUID(wanted))
        except ValueError:
            mine = mine.none()
    found = mine.first() if opened else None
    count = told.mark_read(mine)
    if found:
        return redirect(found.path)
    messages.success(request, f"{count} pemberitahuan ditandai sudah dibaca." if count else "Semua sudah dibaca.")
    return redirect("bimtek:notices")


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = NoticeSettings
        fields = ("letters", "moves", "threads", "calls", "due")
        widgets = dict.fromkeys(fields, forms.RadioSelect)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@person_view
def notice_settings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    own = NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)
    before = own.letters
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=own)
    if request.method == "POST" and form.is_valid():
        form.save()
        if own.letters != before:
            letters.reschedule(user, own.letters)
        messages.success(request, "Pilihan pemberitahuan Anda tersimpan.")
        return redirect("bimtek:notice_settings")
    return render(request, "bimtek/notice_settings.html", {"form": form}, status=422 if form.errors else 200)
