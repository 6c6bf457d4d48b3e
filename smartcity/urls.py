from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("akun/", include("accounts.urls")),
    path("", include("bimtek.urls_ministry")),
    path("", include("regions.urls")),
    path("", include("bimtek.urls")),
    path("", include("masterplan.urls")),
]
