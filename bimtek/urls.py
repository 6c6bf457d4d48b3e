from django.urls import path

from bimtek.views import (
    attendance,
    autosave,
    choices,
    compare,
    consistency,
    exchange,
    frozen,
    history,
    recap,
    roadmap,
    rows,
    sections,
    session_parts,
    sessions,
    settings,
    stages,
    thread_deeds,
    thread_new,
    threads,
    tracing,
)

app_name = "bimtek"

PLAN = "daerah/<slug:region>/<int:year>"
SESSIONS = f"{PLAN}/pertemuan"
SESSION = f"{SESSIONS}/<uuid:session>"
SNAPSHOT = f"{PLAN}/tahap/<int:stage>/potret/<uuid:snapshot>"
THREAD = f"{PLAN}/komentar/<uuid:thread>"
EXCEL = f"{PLAN}/excel"
UPLOAD = f"{EXCEL}/<uuid:upload>"
SECTION = f"{PLAN}/tahap/<int:stage>/<slug:section>"

urlpatterns = [
    path("daerah/<slug:region>/", stages.home, name="home"),
    path(f"{PLAN}/", stages.plan, name="plan"),
    path(f"{PLAN}/riwayat/", history.history, name="history"),
    path(f"{PLAN}/riwayat/<int:change>/pulihkan/", history.restore, name="restore"),
    path(f"{PLAN}/riwayat/tindakan/<uuid:act>/urungkan/", choices.undo, name="undo"),
    path(f"{PLAN}/rekap/", recap.recap, name="recap"),
    path(f"{PLAN}/peta-jalan/", roadmap.roadmap, name="roadmap"),
    path(f"{PLAN}/keterkaitan/", tracing.trace, name="trace"),
    path(f"{PLAN}/konsistensi/", consistency.consistency_list, name="consistency"),
    path(f"{PLAN}/konsistensi/kecualikan/", consistency.waive, name="waive"),
    path(f"{PLAN}/konsistensi/<uuid:waiver>/cabut/", consistency.withdraw_waiver, name="withdraw_waiver"),
    path(f"{EXCEL}/", exchange.exchange, name="exchange"),
    path(f"{EXCEL}/unduh/", exchange.download, name="workbook"),
    path(f"{EXCEL}/unggah/", exchange.hand_in, name="hand_in"),
    path(f"{UPLOAD}/", exchange.upload, name="upload"),
    path(f"{UPLOAD}/terapkan/", exchange.approve, name="approve_upload"),
    path(f"{UPLOAD}/periksa/", exchange.check_again, name="check_upload"),
    path(f"{UPLOAD}/urungkan/", exchange.undo_import, name="undo_upload"),
    path(f"{UPLOAD}/buang/", exchange.discard, name="discard_upload"),
    path(f"{UPLOAD}/catatan/", exchange.noted, name="noted"),
    path(f"{PLAN}/tahap/<int:stage>/", stages.stage, name="stage"),
    path(f"{PLAN}/tahap/<int:stage>/perubahan/", compare.compare, name="compare"),
    path(f"{PLAN}/tahap/<int:stage>/sudah-direviu/", compare.review_mark, name="review_mark"),
    path(f"{PLAN}/tahap/<int:stage>/langkah/", stages.move, name="move"),
    path(f"{PLAN}/rencana/", settings.plan_settings, name="settings"),
    path(f"{PLAN}/komentar/", threads.thread_list, name="threads"),
    path(f"{PLAN}/komentar/baru/", thread_new.thread_new, name="thread_new"),
    path(f"{PLAN}/komentar/dibaca/", thread_deeds.read, name="threads_read"),
    path(f"{THREAD}/", threads.thread, name="thread"),
    path(f"{THREAD}/balas/", thread_deeds.reply, name="thread_reply"),
    path(f"{THREAD}/serahkan/", thread_deeds.assign, name="thread_assign"),
    path(f"{THREAD}/keadaan/", thread_deeds.move, name="thread_move"),
    path(f"{THREAD}/usulan/", thread_deeds.decide, name="thread_wording"),
    path(f"{SESSIONS}/", sessions.session_list, name="sessions"),
    path(f"{SESSIONS}/baru/", sessions.session_new, name="session_new"),
    path(f"{SESSION}/", sessions.session, name="session"),
    path(f"{SESSION}/ubah/", sessions.session_edit, name="session_edit"),
    path(f"{SESSION}/hapus/", sessions.session_delete, name="session_delete"),
    path(f"{SESSION}/daftar-hadir/", attendance.attendance_table, name="attendance"),
    path(f"{SESSION}/daftar-hadir/tempel/", attendance.attendance_paste, name="attendance_paste"),
    path(f"{SESSION}/daftar-hadir/salin/", attendance.attendance_copy, name="attendance_copy"),
    path(f"{SESSION}/berita-acara/", sessions.session_minutes, name="session_minutes"),
    path(f"{SESSION}/gambar/", sessions.session_photos, name="session_photos"),
    path(f"{SESSION}/<slug:part>/baru/", session_parts.part_new, name="part_new"),
    path(f"{SESSION}/<slug:part>/<uuid:row>/", session_parts.part, name="part"),
    path(f"{SESSION}/<slug:part>/<uuid:row>/hapus/", session_parts.part_delete, name="part_delete"),
    path(f"{SNAPSHOT}/", frozen.frozen, name="frozen"),
    path(f"{SECTION}/", sections.section, name="section"),
    path(f"{SECTION}/panel/", sections.panel, name="panel"),
    path(f"{SECTION}/simpan/", autosave.autosave, name="autosave"),
    path(f"{SECTION}/prioritas/", choices.set_priorities, name="priorities"),
    path(f"{SECTION}/<uuid:row>/pilih/", choices.choose_quick_win, name="choose_quick_win"),
    path(f"{SECTION}/baru/", rows.row_new, name="row_new"),
    path(f"{SECTION}/<uuid:row>/", rows.row, name="row"),
    path(f"{SECTION}/<uuid:row>/hapus/", rows.row_delete, name="row_delete"),
]
