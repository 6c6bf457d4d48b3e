from django.urls import URLPattern, URLResolver, include, path

from smartcity import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("akun/", include("accounts.urls")),
    path("sehat/hidup", views.alive, name="alive"),
    path("sehat/siap", views.ready, name="ready"),
    path("", include("bimtek.urls_ministry")),
    path("", include("regions.urls")),
    path("", include("bimtek.urls")),
    path("", include("masterplan.urls")),
]
