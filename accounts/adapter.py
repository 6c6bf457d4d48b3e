"""How allauth behaves here: nobody signs up, wrong passwords answer in Indonesian, a dead mail server breaks no page."""

import logging
from typing import Any

import axes.utils
from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User

log = logging.getLogger(__name__)

MISMATCH = "Surel atau kata sandi tidak cocok. Periksa lagi, atau minta tautan lewat “Lupa kata sandi”."


class AccountAdapter(DefaultAccountAdapter):
    """People come in by invitation only; the sign-up page stays closed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": MISMATCH,
        "enter_current_password": "Kata sandi sekarang tidak cocok. Ketik lagi kata sandi yang Anda pakai untuk masuk.",
        "too_many_login_attempts": "Terlalu banyak percobaan masuk. Tunggu beberapa menit, lalu coba lagi.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, "Akun ini tidak aktif. Hubungi admin Diskominfo daerah Anda.")
        return redirect("account_login")

    def set_password(self, user: User, password: str) -> None:
        """A new password also ends the waiting time after wrong ones: its owner has shown who they are."""
        super().set_password(user, password)
        axes.utils.reset(username=user.email.lower())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends at once. A mail server that does not answer is logged; the deed itself has already happened."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's exceptions are OSErrors too
            log.error("mail %s not sent: %s", template_prefix, error)


def account_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The account that axes counts wrong passwords for, in one case however it was typed."""
    tried = (credentials or {}).get("email") or request.POST.get("login")
    return tried.strip().lower() if tried else None
