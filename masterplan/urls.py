from django.urls import path

from masterplan import views

app_name = "masterplan"

BOOKS = "daerah/<slug:region>/<int:year>/buku"
PRINT = f"{BOOKS}/cetakan/<uuid:pk>"

urlpatterns = [
    path(f"{BOOKS}/", views.books, name="books"),
    path(f"{BOOKS}/cetak/", views.ask, name="print"),
    path(f"{PRINT}/kemajuan/", views.progress, name="progress"),
    path(f"{PRINT}/batal/", views.cancel, name="cancel"),
    path(f"{PRINT}/ulangi/", views.retry, name="retry"),
    path(f"{BOOKS}/unduh/<uuid:pk>/", views.download, name="download"),
    path("daerah/<slug:region>/<int:year>/grafik/<slug:chart>/", views.chart, name="chart"),
]
