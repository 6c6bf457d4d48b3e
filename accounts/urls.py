"""The pages of sign-in, written out one by one: what allauth has besides stays shut."""

from allauth.account import views as allauth_views
from allauth.usersessions.views import list_usersessions
from django.urls import include, path, re_path

from accounts import views
from accounts.doors import person_view, public_view

own = [
    path("profil/", views.profile, name="profile"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    path("masuk/", public_view(allauth_views.login), name="account_login"),
    path("keluar/", public_view(allauth_views.logout), name="account_logout"),
    path("perangkat/", person_view(list_usersessions), name="usersessions_list"),
    path("kata-sandi/ganti/", person_view(allauth_views.password_change), name="account_change_password"),
    path("kata-sandi/buat/", person_view(allauth_views.password_set), name="account_set_password"),
    path("kata-sandi/lupa/", public_view(allauth_views.password_reset), name="account_reset_password"),
    path(
        "kata-sandi/lupa/terkirim/", public_view(allauth_views.password_reset_done), name="account_reset_password_done"
    ),
    re_path(
        r"^kata-sandi/lupa/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        public_view(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "kata-sandi/lupa/selesai/",
        public_view(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
