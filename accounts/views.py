from copy import copy
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.doors import person_view
from accounts.forms import ProfileForm
from accounts.models import User


@require_http_methods(["GET", "POST"])
@person_view
def profile(request: HttpRequest) -> HttpResponse:
    # a copy of the person: what was typed wrong must not show up in the page's menu
    form = ProfileForm(request.POST or None, instance=copy(cast(User, request.user)))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Profil Anda tersimpan.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)
