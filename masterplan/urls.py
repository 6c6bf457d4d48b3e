from django.urls import path

from masterplan import (
    annex_views,
    archive_views,
    cockpit_views,
    consistency_view,
    cover_view,
    matrix_views,
    preview_views,
    session_views,
    trace_view,
    views,
)

app_name = "masterplan"

BOOKS = "daerah/<slug:region>/<int:year>/buku"
SESSION = "daerah/<slug:region>/<int:year>/pertemuan/<uuid:session>"
MATRIX = "daerah/<slug:region>/<int:year>/matriks-tanggapan/<int:stage>"
PREVIEW = "daerah/<slug:region>/<int:year>/tahap/<int:stage>/<slug:section>/pratinjau"
ARCHIVE = "daerah/<slug:region>/<int:year>/arsip"
PRINT = f"{BOOKS}/cetakan/<uuid:pk>"

urlpatterns = [
    path(f"{BOOKS}/", views.books, name="books"),
    path(f"{BOOKS}/cetak/", views.ask, name="print"),
    path(f"{BOOKS}/banding/", cockpit_views.compare_books, name="compare_books"),
    path(f"{PRINT}/", cockpit_views.cockpit, name="cockpit"),
    path(f"{PRINT}/bab/", cockpit_views.chosen, name="chosen"),
    path(f"{PRINT}/kemajuan/", views.progress, name="progress"),
    path(f"{PRINT}/batal/", views.cancel, name="cancel"),
    path(f"{PRINT}/ulangi/", views.retry, name="retry"),
    path(f"{BOOKS}/sampul/<slug:design>.pdf", cover_view.cover, name="cover"),
    path(f"{BOOKS}/unduh/<uuid:pk>/", views.download, name="download"),
    path("daerah/<slug:region>/<int:year>/grafik/<slug:chart>/", views.chart, name="chart"),
    path(
        "daerah/<slug:region>/<int:year>/lampiran-perubahan/<int:stage>.pdf",
        annex_views.changes_pdf,
        name="changes_pdf",
    ),
    path(f"{MATRIX}/", matrix_views.response_matrix, name="matrix"),
    path(f"{MATRIX}.pdf", matrix_views.matrix_pdf, name="matrix_pdf"),
    path(f"{MATRIX}.xlsx", matrix_views.matrix_xlsx, name="matrix_xlsx"),
    path("daerah/<slug:region>/<int:year>/konsistensi.pdf", consistency_view.consistency_pdf, name="consistency_pdf"),
    path("daerah/<slug:region>/<int:year>/keterkaitan.pdf", trace_view.trace_pdf, name="trace_pdf"),
    path(f"{PREVIEW}/", preview_views.preview_page, name="preview"),
    path(f"{PREVIEW}/buku/", preview_views.preview_book, name="preview_book"),
    path(f"{PREVIEW}/halaman.pdf", preview_views.preview_pages, name="preview_pages"),
    path(f"{PREVIEW}/asal/", preview_views.preview_source, name="preview_source"),
    path(f"{ARCHIVE}/", archive_views.archives, name="archives"),
    path(f"{ARCHIVE}/buat/", archive_views.pack, name="pack_archive"),
    path(f"{ARCHIVE}/pulihkan/", archive_views.restore, name="restore_archive"),
    path(f"{ARCHIVE}/<uuid:archive>/unduh/", archive_views.download, name="archive"),
    path(f"{ARCHIVE}/<uuid:archive>/batal/", archive_views.cancel, name="cancel_archive"),
    path(f"{SESSION}/daftar-hadir.pdf", session_views.attendance_pdf, name="attendance_pdf"),
    path(f"{SESSION}/berita-acara.pdf", session_views.minutes_pdf, name="minutes_pdf"),
]
