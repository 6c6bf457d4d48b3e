from django.urls import path

from bimtek.views import history, rows, sections, stages

app_name = "bimtek"

PLAN = "daerah/<slug:region>/<int:year>"
SECTION = f"{PLAN}/tahap/<int:stage>/<slug:section>"

urlpatterns = [
    path("daerah/<slug:region>/", stages.home, name="home"),
    path(f"{PLAN}/", stages.plan, name="plan"),
    path(f"{PLAN}/riwayat/", history.history, name="history"),
    path(f"{PLAN}/riwayat/<int:change>/pulihkan/", history.restore, name="restore"),
    path(f"{PLAN}/tahap/<int:stage>/", stages.stage, name="stage"),
    path(f"{PLAN}/tahap/<int:stage>/langkah/", stages.move, name="move"),
    path(f"{SECTION}/", sections.section, name="section"),
    path(f"{SECTION}/panel/", sections.panel, name="panel"),
    path(f"{SECTION}/baru/", rows.row_new, name="row_new"),
    path(f"{SECTION}/<uuid:row>/", rows.row, name="row"),
    path(f"{SECTION}/<uuid:row>/hapus/", rows.row_delete, name="row_delete"),
]
