from django.urls import path

from regions.views import guests, home, people, places

app_name = "regions"
urlpatterns = [
    path("", home.home, name="home"),
    path("undangan/<str:token>/", people.accept, name="accept"),
    path("tamu/selesai/", guests.leave, name="guest_leave"),
    path("tamu/berakhir/", guests.ended, name="guest_ended"),
    path("tamu/<str:token>/", guests.guest, name="guest"),
    path("daerah/<slug:region>/orang/", people.members, name="members"),
    path("daerah/<slug:region>/orang/undang/", people.invite, name="invite"),
    path("daerah/<slug:region>/orang/<uuid:membership>/", people.member, name="member"),
    path("daerah/<slug:region>/orang/<uuid:membership>/cabut/", people.remove, name="remove"),
    path("daerah/<slug:region>/undangan/<uuid:invitation>/tarik/", people.withdraw, name="withdraw"),
    path("daerah/<slug:region>/undangan/<uuid:invitation>/kirim-ulang/", people.send_again, name="send_again"),
    path("daerah/<slug:region>/opd/", places.opds, name="opds"),
    path("daerah/<slug:region>/opd/tambah/", places.add_opd, name="add_opd"),
    path("daerah/<slug:region>/opd/daftar-awal/", places.add_usual_opds, name="add_usual_opds"),
    path("daerah/<slug:region>/opd/<uuid:opd>/", places.opd, name="opd"),
    path("daerah/<slug:region>/opd/<uuid:opd>/tutup/", places.close_opd, name="close_opd"),
    path("daerah/<slug:region>/opd/<uuid:opd>/buka/", places.reopen_opd, name="reopen_opd"),
    path("daerah/<slug:region>/pengaturan/", places.settings, name="settings"),
]
