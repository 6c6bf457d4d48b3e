from django.urls import path

from bimtek.views import audit, desk, ministry

app_name = "ministry"
urlpatterns = [
    path("kominfo/", ministry.dashboard, name="dashboard"),
    path("kominfo/angkatan/tambah/", ministry.add_cohort, name="add_cohort"),
    path("kominfo/angkatan/<int:year>/", ministry.cohort, name="cohort"),
    path("kominfo/angkatan/<int:year>/ubah/", ministry.change_cohort, name="change_cohort"),
    path("kominfo/angkatan/<int:year>/daftarkan/", ministry.choose_region, name="choose_region"),
    path("kominfo/angkatan/<int:year>/daftarkan/<slug:code>/", ministry.enrol, name="enrol"),
    path("kominfo/keikutsertaan/<uuid:enrolment>/", ministry.enrolment, name="enrolment"),
    path("kominfo/konsultan/", ministry.consultants, name="consultants"),
    path("kominfo/konsultan/tugaskan/<slug:code>/", ministry.assign, name="assign"),
    path("kominfo/penugasan/<uuid:membership>/", ministry.assignment, name="assignment"),
    path("kominfo/penugasan/<uuid:membership>/cabut/", ministry.end_assignment, name="end_assignment"),
    path("kominfo/jejak/", audit.all_audits, name="audit"),
    path("kominfo/jejak.xlsx", audit.all_export, name="audit_export"),
    path("konsultan/", desk.consultant, name="consultant"),
    path("konsultan/tindakan/", desk.deed, name="desk_deed"),
]
