from django.urls import URLPattern, URLResolver, include, path

from smartcity import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bimtek.urls")),  # first: it begins with what is asked most
    path("akun/", include("accounts.urls")),
    path("sw.js", views.service_worker, name="service_worker"),
    path("luring/", views.offline, name="offline"),
    path("sehat/hidup", views.alive, name="alive"),
    path("sehat/siap", views.ready, name="ready"),
    path("", include("bimtek.urls_ministry")),
    path("", include("regions.urls")),
    path("", include("masterplan.urls")),
]
